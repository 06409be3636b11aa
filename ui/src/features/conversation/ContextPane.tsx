import { useRead, useSession } from "../../api/queries";
import { IconButton } from "../../design/components/Button";
import { Tabs } from "../../design/components/Tabs";
import { t } from "../../i18n";
import { type ContextPanel, contextPanel } from "../../state/frame";
import { useStore } from "../../state/store";
import { ContactPanel } from "./context/ContactPanel";
import styles from "./context/ContextPane.module.css";
import { PacketCard } from "./context/PacketCard";
import { WhyPanel } from "./context/WhyPanel";

/** What one needs to know beside a conversation: the packet, the why, the contact. */
export function ContextPane({ id, onClose }: { id: string; onClose?: () => void }) {
  const { panel } = useStore(contextPanel);
  const session = useSession();
  const head = useRead("conversation_get", { id }).data;
  const body = (which: ContextPanel) => {
    if (!head) return null;
    return (
      <div className={styles.panel}>
        {which === "packet" && <PacketCard key={id} head={head} session={session} />}
        {which === "why" && <WhyPanel head={head} session={session} />}
        {which === "contact" && <ContactPanel key={head.row.contact.id} head={head} />}
      </div>
    );
  };
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
          { id: "packet", name: t("context.packet"), body: body("packet") },
          { id: "why", name: t("context.why"), body: body("why") },
          { id: "contact", name: t("context.contact"), body: body("contact") },
        ]}
      />
    </>
  );
}
