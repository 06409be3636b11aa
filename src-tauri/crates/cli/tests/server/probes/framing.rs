//! How a request is framed: nothing can be hidden between two readings of it.

use baton_cli::server::limits::Limits;

use super::super::rehearsal::{Answer, Rehearsal, post};
use super::{KEY, probe, row};

#[tokio::test]
async fn nothing_can_be_smuggled() {
    let with = |lines: &str, body: &str| {
        format!(
            "POST /api/v1/session_get HTTP/1.1\r\nHost: {{host}}\r\n{KEY}\
             Content-Type: application/json\r\n{lines}\r\n{body}"
        )
    };
    let chunked = "Transfer-Encoding: chunked\r\n";
    probe(&[
        row("chunked", 200, with(chunked, "2\r\n{}\r\n0\r\n\r\n")),
        row(
            "length and chunked",
            400,
            with(
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n",
            ),
        ),
        row(
            "chunked and length",
            400,
            with(
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
                "0\r\n\r\n",
            ),
        ),
        row(
            "two lengths",
            400,
            with("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "),
        ),
        row(
            "the same length twice",
            400,
            with("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"),
        ),
        row(
            "list of lengths",
            400,
            with("Content-Length: 2, 2\r\n", "{}"),
        ),
        row("signed length", 400, with("Content-Length: +2\r\n", "{}")),
        row("negative length", 400, with("Content-Length: -2\r\n", "{}")),
        row(
            "hexadecimal length",
            400,
            with("Content-Length: 0x2\r\n", "{}"),
        ),
        row(
            "endless length",
            400,
            with("Content-Length: 99999999999999999999\r\n", "{}"),
        ),
        row("empty length", 400, with("Content-Length:\r\n", "{}")),
        row(
            "two encodings",
            400,
            with(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "0\r\n\r\n",
            ),
        ),
        row(
            "gzip, chunked",
            501,
            with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        ),
        row(
            "odd chunked",
            501,
            with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        ),
        row(
            "chunked with a tab",
            400,
            with("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"),
        ),
        row(
            "blank before the colon",
            400,
            with("Content-Length : 2\r\n", "{}"),
        ),
        row(
            "folded",
            400,
            with("X-Long: a\r\n b\r\nContent-Length: 2\r\n", "{}"),
        ),
        row(
            "bare line feed",
            400,
            with("X-A: b\nContent-Length: 2\r\n", "{}"),
        ),
        row(
            "bare return",
            400,
            with("X-A: b\rContent-Length: 2\r\n", "{}"),
        ),
        row("nul", 400, with("X-A: \0\r\nContent-Length: 2\r\n", "{}")),
        row(
            "chunk size no number",
            400,
            with(chunked, "zz\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "chunk size signed",
            400,
            with(chunked, "-2\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "chunk size endless",
            400,
            with(chunked, "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "chunk longer than said",
            400,
            with(chunked, "1\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "trailers that pose as headers",
            200,
            with(
                chunked,
                "2\r\n{}\r\n0\r\nHost: evil\r\nAuthorization: Bearer x\r\n\r\n",
            ),
        ),
        row(
            "chunk extensions without end",
            400,
            with(
                chunked,
                &format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "a".repeat(100_000)),
            ),
        ),
        row(
            "trailers without end",
            400,
            with(
                chunked,
                &format!("2\r\n{{}}\r\n0\r\n{}", "X: y\r\n".repeat(50_000)),
            ),
        ),
        row(
            "chunk size with a bare return",
            400,
            with(chunked, "2\r{}\r\n0\r\n\r\n"),
        ),
        row(
            "a second request behind",
            200,
            with(
                "Content-Length: 2\r\n",
                "{}GET /api/v1/audit_verify HTTP/1.1\r\nHost: evil\r\n\r\n",
            ),
        ),
        row(
            "expects the impossible",
            417,
            with("Expect: 200-maybe\r\nContent-Length: 2\r\n", "{}"),
        ),
        row("http 2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        row("http 9", 505, "GET / HTTP/9.9\r\nHost: {host}\r\n\r\n"),
        row("http 0.9", 400, "GET /\r\n"),
        row(
            "chunked in 1.0",
            400,
            with(chunked, "0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0"),
        ),
        row("no HTTP", 400, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        row("no HTTP either", 400, "HELO evil.example\r\n"),
        row(
            "blank in the address",
            400,
            "GET /a b HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_second_request_on_the_line_gets_no_answer() {
    let server = Rehearsal::start(Limits::default()).await;
    let twice = post("session_get", "", "{}").repeat(2);
    let answer = server.say(&twice).await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert_eq!(text, "{\"workspace\":\"rehearsal\"}");
    assert_eq!(answer.header_line("connection"), "close");
}

impl Answer {
    fn header_line(&self, name: &str) -> String {
        self.header(name).to_ascii_lowercase()
    }
}
