import { QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakePlatform, fakePlatform } from "../platform/fake";
import { call, connect, link, newQueryClient, openRequest, setPlatform, tagsOf } from "./client";
import { ApiFailure } from "./errors";

describe("the tags of a read", () => {
  it("are filled from its request", () => {
    expect(tagsOf("conversation_get", { id: "cnv_7" })).toEqual(["conversation:cnv_7"]);
    expect(tagsOf("contact_get", { contact: "ctc_1" })).toEqual(["contact:ctc_1", "views"]);
  });

  it("are none for a command that changes something", () => {
    expect(tagsOf("take", { conversation: "cnv_7" })).toEqual([]);
  });
});

describe("a connected client", () => {
  let platform: FakePlatform;
  let end: () => void;
  const queries = newQueryClient();

  beforeEach(() => {
    vi.useFakeTimers();
    platform = fakePlatform("day");
    setPlatform(platform);
    end = connect(platform, queries);
  });
  afterEach(() => {
    end();
    queries.clear();
    vi.useRealTimers();
  });

  const follow = async (name: "views_get" | "conversation_get", request: unknown) => {
    const observer = new QueryObserver(queries, {
      queryKey: [name, request],
      queryFn: () => call(name, request as never),
    });
    const leave = observer.subscribe(() => {});
    await vi.runAllTimersAsync();
    return leave;
  };
  const asked = (name: string) => platform.calls.filter((one) => one.name === name).length;

  it("fetches again what a change has touched, once for a burst, and nothing else", async () => {
    await follow("views_get", {});
    await follow("conversation_get", { id: "cnv_hero" });
    platform.touch("views");
    platform.touch("views", "drafts");
    await vi.runAllTimersAsync();
    expect(asked("views_get")).toBe(2);
    expect(asked("conversation_get")).toBe(1);
  });

  it("fetches everything again when changes were missed", async () => {
    await follow("views_get", {});
    await follow("conversation_get", { id: "cnv_hero" });
    platform.say({ kind: "overflow", missed: 3 });
    await vi.runAllTimersAsync();
    expect(asked("views_get")).toBe(2);
    expect(asked("conversation_get")).toBe(2);
  });

  it("hands on which conversation the system asks to open", () => {
    platform.say({ kind: "open", conversation: "cnv_hero" });
    expect(openRequest.get()?.conversation).toBe("cnv_hero");
  });

  it("says how the connection stands", () => {
    platform.setLink("lost");
    expect(link.get()).toBe("lost");
    platform.setLink("live");
    expect(link.get()).toBe("live");
  });

  it("rejects with a failure that can be branched on, whatever was thrown", async () => {
    platform.failNext("take", ApiFailure.status(503));
    await expect(call("take", { conversation: "cnv_hero" })).rejects.toMatchObject({
      code: "refused",
    });
  });
});
