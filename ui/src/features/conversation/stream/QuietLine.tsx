import { memo, type ReactNode, useId, useState } from "react";
import type { Entry, Session } from "../../../api/generated/wire";
import { Changes } from "../../../design/components/Changes";
import { Moment } from "../../../design/components/Time";
import { Icon, type IconName } from "../../../design/icons";
import { t } from "../../../i18n";
import { absolute, clockTime } from "../../../i18n/format";
import { visibleLines } from "../../../i18n/visible";
import styles from "./QuietLine.module.css";
import { sentenceOf } from "./words";

function iconOf(entry: Entry): IconName {
  switch (entry.what.type) {
    case "decision":
      return "why";
    case "control":
      return entry.what.verb === "take" || entry.what.verb === "accept"
        ? "take"
        : entry.what.verb === "release"
          ? "release"
          : entry.what.verb === "close"
            ? "resolve"
            : "pass";
    case "offer":
      return "pass";
    case "moved":
      return entry.what.kind === "email" ? "mail" : "chat";
    case "move_hindered":
      return "mail";
    case "status":
      return entry.what.to === "snoozed"
        ? "snooze"
        : entry.what.to === "solved"
          ? "resolve"
          : "waiting";
    case "priority":
      return "escalated";
    case "tags":
      return "label";
    case "draft":
      return "eye";
    case "label":
      return "check";
    case "clock":
      return "snooze";
    case "alert":
      return "escalated";
    case "bot_failure":
      return "bot";
    case "send":
      return "send";
    default:
      return "info";
  }
}

/** One line between messages: what happened, in a sentence; what else is known opens in place. */
export const QuietLine = memo(function QuietLine({
  entry,
  more,
  session,
  onWhy,
  onPacket,
}: {
  entry: Entry;
  more: readonly Entry[];
  session: Session | undefined;
  onWhy: (decision: string) => void;
  onPacket: () => void;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const decision = entry.what.type === "decision" ? entry.what.decision : undefined;
  const packet = [entry, ...more].some((one) => one.what.type === "control" && one.what.packet);
  const tone = toneOf(entry);
  const sentence = sentenceOf(entry, session);
  return (
    <div className={styles.line} data-tone={tone}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.icon}>
          <Icon name={iconOf(entry)} size={14} />
        </span>
        <span className={styles.sentence}>{sentence}</span>
        {more.length > 0 && !open && (
          <span className={styles.count}>{t("line.more", { n: more.length })}</span>
        )}
        <Moment at={entry.at} className={styles.when} />
      </button>
      {open && (
        <div id={id} className={styles.detail}>
          {more.map((one) => (
            <p key={one.key} className={styles.also}>
              <Icon name={iconOf(one)} size={12} />
              <span>{sentenceOf(one, session)}</span>
            </p>
          ))}
          <p className={styles.meta}>
            <time dateTime={new Date(entry.at).toISOString()} title={absolute(entry.at)}>
              {clockTime(entry.at)}
            </time>
            {rulesOf([entry, ...more]).map((rule) => (
              <span key={rule}>{t("line.rule", { rule })}</span>
            ))}
          </p>
          <DraftText entry={entry} />
          {(decision || packet) && (
            <p className={styles.acts}>
              {decision && (
                <LineAct icon="why" onClick={() => onWhy(decision)}>
                  {t("line.why")}
                </LineAct>
              )}
              {packet && (
                <LineAct icon="packet" onClick={onPacket}>
                  {t("line.packet")}
                </LineAct>
              )}
            </p>
          )}
        </div>
      )}
    </div>
  );
});

// What a draft said that was not sent as it was, and what was changed before it was.
function DraftText({ entry }: { entry: Entry }) {
  const { what } = entry;
  if (what.type !== "draft" || (what.changes.length === 0 && what.text === "")) return null;
  return (
    <p className={styles.draft} dir="auto">
      {what.changes.length > 0 ? <Changes changes={what.changes} /> : visibleLines(what.text)}
    </p>
  );
}

function LineAct({
  icon,
  onClick,
  children,
}: {
  icon: IconName;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className={styles.act} onClick={onClick}>
      <Icon name={icon} size={14} />
      {children}
    </button>
  );
}

function toneOf(entry: Entry): "broken" | "soon" | undefined {
  const { what } = entry;
  if (what.type === "clock" && what.state === "missed") return "broken";
  if (what.type === "clock" && what.state === "warned") return "soon";
  if (what.type === "send" && ["failed", "bounced", "refused"].includes(what.step)) return "broken";
  if (what.type === "send" && what.step === "in_doubt") return "soon";
  return undefined;
}

function rulesOf(entries: readonly Entry[]): string[] {
  const rules = new Set<string>();
  for (const { what, actor } of entries) {
    if (actor.startsWith("rule:")) rules.add(actor.slice("rule:".length));
    if (what.type === "decision") for (const rule of what.acted) rules.add(rule);
    if (what.type === "control" && what.rule) rules.add(what.rule);
  }
  return [...rules].sort();
}
