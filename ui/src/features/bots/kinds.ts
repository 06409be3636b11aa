/** The protocols by which Baton itself talks with bots, and what each of them needs. */
export interface Kind {
  readonly id: string;
  /** Where such a bot usually is. */
  readonly usual: string;
  /** It has models, instructions and a budget of tokens. */
  readonly models?: boolean;
  /** It may answer at the door. */
  readonly callsBack?: boolean;
}

/** A language model, with which the list begins. */
const MODEL: Kind = { id: "openai", usual: "http://127.0.0.1:11434/v1", models: true };

/** Every protocol. */
export const KINDS: readonly Kind[] = [
  MODEL,
  { id: "rasa", usual: "http://127.0.0.1:5005", callsBack: true },
  { id: "bot-framework", usual: "https://directline.botframework.com/v3/directline" },
  { id: "opsdroid", usual: "http://127.0.0.1:8080" },
];

/** The protocol of a name. */
export function kindOf(id: string): Kind {
  return KINDS.find((kind) => kind.id === id) ?? MODEL;
}
