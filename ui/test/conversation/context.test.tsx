import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ApiFailure } from "../../src/api/errors";
import type { FakePlatform } from "../../src/platform/fake";
import { expectAccessible } from "../axe";
import { openWindow } from "../window";
import { asked, eachInANewWindow, entries, HERO, RICH } from "./conversation";

eachInANewWindow();

// The first look at a contact fails. Nothing is unread: what was in sight for a moment is marked as
// read, which makes the engine say that the contact may have changed, and somebody slow would find
// the failed read repeated before they pressed.
const contactFails = ({ world, failNext }: FakePlatform) => {
  world.rows = world.rows.map((row) => ({ ...row, unread: 0 }));
  failNext(
    "contact_get",
    new ApiFailure({ code: "busy", message: "The disk is full.", hint: "", notice: false }),
  );
};

describe("the context", () => {
  it("shows the packet, says what is missing, and can be marked", async () => {
    const { platform, user } = await openWindow(HERO);
    const card = await screen.findByRole("article", { name: "Packet" });
    expect(within(card).getByText("Get one of two payments of 480.00 EUR back")).toBeTruthy();
    expect(within(card).getByText("Not said: who the customer is")).toBeTruthy();
    expect(within(card).getAllByText("Verified")).toHaveLength(2);
    await user.keyboard("=");
    expect(asked(platform, "packet_mark").at(-1)).toMatchObject({ useful: true, missing: [] });
    await user.keyboard("-");
    await user.click(within(card).getByRole("checkbox", { name: "what was promised" }));
    await user.click(within(card).getByRole("button", { name: "Say so" }));
    expect(asked(platform, "packet_mark").at(-1)).toMatchObject({
      useful: false,
      missing: ["identity", "promises"],
    });
  });

  it("says what could not be read, reads it again on a press, and keeps the focus there", async () => {
    const { user } = await openWindow(RICH, "day", 1440, contactFails);
    await entries();
    await user.keyboard("i");
    const title = await screen.findByText("The disk is full.");
    const said = title.closest("[role=alert]") as HTMLElement;
    expect(said.textContent).toContain("Nothing was changed.");
    await user.click(within(said).getByRole("button", { name: "Try again" }));
    const panel = screen.getByRole("tabpanel", { name: "Contact" });
    expect(await within(panel).findByText("t.wisniewski@kaszuby.example")).toBeTruthy();
    await waitFor(() => expect(panel.contains(document.activeElement)).toBe(true));
  });

  it("keeps the focus also where it is read again by itself before anybody presses", async () => {
    const { platform, user } = await openWindow(RICH, "day", 1440, contactFails);
    await entries();
    await user.keyboard("i");
    const panel = await screen.findByRole("tabpanel", { name: "Contact" });
    const again = await within(panel).findByRole("button", { name: "Try again" });
    act(() => again.focus());
    act(() => platform.touch("views"));
    expect(await within(panel).findByText("t.wisniewski@kaszuby.example")).toBeTruthy();
    await waitFor(() => expect(panel.contains(document.activeElement)).toBe(true));
  });

  it("explains a decision row by row, and copies it as text", async () => {
    const { user } = await openWindow(HERO);
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await user.keyboard("w");
    const matched = await screen.findByRole("region", { name: "True" });
    const row = within(matched).getByText("Failures of the bot in a row").closest("li");
    expect(within(row as HTMLElement).getByText("True")).toBeTruthy();
    expect(row?.textContent).toContain("at least 2");
    const near = screen.getByRole("region", { name: "Nearly" });
    expect(within(near).getByText("Unknown")).toBeTruthy();
    await user.click(within(near).getByRole("button", { name: "What would have changed it" }));
    expect(within(near).getByText(/-0.60 or less would have matched/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Copy as text" }));
    expect(write.mock.calls[0]?.[0]).toMatch(
      /Failures of the bot in a row: True\. Found 2, at least 2/,
    );
  });

  it("changes a contact, and goes to another of their conversations", async () => {
    const { platform, user } = await openWindow(HERO);
    await entries();
    await user.keyboard("i");
    await user.click(await screen.findByRole("button", { name: "Change" }));
    const tier = screen.getByLabelText("Tier");
    await user.clear(tier);
    await user.type(tier, "gold{Enter}");
    await waitFor(() => expect(platform.world.rows[0]?.contact.tier).toBe("gold"));
    expect(await screen.findByText("gold", { selector: "strong" })).toBeTruthy();
  });
});

describe.each([HERO, RICH, "/c/cnv_000012?in=all"])("the conversation %s", (address) => {
  it("has a name and a role for everything, also while writing", async () => {
    const { user } = await openWindow(address);
    await entries();
    await expectAccessible();
    await user.keyboard("r");
    await screen.findByRole("textbox", { name: "Your answer" });
    await expectAccessible();
  });
});
