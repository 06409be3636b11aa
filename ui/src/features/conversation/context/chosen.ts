import { store } from "../../../state/store";

/** The decision that was asked about; none for the newest of the conversation. */
export const chosenDecision = store<{ conversation: string; decision: string } | undefined>(
  undefined,
);
