import { t } from "../../../i18n";
import styles from "./Compared.module.css";
import { Scroller } from "./Scroller";

interface ComparedLine {
  readonly kind: string;
  readonly text: string;
}

const AROUND = 2;

/** Two texts line by line: what is added, what is removed, and a little of what is around. */
export function Compared({ lines, label }: { lines: readonly ComparedLine[]; label: string }) {
  if (lines.every((line) => line.kind === "same")) {
    return <p className={styles.same}>{t("rules.diff.same")}</p>;
  }
  const near = (at: number) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((line) => line.kind !== "same");
  const pieces: (ComparedLine & { at: number })[] = [];
  for (const [at, line] of lines.entries()) {
    if (near(at)) pieces.push({ ...line, at });
  }
  return (
    <Scroller className={styles.box} label={label}>
      <ol className={styles.lines}>
        {pieces.map((line, index) => (
          <li
            key={line.at}
            className={styles.line}
            data-kind={line.kind}
            data-gap={(index > 0 && (pieces[index - 1]?.at ?? 0) < line.at - 1) || undefined}
          >
            <span className={styles.sign} aria-hidden="true">
              {line.kind === "added" ? "+" : line.kind === "removed" ? "−" : ""}
            </span>
            {line.kind !== "same" && (
              <span className="visually-hidden">
                {t(line.kind === "added" ? "rules.diff.added" : "rules.diff.removed")}{" "}
              </span>
            )}
            <code>{line.text || " "}</code>
          </li>
        ))}
      </ol>
    </Scroller>
  );
}
