import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useActs } from "../api/acts";
import type { ConversationPage, ConversationRow } from "../api/generated/wire";
import { TextField } from "../design/components/Field";
import { Icon } from "../design/icons";
import { t } from "../i18n";
import styles from "./Forms.module.css";

const OFFERED = 8;

/** Adds and removes the tags of conversations; of several, those that any of them has. */
export function TagForm({
  rows,
  onDone,
}: {
  rows: readonly ConversationRow[];
  onDone: () => void;
}) {
  const acts = useActs();
  const known = useKnownTags();
  const ids = rows.map((row) => row.id);
  const tags = [...new Set(rows.flatMap((row) => row.tags))];
  // Of several, one is still offered while some are without it.
  const everywhere = tags.filter((tag) => rows.every((row) => row.tags.includes(tag)));
  const [text, setText] = useState("");
  const wanted = text.trim().toLocaleLowerCase().replace(/\s+/gu, "-");
  const offered = known
    .filter((tag) => !everywhere.includes(tag) && tag.toLocaleLowerCase().includes(wanted))
    .slice(0, OFFERED);
  const add = (tag: string) => {
    if (tag && !everywhere.includes(tag)) void acts.tag(ids, [tag], []);
    setText("");
  };
  return (
    <div className={styles.form}>
      {tags.length > 0 && (
        <ul className={styles.tags} aria-label={t("tags.label")}>
          {tags.map((tag) => (
            <li key={tag}>
              <button
                type="button"
                className={styles.tag}
                aria-label={t("tags.remove", { name: tag })}
                onClick={() => void acts.tag(ids, [], [tag])}
              >
                <bdi>{tag}</bdi>
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted === "") onDone();
          else add(offered[0]?.startsWith(wanted) ? offered[0] : wanted);
        }}
      >
        <TextField
          label={t("tags.add")}
          bare
          placeholder={t("tags.add")}
          icon="label"
          value={text}
          onChange={setText}
          autoFocus
          autoComplete="off"
        />
      </form>
      {offered.length > 0 && (
        <ul className={styles.tags} aria-label={t("tags.known")}>
          {offered.map((tag) => (
            <li key={tag}>
              <button type="button" className={styles.offered} onClick={() => add(tag)}>
                <Icon name="plus" size={12} />
                <bdi>{tag}</bdi>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

// Tags on the conversations that were read so far, the most used first.
function useKnownTags(): string[] {
  const queries = useQueryClient();
  return useMemo(() => {
    const counts = new Map<string, number>();
    const lists = queries.getQueriesData<{ pages?: ConversationPage[] }>({
      queryKey: ["conversation_list"],
    });
    for (const [, data] of lists) {
      for (const row of data?.pages?.flatMap((page) => page.rows) ?? []) {
        for (const tag of row.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      }
    }
    return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag);
  }, [queries]);
}
