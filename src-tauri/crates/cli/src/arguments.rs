//! The arguments, as clap reads them and as `--help` shows them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use url::Url;

use crate::import::Format;

const AFTER: &str = "\
Exit codes:
  0    done
  1    a problem was found, or something could not be done
  2    the arguments are wrong
  3    the workspace is in use by another process
  4    there is no such thing
  70   something went wrong inside Baton
  130  interrupted; an import or back-test goes on where it stopped when it is run again

Examples:
  baton demo
  baton serve --port 8420
  baton import --format mbox archive.mbox
  baton export --format jsonl > messages.jsonl
  baton rules check handoff.baton.toml
  baton rules test handoff.baton.toml";

/// Baton, the resolution inbox: who may speak to the customer now, and why.
#[derive(Debug, Parser)]
#[command(name = "baton", version, after_help = AFTER, arg_required_else_help = true)]
pub struct Arguments {
    /// The folder of the workspace [default: `baton` in the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,

    /// Write results, and errors on standard error, as JSON
    #[arg(long, global = true)]
    pub json: bool,

    /// Tell more on standard error; twice for much more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve a workspace in which a scripted, lively hour plays; no account needed
    Demo(ServeArguments),
    /// Serve the user interface and the commands on loopback
    ///
    /// Prints one line with the address. The token behind the # is the only key: whoever has it
    /// can read and answer everything.
    Serve(ServeArguments),
    /// Import mail or dialogs; never notifies, never sends
    ///
    /// Running it again, also after an interruption, imports only what is not there yet.
    #[command(
        after_help = "Examples:\n  baton import --format maildir ~/Maildir\n  \
        baton import --format mbox --own support@example.com archive.mbox\n  baton import --format jsonl dialogs.jsonl"
    )]
    Import(ImportArguments),
    /// Write every message with all that Baton made of it to standard output
    Export(ExportArguments),
    /// Set what is known of contacts, from a table
    #[command(subcommand)]
    Contacts(ContactsCommand),
    /// Let bots in at the door, list them, shut them out
    #[command(subcommand)]
    Bots(BotsCommand),
    /// Let people from outside the team, such as lawyers, read drafts and nothing else
    Reviewers(ReviewersArguments),
    /// Say where answers are taken from: files, web pages, solved conversations
    #[command(subcommand)]
    Knowledge(KnowledgeCommand),
    /// Check, test and analyse rules, or explain what they decided
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Check that the log is whole
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Erase what was said with a person and what is known of them, for good
    ///
    /// Their messages, ours to them, drafts, packets and what the rules noted go, also from the
    /// search. That it happened stays in the log, which still verifies. Backups made before keep
    /// what they have.
    Erase(EraseArguments),
    /// Write a backup of the workspace, also while it is large
    Backup(BackupArguments),
    /// Look whether everything is as it should be, and say what to do if not
    Doctor(DoctorArguments),
}

/// What to do about what is found.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Make lists, rows and the search anew from the log first; nothing is lost by it
    #[arg(long)]
    pub mend: bool,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The port on 127.0.0.1; 0 for any free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Open the door for bots, and nothing else, at an address of this machine that others of the
    /// office reach, too; there each request is signed
    #[arg(long, value_name = "ADDRESS", value_parser = baton_bots::lan::address)]
    pub lan: Option<std::net::IpAddr>,
    /// A folder with the built user interface, in place of the one built in
    #[arg(long, value_name = "DIR")]
    pub ui: Option<PathBuf>,
    /// Open the address in the browser; other users of the machine can read it while that starts
    #[arg(long)]
    pub open: bool,
    /// Write the token to a file that only the user can read, and leave it out of the address
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

/// What to import.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// What the files hold
    #[arg(long, value_enum)]
    pub format: Format,
    /// An address the team wrote under, for mail of mailboxes that are not connected; may be given
    /// several times, and is remembered. What bears it and went to somebody else is the team's own
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub own: Vec<String>,
    /// Files or folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

fn address(text: &str) -> Result<String, String> {
    match text.trim().rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => {
            Ok(text.trim().to_owned())
        }
        _ => Err("write a mail address, such as support@example.com".to_owned()),
    }
}

/// What to do with contacts.
#[derive(Debug, Subcommand)]
pub enum ContactsCommand {
    /// Set what is known of contacts, by their addresses
    ///
    /// A CSV file has a line of headings: `address`, and any of `name`, `tier`, `value_at_risk`,
    /// `language`, `tags` (separated by ;) and the attributes that the rule file declares under
    /// `[facts]`, with or without `attr.`. A JSON file is a list of such objects, or one a line. An
    /// empty field leaves what is known as it is. Running it again changes nothing.
    #[command(
        after_help = "Examples:\n  baton contacts import --dry-run customers.csv\n  \
        baton contacts import customers.json"
    )]
    Import {
        /// The table, .csv or .json
        file: PathBuf,
        /// Check and count, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Who reads drafts, and which Baton is asked.
#[derive(Debug, Args)]
pub struct ReviewersArguments {
    /// What to do with them.
    #[command(subcommand)]
    pub what: ReviewersCommand,
    /// Which Baton is asked.
    #[command(flatten)]
    pub running: Running,
}

/// A Baton that runs: it has its workspace for itself, so it is asked in place of the files.
#[derive(Debug, Args)]
pub struct Running {
    /// Ask the Baton that runs at this address of this machine, as `baton serve` prints it
    #[arg(long, global = true, value_name = "ADDRESS", requires = "token_file")]
    pub at: Option<Url>,
    /// The file into which `baton serve --token-file` wrote its token
    #[arg(long, global = true, value_name = "FILE", requires = "at")]
    pub token_file: Option<PathBuf>,
}

/// What to do with people who only read drafts.
#[derive(Debug, Subcommand)]
pub enum ReviewersCommand {
    /// Let somebody read the drafts of a team, and print their token, which is shown this once
    ///
    /// While `baton serve` runs, its address with #token= and this token shows them the drafts
    /// that wait for them, what is known, and why they are asked; nothing else of the workspace.
    Add {
        /// Their name: small letters, digits, - and _
        name: String,
        /// The team whose drafts they read, as rules name it in `reviewers`
        #[arg(long)]
        team: String,
        /// The name shown
        #[arg(long, default_value = "")]
        display: String,
    },
    /// List them
    List,
    /// Shut somebody out
    Remove {
        /// Their name
        name: String,
    },
}

/// What to do with bots.
#[derive(Debug, Subcommand)]
pub enum BotsCommand {
    /// Let a bot in and print its token, which is shown this once
    ///
    /// Without --channel the bot brings its customers along, as a chat widget or a bot platform
    /// does. docs/bots.md says how it talks to Baton.
    Add {
        /// Its name: small letters, digits, - and _
        name: String,
        /// The channel it serves, by name or id, such as a mailbox
        #[arg(long)]
        channel: Option<String>,
        /// The queue that gets what it hands over
        #[arg(long, default_value = "support", conflicts_with = "channel")]
        queue: String,
        /// How many seconds it may take to answer before people get the conversation
        #[arg(long, value_name = "SECONDS", default_value_t = 30)]
        answer_within: u32,
    },
    /// Make the secret with which a bot on another machine signs its requests, and print it once
    ///
    /// It is kept in the keyring; an earlier one is void. `baton serve --lan` or the page Bots opens
    /// the door to other machines.
    Lan {
        /// The bot
        name: String,
        /// Take the secret away: the bot is not heard from other machines any more
        #[arg(long)]
        off: bool,
    },
    /// List the bots that may knock
    List,
    /// Connect a bot that Baton itself talks with, or change how; a new one is off
    ///
    /// Nothing is sent before it is switched on. Without --channel its customers are brought to the
    /// door with the token that is printed. docs/connectors has a page for each protocol.
    Connect(ConnectArguments),
    /// Switch a connected bot on or off; what one holds that is switched off falls to people
    Switch {
        /// The bot
        name: String,
        /// Whether it is asked
        state: Switched,
    },
    /// Show exactly what was sent to a connected bot, newest last, and what it cost
    Sent {
        /// The bot
        name: String,
    },
    /// Tell a bot what happens at an address of its own, and print the secret of the signatures
    ///
    /// The secret is shown this once. Without an address: how it stands.
    Webhook {
        /// The bot
        name: String,
        /// The address: https, or http on this machine
        url: Option<String>,
        /// In whose words it is told: baton, chatwoot or sunshine
        #[arg(long, value_name = "WHOSE", requires = "url", default_value = "baton")]
        dialect: String,
        /// Send a trial now and say how that went
        #[arg(long, conflicts_with_all = ["url", "resume", "off"])]
        r#try: bool,
        /// Go on where it stopped
        #[arg(long, conflicts_with_all = ["url", "off"])]
        resume: bool,
        /// Tell it nothing any more
        #[arg(long, conflicts_with = "url")]
        off: bool,
    },
    /// List the newest attempts to tell a bot something
    Deliveries {
        /// The bot
        name: String,
    },
    /// Shut a bot out; what it holds falls to people
    Remove {
        /// Its name
        name: String,
    },
}

/// What to do with what answers are taken from.
#[derive(Debug, Subcommand)]
pub enum KnowledgeCommand {
    /// Add files (Markdown, text, HTML) or the addresses of web pages
    ///
    /// A page is fetched now and at a refresh, and never by itself. What is added again takes the
    /// place of what was there.
    #[command(
        after_help = "Examples:\n  baton knowledge add returns.md hours.txt\n  \
        baton knowledge add https://example.org/help/returns"
    )]
    Add {
        /// Files, or addresses that begin with https://
        #[arg(required = true, value_name = "FILE|ADDRESS")]
        what: Vec<String>,
    },
    /// List where answers are taken from
    List,
    /// Fetch pages anew and read every solved conversation
    Refresh {
        /// One page, by its address or number; all of them and the conversations when none is named
        page: Option<String>,
    },
    /// Take answers from a file or page no more
    Remove {
        /// Its name, address or number
        source: String,
    },
}

/// How to connect a bot.
#[derive(Debug, Args)]
pub struct ConnectArguments {
    /// The protocol: openai, opsdroid, rasa or bot-framework
    pub kind: String,
    /// The bot's name: small letters, digits, - and _
    pub name: String,
    /// Where the bot is: https, or http on this machine
    #[arg(long)]
    pub url: String,
    /// The model
    #[arg(long, default_value = "")]
    pub model: String,
    /// A file with what a model is told about the team's work
    #[arg(long, value_name = "FILE")]
    pub instructions: Option<PathBuf>,
    /// The channel it answers on, by name or id, such as a mailbox
    #[arg(long)]
    pub channel: Option<String>,
    /// The queue that gets what it hands over
    #[arg(long, default_value = "support", conflicts_with = "channel")]
    pub queue: String,
    /// How many seconds it may take to answer before people get the conversation
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub answer_within: u32,
    /// How many tokens an answer of a model may have
    #[arg(long, value_name = "TOKENS", default_value_t = 0)]
    pub answer_tokens: u32,
    /// What the bot says comes to the door with the token that is printed, as Rasa's callback channel
    /// does
    #[arg(long)]
    pub callback: bool,
    /// A pattern of what never leaves: a regular expression, or email, card, iban or phone; may be
    /// given several times
    #[arg(long, value_name = "PATTERN")]
    pub redact: Vec<String>,
    /// How often it may be asked in 24 hours
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub requests_a_day: u32,
    /// How many tokens may be spent in 24 hours
    #[arg(long, value_name = "TOKENS", default_value_t = 0)]
    pub tokens_a_day: u32,
    /// What of the team's knowledge goes along with a question to a model: written (saved answers,
    /// files and pages), all (also what people answered in solved conversations) or none
    #[arg(long, value_name = "WHICH")]
    pub knowledge: Option<String>,
    /// Customers see which web pages an answer is taken from
    #[arg(long)]
    pub show_sources: bool,
    /// A file with the key, which goes into the keyring; - reads it from the standard input
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

/// Whether a connected bot is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switched {
    /// It is asked.
    On,
    /// Nothing is sent to it.
    Off,
}

/// The formats that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line and message.
    Jsonl,
}

/// How to export.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// How to write it
    #[arg(long, value_enum, default_value = "jsonl")]
    pub format: ExportFormat,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Check a rule file and show what is wrong, with line and caret
    Check {
        /// The file [default: `handoff.baton.toml` of the workspace]
        file: Option<PathBuf>,
    },
    /// Play the tests in a rule file, and say what no test has seen
    ///
    /// Ends with 1 when a test fails or the file cannot be loaded.
    #[command(after_help = "Examples:\n  baton rules test handoff.baton.toml\n  \
        baton rules test handoff.baton.toml --junit rules.xml")]
    Test {
        /// The file [default: `handoff.baton.toml` of the workspace]
        file: Option<PathBuf>,
        /// Also write a JUnit report to a file
        #[arg(long, value_name = "FILE")]
        junit: Option<PathBuf>,
    },
    /// Look for rules that never match, contradict each other or go round in circles
    ///
    /// Every finding names its rules and shows a conversation. Ends with 1 when one of them is an
    /// error.
    Analyse {
        /// The file [default: `handoff.baton.toml` of the workspace]
        file: Option<PathBuf>,
        /// End with 1 also when there are warnings
        #[arg(long)]
        strict: bool,
    },
    /// Say what other rules would have decided on the recorded history
    ///
    /// Every recorded decision point is decided by both, on the facts as they were recorded. A
    /// conversation is followed up to the point from which it would have gone another way; what
    /// comes after is given as a bound or an estimate, and called so.
    #[command(after_help = "Examples:\n  baton rules backtest draft.baton.toml\n  \
        baton rules backtest new.toml --against old.toml --since 2026-10-01 --json\n  \
        baton rules backtest draft.baton.toml --list 20")]
    Backtest(BacktestArguments),
    /// Put a rule file in force in the workspace, as a save on the rules page does
    ///
    /// The same gate stands before it: a rule that would act as it never acted before is tried
    /// beside the one that acts, or put live at once with a reason of its own. Ends with 1 when the
    /// gate refuses it.
    #[command(
        after_help = "Examples:\n  baton rules apply new.toml --reason \"fewer handoffs at \
        night\" --beside\n  baton rules apply new.toml --reason \"the law changed\" --override \
        \"it holds from tomorrow\""
    )]
    Apply {
        /// The file [default: `handoff.baton.toml` of the workspace]
        file: Option<PathBuf>,
        /// Why, for whoever reads the history
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Leave rules that act as they are, each with its edit as a copy beside it that is watched
        #[arg(long)]
        beside: bool,
        /// Why it is put in force although a test fails or a rule was not watched
        #[arg(long = "override", value_name = "TEXT")]
        overrode: Option<String>,
    },
    /// List the facts that rules may name, each with its type and one line
    Facts {
        /// The file whose words, hours and attributes are listed too [default:
        /// `handoff.baton.toml` of the workspace, or the rules that ship]
        file: Option<PathBuf>,
    },
    /// Propose other limits and words, from what people said afterwards
    ///
    /// Nothing is changed: a person accepts or dismisses a proposal on the rules page.
    #[command(after_help = "Examples:\n  baton rules propose\n  \
        baton rules propose --miss-cost 10 --json")]
    Propose {
        /// How many handoffs one missed conversation is worth [default: as the workspace says, or 5]
        #[arg(long, value_name = "HANDOFFS")]
        miss_cost: Option<f64>,
    },
    /// Say what the rules last decided on a conversation, and why
    ///
    /// With a file, says what those rules would have made of it, also rules written later: with the
    /// facts as they were then.
    #[command(after_help = "Examples:\n  baton rules explain cnv_…\n  \
        baton rules explain cnv_… --with draft.toml\n  \
        baton --json rules explain cnv_… --proof > proof.json")]
    Explain {
        /// The conversation, such as cnv_…
        conversation: String,
        /// Other rules than those that decided
        #[arg(long, value_name = "FILE", conflicts_with = "proof")]
        with: Option<PathBuf>,
        /// Everything about it that stands in the log, with the hashes that prove it
        #[arg(long)]
        proof: bool,
    },
}

/// What to try, on what.
#[derive(Debug, Args)]
pub struct BacktestArguments {
    /// The new rules [default: `handoff.baton.toml` of the workspace]
    pub file: Option<PathBuf>,
    /// The rules to compare with [default: those in force]
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// The first day or instant that counts, such as 2026-10-01
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// The first day or instant that no longer counts
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Also list so many conversations in which the decisions differ, the newest first
    #[arg(long, value_name = "N")]
    pub list: Option<u32>,
}

/// What to check.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check the hash chain of every device and the database
    Verify,
}

/// Whom to erase.
#[derive(Debug, Args)]
pub struct EraseArguments {
    /// The contact (ctc_…) or an address under which they write
    pub contact: String,
    /// Say that it is meant: what is erased cannot be brought back
    #[arg(long)]
    pub yes: bool,
}

/// Where to.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file [default: one in the `backups` folder of the workspace]
    pub file: Option<PathBuf>,
}
