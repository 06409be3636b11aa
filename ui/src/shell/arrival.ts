import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

// Where the focus was when a page was asked for by its key.
let left: Element | undefined;

/** Says that a page was asked for, which is to have the focus when it is there. */
export function expectArrival(): void {
  left = document.activeElement ?? document.body;
}

/** Gives the focus to the page that was asked for, unless something in it has taken it already. */
export function arrive(): void {
  if (left === undefined) return;
  const main = document.getElementById("main");
  const now = document.activeElement;
  const taken = now !== left && now !== null && now !== document.body && main?.contains(now);
  left = undefined;
  if (!taken) focusPage(main);
}

/**
 * Sees to it that whoever goes from page to page is on the page they came to: the keys mean it, and
 * whoever listens reads on from its heading. What had the focus often goes with the page before it.
 */
export function useArrival(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        // A window that was just opened is read from its beginning.
        if (!fromLocation || !pathChanged) return;
        if (left !== undefined) arrive();
        else if (lost()) focusPage(document.getElementById("main"));
      }),
    [router],
  );
}

function lost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function focusPage(main: HTMLElement | null): void {
  const heading = main?.querySelector("h1");
  if (heading) heading.tabIndex = -1;
  (heading ?? main)?.focus({ preventScroll: true });
}
