import type {
  ConversationRow,
  Entry,
  HtmlView,
  MessageHtml,
  MessageView,
  What,
} from "../../api/generated/wire";
import { message } from "./stream";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Add = (ago: number, actor: string, display: string, what: What) => void;
type Say = (author: string, text: string, rest?: Partial<MessageView>) => What;

const US = { name: "Harbour Supply", address: "help@harbour.example" };

/** Returns the streams that show everything there is: a long one, one in German, one in Arabic. */
export function longStreamOf(row: ConversationRow, now: number): Entry[] | undefined {
  const tell = STREAMS[row.id];
  if (!tell) return undefined;
  const customer = { name: row.contact.name, address: row.contact.address };
  const entries: Entry[] = [];
  const add: Add = (ago, actor, actor_display, what) => {
    entries.push({
      key: `k${String(entries.length).padStart(5, "0")}`,
      at: now - ago,
      actor,
      actor_display,
      what,
    });
  };
  const say: Say = (author, text, rest = {}) => ({
    type: "message",
    ...message(`msg_${row.id}_${entries.length}`, author, text, {
      from: author === "customer" ? customer : US,
      to: [author === "customer" ? US : customer],
      subject: row.subject,
      ...rest,
    }),
  });
  tell(add, say, row);
  return entries;
}

const STREAMS: Readonly<Record<string, (add: Add, say: Say, row: ConversationRow) => void>> = {
  cnv_000001: everything,
  cnv_000004: german,
  cnv_000012: arabic,
};

function everything(add: Add, say: Say, row: ConversationRow): void {
  const name = row.contact.name;
  const early = 2 * DAY;
  for (let turn = 0; turn < 40; turn += 1) {
    add(
      early + (45 - turn) * HOUR,
      turn % 2 === 0 ? "customer" : "agent:bo",
      turn % 2 === 0 ? name : "Bo Castellanos",
      say(
        turn % 2 === 0 ? "customer" : "agent",
        turn % 2 === 0
          ? `The report of ${2025 - turn} is the next one we would need.`
          : "That one is ready, you find it under Reports.",
      ),
    );
  }
  add(
    early,
    "customer",
    name,
    say(
      "customer",
      "Hello,\n\nsince the update on Monday the button for the yearly report turns grey and nothing else happens. I tried two browsers and another computer. The page with the notes on it is https://status.harbour.example/notes/2026-11 (it says that all is well).\n\nWe need the file on Friday.",
      {
        has_html: true,
        cc: [
          { name: "Accounts", address: "accounts@kaszuby.example" },
          { name: "Marta Zielińska", address: "marta@kaszuby.example" },
        ],
        attachments: [
          file(0, "screen of the button.png", "image/png", 482_113),
          file(1, "export-log.txt", "text/plain", 12_480),
          {
            ...file(2, "repair_tool.exe", "application/x-msdownload", 2_480_113),
            name: "invoice\u202Efdp.exe",
            active: true,
          },
        ],
        folded: [
          {
            kind: "signature",
            text: `${name}\nKaszuby Furniture\nul. Morska 12, Gdynia`,
            lines: 3,
          },
          {
            kind: "disclaimer",
            text: "This message is meant for its recipient only.\nPlease think of the trees.",
            lines: 2,
          },
        ],
      },
    ),
  );
  add(early - 2000, "rule:promise", "promise", {
    type: "clock",
    clock: "first_reply",
    state: "warned",
    due_at: null,
  });
  add(
    early - 30 * MINUTE,
    "bot:mira",
    "Mira",
    say(
      "bot",
      "Hello Tomasz, thank you for the picture. Reports of more than 50,000 lines are made in the background and sent by mail. Did you get such a mail?",
    ),
  );
  add(early - 40 * MINUTE, "bot:mira", "Mira", {
    type: "bot_failure",
    code: "missing_knowledge",
  });
  add(early - 41 * MINUTE, "rule:bot-stuck", "bot-stuck", {
    type: "decision",
    decision: "dcn_hero",
    sentence: "Went to the queue Support because the bot could not go on.",
    acted: ["bot-stuck"],
  });
  add(early - 41 * MINUTE, "rule:bot-stuck", "bot-stuck", {
    type: "control",
    verb: "fail",
    from: "bot:mira",
    to: "queue:support",
    code: "missing_knowledge",
    text: "",
    rule: "bot-stuck",
    packet: true,
  });
  add(early - 41 * MINUTE, "rule:bot-stuck", "bot-stuck", {
    type: "priority",
    to: "high",
  });
  add(early - 41 * MINUTE, "rule:bot-stuck", "bot-stuck", {
    type: "alert",
    agents: ["anna", "bo"],
    reason: "The bot is stuck",
    rung: null,
  });
  add(
    early - 2 * HOUR,
    "customer",
    name,
    say(
      "customer",
      "No mail came. I am out of the office until Wednesday, for urgent matters write to Marta.",
      {
        kind: "auto_reply",
      },
    ),
  );
  add(
    DAY,
    "customer",
    "Tomasz Wisniewski",
    say("customer", "Please send the report to my new address instead, and the bank details too.", {
      from: { name: "Tomasz Wisniewski", address: "tomasz.wisniewski@post-office.example" },
      reply_to: [{ name: "", address: "collect@elsewhere.example" }],
      join: "flagged",
      warnings: [
        { code: "reply_to_elsewhere", detail: "collect@elsewhere.example" },
        { code: "authentication_failed", detail: "dmarc=fail" },
        { code: "joined_by_reference_only", detail: "" },
      ],
    }),
  );
  add(
    DAY - 5 * MINUTE,
    "agent:bo",
    "Bo Castellanos",
    say(
      "agent",
      "This one is not Tomasz: his company writes from kaszuby.example only. Left unanswered, told privacy.",
      { direction: "internal", to: [] },
    ),
  );
  add(DAY - 6 * MINUTE, "agent:bo", "Bo Castellanos", {
    type: "tags",
    add: ["reports", "impostor"],
    remove: [],
  });
  add(DAY - 7 * MINUTE, "agent:bo", "Bo Castellanos", {
    type: "offer",
    how: "made",
    party: "agent:anna",
    text: "you know the exporter",
  });
  add(DAY - 9 * MINUTE, "agent:anna", "Anna Lindqvist", {
    type: "control",
    verb: "accept",
    from: "agent:bo",
    to: "agent:anna",
    code: "unspecified",
    text: "",
    rule: null,
    packet: false,
  });
  add(
    20 * HOUR,
    "agent:anna",
    "Anna Lindqvist",
    say(
      "agent",
      "Hello Tomasz,\n\nI am Anna, and I look after this from now on. Your report has 61,204 lines; the job that makes it stopped on a line without a date. I have started it again without that line.",
      {
        to: [
          { name, address: row.contact.address },
          { name: "Marta Zielińska", address: "marta@kaszuby.example" },
        ],
        outbox: sending("sent"),
      },
    ),
  );
  add(19 * HOUR, "system", "", {
    type: "clock",
    clock: "first_reply",
    state: "missed",
    due_at: null,
  });
  add(
    19 * HOUR,
    "customer",
    "Mail system",
    say("customer", "The mail to one of the recipients could not be delivered.", {
      kind: "bounce",
      from: { name: "Mail Delivery System", address: "mailer-daemon@kaszuby.example" },
      report: {
        action: "failed",
        status: "5.1.1",
        recipient: "marta@kaszuby.example",
        diagnostic: "550 5.1.1 <marta@kaszuby.example>: there is no such mailbox here",
      },
    }),
  );
  add(
    3 * HOUR,
    "customer",
    name,
    say("customer", LONG, {
      has_html: true,
      imported: true,
      folded: [
        {
          kind: "quote",
          text: "On 19 Nov 2026, Anna Lindqvist wrote:\n> Hello Tomasz,\n>\n> I am Anna, and I look after this from now on.\n> Your report has 61,204 lines.",
          lines: 5,
        },
      ],
    }),
  );
  add(2 * HOUR, "customer", name, say("customer", "", { erased: true }));
  add(95 * MINUTE, "agent:anna", "Anna Lindqvist", {
    type: "status",
    to: "waiting_customer",
    until: null,
  });
  add(
    60 * MINUTE,
    "agent:anna",
    "Anna Lindqvist",
    say("agent", "Here is the first half; the second comes this afternoon.", {
      attachments: [file(0, "report-2026-a.csv", "text/csv", 3_912_004)],
      outbox: {
        ...sending("in_doubt"),
        error: "The connection was closed after the last line was sent.",
      },
    }),
  );
  add(
    18 * MINUTE,
    "customer",
    name,
    say(
      "customer",
      "The first half opens, thank you. Column F is empty though: are the amounts in the second half?",
    ),
  );
  add(
    4 * MINUTE,
    "agent:anna",
    "Anna Lindqvist",
    say("agent", "They are; both halves have the same columns, F is filled from July on.", {
      outbox: {
        ...sending("failed"),
        attempts: 4,
        error: "452 4.2.2 The mailbox of the recipient is full.",
      },
    }),
  );
}

function german(add: Add, say: Say, row: ConversationRow): void {
  add(
    26 * MINUTE,
    "customer",
    row.contact.name,
    say(
      "customer",
      "Sehr geehrte Damen und Herren,\n\nhiermit bitte ich gemäß Artikel 15 der Datenschutz-Grundverordnung um Auskunft über sämtliche mich betreffenden personenbezogenen Daten, einschließlich der Verarbeitungstätigkeitsverzeichniseinträge, der Auftragsverarbeitungsvereinbarungen und der Aufbewahrungsfristenregelungen.\n\nBitte bestätigen Sie den Eingang und nennen Sie uns eine Frist.",
      {
        folded: [
          {
            kind: "signature",
            text: `${row.contact.name}\nHohenberg'sche Grundstücksverwaltungsgesellschaft mbH & Co. KG`,
            lines: 2,
          },
        ],
        attachments: [
          file(
            0,
            "Vollmacht-Grundstücksverwaltungsgesellschaft-Hohenberg-Sieglitz-2026.pdf",
            "application/pdf",
            1_204_118,
          ),
        ],
      },
    ),
  );
  add(22 * MINUTE, "rule:legal", "legal", {
    type: "decision",
    decision: "dcn_legal",
    sentence:
      "Went to the queue Privacy and was escalated because of legal wording: Datenschutz-Grundverordnung.",
    acted: ["legal-wording"],
  });
}

function arabic(add: Add, say: Say, row: ConversationRow): void {
  add(
    55 * MINUTE,
    "customer",
    row.contact.name,
    say(
      "customer",
      "السلام عليكم،\n\nتعمل الصفحات ببطء منذ مساء أمس لدى جميع أعضاء الفريق، وتستغرق كل صفحة من ثماني إلى عشر ثوان. رقم الطلب هو 20418 والعنوان https://harbour.example/status لا يذكر شيئا.\n\nThe error page says: upstream timed out.\n\nمع التحية، نور",
    ),
  );
  add(
    40 * MINUTE,
    "agent:chidi",
    "Chidi Eze",
    say("agent", "نشكرك على رسالتك. نبحث الآن عن السبب وسنكتب إليك قبل الظهر."),
  );
}

function file(index: number, saved: string, media_type: string, size: number) {
  return {
    index,
    name: saved,
    saved_name: saved,
    media_type,
    size,
    active: false,
    inline: false,
  };
}

function sending(state: string) {
  return { outbox: `out_${state}`, state, undo_until: 0, next_at: null, attempts: 1, error: "" };
}

const LONG = `Dear Anna,

thank you for starting it again. While we wait, here is what our accountant wrote down for each month, so that you can compare the sums with what your exporter makes of them:

${Array.from(
  { length: 24 },
  (_, at) =>
    `- ${new Date(Date.UTC(2025, at, 1)).toISOString().slice(0, 7)}: ${(48_210.5 + at * 1_317.25).toFixed(2)} PLN in ${212 + at * 9} lines, of which ${3 + (at % 5)} were credits`,
).join("\n")}

Two of these months were closed late, so the dates of the last lines may be of the month after.

Best wishes
Tomasz`;

const REMOTE = ["cdn.newsletters.example", "px.metrics.example", "img.kaszuby.example"];

/** Returns the HTML view of a message, as the engine would make it. */
export function htmlOf(request: MessageHtml, trusted: readonly string[]): HtmlView {
  const shown = request.remote || trusted.length > 0;
  const ink = request.theme === "dark" ? "#dde2ea" : "#22262e";
  const ground = request.theme === "dark" ? "#1d2026" : "#fdfdfe";
  // With attributes instead of styles: the page's own policy binds a frame without an address.
  const document = `<!doctype html><html lang="en"><body bgcolor="${ground}" text="${ink}">
<table width="100%" cellpadding="12"><tr><td>
<font face="IBM Plex Sans, sans-serif">
<h3>The yearly report turns grey</h3>
<p>Since the update on <b>Monday</b> the button turns grey and nothing else happens.</p>
<table border="1" cellpadding="6" cellspacing="0">
<tr><th align="left">Browser</th><th align="left">What happens</th></tr>
<tr><td>Firefox 144</td><td>grey, for ever</td></tr>
<tr><td>Chromium 141</td><td>grey, then white</td></tr>
</table>
<p>${shown ? "[the pictures from afar would be here]" : "[image] [image] [image]"}</p>
<p>We need the file on Friday.</p>
</font></td></tr></table></body></html>`;
  return {
    document,
    blocked_images: shown ? 0 : 3,
    hosts: shown ? [] : REMOTE,
    blocked: [
      { code: "scripts", detail: "1" },
      { code: "trackers", detail: "2" },
      {
        code: "link_mismatch",
        detail: "https://harbour.example → https://harbour-login.example",
      },
    ],
  };
}
