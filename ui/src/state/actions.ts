import { useLayoutEffect, useRef } from "react";
import type { TextKey } from "../i18n";
import { settings } from "./settings";
import { store } from "./store";

// The one list of everything that has a key. The map (`?`), the palette (Ctrl K), the tooltips and
// the dispatcher all read it, so none of them can drift from the others.

/** Where an action belongs in the map. */
export type ActionGroup = "move" | "answer" | "control" | "look" | "places";

interface ActionSpec {
  readonly group: ActionGroup;
  readonly label: TextKey;
  readonly keys: readonly string[];
}

const spec = <const T extends Record<string, ActionSpec>>(list: T): Record<keyof T, ActionSpec> =>
  list;

/** Every action, with its own keys. "Mod" is Command on a Mac and Control elsewhere; "g q" is two keys in turn. */
export const ACTIONS = spec({
  "list.next": { group: "move", label: "action.list.next", keys: ["j"] },
  "list.previous": { group: "move", label: "action.list.previous", keys: ["k"] },
  "list.open": { group: "move", label: "action.list.open", keys: ["Enter", "o"] },
  "list.back": { group: "move", label: "action.list.back", keys: ["u"] },
  "list.select": { group: "move", label: "action.list.select", keys: ["x"] },
  "list.selectAll": { group: "move", label: "action.list.selectAll", keys: ["Mod+a"] },
  "list.unselect": { group: "move", label: "action.list.unselect", keys: ["Escape"] },
  "conversation.next": { group: "move", label: "action.conversation.next", keys: ["]"] },
  "conversation.previous": { group: "move", label: "action.conversation.previous", keys: ["["] },

  compose: { group: "answer", label: "action.compose", keys: ["c"] },
  reply: { group: "answer", label: "action.reply", keys: ["r"] },
  replyAll: { group: "answer", label: "action.replyAll", keys: ["a"] },
  forward: { group: "answer", label: "action.forward", keys: ["f"] },
  note: { group: "answer", label: "action.note", keys: ["n"] },
  whisper: { group: "answer", label: "action.whisper", keys: ["Shift+N"] },
  macro: { group: "answer", label: "action.macro", keys: ["m", "Mod+;"] },
  suggest: { group: "answer", label: "action.suggest", keys: ["q", "Mod+."] },
  send: { group: "answer", label: "action.send", keys: ["Mod+Enter"] },

  take: { group: "control", label: "action.take", keys: ["t"] },
  pass: { group: "control", label: "action.pass", keys: ["p"] },
  returnToBot: { group: "control", label: "action.returnToBot", keys: ["b"] },
  continue: { group: "control", label: "action.continue", keys: ["Shift+M"] },
  release: { group: "control", label: "action.release", keys: ["Shift+R"] },
  resolve: { group: "control", label: "action.resolve", keys: ["e"] },
  snooze: { group: "control", label: "action.snooze", keys: ["s"] },
  label: { group: "control", label: "action.label", keys: ["l"] },
  "alert.take": { group: "control", label: "action.alert.take", keys: ["Shift+T"] },
  "alert.open": { group: "control", label: "action.alert.open", keys: ["Shift+O"] },
  "judge.needed": { group: "control", label: "action.judge.needed", keys: ["1"] },
  "judge.notNeeded": { group: "control", label: "action.judge.notNeeded", keys: ["2"] },
  "judge.tooLate": { group: "control", label: "action.judge.tooLate", keys: ["3"] },
  "judge.missed": { group: "control", label: "action.judge.missed", keys: ["4"] },
  "review.approve": { group: "control", label: "action.review.approve", keys: ["y"] },
  "review.edit": { group: "control", label: "action.review.edit", keys: ["d"] },
  "review.reject": { group: "control", label: "action.review.reject", keys: ["v"] },
  undo: { group: "control", label: "action.undo", keys: ["z"] },

  why: { group: "look", label: "action.why", keys: ["w"] },
  sources: { group: "look", label: "action.sources", keys: ["Shift+S"] },
  contact: { group: "look", label: "action.contact", keys: ["i"] },
  "contact.same": { group: "look", label: "action.contact.same", keys: ["Shift+I"] },
  packet: { group: "look", label: "action.packet", keys: ["h"] },
  "packet.useful": { group: "look", label: "action.packet.useful", keys: ["="] },
  "packet.lacking": { group: "look", label: "action.packet.lacking", keys: ["-"] },
  context: { group: "look", label: "action.context", keys: ["."] },
  search: { group: "look", label: "action.search", keys: ["/"] },
  find: { group: "look", label: "action.find", keys: ["Mod+f"] },
  palette: { group: "look", label: "action.palette", keys: ["Mod+k"] },
  keys: { group: "look", label: "action.keys", keys: ["?"] },
  density: { group: "look", label: "action.density", keys: ["g d"] },
  theme: { group: "look", label: "action.theme", keys: ["g t"] },

  "rules.save": { group: "look", label: "action.rules.save", keys: ["Mod+s"] },

  "go.mine": { group: "places", label: "place.mine", keys: ["g m"] },
  "go.queue": { group: "places", label: "place.queue", keys: ["g q"] },
  "go.escalated": { group: "places", label: "place.escalated", keys: ["g e"] },
  "go.bot": { group: "places", label: "place.bot", keys: ["g b"] },
  "go.waiting": { group: "places", label: "place.waiting", keys: ["g w"] },
  "go.snoozed": { group: "places", label: "place.snoozed", keys: ["g s"] },
  "go.all": { group: "places", label: "place.all", keys: ["g a"] },
  "go.review": { group: "places", label: "place.review", keys: ["g v"] },
  "go.audit": { group: "places", label: "place.audit", keys: ["g l"] },
  "go.channels": { group: "places", label: "place.channels", keys: ["g c"] },
  "go.bots": { group: "places", label: "place.bots", keys: ["g o"] },
  "go.rules": { group: "places", label: "place.rules", keys: ["g r"] },
  "go.health": { group: "places", label: "place.health", keys: ["g h"] },
  "go.knowledge": { group: "places", label: "place.knowledge", keys: ["g k"] },
  "go.settings": { group: "places", label: "place.settings", keys: ["g ,"] },
});

/** The name of an action. */
export type ActionId = keyof typeof ACTIONS;

/** Returns the keys of an action: the user's where chosen, its own otherwise. */
export function keysOf(id: ActionId): readonly string[] {
  const chosen = settings.get().keys[id];
  return chosen === undefined ? ACTIONS[id].keys : [chosen];
}

interface Entry {
  readonly run: () => void;
  readonly first: boolean;
}

// Later mounts win, so a panel can take over a key while it is open.
const handlers = new Map<ActionId, Entry[]>();

/** Grows with each change of what can be done now. */
export const actionsTurn = store(0);

/**
 * Makes an action possible while the component is on screen and `when` holds. One that comes
 * `first` goes before all others, also before those that are mounted later.
 */
export function useAction(id: ActionId, run: () => void, when = true, first = false): void {
  const latest = useRef(run);
  // Before the eye sees what can be done, so that no key comes too early.
  useLayoutEffect(() => {
    latest.current = run;
  });
  useLayoutEffect(() => {
    if (!when) return;
    const entry: Entry = { run: () => latest.current(), first };
    handlers.set(id, [...(handlers.get(id) ?? []), entry]);
    actionsTurn.set((turn) => turn + 1);
    return () => {
      handlers.set(
        id,
        (handlers.get(id) ?? []).filter((other) => other !== entry),
      );
      actionsTurn.set((turn) => turn + 1);
    };
  }, [id, when, first]);
}

/** Does an action if it is possible now; returns whether it was. */
export function perform(id: ActionId): boolean {
  const entries = handlers.get(id);
  const entry = entries?.findLast((one) => one.first) ?? entries?.at(-1);
  entry?.run();
  return entry !== undefined;
}

/** Returns the actions that are possible now, in the order of the list. */
export function possibleActions(): ActionId[] {
  return (Object.keys(ACTIONS) as ActionId[]).filter((id) => (handlers.get(id)?.length ?? 0) > 0);
}
