import { Link } from "@tanstack/react-router";
import type { DraftSource } from "../../../api/generated/wire";
import { IconButton } from "../../../design/components/Button";
import { t } from "../../../i18n";
import styles from "./Suggestions.module.css";
import { titleOf } from "./SuggestionChooser";

/** What a letter was taken from; nothing of it goes to the customer. */
export function Sources({
  sources,
  onForget,
}: {
  sources: readonly DraftSource[];
  onForget: (source: DraftSource) => void;
}) {
  if (sources.length === 0) return null;
  return (
    <ul className={styles.sources} aria-label={t("suggest.from")}>
      {sources.map((source) => (
        <li key={`${source.kind} ${source.name}`} className={styles.source}>
          <span className={styles.kind}>{t(`suggest.kind.${kindOf(source)}`)}</span>
          <Way source={source} />
          <IconButton
            icon="close"
            size="small"
            label={t("suggest.forget", { title: titleOf(source) })}
            onPress={() => onForget(source)}
          />
        </li>
      ))}
    </ul>
  );
}

function Way({ source }: { source: DraftSource }) {
  const title = <bdi className={styles.title}>{titleOf(source)}</bdi>;
  if (source.kind === "conversation") {
    return (
      <Link to="/c/$id" params={{ id: source.name }}>
        {title}
      </Link>
    );
  }
  if (source.kind === "page" && /^https?:\/\//u.test(source.name)) {
    return (
      <a href={source.name} target="_blank" rel="noopener noreferrer">
        {title}
      </a>
    );
  }
  return title;
}

/** The kind of a source, as the catalogue knows it. */
export function kindOf(source: {
  readonly kind: string;
}): "answer" | "document" | "page" | "conversation" {
  const kinds = ["answer", "document", "page", "conversation"] as const;
  return kinds.find((kind) => kind === source.kind) ?? "document";
}
