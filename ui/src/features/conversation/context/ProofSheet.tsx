import { useEffect, useState } from "react";
import { call } from "../../../api/client";
import { ApiFailure } from "../../../api/errors";
import type { DecisionView, Proof } from "../../../api/generated/wire";
import { Button } from "../../../design/components/Button";
import { t, tcode } from "../../../i18n";
import { dateAndTime } from "../../../i18n/format";
import { notify } from "../../../state/toasts";
import styles from "./Why.module.css";

/**
 * Prints the page with the proof below it: each decision about the conversation, what stands in the
 * log about it, the newest hash of each device, and whether the chain was found to hold.
 */
export function PrintWithProof({ conversation }: { conversation: string }) {
  const [proof, setProof] = useState<Proof>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!proof) return;
    // What is printed is what is drawn: the proof first has to be on the page.
    window.print();
    setProof(undefined);
  }, [proof]);
  const print = async () => {
    setBusy(true);
    try {
      setProof(await call("conversation_proof", { conversation }));
    } catch (thrown) {
      notify(ApiFailure.of(thrown).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="small" icon="print" tone="quiet" isDisabled={busy} onPress={() => void print()}>
        {t("why.print")}
      </Button>
      {proof && (
        <div className={styles.proof}>
          <Decisions decisions={proof.decisions} erased={proof.erased} />
          <Chain proof={proof} />
        </div>
      )}
    </>
  );
}

/** What was decided about the conversation from its beginning to now; what changed nothing is counted. */
function Decisions({ decisions, erased }: { decisions: readonly DecisionView[]; erased: number }) {
  const acted = decisions.filter((one) => one.matched.some((rule) => rule.acted));
  const idle = decisions.length - acted.length;
  return (
    <section aria-label={t("proof.decisions")}>
      <h3 className={styles.title}>{t("proof.decisions")}</h3>
      <table className={styles.proofTable}>
        <thead>
          <tr>
            <th scope="col">{t("proof.when")}</th>
            <th scope="col">{t("proof.on")}</th>
            <th scope="col">{t("proof.decided")}</th>
            <th scope="col">{t("proof.rules")}</th>
          </tr>
        </thead>
        <tbody>
          {acted.map((one) => (
            <tr key={one.id}>
              <td>{dateAndTime(one.at)}</td>
              <td>{tcode("on", one.on)}</td>
              <td>{one.sentence}</td>
              <td>
                <code>{one.ruleset.slice(0, 12)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {idle > 0 && <p>{t("proof.idle", { n: idle })}</p>}
      {erased > 0 && <p>{t("proof.erased", { n: erased })}</p>}
    </section>
  );
}

function Chain({ proof }: { proof: Proof }) {
  return (
    <section aria-label={t("proof.title")}>
      <h3 className={styles.title}>{t("proof.title")}</h3>
      <p>
        {t(proof.verified ? "proof.holds" : "proof.broken", {
          n: proof.checked,
          when: dateAndTime(proof.printed_at),
        })}
      </p>
      {proof.problems.map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
      <table className={styles.proofTable}>
        <thead>
          <tr>
            <th scope="col">{t("proof.number")}</th>
            <th scope="col">{t("proof.when")}</th>
            <th scope="col">{t("proof.what")}</th>
            <th scope="col">{t("proof.who")}</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {proof.events.map((event) => (
            <tr key={event.hash}>
              <td>{event.n}</td>
              <td>{dateAndTime(event.at)}</td>
              <td>{event.type}</td>
              <td>{event.actor}</td>
              <td>
                <code>{event.hash}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{t("proof.heads")}</p>
      {proof.heads.map((head) => (
        <p key={head.device}>
          {t("proof.head", { device: head.device, n: head.n })} <code>{head.hash}</code>
        </p>
      ))}
      <p>{t("proof.check")}</p>
    </section>
  );
}
