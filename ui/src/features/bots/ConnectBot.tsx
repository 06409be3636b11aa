import { type FormEvent, useState } from "react";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { BotConnected, BotView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { Banner } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { Select, Switch, TextArea, TextField } from "../../design/components/Field";
import { NumberField } from "../../design/components/NumberField";
import { Section } from "../../design/components/Page";
import { t, tcode } from "../../i18n";
import styles from "./bots.module.css";
import { KINDS, kindOf } from "./kinds";
import { ShownOnce } from "./ShownOnce";

const OWN = "";
const NOTHING = "none";

/** Connects a bot that Baton itself talks with, or changes how one is connected. */
export function ConnectBot({ bot, onEnd }: { bot?: BotView; onEnd: (name?: string) => void }) {
  const known = bot?.connector;
  const channels = useRead("channel_list", {}).data?.channels ?? [];
  const [kindName, setKindName] = useState(known?.kind ?? "openai");
  const [name, setName] = useState(bot?.name ?? "");
  const [url, setUrl] = useState(known?.url ?? "");
  const [key, setKey] = useState("");
  const [keyless, setKeyless] = useState(false);
  const [channel, setChannel] = useState(OWN);
  const [queue, setQueue] = useState("support");
  const [within, setWithin] = useState(bot?.answer_within_s ?? 30);
  const [model, setModel] = useState(known?.model ?? "");
  const [instructions, setInstructions] = useState(known?.instructions ?? "");
  const [redact, setRedact] = useState((known?.redact ?? ["email", "card"]).join("\n"));
  const [requests, setRequests] = useState(known?.requests_a_day ?? 0);
  const [tokens, setTokens] = useState(known?.tokens_a_day ?? 0);
  const [knowledge, setKnowledge] = useState(known?.knowledge ?? "written");
  const [showsSources, setShowsSources] = useState(known?.shows_sources ?? false);
  const [callback, setCallback] = useState(known?.callback ?? false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const [made, setMade] = useState<BotConnected>();
  const kind = kindOf(kindName);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    call("bot_connect", {
      name: name.trim(),
      kind: kind.id,
      url: url.trim(),
      channel: channel === OWN ? null : channel,
      queue,
      answer_within_s: within,
      model: kind.models ? model.trim() : "",
      instructions: kind.models ? instructions : "",
      answer_tokens: known?.answer_tokens ?? 0,
      callback: kind.callsBack === true && callback,
      redact: redact
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== ""),
      requests_a_day: requests,
      tokens_a_day: kind.models ? tokens : 0,
      knowledge: kind.models ? knowledge : null,
      shows_sources: kind.models === true && knowledge !== NOTHING && showsSources,
      key: keyless ? "" : key.trim() === "" ? null : key,
    })
      .then(
        (done) => {
          setKey("");
          if (done.token === null) onEnd(done.bot.name);
          else setMade(done);
        },
        (thrown) => setFailure(ApiFailure.of(thrown)),
      )
      .finally(() => setBusy(false));
  };

  if (made) {
    return (
      <ShownOnce
        title={t("bots.token.title", { name: made.bot.name })}
        text={t(callback ? "bots.token.callback" : "bots.token.customers")}
        words={made.token ?? ""}
        focus
        onDone={() => onEnd(made.bot.name)}
      />
    );
  }
  const ready = name.trim() !== "" && url.trim() !== "" && (!kind.models || model.trim() !== "");
  return (
    <Section
      title={bot ? t("bots.connect.change") : t("bots.connect.title")}
      text={bot ? t("bots.connect.change.text") : t("bots.connect.text")}
    >
      <form className={styles.form} onSubmit={submit}>
        <Select
          label={t("bots.connect.kind")}
          choices={KINDS.map(({ id }) => ({
            id,
            name: tcode("bots.kind", id),
            hint: tcode("bots.kind.hint", id),
          }))}
          value={kind.id}
          onChange={setKindName}
        />
        {!bot && (
          <TextField
            label={t("bots.new.name")}
            hint={t("bots.new.name.hint")}
            value={name}
            onChange={setName}
            autoFocus
            autoComplete="off"
            isRequired
          />
        )}
        <TextField
          label={t("bots.connect.url")}
          hint={tcode("bots.connect.url.hint", kind.id)}
          placeholder={kind.usual}
          value={url}
          onChange={setUrl}
          autoComplete="off"
          isRequired
        />
        {kind.models && (
          <>
            <TextField
              label={t("bots.connect.model")}
              hint={t("bots.connect.model.hint")}
              value={model}
              onChange={setModel}
              autoComplete="off"
              isRequired
            />
            <TextArea
              label={t("bots.connect.instructions")}
              hint={t("bots.connect.instructions.hint")}
              value={instructions}
              onChange={setInstructions}
              rows={4}
            />
            <Switch
              isSelected={knowledge !== NOTHING}
              onChange={(on) => setKnowledge(on ? "written" : NOTHING)}
            >
              {t("bots.connect.knowledge")}
            </Switch>
            <p className={styles.none}>{t("bots.connect.knowledge.hint")}</p>
            {knowledge !== NOTHING && (
              <Switch isSelected={showsSources} onChange={setShowsSources}>
                {t("bots.connect.sources")}
              </Switch>
            )}
          </>
        )}
        <TextField
          label={tcode("bots.connect.key", kind.id)}
          hint={t(known?.has_key ? "bots.connect.key.kept" : "bots.connect.key.hint")}
          type="password"
          value={key}
          onChange={setKey}
          isDisabled={keyless}
          autoComplete="off"
        />
        {known?.has_key && (
          <Switch isSelected={keyless} onChange={setKeyless}>
            {t("bots.connect.keyless")}
          </Switch>
        )}
        {kind.callsBack && (
          <>
            <Switch isSelected={callback} onChange={setCallback}>
              {t("bots.connect.callback")}
            </Switch>
            {callback && <p className={styles.none}>{t("bots.connect.callback.hint")}</p>}
          </>
        )}
        {!bot && (
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
        )}
        <div className={styles.pair}>
          {!bot && channel === OWN && (
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
          <NumberField
            label={t("bots.connect.requests")}
            unit={requests === 0 ? t("bots.connect.unlimited") : t("bots.connect.aDay")}
            min={0}
            value={requests}
            onChange={setRequests}
          />
          {kind.models && (
            <NumberField
              label={t("bots.connect.tokens")}
              unit={tokens === 0 ? t("bots.connect.unlimited") : t("bots.connect.aDay")}
              min={0}
              value={tokens}
              onChange={setTokens}
            />
          )}
        </div>
        <TextArea
          label={t("bots.connect.redact")}
          hint={t("bots.connect.redact.hint")}
          value={redact}
          onChange={setRedact}
          rows={3}
        />
        {failure && (
          <Banner tone="broken" icon="warning" hint={failure.hint}>
            {failure.message}
          </Banner>
        )}
        <div className={styles.acts}>
          <Button type="submit" tone="primary" isDisabled={!ready || busy}>
            {bot ? t("bots.connect.save") : t("bots.connect.done")}
          </Button>
          <Button tone="quiet" onPress={() => onEnd()}>
            {t("cancel")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
