//! Set-up files in the form that Thunderbird made common.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Candidate, Lookup, Source, plain};
use crate::email::account::{Endpoint, Security};

/// What the domain's own web server says. Over https alone: what comes in the clear may come
/// from anybody.
pub(super) async fn of_domain(
    domain: &str,
    address: &str,
    lookup: &impl Lookup,
) -> Option<Candidate> {
    let (first, second) = (
        format!(
            "https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={}",
            coded(address)
        ),
        format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"),
    );
    let (first, second) = tokio::join!(lookup.file(&first), lookup.file(&second));
    [first, second]
        .into_iter()
        .flatten()
        .find_map(|file| read(&file, domain, address, Source::Autoconfig))
}

/// What the public collection says. It learns the domain, and never the address.
pub(super) async fn of_collection(
    domain: &str,
    address: &str,
    lookup: &impl Lookup,
) -> Option<Candidate> {
    let url = format!("https://autoconfig.thunderbird.net/v1.1/{domain}");
    read(
        &lookup.file(&url).await?,
        domain,
        address,
        Source::Collection,
    )
}

fn coded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[derive(Debug, Default)]
struct Server {
    host: String,
    port: String,
    socket: String,
    user: String,
}

/// Reads the first usable pair of servers.
pub(super) fn read(file: &[u8], domain: &str, address: &str, source: Source) -> Option<Candidate> {
    let mut reader = Reader::from_str(std::str::from_utf8(file).ok()?);
    let (mut imap, mut smtp) = (None, None);
    let mut open: Option<(bool, Server)> = None;
    let mut field = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(start) => {
                let name = start.local_name();
                let kind = start
                    .try_get_attribute("type")
                    .ok()
                    .flatten()
                    .map(|kind| kind.value.to_ascii_lowercase());
                match (name.as_ref(), kind.as_deref()) {
                    ("incomingServer", Some("imap")) => open = Some((true, Server::default())),
                    ("outgoingServer", Some("smtp")) => open = Some((false, Server::default())),
                    (other, _) => other.clone_into(&mut field),
                }
            }
            Event::Text(text) => {
                if let Some((_, server)) = &mut open {
                    let text = text.trim();
                    let slot = match field.as_str() {
                        "hostname" => &mut server.host,
                        "port" => &mut server.port,
                        "socketType" => &mut server.socket,
                        "username" => &mut server.user,
                        _ => continue,
                    };
                    slot.push_str(text);
                }
            }
            Event::End(end) => match end.local_name().as_ref() {
                "incomingServer" | "outgoingServer" => {
                    if let Some((incoming, server)) = open.take()
                        && let Some(endpoint) = endpoint(&server, domain, address)
                    {
                        let user = filled(&server.user, domain, address);
                        let slot = if incoming { &mut imap } else { &mut smtp };
                        slot.get_or_insert((endpoint, user));
                    }
                }
                _ => field.clear(),
            },
            _ => {}
        }
    }
    let ((imap, user), (smtp, _)) = (imap?, smtp?);
    let user = if user.is_empty() {
        address.to_owned()
    } else {
        user
    };
    Some(plain(source, imap, smtp, user))
}

fn endpoint(server: &Server, domain: &str, address: &str) -> Option<Endpoint> {
    let host = filled(&server.host, domain, address);
    let security = match server.socket.as_str() {
        "SSL" => Security::Tls,
        "STARTTLS" => Security::StartTls,
        // Servers without encryption are not proposed.
        _ => return None,
    };
    let port = server.port.parse().ok()?;
    let named = matches!(url::Host::parse(&host), Ok(url::Host::Domain(_)));
    named.then_some(Endpoint {
        host,
        port,
        security,
    })
}

fn filled(text: &str, domain: &str, address: &str) -> String {
    let local = address.rsplit_once('@').map_or("", |(local, _)| local);
    text.replace("%EMAILADDRESS%", address)
        .replace("%EMAILLOCALPART%", local)
        .replace("%EMAILDOMAIN%", domain)
}
