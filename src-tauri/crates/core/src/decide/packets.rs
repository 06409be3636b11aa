//! The packet of a handoff: what the giver knows, filled up from the state, checked and kept.

use crate::control::{Controller, OfferMode, Reason, Verb};
use crate::decide::goal::goal_line;
use crate::decide::hand::Move;
use crate::decide::work::{Work, is_of_customer};
use crate::decide::{DecisionRow, Refusal};
use crate::event::ActorKind;
use crate::hash::Hash;
use crate::ids::HandoffId;
use crate::packet::{
    Intent, MAX_BYTES, MODES, Packet, PacketChannel, PacketDecision, PacketSla, Party, SCHEMA,
    Sentiment, Transcript,
};
use crate::rules::explain::Matched;
use crate::rules::{DecisionRecord, Explanation};
use crate::sla::ClockKind;
use crate::time::{HOUR, MINUTE};

/// A packet that was made and kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    /// Its digest.
    pub(super) hash: Hash,
    /// What its recipient asks for and nobody has filled.
    pub(super) missing: Vec<String>,
}

impl Work<'_> {
    /// Makes, checks and keeps the packet of a handoff.
    pub(super) fn packet_for(
        &mut self,
        wanted: &Move<'_>,
        from: &Controller,
        handoff: HandoffId,
        epoch: u64,
    ) -> Result<Packed, Refusal> {
        let by_person = self.actor.kind == ActorKind::Agent;
        let told = self.world.briefing.and_then(|known| known.told.as_ref());
        let known = match (wanted.given, told) {
            (None, Some(told)) => Some(told.clone()),
            // People say what is new; the rest is known.
            (Some(given), Some(told)) if by_person => Some(given.clone().over(told)),
            // A bot says all it knows; what a customer agrees to holds until it says otherwise.
            (Some(given), Some(told)) => {
                let mut known = given.clone();
                let agreed = told.consent.clone();
                known.consent = agreed.into_iter().chain(known.consent).collect();
                Some(known)
            }
            _ => None,
        };
        if let Some(known) = known
            && let Ok(packed) = self.pack_up(Some(&known), wanted, from, handoff, epoch)
        {
            return Ok(packed);
        }
        // Without what was known, a packet made from the state alone is never refused.
        self.pack_up(wanted.given, wanted, from, handoff, epoch)
    }

    fn pack_up(
        &mut self,
        given: Option<&Packet>,
        wanted: &Move<'_>,
        from: &Controller,
        handoff: HandoffId,
        epoch: u64,
    ) -> Result<Packed, Refusal> {
        let mut packet = given.cloned().unwrap_or_default();
        if let Some(given) = given {
            self.belongs_here(given)?;
        }
        self.fill_who(&mut packet, wanted, from, handoff, epoch);
        self.fill_what(&mut packet, wanted, from);
        packet.missing = self.asked_for(&wanted.to, from, &packet);
        let bytes = serde_json::to_vec(&packet).map_err(|_| Refusal::PacketInvalid {
            field: "attributes",
        })?;
        if bytes.len() > MAX_BYTES {
            return Err(Refusal::PacketTooLarge {
                bytes: bytes.len(),
                limit: MAX_BYTES,
            });
        }
        Ok(Packed {
            missing: packet.missing,
            hash: self.keep(bytes, "application/json"),
        })
    }

    /// What the people it comes to ask for and nobody has filled. It is said, and stops nothing:
    /// the customer does not wait for a form.
    fn asked_for(&self, to: &Controller, from: &Controller, packet: &Packet) -> Vec<String> {
        let queue = match (to, from) {
            (Controller::Queue(name), _) | (Controller::Agent(_), Controller::Queue(name)) => name,
            (Controller::Agent(_), Controller::Bot(_)) => &self.world.channel.fallback_queue,
            _ => return Vec::new(),
        };
        let policy = self.world.ruleset.queue(queue.as_str());
        let asked = policy.map_or(&[][..], |queue| &queue.packet);
        asked
            .iter()
            .filter(|field| packet.lacks(field))
            .map(ToString::to_string)
            .collect()
    }

    /// A packet that says whom it is about must be about this conversation.
    fn belongs_here(&self, given: &Packet) -> Result<(), Refusal> {
        let other = |field| Err(Refusal::PacketInvalid { field });
        let about = given.conversation_id;
        if about != Default::default() && about != self.state.id {
            return other("conversation_id");
        }
        if !given.schema.is_empty() && given.schema != SCHEMA {
            return other("schema");
        }
        given.check()
    }

    /// What the shell knows best is not the giver's to say: who, when, where.
    fn fill_who(
        &self,
        packet: &mut Packet,
        wanted: &Move<'_>,
        from: &Controller,
        handoff: HandoffId,
        epoch: u64,
    ) {
        packet.schema = SCHEMA.to_owned();
        packet.handoff_id = handoff;
        packet.conversation_id = self.state.id;
        packet.episode = self.state.episode;
        packet.control_epoch = epoch;
        packet.created_at = self.at;
        packet.contact_id = self.state.contact;
        let version = std::mem::take(&mut packet.from.version);
        packet.from = Party {
            version,
            ..party(from)
        };
        let skills = std::mem::take(&mut packet.to.skills);
        packet.to = Party {
            skills,
            ..party(&wanted.to)
        };
        packet.expires_at = wanted.expires_at;
        packet.direction = direction(from, &wanted.to).to_owned();
        // Whoever takes what waits needs no reason, and reads why it came.
        if wanted.reason != Reason::default() {
            packet.reason = wanted.reason.clone();
        }
        // How it was handed over before says nothing of this time.
        let said = wanted.given.map(|given| given.mode.as_str());
        packet.mode = said.unwrap_or_default().to_owned();
        if packet.mode.is_empty() {
            let cold = self
                .state
                .control
                .offer
                .as_ref()
                .is_some_and(|offer| offer.mode == OfferMode::Cold);
            let mode = if cold || wanted.verb == Verb::Fail {
                "cold"
            } else {
                "warm"
            };
            packet.mode = mode.to_owned();
        }
        packet.requested_by = match self.actor.kind {
            ActorKind::Agent => "agent",
            ActorKind::Bot => "bot",
            ActorKind::Customer => "customer",
            ActorKind::Rule => "rule",
            ActorKind::System => "system",
        }
        .to_owned();
    }

    /// What the giver left open is filled from the state.
    fn fill_what(&self, packet: &mut Packet, wanted: &Move<'_>, from: &Controller) {
        let state = &self.state;
        if packet.customer_goal.is_empty() {
            packet.customer_goal = self.customer_goal();
        }
        if packet.summary.text.is_empty() {
            packet.summary.text = self.summary();
            packet.summary.author = "template".to_owned();
        } else if packet.summary.author.is_empty() {
            let author = if matches!(self.actor.kind, ActorKind::Bot) {
                "bot"
            } else {
                "agent"
            };
            packet.summary.author = author.to_owned();
        }
        if packet.language.is_empty() {
            packet.language = self.language();
        }
        packet.to.language.clone_from(&packet.language);
        let said = wanted.given.and_then(|given| given.sentiment.as_ref());
        let by_bot = matches!(from, Controller::Bot(_)) && packet.sentiment.is_some();
        // What a bot says of its own talk stands; with people, the customer has written since.
        if said.is_none()
            && !by_bot
            && let Some(tone) = self.tone()
        {
            packet.sentiment = Some(sentiment(tone));
        }
        if packet.identity_verified_by.is_empty() {
            packet.identity_expires_at = None;
            if !self.world.contact.verified_by.is_empty() {
                packet.identity_expires_at = self.world.contact.verified_until();
            }
            packet
                .identity_verified_by
                .clone_from(&self.world.contact.verified_by);
        }
        for (what, agrees) in self.world.contact.consents() {
            // What the team has written down of its customer is surer than what a bot has heard.
            packet.consent.insert(what.to_owned(), agrees);
        }
        let id = self.world.channel.id.to_string();
        // What another channel asks of answers says nothing of this one.
        let told = packet.channel.take();
        let here = told.filter(|told| told.id.is_empty() || told.id == id);
        packet.channel = Some(PacketChannel {
            kind: self.world.channel.kind.clone(),
            id,
            name: self.world.channel.name.clone(),
            ..here.unwrap_or_default()
        });
        if packet.intent.is_none()
            && let Some(name) = &state.bot.intent
        {
            packet.intent = Some(Intent {
                name: name.clone(),
                confidence: state.bot.confidence,
                alternatives: Vec::new(),
            });
        }
        packet.priority = state.priority.word().to_owned();
        packet.tags = state.tags.iter().cloned().collect();
        if let Some(known) = self.world.briefing {
            packet.related.clone_from(&known.related);
        }
        packet.sla = self.packet_sla(&wanted.to);
        if let (Some(first), Some(last)) = (state.talk.episode_first, state.talk.last_message) {
            packet.transcript = Transcript {
                from_message_id: first,
                to_message_id: last,
                count: state.talk.episode_messages,
                hash: state.talk.episode_digest,
            };
        }
        if let Some(rule) = &wanted.rule {
            packet.decision = Some(self.decision(rule, &wanted.reason));
        }
    }

    /// The decision of the rule that hands over, with the lines that made the difference.
    fn decision(&self, rule: &str, reason: &Reason) -> PacketDecision {
        let mut decision = PacketDecision {
            rule_id: rule.to_owned(),
            ruleset: self.world.ruleset.id(),
            sentence: reason.text.clone(),
            ..PacketDecision::default()
        };
        let Some(row) = self.decided_by(rule) else {
            return decision;
        };
        decision.decision_id = Some(row.id);
        decision.record = Some(row.record);
        if !row.sentence.is_empty() {
            decision.sentence.clone_from(&row.sentence);
        }
        if let Some(explained) = self.explained(row) {
            decision.inputs_hash = Some(explained.facts);
            decision.matched_clauses = lines_of(&explained.matched, rule);
        }
        decision
    }

    /// What a decision of this order rests on.
    fn explained(&self, row: &DecisionRow) -> Option<Explanation> {
        let record = DecisionRecord::from_bytes(self.kept(row.record)?).ok()?;
        let text = self.message.map(|input| input.document.shown_text());
        self.world.ruleset.explain_record(&record, text).ok()
    }

    /// The language that the customer writes, as far as it can be told.
    fn language(&self) -> String {
        let now = self.message.filter(|input| is_of_customer(input));
        let languages = [
            now.map(|input| &input.document.language),
            self.world.briefing.map(|known| &known.language),
            Some(&self.world.contact.language),
        ];
        let mut known = languages.into_iter().flatten();
        let first = known.find(|language| !language.is_empty());
        first.cloned().unwrap_or_default()
    }

    /// How the customer sounds, by their newest message that tells it.
    fn tone(&self) -> Option<i16> {
        let now = self.message.filter(|input| is_of_customer(input));
        now.and_then(|input| input.document.sentiment)
            .or_else(|| self.world.briefing?.tone)
    }

    /// The deadlines as they are for whoever gets the conversation.
    fn packet_sla(&self, to: &Controller) -> Option<PacketSla> {
        let policy = self.state.sla.clone()?;
        let people = matches!(to, Controller::Queue(_) | Controller::Agent(_));
        let due = if people {
            self.due_with_people(&policy)
        } else {
            self.due_as_it_is()
        };
        let live = self.state.clocks.values().filter(|clock| clock.is_live());
        let paused = live.clone().any(|clock| !due.contains_key(&clock.kind));
        Some(PacketSla {
            policy,
            next_due: due.values().min().copied(),
            first_reply_due: due.get(&ClockKind::FirstReply).copied(),
            next_reply_due: due.get(&ClockKind::NextReply).copied(),
            resolve_due: due.get(&ClockKind::Resolve).copied(),
            paused,
        })
    }

    fn customer_goal(&self) -> String {
        let first_here = self
            .message
            .filter(|input| {
                is_of_customer(input) && self.state.talk.episode_first == Some(input.id)
            })
            .map(|input| input.document.shown_text());
        let known = self.world.briefing.map_or("", |known| &known.goal);
        goal_line(first_here.unwrap_or(known))
    }

    /// What happened so far, in a few sentences that are always true.
    fn summary(&self) -> String {
        let state = &self.state;
        let mut told = vec![format!(
            "{} in this episode.",
            counted(state.talk.episode_messages, "message", "messages")
        )];
        if state.bot.turns > 0 {
            told.push(format!("The bot answered {}.", times(state.bot.turns)));
        }
        if state.bot.failures > 0 {
            told.push(match state.bot.failures {
                1 => "Its last attempt failed.".to_owned(),
                failures => format!("It failed {} in a row.", times(failures)),
            });
        }
        if let Some(intent) = &state.bot.intent {
            told.push(format!("It understood: {}.", intent.replace('_', " ")));
        }
        if state.talk.first_reply_at.is_some() {
            told.push("A person has answered.".to_owned());
        }
        if let Some(since) = state.talk.waiting_since {
            let waited = self.at.since(since).max(0);
            let waited = if waited < MINUTE {
                "less than a minute".to_owned()
            } else if waited < HOUR {
                counted(whole(waited / MINUTE), "minute", "minutes")
            } else {
                counted(whole(waited / HOUR), "hour", "hours")
            };
            told.push(format!("The customer has waited {waited}."));
        }
        told.join(" ")
    }
}

impl Packet {
    /// Whether what it says can be meant: facts have names, and nobody is surer than sure.
    ///
    /// # Errors
    /// The field that is not right.
    pub fn check(&self) -> Result<(), Refusal> {
        let other = |field| Err(Refusal::PacketInvalid { field });
        let sure = |value: Option<f64>| value.is_none_or(|value| (0.0..=1.0).contains(&value));
        if !self.facts.iter().all(|fact| sure(fact.confidence)) {
            return other("facts.confidence");
        }
        if self.facts.iter().any(|fact| fact.key.is_empty()) {
            return other("facts.key");
        }
        if !self.mode.is_empty() && !MODES.contains(&self.mode.as_str()) {
            return other("mode");
        }
        let felt = self.sentiment.as_ref().map(|sentiment| sentiment.score);
        if felt.is_some_and(|score| !(-1.0..=1.0).contains(&score)) {
            return other("sentiment.score");
        }
        if !sure(self.intent.as_ref().and_then(|intent| intent.confidence)) {
            return other("intent.confidence");
        }
        Ok(())
    }
}

fn whole(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn counted(number: u32, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

fn party(controller: &Controller) -> Party {
    Party {
        kind: controller.kind().to_owned(),
        name: controller.name().to_owned(),
        ..Party::default()
    }
}

/// The lines of the rule that handed over without which it would not have.
fn lines_of(matched: &[Matched], rule: &str) -> Vec<String> {
    let Some(one) = matched.iter().find(|one| &*one.rule.0 == rule) else {
        return Vec::new();
    };
    let rows = one.rows.iter();
    rows.filter(|row| one.because.contains(&row.number))
        .map(|row| row.text.to_string())
        .collect()
}

/// A tone as a packet says it; within a quarter of the middle it is neither good nor bad.
fn sentiment(tone: i16) -> Sentiment {
    let label = match tone {
        ..=-250 => "negative",
        250.. => "positive",
        _ => "neutral",
    };
    Sentiment {
        label: label.to_owned(),
        score: f64::from(tone) / 1_000.0,
    }
}

const fn direction(from: &Controller, to: &Controller) -> &'static str {
    match (from, to) {
        (Controller::Bot(_), Controller::Bot(_)) => "bot_to_bot",
        (Controller::Bot(_), _) => "bot_to_human",
        (_, Controller::Bot(_)) => "human_to_bot",
        _ => "human_to_human",
    }
}
