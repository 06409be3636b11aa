//! Facts keep what they were told, also as bytes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{schema::BUILTIN, *};
use crate::{hash::Hash, time::Timestamp};

#[test]
fn names_are_unique_and_every_fact_has_its_line() {
    let names: BTreeSet<&str> = BUILTIN.iter().map(|def| def.name).collect();
    assert_eq!(names.len(), BUILTIN.len());
    for def in BUILTIN {
        assert!(def.about.ends_with('.'), "{}", def.name);
        assert_eq!(Fact::find(def.name).unwrap().name(), def.name);
    }
    assert_eq!(Fact::CONV_CONTROL.name(), "conv.control");
    assert_eq!(Fact::CONV_IMPORTED.name(), "conv.imported");
}

/// Stored snapshots refer to facts by number: this list may only grow at its end.
#[test]
fn numbers_of_facts_never_move() {
    let names: Vec<&str> = BUILTIN.iter().take(59).map(|def| def.name).collect();
    let joined = names.join(",");
    let hash = Hash::of(joined.as_bytes()).to_string();
    assert_eq!(
        hash, "0b23fa2d60a051ca6199263e3b52bd6886dc2b1a619f74ccfbf6dd1134b1c363",
        "{joined}"
    );
}

#[test]
fn what_the_customer_wrote_is_in_the_snapshot_by_hash_only() {
    let mut facts = Facts::new();
    facts
        .set(Fact::MSG_TEXT, "my secret")
        .set(Fact::CONV_CHANNEL, "email");
    let bytes = facts.snapshot();
    assert!(!bytes.windows(9).any(|window| window == b"my secret"));
    let back = Facts::from_snapshot(&bytes).unwrap();
    assert_eq!(back.get(Fact::MSG_TEXT), &Value::Unknown);
    assert_eq!(back.text(Fact::CONV_CHANNEL), Some("email"));
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::Duration),
        any::<i64>().prop_map(|at| Value::Since(Timestamp(at))),
        any::<i64>().prop_map(|at| Value::Time(Timestamp(at))),
        "\\PC{0,12}".prop_map(|text| Value::text(text.as_str())),
        prop::collection::vec("\\PC{0,6}", 0..4).prop_map(Value::texts),
    ]
}

proptest! {
    #[test]
    fn a_snapshot_reads_back_as_what_it_was(
        values in prop::collection::vec((0..BUILTIN.len(), value()), 0..30),
        custom in prop::collection::btree_map("attr\\.[a-z]{1,6}", value(), 0..4),
        words in prop::collection::btree_map(any::<u64>(), any::<bool>(), 0..4),
    ) {
        let mut facts = Facts::new();
        for (index, value) in values {
            let fact = Fact(u16::try_from(index).unwrap());
            if !fact.def().content {
                facts.set(fact, value);
            }
        }
        for (name, value) in custom {
            if value != Value::Unknown {
                facts.set_custom(name.as_str(), value);
            }
        }
        for (set, found) in words {
            facts.set_words(set, found);
        }
        let bytes = facts.snapshot();
        let back = Facts::from_snapshot(&bytes).unwrap();
        prop_assert_eq!(back.snapshot(), bytes);
        prop_assert_eq!(back, facts);
    }

    #[test]
    fn damaged_snapshots_are_refused_or_read_and_never_fatal(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = Facts::from_snapshot(&bytes);
        let mut versioned = vec![1];
        versioned.extend(bytes);
        let _ = Facts::from_snapshot(&versioned);
    }
}
