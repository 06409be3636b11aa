import { useState } from "react";
import { useActs } from "../api/acts";
import { useSession } from "../api/queries";
import { Button } from "../design/components/Button";
import { Select, TextArea } from "../design/components/Field";
import { t } from "../i18n";
import { capital } from "../i18n/format";
import styles from "./Forms.module.css";

/** Gives conversations back to a bot, with what happened while people had it. */
export function BotForm({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) {
  const bots = useSession()?.bots ?? [];
  const acts = useActs();
  const [bot, setBot] = useState(bots[0] ?? "");
  const [summary, setSummary] = useState("");
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onDone();
        void acts.returnToBot(ids, bot, summary.trim());
      }}
    >
      {bots.length > 1 && (
        <Select
          label={t("bot.which")}
          value={bot}
          onChange={setBot}
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
