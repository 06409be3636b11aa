import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { openWindow } from "./window";

describe("the bots page", () => {
  it("lists who may knock with how each is doing, and has no faults", async () => {
    await openWindow("/bots");
    const link = await screen.findByRole("link", { name: "front" });
    expect(screen.getByText(/Brings its customers along · within 30 seconds/)).toBeTruthy();
    expect(screen.getByText("27 of 41").textContent).toContain("without people");
    expect(link.getAttribute("href")).toBe("/#/bots/front");
    await expectAccessible();
  });

  it("lets a bot in with the keyboard, and shows its token this once", async () => {
    const { platform, user } = await openWindow("/bots");
    await user.click(await screen.findByRole("button", { name: "Let a bot in" }));
    await user.keyboard("front{Enter}");
    expect(await screen.findByText("There is a bot front already.")).toBeTruthy();
    await user.clear(screen.getByRole("textbox", { name: "Its name" }));
    await user.type(screen.getByRole("textbox", { name: "Its name" }), "night{Enter}");
    expect(await screen.findByText("btn_bot_0707")).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "I have it" }));
    expect(await screen.findByRole("link", { name: "night" })).toBeTruthy();
    expect(screen.queryByText("btn_bot_0707")).toBeNull();
    const added = platform.calls.filter((one) => one.name === "bot_add");
    expect(added.at(-1)?.request).toEqual({
      name: "night",
      channel: null,
      queue: "support",
      answer_within_s: 30,
    });
  });

  it("opens the door, and says why when that fails", async () => {
    const { user } = await openWindow("/bots");
    const door = () => screen.getByRole("switch", { name: "Open the door" });
    await screen.findByText("No bot hears anything while it is closed", { exact: false });
    await user.click(door());
    expect(await screen.findByText("http://127.0.0.1:8421/bots/v1")).toBeTruthy();
    const port = screen.getByRole("textbox", { name: "Port" });
    await user.clear(port);
    await user.type(port, "8000");
    await user.tab();
    await user.click(screen.getByRole("button", { name: "Use this port" }));
    expect(await screen.findByText("Port 8000 is taken.")).toBeTruthy();
  });

  it("says what a bot is for when there is none", async () => {
    const { user } = await openWindow("/bots", "none");
    expect(await screen.findByText("No bot may knock yet")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Let a bot in" }));
    expect(screen.getByRole("heading", { name: "Let a bot in" })).toBeTruthy();
  });
});

describe("a bot that Baton asks itself", () => {
  it("is connected with the keyboard, is off, and is switched on", async () => {
    const { platform, user } = await openWindow("/bots");
    await user.click(await screen.findByRole("button", { name: "Connect a bot" }));
    await user.type(screen.getByRole("textbox", { name: "Its name" }), "night");
    expect(screen.getByRole("button", { name: "Connect it" }).hasAttribute("disabled")).toBe(true);
    await user.type(screen.getByRole("textbox", { name: "Address" }), "http://127.0.0.1:1/v1");
    await user.type(screen.getByRole("textbox", { name: "Model" }), "small");
    await user.type(screen.getByLabelText("Key"), "sk-1");
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Connect it" }));
    expect(await screen.findByText("btn_bot_0808")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "I have it" }));
    const asked = platform.calls.filter((one) => one.name === "bot_connect").at(-1);
    expect(asked?.request).toMatchObject({
      name: "night",
      kind: "openai",
      url: "http://127.0.0.1:1/v1",
      model: "small",
      key: "sk-1",
      redact: ["email", "card"],
    });
    expect(await screen.findByText("Off: nothing is sent")).toBeTruthy();
    await user.click(screen.getByRole("switch", { name: "Ask it" }));
    expect(await screen.findByText("Is asked")).toBeTruthy();
  });

  it("says how it does and what was sent, and keeps its key with its server", async () => {
    const { user } = await openWindow("/bots/assistant");
    expect(await screen.findByText(/connection refused/)).toBeTruthy();
    expect(screen.getByText("38 of 500")).toBeTruthy();
    expect(await screen.findByText(/could not be reached/)).toBeTruthy();
    expect(screen.getByText("Erased.")).toBeTruthy();
    expect(screen.queryByRole("heading", { name: "Webhook" })).toBeNull();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Change the connection" }));
    const url = screen.getByRole("textbox", { name: "Address" });
    await user.clear(url);
    await user.type(url, "https://models.example.org/v1");
    await user.click(screen.getByRole("button", { name: "Connect it so" }));
    expect(await screen.findByText(/The key was given for/)).toBeTruthy();
    await user.click(screen.getByRole("switch", { name: "Forget the key that is kept" }));
    await user.click(screen.getByRole("button", { name: "Connect it so" }));
    expect(await screen.findByText("https://models.example.org/v1")).toBeTruthy();
  });
});

describe("a sample conversation", () => {
  it("says what is written once, however often it is pressed", async () => {
    const { platform, user } = await openWindow("/bots/front");
    const words = await screen.findByRole("textbox", { name: "What the customer says" });
    const answer = platform.holdNext("bot_try");
    await user.type(words, "Hello{Enter}{Enter}");
    await user.click(screen.getByRole("button", { name: "Say it" }));
    expect(platform.calls.filter((one) => one.name === "bot_try")).toHaveLength(1);
    answer();
    expect(await screen.findByText("Which order is it?")).toBeTruthy();
    expect((words as HTMLInputElement).value).toBe("");
    await user.type(words, "A-17{Enter}");
    await waitFor(() =>
      expect(platform.calls.filter((one) => one.name === "bot_try")).toHaveLength(2),
    );
  });
});

describe("the forms of a bot", () => {
  it("are left with Escape, and what was begun is there again, but for the key", async () => {
    const { user } = await openWindow("/bots");
    const connect = () => screen.findByRole("button", { name: "Connect a bot" });
    await user.click(await connect());
    await user.keyboard("half");
    await user.type(screen.getByRole("textbox", { name: "Model" }), "small");
    await user.type(screen.getByLabelText("Key"), "sk-1{Escape}");
    expect(document.activeElement).toBe(await connect());
    await user.keyboard("{Enter}");
    const name = screen.getByRole("textbox", { name: "Its name" }) as HTMLInputElement;
    expect(name.value).toBe("half");
    expect((screen.getByRole("textbox", { name: "Model" }) as HTMLInputElement).value).toBe(
      "small",
    );
    expect((screen.getByLabelText("Key") as HTMLInputElement).value).toBe("");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await user.click(await connect());
    expect((screen.getByRole("textbox", { name: "Its name" }) as HTMLInputElement).value).toBe("");
    await user.keyboard("{Escape}");

    await user.click(screen.getByRole("button", { name: "Let a bot in" }));
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Let a bot in" }));
  });

  it("close only their list of choices with the first Escape", async () => {
    const { user } = await openWindow("/bots");
    await user.click(await screen.findByRole("button", { name: "Connect a bot" }));
    await user.click(screen.getByRole("button", { name: /What it is/ }));
    await screen.findByRole("listbox", { name: "What it is" });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("listbox", { name: "What it is" })).toBeNull());
    expect(screen.getByRole("textbox", { name: "Its name" })).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("textbox", { name: "Its name" })).toBeNull();
  });

  it("give the focus back where a connection is changed", async () => {
    const { user } = await openWindow("/bots/assistant");
    const change = () => screen.findByRole("button", { name: "Change the connection" });
    await user.click(await change());
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Address" }));
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(await change());
  });
});

describe("the page of a bot", () => {
  it("says how it is doing", async () => {
    await openWindow("/bots/front");
    expect(await screen.findByText("2 seconds, of 38 answers")).toBeTruthy();
    expect(screen.getByText("the bot did not answer in time")).toBeTruthy();
    expect(await screen.findByText("It has no conversation.")).toBeTruthy();
  });

  it("shows what the bot has, and one key takes it", async () => {
    const { platform, user } = await openWindow("/bots/mira");
    const list = await screen.findByRole("listbox", { name: "What it has now" });
    const rows = () => within(list).getAllByRole("option");
    const before = rows().length;
    expect(before).toBeGreaterThan(1);
    await expectAccessible();
    await user.keyboard("jjkt");
    await waitFor(() => expect(rows()).toHaveLength(before - 1));
    const taken = platform.calls.filter((one) => one.name === "take");
    expect(taken).toHaveLength(1);
    // The cursor goes on to the next, and Enter opens that.
    await user.keyboard("{Enter}");
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/c\//));
  });

  it("holds a sample conversation until people have it", async () => {
    const { user } = await openWindow("/bots/front");
    const words = await screen.findByRole("textbox", { name: "What the customer says" });
    await user.type(words, "Where is my parcel?{Enter}");
    const log = await screen.findByRole("log", { name: "The sample conversation" });
    expect(await within(log).findByText(/Which order is it\?/)).toBeTruthy();
    expect(screen.getByText(/front may speak now/)).toBeTruthy();
    await user.type(words, "A human, please{Enter}");
    const holder = await screen.findByText(/it waits in support/);
    expect(holder.textContent).toContain("the customer asked for a person");
    await expectAccessible();
  });

  it("sets up a webhook, tries it, shows how that went, and takes it away", async () => {
    const { user } = await openWindow("/bots/front");
    const address = await screen.findByRole("textbox", { name: "Address" });
    await user.type(address, "http://bots.example.org/hook{Enter}");
    expect(await screen.findByText("That address will not do.")).toBeTruthy();
    await user.clear(address);
    await user.type(address, "https://bots.example.org/hook{Enter}");
    expect(await screen.findByText("whsec_BwcH")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "I have it" }));
    expect(screen.queryByText("whsec_BwcH")).toBeNull();
    await user.click(await screen.findByRole("button", { name: "Send a trial" }));
    const table = await screen.findByRole("table");
    expect(within(table).getByText("Trial")).toBeTruthy();
    expect(within(table).getByText(/Taken · 204/)).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Tell it nothing" }));
    await waitFor(() => expect(screen.queryByRole("table")).toBeNull());
  });

  it("shuts a bot out", async () => {
    const { platform, user } = await openWindow("/bots/front");
    await user.click(await screen.findByRole("button", { name: "Shut it out" }));
    // It cannot be taken back, so the first press only asks, and Enter again does nothing yet.
    expect(screen.getByText(/That cannot be taken back/)).toBeTruthy();
    await user.keyboard("{Enter}");
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Shut it out" }));
    await user.keyboard("{Enter}");
    await user.click(screen.getByRole("button", { name: "Shut it out now" }));
    await waitFor(() => expect(window.location.hash).toBe("#/bots"));
    expect(platform.calls.some((one) => one.name === "bot_remove")).toBe(true);
  });
});
