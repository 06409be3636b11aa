import { useCallback, useState } from "react";
import type { Block } from "./blocks";

// A conversation of years has thousands of entries. Only a stretch of them stands in the page; it
// moves on as one reads, and the reading place is held meanwhile. Nothing is guessed about heights.

/** How many blocks stand in the page at most. */
export const MOST_SHOWN = 160;
const STEP = 48;

interface Beginning {
  readonly key: string;
  /** Its place from the end, for when the block itself was arranged away. */
  readonly fromEnd: number;
}

/** The stretch of a stream that stands in the page, and the ways to move it. */
export interface Shown {
  readonly from: number;
  /** One after the last that is shown. */
  readonly to: number;
  /** Whether the newest is among them. */
  readonly end: boolean;
  readonly up: () => void;
  readonly down: () => void;
  readonly toEnd: () => void;
  /** Moves so that a block is shown with others around it; returns whether anything moved. */
  readonly around: (at: number) => boolean;
}

/** Returns which blocks stand in the page; at first the newest, and those go on with the end. */
export function useShown(blocks: readonly Block[]): Shown {
  const [first, setFirst] = useState<Beginning>();
  const count = blocks.length;
  const from = first ? placeOf(first, blocks) : Math.max(0, count - MOST_SHOWN);
  const to = Math.min(count, from + MOST_SHOWN);

  const beginAt = useCallback(
    (wanted: number) => {
      const at = Math.max(0, wanted);
      const block = blocks[at];
      const follows = !block || at + MOST_SHOWN >= blocks.length;
      setFirst(follows ? undefined : { key: block.key, fromEnd: blocks.length - at });
    },
    [blocks],
  );
  const up = useCallback(() => beginAt(from - STEP), [beginAt, from]);
  const down = useCallback(() => beginAt(from + STEP), [beginAt, from]);
  const toEnd = useCallback(() => setFirst(undefined), []);
  const around = useCallback(
    (at: number) => {
      if (at >= from && at < to) return false;
      beginAt(at - MOST_SHOWN / 2);
      return true;
    },
    [beginAt, from, to],
  );
  return { from, to, end: to === count, up, down, toEnd, around };
}

function placeOf(first: Beginning, blocks: readonly Block[]): number {
  const at = blocks.findIndex((block) => block.key === first.key);
  if (at >= 0) return at;
  return Math.min(blocks.length, Math.max(0, blocks.length - first.fromEnd));
}
