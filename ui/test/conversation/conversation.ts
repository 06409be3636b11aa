import { act, screen, within } from "@testing-library/react";
import { beforeEach } from "vitest";
import { openRequest } from "../../src/api/client";
import { forgetLetters } from "../../src/features/conversation/composer/drafts";
import { forgetViews } from "../../src/features/conversation/stream/Message";
import type { FakePlatform } from "../../src/platform/fake";

// What the tests of a conversation share: some conversations, and how their parts are found.

export const HERO = "/c/cnv_hero?in=queue";
export const RICH = "/c/cnv_000001?in=all";
export const BOT = "/c/cnv_000002?in=with_bot";
export const BO = "/c/cnv_000005?in=all";

/** The stream of the open conversation. */
export const stream = () => screen.findByRole("region", { name: "What was said" });

/** Its entries, oldest first. */
export const entries = async () => within(await stream()).findAllByRole("article");

/** The entry that holds a text. */
export const entry = async (text: string | RegExp) => {
  const found = await within(await stream()).findByText(text);
  return found.closest("article") as HTMLElement;
};

/** What a command was asked for so far. */
export const asked = (platform: { calls: { name: string; request: unknown }[] }, name: string) =>
  platform.calls.filter((one) => one.name === name).map((one) => one.request);

/** Opens a conversation as a notification would. */
export const open = (platform: FakePlatform, conversation: string) =>
  act(async () => platform.say({ kind: "open", conversation }));

/** Lets each test begin with a window in which nothing was written or looked at. */
export function eachInANewWindow(): void {
  beforeEach(() => {
    openRequest.set(undefined);
    forgetLetters();
    forgetViews();
  });
}
