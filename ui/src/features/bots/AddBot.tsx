import { type FormEvent, useState } from "react";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { BotAdded } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { Banner } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { Select, TextField } from "../../design/components/Field";
import { NumberField } from "../../design/components/NumberField";
import { Section } from "../../design/components/Page";
import { t } from "../../i18n";
import styles from "./bots.module.css";
import { ShownOnce } from "./ShownOnce";

const OWN = "";

/** Lets a bot in: what it is called, whose customers it answers, and then its token, once. */
export function AddBot({ onEnd }: { onEnd: () => void }) {
  const channels = useRead("channel_list", {}).data?.channels ?? [];
  const [name, setName] = useState("");
  const [channel, setChannel] = useState(OWN);
  const [queue, setQueue] = useState("support");
  const [within, setWithin] = useState(30);
  const [failure, setFailure] = useState<ApiFailure>();
  const [added, setAdded] = useState<BotAdded>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFailure(undefined);
    call("bot_add", {
      name: name.trim(),
      channel: channel === OWN ? null : channel,
      queue,
      answer_within_s: within,
    }).then(setAdded, (thrown) => setFailure(ApiFailure.of(thrown)));
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
    <Section title={t("bots.new.title")}>
      <form className={styles.form} onSubmit={submit}>
        <TextField
          label={t("bots.new.name")}
          hint={t("bots.new.name.hint")}
          value={name}
          onChange={setName}
          autoFocus
          autoComplete="off"
          isRequired
        />
        <Select
          label={t("bots.new.channel")}
          choices={[
            { id: OWN, name: t("bots.new.own"), hint: t("bots.new.own.hint") },
            ...channels
              .filter((one) => one.kind === "email")
              .map((one) => ({ id: one.id, name: one.address || one.name })),
          ]}
          value={channel}
          onChange={setChannel}
        />
        <div className={styles.pair}>
          {channel === OWN && (
            <TextField
              label={t("bots.new.queue")}
              value={queue}
              onChange={setQueue}
              autoComplete="off"
            />
          )}
          <NumberField
            label={t("bots.new.within")}
            unit={t("bots.new.within.unit")}
            min={1}
            max={600}
            value={within}
            onChange={setWithin}
          />
        </div>
        {failure && (
          <Banner tone="broken" icon="warning" hint={failure.hint}>
            {failure.message}
          </Banner>
        )}
        <div className={styles.acts}>
          <Button type="submit" tone="primary" isDisabled={name.trim() === ""}>
            {t("bots.new.done")}
          </Button>
          <Button tone="quiet" onPress={onEnd}>
            {t("cancel")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
