import { type ClipboardEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { AddressView } from "../../../api/generated/wire";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { visible } from "../../../i18n/visible";
import { isAddress, mailboxesIn } from "./letter";
import styles from "./Recipients.module.css";

/** The mailboxes of a field, each as a chip that can be taken out, and a place to type more. */
export function Recipients({
  label,
  list,
  onChange,
  focusTurn = 0,
  end,
}: {
  label: string;
  list: readonly AddressView[];
  onChange: (list: AddressView[]) => void;
  /** Grows whenever one is to write here. */
  focusTurn?: number;
  end?: React.ReactNode;
}) {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    if (focusTurn > 0) input.current?.focus();
  }, [focusTurn]);

  const add = (typed: string): boolean => {
    const found = mailboxesIn(typed);
    if (found.length === 0) return false;
    const fresh = found.filter(
      (one) => !list.some((other) => other.address.toLowerCase() === one.address.toLowerCase()),
    );
    onChange([...list, ...fresh]);
    setText("");
    return true;
  };
  const remove = (at: number) => {
    onChange(list.filter((_, place) => place !== at));
    input.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      add(text);
    } else if ([",", ";"].includes(event.key)) {
      event.preventDefault();
      add(text);
    } else if (event.key === "Backspace" && text === "" && list.length > 0) {
      event.preventDefault();
      onChange(list.slice(0, -1));
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData("text/plain");
    if (!/[,;\n]/u.test(pasted)) return;
    event.preventDefault();
    add(pasted);
  };

  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <ul className={styles.list} aria-label={label}>
        {list.map((one, at) => {
          const bad = !isAddress(one.address);
          return (
            <li
              key={`${one.address} ${at}`}
              className={styles.chip}
              data-bad={bad || undefined}
              title={bad ? t("composer.recipient.bad") : one.address}
            >
              {one.name && <bdi className={styles.name}>{visible(one.name)}</bdi>}
              <bdi className={styles.address}>{visible(one.address)}</bdi>
              {bad && <span className="visually-hidden">{t("composer.recipient.bad")}</span>}
              <button
                type="button"
                className={styles.remove}
                aria-label={t("composer.recipient.remove", { name: one.name || one.address })}
                onClick={() => remove(at)}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          );
        })}
        <li className={styles.typing}>
          <input
            ref={input}
            id={id}
            className={styles.input}
            aria-label={t("composer.recipient.add", { field: label })}
            type="text"
            inputMode="email"
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            onBlur={() => add(text)}
          />
        </li>
      </ul>
      {end}
    </div>
  );
}
