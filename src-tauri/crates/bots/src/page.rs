//! A web page, read once because somebody asked for it: by https, within limits of time and size,
//! and never led to where only this machine or its network can look.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hyper::Method;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION};
use tokio::net::TcpStream;
use url::{Host, Url};

use crate::http::{Asking, NoAnswer, Reply, ask_over, secure};
use crate::webhook::{BadTarget, target};

/// A page has so many bytes at most.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// It is waited for so long.
const LIMIT: Duration = Duration::from_secs(20);
/// It may lead elsewhere so often.
const MOST_HOPS: u32 = 4;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it stood in the end.
    pub url: Url,
    /// The media type, in lower case and without parameters.
    pub media_type: String,
    /// The character set that was declared.
    pub charset: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// The address will not do.
    #[error("that address will not do: {0}")]
    Address(#[from] BadTarget),
    /// There was no answer.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    /// It took too long.
    #[error("the page was not there within {} s", LIMIT.as_secs())]
    TooSlow,
    /// It leads from one place to the next.
    #[error("the page leads elsewhere again and again")]
    Circles,
    /// It leads to where it must not.
    #[error("the page leads to an address that is not public, or not encrypted")]
    LedAstray,
    /// The server answered with something else.
    #[error("the server answered {0}")]
    Refused(u16),
}

/// Reads a page. The address is https, or http on this machine; where it leads is public and https.
///
/// # Errors
/// Why there is none.
pub async fn read(address: &str) -> Result<Page, NotRead> {
    let url = target(address)?;
    tokio::time::timeout(LIMIT, follow(url))
        .await
        .map_err(|_| NotRead::TooSlow)?
}

async fn follow(first: Url) -> Result<Page, NotRead> {
    let mut url = first.clone();
    for _ in 0..=MOST_HOPS {
        // Whoever names an address may name one of their own network; a page may not.
        let own = url.origin() == first.origin();
        let reply = get(&url, own).await?;
        match reply.status {
            200 => return page(url, reply).await,
            301 | 302 | 303 | 307 | 308 => url = led_to(&first, &url, &reply)?,
            status => return Err(NotRead::Refused(status)),
        }
    }
    Err(NotRead::Circles)
}

async fn get(url: &Url, own: bool) -> Result<Reply, NotRead> {
    let asking = Asking {
        method: Method::GET,
        url,
        headers: vec![(
            ACCEPT,
            HeaderValue::from_static("text/html, text/markdown, text/plain;q=0.9"),
        )],
        body: String::new(),
    };
    let socket = secure(url, reach(url, own).await?).await?;
    Ok(ask_over(socket, asking).await?)
}

/// Connects. The address that was looked at is the one that is connected to, so that no second
/// answer of a name server can lead elsewhere.
async fn reach(url: &Url, own: bool) -> Result<TcpStream, NotRead> {
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(NotRead::LedAstray);
    };
    let found: Vec<SocketAddr> = match host {
        Host::Domain(name) => tokio::net::lookup_host((name, port))
            .await
            .map_err(NoAnswer::Unreachable)?
            .collect(),
        Host::Ipv4(address) => vec![SocketAddr::new(IpAddr::V4(address), port)],
        Host::Ipv6(address) => vec![SocketAddr::new(IpAddr::V6(address), port)],
    };
    if !own && !found.iter().all(|address| is_public(address.ip())) {
        return Err(NotRead::LedAstray);
    }
    let socket = TcpStream::connect(found.as_slice()).await;
    Ok(socket.map_err(NoAnswer::Unreachable)?)
}

/// Where a page leads.
fn led_to(first: &Url, from: &Url, reply: &Reply) -> Result<Url, NotRead> {
    let location = reply
        .headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|location| from.join(location).ok());
    location
        .filter(|url| may_lead_to(first, url))
        .ok_or(NotRead::LedAstray)
}

/// Whether a page may lead there, as far as its address says.
fn may_lead_to(first: &Url, url: &Url) -> bool {
    let named = url.username().is_empty() && url.password().is_none();
    named && (url.origin() == first.origin() || url.scheme() == "https")
}

/// Whether an address belongs to the public network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        // Shared by carriers, kept for protocols, and for measurements.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let [first, second, ..] = segments;
    // Addresses that stand for one of the older kind.
    let inner = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            return inner(high, low);
        }
        [0x2002, high, low, ..] => return inner(high, low),
        _ => {}
    }
    // What is given out to the world begins with 001; of that, these are kept for protocols and
    // for examples.
    first & 0xe000 == 0x2000
        && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        && first != 0x3fff
}

async fn page(url: Url, reply: Reply) -> Result<Page, NotRead> {
    let declared = reply
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut parts = declared.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default().to_owned();
    let charset = parts
        .find_map(|part| part.strip_prefix("charset="))
        .map(|charset| charset.trim_matches('"').to_owned());
    Ok(Page {
        bytes: reply.whole(LARGEST).await?,
        url,
        media_type,
        charset,
    })
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use url::Url;

    use super::{LARGEST, NotRead, is_public, may_lead_to, read};

    #[test]
    fn only_the_public_network_is_public() {
        for public in [
            "93.184.216.34",
            "2606:2800:220:1::1",
            "::ffff:8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(is_public(public.parse::<IpAddr>().unwrap()), "{public}");
        }
        for own in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::1",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(own.parse::<IpAddr>().unwrap()), "{own}");
        }
    }

    #[test]
    fn a_page_leads_to_encrypted_addresses_only_and_with_no_name_in_them() {
        let first = Url::parse("https://wiki.test/a").unwrap();
        for (address, may) in [
            ("https://wiki.test/b", true),
            ("https://other.test/", true),
            ("http://wiki.test/b", false),
            ("ftp://wiki.test/b", false),
            ("file:///etc/passwd", false),
            ("https://me:secret@other.test/", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(may_lead_to(&first, &url), may, "{address}");
        }
    }

    /// Serves each of these answers once, and gives the address.
    async fn serving(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut asked = [0; 4_096];
                let _ = socket.read(&mut asked).await;
                let _ = socket.write_all(answer.as_bytes()).await;
                let _ = socket.shutdown().await;
            }
        });
        address
    }

    fn moved(to: &str) -> String {
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
    }

    #[tokio::test]
    async fn a_page_is_read_where_it_stands_in_the_end() {
        let page = "HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=\"utf-8\"\r\n\
                    Content-Length: 2\r\n\r\nhi";
        let address = serving(vec![moved("/b"), page.to_owned()]).await;
        let read = read(&format!("{address}/a")).await.unwrap();
        assert_eq!(read.url.path(), "/b");
        assert_eq!(read.media_type, "text/html");
        assert_eq!(read.charset.as_deref(), Some("utf-8"));
        assert_eq!(read.bytes, b"hi");
    }

    #[tokio::test]
    async fn a_page_leads_neither_into_this_network_nor_in_circles_nor_on_without_end() {
        // Another service of this machine, by every name.
        for inside in [
            "https://127.0.0.1:9/",
            "https://localhost:9/",
            "https://[::1]:9/",
            "https://169.254.169.254/latest/meta-data",
            "https://2130706433:9/",
            "http://127.0.0.1:9/",
            "file:///etc/passwd",
        ] {
            let address = serving(vec![moved(inside)]).await;
            let why = read(&address).await.unwrap_err();
            assert!(matches!(why, NotRead::LedAstray), "{inside}: {why}");
        }
        let address = serving((0..9).map(|_| moved("/again")).collect()).await;
        assert!(matches!(read(&address).await, Err(NotRead::Circles)));
        let endless = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{}",
            "x".repeat(LARGEST + 1)
        );
        let address = serving(vec![endless]).await;
        let why = read(&address).await.unwrap_err();
        assert!(matches!(why, NotRead::NoAnswer(_)), "{why}");
        let address = serving(vec![
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
        ])
        .await;
        assert!(matches!(read(&address).await, Err(NotRead::Refused(404))));
        for bad in [
            "http://shop.test/",
            "file:///etc/passwd",
            "https://a:b@shop.test/",
            "shop",
        ] {
            assert!(matches!(read(bad).await, Err(NotRead::Address(_))), "{bad}");
        }
    }
}
