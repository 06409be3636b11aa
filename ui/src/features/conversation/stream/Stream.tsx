import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ConversationHead } from "../../../api/generated/wire";
import { useSession } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { EmptyState } from "../../../design/components/Banner";
import { Icon } from "../../../design/icons";
import { t } from "../../../i18n";
import { keysOf, useAction } from "../../../state/actions";
import { frame } from "../../../state/frame";
import { keyName } from "../../../state/keys";
import { arrange, type Block, firstUnread } from "./blocks";
import { FindBar, useHighlight } from "./FindBar";
import { useBelow, useMarkRead, useSayNew } from "./following";
import type { AnswerMode } from "./Message";
import { useReadingPlace } from "./readingPlace";
import styles from "./Stream.module.css";
import { Bones, StreamBlock } from "./StreamBlock";
import { useShown } from "./shown";
import { useFind, useReadAll } from "./useFind";
import { useTimeline } from "./useTimeline";

/** What others may ask of the stream. */
export interface StreamHandle {
  /** Moves the focus to the entry being read. */
  focus(): void;
  /** The message that has the focus, when one has. */
  focused(): string | undefined;
  toEnd(): void;
}

// A page of what was before, while everything is read to look for words.
const READ_PAGE = 200;

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
  const { query, loadOlder, loadingOlder, noteTop } = useTimeline(id);
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
  const shown = useShown(blocks);
  const { from, to } = shown;
  const turn = entries
    ? `${entries[0]?.key} ${entries.at(-1)?.key} ${entries.length} ${from} ${to}`
    : "";

  // What is asked for at an edge is in the page already, or is read and then moved to.
  const wantUp = useRef(false);
  const before = useCallback(() => {
    if (from > 0) return shown.up();
    wantUp.current = true;
    void loadOlder().then((read) => {
      if (!read) wantUp.current = false;
    });
  }, [from, shown.up, loadOlder]);
  const onNear = useCallback(
    (edge: "start" | "end") => {
      if (edge === "start") before();
      else if (!shown.end) shown.down();
    },
    [before, shown.end, shown.down],
  );
  useEffect(() => {
    if (from === 0 || !wantUp.current) return;
    wantUp.current = false;
    shown.up();
  }, [from, shown.up]);

  const place = useReadingPlace(
    scroller,
    content,
    turn,
    shown.end,
    newAt.current || undefined,
    onNear,
  );

  const below = useBelow(entries, place.atEnd);
  useSayNew(entries, session);
  useMarkRead(id, head.row.unread, place.atEnd && entries !== undefined);

  const stops = useMemo(
    () => blocks.filter((block) => block.is === "message" || block.is === "line"),
    [blocks],
  );
  const places = useMemo(() => new Map(stops.map((block, at) => [block.key, at])), [stops]);
  const [stop, setStop] = useState<string>();
  const current = stop !== undefined && places.has(stop) ? stop : stops.at(-1)?.key;

  const entryOf = useCallback(
    (key: string) =>
      content.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? undefined,
    [],
  );
  const goal = useRef<{ key: string; how: "focus" | "look" }>(undefined);
  const reach = useCallback(() => {
    const entry = goal.current && entryOf(goal.current.key);
    if (!entry) return;
    if (goal.current?.how === "focus") entry.focus({ preventScroll: true });
    entry.scrollIntoView?.({ block: goal.current?.how === "focus" ? "nearest" : "center" });
    goal.current = undefined;
    place.note();
  }, [entryOf, place.note]);
  const goTo = useCallback(
    (key: string | undefined, how: "focus" | "look" = "focus") => {
      if (!key) return;
      goal.current = { key, how };
      // Out of the page, it is reached as soon as it stands in it.
      if (!shown.around(blocks.findIndex((block) => block.key === key))) reach();
    },
    [blocks, shown.around, reach],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: reached when the page holds other entries
  useLayoutEffect(reach, [turn]);

  const find = useFind(
    blocks,
    session,
    useCallback(() => place.topmost(), [place.topmost]),
  );
  const hit = find.hits[find.at];
  useAction("find", find.start, entries !== undefined);
  useReadAll(find.word !== "" && stretch?.older === true, entries?.length ?? 0, () => {
    void loadOlder(READ_PAGE);
  });
  useHighlight(content, find.word, hit, turn);
  // biome-ignore lint/correctness/useExhaustiveDependencies: gone to once for each hit, not whenever pages come
  useEffect(() => goTo(hit, "look"), [hit]);

  // A change reads again what is looked at; all of it while it is looked through.
  const first = blocks[from];
  noteTop(find.open || first?.is === "new" ? undefined : first && keyIn(first));

  useKeptFocus(content, turn, () => entryOf(place.topmost() ?? "")?.focus({ preventScroll: true }));

  const toEnd = useCallback(() => {
    shown.toEnd();
    place.toEnd();
  }, [shown.toEnd, place.toEnd]);

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
      toEnd,
    }),
    [current, goTo, stops, toEnd],
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
    const at = current === undefined ? -1 : (places.get(current) ?? -1);
    const step =
      keysOf("list.next").includes(name) || (own && name === "ArrowDown")
        ? 1
        : keysOf("list.previous").includes(name) || (own && name === "ArrowUp")
          ? -1
          : 0;
    if (step !== 0) {
      event.preventDefault();
      if (at === 0 && step < 0) void loadOlder();
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

  // One entry can always be tabbed to, also while the one that was read stands outside the page.
  const inPage = blocks.slice(from, to).some((block) => block.key === current);
  const tabbable = inPage
    ? current
    : blocks.slice(from, to).findLast((block) => places.has(block.key))?.key;

  if (query.isError && !stretch) {
    return <ReadFailed error={query.error} again={query.refetch} what={t("stream.failed")} />;
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
          {stretch && !stretch.older && from === 0 && stops.length > 0 && (
            <p className={styles.begin}>{t("stream.begin")}</p>
          )}
          {(stretch?.older || from > 0) && (
            <button
              type="button"
              className={styles.older}
              aria-busy={loadingOlder}
              onClick={before}
            >
              {t("stream.older")}
            </button>
          )}
          {stretch && stops.length === 0 && (
            <EmptyState icon="chat" title={t("stream.empty")}>
              {t("stream.empty.text")}
            </EmptyState>
          )}
          {blocks.slice(from, to).map((block) => (
            <StreamBlock
              key={block.key}
              conversation={id}
              block={block}
              place={(places.get(block.key) ?? 0) + 1}
              count={stretch?.older ? -1 : stops.length}
              tabbable={block.key === tabbable}
              found={find.word !== "" && block.key === hit}
              session={session}
              canReply={canAnswer(head)}
              onFocus={setStop}
              onAnswer={onAnswer}
              onWhy={onWhy}
              onPacket={onPacket}
            />
          ))}
          {!shown.end && (
            <button type="button" className={styles.older} onClick={shown.down}>
              {t("stream.newer")}
            </button>
          )}
        </div>
      </section>
      {find.open && (
        <FindBar
          find={find}
          reading={find.word !== "" && stretch?.older ? entries?.length : undefined}
          onClose={() => {
            find.end();
            goTo(hit ?? current);
          }}
        />
      )}
      {!place.atEnd && (
        <button
          type="button"
          className={styles.pill}
          data-new={below > 0 || undefined}
          onClick={toEnd}
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

// The entry of a block that tells where it stands in what was read.
function keyIn(block: Block): string | undefined {
  if (block.is === "day") return block.key.replace(/^day /, "");
  return block.key;
}

/** Gives the focus on when the entry that had it leaves the page. */
function useKeptFocus(
  content: { readonly current: HTMLElement | null },
  turn: string,
  giveOn: () => void,
): void {
  const had = useRef(false);
  useEffect(() => {
    const inside = content.current;
    if (!inside) return;
    const note = (event: FocusEvent) => {
      had.current = event.type === "focusin";
    };
    inside.addEventListener("focusin", note);
    inside.addEventListener("focusout", note);
    return () => {
      inside.removeEventListener("focusin", note);
      inside.removeEventListener("focusout", note);
    };
  }, [content]);
  const lost = useRef(giveOn);
  lost.current = giveOn;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the page takes the focus away
  useLayoutEffect(() => {
    if (had.current && document.activeElement === document.body) lost.current();
  }, [turn]);
}
