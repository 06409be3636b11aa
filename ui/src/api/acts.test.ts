import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { seenEpoch, showAtOnce } from "./acts";
import type { ConversationRow } from "./generated/wire";

const LIST = ["conversation_list", { view: "queue" }];

const row = (id: string, subject: string) => ({ id, subject }) as ConversationRow;

const subjects = (queries: QueryClient) =>
  queries
    .getQueryData<{ pages: { rows: ConversationRow[] }[] }>(LIST)
    ?.pages.flatMap((page) => page.rows.map((one) => one.subject));

it("takes back its own row alone when an act fails, and asks anew", () => {
  const queries = new QueryClient();
  queries.setQueryData(LIST, { pages: [{ rows: [row("a", "A"), row("b", "B")] }], pageParams: [] });
  const rename = (subject: string) => (before: ConversationRow) => ({ ...before, subject });
  const backOfA = showAtOnce(queries, "a", rename("A, taken"));
  showAtOnce(queries, "b", rename("B, taken"));
  backOfA();
  expect(subjects(queries)).toEqual(["A", "B, taken"]);
  expect(queries.getQueryState(LIST)?.isInvalidated).toBe(true);
});

it("says of an act what was shown here when it was chosen", () => {
  const queries = new QueryClient();
  const at = (epoch: number) => ({ id: "a", control: { epoch } }) as ConversationRow;
  expect(seenEpoch(queries, "a")).toEqual({});
  queries.setQueryData(LIST, { pages: [{ rows: [at(3)] }], pageParams: [] });
  expect(seenEpoch(queries, "a")).toEqual({ seen_epoch: 3 });
  queries.setQueryData(["conversation_get", { id: "a" }], { row: at(4) });
  expect(seenEpoch(queries, "a")).toEqual({ seen_epoch: 4 });
  expect(seenEpoch(queries, "b")).toEqual({});
});
