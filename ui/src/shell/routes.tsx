import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { AuditPage } from "../features/audit/AuditPage";
import { BotPage } from "../features/bots/BotPage";
import { BotsPage } from "../features/bots/BotsPage";
import { ChannelsPage } from "../features/channels/ChannelsPage";
import { ConnectPage } from "../features/channels/ConnectPage";
import { EditPage } from "../features/channels/EditPage";
import { HealthPage } from "../features/health/HealthPage";
import { KnowledgePage } from "../features/knowledge/KnowledgePage";
import { ReviewPage } from "../features/review/ReviewPage";
import { SettingsPage } from "../features/settings/SettingsPage";
import { InboxPage } from "./InboxPage";
import { Shell } from "./Shell";

/** What the address says besides the page: the view a conversation was opened from, and the search. */
export interface InboxSearch {
  readonly in?: string;
  readonly q?: string;
}

function inboxSearch(raw: Record<string, unknown>): InboxSearch {
  return {
    in: typeof raw.in === "string" ? raw.in : undefined,
    q: typeof raw.q === "string" || typeof raw.q === "number" ? String(raw.q) : undefined,
  };
}

/** What the address of the rules says: which one is open, and what is shown beside it. */
export interface RulesSearch {
  readonly rule?: string;
  readonly show?: string;
}

function rulesSearch(raw: Record<string, unknown>): RulesSearch {
  return {
    rule: typeof raw.rule === "string" ? raw.rule : undefined,
    show: typeof raw.show === "string" ? raw.show : undefined,
  };
}

const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/v/$view", params: { view: "queue" } });
  },
});

const inbox = createRoute({
  getParentRoute: () => root,
  id: "inbox",
  component: InboxPage,
  validateSearch: inboxSearch,
});

const view = createRoute({ getParentRoute: () => inbox, path: "/v/$view" });
const conversation = createRoute({ getParentRoute: () => inbox, path: "/c/$id" });

const compose = createRoute({ getParentRoute: () => inbox, path: "/new" });

const audit = createRoute({ getParentRoute: () => root, path: "/audit", component: AuditPage });
const review = createRoute({ getParentRoute: () => root, path: "/review", component: ReviewPage });
// Everything of the rules comes when they are opened: the inbox does not carry it.
const rules = createRoute({
  getParentRoute: () => root,
  path: "/rules",
  component: lazyRouteComponent(() => import("../features/rules/RulesPage"), "RulesPage"),
  validateSearch: rulesSearch,
});

const channels = createRoute({
  getParentRoute: () => root,
  path: "/channels",
  component: ChannelsPage,
});
const connectChannel = createRoute({
  getParentRoute: () => root,
  path: "/channels/connect",
  component: ConnectPage,
});
const editChannel = createRoute({
  getParentRoute: () => root,
  path: "/channels/$id",
  component: EditPage,
});
const bots = createRoute({ getParentRoute: () => root, path: "/bots", component: BotsPage });
const bot = createRoute({ getParentRoute: () => root, path: "/bots/$name", component: BotPage });
const health = createRoute({ getParentRoute: () => root, path: "/health", component: HealthPage });
const settingsRoute = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: SettingsPage,
});
const knowledge = createRoute({
  getParentRoute: () => root,
  path: "/knowledge",
  component: KnowledgePage,
});
const elsewhere = createRoute({
  getParentRoute: () => root,
  path: "$",
  beforeLoad: () => {
    throw redirect({ to: "/v/$view", params: { view: "queue" } });
  },
});

const tree = root.addChildren([
  home,
  inbox.addChildren([view, conversation, compose]),
  audit,
  review,
  rules,
  channels,
  connectChannel,
  editChannel,
  bots,
  bot,
  health,
  knowledge,
  settingsRoute,
  elsewhere,
]);

/** Returns a router over the fragment of the address, so that `#/c/<id>` is a link to a conversation. */
export function newRouter() {
  return createRouter({
    routeTree: tree,
    history: createHashHistory(),
    defaultPreload: false,
    // Search parameters are plain text, not JSON: they are typed by people and by the system.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const params = new URLSearchParams();
      for (const [key, value] of Object.entries(search)) {
        if (typeof value === "string" && value !== "") params.set(key, value);
      }
      const text = params.toString();
      return text ? `?${text}` : "";
    },
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
