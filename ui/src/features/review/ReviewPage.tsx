import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Reviews } from "../../api/generated/wire";
import { useRead, useSession } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { EmptyState } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { CaseMeta } from "../../design/components/Case";
import { Page, Section } from "../../design/components/Page";
import { t } from "../../i18n";
import { capital, listOf, span } from "../../i18n/format";
import { visible } from "../../i18n/visible";
import { useAction } from "../../state/actions";
import { useNow } from "../../state/clock";
import { reviewRuleWanted } from "../../state/testWanted";
import { OpenDraft } from "./OpenDraft";
import styles from "./review.module.css";
import { Figures, Settled } from "./Settled";

/** The drafts that wait for the person at this desk, oldest first; each is answered by one key. */
export function ReviewPage() {
  const read = useRead("reviews_get", {});
  const reviews = read.data;
  return (
    <Page title={t("place.review")}>
      {read.isError && !reviews && <ReadFailed error={read.error} again={read.refetch} />}
      {reviews && <Waiting reviews={reviews} />}
      {reviews && reviews.figures.length > 0 && (
        <Section title={t("review.figures")} text={t("review.figures.text")}>
          <Figures figures={reviews.figures} />
        </Section>
      )}
      {reviews && reviews.settled.length > 0 && (
        <Section title={t("review.settled")}>
          <Settled settled={reviews.settled} />
        </Section>
      )}
    </Page>
  );
}

function Waiting({ reviews }: { reviews: Reviews }) {
  const { waiting } = reviews;
  const [shown, setShown] = useState<string>();
  const found = waiting.findIndex((one) => one.draft === shown);
  const [last, setLast] = useState(0);
  // What was answered leaves the list: the one that takes its place is next.
  const at = found >= 0 ? found : Math.min(last, Math.max(0, waiting.length - 1));
  const draft = waiting[at];
  useEffect(() => setLast(at), [at]);
  const step = (by: number) => {
    const next = waiting[Math.max(0, Math.min(waiting.length - 1, at + by))];
    if (next) setShown(next.draft);
  };
  useAction("list.next", () => step(1), waiting.length > 1);
  useAction("list.previous", () => step(-1), waiting.length > 1);
  if (!draft) {
    return (
      <EmptyState icon="check" title={t("review.none")} acts={<RuleOfDrafts />}>
        {reviews.for_others > 0
          ? t("review.none.others", { n: reviews.for_others })
          : t("review.none.text")}
      </EmptyState>
    );
  }
  return (
    <>
      <CaseMeta status>
        {t("review.waiting", { n: waiting.length })}
        {reviews.for_others > 0 && ` ${t("review.others", { n: reviews.for_others })}`}
      </CaseMeta>
      {waiting.length > 1 && (
        <ol className={styles.queue} aria-label={t("review.queue")}>
          {waiting.map((one) => (
            <li key={one.draft}>
              <button
                type="button"
                className={styles.queued}
                aria-current={one.draft === draft.draft ? "true" : undefined}
                onClick={() => setShown(one.draft)}
              >
                <span className={styles.queuedText} dir="auto">
                  {visible((one.text || t("review.erased")).replace(/\s+/gu, " "))}
                </span>
                <span className={styles.queuedMeta}>
                  {capital(one.author_display)}
                  {one.row && ` · ${visible(one.row.contact.name)}`}
                </span>
                <Left due={one.due_at} />
              </button>
            </li>
          ))}
        </ol>
      )}
      <OpenDraft key={draft.draft} draft={draft} codes={reviews.codes} />
    </>
  );
}

// Who leads the team may say which drafts are read first.
function RuleOfDrafts() {
  const session = useSession();
  const navigate = useNavigate();
  const leads = session?.agent.roles.some((role) => role === "lead" || role === "owner");
  if (!leads || session?.bounded) return null;
  return (
    <Button
      icon="rules"
      onPress={() => {
        reviewRuleWanted.set(true);
        void navigate({ to: "/rules" });
      }}
    >
      {t("review.none.rule")}
    </Button>
  );
}

/** How long is left until people must answer instead. */
export function Left({ due, spoken }: { due: number; spoken?: boolean }) {
  const now = useNow("second");
  const left = Math.max(0, due - now);
  return (
    <span className={styles.left} data-soon={left < SOON || undefined}>
      {spoken ? t("review.left", { span: span(left) }) : span(left)}
    </span>
  );
}

const SOON = 3 * 60_000;

/** Names a target as people say it. */
export function readers(reviewers: readonly string[]): string {
  return listOf(reviewers.map((one) => capital(one.slice(one.indexOf(":") + 1))));
}
