//! What people say afterwards: whether an episode needed them.

use crate::command::{Command, LabelInput};
use crate::control::Reason;
use crate::event::Actor;
use crate::label::{Label, Sampled};
use crate::message::Author;
use crate::time::{DAY, MINUTE};

use super::play::Play;

fn says(label: Label) -> Command {
    Command::Label(LabelInput {
        label: Some(label),
        ..LabelInput::default()
    })
}

/// Who said what of which episode.
fn said(play: &Play) -> Vec<(String, u32, Label)> {
    let marks = play.state().labels.iter();
    marks
        .map(|mark| (mark.by.clone(), mark.episode, mark.label))
        .collect()
}

/// A bot answers and closes.
fn closed_by_the_bot() -> Play {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    play.bot_answers("It comes tomorrow.").unwrap();
    play.bot(Command::Resolve {
        reason: Reason::default(),
    })
    .unwrap();
    play
}

#[test]
fn the_last_word_of_each_person_counts_and_is_taken_back_like_any_act() {
    let mut play = Play::new();
    play.customer("I want to talk to a human");
    let brought = play.state().telling.moved;
    assert!(brought.is_some(), "a rule brought people in");
    let before = play.state().control.clone();
    play.agent("anna", says(Label::Needed)).unwrap();
    play.agent("ben", says(Label::NotNeeded)).unwrap();
    play.wait(MINUTE);
    play.agent("anna", says(Label::TooLate)).unwrap();
    let both = [
        ("ben".to_owned(), 1, Label::NotNeeded),
        ("anna".to_owned(), 1, Label::TooLate),
    ];
    assert_eq!(said(&play), both);
    assert!(
        play.state()
            .labels
            .iter()
            .all(|mark| mark.decision == brought),
        "it stands with the decision that it is about"
    );
    assert_eq!(play.state().control, before, "nothing moves");

    let of = play.state().undo.as_ref().unwrap().of;
    play.agent("anna", Command::Undo { of }).unwrap();
    let again = ("anna".to_owned(), 1, Label::Needed);
    assert!(said(&play).contains(&again), "{:?}", said(&play));
    let nothing = play.agent("ben", Command::Undo { of });
    assert_eq!(nothing.unwrap_err().code(), "nothing_to_undo");

    let taken_back = Command::Label(LabelInput::default());
    play.agent("anna", taken_back).unwrap();
    assert_eq!(said(&play), [("ben".to_owned(), 1, Label::NotNeeded)]);
    play.check_replay();
}

#[test]
fn saying_the_same_again_writes_nothing() {
    let mut play = Play::new();
    play.customer("I want to talk to a human");
    play.agent("anna", says(Label::Needed)).unwrap();
    let again = play.agent("anna", says(Label::Needed)).unwrap();
    assert!(again.events.is_empty());
}

#[test]
fn what_a_bot_closed_alone_can_be_called_missed_and_nothing_else_can() {
    let mut play = closed_by_the_bot();
    assert_eq!(play.state().kept.len(), 1);
    assert_eq!(play.state().labels_that_fit(1).len(), 2);
    let unfit = play.agent("anna", says(Label::TooLate)).unwrap_err();
    assert_eq!(unfit.code(), "label_does_not_fit");
    play.agent("anna", says(Label::ShouldHaveBeenHuman))
        .unwrap();
    assert_eq!(play.state().labels.first().unwrap().decision, None);

    let mut reached = Play::new();
    reached.customer("I want to talk to a human");
    let missed = says(Label::ShouldHaveBeenHuman);
    assert!(reached.agent("anna", missed).is_err());
    assert!(
        reached
            .agent("anna", says(Label::TooLate))
            .unwrap()
            .events
            .len()
            == 1
    );
}

#[test]
fn what_the_bot_closed_yesterday_can_be_judged_after_the_customer_came_back() {
    let mut play = closed_by_the_bot();
    let sampled = Sampled {
        day: 20_780,
        drawn: 10,
        of: 40,
    };
    play.customer("It did not come!");
    assert_eq!((play.state().episode, play.state().kept.len()), (2, 1));
    let drawn = Command::Label(LabelInput {
        episode: Some(1),
        label: Some(Label::ShouldHaveBeenHuman),
        decision: None,
        sampled: Some(sampled),
    });
    play.agent("anna", drawn).unwrap();
    let mark = play.state().labels.first().unwrap();
    assert_eq!((mark.episode, mark.sampled), (1, Some(sampled)));
    let unknown = Command::Label(LabelInput {
        episode: Some(7),
        label: Some(Label::NotNeeded),
        ..LabelInput::default()
    });
    assert!(play.agent("anna", unknown).is_err());
    play.check_replay();
}

#[test]
fn what_a_person_closed_or_opened_again_was_not_closed_by_the_bot_alone() {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    let reason = Reason::default();
    play.agent("ben", Command::Resolve { reason }).unwrap();
    assert!(play.state().kept.is_empty(), "ben has looked at it");

    let mut taken = Play::new();
    taken.customer("Where is my parcel?");
    taken
        .agent("ben", Command::Take(Reason::default()))
        .unwrap();
    let of = taken.state().undo.as_ref().unwrap().of;
    taken.agent("ben", Command::Undo { of }).unwrap();
    assert!(!taken.state().hands.people, "as if he had not had it");
}

#[test]
fn only_people_judge() {
    let mut play = closed_by_the_bot();
    let missed = || says(Label::ShouldHaveBeenHuman);
    for actor in [Actor::bot("helper"), Actor::customer(), Actor::system()] {
        let refused = play.order(actor, None, missed()).unwrap_err();
        assert_eq!(refused.code(), "not_allowed");
    }
}

#[test]
fn what_is_said_of_history_leaves_it_history() {
    let mut play = Play::new();
    let mut letter = play.message("An old letter", crate::message::MessageKind::Message);
    letter.imported = true;
    letter.received_at = letter.received_at.plus(-60 * DAY);
    play.order(Actor::customer(), None, Command::Record(letter))
        .unwrap();
    let mut answer = play.message("An old answer", crate::message::MessageKind::Message);
    answer.imported = true;
    answer.received_at = answer.received_at.plus(-59 * DAY);
    answer.direction = crate::message::Direction::Outbound;
    answer.author = Author::Bot;
    play.order(Actor::bot("helper"), None, Command::Record(answer))
        .unwrap();
    assert!(play.state().imported);
    play.agent("anna", says(Label::ShouldHaveBeenHuman))
        .unwrap();
    assert!(play.state().imported);
    assert_eq!(
        play.state().kept.first().map(|kept| kept.at),
        Some(play.state().talk.last_at),
        "what a bot had alone ends with its newest message"
    );
}

/// A word of a dialog that was imported, so many minutes ago.
fn long_ago(play: &mut Play, author: Author, minutes: i64, text: &str) {
    let mut word = play.message(text, crate::message::MessageKind::Message);
    word.imported = true;
    word.received_at = word.received_at.plus(-minutes * MINUTE);
    let actor = match author {
        Author::Customer => Actor::customer(),
        _ => {
            word.direction = crate::message::Direction::Outbound;
            word.author = author;
            Actor::bot("helper")
        }
    };
    play.order(actor, None, Command::Record(word)).unwrap();
}

#[test]
fn a_fresh_dialog_that_is_imported_was_the_bots_alone_unless_people_had_it() {
    let mut play = Play::new();
    long_ago(&mut play, Author::Customer, 90, "Are you open on Saturday?");
    assert!(!play.state().hands.people, "nobody has had it so far");
    long_ago(&mut play, Author::Bot, 80, "Yes, from ten to four.");
    let ended = play.state().talk.last_at;
    let kept: Vec<_> = play.state().kept.iter().map(|kept| kept.at).collect();
    assert_eq!(kept, [ended], "it ends with the bot's newest word");
    long_ago(&mut play, Author::Customer, 70, "And on Sunday?");
    long_ago(&mut play, Author::Bot, 60, "No, never on a Sunday.");
    let kept: Vec<_> = play.state().kept.iter().map(|kept| kept.at).collect();
    assert_eq!(kept, [play.state().talk.last_at]);
    play.check_replay();

    let mut waits = Play::new();
    long_ago(&mut waits, Author::Customer, 90, "Where is my parcel?");
    waits
        .agent("anna", Command::Take(Reason::default()))
        .unwrap();
    assert!(waits.state().hands.people, "anna has it");
    waits.check_replay();
}
