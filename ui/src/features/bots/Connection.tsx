import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { BotView, ConnectorView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { Button } from "../../design/components/Button";
import { Switch } from "../../design/components/Field";
import { Card, Line, Section } from "../../design/components/Page";
import { StateMark } from "../../design/components/StateMark";
import { Ago, Moment } from "../../design/components/Time";
import { t, tcode } from "../../i18n";
import { ConnectBot } from "./ConnectBot";
import styles from "./bots.module.css";
import { CONNECTOR_MARKS } from "./health";

/** How Baton itself talks with a bot: whether it does, how that goes, and what was sent. */
export function Connection({ bot, connector }: { bot: BotView; connector: ConnectorView }) {
  const [changing, setChanging] = useState<boolean>();
  const off = connector.state === "off";
  const set = (on: boolean) => {
    call("bot_switch", { name: bot.name, on }).catch(sayFailure);
  };
  if (changing) return <ConnectBot bot={bot} onEnd={() => setChanging(false)} />;
  return (
    <>
      <Section title={t("bot.connection")} text={t("bot.connection.text")}>
        <Card>
          <Line
            mark={<StateMark state={CONNECTOR_MARKS[connector.state] ?? "off"} />}
            name={tcode("bot.connector.state", connector.state)}
            hint={
              <>
                {tcode("bots.kind", connector.kind)} ·{" "}
                <code className={styles.address}>{connector.url}</code>
              </>
            }
          >
            <Switch isSelected={!off} onChange={set}>
              {t("bot.connection.switch")}
            </Switch>
          </Line>
          {connector.problem !== "" && (
            <Line name={t("bot.connection.problem")} hint={connector.problem}>
              {connector.failing_since !== null && <Ago at={connector.failing_since} />}
            </Line>
          )}
          <Line name={t("bot.connection.answered")}>
            {connector.answered_at === null ? (
              t("bot.connection.never")
            ) : (
              <Ago at={connector.answered_at} />
            )}
          </Line>
          <Line name={t("bot.connection.asked")} hint={t("bot.connection.asked.hint")}>
            {spent(connector.requests, connector.requests_a_day)}
          </Line>
          {connector.kind === "openai" && (
            <Line name={t("bot.connection.tokens")} hint={t("bot.connection.asked.hint")}>
              {spent(connector.tokens, connector.tokens_a_day)}
            </Line>
          )}
        </Card>
        <div className={styles.acts}>
          <Button icon="settings" autoFocus={changing === false} onPress={() => setChanging(true)}>
            {t("bots.connect.change")}
          </Button>
        </div>
      </Section>
      <Sent bot={bot.name} />
    </>
  );
}

/** What was used, and of how much. */
function spent(used: number, most: number): string {
  return most === 0
    ? t("bot.connection.used", { n: used })
    : t("bot.connection.usedOf", { n: used, most });
}

/** What exactly was sent to a bot of late. */
function Sent({ bot }: { bot: string }) {
  const sent = useRead("bot_sent", { name: bot }).data?.sent;
  return (
    <Section title={t("bot.sent")} text={t("bot.sent.text")}>
      {sent?.length === 0 && <p className={styles.none}>{t("bot.sent.none")}</p>}
      {sent && sent.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <section className={styles.scroll} aria-label={t("bot.sent")} tabIndex={0}>
          {sent.map((one) => (
            <details key={one.id} className={styles.sent}>
              <summary>
                <Moment at={one.at} /> · {tcode("bot.sent.ended", one.ended || "open")}
                {one.took_ms !== null && ` · ${t("deliveries.ms", { n: one.took_ms })}`}
              </summary>
              {one.body === null ? (
                <p className={styles.none}>{t("bot.sent.erased")}</p>
              ) : (
                <>
                  <code className={styles.address}>{one.to}</code>
                  <pre className={styles.body} dir="auto">
                    {one.body}
                  </pre>
                </>
              )}
            </details>
          ))}
        </section>
      )}
    </Section>
  );
}
