import { useEffect, useRef } from "react";
import { IconButton } from "../../../design/components/Button";
import { TextField } from "../../../design/components/Field";
import { t } from "../../../i18n";
import { useAction } from "../../../state/actions";
import styles from "./FindBar.module.css";
import { placesOf } from "./folded";
import type { Find } from "./useFind";

/** Finds words in a conversation: how often they were said, and the way from one to the next. */
export function FindBar({
  find,
  reading,
  onClose,
}: {
  find: Find;
  /** How many entries were read so far, while there are more. */
  reading: number | undefined;
  onClose: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  useAction("find", () => {
    input.current?.focus();
    input.current?.select();
  });
  const count =
    find.hits.length > 0
      ? t("find.count", { at: find.at + 1, n: find.hits.length })
      : find.word !== "" && reading === undefined
        ? t("find.none")
        : "";
  return (
    <search className={styles.bar} aria-label={t("action.find")}>
      <TextField
        bare
        quiet
        icon="search"
        label={t("action.find")}
        placeholder={t("action.find")}
        value={find.text}
        onChange={find.ask}
        inputRef={input}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") onClose();
          else if (event.key === "Enter") find.go(event.shiftKey ? -1 : 1);
          else return;
          event.preventDefault();
        }}
        end={
          <span className={styles.count} role="status">
            {reading === undefined ? count : t("find.reading", { n: reading })}
          </span>
        }
      />
      <IconButton size="small" icon="up" label={t("find.previous")} onPress={() => find.go(-1)} />
      <IconButton size="small" icon="down" label={t("find.next")} onPress={() => find.go(1)} />
      <IconButton size="small" icon="close" label={t("find.close")} onPress={onClose} />
    </search>
  );
}

/** Marks the words within what stands in the page, without touching it; `turn` says it changed. */
export function useHighlight(
  content: { readonly current: HTMLElement | null },
  word: string,
  current: string | undefined,
  turn: string,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what stands in the page changes with the turn
  useEffect(() => {
    const marks = globalThis.CSS?.highlights;
    const inside = content.current;
    if (!marks || !inside || word === "") return;
    const paint = () => {
      const all = new Highlight();
      const here = new Highlight();
      for (const entry of inside.querySelectorAll<HTMLElement>("[data-key]")) {
        const mark = entry.dataset.key === current ? here : all;
        for (const range of rangesOf(entry, word)) mark.add(range);
      }
      marks.set("found", all);
      marks.set("found-here", here);
    };
    paint();
    // A fold that opens shows words that were not there before.
    const observer = new MutationObserver(paint);
    observer.observe(inside, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      marks.delete("found");
      marks.delete("found-here");
    };
  }, [content, word, current, turn]);
}

function rangesOf(entry: HTMLElement, word: string): Range[] {
  const texts = document.createTreeWalker(entry, NodeFilter.SHOW_TEXT);
  const ranges: Range[] = [];
  while (texts.nextNode()) {
    const node = texts.currentNode;
    for (const [begin, end] of placesOf(word, node.textContent ?? "")) {
      const range = document.createRange();
      range.setStart(node, begin);
      range.setEnd(node, end);
      ranges.push(range);
    }
  }
  return ranges;
}
