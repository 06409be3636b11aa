import { useNavigate } from "@tanstack/react-router";
import { useCallback, useRef, useState } from "react";
import { useActs } from "../../api/acts";
import type { ConversationRow } from "../../api/generated/wire";
import { useRowList } from "../../api/queries";
import { Kbd } from "../../design/components/Kbd";
import { Section } from "../../design/components/Page";
import { Ago } from "../../design/components/Time";
import { VirtualList } from "../../design/components/VirtualList";
import { t } from "../../i18n";
import { spanInWords } from "../../i18n/format";
import { keysOf, useAction } from "../../state/actions";
import { present } from "../../state/clock";
import styles from "./bots.module.css";

const ROW = 40;
const ROWS_SEEN = 6;

/** The conversations that a bot has now, as they go on: read along, open one, take one. */
export function Holding({ bot }: { bot: string }) {
  const list = useRowList(`bot:${bot}`, "newest");
  const { rows } = list;
  const acts = useActs();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  // By conversation, so that a key never hits one that slid into the place of another.
  const [cursor, setCursor] = useState<string>();
  const active = rows.findIndex((row) => row.id === cursor);

  const move = (to: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
    setCursor(row?.id);
    box.current?.focus({ preventScroll: true });
  };
  const take = () => {
    const row = rows[active];
    if (!row) return;
    setCursor(rows[active + 1]?.id ?? rows[active - 1]?.id);
    void acts.take([row.id]);
  };
  const open = (at: number) => {
    const row = rows[at];
    if (row) void navigate({ to: "/c/$id", params: { id: row.id } });
  };
  useAction("list.next", () => move(active + 1), rows.length > 0);
  useAction("list.previous", () => move(active - 1), rows.length > 0);
  useAction("list.open", () => open(active), active >= 0);
  useAction("take", take, active >= 0);

  const keyOf = useCallback((at: number) => rows[at]?.id ?? String(at), [rows]);
  return (
    <Section title={t("bot.held")} text={t("bot.held.text")}>
      {list.state === "ready" && rows.length === 0 && (
        <p className={styles.none}>{t("bot.held.none")}</p>
      )}
      {rows.length > 0 && (
        <>
          <div className={styles.held} style={{ height: Math.min(rows.length, ROWS_SEEN) * ROW }}>
            <VirtualList
              box={box}
              label={t("bot.held")}
              count={rows.length}
              rowHeight={ROW}
              flush
              keyOf={keyOf}
              sentenceOf={(at) => sentenceOf(rows[at])}
              active={active}
              onActive={move}
              isSelected={(at) => at === active}
              onPick={move}
              onOpen={open}
              onNearEnd={list.more}
              renderRow={(at, state) => {
                const row = rows[at];
                return row && <Held row={row} active={state.active} />;
              }}
            />
          </div>
          <p className={styles.none}>
            <Kbd keys="Enter" /> {t("bot.held.open")} · <Kbd keys={keysOf("take")[0] ?? ""} />{" "}
            {t("bot.held.take")}
          </p>
        </>
      )}
    </Section>
  );
}

function Held({ row, active }: { row: ConversationRow; active: boolean }) {
  return (
    <div className={styles.heldRow} data-active={active || undefined}>
      <span className={styles.heldWho} dir="auto">
        {nameOf(row)}
      </span>
      <span className={styles.heldWhat} dir="auto">
        {row.snippet}
      </span>
      {row.waiting_since === null ? (
        <Ago at={row.last_at} className={styles.heldWhen} />
      ) : (
        <span className={styles.heldWaits}>
          {t("bot.held.waits")} <Ago at={row.waiting_since} />
        </span>
      )}
    </div>
  );
}

function nameOf(row: ConversationRow): string {
  return row.contact.name || row.contact.address || t("row.nobody");
}

function sentenceOf(row: ConversationRow | undefined): string {
  if (!row) return "";
  const since = row.waiting_since ?? row.last_at;
  const span = spanInWords(present() - since);
  const when =
    row.waiting_since === null ? t("row.last", { span }) : t("bot.held.waitsFor", { span });
  return [nameOf(row), row.snippet, when].filter(Boolean).join(". ");
}
