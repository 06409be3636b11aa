//! A Baton that runs has its workspace for itself; what is asked of the workspace is asked of it.

use std::path::Path;

use baton_api::{ApiError, Change};
use baton_bots::http::{Asking, NoAnswer, ask};
use hyper::Method;
use hyper::header::{AUTHORIZATION, HeaderValue};
use serde_json::Value;
use tokio::sync::broadcast;
use url::Url;

use crate::arguments::Running;
use crate::host::Host;
use crate::output::Failure;

/// An answer has so many bytes at most.
const LONGEST: usize = 4 * 1024 * 1024;

/// The one that runs.
pub(super) struct Other {
    url: Url,
    token: HeaderValue,
}

/// The one that runs, where somebody says which.
pub(super) fn host(running: &Running) -> Result<Option<Other>, Failure> {
    let (Some(url), Some(file)) = (&running.at, &running.token_file) else {
        return Ok(None);
    };
    // The token opens the whole workspace, so it goes through no network.
    let here = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.scheme() != "http" || !here {
        return Err(Failure::said(
            "bad_request",
            "Only a Baton on this machine is asked.",
            "Write --at http://127.0.0.1:PORT, as baton serve prints it.",
        ));
    }
    let token = token(file)?;
    let url = url.join("/api/v1/").map_err(|_| unanswered("no address"))?;
    Ok(Some(Other { url, token }))
}

fn token(file: &Path) -> Result<HeaderValue, Failure> {
    let told = std::fs::read_to_string(file).map_err(|error| {
        Failure::said(
            "not_found",
            format!("{} cannot be read: {error}.", file.display()),
            "Name the file that baton serve --token-file FILE wrote.",
        )
    })?;
    let mut token = HeaderValue::try_from(format!("Bearer {}", told.trim())).map_err(|_| {
        Failure::said(
            "bad_request",
            format!("There is no token in {}.", file.display()),
            "Name the file that baton serve --token-file FILE wrote.",
        )
    })?;
    token.set_sensitive(true);
    Ok(token)
}

/// A workspace that is in use can be asked by whoever uses it.
pub(super) fn or_ask_it(failure: Failure) -> Failure {
    match failure {
        Failure::Said(error) if error.code == "workspace_in_use" => Failure::Said(ApiError {
            hint: "Ask the one that runs: start it with baton serve --token-file FILE, and say \
                   --at http://127.0.0.1:PORT --token-file FILE here. Or close it first."
                .to_owned(),
            ..error
        }),
        failure => failure,
    }
}

fn unanswered(why: impl std::fmt::Display) -> ApiError {
    ApiError::new(
        "unreachable",
        format!("The Baton at that address gives no answer: {why}."),
        "See whether baton serve still runs, and at which port.",
    )
}

impl Host for Other {
    async fn answer(&self, command: &str, payload: Value) -> Result<Value, ApiError> {
        let url = self.url.join(command).map_err(unanswered)?;
        let asking = Asking {
            method: Method::POST,
            url: &url,
            headers: vec![(AUTHORIZATION, self.token.clone())],
            body: payload.to_string(),
        };
        let told = async {
            let reply = ask(asking).await?;
            Ok::<_, NoAnswer>((reply.status, reply.whole(LONGEST).await?))
        };
        let (status, body) = told.await.map_err(unanswered)?;
        match status {
            200 => serde_json::from_slice(&body).map_err(unanswered),
            _ => Err(serde_json::from_slice(&body).unwrap_or_else(|_| unanswered(status))),
        }
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        broadcast::channel(1).1
    }
}
