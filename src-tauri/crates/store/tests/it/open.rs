//! Opening a workspace: whose it is, which version it has, what happens when it is in a bad way.

use std::path::Path;

use baton_store::{Access, Options, Place, Store, StoreError};

use crate::world::{START, World, conversation, mail, receive};

#[test]
fn a_workspace_in_use_is_refused_with_the_process_that_has_it() {
    let world = World::new();
    let refused = Store::open(world.folder.path(), Options::at(START)).unwrap_err();
    match refused {
        StoreError::WorkspaceInUse { pid } => assert_eq!(pid, Some(std::process::id())),
        other => panic!("{other}"),
    }
}

#[test]
fn a_workspace_opens_again_once_everybody_has_let_go() {
    let World {
        folder,
        store,
        mut writer,
        readers,
    } = World::new();
    writer
        .write(|tx| tx.save_conversation(&conversation(1)))
        .unwrap();
    drop((store, writer));
    assert!(
        Store::open(folder.path(), Options::at(START)).is_err(),
        "a reader still holds the workspace"
    );
    drop(readers);
    let again = Store::open(folder.path(), Options::at(START)).unwrap();
    assert_eq!(*again.access(), Access::Full);
    let found = again
        .readers()
        .read(|reader| reader.conversation(conversation(1).id))
        .unwrap();
    assert_eq!(found, Some(conversation(1)));
}

#[test]
fn a_workspace_of_a_newer_version_is_refused() {
    let world = World::new();
    let path = world.folder.path().join("baton.db");
    let World {
        folder,
        store,
        writer,
        readers,
    } = world;
    drop((store, writer, readers));
    let other = rusqlite::Connection::open(path).unwrap();
    other
        .execute("INSERT INTO schema_step VALUES (999, '0999_future', 0)", [])
        .unwrap();
    drop(other);
    let refused = Store::open(folder.path(), Options::at(START)).unwrap_err();
    assert!(
        matches!(refused, StoreError::TooNew { found: 999, .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("update"), "it says what to do");
}

#[test]
fn a_file_that_is_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("baton.db");
    let text = "this is a letter to my aunt, not a database ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let refused = Store::open(folder.path(), Options::at(START)).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    let folder = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(folder.path().join("baton.db")).unwrap();
    other
        .execute_batch("CREATE TABLE recipe (name TEXT)")
        .unwrap();
    drop(other);
    let refused = Store::open(folder.path(), Options::at(START)).unwrap_err();
    assert!(
        matches!(refused, StoreError::NotAWorkspace { .. }),
        "{refused}"
    );
}

#[test]
fn a_truncated_database_opens_for_reading_what_is_left() {
    let World {
        folder,
        store,
        mut writer,
        readers,
    } = World::new();
    for number in 0..50 {
        writer
            .write(|tx| {
                let document = mail(number, "Subject", &"long text ".repeat(500));
                receive(tx, number, &mut conversation(number), &document, START);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    drop((store, writer, readers));
    let path = folder.path().join("baton.db");
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() - 8_192)
        .unwrap();
    drop(file);

    let mut left = Store::open(folder.path(), Options::at(START)).unwrap();
    match left.access() {
        Access::ReadOnly { why } => {
            assert!(why.contains("damaged") && why.contains("backup"), "{why}");
        }
        Access::Full => panic!("nobody may write into a damaged file"),
    }
    assert!(left.take_writer().is_none());
    let first = left
        .readers()
        .read(|reader| reader.conversation(conversation(0).id))
        .unwrap();
    assert!(first.is_some(), "what is left can be read");
}

#[test]
fn a_backup_made_while_others_write_is_whole() {
    let World {
        folder,
        store,
        mut writer,
        readers,
    } = World::new();
    let mut fill = |from: u64, to: u64| {
        for number in from..to {
            writer
                .write(|tx| {
                    let document = mail(number, "Subject", &"some text ".repeat(300));
                    receive(tx, number, &mut conversation(number % 9), &document, START);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        }
    };
    fill(0, 60);
    let other = tempfile::tempdir().unwrap();
    let copy = other.path().join("baton.db");
    std::thread::scope(|scope| {
        let backup = scope.spawn(|| readers.read(|reader| reader.backup_to(&copy, |_, _| {})));
        fill(60, 120);
        backup.join().unwrap().unwrap();
    });
    let restored = Store::open(other.path(), Options::at(START)).unwrap();
    let stats = restored.readers().read(|reader| {
        assert_eq!(reader.verify_database()?, Vec::<String>::new());
        reader.stats()
    });
    let stats = stats.unwrap();
    assert!((60..=120).contains(&stats.messages), "{stats:?}");
    assert_eq!(stats.messages, stats.events, "no half of anything");
    drop((folder, store));
}

#[test]
fn readers_see_one_state_however_long_they_look() {
    let mut world = World::new();
    world
        .write(|tx| tx.save_conversation(&conversation(1)))
        .unwrap();
    let readers = std::sync::Arc::clone(&world.readers);
    readers
        .read(|reader| {
            assert_eq!(reader.count(&Place::All)?.conversations, 1);
            world
                .write(|tx| tx.save_conversation(&conversation(2)))
                .unwrap();
            assert_eq!(reader.count(&Place::All)?.conversations, 1);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(
        world.read(|reader| reader.count(&Place::All)).conversations,
        2
    );
}

#[test]
fn a_reader_that_panics_gives_its_connection_back() {
    let world = World::new();
    for _ in 0..10 {
        let readers = std::sync::Arc::clone(&world.readers);
        let ended = std::thread::spawn(move || {
            let _ = readers.read(|_| -> Result<(), StoreError> { panic!("somebody's mistake") });
        });
        assert!(ended.join().is_err());
    }
    assert_eq!(world.read(|reader| reader.last_seq()), 0);
}

#[cfg(unix)]
#[test]
fn a_workspace_and_its_backup_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("new/workspace");
    let store = Store::open(&folder, Options::at(START)).unwrap();
    let backup = folder.join("copy.db");
    store
        .readers()
        .read(|reader| reader.backup_to(&backup, |_, _| {}))
        .unwrap();
    let wider = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
    assert_eq!(wider(&folder), 0);
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let database = path.to_string_lossy().contains(".db");
        assert!(!database || wider(&path) == 0, "{}", path.display());
    }
}
