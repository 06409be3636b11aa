import { tcode } from "../../i18n";
import { percent } from "../../i18n/format";
import styles from "./StatusMark.module.css";

/** Shows whether a rule acts, by shape and word: a full disc, a part of one, a ring, a broken ring. */
export function StatusMark({
  status,
  share,
  bare,
}: {
  status: string;
  share?: number | null;
  /** Leaves the word to screen readers. */
  bare?: boolean;
}) {
  const word = tcode("rules.status", status);
  const said =
    status === "canary" && typeof share === "number" ? `${word} ${percent(share)}` : word;
  return (
    <span className={styles.mark} data-status={status}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <circle className={styles.ring} cx="6" cy="6" r="4.5" />
        {status === "live" && <circle className={styles.disc} cx="6" cy="6" r="4.5" />}
        {status === "canary" && (
          <path className={styles.disc} d="M6 6V1.5A4.500 4.500 0 0 1 10.500 6z" />
        )}
        {status === "shadow" && (
          <path className={styles.disc} d="M6 1.500a4.500 4.500 0 0 0 0 9z" />
        )}
      </svg>
      <span className={bare ? "visually-hidden" : undefined}>{said}</span>
    </span>
  );
}
