import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { ApiFailure } from "../../src/api/errors";
import { MOST_SHOWN } from "../../src/features/conversation/stream/shown";
import { append } from "../../src/platform/fake/talk";
import { openWindow } from "../window";
import { asked, eachInANewWindow, entries, entry, HERO, open, RICH, stream } from "./conversation";

eachInANewWindow();

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
