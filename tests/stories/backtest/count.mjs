// Counts, without any code of Baton, what the two rule files beside this one decide on a file of
// dialogs: `node count.mjs dialogs.jsonl`. What the rules mean is written out here by hand.
import { readFileSync } from "node:fs";

const HOUR = 3_600_000;
const sides = [
  { words: ["wrong", "cancel"], turns: 9 },
  { words: ["wrong", "cancel", "stupid", "again", "confused"], turns: 12 },
];

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const letter = /[\p{L}\p{N}_]/u;

/** Whether a text holds one of the words, whole. */
function holds(text, words) {
  const folded = fold(text);
  return words.some((word) => {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      const before = folded.slice(0, at).at(-1) ?? " ";
      const after = folded.slice(at + word.length).at(0) ?? " ";
      if (!letter.test(before) && !letter.test(after)) return true;
    }
    return false;
  });
}

/** What one side remembers of a dialog, and what it decides next. */
function decider({ words, turns }) {
  let troubled = false;
  let wentOn = false;
  let moved = [];
  let guarded = false;
  return {
    agentSpoke() {
      guarded = false;
      moved = [];
    },
    decide({ text, at, said, control }) {
      const trouble = control === "bot" && holds(text, words);
      const onAndOn = control === "bot" && said >= turns;
      const first = trouble && !troubled;
      const second = onAndOn && !wentOn;
      troubled = trouble;
      wentOn ||= onAndOn;
      let out = first ? ["team:care"] : second ? ["queue"] : [];
      let urgent = first;
      let guard = false;
      if (out.length > 0 && guarded) out = [];
      else if (out.length > 0) {
        moved = moved.filter((then) => at - then < HOUR);
        if (moved.length >= 3) {
          guarded = true;
          guard = true;
          out = ["queue"];
        } else moved.push(at);
      }
      return JSON.stringify({ control: out, urgent, guard });
    },
  };
}

const counted = {
  points: 0,
  differences: 0,
  conversations: 0,
  differing: 0,
  diverged: 0,
  handoffs: [0, 0],
  first_contact: [0, 0],
  queue_load: [0, 0],
};
for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
  if (line.trim() === "") continue;
  const { messages } = JSON.parse(line);
  // Where nobody has said anything there is nothing to decide.
  if (messages.length === 0) continue;
  const deciders = sides.map(decider);
  const handed = [false, false];
  let speaker = messages.some((message) => message.author === "bot") ? "bot" : "queue";
  let said = 0;
  let differs = false;
  let parts = false;
  counted.conversations += 1;
  for (const { author, text, ts } of messages) {
    counted.points += 1;
    if (author !== "customer") {
      speaker = author;
      if (author === "agent") deciders.forEach((side) => side.agentSpoke());
      continue;
    }
    said += 1;
    const [old, now] = deciders.map((side) =>
      side.decide({ text, at: ts * 1000, said, control: speaker }),
    );
    [old, now].forEach((decision, side) => {
      if (JSON.parse(decision).control.length === 0) return;
      handed[side] = true;
      counted.queue_load[side] += 1;
      if (said === 1) counted.first_contact[side] += 1;
    });
    if (old !== now) {
      counted.differences += 1;
      differs = true;
      parts ||= JSON.parse(old).control.join() !== JSON.parse(now).control.join();
    }
  }
  counted.differing += Number(differs);
  counted.diverged += Number(parts);
  handed.forEach((was, side) => (counted.handoffs[side] += Number(was)));
}
console.log(JSON.stringify(counted));
