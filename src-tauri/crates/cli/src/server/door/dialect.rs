//! The door in the words of other platforms: what is asked becomes one call of the door, and its
//! answer goes back in their words.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use baton_bots::dialect::{Dialect, Standing, Wanted, Which};
use baton_bots::route::Method;
use baton_bots::{Answer, Call, Caller, DoorError, IdempotencyKey};
use baton_core::ids::{Id as _, MessageId};

use super::{knock, said};
use crate::host::Host;
use crate::server::Shared;
use crate::server::refusal::Refusal;

/// The bot whose token a request carries where its platform has it.
pub(super) fn admit<H: Host>(
    shared: &Shared<H>,
    dialect: Dialect,
    headers: &HeaderMap,
) -> Option<Caller> {
    match dialect {
        Dialect::Own => None,
        Dialect::Chatwoot => {
            let token = headers.get("api_access_token")?.as_bytes();
            shared.host.admit(token)
        }
        Dialect::Sunshine => {
            let (name, token) = basic(headers)?;
            let caller = shared.host.admit(token.as_bytes())?;
            (caller.bot == name).then_some(caller)
        }
    }
}

/// The name and the password that a request carries.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, words) = value.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let words = String::from_utf8(BASE64_STANDARD.decode(words).ok()?).ok()?;
    let (name, password) = words.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// What is asked, as it came.
pub(super) struct Asking<'a> {
    pub(super) dialect: Dialect,
    pub(super) method: Method,
    pub(super) path: &'a str,
    pub(super) kind: Option<&'a str>,
    pub(super) body: Vec<u8>,
    pub(super) key: Option<IdempotencyKey>,
}

/// Carries out what is asked in a dialect.
pub(super) async fn carry_out<H: Host>(
    shared: &Arc<Shared<H>>,
    caller: Caller,
    asking: Asking<'_>,
) -> Result<Response, Refusal> {
    let Asking {
        dialect,
        method,
        path,
        kind,
        body,
        key,
    } = asking;
    let no = |error: DoorError| Ok(said(&dialect.refused(error.into())));
    let read = dialect.body(kind, body);
    let asked = match read.and_then(|body| dialect.read(method, path, &body)) {
        Ok(asked) => asked,
        Err(error) => return no(error),
    };
    let standing = match standing(shared, &caller, asked.which).await? {
        Ok(standing) => standing,
        Err(answer) => return Ok(said(&dialect.refused(answer))),
    };
    let done = match asked.wanted.call(&standing) {
        Ok(Some(call)) => knock(shared, caller.clone(), call, key).await?,
        Ok(None) => Answer {
            status: 200,
            body: serde_json::Value::Null,
        },
        Err(error) => return no(error),
    };
    if done.status >= 400 {
        return Ok(said(&dialect.refused(done)));
    }
    // How it stands after what was done, and which place what was said has got.
    let which = match (
        &asked.wanted,
        done.body.get("message").and_then(|id| id.as_str()),
    ) {
        (Wanted::Say(_) | Wanted::Note(_), Some(id)) => MessageId::parse(id).map(Which::Message),
        _ => None,
    };
    let after = match which {
        Some(which) => self::standing(shared, &caller, which).await?.ok(),
        None => None,
    };
    let after = match after {
        Some(after) => after,
        // What is held is no message yet.
        None => match self::standing(shared, &caller, asked.which).await? {
            Ok(after) => after,
            Err(_) => standing,
        },
    };
    Ok(said(&dialect.answer(&asked.wanted, &after, done)))
}

async fn standing<H: Host>(
    shared: &Arc<Shared<H>>,
    caller: &Caller,
    which: Which,
) -> Result<Result<Standing, Answer>, Refusal> {
    let answer = knock(shared, caller.clone(), Call::Stand(which), None).await?;
    if answer.status != 200 {
        return Ok(Err(answer));
    }
    serde_json::from_value(answer.body)
        .map(Ok)
        .map_err(|_| Refusal::internal())
}
