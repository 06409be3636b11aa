//! Whoever waits for a bot has one that was asked, whichever way it got the conversation.

use crate::command::Command;
use crate::control::{OfferMode, Reason, Target};
use crate::event::{Actor, ActorKind};
use crate::ids::{BotName, QueueName};
use crate::time::{MINUTE, SECOND};

use super::errands::{ANSWER_WITHIN, Errands};
use super::play::{Play, RULES};

const AGAIN: &str = r#"
[[rule]]
id     = "again"
why    = "The bot has another go."
on     = ["time"]
when   = 'conv.control == "queue" && conv.waiting > duration("5m")'
do     = { control = "bot" }
reason = "nobody took it"
once   = "per-episode"
"#;

/// A stage with the bots that were asked.
struct Scene {
    play: Play,
    errands: Errands,
}

impl Scene {
    fn with(play: Play) -> Self {
        let mut scene = Self {
            play,
            errands: Errands::default(),
        };
        scene.customer("Where is my parcel?");
        scene
    }

    fn new() -> Self {
        Self::with(Play::new())
    }

    fn customer(&mut self, text: &str) {
        self.play.customer(text);
        self.errands.note(&self.play);
    }

    fn bot(&mut self, name: &str, command: Command) {
        let epoch = self.play.epoch();
        self.play
            .order(Actor::bot(name), Some(epoch), command)
            .unwrap();
        self.errands.note(&self.play);
    }

    fn hands_on(&mut self, from: &str, to: &str) {
        let pass = self.play.pass_to(bot(to));
        self.bot(from, pass);
    }

    fn person(&mut self, command: Command) {
        self.play.agent("ben", command).unwrap();
        self.errands.note(&self.play);
    }

    fn says(&mut self, name: &str) {
        let reply = self.play.reply("One moment, please.", 0);
        self.bot(name, reply);
        self.play.send_all();
    }

    /// Time passes, and whoever is to be looked after is looked after.
    fn wait(&mut self, millis: i64) {
        self.play.wait(millis).tick();
        self.errands.note(&self.play);
        while let Some((actor, epoch, command)) = self.errands.next_due(&self.play) {
            self.play.order(actor, epoch, command).unwrap();
            self.errands.note(&self.play);
        }
    }

    /// The bot that has it says nothing, and people get the conversation and are told.
    #[track_caller]
    fn ends_with_people(mut self) {
        assert_eq!(self.errands.live(&self.play), 1, "it was asked, and once");
        self.play.effects.clear();
        self.wait(ANSWER_WITHIN);
        assert_eq!(self.play.holder(), "queue:support");
        assert!(self.play.alerted_last().contains("ben"));
    }
}

fn bot(name: &str) -> Target {
    Target::Bot(BotName::new(name))
}

fn queue() -> Target {
    Target::Queue(QueueName::new("support"))
}

fn cold_offer(to: Target) -> Command {
    Command::Offer {
        to,
        timeout_ms: 2 * MINUTE,
        mode: OfferMode::Cold,
        reason: Reason::default(),
        packet: None,
    }
}

#[test]
fn a_bot_that_gets_it_from_another_one_is_asked() {
    let mut scene = Scene::new();
    scene.hands_on("helper", "expert");
    assert_eq!(scene.play.holder(), "bot:expert");
    scene.ends_with_people();
}

#[test]
fn a_bot_that_gets_it_from_a_person_is_asked() {
    let mut scene = Scene::new();
    let pass = scene.play.pass_to(queue());
    scene.bot("helper", pass);
    let pass = scene.play.pass_to(bot("expert"));
    scene.person(pass);
    assert_eq!(scene.play.holder(), "bot:expert");
    scene.ends_with_people();
}

#[test]
fn a_bot_that_an_undo_gives_it_back_to_is_asked() {
    let mut scene = Scene::new();
    scene.person(Command::Take(Reason::default()));
    let of = scene.play.state().undo.as_ref().unwrap().of;
    scene.person(Command::Undo { of });
    assert_eq!(scene.play.holder(), "bot:helper");
    scene.ends_with_people();
}

#[test]
fn a_bot_that_a_rule_gives_it_to_is_asked() {
    let mut scene = Scene::with(Play::with_rules(&format!("{RULES}{AGAIN}")));
    let pass = scene.play.pass_to(queue());
    scene.bot("helper", pass);
    scene.wait(6 * MINUTE);
    assert_eq!(scene.play.holder(), "bot:helper");
    scene.ends_with_people();
}

#[test]
fn a_bot_that_waits_for_another_one_still_answers_for_the_customer() {
    let mut scene = Scene::new();
    scene.says("helper");
    scene.bot("helper", cold_offer(bot("expert")));
    scene.play.wait(SECOND);
    scene.customer("Anybody there?");
    scene.ends_with_people();
}

#[test]
fn an_offer_to_a_bot_that_ran_out_leaves_one_that_is_asked() {
    let mut scene = Scene::new();
    scene.says("helper");
    let Command::Offer { to, mode, .. } = cold_offer(bot("expert")) else {
        unreachable!()
    };
    scene.bot(
        "helper",
        Command::Offer {
            to,
            timeout_ms: 3 * SECOND,
            mode,
            reason: Reason::default(),
            packet: None,
        },
    );
    scene.play.wait(SECOND);
    scene.customer("Anybody there?");
    scene.wait(3 * SECOND);
    assert!(scene.play.state().control.offer.is_none());
    assert_eq!(scene.play.holder(), "bot:helper");
    scene.ends_with_people();
}

#[test]
fn people_who_were_called_have_until_their_offer_runs_out() {
    let mut scene = Scene::new();
    scene.bot("helper", cold_offer(queue()));
    assert!(scene.play.alerted_last().contains("ben"));
    scene.wait(ANSWER_WITHIN);
    assert!(scene.play.state().control.offer.is_some(), "they have time");
    scene.wait(2 * MINUTE);
    assert_eq!(scene.play.holder(), "queue:support");
}

#[test]
fn bots_that_only_hand_the_customer_on_lose_them_to_people() {
    let mut scene = Scene::new();
    for (from, to) in [
        ("helper", "expert"),
        ("expert", "helper"),
        ("helper", "expert"),
    ] {
        scene.hands_on(from, to);
        assert_eq!(scene.play.holder(), format!("bot:{to}"));
    }
    // A word of the customer, and they may begin anew.
    scene.customer("Hello?");
    for (from, to) in [
        ("expert", "helper"),
        ("helper", "expert"),
        ("expert", "helper"),
    ] {
        scene.hands_on(from, to);
        assert_eq!(scene.play.holder(), format!("bot:{to}"));
    }
    scene.play.effects.clear();
    scene.hands_on("helper", "expert");
    assert_eq!(scene.play.holder(), "queue:support");
    assert!(scene.play.alerted_last().contains("ben"));
}

#[test]
fn a_rule_cannot_give_it_to_silent_bots_for_ever() {
    let at_once = r#"
[[rule]]
id     = "bots-first"
why    = "Bots do everything here."
on     = ["control.changed"]
when   = 'conv.control == "queue"'
do     = { control = "bot" }
reason = "bots first"
"#;
    let mut scene = Scene::with(Play::with_rules(&format!("{RULES}{at_once}")));
    for _ in 0..12 {
        scene.wait(ANSWER_WITHIN);
    }
    assert_eq!(scene.play.holder(), "queue:support");
    let ben = scene.play.alerts().into_iter();
    assert!(
        ben.flat_map(|alert| &alert.agents)
            .any(|name| name == "ben")
    );
    let by_rule = |kind: ActorKind| kind == ActorKind::Rule;
    assert!(
        scene
            .play
            .log
            .iter()
            .any(|(_, event)| by_rule(event.actor.kind)),
        "the rule had its say"
    );
}

#[test]
fn a_letter_of_a_bot_that_a_person_takes_back_leaves_one_that_is_asked() {
    let mut scene = Scene::new();
    let reply = scene.play.reply("It comes on Monday.", 0);
    scene.bot("helper", reply);
    scene.wait(ANSWER_WITHIN);
    assert_eq!(scene.errands.live(&scene.play), 0, "it had said something");
    let outbox = scene.play.only_outbox();
    scene.person(Command::CancelSend { outbox });
    assert_eq!(scene.play.holder(), "bot:helper");
    scene.ends_with_people();
}

#[test]
fn a_bot_that_gets_it_back_is_asked_although_nobody_knows_what_became_of_an_older_answer() {
    let mut scene = Scene::with(Play::with_rules(&format!("{RULES}{AGAIN}")));
    let reply = scene.play.reply("It is on its way.", 0);
    scene.bot("helper", reply);
    let outbox = scene.play.only_outbox();
    let deadline = scene.play.now.plus(20 * SECOND);
    let begin = Command::BeginSend { outbox, deadline };
    scene.play.order(Actor::system(), None, begin).unwrap();
    // The attempt never reports back, and the bot says it once more.
    scene.wait(MINUTE);
    scene.says("helper");
    assert_eq!(scene.play.state().talk.waiting_since, None);
    // It hands over to people, for whom the customer waits, and nobody comes.
    scene.play.wait(SECOND);
    let pass = scene.play.pass_to(queue());
    scene.bot("helper", pass);
    scene.wait(6 * MINUTE);
    assert_eq!(scene.play.holder(), "bot:helper");
    scene.ends_with_people();
}

#[test]
fn who_had_a_reply_and_is_given_back_by_a_person_waits_no_more() {
    let mut scene = Scene::new();
    scene.play.wait(SECOND);
    scene.says("helper");
    let pass = scene.play.pass_to(queue());
    scene.bot("helper", pass);
    assert!(scene.play.state().talk.waiting_since.is_some());
    let back = scene.play.pass_to(bot("helper"));
    scene.person(back);
    assert_eq!(scene.play.state().talk.waiting_since, None);
    assert_eq!(scene.errands.live(&scene.play), 0);
}

#[test]
fn words_that_are_heard_of_late_are_answered_by_nothing_that_was_said_before() {
    let mut scene = Scene::new();
    scene.play.wait(30 * SECOND);
    scene.says("helper");
    assert_eq!(scene.play.state().talk.waiting_since, None);
    // The customer's server had it five seconds before that, and it is fetched ten seconds later.
    let mut late = scene
        .play
        .message("And by Monday?", crate::message::MessageKind::Message);
    late.received_at = scene.play.now.plus(-5 * SECOND);
    scene.play.wait(10 * SECOND);
    let heard = Command::Record(late);
    scene.play.order(Actor::customer(), None, heard).unwrap();
    scene.errands.note(&scene.play);
    scene.ends_with_people();
}

#[test]
fn words_that_are_heard_of_late_are_answered_by_nothing_that_is_on_its_way() {
    let mut scene = Scene::new();
    scene.play.wait(30 * SECOND);
    let reply = scene.play.reply("One moment, please.", 0);
    scene.bot("helper", reply);
    let mut late = scene
        .play
        .message("And by Monday?", crate::message::MessageKind::Message);
    late.received_at = scene.play.now.plus(-5 * SECOND);
    scene.play.wait(SECOND);
    let heard = Command::Record(late);
    scene.play.order(Actor::customer(), None, heard).unwrap();
    scene.errands.note(&scene.play);
    scene.play.send_all();
    assert!(scene.play.state().talk.waiting_since.is_some());
    scene.wait(ANSWER_WITHIN);
    assert_eq!(scene.play.holder(), "queue:support");
}

#[test]
fn a_bot_that_gets_it_back_by_an_undo_owes_nothing_that_it_did_not_owe_before() {
    let mut scene = Scene::new();
    scene.play.wait(SECOND);
    scene.says("helper");
    scene.play.wait(SECOND);
    let pass = scene.play.pass_to(queue());
    scene.person(pass);
    assert!(scene.play.state().talk.waiting_since.is_some());
    let of = scene.play.state().undo.as_ref().unwrap().of;
    scene.person(Command::Undo { of });
    assert_eq!(scene.play.holder(), "bot:helper");
    assert_eq!(scene.play.state().talk.waiting_since, None);
    scene.wait(ANSWER_WITHIN);
    assert_eq!(scene.play.holder(), "bot:helper");
}
