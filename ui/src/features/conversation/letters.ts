import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { Draft, Queued } from "../../api/generated/wire";
import { t } from "../../i18n";
import { announce } from "../../state/announcer";
import { present } from "../../state/clock";
import { store } from "../../state/store";
import { notify } from "../../state/toasts";

/** The name under which the letter is kept that belongs to no conversation yet. */
export const NEW = "new";

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
    // What began a conversation goes back to the sheet it was written on.
    if (draft) returned.set({ conversation: draft.mode === "new" ? NEW : conversation, draft });
    if (undo) notify(t("done.cancelled"));
    announce(t("done.cancelled"));
    return true;
  } catch (thrown) {
    sayFailure(thrown);
    return false;
  }
}

/** Says that a message is on its way, and offers to take it back as long as that is possible. */
export function offerUndo({ conversation, outbox, undo_until: until, held }: Queued): void {
  if (held) {
    notify(t("done.held"));
    return;
  }
  const forMs = Math.max(0, until - present());
  if (forMs === 0) {
    notify(t("done.sent"));
    return;
  }
  notify(t("done.queued"), {
    counting: { until, text: (n) => (n > 0 ? t("send.undo", { n }) : t("send.queued")) },
    forMs,
    undo: () => void takeBack(conversation, outbox, false),
  });
}
