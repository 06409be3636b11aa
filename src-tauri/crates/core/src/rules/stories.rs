//! The rules that Baton starts with, told as stories.

use std::sync::Arc;

use super::*;
use crate::{
    status::Priority,
    time::{HOUR, MINUTE, SECOND, Timestamp},
};

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// Monday 23 November 2026, 10:00 in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T10:00:00+01:00")
}

/// One conversation and what the rules did to it.
struct Story {
    rules: Ruleset,
    facts: Facts,
    memory: RuleMemory,
    now: Timestamp,
    last: Option<Verdict>,
}

impl Story {
    fn on_a_channel_with_a_bot() -> Self {
        Self::new("bot", true)
    }

    fn on_a_mailbox() -> Self {
        Self::new("queue", false)
    }

    fn new(control: &str, has_bot: bool) -> Self {
        let rules = Ruleset::parse(Ruleset::DEFAULT).unwrap();
        let mut facts = Facts::new();
        facts
            .set(Fact::CHANNEL_HAS_BOT, has_bot)
            .set(Fact::CONV_CHANNEL, "email")
            .set(Fact::CONV_CONTROL, control)
            .set(Fact::CONV_STATUS, "open")
            .set(Fact::CONV_TAGS, Value::texts::<&str>([]))
            .set(Fact::CUSTOMER_TAGS, Value::texts::<&str>([]))
            .set(Fact::CUSTOMER_TIER, "")
            .set(Fact::CONV_EPISODE, 1_i64)
            .set(Fact::CONV_CONTROL_EPOCH, 1_i64)
            .set(Fact::CONV_MESSAGE_COUNT, 0_i64)
            .set(Fact::CONV_ANSWERED, false)
            .set(Fact::CONV_SNOOZED, false);
        Self {
            rules,
            facts,
            memory: RuleMemory::default(),
            now: monday(),
            last: None,
        }
    }

    fn event(&mut self, event: EventKind) -> &Verdict {
        let verdict = self.rules.decide(&Pass {
            event,
            facts: &self.facts,
            now: self.now,
            memory: &self.memory,
            conversation_key: b"c1",
        });
        self.memory = verdict.memory_after.clone();
        self.last.insert(verdict)
    }

    fn customer_writes(&mut self, text: &str) -> &Verdict {
        let count = self.facts.int(Fact::CONV_MESSAGE_COUNT).unwrap() + 1;
        self.facts
            .set(Fact::CONV_MESSAGE_COUNT, count)
            .set(Fact::MSG_AUTHOR, "customer")
            .set(Fact::MSG_KIND, "message")
            .set(Fact::MSG_TEXT, text);
        if *self.facts.get(Fact::CONV_WAITING) == Value::Unknown {
            self.facts.set(Fact::CONV_WAITING, Value::Since(self.now));
        }
        self.event(EventKind::CustomerMessage)
    }

    fn fired(&self) -> Vec<&str> {
        self.last
            .as_ref()
            .unwrap()
            .fired
            .iter()
            .map(RuleId::as_str)
            .collect()
    }
}

fn control(verdict: &Verdict) -> Option<(String, &str)> {
    verdict
        .slots
        .control
        .as_ref()
        .map(|d| (d.value.to_string(), d.by.as_str()))
}

fn tags(verdict: &Verdict) -> Vec<&str> {
    verdict
        .slots
        .tags_add
        .iter()
        .map(|tag| &*tag.value)
        .collect()
}

#[test]
fn the_default_rules_load_without_a_warning_and_each_says_why() {
    let rules = Ruleset::parse(Ruleset::DEFAULT).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(rules.warnings(), []);
    for rule in rules.rules() {
        assert!(
            !rule.why.is_empty() && *rule.reason != *rule.id.as_str(),
            "{}",
            rule.id
        );
    }
    assert_eq!(rules.sla("vip").unwrap().first_reply, Some(30 * MINUTE));
    assert_eq!(rules.ladders().len(), 2);
}

#[test]
fn a_channel_without_a_bot_starts_in_the_queue() {
    let rules = Ruleset::parse(Ruleset::DEFAULT).unwrap();
    let mut facts = Facts::new();
    assert_eq!(rules.defaults_for(&facts).control, ControlTarget::Queue);
    facts.set(Fact::CHANNEL_HAS_BOT, true);
    let defaults = rules.defaults_for(&facts);
    assert_eq!(defaults.control, ControlTarget::Bot);
    assert_eq!(defaults.sla.as_deref(), Some("standard"));
}

#[test]
fn who_asks_for_a_person_gets_one() {
    let mut story = Story::on_a_channel_with_a_bot();
    let verdict = story.customer_writes("How do I change my address?");
    assert_eq!(control(verdict), None);
    let verdict = story.customer_writes("No. Ich möchte mit einem MITARBEITER sprechen!");
    assert_eq!(
        control(verdict),
        Some(("queue".into(), "asked-for-a-human"))
    );
    assert_eq!(
        verdict.slots.ladder.as_ref().unwrap().value.as_ref(),
        "normal"
    );
}

#[test]
fn a_mail_robot_that_mentions_a_human_is_not_a_person() {
    let mut story = Story::on_a_channel_with_a_bot();
    story
        .facts
        .set(Fact::MSG_AUTHOR, "customer")
        .set(Fact::MSG_KIND, "auto_reply");
    story.facts.set(
        Fact::MSG_TEXT,
        "No human reads this mailbox. My lawyer is on holiday.",
    );
    let verdict = story.event(EventKind::CustomerMessage);
    assert!(verdict.fired.is_empty());
}

#[test]
fn legal_wording_beats_everything_and_the_urgent_ladder_wins() {
    let mut story = Story::on_a_channel_with_a_bot();
    let verdict = story.customer_writes("I want a human. My lawyer will call you.");
    assert_eq!(control(verdict), Some(("queue".into(), "legal-wording")));
    assert_eq!(
        verdict.slots.ladder.as_ref().unwrap().value.as_ref(),
        "urgent"
    );
    let priority = verdict.slots.priority.as_ref().unwrap();
    assert_eq!(priority.value.apply(Priority::Normal), Priority::Urgent);
    assert_eq!(tags(verdict), ["legal", "asked-for-human"]);
    let lost: Vec<_> = verdict
        .lost
        .iter()
        .map(|lost| (lost.rule.as_str(), lost.slot, lost.reason))
        .collect();
    assert_eq!(
        lost,
        [
            ("asked-for-a-human", Slot::Control, LossReason::EarlierRule),
            ("asked-for-a-human", Slot::Ladder, LossReason::Stronger),
        ]
    );
}

#[test]
fn an_important_customer_is_seen_by_people_once_an_episode() {
    let mut story = Story::on_a_mailbox();
    story.facts.set(Fact::CUSTOMER_TIER, "enterprise");
    let verdict = story.customer_writes("Hello");
    assert_eq!(control(verdict), None, "it is in the queue already");
    assert_eq!(verdict.slots.sla.as_ref().unwrap().value, Arc::from("vip"));
    assert!(story.customer_writes("Hello?").fired.is_empty());
    story.facts.set(Fact::CONV_EPISODE, 2_i64);
    story.customer_writes("Me again");
    assert_eq!(story.fired(), ["vip"]);
}

#[test]
fn a_bot_that_fails_twice_hands_over_and_one_that_fails_once_does_not() {
    let mut story = Story::on_a_channel_with_a_bot();
    story
        .facts
        .set(Fact::BOT_FAILURES, 1_i64)
        .set(Fact::BOT_CONFIDENCE, 0.5);
    story.facts.set(Fact::BOT_SAME_ANSWER_TWICE, false);
    assert!(story.event(EventKind::BotMessage).fired.is_empty());
    story.facts.set(Fact::BOT_FAILURES, 2_i64);
    assert_eq!(
        control(story.event(EventKind::BotMessage)),
        Some(("queue".into(), "bot-stuck"))
    );
    assert!(
        story.event(EventKind::BotMessage).fired.is_empty(),
        "it acts on the edge only"
    );
}

#[test]
fn who_writes_at_night_is_marked_and_waits_in_office_time() {
    let mut story = Story::on_a_mailbox();
    story.now = at("2026-11-23T22:00:00+01:00");
    assert_eq!(
        tags(story.customer_writes("Are you there?")),
        ["out-of-hours"]
    );
    let due = story
        .rules
        .next_flip(&story.facts, story.now, &story.memory)
        .unwrap();
    assert_eq!(due, at("2026-11-24T10:00:00.001+01:00"));
    story.now = due;
    assert_eq!(tags(story.event(EventKind::Time)), ["waiting"]);
    assert_eq!(
        story.last.as_ref().unwrap().next_flip,
        None,
        "it has been said"
    );
}

#[test]
fn the_first_reply_is_pressed_for_half_an_hour_before_it_is_due() {
    let mut story = Story::on_a_mailbox();
    story.customer_writes("Hello");
    let due = story.now.plus(HOUR);
    story
        .facts
        .set(Fact::SLA_DUE, Value::Time(due))
        .set(Fact::CONV_WAITING, Value::Duration(0));
    let flip = story
        .rules
        .next_flip(&story.facts, story.now, &story.memory);
    assert_eq!(flip, Some(due.plus(-30 * MINUTE)));
    story.now = flip.unwrap();
    story.event(EventKind::Time);
    assert_eq!(story.fired(), ["first-reply-due"]);
    story.facts.set(Fact::CONV_ANSWERED, true);
    assert_eq!(
        story
            .rules
            .next_flip(&story.facts, story.now, &story.memory),
        None
    );
}

#[test]
fn a_draft_about_money_is_read_first_each_time_also_in_doubt() {
    let mut story = Story::on_a_channel_with_a_bot();
    story
        .facts
        .set(Fact::DRAFT_AUTHOR, "ai")
        .set(Fact::DRAFT_MENTIONS_MONEY, true);
    for _ in 0..2 {
        let verdict = story.event(EventKind::Draft);
        let review = verdict.slots.review.as_ref().unwrap();
        assert!(review.value.required);
        assert_eq!(
            verdict.slots.reviewers[0].value,
            Target::Team("support".into())
        );
    }
    story.facts.set(Fact::DRAFT_MENTIONS_MONEY, Value::Unknown);
    assert!(
        story
            .event(EventKind::Draft)
            .slots
            .review
            .as_ref()
            .unwrap()
            .value
            .required
    );
    story.facts.set(Fact::DRAFT_MENTIONS_MONEY, false);
    let verdict = story.event(EventKind::Draft);
    let review = verdict.slots.review.as_ref().unwrap();
    assert!(!review.value.required && review.by.as_str() == RuleId::DEFAULT);
}

#[test]
fn a_person_in_control_is_never_pushed_aside() {
    let mut story = Story::on_a_channel_with_a_bot();
    story
        .facts
        .set(Fact::CONV_CONTROL, "agent")
        .set(Fact::CUSTOMER_TIER, "vip");
    let verdict = story.customer_writes("Human? Lawyer!");
    assert!(verdict.fired.is_empty());
}

#[test]
fn clocks_stand_still_and_ladders_end_when_the_file_says_so() {
    let mut story = Story::on_a_mailbox();
    let now = story.now;
    assert!(!story.rules.sla_paused("standard", &story.facts, now));
    assert!(!story.rules.ladder_stopped("urgent", &story.facts, now));
    story
        .facts
        .set(Fact::CONV_SNOOZED, true)
        .set(Fact::CONV_CONTROL, "agent");
    assert!(story.rules.sla_paused("standard", &story.facts, now));
    assert!(story.rules.ladder_stopped("urgent", &story.facts, now));
    let ladder = story.rules.ladder("urgent").unwrap();
    assert_eq!(ladder.due(now, 0, 0), Some(now));
    assert_eq!(ladder.due(now, 2, 0), Some(now.plus(15 * MINUTE)));
    assert_eq!(ladder.due(now, 2, 3), Some(now.plus(60 * MINUTE)));
    assert_eq!(ladder.due(now, 2, 4), None);
}

/// A ruleset of one test, with what every file needs.
pub(super) fn rules(text: &str) -> Ruleset {
    Ruleset::parse(&format!("baton = 1\n{text}")).unwrap_or_else(|problems| panic!("{problems}"))
}

fn simple(id: &str, on: &str, when: &str, does: &str, more: &str) -> String {
    format!(
        "[[rule]]\nid = '{id}'\nreason = '{id}'\non = ['{on}']\nwhen = '{when}'\ndo = {{ {does} }}\n{more}\n"
    )
}

#[test]
fn the_fourth_change_of_control_within_an_hour_goes_to_people_until_one_acts() {
    let mut story = Story::on_a_channel_with_a_bot();
    story.rules = rules(
        &[
            simple(
                "to-queue",
                "bot.message",
                "conv.control == \"bot\"",
                "control = 'team:a'",
                "",
            ),
            simple(
                "to-bot",
                "customer.message",
                "conv.control == \"queue\"",
                "control = 'bot'",
                "",
            ),
        ]
        .concat(),
    );
    for _ in 0..2 {
        story.facts.set(Fact::CONV_CONTROL, "bot");
        assert_eq!(
            control(story.event(EventKind::BotMessage)).unwrap().0,
            "team:a"
        );
        story.facts.set(Fact::CONV_CONTROL, "queue");
        story.event(EventKind::CustomerMessage);
        story.facts.set(Fact::CONV_CONTROL, "bot");
        story.event(EventKind::CustomerMessage);
        story.facts.set(Fact::CONV_CONTROL, "queue");
        story.event(EventKind::BotMessage);
    }
    assert!(story.memory.is_guarded());
    story.facts.set(Fact::CONV_CONTROL, "bot");
    let verdict = story.event(EventKind::BotMessage);
    assert_eq!(control(verdict), None);
    assert_eq!(verdict.lost[0].reason, LossReason::LoopGuard);
    story.event(EventKind::AgentMessage);
    story.facts.set(Fact::CONV_CONTROL, "queue");
    story.event(EventKind::BotMessage);
    story.facts.set(Fact::CONV_CONTROL, "bot");
    assert_eq!(
        control(story.event(EventKind::BotMessage)).unwrap().0,
        "team:a"
    );
}

#[test]
fn only_the_agents_release_gives_control_to_a_bot() {
    let mut story = Story::on_a_channel_with_a_bot();
    story.rules = rules(
        &[
            simple("to-bot", "customer.message", "true", "control = 'bot'", ""),
            simple("away", "status.changed", "true", "control = 'queue'", ""),
            simple(
                "taken",
                "time",
                "conv.silent > duration(\"1h\")",
                "control = 'queue'",
                "take_over = true",
            ),
        ]
        .concat(),
    );
    story.facts.set(Fact::CONV_CONTROL, "agent");
    let reason = |verdict: &Verdict| verdict.lost[0].reason;
    assert_eq!(
        reason(story.event(EventKind::CustomerMessage)),
        LossReason::HumanHasControl
    );
    assert_eq!(
        reason(story.event(EventKind::StatusChanged)),
        LossReason::NoTakeOver
    );
    story
        .facts
        .set(Fact::CONV_SILENT, Value::Since(story.now.plus(-HOUR - 1)));
    assert_eq!(
        control(story.event(EventKind::Time)),
        Some(("queue".into(), "taken"))
    );
    story.rules = rules(&simple(
        "to-bot",
        "bot.message",
        "true",
        "control = 'bot'",
        "",
    ));
    story.facts.set(Fact::CONV_CONTROL, "closed");
    story.memory = RuleMemory::default();
    assert_eq!(
        reason(story.event(EventKind::BotMessage)),
        LossReason::Closed
    );
    story
        .facts
        .set(Fact::CONV_CONTROL, "queue")
        .set(Fact::CHANNEL_HAS_BOT, false);
    story.memory = RuleMemory::default();
    assert_eq!(
        reason(story.event(EventKind::BotMessage)),
        LossReason::NoBot
    );
}

#[test]
fn a_rule_in_shadow_is_watched_and_has_no_effect() {
    let mut story = Story::on_a_channel_with_a_bot();
    story.rules = rules(&simple(
        "quiet",
        "customer.message",
        "true",
        "control = 'queue'",
        "status = 'shadow'",
    ));
    let verdict = story.customer_writes("Hello");
    assert!(verdict.slots.is_empty() && verdict.fired.is_empty());
    let record = verdict.record.clone();
    let explanation = story.rules.explain_record(&record, None).unwrap();
    assert_eq!(explanation.shadow[0].rule.as_str(), "quiet");
    assert!(explanation.shadow[0].acted);
    story.rules = rules(&simple(
        "part",
        "customer.message",
        "true",
        "tag = 'x'",
        "status = 'canary'\ncanary = 0.5",
    ));
    let count = (0_u32..200)
        .filter(|key| {
            let key = key.to_be_bytes();
            let pass = Pass {
                event: EventKind::CustomerMessage,
                facts: &story.facts,
                now: story.now,
                memory: &RuleMemory::default(),
                conversation_key: &key,
            };
            !story.rules.decide(&pass).fired.is_empty()
        })
        .count();
    assert!(
        (70..130).contains(&count),
        "{count} of 200 in a half canary"
    );
}

#[test]
fn an_effect_is_shown_to_other_rules_once_and_a_rule_acts_once_for_one_cause() {
    let mut story = Story::on_a_channel_with_a_bot();
    story.rules = rules(
        &[
            simple(
                "hand",
                "customer.message",
                "conv.control == \"bot\"",
                "control = 'queue'",
                "",
            ),
            simple(
                "tell",
                "control.changed",
                "conv.control == \"queue\"",
                "notify = 'team:a'",
                "once = 'per-message'",
            ),
        ]
        .concat(),
    );
    assert!(story.customer_writes("Hello").follow_up);
    story
        .facts
        .set(Fact::CONV_CONTROL, "queue")
        .set(Fact::CONV_CHANGED_BY, "rule");
    assert_eq!(story.event(EventKind::ControlChanged).slots.notify.len(), 1);
    story.facts.set(Fact::CONV_MESSAGE_COUNT, 9_i64);
    let verdict = story.event(EventKind::ControlChanged);
    assert_eq!(verdict.lost[0].reason, LossReason::SameCause);
}

#[test]
fn a_condition_that_an_event_made_true_is_due_and_one_made_false_is_armed_again() {
    let mut story = Story::on_a_mailbox();
    story.rules = rules(&simple(
        "late",
        "time",
        "conv.control == \"queue\" && conv.waiting > duration(\"5m\")",
        "tag = 'late'",
        "",
    ));
    story
        .facts
        .set(Fact::CONV_WAITING, Value::Since(story.now.plus(-HOUR)));
    let due = story
        .rules
        .next_flip(&story.facts, story.now, &story.memory)
        .unwrap();
    assert_eq!(due, story.now.plus(SECOND));
    story.now = due;
    assert_eq!(tags(story.event(EventKind::Time)), ["late"]);
    story.facts.set(Fact::CONV_WAITING, Value::Duration(0));
    story.event(EventKind::AgentMessage);
    story.facts.set(Fact::CONV_WAITING, Value::Since(story.now));
    story.event(EventKind::CustomerMessage);
    let due = story
        .rules
        .next_flip(&story.facts, story.now, &story.memory)
        .unwrap();
    assert_eq!(due, story.now.plus(5 * MINUTE + 1));
    story.now = due;
    assert_eq!(tags(story.event(EventKind::Time)), ["late"]);
}
