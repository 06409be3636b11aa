import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { MacroView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Button, IconButton } from "../../design/components/Button";
import { TextArea, TextField } from "../../design/components/Field";
import { Card, Line, Section } from "../../design/components/Page";
import { t } from "../../i18n";
import { notify } from "../../state/toasts";
import styles from "./settings.module.css";

type Written = Pick<MacroView, "name" | "text">;

/** The texts that are written once and used often. */
export function MacroSettings() {
  const read = useRead("macros_get", { conversation: null });
  const macros = read.data?.macros ?? [];
  const [edited, setEdited] = useState<{ before: string; now: Written }>();

  const put = async (before: string, now: Written) => {
    try {
      await call("macro_put", now);
      if (before !== "" && before !== now.name.trim()) await call("macro_remove", { name: before });
      setEdited(undefined);
      notify(t("settings.saved"));
    } catch (thrown) {
      sayFailure(thrown);
    }
  };
  const remove = (one: Written) => {
    call("macro_remove", { name: one.name }).then(
      () =>
        notify(t("macros.removed", { name: one.name }), {
          undo: () => void call("macro_put", one).catch(sayFailure),
        }),
      sayFailure,
    );
  };

  return (
    <Section title={t("macros.label")} text={t("macros.text")}>
      {read.isError && !read.data && <ReadFailed line error={read.error} again={read.refetch} />}
      {macros.length > 0 && (
        <Card>
          {macros.map((one) => (
            <Line
              key={one.name}
              name={one.name}
              hint={<span className={styles.first}>{one.text.replace(/\s+/gu, " ")}</span>}
            >
              <IconButton
                icon="compose"
                label={t("macros.edit", { name: one.name })}
                onPress={() => setEdited({ before: one.name, now: one })}
              />
              <IconButton
                icon="close"
                label={t("macros.remove", { name: one.name })}
                onPress={() => remove({ name: one.name, text: one.text })}
              />
            </Line>
          ))}
        </Card>
      )}
      {edited ? (
        <form
          className={styles.macro}
          onSubmit={(event) => {
            event.preventDefault();
            void put(edited.before, { name: edited.now.name.trim(), text: edited.now.text });
          }}
        >
          <TextField
            label={t("macros.name")}
            value={edited.now.name}
            onChange={(name) => setEdited({ ...edited, now: { ...edited.now, name } })}
            autoFocus
            autoComplete="off"
          />
          <TextArea
            label={t("macros.words")}
            hint={t("macros.fields", {
              fields: "{first_name}, {customer}, {me}, {workspace}",
            })}
            value={edited.now.text}
            onChange={(text) => setEdited({ ...edited, now: { ...edited.now, text } })}
            rows={5}
          />
          <div className={styles.acts}>
            <Button
              type="submit"
              tone="primary"
              isDisabled={edited.now.name.trim() === "" || edited.now.text.trim() === ""}
            >
              {t("settings.save")}
            </Button>
            <Button tone="quiet" onPress={() => setEdited(undefined)}>
              {t("cancel")}
            </Button>
          </div>
        </form>
      ) : (
        <div>
          <Button
            icon="plus"
            onPress={() => setEdited({ before: "", now: { name: "", text: "" } })}
          >
            {t("macros.add")}
          </Button>
        </div>
      )}
    </Section>
  );
}
