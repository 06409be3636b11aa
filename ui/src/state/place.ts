import { useMatchRoute, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

/** Where one is in the inbox, and the ways to other places of it. */
export interface InboxPlace {
  /** The key of the view, or `saved:<id>`. */
  readonly view: string;
  /** The conversation that is open. */
  readonly open: string | undefined;
  /** The words that are searched; empty when nothing is. */
  readonly query: string;
  readonly goTo: (view: string) => void;
  readonly openConversation: (id: string) => void;
  readonly closeConversation: () => void;
  readonly search: (query: string) => void;
  /** Whether a new conversation is being written. */
  readonly writing: boolean;
  readonly writeNew: () => void;
  readonly leaveNew: () => void;
}

/** Reads the place from the address. */
export function useInboxPlace(): InboxPlace {
  const params = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const writing = Boolean(useMatchRoute()({ to: "/new" }));
  const view = params.view ?? search.in ?? "all";
  const open = params.id;
  const query = search.q ?? "";
  return useMemo(
    () => ({
      view,
      open,
      query,
      goTo: (next) => void navigate({ to: "/v/$view", params: { view: next } }),
      openConversation: (id) =>
        void navigate({
          to: "/c/$id",
          params: { id },
          search: { in: view, q: query || undefined },
          // Walking through a list with the keys is one step of the history, not fifty.
          replace: open !== undefined,
        }),
      closeConversation: () =>
        void navigate({ to: "/v/$view", params: { view }, search: { q: query || undefined } }),
      writing,
      writeNew: () => void navigate({ to: "/new", search: { in: view, q: query || undefined } }),
      leaveNew: () =>
        void navigate({ to: "/v/$view", params: { view }, search: { q: query || undefined } }),
      search: (next) =>
        void navigate(
          writing
            ? { to: "/new", search: { in: view, q: next || undefined }, replace: true }
            : open === undefined
              ? {
                  to: "/v/$view",
                  params: { view },
                  search: { q: next || undefined },
                  replace: true,
                }
              : {
                  to: "/c/$id",
                  params: { id: open },
                  search: { in: view, q: next || undefined },
                  replace: true,
                },
        ),
    }),
    [view, open, query, writing, navigate],
  );
}
