import { store } from "./store";

/** The decision that a test of the rules is to be made of, from when it is asked for until it is. */
export const testWanted = store<string | undefined>(undefined);
