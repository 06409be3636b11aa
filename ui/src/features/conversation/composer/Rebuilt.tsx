import { useRead } from "../../../api/queries";
import { t } from "../../../i18n";
import { visible } from "../../../i18n/visible";
import { useSettled } from "../../../state/settled";
import styles from "./Composer.module.css";

const PAUSE_MS = 600;

/** A quiet line: what the letter asks is known already. It stops nothing. */
export function Rebuilt({ conversation, text }: { conversation: string; text: string }) {
  const rested = useSettled(text, PAUSE_MS);
  const asks = rested.includes("?");
  const found = useRead(
    "asked_again_get",
    { conversation, text: rested },
    { enabled: asks, keep: true },
  ).data?.found;
  const first = asks ? found?.[0] : undefined;
  if (!first) return null;
  return (
    <p role="status" className={styles.rebuilt}>
      {t(first.in_packet ? "rebuilt.packet" : "rebuilt.said", {
        about: first.about.replace(/_/gu, " "),
        known: visible(first.known),
      })}
    </p>
  );
}
