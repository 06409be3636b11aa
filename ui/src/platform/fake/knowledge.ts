import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { KnowledgeSource, SnippetPiece, Suggestion } from "../../api/generated/wire";
import type { Stage } from "./commands";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

/** What answers are taken from in a rehearsal. */
export interface Shelf {
  sources: KnowledgeSource[];
  removed: KnowledgeSource[];
}

/** The sources that a rehearsal begins with. */
export function shelf(now: number): Shelf {
  const source = (
    n: number,
    kind: string,
    title: string,
    name: string,
    passages: number,
    problem = "",
  ): KnowledgeSource => ({
    source: String(n),
    kind,
    title,
    name,
    passages,
    problem,
    added_at: now - 9 * 86_400_000,
    read_at: now - n * 7_200_000,
  });
  return {
    sources: [
      source(1, "document", "Returns and refunds", "returns.md", 12),
      source(2, "document", "hours.txt", "hours.txt", 1),
      source(3, "page", "Delivery times", "https://help.nordlicht.example/delivery", 8),
      source(
        4,
        "page",
        "Warranty",
        "https://help.nordlicht.example/warranty",
        5,
        "the server answered 503",
      ),
      source(5, "answer", "two hours", "two hours", 1),
    ],
    removed: [],
  };
}

const PASSAGES: readonly (Omit<Suggestion, "text" | "heading"> & { heading: string })[] = [
  {
    passage: "1",
    source: { kind: "document", title: "Returns and refunds", name: "returns.md" },
    heading: "Returns › Refunds",
    insert: "A refund is on its way within two days and takes up to three working days to arrive.",
  },
  {
    passage: "2",
    source: { kind: "conversation", title: "Charged twice", name: "cnv_hero" },
    heading: "I was charged twice for my invoice, please refund one.",
    insert: "You are right: the invoice was charged twice. I have sent one of them back just now.",
  },
  {
    passage: "3",
    source: {
      kind: "page",
      title: "Delivery times",
      name: "https://help.nordlicht.example/delivery",
    },
    heading: "",
    insert: "Parcels arrive within three days; islands take two days longer.",
  },
];

const LOOKED_FOR = /(refund|charged|invoice|twice|days)/giu;

function marked(text: string): SnippetPiece[] {
  return text
    .split(LOOKED_FOR)
    .map((piece, place) => ({ text: piece, hit: place % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}

function find(list: readonly KnowledgeSource[], source: string): KnowledgeSource {
  const found = list.find((one) => one.source === source);
  if (!found) {
    throw new ApiFailure({
      code: "not_found",
      message: "There is no such source.",
      hint: "It may have been removed.",
      notice: false,
    });
  }
  return found;
}

/** What the team of a rehearsal knows. */
export const knowledge: Handlers = {
  knowledge_get: (_, { world }) => ({
    sources: world.shelf.sources,
    conversations: 41,
    passages: 97,
  }),
  knowledge_add: ({ address, file }, { world, touch }) => {
    const name = address ?? file?.name ?? "";
    if (name.endsWith(".pdf")) {
      throw new ApiFailure({
        code: "not_read",
        message: `${name} could not be read.`,
        hint: "PDF files are not read; save it as text or HTML.",
        notice: false,
      });
    }
    const added: KnowledgeSource = {
      source: String(world.shelf.sources.length + world.shelf.removed.length + 1),
      kind: address ? "page" : "document",
      title: name,
      name,
      passages: 3,
      problem: "",
      added_at: world.now(),
      read_at: world.now(),
    };
    world.shelf.sources = [...world.shelf.sources, added];
    touch("knowledge");
    return added;
  },
  knowledge_refresh: (_, { world, touch }) => {
    touch("knowledge");
    return {
      changed: 1,
      same: 44,
      failed: world.shelf.sources.filter((one) => one.problem !== ""),
    };
  },
  knowledge_remove: ({ source }, { world, touch }) => {
    const found = find(world.shelf.sources, source);
    world.shelf.sources = world.shelf.sources.filter((one) => one !== found);
    world.shelf.removed.push(found);
    touch("knowledge");
    return {};
  },
  knowledge_restore: ({ source }, { world, touch }) => {
    const found = find(world.shelf.removed, source);
    world.shelf.removed = world.shelf.removed.filter((one) => one !== found);
    world.shelf.sources = [...world.shelf.sources, found];
    touch("knowledge");
    return {};
  },
  knowledge_suggest: ({ words }) => {
    const wanted = words.toLocaleLowerCase();
    return {
      suggestions: PASSAGES.filter((one) =>
        `${one.heading} ${one.insert}`.toLocaleLowerCase().includes(wanted),
      ).map((one) => ({ ...one, heading: marked(one.heading), text: marked(one.insert) })),
      empty: false,
      took_ms: 3,
    };
  },
};
