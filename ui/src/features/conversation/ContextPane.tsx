import { useRead } from "../../api/queries";
import { IconButton } from "../../design/components/Button";
import { Tabs } from "../../design/components/Tabs";
import { t } from "../../i18n";
import { type ContextPanel, contextPanel } from "../../state/frame";
import { useStore } from "../../state/store";
import styles from "./context/ContextPane.module.css";

/** What one needs to know beside a conversation: the packet, the why, the contact. */
export function ContextPane({ id, onClose }: { id: string; onClose?: () => void }) {
  const { panel } = useStore(contextPanel);
  const head = useRead("conversation_get", { id }).data;
  return (
    <>
      {onClose && (
        <header className={styles.head}>
          <h2>{t("context.label")}</h2>
          <IconButton icon="close" label={t("close")} onPress={onClose} />
        </header>
      )}
      <Tabs
        label={t("context.label")}
        selected={panel}
        onSelect={(next) => contextPanel.set((now) => ({ ...now, panel: next as ContextPanel }))}
        tabs={[
          { id: "packet", name: t("context.packet"), body: null },
          { id: "why", name: t("context.why"), body: head?.sentence },
          { id: "contact", name: t("context.contact"), body: head?.row.contact.name },
        ]}
      />
    </>
  );
}
