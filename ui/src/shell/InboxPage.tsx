import { useEffect, useState } from "react";
import { useRead } from "../api/queries";
import { EmptyState } from "../design/components/Banner";
import { Splitter } from "../design/components/Splitter";
import { cx } from "../design/cx";
import { ContextPane } from "../features/conversation/ContextPane";
import { ConversationPane } from "../features/conversation/ConversationPane";
import { NewConversation } from "../features/conversation/compose/NewConversation";
import { NEW, returned } from "../features/conversation/letters";
import { InboxList } from "../features/inbox/InboxList";
import { t } from "../i18n";
import { type ActionId, useAction } from "../state/actions";
import { type ContextPanel, contextPanel, frame, placesDrawer, useListWidth } from "../state/frame";
import { useInboxPlace } from "../state/place";
import { changeSettings, settings } from "../state/settings";
import { useStore } from "../state/store";
import { ErrorBoundary } from "./ErrorBoundary";
import styles from "./InboxPage.module.css";

const LIST_MIN = 280;
const LIST_MAX = 620;

/** List, conversation and context, as many of them as there is room for. */
export function InboxPage() {
  const shape = useStore(frame);
  const place = useInboxPlace();
  const { contextOpen } = useStore(settings);
  const { drawer } = useStore(contextPanel);
  const showList = shape.both || (place.open === undefined && !place.writing);
  const showConversation = shape.both || !showList;
  const [handoff, closeHandoff] = useFreshHandoff(place.open);
  const contextShown =
    place.open !== undefined && (shape.context ? contextOpen || handoff : drawer);
  const width = useListWidth();

  const toggleContext = () => {
    if (shape.context) {
      closeHandoff();
      changeSettings({ contextOpen: !contextShown });
    } else contextPanel.set((now) => ({ ...now, drawer: !now.drawer }));
  };
  useAction("context", toggleContext, place.open !== undefined);
  usePanelAction("packet", "packet", place.open !== undefined);
  usePanelAction("why", "why", place.open !== undefined);
  usePanelAction("contact", "contact", place.open !== undefined);
  useAction("list.back", place.closeConversation, place.open !== undefined);

  // A letter that began a conversation and was taken back is written on where it was begun.
  const back = useStore(returned);
  useEffect(() => {
    if (back?.conversation === NEW) place.writeNew();
  }, [back, place]);

  // A drawer belongs to the conversation it was opened on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for each conversation
  useEffect(() => contextPanel.set((now) => ({ ...now, drawer: false })), [place.open]);

  return (
    <>
      {showList && (
        <section
          className={styles.list}
          data-alone={!shape.both || undefined}
          style={shape.both ? { width } : undefined}
          aria-label={t("list.label")}
        >
          <InboxList
            onPlaces={shape.places === "hidden" ? () => placesDrawer.set(true) : undefined}
          />
          {shape.both && (
            <Splitter
              label={t("list.width")}
              width={width}
              min={LIST_MIN}
              max={LIST_MAX}
              onChange={(next) => changeSettings({ listWidth: next })}
            />
          )}
        </section>
      )}
      {!showList && <h1 className="visually-hidden">{t("list.label")}</h1>}
      {showConversation && (
        <section className={styles.conversation} aria-label={t("conversation.label")}>
          {place.writing ? (
            <NewConversation />
          ) : place.open === undefined ? (
            <EmptyState icon="chat" title={t("conversation.none")}>
              {t("conversation.none.text")}
            </EmptyState>
          ) : (
            <ErrorBoundary key={place.open}>
              <ConversationPane
                id={place.open}
                onBack={shape.both ? undefined : place.closeConversation}
                onContext={toggleContext}
                contextShown={contextShown}
              />
            </ErrorBoundary>
          )}
        </section>
      )}
      {contextShown && place.open !== undefined && (
        <aside
          className={cx(styles.context, !shape.context && styles.drawer)}
          aria-label={t("context.label")}
        >
          <ErrorBoundary key={place.open}>
            <ContextPane id={place.open} onClose={shape.context ? undefined : toggleContext} />
          </ErrorBoundary>
        </aside>
      )}
    </>
  );
}

/** Opens the context by itself for a packet that nobody has read; the user's own choice stays as it is. */
function useFreshHandoff(id: string | undefined): [boolean, () => void] {
  const packet = useRead("conversation_get", { id: id ?? "" }, { enabled: id !== undefined }).data
    ?.packet;
  const fresh = packet && packet.read_at === null ? packet.handoff : undefined;
  const [shown, setShown] = useState<{ id: string; handoff: string }>();
  useEffect(() => {
    if (id === undefined || fresh === undefined) return;
    setShown({ id, handoff: fresh });
    contextPanel.set((now) => ({ ...now, panel: "packet" }));
  }, [id, fresh]);
  // It stays open while the conversation is, also once the packet has been read.
  return [shown !== undefined && shown.id === id, () => setShown(undefined)];
}

function usePanelAction(action: ActionId, panel: ContextPanel, when: boolean): void {
  useAction(
    action,
    () => {
      contextPanel.set({ panel, drawer: true });
      changeSettings({ contextOpen: true });
    },
    when,
  );
}
