import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { useMemo } from "react";
import { type Answer, type CommandName, call, type Request } from "./client";
import type {
  ConversationPage,
  ConversationRow,
  ListOrder,
  Session,
  SnippetPiece,
} from "./generated/wire";

/** Reads the answer of a command and keeps it fresh. */
export function useRead<N extends CommandName>(
  name: N,
  request: Request<N>,
  options: { enabled?: boolean; keep?: boolean } = {},
): UseQueryResult<Answer<N>> {
  return useQuery({
    queryKey: [name, request],
    queryFn: () => call(name, request),
    enabled: options.enabled ?? true,
    placeholderData: options.keep ? keepPreviousData : undefined,
  }) as UseQueryResult<Answer<N>>;
}

/** Who works at this desk; undefined until it is known. */
export function useSession(): Session | undefined {
  return useRead("session_get", {}).data;
}

const PAGE = 100;

/** A row of a list; one that was searched for also has the words around what was found. */
export type ListedRow = ConversationRow & { readonly found?: readonly SnippetPiece[] };

/** The rows of a view that have been read so far, and the way to more. */
export interface RowList {
  readonly rows: readonly ListedRow[];
  /** None where nobody has counted: a search that goes on. */
  readonly total: number | null;
  readonly state: "loading" | "ready" | "failed";
  /** Whether these are the rows that were asked for, and not those before them. */
  readonly fresh: boolean;
  readonly error: unknown;
  readonly more: () => void;
  readonly retry: () => Promise<unknown>;
}

/** Reads a view page by page, by key. */
export function useRowList(view: string, order: ListOrder): RowList {
  const request = { view, order, cursor: null, limit: PAGE };
  const query = useInfiniteQuery({
    queryKey: ["conversation_list", request],
    queryFn: ({ pageParam }) => call("conversation_list", { ...request, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ConversationPage) => page.next ?? undefined,
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => distinct(pages?.flatMap((page) => page.rows) ?? []), [pages]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  return useMemo(
    () => ({
      rows,
      total: pages?.[0]?.total ?? null,
      state: query.isPending ? "loading" : query.isError && !pages ? "failed" : "ready",
      fresh: query.isSuccess && !query.isPlaceholderData,
      error: query.error,
      more: () => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      },
      retry: refetch,
    }),
    [
      rows,
      pages,
      query.isPending,
      query.isError,
      query.error,
      query.isSuccess,
      query.isPlaceholderData,
      hasNextPage,
      isFetchingNextPage,
      fetchNextPage,
      refetch,
    ],
  );
}

/** Searches as one types; the last answer stays until the next is there. */
export function useSearchRows(
  query: string,
): RowList & { didYouMean: string | null; stoppedEarly: boolean } {
  const found = useInfiniteQuery({
    queryKey: ["search", { query, order: "newest", cursor: null, limit: PAGE }],
    queryFn: ({ pageParam }) =>
      call("search", { query, order: "newest", cursor: pageParam, limit: PAGE }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Answer<"search">) => page.next ?? undefined,
    enabled: query.trim() !== "",
    placeholderData: keepPreviousData,
  });
  const pages = found.data?.pages;
  const rows = useMemo(
    () =>
      distinct(
        pages?.flatMap((page) =>
          page.hits.map((hit) => ({
            ...hit.row,
            found: hit.snippet.length > 0 ? hit.snippet : undefined,
          })),
        ) ?? [],
      ),
    [pages],
  );
  return {
    rows,
    total: found.hasNextPage || pages?.at(-1)?.stopped_early ? null : rows.length,
    state: found.isPending ? "loading" : found.isError && !pages ? "failed" : "ready",
    fresh: found.isSuccess && !found.isPlaceholderData,
    error: found.error,
    more: () => {
      if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
    },
    retry: found.refetch,
    didYouMean: pages?.[0]?.did_you_mean ?? null,
    stoppedEarly: pages?.at(-1)?.stopped_early ?? false,
  };
}

// A row that moved between the reading of two pages may be in both.
function distinct(rows: readonly ListedRow[]): ListedRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.id) && seen.add(row.id));
}

let depth = 0;

/** Notes how far down the list is looked at: the place of the last visible row. */
export function noteDepth(row: number): void {
  depth = row;
}

/** Keeps only the pages down to what is looked at, so that a change fetches those again and no more. */
export function trimLists(queries: QueryClient): void {
  const pages = Math.floor(depth / PAGE) + 2;
  queries.setQueriesData<InfiniteData<ConversationPage, string | null>>(
    { queryKey: ["conversation_list"] },
    (data) =>
      data && data.pages.length > pages
        ? { pages: data.pages.slice(0, pages), pageParams: data.pageParams.slice(0, pages) }
        : data,
  );
}
