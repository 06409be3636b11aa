//! A conversation on a Direct Line, and how its activities come: over a websocket where the server
//! offers one, otherwise by asking again and again.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde::Deserialize;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Url;

use super::activity::{Activities, Activity};
use crate::connector::Broken;
use crate::connector::config::below;
use crate::connector::exchange::Line as Wire;
use crate::http::{Wire as Bytes, connect};
use crate::webhook::target;

/// How often is asked while somebody waits for an answer, and while nobody does.
const BUSY: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_secs(1);
/// A websocket on which nothing comes for so long while somebody waits may be dead.
const SILENT: Duration = Duration::from_secs(10);
/// A message on a websocket has so many bytes at most.
const LONGEST: usize = 1024 * 1024;

/// What is known of a conversation on a Direct Line, over the stretches of Baton's conversation.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// The conversation there; none before it is opened.
    pub(super) id: Option<String>,
    /// Up to where its activities were read.
    pub(super) mark: Option<String>,
}

/// What a server says of a conversation.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Given {
    pub(super) conversation_id: String,
    pub(super) stream_url: Option<String>,
}

/// How activities come.
pub(super) struct Coming {
    socket: Option<WebSocketStream<Box<dyn Bytes>>>,
    came: VecDeque<Activity>,
}

impl Coming {
    /// Opens the websocket that a server offers, if it does.
    pub(super) async fn open(offered: Option<&str>, limit: Duration) -> Self {
        let opening = async {
            let url = stream_url(offered?)?;
            let request = url.as_str().into_client_request().ok()?;
            let wire = connect(&url).await.ok()?;
            let config = WebSocketConfig::default()
                .max_message_size(Some(LONGEST))
                .max_frame_size(Some(LONGEST));
            let opened = client_async_with_config(request, wire, Some(config)).await;
            opened.ok().map(|(socket, _)| socket)
        };
        let socket = tokio::time::timeout(limit, opening).await.ok().flatten();
        Self {
            socket,
            came: VecDeque::new(),
        }
    }

    /// The next activity. Without a websocket the server is asked; so it is, too, when the socket
    /// breaks.
    pub(super) async fn next(
        &mut self,
        wire: &Wire<'_>,
        base: &Url,
        link: &mut Link,
        somebody_waits: bool,
    ) -> Result<Activity, Broken> {
        loop {
            if let Some(activity) = self.came.pop_front() {
                return Ok(activity);
            }
            let read = match &mut self.socket {
                Some(socket) => match heard(socket, somebody_waits).await {
                    // An empty message says that the socket lives.
                    Some(Ok(Message::Text(text))) if text.trim().is_empty() => continue,
                    Some(Ok(Message::Text(text))) => serde_json::from_str(text.as_str())
                        .map_err(|_| Broken::Unreadable("what came is no list of activities"))?,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => {
                        self.socket = None;
                        continue;
                    }
                    Some(Ok(_)) => continue,
                },
                None => {
                    tokio::time::sleep(if somebody_waits { BUSY } else { IDLE }).await;
                    activities(wire, base, link).await?
                }
            };
            self.take(read, link);
        }
    }

    fn take(&mut self, read: Activities, link: &mut Link) {
        if let Some(mark) = read.mark() {
            link.mark = Some(mark);
        }
        self.came.extend(read.activities);
    }
}

/// What comes on a websocket; none when it is over, or may be.
async fn heard(
    socket: &mut WebSocketStream<Box<dyn Bytes>>,
    somebody_waits: bool,
) -> Option<Result<Message, Error>> {
    if !somebody_waits {
        return socket.next().await;
    }
    let heard = tokio::time::timeout(SILENT, socket.next()).await;
    heard.ok().flatten()
}

/// The activities after what was read.
pub(super) async fn activities(
    wire: &Wire<'_>,
    base: &Url,
    link: &Link,
) -> Result<Activities, Broken> {
    let id = link.id.as_deref().unwrap_or_default();
    let mut url = below(base, &format!("conversations/{id}/activities"));
    if let Some(mark) = &link.mark {
        url.query_pairs_mut().append_pair("watermark", mark);
    }
    let read = wire.get(&url).await?;
    serde_json::from_slice(&read)
        .map_err(|_| Broken::Unreadable("what came is no list of activities"))
}

/// The address of a websocket, on the terms of every address that customers' words go to.
fn stream_url(offered: &str) -> Option<Url> {
    let (scheme, rest) = offered.split_once(':')?;
    let plain = match scheme {
        "wss" => "https",
        "ws" => "http",
        _ => return None,
    };
    let mut url = target(&format!("{plain}:{rest}")).ok()?;
    // A scheme of the same family is never refused.
    url.set_scheme(scheme).ok()?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::stream_url;

    #[test]
    fn a_websocket_is_encrypted_or_on_this_machine() {
        for fine in [
            "wss://directline.example.org/v3/stream?watermark=-&t=a.b",
            "ws://127.0.0.1:13000/stream",
        ] {
            assert_eq!(stream_url(fine).unwrap().as_str(), fine);
        }
        for bad in [
            "ws://directline.example.org/s",
            "https://example.org",
            "wss:",
            "",
        ] {
            assert!(stream_url(bad).is_none(), "{bad}");
        }
    }
}
