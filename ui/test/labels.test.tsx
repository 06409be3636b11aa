import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openRequest } from "../src/api/client";
import { ACTIONS, keysOf } from "../src/state/actions";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

const HERO = "/c/cnv_hero?in=queue";
const BOT = "/c/cnv_000002?in=with_bot";

const asked = (platform: { calls: { name: string; request: unknown }[] }) =>
  platform.calls.filter((one) => one.name === "label_set").map((one) => one.request);

const said = async () => within(await screen.findByRole("region", { name: "What was said" }));

beforeEach(() => openRequest.set(undefined));

describe("was a person needed", () => {
  it("is said with one key, told in the stream and beside the why, and taken back", async () => {
    const { platform, user } = await openWindow(HERO);
    const stream = await said();
    await user.keyboard("w");
    const panel = within(await screen.findByRole("region", { name: "Was a person needed?" }));
    await user.keyboard("3");
    await waitFor(() =>
      expect(asked(platform)).toEqual([
        { conversation: "cnv_hero", episode: null, decision: null, label: "too_late" },
      ]),
    );
    expect(
      await stream.findByText("You said that a person was needed and came too late"),
    ).toBeTruthy();
    expect(await panel.findByText("You: a person was needed and came too late")).toBeTruthy();
    await user.keyboard("z");
    await waitFor(() => expect(panel.queryByText(/came too late$/)).toBeNull());
  });

  it("offers only what fits: a bot's own conversation cannot have been too late", async () => {
    const { platform, user } = await openWindow(BOT);
    await said();
    await user.keyboard("w");
    const panel = within(await screen.findByRole("region", { name: "Was a person needed?" }));
    expect(panel.queryByRole("button", { name: /Too late/ })).toBeNull();
    await user.keyboard("3");
    await user.keyboard("1");
    expect(asked(platform)).toEqual([]);
    await user.click(panel.getByRole("button", { name: /Should have been a person/ }));
    await waitFor(() => expect(asked(platform)).toHaveLength(1));
  });

  it("can be found in the map of keys and in the palette", async () => {
    const { user } = await openWindow(HERO);
    await said();
    await user.keyboard("?");
    const map = within(await screen.findByRole("dialog", { name: "Keys" }));
    expect(map.getByText("A person came too late")).toBeTruthy();
    const judging = ["judge.needed", "judge.notNeeded", "judge.tooLate", "judge.missed"] as const;
    const others = Object.keys(ACTIONS).filter((id) => !judging.includes(id as "judge.needed"));
    const taken = new Set(others.flatMap((id) => keysOf(id as keyof typeof ACTIONS)));
    expect(judging.flatMap((id) => keysOf(id)).filter((key) => taken.has(key))).toEqual([]);
  });
});

describe("the sample", () => {
  it("offers one after the other, each answered by one key, and is gone when done", async () => {
    const { platform, user } = await openWindow("/audit");
    await screen.findByText(/^0 of 3 answered, of 14 that the bot closed on/);
    await expectAccessible();
    for (const key of ["2", "4", "2"]) {
      const before = asked(platform).length;
      await user.keyboard(key);
      await waitFor(() => expect(asked(platform)).toHaveLength(before + 1));
      await waitFor(() =>
        expect(
          screen.queryByText(new RegExp(`^${before + 1} of 3`)) ??
            screen.queryByText("All looked at"),
        ).toBeTruthy(),
      );
    }
    const answers = asked(platform) as { label: string; episode: number; conversation: string }[];
    expect(answers.map((one) => one.label)).toEqual([
      "not_needed",
      "should_have_been_human",
      "not_needed",
    ]);
    expect(new Set(answers.map((one) => one.conversation)).size).toBe(3);
    expect(answers.every((one) => one.episode === 1)).toBe(true);
    expect(await screen.findByText("All looked at")).toBeTruthy();
    expect(screen.getByText(/^1 of 3 answered should have been a person/)).toBeTruthy();
    await expectAccessible();
    await user.keyboard("z");
    await screen.findByText(/^2 of 3 answered/);
  });

  it("stands among the places while there is something to look at", async () => {
    const { user } = await openWindow("/v/queue");
    const places = within(await screen.findByRole("navigation", { name: "Places" }));
    expect(
      await places.findByRole("link", { name: /Sample of the bot.*3 to look at/ }),
    ).toBeTruthy();
    await user.keyboard("gl");
    await waitFor(() => expect(window.location.hash).toBe("#/audit"));
  });
});
