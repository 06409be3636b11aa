import { useSyncExternalStore } from "react";

// One clock for the whole window. A passing second is never the state of a list or a page: only
// the few small components that show a time subscribe, and only while they are on screen.

type Pace = "second" | "half-minute";

const STEP: Record<Pace, number> = { second: 1_000, "half-minute": 30_000 };

class Clock {
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #now: number;

  constructor(
    private readonly step: number,
    private readonly read: () => number,
  ) {
    this.#now = this.#floor();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === undefined) this.#arm();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        clearTimeout(this.#timer);
        this.#timer = undefined;
      }
    };
  };

  get = (): number => {
    if (this.#timer === undefined) this.#now = this.#floor();
    return this.#now;
  };

  #floor(): number {
    return Math.floor(this.read() / this.step) * this.step;
  }

  #arm(): void {
    // Aligned to the step, so that all clocks on screen change in the same frame.
    this.#timer = setTimeout(
      () => {
        this.#now = this.#floor();
        for (const listener of this.#listeners) listener();
        this.#arm();
      },
      this.step - (this.read() % this.step),
    );
  }
}

let frozen: number | undefined;
const read = () => frozen ?? Date.now();

const clocks: Record<Pace, Clock> = {
  second: new Clock(STEP.second, read),
  "half-minute": new Clock(STEP["half-minute"], read),
};

/** Returns the present moment, for acts; what is shown uses `useNow`. */
export function present(): number {
  return read();
}

/** Stops the clock at a moment, so that pictures and tests are the same every time. */
export function freezeClock(at: number | undefined): void {
  frozen = at;
}

/** Returns the present moment and renders again when it has moved on by the pace. */
export function useNow(pace: Pace): number {
  const clock = clocks[pace];
  return useSyncExternalStore(clock.subscribe, clock.get, clock.get);
}

/** Returns how many whole seconds are left until a moment, never 0 before it has come. */
export function useSecondsLeft(until: number): number {
  return secondsLeft(until, useNow("second"));
}

/**
 * Returns how many seconds are left as a second hand shows them: the clock stands at the second
 * that has begun, so that ten seconds begin with 10 and not with 11.
 */
export function secondsLeft(until: number, now: number): number {
  return until <= now ? 0 : Math.max(1, Math.floor((until - now) / 1_000));
}
