import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiFailure } from "../src/api/errors";
import { clearDesk, desk } from "../src/features/rules/desk";
import { forgetReplay } from "../src/features/rules/panels/replaying";
import { editByHand, ruleOfAColleague } from "../src/platform/fake/ruleEdits";
import { toasts } from "../src/state/toasts";
import { testWanted } from "../src/state/testWanted";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

// The editor of the text needs a layout; here it is only said what it is shown and what it writes.
vi.mock("../src/features/rules/text/editor", () => ({
  openEditor: (host: HTMLElement, text: string, onChange: (text: string) => void) => {
    const area = document.createElement("textarea");
    area.setAttribute("aria-label", "Rules as text");
    area.value = text;
    area.addEventListener("input", () => onChange(area.value));
    host.replaceChildren(area);
    return {
      show: (next: string) => {
        area.value = next;
      },
      mark: (problems: readonly unknown[]) => {
        area.dataset.problems = String(problems.length);
      },
      offer: () => {},
      goTo: (line: number) => {
        area.dataset.line = String(line);
      },
      end: () => area.remove(),
    };
  },
}));

beforeEach(() => {
  clearDesk();
  forgetReplay();
});

const list = () => screen.findByRole("grid", { name: "Rules in order" });
const names = async () =>
  within(await list())
    .getAllByRole("row")
    .map((row) => row.textContent);
const form = () => screen.findByRole("region", { name: "Form" });
const limit = async () => {
  const [first] = await within(await form()).findAllByRole("textbox", { name: "Limit" });
  return first as HTMLInputElement;
};

async function setLimit(user: Awaited<ReturnType<typeof openWindow>>["user"], to: string) {
  const field = await limit();
  await user.clear(field);
  await user.type(field, `${to}{Enter}`);
  await waitFor(() => expect(desk.get()?.text).toContain(`bot.failures >= ${to}`));
}

describe("the list of rules", () => {
  it("is reached by two keys and says status and counts of each rule", async () => {
    const { user } = await openWindow("/v/queue");
    await screen.findAllByRole("option");
    await user.keyboard("gr");
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/rules/));
    const rows = await names();
    expect(rows).toHaveLength(6);
    expect(rows[2]).toMatch(/an important customer is unhappy.*Canary 10%.*6 acts.*1 overridden/);
    expect(rows[5]).toMatch(/Shadow.*never matched/);
    await expectAccessible();
  });

  it("moves a rule with the keyboard, and a step back brings it home", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck");
    await list();
    const row = within(await list()).getByRole("row", { name: /the bot is stuck/ });
    act(() => row.focus());
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    await waitFor(async () => expect((await names())[2]).toContain("the bot is stuck"));
    await user.click(screen.getByRole("button", { name: "One step back" }));
    await waitFor(async () => expect((await names())[3]).toContain("the bot is stuck"));
  });

  it("removes a rule, and takes that back", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck");
    await user.click(
      await within(await form()).findByRole("button", { name: "More about this rule" }),
    );
    await user.click(await screen.findByRole("menuitem", { name: "Remove" }));
    await waitFor(async () => expect(await names()).toHaveLength(5));
    expect(toasts.get().at(-1)?.text).toBe("Rule bot-stuck removed");
    act(() => toasts.get().at(-1)?.undo?.());
    await waitFor(async () => expect(await names()).toHaveLength(6));
  });

  it("adds a rule in shadow and opens it", async () => {
    const { user } = await openWindow("/rules");
    await user.click(await screen.findByRole("button", { name: "Add a rule" }));
    await waitFor(async () => expect((await names())[6]).toContain("Shadow"));
    expect(window.location.hash).toContain("rule=new-rule");
  });

  it("says what would fill it when there is nothing", async () => {
    await openWindow("/rules", "none");
    expect((await screen.findAllByText("There are no rules")).length).toBeGreaterThan(0);
    await expectAccessible();
  });
});

describe("the form of a rule", () => {
  it("says in words what the rule asks", async () => {
    await openWindow("/rules?rule=queue-too-long");
    const whole = await form();
    const waiting = await within(whole).findByRole("group", {
      name: "The customer has waited longer than 15 minutes",
    });
    expect(
      (within(waiting).getByRole("textbox", { name: "Limit" }) as HTMLInputElement).value,
    ).toBe("15");
    expect(
      within(whole).getByRole("group", { name: /The calendar “office” is open/ }),
    ).toBeTruthy();
    expect(within(whole).getByRole("button", { name: "Time passes", pressed: true })).toBeTruthy();
  });

  it("changes a limit in the text and nowhere else, and says at once what that breaks", async () => {
    const { user, platform } = await openWindow("/rules?rule=bot-stuck");
    const before = (await waitFor(() => desk.get() ?? Promise.reject())) as { text: string };
    await setLimit(user, "3");
    expect(desk.get()?.text).toBe(before.text.replace("bot.failures >= 2", "bot.failures >= 3"));
    expect(await screen.findByRole("button", { name: "1 test fails" })).toBeTruthy();
    // Tried on what has happened, by itself.
    expect(
      await screen.findByRole("button", { name: "186 of 12,430 conversations differ" }),
    ).toBeTruthy();
    expect(platform.calls.filter((one) => one.name === "rules_save")).toEqual([]);
  });

  it("asks for something else, of the list of everything that is known", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck");
    const [add] = await within(await form()).findAllByRole("button", { name: "Add a condition" });
    await user.click(add as HTMLElement);
    await user.type(await screen.findByRole("combobox", { name: "What is asked" }), "waited");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(desk.get()?.text).toContain('conv.waiting > duration("15m")'));
  });

  it("keeps a group of one line as a group until it has more", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck");
    const whole = await form();
    const groups = () => within(whole).getAllByRole("group", { name: "At least one is true" });
    // The last one is that of the whole condition.
    const add = (await within(whole).findAllByRole("button", { name: "Add a group" })).at(-1);
    expect(groups()).toHaveLength(1);
    await user.click(add as HTMLElement);
    await user.type(await screen.findByRole("combobox", { name: "What is asked" }), "mood");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(desk.get()?.text).toContain("msg.sentiment < 0.5"));
    await screen.findByRole("button", { name: /doubt/ });
    await waitFor(() => expect(groups()).toHaveLength(2));
  });

  it("changes what the rule does", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck");
    const whole = await form();
    await user.click(await within(whole).findByRole("button", { name: /channel.*Hand over to/ }));
    await user.click(await screen.findByRole("option", { name: "The team billing" }));
    await waitFor(() => expect(desk.get()?.text).toContain('control = "team:billing"'));
    await user.type(within(whole).getByRole("textbox", { name: "Add tags" }), "slow{Enter}");
    await waitFor(() => expect(desk.get()?.text).toContain('tag = ["bot-stuck", "slow"]'));
  });

  it("waits while the text cannot be read, and leads to the place", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck");
    const area = (await screen.findByLabelText("Rules as text")) as HTMLTextAreaElement;
    await act(async () => {
      area.value = `?? ${area.value}`;
      area.dispatchEvent(new Event("input"));
    });
    expect(await screen.findByText(/Line 1 of the text has a mistake/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "1 mistake" })).toBeTruthy();
    await waitFor(() => expect(area.dataset.problems).toBe("1"));
    await user.click(screen.getByRole("button", { name: "Go to the text" }));
    await waitFor(() => expect(area.dataset.line).toBe("1"));
    expect(screen.getByRole("button", { name: "Add a rule" })).toHaveProperty("disabled", true);
  });
});

describe("what is written and not saved", () => {
  it("is still there after one was elsewhere, and after a restart", async () => {
    const first = await openWindow("/rules?rule=bot-stuck");
    await setLimit(first.user, "4");
    await first.user.keyboard("{Escape}");
    act(() => (document.activeElement as HTMLElement | null)?.blur());
    await first.user.keyboard("gq");
    await screen.findByRole("heading", { level: 1, name: /Queue/ });
    await first.user.keyboard("gr");
    expect((await limit()).value).toBe("4");
    await waitFor(() =>
      expect(first.platform.world.drafts.get("rules")?.text).toContain("bot.failures >= 4"),
    );
    expect(localStorage.getItem("baton.rules.draft")).toContain("bot.failures >= 4");

    // The window is closed and opened, under another address: only the engine has kept it.
    act(() => (document.activeElement as HTMLElement | null)?.blur());
    await first.user.keyboard("gq");
    await screen.findByRole("heading", { level: 1, name: /Queue/ });
    clearDesk();
    localStorage.clear();
    await first.user.keyboard("gr");
    await waitFor(async () => expect((await limit()).value).toBe("4"));
  });

  it("is saved with a reason, and with another for a failing test", async () => {
    const { user, platform } = await openWindow("/rules?rule=bot-stuck");
    await setLimit(user, "3");
    await screen.findByRole("button", { name: "1 test fails" });
    await user.keyboard("{Control>}s{/Control}");
    const sheet = await screen.findByRole("dialog", { name: "Save the rules" });
    await within(sheet).findByText("Changed: bot-stuck");
    await user.click(within(sheet).getByRole("radio", { name: /Put live now/ }));
    const save = within(sheet).getByRole("button", { name: "Save" });
    expect(save).toHaveProperty("disabled", true);
    await user.type(within(sheet).getByRole("textbox", { name: "Why" }), "Fewer handoffs at night");
    expect(save).toHaveProperty("disabled", true);
    await user.type(
      within(sheet).getByRole("textbox", { name: "Why it may be saved all the same" }),
      "The test follows tomorrow",
    );
    await expectAccessible(sheet);
    await user.click(save);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(platform.calls.findLast((one) => one.name === "rules_save")?.request).toMatchObject({
      reason: "Fewer handoffs at night",
      override: "The test follows tomorrow",
    });
    expect(await screen.findByRole("button", { name: "Saved" })).toBeTruthy();
    expect(localStorage.getItem("baton.rules.draft")).toBeNull();
  });

  it("is tried beside the rule that acts, when that is not to change yet", async () => {
    const { user, platform } = await openWindow("/rules?rule=bot-stuck");
    await setLimit(user, "3");
    await screen.findByRole("button", { name: "1 test fails" });
    await user.keyboard("{Control>}s{/Control}");
    const sheet = await screen.findByRole("dialog", { name: "Save the rules" });
    await within(sheet).findByText("bot-stuck acts now, and would act otherwise.");
    const beside = within(sheet).getByRole("radio", { name: /Try beside the live one/ });
    expect(beside).toHaveProperty("checked", true);
    await user.type(within(sheet).getByRole("textbox", { name: "Why" }), "Fewer handoffs at night");
    // The rule that acts stays, so its test cannot fail.
    expect(within(sheet).queryByRole("textbox", { name: /all the same/ })).toBeNull();
    await expectAccessible(sheet);
    await user.click(within(sheet).getByRole("button", { name: "Try it" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(platform.calls.findLast((one) => one.name === "rules_save")?.request).toMatchObject({
      beside: true,
      override: null,
    });
    expect(await screen.findByRole("button", { name: "Saved" })).toBeTruthy();
    expect(desk.get()?.text).toContain("bot.failures >= 2");
    expect(desk.get()?.text).toContain("bot.failures >= 3");
    expect(
      await screen.findByRole("row", { name: /Tried in the place of bot-stuck/ }),
    ).toBeTruthy();
  });

  it("comes back with the reason when it is refused", async () => {
    const { user, platform } = await openWindow("/rules?rule=bot-stuck");
    await setLimit(user, "1");
    platform.failNext(
      "rules_save",
      new ApiFailure({ code: "disk", message: "The disk is full.", hint: "", notice: false }),
    );
    await user.keyboard("{Control>}s{/Control}");
    const sheet = await screen.findByRole("dialog", { name: "Save the rules" });
    await user.click(await within(sheet).findByRole("radio", { name: /Put live now/ }));
    await user.type(within(sheet).getByRole("textbox", { name: "Why" }), "x");
    await user.type(
      await within(sheet).findByRole("textbox", { name: "Why it may be saved all the same" }),
      "y",
    );
    await waitFor(() =>
      expect(within(sheet).getByRole("button", { name: "Save" })).toHaveProperty("disabled", false),
    );
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    expect(await within(sheet).findByText(/The disk is full/)).toBeTruthy();
    expect(desk.get()?.text).toContain("bot.failures >= 1");
  });

  it("stands beside what a colleague changed meanwhile, until one decides", async () => {
    const { user, platform } = await openWindow("/rules?rule=bot-stuck");
    await setLimit(user, "3");
    act(() => {
      ruleOfAColleague(platform.world);
      platform.touch("rules");
    });
    expect(await screen.findByText(/Bo Adeyemi changed the rules meanwhile/)).toBeTruthy();
    expect(screen.getByRole("button", { name: /Save…/ })).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("button", { name: "Compare" }));
    expect(
      within(screen.getByRole("region", { name: "What they changed" })).getByText(/"bo"/),
    ).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Go on with theirs" }));
    await waitFor(() => expect(desk.get()?.text).toContain("bot.failures >= 2"));
    // Nothing is lost: one step back is what was written here.
    await user.click(screen.getByRole("button", { name: "One step back" }));
    await waitFor(() => expect(desk.get()?.text).toContain("bot.failures >= 3"));
  });
});

describe("what is known of the rules", () => {
  it("shows findings with a conversation, and leads to the rules they name", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck&show=checks");
    expect(await screen.findByText(/An enterprise customer writes/)).toBeTruthy();
    expect(screen.getByText(/“an important customer is unhappy” can match at once/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "an important customer is unhappy" }));
    await waitFor(() => expect(window.location.hash).toContain("rule=vip-unhappy"));
  });

  it("lets a lead say that one rule overrules another on purpose", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck&show=checks");
    await user.click(await screen.findByRole("button", { name: "That is meant" }));
    await screen.findByText("No rule contradicts another, and each can match.");
    expect(desk.get()?.text).toContain('before = ["vip-unhappy"]');
  });

  it("shows what would have changed, as charts and as tables, and both decisions", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck&show=replay");
    await setLimit(user, "3");
    expect(
      await screen.findByText("186 conversations of 12,430 would have been decided differently"),
    ).toBeTruthy();
    expect(screen.getByText("Conversations handed to people")).toBeTruthy();
    expect(screen.getByRole("img", { name: /Handoffs by hour of the week/ })).toBeTruthy();
    await user.click(screen.getByRole("switch", { name: "Show tables instead of charts" }));
    expect(screen.getByRole("rowheader", { name: "Conversations handed to people" })).toBeTruthy();
    const [first] = await screen.findAllByRole("button", { name: /Hand over to.*nothing/ });
    await user.click(first as HTMLElement);
    expect(await screen.findByRole("region", { name: "As it was decided" })).toBeTruthy();
    expect(screen.getByText("Stayed with the bot.")).toBeTruthy();
    await expectAccessible();
  });

  it("goes on with its back-test after the page was loaded anew", async () => {
    const { user, platform } = await openWindow("/rules?rule=bot-stuck&show=replay");
    await user.click(await screen.findByRole("button", { name: "Try it out" }));
    await screen.findByRole("img", { name: /Handoffs by hour of the week/ });
    act(() => forgetReplay());
    expect(await screen.findByRole("img", { name: /Handoffs by hour of the week/ })).toBeTruthy();
    expect(platform.calls.filter((one) => one.name === "backtest_start").length).toBe(1);
  });

  it("tells of a rule that acts because the file was edited, until it is approved", async () => {
    const { user, platform } = await openWindow("/rules");
    act(() => {
      editByHand(platform.world, "bot-stuck");
      platform.touch("rules");
    });
    expect(await screen.findByText(/bot-stuck acts since .* nobody has approved it/)).toBeTruthy();
    expect(screen.getByText(/Answerable: anna/)).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Look at the first" }));
    await waitFor(() => expect(window.location.hash).toContain("show=going"));
    expect(await screen.findByText(/Set it to live once more/)).toBeTruthy();
  });

  it("writes a test of a decision that somebody has pointed at elsewhere", async () => {
    const { platform } = await openWindow("/rules");
    act(() => testWanted.set("dec_1"));
    expect(await screen.findByText(/A test was made of it/)).toBeTruthy();
    const asked = platform.calls.filter((one) => one.name === "rules_edit");
    expect(asked.map((one) => one.request)).toMatchObject([
      { edit: { kind: "test_from", decision: "dec_1" } },
    ]);
    expect(testWanted.get()).toBeUndefined();
  });

  it("stops a back-test", async () => {
    const { user, platform } = await openWindow("/rules?rule=bot-stuck&show=replay");
    const go = platform.holdNext("backtest_get");
    await user.click(await screen.findByRole("button", { name: "Try it out" }));
    go();
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    expect(await screen.findByText(/^Stopped/)).toBeTruthy();
  });

  it("moves a limit along the curve of what it would match", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck");
    const [open] = await within(await form()).findAllByRole("button", { name: "Try other limits" });
    await user.click(open as HTMLElement);
    const slider = (await screen.findByRole("slider", {
      name: "Another limit",
    })) as HTMLInputElement;
    expect(slider.getAttribute("aria-valuetext")).toMatch(/^2: 1,263 matches/);
    await act(async () => {
      slider.focus();
      // The test page moves no slider by keys.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(slider, "3");
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await user.click(screen.getByRole("button", { name: "Use this limit" }));
    await waitFor(() => expect(desk.get()?.text).toContain("bot.failures >= 4"));
  });

  it("brings an earlier version back onto the desk, to be looked at and saved", async () => {
    const { user } = await openWindow("/rules?rule=bot-stuck&show=history");
    await user.click(await screen.findByRole("button", { name: "Bring it back" }));
    await waitFor(async () => expect(await names()).toHaveLength(5));
    expect(desk.get()?.reason).toMatch(/^Back to the version of/);
    expect(screen.getByRole("button", { name: /Save…/ })).toHaveProperty("disabled", false);
  });

  it("says what is missing before a rule may act, and lets nobody pass without it", async () => {
    const { user, platform } = await openWindow("/rules?rule=money-in-a-draft&show=going");
    expect(await screen.findByText(/84 decisions were watched/)).toBeTruthy();
    const steps = screen.getByRole("list", { name: "Status of the rule" });
    await user.click(within(steps).getByRole("button", { name: /^Live/ }));
    await user.type(screen.getByRole("textbox", { name: "Why" }), "It did well");
    expect(screen.getByText(/Something is still missing/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Change to Live" })).toHaveProperty("disabled", true);
    await user.click(within(steps).getByRole("button", { name: /^Off/ }));
    await user.click(screen.getByRole("button", { name: "Change to Off" }));
    await waitFor(() =>
      expect(platform.calls.find((one) => one.name === "rule_status_set")?.request).toMatchObject({
        rule: "money-in-a-draft",
        status: "off",
        reason: "It did well",
        approver: "",
      }),
    );
    await expectAccessible();
  });
});

describe("the page on a narrow window", () => {
  it("shows one thing at a time, and the way back", async () => {
    const { user } = await openWindow("/rules", "day", 320);
    await user.click(within(await list()).getByRole("row", { name: /the bot is stuck/ }));
    await screen.findByRole("tab", { name: "Form", selected: true });
    expect(screen.queryByRole("grid", { name: "Rules in order" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "All rules" }));
    await list();
  });
});
