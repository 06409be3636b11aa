import { useCallback, useEffect, useRef } from "react";
import { useRead, useSession } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Button, IconButton } from "../../design/components/Button";
import { t } from "../../i18n";
import { useAction } from "../../state/actions";
import { contextPanel, frame } from "../../state/frame";
import { changeSettings } from "../../state/settings";
import styles from "./ConversationPane.module.css";
import { Composer, type ComposerHandle } from "./composer/Composer";
import { chosenDecision } from "./context/chosen";
import { useJudging } from "./context/Judging";
import { EscalationBar, OfferBar, SnoozeBar } from "./head/Bars";
import { Head } from "./head/Head";
import type { AnswerMode } from "./stream/Message";
import { Stream, type StreamHandle } from "./stream/Stream";

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
  const session = useSession();
  const stream = useRef<StreamHandle>(null);
  const composer = useRef<ComposerHandle>(null);
  const head = read.data;
  const onAnswer = useCallback((mode: AnswerMode, message: string) => {
    composer.current?.write(mode, message);
  }, []);
  const onWhy = useCallback(
    (decision: string) => {
      chosenDecision.set({ conversation: id, decision });
      showPanel("why");
    },
    [id],
  );
  const onPacket = useCallback(() => showPanel("packet"), []);
  // Opened a second time, a conversation is entered.
  useAction("list.open", () => stream.current?.focus(), head !== undefined);
  useJudging(id);
  useOpenOnHandoff(head?.packet?.handoff, head?.packet?.read_at ?? null);

  if (read.isError && !head) {
    return (
      <ReadFailed
        error={read.error}
        again={read.refetch}
        acts={onBack && <Button onPress={onBack}>{t("action.list.back")}</Button>}
      />
    );
  }
  if (!head) {
    return (
      <header className={styles.wait} aria-busy="true">
        {onBack && <IconButton icon="back" label={t("action.list.back")} onPress={onBack} />}
      </header>
    );
  }

  return (
    <div className={styles.pane}>
      <Head head={head} onBack={onBack} onContext={onContext} contextShown={contextShown} />
      <EscalationBar head={head} />
      <OfferBar head={head} session={session} />
      <SnoozeBar head={head} />
      <Stream head={head} handle={stream} onAnswer={onAnswer} onWhy={onWhy} onPacket={onPacket} />
      <Composer
        head={head}
        handle={composer}
        focused={() => stream.current?.focused()}
        onLeave={() => stream.current?.focus()}
        onSent={() => {
          stream.current?.toEnd();
          stream.current?.focus();
        }}
      />
    </div>
  );
}

function showPanel(panel: "packet" | "why"): void {
  contextPanel.set({ panel, drawer: true });
  changeSettings({ contextOpen: true });
}

// A handoff opens its packet by itself, once; after that the context is as it was left.
const opened = new Set<string>();

function useOpenOnHandoff(handoff: string | undefined, readAt: number | null): void {
  useEffect(() => {
    if (handoff === undefined || readAt !== null || opened.has(handoff)) return;
    opened.add(handoff);
    contextPanel.set((now) => ({ ...now, panel: "packet" }));
    // Where the context would lie over the conversation, it waits to be asked for.
    if (frame.get().context) changeSettings({ contextOpen: true });
  }, [handoff, readAt]);
}
