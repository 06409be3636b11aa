import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { Draft } from "../../api/generated/wire";
import { t } from "../../i18n";
import { announce } from "../../state/announcer";
import { store } from "../../state/store";
import { notify } from "../../state/toasts";

/** A letter that came back to be written on: by undo, or because it could not be sent. */
export const returned = store<{ conversation: string; draft: Draft } | undefined>(undefined);

/**
 * Takes back a message that waits to be sent; what was written comes back to the composer.
 */
export async function takeBack(
  conversation: string,
  outbox: string,
  undo: boolean,
): Promise<boolean> {
  try {
    const { draft } = await call("send_cancel", { conversation, outbox });
    if (draft) returned.set({ conversation, draft });
    if (undo) notify(t("done.cancelled"));
    announce(t("done.cancelled"));
    return true;
  } catch (thrown) {
    sayFailure(thrown);
    return false;
  }
}
