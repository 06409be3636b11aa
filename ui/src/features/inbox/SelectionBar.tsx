import { useActs } from "../../api/acts";
import { IconButton } from "../../design/components/Button";
import { Menu } from "../../design/components/Menu";
import { t } from "../../i18n";
import { present } from "../../state/clock";
import { snoozeChoices } from "../../state/snooze";
import styles from "./InboxList.module.css";
import type { Selection } from "./selection";

/** What can be done to several conversations at once. */
export function SelectionBar({ selection }: { selection: Selection }) {
  const acts = useActs();
  const { ids, clear } = selection;
  const then = (done: Promise<void>) => void done.then(clear);
  return (
    <div className={styles.selection} role="toolbar" aria-label={t("selection.label")}>
      <h1 className={styles.chosen}>{t("selection.count", { n: ids.length })}</h1>
      <IconButton
        icon="take"
        label={t("action.take")}
        action="take"
        onPress={() => then(acts.take(ids))}
      />
      <IconButton
        icon="resolve"
        label={t("action.resolve")}
        action="resolve"
        onPress={() => then(acts.resolve(ids))}
      />
      <Menu
        label={t("action.snooze")}
        trigger={<IconButton icon="snooze" label={t("action.snooze")} />}
        entries={snoozeChoices(present()).map((choice) => ({
          id: choice.id,
          name: choice.name,
          hint: choice.when,
          run: () => then(acts.snooze(ids, choice.until)),
        }))}
      />
      <IconButton icon="close" label={t("selection.clear")} onPress={clear} />
    </div>
  );
}
