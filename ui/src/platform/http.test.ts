import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { httpPlatform, takeToken } from "./http";
import type { Link } from "./types";

describe("the token in the address", () => {
  it("is taken out of it, kept for this window, and found again", () => {
    window.location.hash = "#token=s3cret";
    expect(takeToken(window.location, window.history)).toBe("s3cret");
    expect(window.location.hash).not.toContain("s3cret");
    expect(takeToken(window.location, window.history)).toBe("s3cret");
  });

  it("leads on to a conversation when the address says so", () => {
    window.location.hash = "#token=s3cret&to=%2Fc%2Fcnv_7";
    takeToken(window.location, window.history);
    expect(window.location.hash).toBe("#/c/cnv_7");
  });
});

describe("a command over HTTP", () => {
  const fetched = vi.fn<typeof fetch>();
  beforeEach(() => {
    vi.stubGlobal("fetch", fetched);
    fetched.mockReset();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const platform = httpPlatform("tok", "http://127.0.0.1:9");

  it("carries the token in a header and nowhere else", async () => {
    fetched.mockResolvedValue(new Response(`{"ok":1}`));
    await platform.call("views_get", {});
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe("http://127.0.0.1:9/api/v1/views_get");
    expect(new Headers(init?.headers).get("authorization")).toBe("Bearer tok");
    expect(init?.credentials).toBe("omit");
  });

  it("rejects with the engine's own words", async () => {
    const error = { code: "not_yours", message: "Bo has it.", hint: "Ask him.", notice: true };
    fetched.mockResolvedValue(new Response(JSON.stringify(error), { status: 409 }));
    await expect(platform.call("resolve", {})).rejects.toMatchObject({
      code: "not_yours",
      message: "Bo has it.",
      hint: "Ask him.",
      notice: true,
    });
  });

  it("says so when nobody answers, or answers something else", async () => {
    fetched.mockRejectedValueOnce(new TypeError("refused"));
    await expect(platform.call("views_get", {})).rejects.toMatchObject({ code: "unreachable" });
    fetched.mockResolvedValueOnce(new Response("<html>", { status: 200 }));
    await expect(platform.call("views_get", {})).rejects.toMatchObject({ code: "unreadable" });
    fetched.mockResolvedValueOnce(new Response("", { status: 401 }));
    await expect(platform.call("views_get", {})).rejects.toMatchObject({ code: "unauthorised" });
  });
});

class Line {
  static lines: Line[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: string[] = [];
  closed = false;
  constructor(readonly url: string) {
    Line.lines.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
}

describe("the stream of changes", () => {
  beforeEach(() => {
    Line.lines = [];
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Line);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const listen = () => {
    const changes: unknown[] = [];
    const links: Link[] = [];
    const end = httpPlatform("tok", "http://127.0.0.1:9").listen(
      (change) => changes.push(change),
      (link) => links.push(link),
    );
    return { changes, links, end };
  };

  it("says the token first, in a message and not in the address", () => {
    const { links, end } = listen();
    const [line] = Line.lines;
    line?.onopen?.();
    expect(line?.url).toBe("ws://127.0.0.1:9/api/v1/events");
    expect(line?.sent).toEqual([`{"token":"tok"}`]);
    expect(links).toEqual(["connecting", "live"]);
    end();
    expect(line?.closed).toBe(true);
  });

  it("takes everything for changed when it begins, and when it comes back after a break", () => {
    const { changes, links, end } = listen();
    Line.lines[0]?.onopen?.();
    expect(changes.splice(0)).toEqual([{ kind: "overflow", missed: 0 }]);
    Line.lines[0]?.onclose?.({ code: 1006 });
    expect(links.at(-1)).toBe("lost");
    vi.advanceTimersByTime(2_000);
    Line.lines[1]?.onopen?.();
    expect(links.at(-1)).toBe("live");
    expect(changes).toEqual([{ kind: "overflow", missed: 0 }]);
    end();
  });

  it("does not knock again where it was refused", () => {
    const { links, end } = listen();
    Line.lines[0]?.onclose?.({ code: 4401 });
    vi.advanceTimersByTime(60_000);
    expect(links.at(-1)).toBe("refused");
    expect(Line.lines).toHaveLength(1);
    end();
  });
});
