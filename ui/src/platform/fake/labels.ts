import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { AuditItem, ConversationRow, LabelView } from "../../api/generated/wire";
import type { Stage } from "./commands";
import { append } from "./talk";
import type { World } from "./world";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

const DAY = 86_400_000;
const DRAWN = 3;

const before = new Map<string, { conversation: string; labels: LabelView[] }>();
let said = 0;

/** Takes back what was said by a command; whether it was one. */
export function takeBackLabel(of: string, { world, touch }: Stage): boolean {
  const known = before.get(of);
  if (!known) return false;
  world.labels.set(known.conversation, known.labels);
  touch(`conversation:${known.conversation}`, "labels");
  return true;
}

// What a bot has to the end: the last conversations of the day that the bot holds.
function kept(world: World): ConversationRow[] {
  return world.rows.filter((row) => row.control.kind === "bot").slice(-DRAWN);
}

function fitting(world: World, id: string): string[] {
  const row = world.rows.find((one) => one.id === id);
  if (row?.control.kind === "bot") return ["not_needed", "should_have_been_human"];
  return ["needed", "not_needed", "too_late"];
}

/** What people say afterwards, in a rehearsal. */
export const labels: Handlers = {
  labels_get: ({ conversation }, { world }) => ({
    labels: world.labels.get(conversation) ?? [],
    episode: 1,
    fitting: fitting(world, conversation),
  }),
  label_set: ({ conversation, label, episode }, { world, touch }) => {
    const row = world.rows.find((one) => one.id === conversation);
    if (!row || (label !== null && !fitting(world, conversation).includes(label))) {
      throw new ApiFailure({
        code: "label_does_not_fit",
        message: "This label does not fit.",
        hint: "",
        notice: true,
      });
    }
    const { agent } = world.session;
    const now = world.labels.get(conversation) ?? [];
    said += 1;
    const undo = `cmd_label_${said}`;
    before.set(undo, { conversation, labels: now });
    const others = now.filter((one) => !one.mine);
    const own: LabelView = {
      agent: agent.name,
      display: agent.display_name,
      mine: true,
      episode: episode ?? 1,
      label: label ?? "",
      at: world.now(),
      decision: null,
      sampled: episode !== null,
    };
    world.labels.set(conversation, label === null ? others : [...others, own]);
    append(world, row, {
      actor: `agent:${agent.name}`,
      actor_display: agent.display_name,
      what: { type: "label", label, episode: 1 },
    });
    touch(`conversation:${conversation}`, "labels");
    return { conversation, undo };
  },
  learning_get: (_, { world }) => ({ ...world.learning, audit_most: 200, miss_most: 1000 }),
  learning_set: (asked, { world, touch }) => {
    world.learning = asked;
    touch("settings", "labels", "proposals");
    return { ...asked, audit_most: 200, miss_most: 1000 };
  },
  times_get: (_, { world }) => ({ ...world.times, wrap_up_most: 480 }),
  times_set: (asked, { world, touch }) => {
    world.times = asked;
    touch("settings");
    return { ...asked, wrap_up_most: 480 };
  },
  audit_sample_get: (_, { world }) => {
    const drawn = kept(world);
    const open: AuditItem[] = drawn
      .filter((row) => (world.labels.get(row.id) ?? []).length === 0)
      .map((row) => ({ row, episode: 1, closed_at: world.now() }));
    const answers = drawn.flatMap((row) => world.labels.get(row.id) ?? []);
    const day = Math.floor(world.now() / DAY) * DAY - DAY;
    return {
      day: drawn.length === 0 ? null : day,
      drawn: drawn.length,
      of: drawn.length === 0 ? 0 : 14,
      open,
      missed: {
        rate: null,
        low: null,
        high: null,
        answered: answers.length,
        found: answers.filter((one) => one.label === "should_have_been_human").length,
        drawn: drawn.length,
        of: 14,
      },
    };
  },
};
