import { settings } from "./settings";
import { store, useStore } from "./store";

/** How many columns there is room for; they go from the right, then from the left. */
export interface FrameShape {
  /** The context stands beside the conversation; otherwise it slides over it. */
  readonly context: boolean;
  /** The names of the places are shown; otherwise only their marks. */
  readonly places: "full" | "rail" | "hidden";
  /** List and conversation are side by side; otherwise one at a time. */
  readonly both: boolean;
  /** List and context stand back a little, so that the conversation can be read. */
  readonly tight: boolean;
}

const CONTEXT_FROM = 1280;
const NAMES_FROM = 1000;
const BOTH_FROM = 660;

function shapeOf(width: number): FrameShape {
  return {
    context: width >= CONTEXT_FROM,
    places: width >= NAMES_FROM ? "full" : width >= BOTH_FROM ? "rail" : "hidden",
    both: width >= BOTH_FROM,
    tight: width >= CONTEXT_FROM && width < ROOMY_FROM,
  };
}

/** The shape of the frame now. */
export const frame = store<FrameShape>(shapeOf(window.innerWidth));

/** Follows the width of the window; returns the end of it. */
export function followWidth(): () => void {
  const change = () => {
    const next = shapeOf(window.innerWidth);
    const now = frame.get();
    const keys = Object.keys(next) as (keyof FrameShape)[];
    if (keys.some((key) => next[key] !== now[key])) frame.set(next);
  };
  change();
  window.addEventListener("resize", change);
  return () => window.removeEventListener("resize", change);
}

const LIST_BESIDE_RAIL = 300;
const LIST_BESIDE_CONTEXT = 316;
/** From here on all columns have the width that they were given. */
const ROOMY_FROM = 1400;

/** Returns how wide the list is beside the conversation. */
export function useListWidth(): number {
  const { places, tight } = useStore(frame);
  const { listWidth } = useStore(settings);
  if (places === "rail") return Math.min(listWidth, LIST_BESIDE_RAIL);
  return tight ? Math.min(listWidth, LIST_BESIDE_CONTEXT) : listWidth;
}

/** Which panel of the context is shown. */
export type ContextPanel = "packet" | "why" | "contact";

/** What the context shows; the drawer is its state where it slides over the conversation. */
export const contextPanel = store<{ panel: ContextPanel; drawer: boolean }>({
  panel: "packet",
  drawer: false,
});

/** Whether the places slide over the list on a narrow window. */
export const placesDrawer = store(false);
