import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useMatchRoute, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { link, openRequest } from "../api/client";
import { adoptSettings, changePreferences } from "../api/preferences";
import { useRead } from "../api/queries";
import { Toasts } from "../design/components/Toasts";
import { ReviewPage } from "../features/review/ReviewPage";
import { t } from "../i18n";
import { type ActionId, useAction } from "../state/actions";
import { frame, useListWidth } from "../state/frame";
import { useInboxPlace } from "../state/place";
import { settings } from "../state/settings";
import { useStore } from "../state/store";
import { AlertBar } from "./AlertBar";
import { Announcer } from "./Announcer";
import { arrive, expectArrival, useArrival } from "./arrival";
import { ErrorBoundary } from "./ErrorBoundary";
import { KeyMap } from "./KeyMap";
import { LinkBar, LinkLost } from "./LinkBar";
import { Palette } from "./Palette";
import { Places, PlacesDrawer } from "./Places";
import styles from "./Shell.module.css";

/** What is around every page: places, bars, palette, map of keys, toasts. */
export function Shell() {
  const { data: session, isFetched, failureCount } = useRead("session_get", {});
  useEffect(() => {
    if (session) adoptSettings(session.settings);
  }, [session]);
  useLookActions();
  useArrival();
  // Who is let see little is not known before the answer, and nothing may be asked for them that
  // would be refused. Where no answer comes, the desk says so.
  if (!session && !isFetched && failureCount === 0) return <div className={styles.shell} />;
  return session?.bounded ? <Bounded /> : <Desk />;
}

function Desk() {
  const shape = useStore(frame);
  usePlaceActions();
  useOpenRequests();
  return (
    <div className={styles.shell}>
      <button
        type="button"
        className={styles.skip}
        onClick={() => document.getElementById("main")?.focus()}
      >
        {t("shell.skip")}
      </button>
      {!shape.both && (
        <>
          <LinkBar />
          <AlertBar shape="bar" />
        </>
      )}
      <div className={styles.frame}>
        {shape.places !== "hidden" && <Places rail={shape.places === "rail"} />}
        {shape.places === "hidden" && <PlacesDrawer />}
        <main id="main" className={styles.main} tabIndex={-1}>
          <ErrorBoundary>
            <Outlet />
          </ErrorBoundary>
        </main>
      </div>
      <Palette />
      <KeyMap />
      <Dock />
      <Announcer />
    </div>
  );
}

const KEYS_OF_BOUNDED: readonly ActionId[] = [
  "list.next",
  "list.previous",
  "review.approve",
  "review.edit",
  "review.reject",
  "pass",
  "send",
  "undo",
  "keys",
];

// Who only reads drafts for the team sees those, and nothing around them.
function Bounded() {
  const lost = useStore(link) === "lost";
  return (
    <div className={styles.shell}>
      <div className={styles.frame}>
        <main id="main" className={styles.main} tabIndex={-1}>
          <ErrorBoundary>
            <ReviewPage />
          </ErrorBoundary>
        </main>
      </div>
      <KeyMap only={KEYS_OF_BOUNDED} />
      <div className={styles.dock} data-places="hidden" data-page>
        <Toasts />
        <div className={styles.link}>{lost && <LinkLost waiting={0} />}</div>
      </div>
      <Announcer />
    </div>
  );
}

const RULES_LIST = 288;

// What comes and goes by itself stands over the end of the list: it moves nothing that is read, and
// covers neither the composer nor the places. On a page without a list it stands in the far corner,
// where no field begins.
function Dock() {
  const shape = useStore(frame);
  const onPage = !/^\/(v|c|new)(\/|$)/.test(useLocation().pathname);
  const listWidth = useListWidth();
  // The list of the rules is narrower than that of conversations.
  const narrow = Boolean(useMatchRoute()({ to: "/rules" }));
  const width = (narrow ? Math.min(listWidth, RULES_LIST) : listWidth) - 16;
  return (
    <div
      className={styles.dock}
      data-places={shape.places}
      data-page={onPage || undefined}
      style={shape.both ? { width } : undefined}
    >
      <Toasts />
      {shape.both && (
        <>
          <div className={styles.link}>
            <LinkBar />
          </div>
          <AlertBar shape="card" />
        </>
      )}
    </div>
  );
}

type PagePath =
  | "/review"
  | "/audit"
  | "/channels"
  | "/bots"
  | "/rules"
  | "/health"
  | "/knowledge"
  | "/settings";

function usePlaceActions(): void {
  const navigate = useNavigate();
  const place = useInboxPlace();
  // Whoever goes by a key reads on there, wherever they were.
  const going = (start: () => Promise<void>) => () => {
    expectArrival();
    void start().then(arrive);
  };
  const view = (key: string) => going(() => navigate({ to: "/v/$view", params: { view: key } }));
  const go = (to: PagePath) => going(() => navigate({ to }));
  useAction("go.mine", view("mine"));
  useAction("go.queue", view("queue"));
  useAction("go.escalated", view("escalated"));
  useAction("go.bot", view("with_bot"));
  useAction("go.waiting", view("waiting"));
  useAction("go.snoozed", view("snoozed"));
  useAction("go.all", view("all"));
  useAction("compose", place.writeNew);
  useAction("go.review", go("/review"));
  useAction("go.audit", go("/audit"));
  useAction("go.channels", go("/channels"));
  useAction("go.bots", go("/bots"));
  useAction("go.rules", go("/rules"));
  useAction("go.health", go("/health"));
  useAction("go.knowledge", go("/knowledge"));
  useAction("go.settings", go("/settings"));
}

function useLookActions(): void {
  const queries = useQueryClient();
  useAction("density", () => {
    const density = settings.get().density === "compact" ? "comfortable" : "compact";
    void changePreferences(queries, { density });
  });
  useAction("theme", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    void changePreferences(queries, { theme });
  });
}

function useOpenRequests(): void {
  const wanted = useStore(openRequest);
  const navigate = useNavigate();
  useEffect(() => {
    if (wanted) void navigate({ to: "/c/$id", params: { id: wanted.conversation } });
  }, [wanted, navigate]);
}
