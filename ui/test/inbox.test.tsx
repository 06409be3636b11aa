import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiFailure } from "../src/api/errors";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

const list = async () => {
  await screen.findAllByRole("option");
  return screen.getByRole("listbox");
};
const options = () => screen.getAllByRole("option");
const sentence = (row: Element | null | undefined) =>
  row?.querySelector(".visually-hidden")?.textContent;
const activeRow = () => {
  const id = screen.getByRole("listbox").getAttribute("aria-activedescendant");
  return id ? document.getElementById(id) : null;
};

describe("the inbox", () => {
  it("shows the queue first, each row as one sentence", async () => {
    await openWindow("/");
    await list();
    expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("Queue");
    const [first] = options();
    expect(sentence(first)).toMatch(
      /^Escalated\. 2 unread\. Lena Okafor\. Charged twice.*Waits in the queue Billing/,
    );
  });

  it("keeps only the visible rows of ten thousand, and knows how many there are", async () => {
    await openWindow("/v/all", "many");
    await list();
    expect(options().length).toBeLessThan(60);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("10K");
    expect(options()[0]?.getAttribute("aria-setsize")).toBe("100");
  });

  it("reads the next page when the end comes near", async () => {
    const { platform, user } = await openWindow("/v/all", "many");
    (await list()).focus();
    await user.keyboard("{End}");
    await waitFor(() => {
      const pages = platform.calls.filter((one) => one.name === "conversation_list");
      expect(pages.length).toBeGreaterThan(1);
    });
    await waitFor(() => expect(Number(options()[0]?.getAttribute("aria-setsize"))).toBe(200));
  });

  it("fetches only what is looked at again when something changes", async () => {
    const { platform, user } = await openWindow("/v/all", "many");
    const pages = () => platform.calls.filter((one) => one.name === "conversation_list").length;
    (await list()).focus();
    for (const size of ["200", "300", "400", "500"]) {
      await user.keyboard("{End}");
      await waitFor(() => expect(options()[0]?.getAttribute("aria-setsize")).toBe(size));
    }
    await user.keyboard("{Home}");
    const before = pages();
    platform.touch("views");
    await waitFor(() => expect(pages()).toBe(before + 2));
  });

  it("is worked with the keyboard alone: move, open, take, undo, back", async () => {
    const { platform, user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("j");
    expect(sentence(activeRow())).toContain("Lena Okafor");
    await user.keyboard("{Enter}");
    await screen.findByRole("heading", { level: 2, name: /Charged twice/ });
    expect(window.location.hash).toBe("#/c/cnv_hero?in=queue");

    await user.keyboard("t");
    await screen.findByText("Taken");
    expect(platform.world.rows[0]?.control.mine).toBe(true);

    await user.keyboard("z");
    await waitFor(() => expect(platform.world.rows[0]?.control.kind).toBe("queue"));
    await user.keyboard("u");
    await waitFor(() => expect(window.location.hash).toBe("#/v/queue"));
  });

  it("shows an act before the engine has answered, and takes it back when that refuses", async () => {
    const { platform, user } = await openWindow("/v/queue");
    await list();
    platform.failNext(
      "take",
      new ApiFailure({
        code: "held",
        message: "Bo was first.",
        hint: "Ask Bo to pass it.",
        notice: true,
      }),
    );
    await user.keyboard("jt");
    expect(await screen.findByText("Bo was first.")).toBeTruthy();
    expect(screen.getByText("Ask Bo to pass it.")).toBeTruthy();
    expect(sentence(options()[0])).toContain("Waits in the queue Billing");
  });

  it("chooses several and resolves them together, with one undo", async () => {
    const { platform, user } = await openWindow("/v/all");
    await list();
    await user.keyboard("jxjx");
    const bar = await screen.findByRole("toolbar");
    expect(within(bar).getByText("2 selected")).toBeTruthy();
    await user.keyboard("e");
    await screen.findByText("2 conversations resolved");
    const solved = () => platform.world.rows.filter((row) => row.status === "solved").length;
    expect(solved()).toBe(2);
    await user.keyboard("z");
    await waitFor(() => expect(solved()).toBe(0));
  });

  it("labels, snoozes and passes several at once, by the keys that do it to one", async () => {
    const { platform, user } = await openWindow("/v/all");
    await list();
    const asked = (name: string) => platform.calls.filter((one) => one.name === name).length;
    await user.keyboard("jxjx");
    await screen.findByText("2 selected");
    await user.keyboard("l");
    await user.type(await screen.findByPlaceholderText("Add a tag"), "recall{Enter}");
    await waitFor(() => expect(asked("tags_set")).toBe(2));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByPlaceholderText("Add a tag")).toBe(null));
    await user.keyboard("s");
    await user.click(await screen.findByRole("button", { name: /Tomorrow/ }));
    await screen.findByText("Snoozed");
    expect(asked("snooze")).toBe(2);
  });

  it("keeps the cursor on its conversation when a new one arrives above", async () => {
    const { platform, user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("jj");
    const before = sentence(activeRow());
    const [first] = platform.world.rows;
    if (!first) throw new Error("the scene is empty");
    await act(async () => {
      platform.world.rows = [{ ...first, id: "cnv_new" }, ...platform.world.rows];
      platform.touch("views");
    });
    await waitFor(() => expect(options()[0]?.getAttribute("aria-setsize")).toBe("11"));
    expect(sentence(activeRow())).toBe(before);
    expect(document.activeElement).not.toBe(null);
  });

  it("does nothing to the row that slid into the place of one that left by itself", async () => {
    const { platform, user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("jj");
    const eye = sentence(activeRow());
    const id = platform.world.rows.find((row) => eye?.includes(row.contact.name))?.id;
    await act(async () => {
      platform.world.rows = platform.world.rows.filter((row) => row.id !== id);
      platform.touch("views");
    });
    await waitFor(() => expect(activeRow()).toBe(null));
    const before = platform.calls.length;
    await user.keyboard("te");
    expect(platform.calls.slice(before).map((one) => one.name)).not.toContain("take");
    expect(platform.calls.slice(before).map((one) => one.name)).not.toContain("resolve");
    await user.keyboard("j");
    expect(activeRow()?.getAttribute("aria-posinset")).toBe("2");
  });

  it("goes on with the next row when one was sent away with a key", async () => {
    const { platform, user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("jj");
    await user.keyboard("e");
    await waitFor(() => expect(options()[0]?.getAttribute("aria-setsize")).toBe("9"));
    expect(activeRow()?.getAttribute("aria-posinset")).toBe("2");
    const next = sentence(activeRow());
    const [first] = platform.world.rows;
    if (!first) throw new Error("the scene is empty");
    await act(async () => {
      platform.world.rows = [{ ...first, id: "cnv_new" }, ...platform.world.rows];
      platform.touch("views");
    });
    await waitFor(() => expect(activeRow()?.getAttribute("aria-posinset")).toBe("3"));
    expect(sentence(activeRow())).toBe(next);
  });

  it("goes from the search field to what was found, and opens it", async () => {
    const { user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("/webhook{Enter}");
    await waitFor(() => expect(sentence(activeRow())).toContain("Webhook"));
    await user.keyboard("{Enter}");
    await screen.findByRole("heading", { level: 2, name: /Webhook/ });
  });

  it("takes the escalation that the bar shows, with one key", async () => {
    const { platform, user } = await openWindow("/v/all");
    await screen.findByRole("region", { name: "Escalation" });
    await user.keyboard("{Shift>}t{/Shift}");
    await waitFor(() => expect(platform.world.rows[0]?.control.mine).toBe(true));
    expect(window.location.hash).toContain("/c/cnv_hero");
  });

  it("searches as one types and clears with Escape", async () => {
    const { user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("/");
    expect(document.activeElement?.getAttribute("type")).toBe("search");
    await user.keyboard("webhook");
    await waitFor(() => expect(sentence(options()[0])).toContain("Webhook"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(sentence(options()[0])).toContain("Lena"));
  });

  it("says when a search has not seen all that matches", async () => {
    const { user } = await openWindow("/v/all", "many");
    await list();
    await user.keyboard("/o");
    await waitFor(() =>
      expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Found"),
    );
    const told = () => screen.queryByText(/older ones may be missing/);
    await user.keyboard("{ArrowDown}{End}");
    await waitFor(() => expect(told()).not.toBeNull());
    await user.keyboard("/{Escape}");
    await waitFor(() => expect(told()).toBeNull());
  });

  it("interrupts for an escalation with a bar, and says it to a screen reader", async () => {
    const { platform, user } = await openWindow("/v/all");
    const bar = await screen.findByRole("region", { name: "Escalation" });
    expect(bar.textContent).toContain("Lena Okafor");
    await user.click(within(bar).getByRole("button", { name: "Take" }));
    await waitFor(() => expect(platform.world.rows[0]?.control.mine).toBe(true));
    expect(window.location.hash).toContain("/c/cnv_hero");
  });

  it("does not interrupt for the conversation that is open", async () => {
    await openWindow("/c/cnv_hero?in=queue");
    const bar = await screen.findByRole("region", { name: "Escalation" });
    expect(bar.textContent).not.toContain("Lena Okafor");
    expect(bar.textContent).toContain("Katharina");
  });

  it("says quietly that the engine is away", async () => {
    const { platform } = await openWindow("/v/queue");
    await list();
    act(() => platform.setLink("lost"));
    expect(screen.getByText(/What you write is kept/)).toBeTruthy();
    act(() => platform.setLink("live"));
    expect(screen.queryByText(/What you write is kept/)).toBe(null);
  });

  it("says what would fill an empty view and offers the next step", async () => {
    await openWindow("/v/queue", "none");
    expect(await screen.findByText("No channel yet")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Connect a mailbox" })).toBeTruthy();
  });
});

describe("the palette and the map", () => {
  it("does anything by its name", async () => {
    const { user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "snoozed{Enter}");
    await waitFor(() => expect(window.location.hash).toBe("#/v/snoozed"));
  });

  it("finds a conversation by its words", async () => {
    const { user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "webhook");
    const found = within(screen.getByRole("dialog"));
    const [hit] = await found.findAllByText(/Webhook signature/);
    await user.click(hit as HTMLElement);
    await waitFor(() => expect(window.location.hash).toContain("/c/cnv_000007"));
  });

  it("shows every key", async () => {
    const { user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("?");
    const dialog = await screen.findByRole("dialog");
    for (const name of ["Take", "Pass", "Back to the bot", "Why", "Undo"]) {
      expect(within(dialog).getByText(name)).toBeTruthy();
    }
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
  });

  it("goes to a place with g and a letter", async () => {
    const { user } = await openWindow("/v/queue");
    await list();
    await user.keyboard("ge");
    await waitFor(() => expect(window.location.hash).toBe("#/v/escalated"));
  });
});

describe.each([
  "/v/queue",
  "/c/cnv_hero",
  "/channels",
  "/channels/connect",
  "/channels/chn_c",
  "/health",
  "/settings",
])("the page %s", (address) => {
  beforeEach(async () => {
    await openWindow(address);
    await screen.findByRole("heading", { level: 1 });
  });

  it("has a name and a role for everything", async () => {
    await expectAccessible();
  });
});

describe("a narrow window", () => {
  it("shows the list or the conversation, and the way back", async () => {
    const { user } = await openWindow("/v/queue", "day", 320);
    await list();
    expect(screen.queryByRole("navigation")).toBe(null);
    await user.keyboard("j{Enter}");
    const back = await screen.findByRole("button", { name: "Back to the list" });
    expect(screen.queryByRole("listbox")).toBe(null);
    await user.click(back);
    await list();
    await user.click(screen.getByRole("button", { name: "Show the places" }));
    expect(await screen.findByRole("navigation", { name: "Places" })).toBeTruthy();
  });
});
