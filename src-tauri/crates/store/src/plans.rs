//! How SQLite answers each query: noted while every read runs once, compared with
//! `tests/plans.txt`. Write that file anew with `UPDATE=1`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;

use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use baton_core::label::Kept;
use baton_core::rules::facts::chunk::{ColumnKey, Wanted};
use rusqlite::Connection;

use crate::world::{START, World, channel, conversation, mail, nth, receive};
use crate::{
    Decision, ListQuery, Order, Place, Query, ReceiptKey, SearchClock, SearchOrder, SearchRequest,
    StoreError, TimelineKey, TimelinePart,
};

thread_local! {
    static NOTED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes a query that is prepared.
pub(crate) fn note(sql: &str) {
    NOTED.with_borrow_mut(|noted| noted.insert(sql.to_owned()));
}

/// Small tables, which may be read from one end to the other.
const SMALL: &[&str] = &[
    "bot",
    "bot_connector",
    "bot_webhook",
    "channel",
    "channel_health",
    "device",
    "d",
    "s",
    "point_fact",
    "proposal_answer",
];

#[test]
fn no_query_reads_a_large_table_from_end_to_end() {
    every_query();
    let connection = Connection::open_in_memory().unwrap();
    for step in crate::migrate::STEPS {
        connection.execute_batch(step.sql).unwrap();
    }
    connection
        .execute_batch("CREATE TABLE schema_step (step INTEGER PRIMARY KEY) STRICT")
        .unwrap();
    let noted = NOTED.take();
    let mut found = String::new();
    for sql in noted {
        let flat = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        if flat.starts_with("PRAGMA") || flat.starts_with("INSERT") {
            continue;
        }
        let mut explain = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let nothing = vec![rusqlite::types::Null; explain.parameter_count()];
        let lines: Vec<String> = explain
            .query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        writeln!(found, "{flat}").unwrap();
        let sorted = lines.iter().any(|line| line.contains("TEMP B-TREE"));
        for line in &lines {
            writeln!(found, "    {line}").unwrap();
            let scanned = line.strip_prefix("SCAN ").unwrap_or_default();
            let table = scanned.split(' ').next().unwrap_or_default();
            let allowed = scanned.is_empty()
                || scanned.contains("VIRTUAL TABLE INDEX")
                || scanned.ends_with("INDEX effect_running")
                || scanned.ends_with("INDEX effect_pending")
                || SMALL.contains(&table)
                || (scanned.contains("INDEX") && flat.contains(" LIMIT ") && !sorted)
                || flat.contains("count(*)")
                || flat == "DELETE FROM point_match";
            assert!(allowed, "{flat}\n{line}");
        }
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&golden, &found).unwrap();
    }
    let known = std::fs::read_to_string(&golden).unwrap();
    assert_eq!(
        found, known,
        "a plan has changed; look, then run with UPDATE=1"
    );
}

/// A decision about which nothing is known.
fn decision(conversation: ConversationId) -> Decision {
    Decision {
        id: nth(1),
        seq: 1,
        conversation,
        at: START,
        on: "customer.message".to_owned(),
        ruleset: Hash::of(b"rules"),
        record_hash: Hash::of(b"record"),
        record: Vec::new(),
        sentence: String::new(),
    }
}

/// Runs every read once.
fn every_query() {
    let mut world = World::new();
    let mut state = conversation(1);
    world.write(|tx| {
        receive(tx, 1, &mut state, &mail(1, "word", "word"), START);
        tx.set_deadline(state.id, Some(START)).unwrap();
        tx.set_deadline(state.id, None).unwrap();
        tx.forget_effects(START).unwrap();
        tx.begin_effect(1, START).unwrap();
        tx.clock_was_set(START, 1).unwrap();
        tx.end_effect(1, &crate::EffectEnd::Done, START).unwrap();
        tx.withdraw_alerts(state.id).unwrap();
        tx.alert_shown(state.id, "anna", 1, START).unwrap();
        tx.drop_draft(state.id, "anna", crate::DraftKind::Reply)
            .unwrap();
        tx.drop_saved_search(1).unwrap();
        tx.record_decision(&decision(state.id)).unwrap();
        let points = tx.open_chunk(0, i64::MAX).unwrap();
        tx.put_chunk(None, &points).unwrap();
        tx.put_point_matches(&[]).unwrap();
        tx.forget_point_matches(1).unwrap();
        tx.erase_decisions(state.id).unwrap();
        let act = crate::RuleAct {
            seq: 1,
            rule: "r".to_owned(),
            meaning: Hash::of(b"r"),
            at: START,
            slots: baton_core::rules::Slots::default(),
        };
        tx.record_act(state.id, &act).unwrap();
        tx.override_act(state.id, &act).unwrap();
        tx.clear_setting("x").unwrap();
        let part = |person| crate::PartOf {
            contact: nth(1),
            person,
            since: START,
            by: String::new(),
            signs: BTreeSet::new(),
        };
        tx.set_person(&part(nth(2))).unwrap();
        tx.set_person(&part(nth(1))).unwrap();
        tx.tell_apart(nth(1), nth(2), false).unwrap();
        tx.forget_bot_answers(START).unwrap();
        tx.forget_answers_to("b").unwrap();
        tx.forget_bots_of(state.id).unwrap();
        tx.note_bot_seen("b", START).unwrap();
        tx.drop_bot_webhook("b").unwrap();
        tx.drop_bot_connector("b").unwrap();
        tx.end_bot_sent(1, None, "answered", START).unwrap();
        tx.save_bot_link("b", state.id, 1, &serde_json::Value::Null)
            .unwrap();
        tx.bot_link_learnt("b", state.id, false).unwrap();
        tx.drop_bot_link("b", state.id).unwrap();
        tx.drop_bot_links("b").unwrap();
        let record = Hash::of(b"sent");
        let sent = tx.begin_bot_sent("b", state.id, record, 1, START).unwrap();
        tx.bot_sent_quotes(sent, state.id).unwrap();
        tx.forget_bot_sent(START.plus(1), START).unwrap();
        tx.forget_bot_deliveries(START).unwrap();
        let passages = [baton_core::knowledge::passage::Passage {
            heading: "word".to_owned(),
            text: "words and 17".to_owned(),
        }];
        let new = crate::NewKnowledge {
            kind: crate::KnowledgeKind::Document,
            name: "x",
            title: "x",
            passages: &passages,
        };
        let (n, _) = tx.save_knowledge(&new, START).unwrap();
        tx.save_knowledge(&new, START).unwrap();
        tx.knowledge_not_read(n, "x").unwrap();
        tx.remove_knowledge(n, START).unwrap();
        tx.restore_knowledge(n).unwrap();
        tx.forget_knowledge(new.kind, "x").unwrap();
        tx.forget_removed_knowledge(START).unwrap();
        tx.save_knowledge(&new, START).unwrap();
        state.kept.push(Kept {
            episode: 1,
            at: START,
        });
        state.talk.last_at = START.plus(1);
        tx.save_conversation(&state).unwrap();
    });
    let nothing = Hash::of(b"nothing in particular");
    let key = TimelineKey { at: START, seq: 1 };
    let typed = Query::read("word from:x is:open", SearchClock::default());
    world.read(|reader| {
        reader.chain_head(nth(1))?;
        reader.chain_heads()?;
        reader.last_seq()?;
        reader.events_after(0, 1)?;
        reader.event_at(1)?;
        reader.event(nth(1))?;
        reader.conversation(state.id)?;
        reader.conversation_row(state.id)?;
        reader.conversations_with(state.contact, None, 1)?;
        reader.conversations_with(state.contact, Some((START, state.id)), 1)?;
        reader.conversations_before(state.contact, state.id, START)?;
        reader.effects_of(state.id)?;
        reader.sends_waiting()?;
        reader.last_message_of(state.id)?;
        for order in [Order::Newest, Order::NextDue] {
            reader.list(&ListQuery {
                order,
                ..ListQuery::of(Place::All)
            })?;
            let places = vec![Place::All, Place::AnyQueue];
            reader.list(&ListQuery {
                order,
                places,
                ..ListQuery::of(Place::All)
            })?;
        }
        reader.stands(state.id, &Place::All)?;
        reader.tags()?;
        reader.message(nth(1))?;
        reader.message_by_seq(1)?;
        reader.messages_of(state.id, Some(nth(1)), 1)?;
        reader.messages(Some(nth(1)), 1)?;
        reader.messages_with_ids(&["x"])?;
        reader.messages_referring_to(&["x"])?;
        reader.receipt(channel(), ReceiptKey::Native("x"))?;
        for part in [
            TimelinePart::Newest,
            TimelinePart::Before(key),
            TimelinePart::After(key),
        ] {
            reader.timeline(state.id, part, 1)?;
        }
        reader.content(nothing)?;
        reader.content_state(nothing)?;
        reader.events_of(state.id)?;
        reader.contact(state.contact)?;
        reader.identity("email", "x")?;
        reader.identities_of(state.contact)?;
        reader.identities_at("x")?;
        reader.contacts_named("x")?;
        reader.contacts_with_phone("1234567")?;
        reader.contacts_beginning("x", 1)?;
        reader.contacts_at("x", 1)?;
        reader.person(state.contact)?;
        reader.told_apart_from(state.contact)?;
        reader.decision(nth(1))?;
        reader.decisions_of(state.id, None, 1)?;
        let control = ColumnKey::read("conv.control").unwrap();
        for wanted in [Wanted::All, Wanted::Some([control].into())] {
            reader.points(0, &wanted, |_| {
                Ok::<_, StoreError>(ControlFlow::Continue(()))
            })?;
        }
        reader.point_conclusions(1)?;
        reader.points_count(0)?;
        reader.text_before(state.id, i64::MAX)?;
        reader.prove(state.id)?;
        reader.words_at(1)?;
        reader.points_sealed()?;
        reader.point_matches(1, 1)?;
        reader.conversation_owners(0, 1)?;
        reader.points_of(state.id, 1)?;
        reader.decision_lines(state.id, 1)?;
        reader.ruleset(nothing)?;
        reader.active_ruleset()?;
        reader.rules_versions(None, 1)?;
        reader.rule_counts(START)?;
        reader.reading_counts("r", nothing)?;
        reader.rule_reading("r", nothing)?;
        reader.acts_since(state.id, START)?;
        reader.texts_sent("r", START, 1)?;
        reader.next_deadline()?;
        reader.deadline(state.id)?;
        reader.due(START, 1)?;
        let busy = BTreeSet::from([channel()]);
        reader.next_effect_at(&busy)?;
        reader.effects_due(START, &busy, 1)?;
        reader.effects_running()?;
        reader.effect("x")?;
        reader.labels(START)?;
        reader.labels_of(state.id)?;
        reader.kept_on(1)?;
        reader.kept_day_before(1)?;
        reader.answered_proposals()?;
        reader.reviews_waiting(1)?;
        reader.reviews_settled(START, 1)?;
        reader.reviews_of(state.id)?;
        reader.review(nth(1))?;
        reader.alerts_for("anna")?;
        reader.alerts_about(state.id)?;
        reader.channels()?;
        reader.channel(channel())?;
        reader.cursor(channel(), "INBOX")?;
        reader.channel_health()?;
        reader.bots()?;
        reader.bot_webhooks()?;
        reader.bot_webhook("b")?;
        reader.bot_deliveries("b", 1)?;
        reader.bot_connectors()?;
        reader.bot_sent("b", 1)?;
        reader.bot_spent("b", START)?;
        reader.bot_sent_of(state.id)?;
        reader.bot_links_open("b")?;
        reader.bot_link("b", state.id)?;
        reader.bot_answer("b", "x")?;
        reader.knowledge_sources(crate::KnowledgeKind::Document)?;
        reader.knowledge_source(1)?;
        reader.knowledge_source_named(crate::KnowledgeKind::Document, "x")?;
        reader.knowledge_count(crate::KnowledgeKind::Document)?;
        reader.knowledge_passages(1)?;
        let asked = crate::KnowledgeRequest {
            written: "words 17",
            kinds: &crate::KnowledgeKind::EVERY,
            limit: 1,
        };
        assert_eq!(reader.find_knowledge(&asked)?.len(), 1);
        reader.bot_thread(state.id)?;
        reader.bot_packet(state.id, "b", 1)?;
        reader.drafts_in(state.id)?;
        reader.drafts_by("anna")?;
        reader.saved_searches("anna")?;
        reader.setting::<String>("x")?;
        reader.stats()?;
        for order in [SearchOrder::Newest, SearchOrder::Best] {
            let query = typed.clone();
            reader.search(&SearchRequest {
                query,
                order,
                after: None,
                limit: 1,
            })?;
        }
        let query = Query::read("is:open", SearchClock::default());
        reader.search(&SearchRequest {
            query,
            limit: 1,
            ..SearchRequest::default()
        })?;
        reader.did_you_mean("wrod ", &Query::read("wrod ", SearchClock::default()))?;
        Ok::<_, StoreError>(())
    });
}
