import { actions } from "./en/actions";
import { channels } from "./en/channels";
import { common } from "./en/common";
import { conversation } from "./en/conversation";
import { inbox } from "./en/inbox";
import { settings } from "./en/settings";

/** Every English text of the interface, by key. */
export const en = {
  ...common,
  ...actions,
  ...inbox,
  ...conversation,
  ...channels,
  ...settings,
} as const;
