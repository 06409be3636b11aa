//! Reads the request line and headers of a connection before the HTTP library sees them.
//!
//! The library is lenient where proxies disagree with each other: it drops a Content-Length beside
//! a Transfer-Encoding, takes the same length twice, takes bare line feeds. Here each of these is
//! refused with a reason. A connection carries one request, so nothing can hide behind the first.

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;

use super::limits::Limits;
use super::refusal::Refusal;

/// What became of the first bytes of a connection.
pub(crate) enum Head {
    /// A proper head, with whatever of the body came along.
    Read(Vec<u8>),
    /// Something that deserves an answer.
    Refused(Refusal),
    /// Nothing was said at all.
    Silent,
}

/// Reads up to the end of the headers and checks them.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin), limits: &Limits) -> Head {
    let mut bytes = Vec::with_capacity(2048);
    match timeout(limits.head_time, fill(stream, limits, &mut bytes)).await {
        Ok(Ok(true)) => Head::Read(bytes),
        Ok(Err(refusal)) => Head::Refused(refusal),
        _ if bytes.is_empty() => Head::Silent,
        Ok(Ok(false)) => Head::Refused(Refusal::malformed("The request ends within its headers.")),
        Err(_) => Head::Refused(Refusal::timeout("The headers took too long.")),
    }
}

/// `Ok(false)` when the caller stopped before the end of the headers.
async fn fill(
    stream: &mut (impl AsyncRead + Unpin),
    limits: &Limits,
    bytes: &mut Vec<u8>,
) -> Result<bool, Refusal> {
    let mut chunk = [0_u8; 4096];
    loop {
        let got = stream.read(&mut chunk).await.unwrap_or(0);
        if got == 0 {
            return Ok(false);
        }
        let fresh = chunk.get(..got).unwrap_or_default();
        bytes.extend_from_slice(fresh);
        // Only a line end can complete anything, and only the first bytes can be no method at all.
        if (bytes.len() <= 16 || fresh.contains(&b'\n')) && check(bytes, limits)? {
            return Ok(true);
        }
        if bytes.len() > limits.head_bytes {
            return Err(too_much(bytes, limits));
        }
    }
}

fn too_much(bytes: &[u8], limits: &Limits) -> Refusal {
    if bytes
        .iter()
        .take(limits.target_bytes)
        .all(|&byte| byte != b'\n')
    {
        return target_too_long();
    }
    Refusal::new(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "headers_too_large",
        "The headers are larger than the server takes.",
        "Send fewer or shorter headers.",
    )
}

fn target_too_long() -> Refusal {
    Refusal::new(
        StatusCode::URI_TOO_LONG,
        "target_too_long",
        "The address is longer than the server takes.",
        "Put the request into the body.",
    )
}

/// Whether the head is complete; an error when it can never become a proper one.
fn check(bytes: &[u8], limits: &Limits) -> Result<bool, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; 128];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(false),
        Err(httparse::Error::TooManyHeaders) => return Err(too_many()),
        Err(httparse::Error::Version) if names_a_version(bytes) => {
            return Err(Refusal::new(
                StatusCode::HTTP_VERSION_NOT_SUPPORTED,
                "version",
                "The server speaks HTTP/1.1 only.",
                "Use HTTP/1.1.",
            ));
        }
        Err(error) => return Err(Refusal::malformed(&format!("No HTTP request: {error}."))),
    };
    if length > limits.head_bytes {
        return Err(too_much(bytes, limits));
    }
    let head = bytes.get(..length).unwrap_or_default();
    if head
        .iter()
        .zip(std::iter::once(&0).chain(head))
        .any(|(&byte, &before)| byte == b'\n' && before != b'\r')
    {
        return Err(Refusal::malformed("A line ends without a carriage return."));
    }
    if request.path.unwrap_or_default().len() > limits.target_bytes {
        return Err(target_too_long());
    }
    if request.headers.len() > limits.headers {
        return Err(too_many());
    }
    check_headers(request.headers, request.version == Some(1))?;
    Ok(true)
}

/// Whether the first line has three parts, of which the last is a version, if not one we speak.
fn names_a_version(bytes: &[u8]) -> bool {
    let line = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let mut parts = line.split(|&byte| byte == b' ').skip(2);
    parts.next().is_some_and(|part| part.starts_with(b"HTTP/")) && parts.next().is_none()
}

fn too_many() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "too_many_headers",
        "There are more headers than the server takes.",
        "Send fewer headers.",
    )
}

fn check_headers(headers: &[httparse::Header<'_>], modern: bool) -> Result<(), Refusal> {
    let values = |name: &str| -> Vec<&[u8]> {
        headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
            .collect()
    };
    match values("host").as_slice() {
        [_] => {}
        [] => return Err(Refusal::malformed("The Host header is missing.")),
        _ => return Err(Refusal::malformed("There are several Host headers.")),
    }
    for name in [
        "content-type",
        "authorization",
        "origin",
        "expect",
        "upgrade",
    ] {
        if values(name).len() > 1 {
            return Err(Refusal::malformed(
                "A header that must be single is repeated.",
            ));
        }
    }
    let lengths = values("content-length");
    let encodings = values("transfer-encoding");
    match (lengths.as_slice(), encodings.as_slice()) {
        ([], []) => {}
        ([length], []) => {
            // No sign, no list, no blanks, and nothing that overflows.
            let digits = !length.is_empty() && length.iter().all(u8::is_ascii_digit);
            if !digits || length.len() > 18 {
                return Err(Refusal::malformed("The Content-Length is not a number."));
            }
        }
        ([], [encoding]) if modern && encoding.eq_ignore_ascii_case(b"chunked") => {}
        ([], [_]) if modern => {
            return Err(Refusal::new(
                StatusCode::NOT_IMPLEMENTED,
                "encoding",
                "The server knows no transfer encoding but chunked.",
                "Send the body as it is.",
            ));
        }
        _ => {
            return Err(Refusal::malformed(
                "The length of the body is said in two ways.",
            ));
        }
    }
    if let [expected] = values("expect").as_slice()
        && !expected.eq_ignore_ascii_case(b"100-continue")
    {
        return Err(Refusal::new(
            StatusCode::EXPECTATION_FAILED,
            "expectation",
            "The server cannot do what Expect asks.",
            "Leave the Expect header out.",
        ));
    }
    Ok(())
}
