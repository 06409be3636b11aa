import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openRequest } from "../src/api/client";
import { openWindow } from "./window";

const HERO = "/c/cnv_hero?in=queue";

const asked = (platform: { calls: { name: string; request: unknown }[] }, name: string) =>
  platform.calls.filter((one) => one.name === name).map((one) => one.request);

beforeEach(() => openRequest.set(undefined));

describe("a handoff", () => {
  it("tells beside its packet how it went and what was not said", async () => {
    const { user } = await openWindow(HERO);
    await user.keyboard("h");
    const packet = within(await screen.findByRole("article", { name: "Packet" }));
    expect(await packet.findByText("How it went")).toBeTruthy();
    expect(packet.getByText(/^Asked for by /)).toBeTruthy();
    expect(packet.getByText("Not said: who the customer is")).toBeTruthy();
    for (const [name, value] of [
      ["Agrees to", "Email"],
      ["Does not agree to", "Sms"],
      ["Taken out", "card number"],
    ] as const) {
      expect(packet.getByText(name).nextElementSibling?.textContent).toBe(value);
    }
  });

  it("goes back to the bot that had it, where there are several", async () => {
    const { platform, user } = await openWindow(HERO, "day", 1440, ({ world }) => {
      world.session = { ...world.session, bots: ["aaron", "front", ...world.session.bots] };
    });
    await screen.findByRole("region", { name: "What was said" });
    await user.keyboard("b");
    const form = within(await screen.findByRole("dialog"));
    await user.click(await form.findByRole("button", { name: /Mira.*Which bot/ }));
    const offered = within(await screen.findByRole("listbox", { name: /Which bot/ }));
    // The bot front answers on another channel.
    await waitFor(() =>
      expect(offered.getAllByRole("option").map((one) => one.textContent)).toEqual([
        "Aaron",
        "Mira",
      ]),
    );
    await user.keyboard("{Escape}");
    await user.click(form.getByRole("button", { name: "Something was promised" }));
    const promises = form.getAllByRole("textbox", { name: "Promised to the customer" });
    expect(document.activeElement).toBe(promises.at(-1));
    await user.click(form.getByRole("button", { name: "Give back" }));
    await waitFor(() => expect(asked(platform, "return_to_bot")).toHaveLength(1));
    const sent = asked(platform, "return_to_bot")[0] as { bot: string };
    expect(sent.bot.toLowerCase()).toBe("mira");
  });

  it("is passed to no bot that answers elsewhere", async () => {
    const { user } = await openWindow(HERO, "day", 1440, ({ world }) => {
      world.session = { ...world.session, bots: ["aaron", "front", ...world.session.bots] };
    });
    await screen.findByRole("region", { name: "What was said" });
    await user.keyboard("p");
    const form = within(await screen.findByRole("dialog"));
    const bots = () => within(form.getByRole("group", { name: "Bots" }));
    await waitFor(() =>
      expect(
        bots()
          .getAllByRole("option")
          .map((one) => one.textContent),
      ).toEqual(["Aaron", "Mira"]),
    );
  });

  it("goes back to the bot with what was promised and what it may go on with", async () => {
    const { platform, user } = await openWindow(HERO);
    await screen.findByRole("region", { name: "What was said" });
    await user.keyboard("b");
    const form = within(await screen.findByRole("dialog"));
    await user.type(form.getByRole("textbox", { name: "What happened meanwhile" }), "Refunded.");
    await user.click(form.getByRole("button", { name: "Something was promised" }));
    const promises = form.getAllByRole("textbox", { name: "Promised to the customer" });
    const last = promises.at(-1);
    if (!last) throw new Error("there is a field for it");
    await user.type(last, "A mail when the money is there");
    await user.type(form.getByRole("textbox", { name: "May go on with" }), "tracking, hours");
    await user.click(form.getByRole("button", { name: "Give back" }));
    await waitFor(() => expect(asked(platform, "return_to_bot")).toHaveLength(1));
    expect(asked(platform, "return_to_bot")[0]).toMatchObject({
      summary: "Refunded.",
      allowed_topics: ["tracking", "hours"],
    });
    const sent = asked(platform, "return_to_bot")[0] as { promises: { text: string }[] };
    expect(sent.promises.at(-1)).toEqual({ text: "A mail when the money is there", due_at: null });
  });
});
