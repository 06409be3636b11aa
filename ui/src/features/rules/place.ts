import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { store } from "../../state/store";

/** What the page shows beside the list. */
export type Panel = "form" | "text" | "checks" | "replay" | "going" | "history" | "proposals";

const PANELS: readonly Panel[] = [
  "form",
  "text",
  "checks",
  "replay",
  "going",
  "history",
  "proposals",
];

/** Where one is on the rules page, and the ways to other places of it. */
export interface RulesPlace {
  readonly rule: string | undefined;
  readonly panel: Panel | undefined;
  readonly open: (rule: string | undefined, panel?: Panel) => void;
  readonly show: (panel: Panel | undefined) => void;
  readonly backToList: () => void;
}

/** The rule that was open last, for who comes back without saying which. */
export const lastRule = store<string | undefined>(undefined);

/** Reads the place from the address. */
export function useRulesPlace(): RulesPlace {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const rule = search.rule;
  const panel = PANELS.find((one) => one === search.show);
  useEffect(() => {
    if (rule !== undefined) lastRule.set(rule);
  }, [rule]);
  return useMemo(
    () => ({
      rule,
      panel,
      open: (next, show = panel) =>
        void navigate({ to: "/rules", search: { rule: next, show }, replace: rule !== undefined }),
      show: (next) => void navigate({ to: "/rules", search: { rule, show: next }, replace: true }),
      backToList: () => void navigate({ to: "/rules", search: {} }),
    }),
    [rule, panel, navigate],
  );
}

/** How many columns there is room for. */
export type Room = 1 | 2 | 3 | 4;

function roomOf(width: number): Room {
  return width < 660 ? 1 : width < 1280 ? 2 : width < 2100 ? 3 : 4;
}

/** Follows how many columns there is room for. */
export function useRoom(): Room {
  const [room, setRoom] = useState<Room>(() => roomOf(window.innerWidth));
  useEffect(() => {
    const change = () => setRoom(roomOf(window.innerWidth));
    change();
    window.addEventListener("resize", change);
    return () => window.removeEventListener("resize", change);
  }, []);
  return room;
}

/** The line of the text that something asked to be shown, until it is. */
export const wantedLine = store<{ readonly line: number } | undefined>(undefined);

/** Asks the text to show a line. */
export function goToLine(line: number): void {
  wantedLine.set({ line });
}
