import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { ApiFailure } from "../api/errors";
import type { Change, HtmlView } from "../api/generated/wire";
import { download } from "./download";
import type { Platform } from "./types";

/** Tells whether this page is inside the desktop window. */
export function inDesktopWindow(): boolean {
  return "__TAURI_INTERNALS__" in window;
}

/** Talks to the engine in the same process, over the one command and the one event of the window. */
export function tauriPlatform(): Platform {
  return {
    name: "desktop",
    call: async (name, request) => {
      try {
        return await invoke("call", { name, payload: request });
      } catch (error) {
        throw ApiFailure.from(error, 500);
      }
    },
    listen: (onChange, onLink) => {
      let ended = false;
      let leave: (() => void) | undefined;
      onLink("connecting");
      listen<Change>("changes", (event) => onChange(event.payload)).then(
        (end) => {
          leave = end;
          if (ended) {
            end();
            return;
          }
          onLink("live");
          // What changed before this line stood was not heard.
          onChange({ kind: "overflow", missed: 0 });
        },
        () => onLink("lost"),
      );
      return () => {
        ended = true;
        leave?.();
      };
    },
    // The window keeps the document and serves it once, under a scheme of its own.
    messageFrame: async (request) => {
      try {
        const answer = await invoke("message_frame", { payload: request });
        const { url, ...view } = answer as Omit<HtmlView, "document"> & { url: string };
        return { ...view, from: { url } };
      } catch (error) {
        throw ApiFailure.from(error, 500);
      }
    },
    saveFile: download,
    openOutside: (url) => {
      // The window goes nowhere itself; the shell hands web and mail addresses to the browser.
      invoke("open_external", { url }).catch(() => undefined);
    },
  };
}
