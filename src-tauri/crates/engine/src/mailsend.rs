//! Handing a message to the mail server: at most once, and never later than agreed.

use baton_api::channels::MailConfig;
use baton_channels::email::smtp::{Composed, Outcome, Refusal, Submission, sent, submit};
use baton_core::command::SendEnd;
use baton_core::message::Address;
use baton_core::time::Timestamp;

use crate::engine::Engine;
use crate::mailbox::account;
use crate::outbox::Letter;
use crate::roster::KnownChannel;
use crate::secret::login_of;

/// Sends a message by SMTP and files its copy.
pub(crate) async fn smtp_send(
    engine: &Engine,
    known: &KnownChannel,
    letter: Letter,
    deadline: Timestamp,
) -> SendEnd {
    let Ok(config) = serde_json::from_value::<MailConfig>(known.stored.config.clone()) else {
        return SendEnd::NotSent {
            text: "The settings of the mailbox cannot be read.".to_owned(),
        };
    };
    let login = match login_of(engine, known.stored.id, &known.stored.config, &config).await {
        Ok(login) => login,
        Err(error) => {
            return SendEnd::NotSent {
                text: error.to_string(),
            };
        }
    };
    let account = account(known.stored.id, &config);
    let submission = Submission::new(
        account.smtp.clone(),
        account.trust.clone(),
        config.smtp.login.clone(),
        Some(login.clone()),
    );
    let document = &letter.document;
    let first = letter.left.is_empty();
    let message = Composed {
        raw: letter.raw.clone(),
        sender: config.address.clone(),
        recipients: match first {
            true => addresses(&[&document.to, &document.cc, &document.bcc]),
            false => letter.left.clone(),
        },
        message_id: document.native_id.clone(),
    };
    // A laptop that slept during the upload must not send a message that nobody waits for any
    // more: the boot clock counts the sleep, the wall clock may have been set.
    let allowed_ms = deadline.since(engine.now());
    let started = engine.inner.clock.boot_ms();
    let clock = std::sync::Arc::clone(&engine.inner.clock);
    let outcome = submit(&submission, &message, || async move {
        clock.boot_ms().saturating_sub(started) < allowed_ms
    })
    .await;
    match outcome {
        Outcome::Sent { refused } => {
            let (for_good, for_now): (Vec<_>, Vec<_>) =
                refused.into_iter().partition(|one| one.permanent);
            let named = |all: Vec<Refusal>| all.into_iter().map(|one| one.address).collect();
            let end = SendEnd::Sent {
                refused: named(for_good),
                put_off: named(for_now),
            };
            if !first {
                return end;
            }
            let blind = addresses(&[&document.bcc]);
            let raw = sent::with_blind_copies(&letter.raw, &blind);
            let id = document.native_id.clone();
            engine.inner.tasks.spawn(async move {
                if let Err(error) = sent::file(&account, &login, &id, &raw).await {
                    tracing::warn!(
                        code = error.code(),
                        "The copy of a sent message was not filed."
                    );
                }
            });
            end
        }
        Outcome::Rejected {
            code, permanent, ..
        } => {
            let text = format!("The server refused it ({code}).");
            if permanent {
                SendEnd::Rejected { text }
            } else {
                SendEnd::NotSent { text }
            }
        }
        Outcome::NotSent { reason, retryable } => {
            let text = format!("{reason}.");
            if retryable {
                SendEnd::NotSent { text }
            } else {
                SendEnd::Rejected { text }
            }
        }
        Outcome::Withdrawn => SendEnd::NotSent {
            text: "The attempt took too long and was dropped before the last byte.".to_owned(),
        },
        Outcome::InDoubt => {
            // Of a second attempt the copy of the first would tell nothing.
            let found = first && {
                let found = sent::find(&account, &login, &document.native_id).await;
                matches!(found, Ok(true))
            };
            if found {
                return SendEnd::Sent {
                    refused: Vec::new(),
                    put_off: Vec::new(),
                };
            }
            SendEnd::InDoubt {
                text: "The server's last answer was lost; it may or may not have been sent."
                    .to_owned(),
            }
        }
    }
}

fn addresses(lists: &[&Vec<Address>]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for entry in lists.iter().copied().flatten() {
        if !out
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&entry.address))
        {
            out.push(entry.address.clone());
        }
    }
    out
}
