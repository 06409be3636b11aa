import { useQueryClient } from "@tanstack/react-query";
import { Link, useMatchRoute } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button, Dialog, Modal, ModalOverlay } from "react-aria-components";
import { sayFailure } from "../api/acts";
import { call } from "../api/client";
import type { SavedSearch, ViewCount } from "../api/generated/wire";
import { changePreferences } from "../api/preferences";
import { useRead, useSession } from "../api/queries";
import { HolderGlyph, type HolderKind } from "../design/components/Baton";
import { Kbd } from "../design/components/Kbd";
import { Menu } from "../design/components/Menu";
import { Avatar } from "../design/components/Tag";
import { Tip } from "../design/components/Tip";
import { cx } from "../design/cx";
import { Icon, type IconName } from "../design/icons";
import { t, tcode } from "../i18n";
import { count } from "../i18n/format";
import { type ActionId, keysOf, perform } from "../state/actions";
import { placesDrawer } from "../state/frame";
import { useInboxPlace } from "../state/place";
import { useStore } from "../state/store";
import { BatonMark } from "./BatonMark";
import styles from "./Places.module.css";

const GLYPHS: Readonly<Record<string, HolderKind>> = {
  mine: "agent",
  queue: "queue",
  with_bot: "bot",
};

const ICONS: Readonly<Record<string, IconName>> = {
  escalated: "escalated",
  waiting: "waiting",
  snoozed: "snoozed",
  all: "all",
  solved: "resolve",
};

const ACTIONS: Readonly<Record<string, ActionId>> = {
  mine: "go.mine",
  queue: "go.queue",
  escalated: "go.escalated",
  with_bot: "go.bot",
  waiting: "go.waiting",
  snoozed: "go.snoozed",
  all: "go.all",
};

// Only what is for people weighs; what the bot reads would make every number shout.
const PRESSING: ReadonlySet<string> = new Set(["mine", "queue", "escalated"]);

// Before the first answer the places stand where they will stand, without counts.
const EXPECTED = ["mine", "queue", "escalated", "with_bot", "waiting", "snoozed", "all", "solved"];

/** The column of places: where conversations are, what was saved, and the house-keeping. */
export function Places({ rail }: { rail: boolean }) {
  const session = useSession();
  const views = useRead("views_get", {}).data;
  const builtin: readonly (ViewCount | { key: string })[] =
    views?.builtin ?? EXPECTED.map((key) => ({ key }));
  const channels = useRead("channel_list", {}).data?.channels ?? [];
  const ill = channels.filter((channel) => channel.state === "needs_attention").length;
  return (
    <nav className={cx(styles.places, rail && styles.rail)} aria-label={t("places.label")}>
      <div className={styles.head}>
        <BatonMark />
        {!rail && <span className={styles.workspace}>{session?.workspace ?? "Baton"}</span>}
      </div>
      <Finder rail={rail} />
      <div className={styles.scroll}>
        <ul>
          {builtin.map((view) => (
            <ViewPlace key={view.key} view={view} rail={rail} />
          ))}
        </ul>
        {views && views.saved.length > 0 && (
          <>
            <h2 className={styles.section}>
              <span className={cx(rail && "visually-hidden")}>{t("places.saved")}</span>
            </h2>
            <ul>
              {views.saved.map((saved) => (
                <SavedPlace key={saved.id} saved={saved} rail={rail} />
              ))}
            </ul>
          </>
        )}
      </div>
      <div className={styles.foot}>
        <ul>
          <ReviewPlace rail={rail} />
          <AuditPlace rail={rail} />
          <PagePlace
            to="/rules"
            icon="rules"
            name={t("place.rules")}
            action="go.rules"
            rail={rail}
          />
          <PagePlace
            to="/channels"
            icon="channels"
            name={t("place.channels")}
            action="go.channels"
            rail={rail}
            trouble={ill > 0 ? t("places.channelsIll", { n: ill }) : undefined}
          />
          <PagePlace to="/bots" icon="bot" name={t("place.bots")} action="go.bots" rail={rail} />
          <PagePlace
            to="/knowledge"
            icon="book"
            name={t("place.knowledge")}
            action="go.knowledge"
            rail={rail}
          />
          <PagePlace
            to="/health"
            icon="health"
            name={t("place.health")}
            action="go.health"
            rail={rail}
          />
          <PagePlace
            to="/settings"
            icon="settings"
            name={t("place.settings")}
            action="go.settings"
            rail={rail}
          />
        </ul>
        <Me rail={rail} />
      </div>
    </nav>
  );
}

/** The places over the list, where there is no room beside it. */
export function PlacesDrawer() {
  const open = useStore(placesDrawer);
  return (
    <ModalOverlay
      className={styles.cover}
      isOpen={open}
      isDismissable
      onOpenChange={(next) => placesDrawer.set(next)}
    >
      <Modal className={styles.drawer}>
        <Dialog
          aria-label={t("places.label")}
          className={styles.drawer}
          onClick={(event) => {
            if ((event.target as HTMLElement).closest("a")) placesDrawer.set(false);
          }}
        >
          <Places rail={false} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Finder({ rail }: { rail: boolean }) {
  const button = (
    <Button
      className={styles.finder}
      aria-label={rail ? t("palette.label") : undefined}
      onPress={() => {
        placesDrawer.set(false);
        perform("palette");
      }}
    >
      <Icon name="command" />
      {!rail && (
        <>
          <span className={styles.finderText}>{t("palette.placeholder")}</span>
          <Kbd keys={keysOf("palette")[0] ?? ""} />
        </>
      )}
    </Button>
  );
  return rail ? (
    <Tip text={t("palette.label")} action="palette" placement="end">
      {button}
    </Tip>
  ) : (
    button
  );
}

function Count({ total, unread, rail }: { total: number; unread?: number; rail: boolean }) {
  if (total === 0) return null;
  if (rail) {
    return unread ? (
      <span className={styles.badge} aria-hidden="true">
        {count(unread)}
      </span>
    ) : null;
  }

  return (
    <span className={styles.count} data-unread={(unread ?? 0) > 0 || undefined} aria-hidden="true">
      {count(total)}
    </span>
  );
}

function ViewPlace({ view, rail }: { view: ViewCount | { key: string }; rail: boolean }) {
  const place = useInboxPlace();
  const matchRoute = useMatchRoute();
  const inInbox =
    matchRoute({ to: "/v/$view", fuzzy: true }) || matchRoute({ to: "/c/$id", fuzzy: true });
  const glyph = GLYPHS[view.key];
  const total = "total" in view ? view.total : 0;
  const unread = "unread" in view ? view.unread : 0;
  const pressing = PRESSING.has(view.key) ? unread : 0;
  return (
    <PlaceLine
      name={tcode("place", viewName(view.key), view.key)}
      action={ACTIONS[view.key]}
      rail={rail}
      mark={
        glyph ? <HolderGlyph kind={glyph} size={11} /> : <Icon name={ICONS[view.key] ?? "inbox"} />
      }
      end={<Count total={total} unread={pressing} rail={rail} />}
      current={Boolean(inInbox) && place.view === view.key && !place.query}
      link={{ to: "/v/$view", params: { view: view.key } }}
      spoken={t("places.spoken", { total, unread })}
    />
  );
}

function viewName(key: string): string {
  return key === "with_bot" ? "bot" : key;
}

function SavedPlace({ saved, rail }: { saved: SavedSearch; rail: boolean }) {
  const place = useInboxPlace();
  const key = `saved:${saved.id}`;
  return (
    <PlaceLine
      name={saved.name}
      rail={rail}
      mark={<Icon name="saved" />}
      spoken=""
      current={place.view === key && !place.query}
      link={{ to: "/v/$view", params: { view: key } }}
    />
  );
}

// What waits has a deadline: the number weighs.
function ReviewPlace({ rail }: { rail: boolean }) {
  const matchRoute = useMatchRoute();
  const waiting = useRead("reviews_get", {}).data?.waiting.length ?? 0;
  return (
    <PlaceLine
      name={t("place.review")}
      action="go.review"
      rail={rail}
      mark={<Icon name="eye" />}
      current={Boolean(matchRoute({ to: "/review", fuzzy: true }))}
      link={{ to: "/review" }}
      spoken={waiting > 0 ? t("places.review", { n: waiting }) : ""}
      end={<Count total={waiting} unread={waiting} rail={rail} />}
    />
  );
}

// There while there is something to look at, gone when it is done.
function AuditPlace({ rail }: { rail: boolean }) {
  const matchRoute = useMatchRoute();
  const open = useRead("audit_sample_get", {}).data?.open.length ?? 0;
  const current = Boolean(matchRoute({ to: "/audit", fuzzy: true }));
  if (open === 0 && !current) return null;
  return (
    <PlaceLine
      name={t("place.audit")}
      action="go.audit"
      rail={rail}
      mark={<Icon name="check" />}
      current={current}
      link={{ to: "/audit" }}
      spoken={open > 0 ? t("places.audit", { n: open }) : ""}
      end={<Count total={open} unread={rail ? open : undefined} rail={rail} />}
    />
  );
}

function PagePlace({
  to,
  icon,
  name,
  action,
  rail,
  trouble,
}: {
  to: "/rules" | "/channels" | "/bots" | "/knowledge" | "/health" | "/settings";
  icon: IconName;
  name: string;
  action: ActionId;
  rail: boolean;
  trouble?: string;
}) {
  const matchRoute = useMatchRoute();
  return (
    <PlaceLine
      name={name}
      action={action}
      rail={rail}
      mark={<Icon name={icon} />}
      current={Boolean(matchRoute({ to, fuzzy: true }))}
      link={{ to }}
      spoken={trouble ?? ""}
      end={
        trouble && (
          <span className={styles.trouble} title={trouble}>
            <Icon name="warning" size={14} />
          </span>
        )
      }
    />
  );
}

interface PlaceLineProps {
  name: string;
  spoken: string;
  mark: ReactNode;
  end?: ReactNode;
  action?: ActionId;
  current: boolean;
  rail: boolean;
  link:
    | { to: "/v/$view"; params: { view: string } }
    | {
        to:
          | "/review"
          | "/audit"
          | "/rules"
          | "/channels"
          | "/bots"
          | "/knowledge"
          | "/health"
          | "/settings";
      };
}

function PlaceLine({ name, spoken, mark, end, current, rail, link }: PlaceLineProps) {
  return (
    <li>
      <Link
        {...link}
        className={styles.place}
        aria-current={current ? "page" : undefined}
        title={rail ? name : undefined}
        draggable={false}
      >
        <span className={styles.mark}>{mark}</span>
        <span className={rail ? "visually-hidden" : styles.name}>{name}</span>
        {end}
        {spoken && <span className="visually-hidden">, {spoken}</span>}
      </Link>
    </li>
  );
}

function Me({ rail }: { rail: boolean }) {
  const session = useSession();
  const queries = useQueryClient();
  if (!session) return null;
  const { agent, settings } = session;
  const setAvailable = (available: boolean) => {
    call("profile_set", {
      display_name: agent.display_name,
      address: agent.address,
      available,
    }).catch(sayFailure);
  };
  const state = settings.focus ? t("me.focus") : agent.available ? t("me.available") : t("me.away");
  return (
    <Menu
      label={t("me.label")}
      trigger={
        <Button className={styles.me}>
          <Avatar name={agent.display_name} />
          <span className={rail ? "visually-hidden" : styles.name}>{agent.display_name}</span>
          <span className={rail ? "visually-hidden" : styles.away}>{state}</span>
        </Button>
      }
      entries={[
        {
          id: "available",
          name: t("me.available"),
          hint: t("me.available.hint"),
          chosen: agent.available,
          run: () => setAvailable(true),
        },
        {
          id: "away",
          name: t("me.away"),
          hint: t("me.away.hint"),
          chosen: !agent.available,
          run: () => setAvailable(false),
        },
        "line",
        {
          id: "focus",
          name: t("me.focus"),
          hint: t("me.focus.hint"),
          chosen: settings.focus,
          run: () => void changePreferences(queries, { focus: !settings.focus }),
        },
      ]}
    />
  );
}
