import { useId, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type {
  CurveView,
  OutcomeView,
  Proposals as ProposalsAnswer,
  ProposalView,
  RateView,
} from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { EmptyState } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { TextField } from "../../design/components/Field";
import { currentLocale, t } from "../../i18n";
import { dateAndTime, listOf, percent } from "../../i18n/format";
import { notify } from "../../state/toasts";
import { BesideChoice, type Way } from "./BesideChoice";
import styles from "./Proposals.module.css";

/** What Baton proposes to change in the rules, with what speaks for it; a person accepts or dismisses. */
export function Proposals() {
  const [typed, setTyped] = useState<string>();
  const asked = Number(typed);
  const cost = typed !== undefined && typed.trim() !== "" && asked >= 0 && asked <= 1000;
  const miss_cost = cost ? asked : null;
  const read = useRead("proposals_get", { miss_cost }, { keep: true });
  const found = read.data;
  if (read.isError && !found) {
    return <ReadFailed error={read.error} again={read.refetch} />;
  }
  if (!found) return <p aria-busy="true" />;
  const open = found.proposals.filter((one) => one.state === "open");
  const dismissed = found.proposals.filter((one) => one.state !== "open");
  return (
    <div className={styles.proposals}>
      <p className={styles.text}>{t("proposals.text")}</p>
      <div className={styles.cost}>
        <TextField
          label={t("proposals.miss")}
          value={typed ?? String(found.miss_cost)}
          onChange={setTyped}
        />
      </div>
      {open.length === 0 && (
        <EmptyState icon="check" title={t("proposals.none")}>
          {found.labels < found.fewest
            ? t("proposals.none.few", { n: found.labels, fewest: found.fewest })
            : t("proposals.none.fit", { n: found.labels })}
        </EmptyState>
      )}
      {open.map((one) => (
        <Proposal key={one.id} proposal={one} found={found} missCost={miss_cost} />
      ))}
      {dismissed.map((one) => (
        <article key={one.id} className={styles.dismissed}>
          <h3>{titleOf(one)}</h3>
          <p>
            {t("proposals.dismissedBy", {
              who: one.answered_by,
              when: one.answered_at === null ? "" : dateAndTime(one.answered_at),
              reason: one.answer_reason,
            })}
          </p>
        </article>
      ))}
    </div>
  );
}

function titleOf(proposal: ProposalView): string {
  const rules = listOf(proposal.rules);
  return proposal.kind === "limit"
    ? t("proposals.limit", { rules, from: proposal.old_limit, to: proposal.new_limit })
    : t("proposals.words", { rules, set: proposal.set });
}

function Proposal({
  proposal,
  found,
  missCost,
}: {
  proposal: ProposalView;
  found: ProposalsAnswer;
  missCost: number | null;
}) {
  const title = useId();
  return (
    <article className={styles.proposal} aria-labelledby={title}>
      <header>
        <h3 id={title} className={styles.title}>
          {titleOf(proposal)}
        </h3>
        {proposal.fact && (
          <p className={styles.quiet}>{t("proposals.why.limit", { fact: proposal.fact })}</p>
        )}
      </header>
      <p>
        {t("proposals.saves", {
          saved: figure(proposal.saving),
          low: figure(proposal.saving_low),
          high: figure(proposal.saving_high),
          labels: proposal.labels_used,
          changed: proposal.changed,
        })}
      </p>
      <Diff proposal={proposal} />
      <Effect proposal={proposal} enough={found.enough} />
      {proposal.curve.length > 1 && <Curve proposal={proposal} />}
      {proposal.terms.length > 0 && <Terms proposal={proposal} />}
      <HeldOut proposal={proposal} />
      <Answer proposal={proposal} missCost={missCost} />
    </article>
  );
}

// The labels a choice was made on flatter it; those it was made without do not.
function HeldOut({ proposal }: { proposal: ProposalView }) {
  const { held_out: held } = proposal;
  const rate = (name: "precision" | "recall") => {
    const share = held[name];
    return share === null
      ? ""
      : ` ${t(`proposals.held.${name}`, { share: percent(share.rate), low: percent(share.low), high: percent(share.high) })}`;
  };
  return (
    <p>
      {t("proposals.held", {
        parts: held.parts,
        saved: figure(held.saving),
        low: figure(held.saving_low),
        high: figure(held.saving_high),
        handoffs: held.outcome.handoffs,
        needless: held.outcome.false_handoffs,
        missed: held.outcome.missed,
      })}
      {rate("precision")}
      {rate("recall")}
    </p>
  );
}

function figure(value: number): string {
  return value.toLocaleString(currentLocale(), { maximumFractionDigits: 1 });
}

function Diff({ proposal }: { proposal: ProposalView }) {
  const seen = new Map<string, number>();
  return (
    <div>
      <ol className={styles.diff} aria-label={t("proposals.diff")}>
        {proposal.diff.map((line) => {
          const same = `${line.kind} ${line.text}`;
          const nth = (seen.get(same) ?? 0) + 1;
          seen.set(same, nth);
          return (
            <li key={`${same} ${nth}`} data-kind={line.kind}>
              {line.kind !== "same" && (
                <span className="visually-hidden">
                  {t(line.kind === "added" ? "proposals.diff.added" : "proposals.diff.removed")}
                </span>
              )}
              <span aria-hidden="true" className={styles.sign}>
                {line.kind === "added" ? "+" : line.kind === "removed" ? "−" : " "}
              </span>
              <code dir="ltr">{line.text}</code>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Effect({ proposal, enough }: { proposal: ProposalView; enough: number }) {
  const { before, after } = proposal;
  const rows = [
    ["handoffs", before.handoffs, after.handoffs, null, null],
    ["false", before.false_handoffs, after.false_handoffs, before.false_share, after.false_share],
    ["missed", before.missed, after.missed, before.missed_share, after.missed_share],
  ] as const;
  return (
    <>
      <table className={styles.table}>
        <caption>{t("proposals.effect")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("proposals.effect.what")}</th>
            <th scope="col">{t("proposals.effect.before")}</th>
            <th scope="col">{t("proposals.effect.after")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, was, is, wasShare, isShare]) => (
            <tr key={name}>
              <th scope="row">{t(`proposals.effect.${name}`)}</th>
              <td>{counted(was, wasShare)}</td>
              <td>{counted(is, isShare)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t("proposals.effect.cost")}</th>
            <td>{figure(before.cost)}</td>
            <td>{figure(after.cost)}</td>
          </tr>
        </tbody>
      </table>
      {proposal.labels_used < enough && (
        <p className={styles.quiet}>{t("proposals.few", { enough })}</p>
      )}
    </>
  );
}

function counted(n: number, share: RateView | null): string {
  if (share === null) return t("proposals.count", { n });
  const { rate, low, high } = share;
  return t("proposals.share", { n, rate: percent(rate), low: percent(low), high: percent(high) });
}

const WIDE = 480;
const HIGH = 140;
const EDGE = 8;

function Curve({ proposal }: { proposal: ProposalView }) {
  const { curve } = proposal;
  const limits = curve.map((point) => point.limit);
  const low = Math.min(...limits);
  const high = Math.max(...limits);
  const most = Math.max(...curve.map((point) => point.outcome.cost), 1);
  // Limits stand as far apart as their ranks: lengths of time would crowd at one end.
  const x = (at: number) => EDGE + (at / Math.max(1, curve.length - 1)) * (WIDE - 2 * EDGE);
  const y = (cost: number) => HIGH - EDGE - (cost / most) * (HIGH - 2 * EDGE);
  const marked = (written: string) => curve.find((point) => point.written === written);
  const now = marked(proposal.old_limit);
  const best = marked(proposal.new_limit);
  const place = (point: CurveView | undefined) => (point ? curve.indexOf(point) : -1);
  return (
    <div className={styles.curve}>
      <h4>{t("proposals.curve")}</h4>
      <svg
        viewBox={`0 0 ${WIDE} ${HIGH}`}
        role="img"
        aria-label={t("proposals.curve.says", {
          best: proposal.new_limit,
          cost: figure(best?.outcome.cost ?? 0),
          now: proposal.old_limit,
          costNow: figure(now?.outcome.cost ?? 0),
        })}
        data-low={low}
        data-high={high}
      >
        <path className={styles.rail} d={`M${EDGE} ${HIGH - EDGE}H${WIDE - EDGE}`} />
        <polyline
          className={styles.path}
          points={curve.map((point, at) => `${x(at)},${y(point.outcome.cost)}`).join(" ")}
        />
        {now && <circle className={styles.now} cx={x(place(now))} cy={y(now.outcome.cost)} r="4" />}
        {best && (
          <circle className={styles.best} cx={x(place(best))} cy={y(best.outcome.cost)} r="5" />
        )}
      </svg>
      <details>
        <summary>{t("proposals.curve.table")}</summary>
        <table className={styles.table}>
          <caption>{t("proposals.curve")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("proposals.curve.limit")}</th>
              <th scope="col">{t("proposals.effect.handoffs")}</th>
              <th scope="col">{t("proposals.effect.false")}</th>
              <th scope="col">{t("proposals.effect.missed")}</th>
              <th scope="col">{t("proposals.effect.cost")}</th>
            </tr>
          </thead>
          <tbody>
            {curve.map((point) => (
              <CurveRow key={point.limit} point={point} proposal={proposal} />
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

function CurveRow({ point, proposal }: { point: CurveView; proposal: ProposalView }) {
  const outcome: OutcomeView = point.outcome;
  const mark =
    point.written === proposal.new_limit
      ? t("proposals.curve.proposed")
      : point.written === proposal.old_limit
        ? t("proposals.curve.now")
        : "";
  return (
    <tr>
      <th scope="row">
        <code dir="ltr">{point.written}</code> {mark}
      </th>
      <td>{outcome.handoffs}</td>
      <td>{counted(outcome.false_handoffs, outcome.false_share)}</td>
      <td>{counted(outcome.missed, outcome.missed_share)}</td>
      <td>{figure(outcome.cost)}</td>
    </tr>
  );
}

function Terms({ proposal }: { proposal: ProposalView }) {
  return (
    <table className={styles.table}>
      <caption>{t("proposals.terms")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("proposals.terms.word")}</th>
          <th scope="col">{t("proposals.terms.needed")}</th>
          <th scope="col">{t("proposals.terms.others")}</th>
          <th scope="col">{t("proposals.terms.odds")}</th>
        </tr>
      </thead>
      <tbody>
        {proposal.terms.map((term) => (
          <tr key={term.text}>
            <th scope="row">
              <bdi>{term.text}</bdi>
            </th>
            <td>{term.needed}</td>
            <td>{term.others}</td>
            <td>
              {t("proposals.terms.interval", {
                odds: figure(term.log_odds),
                low: figure(term.low),
                high: figure(term.high),
              })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Answer({ proposal, missCost }: { proposal: ProposalView; missCost: number | null }) {
  const [reason, setReason] = useState("");
  const [wanting, setWanting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [override, setOverride] = useState<string>();
  const [way, setWay] = useState<Way>("beside");
  const wants = (code: string) =>
    code === "tests_failed" || code === "live_rule_changed" || code === "shared_changed";
  const answer = (accept: boolean) => {
    if (reason.trim() === "") {
      setWanting(true);
      return;
    }
    setBusy(true);
    call("proposal_answer", {
      id: proposal.id,
      accept,
      reason,
      miss_cost: missCost,
      override: override?.trim() ? override : null,
      beside: accept && way === "beside",
    })
      .then(
        () => notify(t(accept ? "proposals.accepted" : "proposals.dismissed")),
        (thrown: unknown) => {
          const { code } = ApiFailure.of(thrown);
          if (code === "shared_changed") setWay("now");
          if (wants(code)) setOverride((now) => now ?? "");
          sayFailure(thrown);
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <form
      className={styles.answer}
      onSubmit={(event) => {
        event.preventDefault();
        answer(true);
      }}
    >
      <TextField
        label={t("proposals.reason")}
        hint={t("proposals.reason.hint")}
        value={reason}
        error={wanting && reason.trim() === "" ? t("proposals.reason.missing") : undefined}
        onChange={setReason}
      />
      <BesideChoice value={way} onChange={setWay} />
      {(override !== undefined || way === "now") && (
        <TextField label={t("proposals.override")} value={override ?? ""} onChange={setOverride} />
      )}
      <div className={styles.acts}>
        <Button type="submit" tone="primary" isDisabled={busy}>
          {t("proposals.accept")}
        </Button>
        <Button isDisabled={busy} onPress={() => answer(false)}>
          {t("proposals.dismiss")}
        </Button>
      </div>
    </form>
  );
}
