import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Packet } from "../../../api/packet";
import { t } from "../../../i18n";
import { absolute, capital, languageName, listOf, percent } from "../../../i18n/format";
import styles from "./Packet.module.css";

/** What else a packet says: how the machine understood the customer, and what goes with it. */
export function PacketDetails({ packet }: { packet: Packet }) {
  const { intent, sentiment } = packet;
  const lines: { name: string; value: ReactNode }[] = [];
  if (intent.name) {
    lines.push({
      name: t("packet.intent"),
      value: [
        wordsOf(intent.name),
        intent.confidence === undefined
          ? ""
          : t("packet.sure", { percent: percent(intent.confidence) }),
        intent.alternatives.length > 0
          ? t("packet.perhaps", { list: listOf(intent.alternatives.map(wordsOf)) })
          : "",
      ]
        .filter(Boolean)
        .join(", "),
    });
  }
  if (sentiment.label || sentiment.score !== undefined) {
    lines.push({
      name: t("packet.sentiment"),
      value: (
        <>
          {wordsOf(sentiment.label)}{" "}
          {sentiment.score !== undefined && <Mood at={sentiment.score} />}
        </>
      ),
    });
  }
  if (packet.language) {
    lines.push({ name: t("packet.language"), value: languageName(packet.language) });
  }
  if (packet.verifiedBy) {
    lines.push({ name: t("packet.identity"), value: wordsOf(packet.verifiedBy) });
  }
  const words = (codes: readonly string[]) => listOf(codes.map((code) => wordsOf(code)));
  const agreed = packet.consent.filter((one) => one.agrees).map((one) => one.what);
  const refused = packet.consent.filter((one) => !one.agrees).map((one) => one.what);
  if (agreed.length > 0) lines.push({ name: t("packet.consent"), value: words(agreed) });
  if (refused.length > 0) lines.push({ name: t("packet.refused"), value: words(refused) });
  if (packet.skills.length > 0) {
    lines.push({ name: t("packet.skills"), value: words(packet.skills) });
  }
  if (packet.replyUntil !== undefined) {
    lines.push({ name: t("packet.replyUntil"), value: <By at={packet.replyUntil} /> });
  }
  if (packet.constraints.length > 0) {
    lines.push({ name: t("packet.constraints"), value: listOf(packet.constraints) });
  }
  if (packet.redactions.length > 0) {
    lines.push({ name: t("packet.redactions"), value: listOf(packet.redactions) });
  }
  if (packet.model) lines.push({ name: t("packet.model"), value: packet.model });
  if (packet.returnConditions.length > 0) {
    lines.push({ name: t("packet.returns"), value: listOf(packet.returnConditions) });
  }
  if (packet.allowed.length > 0) {
    lines.push({ name: t("packet.allowed"), value: listOf(packet.allowed.map(wordsOf)) });
  }
  for (const { key, value } of packet.attributes) lines.push({ name: wordsOf(key), value });

  return (
    <>
      {packet.related.length > 0 && (
        <section className={styles.part}>
          <h3>{t("packet.related")}</h3>
          <ul className={styles.related}>
            {packet.related.map((one) => (
              <li key={one.id}>
                <Link to="/c/$id" params={{ id: one.id }} className={styles.link}>
                  {one.why || t("packet.related.one")}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {lines.length > 0 && (
        <section className={styles.part}>
          <h3>{t("packet.details")}</h3>
          <dl className={styles.facts}>
            {lines.map((line) => (
              <div key={line.name} className={styles.fact}>
                <dt>{line.name}</dt>
                <dd>
                  <span dir="auto">{line.value}</span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function By({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{absolute(at)}</time>;
}

function wordsOf(code: string): string {
  return capital(code.replace(/_/gu, " "));
}

// From angry on the left to content on the right.
function Mood({ at }: { at: number }) {
  const x = 4 + ((Math.max(-1, Math.min(1, at)) + 1) / 2) * 52;
  return (
    <svg
      className={styles.mood}
      viewBox="0 0 60 10"
      width="60"
      height="10"
      role="img"
      aria-label={t("packet.mood", { score: at.toFixed(1) })}
    >
      <path d="M2 5H58" />
      <path d="M30 2V8" />
      <circle cx={x} cy="5" r="3" />
    </svg>
  );
}
