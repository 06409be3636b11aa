import { useEffect, useState } from "react";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { BotConnected, BotView } from "../../api/generated/wire";
import { Select, Switch, TextArea, TextField } from "../../design/components/Field";
import { NumberField } from "../../design/components/NumberField";
import { Section } from "../../design/components/Page";
import { t, tcode } from "../../i18n";
import styles from "./bots.module.css";
import { FormOfBot, CustomersField, NameField, OWN, QueueField, WithinField } from "./fields";
import { KINDS, kindOf } from "./kinds";
import { begun, callsBack, isWhole, NOTHING, type Plan, planOf, requestOf } from "./plan";
import { ShownOnce } from "./ShownOnce";

/** Connects a bot that Baton itself talks with, or changes how one is connected. */
export function ConnectBot({ bot, onEnd }: { bot?: BotView; onEnd: (name?: string) => void }) {
  const known = bot?.connector;
  const [plan, setPlan] = useState(() => (bot ? planOf(bot) : (begun.get() ?? planOf(undefined))));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const [made, setMade] = useState<BotConnected>();
  const kind = kindOf(plan.kind);
  /** Returns what changes one part of the plan. */
  const to =
    <K extends keyof Plan>(part: K) =>
    (value: Plan[K]) =>
      setPlan((before) => ({ ...before, [part]: value }));

  // Left half-way, it is gone on with later; a key waits nowhere.
  const isNew = bot === undefined;
  const open = isNew && made === undefined;
  useEffect(() => {
    if (open) begun.set({ ...plan, key: "" });
  }, [open, plan]);
  const end = (name?: string) => {
    if (isNew) begun.set(undefined);
    onEnd(name);
  };

  const submit = () => {
    setBusy(true);
    setFailure(undefined);
    call("bot_connect", requestOf(plan, bot))
      .then(
        (done) => {
          if (done.token === null) return end(done.bot.name);
          to("key")("");
          if (isNew) begun.set(undefined);
          setMade(done);
        },
        (thrown) => setFailure(ApiFailure.of(thrown)),
      )
      .finally(() => setBusy(false));
  };

  if (made) {
    return (
      <ShownOnce
        title={t("bots.token.title", { name: made.bot.name })}
        text={t(callsBack(plan) ? "bots.token.callback" : "bots.token.customers")}
        words={made.token ?? ""}
        focus
        onDone={() => onEnd(made.bot.name)}
      />
    );
  }
  return (
    <Section
      title={bot ? t("bots.connect.change") : t("bots.connect.title")}
      text={bot ? t("bots.connect.change.text") : t("bots.connect.text")}
    >
      <FormOfBot
        done={bot ? t("bots.connect.save") : t("bots.connect.done")}
        ready={isWhole(plan) && !busy}
        failure={failure}
        onSubmit={submit}
        onLeave={() => onEnd()}
        onCancel={() => end()}
      >
        <Select
          label={t("bots.connect.kind")}
          choices={KINDS.map(({ id }) => ({
            id,
            name: tcode("bots.kind", id),
            hint: tcode("bots.kind.hint", id),
          }))}
          value={kind.id}
          onChange={to("kind")}
        />
        {isNew && <NameField value={plan.name} onChange={to("name")} />}
        <TextField
          label={t("bots.connect.url")}
          hint={tcode("bots.connect.url.hint", kind.id)}
          placeholder={kind.usual}
          value={plan.url}
          onChange={to("url")}
          autoFocus={!isNew}
          autoComplete="off"
          isRequired
        />
        {kind.models && (
          <>
            <TextField
              label={t("bots.connect.model")}
              hint={t("bots.connect.model.hint")}
              value={plan.model}
              onChange={to("model")}
              autoComplete="off"
              isRequired
            />
            <TextArea
              label={t("bots.connect.instructions")}
              hint={t("bots.connect.instructions.hint")}
              value={plan.instructions}
              onChange={to("instructions")}
              rows={4}
            />
            <Select
              label={t("bots.connect.knowledge")}
              choices={["written", "all", NOTHING].map((id) => ({
                id,
                name: tcode("bots.knowledge", id),
                hint: tcode("bots.knowledge.hint", id),
              }))}
              value={plan.knowledge}
              onChange={to("knowledge")}
            />
            {plan.knowledge !== NOTHING && (
              <Switch isSelected={plan.showsSources} onChange={to("showsSources")}>
                {t("bots.connect.sources")}
              </Switch>
            )}
          </>
        )}
        <TextField
          label={tcode("bots.connect.key", kind.id)}
          hint={t(known?.has_key ? "bots.connect.key.kept" : "bots.connect.key.hint")}
          type="password"
          value={plan.key}
          onChange={to("key")}
          isDisabled={plan.keyless}
          autoComplete="off"
        />
        {known?.has_key && (
          <Switch isSelected={plan.keyless} onChange={to("keyless")}>
            {t("bots.connect.keyless")}
          </Switch>
        )}
        {kind.callsBack && (
          <>
            <Switch isSelected={plan.callback} onChange={to("callback")}>
              {t("bots.connect.callback")}
            </Switch>
            {plan.callback && <p className={styles.none}>{t("bots.connect.callback.hint")}</p>}
          </>
        )}
        {isNew && <CustomersField value={plan.channel} onChange={to("channel")} />}
        <div className={styles.pair}>
          {isNew && plan.channel === OWN && (
            <QueueField value={plan.queue} onChange={to("queue")} />
          )}
          <WithinField value={plan.within} onChange={to("within")} />
          <MostField
            label={t("bots.connect.requests")}
            value={plan.requests}
            onChange={to("requests")}
          />
          {kind.models && (
            <MostField
              label={t("bots.connect.tokens")}
              value={plan.tokens}
              onChange={to("tokens")}
            />
          )}
        </div>
        <TextArea
          label={t("bots.connect.redact")}
          hint={t("bots.connect.redact.hint")}
          value={plan.redact}
          onChange={to("redact")}
          rows={3}
        />
      </FormOfBot>
    </Section>
  );
}

/** How much of something in 24 hours; nought sets no bound. */
function MostField(props: { label: string; value: number; onChange: (value: number) => void }) {
  return (
    <NumberField
      unit={props.value === 0 ? t("bots.connect.unlimited") : t("bots.connect.aDay")}
      min={0}
      {...props}
    />
  );
}
