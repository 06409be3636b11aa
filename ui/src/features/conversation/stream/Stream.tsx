import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { call } from "../../../api/client";
import { ApiFailure } from "../../../api/errors";
import type { ConversationHead, Entry } from "../../../api/generated/wire";
import { useSession } from "../../../api/queries";
import { EmptyState } from "../../../design/components/Banner";
import { Button } from "../../../design/components/Button";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { dateAndTime, dayLabel } from "../../../i18n/format";
import { keysOf } from "../../../state/actions";
import { announce } from "../../../state/announcer";
import { frame } from "../../../state/frame";
import { keyName } from "../../../state/keys";
import { arrange, type Block, firstUnread } from "./blocks";
import { type AnswerMode, Message, nameOf, voiceOf } from "./Message";
import { QuietLine } from "./QuietLine";
import { useReadingPlace } from "./readingPlace";
import styles from "./Stream.module.css";
import { useTimeline } from "./useTimeline";
import { sentenceOf } from "./words";

/** What others may ask of the stream. */
export interface StreamHandle {
  /** Moves the focus to the entry being read. */
  focus(): void;
  /** The message that has the focus, when one has. */
  focused(): string | undefined;
  toEnd(): void;
}

/** Everything that happened in a conversation, oldest to newest. */
export function Stream({
  head,
  handle,
  onAnswer,
  onWhy,
  onPacket,
}: {
  head: ConversationHead;
  handle: Ref<StreamHandle>;
  onAnswer: (mode: AnswerMode, message: string) => void;
  onWhy: (decision: string) => void;
  onPacket: () => void;
}) {
  const id = head.row.id;
  const session = useSession();
  const { query, loadOlder, loadingOlder } = useTimeline(id);
  const stretch = query.data;
  const entries = stretch?.entries;
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);

  // What was unread when it was opened stays marked as new until it is left.
  const [unreadAtOpen] = useState(head.row.unread);
  const newAt = useRef<string>(undefined);
  if (newAt.current === undefined && entries) {
    newAt.current = firstUnread(entries, unreadAtOpen) ?? "";
  }
  const blocks = useMemo(() => arrange(entries ?? [], newAt.current || undefined), [entries]);
  const turn = entries ? `${entries[0]?.key} ${entries.at(-1)?.key} ${entries.length}` : "";
  const place = useReadingPlace(scroller, content, turn, newAt.current || undefined, loadOlder);

  const below = useBelow(entries, place.atEnd);
  useSayNew(entries, session);
  useMarkRead(id, head.row.unread, place.atEnd && entries !== undefined);

  const stops = useMemo(
    () => blocks.filter((block) => block.is === "message" || block.is === "line"),
    [blocks],
  );
  const [stop, setStop] = useState<string>();
  const current = stops.some((block) => block.key === stop) ? stop : stops.at(-1)?.key;

  const goTo = useCallback((key: string | undefined) => {
    if (!key) return;
    const entry = content.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    entry?.focus({ preventScroll: true });
    entry?.scrollIntoView?.({ block: "nearest" });
  }, []);

  useImperativeHandle(
    handle,
    () => ({
      focus: () => goTo(current),
      focused: () => {
        const active = document.activeElement;
        if (!active || !content.current?.contains(active)) return undefined;
        const block = stops.find((one) => one.key === current);
        return block?.is === "message" && block.message.direction !== "internal"
          ? block.message.id
          : undefined;
      },
      toEnd: place.toEnd,
    }),
    [current, goTo, stops, place.toEnd],
  );

  // Where the list gave way to the conversation, its focus goes on here.
  const begun = current !== undefined;
  useEffect(() => {
    if (!begun || frame.get().both || document.activeElement !== document.body) return;
    content.current
      ?.querySelector<HTMLElement>("[data-key][tabindex='0']")
      ?.focus({ preventScroll: true });
  }, [begun]);

  const onKeyDown = (event: KeyboardEvent) => {
    const name = keyName(event.nativeEvent);
    if (!name || event.target instanceof HTMLTextAreaElement) return;
    const own = event.target instanceof HTMLElement && event.target.dataset.key !== undefined;
    const at = stops.findIndex((block) => block.key === current);
    const step =
      keysOf("list.next").includes(name) || (own && name === "ArrowDown")
        ? 1
        : keysOf("list.previous").includes(name) || (own && name === "ArrowUp")
          ? -1
          : 0;
    if (step !== 0) {
      event.preventDefault();
      if (at === 0 && step < 0) loadOlder();
      goTo(stops[Math.min(stops.length - 1, Math.max(0, at + step))]?.key);
      return;
    }
    if (own && (name === "Home" || name === "End")) {
      event.preventDefault();
      goTo(name === "Home" ? stops[0]?.key : stops.at(-1)?.key);
    }
    if (own && name === "Enter") {
      event.preventDefault();
      (event.target as HTMLElement)
        .querySelector<HTMLElement>("button[aria-expanded], iframe, a[href]")
        ?.focus();
    }
  };

  if (query.isError && !stretch) {
    const failure = ApiFailure.of(query.error);
    return (
      <EmptyState
        icon="warning"
        title={t("stream.failed")}
        acts={<Button onPress={() => void query.refetch()}>{t("again")}</Button>}
      >
        {failure.message} {failure.hint}
      </EmptyState>
    );
  }

  return (
    <div className={styles.holder}>
      <section
        ref={scroller}
        className={styles.scroller}
        data-stream=""
        onScroll={place.onScroll}
        onKeyDown={onKeyDown}
        aria-label={t("stream.label")}
        aria-busy={stretch === undefined}
      >
        <div ref={content} className={styles.content}>
          {stretch === undefined && <Bones />}
          {stretch && !stretch.older && stops.length > 0 && (
            <p className={styles.begin}>{t("stream.begin")}</p>
          )}
          {stretch?.older && (
            <button
              type="button"
              className={styles.older}
              aria-busy={loadingOlder}
              onClick={loadOlder}
            >
              {t("stream.older")}
            </button>
          )}
          {stretch && stops.length === 0 && (
            <EmptyState icon="chat" title={t("stream.empty")}>
              {t("stream.empty.text")}
            </EmptyState>
          )}
          {blocks.map((block) => (
            <BlockView
              key={block.key}
              block={block}
              place={placeIn(stops, block)}
              count={stretch?.older ? -1 : stops.length}
              tabbable={block.key === current}
              onFocus={setStop}
              says={says(block, session)}
            >
              {block.is === "message" ? (
                <Message
                  conversation={id}
                  entry={block.entry}
                  message={block.message}
                  session={session}
                  canReply={canAnswer(head)}
                  onAnswer={onAnswer}
                />
              ) : block.is === "line" ? (
                <QuietLine
                  entry={block.entry}
                  more={block.with}
                  session={session}
                  onWhy={onWhy}
                  onPacket={onPacket}
                />
              ) : null}
            </BlockView>
          ))}
        </div>
      </section>
      {!place.atEnd && (
        <button
          type="button"
          className={styles.pill}
          data-new={below > 0 || undefined}
          onClick={place.toEnd}
        >
          <Icon name="down" size={14} />
          {below > 0 ? t("stream.newBelow", { n: below }) : t("stream.toEnd")}
        </button>
      )}
    </div>
  );
}

/** Tells whether the customer can be written to in a conversation. */
export function canAnswer(head: ConversationHead): boolean {
  return head.row.channel_kind !== "import";
}

function placeIn(stops: readonly Block[], block: Block): number {
  return stops.indexOf(block) + 1;
}

function says(block: Block, session: ReturnType<typeof useSession>): string | undefined {
  if (block.is === "line") return sentenceOf(block.entry, session);
  if (block.is !== "message") return undefined;
  return t(`message.says.${voiceOf(block.message)}`, {
    name: nameOf(block.entry, block.message, session),
    when: dateAndTime(block.entry.at),
  });
}

function BlockView({
  block,
  place,
  count,
  tabbable,
  onFocus,
  says,
  children,
}: {
  block: Block;
  place: number;
  count: number;
  tabbable: boolean;
  onFocus: (key: string) => void;
  says: string | undefined;
  children: React.ReactNode;
}) {
  if (block.is === "day") {
    return (
      <h3 className={styles.day}>
        <span>{dayLabel(block.at)}</span>
      </h3>
    );
  }
  if (block.is === "new") {
    return (
      <p className={styles.new}>
        <span>{t("stream.new")}</span>
      </p>
    );
  }
  return (
    <article
      className={styles.entry}
      data-key={block.key}
      aria-label={says}
      aria-posinset={place}
      aria-setsize={count}
      tabIndex={tabbable ? 0 : -1}
      onFocus={() => onFocus(block.key)}
    >
      {children}
    </article>
  );
}

function Bones() {
  return (
    <div className={styles.bones} aria-hidden="true">
      {[3, 2, 4].map((lines) => (
        <div key={lines} className={styles.bone} data-lines={lines} />
      ))}
    </div>
  );
}

// How many messages came since the end was last in sight.
function useBelow(entries: readonly Entry[] | undefined, atEnd: boolean): number {
  const seen = useRef<string>(undefined);
  if (entries && (atEnd || seen.current === undefined)) seen.current = entries.at(-1)?.key;
  if (!entries || atEnd) return 0;
  const from = entries.findIndex((entry) => entry.key === seen.current);
  return entries.slice(from + 1).filter((entry) => entry.what.type === "message").length;
}

// Who cannot see the stream hears of what comes; what one wrote oneself is known.
function useSayNew(
  entries: readonly Entry[] | undefined,
  session: ReturnType<typeof useSession>,
): void {
  const last = useRef<string>(undefined);
  useEffect(() => {
    const newest = entries?.at(-1);
    if (!newest) return;
    const before = last.current;
    last.current = newest.key;
    if (before === undefined || before === newest.key || newest.what.type !== "message") return;
    if (newest.actor === `agent:${session?.agent.name}`) return;
    const name = nameOf(newest, newest.what, session);
    announce(t("stream.arrived", { name }));
  }, [entries, session]);
}

const READ_AFTER_MS = 900;

// Read is what was in sight for a moment, in a window that is looked at.
function useMarkRead(conversation: string, unread: number, inSight: boolean): void {
  useEffect(() => {
    if (unread === 0 || !inSight) return;
    const timer = setTimeout(() => {
      if (document.visibilityState === "hidden") return;
      call("mark_read", { conversation }).catch(() => {
        // It stays unread, and is marked at the next look.
      });
    }, READ_AFTER_MS);
    return () => clearTimeout(timer);
  }, [conversation, unread, inSight]);
}
