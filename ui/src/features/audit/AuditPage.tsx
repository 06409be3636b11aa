import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { AuditItem, AuditSample, Entry, MissedRate } from "../../api/generated/wire";
import { type LabelName, setLabel } from "../../api/labels";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { EmptyState } from "../../design/components/Banner";
import { HolderGlyph } from "../../design/components/Baton";
import { Button } from "../../design/components/Button";
import { CaseActs, CaseMeta, CaseTitle } from "../../design/components/Case";
import { Card, Page, Section } from "../../design/components/Page";
import { Ago } from "../../design/components/Time";
import { t } from "../../i18n";
import { capital, dayLabel, percent } from "../../i18n/format";
import { visible } from "../../i18n/visible";
import { useAction } from "../../state/actions";
import styles from "./AuditPage.module.css";

// The day is one of UTC; at its noon it is the same day nearly everywhere.
const NOON = 12 * 3_600_000;

/** A few conversations that a bot closed alone, one after the other, each answered by one key. */
export function AuditPage() {
  const read = useRead("audit_sample_get", {});
  const sample = read.data;
  return (
    <Page title={t("place.audit")}>
      {read.isError && !sample && <ReadFailed error={read.error} again={read.refetch} />}
      {sample && <Sample sample={sample} />}
      {sample && (
        <Section title={t("audit.rate")}>
          <p>{rateText(sample.missed)}</p>
        </Section>
      )}
    </Page>
  );
}

function Sample({ sample }: { sample: AuditSample }) {
  const [shown, setShown] = useState<string>();
  const at = Math.max(
    0,
    sample.open.findIndex((item) => keyOf(item) === shown),
  );
  const item = sample.open[at];
  const next = sample.open[(at + 1) % Math.max(1, sample.open.length)];
  if (!item || sample.day === null) {
    const done = sample.day !== null && sample.drawn > 0;
    return (
      <EmptyState icon="check" title={t(done ? "audit.done" : "audit.none")}>
        {t(done ? "audit.done.text" : "audit.none.text")}
      </EmptyState>
    );
  }
  return (
    <>
      <CaseMeta>{t("audit.text")}</CaseMeta>
      <CaseMeta status>
        {t("audit.progress", {
          n: sample.drawn - sample.open.length,
          all: sample.drawn,
          of: sample.of,
          day: dayLabel(sample.day + NOON),
        })}
      </CaseMeta>
      <Lot key={keyOf(item)} item={item} onNext={() => next && setShown(keyOf(next))} />
    </>
  );
}

function keyOf(item: AuditItem): string {
  return `${item.row.id} ${item.episode}`;
}

function Lot({ item, onNext }: { item: AuditItem; onNext: () => void }) {
  const navigate = useNavigate();
  const title = useRef<HTMLHeadingElement>(null);
  // Whoever listens hears which conversation this is, and the keys mean this one.
  useEffect(() => title.current?.focus(), []);
  const say = (label: LabelName) => () => void setLabel(item.row.id, label, item.episode);
  useAction("judge.notNeeded", say("not_needed"));
  useAction("judge.missed", say("should_have_been_human"));
  useAction("list.next", onNext);
  return (
    <section className={styles.lot} aria-labelledby="audit-lot">
      <header>
        <CaseTitle id="audit-lot" ref={title}>
          {visible(item.row.subject || item.row.contact.name)}
        </CaseTitle>
        <CaseMeta>
          {/* A chat has no subject: then its heading is already with whom it was. */}
          {item.row.subject && <>{visible(item.row.contact.name)} · </>}
          {item.row.channel_name} · <Ago at={item.closed_at} />
        </CaseMeta>
      </header>
      <Transcript item={item} />
      <p className={styles.question} id="audit-question">
        {t("audit.question")}
      </p>
      <CaseActs labelledBy="audit-question">
        <Button action="judge.notNeeded" onPress={say("not_needed")}>
          {t("audit.rightly")}
        </Button>
        <Button action="judge.missed" onPress={say("should_have_been_human")}>
          {t("audit.missed")}
        </Button>
        <Button tone="quiet" action="list.next" onPress={onNext}>
          {t("audit.next")}
        </Button>
        <Button
          tone="quiet"
          onPress={() => void navigate({ to: "/c/$id", params: { id: item.row.id } })}
        >
          {t("audit.open")}
        </Button>
      </CaseActs>
    </section>
  );
}

function Transcript({ item }: { item: AuditItem }) {
  const request = { conversation: item.row.id, before: null, after: null, limit: 200 };
  const read = useRead("timeline_get", request);
  const said = (read.data?.entries ?? []).filter((entry) => entry.at <= item.closed_at);
  if (read.isError && !read.data) {
    return <ReadFailed line error={read.error} again={read.refetch} what={t("stream.failed")} />;
  }
  return (
    <Card>
      <ol className={styles.transcript} aria-label={t("audit.transcript")}>
        {said.map((entry) => (
          <Said key={entry.key} entry={entry} />
        ))}
      </ol>
    </Card>
  );
}

function Said({ entry }: { entry: Entry }) {
  const { what } = entry;
  if (what.type !== "message" || what.direction === "internal") return null;
  const customer = what.author === "customer";
  const fallback = customer ? t("audit.customer") : t("audit.bot");
  return (
    <li className={styles.said} data-author={what.author}>
      <span className={styles.who}>
        {!customer && <HolderGlyph kind="bot" size={9} />}
        {capital(visible(entry.actor_display || fallback))}
      </span>
      <span className={styles.words}>{visible(what.text)}</span>
    </li>
  );
}

function rateText(missed: MissedRate): string {
  const { rate, low, high, answered, found, drawn, of } = missed;
  if (answered === 0) return t("audit.rate.none");
  if (rate === null || low === null || high === null) {
    return t("audit.rate.few", { found, answered, drawn, of });
  }
  return t("audit.rate.known", {
    rate: percent(rate),
    low: percent(low),
    high: percent(high),
    answered,
    drawn,
  });
}
