import { useState } from "react";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { BotAdded } from "../../api/generated/wire";
import { Section } from "../../design/components/Page";
import { t } from "../../i18n";
import styles from "./bots.module.css";
import { FormOfBot, CustomersField, NameField, OWN, QueueField, WithinField } from "./fields";
import { ShownOnce } from "./ShownOnce";

/** Lets a bot in: what it is called, whose customers it answers, and then its token, once. */
export function AddBot({ onEnd }: { onEnd: () => void }) {
  const [name, setName] = useState("");
  const [channel, setChannel] = useState(OWN);
  const [queue, setQueue] = useState("support");
  const [within, setWithin] = useState(30);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const [added, setAdded] = useState<BotAdded>();

  const submit = () => {
    setBusy(true);
    setFailure(undefined);
    call("bot_add", {
      name: name.trim(),
      channel: channel === OWN ? null : channel,
      queue,
      answer_within_s: within,
    })
      .then(setAdded, (thrown) => setFailure(ApiFailure.of(thrown)))
      .finally(() => setBusy(false));
  };

  if (added) {
    return (
      <ShownOnce
        title={t("bots.token.title", { name: added.bot.name })}
        text={t("bots.token.text")}
        words={added.token}
        focus
        onDone={onEnd}
      />
    );
  }
  return (
    <Section title={t("bots.new.title")} text={t("bots.new.text")}>
      <FormOfBot
        done={t("bots.new.done")}
        ready={name.trim() !== "" && !busy}
        failure={failure}
        onSubmit={submit}
        onLeave={onEnd}
        onCancel={onEnd}
      >
        <NameField value={name} onChange={setName} />
        <CustomersField value={channel} onChange={setChannel} />
        <div className={styles.pair}>
          {channel === OWN && <QueueField value={queue} onChange={setQueue} />}
          <WithinField value={within} onChange={setWithin} />
        </div>
      </FormOfBot>
    </Section>
  );
}
