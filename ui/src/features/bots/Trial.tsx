import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { BotTrial, BotView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { Button } from "../../design/components/Button";
import { TextField } from "../../design/components/Field";
import { Section } from "../../design/components/Page";
import { t, tcode } from "../../i18n";
import styles from "./bots.module.css";

/** A sample conversation: a person writes as a customer would, and sees what the bot does. */
export function Trial({ bot }: { bot: BotView }) {
  const [conversation, setConversation] = useState<string>();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const trial = useRead(
    "bot_trial_get",
    { conversation: conversation ?? "" },
    { enabled: conversation !== undefined },
  ).data;

  if (!bot.brings_customers) {
    return (
      <Section title={t("trial.title")}>
        <p className={styles.none}>{t("trial.mailbox", { channel: bot.channel_name })}</p>
      </Section>
    );
  }
  const say = (event: FormEvent) => {
    event.preventDefault();
    // What is said twice would be two messages of a customer, and at first two conversations.
    if (busy || text.trim() === "") return;
    setBusy(true);
    call("bot_try", { name: bot.name, text, conversation: conversation ?? null })
      .then((tried) => {
        setConversation(tried.conversation);
        setText("");
      }, sayFailure)
      .finally(() => setBusy(false));
  };
  return (
    <Section title={t("trial.title")} text={t("trial.text")}>
      {conversation !== undefined && trial && (
        <Said
          trial={trial}
          conversation={conversation}
          onAgain={() => setConversation(undefined)}
        />
      )}
      <form className={styles.say} onSubmit={say}>
        <TextField label={t("trial.words")} value={text} onChange={setText} autoComplete="off" />
        <Button type="submit" icon="send" isDisabled={busy || text.trim() === ""}>
          {t("trial.say")}
        </Button>
      </form>
    </Section>
  );
}

function Said({
  trial,
  conversation,
  onAgain,
}: {
  trial: BotTrial;
  conversation: string;
  onAgain: () => void;
}) {
  const navigate = useNavigate();
  const end = () => {
    call("resolve", { conversation, reason: "" }).catch(sayFailure);
  };
  return (
    <div className={styles.trial}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className={styles.said} role="log" aria-label={t("trial.said")} tabIndex={0}>
        {trial.messages.map((said) => (
          <p key={said.id} className={styles.message} data-author={said.author} dir="auto">
            <span className={styles.author}>
              {said.author === "customer"
                ? t("trial.from.customer")
                : said.name || t("trial.from.system")}
            </span>
            {said.text}
          </p>
        ))}
      </div>
      <p className={styles.holder} role="status">
        {trial.closed ? t("trial.closed") : holderOf(trial)}{" "}
        {trial.holder !== "bot" && trial.reason !== "" && !trial.closed && (
          <span>
            {t("trial.why", { reason: trial.reason_text || tcode("reason", trial.reason) })}
          </span>
        )}
      </p>
      <div className={styles.acts}>
        <Button
          size="small"
          icon="inbox"
          onPress={() => void navigate({ to: "/c/$id", params: { id: conversation } })}
        >
          {t("trial.inbox")}
        </Button>
        {!trial.closed && (
          <Button size="small" icon="resolve" onPress={end}>
            {t("trial.end")}
          </Button>
        )}
        <Button size="small" tone="quiet" onPress={onAgain}>
          {t("trial.again")}
        </Button>
      </div>
    </div>
  );
}

/** Says who may speak. */
function holderOf(trial: BotTrial): string {
  switch (trial.holder) {
    case "bot":
      return t("trial.holder.bot", { name: trial.holder_name });
    case "queue":
      return t("trial.holder.queue", { name: trial.holder_name });
    case "agent":
      return t("trial.holder.agent", { name: trial.holder_name });
    default:
      return t("trial.holder.nobody");
  }
}
