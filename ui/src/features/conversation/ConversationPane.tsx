import { useActs } from "../../api/acts";
import { ApiFailure } from "../../api/errors";
import { useRead } from "../../api/queries";
import { holderOf } from "../../api/view";
import { EmptyState } from "../../design/components/Banner";
import { BatonTrack } from "../../design/components/Baton";
import { Button, IconButton, IconToggle } from "../../design/components/Button";
import { t } from "../../i18n";
import { useAction } from "../../state/actions";
import styles from "./ConversationPane.module.css";

/** One conversation: who holds it, what was said, and the place to answer. */
export function ConversationPane({
  id,
  onBack,
  onContext,
  contextShown,
}: {
  id: string;
  /** Present where the list is not beside the conversation. */
  onBack?: () => void;
  onContext: () => void;
  contextShown: boolean;
}) {
  const read = useRead("conversation_get", { id });
  const acts = useActs();
  const row = read.data?.row;
  const mine = row?.control.mine ?? false;
  useAction("take", () => void acts.take([id]), row !== undefined && !mine);
  useAction("resolve", () => void acts.resolve([id]), row !== undefined);

  if (read.isError) {
    const failure = ApiFailure.of(read.error);
    return (
      <EmptyState
        icon="warning"
        title={failure.message}
        acts={<Button onPress={() => void read.refetch()}>{t("again")}</Button>}
      >
        {failure.hint}
      </EmptyState>
    );
  }
  return (
    <>
      <header className={styles.head}>
        {onBack && (
          <IconButton
            icon="back"
            label={t("action.list.back")}
            action="list.back"
            onPress={onBack}
          />
        )}
        <h2 className={styles.titles}>
          <span className={styles.subject}>{row?.subject ?? ""}</span>
        </h2>
        {row && <BatonTrack holder={holderOf(row.control)} />}
        <IconToggle
          icon="panel"
          label={t("context.toggle")}
          action="context"
          isSelected={contextShown}
          onChange={onContext}
        />
      </header>
      <div className={styles.body} />
    </>
  );
}
