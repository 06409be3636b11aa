//! One request to a bot: noted before it is sent and after it is answered. What all of them share:
//! the key in a header, and why there was no answer.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hyper::Method;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use super::config::BadConfig;
use super::{Book, Broken, Noted, Sending};
use crate::http::{Asking, NoAnswer, ask};

/// What is on its way: its end is noted also when nobody waits for it any more.
#[derive(Default)]
pub(super) struct UnderWay(Mutex<Vec<Noted>>);

impl UnderWay {
    fn keep<T>(&self, change: impl FnOnce(&mut Vec<Noted>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that nobody waits any more for what is still on its way.
    pub(super) async fn give_up(&self, book: &dyn Book) {
        for noted in self.keep(std::mem::take) {
            book.end(noted, None, "given_up").await;
        }
    }
}

/// Where and how a bot is asked.
pub(super) struct Way<'a> {
    /// What is noted.
    pub(super) book: &'a dyn Book,
    /// What is on its way.
    pub(super) under_way: &'a UnderWay,
    /// Headers besides the usual ones.
    pub(super) headers: &'a [(HeaderName, HeaderValue)],
    /// How long an answer is waited for.
    pub(super) limit: Duration,
    /// An answer has so many bytes at most.
    pub(super) longest: usize,
}

impl Way<'_> {
    /// Sends something and waits for the answer. The address that is noted is the first one; the
    /// second, which may carry a key, is the one that is asked.
    pub(super) async fn post(
        &self,
        shown: &Url,
        url: &Url,
        body: &impl Serialize,
    ) -> Result<Vec<u8>, Broken> {
        let body = serde_json::to_string(body)
            .map_err(|_| Broken::Unreadable("the request cannot be made"))?;
        let sending = Sending {
            to: shown.to_string(),
            body: body.clone(),
            most_tokens: 0,
            quotes: Vec::new(),
        };
        let noted = self.book.begin(sending).await?;
        self.under_way.keep(|all| all.push(noted));
        let answer = self.ask(Method::POST, url, body).await;
        self.under_way.keep(|all| all.retain(|one| *one != noted));
        let ended = match &answer {
            Ok(_) => "answered",
            Err(broken) => broken.code(),
        };
        self.book.end(noted, None, ended).await;
        answer
    }

    /// Reads something. That carries nothing but an address, and is not noted.
    pub(super) async fn get(&self, url: &Url) -> Result<Vec<u8>, Broken> {
        self.ask(Method::GET, url, String::new()).await
    }

    async fn ask(&self, method: Method, url: &Url, body: String) -> Result<Vec<u8>, Broken> {
        let asking = Asking {
            method,
            url,
            headers: self.headers.to_vec(),
            body,
        };
        let whole = async {
            let reply = ask(asking).await.map_err(broken)?;
            match reply.status {
                200..300 => reply.whole(self.longest).await.map_err(broken),
                401 | 403 => Err(Broken::KeyRefused),
                status => Err(Broken::Refused(status)),
            }
        };
        let answer = tokio::time::timeout(self.limit, whole).await;
        answer.unwrap_or(Err(Broken::TooSlow(self.limit.as_secs())))
    }
}

/// The header that tells who asks. It is shown nowhere.
///
/// # Errors
/// When a key cannot stand in a header.
pub(super) fn authorization(value: &str) -> Result<(HeaderName, HeaderValue), BadConfig> {
    let mut value = HeaderValue::try_from(value).map_err(|_| BadConfig::Key)?;
    value.set_sensitive(true);
    Ok((AUTHORIZATION, value))
}

/// Why there was no answer, in the words of the port.
pub(super) fn broken(why: NoAnswer) -> Broken {
    match why {
        NoAnswer::TooLong => Broken::TooMuch,
        NoAnswer::Unwritable => Broken::Unreadable("the request cannot be made"),
        NoAnswer::Broke(why) => Broken::BrokeOff(why.to_string()),
        NoAnswer::Unreachable(_) | NoAnswer::Insecure(_) => Broken::Unreachable(why.to_string()),
    }
}
