import { store } from "./store";

/** The decision that a test of the rules is to be made of, from when it is asked for until it is. */
export const testWanted = store<string | undefined>(undefined);

/** Whether the rules page is to open the rule that has drafts read first, or to write one. */
export const reviewRuleWanted = store(false);
