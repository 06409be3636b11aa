import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { showAtOnce } from "./acts";
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
