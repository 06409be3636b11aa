import type { Change, HtmlView, MessageHtml } from "../api/generated/wire";

/** How the connection to the engine stands. */
export type Link = "connecting" | "live" | "lost" | "refused";

/**
 * The HTML view of a message, ready for a sandboxed frame.
 *
 * It has an address of its own where the page's policy would otherwise bind it, and is good for
 * one look: a frame that is drawn again asks again.
 */
export type MessageFrame = Omit<HtmlView, "document"> & {
  readonly from: { readonly url: string } | { readonly srcdoc: string };
};

/** Where the interface runs: what differs between the desktop window, a browser and a rehearsal. */
export interface Platform {
  readonly name: "desktop" | "browser" | "rehearsal";
  /** Carries out one command; rejects with an `ApiFailure`. */
  call(name: string, request: unknown): Promise<unknown>;
  /** Listens to changes and to the state of the connection; returns the end of it. */
  listen(onChange: (change: Change) => void, onLink: (link: Link) => void): () => void;
  /** Makes the HTML of a message ready for a frame; rejects with an `ApiFailure`. */
  messageFrame(request: MessageHtml): Promise<MessageFrame>;
  /** Hands a file to the user, under a name that is safe. */
  saveFile(name: string, content: Blob): Promise<void>;
  /** Opens a page of the world outside in the user's browser. */
  openOutside(url: string): void;
}
