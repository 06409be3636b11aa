import { useState } from "react";
import type { DraftSource, SnippetPiece, Suggestion } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { type Choice, Chooser } from "../../../design/components/Chooser";
import { Dialog } from "../../../design/components/Dialog";
import { t } from "../../../i18n";
import { visible, visibleLines } from "../../../i18n/visible";
import { useSettled } from "../../../state/settled";
import styles from "./Suggestions.module.css";

const PAUSE_MS = 120;

/** Offers what may answer the customer: passages, saved answers, what was answered before. */
export function SuggestionChooser({
  conversation,
  isOpen,
  onClose,
  onPick,
}: {
  conversation: string;
  isOpen: boolean;
  onClose: () => void;
  onPick: (text: string, source: DraftSource) => void;
}) {
  return (
    <Dialog label={t("suggest.label")} titled={false} isOpen={isOpen} onClose={onClose}>
      {isOpen && <Body conversation={conversation} onClose={onClose} onPick={onPick} />}
    </Dialog>
  );
}

function Body({
  conversation,
  onClose,
  onPick,
}: {
  conversation: string;
  onClose: () => void;
  onPick: (text: string, source: DraftSource) => void;
}) {
  const [text, setText] = useState("");
  const words = useSettled(text.trim(), PAUSE_MS);
  const read = useRead("knowledge_suggest", { conversation, words }, { keep: true });
  const found = read.data?.suggestions ?? [];
  const choices: Choice[] = found.map((one) => ({
    id: one.passage,
    name: titleOf(one.source),
    detail: one.insert.replace(/\s+/gu, " "),
    run: () => {
      onClose();
      // After the sheet is gone, so that the focus is not taken back from the composer.
      setTimeout(() => onPick(one.insert, one.source), 0);
    },
  }));
  if (read.isError && !read.data) {
    return <ReadFailed error={read.error} again={read.refetch} />;
  }
  const none = read.data?.empty ? t("suggest.empty") : t("suggest.none");
  return (
    <Chooser
      label={t("suggest.label")}
      placeholder={t("suggest.placeholder")}
      none={read.data ? none : t("suggest.looking")}
      text={text}
      onText={setText}
      choices={choices}
      preview={(id) => {
        const one = found.find((other) => other.passage === id);
        return one && <Passage suggestion={one} />;
      }}
    />
  );
}

/** A passage with the words by which it was found. */
function Passage({ suggestion }: { suggestion: Suggestion }) {
  return (
    <>
      {suggestion.heading.length > 0 && (
        <div className={styles.heading}>
          <Pieces pieces={suggestion.heading} />
        </div>
      )}
      <Pieces pieces={suggestion.text} />
    </>
  );
}

function Pieces({ pieces }: { pieces: readonly SnippetPiece[] }) {
  return pieces.map((piece, place) =>
    piece.hit ? (
      <mark key={place} className={styles.hit}>
        {visible(piece.text)}
      </mark>
    ) : (
      <span key={place}>{visibleLines(piece.text)}</span>
    ),
  );
}

/** Says what a passage comes from. */
export function titleOf(source: DraftSource): string {
  if (source.title.trim() !== "") return visible(source.title);
  return source.kind === "conversation" ? t("suggest.conversation") : visible(source.name);
}
