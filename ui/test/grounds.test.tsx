import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { openRequest } from "../src/api/client";
import { Grounds, type GroundsShown, stretches } from "../src/design/components/Grounds";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

beforeEach(() => openRequest.set(undefined));

const source = (name: string, state = "there") => ({
  source: { kind: "document", title: name, name },
  state,
  heading: "",
  text: state === "there" ? `The words of ${name}.` : "",
});

describe("what an answer stands on", () => {
  it("marks each sentence of a draft, and one key opens what it was taken from", async () => {
    const { platform, user } = await openWindow("/review");
    await screen.findByText("1 source · 2 sentences without support");
    const bare = await screen.findByText("I have looked at your invoice.");
    expect(bare.parentElement?.textContent).toContain("no source");
    const number = screen.getByText("We refund 20 € to your card today.");
    expect(number.parentElement?.textContent).toContain("a number that its source does not have");
    expect(platform.calls.find((one) => one.name === "grounds_get")?.request).toMatchObject({
      message: "msg_draft_0",
    });
    await user.keyboard("{Shift>}S{/Shift}");
    const list = screen.getByRole("list", { name: "What it stands on" });
    expect(within(list).getByText(/A refund is on its way within two days/u)).toBeTruthy();
    const head = within(list).getByRole("button", { expanded: true });
    expect(document.activeElement).toBe(head);
    await expectAccessible();
    await user.keyboard("{Shift>}S{/Shift}");
    expect(within(list).queryByText(/A refund is on its way/u)).toBeNull();
  });

  it("says of a draft that is edited how the new words stand", async () => {
    const { platform, user } = await openWindow("/review");
    await screen.findByText("1 source · 2 sentences without support");
    await user.keyboard("d");
    const field = await screen.findByRole("textbox", { name: "The draft in your words" });
    await user.clear(field);
    await user.type(field, "Is there anything else? We pay at once.");
    const bare = within(
      await screen.findByRole("list", { name: "Sentences that no source supports" }),
    );
    await waitFor(() => expect(bare.getAllByRole("listitem")).toHaveLength(1));
    expect(bare.getByText("We pay at once.")).toBeTruthy();
    expect(screen.getByText("1 source · 1 sentence without support")).toBeTruthy();
    const looks = platform.calls.filter((one) => one.name === "grounds_get");
    expect(looks.length, "not at each letter").toBeLessThan(6);
    // The source is there to be read beside what is written.
    await user.click(screen.getByRole("button", { name: /Returns and refunds/u, expanded: false }));
    expect(screen.getByText(/A refund is on its way/u)).toBeTruthy();
    await expectAccessible();
  });

  it("is a quiet line below a message, which opens the same", async () => {
    const { user } = await openWindow("/c/cnv_000002");
    const line = await screen.findByRole("button", {
      name: "1 source · 1 sentence without support",
    });
    await user.click(line);
    const bare = await screen.findByRole("list", { name: "Sentences that no source supports" });
    expect(within(bare).getAllByRole("listitem")).toHaveLength(1);
    const list = screen.getByRole("list", { name: "What it stands on" });
    await user.click(within(list).getByRole("button", { expanded: false }));
    await waitFor(() => expect(screen.getByText(/A refund is on its way/u)).toBeTruthy());
  });

  it("says what is not there any more in place of its words", async () => {
    const user = userEvent.setup();
    const grounds: GroundsShown = {
      claims: [{ text: "Within 14 days.", cites: [1, 2], support: "supported" }],
      sources: [source("old.md", "gone"), source("new.md", "changed")],
    };
    render(<Grounds grounds={grounds} text="Hello! Within 14 days." />);
    await user.click(screen.getByRole("button", { name: "Source 1: old.md" }));
    expect(screen.getByText(/It was removed or erased/u)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Source 2: new.md" }));
    expect(screen.getByText(/says something else now/u)).toBeTruthy();
  });

  it("shows the answer as it is where its sentences do not stand in it", () => {
    const claim = (text: string) => ({ text, cites: [], support: "uncited" });
    expect(stretches("A. B.", [claim("A."), claim("B.")])?.map((one) => one.text)).toEqual([
      "A.",
      " ",
      "B.",
    ]);
    expect(stretches("A. B.", [claim("B."), claim("A.")])).toBeUndefined();
    render(
      <Grounds grounds={{ claims: [claim("Other.")], sources: [] }} text="Hello." action={false} />,
    );
    expect(screen.getByText("Hello.")).toBeTruthy();
    expect(screen.getByText("Other.").parentElement?.textContent).toContain("no source");
  });
});
