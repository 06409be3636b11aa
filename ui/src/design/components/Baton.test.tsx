import { render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "../../../test/axe";
import { freezeClock } from "../../state/clock";
import { Baton, BatonTrack, type Holder, holderSentence } from "./Baton";
import { ClockRing, deadlineState } from "./ClockRing";

const NOW = Date.UTC(2026, 10, 20, 9, 24);
const MINUTE = 60_000;

beforeEach(() => freezeClock(NOW));
afterEach(() => freezeClock(undefined));

const holder = (rest: Partial<Holder>): Holder => ({
  kind: "bot",
  name: "Mira",
  sinceMs: NOW - 4 * MINUTE,
  ...rest,
});

describe("the baton", () => {
  it("says who may speak, by name and since when", () => {
    render(<Baton holder={holder({})} />);
    expect(screen.getByText("Mira")).toBeTruthy();
    expect(screen.getByText("4m")).toBeTruthy();
  });

  it("has a shape of its own for each holder, so that no colour is needed", () => {
    const shapes = (["bot", "queue", "agent", "nobody"] as const).map((kind) => {
      const { container, unmount } = render(<Baton holder={holder({ kind })} />);
      const shape = container.querySelector("svg")?.innerHTML;
      unmount();
      return shape;
    });
    expect(new Set(shapes).size).toBe(4);
  });

  it("says You for the person at this desk, and the first name of a teammate", () => {
    const { rerender } = render(
      <Baton holder={holder({ kind: "agent", name: "Anna Lindqvist", mine: true })} />,
    );
    expect(screen.getByText("You")).toBeTruthy();
    rerender(<Baton holder={holder({ kind: "agent", name: "Bo Castellanos" })} />);
    expect(screen.getByText("Bo")).toBeTruthy();
  });

  it("is one sentence for a screen reader", async () => {
    render(<BatonTrack holder={holder({ kind: "queue", name: "Billing" })} />);
    expect(screen.getByRole("img").getAttribute("aria-label")).toBe(
      "Waits in the queue Billing, for 4 minutes",
    );
    expect(holderSentence(holder({ mine: true, kind: "agent" }), NOW)).toBe(
      "You hold the baton, for 4 minutes",
    );
    await expectAccessible();
  });
});

describe("a clock", () => {
  const clock = (dueMs: number, paused = false) => ({
    kind: "first_reply",
    startedMs: NOW - 40 * MINUTE,
    dueMs,
    paused,
  });

  it("is soon in its last fifth, broken once it is over, and quiet while paused", () => {
    expect(deadlineState(clock(NOW + 60 * MINUTE), NOW)).toBe("running");
    expect(deadlineState(clock(NOW + 10 * MINUTE), NOW)).toBe("soon");
    expect(deadlineState(clock(NOW), NOW)).toBe("broken");
    expect(deadlineState(clock(NOW - 1, true), NOW)).toBe("paused");
  });

  it("says what is due and when", () => {
    const { container } = render(<ClockRing deadline={clock(NOW + 6 * MINUTE)} />);
    expect(container.firstElementChild?.getAttribute("title")).toContain(
      "First reply due in 6 minutes",
    );
    expect(container.textContent).toBe("6m");
  });
});
