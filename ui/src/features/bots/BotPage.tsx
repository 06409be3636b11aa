import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { BotView, DoorView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { EmptyState } from "../../design/components/Banner";
import { Button, IconButton } from "../../design/components/Button";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { StateMark } from "../../design/components/StateMark";
import { Ago } from "../../design/components/Time";
import { t } from "../../i18n";
import { spanInWords } from "../../i18n/format";
import { useNow } from "../../state/clock";
import { notify } from "../../state/toasts";
import styles from "./bots.module.css";
import { Connection } from "./Connection";
import { Deliveries } from "./Deliveries";
import { Holding } from "./Holding";
import { markOfBot } from "./health";
import { Signing } from "./Office";
import { Trial } from "./Trial";
import { Webhook } from "./Webhook";

/** One bot: how it is doing, a sample conversation with it, and how it is told what happens. */
export function BotPage() {
  const { name } = useParams({ from: "/bots/$name" });
  const navigate = useNavigate();
  const read = useRead("bot_list", {}).data;
  const bot = read?.bots.find((one) => one.name === name);
  const leave = () => void navigate({ to: "/bots" });
  return (
    <Page title={name} back={<IconButton icon="back" label={t("place.bots")} onPress={leave} />}>
      {read && !bot && <EmptyState icon="bot" title={t("bot.gone")} />}
      {read && bot && (
        <>
          {bot.connector && <Connection bot={bot} connector={bot.connector} />}
          <Doing bot={bot} door={read.door} />
          <Holding bot={bot.name} />
          <Trial bot={bot} />
          {!bot.connector && <Webhook bot={bot} />}
          {bot.webhook && <Deliveries bot={bot.name} />}
          {bot.connector === null && <Signing bot={bot} />}
          <Removal name={name} onDone={leave} />
        </>
      )}
    </Page>
  );
}

// Who was shut out cannot be brought back, so it takes two presses.
function Removal({ name, onDone }: { name: string; onDone: () => void }) {
  const [asked, setAsked] = useState<boolean>();
  const remove = () => {
    call("bot_remove", { name }).then(() => {
      notify(t("bot.removed", { name }));
      onDone();
    }, sayFailure);
  };
  return (
    <Section title={t("bot.remove")} text={t("bot.remove.text")}>
      {asked ? (
        <div className={styles.acts} role="alert">
          <p className={styles.none}>{t("bot.remove.warning")}</p>
          <Button tone="primary" onPress={remove}>
            {t("bot.remove.now")}
          </Button>
          <Button tone="quiet" autoFocus onPress={() => setAsked(false)}>
            {t("cancel")}
          </Button>
        </div>
      ) : (
        <div>
          <Button icon="close" autoFocus={asked === false} onPress={() => setAsked(true)}>
            {t("bot.remove")}
          </Button>
        </div>
      )}
    </Section>
  );
}

/** A length of time, in milliseconds where it is short. */
function lengthOf(ms: number): string {
  return ms < 1_000 ? t("deliveries.ms", { n: ms }) : spanInWords(ms);
}

function Doing({ bot, door }: { bot: BotView; door: DoorView }) {
  const now = useNow("half-minute");
  return (
    <Section title={t("bot.how")}>
      <Card>
        <Line
          mark={<StateMark state={markOfBot(bot, door, now)} />}
          name={bot.connector ? t("bot.customers") : t("bot.health")}
          hint={
            bot.brings_customers
              ? t("bots.brings")
              : t("bots.serves", { channel: bot.channel_name })
          }
        >
          {!bot.connector && (bot.seen_at === null ? t("bots.never") : <Ago at={bot.seen_at} />)}
        </Line>
        <Line name={t("bot.holding")}>{t("bot.holding.value", { n: bot.holds })}</Line>
        <Line name={t("bot.answers")} hint={t("bot.answers.hint")}>
          {bot.usual_ms === null
            ? t("bot.answers.none")
            : t("bot.answers.value", { time: lengthOf(bot.usual_ms), n: bot.answers })}
        </Line>
        <Line name={t("bot.failed")} hint={bot.failure || undefined}>
          {bot.failed_at === null ? t("bot.failed.never") : <Ago at={bot.failed_at} />}
        </Line>
        <Line name={t("bot.contained")} hint={t("bot.contained.hint")}>
          {bot.ended === 0
            ? t("bot.contained.none")
            : t("bot.contained.value", { k: bot.contained, n: bot.ended })}
        </Line>
      </Card>
    </Section>
  );
}
