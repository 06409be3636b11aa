import { useState } from "react";
import { useActs } from "../../api/acts";
import type { ConversationRow } from "../../api/generated/wire";
import { IconButton } from "../../design/components/Button";
import { Popover } from "../../design/components/Menu";
import { PassForm } from "../../forms/PassForm";
import { SnoozeForm } from "../../forms/SnoozeForm";
import { TagForm } from "../../forms/TagForm";
import { t } from "../../i18n";
import { useAction } from "../../state/actions";
import styles from "./InboxList.module.css";
import type { Selection } from "./selection";

type Form = "pass" | "snooze" | "tags";

/** What can be done to several conversations at once, by the same keys as to one. */
export function SelectionBar({
  selection,
  rows,
}: {
  selection: Selection;
  rows: readonly ConversationRow[];
}) {
  const acts = useActs();
  const { ids, clear, sendAway } = selection;
  const [form, setForm] = useState<Form>();
  const formProps = (which: Form) => ({
    isOpen: form === which,
    onOpenChange: (open: boolean) => setForm(open ? which : undefined),
  });
  const done = () => {
    setForm(undefined);
    sendAway(ids);
    clear();
  };
  const act = (run: (ids: readonly string[]) => Promise<void>) => {
    sendAway(ids);
    void run(ids);
    clear();
  };
  const chosen = rows.filter((row) => selection.has(row.id));

  useAction("take", () => act(acts.take), true, true);
  useAction("resolve", () => act(acts.resolve), true, true);
  useAction("release", () => act((all) => acts.release(all)), true, true);
  useAction("pass", () => setForm("pass"), true, true);
  useAction("snooze", () => setForm("snooze"), true, true);
  useAction("label", () => setForm("tags"), true, true);

  return (
    <div className={styles.selection} role="toolbar" aria-label={t("selection.label")}>
      <h1 className={styles.chosen}>{t("selection.count", { n: ids.length })}</h1>
      <IconButton
        icon="take"
        label={t("action.take")}
        action="take"
        onPress={() => act(acts.take)}
      />
      <Popover
        label={t("pass.title")}
        {...formProps("pass")}
        trigger={<IconButton icon="pass" label={t("action.pass")} action="pass" />}
      >
        <PassForm ids={ids} channels={chosen.map((row) => row.channel)} onDone={done} />
      </Popover>
      <Popover
        label={t("tags.edit")}
        {...formProps("tags")}
        trigger={<IconButton icon="label" label={t("action.label")} action="label" />}
      >
        <TagForm rows={chosen} onDone={() => setForm(undefined)} />
      </Popover>
      <Popover
        label={t("snooze.title")}
        {...formProps("snooze")}
        trigger={<IconButton icon="snooze" label={t("action.snooze")} action="snooze" />}
      >
        <SnoozeForm ids={ids} onDone={done} />
      </Popover>
      <IconButton
        icon="resolve"
        label={t("action.resolve")}
        action="resolve"
        onPress={() => act(acts.resolve)}
      />
      <IconButton
        icon="close"
        label={t("selection.clear")}
        action="list.unselect"
        onPress={clear}
      />
    </div>
  );
}
