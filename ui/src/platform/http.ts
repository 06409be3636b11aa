import { ApiFailure } from "../api/errors";
import type { Change, HtmlView } from "../api/generated/wire";
import { download } from "./download";
import type { Link, Platform } from "./types";

const KEPT = "baton.token";
const LONGEST_WAIT_MS = 15_000;

/** Takes the token out of the address, so that it is neither kept in the history nor shown. */
export function takeToken(place: Location, history: History): string {
  const inAddress = /(?:^#|[#&])token=([^&]+)/.exec(place.hash)?.[1];
  if (inAddress) {
    const token = decodeURIComponent(inAddress);
    sessionStorage.setItem(KEPT, token);
    const then = /[#&]to=([^&]+)/.exec(place.hash)?.[1];
    history.replaceState(null, "", then ? `#${decodeURIComponent(then)}` : "#/");
    return token;
  }
  return sessionStorage.getItem(KEPT) ?? "";
}

/** Talks to a local server of Baton over HTTP, and hears of changes over a WebSocket. */
export function httpPlatform(token: string, base: string = location.origin): Platform {
  return {
    name: "browser",
    call: (name, request) => post(base, token, name, request),
    listen: (onChange, onLink) => follow(base, token, onChange, onLink),
    // Not `message_html`: a `srcdoc` frame is bound by this page's policy, and mail is full of inline
    // style. The server shows the same document under an address of its own.
    messageFrame: async (request) => {
      const answer = await post(base, token, "message_view", request);
      const { url, ...view } = answer as Omit<HtmlView, "document"> & { url: string };
      return { ...view, from: { url: new URL(url, base).href } };
    },
    saveFile: download,
    openOutside: (url) => {
      window.open(url, "_blank", "noopener,noreferrer");
    },
  };
}

async function post(base: string, token: string, name: string, request: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${base}/api/v1/${name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(request),
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    throw ApiFailure.unreachable();
  }
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw response.ok ? ApiFailure.unreadable() : ApiFailure.status(response.status);
  }
  if (!response.ok) throw ApiFailure.from(body, response.status);
  return body;
}

function follow(
  base: string,
  token: string,
  onChange: (change: Change) => void,
  onLink: (link: Link) => void,
): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let tries = 0;

  const open = () => {
    onLink("connecting");
    socket = new WebSocket(`${base.replace(/^http/, "ws")}/api/v1/events`);
    socket.onopen = () => {
      socket?.send(JSON.stringify({ token }));
      tries = 0;
      onLink("live");
      // Whatever happened while the line was down, or before it stood, was not heard.
      onChange({ kind: "overflow", missed: 0 });
    };
    socket.onmessage = (message) => {
      try {
        onChange(JSON.parse(String(message.data)) as Change);
      } catch {
        onChange({ kind: "overflow", missed: 1 });
      }
    };
    socket.onclose = (event) => {
      if (ended) return;
      if (event.code === 4401 || event.code === 1008) {
        onLink("refused");
        return;
      }
      onLink("lost");
      tries += 1;
      timer = setTimeout(
        open,
        Math.min(LONGEST_WAIT_MS, 250 * 2 ** tries) * (0.7 + 0.6 * Math.random()),
      );
    };
  };
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}
