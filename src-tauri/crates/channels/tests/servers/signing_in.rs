//! Access tokens from sign-in to their end, on a real server.

use std::sync::Arc;
use std::time::Duration;

use baton_channels::email::discover::test_login;
use baton_channels::email::imap::Imap;
use baton_channels::email::oauth::{OAuthClient, SignIn, TokenKeeper, Tokens};
use baton_channels::email::smtp::{Composed, Outcome, Submission, submit};
use baton_channels::email::watch::AccountState;
use baton_channels::email::{Account, Login, MailError, Trust};
use baton_channels::secrets::Secrets;
use baton_channels::secrets::vault::{Cost, Vault};
use baton_testkit::{MailServer, ServerOptions, SmtpSink};
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use url::Url;

use crate::shelf::Shelf;
use crate::stage::{account, eventually, mail, password, quick, run, server};

const USER: &str = "ann@baton.test";
const FAR: i64 = i64::MAX / 2;

fn client(server: &MailServer) -> OAuthClient {
    let base = server.tokens().base();
    OAuthClient {
        client_id: "rehearsal".to_owned(),
        client_secret: None,
        authorize: Url::parse(&format!("{base}/authorize")).unwrap(),
        token: Url::parse(&format!("{base}/token")).unwrap(),
        scopes: vec!["mail".to_owned()],
    }
}

struct Kept {
    secrets: Secrets,
    folder: tempfile::TempDir,
}

fn secrets() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    Kept {
        secrets: open(&folder),
        folder,
    }
}

fn open(folder: &tempfile::TempDir) -> Secrets {
    let passphrase = "p".to_owned().into();
    let cost = Cost {
        memory: 64,
        passes: 1,
    };
    let vault = Vault::open_with(&folder.path().join("v"), &passphrase, cost).unwrap();
    Secrets::new(Arc::new(vault), Duration::from_secs(10))
}

async fn keeper(server: &MailServer, secrets: &Secrets, tokens: Tokens) -> Arc<TokenKeeper> {
    tokens.store(secrets, USER).await.unwrap();
    keeper_again(server, secrets)
}

fn keeper_again(server: &MailServer, secrets: &Secrets) -> Arc<TokenKeeper> {
    let keeper = TokenKeeper::new(
        client(server),
        Trust::System,
        secrets.clone(),
        USER.to_owned(),
    );
    Arc::new(keeper)
}

async fn log_in(account: &Account, login: &Login) -> Result<Imap, MailError> {
    Imap::connect(&account.imap, &account.trust, &account.user, login).await
}

/// Does what a browser does: opens the page and follows the redirect.
async fn browse(url: &Url) -> String {
    let address = (url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let request = format!("GET {}{query} HTTP/1.1\r\nHost: x\r\n\r\n", url.path());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn redirect(answer: &str) -> Url {
    let line = answer
        .lines()
        .find_map(|l| l.strip_prefix("Location: "))
        .unwrap();
    Url::parse(line).unwrap()
}

#[tokio::test]
async fn a_sign_in_by_browser_leads_to_the_mailbox() {
    let Some(server) = server() else { return };
    let sign_in = SignIn::begin(client(&server), Trust::System, USER)
        .await
        .unwrap();
    let page = sign_in.page().clone();
    let finishing = tokio::spawn(sign_in.finish(Duration::from_secs(20)));
    let back = redirect(&browse(&page).await);
    // Somebody else on this machine knocks first, with a state of their own.
    let mut forged = back.clone();
    forged
        .query_pairs_mut()
        .clear()
        .append_pair("code", "x")
        .append_pair("state", "y");
    assert!(browse(&forged).await.starts_with("HTTP/1.1 404"));
    assert!(browse(&back).await.contains("Signed in"));
    let tokens = finishing.await.unwrap().unwrap();

    let kept = secrets();
    let login = Login::Tokens(keeper(&server, &kept.secrets, tokens).await);
    let account = account(&server, USER);
    log_in(&account, &login).await.unwrap().logout().await;
}

#[tokio::test]
async fn a_refused_consent_ends_the_waiting() {
    let Some(server) = server() else { return };
    let sign_in = SignIn::begin(client(&server), Trust::System, USER)
        .await
        .unwrap();
    let mut back = redirect(&browse(sign_in.page()).await);
    let state: String = back
        .query_pairs()
        .find(|(k, _)| k == "state")
        .map(|(_, v)| v.into_owned())
        .unwrap();
    back.query_pairs_mut()
        .clear()
        .append_pair("error", "access_denied")
        .append_pair("state", &state);
    let finishing = tokio::spawn(sign_in.finish(Duration::from_secs(20)));
    browse(&back).await;
    assert_eq!(
        finishing.await.unwrap().unwrap_err(),
        MailError::SignInAgain
    );
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_renewed_without_a_person() {
    let Some(server) = server() else { return };
    let (access, refresh) = server.tokens().sign_in(USER);
    let kept = secrets();
    let keeper = keeper(&server, &kept.secrets, Tokens::new(access, refresh, FAR)).await;
    let shelf = Arc::new(Shelf::default());
    let mut running = run(
        account(&server, USER),
        Login::Tokens(keeper),
        &shelf,
        quick(),
    );
    running.until_live().await;
    server.tokens().expire_all(USER);
    server.kick(USER).unwrap();
    running
        .until("stale", |s| matches!(s, AccountState::Stale { .. }))
        .await;
    running.until_live().await;
    server.deliver(USER, &mail(1)).unwrap();
    eventually("new mail", || shelf.count("INBOX") == 1).await;
    assert_eq!(server.tokens().refreshes(), 1);
    // The replaced refresh token is on disk: another start finds it good.
    server.tokens().expire_all(USER);
    let secrets_again = open(&kept.folder);
    let login = Login::Tokens(keeper_again(&server, &secrets_again));
    log_in(&account(&server, USER), &login).await.unwrap();
    assert_eq!(server.tokens().refreshes(), 2);
}

#[tokio::test]
async fn a_token_that_ended_is_renewed_before_the_answer_leaves() {
    let sink = SmtpSink::start().await.unwrap();
    let options = ServerOptions {
        relay_port: Some(sink.port()),
        ..ServerOptions::default()
    };
    let Some(server) = MailServer::start_or_skip(&options) else {
        return;
    };
    let (access, refresh) = server.tokens().sign_in(USER);
    let kept = secrets();
    let keeper = keeper(&server, &kept.secrets, Tokens::new(access, refresh, FAR)).await;
    let account = account(&server, USER);
    let submission = Submission::new(
        account.smtp,
        account.trust,
        USER.to_owned(),
        Some(Login::Tokens(keeper)),
    );
    for (n, refreshes) in [(0, 0), (1, 1)] {
        let message = Composed {
            raw: mail(n),
            sender: USER.to_owned(),
            recipients: vec!["carla@customer.test".to_owned()],
            message_id: format!("m{n}@customer.test"),
        };
        let sent = submit(&submission, &message, || async { true }).await;
        let refused = Vec::new();
        assert_eq!(sent, Outcome::Sent { refused });
        assert_eq!(sink.received().len(), n + 1);
        assert_eq!(server.tokens().refreshes(), refreshes);
        server.tokens().expire_all(USER);
    }
}

#[tokio::test]
async fn many_who_need_a_token_cause_one_refresh() {
    let Some(server) = server() else { return };
    let (access, refresh) = server.tokens().sign_in(USER);
    let kept = secrets();
    let keeper = keeper(
        &server,
        &kept.secrets,
        Tokens::new(access.clone(), refresh, 0),
    )
    .await;
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let keeper = Arc::clone(&keeper);
            tokio::spawn(async move { keeper.access().await.unwrap() })
        })
        .collect();
    let mut seen = Vec::new();
    for one in waiting {
        seen.push(one.await.unwrap().expose_secret().to_owned());
    }
    seen.dedup();
    assert_eq!(seen.len(), 1);
    assert_ne!(seen[0], access);
    assert_eq!(server.tokens().refreshes(), 1);
    assert!(!format!("{keeper:?}").contains(&seen[0]));
}

#[tokio::test]
async fn what_another_program_has_renewed_is_found_before_the_old_token_is_shown() {
    let Some(server) = server() else { return };
    let (access, refresh) = server.tokens().sign_in(USER);
    let kept = secrets();
    let tokens = Tokens::new(access, refresh, FAR);
    let ours = keeper(&server, &kept.secrets, tokens).await;
    let theirs = keeper_again(&server, &kept.secrets);
    let first = ours.access().await.unwrap();
    theirs.access().await.unwrap();
    // Each refresh token works once: shown again it would end the sign-in.
    let renewed = theirs.renew(&first).await.unwrap();
    let found = ours.renew(&first).await.unwrap();
    assert_eq!(found.expose_secret(), renewed.expose_secret());
    assert_eq!(server.tokens().refreshes(), 1);
    ours.renew(&found).await.unwrap();
    theirs.renew(&found).await.unwrap();
    assert_eq!(server.tokens().refreshes(), 2);
}

#[tokio::test]
async fn a_withdrawn_consent_asks_for_a_person_and_for_nothing_else() {
    let Some(server) = server() else { return };
    let (access, refresh) = server.tokens().sign_in(USER);
    let kept = secrets();
    let keeper = keeper(&server, &kept.secrets, Tokens::new(access, refresh, FAR)).await;
    server.tokens().expire_all(USER);
    server.tokens().withdraw_consent();
    let login = Login::Tokens(keeper);
    let account = account(&server, USER);
    assert_eq!(
        log_in(&account, &login).await.unwrap_err(),
        MailError::SignInAgain
    );
    let submission = Submission::new(
        account.smtp.clone(),
        account.trust.clone(),
        USER.to_owned(),
        Some(login),
    );
    assert_eq!(submission.check().await, Err(MailError::SignInAgain));
    // An unreachable sign-in server is another thing: it may come back.
    let mut nowhere = client(&server);
    nowhere.token = Url::parse("http://127.0.0.1:9/token").unwrap();
    let keeper = TokenKeeper::new(
        nowhere,
        Trust::System,
        kept.secrets.clone(),
        USER.to_owned(),
    );
    let error = log_in(&account, &Login::Tokens(Arc::new(keeper)))
        .await
        .unwrap_err();
    assert_eq!(error, MailError::SignInUnavailable);
    assert!(!error.needs_attention());
}

#[tokio::test]
async fn a_login_is_tried_on_both_sides_before_it_is_saved() {
    let Some(server) = server() else { return };
    let mut account = account(&server, USER);
    let wrong = Login::Password("guess".to_owned().into());
    let report = test_login(&account, &wrong).await;
    assert_eq!(report.imap.as_ref().unwrap_err().code, "login_refused");
    assert_eq!(report.smtp.as_ref().unwrap_err().code, "login_refused");
    // The same refusal from a provider that wants app passwords is explained.
    account.address = "ann@icloud.com".to_owned();
    let report = test_login(&account, &wrong).await;
    let trouble = report.imap.unwrap_err();
    assert_eq!(trouble.code, "app_password_needed");
    assert!(trouble.hint.contains("iCloud"));
    account.imap.port = baton_testkit::port::free_port();
    let report = test_login(&account, &password()).await;
    assert_eq!(report.imap.unwrap_err().code, "unreachable");
    assert!(!format!("{wrong:?}").contains("guess"));
}

#[tokio::test]
async fn the_name_that_a_mailbox_s_server_signs_with_is_found_and_no_sender_s() {
    let Some(server) = server() else { return };
    let account = account(&server, USER);
    let found = test_login(&account, &password()).await;
    assert_eq!(found.authserv_id, None, "nothing has come yet");
    for n in 0..3 {
        let raw = mail(n);
        let signed = [
            b"Authentication-Results: mx.baton.test; dmarc=pass\r\n",
            &raw[..],
        ]
        .concat();
        server.deliver(USER, &signed).unwrap();
    }
    let forged = mail(9);
    let forged = [
        b"Authentication-Results: mx.forger.test; dmarc=pass\r\n",
        &forged[..],
    ]
    .concat();
    server.deliver(USER, &forged).unwrap();
    let found = test_login(&account, &password()).await;
    assert!(found.is_fine());
    assert_eq!(found.authserv_id.as_deref(), Some("mx.baton.test"));
    for n in 10..16 {
        server.deliver(USER, &mail(n)).unwrap();
    }
    let found = test_login(&account, &password()).await;
    assert_eq!(
        found.authserv_id, None,
        "most bear no name, so none is the server's"
    );
}
