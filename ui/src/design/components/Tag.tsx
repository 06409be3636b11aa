import { cx } from "../cx";
import styles from "./Tag.module.css";

/** Shows one tag. */
export function Tag({ name }: { name: string }) {
  return (
    <span className={styles.tag} title={name}>
      <span className={styles.text}>{name}</span>
    </span>
  );
}

/** Shows at most two tags and the count of the rest. */
export function Tags({ names, most = 2 }: { names: readonly string[]; most?: number }) {
  const rest = names.slice(most);
  return (
    <>
      {names.slice(0, most).map((name) => (
        <Tag key={name} name={name} />
      ))}
      {rest.length > 0 && (
        <span className={styles.more} title={rest.join(", ")}>
          +{rest.length}
        </span>
      )}
    </>
  );
}

/** Returns at most two letters that stand for a name. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s.@_-]+/u)
    .filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const second = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + second).toLocaleUpperCase();
}

/** Shows a person as initials. */
export function Avatar({ name, size = "normal" }: { name: string; size?: "normal" | "big" }) {
  return (
    <span className={cx(styles.avatar, size === "big" && styles.big)} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
