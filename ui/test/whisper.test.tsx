import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openRequest } from "../src/api/client";
import { fakePlatform } from "../src/platform/fake";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

beforeEach(() => openRequest.set(undefined));

/** Opens a conversation that the bot has, in a chat or in a mailbox. */
async function openWithBot(mailbox: boolean) {
  const row = fakePlatform("day").world.rows.find(
    (one) => one.control.kind === "bot" && (one.channel_kind === "email") === mailbox,
  );
  if (!row) throw new Error("The bot has a conversation of each kind.");
  const opened = await openWindow(`/c/${row.id}?in=with_bot`);
  await screen.findByRole("region", { name: "What was said" });
  const said = (name: string) => opened.platform.calls.filter((one) => one.name === name);
  return { ...opened, row, said };
}

describe("a whisper", () => {
  it("is heard by the bot and the team, and the next note is only a note", async () => {
    const { user, said, row } = await openWithBot(false);
    await user.keyboard("{Shift>}n{/Shift}");
    const desk = within(await screen.findByRole("region", { name: "Note" }));
    expect(desk.getByText(/and the team hear it/)).toBeTruthy();
    await expectAccessible();
    await user.keyboard("Offer the spare part.");
    await user.click(desk.getByRole("button", { name: /^Whisper(?! to)/ }));
    await waitFor(() => expect(said("whisper")).toHaveLength(1));
    expect(said("whisper")[0]?.request).toMatchObject({
      conversation: row.id,
      text: "Offer the spare part.",
      seen_epoch: row.control.epoch,
    });
    expect(await screen.findByText(/^Whispered to /, { selector: "article *" })).toBeTruthy();

    await user.click(screen.getByRole("button", { name: /^Note/ }));
    expect(
      await screen.findByText("A note for the team. The customer never sees it."),
    ).toBeTruthy();
  });

  it("that was discarded leaves nothing of itself to a note", async () => {
    const { user, said } = await openWithBot(false);
    await user.keyboard("{Shift>}n{/Shift}");
    await user.keyboard("Never mind.");
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    await user.click(await screen.findByRole("button", { name: /^Note/ }));
    await user.keyboard("For Bo.");
    await user.click(screen.getByRole("button", { name: /^Add the note/ }));
    await waitFor(() => expect(said("note_add")).toHaveLength(1));
    expect(said("whisper")).toHaveLength(0);
  });

  it("is not begun to a bot that hears none, and the key says so", async () => {
    const { user } = await openWithBot(true);
    await user.keyboard("{Shift>}n{/Shift}");
    expect(await screen.findByText(/hears no whispers\./)).toBeTruthy();
    expect(screen.queryByRole("region", { name: "Note" })).toBeNull();
  });
});
