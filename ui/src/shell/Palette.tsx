import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useRead, useSearchRows } from "../api/queries";
import { holderOf } from "../api/view";
import { HolderGlyph } from "../design/components/Baton";
import { type Choice, Chooser, holdsWords } from "../design/components/Chooser";
import { Dialog } from "../design/components/Dialog";
import { Icon } from "../design/icons";
import { t, tt } from "../i18n";
import {
  ACTIONS,
  type ActionGroup,
  type ActionId,
  actionsTurn,
  perform,
  possibleActions,
  useAction,
} from "../state/actions";
import { useStore } from "../state/store";

/** What is done to a conversation first, then where one goes, then how one moves and looks. */
const GROUPS: readonly ActionGroup[] = ["answer", "control", "places", "look", "move"];

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
  return (
    <Chooser
      label={t("palette.label")}
      placeholder={t("palette.placeholder")}
      none={t("palette.none")}
      text={text}
      onText={setText}
      choices={useItems(text, close)}
    />
  );
}

function useItems(text: string, close: () => void): Choice[] {
  useStore(actionsTurn);
  const navigate = useNavigate();
  const saved = useRead("views_get", {}).data?.saved ?? [];
  const found = useSearchRows(text);
  const acts: Choice[] = possibleActions()
    .filter((id) => !HIDDEN.has(id))
    .sort((a, b) => GROUPS.indexOf(ACTIONS[a].group) - GROUPS.indexOf(ACTIONS[b].group))
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
  const searches: Choice[] = saved.map((one) => ({
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
  const rows: Choice[] =
    text.trim() === ""
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
  return [...[...acts, ...searches].filter((item) => holdsWords(item.name, text.trim())), ...rows];
}
