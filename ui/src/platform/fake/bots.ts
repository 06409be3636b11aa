import type { Answer, CommandName, Request } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type {
  BotTrial,
  BotView,
  ConnectorView,
  DeliveryView,
  DoorView,
  SentView,
} from "../../api/generated/wire";
import type { Stage } from "./commands";
import { BOT } from "./people";
import { rowsOf, type World } from "./world";

type Handlers = {
  [N in CommandName]?: (request: Request<N>, stage: Stage) => Answer<N>;
};

/** The bots of a rehearsal. */
interface Kennel {
  bots: BotView[];
  door: DoorView;
  deliveries: DeliveryView[];
  sent: SentView[];
  trial: BotTrial;
}

const kennels = new WeakMap<object, Kennel>();

function kennelOf({ world }: Stage): Kennel {
  let kennel = kennels.get(world);
  if (!kennel) {
    kennel = {
      bots: world.rows.length === 0 ? [] : [bot("front", world.now()), mailer(world), model(world)],
      door: {
        state: "closed",
        address: "",
        problem: "",
        switchable: true,
        wanted: false,
        port: 8421,
        lan: { state: "closed", address: "", problem: "", wanted: "" },
      },
      deliveries: [],
      sent: sentOf(world.now()),
      trial: {
        messages: [],
        holder: "bot",
        holder_name: "front",
        reason: "",
        reason_text: "",
        closed: false,
      },
    };
    kennels.set(world, kennel);
  }
  return kennel;
}

function bot(name: string, now: number): BotView {
  return {
    name,
    channel: `chn_${name}`,
    channel_name: name,
    brings_customers: true,
    answer_within_s: 30,
    added_at: now - 86_400_000,
    seen_at: now - 20_000,
    holds: 3,
    ended: 41,
    contained: 27,
    answers: 38,
    usual_ms: 2_400,
    failed_at: now - 7_200_000,
    failure: "the bot did not answer in time",
    webhook: null,
    connector: null,
    signs: false,
  };
}

// The one that has the conversations of the rehearsal.
function mailer(world: World): BotView {
  return {
    ...bot(BOT, world.now()),
    channel: "chn_mail",
    channel_name: "support@northwind.example",
    brings_customers: false,
    answer_within_s: 20,
    holds: rowsOf(world, `bot:${BOT}`).length,
    ended: 12,
    contained: 5,
    answers: 1,
    usual_ms: 640,
    failed_at: null,
    failure: "",
  };
}

const CONNECTOR: ConnectorView = {
  kind: "openai",
  url: "http://127.0.0.1:11434/v1",
  model: "llama3.2",
  instructions: "We sell bicycles. We open at nine.",
  answer_tokens: 0,
  callback: false,
  redact: ["email", "card"],
  has_key: true,
  state: "failing",
  problem: "the bot cannot be reached: connection refused",
  failing_since: null,
  answered_at: null,
  requests: 38,
  requests_a_day: 500,
  tokens: 21_400,
  tokens_a_day: 200_000,
  knowledge: "written",
  shows_sources: false,
};

// The one that Baton asks itself.
function model(world: World): BotView {
  const now = world.now();
  return {
    ...bot("assistant", now),
    channel_name: "sales@northwind.example",
    brings_customers: false,
    seen_at: null,
    holds: 0,
    ended: 9,
    contained: 4,
    failed_at: null,
    failure: "",
    connector: { ...CONNECTOR, failing_since: now - 240_000, answered_at: now - 600_000 },
  };
}

function sentOf(now: number): SentView[] {
  const sent: SentView = {
    id: "2",
    conversation: "cnv_000001",
    at: now - 240_000,
    to: "http://127.0.0.1:11434/v1/chat/completions",
    body: '{"model":"llama3.2","messages":[{"role":"user","content":"I am [redacted]. When do you open?"}]}',
    record: "ab12",
    tokens: 0,
    took_ms: 4,
    ended: "unreachable",
  };
  return [
    sent,
    { ...sent, id: "1", at: now - 600_000, tokens: 310, took_ms: 1_240, ended: "answered" },
    { ...sent, id: "0", at: now - 900_000, to: "", body: null, took_ms: 900, ended: "answered" },
  ];
}

function change(kennel: Kennel, name: string, to: Partial<BotView>): BotView {
  const found = kennel.bots.find((one) => one.name === name);
  if (!found) {
    throw new ApiFailure({
      code: "not_found",
      message: "There is no such bot.",
      hint: "",
      notice: false,
    });
  }
  const changed = { ...found, ...to };
  kennel.bots = kennel.bots.map((one) => (one === found ? changed : one));
  return changed;
}

function say(kennel: Kennel, author: string, name: string, text: string, at: number) {
  const id = `msg_${kennel.trial.messages.length}`;
  kennel.trial.messages = [...kennel.trial.messages, { id, author, name, text, at }];
}

/** What the bots of a rehearsal do. */
export const bots: Handlers = {
  bot_list: (_, stage) => {
    const kennel = kennelOf(stage);
    return { bots: kennel.bots, door: kennel.door };
  },
  door_set: ({ open, port, lan = "" }, stage) => {
    if (lan !== "" && !/^\d+(\.\d+){3}$/.test(lan)) {
      throw new ApiFailure({
        code: "bad_lan",
        message: "That address will not do: that is no IP address.",
        hint: "Give the address of this machine in the office network, such as 192.168.1.5.",
        notice: false,
      });
    }
    const kennel = kennelOf(stage);
    const office = open && lan !== "";
    const taken = open && port === 8_000;
    kennel.door = {
      ...kennel.door,
      wanted: open,
      port,
      state: taken ? "failed" : open ? "open" : "closed",
      address: open && !taken ? `http://127.0.0.1:${port}/bots/v1` : "",
      problem: taken ? "Port 8000 is taken." : "",
      lan: {
        state: office ? "open" : "closed",
        address: office ? `http://${lan}:${port}/bots/v1` : "",
        problem: "",
        wanted: lan,
      },
    };
    stage.touch("bots");
    return kennel.door;
  },
  bot_add: ({ name }, stage) => {
    const kennel = kennelOf(stage);
    if (kennel.bots.some((one) => one.name === name)) {
      throw new ApiFailure({
        code: "bot_exists",
        message: `There is a bot ${name} already.`,
        hint: "Choose another name, or remove that one first.",
        notice: false,
      });
    }
    const added = {
      ...bot(name, stage.world.now()),
      seen_at: null,
      holds: 0,
      ended: 0,
      contained: 0,
      answers: 0,
      usual_ms: null,
      failed_at: null,
      failure: "",
    };
    kennel.bots = [...kennel.bots, added];
    stage.touch("bots");
    return { bot: added, token: "btn_bot_0707" };
  },
  bot_connect: (asked, stage) => {
    const kennel = kennelOf(stage);
    const found = kennel.bots.find((one) => one.name === asked.name);
    const before = found?.connector;
    if (before?.has_key && asked.key === null && asked.url !== before.url) {
      throw new ApiFailure({
        code: "key_needed",
        message: `The key was given for ${before.url}.`,
        hint: "Give the key for the new address, or an empty one for none.",
        notice: false,
      });
    }
    const connector: ConnectorView = {
      ...(before ?? { ...CONNECTOR, state: "off", problem: "", requests: 0, tokens: 0 }),
      kind: asked.kind,
      url: asked.url,
      model: asked.model ?? "",
      instructions: asked.instructions ?? "",
      callback: asked.callback ?? false,
      redact: asked.redact ?? [],
      has_key: asked.key === null ? (before?.has_key ?? false) : asked.key !== "",
      requests_a_day: asked.requests_a_day ?? 0,
      tokens_a_day: asked.tokens_a_day ?? 0,
      knowledge: asked.knowledge ?? before?.knowledge ?? "written",
      shows_sources: asked.shows_sources ?? false,
    };
    const made = { ...(found ?? bot(asked.name, stage.world.now())), connector };
    kennel.bots = found
      ? kennel.bots.map((one) => (one === found ? made : one))
      : [...kennel.bots, made];
    stage.touch("bots");
    return { bot: made, token: found ? null : "btn_bot_0808" };
  },
  bot_switch: ({ name, on }, stage) => {
    const kennel = kennelOf(stage);
    const connector = kennel.bots.find((one) => one.name === name)?.connector ?? CONNECTOR;
    const state = on ? "on" : "off";
    stage.touch("bots");
    return change(kennel, name, { connector: { ...connector, state, problem: "" } });
  },
  bot_sent: ({ name }, stage) => ({
    sent: name === "assistant" ? kennelOf(stage).sent : [],
  }),
  bot_remove: ({ name }, stage) => {
    const kennel = kennelOf(stage);
    kennel.bots = kennel.bots.filter((one) => one.name !== name);
    stage.touch("bots");
    return {};
  },
  bot_lan_set: ({ name }, stage) => {
    change(kennelOf(stage), name, { signs: true });
    stage.touch("bots");
    return { secret: "btn_lan_0707" };
  },
  bot_lan_remove: ({ name }, stage) => {
    change(kennelOf(stage), name, { signs: false });
    stage.touch("bots");
    return {};
  },
  bot_webhook_set: ({ name, url, dialect }, stage) => {
    if (!/^https:|^http:\/\/127\./.test(url)) {
      throw new ApiFailure({
        code: "bad_webhook",
        message: "That address will not do.",
        hint: "Give an https address.",
        notice: false,
      });
    }
    const webhook = {
      url,
      dialect: dialect || "baton",
      state: "ok",
      failing_since: null,
      next_at: null,
      stopped: "",
      last: null,
    };
    change(kennelOf(stage), name, { webhook });
    stage.touch("bots");
    return { webhook, secret: "whsec_BwcH" };
  },
  bot_webhook_remove: ({ name }, stage) => {
    change(kennelOf(stage), name, { webhook: null });
    stage.touch("bots");
    return {};
  },
  bot_webhook_resume: ({ name }, stage) => {
    const kennel = kennelOf(stage);
    const webhook = kennel.bots.find((one) => one.name === name)?.webhook;
    if (!webhook) throw new Error("there is a webhook");
    const now = { ...webhook, state: "ok", failing_since: null, next_at: null, stopped: "" };
    change(kennel, name, { webhook: now });
    stage.touch("bots");
    return now;
  },
  bot_webhook_try: ({ name }, stage) => {
    const kennel = kennelOf(stage);
    const made: DeliveryView = {
      id: `try_${kennel.deliveries.length}`,
      seq: 0,
      kind: "try",
      attempt: 1,
      at: stage.world.now(),
      took_ms: 12,
      status: 204,
      ended: "delivered",
      error: "",
    };
    kennel.deliveries = [made, ...kennel.deliveries];
    stage.touch(`deliveries:${name}`);
    return made;
  },
  bot_deliveries: (_, stage) => ({ deliveries: kennelOf(stage).deliveries }),
  bot_try: ({ text }, stage) => {
    const kennel = kennelOf(stage);
    say(kennel, "customer", "Sample customer", text, stage.world.now());
    if (/human/i.test(text)) {
      kennel.trial = {
        ...kennel.trial,
        holder: "queue",
        holder_name: "support",
        reason: "customer_request",
      };
    } else {
      say(kennel, "bot", "front", "Which order is it?", stage.world.now());
    }
    stage.touch("conversation:cnv_trial");
    return { conversation: "cnv_trial" };
  },
  bot_trial_get: (_, stage) => kennelOf(stage).trial,
};
