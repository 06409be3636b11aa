//! opsdroid, by its websocket connector: one socket for each stretch of a conversation. What comes
//! back on a socket belongs to its stretch and to nothing else, so an answer that is late dies with
//! it.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::Method;
use hyper::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Url;

use super::config::{BadConfig, Config, below};
use super::exchange::{authorization, broken};
use super::{
    Broken, Connector, Ears, Heard, Later, Line, Mouth, Noted, Says, Sending, Stretch, Voice, words,
};
use crate::http::{Asking, Wire, ask, connect};
use crate::wire::control::ReasonGiven;
use crate::wire::packet::GivenPacket;

/// What an answer begins with that is no words for the customer but a wish for a person.
const HANDOFF: &str = "HANDOFF";
/// An answer may have so many bytes.
const LONGEST: usize = 64 * 1024;

/// A bot built with opsdroid.
pub struct Opsdroid {
    url: Url,
    limit: Duration,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Deserialize)]
struct Given {
    socket: String,
}

type Socket = WebSocketStream<Box<dyn Wire>>;

impl Opsdroid {
    /// A bot of these settings.
    ///
    /// # Errors
    /// When they are none.
    pub fn new(config: &Config, key: Option<SecretString>) -> Result<Self, BadConfig> {
        let mut headers = Vec::new();
        if let Some(key) = key {
            // As opsdroid wants it: the token itself.
            headers.push(authorization(key.expose_secret().trim())?);
        }
        Ok(Self {
            url: below(&config.address()?, "connector/websocket"),
            limit: Duration::from_secs(u64::from(config.limit_s())),
            headers,
        })
    }

    /// Asks for a socket and opens it; its name and itself.
    async fn open(&self) -> Result<(String, Socket), Broken> {
        let asking = Asking {
            method: Method::POST,
            url: &self.url,
            headers: self.headers.clone(),
            body: String::new(),
        };
        let reply = ask(asking).await.map_err(broken)?;
        match reply.status {
            200 => {}
            401 | 403 => return Err(Broken::KeyRefused),
            status => return Err(Broken::Refused(status)),
        }
        let given = reply.whole(LONGEST).await.map_err(broken)?;
        let given: Given =
            serde_json::from_slice(&given).map_err(|_| Broken::Unreadable("it gives no socket"))?;
        let mut url = below(&self.url, &given.socket);
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme)
            .map_err(|()| Broken::Unreadable("it gives no socket"))?;
        let mut request = url
            .as_str()
            .into_client_request()
            .map_err(|_| Broken::Unreadable("it gives no socket"))?;
        for (name, value) in &self.headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        let wire = connect(&url).await.map_err(broken)?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(LONGEST))
            .max_frame_size(Some(LONGEST));
        let opened = client_async_with_config(request, wire, Some(config)).await;
        let (socket, _) = opened.map_err(broke_off)?;
        Ok((given.socket, socket))
    }

    /// Talks over a socket, until the stretch is over or the socket breaks.
    async fn talk(
        &self,
        stretch: &Stretch,
        first: Vec<Line>,
        ears: &mut Ears,
        mouth: &Mouth,
        waiting: &mut Vec<Noted>,
    ) -> Result<Ended, Broken> {
        let opened = tokio::time::timeout(self.limit, self.open()).await;
        let opened = opened.unwrap_or(Err(Broken::TooSlow(self.limit.as_secs())));
        let (name, mut socket) = opened?;
        let tell = Telling {
            to: below(&self.url, &name).to_string(),
            socket: name,
            user: stretch.conversation.clone(),
        };
        tell.words(&mut socket, &first, mouth, waiting).await?;
        loop {
            tokio::select! {
                heard = ears.recv() => match heard {
                    Some(Heard::Words(lines)) => {
                        tell.words(&mut socket, &lines, mouth, waiting).await?;
                    }
                    Some(Heard::Came(_)) => {}
                    Some(Heard::Over { .. }) | None => {
                        // Whether it hears that or not, nobody listens to it any more.
                        let _ = socket.close(None).await;
                        return Ok(Ended::Over);
                    }
                },
                came = socket.next() => match came {
                    Some(Ok(Message::Text(text))) => {
                        for noted in waiting.drain(..) {
                            mouth.book.end(noted, None, "answered").await;
                        }
                        if let Some(says) = meant(text.as_str()) {
                            mouth.say(says).await;
                        }
                    }
                    // Nothing is lost with a socket on which nothing is asked.
                    Some(Ok(Message::Close(_)) | Err(_)) | None if waiting.is_empty() => {
                        return Ok(Ended::Idle);
                    }
                    Some(Ok(Message::Close(_))) | None => {
                        return Err(Broken::BrokeOff("it closed the socket".to_owned()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(broke_off(error)),
                },
            }
        }
    }
}

/// How a socket came to its end.
enum Ended {
    /// The stretch is over.
    Over,
    /// It broke while nobody waited for an answer.
    Idle,
}

/// How words go to a bot.
struct Telling {
    to: String,
    socket: String,
    user: String,
}

impl Telling {
    async fn words(
        &self,
        socket: &mut Socket,
        lines: &[Line],
        mouth: &Mouth,
        waiting: &mut Vec<Noted>,
    ) -> Result<(), Broken> {
        let said = lines.iter().filter(|line| line.voice == Voice::Customer);
        for line in said {
            // Without the name of the socket opsdroid answers on the first one that is open.
            let body = json!({ "message": line.text, "user": self.user, "socket": self.socket });
            let body = body.to_string();
            let sending = Sending {
                to: self.to.clone(),
                body: body.clone(),
                most_tokens: 0,
                quotes: Vec::new(),
            };
            waiting.push(mouth.book.begin(sending).await?);
            let sent = socket.send(Message::text(body)).await;
            sent.map_err(broke_off)?;
        }
        Ok(())
    }
}

impl Connector for Opsdroid {
    fn hold<'a>(
        &'a self,
        stretch: &'a Stretch,
        ears: &'a mut Ears,
        mouth: &'a Mouth,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(async move {
            // A socket is opened when there is something to be said: there are few of them.
            while let Some(first) = words(ears).await {
                let mut waiting = Vec::new();
                let ended = self.talk(stretch, first, ears, mouth, &mut waiting).await;
                let how = match &ended {
                    Ok(_) => "given_up",
                    Err(broken) => broken.code(),
                };
                for noted in waiting {
                    mouth.book.end(noted, None, how).await;
                }
                match ended? {
                    Ended::Over => break,
                    Ended::Idle => {}
                }
            }
            Ok(())
        })
    }
}

/// What a bot means by a text: words for the customer, or a wish for a person.
fn meant(text: &str) -> Option<Says> {
    let text = text.trim();
    let wish = text
        .strip_prefix(HANDOFF)
        .filter(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
    let Some(wish) = wish else {
        return (!text.is_empty()).then(|| Says::Words {
            text: text.to_owned(),
            name: None,
            report: None,
            grounds: None,
        });
    };
    let summary = wish.trim_start_matches([':', ' ', '\n', '\r', '\t']);
    let packet = (!summary.is_empty()).then(|| {
        Box::new(GivenPacket {
            summary: summary.to_owned(),
            ..GivenPacket::default()
        })
    });
    Some(Says::HandsOver {
        reason: ReasonGiven {
            code: "unspecified".to_owned(),
            text: String::new(),
        },
        packet,
    })
}

fn broke_off(error: Error) -> Broken {
    match error {
        Error::Http(answer) => Broken::Refused(answer.status().as_u16()),
        Error::Capacity(_) => Broken::TooMuch,
        other => Broken::BrokeOff(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::connector::Says;

    #[test]
    fn a_wish_for_a_person_is_no_words_for_the_customer() {
        for (text, summary) in [
            ("HANDOFF", None),
            ("HANDOFF: wants a refund", Some("wants a refund")),
            (
                " HANDOFF\nwants a refund\nfor A-17",
                Some("wants a refund\nfor A-17"),
            ),
        ] {
            let Some(Says::HandsOver { packet, .. }) = meant(text) else {
                panic!("{text} is a wish");
            };
            assert_eq!(packet.map(|packet| packet.summary).as_deref(), summary);
        }
        for words in [
            "Hello",
            "HANDOFFS are fun",
            "handoff",
            "a HANDOFF",
            "HANDOFF_2",
        ] {
            assert!(matches!(meant(words), Some(Says::Words { .. })), "{words}");
        }
        assert!(meant(" \n").is_none());
    }
}
