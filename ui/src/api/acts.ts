import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type TextKey, t, tt } from "../i18n";
import { shortMoment } from "../i18n/format";
import { announce } from "../state/announcer";
import { present } from "../state/clock";
import { notify } from "../state/toasts";
import { call } from "./client";
import { ApiFailure } from "./errors";
import type {
  Acted,
  ConversationHead,
  ConversationPage,
  ConversationRow,
  PlaceView,
  ReturnToBot,
  Session,
} from "./generated/wire";

// What an act does is shown at once, from local data; the engine's answer then confirms it through
// its change tags, and a failure brings back what was there, with the reason.

type Change = (row: ConversationRow) => ConversationRow;

const asItIs: Change = (row) => row;

/** Shows a change of a conversation everywhere at once; returns the way back. */
export function showAtOnce(queries: QueryClient, id: string, change: Change): () => void {
  const before = rowNow(queries, id);
  changeRow(queries, id, change);
  return () => {
    // Only this row goes back: what came meanwhile of others stays. Whether the row is as it was,
    // the engine knows.
    if (before) changeRow(queries, id, () => before);
    void queries.invalidateQueries({ queryKey: ["conversation_list"] });
    void queries.invalidateQueries({ queryKey: ["conversation_get", { id }] });
  };
}

function rowNow(queries: QueryClient, id: string): ConversationRow | undefined {
  const lists = queries.getQueriesData<InfiniteData<ConversationPage>>({
    queryKey: ["conversation_list"],
  });
  const listed = lists
    .flatMap(([, data]) => data?.pages ?? [])
    .flatMap((page) => page.rows)
    .find((row) => row.id === id);
  return listed ?? queries.getQueryData<ConversationHead>(["conversation_get", { id }])?.row;
}

function changeRow(queries: QueryClient, id: string, change: Change): void {
  queries.setQueriesData<InfiniteData<ConversationPage>>(
    { queryKey: ["conversation_list"] },
    (data) =>
      data
        ? {
            ...data,
            pages: data.pages.map((page) =>
              page.rows.some((row) => row.id === id)
                ? { ...page, rows: page.rows.map((row) => (row.id === id ? change(row) : row)) }
                : page,
            ),
          }
        : data,
  );
  queries.setQueriesData<ConversationHead>({ queryKey: ["conversation_get", { id }] }, (head) =>
    head ? { ...head, row: change(head.row) } : head,
  );
}

/**
 * The newest control epoch that was shown here of a conversation: what somebody else has done since
 * refuses the act, and they keep it. Of one that is not shown anywhere nothing is said.
 */
export function seenEpoch(queries: QueryClient, id: string): { seen_epoch?: number } {
  const lists = queries
    .getQueriesData<InfiniteData<ConversationPage>>({ queryKey: ["conversation_list"] })
    .flatMap(([, data]) => data?.pages.flatMap((page) => page.rows) ?? []);
  const heads = queries
    .getQueriesData<ConversationHead>({ queryKey: ["conversation_get", { id }] })
    .flatMap(([, head]) => head?.row ?? []);
  const epochs = [...lists, ...heads]
    .filter((row) => row.id === id)
    .map((row) => row.control.epoch);
  return epochs.length === 0 ? {} : { seen_epoch: Math.max(...epochs) };
}

/** Says why something failed: a notice when the state does not allow it, an error otherwise. */
export function sayFailure(thrown: unknown): void {
  const failure = ApiFailure.of(thrown);
  notify(failure.message, { tone: failure.notice ? "notice" : "failed", hint: failure.hint });
  announce(`${failure.message} ${failure.hint}`, !failure.notice);
}

/** Everything that can be done to conversations, each with its effect at once and its undo. */
export interface Acts {
  take(ids: readonly string[]): Promise<void>;
  release(ids: readonly string[], reason?: string): Promise<void>;
  resolve(ids: readonly string[]): Promise<void>;
  reopen(ids: readonly string[]): Promise<void>;
  snooze(ids: readonly string[], until: number): Promise<void>;
  pass(
    ids: readonly string[],
    to: string,
    toName: string,
    note: string,
    offerSeconds?: number,
    reason?: string,
  ): Promise<void>;
  /** Goes on with one by another channel; tells whether it did. */
  continueElsewhere(id: string, place: PlaceView): Promise<boolean>;
  returnToBot(
    ids: readonly string[],
    bot: string,
    summary: string,
    end: Pick<ReturnToBot, "allowed_topics" | "promises">,
  ): Promise<void>;
  tag(ids: readonly string[], add: readonly string[], remove: readonly string[]): Promise<void>;
  status(ids: readonly string[], status: string): Promise<void>;
  priority(ids: readonly string[], priority: string): Promise<void>;
  accept(id: string, offer: string): Promise<void>;
  decline(id: string, offer: string): Promise<void>;
  request(id: string): Promise<void>;
}

/** Returns the acts for the person at this desk. */
export function useActs(): Acts {
  const queries = useQueryClient();
  return useMemo(() => actsWith(queries), [queries]);
}

function actsWith(queries: QueryClient): Acts {
  const me = () => queries.getQueryData<Session>(["session_get", {}])?.agent;

  const run = async (
    ids: readonly string[],
    done: TextKey,
    params: Record<string, string | number>,
    change: Change,
    ask: (id: string) => Promise<Acted>,
  ) => {
    const backs = new Map(ids.map((id) => [id, showAtOnce(queries, id, change)]));
    const results = await Promise.allSettled(ids.map(ask));
    const acted: Acted[] = [];
    const failures: unknown[] = [];
    results.forEach((result, at) => {
      if (result.status === "fulfilled") acted.push(result.value);
      else {
        failures.push(result.reason);
        backs.get(ids[at] ?? "")?.();
      }
    });
    if (acted.length > 0) {
      const undoable = acted.filter((one) => one.undo !== null);
      const text = tt(done, { ...params, n: acted.length });
      notify(text, {
        undo:
          undoable.length === 0
            ? undefined
            : () => {
                for (const one of undoable) {
                  if (one.undo === null) continue;
                  call("undo", { conversation: one.conversation, of: one.undo }).then(
                    () => announce(t("toasts.undone")),
                    sayFailure,
                  );
                }
              },
      });
    }
    const first = failures[0];
    if (first !== undefined) sayFailure(first);
  };

  const held =
    (kind: string, name: string, display: string, mine: boolean, state: string): Change =>
    (row) => ({
      ...row,
      escalated: kind === "agent" ? false : row.escalated,
      control: { ...row.control, kind, name, display, mine, state, since: present() },
    });

  return {
    take: (ids) => {
      const agent = me();
      return run(
        ids,
        "done.take",
        {},
        held("agent", agent?.name ?? "", agent?.display_name ?? "", true, "agent_active"),
        (conversation) => call("take", { conversation, ...seenEpoch(queries, conversation) }),
      );
    },
    release: (ids, reason = "") =>
      run(ids, "done.release", {}, held("nobody", "", "", false, "released"), (conversation) =>
        call("release", { conversation, reason, ...seenEpoch(queries, conversation) }),
      ),
    resolve: (ids) =>
      run(
        ids,
        "done.resolve",
        {},
        (row) => ({
          ...held("nobody", "", "", false, "closed")(row),
          status: "solved",
          clock: null,
        }),
        (conversation) =>
          call("resolve", { conversation, reason: "", ...seenEpoch(queries, conversation) }),
      ),
    reopen: (ids) =>
      run(
        ids,
        "done.reopen",
        {},
        (row) => ({ ...row, status: "open" }),
        (conversation) => call("reopen", { conversation }),
      ),
    snooze: (ids, until) =>
      run(
        ids,
        "done.snooze",
        { until: shortMoment(until, present()) },
        (row) => ({ ...row, status: "snoozed", snoozed_until: until }),
        (conversation) => call("snooze", { conversation, until }),
      ),
    pass: (ids, to, toName, note, offerSeconds, reason = "") => {
      const [kind = "queue", name = to] = to.split(":");
      return run(
        ids,
        offerSeconds === undefined ? "done.pass" : "done.offer",
        { to: toName },
        offerSeconds === undefined
          ? held(
              kind === "agent" || kind === "bot" ? kind : "queue",
              name,
              toName,
              kind === "agent" && name === me()?.name,
              kind === "agent" ? "agent_active" : kind === "bot" ? "bot_active" : "queued",
            )
          : (row) => row,
        (conversation) =>
          call("pass", {
            conversation,
            to,
            reason,
            note,
            offer_seconds: offerSeconds ?? null,
            ...seenEpoch(queries, conversation),
          }),
      );
    },
    returnToBot: (ids, bot, summary, end) =>
      run(ids, "done.returnToBot", {}, held("bot", bot, bot, false, "bot_active"), (conversation) =>
        call("return_to_bot", {
          conversation,
          bot,
          summary,
          ...end,
          ...seenEpoch(queries, conversation),
        }),
      ),
    continueElsewhere: async (id, place) => {
      // What was planned for an answer where it was is for nobody there.
      const planAnew = () => queries.resetQueries({ queryKey: ["reply_prepare"] });
      const { home, address, channel_name: name } = place;
      try {
        const { undo } = await call("continue_elsewhere", {
          conversation: id,
          channel: place.channel,
          address: place.address,
          ...seenEpoch(queries, id),
        });
        await planAnew();
        notify(home ? t("done.continue.back", { name }) : t("done.continue", { address }), {
          undo:
            undo === null
              ? undefined
              : () => {
                  call("undo", { conversation: id, of: undo }).then(planAnew, sayFailure);
                },
        });
        return true;
      } catch (thrown) {
        sayFailure(thrown);
        return false;
      }
    },
    tag: (ids, add, remove) =>
      run(
        ids,
        "done.tag",
        {},
        (row) => ({
          ...row,
          tags: [...new Set([...row.tags.filter((tag) => !remove.includes(tag)), ...add])],
        }),
        (conversation) => call("tags_set", { conversation, add: [...add], remove: [...remove] }),
      ),
    status: (ids, status) =>
      run(
        ids,
        "done.status",
        {},
        (row) => ({ ...row, status }),
        (conversation) => call("status_set", { conversation, status }),
      ),
    priority: (ids, priority) =>
      run(
        ids,
        "done.priority",
        {},
        (row) => ({ ...row, priority }),
        (conversation) => call("priority_set", { conversation, priority }),
      ),
    // Who else may have answered an offer is not known here: what it did is shown when it is done.
    accept: (id, offer) =>
      run([id], "done.accept", {}, asItIs, (conversation) =>
        call("offer_accept", { conversation, offer, reason: "" }),
      ),
    decline: (id, offer) =>
      run([id], "done.decline", {}, asItIs, (conversation) =>
        call("offer_reject", { conversation, offer, reason: "" }),
      ),
    request: (id) =>
      run([id], "done.request", {}, asItIs, (conversation) =>
        call("request", { conversation, reason: "" }),
      ),
  };
}
