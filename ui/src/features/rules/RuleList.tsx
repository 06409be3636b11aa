import { type KeyboardEvent, useMemo } from "react";
import {
  Button as AriaButton,
  DropIndicator,
  GridList,
  GridListItem,
  ListLayout,
  useDragAndDrop,
  Virtualizer,
} from "react-aria-components";
import { sayFailure } from "../../api/acts";
import type { RuleBrief, RuleForm } from "../../api/generated/wire";
import { EmptyState } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { Ago } from "../../design/components/Time";
import { Icon } from "../../design/icons";
import { t } from "../../i18n";
import { count } from "../../i18n/format";
import { announce } from "../../state/announcer";
import { useTheBench } from "./bench";
import { makeEdit } from "./desk";
import { useRuleActs } from "./form/ruleActs";
import { useRoom, useRulesPlace } from "./place";
import styles from "./RuleList.module.css";
import { StatusMark } from "./StatusMark";

const ROW_HEIGHT = 68;

interface Listed {
  readonly id: string;
  readonly form: RuleForm;
  readonly brief: RuleBrief | undefined;
}

/** The rules in the order in which they are asked, with what each has done of late. */
export function RuleList({ open }: { open: string | undefined }) {
  const bench = useTheBench();
  const place = useRulesPlace();
  const room = useRoom();
  const acts = useRuleActs();
  const rows = useMemo<Listed[]>(() => {
    const briefs = new Map(bench.rules.rules.map((one) => [one.id, one]));
    return bench.form.map((form) => ({ id: form.id, form, brief: briefs.get(form.id) }));
  }, [bench.form, bench.rules]);
  const locked = bench.errors > 0;

  const move = (id: string, before: string | null) => {
    const rest = rows.filter((row) => row.id !== id);
    const at = before === null ? rest.length : rest.findIndex((row) => row.id === before);
    makeEdit({ kind: "rule_move", id, before }).then(
      () => announce(t("rules.moved", { rule: id, n: at + 1, total: rows.length })),
      sayFailure,
    );
  };
  const shift = (id: string, by: 1 | -1) => {
    const at = rows.findIndex((row) => row.id === id);
    const to = at + by;
    if (at < 0 || to < 0 || to >= rows.length) return;
    move(id, by < 0 ? (rows[to]?.id ?? null) : (rows[to + 1]?.id ?? null));
  };
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: locked,
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const id = String([...keys][0]);
      if (target.dropPosition === "before") return move(id, String(target.key));
      const at = rows.findIndex((row) => row.id === target.key);
      move(id, rows[at + 1]?.id ?? null);
    },
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className={styles.drop ?? ""} />
    ),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open || locked || !(event.target as HTMLElement).matches("[role=row]")) return;
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (event.altKey && by !== 0) {
      event.preventDefault();
      event.stopPropagation();
      shift(open, by);
    } else if (event.key === "Delete") {
      event.preventDefault();
      acts.remove(open);
    }
  };

  return (
    <>
      <div className={styles.head}>
        <span className={styles.policy} title={bench.rules.policy}>
          {bench.rules.policy}
        </span>
        <Button size="small" icon="plus" tone="quiet" isDisabled={locked} onPress={acts.add}>
          {t("rules.add")}
        </Button>
      </div>
      {rows.length === 0 ? (
        <EmptyState
          icon="rules"
          title={t(locked ? "rules.unreadable" : "rules.none")}
          acts={
            locked ? (
              <Button onPress={() => place.show("text")}>{t("rules.toText")}</Button>
            ) : (
              <Button tone="primary" onPress={acts.add}>
                {t("rules.add")}
              </Button>
            )
          }
        >
          {t(locked ? "rules.unreadable.text" : "rules.none.text")}
        </EmptyState>
      ) : (
        <div className={styles.box} onKeyDownCapture={onKeyDown}>
          <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: ROW_HEIGHT }}>
            <GridList
              className={styles.list}
              aria-label={t("rules.list")}
              items={rows}
              dependencies={[locked]}
              selectionMode="single"
              selectionBehavior={room === 1 ? "toggle" : "replace"}
              disallowEmptySelection={room > 1}
              selectedKeys={open ? [open] : []}
              onSelectionChange={(keys) => {
                const [key] = keys === "all" ? [] : [...keys];
                if (key !== undefined && key !== open) place.open(String(key));
              }}
              onAction={(key) => place.open(String(key), "form")}
              dragAndDropHooks={dragAndDropHooks}
            >
              {(row: Listed) => (
                <GridListItem id={row.id} textValue={sentence(row)} className={styles.row}>
                  <Row row={row} locked={locked} />
                </GridListItem>
              )}
            </GridList>
          </Virtualizer>
        </div>
      )}
      <p className={styles.foot}>{t("rules.orderHint")}</p>
    </>
  );
}

function sentence({ id, form, brief }: Listed): string {
  const counts = brief?.counts;
  return [
    form.reason || id,
    form.replaces !== null && t("rules.tried", { rule: form.replaces }),
    counts &&
      t("rules.spoken", {
        matched: counts.matched,
        acted: counts.acted,
        overridden: counts.overridden,
      }),
  ]
    .filter(Boolean)
    .join(". ");
}

function Row({ row, locked }: { row: Listed; locked: boolean }) {
  const { id, form, brief } = row;
  const counts = brief?.counts;
  return (
    <>
      <AriaButton
        slot="drag"
        className={styles.grip}
        isDisabled={locked}
        aria-label={t("rules.drag", { rule: id })}
      >
        <Icon name="grip" size={14} />
      </AriaButton>
      <div className={styles.text}>
        <div className={styles.first}>
          <span className={styles.name}>{form.reason || id}</span>
          {counts && (
            <span className={styles.matched} title={t("rules.count.matched.title")}>
              {count(counts.matched)}
            </span>
          )}
        </div>
        <div className={styles.second}>
          {form.replaces === null
            ? form.does_says || t("rules.effect.none")
            : t("rules.tried", { rule: form.replaces })}
        </div>
        <div className={styles.third}>
          <StatusMark status={form.status} share={form.canary_share} />
          {brief?.held_back && (
            <span className={styles.overridden} title={brief.held_back.why}>
              {t("rules.heldBack")}
            </span>
          )}
          {counts && counts.matched > 0 && (
            <span>{t("rules.count.acted", { n: counts.acted })}</span>
          )}
          {counts && counts.overridden > 0 && (
            <span className={styles.overridden} title={t("rules.count.overridden.title")}>
              {t("rules.count.overridden", { n: counts.overridden })}
            </span>
          )}
          <span className={styles.last}>
            {counts?.last_match ? (
              <Ago at={counts.last_match} />
            ) : counts ? (
              t("rules.count.never")
            ) : null}
          </span>
        </div>
      </div>
    </>
  );
}
