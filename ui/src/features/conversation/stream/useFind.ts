import { useCallback, useEffect, useMemo, useState } from "react";
import type { Entry, Session } from "../../../api/generated/wire";
import type { Block } from "./blocks";
import { folded } from "./folded";
import { sentenceOf } from "./words";

/** What is found in a conversation, and the ways through it. */
export interface Find {
  readonly open: boolean;
  readonly text: string;
  /** The words as they are compared; empty when nothing is looked for. */
  readonly word: string;
  /** The keys of the blocks that have the words, oldest first. */
  readonly hits: readonly string[];
  /** The place of the one that is looked at; -1 for none. */
  readonly at: number;
  readonly start: () => void;
  readonly end: () => void;
  readonly ask: (text: string) => void;
  readonly go: (step: 1 | -1) => void;
}

const compared = new WeakMap<Entry, string>();

// What an entry says in all, folded parts included, as it is compared.
function saidBy(entry: Entry, session: Session | undefined): string {
  let said = compared.get(entry);
  if (said === undefined) {
    const { what } = entry;
    said = folded(
      what.type === "message"
        ? [
            what.from.name,
            what.from.address,
            what.subject,
            what.text,
            ...what.folded.map((part) => part.text),
            ...what.attachments.map((file) => file.name),
          ].join("\n")
        : sentenceOf(entry, session),
    );
    compared.set(entry, said);
  }
  return said;
}

/** Looks for words in all that was said; it begins near `place`, the entry being read. */
export function useFind(
  blocks: readonly Block[],
  session: Session | undefined,
  place: () => string | undefined,
): Find {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string>();
  const [began, setBegan] = useState<string>();
  const word = open ? folded(text.trim()) : "";

  const hits = useMemo(() => {
    if (word === "") return [];
    return blocks.flatMap((block) => {
      if (block.is === "day" || block.is === "new") return [];
      const all = block.is === "line" ? [block.entry, ...block.with] : [block.entry];
      return all.some((entry) => saidBy(entry, session).includes(word)) ? [block.key] : [];
    });
  }, [blocks, word, session]);

  // The first from where one reads on; the last before it when there is none.
  const nearest = useMemo(() => {
    const place = new Map(blocks.map((block, at) => [block.key, at]));
    const from = (began === undefined ? undefined : place.get(began)) ?? 0;
    return hits.find((key) => (place.get(key) ?? 0) >= from) ?? hits.at(-1);
  }, [blocks, hits, began]);
  const at = hits.indexOf(chosen !== undefined && hits.includes(chosen) ? chosen : (nearest ?? ""));

  const start = useCallback(() => {
    setBegan(place());
    setChosen(undefined);
    setOpen(true);
  }, [place]);
  const end = useCallback(() => setOpen(false), []);
  const ask = useCallback((words: string) => {
    setText(words);
    setChosen(undefined);
  }, []);
  const go = useCallback(
    (step: 1 | -1) => {
      if (hits.length > 0) setChosen(hits[(at + step + hits.length) % hits.length]);
    },
    [hits, at],
  );
  return { open, text, word, hits, at, start, end, ask, go };
}

/** Reads all that was before while something is looked for. */
export function useReadAll(wanted: boolean, count: number, older: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that came asks for the next
  useEffect(() => {
    if (wanted) older();
  }, [wanted, count]);
}
