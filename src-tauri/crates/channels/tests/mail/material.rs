//! Real mail, where the material for tests lies beside the repository: every one reads sensibly.

use std::path::{Path, PathBuf};

use baton_core::message::MessageKind;

use crate::ground::read_bytes;

/// The folder with real mail, or a visible line that says it is absent.
fn material() -> Option<PathBuf> {
    let root = std::env::var_os("BATON_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        PathBuf::from,
    );
    let folder = root.join("mail_raw");
    if folder.is_dir() {
        return Some(folder);
    }
    println!(
        "skipped: no real mail at {} (set BATON_DATA)",
        folder.display()
    );
    None
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_real_mail_says_something() {
    let Some(folder) = material() else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    assert!(found.len() > 100, "{} mails", found.len());
    let mut silent = Vec::new();
    let mut unknown_letters = Vec::new();
    for path in &found {
        let mail = read_bytes(&std::fs::read(path).unwrap());
        let document = &mail.document;
        let says_something = !document.text.trim().is_empty()
            || !document.attachments.is_empty()
            || !document.subject.is_empty();
        if !says_something {
            silent.push(path.display().to_string());
        }
        if document.subject.contains('\u{fffd}') || document.from.name.contains('\u{fffd}') {
            unknown_letters.push(path.display().to_string());
        }
        for file in &document.attachments {
            assert!(!file.saved_name.is_empty() && !file.saved_name.contains(['/', '\\']));
        }
        assert!(document.kind != MessageKind::Bounce || document.report.is_some());
    }
    // Two of them are nothing but a header without a subject.
    assert!(silent.len() <= 4, "{silent:?}");
    assert!(unknown_letters.len() <= 1, "{unknown_letters:?}");
}
