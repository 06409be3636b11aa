//! The facts of a decision point, from what the state, the message and the world say.

use crate::control::{ControlState, Controller};
use crate::decide::work::Work;
use crate::event::ActorKind;
use crate::message::{Author, MessageKind};
use crate::rules::facts::{Fact, Facts, Value};
use crate::sla::{Clock, ClockKind, ClockState};
use crate::status::WorkStatus;
use crate::team::Agent;

impl Work<'_> {
    /// Everything known at this instant.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::new();
        self.facts_of_conversation(&mut facts);
        self.facts_of_message(&mut facts);
        self.facts_of_parties(&mut facts);
        if self.is_history() && self.state.imported {
            self.facts_as_of_then(&mut facts);
        }
        facts
    }

    /// Imported history is closed as it pours in. What a rule must know is how things stood when
    /// the message was written: whoever spoke last had control, and whom nobody had answered
    /// waited.
    fn facts_as_of_then(&self, facts: &mut Facts) {
        let history = self.state.talk.history.unwrap_or_default();
        let holder = match history.speaker {
            Some(Author::Bot) => "bot",
            Some(_) => "agent",
            None => self.world.channel.default_controller.kind(),
        };
        let queue = match (holder, &self.world.channel.default_controller) {
            ("queue", Controller::Queue(name)) => name.as_str(),
            _ => "",
        };
        let status = if history.speaker.is_none() {
            WorkStatus::New
        } else if history.unanswered_since.is_some() {
            WorkStatus::Open
        } else {
            WorkStatus::WaitingCustomer
        };
        facts
            .set(Fact::CONV_CONTROL, holder)
            .set(Fact::CONV_QUEUE, queue)
            .set(Fact::CONV_STATUS, status_word(status))
            .set(
                Fact::CONV_WAITING,
                history
                    .unanswered_since
                    .map_or(Value::Duration(0), Value::Since),
            )
            .set(
                Fact::CONV_IN_CONTROL,
                Value::Since(history.speaks_since.unwrap_or(self.state.episode_at)),
            )
            .set(Fact::CONV_RESOLVED_BY_AGENT, false);
    }

    fn facts_of_conversation(&self, facts: &mut Facts) {
        let state = &self.state;
        let control = &state.control;
        let queue = match &control.controller {
            Controller::Queue(name) => name.as_str(),
            _ => "",
        };
        let holder = if control.state == ControlState::Closed {
            "closed"
        } else {
            control.controller.kind()
        };
        let waiting = state
            .talk
            .waiting_since
            .map_or(Value::Duration(0), Value::Since);
        facts
            .set(Fact::CONV_CONTROL, holder)
            .set(Fact::CONV_QUEUE, queue)
            .set(Fact::CONV_CHANNEL, self.world.channel.kind.as_str())
            .set(Fact::CONV_STATUS, status_word(state.status))
            .set(
                Fact::CONV_TAGS,
                Value::texts(state.tags.iter().map(String::as_str)),
            )
            .set(Fact::CONV_PRIORITY, state.priority.word())
            .set(Fact::CONV_WAITING, waiting)
            .set(Fact::CONV_SILENT, Value::Since(state.talk.last_at))
            .set(Fact::CONV_AGE, Value::Since(state.episode_at))
            .set(Fact::CONV_IN_CONTROL, Value::Since(control.since))
            .set(Fact::CONV_EPISODE, state.episode)
            .set(Fact::CONV_CONTROL_EPOCH, small(control.epoch))
            .set(Fact::CONV_TURNS, state.talk.episode_turns)
            .set(Fact::CONV_MESSAGE_COUNT, state.talk.messages)
            .set(
                Fact::CONV_RESOLVED_BY_AGENT,
                state.status == WorkStatus::Solved && control.changed_by == Some(ActorKind::Agent),
            )
            .set(Fact::CONV_SNOOZED, state.status == WorkStatus::Snoozed)
            .set(Fact::CONV_ESCALATED, state.escalated)
            .set(Fact::CONV_ANSWERED, state.talk.first_reply_at.is_some())
            .set(Fact::CONV_SLA, state.sla.as_deref().unwrap_or_default())
            .set(
                Fact::CONV_LADDER,
                state
                    .ladder
                    .as_ref()
                    .map_or("", |ladder| ladder.name.as_str()),
            )
            .set(Fact::CONV_IMPORTED, state.imported)
            .set(
                Fact::SLA_FIRST_REPLY,
                self.clock_word(ClockKind::FirstReply),
            )
            .set(Fact::SLA_NEXT_REPLY, self.clock_word(ClockKind::NextReply))
            .set(Fact::SLA_RESOLVE, self.clock_word(ClockKind::Resolve));
        if let Some(by) = control.changed_by {
            facts.set(Fact::CONV_CHANGED_BY, actor_word(by));
        }
        let due = state
            .clocks
            .values()
            .filter(|clock| matches!(clock.state, ClockState::Running | ClockState::Warned))
            .filter_map(|clock| clock.due_at)
            .min();
        if let Some(due) = due {
            facts.set(Fact::SLA_DUE, Value::Time(due));
        }
    }

    fn clock_word(&self, kind: ClockKind) -> &'static str {
        match self.state.clocks.get(&kind) {
            None => "none",
            Some(Clock { state, .. }) => match state {
                ClockState::Running => "running",
                ClockState::Warned => "warned",
                ClockState::Paused => "paused",
                ClockState::Met => "met",
                ClockState::Missed => "missed",
                ClockState::Dropped => "none",
            },
        }
    }

    fn facts_of_message(&self, facts: &mut Facts) {
        let Some(input) = self.message else {
            let language = &self.world.contact.language;
            if !language.is_empty() {
                facts.set(Fact::CONV_LANGUAGE, language.as_str());
            }
            return;
        };
        let document = &input.document;
        let text = document.shown_text();
        facts
            .set(Fact::MSG_AUTHOR, author_word(input.author))
            .set(Fact::MSG_KIND, kind_word(document.kind))
            .set(Fact::MSG_TEXT, text)
            .set(
                Fact::MSG_LENGTH,
                i64::try_from(text.chars().count()).unwrap_or(i64::MAX),
            )
            .set(Fact::MSG_HAS_ATTACHMENT, !document.attachments.is_empty())
            .set(Fact::MSG_FIRST, self.state.talk.episode_messages == 1)
            .set(
                Fact::MSG_SENDER_WARNINGS,
                i64::try_from(document.sender_warnings.len()).unwrap_or(i64::MAX),
            )
            .set(Fact::CONV_SUBJECT, document.subject.as_str());
        let words = self.world.ruleset.words();
        words.note(self.words.get_or_init(|| words.find(text)), facts);
        let language = [&document.language, &self.world.contact.language]
            .into_iter()
            .find(|language| !language.is_empty());
        if let Some(language) = language {
            facts.set(Fact::CONV_LANGUAGE, language.as_str());
        }
        if let Some(tone) = document
            .sentiment
            .filter(|_| input.author == Author::Customer)
        {
            facts.set(Fact::MSG_SENTIMENT, f64::from(tone) / 1_000.0);
        }
        if !document.language.is_empty() {
            facts.set(Fact::MSG_LANGUAGE, document.language.as_str());
        }
    }

    fn facts_of_parties(&self, facts: &mut Facts) {
        let bot = &self.state.bot;
        facts
            .set(Fact::BOT_FAILURES, bot.failures)
            .set(Fact::BOT_SAME_ANSWER_TWICE, bot.same_answer)
            .set(Fact::BOT_TURNS, bot.turns)
            .set(Fact::BOT_CONFIDENCE, bot.confidence);
        if let Some(intent) = &bot.intent {
            facts.set(Fact::BOT_INTENT, intent.as_str());
        }

        let channel = self.world.channel;
        facts
            .set(
                Fact::CHANNEL_HAS_BOT,
                matches!(channel.default_controller, Controller::Bot(_)),
            )
            .set(Fact::CHANNEL_NAME, channel.name.as_str());

        let contact = self.world.contact;
        facts
            .set(Fact::CUSTOMER_VALUE_AT_RISK, contact.value_at_risk)
            .set(Fact::CUSTOMER_VERIFIED, !contact.verified_by.is_empty())
            .set(Fact::CUSTOMER_KNOWN, contact.known_conversations > 0)
            .set(
                Fact::CUSTOMER_CONVERSATIONS,
                contact.known_conversations.saturating_add(1),
            )
            .set(
                Fact::CUSTOMER_TAGS,
                Value::texts(contact.tags.iter().map(String::as_str)),
            );
        if let Some(tier) = &contact.tier {
            facts.set(Fact::CUSTOMER_TIER, tier.as_str());
        }
        if !contact.address_domain.is_empty() {
            facts.set(
                Fact::CUSTOMER_ADDRESS_DOMAIN,
                contact.address_domain.as_str(),
            );
        }
        for (name, value) in &contact.attributes {
            let name = format!("attr.{name}");
            let value = self.world.ruleset.attribute(&name, value);
            facts.set_custom(name, value);
        }

        let team = self.world.team;
        let here = team.agents.values().filter(|agent| agent.available).count();
        facts.set(
            Fact::TEAM_AVAILABLE,
            i64::try_from(here).unwrap_or(i64::MAX),
        );
        if let Controller::Agent(name) = &self.state.control.controller {
            let known: Option<&Agent> = team.agents.get(name);
            facts
                .set(Fact::AGENT_AVAILABLE, known.map(|agent| agent.available))
                .set(Fact::AGENT_LOAD, known.map(|agent| agent.load));
            let last = self
                .state
                .talk
                .last_agent_at
                .map_or(self.state.control.since, |at| {
                    at.max(self.state.control.since)
                });
            facts.set(Fact::AGENT_IDLE, Value::Since(last));
        }
    }
}

fn small(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The word of rules for a status.
const fn status_word(status: WorkStatus) -> &'static str {
    match status {
        WorkStatus::New => "new",
        WorkStatus::Open => "open",
        WorkStatus::WaitingCustomer => "waiting_customer",
        WorkStatus::OnHold => "on_hold",
        WorkStatus::Snoozed => "snoozed",
        WorkStatus::Solved => "solved",
    }
}

const fn author_word(author: Author) -> &'static str {
    match author {
        Author::Customer => "customer",
        Author::Bot => "bot",
        Author::Agent => "agent",
        Author::System => "system",
    }
}

const fn actor_word(actor: ActorKind) -> &'static str {
    match actor {
        ActorKind::Agent => "agent",
        ActorKind::Bot => "bot",
        ActorKind::Customer => "customer",
        ActorKind::Rule => "rule",
        ActorKind::System => "system",
    }
}

const fn kind_word(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Message => "message",
        MessageKind::AutoReply => "auto_reply",
        MessageKind::Bounce => "bounce",
        MessageKind::Feedback => "feedback",
        MessageKind::List => "list",
        MessageKind::System => "system",
    }
}
