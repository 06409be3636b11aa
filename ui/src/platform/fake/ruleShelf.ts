import { ApiFailure } from "../../api/errors";
import type { RulesVersionBrief, UngatedView } from "../../api/generated/wire";
import { BOOK, type Book, printBook } from "./ruleBook";
import type { World } from "./world";

const DAY = 86_400_000;

/** The rules of a rehearsal: what was written, what was saved, what is tried out. */
export interface Shelf {
  /** Every text that was written here, with what it says. */
  readonly books: Map<string, Book>;
  versions: (RulesVersionBrief & { text: string })[];
  readonly jobs: Map<string, { text: string; cancelled: boolean; polled: number }>;
  ungated: UngatedView[];
}

const shelves = new WeakMap<World, Shelf>();

/** Returns the rules of a world; made when they are first looked at. */
export function shelfOf(world: World): Shelf {
  let shelf = shelves.get(world);
  if (!shelf) {
    const begun = world.rows.length === 0 ? { ...BOOK, rules: [] } : BOOK;
    const text = printBook(begun);
    const first: Book = {
      ...begun,
      rules: begun.rules.filter((one) => one.id !== "money-in-a-draft"),
    };
    const now = world.now();
    shelf = {
      books: new Map([
        [text, begun],
        [printBook(first), first],
      ]),
      jobs: new Map(),
      ungated: [],
      versions: [
        {
          ...version(text, now - 3 * DAY, "Anna Lindqvist", "Money in drafts is watched first"),
          added: ["money-in-a-draft"],
          in_force: true,
        },
        version(printBook(first), now - 40 * DAY, "Bo Adeyemi", "The rules we began with"),
      ],
    };
    shelves.set(world, shelf);
  }
  return shelf;
}

function version(text: string, at: number, by: string, why: string) {
  return {
    ruleset: hashOf(text),
    text,
    at,
    by,
    why,
    place: at,
    origin: "saved",
    override: null,
    approver: null,
    in_force: false,
    added: [] as string[],
    removed: [] as string[],
    changed: [] as string[],
  };
}

/** Returns what a text is called by. */
export function hashOf(text: string): string {
  let hash = 7;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return `b3:${hash.toString(16).padStart(8, "0")}`;
}

/** Fails as the engine would. */
export function refuse(code: string, message: string, hint = "", notice = false): never {
  throw new ApiFailure({ code, message, hint, notice });
}

/** Returns the version in force. */
export function inForce(shelf: Shelf) {
  return shelf.versions.find((one) => one.in_force) ?? refuse("none", "There are no rules.");
}

/** Returns what a text says; texts that nobody wrote here cannot be read. */
export function bookOf(shelf: Shelf, text: string): Book {
  return (
    shelf.books.get(text) ??
    refuse("bad_edit", "The text has a mistake.", "Repair it in the text first.", true)
  );
}

/** Returns the text of a version. */
export function textOf(shelf: Shelf, ruleset: string): string {
  const found = shelf.versions.find((one) => one.ruleset === ruleset);
  return found?.text ?? refuse("not_found", "There is no such version.");
}

/** Puts a text in force. */
export function save(
  shelf: Shelf,
  text: string,
  world: World,
  reason: string,
  override: string | null,
) {
  const before = bookOf(shelf, inForce(shelf).text);
  const after = bookOf(shelf, text);
  const says = (book: Book, id: string) => {
    const { line: _, ...rest } = book.rules.find((one) => one.id === id) ?? { line: 0 };
    return JSON.stringify(rest);
  };
  const had = before.rules.map((one) => one.id);
  const has = after.rules.map((one) => one.id);
  shelf.versions = [
    {
      ...version(text, world.now(), world.session.agent.display_name, reason),
      override,
      in_force: true,
      added: has.filter((id) => !had.includes(id)),
      removed: had.filter((id) => !has.includes(id)),
      changed: has.filter((id) => had.includes(id) && says(before, id) !== says(after, id)),
    },
    ...shelf.versions.map((one) => ({ ...one, in_force: false })),
  ];
}
