import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openRequest } from "../src/api/client";
import type { MessageView, ReplySend } from "../src/api/generated/wire";
import { forgetLetters } from "../src/features/conversation/composer/drafts";
import { forgetViews } from "../src/features/conversation/stream/Message";
import type { FakePlatform } from "../src/platform/fake";
import { append } from "../src/platform/fake/talk";
import { openWindow } from "./window";

const HERO = "/c/cnv_hero?in=queue";
const RICH = "/c/cnv_000001?in=all";

const sent = (platform: FakePlatform): ReplySend[] =>
  platform.calls.filter((one) => one.name === "reply_send").map((one) => one.request as ReplySend);

/** A second customer writes in the conversation with other words. */
async function anotherWrites(platform: FakePlatform, conversation: string): Promise<void> {
  await act(async () => {
    const row = platform.world.rows.find((one) => one.id === conversation);
    const all = platform.world.streams.get(conversation) ?? [];
    const first = all.find((one) => one.what.type === "message");
    if (!row || !first) throw new Error("the scene is empty");
    const what = first.what as unknown as MessageView;
    append(platform.world, row, {
      ...first,
      what: {
        ...first.what,
        id: "msg_private",
        from: { name: "Zoe", address: "zoe@private.example" },
        text: `Between us. ${what.text}`,
      } as typeof first.what,
    });
    platform.touch(`conversation:${conversation}`);
  });
}

beforeEach(() => {
  openRequest.set(undefined);
  forgetLetters();
  forgetViews();
});

describe("a letter", () => {
  it("answers the message it was begun for, whatever comes while it is written", async () => {
    const { platform, user } = await openWindow(HERO);
    await screen.findByRole("region", { name: "What was said" });
    await user.keyboard("r");
    const text = await screen.findByRole("textbox", { name: "Your answer" });
    await screen.findByText(/Quote below/);
    await user.type(text, "For you.");
    await anotherWrites(platform, "cnv_hero");
    await screen.findByText("A newer message came. This answers the earlier one.");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(sent(platform)).toHaveLength(1));
    const [letter] = sent(platform);
    expect(letter?.message).not.toBe("msg_private");
    expect(letter?.message).toBeTruthy();
    expect(letter?.to.map((one) => one.address)).not.toContain("zoe@private.example");
    expect(letter?.quote).not.toContain("Between us");
    expect(letter?.quote).not.toBe("");
  });

  it("turns to the newest message when that is wanted, and keeps what was written", async () => {
    const { platform, user } = await openWindow(HERO);
    await screen.findByRole("region", { name: "What was said" });
    await user.keyboard("r");
    await screen.findByText(/Quote below/);
    await user.type(await screen.findByRole("textbox", { name: "Your answer" }), "For you.");
    await anotherWrites(platform, "cnv_hero");
    await user.click(await screen.findByRole("button", { name: "Answer the newest" }));
    await screen.findByText("Zoe", { selector: "li bdi" });
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(sent(platform)).toHaveLength(1));
    expect(sent(platform)[0]).toMatchObject({
      message: "msg_private",
      text: "For you.",
      to: [{ address: "zoe@private.example" }],
    });
  });

  it("that is taken back still leaves out what was left out", async () => {
    const { platform, user } = await openWindow(RICH);
    const words = await screen.findByText(/since the update on Monday/);
    const message = words.closest("article") as HTMLElement;
    await user.click(within(message).getByRole("button", { name: "More about this message" }));
    await user.click(await screen.findByRole("menuitem", { name: "Forward" }));
    await user.type(await screen.findByLabelText("Add a recipient to To"), "bo@harbour.example,");
    await user.click(await screen.findByRole("button", { name: "Remove repair_tool.exe" }));
    await user.click(screen.getByRole("button", { name: /^Send$/ }));
    await waitFor(() => expect(sent(platform)).toHaveLength(1));
    await user.click((await screen.findAllByRole("button", { name: /^Undo/ }))[0] as HTMLElement);
    await screen.findByRole("textbox", { name: "Words to go with it" });
    expect(screen.queryByRole("button", { name: "Remove repair_tool.exe" })).toBeNull();
    await user.click(await screen.findByRole("button", { name: /^Send$/ }));
    await waitFor(() => expect(sent(platform)).toHaveLength(2));
    expect(sent(platform)[1]?.forward).toEqual([0, 1]);
  });

  it("does not leave before its draft has arrived, so that no draft of it is left", async () => {
    const { platform, user } = await openWindow(HERO);
    await screen.findByRole("region", { name: "What was said" });
    await user.keyboard("r");
    await screen.findByText(/Quote below/);
    const arrives = platform.holdNext("draft_put");
    await user.type(await screen.findByRole("textbox", { name: "Your answer" }), "For you.");
    const keeping = () => platform.calls.some((one) => one.name === "draft_put");
    await waitFor(() => expect(keeping()).toBe(true), { timeout: 3000 });
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(sent(platform)).toHaveLength(0);
    await act(async () => arrives());
    await waitFor(() => expect(sent(platform)).toHaveLength(1));
    expect(platform.world.drafts.has("cnv_hero")).toBe(false);
  });
});
