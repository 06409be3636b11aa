import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { asked, eachInANewWindow, entries, RICH } from "./conversation/conversation";
import { openWindow } from "./window";

eachInANewWindow();

describe("what may answer", () => {
  it("is offered with a key, shows why it was found, and goes into the letter with its source", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("q");
    const field = await screen.findByRole("combobox", { name: "What may answer" });
    expect(asked(platform, "knowledge_suggest")[0]).toMatchObject({ words: "" });
    const dialog = screen.getByRole("dialog");
    const options = await within(dialog).findAllByRole("option");
    expect(options[0]?.textContent).toContain("Returns and refunds");
    const marks = () => [...dialog.querySelectorAll("mark")].map((one) => one.textContent);
    expect(marks()).toContain("refund");

    await user.type(field, "{ArrowDown}");
    expect(marks()).toContain("twice");
    await user.keyboard("{Enter}");
    const box = await screen.findByRole("textbox", { name: "Your answer" });
    await waitFor(() =>
      expect((box as HTMLTextAreaElement).value).toContain("charged twice. I have sent one"),
    );
    const from = await screen.findByRole("list", { name: "Taken from" });
    expect(
      within(from).getByRole("link", { name: "Charged twice" }).getAttribute("href"),
    ).toContain("/c/cnv_hero");
    await waitFor(() => {
      const kept = asked(platform, "draft_put").at(-1) as { draft: { sources: unknown[] } };
      expect(kept.draft.sources).toEqual([
        { kind: "conversation", title: "Charged twice", name: "cnv_hero" },
      ]);
    });
    await user.click(
      within(from).getByRole("button", { name: "It is not taken from Charged twice" }),
    );
    expect(screen.queryByRole("list", { name: "Taken from" })).toBeNull();
    expect((box as HTMLTextAreaElement).value).toContain("charged twice");
  });

  it("is looked for by other words, and says when nothing has them", async () => {
    const { user } = await openWindow(RICH);
    await entries();
    await user.keyboard("q");
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findAllByRole("option");
    const field = within(dialog).getByRole("combobox");
    await user.type(field, "islands");
    await waitFor(() => expect(within(dialog).getAllByRole("option")).toHaveLength(1));
    await user.type(field, "zzz");
    await screen.findByText("Nothing that is known has these words.");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.queryByRole("list", { name: "Taken from" })).toBeNull();
  });
});

describe("the knowledge page", () => {
  it("lists what answers are taken from, and removes a source with a way back", async () => {
    const { platform, user } = await openWindow("/knowledge");
    await screen.findByText("Returns and refunds");
    expect(screen.getByText(/Not read since: the server answered 503/)).toBeTruthy();
    expect(screen.queryByText("two hours")).toBeNull();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Remove hours.txt" }));
    await waitFor(() =>
      expect(screen.queryByRole("button", { name: "Remove hours.txt" })).toBeNull(),
    );
    expect(platform.world.shelf.removed).toHaveLength(1);
    // What stands in its place now has the focus.
    expect(document.activeElement?.closest("main")).not.toBeNull();
    expect(document.activeElement).not.toBe(document.body);
    await user.click((await screen.findAllByRole("button", { name: /^Undo/ }))[0] as HTMLElement);
    await screen.findByRole("button", { name: "Remove hours.txt" });
  });

  it("adds a page and a file, and says why something cannot be read", async () => {
    const { platform, user } = await openWindow("/knowledge");
    const address = await screen.findByRole("textbox", { name: /The address of a page/ });
    await user.type(address, "https://help.nordlicht.example/bikes{Enter}");
    await screen.findByRole("button", { name: "Fetch https://help.nordlicht.example/bikes anew" });
    const picker = screen.getByLabelText("Choose files: Markdown, text or HTML");
    await user.upload(picker, new File(["Bikes."], "bikes.md", { type: "text/markdown" }));
    await screen.findByRole("button", { name: "Remove bikes.md" });
    expect(asked(platform, "knowledge_add").at(-1)).toMatchObject({
      file: { name: "bikes.md", base64: "QmlrZXMu" },
    });
    await user.type(address, "https://help.nordlicht.example/a.pdf{Enter}");
    await screen.findByText("PDF files are not read; save it as text or HTML.");
  });
});
