import { QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { connect, newQueryClient, setPlatform } from "../src/api/client";
import { Proposals } from "../src/features/rules/Proposals";
import { type FakePlatform, fakePlatform } from "../src/platform/fake";
import { expectAccessible } from "./axe";

async function open(scene: "day" | "none" = "day"): Promise<FakePlatform> {
  const platform = fakePlatform(scene);
  setPlatform(platform);
  const queries = newQueryClient();
  connect(platform, queries);
  await act(async () => {
    render(
      <QueryClientProvider client={queries}>
        <Proposals />
      </QueryClientProvider>,
    );
  });
  return platform;
}

const answers = (platform: FakePlatform) =>
  platform.calls.filter((one) => one.name === "proposal_answer").map((one) => one.request);

it("says what would change, why, and what every other limit would cost", async () => {
  await open();
  const limit = within(await screen.findByRole("article", { name: "bot-stuck: 4 becomes 2" }));
  expect(limit.getByText(/Would have saved 48 handoffs' worth on 24 labels/)).toBeTruthy();
  expect(limit.getByText("Removed:").closest("li")?.textContent).toContain("bot.failures >= 4");
  expect(limit.getByText("Added:").closest("li")?.textContent).toContain("bot.failures >= 2");
  expect(limit.getByText(/Under 30 labels the counts are shown without rates/)).toBeTruthy();
  const curve = limit.getByRole("img", { name: /lowest at 2 with 12; now 4 with 60/ });
  expect(curve.querySelectorAll("circle")).toHaveLength(2);
  // The table says what the curve draws.
  const table = within(limit.getByText("The same as a table").closest("details") as HTMLElement);
  expect(table.getByRole("row", { name: /^2 proposed 12 0 0 12$/, hidden: true })).toBeTruthy();
  expect(table.getByRole("row", { name: /^4 now 0 0 12 60$/, hidden: true })).toBeTruthy();
  const terms = within(screen.getByRole("article", { name: "asked: more words for human" }));
  expect(terms.getByRole("row", { name: /refund 9 0 3.9 \(1 to 6.8\)/ })).toBeTruthy();
  await expectAccessible();
});

it("weighs anew what a miss is worth", async () => {
  await open();
  const user = userEvent.setup();
  const field = await screen.findByLabelText(/One missed conversation is worth/);
  await user.clear(field);
  await user.type(field, "1");
  expect(await screen.findByText("Nothing to propose")).toBeTruthy();
  await user.type(field, "0");
  expect(await screen.findByText(/Would have saved 108 handoffs' worth/)).toBeTruthy();
});

it("changes nothing without a reason, by keyboard alone", async () => {
  const platform = await open();
  const user = userEvent.setup();
  const limit = within(await screen.findByRole("article", { name: "bot-stuck: 4 becomes 2" }));
  limit.getByLabelText("Why").focus();
  await user.keyboard("{Enter}");
  expect(await limit.findByText("Say why, in a few words.")).toBeTruthy();
  expect(answers(platform)).toEqual([]);
  await user.keyboard("Two failures are enough.");
  // Past how it takes effect, and past accepting it.
  await user.tab();
  await user.tab();
  await user.tab();
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(answers(platform)).toEqual([
      {
        id: "a".repeat(64),
        accept: false,
        reason: "Two failures are enough.",
        miss_cost: null,
        override: null,
        beside: false,
      },
    ]),
  );
  expect(await screen.findByText(/^Dismissed by Anna.*: Two failures are enough\.$/)).toBeTruthy();
  await expectAccessible();
});

it("says how many labels are wanting", async () => {
  await open("none");
  expect(await screen.findByText(/0 conversations are labelled. From 10 on/)).toBeTruthy();
});
