//! A conversation on a Direct Line, and how its activities come: over a websocket where the server
//! offers one, otherwise by asking again and again.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Url;

use super::activity::{Activities, Activity};
use crate::connector::config::below;
use crate::connector::exchange::Way;
use crate::connector::{Book, Broken};
use crate::http::{Wire as Bytes, connect};
use crate::webhook::target;

/// So many lines that were told are remembered.
const MOST_TOLD: usize = 50;
/// How often is asked while somebody waits for an answer, and while nobody does.
const BUSY: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_secs(1);
/// A websocket on which nothing comes for so long while somebody waits may be dead.
const SILENT: Duration = Duration::from_secs(10);
/// A message on a websocket has so many bytes at most.
const LONGEST: usize = 1024 * 1024;

/// What is known of a conversation on a Direct Line, over the stretches of Baton's conversation.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Link {
    /// The conversation there; none before it is opened.
    pub(super) id: Option<String>,
    /// Up to where its activities were read.
    #[serde(skip)]
    pub(super) mark: Option<String>,
    /// Up to where what was read has reached whoever it is for: from here it is read again after a
    /// restart. What was said already is known by its name.
    #[serde(rename = "mark")]
    pub(super) settled: Option<String>,
    /// The control epoch of the stretch that was last told something.
    pub(super) epoch: u64,
    /// The newest lines that it was told in that stretch, with the names they have there.
    pub(super) told: Vec<(String, String)>,
    /// Whether it has not answered them.
    pub(super) waits: bool,
    /// Whether it was looked for what was kept before a restart.
    #[serde(skip)]
    pub(super) known: bool,
    /// What was kept last.
    #[serde(skip)]
    kept: Option<Value>,
}

impl Link {
    /// What was kept.
    pub(super) fn read(kept: Option<Value>) -> Self {
        let kept = kept.and_then(|kept| serde_json::from_value::<Self>(kept).ok());
        let kept = kept.unwrap_or_default();
        Self {
            mark: kept.settled.clone(),
            known: true,
            kept: None,
            ..kept
        }
    }

    /// One that was opened just now.
    pub(super) fn opened(id: String) -> Self {
        Self {
            id: Some(id),
            ..Self::read(None)
        }
    }

    /// Keeps how it stands.
    pub(super) async fn keep(&mut self, book: &dyn Book) {
        let stands = serde_json::to_value(&*self).ok();
        if stands != self.kept {
            book.keep(stands.clone()).await;
            self.kept = stands;
        }
    }

    /// Begins, or goes on with, a stretch of that epoch; whether it goes on.
    pub(super) fn stretch(&mut self, epoch: u64) -> bool {
        let goes_on = self.id.is_some() && self.epoch == epoch;
        if !goes_on {
            self.epoch = epoch;
            self.told.clear();
            self.waits = false;
        }
        goes_on
    }

    /// Notes that a line was told, under the name that it has there.
    pub(super) fn tells(&mut self, line: &str, name: String) {
        self.told.push((line.to_owned(), name));
        let older = self.told.len().saturating_sub(MOST_TOLD);
        self.told.drain(..older);
        self.waits = true;
    }

    /// Notes what was told although nothing is known of its arrival.
    pub(super) fn finds(&mut self, read: &Activities) {
        for activity in &read.activities {
            if let Some(line) = activity.own_name()
                && !self.has_named(&activity.id)
            {
                self.tells(line, activity.id.clone());
            }
        }
    }

    /// Whether a line was told in this stretch.
    pub(super) fn has_told(&self, line: &str) -> bool {
        self.told.iter().any(|(told, _)| told == line)
    }

    /// Whether something of that name was told in this stretch.
    pub(super) fn has_named(&self, name: &str) -> bool {
        self.told.iter().any(|(_, told)| told == name)
    }
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
        wire: &Way<'_>,
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

    /// Whether nothing that came waits to be looked at.
    pub(super) fn is_empty(&self) -> bool {
        self.came.is_empty()
    }

    /// Adds what was read before it was opened.
    pub(super) fn add(&mut self, read: Activities) {
        self.came.extend(read.activities);
    }

    fn take(&mut self, read: Activities, link: &mut Link) {
        if let Some(mark) = read.mark() {
            link.settled = link.mark.replace(mark);
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
    wire: &Way<'_>,
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
    use std::collections::VecDeque;

    use serde_json::json;

    use super::{Coming, Link, stream_url};

    #[test]
    fn what_is_kept_goes_on_from_what_has_reached_everybody_and_holds_no_secret() {
        let mut link = Link::opened("c1".to_owned());
        assert!(!link.stretch(3), "it begins");
        link.tells("msg_1", "a1".to_owned());
        let mut coming = Coming {
            socket: None,
            came: VecDeque::new(),
        };
        for mark in ["1", "2"] {
            let read = json!({ "activities": [], "watermark": mark });
            coming.take(serde_json::from_value(read).unwrap(), &mut link);
        }
        let kept = serde_json::to_value(&link).unwrap();
        assert_eq!(
            kept,
            json!({ "id": "c1", "mark": "1", "epoch": 3, "told": [["msg_1", "a1"]], "waits": true })
        );

        let mut link = Link::read(Some(kept));
        assert_eq!(link.mark.as_deref(), Some("1"));
        assert!(link.stretch(3) && link.waits, "it goes on");
        // What was sent when the program ended is found among what is there.
        let there = json!({ "activities": [
            { "id": "a1", "channelData": { "clientActivityID": "msg_1" } },
            { "id": "a2", "channelData": { "clientActivityID": "msg_2" } },
            { "id": "a3", "text": "Hello" },
        ] });
        link.finds(&serde_json::from_value(there).unwrap());
        assert!(link.has_told("msg_2") && link.has_named("a2"));
        assert_eq!(link.told.len(), 2);

        assert!(!link.stretch(4), "another stretch begins");
        assert!(!link.has_named("a1") && !link.waits);
    }

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
