//! What discovery asks the network.

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::RecordType;
use url::Url;

use crate::email::account::Trust;
use crate::email::http;

/// A place where a service is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Lower is tried first.
    pub priority: u16,
    /// Higher is preferred among equals.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The server's name.
    pub host: String,
}

/// The questions that discovery asks. A failure is an empty answer: there are other ways.
pub trait Lookup: Send + Sync {
    /// The places of a service.
    fn services(&self, name: &str) -> impl Future<Output = Vec<Service>> + Send;

    /// The mail exchangers of a domain, the preferred first.
    fn exchangers(&self, domain: &str) -> impl Future<Output = Vec<String>> + Send;

    /// A file on a web server, over https.
    fn file(&self, url: &str) -> impl Future<Output = Option<Vec<u8>>> + Send;
}

/// Asks the real network.
#[derive(Debug)]
pub struct NetLookup {
    resolver: Option<TokioResolver>,
}

impl NetLookup {
    /// Uses the system's name servers.
    pub fn new() -> Self {
        let resolver = TokioResolver::builder_tokio()
            .ok()
            .and_then(|builder| builder.build().ok());
        Self { resolver }
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Vec<RData> {
        let Some(resolver) = &self.resolver else {
            return Vec::new();
        };
        match resolver.lookup(name, kind).await {
            Ok(found) => found
                .answers()
                .iter()
                .map(|record| record.data.clone())
                .collect(),
            Err(_) => Vec::new(),
        }
    }
}

impl Default for NetLookup {
    fn default() -> Self {
        Self::new()
    }
}

impl Lookup for NetLookup {
    async fn services(&self, name: &str) -> Vec<Service> {
        self.ask(name, RecordType::SRV)
            .await
            .into_iter()
            .filter_map(|data| match data {
                RData::SRV(srv) => Some(Service {
                    priority: srv.priority,
                    weight: srv.weight,
                    port: srv.port,
                    host: srv.target.to_utf8(),
                }),
                _ => None,
            })
            .collect()
    }

    async fn exchangers(&self, domain: &str) -> Vec<String> {
        let mut found: Vec<(u16, String)> = self
            .ask(&format!("{domain}."), RecordType::MX)
            .await
            .into_iter()
            .filter_map(|data| match data {
                RData::MX(mx) => Some((mx.preference, mx.exchange.to_utf8())),
                _ => None,
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, host)| host).collect()
    }

    async fn file(&self, url: &str) -> Option<Vec<u8>> {
        let url = Url::parse(url).ok().filter(|url| url.scheme() == "https")?;
        let answer = http::get(&url, &Trust::System).await.ok()?;
        (answer.status == 200).then_some(answer.body)
    }
}
