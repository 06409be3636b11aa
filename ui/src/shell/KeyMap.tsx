import { useState } from "react";
import { Dialog } from "../design/components/Dialog";
import { Kbd } from "../design/components/Kbd";
import { t, tt } from "../i18n";
import { ACTIONS, type ActionGroup, type ActionId, keysOf, useAction } from "../state/actions";
import { keyLabel } from "../state/keys";
import styles from "./KeyMap.module.css";

const GROUPS: readonly ActionGroup[] = ["move", "answer", "control", "look", "places"];

/** The map of all keys. */
export function KeyMap() {
  const [open, setOpen] = useState(false);
  useAction("keys", () => setOpen((now) => !now));
  return (
    <Dialog label={t("keys.label")} wide isOpen={open} onClose={() => setOpen(false)}>
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group} aria-label={t(`group.${group}`)}>
            <h3 className={styles.title}>{t(`group.${group}`)}</h3>
            <ul>
              {(Object.keys(ACTIONS) as ActionId[])
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
