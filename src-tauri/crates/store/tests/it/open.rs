//! Opening a workspace: whose it is, which version it has, what happens when it is in a bad way.

use baton_store::{Access, Options, Store, StoreError};

use crate::world::{START, World, conversation};

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
