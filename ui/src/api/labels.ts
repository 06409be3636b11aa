import { t, tcode } from "../i18n";
import { announce } from "../state/announcer";
import { notify } from "../state/toasts";
import { sayFailure } from "./acts";
import { call } from "./client";

/** What a person can say of an episode. */
export type LabelName = "needed" | "not_needed" | "too_late" | "should_have_been_human";

/** Every label, in the order of its key. */
export const LABELS: readonly LabelName[] = [
  "needed",
  "not_needed",
  "too_late",
  "should_have_been_human",
];

/** Says whether an episode needed a person, or takes it back; returns whether it was taken in. */
export async function setLabel(
  conversation: string,
  label: LabelName | null,
  episode: number | null = null,
): Promise<boolean> {
  try {
    const { undo } = await call("label_set", { conversation, episode, decision: null, label });
    notify(tcode("done.label", label ?? "none"), {
      undo:
        undo === null
          ? undefined
          : () => {
              call("undo", { conversation, of: undo }).then(
                () => announce(t("toasts.undone")),
                sayFailure,
              );
            },
    });
    return true;
  } catch (thrown) {
    sayFailure(thrown);
    return false;
  }
}
