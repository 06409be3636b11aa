import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { ActionId } from "../../state/actions";
import { keysOf } from "../../state/actions";
import { Icon } from "../icons";
import styles from "./Chooser.module.css";
import { Kbd } from "./Kbd";

/** One thing that can be chosen. */
export interface Choice {
  readonly id: string;
  /** Under which heading it stands; none for no heading. */
  readonly group?: string;
  readonly name: string;
  readonly detail?: string;
  readonly mark?: ReactNode;
  readonly action?: ActionId;
  readonly run: () => void;
}

/** A field over a list: what is typed narrows it, the arrows move in it, Enter does it. */
export function Chooser({
  label,
  placeholder,
  none,
  text,
  onText,
  choices,
  preview,
}: {
  label: string;
  placeholder: string;
  /** What is said when nothing fits. */
  none: ReactNode;
  text: string;
  onText: (text: string) => void;
  choices: readonly Choice[];
  /** Shows more of the choice that Enter would do. */
  preview?: (id: string) => ReactNode;
}) {
  const [cursor, setCursor] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // It is opened to type into; nothing typed right after the key may be lost.
  useEffect(() => input.current?.focus(), []);
  const at = Math.min(cursor, Math.max(0, choices.length - 1));
  const chosen = choices[at];

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest" });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setCursor((at + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      chosen?.run();
    }
  };

  return (
    <>
      <div className={styles.field}>
        <Icon name="search" />
        <input
          ref={input}
          className={styles.input}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-label={label}
          aria-activedescendant={chosen ? `${id}${at}` : undefined}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            onText(event.target.value);
            setCursor(0);
          }}
          onKeyDown={onKeyDown}
          autoComplete="off"
          spellCheck={false}
        />
        <Kbd keys="Escape" />
      </div>
      <div ref={list} id={id} className={styles.list} role="listbox" aria-label={label}>
        {choices.length === 0 && <div className={styles.none}>{none}</div>}
        {choices.map((choice, place) => (
          <Line
            key={choice.id}
            id={`${id}${place}`}
            choice={choice}
            heads={choices[place - 1]?.group !== choice.group}
            selected={place === at}
            onPoint={() => setCursor(place)}
          />
        ))}
      </div>
      {preview && chosen && (
        <div className={styles.preview} dir="auto">
          {preview(chosen.id)}
        </div>
      )}
    </>
  );
}

function Line({
  id,
  choice,
  heads,
  selected,
  onPoint,
}: {
  id: string;
  choice: Choice;
  heads: boolean;
  selected: boolean;
  onPoint: () => void;
}) {
  return (
    <>
      {heads && choice.group && (
        <div className={styles.group} role="presentation">
          {choice.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys of its options */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field */}
      <div
        id={id}
        role="option"
        aria-selected={selected}
        className={styles.item}
        onMouseMove={onPoint}
        onClick={choice.run}
      >
        {choice.mark}
        <span className={styles.name}>{choice.name}</span>
        <span className={styles.detail}>{choice.detail}</span>
        {choice.action && <Kbd keys={keysOf(choice.action)[0] ?? ""} />}
      </div>
    </>
  );
}

/** Tells whether a name holds every word that was typed, in whatever order. */
export function holdsWords(name: string, typed: string): boolean {
  const lower = name.toLocaleLowerCase();
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
