import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { ApiFailure } from "../../src/api/errors";
import { forgetLetters } from "../../src/features/conversation/composer/drafts";
import { openWindow } from "../window";
import {
  asked,
  BOT,
  eachInANewWindow,
  entries,
  entry,
  HERO,
  open,
  RICH,
  stream,
} from "./conversation";

eachInANewWindow();

describe("the composer", () => {
  const box = (name: string) => screen.findByRole("textbox", { name });

  it("answers with a key, sends with a key, and takes it back within the time", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("r");
    const text = await box("Your answer");
    expect(document.activeElement).toBe(text);
    await screen.findByText("Tomasz Wiśniewski", { selector: "li bdi" });
    await user.type(text, "It is column G.");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(asked(platform, "reply_send")).toHaveLength(1));
    expect(asked(platform, "reply_send")[0]).toMatchObject({
      mode: "reply",
      to: [{ address: "t.wisniewski@kaszuby.example" }],
      subject: "Re: Cannot export the yearly report",
      text: "It is column G.",
      resolve: false,
    });
    await user.click((await screen.findAllByRole("button", { name: /^Undo/ }))[0] as HTMLElement);
    expect(((await box("Your answer")) as HTMLTextAreaElement).value).toBe("It is column G.");
  });

  it("sends what was sent before it was known to whom, as soon as that is known", async () => {
    const { platform, user } = await openWindow(HERO);
    await entries();
    const arrives = platform.holdNext("reply_prepare");
    await open(platform, "cnv_000001");
    await entries();
    await user.keyboard("r");
    fireEvent.change(await box("Your answer"), { target: { value: "It is column G." } });
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(asked(platform, "reply_send")).toHaveLength(0);
    await act(async () => arrives());
    await waitFor(() => expect(asked(platform, "reply_send")).toHaveLength(1));
    expect(asked(platform, "reply_send")[0]).toMatchObject({
      text: "It is column G.",
      to: [{ address: "t.wisniewski@kaszuby.example" }],
    });
  });

  it("keeps a draft at a pause and finds it again", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("r");
    await user.type(await box("Your answer"), "Half a thought");
    await screen.findByText("Draft kept", undefined, { timeout: 3000 });
    expect(platform.world.drafts.get("cnv_000001")?.text).toBe("Half a thought");
    await open(platform, "cnv_000006");
    await screen.findByRole("heading", { level: 2, name: /Two seats/ });
    forgetLetters();
    await open(platform, "cnv_000001");
    expect(((await box("Your answer")) as HTMLTextAreaElement).value).toBe("Half a thought");
  });

  it("loses neither a draft nor what was begun before the draft was there", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("r");
    await user.type(await box("Your answer"), "Half a thought");
    await screen.findByText("Draft kept", undefined, { timeout: 3000 });
    await open(platform, "cnv_000006");
    await screen.findByRole("heading", { level: 2, name: /Two seats/ });
    forgetLetters();
    const arrives = platform.holdNext("draft_get");
    await open(platform, "cnv_000001");
    await entries();
    await user.keyboard("r");
    await user.type(await box("Your answer"), "and more");
    await act(async () => arrives());
    await waitFor(async () =>
      expect(((await box("Your answer")) as HTMLTextAreaElement).value).toBe(
        "Half a thought\nand more",
      ),
    );
  });

  it("begins a conversation with whom one writes to first, and keeps its draft", async () => {
    const { platform, user } = await openWindow("/v/all");
    await screen.findAllByRole("option");
    await user.keyboard("c");
    await user.type(await box("Add a recipient to To"), "mia@posteo.example{Enter}");
    await user.type(await box("Subject"), "Your order");
    await user.type(await box("Your words"), "The courier comes at nine.");
    await screen.findByText("Draft kept", undefined, { timeout: 3000 });
    await user.keyboard("{Escape}");
    await user.keyboard("c");
    expect(((await box("Your words")) as HTMLTextAreaElement).value).toMatch(/courier/);
    await user.click(await box("Your words"));
    await user.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByRole("heading", { level: 2, name: "Your order" });
    expect(asked(platform, "reply_send")).toMatchObject([
      { conversation: null, mode: "new", to: [{ address: "mia@posteo.example" }] },
    ]);
    await waitFor(() => expect(platform.world.drafts.has("new")).toBe(false));
    const begun = platform.world.rows.find((one) => one.subject === "Your order");
    expect(begun?.control.mine).toBe(true);

    // Taken back, it is on its sheet again, and nothing is left in anybody's hands.
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("z");
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/new/));
    expect(((await box("Your words")) as HTMLTextAreaElement).value).toMatch(/courier/);
    expect(platform.world.rows.find((one) => one.id === begun?.id)?.control.mine).toBe(false);
  });

  it("puts a macro where one writes, filled in, and begins an answer with it where none was", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("m");
    await user.type(await screen.findByRole("combobox", { name: "Macros" }), "refund{Enter}");
    const written = async () => ((await box("Your answer")) as HTMLTextAreaElement).value;
    await waitFor(async () => expect(await written()).toMatch(/^Hello Tomasz,/));
    await user.clear(await box("Your answer"));
    await user.type(await box("Your answer"), "Before. After.");
    ((await box("Your answer")) as HTMLTextAreaElement).setSelectionRange(8, 8);
    fireEvent.select(await box("Your answer"));
    await user.keyboard("{Control>};{/Control}");
    await user.type(await screen.findByRole("combobox", { name: "Macros" }), "two{Enter}");
    await waitFor(async () =>
      expect(await written()).toBe("Before. We will answer within two hours.After."),
    );
    expect(asked(platform, "macros_get")).toEqual([{ conversation: "cnv_000001" }]);
  });

  it("keeps the words when sending fails, and says why", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("r");
    await screen.findByText("Tomasz Wiśniewski", { selector: "li bdi" });
    await user.type(await box("Your answer"), "Kept words");
    platform.failNext(
      "reply_send",
      new ApiFailure({ code: "too_large", message: "Too large.", hint: "Less.", notice: false }),
    );
    await user.click(screen.getByRole("button", { name: /^Send$/ }));
    expect(await screen.findByText("Too large.")).toBeTruthy();
    expect(((await box("Your answer")) as HTMLTextAreaElement).value).toBe("Kept words");
  });

  it("takes from the bot with the first word, but never from a teammate", async () => {
    const { platform, user } = await openWindow(BOT);
    await entries();
    await user.keyboard("r");
    expect(await screen.findByText("Mira holds the baton. Writing takes it.")).toBeTruthy();
    await user.type(await box("Your answer"), "Hello");
    await waitFor(() =>
      expect(asked(platform, "take")).toEqual([{ conversation: "cnv_000002", seen_epoch: 3 }]),
    );

    await open(platform, "cnv_000005");
    await screen.findByRole("heading", { level: 2, name: /Login code/ });
    await user.keyboard("{Escape}r");
    expect(
      await screen.findByText(/Bo Castellanos holds the baton. Sending takes it/),
    ).toBeTruthy();
    await user.type(await box("Your answer"), "Hello");
    expect(asked(platform, "take")).toHaveLength(1);
  });

  it("writes a note that cannot be taken for a reply", async () => {
    const { platform, user } = await openWindow(HERO);
    await entries();
    await user.keyboard("n");
    const desk = await screen.findByRole("region", { name: "Note" });
    expect(within(desk).queryByRole("button", { name: /^Send/ })).toBeNull();
    expect(within(desk).queryByLabelText("Subject")).toBeNull();
    expect(within(desk).getByText(/The customer never sees it/)).toBeTruthy();
    await user.type(within(desk).getByRole("textbox", { name: "Note" }), "Ask finance first.");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(asked(platform, "note_add")).toEqual([
      { conversation: "cnv_hero", text: "Ask finance first." },
    ]);
    expect(asked(platform, "take")).toEqual([]);
    expect(await entry("Ask finance first.")).toBeTruthy();
  });

  it("keeps a note and an answer apart, whatever key is pressed", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    const words = async (name: string) => ((await box(name)) as HTMLTextAreaElement).value;
    await user.keyboard("n");
    await user.type(await box("Note"), "He has cheated us before.");
    await user.keyboard("{Escape}r");
    expect(await words("Your answer")).toBe("");
    await user.type(await box("Your answer"), "It is column G.");
    expect(screen.getByRole("radio", { name: /^Note.*begun/ })).toBeTruthy();
    await user.keyboard("{Escape}n");
    expect(await words("Note")).toBe("He has cheated us before.");
    await user.click(screen.getByRole("radio", { name: "Forward" }));
    expect(await words("Words to go with it")).toBe("It is column G.");
    await waitFor(
      () => {
        expect(platform.world.notes.get("cnv_000001")?.text).toBe("He has cheated us before.");
        expect(platform.world.drafts.get("cnv_000001")?.text).toBe("It is column G.");
      },
      { timeout: 3000 },
    );

    // Found again as they were, and what is sent is the answer alone.
    await open(platform, "cnv_000006");
    await screen.findByRole("heading", { level: 2, name: /Two seats/ });
    forgetLetters();
    await open(platform, "cnv_000001");
    await entries();
    await user.keyboard("r");
    await screen.findByText("Tomasz Wiśniewski", { selector: "li bdi" });
    expect(await words("Your answer")).toBe("It is column G.");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(asked(platform, "reply_send")).toHaveLength(1));
    expect(asked(platform, "reply_send")[0]).toMatchObject({ text: "It is column G." });
    expect(await screen.findByText(/Go on with your note/)).toBeTruthy();
    expect(platform.world.notes.has("cnv_000001")).toBe(true);
  });

  it("takes no focus, and so no key, when a draft is only opened", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("f");
    expect(document.activeElement).toBe(await screen.findByLabelText("Add a recipient to To"));
    await user.click(await box("Words to go with it"));
    await user.keyboard("Look.");
    await open(platform, "cnv_000006");
    await screen.findByRole("heading", { level: 2, name: /Two seats/ });
    await open(platform, "cnv_000001");
    await box("Words to go with it");
    expect(document.activeElement?.matches("input, textarea")).toBe(false);
  });

  it("forwards with chosen recipients and files, and refuses what is no address", async () => {
    const { platform, user } = await openWindow(RICH);
    const message = await entry(/since the update on Monday/);
    await user.click(within(message).getByRole("button", { name: "More about this message" }));
    await user.click(await screen.findByRole("menuitem", { name: "Forward" }));
    const to = await screen.findByLabelText("Add a recipient to To");
    await user.type(to, "nobody,");
    expect(screen.getAllByText("Not a mail address").length).toBeGreaterThan(0);
    expect(screen.getByRole("button", { name: /^Send$/ }).hasAttribute("disabled")).toBe(true);
    await user.click(screen.getByRole("button", { name: "Remove nobody" }));
    await user.type(to, "Bo <bo@harbour.example>,");
    await user.click(await screen.findByRole("button", { name: "Remove repair_tool.exe" }));
    await user.click(screen.getByRole("button", { name: /^Send$/ }));
    await waitFor(() => expect(asked(platform, "reply_send")).toHaveLength(1));
    expect(asked(platform, "reply_send")[0]).toMatchObject({
      mode: "forward",
      to: [{ name: "Bo", address: "bo@harbour.example" }],
      forward: [0, 1],
    });
  });

  it("says who is left out of a reply, and writes to all with one press", async () => {
    const { user } = await openWindow(RICH);
    const message = await entry(/since the update on Monday/);
    await user.click(within(message).getByRole("button", { name: "More about this message" }));
    await user.click(await screen.findByRole("menuitem", { name: "Reply" }));
    expect(await screen.findByText("Others in this mail: Accounts, Marta Zielińska")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Reply to all" }));
    expect(await screen.findByText("marta@kaszuby.example", { selector: "li bdi" })).toBeTruthy();
  });

  it("goes away with Escape, keeps the draft, and gives the focus back", async () => {
    const { user } = await openWindow(HERO);
    await entries();
    await user.keyboard("n");
    await user.type(await screen.findByRole("textbox", { name: "Note" }), "Not yet");
    await user.keyboard("{Escape}");
    expect(await screen.findByText(/Go on with your note/)).toBeTruthy();
    expect((await stream()).contains(document.activeElement)).toBe(true);
  });

  it("attaches what is chosen, with its weight", async () => {
    const { platform, user } = await openWindow(RICH);
    await entries();
    await user.keyboard("r");
    await screen.findByText("Tomasz Wiśniewski", { selector: "li bdi" });
    const picker = document.querySelector("input[type=file]") as HTMLInputElement;
    await user.upload(picker, new File(["a,b\n1,2\n"], "sums.csv", { type: "text/csv" }));
    expect(await screen.findByText("sums.csv")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /^Send$/ }));
    await waitFor(() => expect(asked(platform, "reply_send")).toHaveLength(1));
    expect(asked(platform, "reply_send")[0]).toMatchObject({
      files: [{ name: "sums.csv", media_type: "text/csv", base64: btoa("a,b\n1,2\n") }],
    });
  });
});
