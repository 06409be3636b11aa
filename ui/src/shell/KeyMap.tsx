import { useState } from "react";
import { Dialog } from "../design/components/Dialog";
import { Kbd } from "../design/components/Kbd";
import { t, tt } from "../i18n";
import { ACTIONS, type ActionGroup, type ActionId, keysOf, useAction } from "../state/actions";
import { keyLabel } from "../state/keys";
import styles from "./KeyMap.module.css";

const GROUPS: readonly ActionGroup[] = ["move", "answer", "control", "look", "places"];

/** The map of all keys, or of those that somebody has. */
export function KeyMap({ only }: { only?: readonly ActionId[] }) {
  const [open, setOpen] = useState(false);
  useAction("keys", () => setOpen((now) => !now));
  const shown = only ?? (Object.keys(ACTIONS) as ActionId[]);
  const groups = GROUPS.filter((group) => shown.some((id) => ACTIONS[id].group === group));
  return (
    <Dialog label={t("keys.label")} wide isOpen={open} onClose={() => setOpen(false)}>
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group} aria-label={t(`group.${group}`)}>
            <h3 className={styles.title}>{t(`group.${group}`)}</h3>
            <ul>
              {shown
                .filter((id) => ACTIONS[id].group === group)
                .map((id) => (
                  <KeyLine key={id} id={id} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function KeyLine({ id }: { id: ActionId }) {
  const keys = keysOf(id);
  return (
    <li className={styles.line}>
      <span>{tt(ACTIONS[id].label)}</span>
      <span className={styles.keys}>
        <span className="visually-hidden">
          {keys.map((key) => keyLabel(key).join(" ")).join(", ")}
        </span>
        {keys.map((key) => (
          <Kbd key={key} keys={key} />
        ))}
      </span>
    </li>
  );
}
