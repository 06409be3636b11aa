import { afterEach, describe, expect, it, vi } from "vitest";
import { ACTIONS, type ActionId, keysOf } from "./actions";
import { keyName, listenForKeys } from "./keys";
import { changeSettings } from "./settings";

function press(key: string, code: string, rest: KeyboardEventInit = {}): KeyboardEvent {
  return new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...rest });
}

describe("the name of a key", () => {
  it("is what a Latin layout writes, wherever the key is", () => {
    expect(keyName(press("z", "KeyY"))).toBe("z");
    expect(keyName(press("q", "KeyA"))).toBe("q");
  });

  it("is the place of the key in a layout that writes no Latin", () => {
    expect(keyName(press("о", "KeyJ"))).toBe("j");
    expect(keyName(press("ξ", "KeyJ"))).toBe("j");
    expect(keyName(press("ח", "KeyJ"))).toBe("j");
    expect(keyName(press("ت", "KeyJ"))).toBe("j");
  });

  it("is the sign as written, also behind Shift and AltGr", () => {
    expect(keyName(press("/", "Digit7", { shiftKey: true }))).toBe("/");
    expect(keyName(press("?", "Minus", { shiftKey: true }))).toBe("?");
    expect(
      keyName(press("[", "Digit8", { ctrlKey: true, altKey: true, modifierAltGraph: true })),
    ).toBe("[");
  });

  it("keeps Shift on letters and named keys, and Control everywhere", () => {
    expect(keyName(press("R", "KeyR", { shiftKey: true }))).toBe("Shift+R");
    expect(keyName(press("k", "KeyK", { ctrlKey: true }))).toBe("Mod+k");
    expect(keyName(press("л", "KeyK", { ctrlKey: true }))).toBe("Mod+k");
    expect(keyName(press("Enter", "Enter", { ctrlKey: true }))).toBe("Mod+Enter");
  });

  it("is nothing for a key that only changes others", () => {
    expect(keyName(press("Shift", "ShiftLeft"))).toBeUndefined();
    expect(keyName(press("Dead", "BracketLeft"))).toBeUndefined();
  });
});

describe("the list of actions", () => {
  it("gives no key to two actions", () => {
    const seen = new Map<string, ActionId>();
    for (const id of Object.keys(ACTIONS) as ActionId[]) {
      for (const key of keysOf(id)) {
        expect(seen.get(key), `${key} of ${id}`).toBeUndefined();
        seen.set(key, id);
      }
    }
  });

  it("has no key that begins another action's sequence", () => {
    const all = (Object.keys(ACTIONS) as ActionId[]).flatMap((id) => [...keysOf(id)]);
    for (const key of all) {
      for (const other of all) expect(other.startsWith(`${key} `), `${key}, ${other}`).toBe(false);
    }
  });

  it("follows the user's choice", () => {
    changeSettings({ keys: { take: "y" } });
    expect(keysOf("take")).toEqual(["y"]);
    expect(keysOf("pass")).toEqual(["p"]);
  });
});

describe("listening for keys", () => {
  let end = () => {};
  afterEach(() => end());

  it("leaves the keys of a field to the field", () => {
    const input = document.body.appendChild(document.createElement("input"));
    const seen = vi.fn();
    end = listenForKeys();
    const event = press("j", "KeyJ");
    input.addEventListener("keydown", seen);
    input.dispatchEvent(event);
    expect(seen).toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
    input.remove();
  });

  it("takes the first key of a sequence for itself", () => {
    end = listenForKeys();
    const event = press("g", "KeyG");
    document.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  });
});
