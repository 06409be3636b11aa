// Written by `cargo test -p baton-api` from the Rust types. Change those, not this.

/**
 * The answer to an act on a conversation.
 */
export type Acted = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The command, for `undo`; none where nothing can be undone.
 */
undo: string | null, };

/**
 * A mailbox.
 */
export type AddressView = { 
/**
 * The display name.
 */
name: string, 
/**
 * The address.
 */
address: string, };

/**
 * One person of the team.
 */
export type AgentView = { 
/**
 * The short name.
 */
name: string, 
/**
 * The name shown.
 */
display_name: string, 
/**
 * The address.
 */
address: string, 
/**
 * The roles.
 */
roles: Array<string>, 
/**
 * The teams.
 */
teams: Array<string>, 
/**
 * Whether the person can be reached now.
 */
available: boolean, 
/**
 * How many conversations the person holds.
 */
load: number, };

/**
 * One live alert.
 */
export type AlertView = { 
/**
 * The conversation's row.
 */
row: ConversationRow, 
/**
 * Why.
 */
reason: string, 
/**
 * Since when.
 */
since: number, 
/**
 * The nearest deadline.
 */
due_at: number | null, 
/**
 * Whether it may break quiet hours.
 */
urgent: boolean, };

/**
 * The live alerts.
 */
export type Alerts = { 
/**
 * The most pressing first.
 */
alerts: Array<AlertView>, };

/**
 * Asks for the live alerts of the agent at this desk.
 */
export type AlertsGet = Record<symbol, never>;

/**
 * A contact that may be the same person as another.
 */
export type AlikeView = { 
/**
 * The contact.
 */
contact: ContactBrief, 
/**
 * Under which identities they write.
 */
identities: Array<IdentityView>, 
/**
 * What speaks for it, the strongest first.
 */
signs: Array<SignView>, };

/**
 * What went wrong, in a form that can be branched on, shown and acted upon.
 */
export type ApiError = { 
/**
 * A stable code in snake case.
 */
code: string, 
/**
 * What happened, in one sentence.
 */
message: string, 
/**
 * What to do about it, in one sentence; may be empty.
 */
hint: string, 
/**
 * Whether it is only a notice: the state does not allow it, nothing is broken.
 */
notice: boolean, };

/**
 * What a reply asks although it is known.
 */
export type AskedAgain = { 
/**
 * Each thing once.
 */
found: Array<AskedAgainView>, };

/**
 * Asks what a reply would ask again.
 */
export type AskedAgainGet = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The reply.
 */
text: string, };

/**
 * Something that is asked although it is known.
 */
export type AskedAgainView = { 
/**
 * What: the key of a fact, or a subject such as `order number`.
 */
about: string, 
/**
 * What is known of it.
 */
known: string, 
/**
 * Whether it stands in the packet; otherwise the customer has said it.
 */
in_packet: boolean, };

/**
 * The bytes of an attachment.
 */
export type AttachmentBytes = { 
/**
 * The name to save it under.
 */
saved_name: string, 
/**
 * The media type.
 */
media_type: string, 
/**
 * The bytes, in base 64.
 */
base64: string, 
/**
 * Whether opening it may run something.
 */
active: boolean, };

/**
 * Asks for the bytes of an attachment.
 */
export type AttachmentGet = { 
/**
 * The message.
 */
message: string, 
/**
 * The place.
 */
index: number, };

/**
 * A file that came with a message.
 */
export type AttachmentView = { 
/**
 * Its place.
 */
index: number, 
/**
 * The name the sender gave.
 */
name: string, 
/**
 * The name it is saved under.
 */
saved_name: string, 
/**
 * The media type.
 */
media_type: string, 
/**
 * The size in bytes.
 */
size: number, 
/**
 * Whether opening it may run something.
 */
active: boolean, 
/**
 * Whether it is shown inside the text.
 */
inline: boolean, };

/**
 * A conversation that was drawn.
 */
export type AuditItem = { 
/**
 * Its row.
 */
row: ConversationRow, 
/**
 * The episode that was drawn.
 */
episode: number, 
/**
 * When the bot closed it.
 */
closed_at: number, };

/**
 * What the check found.
 */
export type AuditReport = { 
/**
 * Whether everything holds.
 */
ok: boolean, 
/**
 * How many events were checked.
 */
events: number, 
/**
 * The head of each device's chain.
 */
heads: { [key in string]: string }, 
/**
 * What does not hold.
 */
problems: Array<string>, };

/**
 * Today's lots, and what all lots so far say.
 */
export type AuditSample = { 
/**
 * The day they were closed on, at its beginning (UTC); none while there is none.
 */
day: number | null, 
/**
 * How many were drawn.
 */
drawn: number, 
/**
 * Of how many.
 */
of: number, 
/**
 * Those that are still to be looked at, in the order of their lots.
 */
open: Array<AuditItem>, 
/**
 * What all answered lots say.
 */
missed: MissedRate, };

/**
 * Asks for today's lots: conversations that a bot closed alone, to be looked at.
 */
export type AuditSampleGet = Record<symbol, never>;

/**
 * Checks the whole log and database; takes a while on a large workspace.
 */
export type AuditVerify = Record<symbol, never>;

/**
 * Asks for conversations in which the decisions differ.
 */
export type BacktestConversations = { 
/**
 * The back-test.
 */
job: string, 
/**
 * Where the page begins; the beginning when left out.
 */
cursor: number | null, 
/**
 * How many, at most 200.
 */
limit: number, };

/**
 * Asks what other limits of a condition would have matched.
 */
export type BacktestCurve = { 
/**
 * The rules, as text.
 */
text: string, 
/**
 * The rule.
 */
rule: string, 
/**
 * The place of the condition in the rule, from 0.
 */
row: number, 
/**
 * The first instant that counts; the beginning when left out.
 */
since: number | null, };

/**
 * What other limits of a condition would have matched.
 */
export type BacktestCurveView = { 
/**
 * The condition as written.
 */
text: string, 
/**
 * The fact.
 */
fact: string, 
/**
 * The operator.
 */
op: string, 
/**
 * The present limit; lengths of time and instants in milliseconds.
 */
present: number, 
/**
 * Decision points that count.
 */
points: number, 
/**
 * The curve, by rising limit.
 */
curve: Array<CurvePointView>, };

/**
 * Names a back-test.
 */
export type BacktestGet = { 
/**
 * Which.
 */
job: string, };

/**
 * A back-test that is known, so that whoever comes back finds it.
 */
export type BacktestJob = { 
/**
 * By which it is asked for.
 */
job: string, 
/**
 * How it is going.
 */
state: BacktestState, 
/**
 * Decision points looked at so far.
 */
done: number, 
/**
 * Decision points to look at.
 */
total: number, 
/**
 * When it was started.
 */
started_at: number, 
/**
 * The new rules, as text.
 */
text: string, 
/**
 * The version they are compared with.
 */
against: string, 
/**
 * Whether that was named; otherwise it is the version in force when it was started.
 */
named: boolean, 
/**
 * The first instant that counts; the beginning when left out.
 */
since: number | null, 
/**
 * The first instant that no longer counts; none when left out.
 */
until: number | null, };

/**
 * The back-tests that are known, the newest first.
 */
export type BacktestJobs = { 
/**
 * Each of them.
 */
jobs: Array<BacktestJob>, };

/**
 * Asks which back-tests are known: those under way and the last that ended.
 */
export type BacktestList = Record<symbol, never>;

/**
 * A page of conversations in which the decisions differ.
 */
export type BacktestPage = { 
/**
 * By their first difference, the newest first.
 */
rows: Array<BacktestRow>, 
/**
 * Where the next page begins; none at the end.
 */
next: number | null, };

/**
 * Two decisions side by side.
 */
export type BacktestPair = { 
/**
 * The instant.
 */
at: number, 
/**
 * What had happened.
 */
on: string, 
/**
 * What the rules compared with decide, and why.
 */
old: DecisionView, 
/**
 * What the new rules decide, and why.
 */
new: DecisionView, };

/**
 * Asks for both decisions at the point where a conversation first differs.
 */
export type BacktestPoint = { 
/**
 * The back-test.
 */
job: string, 
/**
 * The conversation.
 */
conversation: string, };

/**
 * A conversation in which the decisions differ, at the first such point.
 */
export type BacktestRow = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Its subject.
 */
subject: string, 
/**
 * The instant.
 */
at: number, 
/**
 * What had happened: `customer.message`, …
 */
on: string, 
/**
 * What the rules compared with decide for the slot that differs; empty when nothing.
 */
old: string, 
/**
 * What the new rules decide for it; empty when nothing.
 */
new: string, 
/**
 * The rule that makes the difference.
 */
rule: string, 
/**
 * The slot that differs: `control`, `priority`, …
 */
slot: string, 
/**
 * Whether the conversation would have gone another way from there on.
 */
diverges: boolean, 
/**
 * How many points differ.
 */
differences: number, 
/**
 * Why, in a sentence.
 */
why: string, };

/**
 * Starts a back-test of a rule text over the recorded history.
 */
export type BacktestStart = { 
/**
 * The new rules, as text.
 */
text: string, 
/**
 * The rules to compare with, as text; those in force when left out.
 */
against: string | null, 
/**
 * The first instant that counts, in milliseconds UTC; the beginning when left out.
 */
since: number | null, 
/**
 * The first instant that no longer counts; none when left out.
 */
until: number | null, };

/**
 * A back-test that was started.
 */
export type BacktestStarted = { 
/**
 * By which it is asked for.
 */
job: string, };

/**
 * How a back-test is going.
 */
export type BacktestState = "running" | "done" | "cancelled" | "failed";

/**
 * How a back-test is going and what it has found. The figures are there when it is done.
 */
export type BacktestView = { 
/**
 * How it is going.
 */
state: BacktestState, 
/**
 * What went wrong, when it failed; empty otherwise.
 */
error: string, 
/**
 * Decision points looked at so far.
 */
done: number, 
/**
 * Decision points to look at.
 */
total: number, 
/**
 * The version of the new rules.
 */
ruleset: string, 
/**
 * The version they are compared with.
 */
against: string, 
/**
 * The instants of the first and the last point that count; none when there is no point.
 */
span: [number, number] | null, 
/**
 * Decision points that count.
 */
points: number, 
/**
 * Those at which the two decide differently, facts being as recorded.
 */
differences: number, 
/**
 * Those at which they decide the same for another reason: another rule decides.
 */
other_reason: number, 
/**
 * Conversations with a point that counts.
 */
conversations: number, 
/**
 * Those with a moment at which the two decide differently.
 */
differing: number, 
/**
 * Those that would have gone another way from some point on: control, review, a text sent
 * to the customer or putting aside differ there.
 */
diverged: number, 
/**
 * Instants between recorded points at which they decide differently by time alone.
 */
between: number, 
/**
 * Points recorded under the rules compared with, and those of them at which these decide
 * now as was recorded.
 */
recorded: number, 
/**
 * See `recorded`.
 */
faithful: number, 
/**
 * Points where a rule needs words of a message that was erased.
 */
without_text: number, 
/**
 * What it comes to.
 */
metrics: Array<MetricView>, 
/**
 * Handoffs to queues per hour of the local week, from Monday 0:00; 168 of them.
 */
queue_load: Array<LoadView>, 
/**
 * What happens to the deadlines.
 */
sla: SlaEffectView, 
/**
 * Each rule of both files.
 */
rules: Array<RuleEffectView>, };

/**
 * A backup that was written.
 */
export type BackupMade = { 
/**
 * The file.
 */
path: string, 
/**
 * Its size in bytes.
 */
bytes: number, };

/**
 * Writes a backup.
 */
export type BackupMake = { 
/**
 * The file; empty for one in the workspace's `backups` folder.
 */
path: string, };

/**
 * A rule that would act from now on as it never acted before.
 */
export type BeginsView = { 
/**
 * The rule.
 */
rule: string, 
/**
 * Whether it acts now too, and would act otherwise.
 */
acted: boolean, };

/**
 * Lets a bot in.
 */
export type BotAdd = { 
/**
 * Its name: small letters, digits, `-` and `_`.
 */
name: string, 
/**
 * The channel it serves, by id or name; none for one of its own, whose customers it
 * brings along.
 */
channel: string | null, 
/**
 * The queue that gets what it hands over; empty for the usual one.
 */
queue: string, 
/**
 * How many seconds it may take to answer a customer; 0 for the usual.
 */
answer_within_s: number, };

/**
 * A bot was let in.
 */
export type BotAdded = { 
/**
 * The bot.
 */
bot: BotView, 
/**
 * Its token, which is said this once and kept nowhere.
 */
token: string, };

/**
 * Connects a bot, or changes how one is connected. A new one is off until it is switched on.
 */
export type BotConnect = { 
/**
 * Its name: small letters, digits, `-` and `_`.
 */
name: string, 
/**
 * The protocol, such as `openai`.
 */
kind: string, 
/**
 * Where the bot is: https, or http on this machine.
 */
url: string, 
/**
 * The channel it answers on, by id or name; none for one of its own, whose customers are
 * brought to the door with the token. It cannot be changed later.
 */
channel: string | null, 
/**
 * The queue that gets what it hands over; empty for the usual one.
 */
queue: string, 
/**
 * How many seconds it may take to answer a customer; 0 for the usual.
 */
answer_within_s: number, 
/**
 * The model, for protocols that have models.
 */
model: string, 
/**
 * What a model is told about the team's work.
 */
instructions: string, 
/**
 * How many tokens an answer of a model may have; 0 for the usual.
 */
answer_tokens: number, 
/**
 * Whether what the bot says comes to the door with the token, as Rasa's callback channel
 * does; otherwise it is the answer to what it is told.
 */
callback: boolean, 
/**
 * Patterns of what never leaves: regular expressions, or `email`, `card`, `iban`, `phone`.
 */
redact: Array<string>, 
/**
 * How often it may be asked in 24 hours; 0 for any number.
 */
requests_a_day: number, 
/**
 * Tokens that may be spent in 24 hours; 0 for any number.
 */
tokens_a_day: number, 
/**
 * What of the team's knowledge a model is given passages of: `none`; `written`, which is
 * what was written to be told: saved answers, files and pages; or `all`, with what people
 * answered in solved conversations. None for what it was, and `written` for a new one.
 */
knowledge: string | null, 
/**
 * Whether customers see which web pages an answer is taken from.
 */
shows_sources: boolean, 
/**
 * The key, which goes into the keyring; none to keep the one there is, which stays with
 * its server, and an empty one for no key.
 */
key: string | null, };

/**
 * A bot was connected.
 */
export type BotConnected = { 
/**
 * The bot.
 */
bot: BotView, 
/**
 * The token with which its customers are brought to the door, or with which it calls back,
 * said this once; none where neither is done, or when it was connected before.
 */
token: string | null, };

/**
 * A secret was made, with which a bot on another machine signs.
 */
export type BotLanMade = { 
/**
 * The secret. It is said this once.
 */
secret: string, };

/**
 * Asks for the bots.
 */
export type BotList = Record<symbol, never>;

/**
 * Names a bot.
 */
export type BotOnly = { 
/**
 * Its name.
 */
name: string, };

/**
 * What was sent to a connected bot of late.
 */
export type BotSent = { 
/**
 * Newest first.
 */
sent: Array<SentView>, };

/**
 * Switches a connected bot on or off.
 */
export type BotSwitch = { 
/**
 * The bot.
 */
name: string, 
/**
 * Whether it is asked from now on. What one holds that is switched off falls to people.
 */
on: boolean, };

/**
 * A sample conversation.
 */
export type BotTrial = { 
/**
 * What was said, oldest first.
 */
messages: Array<TrialMessage>, 
/**
 * Who may speak: `bot`, `queue`, `agent` or `nobody`.
 */
holder: string, 
/**
 * Their name; empty for nobody.
 */
holder_name: string, 
/**
 * Why they have it: a code.
 */
reason: string, 
/**
 * Why in words; empty when the code says it all.
 */
reason_text: string, 
/**
 * Whether it is over.
 */
closed: boolean, };

/**
 * Asks how a sample conversation stands.
 */
export type BotTrialGet = { 
/**
 * The conversation.
 */
conversation: string, };

/**
 * A sample conversation was begun or goes on.
 */
export type BotTried = { 
/**
 * The conversation.
 */
conversation: string, };

/**
 * Speaks to a bot as a customer would, in a sample conversation.
 */
export type BotTry = { 
/**
 * The bot, which must bring its customers along.
 */
name: string, 
/**
 * What the customer says.
 */
text: string, 
/**
 * The sample conversation so far; none to begin one.
 */
conversation: string | null, };

/**
 * A bot that may knock at the door.
 */
export type BotView = { 
/**
 * Its name, under which it holds control.
 */
name: string, 
/**
 * The channel it serves.
 */
channel: string, 
/**
 * The name of that channel.
 */
channel_name: string, 
/**
 * Whether it brings its customers along, instead of serving a channel of Baton's own.
 */
brings_customers: boolean, 
/**
 * How many seconds it may take to answer a customer.
 */
answer_within_s: number, 
/**
 * When it was added.
 */
added_at: number, 
/**
 * When it was last at the door, to the minute; none when it never came.
 */
seen_at: number | null, 
/**
 * How many conversations it holds now.
 */
holds: number, 
/**
 * Episodes that ended in the last 30 days and in which a bot of its channel had a part,
 * among the newest conversations.
 */
ended: number, 
/**
 * Those of them that no person had a part in.
 */
contained: number, 
/**
 * How many of its newest answers were looked at for how long they take.
 */
answers: number, 
/**
 * The median of how long customers waited for them, in milliseconds; none when there are
 * none.
 */
usual_ms: number | null, 
/**
 * When it last failed its customers, so that people had to go on; none when it never did.
 */
failed_at: number | null, 
/**
 * How it failed then; empty when it never did.
 */
failure: string, 
/**
 * Where it is told what happens without asking; none when it asks.
 */
webhook: WebhookView | null, 
/**
 * How Baton itself talks with it; none when it comes to the door.
 */
connector: ConnectorView | null, 
/**
 * Whether it has a secret to sign with, and so may come from another machine.
 */
signs: boolean, };

/**
 * A webhook was set up.
 */
export type BotWebhookMade = { 
/**
 * How it stands.
 */
webhook: WebhookView, 
/**
 * The secret with which what is sent is signed. It is said this once.
 */
secret: string, };

/**
 * Tells a bot from now on what happens, at an address of its own.
 */
export type BotWebhookSet = { 
/**
 * The bot.
 */
name: string, 
/**
 * The address: https, or http on this machine.
 */
url: string, 
/**
 * In whose words: `baton`, `chatwoot`, `sunshine`; empty for Baton's own.
 */
dialect: string, };

/**
 * The bots.
 */
export type Bots = { 
/**
 * By name.
 */
bots: Array<BotView>, 
/**
 * The door at which they knock.
 */
door: DoorView, };

/**
 * One way to reach a mailbox.
 */
export type Candidate = { 
/**
 * Where it comes from: `builtin`, `srv`, `autoconfig`, `guess`.
 */
source: string, 
/**
 * The settings.
 */
config: MailConfig, 
/**
 * What the user should know, such as that an app password is needed.
 */
note: string, };

/**
 * What the event stream carries: what changed, never the change itself.
 */
export type Change = { "kind": "touched", 
/**
 * Their tags.
 */
tags: Array<string>, } | { "kind": "overflow", 
/**
 * How many.
 */
missed: number, } | { "kind": "open", 
/**
 * Which.
 */
conversation: string, };

/**
 * Looks for the servers of an address.
 */
export type ChannelDiscover = { 
/**
 * The address.
 */
address: string, };

/**
 * Asks for the channels.
 */
export type ChannelList = Record<symbol, never>;

/**
 * Names a channel.
 */
export type ChannelOnly = { 
/**
 * Which.
 */
channel: string, };

/**
 * Tests or saves a mailbox.
 */
export type ChannelPut = { 
/**
 * Which, when it is changed.
 */
id: string | null, 
/**
 * The settings.
 */
config: MailConfig, 
/**
 * The password or client secret; none to keep the stored one.
 */
secret: string | null, 
/**
 * The OAuth flow that gave the tokens, when one did.
 */
oauth_flow: string | null, };

/**
 * What a login test found.
 */
export type ChannelTested = { 
/**
 * Whether both servers let us in.
 */
ok: boolean, 
/**
 * Step by step: `imap_connect`, `imap_login`, `smtp_connect`, `smtp_login`.
 */
steps: Array<TestStep>, 
/**
 * The folders found.
 */
folders: Array<FolderView>, 
/**
 * The name with which the mailbox's own server seems to sign what it finds out about
 * senders, to be confirmed; none when most of its mail bears none.
 */
authserv_id: string | null, };

/**
 * A channel and how it is doing.
 */
export type ChannelView = { 
/**
 * Which.
 */
id: string, 
/**
 * `email`, `demo`, `import`.
 */
kind: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The address customers write to.
 */
address: string, 
/**
 * `connecting`, `catching_up`, `live`, `stale`, `needs_attention`, `off`.
 */
state: string, 
/**
 * Since when.
 */
since: number, 
/**
 * What is wrong, in a sentence; empty when nothing is.
 */
detail: string, 
/**
 * What to do about it.
 */
hint: string, 
/**
 * Messages done while catching up.
 */
done: number, 
/**
 * Messages to do while catching up.
 */
total: number, 
/**
 * The folders watched.
 */
folders: Array<string>, 
/**
 * How many messages wait to be sent by it.
 */
waiting: number, 
/**
 * The bots that answer on it.
 */
bots: Array<string>, 
/**
 * The settings, without secrets.
 */
config: MailConfig | null, };

/**
 * The channels.
 */
export type Channels = { 
/**
 * In order of connection.
 */
channels: Array<ChannelView>, };

/**
 * One thing checked.
 */
export type Check = { 
/**
 * A stable code.
 */
code: string, 
/**
 * `ok`, `warn` or `bad`.
 */
state: string, 
/**
 * What was found.
 */
text: string, 
/**
 * What to do about it.
 */
hint: string, };

/**
 * A passage that is cited.
 */
export type CitedSource = { 
/**
 * What it comes from.
 */
source: DraftSource, 
/**
 * Whether its words are there: `there`, `changed` when the source says something else now,
 * `gone` when it was removed or erased.
 */
state: string, 
/**
 * What stands above it; empty when it is not there.
 */
heading: string, 
/**
 * Its words; empty when it is not there.
 */
text: string, };

/**
 * A sentence.
 */
export type Claim = { 
/**
 * The sentence.
 */
text: string, 
/**
 * The numbers of what it cites.
 */
cites: Array<number>, 
/**
 * `supported`, `uncited`, `no_such_passage`, `other_number`, `other_words` or `opposite`.
 */
support: string, };

/**
 * A service level clock.
 */
export type ClockView = { 
/**
 * `first_reply`, `next_reply`, `resolve`.
 */
kind: string, 
/**
 * `running`, `warned`, `paused`, `met`, `missed`, `dropped`.
 */
state: string, 
/**
 * When it started.
 */
started_at: number, 
/**
 * When it is due.
 */
due_at: number | null, };

/**
 * A condition as a form shows it.
 */
export type CondForm = { "kind": "all", 
/**
 * The parts.
 */
parts: Array<CondForm>, } | { "kind": "any", 
/**
 * The parts.
 */
parts: Array<CondForm>, } | { "kind": "not", 
/**
 * The part.
 */
part: CondForm, } | { "kind": "row", 
/**
 * The fact; where it is empty, `text` alone counts.
 */
fact: string, 
/**
 * `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `has` (a set has this member), `known`,
 * `contains`, `startsWith`, `matches`.
 */
op: string, 
/**
 * The limit, such as `0.45`, `"chat"`, `["chat", "email"]` or `duration("15m")`; empty
 * for `known`.
 */
limit: string, 
/**
 * The whole line; not read where `fact` is given.
 */
text: string, 
/**
 * Its number in the condition, for `limit_set`; not read in an edit.
 */
row: number, } | { "kind": "named", 
/**
 * The name.
 */
name: string, 
/**
 * Its number in the condition; not read in an edit.
 */
row: number, } | { "kind": "const", 
/**
 * What.
 */
value: boolean, 
/**
 * Its number in the condition; not read in an edit.
 */
row: number, };

/**
 * One condition of a rule.
 */
export type ConditionView = { 
/**
 * As written.
 */
text: string, 
/**
 * The fact.
 */
fact: string, 
/**
 * What the fact means, in words.
 */
about: string, 
/**
 * The operator.
 */
op: string, 
/**
 * The limit, in words.
 */
limit: string, 
/**
 * The value found, in words; empty when unknown.
 */
value: string, 
/**
 * `true`, `false` or `unknown`.
 */
truth: string, 
/**
 * How far the value is from the limit, as a share of it; none where that means nothing.
 */
gap: number | null, 
/**
 * The named condition it stands in; empty when written directly.
 */
via: string, };

/**
 * How Baton talks with a bot.
 */
export type ConnectorView = { 
/**
 * The protocol, such as `openai`.
 */
kind: string, 
/**
 * Where the bot is.
 */
url: string, 
/**
 * The model, for protocols that have models.
 */
model: string, 
/**
 * What a model is told about the team's work.
 */
instructions: string, 
/**
 * How many tokens an answer of a model may have; 0 for the usual.
 */
answer_tokens: number, 
/**
 * Whether what it says comes to the door.
 */
callback: boolean, 
/**
 * Patterns of what never leaves.
 */
redact: Array<string>, 
/**
 * Whether a key is kept for it.
 */
has_key: boolean, 
/**
 * `off`, `on` or `failing`.
 */
state: string, 
/**
 * What is wrong; empty when nothing is.
 */
problem: string, 
/**
 * Since when it fails.
 */
failing_since: number | null, 
/**
 * When it last answered; none when it has not since the start.
 */
answered_at: number | null, 
/**
 * How often it was asked in the last 24 hours.
 */
requests: number, 
/**
 * How often it may be asked in 24 hours; 0 for any number.
 */
requests_a_day: number, 
/**
 * Tokens spent in the last 24 hours.
 */
tokens: number, 
/**
 * Tokens that may be spent in 24 hours; 0 for any number.
 */
tokens_a_day: number, 
/**
 * What of the team's knowledge a model is given passages of: `none`, `written` or `all`.
 */
knowledge: string, 
/**
 * Whether customers see which web pages an answer is taken from.
 */
shows_sources: boolean, };

/**
 * A contact in a row.
 */
export type ContactBrief = { 
/**
 * Which.
 */
id: string, 
/**
 * The name, or the address where there is none.
 */
name: string, 
/**
 * The address.
 */
address: string, 
/**
 * `enterprise`, `pro`, … or empty.
 */
tier: string, };

/**
 * Erases what was said with a contact and what is known of them. That it happened stays.
 */
export type ContactErase = { 
/**
 * Which, or an address under which they write.
 */
contact: string, };

/**
 * A row of a table of contacts.
 */
export type ContactFields = { 
/**
 * The line it stands in, for messages.
 */
line: number, 
/**
 * The kind of channel that the address is of; empty for `email`.
 */
kind: string, 
/**
 * The address.
 */
address: string, 
/**
 * `name`, `tier`, `value_at_risk`, `language`, `tags`, and attributes that the rules
 * declare, with or without `attr.`; empty ones are left as they are.
 */
fields: { [key in string]: string }, };

/**
 * Looks for contacts by the beginning of a name or address.
 */
export type ContactFind = { 
/**
 * What they begin with.
 */
text: string, 
/**
 * The contact that is not to be among them, nor any that is the same person.
 */
besides: string | null, };

/**
 * Asks for a contact.
 */
export type ContactGet = { 
/**
 * Which.
 */
contact: string, };

/**
 * Says that two contacts are one person. Everything they have stays where it is; one of them
 * stands for both.
 */
export type ContactMerge = { 
/**
 * The contact that is to stand for both.
 */
contact: string, 
/**
 * The other.
 */
with: string, 
/**
 * Whether it takes back that they were parted.
 */
undoes: boolean, };

/**
 * Changes what is known of a contact.
 */
export type ContactSet = { 
/**
 * Which.
 */
contact: string, 
/**
 * The name.
 */
name: string, 
/**
 * The tier.
 */
tier: string, 
/**
 * Whether they may be written to by mail: `yes`, `no`, or empty where nobody has asked.
 * None leaves it as it is.
 */
email_consent?: string, };

/**
 * Says that contacts of a person are somebody else.
 */
export type ContactSplit = { 
/**
 * Which.
 */
contacts: Array<string>, 
/**
 * The one among them that is to stand for them; none for any.
 */
stands: string | null, 
/**
 * Whether it takes back that they were joined.
 */
undoes: boolean, };

/**
 * A contact with all their conversations.
 */
export type ContactView = { 
/**
 * The contact.
 */
contact: ContactBrief, 
/**
 * Under which identities they write.
 */
identities: Array<IdentityView>, 
/**
 * When they first wrote.
 */
first_seen: number, 
/**
 * When they last wrote.
 */
last_seen: number, 
/**
 * What else is known, by name.
 */
attributes: { [key in string]: string }, 
/**
 * Their conversations, the newest first, at most 50.
 */
conversations: Array<ConversationRow>, 
/**
 * How many conversations in all.
 */
total: number, 
/**
 * Others who may be the same person, the likeliest first.
 */
alike: Array<AlikeView>, };

/**
 * The contacts found.
 */
export type ContactsFound = { 
/**
 * At most ten.
 */
contacts: Array<ContactBrief>, };

/**
 * Sets what is known of contacts, by their addresses; what no row names stays as it is.
 */
export type ContactsImport = { 
/**
 * One for each contact.
 */
rows: Array<ContactFields>, 
/**
 * Whether nothing is to be changed, only checked and counted.
 */
dry_run: boolean, };

/**
 * What came of an import of contacts.
 */
export type ContactsImported = { 
/**
 * Contacts that were not known before.
 */
added: number, 
/**
 * Those of which something changed.
 */
changed: number, 
/**
 * Those of which everything was known already.
 */
same: number, 
/**
 * Rows that were not taken, and why.
 */
problems: Array<RowProblem>, };

/**
 * Says that two contacts are not one person, or takes that back.
 */
export type ContactsTellApart = { 
/**
 * One.
 */
contact: string, 
/**
 * The other.
 */
other: string, 
/**
 * Whether they are two people.
 */
apart: boolean, };

/**
 * Goes on with a conversation elsewhere; whoever does has it.
 */
export type ContinueElsewhere = { 
/**
 * Which.
 */
conversation: string, 
/**
 * The channel to go on by.
 */
channel: string, 
/**
 * The address of the customer there.
 */
address: string, 
/**
 * The control epoch that was seen.
 */
seen_epoch?: number, };

/**
 * Where a conversation can go on.
 */
export type Continuing = { 
/**
 * The places, what fits best first; also those where the customer must not be written to.
 */
places: Array<PlaceView>, 
/**
 * Whether a message that is not settled holds the conversation where it is.
 */
held: boolean, };

/**
 * Who may speak.
 */
export type ControlView = { 
/**
 * `bot`, `queue`, `agent`, `nobody`.
 */
kind: string, 
/**
 * The short name.
 */
name: string, 
/**
 * The name shown.
 */
display: string, 
/**
 * The state of the machine: `bot_active`, `queued`, `offered`, `agent_active`,
 * `wrapping`, `released`, `closed`.
 */
state: string, 
/**
 * Since when.
 */
since: number, 
/**
 * The control epoch.
 */
epoch: number, 
/**
 * Whether it is the agent at this desk.
 */
mine: boolean, };

/**
 * Asks for the head of a conversation.
 */
export type ConversationGet = { 
/**
 * Which.
 */
id: string, };

/**
 * The head of a conversation: all but its stream.
 */
export type ConversationHead = { 
/**
 * The row.
 */
row: ConversationRow, 
/**
 * The episode, from 1.
 */
episode: number, 
/**
 * When it began.
 */
opened_at: number, 
/**
 * The service level policy.
 */
sla: string, 
/**
 * All clocks.
 */
clocks: Array<ClockView>, 
/**
 * The live offer.
 */
offer: OfferView | null, 
/**
 * The packet of the handoff that brought it here.
 */
packet: PacketView | null, 
/**
 * The running ladder's name.
 */
ladder: string | null, 
/**
 * When the ladder's next rung is due.
 */
ladder_next_at: number | null, 
/**
 * Messages that are not settled.
 */
outbox: Array<OutgoingView>, 
/**
 * What the agent at this desk may do now: names of commands.
 */
can: Array<string>, 
/**
 * The newest decision.
 */
decision: string | null, 
/**
 * Its sentence.
 */
sentence: string, 
/**
 * What an undo would take back now.
 */
undo: UndoView | null, };

/**
 * Asks for a page of a view.
 */
export type ConversationList = { 
/**
 * The key of the view, `bot:<name>` for what one bot holds, or `saved:<id>`.
 */
view: string, 
/**
 * The order.
 */
order: ListOrder, 
/**
 * Where the last page ended.
 */
cursor: string | null, 
/**
 * How many rows, at most 200.
 */
limit: number, };

/**
 * Names a conversation and nothing more.
 */
export type ConversationOnly = { 
/**
 * Which.
 */
conversation: string, };

/**
 * A page of rows.
 */
export type ConversationPage = { 
/**
 * The rows.
 */
rows: Array<ConversationRow>, 
/**
 * Where the next page begins; none at the end.
 */
next: string | null, 
/**
 * How many there are in all; none for a saved search of more than one page, because a
 * search stops where its page ends.
 */
total: number | null, };

/**
 * Asks for the proof of a conversation.
 */
export type ConversationProof = { 
/**
 * The conversation.
 */
conversation: string, };

/**
 * One row of a list.
 */
export type ConversationRow = { 
/**
 * Which conversation.
 */
id: string, 
/**
 * The subject, or the first words.
 */
subject: string, 
/**
 * The contact.
 */
contact: ContactBrief, 
/**
 * The newest words.
 */
snippet: string, 
/**
 * Who wrote them: `customer`, `bot`, `agent`, `system`.
 */
last_author: string, 
/**
 * When.
 */
last_at: number, 
/**
 * Who may speak.
 */
control: ControlView, 
/**
 * `new`, `open`, `waiting_customer`, `on_hold`, `snoozed`, `solved`.
 */
status: string, 
/**
 * `low`, `normal`, `high`, `urgent`.
 */
priority: string, 
/**
 * The tags.
 */
tags: Array<string>, 
/**
 * Whether it is escalated.
 */
escalated: boolean, 
/**
 * Unread messages.
 */
unread: number, 
/**
 * The nearest clock.
 */
clock: ClockView | null, 
/**
 * Since when the customer waits.
 */
waiting_since: number | null, 
/**
 * Until when, while snoozed.
 */
snoozed_until: number | null, 
/**
 * The channel's identifier.
 */
channel: string, 
/**
 * The channel's kind: `email`, `demo`, `import`.
 */
channel_kind: string, 
/**
 * The channel's name.
 */
channel_name: string, 
/**
 * Whether the agent at this desk has a draft in it.
 */
draft: boolean, 
/**
 * Whether a message in it failed or is in doubt.
 */
send_trouble: boolean, 
/**
 * Whether it has attachments.
 */
attachments: boolean, 
/**
 * Messages and notes in all.
 */
messages: number, 
/**
 * Whether part of this row cannot be read; what is left of it stands here.
 */
damaged: boolean, };

/**
 * What the tests have seen of the rules.
 */
export type CoverageView = { 
/**
 * Rules that matched in a test.
 */
rules_hit: number, 
/**
 * Rules that are not off.
 */
rules_all: number, 
/**
 * Lines that were true in one test and false in another.
 */
conditions_hit: number, 
/**
 * Lines of conditions.
 */
conditions_all: number, 
/**
 * What was not seen, in words.
 */
unhit: Array<string>, };

/**
 * One limit of a curve.
 */
export type CurvePointView = { 
/**
 * The limit; lengths of time and instants in milliseconds.
 */
limit: number, 
/**
 * The limit as it would be written.
 */
text: string, 
/**
 * Points at which the rule would match.
 */
matches: number, 
/**
 * Conversations in which it would match.
 */
conversations: number, 
/**
 * Conversations that it would hand to people; none when the rule hands nothing over.
 */
handoffs: number | null, };

/**
 * One point of a trade-off.
 */
export type CurveView = { 
/**
 * The limit as a number; milliseconds for lengths of time.
 */
limit: number, 
/**
 * The limit as it would be written.
 */
written: string, 
/**
 * What it would come to.
 */
outcome: OutcomeView, };

/**
 * A decision in brief.
 */
export type DecisionBrief = { 
/**
 * Which.
 */
id: string, 
/**
 * When.
 */
at: number, 
/**
 * What was evaluated.
 */
on: string, 
/**
 * The sentence.
 */
sentence: string, 
/**
 * The rules that acted.
 */
acted: Array<string>, };

/**
 * Asks for a decision.
 */
export type DecisionGet = { 
/**
 * Which.
 */
decision: string, };

/**
 * Asks for the decisions of a conversation, the newest first.
 */
export type DecisionList = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * How many, at most 100.
 */
limit: number, };

/**
 * A decision with every condition.
 */
export type DecisionView = { 
/**
 * Which.
 */
id: string, 
/**
 * The conversation.
 */
conversation: string, 
/**
 * When.
 */
at: number, 
/**
 * What was evaluated: `customer.message`, `time`, …
 */
on: string, 
/**
 * The version of the rules.
 */
ruleset: string, 
/**
 * The name of the policy.
 */
policy: string, 
/**
 * The sentence for people.
 */
sentence: string, 
/**
 * What was decided, slot by slot.
 */
result: Array<SlotView>, 
/**
 * The rules that matched.
 */
matched: Array<RuleView>, 
/**
 * The rules that nearly matched.
 */
near: Array<RuleView>, 
/**
 * The rules that were only watched and matched.
 */
shadow: Array<RuleView>, 
/**
 * What would have been decided with one of them live, where that differs.
 */
would: Array<WouldView>, 
/**
 * The rules that did not match and were not near it, with the conditions that did not
 * hold, for who wants to see all.
 */
others: Array<RuleView>, 
/**
 * Facts that were not known and mattered.
 */
unknown: Array<string>, 
/**
 * When a rule may next change its mind by time alone.
 */
next_flip: number | null, };

/**
 * Asks what other rules would have made of a past decision.
 */
export type DecisionWhatif = { 
/**
 * The decision.
 */
decision: string, 
/**
 * The rules, also ones written later; none for the ones in force.
 */
text: string | null, };

/**
 * Decisions in brief.
 */
export type Decisions = { 
/**
 * The newest first.
 */
decisions: Array<DecisionBrief>, };

/**
 * A named condition as a form shows it.
 */
export type DefineForm = { 
/**
 * Its name.
 */
name: string, 
/**
 * The condition.
 */
when: CondForm, 
/**
 * The line of the file on which it stands.
 */
line: number, };

/**
 * The newest attempts to tell a bot something.
 */
export type Deliveries = { 
/**
 * Newest first.
 */
deliveries: Array<DeliveryView>, };

/**
 * One attempt to tell a bot something.
 */
export type DeliveryView = { 
/**
 * The `webhook-id` that it was sent under.
 */
id: string, 
/**
 * Its place in the log; 0 for a trial.
 */
seq: number, 
/**
 * What kind of event it was.
 */
kind: string, 
/**
 * Which attempt this was, from 1.
 */
attempt: number, 
/**
 * When.
 */
at: number, 
/**
 * How long it took, in milliseconds.
 */
took_ms: number, 
/**
 * The HTTP status; none when there was no answer.
 */
status: number | null, 
/**
 * `delivered`, `failed` or `given_up`.
 */
ended: string, 
/**
 * What went wrong; empty when nothing did.
 */
error: string, };

/**
 * Plays the demo again from the start.
 */
export type DemoRestart = Record<symbol, never>;

/**
 * A line of a comparison.
 */
export type DiffLine = { 
/**
 * `same`, `added` or `removed`.
 */
kind: string, 
/**
 * The line.
 */
text: string, 
/**
 * Its number in the older text, from 1; none when it came.
 */
from: number | null, 
/**
 * Its number in the newer text, from 1; none when it went.
 */
to: number | null, };

/**
 * What was found.
 */
export type Discovered = { 
/**
 * The best first.
 */
candidates: Array<Candidate>, };

/**
 * A part of what a rule does.
 */
export type DoForm = { 
/**
 * `control`, `review`, `priority`, `ladder`, `tag`, …
 */
slot: string, 
/**
 * The value.
 */
value: RuleValue, };

/**
 * An answer that says only that it is done.
 */
export type Done = Record<symbol, never>;

/**
 * Opens or closes the door of the desktop app.
 */
export type DoorSet = { 
/**
 * Whether it is to be open.
 */
open: boolean, 
/**
 * The port on this machine.
 */
port: number, 
/**
 * The address of this machine at which bots on other machines of the office come in, each
 * request signed; empty for none.
 */
lan: string, };

/**
 * The door for bots, as it stands.
 */
export type DoorView = { 
/**
 * `open`, `closed` or `failed`.
 */
state: string, 
/**
 * Where it is, as the beginning of an address; empty while it is closed.
 */
address: string, 
/**
 * Why it could not be opened; empty when it could.
 */
problem: string, 
/**
 * Whether it is opened and closed here; otherwise it is open as long as the server runs.
 */
switchable: boolean, 
/**
 * Whether it is to be open, where it can be switched.
 */
wanted: boolean, 
/**
 * The port that it is opened on, where it can be switched.
 */
port: number, 
/**
 * How it stands for other machines of the office.
 */
lan: LanDoorView, };

/**
 * What was written and not yet sent.
 */
export type Draft = { 
/**
 * `reply`, `reply_all`, `forward`, `new` or `note`.
 */
mode: string, 
/**
 * The message answered.
 */
message: string | null, 
/**
 * To.
 */
to: Array<AddressView>, 
/**
 * Cc.
 */
cc: Array<AddressView>, 
/**
 * Bcc.
 */
bcc: Array<AddressView>, 
/**
 * The subject.
 */
subject: string, 
/**
 * The text.
 */
text: string, 
/**
 * Whether the quote goes below.
 */
with_quote: boolean, 
/**
 * Files.
 */
files: Array<FileInput>, 
/**
 * Places of attachments of the answered message that do not go with a forward.
 */
left_out: Array<number>, 
/**
 * What of it was taken from somewhere, and from where.
 */
sources: Array<DraftSource>, 
/**
 * When it was last saved.
 */
saved_at: number, };

/**
 * What was begun and is not sent yet. A letter and a note are kept apart, so that no word for
 * the team can go to a customer because another key was pressed.
 */
export type DraftFound = { 
/**
 * The letter, or the text of rules.
 */
draft: Draft | null, 
/**
 * The note for the team.
 */
note: Draft | null, };

/**
 * Asks for the draft of the agent at this desk.
 */
export type DraftGet = { 
/**
 * The conversation, `new`, or `rules` for a text of rules.
 */
conversation: string, };

/**
 * Saves or, with none, discards a draft.
 */
export type DraftPut = { 
/**
 * The conversation, `new`, or `rules` for a text of rules.
 */
conversation: string, 
/**
 * The draft.
 */
draft: Draft | null, 
/**
 * Whether it is the note that is saved or discarded; a letter stays as it is then.
 */
note: boolean, };

/**
 * What something in a draft was taken from.
 */
export type DraftSource = { 
/**
 * `answer`, `document`, `page` or `conversation`.
 */
kind: string, 
/**
 * The title shown.
 */
title: string, 
/**
 * Where it is: an address, the name of a file or of a saved answer, a conversation.
 */
name: string, };

/**
 * One entry of the stream.
 */
export type Entry = { 
/**
 * Its place in the stream; the key of the page.
 */
key: string, 
/**
 * When.
 */
at: number, 
/**
 * Who: `agent:anna`, `bot:helper`, `customer`, `rule:legal-threat`, `system`.
 */
actor: string, 
/**
 * The name shown for the actor.
 */
actor_display: string, 
/**
 * What.
 */
what: What, };

/**
 * What was erased.
 */
export type Erased = { 
/**
 * Conversations that were touched.
 */
conversations: number, 
/**
 * Messages, ours to them too.
 */
messages: number, 
/**
 * Pieces of content.
 */
contents: number, };

/**
 * A fact.
 */
export type FactView = { 
/**
 * The name in conditions.
 */
name: string, 
/**
 * `bool`, `int`, `decimal`, `duration`, `time`, `text`, `choice` or `texts`.
 */
kind: string, 
/**
 * The unit or range; empty when there is none.
 */
unit: string, 
/**
 * What it can be, when that is a few words.
 */
values: Array<string>, 
/**
 * What it says, in one line.
 */
about: string, 
/**
 * `built_in`, `attribute`, `words` or `hours`.
 */
origin: string, };

/**
 * Asks for the facts that the rules in force may name.
 */
export type FactsList = Record<symbol, never>;

/**
 * The facts that the rules in force may name.
 */
export type FactsView = { 
/**
 * Built-in ones first.
 */
facts: Array<FactView>, };

/**
 * A file to send.
 */
export type FileInput = { 
/**
 * Its name.
 */
name: string, 
/**
 * The media type.
 */
media_type: string, 
/**
 * The bytes, in base 64.
 */
base64: string, };

/**
 * Something wrong with rules that can each be read.
 */
export type FindingView = { 
/**
 * `error`, `warning` or `hint`.
 */
weight: string, 
/**
 * A stable name of the kind of finding, such as `never-true`.
 */
kind: string, 
/**
 * The rules it is about, the one to change first.
 */
rules: Array<string>, 
/**
 * What is wrong, in one sentence.
 */
says: string, 
/**
 * How to repair it.
 */
hint: string, 
/**
 * A conversation that shows it, in plain words; empty where none can.
 */
witness: string, 
/**
 * The line of the rule to change first, from 1; 0 when it is about no rule.
 */
line: number, };

/**
 * A replacement that settles a problem.
 */
export type FixView = { 
/**
 * Where it begins in the text, in UTF-16 units.
 */
start: number, 
/**
 * Where it ends, in UTF-16 units.
 */
end: number, 
/**
 * What to write there.
 */
replacement: string, };

/**
 * A part of a text that was folded away.
 */
export type Folded = { 
/**
 * `quote`, `signature`, `forward`, `disclaimer`.
 */
kind: string, 
/**
 * The text.
 */
text: string, 
/**
 * How many lines.
 */
lines: number, };

/**
 * A folder on the server.
 */
export type FolderView = { 
/**
 * Its name.
 */
name: string, 
/**
 * `inbox`, `sent`, `archive`, `junk`, `trash`, `drafts`, `all` or empty.
 */
role: string, };

/**
 * One thing that must be met.
 */
export type GateView = { 
/**
 * A stable name: `watched`, `findings`, `tests`, `handoffs`, `approver`.
 */
code: string, 
/**
 * What, in words with figures.
 */
says: string, 
/**
 * Whether it is.
 */
met: boolean, };

/**
 * How many sentences of an answer stand on how many sources.
 */
export type Grounded = { 
/**
 * Sources that are cited.
 */
sources: number, 
/**
 * Sentences that nothing supports.
 */
unsupported: number, };

/**
 * What the sentences of a model's answer stand on, as Baton itself has seen.
 */
export type Grounds = { 
/**
 * The sentences, in order; none where nothing was looked at.
 */
claims: Array<Claim>, 
/**
 * What they cite; number 1 is the first.
 */
sources: Array<CitedSource>, };

/**
 * Asks what the sentences of a message or draft stand on.
 */
export type GroundsGet = { 
/**
 * The conversation it stands in.
 */
conversation: string, 
/**
 * The message, or the draft that is to be one.
 */
message: string, 
/**
 * Other words for it, which are held against the same passages; none for its own.
 */
text: string | null, };

/**
 * How Baton is doing.
 */
export type Health = { 
/**
 * One line a thing checked.
 */
checks: Array<Check>, 
/**
 * Figures by name.
 */
figures: { [key in string]: number }, 
/**
 * Where the workspace is.
 */
folder: string, 
/**
 * What secrets are kept in.
 */
secrets: string, };

/**
 * Asks how Baton is doing.
 */
export type HealthGet = Record<symbol, never>;

/**
 * That a rule was put into shadow by itself.
 */
export type HeldBackView = { 
/**
 * When.
 */
at: number, 
/**
 * Why.
 */
why: string, };

/**
 * What a choice comes to on conversations that were held out of it: it is made several times,
 * each time without a part of them, and judged on that part.
 */
export type HeldOutView = { 
/**
 * How many parts there are.
 */
parts: number, 
/**
 * What comes of it on all parts together.
 */
outcome: OutcomeView, 
/**
 * What it saves there, in handoffs.
 */
saving: number, 
/**
 * The lower end of its interval (95 %).
 */
saving_low: number, 
/**
 * The upper end.
 */
saving_high: number, 
/**
 * Of those that reach people, the share that needed to; none where labels are few.
 */
precision: RateView | null, 
/**
 * Of those that needed people, the share that reaches them; none where labels are few.
 */
recall: RateView | null, };

/**
 * The HTML view of a message: a whole document for a sandboxed frame.
 */
export type HtmlView = { 
/**
 * The document.
 */
document: string, 
/**
 * How many remote images are not loaded.
 */
blocked_images: number, 
/**
 * Other things that were taken out: a code and how many.
 */
blocked: Array<Warning>, 
/**
 * The hosts of what was not loaded.
 */
hosts: Array<string>, };

/**
 * One identity of a contact.
 */
export type IdentityView = { 
/**
 * The channel kind.
 */
kind: string, 
/**
 * The address.
 */
address: string, 
/**
 * `verified`, `seen` or `claimed`.
 */
level: string, 
/**
 * The contact that it belongs to: the one asked for, or one that is the same person.
 */
contact: string, 
/**
 * How its contact became part of the person, where another one stands for them.
 */
joined: JoinedView | null, };

/**
 * How a contact became part of a person.
 */
export type JoinedView = { 
/**
 * When.
 */
at: number, 
/**
 * Who said so.
 */
by: string, 
/**
 * What had spoken for it, in the words of `SignView`; empty when somebody chose.
 */
signs: Array<string>, };

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/**
 * Where answers are taken from.
 */
export type Knowledge = { 
/**
 * Saved answers, documents and web pages, by kind and title.
 */
sources: Array<KnowledgeSource>, 
/**
 * How many solved conversations answers are taken from.
 */
conversations: number, 
/**
 * How many passages all of them have.
 */
passages: number, };

/**
 * Adds a file or a web page, or reads it anew where it is known. Either of the two.
 */
export type KnowledgeAdd = { 
/**
 * A file: Markdown, text or HTML.
 */
file: FileInput | null, 
/**
 * The address of a page, which is fetched now and never by itself.
 */
address: string | null, };

/**
 * Asks where answers are taken from.
 */
export type KnowledgeGet = Record<symbol, never>;

/**
 * Names a source.
 */
export type KnowledgeOnly = { 
/**
 * Which.
 */
source: string, };

/**
 * Fetches a page anew, or everything that can be read anew.
 */
export type KnowledgeRefresh = { 
/**
 * Which page; none for every page, and the conversations that were solved.
 */
source: string | null, };

/**
 * What came of reading anew.
 */
export type KnowledgeRefreshed = { 
/**
 * How many sources say something else now.
 */
changed: number, 
/**
 * How many say what they said.
 */
same: number, 
/**
 * Those that could not be read, and keep what they had.
 */
failed: Array<KnowledgeSource>, };

/**
 * Something that answers are taken from.
 */
export type KnowledgeSource = { 
/**
 * Which.
 */
source: string, 
/**
 * `answer`, `document` or `page`.
 */
kind: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Where it is: an address, or the name of a file or of a saved answer.
 */
name: string, 
/**
 * When it was added.
 */
added_at: number, 
/**
 * When it was last read.
 */
read_at: number, 
/**
 * How many passages it has.
 */
passages: number, 
/**
 * Why it could not be read anew since; empty when it could.
 */
problem: string, };

/**
 * Asks what may answer the customer of a conversation.
 */
export type KnowledgeSuggest = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Words to look for in place of the customer's; empty for those.
 */
words: string, };

/**
 * Says whether an episode needed people.
 */
export type LabelPut = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The episode; none for the current one.
 */
episode: number | null, 
/**
 * The decision that it is about; none for the one that brought people in.
 */
decision: string | null, 
/**
 * `needed`, `not_needed`, `too_late`, `should_have_been_human`; none to take back what
 * one has said.
 */
label: string | null, };

/**
 * What one person said of one episode.
 */
export type LabelView = { 
/**
 * Who: the short name.
 */
agent: string, 
/**
 * Who: the name shown.
 */
display: string, 
/**
 * Whether it is the agent at this desk.
 */
mine: boolean, 
/**
 * The episode.
 */
episode: number, 
/**
 * What they said.
 */
label: string, 
/**
 * When.
 */
at: number, 
/**
 * The decision that it is about.
 */
decision: string | null, 
/**
 * Whether it was drawn by lot.
 */
sampled: boolean, };

/**
 * What was said of a conversation.
 */
export type Labels = { 
/**
 * The last word of each person on each episode, oldest first.
 */
labels: Array<LabelView>, 
/**
 * The current episode.
 */
episode: number, 
/**
 * The labels that fit the current episode; none when nothing can be said of it.
 */
fitting: Array<string>, };

/**
 * Asks what was said of a conversation.
 */
export type LabelsGet = { 
/**
 * The conversation.
 */
conversation: string, };

/**
 * The door for bots on other machines of the office, as it stands.
 */
export type LanDoorView = { 
/**
 * `open`, `closed` or `failed`.
 */
state: string, 
/**
 * Where it is, as the beginning of an address; empty while it is closed.
 */
address: string, 
/**
 * Why it could not be opened; empty when it could.
 */
problem: string, 
/**
 * The address of this machine that it is to be opened at, where it can be switched; empty
 * for none.
 */
wanted: string, };

/**
 * How the rules learn from people.
 */
export type Learning = { 
/**
 * How many of the conversations that a bot closed alone are drawn a day; 0 for none.
 */
audit_sample: number, 
/**
 * The most that can be drawn a day.
 */
audit_most: number, 
/**
 * How many handoffs a missed conversation is worth.
 */
miss_cost: number, 
/**
 * The most that it can be worth.
 */
miss_most: number, };

/**
 * Asks how the rules learn from people.
 */
export type LearningGet = Record<symbol, never>;

/**
 * Changes how the rules learn from people.
 */
export type LearningSet = { 
/**
 * How many of the conversations that a bot closed alone are drawn a day; 0 for none.
 */
audit_sample: number, 
/**
 * How many handoffs a missed conversation is worth.
 */
miss_cost: number, };

/**
 * The order of a list.
 */
export type ListOrder = "newest" | "due";

/**
 * Handoffs in one hour of the week.
 */
export type LoadView = { 
/**
 * With the rules compared with.
 */
old: number, 
/**
 * With the new rules.
 */
new: number, };

/**
 * Writes a macro, in the place of one of the same name.
 */
export type MacroPut = { 
/**
 * Its name.
 */
name: string, 
/**
 * The text.
 */
text: string, };

/**
 * Removes a macro.
 */
export type MacroRemove = { 
/**
 * Its name.
 */
name: string, };

/**
 * One macro.
 */
export type MacroView = { 
/**
 * Its name, by which rules know it too.
 */
name: string, 
/**
 * The text as written, with its fields, such as `{customer}`.
 */
text: string, 
/**
 * The text with its fields filled in.
 */
filled: string, };

/**
 * The macros, by name.
 */
export type Macros = { 
/**
 * All of them.
 */
macros: Array<MacroView>, };

/**
 * Asks for the macros, filled in for a conversation when one is named.
 */
export type MacrosGet = { 
/**
 * The conversation that they would be used in.
 */
conversation: string | null, };

/**
 * The settings of a mailbox, without secrets.
 */
export type MailConfig = { 
/**
 * The address.
 */
address: string, 
/**
 * The name shown to customers.
 */
display_name: string, 
/**
 * The IMAP server.
 */
imap: ServerConfig, 
/**
 * The SMTP server.
 */
smtp: ServerConfig, 
/**
 * `password` or `oauth2`.
 */
auth: string, 
/**
 * The provider of OAuth: `google`, `microsoft` or `custom`; empty for passwords.
 */
oauth_provider: string, 
/**
 * The team's own client id.
 */
oauth_client: string, 
/**
 * The folders read besides the inbox and the folder of what was sent.
 */
folders: Array<string>, 
/**
 * Whether copies are put into the Sent folder.
 */
keep_sent: boolean, 
/**
 * The queue new conversations go to.
 */
queue: string, 
/**
 * How many days of history are fetched at first; 0 for all.
 */
history_days: number, 
/**
 * A file with the only certificate authorities to believe, for servers with their own.
 */
ca_file?: string, 
/**
 * The name with which the mailbox's own server signs what it finds out about senders
 * (`Authentication-Results`). Only under this name it is believed; none to believe nobody.
 */
authserv_id?: string, };

/**
 * Asks for the HTML view of a message.
 */
export type MessageHtml = { 
/**
 * The message.
 */
message: string, 
/**
 * Whether remote images may load, this time.
 */
remote: boolean, 
/**
 * `light` or `dark`.
 */
theme: string, };

/**
 * Names a message and nothing more.
 */
export type MessageOnly = { 
/**
 * The message.
 */
message: string, };

/**
 * The raw source of a message.
 */
export type MessageSource = { 
/**
 * The bytes, in base 64.
 */
base64: string, 
/**
 * How many bytes.
 */
size: number, 
/**
 * Their SHA-256.
 */
sha256: string, };

/**
 * A message or note.
 */
export type MessageView = { 
/**
 * Which.
 */
id: string, 
/**
 * `inbound`, `outbound`, `internal` (a note).
 */
direction: string, 
/**
 * `customer`, `bot`, `agent`, `system`.
 */
author: string, 
/**
 * `message`, `auto_reply`, `bounce`, `feedback`, `list`, `system`.
 */
kind: string, 
/**
 * The sender.
 */
from: AddressView, 
/**
 * To.
 */
to: Array<AddressView>, 
/**
 * Cc.
 */
cc: Array<AddressView>, 
/**
 * Reply-To.
 */
reply_to: Array<AddressView>, 
/**
 * The subject.
 */
subject: string, 
/**
 * The text to read first, without quotes and signature.
 */
text: string, 
/**
 * What was folded away, in order.
 */
folded: Array<Folded>, 
/**
 * Whether there is an HTML part to show.
 */
has_html: boolean, 
/**
 * The attachments.
 */
attachments: Array<AttachmentView>, 
/**
 * Codes and details of what is odd about the sender.
 */
warnings: Array<Warning>, 
/**
 * What could not be read as it stands.
 */
problems: Array<Warning>, 
/**
 * How it found the conversation: `new`, `reference`, `token`, `flagged`, `native`.
 */
join: string, 
/**
 * Whether it was imported.
 */
imported: boolean, 
/**
 * Whether its content was erased.
 */
erased: boolean, 
/**
 * Whether the raw source is at hand.
 */
has_source: boolean, 
/**
 * What a delivery report says.
 */
report: ReportView | null, 
/**
 * The date the sender claims.
 */
claimed_date: number | null, 
/**
 * The outbox entry, when Baton sends it.
 */
outbox: OutgoingView | null, 
/**
 * The bot to which a person said it, and not to the customer.
 */
whispered: string | null, 
/**
 * How its sentences stand to what the team knows; none where that was not looked at.
 */
grounded: Grounded | null, };

/**
 * How sure a figure is.
 */
export type MetricKind = "exact" | "estimate" | "bound";

/**
 * A figure, before and after.
 */
export type MetricView = { 
/**
 * A stable name: `handoffs`, `first_contact_handoff`, `review_items`, …
 */
name: string, 
/**
 * What it is, in words.
 */
says: string, 
/**
 * What is counted: `conversations`, `points`, `drafts`, `minutes`, `changes`.
 */
unit: string, 
/**
 * With the rules compared with.
 */
old: number | null, 
/**
 * With the new rules.
 */
new: number | null, 
/**
 * The new less the old.
 */
delta: number | null, 
/**
 * The lower end of the 95 % interval, or of the bounds, of the difference.
 */
low: number | null, 
/**
 * The upper end.
 */
high: number | null, 
/**
 * Out of how many; the share is the figure over this.
 */
n: number, 
/**
 * The 95 % interval of the old share, where the figure is a share of `n`.
 */
old_share: ShareView | null, 
/**
 * The 95 % interval of the new share.
 */
new_share: ShareView | null, 
/**
 * How likely a difference like this is by chance alone; none where that means nothing.
 */
p: number | null, 
/**
 * Whether it is a fact, an estimate or a bound.
 */
kind: MetricKind, 
/**
 * What is to be known about it, in words; may be empty.
 */
note: string, };

/**
 * One thing that was not as wanted.
 */
export type MissView = { 
/**
 * The line that wants it, from 1.
 */
line: number, 
/**
 * What was looked at, such as `control`.
 */
what: string, 
/**
 * What was wanted.
 */
expected: string, 
/**
 * What was found.
 */
found: string, 
/**
 * Why it came so.
 */
why: string, };

/**
 * How many of the conversations that a bot closed alone a person should have had.
 */
export type MissedRate = { 
/**
 * The rate, from 0 to 1; none below thirty answers, where counts say more.
 */
rate: number | null, 
/**
 * The lower end of its interval (Wilson, 95 %).
 */
low: number | null, 
/**
 * The upper end.
 */
high: number | null, 
/**
 * Lots answered.
 */
answered: number, 
/**
 * Of them, those that a person should have had.
 */
found: number, 
/**
 * Lots drawn on the days with an answer.
 */
drawn: number, 
/**
 * Conversations that a bot closed alone on these days.
 */
of: number, };

/**
 * A condition that alone kept a rule from matching.
 */
export type NearView = { 
/**
 * The place of the condition in the rule, from 0.
 */
row: number, 
/**
 * As written.
 */
text: string, 
/**
 * At how many points.
 */
points: number, };

/**
 * Adds a note.
 */
export type NoteAdd = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The text.
 */
text: string, };

/**
 * A login by OAuth under way.
 */
export type OauthFlow = { 
/**
 * The flow.
 */
flow: string, 
/**
 * The page to open in the browser.
 */
url: string, };

/**
 * Asks how a login by OAuth is going.
 */
export type OauthPoll = { 
/**
 * The flow.
 */
flow: string, };

/**
 * Begins a login by OAuth.
 */
export type OauthStart = { 
/**
 * `google`, `microsoft` or `custom`.
 */
provider: string, 
/**
 * The address.
 */
address: string, 
/**
 * The team's own client id.
 */
client_id: string, 
/**
 * The client secret, where the provider wants one.
 */
client_secret: string, 
/**
 * The authorisation address, for `custom`.
 */
auth_url: string, 
/**
 * The token address, for `custom`.
 */
token_url: string, 
/**
 * The scopes, for `custom`.
 */
scopes: string, };

/**
 * How it is going.
 */
export type OauthState = { 
/**
 * `waiting`, `done` or `failed`.
 */
state: string, 
/**
 * Why it failed.
 */
text: string, };

/**
 * Answers an offer.
 */
export type OfferAnswer = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The offer.
 */
offer: string, 
/**
 * Why not, when it is declined.
 */
reason: string, };

/**
 * A live offer.
 */
export type OfferView = { 
/**
 * Which.
 */
id: string, 
/**
 * To whom, in words such as `agent:anna`.
 */
to: string, 
/**
 * Whether the agent at this desk may accept it.
 */
to_me: boolean, 
/**
 * When it was made.
 */
made_at: number, 
/**
 * When it runs out.
 */
expires_at: number, 
/**
 * Whether the old controller may still speak.
 */
warm: boolean, };

/**
 * Names an outbox entry.
 */
export type OutboxOnly = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The entry.
 */
outbox: string, };

/**
 * What rules come to on labelled episodes.
 */
export type OutcomeView = { 
/**
 * Labelled episodes.
 */
labelled: number, 
/**
 * Of them, those that needed people.
 */
needed: number, 
/**
 * Those that reach people.
 */
handoffs: number, 
/**
 * Of them, those that did not need to.
 */
false_handoffs: number, 
/**
 * Those that needed people and do not reach them, or not in time.
 */
missed: number, 
/**
 * What it costs, in handoffs.
 */
cost: number, 
/**
 * The share of handoffs that were not needed; none where labels are few.
 */
false_share: RateView | null, 
/**
 * The share of needed ones that are missed; none where labels are few.
 */
missed_share: RateView | null, };

/**
 * Where a message to be sent stands.
 */
export type OutgoingView = { 
/**
 * Which entry.
 */
outbox: string, 
/**
 * `queued`, `committing`, `sent`, `failed`, `in_doubt`, `cancelled`; of a message that has
 * left `refused` or `bounced` when it did not reach everybody.
 */
state: string, 
/**
 * Until when it can be taken back.
 */
undo_until: number, 
/**
 * When the next attempt is due.
 */
next_at: number | null, 
/**
 * Attempts so far.
 */
attempts: number, 
/**
 * What the server last said.
 */
error: string, };

/**
 * Marks the packet of the last handoff.
 */
export type PacketMark = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The handoff.
 */
handoff: string, 
/**
 * Whether it was useful; none when it was only read.
 */
useful: boolean | null, 
/**
 * Which fields were missing.
 */
missing: Array<string>, };

/**
 * A packet, ready to be read.
 */
export type PacketView = { 
/**
 * The handoff.
 */
handoff: string, 
/**
 * The packet itself, as in the packet schema.
 */
packet: JsonValue, 
/**
 * Required fields that are not filled.
 */
missing: Array<string>, 
/**
 * When an agent first read it.
 */
read_at: number | null, 
/**
 * Whether the agent at this desk has read it.
 */
read_by_me: boolean, 
/**
 * Which fields were named as missing by people.
 */
lacking: Array<string>, 
/**
 * Whether it was marked useful.
 */
useful: boolean | null, };

/**
 * Hands control over.
 */
export type Pass = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * To whom: `agent:anna`, `queue:support`, `bot:helper`, `role:lead`, `any`.
 */
to: string, 
/**
 * Why.
 */
reason: string, 
/**
 * What the next one should know.
 */
note: string, 
/**
 * When given, it is an offer that runs out after so many seconds.
 */
offer_seconds: number | null, 
/**
 * The control epoch that was shown when it was decided; a hand that came between refuses
 * it. None to act on whatever is.
 */
seen_epoch?: number, };

/**
 * What came of joining or parting contacts, as it is taken back.
 */
export type PeopleChanged = { 
/**
 * The contact that stands for the person that was asked about.
 */
person: string, 
/**
 * The contact that stands, or stood, for the others.
 */
other: string, 
/**
 * The others.
 */
contacts: Array<string>, };

/**
 * A place where a conversation could go on.
 */
export type PlaceView = { 
/**
 * The channel.
 */
channel: string, 
/**
 * Its name.
 */
channel_name: string, 
/**
 * Its kind, such as `email`.
 */
kind: string, 
/**
 * The address of the customer there; empty where the channel knows them.
 */
address: string, 
/**
 * Whether it is where the conversation was before.
 */
home: boolean, 
/**
 * What allows writing there: `verified`, `given` or `wrote_here`; empty where nothing does.
 */
ground: string, 
/**
 * When the customer last gave the address in their own words.
 */
given_at: number | null, 
/**
 * Why it cannot go on there: `not_verified` or `no_consent`; none where it can.
 */
cannot: string | null, };

/**
 * Sets the priority.
 */
export type PrioritySet = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * `low`, `normal`, `high`, `urgent`.
 */
priority: string, };

/**
 * A problem of the text, at its place.
 */
export type ProblemView = { 
/**
 * `error` or `warning`.
 */
severity: string, 
/**
 * A stable name of the kind of problem, such as `unknown-fact`.
 */
code: string, 
/**
 * The line, from 1.
 */
line: number, 
/**
 * The column, from 1, in characters.
 */
column: number, 
/**
 * Where it begins in the text, in UTF-16 units.
 */
start: number, 
/**
 * Where it ends, in UTF-16 units.
 */
end: number, 
/**
 * The cause, in one sentence.
 */
message: string, 
/**
 * How to repair it; empty when the message says so already.
 */
hint: string, 
/**
 * The rules it belongs to.
 */
rules: Array<string>, 
/**
 * An edit that settles it, where one is certain.
 */
fix: FixView | null, };

/**
 * Changes who works at this desk.
 */
export type ProfileSet = { 
/**
 * The name shown.
 */
display_name: string, 
/**
 * The address.
 */
address: string, 
/**
 * Whether the person can be reached now.
 */
available: boolean, };

/**
 * Something promised to the customer.
 */
export type PromiseMade = { 
/**
 * What.
 */
text: string, 
/**
 * Until when; none when no time was named.
 */
due_at: number | null, };

/**
 * Whether a rule may act, and what is missing.
 */
export type Promotion = { 
/**
 * The rule.
 */
rule: string, 
/**
 * The rule in whose place it is tried and would be put live; none when it stands by itself.
 */
replaces: string | null, 
/**
 * The version it stands in.
 */
ruleset: string, 
/**
 * Who may approve it, by name; anybody of the team when empty.
 */
approvers: Array<string>, 
/**
 * `off`, `shadow`, `canary` or `live`, as the file says.
 */
status: string, 
/**
 * Decisions that looked at it in shadow, since it reads as it does.
 */
shadow_decisions: number, 
/**
 * Since when it has been in shadow as it reads now; none when it is not.
 */
shadow_since: number | null, 
/**
 * Decisions that would have come out otherwise.
 */
differs: number, 
/**
 * Handoffs to people that it would have added.
 */
handoffs_added: number, 
/**
 * Handoffs to people that it would have spared.
 */
handoffs_spared: number, 
/**
 * What must be met.
 */
gate: Array<GateView>, 
/**
 * Whether all but the approver is met.
 */
may_promote: boolean, };

/**
 * Asks whether a rule may act.
 */
export type PromotionGet = { 
/**
 * The rule.
 */
rule: string, };

/**
 * Everything about a conversation that stands in the log, with what proves it.
 */
export type Proof = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Its subject.
 */
subject: string, 
/**
 * The name of the policy in force now.
 */
policy: string, 
/**
 * The decisions, the oldest first.
 */
decisions: Array<DecisionView>, 
/**
 * Decisions whose facts were erased: they stand in the log without them.
 */
erased: number, 
/**
 * The envelopes about it, in the order of the log.
 */
events: Array<ProofEvent>, 
/**
 * The newest envelope of each device.
 */
heads: Array<ProofHead>, 
/**
 * Whether every envelope of the log, of this conversation and all others, follows from
 * the one before.
 */
verified: boolean, 
/**
 * How many envelopes were checked.
 */
checked: number, 
/**
 * What does not hold.
 */
problems: Array<string>, 
/**
 * When this was put together.
 */
printed_at: number, };

/**
 * An envelope of the log.
 */
export type ProofEvent = { 
/**
 * Its place in this workspace's log.
 */
seq: number, 
/**
 * The device that wrote it.
 */
device: string, 
/**
 * Its number in the chain of the device, from 1.
 */
n: number, 
/**
 * When.
 */
at: number, 
/**
 * Who: `agent:anna`, `rule:legal`, `system`, …
 */
actor: string, 
/**
 * Its type.
 */
type: string, 
/**
 * The SHA-256 of the envelope.
 */
hash: string, 
/**
 * The hash of the device's envelope before it; empty for its first.
 */
prev: string, 
/**
 * The envelope byte for byte, as it was hashed.
 */
envelope: string, };

/**
 * The newest envelope of a device.
 */
export type ProofHead = { 
/**
 * The device.
 */
device: string, 
/**
 * How many envelopes it has written.
 */
n: number, 
/**
 * The hash of its newest.
 */
hash: string, };

/**
 * Answers a proposal.
 */
export type ProposalAnswer = { 
/**
 * Which.
 */
id: string, 
/**
 * Whether the rules are to be changed by it.
 */
accept: boolean, 
/**
 * Why.
 */
reason: string, 
/**
 * The cost under which it was proposed, as in the question.
 */
miss_cost: number | null, 
/**
 * Why it is saved although tests of the file fail, or the rule acts at once as it never
 * acted before; none where neither is so.
 */
override: string | null, 
/**
 * Whether a rule that acts stays as it is, with what is proposed as a copy beside it that
 * is watched.
 */
beside: boolean, };

/**
 * What came of an answer.
 */
export type ProposalAnswered = { 
/**
 * The version of the rules in force now.
 */
ruleset: string, };

/**
 * A line of a proposed change.
 */
export type ProposalLine = { 
/**
 * `same`, `added` or `removed`.
 */
kind: string, 
/**
 * The line.
 */
text: string, };

/**
 * One proposed edit of the rules.
 */
export type ProposalView = { 
/**
 * The same edit of the same rules is the same proposal.
 */
id: string, 
/**
 * The rules it touches.
 */
rules: Array<string>, 
/**
 * What it proposes, in one sentence.
 */
says: string, 
/**
 * `limit` or `words`.
 */
kind: string, 
/**
 * The line of the condition, of a limit.
 */
line: string, 
/**
 * The fact it reads, of a limit.
 */
fact: string, 
/**
 * The limit as it is.
 */
old_limit: string, 
/**
 * The limit as it would be.
 */
new_limit: string, 
/**
 * The word set, of words.
 */
set: string, 
/**
 * The words to add, with what speaks for each.
 */
terms: Array<TermView>, 
/**
 * The lines of the file around the change.
 */
diff: Array<ProposalLine>, 
/**
 * The whole file as it would be.
 */
text: string, 
/**
 * As things are, on the labelled episodes.
 */
before: OutcomeView, 
/**
 * As they would be.
 */
after: OutcomeView, 
/**
 * What it saves on the labelled episodes, in handoffs.
 */
saving: number, 
/**
 * The lower end of its interval (95 %).
 */
saving_low: number, 
/**
 * The upper end.
 */
saving_high: number, 
/**
 * The same choice, made without the conversations that it is judged by.
 */
held_out: HeldOutView, 
/**
 * The trade-off along the limit; empty for words.
 */
curve: Array<CurveView>, 
/**
 * Labels it rests on.
 */
labels_used: number, 
/**
 * Of them, those that would go another way.
 */
changed: number, 
/**
 * `open` or `dismissed`.
 */
state: string, 
/**
 * Who dismissed it: the name shown.
 */
answered_by: string, 
/**
 * When.
 */
answered_at: number | null, 
/**
 * Why.
 */
answer_reason: string, };

/**
 * What could be changed, and what that rests on.
 */
export type Proposals = { 
/**
 * The one that saves most first.
 */
proposals: Array<ProposalView>, 
/**
 * Labelled episodes whose decisions are recorded.
 */
labels: number, 
/**
 * Labels below which nothing is proposed.
 */
fewest: number, 
/**
 * Labels below which counts are told and no rates.
 */
enough: number, 
/**
 * How many handoffs a missed conversation is worth.
 */
miss_cost: number, 
/**
 * The version of the rules that would be changed.
 */
ruleset: string, };

/**
 * Asks what could be changed.
 */
export type ProposalsGet = { 
/**
 * How many handoffs a missed conversation is worth; none for what the workspace has set.
 */
miss_cost: number | null, };

/**
 * A message on its way.
 */
export type Queued = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The outbox entry, for `send_cancel`.
 */
outbox: string, 
/**
 * Until when it can be taken back.
 */
undo_until: number, 
/**
 * Whether it waits for somebody to read it first.
 */
held: boolean, };

/**
 * A share with its interval (Wilson, 95 %).
 */
export type RateView = { 
/**
 * The share, from 0 to 1.
 */
rate: number, 
/**
 * The lower end.
 */
low: number, 
/**
 * The upper end.
 */
high: number, };

/**
 * That somebody has read a packet.
 */
export type ReceiptReading = { 
/**
 * Who.
 */
by: string, 
/**
 * When.
 */
at: number, 
/**
 * Seconds since the handoff was asked for.
 */
seconds_waiting: number, };

/**
 * One step of a handoff.
 */
export type ReceiptStep = { 
/**
 * `requested`, `offered`, `accepted`, `rejected`, `timed_out`, `rescinded`, `failed`,
 * `completed`.
 */
status: string, 
/**
 * When.
 */
at: number, 
/**
 * By whom, such as `agent:anna`; empty for Baton itself.
 */
by: string, 
/**
 * Seconds since the step that it answers.
 */
seconds_waiting: number, 
/**
 * The words of it: why it was declined, what failed, how it ended.
 */
text: string, };

/**
 * How one handoff went.
 */
export type ReceiptView = { 
/**
 * Which.
 */
handoff: string, 
/**
 * Who gave it, such as `bot:helper`.
 */
from: string, 
/**
 * Whom it was meant for, such as `queue:support`.
 */
to: string, 
/**
 * The code of its reason.
 */
reason: string, 
/**
 * Its steps, in order.
 */
steps: Array<ReceiptStep>, 
/**
 * Fields that were asked for and that nobody had filled.
 */
missing: Array<string>, 
/**
 * Who has read its packet, in order.
 */
readings: Array<ReceiptReading>, 
/**
 * Whether it was marked useful.
 */
useful: boolean | null, 
/**
 * Which fields were named as missing by people.
 */
lacking: Array<string>, 
/**
 * What the customer was asked again although it was known.
 */
asked_again: Array<string>, };

/**
 * How the handoffs of a conversation went, oldest first.
 */
export type Receipts = { 
/**
 * The handoffs.
 */
receipts: Array<ReceiptView>, };

/**
 * Asks how the handoffs of a conversation went.
 */
export type ReceiptsGet = { 
/**
 * The conversation.
 */
conversation: string, };

/**
 * Lets go, or asks for control.
 */
export type Release = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Why.
 */
reason: string, 
/**
 * The control epoch that was shown when it was decided; a hand that came between refuses
 * it. None to act on whatever is.
 */
seen_epoch?: number, };

/**
 * How a message answers.
 */
export type ReplyMode = "reply" | "reply_all" | "forward" | "new";

/**
 * What a reply would look like.
 */
export type ReplyPlan = { 
/**
 * To.
 */
to: Array<AddressView>, 
/**
 * Cc.
 */
cc: Array<AddressView>, 
/**
 * The subject.
 */
subject: string, 
/**
 * The quoted text that goes below.
 */
quote: string, 
/**
 * Files of a forwarded message.
 */
attachments: Array<AttachmentView>, 
/**
 * The message answered.
 */
message: string | null, 
/**
 * What is odd about the recipients, to be shown before sending.
 */
warnings: Array<Warning>, 
/**
 * Whether the channel can be written to, and why not.
 */
cannot: string | null, 
/**
 * Whether it is a chat: there is one to talk to, and no letter to write.
 */
chat: boolean, };

/**
 * Asks what a reply would look like.
 */
export type ReplyPrepare = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * How.
 */
mode: ReplyMode, 
/**
 * The message answered; none for the newest of the customer.
 */
message: string | null, };

/**
 * Sends a reply; sending is a take.
 */
export type ReplySend = { 
/**
 * The conversation; none for a new one.
 */
conversation: string | null, 
/**
 * The channel, for a new one.
 */
channel: string | null, 
/**
 * How.
 */
mode: ReplyMode, 
/**
 * The message answered.
 */
message: string | null, 
/**
 * To.
 */
to: Array<AddressView>, 
/**
 * Cc.
 */
cc: Array<AddressView>, 
/**
 * Bcc.
 */
bcc: Array<AddressView>, 
/**
 * The subject.
 */
subject: string, 
/**
 * The text.
 */
text: string, 
/**
 * The quoted text below it; empty for none.
 */
quote: string, 
/**
 * Files.
 */
files: Array<FileInput>, 
/**
 * Places of attachments of the answered message to forward.
 */
forward: Array<number>, 
/**
 * Places of those that were left out, for the draft it becomes when it is taken back.
 */
left_out: Array<number>, 
/**
 * Whether the conversation is solved with it.
 */
resolve: boolean, };

/**
 * What a delivery report says.
 */
export type ReportView = { 
/**
 * `failed`, `delayed`, …
 */
action: string, 
/**
 * The enhanced status code.
 */
status: string, 
/**
 * The address.
 */
recipient: string, 
/**
 * What the remote server said.
 */
diagnostic: string, };

/**
 * Gives control back to a bot.
 */
export type ReturnToBot = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Which bot; empty for the channel's.
 */
bot: string, 
/**
 * What happened while people had it.
 */
summary: string, 
/**
 * What the bot may go on with; empty for everything.
 */
allowed_topics: Array<string>, 
/**
 * What was promised to the customer meanwhile.
 */
promises: Array<PromiseMade>, 
/**
 * The control epoch that was shown when it was decided; a hand that came between refuses
 * it. None to act on whatever is.
 */
seen_epoch?: number, };

/**
 * Lets a draft go.
 */
export type ReviewApprove = { 
/**
 * Which.
 */
draft: string, 
/**
 * What is sent in its place; none for the draft as it is.
 */
text: string | null, };

/**
 * How a review ended.
 */
export type ReviewEnd = { 
/**
 * `approved`, `edited`, `rejected`, `expired`, `withdrawn`.
 */
how: string, 
/**
 * The person, as shown; empty where time or a change of control ended it.
 */
by: string, 
/**
 * The code of a rejection.
 */
code: string | null, 
/**
 * When.
 */
at: number, 
/**
 * How long it had waited, in milliseconds.
 */
waited_ms: number, 
/**
 * What was changed before it was sent, word by word; empty when nothing was.
 */
changes: Array<ReviewPiece>, };

/**
 * How reviews went.
 */
export type ReviewFigures = { 
/**
 * The rule; none for all of them.
 */
rule: string | null, 
/**
 * Sent as written.
 */
approved: number, 
/**
 * Sent with other words.
 */
edited: number, 
/**
 * Rejected.
 */
rejected: number, 
/**
 * Not read in time.
 */
expired: number, 
/**
 * Not needed any more, because control went elsewhere.
 */
withdrawn: number, 
/**
 * The median of the minutes that those a person read had waited; none when there are none.
 */
median_minutes: number | null, };

/**
 * Has others read a draft.
 */
export type ReviewMove = { 
/**
 * Which.
 */
draft: string, 
/**
 * Who: `agent:anna`, `queue:legal`, `role:lead`.
 */
to: string, };

/**
 * A stretch of words of a draft.
 */
export type ReviewPiece = { 
/**
 * `same`, `gone` or `new`.
 */
change: string, 
/**
 * The words.
 */
text: string, };

/**
 * Takes an approved draft back before it has left; it waits again.
 */
export type ReviewRecall = { 
/**
 * Which.
 */
draft: string, };

/**
 * Rejects a draft.
 */
export type ReviewReject = { 
/**
 * Which.
 */
draft: string, 
/**
 * Why, as a code.
 */
code: string, 
/**
 * Why, in words; may be empty.
 */
text: string, 
/**
 * Whether the bot is to try again; otherwise people answer.
 */
again: boolean, };

/**
 * A draft was let go.
 */
export type ReviewSent = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The outbox entry, for `review_recall`.
 */
outbox: string, 
/**
 * Until when it can be taken back.
 */
undo_until: number, };

/**
 * A draft that a person reads before the customer does.
 */
export type ReviewView = { 
/**
 * Which.
 */
draft: string, 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Its row; none for somebody who only reads drafts for the team.
 */
row: ConversationRow | null, 
/**
 * The draft.
 */
text: string, 
/**
 * The subject of the letter; empty in a chat.
 */
subject: string, 
/**
 * Whether its content was erased.
 */
erased: boolean, 
/**
 * How its sentences stand to what the team knows; none where that was not looked at.
 */
grounded: Grounded | null, 
/**
 * Who wrote it, such as `bot:helper`.
 */
author: string, 
/**
 * The name shown for the author.
 */
author_display: string, 
/**
 * The rule that holds it.
 */
rule: string, 
/**
 * Why the rule is there, in the team's words; empty for none.
 */
policy: string, 
/**
 * What the rule said of this draft.
 */
reason: string, 
/**
 * The decision, for who may look at it.
 */
decision: string | null, 
/**
 * Who is to read it, such as `team:billing`.
 */
reviewers: Array<string>, 
/**
 * Since when it waits.
 */
held_at: number, 
/**
 * When people must answer in its place.
 */
due_at: number, 
/**
 * What a reader needs to know, as a packet; none when it was erased.
 */
packet: JsonValue | null, 
/**
 * How it ended; none while it waits.
 */
settled: ReviewEnd | null, };

/**
 * Lets somebody from outside the team read drafts.
 */
export type ReviewerAdd = { 
/**
 * The short name: small letters, digits, - and _.
 */
name: string, 
/**
 * The name shown.
 */
display_name: string, 
/**
 * The team whose drafts they read, such as `legal`.
 */
team: string, };

/**
 * Somebody may read drafts.
 */
export type ReviewerAdded = { 
/**
 * The token that opens their view; shown this once.
 */
token: string, };

/**
 * Names somebody who reads drafts.
 */
export type ReviewerOnly = { 
/**
 * The short name.
 */
name: string, };

/**
 * Who from outside the team may read drafts.
 */
export type Reviewers = { 
/**
 * Them, by name.
 */
reviewers: Array<AgentView>, };

/**
 * Asks who from outside the team may read drafts.
 */
export type ReviewersGet = Record<symbol, never>;

/**
 * The drafts that wait, and what became of the last ones.
 */
export type Reviews = { 
/**
 * Those that the person at this desk may read, oldest first.
 */
waiting: Array<ReviewView>, 
/**
 * How many wait for others.
 */
for_others: number, 
/**
 * The last ones that were settled, the newest first.
 */
settled: Array<ReviewView>, 
/**
 * How reviews went in the last 30 days: all together, then by rule.
 */
figures: Array<ReviewFigures>, 
/**
 * The codes of a rejection, in the order in which they are offered.
 */
codes: Array<string>, };

/**
 * Asks for the drafts that wait.
 */
export type ReviewsGet = Record<symbol, never>;

/**
 * Why a row was not taken.
 */
export type RowProblem = { 
/**
 * The line it stands in.
 */
line: number, 
/**
 * The field; empty when it is about the row.
 */
field: string, 
/**
 * What is wrong, in a sentence.
 */
what: string, };

/**
 * A rule in brief.
 */
export type RuleBrief = { 
/**
 * Its identifier.
 */
id: string, 
/**
 * Why it exists.
 */
why: string, 
/**
 * The reason it gives.
 */
reason: string, 
/**
 * The condition as written.
 */
when: string, 
/**
 * `live`, `shadow`, `canary`, `off`, as the file says.
 */
status: string, 
/**
 * The share of conversations for which a canary acts.
 */
canary_share: number | null, 
/**
 * Who answers for it; empty when nobody is named.
 */
owner: string, 
/**
 * The rule in whose place it is tried; none when it stands by itself.
 */
replaces: string | null, 
/**
 * What makes it run.
 */
on: Array<string>, 
/**
 * What it does, in words.
 */
does: string, 
/**
 * The line of the file on which its identifier stands.
 */
line: number, 
/**
 * How it did in the last 28 days.
 */
counts: RuleCounts, 
/**
 * That it was put into shadow because it exceeded its ceiling; none otherwise.
 */
held_back: HeldBackView | null, };

/**
 * How a rule did in the last 28 days.
 */
export type RuleCounts = { 
/**
 * Decisions in which its condition held.
 */
matched: number, 
/**
 * Decisions in which it acted.
 */
acted: number, 
/**
 * Acts that a person decided otherwise within ten minutes.
 */
overridden: number, 
/**
 * Decisions that looked at it while it was only watched.
 */
watched: number, 
/**
 * Decisions that would have come out otherwise had it been live.
 */
differs: number, 
/**
 * When its condition last held.
 */
last_match: number | null, };

/**
 * An edit of a text of rules.
 */
export type RuleEdit = { "kind": "rule_add", 
/**
 * The rule it stands after; the end when none is named.
 */
after: string | null, 
/**
 * Its identifier.
 */
id: string, 
/**
 * Why it exists.
 */
why: string, 
/**
 * The reason it gives.
 */
reason: string, 
/**
 * Who answers for it; may be empty.
 */
owner: string, 
/**
 * What makes it run.
 */
on: Array<string>, 
/**
 * Its condition.
 */
when: CondForm, 
/**
 * What it does.
 */
does: Array<DoForm>, 
/**
 * `live`, `shadow`, `canary` or `off`.
 */
status: string, } | { "kind": "rule_remove", 
/**
 * The rule.
 */
id: string, } | { "kind": "rule_move", 
/**
 * The rule.
 */
id: string, 
/**
 * The rule it is to stand before; the end when none is named.
 */
before: string | null, } | { "kind": "rule_set", 
/**
 * The rule.
 */
id: string, 
/**
 * The key.
 */
key: string, 
/**
 * The value; none takes the key away.
 */
value: RuleValue | null, } | { "kind": "cond_set", 
/**
 * The rule.
 */
id: string, 
/**
 * The condition.
 */
when: CondForm, } | { "kind": "limit_set", 
/**
 * The rule.
 */
id: string, 
/**
 * The line, by its number in the condition.
 */
row: number, 
/**
 * The limit.
 */
limit: string, } | { "kind": "define_set", 
/**
 * Its name.
 */
name: string, 
/**
 * The condition.
 */
when: CondForm, } | { "kind": "define_limit_set", 
/**
 * Its name.
 */
name: string, 
/**
 * The line, by its number in the condition.
 */
row: number, 
/**
 * The limit.
 */
limit: string, } | { "kind": "test_from", 
/**
 * The decision.
 */
decision: string, } | { "kind": "words_set", 
/**
 * Its name.
 */
name: string, 
/**
 * The words.
 */
words: Array<string>, };

/**
 * What one rule does in both.
 */
export type RuleEffectView = { 
/**
 * The rule.
 */
rule: string, 
/**
 * With the rules compared with; none when they do not have it.
 */
old: RuleTallyView | null, 
/**
 * With the new rules; none when they do not have it.
 */
new: RuleTallyView | null, 
/**
 * The conditions of the new rule that alone kept it from matching, and how often.
 */
near: Array<NearView>, };

/**
 * A rule as a form shows it.
 */
export type RuleForm = { 
/**
 * Its identifier.
 */
id: string, 
/**
 * Why it exists.
 */
why: string, 
/**
 * The reason it gives; empty when none is written.
 */
reason: string, 
/**
 * Who answers for it; empty when nobody is named.
 */
owner: string, 
/**
 * The rule in whose place it is tried; none when it stands by itself.
 */
replaces: string | null, 
/**
 * What makes it run.
 */
on: Array<string>, 
/**
 * `live`, `shadow`, `canary`, `off`.
 */
status: string, 
/**
 * The share of conversations for which a canary acts.
 */
canary_share: number | null, 
/**
 * What doubt counts as: `no` or `yes`.
 */
unknown: string, 
/**
 * How often it may act: `until-false`, `per-message`, `per-control`, `per-episode`,
 * `per-conversation`.
 */
once: string, 
/**
 * The rules that it declares to come before on purpose.
 */
before: Array<string>, 
/**
 * Whether it may take a conversation away from a person.
 */
take_over: boolean, 
/**
 * Its condition.
 */
when: CondForm, 
/**
 * What it does, as written.
 */
does: Array<DoForm>, 
/**
 * What it does, in words.
 */
does_says: string, 
/**
 * The line of the file on which its identifier stands.
 */
line: number, };

/**
 * Sets whether a rule acts.
 */
export type RuleStatusSet = { 
/**
 * The rule.
 */
rule: string, 
/**
 * `off`, `shadow`, `canary` or `live`.
 */
status: string, 
/**
 * The share of conversations, for `canary`.
 */
share: number | null, 
/**
 * The version it was seen in.
 */
base: string, 
/**
 * Why.
 */
reason: string, 
/**
 * Who approves that it acts; empty where nobody has to.
 */
approver: string, };

/**
 * How often a rule matched and acted.
 */
export type RuleTallyView = { 
/**
 * Points at which it matched.
 */
matched: number, 
/**
 * Points at which it acted, or in shadow would have.
 */
acted: number, };

/**
 * A value of the rule file.
 */
export type RuleValue = boolean | number | string | Array<string> | { [key in string]: RuleValue };

/**
 * A rule in a decision.
 */
export type RuleView = { 
/**
 * Its identifier.
 */
id: string, 
/**
 * Its reason.
 */
reason: string, 
/**
 * Why it exists.
 */
why: string, 
/**
 * Whether it acted.
 */
acted: boolean, 
/**
 * Why it did not act though it matched; empty otherwise.
 */
held_back: string, 
/**
 * Its conditions.
 */
rows: Array<ConditionView>, 
/**
 * What would have changed the outcome; empty when not known.
 */
flip: string, };

/**
 * Asks what is to be said of a text; it changes nothing.
 */
export type RulesCheck = { 
/**
 * The text.
 */
text: string, };

/**
 * What is to be said of a text.
 */
export type RulesChecked = { 
/**
 * The version it would be.
 */
ruleset: string, 
/**
 * Errors, which keep it from being saved, and warnings.
 */
problems: Array<ProblemView>, 
/**
 * What the analysis found; empty while there are errors.
 */
findings: Array<FindingView>, 
/**
 * How its tests went; empty while there are errors.
 */
tests: Array<TestView>, 
/**
 * What the tests have seen.
 */
coverage: CoverageView, 
/**
 * The rules that would act from now on as they never acted before; empty while there are
 * errors.
 */
begins: Array<BeginsView>, 
/**
 * Its rules, for the form; empty while there are errors.
 */
form: Array<RuleForm>, 
/**
 * Its named conditions, for the form.
 */
defines: Array<DefineForm>, 
/**
 * Its word sets, for the form.
 */
words: Array<WordsForm>, };

/**
 * Asks how two versions differ.
 */
export type RulesDiff = { 
/**
 * The older one.
 */
from: string, 
/**
 * The newer one.
 */
to: string, };

/**
 * How two versions differ.
 */
export type RulesDiffView = { 
/**
 * Every line.
 */
lines: Array<DiffLine>, 
/**
 * Lines that came.
 */
added: number, 
/**
 * Lines that went.
 */
removed: number, };

/**
 * Asks for an edit of a text; nothing is saved.
 */
export type RulesEdit = { 
/**
 * The text.
 */
text: string, 
/**
 * The edit.
 */
edit: RuleEdit, };

/**
 * A text after an edit.
 */
export type RulesEdited = { 
/**
 * The text.
 */
text: string, };

/**
 * Asks for the rules in force.
 */
export type RulesGet = Record<symbol, never>;

/**
 * Asks for the versions that were ever in force.
 */
export type RulesHistory = { 
/**
 * Only versions before this place; none for the newest.
 */
before: number | null, 
/**
 * How many, at most 200.
 */
limit: number, };

/**
 * Puts a text in force.
 */
export type RulesSave = { 
/**
 * The text.
 */
text: string, 
/**
 * The version it was edited from.
 */
base: string, 
/**
 * Why.
 */
reason: string, 
/**
 * Why it is saved although tests fail, or a rule acts at once as it never acted before; none
 * where neither is so.
 */
override: string | null, 
/**
 * Whether rules that act, and would act otherwise, stay as they are, each with its edit as
 * a copy beside it that is watched.
 */
beside: boolean, };

/**
 * What was put in force.
 */
export type RulesSaved = { 
/**
 * The version in force now.
 */
ruleset: string, };

/**
 * The text of a version.
 */
export type RulesVersion = { 
/**
 * The version.
 */
ruleset: string, 
/**
 * The text.
 */
text: string, };

/**
 * One time that a version was put in force.
 */
export type RulesVersionBrief = { 
/**
 * Its place in the history.
 */
place: number, 
/**
 * The version.
 */
ruleset: string, 
/**
 * When it was put in force.
 */
at: number, 
/**
 * Who: a name, or empty when the file was edited by hand.
 */
by: string, 
/**
 * Where it came from: `first`, `file`, `saved`, `status` or `ceiling`.
 */
origin: string, 
/**
 * Why.
 */
why: string, 
/**
 * Why it was saved although tests failed; none when they passed.
 */
override: string | null, 
/**
 * Who approved it, where somebody had to.
 */
approver: string | null, 
/**
 * Whether it is in force.
 */
in_force: boolean, 
/**
 * Rules that came.
 */
added: Array<string>, 
/**
 * Rules that went.
 */
removed: Array<string>, 
/**
 * Rules that changed.
 */
changed: Array<string>, };

/**
 * Asks for the text of a version.
 */
export type RulesVersionGet = { 
/**
 * The version.
 */
ruleset: string, };

/**
 * Versions, the newest first.
 */
export type RulesVersions = { 
/**
 * The versions.
 */
versions: Array<RulesVersionBrief>, 
/**
 * The place to go on from; none at the end.
 */
next: number | null, };

/**
 * The rules in force.
 */
export type RulesView = { 
/**
 * The text.
 */
text: string, 
/**
 * The version.
 */
ruleset: string, 
/**
 * The name of the policy.
 */
policy: string, 
/**
 * Its rules, in order.
 */
rules: Array<RuleBrief>, 
/**
 * Why the newest text of the file is not in force, when it is not.
 */
problems: Array<string>, 
/**
 * The text of the file, where it is not the one in force: an edit of it is saved with its
 * own digest as the base.
 */
on_disk: string | null, 
/**
 * Rules that act, came with an edit of the file by hand, and were approved by nobody yet.
 */
ungated: Array<UngatedView>, 
/**
 * When this version was put in force.
 */
changed_at: number, 
/**
 * Who put it in force: a name, or empty when the file was edited by hand.
 */
changed_by: string, 
/**
 * Why.
 */
why: string, };

/**
 * A saved search.
 */
export type SavedSearch = { 
/**
 * Its identifier.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The query.
 */
query: string, };

/**
 * Saves a search, or changes one.
 */
export type SavedSearchPut = { 
/**
 * Which, when it is changed.
 */
id: string | null, 
/**
 * The name.
 */
name: string, 
/**
 * The query.
 */
query: string, };

/**
 * Removes a saved search.
 */
export type SavedSearchRemove = { 
/**
 * Which.
 */
id: string, };

/**
 * Searches.
 */
export type Search = { 
/**
 * Words, "phrases", -not, from:, to:, tag:, is:, has:, in:, before:, after:.
 */
query: string, 
/**
 * `newest` or `best`.
 */
order: string, 
/**
 * Where the last page ended.
 */
cursor: string | null, 
/**
 * How many conversations, at most 100.
 */
limit: number, };

/**
 * What was found.
 */
export type SearchFound = { 
/**
 * The hits.
 */
hits: Array<SearchHit>, 
/**
 * Where the next page begins; none at the end.
 */
next: string | null, 
/**
 * A better spelling, when a word is found nowhere.
 */
did_you_mean: string | null, 
/**
 * Whether it stopped looking before the end, because too much matched: older ones that
 * match may be missing.
 */
stopped_early: boolean, 
/**
 * How long it took, in milliseconds.
 */
took_ms: number, };

/**
 * One hit.
 */
export type SearchHit = { 
/**
 * The conversation.
 */
row: ConversationRow, 
/**
 * The message.
 */
message: string, 
/**
 * The words around the hit, in pieces.
 */
snippet: Array<SnippetPiece>, };

/**
 * Judges a message in doubt.
 */
export type SendJudge = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The entry.
 */
outbox: string, 
/**
 * `sent` to count it as sent, `resend` to send it again.
 */
verdict: string, };

/**
 * One thing that was sent to a connected bot.
 */
export type SentView = { 
/**
 * Its number.
 */
id: string, 
/**
 * The conversation.
 */
conversation: string, 
/**
 * When.
 */
at: number, 
/**
 * Where to; empty when it was erased.
 */
to: string, 
/**
 * Exactly what was sent; none when it was erased.
 */
body: string | null, 
/**
 * The digest under which the record of it is kept.
 */
record: string, 
/**
 * What it is counted as, in tokens.
 */
tokens: number, 
/**
 * How long the bot took, in milliseconds; none while that is not known.
 */
took_ms: number | null, 
/**
 * `answered`, `given_up` or the code of what went wrong; empty while that is not known.
 */
ended: string, };

/**
 * A server.
 */
export type ServerConfig = { 
/**
 * The host name.
 */
host: string, 
/**
 * The port.
 */
port: number, 
/**
 * `tls`, `starttls` or `plain` (loopback only).
 */
security: string, 
/**
 * The login name.
 */
login: string, };

/**
 * Who works here.
 */
export type Session = { 
/**
 * The agent at this desk.
 */
agent: AgentView, 
/**
 * Everybody in the team.
 */
team: Array<AgentView>, 
/**
 * The bots that are known.
 */
bots: Array<string>, 
/**
 * The queues that are known.
 */
queues: Array<string>, 
/**
 * The name of the workspace.
 */
workspace: string, 
/**
 * Whether it is the demo.
 */
demo: boolean, 
/**
 * The version of Baton.
 */
version: string, 
/**
 * Whether this is the desktop app.
 */
desktop: boolean, 
/**
 * The server's time, in milliseconds UTC.
 */
now: number, 
/**
 * The settings.
 */
settings: Settings, 
/**
 * Whether the person only reads drafts for the team, and sees nothing else.
 */
bounded: boolean, };

/**
 * Asks who works here.
 */
export type SessionGet = Record<symbol, never>;

/**
 * The settings of this desk.
 */
export type Settings = { 
/**
 * `system`, `light`, `dark` or `contrast`.
 */
theme: string, 
/**
 * `comfortable` or `compact`.
 */
density: string, 
/**
 * Key bindings that differ from the usual ones, by action.
 */
keys: { [key in string]: string }, 
/**
 * Whether notifications are shown.
 */
notify: boolean, 
/**
 * Whether a notification may show words of the message.
 */
notify_text: boolean, 
/**
 * Whether urgent escalations sound.
 */
sound: boolean, 
/**
 * Whether only urgent things may interrupt now.
 */
focus: boolean, 
/**
 * The start of quiet hours, as `HH:MM` local time; empty for none.
 */
quiet_from: string, 
/**
 * The end of quiet hours.
 */
quiet_to: string, 
/**
 * Whether Baton starts at login (desktop only).
 */
autostart: boolean, 
/**
 * Whether closing the window keeps Baton in the tray, where there is one.
 */
close_to_tray: boolean, 
/**
 * How long a sent message can be taken back, in seconds.
 */
undo_seconds: number, 
/**
 * The text under outgoing mail; empty for none.
 */
signature: string, 
/**
 * Senders whose remote images are shown.
 */
remote_images_from: Array<string>, 
/**
 * The BCP 47 tag of the interface language.
 */
language: string, };

/**
 * Changes the settings.
 */
export type SettingsSet = { 
/**
 * All of them, as they are to be.
 */
settings: Settings, };

/**
 * A share with its 95 % interval, each from 0 to 1.
 */
export type ShareView = { 
/**
 * The share.
 */
share: number, 
/**
 * The lower end.
 */
low: number, 
/**
 * The upper end.
 */
high: number, };

/**
 * What speaks for two contacts being one person.
 */
export type SignView = { 
/**
 * `same_address`, `gave_address`, `same_phone` or `same_name_and_domain`.
 */
code: string, 
/**
 * The address, number or name.
 */
detail: string, };

/**
 * What happens to the deadlines.
 */
export type SlaEffectView = { 
/**
 * Conversations that do not diverge: theirs are the same with both rules.
 */
same: number, 
/**
 * Those of them in which a deadline was missed.
 */
same_missed: number, 
/**
 * Conversations that diverge: what would have become of theirs is not known.
 */
open: number, 
/**
 * Those of them in which a deadline was missed as it went.
 */
open_missed: number, 
/**
 * In words.
 */
says: string, };

/**
 * What was decided for one slot.
 */
export type SlotView = { 
/**
 * `control`, `priority`, `ladder`, …
 */
slot: string, 
/**
 * The value.
 */
value: string, 
/**
 * The rule, or `default`.
 */
by: string, };

/**
 * A piece of a snippet.
 */
export type SnippetPiece = { 
/**
 * The text.
 */
text: string, 
/**
 * Whether it is what was searched.
 */
hit: boolean, };

/**
 * Snoozes a conversation.
 */
export type Snooze = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Until when.
 */
until: number, };

/**
 * Sets the work status: `open`, `waiting_customer`, `on_hold`.
 */
export type StatusSet = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The status.
 */
status: string, };

/**
 * A passage that may answer.
 */
export type Suggestion = { 
/**
 * Which passage.
 */
passage: string, 
/**
 * What it comes from.
 */
source: DraftSource, 
/**
 * What stands above it, or the question it answers; the words that were looked for are
 * marked.
 */
heading: Array<SnippetPiece>, 
/**
 * Its words, the same way.
 */
text: Array<SnippetPiece>, 
/**
 * What is put into a letter.
 */
insert: string, };

/**
 * What may answer a customer.
 */
export type Suggestions = { 
/**
 * The best first.
 */
suggestions: Array<Suggestion>, 
/**
 * Whether there is anything to suggest from.
 */
empty: boolean, 
/**
 * How long it took, in milliseconds.
 */
took_ms: number, };

/**
 * Adds and removes tags.
 */
export type TagsSet = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * To add.
 */
add: Array<string>, 
/**
 * To remove.
 */
remove: Array<string>, };

/**
 * Takes control.
 */
export type Take = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The control epoch that was shown when it was decided; a hand that came between refuses
 * it. None to act on whatever is.
 */
seen_epoch?: number, };

/**
 * Words that tell episodes which needed people from others.
 */
export type TermView = { 
/**
 * The words.
 */
text: string, 
/**
 * Labelled episodes that needed people in which a customer wrote them.
 */
needed: number, 
/**
 * Others in which one did.
 */
others: number, 
/**
 * The log odds of needing people with them against without.
 */
log_odds: number, 
/**
 * The lower end of its interval (95 %).
 */
low: number, 
/**
 * The upper end.
 */
high: number, };

/**
 * One step of a login test.
 */
export type TestStep = { 
/**
 * The step.
 */
step: string, 
/**
 * Whether it went well.
 */
ok: boolean, 
/**
 * What happened.
 */
text: string, 
/**
 * What to do.
 */
hint: string, };

/**
 * How a test of the file went.
 */
export type TestView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its line, from 1.
 */
line: number, 
/**
 * Whether it went as wanted.
 */
passed: boolean, 
/**
 * What was not as wanted.
 */
misses: Array<MissView>, };

/**
 * A page of the stream, oldest first.
 */
export type Timeline = { 
/**
 * The entries.
 */
entries: Array<Entry>, 
/**
 * Whether there are older ones.
 */
older: boolean, 
/**
 * Whether there are newer ones.
 */
newer: boolean, };

/**
 * Asks for a page of the stream.
 */
export type TimelineGet = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * Entries before this place; none for the newest.
 */
before: string | null, 
/**
 * Entries after this place.
 */
after: string | null, 
/**
 * How many, at most 200.
 */
limit: number, };

/**
 * The times that the workspace has chosen.
 */
export type Times = { 
/**
 * Minutes of after-work: for so long a conversation that a person has let go returns to
 * them when the customer writes; 0 for none.
 */
wrap_up_minutes: number, 
/**
 * The most that it can be.
 */
wrap_up_most: number, };

/**
 * Asks for the times that the workspace has chosen.
 */
export type TimesGet = Record<symbol, never>;

/**
 * Chooses the times of the workspace.
 */
export type TimesSet = { 
/**
 * Minutes of after-work; 0 for none.
 */
wrap_up_minutes: number, };

/**
 * One message of a sample conversation.
 */
export type TrialMessage = { 
/**
 * Its identifier.
 */
id: string, 
/**
 * `customer`, `bot`, `agent` or `system`.
 */
author: string, 
/**
 * Their name.
 */
name: string, 
/**
 * The words.
 */
text: string, 
/**
 * When.
 */
at: number, };

/**
 * Takes back the last act.
 */
export type Undo = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The command to take back.
 */
of: string, };

/**
 * What an undo would take back.
 */
export type UndoView = { 
/**
 * The command.
 */
of: string, 
/**
 * When it was given.
 */
at: number, };

/**
 * A rule that acts although it passed no gate: the file was edited by hand.
 */
export type UngatedView = { 
/**
 * The rule.
 */
rule: string, 
/**
 * Who answers for it; empty when nobody is named.
 */
owner: string, 
/**
 * Since when.
 */
at: number, 
/**
 * Whether it acted before too, and reads otherwise now.
 */
acted: boolean, };

/**
 * One view with its count.
 */
export type ViewCount = { 
/**
 * The key.
 */
key: string, 
/**
 * How many conversations.
 */
total: number, 
/**
 * How many with something unread.
 */
unread: number, };

/**
 * The views with their counts.
 */
export type Views = { 
/**
 * The built-in views: `mine`, `queue`, `escalated`, `with_bot`, `waiting`, `snoozed`,
 * `all`, `solved`.
 */
builtin: Array<ViewCount>, 
/**
 * The saved searches.
 */
saved: Array<SavedSearch>, 
/**
 * Messages that wait to be sent, while offline or in the undo window.
 */
outbox_waiting: number, 
/**
 * Messages that failed or are in doubt.
 */
outbox_trouble: number, };

/**
 * Asks for the views with their counts.
 */
export type ViewsGet = Record<symbol, never>;

/**
 * Something odd: a stable code, and a detail that may hold words of the message.
 */
export type Warning = { 
/**
 * The code.
 */
code: string, 
/**
 * The detail.
 */
detail: string, };

/**
 * Where a bot is told what happens without asking, and how that goes.
 */
export type WebhookView = { 
/**
 * The address.
 */
url: string, 
/**
 * In whose words it is told: `baton`, or those of another platform.
 */
dialect: string, 
/**
 * `ok`, `failing` or `stopped`.
 */
state: string, 
/**
 * Since when nothing was taken.
 */
failing_since: number | null, 
/**
 * When the next attempt is made, while it fails.
 */
next_at: number | null, 
/**
 * Why nothing is sent any more; empty while it is.
 */
stopped: string, 
/**
 * The last attempt.
 */
last: DeliveryView | null, };

/**
 * What an entry of the stream is.
 */
export type What = { "type": "message" } & MessageView | { "type": "control", 
/**
 * The verb.
 */
verb: string, 
/**
 * From whom, such as `bot:helper`.
 */
from: string, 
/**
 * To whom.
 */
to: string, 
/**
 * The reason's code.
 */
code: string, 
/**
 * The reason's words.
 */
text: string, 
/**
 * The rule, when one decided.
 */
rule: string | null, 
/**
 * Whether a packet came with it.
 */
packet: boolean, } | { "type": "offer", 
/**
 * `made`, `accepted`, `rejected`, `timed_out`, `rescinded`, `requested`.
 */
how: string, 
/**
 * To whom, or by whom.
 */
party: string, 
/**
 * In their words.
 */
text: string, } | { "type": "decision", 
/**
 * Which.
 */
decision: string, 
/**
 * The sentence.
 */
sentence: string, 
/**
 * The rules that acted.
 */
acted: Array<string>, } | { "type": "moved", 
/**
 * The kind of the channel, such as `email`.
 */
kind: string, 
/**
 * Its name.
 */
channel: string, 
/**
 * The address of the customer there; empty where the channel knows them.
 */
address: string, 
/**
 * What allows writing there: `verified`, `given` or `wrote_here`.
 */
ground: string, } | { "type": "move_hindered", 
/**
 * The kind of channel it asked for.
 */
kind: string, 
/**
 * Why: `no_channel`, `no_address`, `not_verified`, `no_consent` or `being_sent`.
 */
code: string, } | { "type": "status", 
/**
 * The status after.
 */
to: string, 
/**
 * Until when, for snoozed.
 */
until: number | null, } | { "type": "priority", 
/**
 * The priority after.
 */
to: string, } | { "type": "tags", 
/**
 * Added.
 */
add: Array<string>, 
/**
 * Removed.
 */
remove: Array<string>, } | { "type": "label", 
/**
 * What they said; none when they took it back.
 */
label: string | null, 
/**
 * The episode.
 */
episode: number, } | { "type": "draft", 
/**
 * Which.
 */
draft: string, 
/**
 * `held`, `moved`, `approved`, `edited`, `rejected`, `expired`, `withdrawn`.
 */
how: string, 
/**
 * The name shown for its author.
 */
author: string, 
/**
 * What the draft says, where that is not sent; empty otherwise.
 */
text: string, 
/**
 * The code of a rejection.
 */
code: string | null, 
/**
 * The reviewer's words, or who is to read it.
 */
words: string, 
/**
 * What was changed before it was sent, word by word.
 */
changes: Array<ReviewPiece>, } | { "type": "clock", 
/**
 * Which clock.
 */
clock: string, 
/**
 * Its state after.
 */
state: string, 
/**
 * When it is or was due.
 */
due_at: number | null, } | { "type": "alert", 
/**
 * The people.
 */
agents: Array<string>, 
/**
 * Why.
 */
reason: string, 
/**
 * The rung of the ladder, from 1, when it comes from one.
 */
rung: number | null, } | { "type": "bot_failure", 
/**
 * The code.
 */
code: string, } | { "type": "episode", 
/**
 * Its number.
 */
number: number, } | { "type": "send", 
/**
 * Which outbox entry.
 */
outbox: string, 
/**
 * The step.
 */
step: string, 
/**
 * What the server said.
 */
text: string, } | { "type": "erased", } | { "type": "other", 
/**
 * The type name of the event.
 */
event: string, };

/**
 * Says something to the bot that has control, and not to the customer.
 */
export type Whisper = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The text.
 */
text: string, 
/**
 * The control epoch that was seen.
 */
seen_epoch?: number, };

/**
 * A word set as a form shows it.
 */
export type WordsForm = { 
/**
 * Its name.
 */
name: string, 
/**
 * The words.
 */
words: Array<string>, 
/**
 * The line of the file on which it stands.
 */
line: number, };

/**
 * Makes lists, rows and search anew from the log; takes a while on a large workspace.
 */
export type WorkspaceMend = Record<symbol, never>;

/**
 * What was made anew.
 */
export type WorkspaceMended = { 
/**
 * How many events were read.
 */
events: number, };

/**
 * What would have been decided with a watched rule live.
 */
export type WouldView = { 
/**
 * The rule.
 */
rule: string, 
/**
 * What would have been decided, slot by slot.
 */
result: Array<SlotView>, };

/** Every command with its request and its answer. */
export interface Commands {
  session_get: { request: SessionGet; answer: Session };
  settings_set: { request: SettingsSet; answer: Settings };
  profile_set: { request: ProfileSet; answer: AgentView };
  views_get: { request: ViewsGet; answer: Views };
  saved_search_put: { request: SavedSearchPut; answer: SavedSearch };
  saved_search_remove: { request: SavedSearchRemove; answer: Done };
  conversation_list: { request: ConversationList; answer: ConversationPage };
  conversation_get: { request: ConversationGet; answer: ConversationHead };
  timeline_get: { request: TimelineGet; answer: Timeline };
  search: { request: Search; answer: SearchFound };
  contact_get: { request: ContactGet; answer: ContactView };
  contact_set: { request: ContactSet; answer: Done };
  contact_merge: { request: ContactMerge; answer: PeopleChanged };
  contact_split: { request: ContactSplit; answer: PeopleChanged };
  contacts_tell_apart: { request: ContactsTellApart; answer: Done };
  contact_find: { request: ContactFind; answer: ContactsFound };
  contact_erase: { request: ContactErase; answer: Erased };
  contacts_import: { request: ContactsImport; answer: ContactsImported };
  message_html: { request: MessageHtml; answer: HtmlView };
  message_source: { request: MessageOnly; answer: MessageSource };
  attachment_get: { request: AttachmentGet; answer: AttachmentBytes };
  take: { request: Take; answer: Acted };
  pass: { request: Pass; answer: Acted };
  offer_accept: { request: OfferAnswer; answer: Acted };
  offer_reject: { request: OfferAnswer; answer: Acted };
  request: { request: Release; answer: Acted };
  release: { request: Release; answer: Acted };
  return_to_bot: { request: ReturnToBot; answer: Acted };
  continuing_get: { request: ConversationOnly; answer: Continuing };
  continue_elsewhere: { request: ContinueElsewhere; answer: Acted };
  resolve: { request: Release; answer: Acted };
  reopen: { request: ConversationOnly; answer: Acted };
  snooze: { request: Snooze; answer: Acted };
  status_set: { request: StatusSet; answer: Acted };
  priority_set: { request: PrioritySet; answer: Acted };
  tags_set: { request: TagsSet; answer: Acted };
  mark_read: { request: ConversationOnly; answer: Done };
  packet_mark: { request: PacketMark; answer: Done };
  receipts_get: { request: ReceiptsGet; answer: Receipts };
  asked_again_get: { request: AskedAgainGet; answer: AskedAgain };
  label_set: { request: LabelPut; answer: Acted };
  labels_get: { request: LabelsGet; answer: Labels };
  audit_sample_get: { request: AuditSampleGet; answer: AuditSample };
  learning_get: { request: LearningGet; answer: Learning };
  learning_set: { request: LearningSet; answer: Learning };
  reviews_get: { request: ReviewsGet; answer: Reviews };
  reviewer_add: { request: ReviewerAdd; answer: ReviewerAdded };
  reviewers_get: { request: ReviewersGet; answer: Reviewers };
  reviewer_remove: { request: ReviewerOnly; answer: Done };
  review_approve: { request: ReviewApprove; answer: ReviewSent };
  review_recall: { request: ReviewRecall; answer: Done };
  review_reject: { request: ReviewReject; answer: Acted };
  review_move: { request: ReviewMove; answer: Acted };
  times_get: { request: TimesGet; answer: Times };
  times_set: { request: TimesSet; answer: Times };
  undo: { request: Undo; answer: Acted };
  alerts_get: { request: AlertsGet; answer: Alerts };
  reply_prepare: { request: ReplyPrepare; answer: ReplyPlan };
  reply_send: { request: ReplySend; answer: Queued };
  send_cancel: { request: OutboxOnly; answer: DraftFound };
  send_retry: { request: OutboxOnly; answer: Done };
  send_judge: { request: SendJudge; answer: Done };
  note_add: { request: NoteAdd; answer: Acted };
  whisper: { request: Whisper; answer: Acted };
  draft_get: { request: DraftGet; answer: DraftFound };
  draft_put: { request: DraftPut; answer: Done };
  macros_get: { request: MacrosGet; answer: Macros };
  macro_put: { request: MacroPut; answer: Done };
  macro_remove: { request: MacroRemove; answer: Done };
  knowledge_get: { request: KnowledgeGet; answer: Knowledge };
  knowledge_add: { request: KnowledgeAdd; answer: KnowledgeSource };
  knowledge_refresh: { request: KnowledgeRefresh; answer: KnowledgeRefreshed };
  knowledge_remove: { request: KnowledgeOnly; answer: Done };
  knowledge_restore: { request: KnowledgeOnly; answer: Done };
  knowledge_suggest: { request: KnowledgeSuggest; answer: Suggestions };
  grounds_get: { request: GroundsGet; answer: Grounds };
  decision_get: { request: DecisionGet; answer: DecisionView };
  decision_list: { request: DecisionList; answer: Decisions };
  rules_get: { request: RulesGet; answer: RulesView };
  rules_check: { request: RulesCheck; answer: RulesChecked };
  rules_edit: { request: RulesEdit; answer: RulesEdited };
  rules_save: { request: RulesSave; answer: RulesSaved };
  rules_history: { request: RulesHistory; answer: RulesVersions };
  rules_version: { request: RulesVersionGet; answer: RulesVersion };
  rules_diff: { request: RulesDiff; answer: RulesDiffView };
  rule_status_set: { request: RuleStatusSet; answer: RulesSaved };
  promotion_get: { request: PromotionGet; answer: Promotion };
  decision_whatif: { request: DecisionWhatif; answer: DecisionView };
  conversation_proof: { request: ConversationProof; answer: Proof };
  proposals_get: { request: ProposalsGet; answer: Proposals };
  proposal_answer: { request: ProposalAnswer; answer: ProposalAnswered };
  facts_list: { request: FactsList; answer: FactsView };
  backtest_start: { request: BacktestStart; answer: BacktestStarted };
  backtest_list: { request: BacktestList; answer: BacktestJobs };
  backtest_get: { request: BacktestGet; answer: BacktestView };
  backtest_cancel: { request: BacktestGet; answer: Done };
  backtest_conversations: { request: BacktestConversations; answer: BacktestPage };
  backtest_point: { request: BacktestPoint; answer: BacktestPair };
  backtest_curve: { request: BacktestCurve; answer: BacktestCurveView };
  channel_list: { request: ChannelList; answer: Channels };
  channel_discover: { request: ChannelDiscover; answer: Discovered };
  channel_test: { request: ChannelPut; answer: ChannelTested };
  channel_put: { request: ChannelPut; answer: ChannelView };
  channel_remove: { request: ChannelOnly; answer: Done };
  channel_retry: { request: ChannelOnly; answer: Done };
  oauth_start: { request: OauthStart; answer: OauthFlow };
  oauth_poll: { request: OauthPoll; answer: OauthState };
  bot_list: { request: BotList; answer: Bots };
  bot_add: { request: BotAdd; answer: BotAdded };
  bot_remove: { request: BotOnly; answer: Done };
  door_set: { request: DoorSet; answer: DoorView };
  bot_lan_set: { request: BotOnly; answer: BotLanMade };
  bot_lan_remove: { request: BotOnly; answer: Done };
  bot_webhook_set: { request: BotWebhookSet; answer: BotWebhookMade };
  bot_webhook_remove: { request: BotOnly; answer: Done };
  bot_webhook_resume: { request: BotOnly; answer: WebhookView };
  bot_webhook_try: { request: BotOnly; answer: DeliveryView };
  bot_deliveries: { request: BotOnly; answer: Deliveries };
  bot_try: { request: BotTry; answer: BotTried };
  bot_connect: { request: BotConnect; answer: BotConnected };
  bot_switch: { request: BotSwitch; answer: BotView };
  bot_sent: { request: BotOnly; answer: BotSent };
  bot_trial_get: { request: BotTrialGet; answer: BotTrial };
  health_get: { request: HealthGet; answer: Health };
  audit_verify: { request: AuditVerify; answer: AuditReport };
  workspace_mend: { request: WorkspaceMend; answer: WorkspaceMended };
  backup_make: { request: BackupMake; answer: BackupMade };
  demo_restart: { request: DemoRestart; answer: Done };
}

/** The tags that make each answer stale; `{x}` is a field of the request. */
export const staleBy: Record<keyof Commands, readonly string[]> = {
  session_get: ["session", "settings"],
  settings_set: [],
  profile_set: [],
  views_get: ["views"],
  saved_search_put: [],
  saved_search_remove: [],
  conversation_list: ["views"],
  conversation_get: ["conversation:{id}"],
  timeline_get: ["conversation:{conversation}"],
  search: ["views"],
  contact_get: ["contact:{contact}", "views"],
  contact_set: [],
  contact_merge: [],
  contact_split: [],
  contacts_tell_apart: [],
  contact_find: ["views"],
  contact_erase: [],
  contacts_import: [],
  message_html: [],
  message_source: [],
  attachment_get: [],
  take: [],
  pass: [],
  offer_accept: [],
  offer_reject: [],
  request: [],
  release: [],
  return_to_bot: [],
  continuing_get: ["conversation:{conversation}", "views"],
  continue_elsewhere: [],
  resolve: [],
  reopen: [],
  snooze: [],
  status_set: [],
  priority_set: [],
  tags_set: [],
  mark_read: [],
  packet_mark: [],
  receipts_get: ["conversation:{conversation}"],
  asked_again_get: ["conversation:{conversation}"],
  label_set: [],
  labels_get: ["conversation:{conversation}"],
  audit_sample_get: ["labels", "views"],
  learning_get: ["settings"],
  learning_set: [],
  reviews_get: ["reviews"],
  reviewer_add: [],
  reviewers_get: ["session"],
  reviewer_remove: [],
  review_approve: [],
  review_recall: [],
  review_reject: [],
  review_move: [],
  times_get: ["settings"],
  times_set: [],
  undo: [],
  alerts_get: ["alerts"],
  reply_prepare: ["conversation:{conversation}"],
  reply_send: [],
  send_cancel: [],
  send_retry: [],
  send_judge: [],
  note_add: [],
  whisper: [],
  draft_get: [],
  draft_put: [],
  macros_get: ["settings"],
  macro_put: [],
  macro_remove: [],
  knowledge_get: ["knowledge"],
  knowledge_add: [],
  knowledge_refresh: [],
  knowledge_remove: [],
  knowledge_restore: [],
  knowledge_suggest: ["knowledge", "conversation:{conversation}"],
  grounds_get: ["knowledge", "conversation:{conversation}"],
  decision_get: [],
  decision_list: ["conversation:{conversation}"],
  rules_get: ["rules"],
  rules_check: [],
  rules_edit: [],
  rules_save: [],
  rules_history: ["rules"],
  rules_version: [],
  rules_diff: [],
  rule_status_set: [],
  promotion_get: ["rules"],
  decision_whatif: [],
  conversation_proof: [],
  proposals_get: ["labels", "rules", "proposals"],
  proposal_answer: [],
  facts_list: ["rules"],
  backtest_start: [],
  backtest_list: ["backtests"],
  backtest_get: ["backtest:{job}"],
  backtest_cancel: [],
  backtest_conversations: ["backtest:{job}"],
  backtest_point: ["backtest:{job}"],
  backtest_curve: [],
  channel_list: ["channels"],
  channel_discover: [],
  channel_test: [],
  channel_put: [],
  channel_remove: [],
  channel_retry: [],
  oauth_start: [],
  oauth_poll: [],
  bot_list: ["bots", "channels", "views"],
  bot_add: [],
  bot_remove: [],
  door_set: [],
  bot_lan_set: [],
  bot_lan_remove: [],
  bot_webhook_set: [],
  bot_webhook_remove: [],
  bot_webhook_resume: [],
  bot_webhook_try: [],
  bot_deliveries: ["deliveries:{name}"],
  bot_try: [],
  bot_connect: [],
  bot_switch: [],
  bot_sent: ["sent:{name}"],
  bot_trial_get: ["conversation:{conversation}"],
  health_get: ["health", "channels"],
  audit_verify: [],
  workspace_mend: [],
  backup_make: [],
  demo_restart: [],
};
