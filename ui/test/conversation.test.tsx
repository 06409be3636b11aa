import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openRequest } from "../src/api/client";
import { ApiFailure } from "../src/api/errors";
import { forgetLetters } from "../src/features/conversation/composer/drafts";
import { forgetViews } from "../src/features/conversation/stream/Message";
import { MOST_SHOWN } from "../src/features/conversation/stream/shown";
import type { FakePlatform } from "../src/platform/fake";
import { append } from "../src/platform/fake/talk";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

const HERO = "/c/cnv_hero?in=queue";
const RICH = "/c/cnv_000001?in=all";
const BOT = "/c/cnv_000002?in=with_bot";
const BO = "/c/cnv_000005?in=all";

const stream = () => screen.findByRole("region", { name: "What was said" });
const entries = async () => within(await stream()).findAllByRole("article");
const entry = async (text: string | RegExp) => {
  const found = await within(await stream()).findByText(text);
  return found.closest("article") as HTMLElement;
};
const asked = (platform: { calls: { name: string; request: unknown }[] }, name: string) =>
  platform.calls.filter((one) => one.name === name).map((one) => one.request);

const open = (platform: FakePlatform, conversation: string) =>
  act(async () => platform.say({ kind: "open", conversation }));

beforeEach(() => {
  openRequest.set(undefined);
  forgetLetters();
  forgetViews();
});

describe("the stream", () => {
  it("tells oldest to newest, each entry with its voice", async () => {
    await openWindow(HERO);
    const names = (await entries()).map((one) => one.getAttribute("aria-label") ?? "");
    expect(names[0]).toMatch(/^Lena Okafor, customer, /);
    expect(names[1]).toMatch(/^Mira, bot, /);
    expect(names.at(-1)).toMatch(/^Note of Bo Castellanos, /);
  });

  it("marks what is new, and tells the engine once it was in sight", async () => {
    const { platform } = await openWindow(HERO);
    await entries();
    expect(within(await stream()).getByText("New")).toBeTruthy();
    await waitFor(
      () => expect(asked(platform, "mark_read")).toEqual([{ conversation: "cnv_hero" }]),
      {
        timeout: 3000,
      },
    );
    expect(within(await stream()).getByText("New")).toBeTruthy();
  });

  it("shows a decision as one quiet line that opens in place, and leads to the why", async () => {
    const { user } = await openWindow(HERO);
    const line = await entry(/Went to the queue Billing because the bot is stuck/);
    expect(within(line).queryByText(/Mira passed|passed it to/)).toBeNull();
    await user.click(within(line).getByRole("button", { expanded: false }));
    expect(within(line).getByText(/were told \(step 1\): Enterprise customer waits/)).toBeTruthy();
    await user.click(within(line).getByRole("button", { name: "Why" }));
    const tab = await screen.findByRole("tab", { name: "Why" });
    expect(tab.getAttribute("aria-selected")).toBe("true");
  });

  it("reads what was before without losing what is shown", async () => {
    const { platform, user } = await openWindow(RICH);
    const world = platform.world;
    const [row] = world.rows.filter((one) => one.id === "cnv_000001");
    if (!row) throw new Error("the scene is empty");
    await entries();
    await act(async () => {
      for (let n = 0; n < 90; n += 1) {
        append(world, row, {
          actor: "system",
          actor_display: "",
          what: { type: "priority", to: n % 2 ? "high" : "low" },
        });
      }
      platform.touch("conversation:cnv_000001");
    });
    await waitFor(async () => expect((await entries()).length).toBeGreaterThan(100));
    const button = within(await stream()).queryByRole("button", { name: "Show what was before" });
    if (button) await user.click(button);
    await waitFor(async () =>
      expect(within(await stream()).getByText("The conversation begins here")).toBeTruthy(),
    );
  });

  it("keeps a stretch of a conversation of years in the page, and finds words in all of it", async () => {
    const { platform, user } = await openWindow("/c/cnv_000003?in=all", "many");
    // Asked of the page itself: to look for roles and texts takes long among so many entries.
    const shown = () => [...document.querySelectorAll<HTMLElement>("[data-stream] [data-key]")];
    const keys = () => shown().map((one) => one.dataset.key);
    await waitFor(() => expect(keys()).toContain("k04999"));
    expect(keys().length).toBeLessThanOrEqual(60);

    await user.keyboard("{Control>}f{/Control}");
    const field = screen.getByRole("textbox", { name: "Find in the conversation" });
    fireEvent.change(field, { target: { value: "delivery 20004" } });
    await waitFor(
      () => expect(document.querySelector<HTMLElement>("[data-found]")?.dataset.key).toBe("k00004"),
      { timeout: 20_000 },
    );
    expect(document.querySelector("search [role=status]")?.textContent).toBe("1 of 1");
    expect(keys().length).toBeLessThanOrEqual(MOST_SHOWN);
    expect(keys()).not.toContain("k04999");
    // All was read in pages, not entry by entry.
    expect(asked(platform, "timeline_get").length).toBeLessThan(80);

    // With Escape one reads on where the words were.
    fireEvent.keyDown(field, { key: "Escape" });
    await waitFor(() => expect((document.activeElement as HTMLElement).dataset.key).toBe("k00004"));
    await user.keyboard("j");
    expect((document.activeElement as HTMLElement).dataset.key).toBe("k00005");

    await act(async () => document.querySelector<HTMLElement>("[data-stream] + button")?.click());
    await waitFor(() => expect(keys()).toContain("k04999"));
    expect(keys().length).toBeLessThanOrEqual(MOST_SHOWN);
  });

  it("goes from one place to the next where words were said, and says when they were not", async () => {
    const { user } = await openWindow(HERO);
    await entries();
    await user.keyboard("{Control>}f{/Control}");
    await user.keyboard("CÁRD");
    await screen.findByText("1 of 4");
    await user.keyboard("{Enter}");
    await screen.findByText("2 of 4");
    await user.keyboard("{Shift>}{Enter}{Enter}{/Shift}");
    await screen.findByText("4 of 4");
    await user.keyboard(" of gold");
    await screen.findByText("Not said here");
  });

  it("says of a sender what is odd, with the real address in sight", async () => {
    await openWindow(RICH);
    const message = await entry(/Please send the report to my new address/);
    expect(within(message).getByText("tomasz.wisniewski@post-office.example")).toBeTruthy();
    expect(within(message).getByText(/Replies would go elsewhere: collect@elsewhere/)).toBeTruthy();
    expect(within(message).getByText(/nobody is added to a reply by it/)).toBeTruthy();
    expect(within(message).queryByText(/An unknown sender quoted/)).toBeNull();
  });

  it("opens a quote in place and keeps a long mail short until all is wanted", async () => {
    const { user } = await openWindow(RICH);
    const message = await entry(/thank you for starting it again/);
    await user.click(within(message).getByRole("button", { name: "Quote, 5 lines" }));
    expect(within(message).getByText(/Your report has 61,204 lines/)).toBeTruthy();
    await user.click(within(message).getByRole("button", { name: "Show all" }));
    expect(within(message).getByRole("button", { name: "Show less" })).toBeTruthy();
  });

  it("saves a file under its safe name, and asks before one that can run", async () => {
    const { platform, user } = await openWindow(RICH);
    const message = await entry(/since the update on Monday/);
    await user.click(within(message).getByRole("button", { name: /^Save\s*export-log.txt/ }));
    await waitFor(() => expect(platform.saved.map((one) => one.name)).toEqual(["export-log.txt"]));

    expect(within(message).getByText("sent as invoice‹202E›fdp.exe")).toBeTruthy();
    await user.click(within(message).getByRole("button", { name: /^Save\s*repair_tool.exe/ }));
    expect(platform.saved).toHaveLength(1);
    await user.click(within(message).getByRole("button", { name: "Save it" }));
    await waitFor(() => expect(platform.saved.at(-1)?.name).toBe("repair_tool.exe"));
    expect(platform.saved.at(-1)?.content.type).toBe("application/octet-stream");
  });

  it("opens a link of a text outside", async () => {
    const { platform, user } = await openWindow(RICH);
    const message = await entry(/since the update on Monday/);
    await user.click(within(message).getByRole("link"));
    expect(platform.outside).toEqual(["https://status.harbour.example/notes/2026-11"]);
  });

  it("shows mail as sent in a frame that may run nothing, and loads images only when asked", async () => {
    const { platform, user } = await openWindow(RICH);
    const message = await entry(/since the update on Monday/);
    await user.click(within(message).getByRole("button", { name: "As sent" }));
    const frame = (await within(message).findByTitle(/as it was sent/)) as HTMLIFrameElement;
    const sandbox = frame.getAttribute("sandbox") ?? "missing";
    for (const freedom of ["allow-scripts", "allow-same-origin", "allow-forms", "top-navigation"]) {
      expect(sandbox).not.toContain(freedom);
    }
    expect(within(message).getByText(/3 remote images not loaded/)).toBeTruthy();
    expect(within(message).getByText(/A link shows one place and leads to another/)).toBeTruthy();
    await user.click(within(message).getByRole("button", { name: "Show this time" }));
    await waitFor(() =>
      expect(asked(platform, "message_view").at(-1)).toMatchObject({ remote: true }),
    );
    await waitFor(() =>
      expect(within(message).queryByText(/remote images? not loaded/)).toBeNull(),
    );
  });

  it("trusts a sender for good, with a way back", async () => {
    const { platform, user } = await openWindow(RICH);
    const message = await entry(/since the update on Monday/);
    if (!within(message).queryByTitle(/as it was sent/)) {
      await user.click(within(message).getByRole("button", { name: "As sent" }));
    }
    await user.click(
      await within(message).findByRole("button", { name: "Always from this sender" }),
    );
    const trusted = () => platform.world.session.settings.remote_images_from;
    await waitFor(() => expect(trusted()).toEqual(["t.wisniewski@kaszuby.example"]));
    await user.click(screen.getByRole("button", { name: /Undo/ }));
    await waitFor(() => expect(trusted()).toEqual([]));
  });

  it("gives two choices for a message in doubt, and tries a failed one again", async () => {
    const { platform, user } = await openWindow(RICH);
    const doubt = await entry(/Here is the first half/);
    await user.click(within(doubt).getByRole("button", { name: "Count as sent" }));
    expect(asked(platform, "send_judge")[0]).toMatchObject({ verdict: "sent" });
    const failed = await entry(/F is filled from July on/);
    expect(within(failed).getByText(/mailbox of the recipient is full/)).toBeTruthy();
    await user.click(within(failed).getByRole("button", { name: "Try again" }));
    expect(await within(failed).findByText("Sending")).toBeTruthy();
  });

  it("is walked with j and k", async () => {
    const { user } = await openWindow(HERO);
    const all = await entries();
    act(() => all.at(-1)?.focus());
    await user.keyboard("k");
    expect(document.activeElement).toBe(all.at(-2));
    await user.keyboard("kj");
    expect(document.activeElement).toBe(all.at(-2));
  });

  it("tells a screen reader who wrote", async () => {
    const { platform } = await openWindow(HERO);
    await entries();
    const [row] = platform.world.rows;
    if (!row) throw new Error("the scene is empty");
    await act(async () => {
      const [first] = platform.world.streams.get(row.id) ?? [];
      if (first) {
        append(platform.world, row, {
          ...first,
          what: { ...first.what, id: "msg_late" } as typeof first.what,
        });
      }
      platform.touch(`conversation:${row.id}`);
    });
    expect(await screen.findByText("New message of Lena Okafor")).toBeTruthy();
  });

  it("says when it cannot be read, and tries again", async () => {
    const { platform, user } = await openWindow("/v/all");
    platform.failNext(
      "timeline_get",
      new ApiFailure({ code: "internal", message: "Disk.", hint: "Look.", notice: false }),
    );
    await open(platform, "cnv_hero");
    expect(await screen.findByText("The conversation could not be read.")).toBeTruthy();
    expect(screen.getByText("Disk. Look.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect((await entries()).length).toBeGreaterThan(5);
  });
});

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
    await waitFor(() => expect(asked(platform, "take")).toEqual([{ conversation: "cnv_000002" }]));

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
    expect(await screen.findByText(/Go on with your draft/)).toBeTruthy();
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

  it("explains a decision row by row, and copies it as text", async () => {
    const { user } = await openWindow(HERO);
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await user.keyboard("w");
    const matched = await screen.findByRole("region", { name: "True" });
    const row = within(matched).getByText("failures of the bot in a row").closest("li");
    expect(within(row as HTMLElement).getByText("True")).toBeTruthy();
    expect(row?.textContent).toContain("≥ 2");
    const near = screen.getByRole("region", { name: "Nearly" });
    expect(within(near).getByText("Unknown")).toBeTruthy();
    await user.click(within(near).getByRole("button", { name: "What would have changed it" }));
    expect(within(near).getByText(/-0.60 or less would have matched/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Copy as text" }));
    expect(write.mock.calls[0]?.[0]).toMatch(
      /failures of the bot in a row: True\. Found 2, limit >= 2/,
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
