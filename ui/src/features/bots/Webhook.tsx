import { type FormEvent, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { BotView, WebhookView } from "../../api/generated/wire";
import { Banner } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { Select, TextField } from "../../design/components/Field";
import { Card, Line, Section } from "../../design/components/Page";
import { StateMark } from "../../design/components/StateMark";
import { Ago, Moment } from "../../design/components/Time";
import { t, tcode } from "../../i18n";
import { notify } from "../../state/toasts";
import styles from "./bots.module.css";
import { markOfWebhook } from "./health";
import { ShownOnce } from "./ShownOnce";

/** The words in which a bot can be told, Baton's own first. */
const OWN = "baton";
const DIALECTS = [OWN, "chatwoot", "sunshine"];

/** Where a bot is told what happens without asking, and how that goes. */
export function Webhook({ bot }: { bot: BotView }) {
  const [url, setUrl] = useState(bot.webhook?.url ?? "");
  const [dialect, setDialect] = useState(bot.webhook?.dialect ?? OWN);
  const [secret, setSecret] = useState<string>();
  const [failure, setFailure] = useState<ApiFailure>();

  const set = (event: FormEvent) => {
    event.preventDefault();
    setFailure(undefined);
    call("bot_webhook_set", { name: bot.name, url: url.trim(), dialect }).then(
      (made) => setSecret(made.secret),
      (thrown) => setFailure(ApiFailure.of(thrown)),
    );
  };

  return (
    <>
      <Section title={t("hook.title")} text={t("hook.text")}>
        {bot.webhook && (
          <Card>
            <Standing bot={bot.name} webhook={bot.webhook} />
          </Card>
        )}
        <form className={styles.hook} onSubmit={set}>
          <TextField
            label={t("hook.url")}
            hint={bot.webhook ? t("hook.change.hint") : t("hook.url.hint")}
            type="url"
            value={url}
            onChange={setUrl}
            autoComplete="off"
          />
          <Select
            label={t("hook.words")}
            choices={DIALECTS.map((id) => ({ id, name: tcode("hook.words", id) }))}
            value={dialect}
            onChange={setDialect}
          />
          <Button type="submit" isDisabled={url.trim() === ""}>
            {bot.webhook ? t("hook.change") : t("hook.set")}
          </Button>
        </form>
        {failure && (
          <Banner tone="broken" icon="warning" hint={failure.hint}>
            {failure.message}
          </Banner>
        )}
      </Section>
      {secret !== undefined && (
        <ShownOnce
          title={t("bots.secret.title")}
          text={t("bots.secret.text")}
          words={secret}
          onDone={() => setSecret(undefined)}
        />
      )}
    </>
  );
}

function Standing({ bot, webhook }: { bot: string; webhook: WebhookView }) {
  const resume = () => {
    call("bot_webhook_resume", { name: bot }).catch(sayFailure);
  };
  const trial = () => {
    call("bot_webhook_try", { name: bot }).then((made) => {
      const worked = made.ended === "delivered";
      notify(
        worked
          ? t("hook.tried.ok", { status: String(made.status), ms: made.took_ms })
          : t("hook.tried.bad", { error: made.error }),
      );
    }, sayFailure);
  };
  const remove = () => {
    call("bot_webhook_remove", { name: bot }).then(
      () => notify(t("hook.removed", { name: bot })),
      sayFailure,
    );
  };
  return (
    <Line
      mark={<StateMark state={markOfWebhook(webhook)} />}
      name={<span className={styles.address}>{webhook.url}</span>}
      hint={
        <>
          {tcode("hook.state", webhook.state)}
          {webhook.dialect !== OWN && ` · ${tcode("hook.words", webhook.dialect)}`}
          {webhook.failing_since !== null && (
            <>
              {` ${t("hook.since")} `}
              <Ago at={webhook.failing_since} />
            </>
          )}
          {webhook.next_at !== null && (
            <>
              {` · ${t("hook.next")} `}
              <Moment at={webhook.next_at} />
            </>
          )}
          {webhook.stopped && ` · ${webhook.stopped}`}
          {webhook.state !== "ok" && webhook.last?.error && ` · ${webhook.last.error}`}
        </>
      }
    >
      {webhook.state !== "ok" && (
        <Button size="small" onPress={resume}>
          {t("hook.resume")}
        </Button>
      )}
      <Button size="small" onPress={trial}>
        {t("hook.try")}
      </Button>
      <Button size="small" tone="quiet" onPress={remove}>
        {t("hook.remove")}
      </Button>
    </Line>
  );
}
