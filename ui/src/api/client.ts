import { QueryClient } from "@tanstack/react-query";
import type { Link, Platform } from "../platform/types";
import { store } from "../state/store";
import { ApiFailure } from "./errors";
import { type Change, type Commands, staleBy } from "./generated/wire";

export type { MessageFrame } from "../platform/types";

/** The name of a command. */
export type CommandName = keyof Commands;
/** What a command is asked with. */
export type Request<N extends CommandName> = Commands[N]["request"];
/** What a command answers. */
export type Answer<N extends CommandName> = Commands[N]["answer"];

let platform: Platform | undefined;

/** How the connection stands. */
export const link = store<Link>("connecting");

/** The conversation that a notification or a link of the system asked to open. */
export const openRequest = store<{ conversation: string; turn: number } | undefined>(undefined);

/** Returns where the interface runs. */
export function currentPlatform(): Platform {
  if (!platform) throw new Error("The platform is set before anything is drawn.");
  return platform;
}

/** Sets where the interface runs, before anything is drawn. */
export function setPlatform(to: Platform): void {
  platform = to;
}

/** Carries out one command. */
export async function call<N extends CommandName>(
  name: N,
  request: Request<N>,
): Promise<Answer<N>> {
  try {
    return (await currentPlatform().call(name, request)) as Answer<N>;
  } catch (thrown) {
    throw ApiFailure.of(thrown);
  }
}

/** Returns a client for queries: nothing grows old by itself, only by what the engine says. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        networkMode: "always",
        retry: (failures, error) =>
          failures < 3 && error instanceof ApiFailure && error.code === "unreachable",
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

/** Returns the tags that make the answer of a read stale. */
export function tagsOf(name: CommandName, request: unknown): string[] {
  const fields = (request ?? {}) as Record<string, unknown>;
  return (staleBy[name] ?? []).map((tag) =>
    tag.replace(/\{(\w+)\}/g, (_, field: string) => String(fields[field] ?? "")),
  );
}

// Changes come in bursts while mail flows in; one refetch for a burst is enough.
const BURST_MS = 60;

/**
 * Connects the queries to the engine: a change that touches a read makes it fetch again.
 *
 * Just before that, `prepare` may drop what nobody looks at any more.
 */
export function connect(to: Platform, queries: QueryClient, prepare = () => {}): () => void {
  let touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const refresh = () => {
    timer = undefined;
    const tags = touched;
    touched = new Set();
    prepare();
    void queries.invalidateQueries({
      predicate: ({ queryKey }) =>
        tagsOf(queryKey[0] as CommandName, queryKey[1]).some((tag) => tags.has(tag)),
    });
  };

  const onChange = (change: Change) => {
    switch (change.kind) {
      case "touched":
        for (const tag of change.tags) touched.add(tag);
        timer ??= setTimeout(refresh, BURST_MS);
        return;
      case "overflow":
        prepare();
        void queries.invalidateQueries();
        return;
      case "open":
        openRequest.set((before) => ({
          conversation: change.conversation,
          turn: (before?.turn ?? 0) + 1,
        }));
        return;
    }
  };

  const leave = to.listen(onChange, (state) => link.set(state));
  return () => {
    clearTimeout(timer);
    leave();
  };
}
