import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type {
  ConditionView,
  ConversationHead,
  DecisionBrief,
  DecisionView,
  RuleView,
  Session,
} from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { EmptyState } from "../../../design/components/Banner";
import { Button } from "../../../design/components/Button";
import { Ago } from "../../../design/components/Time";
import { Icon } from "../../../design/icons";
import { t, tcode } from "../../../i18n";
import { factName } from "../../../i18n/facts";
import { capital, dateAndTime, listOf, shortMoment } from "../../../i18n/format";
import { present } from "../../../state/clock";
import { useStore } from "../../../state/store";
import { testWanted } from "../../../state/testWanted";
import { notify } from "../../../state/toasts";
import { Disclosure } from "../stream/Fold";
import { partyName } from "../stream/words";
import { chosenDecision } from "./chosen";
import { foundWords, limitWords } from "./conditions";
import { Judging } from "./Judging";
import { PrintWithProof } from "./ProofSheet";
import styles from "./Why.module.css";
import { asText } from "./whyText";

/** Why the machine decided as it did: the sentence first, then each condition with its values. */
export function WhyPanel({
  head,
  session,
}: {
  head: ConversationHead;
  session: Session | undefined;
}) {
  const conversation = head.row.id;
  const chosen = useStore(chosenDecision);
  const list = useRead("decision_list", { conversation, limit: 50 });
  const decisions = list.data?.decisions ?? [];
  const asked = chosen?.conversation === conversation ? chosen.decision : undefined;
  // Of many looks that changed nothing, the last one that did is what is asked about.
  const acted = decisions.find((one) => one.acted.length > 0);
  const decision = asked ?? acted?.id ?? head.decision ?? decisions[0]?.id;
  const read = useRead(
    "decision_get",
    { decision: decision ?? "" },
    { enabled: decision !== undefined, keep: true },
  );

  if (decision === undefined && list.isError && !list.data) {
    return <ReadFailed error={list.error} again={list.refetch} />;
  }
  if (decision === undefined) {
    return (
      <>
        <Judging conversation={conversation} />
        <EmptyState icon="why" title={t("why.none")}>
          {t("why.none.text")}
        </EmptyState>
      </>
    );
  }
  if (read.isError && !read.data) {
    return <ReadFailed error={read.error} again={read.refetch} />;
  }
  const view = read.data;
  return (
    <div className={styles.why} data-printed="">
      {view ? (
        <Decision view={view} head={head} session={session} />
      ) : (
        <p className={styles.sentence}>{head.sentence}</p>
      )}
      <Judging conversation={conversation} />
      {list.isError && !list.data && (
        <ReadFailed line what={t("why.earlier.unread")} error={list.error} again={list.refetch} />
      )}
      <Earlier
        decisions={decisions.filter((one) => one.id !== decision)}
        onPick={(id) => chosenDecision.set({ conversation, decision: id })}
      />
    </div>
  );
}

function Decision({
  view,
  head,
  session,
}: {
  view: DecisionView;
  head: ConversationHead;
  session: Session | undefined;
}) {
  const navigate = useNavigate();
  const makeTest = () => {
    testWanted.set(view.id);
    void navigate({ to: "/rules", search: { show: "text" } });
  };
  const copy = () => {
    void navigator.clipboard.writeText(asText(view)).then(() => notify(t("why.copied")));
  };
  return (
    <>
      <div className={styles.printHead}>
        <strong>{head.row.subject || head.row.contact.name}</strong>
        <p>
          {session?.workspace} · {head.row.contact.name} · {head.row.contact.address}
        </p>
        <p>{t("why.print.ids", { conversation: head.row.id, decision: view.id })}</p>
      </div>
      <p className={styles.sentence}>{view.sentence}</p>
      <p className={styles.meta}>
        {t("why.on", { what: tcode("on", view.on), when: dateAndTime(view.at) })}
      </p>
      {view.result.length > 0 && (
        <section aria-label={t("why.result")}>
          <h3 className={styles.title}>{t("why.result")}</h3>
          <dl className={styles.slots}>
            {view.result.map((slot) => (
              <div key={`${slot.slot} ${slot.value}`} className={styles.slot}>
                <dt>{tcode("slot", slot.slot)}</dt>
                <dd>
                  <bdi>{slotValue(slot.slot, slot.value, session)}</bdi>
                  <span className={styles.by}>{slot.by}</span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <Rules title={t("why.matched")} rules={view.matched} />
      <Rules title={t("why.near")} rules={view.near} />
      <Rules title={t("why.shadow")} rules={view.shadow} />
      {view.would.map((would) => (
        <p key={would.rule} className={styles.meta}>
          {t("why.would", {
            rule: would.rule,
            result: listOf(
              would.result.map(
                (slot) =>
                  `${tcode("slot", slot.slot)} ${slotValue(slot.slot, slot.value, session)}`,
              ),
            ),
          })}
        </p>
      ))}
      {view.unknown.length > 0 && (
        <p className={styles.meta}>
          {t("why.unknownFacts", { list: listOf(view.unknown.map((fact) => factName(fact))) })}
        </p>
      )}
      {view.next_flip !== null && (
        <p className={styles.meta}>
          {t("why.nextFlip", { when: shortMoment(view.next_flip, present()) })}
        </p>
      )}
      {view.others.length > 0 && (
        <Disclosure label={`${t("why.others")} (${view.others.length})`}>
          <Rules title="" rules={view.others} />
        </Disclosure>
      )}
      <p className={styles.meta}>
        {t("why.version", { ruleset: view.ruleset.slice(0, 12), policy: view.policy })}
      </p>
      <div className={styles.acts}>
        <Button size="small" icon="copy" onPress={copy}>
          {t("why.copy")}
        </Button>
        <PrintWithProof conversation={head.row.id} />
        <Button size="small" icon="check" onPress={makeTest}>
          {t("why.test")}
        </Button>
      </div>
    </>
  );
}

function slotValue(slot: string, value: string, session: Session | undefined): string {
  if (slot === "control") return capital(partyName(value, session));
  if (slot === "priority") return tcode("priority", value);
  return value;
}

function Rules({ title, rules }: { title: string; rules: readonly RuleView[] }) {
  if (rules.length === 0) return null;
  return (
    <section aria-label={title || undefined}>
      {title && <h3 className={styles.title}>{title}</h3>}
      {rules.map((rule) => (
        <Rule key={rule.id} rule={rule} />
      ))}
    </section>
  );
}

function Rule({ rule }: { rule: RuleView }) {
  const [flip, setFlip] = useState(false);
  return (
    <article className={styles.rule}>
      <header className={styles.ruleHead}>
        <h4>{capital(rule.reason) || rule.id}</h4>
        <code>{rule.id}</code>
      </header>
      {rule.why && <p className={styles.purpose}>{rule.why}</p>}
      {rule.held_back && (
        <p className={styles.held}>{t("why.heldBack", { why: rule.held_back })}</p>
      )}
      <ul className={styles.rows} aria-label={t("why.conditions")}>
        {rule.rows.map((row, at) => (
          <Condition key={`${row.text} ${at}`} row={row} />
        ))}
      </ul>
      {rule.flip && (
        <>
          <button
            type="button"
            className={styles.flip}
            aria-expanded={flip}
            onClick={() => setFlip(!flip)}
          >
            <Icon name={flip ? "down" : "right"} size={12} />
            {t("why.flip")}
          </button>
          {/* On paper nobody can press: there it is always said. */}
          <p className={styles.flipText} data-open={flip || undefined}>
            {rule.flip}
          </p>
        </>
      )}
    </article>
  );
}

function Condition({ row }: { row: ConditionView }) {
  const truth = row.truth === "true" || row.truth === "false" ? row.truth : "unknown";
  const limit = limitWords(row);
  return (
    <li className={styles.row} data-truth={truth} title={row.text}>
      <span className={styles.truth}>
        <Icon name={truth === "true" ? "check" : truth === "false" ? "close" : "minus"} size={12} />
        <span className="visually-hidden">{t(`why.truth.${truth}`)}</span>
      </span>
      <span className={styles.about}>
        {factName(row.fact)}
        {row.via && (
          <span className={styles.via}>{t("why.via", { via: row.via.replaceAll("_", " ") })}</span>
        )}
      </span>
      <span className={styles.values}>
        <span className={styles.value}>
          <bdi>{foundWords(row)}</bdi>
        </span>
        {limit && (
          <span className={styles.limit}>
            <bdi>{limit}</bdi>
          </span>
        )}
      </span>
      {row.gap !== null && truth !== "unknown" && <Gap gap={row.gap} truth={truth} />}
    </li>
  );
}

// The limit stands in the middle; the value to its right where the condition holds, to its left
// where it does not, as far away as it is from the limit, at most once the limit itself.
function Gap({ gap, truth }: { gap: number; truth: "true" | "false" }) {
  const far = Math.min(1, Math.abs(gap));
  const x = 50 + (truth === "true" ? 1 : -1) * far * 46;
  return (
    <svg
      className={styles.gap}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={t("why.gap", { percent: Math.round(Math.abs(gap) * 100) })}
    >
      <path className={styles.rail} d="M2 5H98" />
      <path className={styles.reach} d={`M50 5H${x}`} />
      <path className={styles.mark} d="M50 1V9" />
      <path className={styles.found} d={`M${x} 2V8`} />
    </svg>
  );
}

function Earlier({
  decisions,
  onPick,
}: {
  decisions: readonly DecisionBrief[];
  onPick: (id: string) => void;
}) {
  const acted = decisions.filter((one) => one.acted.length > 0);
  const idle = decisions.filter((one) => one.acted.length === 0);
  if (decisions.length === 0) return null;
  return (
    <section className={styles.earlier}>
      <h3 className={styles.title}>{t("why.earlier")}</h3>
      <Briefs decisions={acted} onPick={onPick} />
      {idle.length > 0 && (
        <Disclosure label={t("why.idle", { n: idle.length })}>
          <Briefs decisions={idle} onPick={onPick} />
        </Disclosure>
      )}
    </section>
  );
}

function Briefs({
  decisions,
  onPick,
}: {
  decisions: readonly DecisionBrief[];
  onPick: (id: string) => void;
}) {
  return (
    <ul>
      {decisions.map((one) => (
        <li key={one.id}>
          <button type="button" className={styles.brief} onClick={() => onPick(one.id)}>
            <span>{one.sentence || tcode("on", one.on)}</span>
            <Ago at={one.at} className={styles.ago} />
          </button>
        </li>
      ))}
    </ul>
  );
}
