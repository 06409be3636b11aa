//! A small stage: a customer, a bot, three people, a clock. Every order that is given on it is
//! checked against what must hold always.

mod checks;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::command::{Command, MessageInput, Order, ReplyInput, SendEnd};
use crate::control::{Controller, OfferMode, Reason, Target};
use crate::conversation::{Conversation, OutgoingState};
use crate::decide::{Happened, Outcome, Refusal, decide};
use crate::effect::{Alert, Effect};
use crate::event::body::{ControlChanged, Join, OfferMade};
use crate::event::{Actor, ActorKind, Event};
use crate::hash::Hash;
use crate::ids::{
    AgentName, BotName, ChannelId, CommandId, ContactId, ConversationId, Id, MessageId, OfferId,
    OutboxId, QueueName,
};
use crate::message::{Author, Direction, MessageDocument, MessageKind};
use crate::packet::Packet;
use crate::rules::Ruleset;
use crate::team::{Agent, Team};
use crate::time::{MINUTE, SECOND, Timestamp};
use crate::world::{BotLink, Briefing, ChannelInfo, ContactFacts, Delivery, Settings, World};

/// Monday, 2026-11-23, 09:00 UTC.
pub(super) const MONDAY: Timestamp = Timestamp(1_795_424_400_000);

/// The rules of the stage.
pub(super) const RULES: &str = r#"
baton   = 1
policy  = "stage"
zone    = "UTC"
default = { control = "bot", review = "none", priority = "normal", sla = "standard" }

[words]
legal = ["lawyer", "attorney"]
human = ["human", "real person"]

[[rule]]
id     = "legal"
why    = "Legal wording is never answered by a bot."
on     = ["customer.message"]
when   = 'msg.words.legal && conv.control != "agent"'
do     = { control = "team:lead", priority = "urgent", ladder = "urgent", tag = ["legal"], macro = "legal-ack" }
reason = "legal wording"

[[rule]]
id     = "asked"
why    = "A person asked for a person."
on     = ["customer.message"]
when   = 'conv.control == "bot" && msg.words.human'
do     = { control = "queue", ladder = "normal", macro = "handing-over" }
reason = "asked for a person"

[[rule]]
id     = "stuck"
why    = "A bot that fails twice does not help."
on     = ["bot.failure"]
when   = 'conv.control == "bot" && bot.failures >= 2'
do     = { control = "queue", tag = ["bot-stuck"] }
reason = "the bot is stuck"

[[rule]]
id     = "money"
why    = "Money is promised by people."
on     = ["draft"]
when   = 'draft.author == "bot" && draft.mentions_money'
do     = { review = "required", reviewers = "team:billing" }
reason = "money promise"

[[rule]]
id     = "waits-long"
why    = "Nobody waits a quarter of an hour unseen."
on     = ["time"]
when   = 'conv.control == "queue" && conv.waiting > duration("15m")'
do     = { priority = "high", notify = ["team:support"] }
reason = "waiting more than 15 minutes"
once   = "per-episode"

[sla.standard]
hours       = "always"
first_reply = "1h"
next_reply  = "2h"
resolve     = "3d"
warn_at     = 0.75
pause_when  = 'conv.control == "closed" || conv.snoozed'

[ladder.normal]
clock     = "always"
step      = [ { after = "10m", notify = ["team:support"] },
              { after = "30m", notify = ["role:lead"], priority = "+1" } ]
stop_when = 'conv.control == "agent"'

[ladder.urgent]
clock     = "always"
step      = [ { after = "0s",  notify = ["team:lead"], sound = true },
              { after = "5m",  offer = "any-available" },
              { after = "15m", notify = ["role:owner"], repeat = "15m", at_most = 3 } ]
stop_when = 'conv.control == "agent"'
"#;

/// The stage.
#[derive(Clone)]
pub(super) struct Play {
    pub(super) ruleset: Arc<Ruleset>,
    pub(super) team: Team,
    pub(super) channel: ChannelInfo,
    pub(super) contact: ContactFacts,
    pub(super) settings: Settings,
    /// What whoever gets the conversation is told.
    pub(super) briefing: Briefing,
    /// Where the conversation could go on.
    pub(super) elsewhere: Option<crate::elsewhere::Places>,
    pub(super) now: Timestamp,
    pub(super) state: Option<Conversation>,
    pub(super) log: Vec<(CommandId, Happened)>,
    pub(super) effects: Vec<Effect>,
    pub(super) contents: BTreeMap<Hash, Vec<u8>>,
    pub(super) last: Option<Outcome>,
    /// Whether each order is followed by a replay of the whole log.
    pub(super) replays: bool,
    /// Whether each order is decided twice, and the facts of its decisions are found again.
    pub(super) repeats: bool,
    given: u128,
}

impl Play {
    /// The usual stage: a bot, and Anna (lead), Ben and Cleo (owner), all of them there.
    pub(super) fn new() -> Self {
        Self::with_rules(RULES)
    }

    pub(super) fn with_rules(rules: &str) -> Self {
        let ruleset = Ruleset::parse(rules).unwrap_or_else(|problems| panic!("{problems}"));
        let person = |roles: &[&str], teams: &[&str]| Agent {
            roles: roles.iter().map(ToString::to_string).collect(),
            teams: teams.iter().map(ToString::to_string).collect(),
            available: true,
            ..Agent::default()
        };
        let team = Team {
            agents: BTreeMap::from([
                (
                    AgentName::new("anna"),
                    person(&["lead", "agent"], &["support", "lead"]),
                ),
                (AgentName::new("ben"), person(&["agent"], &["support"])),
                (AgentName::new("cleo"), person(&["owner"], &["billing"])),
            ]),
        };
        Self {
            ruleset: Arc::new(ruleset),
            team,
            channel: ChannelInfo {
                id: ChannelId::from_bits(7),
                kind: "email".to_owned(),
                name: "Support".to_owned(),
                default_controller: Controller::Bot(BotName::new("helper")),
                fallback_queue: QueueName::new("support"),
                bot_link: BotLink::Asked,
                delivery: Delivery::Attempted,
            },
            contact: ContactFacts::default(),
            settings: Settings::default(),
            briefing: Briefing {
                goal: "Where is my parcel?".to_owned(),
                ..Briefing::default()
            },
            elsewhere: None,
            now: MONDAY,
            state: None,
            log: Vec::new(),
            effects: Vec::new(),
            contents: BTreeMap::new(),
            last: None,
            replays: true,
            repeats: true,
            given: 0,
        }
    }

    /// The same stage without a bot: everything begins in the queue.
    pub(super) fn without_bot() -> Self {
        let mut play = Self::new();
        play.channel.default_controller = Controller::Queue(QueueName::new("support"));
        play
    }

    pub(super) fn wait(&mut self, millis: i64) -> &mut Self {
        self.now = self.now.plus(millis);
        self
    }

    pub(super) fn fresh(&mut self) -> u128 {
        self.given += 1;
        self.given
    }

    /// Gives an order and checks everything that must hold whatever is ordered.
    pub(super) fn order(
        &mut self,
        actor: Actor,
        seen_epoch: Option<u64>,
        command: Command,
    ) -> Result<&Outcome, Refusal> {
        let order = Order {
            id: CommandId::from_bits(self.fresh()),
            conversation: ConversationId::from_bits(1),
            actor,
            seen_epoch,
            command,
        };
        let world = World {
            ruleset: &self.ruleset,
            team: &self.team,
            channel: &self.channel,
            contact: &self.contact,
            settings: &self.settings,
            elsewhere: self.elsewhere.as_ref(),
            briefing: Some(&self.briefing),
        };
        let outcome = decide(self.state.as_ref(), &order, &world, self.now)?;
        self.check(&outcome);
        if self.repeats {
            let again = decide(self.state.as_ref(), &order, &world, self.now)?;
            assert_eq!(
                outcome.events, again.events,
                "deciding twice decides the same"
            );
            self.check_facts(&order, &world, &outcome);
        }
        for content in &outcome.contents {
            assert_eq!(Hash::of(&content.bytes), content.hash);
            self.contents.insert(content.hash, content.bytes.clone());
        }
        self.log.extend(
            outcome
                .events
                .iter()
                .cloned()
                .map(|event| (order.id, event)),
        );
        self.effects
            .extend(outcome.effects.iter().map(|(_, effect)| effect.clone()));
        self.state = Some(outcome.state.clone());
        if self.replays {
            self.check_replay();
        }
        Ok(&*self.last.insert(outcome))
    }

    pub(super) fn state(&self) -> &Conversation {
        self.state.as_ref().unwrap()
    }

    pub(super) fn epoch(&self) -> u64 {
        self.state.as_ref().map_or(0, |state| state.control.epoch)
    }

    pub(super) fn holder(&self) -> String {
        self.state().control.controller.to_string()
    }

    pub(super) fn message(&mut self, text: &str, kind: MessageKind) -> MessageInput {
        let document = MessageDocument {
            kind,
            text: text.to_owned(),
            ..MessageDocument::default()
        };
        MessageInput {
            id: MessageId::from_bits(self.fresh()),
            direction: Direction::Inbound,
            author: Author::Customer,
            author_name: String::new(),
            document_hash: Hash::of(text.as_bytes()),
            document: Arc::new(document),
            raw: None,
            channel: self.channel.id,
            contact: ContactId::from_bits(3),
            join: Join::Native,
            received_at: self.now,
            outbox: None,
            about: None,
            imported: false,
            source: String::new(),
        }
    }

    pub(super) fn customer(&mut self, text: &str) -> &Outcome {
        let input = self.message(text, MessageKind::Message);
        self.order(Actor::customer(), None, Command::Record(input))
            .unwrap()
    }

    pub(super) fn automatic(&mut self, kind: MessageKind) -> &Outcome {
        let input = self.message("I am a machine", kind);
        self.order(Actor::system(), None, Command::Record(input))
            .unwrap()
    }

    pub(super) fn agent(&mut self, name: &str, command: Command) -> Result<&Outcome, Refusal> {
        self.order(Actor::agent(name), None, command)
    }

    pub(super) fn bot(&mut self, command: Command) -> Result<&Outcome, Refusal> {
        let epoch = self.epoch();
        self.order(Actor::bot("helper"), Some(epoch), command)
    }

    pub(super) fn tick(&mut self) -> &Outcome {
        self.order(Actor::system(), None, Command::Tick).unwrap()
    }

    pub(super) fn reply(&mut self, text: &str, undo_ms: i64) -> Command {
        Command::Reply(ReplyInput {
            outbox: OutboxId::from_bits(self.fresh()),
            message: MessageId::from_bits(self.fresh()),
            contact: ContactId::from_bits(3),
            document: Arc::new(MessageDocument {
                text: text.to_owned(),
                ..MessageDocument::default()
            }),
            document_hash: Hash::of(text.as_bytes()),
            undo_ms,
            resolve: false,
            report: None,
        })
    }

    pub(super) fn replies_and_resolves(&mut self, text: &str, undo_ms: i64) -> Command {
        match self.reply(text, undo_ms) {
            Command::Reply(reply) => Command::Reply(ReplyInput {
                resolve: true,
                ..reply
            }),
            other => other,
        }
    }

    /// A person answers, and the message leaves at once.
    pub(super) fn answers(&mut self, name: &str, text: &str) {
        let reply = self.reply(text, 0);
        self.agent(name, reply).unwrap();
        self.send_all();
    }

    /// The bot answers, and the message leaves at once.
    pub(super) fn bot_answers(&mut self, text: &str) -> Result<(), Refusal> {
        let reply = self.reply(text, 0);
        self.bot(reply)?;
        self.send_all();
        Ok(())
    }

    /// Everything that may leave now leaves.
    pub(super) fn send_all(&mut self) {
        let now = self.now;
        let due: Vec<OutboxId> = self
            .state()
            .outbox
            .values()
            .filter(|entry| {
                matches!(entry.state, OutgoingState::Queued { not_before } if not_before <= now)
            })
            .map(|entry| entry.id)
            .collect();
        for outbox in due {
            let deadline = self.now.plus(20 * SECOND);
            self.order(
                Actor::system(),
                None,
                Command::BeginSend { outbox, deadline },
            )
            .unwrap();
            let end = SendEnd::Sent {
                refused: Vec::new(),
                put_off: Vec::new(),
            };
            self.order(Actor::system(), None, Command::EndSend { outbox, end })
                .unwrap();
        }
    }

    pub(super) fn only_outbox(&self) -> OutboxId {
        let mut entries = self.state().outbox.keys();
        let first = *entries.next().unwrap();
        assert!(entries.next().is_none());
        first
    }

    pub(super) fn offer_to(&self, to: Target) -> Command {
        Command::Offer {
            to,
            timeout_ms: MINUTE,
            mode: OfferMode::Warm,
            reason: Reason::default(),
            packet: None,
        }
    }

    pub(super) fn pass_to(&self, to: Target) -> Command {
        Command::Pass {
            to,
            reason: Reason::default(),
            packet: None,
        }
    }

    pub(super) fn live_offer(&self) -> OfferId {
        self.state().control.offer.as_ref().unwrap().id
    }

    pub(super) fn packet(&self) -> Packet {
        let hash = self.state().control.packet.unwrap();
        serde_json::from_slice(&self.contents[&hash]).unwrap()
    }

    /// The alerts so far, each as the people and the reason's words.
    pub(super) fn alerts(&self) -> Vec<&Alert> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Notify(alert) => Some(alert),
                _ => None,
            })
            .collect()
    }

    pub(super) fn alerted_last(&self) -> BTreeSet<String> {
        self.alerts().last().unwrap().agents.clone()
    }

    /// The last outcome, one line an event, to be read like a play.
    pub(super) fn told(&self) -> Vec<String> {
        self.last
            .as_ref()
            .map(|outcome| outcome.events.iter().map(line).collect())
            .unwrap_or_default()
    }
}

/// One event in a line.
pub(super) fn line(happened: &Happened) -> String {
    let who = match happened.actor.kind {
        ActorKind::System => "baton".to_owned(),
        ActorKind::Customer => "customer".to_owned(),
        ActorKind::Agent | ActorKind::Bot | ActorKind::Rule => happened.actor.id.clone(),
    };
    let what = match &happened.event {
        Event::ControlChanged(ControlChanged { verb, from, to, .. }) => {
            format!("{} {from} -> {to}", word(verb))
        }
        Event::StatusChanged(changed) => format!("status {}", word(&changed.to)),
        Event::PriorityChanged(changed) => format!("priority {}", word(&changed.to)),
        Event::TagsChanged(changed) => format!("tags +{:?} -{:?}", changed.add, changed.remove),
        Event::ClockChanged(changed) => {
            format!("clock {} {}", word(&changed.clock), word(&changed.state))
        }
        Event::DecisionMade(made) => format!("decided {} {:?}", made.on, made.acted),
        Event::OfferMade(OfferMade { offer }) => {
            format!("offer to {}", super::super::alerts::written(&offer.to))
        }
        Event::OfferEnded(ended) => format!("offer {}", word(&ended.how)),
        Event::Alerted(alerted) => {
            let people: Vec<&str> = alerted.agents.iter().map(String::as_str).collect();
            format!("alert {}", people.join(" "))
        }
        Event::LadderChanged(changed) => {
            let step = serde_json::to_value(&changed.step).unwrap();
            format!(
                "ladder {} {}",
                changed.ladder,
                step["what"].as_str().unwrap()
            )
        }
        Event::SendChanged(changed) => {
            let step = serde_json::to_value(&changed.step).unwrap();
            format!("send {}", step["step"].as_str().unwrap())
        }
        other => other.kind().split('@').next().unwrap().to_owned(),
    };
    format!("{who}: {what}")
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}
