import type { Answer, CommandName, Request } from "../../api/client";
import type { Stage } from "./commands";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

/** The macros of a rehearsal: kept, and filled in as the engine does. */
export const macros: Handlers = {
  macros_get: ({ conversation }, { world }) => {
    const customer = world.rows.find((row) => row.id === conversation)?.contact.name ?? "";
    const fields: Record<string, string> = {
      customer,
      first_name: customer.split(" ")[0] ?? "",
      me: world.session.agent.display_name,
      workspace: world.session.workspace,
    };
    return {
      macros: [...world.macros]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, text]) => ({
          name,
          text,
          filled: text.replace(/\{(\w+)\}/gu, (whole, field: string) => fields[field] ?? whole),
        })),
    };
  },
  macro_put: ({ name, text }, { world, touch }) => {
    world.macros.set(name, text);
    touch("settings");
    return {};
  },
  macro_remove: ({ name }, { world, touch }) => {
    world.macros.delete(name);
    touch("settings");
    return {};
  },
};

/** The macros that a rehearsal begins with. */
export const MACROS: readonly (readonly [string, string])[] = [
  [
    "ask for the invoice number",
    "Hello {first_name},\n\ncould you send me the number of the invoice? It stands at its top right.\n\nBest wishes\n{me}",
  ],
  [
    "refund is on its way",
    "Hello {first_name},\n\nthe refund is on its way. It takes up to three working days until it is on your account.\n\nBest wishes\n{me}",
  ],
  ["two hours", "We will answer within two hours."],
];
