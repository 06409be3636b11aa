//! Getting in, or learning precisely why not.

use baton_channels::email::imap::Role;
use baton_channels::email::{Login, MailError, Security, TlsFault, Trust};
use baton_testkit::{MailServer, ServerOptions};

use crate::stage::{account, connect, mail, password, server};

#[tokio::test]
async fn every_kind_of_protection_leads_to_the_mailbox() {
    let Some(server) = server() else { return };
    let mut account = account(&server, "ann@baton.test");
    for (port, security) in [
        (server.ports().imaps, Security::Tls),
        (server.ports().imap, Security::StartTls),
        (server.ports().imap, Security::Plain),
    ] {
        account.imap.port = port;
        account.imap.security = security;
        let mut imap = connect(&account).await.unwrap();
        assert!(imap.has_qresync() && imap.can("IDLE"));
        imap.noop().await.unwrap();
        imap.logout().await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_called_that() {
    let Some(server) = server() else { return };
    let account = account(&server, "ann@baton.test");
    let wrong = Login::Password("guess".to_owned().into());
    let refused = baton_channels::email::imap::Imap::connect(
        &account.imap,
        &account.trust,
        &account.user,
        &wrong,
    )
    .await
    .unwrap_err();
    assert_eq!(refused, MailError::LoginRefused);
    assert!(refused.needs_attention());
    assert!(!format!("{refused:?} {refused}").contains("guess"));
}

#[tokio::test]
async fn a_foreign_authority_and_a_wrong_name_are_told_apart() {
    let Some(server) = server() else { return };
    let mut account = account(&server, "ann@baton.test");
    let other = tempfile::tempdir().unwrap();
    let foreign = baton_testkit::Authority::create(other.path(), &["localhost"]).unwrap();
    account.trust = Trust::Pinned(foreign.ca);
    let error = connect(&account).await.unwrap_err();
    assert!(
        matches!(
            error,
            MailError::Tls {
                fault: TlsFault::Untrusted,
                ..
            }
        ),
        "{error:?}"
    );

    account.trust = Trust::Pinned(server.ca().to_path_buf());
    account.imap.host = "127.0.0.2".to_owned();
    // The rehearsal listens on 127.0.0.1 alone, so a proxy is not needed to be refused there.
    let error = connect(&account).await.unwrap_err();
    assert!(matches!(error, MailError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn without_encryption_nothing_leaves_this_machine() {
    let Some(server) = server() else { return };
    let mut account = account(&server, "ann@baton.test");
    account.imap.host = "mail.example.test".to_owned();
    account.imap.security = Security::Plain;
    let error = connect(&account).await.unwrap_err();
    assert!(matches!(error, MailError::NotEncrypted { .. }), "{error:?}");
}

#[tokio::test]
async fn tls_spoken_to_a_plain_port_fails_at_once_and_says_so() {
    let Some(server) = server() else { return };
    let mut account = account(&server, "ann@baton.test");
    account.imap.port = server.ports().imap;
    let error = connect(&account).await.unwrap_err();
    assert!(
        matches!(
            error,
            MailError::Tls {
                fault: TlsFault::Handshake,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn one_connection_too_many_is_busy_and_not_a_wrong_password() {
    let options = ServerOptions {
        max_connections: Some(2),
        ..ServerOptions::default()
    };
    let Some(server) = MailServer::start_or_skip(&options) else {
        return;
    };
    let account = account(&server, "ann@baton.test");
    let first = connect(&account).await.unwrap();
    let second = connect(&account).await.unwrap();
    let third = connect(&account).await.unwrap_err();
    assert_eq!(third, MailError::Busy);
    assert!(!third.needs_attention());
    first.logout().await;
    second.logout().await;
}

#[tokio::test]
async fn folders_have_roles_titles_and_odd_names() {
    let Some(server) = server() else { return };
    let user = "ann@baton.test";
    server.deliver(user, &mail(1)).unwrap();
    server
        .doveadm(&["mailbox", "create", "-u", user, "Aufträge “offen” & R&D"])
        .unwrap();
    let mut imap = connect(&account(&server, user)).await.unwrap();
    let folders = imap.folders().await.unwrap();
    let role = |role| {
        folders
            .iter()
            .find(|f| f.role == role)
            .map(|f| f.title.clone())
    };
    assert_eq!(role(Role::Inbox).as_deref(), Some("INBOX"));
    assert_eq!(role(Role::Sent).as_deref(), Some("Sent"));
    assert_eq!(role(Role::Junk).as_deref(), Some("Junk"));
    let odd = folders
        .iter()
        .find(|f| f.title == "Aufträge “offen” & R&D")
        .unwrap();
    assert_ne!(odd.name, odd.title, "the wire name is UTF-7");
    let opened = imap.select(&odd.name, None).await;
    assert!(
        opened.is_ok(),
        "{} could not be opened: {opened:?}",
        odd.name
    );
    assert_eq!(
        imap.select("No such", None).await.unwrap_err(),
        MailError::NoFolder
    );
}

#[tokio::test]
async fn a_sent_copy_is_filed_as_read_and_found_by_its_id() {
    let Some(server) = server() else { return };
    let mut imap = connect(&account(&server, "ann@baton.test")).await.unwrap();
    imap.append("Sent", &mail(7)).await.unwrap();
    assert_eq!(
        imap.find_message_id("Sent", "<m7@customer.test>")
            .await
            .unwrap(),
        [1]
    );
    assert!(
        imap.find_message_id("Sent", "<m8@customer.test>")
            .await
            .unwrap()
            .is_empty()
    );
    let flags = imap.flags("1").await.unwrap();
    assert!(flags[0].flags.seen);
    let _ = password();
}
