import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { TextField } from "../../../design/components/Field";
import { cx } from "../../../design/cx";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import styles from "./fields.module.css";

const PAUSE_MS = 500;

/** Returns what a field shows, and keeps it at each pause and when one leaves the field. */
export function useKept(value: string, onKeep: (value: string) => void) {
  const [mine, setMine] = useState(value);
  const [seen, setSeen] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const waiting = useRef<string>(undefined);
  const keep = useRef(onKeep);
  keep.current = onKeep;
  // What comes from outside is shown, unless something is just being written here.
  if (seen !== value) {
    setSeen(value);
    if (waiting.current === undefined) setMine(value);
  }
  const flush = () => {
    clearTimeout(timer.current);
    const text = waiting.current;
    waiting.current = undefined;
    if (text !== undefined) keep.current(text);
  };
  const last = useRef(flush);
  last.current = flush;
  useEffect(() => () => last.current(), []);
  return {
    text: mine,
    change: (text: string) => {
      setMine(text);
      waiting.current = text;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => last.current(), PAUSE_MS);
    },
    flush,
  };
}

/** A field whose text is kept at each pause, not at each letter. */
export function KeptField({
  label,
  value,
  onKeep,
  hint,
  bare,
  mono,
  placeholder,
}: {
  label: string;
  value: string;
  onKeep: (value: string) => void;
  hint?: string;
  bare?: boolean;
  mono?: boolean;
  placeholder?: string;
}) {
  const kept = useKept(value, onKeep);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that the field was left
    <div className={cx(styles.kept, mono && styles.mono)} onBlur={kept.flush}>
      <TextField
        label={label}
        bare={bare}
        hint={hint}
        placeholder={placeholder}
        value={kept.text}
        onChange={kept.change}
        onKeyDown={(event) => {
          if (event.key === "Enter") kept.flush();
        }}
      />
    </div>
  );
}

/** A few words, each of which can be taken away, and a field for one more. */
export function Chips({
  label,
  bare,
  hint,
  values,
  choices = [],
  onChange,
}: {
  label: string;
  bare?: boolean;
  hint?: string;
  values: readonly string[];
  /** What is offered; anything else can be written too. */
  choices?: readonly string[];
  onChange: (values: readonly string[]) => void;
}) {
  const [text, setText] = useState("");
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const add = () => {
    const word = text.trim().replace(/,$/, "").trim();
    setText("");
    if (word !== "" && !values.includes(word)) onChange([...values, word]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.key === "Enter" || event.key === ",") && text.trim() !== "") {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && text === "" && values.length > 0) {
      onChange(values.slice(0, -1));
    }
  };
  return (
    <div className={styles.field}>
      {!bare && (
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
      )}
      <div className={styles.box}>
        <ul className={styles.chips} aria-label={label}>
          {values.map((value) => (
            <li key={value} className={styles.chip}>
              <bdi>{value}</bdi>
              <button
                type="button"
                className={styles.off}
                aria-label={t("rules.chip.remove", { word: value })}
                onClick={() => {
                  onChange(values.filter((one) => one !== value));
                  input.current?.focus();
                }}
              >
                <Icon name="close" size={10} />
              </button>
            </li>
          ))}
        </ul>
        <input
          ref={input}
          id={id}
          className={styles.input}
          aria-label={bare ? label : undefined}
          aria-describedby={hint ? `${id}h` : undefined}
          value={text}
          list={choices.length > 0 ? `${id}l` : undefined}
          placeholder={values.length === 0 ? t("rules.chip.placeholder") : undefined}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
          autoComplete="off"
          spellCheck={false}
        />
        {choices.length > 0 && (
          <datalist id={`${id}l`}>
            {choices
              .filter((one) => !values.includes(one))
              .map((one) => (
                <option key={one} value={one} />
              ))}
          </datalist>
        )}
      </div>
      {hint && (
        <p id={`${id}h`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
