use super::*;
use crate::event::Actor;
use crate::event::body::PriorityChanged;
use crate::ids::Id;
use crate::status::Priority;

fn happened(number: u128) -> Happened {
    Happened {
        id: EventId::from_bits(number),
        at: Timestamp(1_000),
        occurred_at: None,
        actor: Actor::agent("ben"),
        event: Event::PriorityChanged(PriorityChanged { to: Priority::High }),
    }
}

fn device(number: u128) -> Chain {
    Chain::new(DeviceId::from_bits(number), "team", None, 0)
}

fn seal(chain: &mut Chain, number: u128) -> Vec<u8> {
    let conversation = Some(ConversationId::from_bits(1));
    chain
        .seal(
            &happened(number),
            conversation,
            CommandId::from_bits(9),
            Timestamp(5_000),
        )
        .unwrap()
        .bytes
}

#[test]
fn two_devices_write_two_chains_that_verify_together() {
    let (mut one, mut two) = (device(1), device(2));
    let log: Vec<Vec<u8>> = (0..10)
        .map(|number| seal(if number % 3 == 0 { &mut two } else { &mut one }, number))
        .collect();
    let found = verify(&log).unwrap();
    assert_eq!(found.events, 10);
    assert_eq!(
        found.devices[&DeviceId::from_bits(1)].head,
        one.head().unwrap()
    );
    assert_eq!(found.devices[&DeviceId::from_bits(2)].events, 4);
    assert_eq!(written_at(one.hlc()), Timestamp(5_000));
}

#[test]
fn what_was_changed_removed_or_put_in_is_found_where_it_is() {
    let mut chain = device(1);
    let log: Vec<Vec<u8>> = (0..5).map(|number| seal(&mut chain, number)).collect();
    let broken_at = |log: &[Vec<u8>]| verify(log).unwrap_err().position;

    let mut changed = log.clone();
    changed[1] = String::from_utf8(changed[1].clone())
        .unwrap()
        .replace("high", "low")
        .into_bytes();
    assert_eq!(broken_at(&changed), 2, "the next one names other bytes");
    let mut removed = log.clone();
    removed.remove(3);
    assert_eq!(broken_at(&removed), 3);
    let mut swapped = log.clone();
    swapped.swap(1, 2);
    assert_eq!(broken_at(&swapped), 1);
    let mut twice = log.clone();
    twice.insert(2, log[1].clone());
    assert_eq!(broken_at(&twice), 2);
    let mut garbage = log.clone();
    garbage[4] = b"{".to_vec();
    assert_eq!(verify(&garbage).unwrap_err().why, BreakReason::Unreadable);

    let mut verifier = Verifier::default();
    let kept = Hash::of(&log[0]);
    let bytes = String::from_utf8(log[0].clone())
        .unwrap()
        .replace("high", "low");
    let why = verifier
        .check(bytes.as_bytes(), Some(kept))
        .unwrap_err()
        .why;
    assert_eq!(
        why,
        BreakReason::OtherBytes,
        "also the last one is held by its digest"
    );
}

#[test]
fn another_team_does_not_slip_in() {
    let mut ours = device(1);
    let mut theirs = Chain::new(DeviceId::from_bits(2), "other", None, 0);
    let log = [seal(&mut ours, 1), seal(&mut theirs, 2)];
    assert_eq!(verify(&log).unwrap_err().why, BreakReason::OtherTeam);
}

#[test]
fn fields_and_types_of_a_later_version_survive_and_stay_provable() {
    let mut chain = device(1);
    let first = seal(&mut chain, 1);
    let mut value: serde_json::Value = serde_json::from_slice(&first).unwrap();
    value["type"] = "weather.changed@7".into();
    value["mood"] = "sunny".into();
    value["body"]["rain"] = false.into();
    let foreign = serde_json::to_vec(&value).unwrap();
    let mut go_on = Chain::new(
        DeviceId::from_bits(1),
        "team",
        Some(Hash::of(&foreign)),
        chain.hlc(),
    );
    let second = seal(&mut go_on, 2);
    assert_eq!(verify([&foreign, &second]).unwrap().events, 2);

    let envelope: Envelope = serde_json::from_slice(&foreign).unwrap();
    assert_eq!(envelope.event(), None, "not known to this version");
    assert_eq!(envelope.extra["mood"], "sunny");
    let again: serde_json::Value =
        serde_json::from_slice(&serde_json::to_vec(&envelope).unwrap()).unwrap();
    assert_eq!(again, value);
}

#[test]
fn a_clock_set_back_does_not_break_the_order() {
    let mut chain = device(1);
    let late = chain
        .seal(
            &happened(1),
            None,
            CommandId::from_bits(1),
            Timestamp(9_000),
        )
        .unwrap();
    let early = chain
        .seal(
            &happened(2),
            None,
            CommandId::from_bits(1),
            Timestamp(2_000),
        )
        .unwrap();
    assert!(early.hlc > late.hlc);
    assert!(verify([late.bytes, early.bytes]).is_ok());
    chain.has_seen(u64::MAX >> 1);
    let after = chain
        .seal(
            &happened(3),
            None,
            CommandId::from_bits(1),
            Timestamp(9_000),
        )
        .unwrap();
    assert!(after.hlc > u64::MAX >> 1);
}

#[test]
fn what_is_too_large_is_refused_and_the_chain_has_not_moved() {
    let mut chain = device(1);
    let mut large = happened(1);
    large.actor.id = "x".repeat(MAX_BYTES);
    let refused = chain.seal(&large, None, CommandId::from_bits(1), Timestamp(1));
    assert!(matches!(refused, Err(SealError::TooLarge { .. })));
    assert_eq!((chain.head(), chain.hlc()), (None, 0));
}
