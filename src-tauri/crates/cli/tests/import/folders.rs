//! Files and folders of mail.

use std::fs;
use std::path::Path;

use baton_cli::import::{Format, read};
use tempfile::tempdir;

use super::seen;

fn put(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_folder_of_mails_is_read_in_order_and_what_is_no_mail_is_said() {
    let root = tempdir().unwrap();
    put(root.path(), "b.eml", "Subject: b\n\n");
    put(root.path(), "a/2.EML", "anything");
    put(root.path(), "a/1.txt", "Subject: a1\n\n");
    put(root.path(), "a/notes.md", "no mail");
    put(root.path(), ".hidden.eml", "Subject: hidden\n\n");
    let read: Vec<_> = read(Format::Eml, vec![root.path().to_owned()])
        .map(seen)
        .collect();
    let places: Vec<_> = read.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["a/1.txt", "a/2.EML", "a/notes.md", "b.eml"]);
    assert_eq!(read[3].1.as_deref(), Ok("Subject: b\n\n"));
    assert!(read[2].1.is_err());
}

#[test]
fn a_file_that_is_named_is_read_whatever_it_is_called() {
    let root = tempdir().unwrap();
    put(root.path(), "notes", "no mail");
    let paths = vec![root.path().join("notes"), root.path().join("missing.eml")];
    let read: Vec<_> = read(Format::Eml, paths).map(seen).collect();
    assert_eq!(read[0], ("notes".to_owned(), Ok("no mail".to_owned())));
    assert_eq!(read[1].0, "missing.eml");
    assert!(read[1].1.is_err());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_round_in_circles_and_sockets_are_not_waited_for() {
    let root = tempdir().unwrap();
    put(root.path(), "in/a.eml", "Subject: a\n\n");
    std::os::unix::fs::symlink(root.path(), root.path().join("in/round")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("in/s.eml")).unwrap();
    let read: Vec<_> = read(Format::Eml, vec![root.path().to_owned()])
        .map(seen)
        .collect();
    assert_eq!(read.len(), 3);
    assert!(read[0].1.is_ok());
    assert!(read[1].1.as_ref().unwrap_err().contains("link"));
    assert!(read[2].1.as_ref().unwrap_err().contains("ordinary"));
}

#[test]
fn a_mail_without_measure_is_left_out() {
    let root = tempdir().unwrap();
    let path = root.path().join("huge.eml");
    let huge = baton_cli::import::LARGEST as u64 + 1;
    fs::File::create(&path).unwrap().set_len(huge).unwrap();
    let read: Vec<_> = read(Format::Eml, vec![path]).map(seen).collect();
    assert!(read[0].1.as_ref().unwrap_err().contains("larger than"));
}

#[test]
fn a_maildir_is_read_with_its_subfolders_and_flags() {
    let root = tempdir().unwrap();
    put(root.path(), "cur/1.host:2,RS", "Subject: 1\n\n");
    put(root.path(), "new/2.host", "Subject: 2\n\n");
    put(root.path(), "tmp/3.host", "Subject: half\n\n");
    put(root.path(), ".Sent/cur/4.host;2,S", "Subject: 4\n\n");
    put(root.path(), "Archive/2024/new/5.host", "Subject: 5\n\n");
    put(root.path(), "dovecot-uidlist", "3 V1");
    put(root.path(), "cur/.lock", "");
    let items: Vec<_> = read(Format::Maildir, vec![root.path().to_owned()])
        .map(Result::unwrap)
        .collect();
    let read: Vec<_> = items
        .iter()
        .map(|item| (item.source.as_str(), item.flags.as_str()))
        .collect();
    assert_eq!(
        read,
        [
            (".Sent/cur/4.host;2,S", "S"),
            ("Archive/2024/new/5.host", ""),
            ("cur/1.host:2,RS", "RS"),
            ("new/2.host", ""),
        ]
    );
}
