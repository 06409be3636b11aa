import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/client";
import type { BacktestPage, BacktestRow } from "../../../api/generated/wire";
import { useSession } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { Button } from "../../../design/components/Button";
import { Moment } from "../../../design/components/Time";
import { Icon } from "../../../design/icons";
import { t, tcode } from "../../../i18n";
import styles from "./Differences.module.css";
import panel from "./panels.module.css";
import { SideBySide } from "./SideBySide";

const PAGE = 50;

/** The conversations in which the decisions differ; each opens both, side by side. */
export function Differences({ job }: { job: string }) {
  const [open, setOpen] = useState<string>();
  const read = useInfiniteQuery({
    queryKey: ["backtest_conversations", { job }],
    queryFn: ({ pageParam }) =>
      call("backtest_conversations", { job, cursor: pageParam, limit: PAGE }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: BacktestPage) => page.next ?? undefined,
  });
  if (read.isError && !read.data) {
    return <ReadFailed line error={read.error} again={read.refetch} />;
  }
  const rows = read.data?.pages.flatMap((page) => page.rows);
  if (!rows) return <p className={panel.quiet}>{t("rules.differences.reading")}</p>;
  return (
    <>
      <ul className={styles.rows}>
        {rows.map((row) => (
          <li key={row.conversation}>
            <Row
              row={row}
              open={open === row.conversation}
              onOpen={(on) => setOpen(on ? row.conversation : undefined)}
            />
            {open === row.conversation && <SideBySide job={job} conversation={row.conversation} />}
          </li>
        ))}
      </ul>
      {read.hasNextPage && (
        <div>
          <Button
            size="small"
            isDisabled={read.isFetchingNextPage}
            onPress={() => void read.fetchNextPage()}
          >
            {t("rules.differences.more")}
          </Button>
        </div>
      )}
    </>
  );
}

function Row({
  row,
  open,
  onOpen,
}: {
  row: BacktestRow;
  open: boolean;
  onOpen: (open: boolean) => void;
}) {
  const session = useSession();
  const said = (value: string) =>
    value === ""
      ? t("rules.nothing")
      : row.slot === "control"
        ? (session?.team.find((one) => `agent:${one.name}` === value)?.display_name ??
          tcode("rules.control", value, value))
        : value;
  return (
    <button type="button" className={styles.row} aria-expanded={open} onClick={() => onOpen(!open)}>
      <Icon name={open ? "down" : "right"} size={12} />
      <span className={styles.subject}>
        <bdi>{row.subject || t("rules.differences.noSubject")}</bdi>
        <span className={styles.change}>
          <span className={styles.slot}>{tcode("rules.slot", row.slot)}</span>
          <span className={styles.old}>{said(row.old)}</span>
          <span aria-hidden="true">→</span>
          <span className="visually-hidden">{t("rules.metric.to")}</span>
          <strong>{said(row.new)}</strong>
        </span>
        <span className={styles.why}>{row.why}</span>
      </span>
      <Moment at={row.at} className={styles.at} />
    </button>
  );
}
