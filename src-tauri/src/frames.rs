//! Mail in its frame: each document waits under an address that is good for one look.
//!
//! A `srcdoc` frame inherits the policy of the page around it, and that page allows no inline
//! style, which mail is full of. So the document has an address of its own and brings its own
//! policy: inline style yes; scripts, forms, frames, fonts and network no; and `sandbox`, so that
//! it has no origin even if the frame around it forgot to say so. Only a pressed link may ask for
//! a new window, and the window hands that to the browser.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager as _, Runtime, UriSchemeContext};

use crate::window;

/// The scheme of the addresses.
pub(crate) const SCHEME: &str = "baton-mail";

/// How long a document waits to be looked at.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// How many documents wait at most; the oldest goes first.
const WAITING: usize = 64;

const POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const POLICY_REMOTE: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; \
     default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; \
     base-uri 'none'; form-action 'none'";

/// The documents that wait to be looked at.
#[derive(Default)]
pub(crate) struct Frames {
    waiting: Mutex<VecDeque<Waiting>>,
}

struct Waiting {
    ticket: String,
    until: Instant,
    document: String,
    remote: bool,
}

impl Frames {
    /// Keeps a document for one look; none when the system has no randomness to give.
    pub(crate) fn keep(&self, document: String, remote: bool) -> Option<String> {
        let ticket = ticket()?;
        let url = address(&ticket);
        let mut waiting = self.waiting();
        while waiting.len() >= WAITING {
            waiting.pop_front();
        }
        waiting.push_back(Waiting {
            ticket,
            until: Instant::now() + GOOD_FOR,
            document,
            remote,
        });
        Some(url)
    }

    fn take(&self, ticket: &str) -> Option<Waiting> {
        let mut waiting = self.waiting();
        let now = Instant::now();
        waiting.retain(|one| one.until > now);
        let at = waiting.iter().position(|one| one.ticket == ticket)?;
        waiting.remove(at)
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ticket() -> Option<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn address(ticket: &str) -> String {
    if cfg!(any(windows, target_os = "android")) {
        format!("http://{SCHEME}.localhost/{ticket}")
    } else {
        format!("{SCHEME}://localhost/{ticket}")
    }
}

/// Shows a document to the holder of its ticket, once.
pub(crate) fn answer<R: Runtime>(
    context: &UriSchemeContext<'_, R>,
    request: &Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    let ours = context.webview_label() == window::LABEL;
    let ticket = request.uri().path().trim_start_matches('/');
    let found = ours
        .then(|| context.app_handle().state::<Frames>().take(ticket))
        .flatten();
    let (status, policy, body) = match found {
        Some(Waiting {
            document, remote, ..
        }) => {
            let policy = if remote { POLICY_REMOTE } else { POLICY };
            (StatusCode::OK, policy, document.into_bytes())
        }
        None => (StatusCode::NOT_FOUND, POLICY, Vec::new()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let dress = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in dress {
        response
            .headers_mut()
            .insert(name, header::HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket_of(url: &str) -> &str {
        url.rsplit('/').next().expect("there is a path")
    }

    #[test]
    fn an_address_is_good_for_one_look() {
        let frames = Frames::default();
        let url = frames
            .keep("<p>hello".to_owned(), false)
            .expect("randomness");
        let seen = frames.take(ticket_of(&url)).expect("the first look");
        assert_eq!(seen.document, "<p>hello");
        assert!(frames.take(ticket_of(&url)).is_none());
    }

    #[test]
    fn the_oldest_goes_when_too_many_wait() {
        let frames = Frames::default();
        let first = frames.keep(String::new(), false).expect("randomness");
        for _ in 0..WAITING {
            frames.keep(String::new(), false).expect("randomness");
        }
        assert!(frames.take(ticket_of(&first)).is_none());
        assert_eq!(frames.waiting().len(), WAITING);
    }

    #[test]
    fn no_policy_lets_anything_run_or_keep_an_origin() {
        for policy in [POLICY, POLICY_REMOTE] {
            assert!(policy.starts_with("sandbox "));
            for never in [
                "script",
                "allow-same-origin",
                "allow-forms",
                "allow-top",
                "'self'",
            ] {
                assert!(!policy.contains(never), "{never}");
            }
        }
        assert!(!POLICY.contains("http"));
    }
}
