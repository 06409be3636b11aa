//! What people said of episodes, and what a bot kept: rows that follow the state.

use baton_core::label::{Kept, Label, Mark, Sampled, day_of};
use baton_core::time::{DAY, Timestamp};
use baton_store::{Decision, KeptEpisode};

use crate::world::{START, World, conversation, nth};

fn mark(by: &str, label: Label, at: Timestamp) -> Mark {
    Mark {
        episode: 1,
        by: by.to_owned(),
        label,
        at,
        decision: None,
        sampled: None,
    }
}

#[test]
fn labels_are_read_in_the_order_in_which_they_were_given() {
    let mut world = World::new();
    let (mut one, mut two) = (conversation(1), conversation(2));
    let sampled = Sampled {
        day: 20_780,
        drawn: 10,
        of: 33,
    };
    one.labels = vec![
        Mark {
            decision: Some(nth(7)),
            ..mark("anna", Label::Needed, START.plus(2))
        },
        mark("ben", Label::TooLate, START),
    ];
    two.labels = vec![Mark {
        sampled: Some(sampled),
        ..mark("anna", Label::ShouldHaveBeenHuman, START.plus(1))
    }];
    world.write(|tx| {
        tx.save_conversation(&one).unwrap();
        tx.save_conversation(&two).unwrap();
        tx.record_decision(&Decision {
            id: nth(7),
            seq: 41,
            conversation: one.id,
            at: START,
            on: "customer.message".to_owned(),
            ruleset: baton_core::hash::Hash::of(b"rules"),
            record_hash: baton_core::hash::Hash::of(b"record"),
            record: Vec::new(),
            sentence: String::new(),
        })
        .unwrap();
    });
    let said = world.read(|reader| reader.labels(START));
    let brief: Vec<_> = said
        .iter()
        .map(|row| (row.agent.as_str(), row.label, row.decided_seq))
        .collect();
    assert_eq!(
        brief,
        [
            ("ben", Label::TooLate, None),
            ("anna", Label::ShouldHaveBeenHuman, None),
            ("anna", Label::Needed, Some(41)),
        ]
    );
    assert_eq!(said[1].sampled, Some(sampled));
    assert_eq!(world.read(|reader| reader.labels(START.plus(2))).len(), 1);
    assert_eq!(world.read(|reader| reader.labels_of(one.id)).len(), 2);

    // Taken back, they are gone; the rest stays.
    one.labels.clear();
    world.write(|tx| tx.save_conversation(&one)).unwrap();
    assert_eq!(
        world.read(|reader| reader.labels(START)),
        said[1..2].to_vec()
    );
}

#[test]
fn what_a_bot_kept_is_found_by_its_day() {
    let mut world = World::new();
    let today = day_of(START);
    let yesterday = START.plus(-DAY);
    let mut state = conversation(1);
    state.kept = vec![
        Kept {
            episode: 1,
            at: yesterday,
        },
        Kept {
            episode: 2,
            at: START,
        },
    ];
    world.write(|tx| tx.save_conversation(&state)).unwrap();
    assert_eq!(
        world.read(|reader| reader.kept_on(today - 1)),
        [KeptEpisode {
            conversation: state.id,
            episode: 1,
            at: yesterday
        }]
    );
    let before = |day| world.read(|reader| reader.kept_day_before(day));
    assert_eq!(before(today), Some(today - 1));
    assert_eq!(before(today + 5), Some(today));
    assert_eq!(before(today - 1), None);

    // A closing that was undone has not been.
    state.kept.pop();
    world.write(|tx| tx.save_conversation(&state)).unwrap();
    assert!(world.read(|reader| reader.kept_on(today)).is_empty());
}
