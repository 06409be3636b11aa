import {
  type ClipboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { ReplyPlan } from "../../../api/generated/wire";
import { t } from "../../../i18n";
import styles from "./Composer.module.css";
import { beginsWithTo, type Letter } from "./letter";

/** The marked stretch of a text, or the place between two letters. */
export interface Caret {
  readonly from: number;
  readonly to: number;
}

/** The words of a letter or note: plain text that grows. */
export function TextBox({
  letter,
  focusTurn,
  caret,
  onType,
  onPaste,
}: {
  letter: Letter;
  focusTurn: number;
  /** Where one writes; set on from outside when words were put in there. */
  caret: RefObject<Caret>;
  onType: (text: string) => void;
  onPaste: (event: ClipboardEvent) => void;
}) {
  const box = useRef<HTMLTextAreaElement>(null);
  const { mode, text } = letter;
  const label =
    mode === "note"
      ? t("mode.note")
      : mode === "forward"
        ? t("composer.text.forward")
        : mode === "new"
          ? t("composer.text.new")
          : t("composer.text.reply");

  // It grows with its text, up to the share of the window that the style allows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs whenever the text changes
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text, mode]);

  // Once each time one is to write: whom it goes to may change without a move of the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn alone moves the focus
  useEffect(() => {
    if (focusTurn === 0 || beginsWithTo(letter)) return;
    const element = box.current;
    element?.focus();
    element?.setSelectionRange(caret.current.to, caret.current.to);
    element?.scrollIntoView?.({ block: "nearest" });
  }, [focusTurn]);

  return (
    <textarea
      ref={box}
      className={styles.text}
      aria-label={label}
      placeholder={label}
      dir="auto"
      rows={3}
      value={text}
      onChange={(event) => onType(event.target.value)}
      onSelect={(event) => {
        const { selectionStart: from, selectionEnd: to } = event.currentTarget;
        caret.current = { from, to };
      }}
      onPaste={onPaste}
    />
  );
}

/** The message that is answered, below the answer or not. */
export function Quote({
  letter,
  plan,
  onChange,
}: {
  letter: Letter;
  plan: ReplyPlan | undefined;
  onChange: (part: Partial<Letter>) => void;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const quote = plan?.quote ?? "";
  if (quote === "") return null;
  const lines = quote.trimEnd().split("\n").length;
  return (
    <div className={styles.quote}>
      <label className={styles.quoteToggle}>
        <input
          type="checkbox"
          checked={letter.withQuote}
          onChange={(event) => onChange({ withQuote: event.target.checked })}
        />
        {t("composer.quote", { n: lines })}
      </label>
      <button
        type="button"
        className={styles.small}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {open ? t("composer.quote.hide") : t("composer.quote.show")}
      </button>
      {open && (
        <pre id={id} className={styles.quoteText} dir="auto">
          {quote}
        </pre>
      )}
    </div>
  );
}
