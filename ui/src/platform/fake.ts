import { ApiFailure } from "../api/errors";
import type { Change } from "../api/generated/wire";
import { setRehearsal } from "../i18n";
import { freezeClock, present } from "../state/clock";
import { HANDLERS } from "./fake/commands";
import { htmlOf } from "./fake/letters";
import { type Scene, type World, worldOf } from "./fake/world";
import type { Link, Platform } from "./types";

/** A platform without an engine, for rehearsals and tests: the same commands over a made-up world. */
export interface FakePlatform extends Platform {
  readonly world: World;
  /** Every call so far: name and request. */
  readonly calls: { name: string; request: unknown }[];
  /** Says a change, as the engine would. */
  readonly say: (change: Change) => void;
  /** Says that things changed. */
  readonly touch: (...tags: string[]) => void;
  /** Makes the next call of a command fail. */
  readonly failNext: (name: string, failure: ApiFailure) => void;
  /** Lets the next call of a command wait until the returned function is called. */
  readonly holdNext: (name: string) => () => void;
  /** Every file that was handed to the user: its name and bytes. */
  readonly saved: { name: string; content: Blob }[];
  /** Every page that was opened outside. */
  readonly outside: string[];
  /** Changes the state of the connection. */
  readonly setLink: (link: Link) => void;
}

/** Returns a platform over the world of a scene. */
export function fakePlatform(scene: Scene = "day"): FakePlatform {
  const world = worldOf(scene, present);
  const calls: FakePlatform["calls"] = [];
  const saved: FakePlatform["saved"] = [];
  const outside: string[] = [];
  const failing = new Map<string, ApiFailure>();
  const held = new Map<string, Promise<void>>();
  let onChange: ((change: Change) => void) | undefined;
  let onLink: ((link: Link) => void) | undefined;
  let linked: Link = "live";
  const touch = (...tags: string[]) => onChange?.({ kind: "touched", tags });

  return {
    name: "rehearsal",
    world,
    calls,
    saved,
    outside,
    say: (change) => onChange?.(change),
    touch,
    failNext: (name, failure) => void failing.set(name, failure),
    holdNext: (name) => {
      let release = () => {};
      held.set(
        name,
        new Promise((done) => {
          release = done;
        }),
      );
      return () => release();
    },
    setLink: (link) => {
      linked = link;
      onLink?.(link);
    },
    call: async (name, request) => {
      calls.push({ name, request });
      const wait = held.get(name);
      held.delete(name);
      await wait;
      const failure = failing.get(name);
      if (failure) {
        failing.delete(name);
        throw failure;
      }
      const handler = HANDLERS[name as keyof typeof HANDLERS] as
        | ((request: unknown, stage: unknown) => unknown)
        | undefined;
      if (!handler) {
        throw new ApiFailure({
          code: "unknown_command",
          message: "The rehearsal does not know this command.",
          hint: name,
          notice: false,
        });
      }
      return structuredClone(handler(request, { world, touch }));
    },
    listen: (change, link) => {
      onChange = change;
      onLink = link;
      link(linked);
      return () => {
        onChange = undefined;
        onLink = undefined;
      };
    },
    messageFrame: async (request) => {
      calls.push({ name: "message_view", request });
      const failure = failing.get("message_view");
      if (failure) {
        failing.delete("message_view");
        throw failure;
      }
      const { document, ...view } = htmlOf(request, world.session.settings.remote_images_from);
      return { ...view, from: { srcdoc: document } };
    },
    saveFile: async (name, content) => {
      saved.push({ name, content });
    },
    openOutside: (url) => {
      outside.push(url);
    },
  };
}

/** The moment at which every rehearsal stands still. */
export const REHEARSAL_NOW = new Date(2026, 10, 20, 10, 24, 0).getTime();

/** Returns the rehearsal that the query of the address asks for: `?scene=many&words=long`. */
export function rehearsalFromAddress(): FakePlatform {
  const asked = new URLSearchParams(location.search);
  // The router would take the query for a part of its own address.
  history.replaceState(null, "", location.pathname + location.hash);
  const words = asked.get("words");
  setRehearsal(words === "long" || words === "mirrored" ? words : "none");
  if (asked.get("clock") !== "running") freezeClock(REHEARSAL_NOW);
  const scene = asked.get("scene");
  const platform = fakePlatform(
    scene === "none" || scene === "one" || scene === "many" ? scene : "day",
  );
  const link = asked.get("link");
  if (link === "lost") platform.setLink("lost");
  (window as unknown as { rehearsal: FakePlatform }).rehearsal = platform;
  return platform;
}
