import type { ConversationRow, Entry } from "../../api/generated/wire";
import { message } from "./stream";

const MINUTE = 60_000;

/** How many entries the conversation without an end has. */
export const ENDLESS = 5_000;

/** The conversation that has been going on for years, in the scene of many. */
export const ENDLESS_ID = "cnv_000003";

const SAID = [
  "Good morning, the standing order arrived, but the delivery note says another number.",
  "I have looked it up: the number was changed in the warehouse, the goods are the same.",
  "Thank you.\n\nNext time please write both numbers on the note. Our accounting compares them line by line, and asks me about each difference at the end of the month.",
  "Noted on the account, so that it is on every note from now on.",
];

/** Returns the stream of a standing order: thousands of messages, and quiet lines between them. */
export function endlessStream(row: ConversationRow, now: number): Entry[] {
  const customer = { name: row.contact.name, address: row.contact.address };
  const us = { name: "Harbour Supply", address: "help@harbour.example" };
  return Array.from({ length: ENDLESS }, (_, at) => {
    const inbound = at % 2 === 0;
    const entry = {
      key: `k${String(at).padStart(5, "0")}`,
      at: now - (ENDLESS - at) * 50 * MINUTE,
      actor: inbound ? "customer" : "agent:bo",
      actor_display: inbound ? customer.name : "Bo Castellanos",
    };
    if (at % 7 === 5) {
      return { ...entry, what: { type: "priority", to: at % 2 ? "high" : "normal" } };
    }
    return {
      ...entry,
      what: {
        type: "message",
        ...message(
          `msg_endless_${at}`,
          inbound ? "customer" : "agent",
          `${SAID[at % SAID.length]}\n\nDelivery ${20_000 + at}`,
          { from: inbound ? customer : us, to: [inbound ? us : customer], subject: row.subject },
        ),
      },
    };
  });
}
