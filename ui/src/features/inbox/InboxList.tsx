import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { sayFailure, useActs } from "../../api/acts";
import { call } from "../../api/client";
import type { ListOrder, SavedSearch } from "../../api/generated/wire";
import { noteDepth, type RowList, useRead, useRowList, useSearchRows } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { IconButton } from "../../design/components/Button";
import { Menu, type MenuEntry } from "../../design/components/Menu";
import { VirtualList } from "../../design/components/VirtualList";
import { t, tcode } from "../../i18n";
import { count } from "../../i18n/format";
import { useAction } from "../../state/actions";
import { announce } from "../../state/announcer";
import { present } from "../../state/clock";
import { type InboxPlace, useInboxPlace } from "../../state/place";
import { settings } from "../../state/settings";
import { useStore } from "../../state/store";
import { notify } from "../../state/toasts";
import { EmptyList } from "./EmptyList";
import styles from "./InboxList.module.css";
import { Row, RowSkeletons, rowSentence } from "./Row";
import { SearchField } from "./SearchField";
import { SelectionBar } from "./SelectionBar";
import { type Selection, stepFrom, useSelection } from "./selection";

/** The list of a view or of a search, with its head, its selection and its keys. */
export function InboxList({ onPlaces }: { onPlaces?: () => void }) {
  const place = useInboxPlace();
  const [order, setOrder] = useState<ListOrder>("newest");
  const searching = place.query.trim() !== "";
  const listed = useRowList(place.view, order);
  const found = useSearchRows(place.query);
  const list: RowList = searching ? found : listed;
  const title = useTitle(place, searching);
  const queries = useQueryClient();
  const saved = useRead("views_get", {}).data?.saved.find(
    (one) => place.view === `saved:${one.id}`,
  );
  const scope = searching ? "search" : place.view;
  // Each search has a cursor of its own.
  const selection = useSelection(list.rows, searching ? `search ${place.query}` : scope, () =>
    announce(t("list.left")),
  );
  const [entering, setEntering] = useState<string>();
  const spoken = list.total === null ? title : t("list.spoken", { name: title, n: list.total });
  useEffect(() => {
    document.title = `${title} · Baton`;
  }, [title]);
  // Once for each list, not for each row that comes or goes.
  const ready = list.state === "ready";
  const latest = useRef(spoken);
  latest.current = spoken;
  // biome-ignore lint/correctness/useExhaustiveDependencies: said again only for another list
  useEffect(() => {
    if (ready) announce(latest.current);
  }, [scope, ready]);

  return (
    <>
      {selection.ids.length > 0 ? (
        <SelectionBar selection={selection} rows={list.rows} />
      ) : (
        <header className={styles.head}>
          {onPlaces && <IconButton icon="menu" label={t("places.open")} onPress={onPlaces} />}
          <h1 className={styles.title}>
            <span>{title}</span>
            {list.state === "ready" && list.total !== null && (
              <span className={styles.total}>{count(list.total)}</span>
            )}
          </h1>
          <IconButton
            icon="compose"
            label={t("action.compose")}
            action="compose"
            onPress={place.writeNew}
          />
          {!searching && (
            <Menu
              label={t("list.order")}
              trigger={<IconButton icon="more" label={t("list.order")} />}
              entries={[
                {
                  id: "newest",
                  name: t("list.order.newest"),
                  chosen: order === "newest",
                  run: () => setOrder("newest"),
                },
                {
                  id: "due",
                  name: t("list.order.due"),
                  chosen: order === "due",
                  run: () => setOrder("due"),
                },
                ...(saved ? (["line", removal(saved, queries, place)] as const) : []),
              ]}
            />
          )}
        </header>
      )}
      <div className={styles.search}>
        <SearchField place={place} onDone={setEntering} />
      </div>
      {searching && found.didYouMean && (
        <p className={styles.meant}>
          {t("search.didYouMean")}{" "}
          <button
            type="button"
            className={styles.link}
            onClick={() => place.search(found.didYouMean ?? "")}
          >
            {found.didYouMean}
          </button>
        </p>
      )}
      {searching && found.stoppedEarly && (
        <p className={styles.meant} role="status">
          {t("search.stoppedEarly")}
        </p>
      )}
      <div className={styles.body}>
        <ListBody
          list={list}
          place={place}
          title={title}
          searching={searching}
          scope={scope}
          selection={selection}
          entering={entering === place.query && list.fresh}
          onEntered={() => setEntering(undefined)}
        />
      </div>
    </>
  );
}

function removal(saved: SavedSearch, queries: QueryClient, place: InboxPlace): MenuEntry {
  const again = () =>
    call("saved_search_put", { id: null, name: saved.name, query: saved.query }).then((back) => {
      void queries.invalidateQueries({ queryKey: ["views_get"] });
      place.goTo(`saved:${back.id}`);
    }, sayFailure);
  return {
    id: "remove",
    name: t("search.remove"),
    icon: "close",
    run: () => {
      call("saved_search_remove", { id: saved.id }).then(() => {
        place.goTo("all");
        notify(t("search.removed", { name: saved.name }), { undo: () => void again() });
        void queries.invalidateQueries({ queryKey: ["views_get"] });
      }, sayFailure);
    },
  };
}

function useTitle(place: InboxPlace, searching: boolean): string {
  const saved = useRead("views_get", {}).data?.saved;
  if (searching) return t("list.results");
  if (place.view.startsWith("saved:")) {
    const id = place.view.slice("saved:".length);
    return saved?.find((one) => one.id === id)?.name ?? t("list.saved");
  }
  return tcode("place", place.view === "with_bot" ? "bot" : place.view, place.view);
}

const ROW = { comfortable: 56, compact: 36 } as const;

function ListBody({
  list,
  place,
  title,
  searching,
  scope,
  selection,
  entering,
  onEntered,
}: {
  list: RowList;
  place: InboxPlace;
  title: string;
  searching: boolean;
  /** What the list is of: its scroll and cursor are remembered by it. */
  scope: string;
  selection: Selection;
  /** The focus comes from the search field, as soon as the list is what was asked for. */
  entering: boolean;
  onEntered: () => void;
}) {
  const { density, listWidth } = useStore(settings);
  const { rows } = list;
  const active = selection.cursor;
  const openAt = useMemo(() => rows.findIndex((row) => row.id === place.open), [rows, place.open]);

  const box = useRef<HTMLDivElement>(null);
  const move = (step: number, open: boolean) => {
    const from = open && openAt >= 0 ? openAt : active;
    const next = Math.min(rows.length - 1, Math.max(0, stepFrom(from, selection.rest, step)));
    const row = rows[next];
    if (!row) return;
    selection.moveTo(next);
    // The cursor is seen and heard where the focus is.
    box.current?.focus({ preventScroll: true });
    if (open || place.open !== undefined) place.openConversation(row.id);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the list is there
  useEffect(() => {
    if (!entering) return;
    onEntered();
    if (rows.length === 0) return;
    selection.moveTo(0);
    box.current?.focus({ preventScroll: true });
  }, [entering, rows]);
  useAction("list.next", () => move(1, false), rows.length > 0);
  useAction("list.previous", () => move(-1, false), rows.length > 0);
  useAction("conversation.next", () => move(1, true), rows.length > 0);
  useAction("conversation.previous", () => move(-1, true), rows.length > 0);
  useAction(
    "list.open",
    () => {
      const row = rows[active];
      if (row) place.openConversation(row.id);
      // Without a cursor nothing is meant yet: the first press says where one is.
      else move(1, false);
    },
    rows.length > 0,
  );
  useAction(
    "list.select",
    () => (active >= 0 ? selection.pick(active, "add") : move(1, false)),
    rows.length > 0,
  );
  useAction("list.selectAll", selection.all, rows.length > 0);
  useAction("list.unselect", selection.clear, selection.ids.length > 0);
  useCursorActs(selection, cursorIds(rows, active), place.open);

  const keyOf = useCallback((at: number) => rows[at]?.id ?? String(at), [rows]);
  const sentenceOf = useCallback(
    (at: number) => {
      const row = rows[at];
      return row ? rowSentence(row, present()) : "";
    },
    [rows],
  );
  const more = useRef(list.more);
  more.current = list.more;
  const onNearEnd = useCallback(() => more.current(), []);

  if (list.state === "loading") return <RowSkeletons count={12} />;
  if (list.state === "failed") {
    return <ReadFailed error={list.error} again={list.retry} />;
  }
  if (rows.length === 0) return <EmptyList view={place.view} searching={searching} />;

  return (
    <VirtualList
      key={scope}
      memory={scope}
      box={box}
      label={title}
      count={rows.length}
      rowHeight={ROW[density]}
      keyOf={keyOf}
      sentenceOf={sentenceOf}
      active={active}
      rest={selection.rest}
      onActive={selection.moveTo}
      isSelected={(at) => selection.has(rows[at]?.id)}
      onPick={selection.pick}
      onOpen={(at) => {
        const row = rows[at];
        if (row) place.openConversation(row.id);
      }}
      onNearEnd={onNearEnd}
      onDepth={noteDepth}
      renderRow={(at, state) => {
        const row = rows[at];
        return (
          row && (
            <Row
              row={row}
              compact={density === "compact"}
              narrow={listWidth < 430}
              open={row.id === place.open}
              active={state.active}
              selected={state.selected}
            />
          )
        );
      }}
    />
  );
}

function cursorIds(rows: RowList["rows"], active: number): string[] {
  const row = rows[active];
  return row ? [row.id] : [];
}

// What can be done to the row under the cursor without opening it. With a conversation open its own
// pane has these keys, and with rows chosen the bar above the list.
function useCursorActs(selection: Selection, ids: string[], open: string | undefined): void {
  const acts = useActs();
  const possible = ids.length > 0 && open === undefined;
  const send = (act: (ids: readonly string[]) => Promise<void>) => {
    selection.sendAway(ids);
    void act(ids);
  };
  useAction("take", () => send(acts.take), possible);
  useAction("resolve", () => send(acts.resolve), possible);
  useAction("release", () => send((all) => acts.release(all)), possible);
}
