import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useRead, useSearchRows } from "../api/queries";
import { holderOf } from "../api/view";
import { HolderGlyph } from "../design/components/Baton";
import { Dialog } from "../design/components/Dialog";
import { Kbd } from "../design/components/Kbd";
import { Icon } from "../design/icons";
import { t, tt } from "../i18n";
import {
  ACTIONS,
  type ActionId,
  actionsTurn,
  keysOf,
  perform,
  possibleActions,
  useAction,
} from "../state/actions";
import { useStore } from "../state/store";
import styles from "./Palette.module.css";

interface Item {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly detail?: string;
  readonly mark?: ReactNode;
  readonly action?: ActionId;
  readonly run: () => void;
}

const HIDDEN: ReadonlySet<ActionId> = new Set([
  "palette",
  "list.next",
  "list.previous",
  "list.open",
]);

/** Everything in one field: what can be done now, places, and conversations by any of their words. */
export function Palette() {
  const [open, setOpen] = useState(false);
  useAction("palette", () => setOpen(true));
  return (
    <Dialog label={t("palette.label")} titled={false} isOpen={open} onClose={() => setOpen(false)}>
      {open && <PaletteBody close={() => setOpen(false)} />}
    </Dialog>
  );
}

function PaletteBody({ close }: { close: () => void }) {
  const [text, setText] = useState("");
  const [cursor, setCursor] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // The palette is opened to type into; nothing typed right after the key may be lost.
  useEffect(() => input.current?.focus(), []);
  const items = useItems(text, close);
  const at = Math.min(cursor, Math.max(0, items.length - 1));

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest" });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setCursor((at + step + items.length) % Math.max(1, items.length));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      items[at]?.run();
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
          aria-label={t("palette.label")}
          aria-activedescendant={items[at] ? `${id}${at}` : undefined}
          placeholder={t("palette.placeholder")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCursor(0);
          }}
          onKeyDown={onKeyDown}
          autoComplete="off"
          spellCheck={false}
        />
        <Kbd keys="Escape" />
      </div>
      <div
        ref={list}
        id={id}
        className={styles.list}
        role="listbox"
        aria-label={t("palette.label")}
      >
        {items.length === 0 && <p className={styles.none}>{t("palette.none")}</p>}
        {items.map((item, place) => (
          <PaletteItem
            key={item.id}
            id={`${id}${place}`}
            item={item}
            heads={items[place - 1]?.group !== item.group}
            selected={place === at}
            onPoint={() => setCursor(place)}
          />
        ))}
      </div>
    </>
  );
}

function PaletteItem({
  id,
  item,
  heads,
  selected,
  onPoint,
}: {
  id: string;
  item: Item;
  heads: boolean;
  selected: boolean;
  onPoint: () => void;
}) {
  return (
    <>
      {heads && (
        <div className={styles.group} role="presentation">
          {item.group}
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
        onClick={item.run}
      >
        {item.mark}
        <span className={styles.name}>{item.name}</span>
        <span className={styles.detail}>{item.detail}</span>
        {item.action && <Kbd keys={keysOf(item.action)[0] ?? ""} />}
      </div>
    </>
  );
}

function useItems(text: string, close: () => void): Item[] {
  useStore(actionsTurn);
  const navigate = useNavigate();
  const saved = useRead("views_get", {}).data?.saved ?? [];
  const found = useSearchRows(text);
  const words = text.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = (name: string) => {
    const lower = name.toLocaleLowerCase();
    return words.every((word) => lower.includes(word));
  };

  const acts: Item[] = possibleActions()
    .filter((id) => !HIDDEN.has(id))
    .map((id) => ({
      id,
      group: t(`group.${ACTIONS[id].group}`),
      name: tt(ACTIONS[id].label),
      action: id,
      run: () => {
        close();
        // After the sheet is gone, so that the focus the action moves is not taken back.
        setTimeout(() => perform(id), 0);
      },
    }));
  const searches: Item[] = saved.map((one) => ({
    id: `saved:${one.id}`,
    group: t("places.saved"),
    name: one.name,
    detail: one.query,
    mark: <Icon name="saved" />,
    run: () => {
      close();
      void navigate({ to: "/v/$view", params: { view: `saved:${one.id}` } });
    },
  }));
  const rows: Item[] =
    words.length === 0
      ? []
      : found.rows.slice(0, 8).map((row) => ({
          id: row.id,
          group: t("palette.conversations"),
          name: row.contact.name || row.contact.address,
          detail: row.subject,
          mark: <HolderGlyph kind={holderOf(row.control).kind} />,
          run: () => {
            close();
            void navigate({ to: "/c/$id", params: { id: row.id } });
          },
        }));
  return [...[...acts, ...searches].filter((item) => fits(item.name)), ...rows];
}
