import { ACTIONS, type ActionId, keysOf, perform } from "./actions";

const MAC = /mac|iphone|ipad/i.test(typeof navigator === "undefined" ? "" : navigator.platform);

const SEQUENCE_MS = 1_200;

/**
 * Returns the name of a key press, such as "j", "Shift+R", "Mod+k" or "?".
 *
 * Letters are taken from what the layout writes when that is Latin, and from the place of the key
 * otherwise, so that `j` works in Cyrillic, Greek, Hebrew and Arabic layouts too. Signs are taken
 * as written, wherever the layout puts them.
 */
export function keyName(event: KeyboardEvent): string | undefined {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead"].includes(event.key)) {
    return undefined;
  }
  let key = event.key;
  const place = /^Key([A-Z])$/.exec(event.code)?.[1];
  const written = /^[a-z]$/i.test(key);
  if (!written && place && /^\P{ASCII}$/u.test(key)) key = place;
  const letter = /^[a-z]$/i.test(key);
  if (letter) key = key.toLowerCase();

  const altGraph = event.getModifierState?.("AltGraph") ?? false;
  const sign = !letter && [...key].length === 1;
  const parts: string[] = [];
  if ((MAC ? event.metaKey : event.ctrlKey) && !(sign && altGraph)) parts.push("Mod");
  if (event.altKey && !(sign && (altGraph || MAC))) parts.push("Alt");
  if (event.shiftKey && (letter || key.length > 1)) {
    parts.push("Shift");
    if (letter) key = key.toUpperCase();
  }
  parts.push(key === " " ? "Space" : key);
  return parts.join("+");
}

/** Returns a key for the eye: "Ctrl K", "⇧ R", "G then Q" parts. */
export function keyLabel(name: string): string[] {
  return name.split(" ").map((step) =>
    step
      .split("+")
      .map((part) => {
        switch (part) {
          case "Mod":
            return MAC ? "⌘" : "Ctrl";
          case "Shift":
            return "⇧";
          case "Alt":
            return MAC ? "⌥" : "Alt";
          case "Escape":
            return "Esc";
          case "Enter":
            return "↵";
          case "":
            return "+";
          default:
            return part.length === 1 ? part.toUpperCase() : part;
        }
      })
      .join(" "),
  );
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement &&
    !["checkbox", "radio", "button", "submit", "range"].includes(target.type)
  );
}

// Keys that a focused control needs for itself.
const OWN = new Set(["Enter", "Space", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Tab"]);

function pressable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("button, a[href], [role=menuitem], [role=option], [role=tab], summary") !== null
  );
}

/** Listens for the keys of all actions; returns the end of it. */
export function listenForKeys(target: Window = window): () => void {
  let pending = "";
  let pendingAt = 0;
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat === undefined) return;
    const name = keyName(event);
    if (!name) return;
    const open = document.querySelector("[role=dialog], [role=menu], [role=alertdialog]");
    if (open?.contains(event.target as Node)) return;
    // The true target, also inside of a shadow root.
    const [target = event.target] = event.composedPath();
    if (typing(target) && !name.startsWith("Mod+")) return;
    if (OWN.has(name) && pressable(target)) return;

    const sequence =
      pending && event.timeStamp - pendingAt < SEQUENCE_MS ? `${pending} ${name}` : "";
    const all = Object.keys(ACTIONS) as ActionId[];
    const hit =
      (sequence && all.find((id) => keysOf(id).includes(sequence))) ||
      all.find((id) => keysOf(id).includes(name) && !sequence);
    pending = "";
    if (hit) {
      if (perform(hit)) event.preventDefault();
      return;
    }
    if (all.some((id) => keysOf(id).some((keys) => keys.startsWith(`${name} `)))) {
      pending = name;
      pendingAt = event.timeStamp;
      event.preventDefault();
    }
  };
  target.addEventListener("keydown", onKey);
  return () => target.removeEventListener("keydown", onKey);
}
