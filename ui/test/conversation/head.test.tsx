import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openWindow } from "../window";
import { asked, BO, eachInANewWindow, entries, RICH } from "./conversation";

eachInANewWindow();

describe("the head", () => {
  it("passes to a person as an offer, with why and what they should know", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("p");
    const form = await screen.findByRole("dialog", { name: "Pass it on" });
    await user.type(within(form).getByLabelText("To", { selector: "input" }), "chidi");
    await user.type(within(form).getByLabelText("Why"), "knows exports");
    await user.type(within(form).getByLabelText("What they should know"), "Two halves.");
    await user.click(within(form).getByRole("switch"));
    await user.click(within(form).getByRole("button", { name: "Offer" }));
    expect(asked(platform, "pass")).toEqual([
      {
        conversation: "cnv_000001",
        to: "agent:chidi",
        reason: "knows exports",
        note: "Two halves.",
        offer_seconds: 300,
        seen_epoch: 3,
      },
    ]);
    expect(await screen.findByText(/Offered to Chidi Eze/, { selector: "p" })).toBeTruthy();
  });

  it("lets an offer be accepted", async () => {
    const { platform, user } = await openWindow(BO);
    await entries();
    await act(async () => {
      platform.world.offers.set("cnv_000005", {
        id: "off_9",
        to: "agent:anna",
        to_me: true,
        made_at: Date.now(),
        expires_at: Date.now() + 60_000,
        warm: true,
      });
      platform.touch("conversation:cnv_000005");
    });
    await user.click(await screen.findByRole("button", { name: "Accept" }));
    await waitFor(() =>
      expect(platform.world.rows.find((row) => row.id === "cnv_000005")?.control.mine).toBe(true),
    );
  });

  it("tags by key, and takes a tag off again", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    const tags = () => platform.world.rows.find((row) => row.id === "cnv_000001")?.tags;
    await user.keyboard("l");
    await user.type(await screen.findByLabelText("Add a tag"), "Export Job{Enter}");
    await waitFor(() => expect(tags()).toContain("export-job"));
    await user.click(await screen.findByRole("button", { name: "Remove the tag export-job" }));
    await waitFor(() => expect(tags()).not.toContain("export-job"));
  });

  it("snoozes to a date and goes back with z", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    const status = () => platform.world.rows.find((row) => row.id === "cnv_000001")?.status;
    await user.keyboard("s");
    const date = await screen.findByLabelText("Until a date");
    fireEvent.change(date, { target: { value: "2031-03-04T09:30" } });
    const form = date.closest("form") as HTMLElement;
    await user.click(within(form).getByRole("button", { name: "Snooze" }));
    await waitFor(() => expect(status()).toBe("snoozed"));
    expect(asked(platform, "snooze")[0]).toMatchObject({
      until: new Date(2031, 2, 4, 9, 30).getTime(),
    });
    await user.keyboard("z");
    await waitFor(() => expect(status()).toBe("open"));
  });

  it("gives back to the bot with what happened", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("b");
    await user.type(await screen.findByLabelText("What happened meanwhile"), "Solved by hand.");
    await user.click(screen.getByRole("button", { name: "Give back" }));
    expect(asked(platform, "return_to_bot")[0]).toMatchObject({
      bot: "mira",
      summary: "Solved by hand.",
    });
  });
});
