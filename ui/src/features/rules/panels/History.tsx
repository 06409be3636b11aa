import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call } from "../../../api/client";
import type { RulesVersionBrief, RulesVersions } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { EmptyState } from "../../../design/components/Banner";
import { Button } from "../../../design/components/Button";
import { t, tcode } from "../../../i18n";
import { dateAndTime, listOf } from "../../../i18n/format";
import { notify } from "../../../state/toasts";
import { useTheBench } from "../bench";
import { giveReason, stepBack, write } from "../desk";
import { Compared } from "./Compared";
import styles from "./panels.module.css";

const PAGE = 40;

/** Every version of the rules: who, when, why, what it changed, and the way back to it. */
export function History() {
  // The name and the request of the first page, by which a change finds it.
  const read = useInfiniteQuery({
    queryKey: ["rules_history", {}],
    queryFn: ({ pageParam }) => call("rules_history", { before: pageParam, limit: PAGE }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: RulesVersions) => page.next ?? undefined,
  });
  const [open, setOpen] = useState<number>();
  const versions = read.data?.pages.flatMap((page) => page.versions);
  if (!versions) return <p className={styles.quiet}>{t("rules.history.reading")}</p>;
  if (versions.length === 0) {
    return (
      <EmptyState icon="history" title={t("rules.history.none")}>
        {t("rules.history.none.text")}
      </EmptyState>
    );
  }
  return (
    <div className={styles.panel}>
      <ol className={styles.versions}>
        {versions.map((version, at) => (
          <Version
            key={version.place}
            version={version}
            before={versions[at + 1]}
            open={open === version.place}
            onOpen={(on) => setOpen(on ? version.place : undefined)}
          />
        ))}
      </ol>
      {read.hasNextPage && (
        <div className={styles.section}>
          <Button isDisabled={read.isFetchingNextPage} onPress={() => void read.fetchNextPage()}>
            {t("rules.history.more")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Version({
  version,
  before,
  open,
  onOpen,
}: {
  version: RulesVersionBrief;
  before: RulesVersionBrief | undefined;
  open: boolean;
  onOpen: (open: boolean) => void;
}) {
  const { dirty } = useTheBench();
  const when = dateAndTime(version.at);
  const bringBack = () => {
    call("rules_version", { ruleset: version.ruleset }).then(({ text }) => {
      write(text);
      giveReason(t("rules.history.backReason", { when }));
      notify(t("rules.history.onDesk", { when }), {
        hint: t("rules.history.onDesk.hint"),
        undo: () => void stepBack(),
      });
    }, sayFailure);
  };
  return (
    <li className={styles.version} data-now={version.in_force || undefined}>
      <div className={styles.versionHead}>
        <span className={styles.when}>{when}</span>
        <span className={styles.who}>{version.by || tcode("rules.origin", version.origin)}</span>
        {version.in_force && <span className={styles.now}>{t("rules.history.now")}</span>}
      </div>
      <p className={styles.reason}>{version.why || t("rules.history.noReason")}</p>
      {version.approver && (
        <p className={styles.hint}>{t("rules.history.approver", { who: version.approver })}</p>
      )}
      {version.override && (
        <p className={styles.hint}>{t("rules.history.override", { why: version.override })}</p>
      )}
      <p className={styles.hint}>
        {[
          version.added.length > 0 && t("rules.change.added", { list: listOf(version.added) }),
          version.removed.length > 0 &&
            t("rules.change.removed", { list: listOf(version.removed) }),
          version.changed.length > 0 &&
            t("rules.change.changed", { list: listOf(version.changed) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <div className={styles.acts}>
        {before && (
          <Button size="small" tone="quiet" onPress={() => onOpen(!open)}>
            {t(open ? "rules.history.hide" : "rules.history.show")}
          </Button>
        )}
        {!version.in_force && (
          <Button size="small" icon="undo" tone="quiet" isDisabled={dirty} onPress={bringBack}>
            {t("rules.history.back")}
          </Button>
        )}
        {!version.in_force && dirty && (
          <span className={styles.hint}>{t("rules.history.dirty")}</span>
        )}
      </div>
      {open && before && <Difference from={before.ruleset} to={version.ruleset} when={when} />}
    </li>
  );
}

function Difference({ from, to, when }: { from: string; to: string; when: string }) {
  const read = useRead("rules_diff", { from, to });
  if (read.isError && !read.data) {
    return <ReadFailed line error={read.error} again={read.refetch} />;
  }
  if (!read.data) return <p className={styles.quiet}>{t("rules.history.comparing")}</p>;
  return <Compared label={t("rules.history.of", { when })} lines={read.data.lines} />;
}
