//! Reading what comes over HTTP, for servers that the stories play themselves.

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// One request, as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its first line and its headers.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Request {
    /// Reads a whole request; none when the other side goes away before.
    pub async fn read(socket: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        loop {
            let mut piece = [0_u8; 4096];
            let read = socket.read(&mut piece).await.unwrap_or(0);
            if read == 0 {
                return None;
            }
            bytes.extend_from_slice(&piece[..read]);
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let mut request = Self {
                head: String::from_utf8(bytes[..end].to_vec()).unwrap(),
                body: Vec::new(),
            };
            let length = request.header("content-length");
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if let Some(body) = bytes.get(end + 4..end + 4 + length) {
                request.body = body.to_vec();
                return Some(request);
            }
        }
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}
