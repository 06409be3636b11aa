import { actions } from "./en/actions";
import { bots } from "./en/bots";
import { channels } from "./en/channels";
import { common } from "./en/common";
import { composer } from "./en/composer";
import { context } from "./en/context";
import { conversation } from "./en/conversation";
import { facts } from "./en/facts";
import { inbox } from "./en/inbox";
import { knowledge } from "./en/knowledge";
import { labels } from "./en/labels";
import { proposals } from "./en/proposals";
import { review } from "./en/review";
import { rules } from "./en/rules";
import { settings } from "./en/settings";
import { stream } from "./en/stream";

/** Every English text of the interface, by key. */
export const en = {
  ...common,
  ...actions,
  ...inbox,
  ...conversation,
  ...stream,
  ...composer,
  ...context,
  ...labels,
  ...knowledge,
  ...proposals,
  ...channels,
  ...bots,
  ...settings,
  ...review,
  ...rules,
  ...facts,
} as const;
