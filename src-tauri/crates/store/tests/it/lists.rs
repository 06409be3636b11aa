//! Lists: every conversation once, in order, whatever happens meanwhile; counts that are never off.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::control::Controller;
use baton_core::conversation::Conversation;
use baton_core::ids::{AgentName, BotName, ConversationId, QueueName};
use baton_core::sla::{Clock, ClockKind, ClockState};
use baton_core::status::{Priority, WorkStatus};
use baton_core::time::{MINUTE, Timestamp};
use baton_store::{Cursor, ListQuery, Order, Place, StoreError};
use proptest::prelude::*;

use crate::world::{START, World, conversation};

/// Something that happens to one of twenty conversations.
#[derive(Debug, Clone)]
struct Change {
    which: u64,
    at: i64,
    controller: u8,
    status: u8,
    due: Option<i64>,
    tags: BTreeSet<u8>,
    unread: bool,
    escalated: bool,
}

fn change() -> impl Strategy<Value = Change> {
    (
        0..20_u64,
        0..50_i64,
        0..5_u8,
        0..6_u8,
        proptest::option::of(0..50_i64),
        proptest::collection::btree_set(0..3_u8, 0..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(which, at, controller, status, due, tags, unread, escalated)| Change {
                which,
                at,
                controller,
                status,
                due,
                tags,
                unread,
                escalated,
            },
        )
}

fn apply(change: &Change) -> Conversation {
    let mut state = conversation(change.which);
    state.talk.last_at = START.plus(change.at * MINUTE);
    state.talk.unread = u32::from(change.unread);
    state.escalated = change.escalated;
    state.control.controller = match change.controller {
        0 => Controller::Nobody,
        1 => Controller::Bot(BotName::new("helper")),
        2 => Controller::Queue(QueueName::new("support")),
        3 => Controller::Agent(AgentName::new("anna")),
        _ => Controller::Agent(AgentName::new("bo")),
    };
    state.status = match change.status {
        0 => WorkStatus::New,
        1 => WorkStatus::Open,
        2 => WorkStatus::WaitingCustomer,
        3 => WorkStatus::OnHold,
        4 => WorkStatus::Snoozed,
        _ => WorkStatus::Solved,
    };
    state.priority = Priority::High;
    state.tags = change.tags.iter().map(|tag| format!("tag{tag}")).collect();
    if let Some(due) = change.due {
        let clock = Clock {
            kind: ClockKind::NextReply,
            state: ClockState::Running,
            started_at: START,
            due_at: Some(START.plus(due * MINUTE)),
            warn_at: None,
            left_ms: None,
        };
        state.clocks.insert(ClockKind::NextReply, clock);
    }
    state
}

fn is_open(state: &Conversation) -> bool {
    !matches!(state.status, WorkStatus::Solved | WorkStatus::Snoozed)
}

type Test = fn(&Conversation) -> bool;

/// Places, each with what it means.
fn places() -> Vec<(Place, Test)> {
    vec![
        (Place::All, |_| true),
        (Place::Open, is_open),
        (Place::AnyAgent, |state| {
            is_open(state) && matches!(state.control.controller, Controller::Agent(_))
        }),
        (Place::Agent(AgentName::new("anna")), |state| {
            is_open(state) && state.control.controller.name() == "anna"
        }),
        (Place::AnyQueue, |state| {
            is_open(state) && matches!(state.control.controller, Controller::Queue(_))
        }),
        (Place::Bot(BotName::new("helper")), |state| {
            is_open(state) && state.control.controller.name() == "helper"
        }),
        (Place::Escalated, |state| state.escalated),
        (Place::Unread, |state| state.talk.unread > 0),
        (Place::Status(WorkStatus::Snoozed), |state| {
            state.status == WorkStatus::Snoozed
        }),
        (Place::Tag("tag1".into()), |state| {
            state.tags.contains("tag1")
        }),
    ]
}

fn due(state: &Conversation) -> Option<Timestamp> {
    state.clocks.values().next().and_then(|clock| clock.due_at)
}

/// Every page of a list, in steps of `limit`.
fn pages(world: &World, query: &ListQuery, limit: usize) -> Vec<ConversationId> {
    let mut all = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = world.read(|reader| {
            reader.list(&ListQuery {
                after,
                limit,
                ..query.clone()
            })
        });
        assert!(page.rows.len() <= limit);
        all.extend(page.rows.iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lists_and_counts_agree_with_a_plain_model(
        changes in proptest::collection::vec(change(), 1..60),
        limit in 1..7_usize,
    ) {
        let mut world = World::new();
        let mut model = BTreeMap::new();
        for some in changes.chunks(4) {
            world.write(|tx| {
                for change in some {
                    let state = apply(change);
                    tx.save_conversation(&state).unwrap();
                    model.insert(state.id, state);
                }
            });
        }
        for (place, belongs) in places() {
            let mut expected: Vec<&Conversation> =
                model.values().filter(|state| belongs(state)).collect();
            let count = world.read(|reader| reader.count(&place));
            prop_assert_eq!(count.conversations, expected.len() as u64);
            let unread = expected.iter().filter(|state| state.talk.unread > 0).count();
            prop_assert_eq!(count.unread, unread as u64);

            let newest = pages(&world, &ListQuery::of(place.clone()), limit);
            expected.sort_by_key(|state| std::cmp::Reverse(state.talk.last_at));
            let times: Vec<_> = newest.iter().map(|id| model[id].talk.last_at).collect();
            let expected_times: Vec<_> = expected.iter().map(|state| state.talk.last_at).collect();
            prop_assert_eq!(times, expected_times);
            prop_assert_eq!(newest.iter().collect::<BTreeSet<_>>().len(), expected.len());

            let query = ListQuery { order: Order::NextDue, ..ListQuery::of(place.clone()) };
            let by_clock = pages(&world, &query, limit);
            prop_assert_eq!(by_clock.iter().collect::<BTreeSet<_>>().len(), expected.len());
            let clocks: Vec<_> = by_clock.iter().map(|id| due(&model[id])).collect();
            let mut sorted = clocks.clone();
            sorted.sort_by_key(|due| (due.is_none(), *due));
            prop_assert_eq!(clocks, sorted, "clocks first, the next one first");

            let both = ListQuery {
                places: vec![place.clone(), Place::Tag("tag1".into())],
                ..ListQuery::of(Place::All)
            };
            let in_both: BTreeSet<_> = pages(&world, &both, limit).into_iter().collect();
            let wanted: BTreeSet<_> = expected
                .iter()
                .filter(|state| state.tags.contains("tag1"))
                .map(|state| state.id)
                .collect();
            prop_assert_eq!(in_both, wanted);
        }
    }
}

#[test]
fn pages_show_what_was_there_once_while_others_write() {
    let mut world = World::new();
    world.write(|tx| {
        for number in 0..40 {
            tx.save_conversation(&conversation(number)).unwrap();
        }
    });
    let mut all = Vec::new();
    let mut after = None;
    let mut newer = 100;
    loop {
        let page = world.read(|reader| {
            reader.list(&ListQuery {
                after,
                limit: 7,
                ..ListQuery::of(Place::AnyQueue)
            })
        });
        all.extend(page.rows.iter().map(|row| row.id));
        world
            .writer
            .write(|tx| {
                newer += 1;
                tx.save_conversation(&conversation(newer))?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<ConversationId> = (0..40)
        .rev()
        .map(|number| conversation(number).id)
        .collect();
    assert_eq!(all, expected);
}

#[test]
fn tags_in_use_come_with_their_counts() {
    let mut world = World::new();
    world.write(|tx| {
        for number in 0..3 {
            let mut state = conversation(number);
            state.tags = BTreeSet::from(["vip".into(), format!("only {number}")]);
            tx.save_conversation(&state).unwrap();
        }
        let mut without = conversation(0);
        without.tags.clear();
        tx.save_conversation(&without).unwrap();
    });
    let tags = world.read(|reader| reader.tags());
    let counts: Vec<_> = tags
        .iter()
        .map(|(tag, count)| (tag.as_str(), count.conversations))
        .collect();
    assert_eq!(counts, [("only 1", 1), ("only 2", 1), ("vip", 2)]);
}
