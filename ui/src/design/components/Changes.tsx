import { visibleLines } from "../../i18n/visible";
import styles from "./Changes.module.css";

/** A stretch of words that stayed, went or came. */
export interface Piece {
  readonly change: string;
  readonly text: string;
}

/** A text with what went and what came, told by more than colour. */
export function Changes({ changes }: { changes: readonly Piece[] }) {
  return changes.map((piece, at) => {
    const key = `${at} ${piece.change}`;
    const text = visibleLines(piece.text);
    if (piece.change === "gone") {
      return (
        <del key={key} className={styles.gone}>
          {text}
        </del>
      );
    }
    if (piece.change === "new") {
      return (
        <ins key={key} className={styles.came}>
          {text}
        </ins>
      );
    }
    return <span key={key}>{text}</span>;
  });
}
