import { type ReactNode, useEffect, useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call } from "../../../api/client";
import type { ConversationHead, PacketView, Session } from "../../../api/generated/wire";
import { NAMEABLE, type Packet, readPacket } from "../../../api/packet";
import { EmptyState } from "../../../design/components/Banner";
import { Button } from "../../../design/components/Button";
import { Ago } from "../../../design/components/Time";
import { Icon } from "../../../design/icons";
import { type TextKey, t, tcode, tt } from "../../../i18n";
import { absolute, capital, listOf, percent, span } from "../../../i18n/format";
import { useAction } from "../../../state/actions";
import { useNow } from "../../../state/clock";
import { partyName, reasonText } from "../stream/words";
import styles from "./Packet.module.css";
import { PacketDetails } from "./PacketDetails";
import { fields, Receipts } from "./Receipts";

/** The packet that came with the last handoff, readable in ten seconds. */
export function PacketCard({
  head,
  session,
}: {
  head: ConversationHead;
  session: Session | undefined;
}) {
  const view = head.packet;
  useRead(head.row.id, view);
  if (!view) {
    return (
      <EmptyState icon="packet" title={t("packet.none")}>
        {t("packet.none.text")}
      </EmptyState>
    );
  }
  const packet = readPacket(view.packet);
  const why = packet.reason.text || reasonText(packet.reason.code);
  return (
    <article className={styles.packet} aria-label={t("context.packet")}>
      <header className={styles.head}>
        <span>
          {capital(partyName(packet.from, session))}
          <span className={styles.arrow}>
            <Icon name="pass" size={12} />
          </span>
          {capital(partyName(packet.to, session))}
        </span>
        {packet.createdAt !== undefined && <Ago at={packet.createdAt} />}
      </header>
      {packet.sensitivity.length > 0 && (
        <p className={styles.careful}>
          <Icon name="warning" size={14} />
          {t("packet.sensitivity", { list: listOf(packet.sensitivity) })}
        </p>
      )}
      {packet.goal && (
        <Part name={t("packet.goal")}>
          <p
            className={styles.goal}
            data-long={packet.goal.length > LONG_GOAL || undefined}
            dir="auto"
          >
            {capital(packet.goal)}
          </p>
        </Part>
      )}
      {packet.nextStep && (
        <div className={styles.next}>
          <h3>{t("packet.next")}</h3>
          <p dir="auto">{packet.nextStep}</p>
          {packet.questions.map((question) => (
            <p key={question} className={styles.question} dir="auto">
              {question}
            </p>
          ))}
        </div>
      )}
      {!packet.nextStep && packet.questions.length > 0 && (
        <Part name={t("packet.questions")}>
          {packet.questions.map((question) => (
            <p key={question} dir="auto">
              {question}
            </p>
          ))}
        </Part>
      )}
      {packet.summary && (
        <Part name={t("packet.summary")}>
          <p dir="auto">{packet.summary}</p>
        </Part>
      )}
      <Promises packet={packet} session={session} />
      <Facts packet={packet} />
      <Tried packet={packet} />
      {why && (
        <Part name={t("packet.reason")}>
          <p dir="auto">{capital(why)}</p>
        </Part>
      )}
      {packet.sources.length > 0 && (
        <Part name={t("packet.sources")}>
          <p>{listOf(packet.sources.map((one) => one.title))}</p>
        </Part>
      )}
      <PacketDetails packet={packet} />
      {view.missing.length > 0 && (
        <p className={styles.missing}>
          {t("packet.missing", {
            list: fields(view.missing),
          })}
        </p>
      )}
      <Judgement conversation={head.row.id} view={view} />
      <Receipts conversation={head.row.id} session={session} />
    </article>
  );
}

// Whole letters are read, not shouted.
const LONG_GOAL = 120;

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{name}</h3>
      {children}
    </section>
  );
}

function Facts({ packet }: { packet: Packet }) {
  if (packet.facts.length === 0) return null;
  return (
    <Part name={t("packet.facts")}>
      <dl className={styles.facts}>
        {packet.facts.map((fact) => (
          <div key={`${fact.key} ${fact.value}`} className={styles.fact}>
            <dt>{fact.key.replace(/_/g, " ")}</dt>
            <dd>
              <bdi>{fact.value}</bdi>
              <span
                className={styles.mark}
                data-verified={fact.verified || undefined}
                title={[
                  t(fact.verified ? "packet.verified" : "packet.unverified"),
                  fact.source,
                  fact.confidence === undefined
                    ? ""
                    : t("packet.sure", { percent: percent(fact.confidence) }),
                ]
                  .filter(Boolean)
                  .join(", ")}
              >
                {fact.verified ? <Icon name="check" size={12} /> : "?"}
                <span className="visually-hidden">
                  {t(fact.verified ? "packet.verified" : "packet.unverified")}
                </span>
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Tried({ packet }: { packet: Packet }) {
  if (packet.tried.length === 0) return null;
  return (
    <Part name={t("packet.tried")}>
      <ol className={styles.tried}>
        {packet.tried.map((one, at) => (
          <li key={`${one.step} ${at}`} data-result={one.result}>
            <span className={styles.sign}>
              <Icon
                name={one.result === "done" ? "check" : one.result === "failed" ? "close" : "minus"}
                size={12}
              />
            </span>
            <span dir="auto">{one.step}</span>
            {one.result && (
              <span className={resultShown(one.result) ? styles.result : "visually-hidden"}>
                {tcode("packet.result", one.result)}
              </span>
            )}
          </li>
        ))}
      </ol>
    </Part>
  );
}

// "Done" and "failed" have a sign; other results need their word.
function resultShown(result: string): boolean {
  return result !== "done" && result !== "failed";
}

function Promises({ packet, session }: { packet: Packet; session: Session | undefined }) {
  const now = useNow("half-minute");
  if (packet.promises.length === 0) return null;
  return (
    <Part name={t("packet.promises")}>
      <ul className={styles.promises}>
        {packet.promises.map((promise) => {
          const left = promise.dueAt === undefined ? undefined : promise.dueAt - now;
          return (
            <li key={promise.text}>
              <span dir="auto">{promise.text}</span>
              {left !== undefined && promise.dueAt !== undefined && (
                <time
                  dateTime={new Date(promise.dueAt).toISOString()}
                  title={absolute(promise.dueAt)}
                  data-broken={left < 0 || undefined}
                >
                  {left < 0 ? `+${span(left)}` : span(left)}
                </time>
              )}
              {promise.by && (
                <span className={styles.by}>{capital(partyName(promise.by, session))}</span>
              )}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

function Judgement({ conversation, view }: { conversation: string; view: PacketView }) {
  const [asking, setAsking] = useState(false);
  const [missing, setMissing] = useState<readonly string[]>(
    view.lacking.length > 0 ? view.lacking : view.missing,
  );
  const [useful, setUseful] = useState(view.useful);
  const mark = (yes: boolean, fields: readonly string[]) => {
    setAsking(false);
    setUseful(yes);
    call("packet_mark", {
      conversation,
      handoff: view.handoff,
      useful: yes,
      missing: [...fields],
    }).catch((thrown) => {
      setUseful(view.useful);
      sayFailure(thrown);
    });
  };
  useAction("packet.useful", () => mark(true, []));
  useAction("packet.lacking", () => setAsking(true));
  return (
    <footer className={styles.judge}>
      <div className={styles.acts}>
        <Button size="small" icon="check" action="packet.useful" onPress={() => mark(true, [])}>
          {t("packet.useful")}
        </Button>
        <Button
          size="small"
          tone="quiet"
          action="packet.lacking"
          onPress={() => setAsking(!asking)}
        >
          {t("packet.lacking")}
        </Button>
        <span className={styles.marked} aria-live="polite">
          {useful !== null && t(useful ? "packet.marked.useful" : "packet.marked.lacking")}
        </span>
      </div>
      {asking && (
        <fieldset className={styles.lacking}>
          <legend>{t("packet.lacking.what")}</legend>
          {NAMEABLE.map((field) => (
            <label key={field}>
              <input
                type="checkbox"
                checked={missing.includes(field)}
                onChange={(event) =>
                  setMissing(
                    event.target.checked
                      ? [...missing, field]
                      : missing.filter((one) => one !== field),
                  )
                }
              />
              {tt(`packet.field.${field}` as TextKey)}
            </label>
          ))}
          <Button size="small" onPress={() => mark(false, missing)}>
            {t("packet.lacking.send")}
          </Button>
        </fieldset>
      )}
    </footer>
  );
}

const READ_AFTER_MS = 2_000;

// Looked at for a moment is read; the statistics want to know how soon.
function useRead(conversation: string, view: PacketView | null): void {
  const handoff = view?.handoff;
  const unread = view !== null && !view.read_by_me;
  useEffect(() => {
    if (!unread || handoff === undefined) return;
    const timer = setTimeout(() => {
      call("packet_mark", { conversation, handoff, useful: null, missing: [] }).catch(() => {
        // It stays unread, which costs a figure and nothing else.
      });
    }, READ_AFTER_MS);
    return () => clearTimeout(timer);
  }, [conversation, handoff, unread]);
}
