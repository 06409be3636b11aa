//! Requests that a bot on another machine has signed.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use baton_bots::Caller;
use baton_bots::lan::{self, Signature};
use baton_core::hash::Hash;

use crate::host::Host;
use crate::server::Shared;
use crate::server::refusal::Refusal;

/// A request that says to be signed, as far as a signature is over it.
#[derive(Debug, Clone)]
pub(in crate::server) struct Signed {
    signature: Signature,
    method: String,
    target: String,
    key: String,
}

impl Signed {
    /// Reads a request; none when it does not say to be signed.
    pub(super) fn read(request: &Request) -> Result<Option<Self>, Refusal> {
        let headers = request.headers();
        let value = headers
            .get(header::AUTHORIZATION)
            .map(HeaderValue::as_bytes)
            .filter(|value| Signature::is_meant(value));
        let Some(value) = value else {
            return Ok(None);
        };
        let uri = request.uri();
        Ok(Some(Self {
            signature: Signature::read(value).map_err(|error| Refusal::at_door(&error))?,
            method: request.method().as_str().to_owned(),
            target: uri
                .path_and_query()
                .map_or(uri.path(), |target| target.as_str())
                .to_owned(),
            key: key(headers).to_owned(),
        }))
    }

    /// The digest that the body must have.
    pub(super) const fn body(&self) -> Hash {
        self.signature.body
    }

    /// The bot that signed it; once.
    pub(in crate::server) async fn admit<H: Host>(
        &self,
        shared: &Shared<H>,
    ) -> Result<Caller, Refusal> {
        let admitted = shared.host.admit_signed(&self.signature, self.words());
        admitted.await.map_err(|error| Refusal::at_door(&error))
    }

    /// Whether the secret that it was signed with is still good.
    pub(super) async fn stands<H: Host>(&self, shared: &Shared<H>) -> bool {
        let stands = shared.host.still_signed(&self.signature, self.words());
        stands.await
    }

    fn words(&self) -> lan::Signed<'_> {
        lan::Signed {
            method: &self.method,
            target: &self.target,
            key: &self.key,
        }
    }
}

/// The `Idempotency-Key` of a request; one that is none is refused later, whatever was signed.
fn key(headers: &HeaderMap) -> &str {
    let key = headers.get("idempotency-key");
    key.and_then(|key| key.to_str().ok()).unwrap_or_default()
}
