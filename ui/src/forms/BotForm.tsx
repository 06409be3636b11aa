import { useState } from "react";
import { useActs } from "../api/acts";
import type { PromiseMade } from "../api/generated/wire";
import { readPacket } from "../api/packet";
import { useRead } from "../api/queries";
import { Button, IconButton } from "../design/components/Button";
import { Select, TextArea, TextField } from "../design/components/Field";
import { t } from "../i18n";
import { capital } from "../i18n/format";
import { present } from "../state/clock";
import { snoozeChoices } from "../state/snooze";
import { useBotsOn } from "./botsOn";
import styles from "./Forms.module.css";

interface Promised {
  readonly text: string;
  readonly due: string;
  /** It was put in by hand, and is there to be written. */
  readonly fresh?: boolean;
}

/**
 * Gives conversations back to a bot, which ends the stretch of people: what happened, what was
 * promised, and what the bot may go on with.
 */
export function BotForm({
  ids,
  channels,
  onDone,
}: {
  ids: readonly string[];
  /** The channels by which they came. */
  channels: readonly string[];
  onDone: () => void;
}) {
  const acts = useActs();
  const { promises: known, from } = useKnown(ids);
  const bots = useBotsOn(channels);
  const [chosen, setChosen] = useState<string>();
  // Who had it knows most of it.
  const bot = chosen ?? bots.find((name) => name === from) ?? bots[0] ?? "";
  const [summary, setSummary] = useState("");
  const [topics, setTopics] = useState("");
  const [added, setAdded] = useState<readonly Promised[]>();
  const promises = added ?? known;
  const [moments] = useState(() => snoozeChoices(present()));
  const dues = [
    { id: "", name: t("bot.promise.open") },
    ...moments.map((one) => ({ id: String(one.until), name: one.when })),
  ];
  const change = (at: number, to: Partial<Promised>) =>
    setAdded(promises.map((one, place) => (place === at ? { ...one, ...to } : one)));
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onDone();
        void acts.returnToBot(ids, bot, summary.trim(), {
          allowed_topics: topics
            .split(",")
            .map((one) => one.trim())
            .filter(Boolean),
          promises: promises
            .filter((one) => one.text.trim() !== "")
            .map(
              (one): PromiseMade => ({
                text: one.text.trim(),
                due_at: one.due === "" ? null : Number(one.due),
              }),
            ),
        });
      }}
    >
      {bots.length > 1 && (
        <Select
          label={t("bot.which")}
          value={bot}
          onChange={setChosen}
          choices={bots.map((name) => ({ id: name, name: capital(name) }))}
        />
      )}
      <TextArea
        label={t("bot.summary")}
        hint={t("bot.summary.hint")}
        value={summary}
        onChange={setSummary}
        autoFocus
      />
      {promises.map((one, at) => (
        <div key={at} className={styles.promise}>
          <TextField
            label={t("bot.promise")}
            value={one.text}
            onChange={(text) => change(at, { text })}
            autoFocus={one.fresh}
            autoComplete="off"
          />
          <Select
            bare
            label={t("bot.promise.due")}
            value={one.due}
            onChange={(due) => change(at, { due })}
            choices={
              dues.some((choice) => choice.id === one.due)
                ? dues
                : [...dues, { id: one.due, name: t("bot.promise.kept") }]
            }
          />
          <IconButton
            icon="close"
            size="small"
            label={t("bot.promise.remove")}
            onPress={() => setAdded(promises.filter((_, place) => place !== at))}
          />
        </div>
      ))}
      <Button
        size="small"
        tone="quiet"
        icon="plus"
        onPress={() => setAdded([...promises, { text: "", due: "", fresh: true }])}
      >
        {t("bot.promise.add")}
      </Button>
      <TextField
        label={t("bot.topics")}
        hint={t("bot.topics.hint")}
        value={topics}
        onChange={setTopics}
        autoComplete="off"
      />
      <div className={styles.foot}>
        <Button tone="quiet" onPress={onDone}>
          {t("cancel")}
        </Button>
        <Button type="submit" tone="primary">
          {t("bot.act")}
        </Button>
      </div>
    </form>
  );
}

// What was promised before people had it is promised still, unless somebody takes it out.
function useKnown(ids: readonly string[]): {
  promises: readonly Promised[];
  from: string;
} {
  const id = ids[0] ?? "";
  const head = useRead("conversation_get", { id }, { enabled: ids.length === 1 });
  const packet = head.data?.packet?.packet;
  if (packet === undefined) return { promises: [], from: "" };
  const read = readPacket(packet);
  return {
    promises: read.promises.map((one) => ({
      text: one.text,
      due: one.dueAt === undefined ? "" : String(one.dueAt),
    })),
    from: read.from.startsWith("bot:") ? read.from.slice("bot:".length) : "",
  };
}
