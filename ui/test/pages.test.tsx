import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openWindow } from "./window";

describe("connecting a mailbox", () => {
  it("finds the servers, tests the login, and saves only what works", async () => {
    const { platform, user } = await openWindow("/channels/connect");
    const asked = () => platform.calls.map((one) => one.name);
    await user.type(await screen.findByLabelText(/E-mail address/), "new@harbour.example");
    await user.click(screen.getByRole("button", { name: "Find its servers" }));
    await screen.findByText("imap.harbour.example:993 · TLS");
    expect(screen.getByText(/app password: your usual password/)).toBeTruthy();

    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Test the login" }));
    await screen.findByRole("heading", { name: "That did not work yet" });
    expect(asked()).not.toContain("channel_put");

    await user.clear(screen.getByLabelText("Password"));
    await user.type(screen.getByLabelText("Password"), "right");
    await user.click(screen.getByRole("button", { name: "Test the login" }));
    await user.click(await screen.findByRole("button", { name: "Save and connect" }));
    await waitFor(() => expect(window.location.hash).toBe("#/channels"));
    expect(await screen.findByText("new@harbour.example")).toBeTruthy();
  });

  it("lets the servers be written by hand", async () => {
    const { platform, user } = await openWindow("/channels/connect");
    await user.type(await screen.findByLabelText(/E-mail address/), "a@b.example");
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("button", { name: "Change by hand" }));
    await user.clear(screen.getByLabelText("IMAP server"));
    await user.type(screen.getByLabelText("IMAP server"), "mail.b.example");
    await user.type(screen.getByLabelText("Password"), "right");
    await user.keyboard("{Enter}");
    await screen.findByRole("heading", { name: "Both servers let us in" });
    const tested = platform.calls.find((one) => one.name === "channel_test");
    expect(tested?.request).toMatchObject({ config: { imap: { host: "mail.b.example" } } });
  });
});

describe("a connected mailbox", () => {
  const more = async (user: Awaited<ReturnType<typeof openWindow>>["user"], what: RegExp) => {
    await user.click(await screen.findByRole("button", { name: "More for press@harbour.example" }));
    await user.click(await screen.findByRole("menuitem", { name: what }));
  };

  it("has settings that can be changed without its password", async () => {
    const { platform, user } = await openWindow("/channels");
    await more(user, /^Settings/);
    const name = await screen.findByLabelText("Name shown to customers");
    expect((name as HTMLInputElement).value).toBe("Harbour Supply");
    await user.clear(name);
    await user.type(name, "Harbour Press");
    await user.type(
      screen.getByLabelText("Name your mail server signs with"),
      "mx.harbour.example",
    );
    expect((await screen.findByLabelText("INBOX")).hasAttribute("disabled")).toBe(true);
    await user.click(screen.getByLabelText("Orders"));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(window.location.hash).toBe("#/channels"));
    expect(platform.calls.findLast((one) => one.name === "channel_put")?.request).toMatchObject({
      id: "chn_c",
      secret: null,
      config: {
        display_name: "Harbour Press",
        authserv_id: "mx.harbour.example",
        folders: ["Orders"],
      },
    });
  });

  it("says what is lost before it is disconnected", async () => {
    const { platform, user } = await openWindow("/channels");
    const asked = () => platform.calls.some((one) => one.name === "channel_remove");
    await more(user, /^Disconnect/);
    const dialog = await screen.findByRole("dialog", { name: /Disconnect press@/ });
    expect(dialog.textContent).toContain("2 messages wait to be sent by it");
    await user.click(within(dialog).getByRole("button", { name: "Keep it" }));
    expect(asked()).toBe(false);
    await more(user, /^Disconnect/);
    const again = await screen.findByRole("dialog", { name: /Disconnect press@/ });
    await user.click(within(again).getByRole("button", { name: "Disconnect" }));
    await waitFor(() => expect(asked()).toBe(true));
  });
});

describe("the settings", () => {
  it("change the look at once and for good", async () => {
    const { platform, user } = await openWindow("/settings");
    await user.click(await screen.findByRole("button", { name: /Colours/ }));
    await user.click(await screen.findByRole("option", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(platform.world.session.settings.theme).toBe("dark");
  });

  it("keep macros: written, changed, removed and brought back", async () => {
    const { platform, user } = await openWindow("/settings");
    await user.click(await screen.findByRole("button", { name: "Write a macro" }));
    await user.type(screen.getByRole("textbox", { name: "What it is called" }), "hours");
    await user.type(screen.getByRole("textbox", { name: "Words" }), "Open from nine to five.");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(platform.world.macros.get("hours")).toBe("Open from nine to five."));
    await user.click(await screen.findByRole("button", { name: "Remove hours" }));
    await waitFor(() => expect(platform.world.macros.has("hours")).toBe(false));
    await user.click(await screen.findByRole("button", { name: /^Undo/ }));
    await waitFor(() => expect(platform.world.macros.has("hours")).toBe(true));
  });

  it("give an action another key, but never one that is taken", async () => {
    const { platform, user } = await openWindow("/settings");
    await user.click(await screen.findByRole("button", { name: /^Change the key of: Take,/ }));
    await user.keyboard("p");
    expect(await screen.findByText("That key belongs to: Pass")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /^Change the key of: Take,/ }));
    await user.keyboard("9");
    await waitFor(() => expect(platform.world.session.settings.keys).toEqual({ take: "9" }));
  });
});

describe("the health page", () => {
  it("says what is wrong with what to do, and proves the log on demand", async () => {
    const { user } = await openWindow("/health");
    expect(await screen.findByText("One message is in doubt.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByText(/966 events, and the chain holds/)).toBeTruthy();
  });
});

describe("the channels", () => {
  it("say how each is doing", async () => {
    await openWindow("/channels");
    const line = (await screen.findByText("press@harbour.example")).closest("div")?.parentElement;
    expect(within(line as HTMLElement).getByText(/The server refused the password/)).toBeTruthy();
  });
});
