import type { ReceiptStep, ReceiptView, Session } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { Moment } from "../../../design/components/Time";
import { t, tcode } from "../../../i18n";
import { capital, listOf, spanInWords } from "../../../i18n/format";
import { partyName, reasonText } from "../stream/words";
import styles from "./Packet.module.css";

/** How the handoffs of a conversation went, each step with its time, the newest handoff first. */
export function Receipts({
  conversation,
  session,
}: {
  conversation: string;
  session: Session | undefined;
}) {
  const receipts = useRead("receipts_get", { conversation }).data?.receipts ?? [];
  if (receipts.length === 0) return null;
  return (
    <section className={styles.part}>
      <h3>{t("receipts")}</h3>
      <ol className={styles.receipts}>
        {[...receipts].reverse().map((one, at) => (
          // What the newest packet does not say stands above, in the packet.
          <Receipt key={one.handoff} one={one} session={session} newest={at === 0} />
        ))}
      </ol>
    </section>
  );
}

function Receipt({
  one,
  session,
  newest,
}: {
  one: ReceiptView;
  session: Session | undefined;
  newest: boolean;
}) {
  const who = (by: string) => (by ? partyName(by, session) : t("party.system"));
  return (
    <li>
      <p className={styles.route}>
        {t("receipts.route", {
          from: capital(who(one.from)),
          to: partyName(one.to, session),
        })}
      </p>
      <ul>
        {one.steps.map((step, at) => (
          <li key={at} className={styles.step}>
            <Moment at={step.at} />
            <span>{said(step, who(step.by))}</span>
          </li>
        ))}
        {one.readings.map((reading) => (
          <li key={reading.by} className={styles.step}>
            <Moment at={reading.at} />
            <span>
              {t("receipts.read", {
                who: who(reading.by),
                span: spanInWords(reading.seconds_waiting * 1_000),
              })}
            </span>
          </li>
        ))}
      </ul>
      {one.missing.length > 0 && !newest && (
        <p className={styles.missing}>{t("receipts.missing", { list: fields(one.missing) })}</p>
      )}
      {one.asked_again.length > 0 && (
        <p className={styles.missing}>
          {t("receipts.again", {
            list: listOf(one.asked_again.map((about) => about.replace(/_/gu, " "))),
          })}
        </p>
      )}
      {one.useful !== null && (
        <p>
          {one.useful
            ? t("packet.marked.useful")
            : one.lacking.length > 0
              ? t("receipts.lacking", { list: fields(one.lacking) })
              : t("packet.marked.lacking")}
        </p>
      )}
    </li>
  );
}

function said(step: ReceiptStep, who: string): string {
  const what = tcode("receipts.status", step.status);
  const waited = step.seconds_waiting > 0 ? spanInWords(step.seconds_waiting * 1_000) : "";
  const line = waited
    ? t("receipts.step.after", { what, who, span: waited })
    : t("receipts.step", { what, who });
  const words = why(step);
  return words ? t("line.because", { what: line, why: words }) : line;
}

function why(step: ReceiptStep): string {
  if (step.status === "completed") return tcode("receipts.outcome", step.text, step.text);
  return step.status === "failed" ? reasonText(step.text) : step.text;
}

/** Names fields of a packet as people say them; facts of the team's own by their names. */
export function fields(names: readonly string[]): string {
  return listOf(
    names.map((name) =>
      name.startsWith("facts.")
        ? name.slice("facts.".length).replace(/_/gu, " ")
        : tcode("packet.field", name),
    ),
  );
}
