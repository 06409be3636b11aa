//! The log: each device's envelopes follow one another, and tampering shows.

use baton_core::hash::Hash;
use baton_core::ids::{DeviceId, EventId};
use baton_store::{LogFault, SealedEvent, StoreError, Tx};
use rusqlite::Connection;

use crate::world::{START, World, nth};

/// Appends an envelope of a device as the engine would seal it.
fn seal(tx: &mut Tx<'_>, number: u64, device: u64, prev: Option<Hash>) -> Result<Hash, StoreError> {
    let id: EventId = nth(number);
    let node: DeviceId = nth(device);
    let prev_json = serde_json::to_string(&prev).unwrap();
    let bytes = format!("{{\"v\":1,\"id\":\"{id}\",\"node\":\"{node}\",\"prev\":{prev_json}}}");
    let hash = Hash::of(bytes.as_bytes());
    tx.append(&SealedEvent {
        id,
        conversation: None,
        device: node,
        prev,
        kind: "ruleset.activated@1",
        at: START,
        shown_at: START,
        hash,
        bytes: bytes.as_bytes(),
    })?;
    Ok(hash)
}

#[test]
fn chains_of_two_devices_stand_side_by_side() {
    let mut world = World::new();
    let heads = world.write(|tx| {
        let mut heads = [None, None];
        for number in 0..10 {
            let device = (number % 2) as usize;
            let hash = seal(tx, number, number % 2, heads[device]).unwrap();
            heads[device] = Some(hash);
        }
        heads
    });
    let report = world.read(|reader| reader.verify_log(|_| ()));
    assert_eq!(report.problems, []);
    assert_eq!(report.events, 10);
    assert_eq!(
        report.heads.values().copied().map(Some).collect::<Vec<_>>(),
        heads
    );
    let head = world.read(|reader| reader.chain_head(nth(1))).unwrap();
    assert_eq!((head.hash, head.events, head.seq), (heads[1], 5, 10));
}

#[test]
fn an_envelope_that_follows_nothing_is_refused_and_so_is_one_twice() {
    let mut world = World::new();
    let first = world.write(|tx| seal(tx, 1, 1, None)).unwrap();
    let fork = world.write(|tx| seal(tx, 2, 1, None));
    assert!(matches!(fork, Err(StoreError::BrokenChain { .. })));
    let twice = world.write(|tx| seal(tx, 1, 1, Some(first)));
    assert!(matches!(twice, Err(StoreError::DuplicateEvent { .. })));
    assert_eq!(world.read(|reader| reader.last_seq()), 1);
}

#[test]
fn whoever_changes_the_log_is_found_out() {
    for (tampering, expected) in [
        (
            "UPDATE event SET bytes = CAST(replace(CAST(bytes AS TEXT), 'v\":1', 'v\":2') AS BLOB) WHERE seq = 2",
            LogFault::Altered,
        ),
        ("DELETE FROM event WHERE seq = 2", LogFault::Gap),
        ("DELETE FROM event WHERE seq = 3", LogFault::WrongHead),
        (
            "UPDATE event SET id = x'00000000000000000000000000000099' WHERE seq = 1",
            LogFault::RowDiffers,
        ),
    ] {
        let mut world = World::new();
        world.write(|tx| {
            let mut head = None;
            for number in 0..3 {
                head = Some(seal(tx, number, 1, head).unwrap());
            }
        });
        // Another program, which does not ask.
        let path = world.folder.path().join("baton.db");
        Connection::open(path)
            .unwrap()
            .execute(tampering, [])
            .unwrap();
        let report = world.read(|reader| reader.verify_log(|_| ()));
        let found: Vec<_> = report.problems.iter().map(|problem| problem.what).collect();
        assert!(found.contains(&expected), "{tampering}: {found:?}");
    }
}
