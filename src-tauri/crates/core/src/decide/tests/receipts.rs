//! How handoffs went, what their packets lacked, and what a bot gets back.

use std::sync::Arc;

use super::play::{Play, RULES};
use crate::command::Command;
use crate::control::{OfferMode, Reason, ReasonCode, Target};
use crate::event::{Actor, Event};
use crate::ids::{AgentName, HandoffId, QueueName};
use crate::message::{MessageDocument, MessageKind};
use crate::packet::{Fact, Packet, Party, Promise, Sentiment, Summary};
use crate::receipt::{Receipt, Receipts, Status};
use crate::sla::ClockKind;
use crate::time::{HOUR, MINUTE, SECOND};

fn receipts(play: &Play) -> Vec<Receipt> {
    let mut receipts = Receipts::default();
    for (_, happened) in &play.log {
        receipts.take(happened.at, &happened.actor, &happened.event);
    }
    receipts.done()
}

/// The words that people and bots said beside their messages, as they are kept.
fn words(play: &Play) -> Vec<String> {
    let kept = play.log.iter().filter_map(|(_, happened)| {
        let words = match &happened.event {
            Event::ControlChanged(changed) => changed.reason.words?,
            Event::OfferEnded(ended) => ended.words?,
            Event::DraftSettled(settled) => settled.words?,
            _ => return None,
        };
        crate::decide::words_in(&play.contents[&words])
    });
    kept.collect()
}

/// What the bot has told of the customer, and not of the handoff.
fn known() -> Packet {
    Packet {
        facts: vec![Fact {
            key: "order_number".to_owned(),
            value: 7.into(),
            ..Fact::default()
        }],
        promises: vec![Promise {
            text: "An answer today".to_owned(),
            ..Promise::default()
        }],
        ..Packet::default()
    }
}

/// The steps of a receipt: what, by whom, after how many seconds.
fn steps(receipt: &Receipt) -> Vec<(Status, String, i64)> {
    let told = receipt.steps.iter().map(|step| {
        let by = step.by.id.clone();
        (step.status, by, step.waited_ms / SECOND)
    });
    told.collect()
}

fn step(status: Status, by: &str, seconds: i64) -> (Status, String, i64) {
    (status, by.to_owned(), seconds)
}

fn mark(handoff: HandoffId, useful: Option<bool>, missing: &[&str]) -> Command {
    Command::MarkPacket {
        handoff,
        useful,
        missing: missing.iter().map(ToString::to_string).collect(),
    }
}

/// A bot hands over to the queue after a minute.
fn handed_over(play: &mut Play) -> HandoffId {
    play.customer("Where is my parcel?");
    let pass = play.pass_to(Target::Queue(QueueName::new("support")));
    play.wait(MINUTE).bot(pass).unwrap();
    play.state().control.handoff.unwrap()
}

#[test]
fn a_handoff_to_a_queue_is_accepted_by_the_taker_and_completed_by_the_return() {
    let mut play = Play::new();
    let handoff = handed_over(&mut play);
    play.wait(2 * MINUTE)
        .agent("ben", Command::Take(Reason::default()))
        .unwrap();
    let taken = play.state().control.handoff.unwrap();
    play.wait(5 * SECOND)
        .agent("ben", mark(taken, None, &[]))
        .unwrap();
    let back = Command::ReturnToBot {
        bot: "helper".to_owned(),
        summary: "Sent a new one.".to_owned(),
        allowed_topics: vec!["tracking".to_owned()],
        promises: Vec::new(),
    };
    play.wait(HOUR).agent("ben", back).unwrap();
    let told = receipts(&play);
    assert_eq!(told.len(), 2, "the take is a part of the first");
    assert_eq!(told[0].handoff, handoff);
    assert_eq!(
        steps(&told[0]),
        [
            step(Status::Requested, "helper", 0),
            step(Status::Accepted, "ben", 120),
            step(Status::Completed, "ben", 3_605),
        ]
    );
    assert_eq!(told[0].steps[2].text, "return_to_bot");
    assert_eq!(told[0].readings[0].waited_ms, 125 * SECOND);
    assert_eq!(
        steps(&told[1]),
        [
            step(Status::Requested, "ben", 0),
            step(Status::Accepted, "helper", 0)
        ]
    );
}

#[test]
fn an_offer_is_told_with_each_answer_and_a_failure_with_its_cause() {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    let offer = |name: &str| Command::Offer {
        to: Target::Agent(AgentName::new(name)),
        timeout_ms: MINUTE,
        mode: OfferMode::Warm,
        reason: Reason::code(ReasonCode::Vip),
        packet: None,
    };
    play.bot(offer("anna")).unwrap();
    let first = play.live_offer();
    let text = "at lunch".to_owned();
    let reject = Command::Reject { offer: first, text };
    play.wait(7 * SECOND).agent("anna", reject).unwrap();
    let told = receipts(&play);
    assert_eq!(
        steps(&told[0]),
        [
            step(Status::Requested, "helper", 0),
            step(Status::Offered, "helper", 0),
            step(Status::Rejected, "anna", 7)
        ]
    );
    assert_eq!(told[0].steps[2].text, "", "said by a person");
    assert_eq!(words(&play), ["at lunch"]);
    assert_eq!(told[0].reason, ReasonCode::Vip);

    let mut play = Play::new();
    play.customer("Where is my parcel?");
    let (code, text) = ("timeout".to_owned(), "no answer".to_owned());
    let fail = Command::Fail { code, text };
    play.wait(SECOND).bot(fail).unwrap();
    let told = receipts(&play);
    let last = told[0].steps.last().unwrap();
    assert_eq!(
        (last.status, last.text.as_str()),
        (Status::Failed, "timeout")
    );
}

#[test]
fn what_waits_in_a_queue_is_had_by_the_offer_that_somebody_takes() {
    for accepts in [true, false] {
        let mut play = Play::new();
        handed_over(&mut play);
        let offer = play.offer_to(Target::Agent(AgentName::new("ben")));
        play.wait(MINUTE).agent("anna", offer).unwrap();
        // Who begins to answer what they are offered has taken it, too.
        let answer = match accepts {
            true => Command::Accept {
                offer: play.live_offer(),
            },
            false => play.reply("On its way.", 0),
        };
        play.wait(5 * SECOND).agent("ben", answer).unwrap();
        let handoff = play.state().control.handoff.unwrap();
        play.agent("ben", mark(handoff, None, &[])).unwrap();
        play.wait(HOUR)
            .agent(
                "ben",
                Command::Resolve {
                    reason: Reason::default(),
                },
            )
            .unwrap();
        let told = receipts(&play);
        assert_eq!(told.len(), 2, "accepts: {accepts}");
        assert_eq!(
            steps(&told[0]),
            [
                step(Status::Requested, "helper", 0),
                step(Status::Accepted, "ben", 65),
                step(Status::Completed, "ben", 3_600),
            ]
        );
        assert_eq!(
            steps(&told[1]),
            [
                step(Status::Requested, "anna", 0),
                step(Status::Offered, "anna", 0),
                step(Status::Accepted, "ben", 5),
                step(Status::Completed, "ben", 3_600),
            ]
        );
        assert_eq!(told[1].readings.len(), 1, "accepts: {accepts}");
    }
}

#[test]
fn a_packet_is_read_once_by_each_and_rated_by_their_last_word() {
    let mut play = Play::new();
    let handoff = handed_over(&mut play);
    for name in ["ben", "ben", "anna", "ben"] {
        play.wait(SECOND)
            .agent(name, mark(handoff, None, &[]))
            .unwrap();
    }
    for _ in 0..2 {
        play.agent("ben", mark(handoff, Some(false), &["facts"]))
            .unwrap();
    }
    let marks = play
        .log
        .iter()
        .filter(|(_, happened)| matches!(happened.event, Event::PacketMarked(_)));
    assert_eq!(marks.count(), 3, "two readings and one word");
    let told = receipts(&play);
    let readers: Vec<&str> = told[0]
        .readings
        .iter()
        .map(|one| one.by.id.as_str())
        .collect();
    assert_eq!(readers, ["ben", "anna"]);
    assert_eq!(told[0].rating, Some((false, vec!["facts".to_owned()])));
    let known = play.state().control.mark.as_ref().unwrap();
    assert_eq!(known.lacking, ["facts"]);
}

const ASKS: &str = r#"
[queue.support]
packet = ["summary", "customer_goal", "facts.order_number"]
"#;

#[test]
fn what_a_queue_asks_for_is_said_and_stops_nothing() {
    let mut play = Play::with_rules(&format!("{RULES}{ASKS}"));
    handed_over(&mut play);
    assert_eq!(play.holder(), "queue:support", "the customer does not wait");
    let asked = ["summary", "facts.order_number"];
    assert_eq!(play.packet().missing, asked);
    assert_eq!(play.state().control.missing, asked);
    assert_eq!(receipts(&play)[0].missing, asked);

    let mut play = Play::with_rules(&format!("{RULES}{ASKS}"));
    play.briefing.told = Some(Packet {
        summary: Summary {
            text: "Asks for the parcel of order 7.".to_owned(),
            author: "bot".to_owned(),
            ..Summary::default()
        },
        facts: vec![Fact {
            key: "order_number".to_owned(),
            value: 7.into(),
            ..Fact::default()
        }],
        ..Packet::default()
    });
    handed_over(&mut play);
    assert!(play.packet().missing.is_empty());
}

#[test]
fn a_bot_gets_back_what_was_promised_and_what_it_may_go_on_with() {
    let mut play = Play::new();
    handed_over(&mut play);
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    let since = play.now;
    let due_at = Some(play.now.plus(HOUR));
    let back = Command::ReturnToBot {
        bot: "helper".to_owned(),
        summary: "A new parcel is on its way.".to_owned(),
        allowed_topics: vec!["tracking".to_owned()],
        promises: vec![Promise {
            text: "A tracking number by mail".to_owned(),
            due_at,
            by: String::new(),
        }],
    };
    play.wait(10 * MINUTE).agent("ben", back).unwrap();
    let packet = play.packet();
    assert_eq!(packet.direction, "human_to_bot");
    assert_eq!(packet.summary.author, "agent");
    assert_eq!(packet.allowed_actions, ["tracking"]);
    assert_eq!(packet.promises[0].by, "agent:ben");
    assert_eq!(packet.promises[0].due_at, due_at);
    let stretch = packet.human_stretch.unwrap();
    assert_eq!((stretch.since, stretch.until), (since, play.now));
    assert_eq!(stretch.by, "ben");
}

#[test]
fn a_team_has_its_own_time_to_read_drafts() {
    let rules = format!("{RULES}\n[queue.billing]\nreview_within = '40m'\n");
    let mut play = Play::with_rules(&rules);
    play.customer("I want my money back");
    let reply = play.reply("We refund 20 €.", 0);
    play.bot(reply).unwrap();
    let draft = play.state().drafts.values().next().unwrap();
    assert_eq!(draft.due_at, play.now.plus(40 * MINUTE));
}

#[test]
fn a_packet_says_where_the_customer_writes_what_they_agree_to_and_what_was_decided() {
    let mut play = Play::new();
    let yes = [("email_consent", "yes"), ("sms_consent", "no")];
    play.contact.attributes = yes
        .map(|(name, said)| (name.to_owned(), said.into()))
        .into();
    play.briefing.told = Some(Packet {
        to: Party {
            skills: vec!["billing".to_owned()],
            ..Party::default()
        },
        consent: [("sms".to_owned(), true), ("chat".to_owned(), true)].into(),
        redactions: vec!["card number".to_owned()],
        ..Packet::default()
    });
    play.customer("Where is my parcel?");
    play.wait(MINUTE).customer("I want to talk to a human");
    assert_eq!(play.holder(), "queue:support");
    let packet = play.packet();
    let channel = packet.channel.unwrap();
    assert_eq!(channel.kind, play.channel.kind);
    assert_eq!(channel.id, play.channel.id.to_string());
    let agreed: Vec<(&str, bool)> = packet
        .consent
        .iter()
        .map(|(what, agrees)| (what.as_str(), *agrees))
        .collect();
    // What the team has written down beats what a bot has heard.
    assert_eq!(agreed, [("chat", true), ("email", true), ("sms", false)]);
    assert_eq!(packet.to.skills, ["billing"]);
    assert_eq!(packet.redactions, ["card number"]);
    let decision = packet.decision.unwrap();
    assert_eq!(decision.rule_id, "asked");
    assert!(decision.decision_id.is_some() && decision.record.is_some());
    assert!(
        decision.sentence.contains("asked for a person"),
        "{}",
        decision.sentence
    );
    assert_eq!(
        decision.matched_clauses,
        ["conv.control == \"bot\"", "msg.words.human"]
    );
    assert!(decision.inputs_hash.is_some());
    let due = packet.sla.unwrap();
    let each = [due.first_reply_due, due.next_reply_due, due.resolve_due];
    assert_eq!(due.next_due, each.into_iter().flatten().min());
    assert!(due.resolve_due.is_some());
    // The clock of the first reply stood while the bot had it, and runs for those who read this.
    let clocks = &play.state().clocks;
    let of_state = |kind: ClockKind| clocks.get(&kind).and_then(|clock| clock.due_at);
    assert!(due.first_reply_due.is_some());
    assert_eq!(due.first_reply_due, of_state(ClockKind::FirstReply));
    assert_eq!(due.resolve_due, of_state(ClockKind::Resolve));
    assert!(!due.paused);
    assert_eq!(packet.expires_at, None);
}

#[test]
fn whoever_passes_on_with_a_word_of_their_own_passes_on_what_is_known() {
    let mut play = Play::new();
    handed_over(&mut play);
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    play.briefing.told = Some(known());
    let note = Packet {
        summary: Summary {
            text: "She waits at the door.".to_owned(),
            author: "agent".to_owned(),
            ..Summary::default()
        },
        ..Packet::default()
    };
    let pass = Command::Pass {
        to: Target::Agent(AgentName::new("anna")),
        reason: Reason::default(),
        packet: Some(Box::new(note)),
    };
    play.agent("ben", pass).unwrap();
    let packet = play.packet();
    assert_eq!(packet.summary.text, "She waits at the door.");
    assert_eq!(packet.facts, known().facts);
    assert_eq!(packet.promises, known().promises);
}

#[test]
fn who_takes_what_waits_reads_why_it_came() {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    let pass = Command::Pass {
        to: Target::Queue(QueueName::new("support")),
        reason: Reason::new(ReasonCode::CustomerRequest, "wants a person"),
        packet: None,
    };
    play.bot(pass).unwrap();
    play.briefing.told = Some(play.packet());
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    let why = play.packet().reason;
    assert_eq!(
        (why.code, why.text.as_str()),
        (ReasonCode::CustomerRequest, "wants a person")
    );
}

#[test]
fn what_was_asked_of_somebody_is_no_part_of_what_is_known() {
    let came = Packet {
        next_step: "Read the draft.".to_owned(),
        allowed_actions: vec!["tracking".to_owned()],
        attributes: [(crate::packet::DRAFT_DOCUMENT.to_owned(), "x".into())]
            .into_iter()
            .collect(),
        ..known()
    };
    assert_eq!(came.still_known(), known());
}

#[test]
fn the_packet_of_an_offer_says_until_when_it_stands() {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    let offer = play.offer_to(Target::Agent(AgentName::new("anna")));
    play.bot(offer).unwrap();
    let offer = play.state().control.offer.clone().unwrap();
    let accept = Command::Accept { offer: offer.id };
    play.agent("anna", accept).unwrap();
    assert_eq!(play.packet().expires_at, Some(offer.expires_at));
}

#[test]
fn what_people_and_bots_say_beside_their_messages_stands_in_no_event() {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    let why = "Carla moved to Zebulon Street";
    let pass = Command::Pass {
        to: Target::Queue(QueueName::new("support")),
        reason: Reason::new(ReasonCode::CustomerRequest, why),
        packet: None,
    };
    play.bot(pass).unwrap();
    let took = "I know Zebulon Street";
    let take = Command::Take(Reason::new(ReasonCode::Vip, took));
    play.agent("ben", take).unwrap();
    for (_, happened) in &play.log {
        let event = format!("{:?}", happened.event);
        assert!(!event.contains("Zebulon"), "{event}");
    }
    assert_eq!(words(&play), [why, took]);
    assert_eq!(play.state().control.reason.text, "");
    assert!(play.state().control.reason.words.is_some());
    // Whoever reads the packet reads why.
    assert_eq!(play.packet().reason.text, took);
}

#[test]
fn what_was_said_in_an_episode_is_proven_by_one_digest() {
    let mut play = Play::new();
    handed_over(&mut play);
    play.answers("ben", "On its way.");
    play.customer("Still nothing.");
    let back = play.pass_to(Target::Queue(QueueName::new("support")));
    play.agent("ben", back).unwrap();
    let proven = |play: &Play, skipped: usize| {
        let said = play.log.iter().filter_map(|(_, one)| match &one.event {
            Event::MessageRecorded(recorded) => Some(recorded.document),
            _ => None,
        });
        // As anybody can compute it from the log.
        said.skip(skipped).fold(Vec::new(), |before, document| {
            let bytes = [&before[..], &document.0[..]].concat();
            crate::hash::Hash::of(&bytes).0.to_vec()
        })
    };
    let transcript = play.packet().transcript;
    let hash = transcript.hash.unwrap();
    assert_eq!(hash.0.to_vec(), proven(&play, 0));

    // Another episode begins anew.
    let before = usize::try_from(play.state().talk.messages).unwrap();
    let reason = Reason::default();
    play.agent("anna", Command::Resolve { reason }).unwrap();
    play.wait(MINUTE).customer("And my other parcel?");
    play.agent("anna", Command::Take(Reason::default()))
        .unwrap();
    let transcript = play.packet().transcript;
    assert_eq!(transcript.count, 1);
    assert_eq!(transcript.hash.unwrap().0.to_vec(), proven(&play, before));
}

#[test]
fn how_it_was_handed_over_before_says_nothing_of_this_time() {
    let mut play = Play::new();
    play.briefing.told = Some(Packet {
        mode: "cold".to_owned(),
        ..Packet::default()
    });
    handed_over(&mut play);
    assert_eq!(play.packet().mode, "warm");
}

#[test]
fn an_identity_that_was_verified_until_then_is_missing_afterwards() {
    let asks = "\n[queue.support]\npacket = [\"identity\"]\n";
    for (until, missing) in [(HOUR, false), (-HOUR, true)] {
        let mut play = Play::with_rules(&format!("{RULES}{asks}"));
        let until = play.now.plus(until);
        play.contact.verified_by = "verified".to_owned();
        play.contact
            .attributes
            .insert("verified_until".to_owned(), until.0.into());
        handed_over(&mut play);
        let packet = play.packet();
        assert_eq!(packet.identity_expires_at, Some(until));
        assert_eq!(!packet.missing.is_empty(), missing, "{:?}", packet.missing);
    }
    let mut contact = crate::world::ContactFacts::default();
    let text = "2026-11-22T10:00:00Z".into();
    contact.attributes.insert("verified_until".to_owned(), text);
    assert_eq!(
        contact.verified_until(),
        Some(crate::time::Timestamp(1_795_341_600_000))
    );
}

#[test]
fn a_packet_says_how_the_customer_sounds_and_in_which_language_they_write() {
    let mut play = Play::new();
    play.contact.language = "en".to_owned();
    let mut angry = play.message("Das ist eine Unverschämtheit!", MessageKind::Message);
    angry.document = Arc::new(MessageDocument {
        language: "de".to_owned(),
        sentiment: Some(-700),
        ..(*angry.document).clone()
    });
    play.order(Actor::customer(), None, Command::Record(angry))
        .unwrap();
    // What the shell has read of what the customer wrote.
    play.briefing.language = "de".to_owned();
    play.briefing.tone = Some(-700);
    let pass = play.pass_to(Target::Queue(QueueName::new("support")));
    play.bot(pass).unwrap();
    let packet = play.packet();
    let sounds = |packet: &Packet| {
        let sentiment = packet.sentiment.clone().unwrap();
        (sentiment.label, sentiment.score)
    };
    assert_eq!(sounds(&packet), ("negative".to_owned(), -0.7));
    assert_eq!((&*packet.language, &*packet.to.language), ("de", "de"));

    // People have calmed them since: what was true then is not passed on as true now.
    play.briefing.told = Some(packet);
    play.briefing.tone = Some(500);
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    assert_eq!(sounds(&play.packet()), ("positive".to_owned(), 0.5));
}

#[test]
fn what_a_bot_says_of_its_own_talk_stands() {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    play.briefing.tone = Some(-700);
    let said = Packet {
        sentiment: Some(Sentiment {
            label: "calm".to_owned(),
            score: 0.1,
        }),
        language: "fr".to_owned(),
        ..known()
    };
    play.briefing.told = Some(said);
    let pass = play.pass_to(Target::Queue(QueueName::new("support")));
    play.bot(pass).unwrap();
    let packet = play.packet();
    assert_eq!(packet.sentiment.unwrap().label, "calm");
    assert_eq!(packet.language, "fr");
}
