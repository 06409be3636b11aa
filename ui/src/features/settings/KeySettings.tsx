import { type KeyboardEvent, useState } from "react";
import type { Settings } from "../../api/generated/wire";
import { Button } from "../../design/components/Button";
import { Kbd } from "../../design/components/Kbd";
import { Card, Line, Section } from "../../design/components/Page";
import { t, tt } from "../../i18n";
import { ACTIONS, type ActionId, keysOf } from "../../state/actions";
import { keyLabel, keyName } from "../../state/keys";
import { settings as local } from "../../state/settings";
import { useStore } from "../../state/store";
import { notify } from "../../state/toasts";
import styles from "./settings.module.css";

/** Lets each action have a key of one's own. */
export function KeySettings({
  settings,
  onChange,
}: {
  settings: Settings;
  onChange: (change: Partial<Settings>) => void;
}) {
  useStore(local, (now) => now.keys);
  const [listening, setListening] = useState<ActionId>();
  const ids = Object.keys(ACTIONS) as ActionId[];

  const onKey = (id: ActionId, event: KeyboardEvent) => {
    if (listening !== id) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return setListening(undefined);
    const name = keyName(event.nativeEvent);
    if (!name) return;
    setListening(undefined);
    const other = ids.find((one) => one !== id && keysOf(one).includes(name));
    if (other) {
      notify(t("keys.taken", { name: tt(ACTIONS[other].label) }), { tone: "notice" });
      return;
    }
    onChange({ keys: { ...settings.keys, [id]: name } });
  };

  return (
    <Section title={t("settings.keys")} text={t("settings.keys.text")}>
      <Card>
        {ids.map((id) => (
          <Line key={id} name={tt(ACTIONS[id].label)}>
            <button
              type="button"
              className={styles.record}
              data-listening={listening === id || undefined}
              aria-label={t("keys.change", {
                name: tt(ACTIONS[id].label),
                key: keyLabel(keysOf(id)[0] ?? "").join(" "),
              })}
              onClick={() => setListening(id)}
              onKeyDown={(event) => onKey(id, event)}
              onBlur={() => setListening(undefined)}
            >
              {listening === id ? t("keys.press") : <Kbd keys={keysOf(id)[0] ?? ""} />}
            </button>
          </Line>
        ))}
      </Card>
      {Object.keys(settings.keys).length > 0 && (
        <div>
          <Button onPress={() => onChange({ keys: {} })}>{t("keys.reset")}</Button>
        </div>
      )}
    </Section>
  );
}
