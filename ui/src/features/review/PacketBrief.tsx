import type { ReactNode } from "react";
import type { JsonValue } from "../../api/generated/wire";
import { readPacket } from "../../api/packet";
import { t } from "../../i18n";
import { capital } from "../../i18n/format";
import { visible, visibleLines } from "../../i18n/visible";
import styles from "./review.module.css";

/** What a reader needs to know of the conversation, in a few lines. */
export function PacketBrief({ packet }: { packet: JsonValue }) {
  const read = readPacket(packet);
  const lines: { name: string; value: ReactNode }[] = [];
  if (read.goal) lines.push({ name: t("packet.goal"), value: visibleLines(read.goal) });
  if (read.summary) lines.push({ name: t("packet.summary"), value: visibleLines(read.summary) });
  for (const fact of read.facts) {
    lines.push({ name: capital(fact.key.replace(/_/gu, " ")), value: visible(fact.value) });
  }
  for (const promise of read.promises) {
    lines.push({ name: t("packet.promises"), value: visible(promise.text) });
  }
  for (const one of read.tried) {
    lines.push({
      name: t("packet.tried"),
      value: visible([one.step, one.result].filter(Boolean).join(": ")),
    });
  }
  if (lines.length === 0) return null;
  return (
    <section aria-label={t("context.packet")}>
      <dl className={styles.brief}>
        {lines.map((line, at) => (
          <div key={at}>
            <dt>{line.name}</dt>
            <dd dir="auto">{line.value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
