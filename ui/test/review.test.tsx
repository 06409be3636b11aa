import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openRequest } from "../src/api/client";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

const asked = (platform: { calls: { name: string; request: unknown }[] }, name: string) =>
  platform.calls.filter((one) => one.name === name).map((one) => one.request);

beforeEach(() => openRequest.set(undefined));

describe("somebody from outside who reads drafts", () => {
  it("has their own keys and no places", async () => {
    const { user } = await openWindow("/", "day", 1440, ({ world }) => {
      world.session = { ...world.session, bounded: true };
    });
    await screen.findByText("2 drafts wait for you.");
    const there = window.location.hash;
    await user.keyboard("gq");
    expect(window.location.hash).toBe(there);
    await user.keyboard("?");
    const map = within(await screen.findByRole("dialog", { name: "Keys" }));
    expect(map.getByText("Let the draft go")).toBeTruthy();
    expect(map.queryByText("Take")).toBeNull();
    expect(map.queryByText("Queue")).toBeNull();
    await expectAccessible();
  });

  it("asks for nothing that would be refused", async () => {
    const { platform } = await openWindow("/", "day", 1440, ({ world }) => {
      world.session = { ...world.session, bounded: true };
    });
    await screen.findByText("2 drafts wait for you.");
    const names = new Set(platform.calls.map((one) => one.name));
    expect([...names].sort()).toEqual(["reviews_get", "session_get"]);
  });

  it("hears that the engine is gone", async () => {
    const { platform } = await openWindow("/", "day", 1440, ({ world }) => {
      world.session = { ...world.session, bounded: true };
    });
    await screen.findByText("2 drafts wait for you.");
    act(() => platform.setLink("lost"));
    expect(await screen.findByText("Not connected to Baton. What you write is kept.")).toBeTruthy();
  });
});

describe("drafts that wait", () => {
  it("shows the oldest with its policy and packet, and one key lets it go", async () => {
    const { platform, user } = await openWindow("/review");
    await screen.findByText("2 drafts wait for you.");
    expect(screen.getByText("Money is promised by people, not by machines.")).toBeTruthy();
    expect(screen.getByText("A refund for an invoice that was paid twice")).toBeTruthy();
    await expectAccessible();
    await user.keyboard("y");
    await waitFor(() =>
      expect(asked(platform, "review_approve")).toEqual([{ draft: "msg_draft_0", text: null }]),
    );
    await screen.findByText("1 draft waits for you.");
    await user.keyboard("z");
    await screen.findByText("2 drafts wait for you.");
  });

  it("is edited and sent without a mouse", async () => {
    const { platform, user } = await openWindow("/review");
    await screen.findByText("2 drafts wait for you.");
    await user.keyboard("d");
    const field = await screen.findByRole("textbox", { name: "The draft in your words" });
    await user.clear(field);
    await user.type(field, "We refund 10 €.");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() =>
      expect(asked(platform, "review_approve")).toEqual([
        { draft: "msg_draft_0", text: "We refund 10 €." },
      ]),
    );
  });

  it("leads from nothing to read to the rule that says what is read", async () => {
    const { user } = await openWindow("/review");
    await screen.findByText("2 drafts wait for you.");
    await user.keyboard("d");
    await screen.findByRole("textbox", { name: "The draft in your words" });
    await user.keyboard("{Escape}");
    await waitFor(() =>
      expect(screen.queryByRole("textbox", { name: "The draft in your words" })).toBeNull(),
    );
    await user.keyboard("y");
    await screen.findByText("1 draft waits for you.");
    await user.keyboard("y");
    await screen.findByText("Nothing to read");
    expect(screen.queryByText(/review = /)).toBeNull();
    await user.click(screen.getByRole("button", { name: "Which drafts are read first" }));
    await screen.findByRole("heading", { level: 1, name: "Rules" });
    const form = await screen.findByText("money-in-a-draft", {}, { timeout: 5_000 });
    expect(form).toBeTruthy();
  });

  it("is rejected with a code, and an undo has it wait again", async () => {
    const { platform, user } = await openWindow("/review");
    await screen.findByText("2 drafts wait for you.");
    await user.keyboard("v");
    await screen.findByRole("group", { name: "Why is it not sent?" });
    await user.keyboard("{ArrowDown}");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() =>
      expect(asked(platform, "review_reject")).toEqual([
        { draft: "msg_draft_0", code: "promises_too_much", text: "", again: false },
      ]),
    );
    await screen.findByText("1 draft waits for you.");
    await user.keyboard("z");
    await waitFor(() => expect(asked(platform, "undo")).toHaveLength(1));
    await screen.findByText("2 drafts wait for you.");
  });

  it("goes to somebody else, and j and k walk through what waits", async () => {
    const { platform, user } = await openWindow("/review");
    await screen.findByText("2 drafts wait for you.");
    const first = screen.getByRole("heading", { level: 2, name: / to / }).textContent;
    await user.keyboard("j");
    await waitFor(() =>
      expect(screen.getByRole("heading", { level: 2, name: / to / }).textContent).not.toBe(first),
    );
    await user.keyboard("k");
    await user.keyboard("p");
    const acts = within(await screen.findByRole("main"));
    await user.click(acts.getByRole("button", { name: "Reassign" }));
    await waitFor(() => expect(asked(platform, "review_move")).toHaveLength(1));
  });
});
