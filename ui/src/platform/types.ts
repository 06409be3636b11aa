import type { Change } from "../api/generated/wire";

/** How the connection to the engine stands. */
export type Link = "connecting" | "live" | "lost" | "refused";

/** Where the interface runs: what differs between the desktop window, a browser and a rehearsal. */
export interface Platform {
  readonly name: "desktop" | "browser" | "rehearsal";
  /** Carries out one command; rejects with an `ApiFailure`. */
  call(name: string, request: unknown): Promise<unknown>;
  /** Listens to changes and to the state of the connection; returns the end of it. */
  listen(onChange: (change: Change) => void, onLink: (link: Link) => void): () => void;
  /** Opens a page of the world outside in the user's browser. */
  openOutside(url: string): void;
}
