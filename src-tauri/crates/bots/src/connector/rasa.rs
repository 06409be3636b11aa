//! Rasa, by its REST channel or its callback channel, and by the HTTP interface to its trackers.
//!
//! One sender of Rasa's stands for a conversation, over all of its stretches. While people have it
//! the tracker is paused, and when the bot gets it back the tracker goes on, with what people said
//! in it. What the tracker knows goes into the packet after every answer, so that it is there
//! however control leaves the bot.

mod answer;
mod tracker;

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::config::{BadConfig, Config, below};
use super::exchange::{Line as Wire, UnderWay};
use super::{Broken, Connector, Ears, Heard, Later, Line, Mouth, Says, Stretch, Voice};
use crate::wire::control::{ControllerView, ReasonGiven};
use crate::wire::packet::GivenPacket;
use crate::wire::report::Report;
use answer::{Answer, Wish};
use tracker::Tracker;

/// An answer or a tracker has so many bytes at most.
const LONGEST: usize = 2 * 1024 * 1024;

/// A bot of Rasa.
pub struct Rasa {
    webhook: Url,
    trackers: Url,
    token: Option<SecretString>,
    limit: Duration,
    /// Whether what it says comes to the door, and not as the answer to what it is told.
    calls_back: bool,
}

impl Rasa {
    /// A bot of these settings.
    ///
    /// # Errors
    /// When they are none.
    pub fn new(config: &Config, key: Option<SecretString>) -> Result<Self, BadConfig> {
        let url = config.address()?;
        let channel = match config.callback {
            true => "webhooks/callback/webhook",
            false => "webhooks/rest/webhook",
        };
        if let Some(key) = &key
            && key.expose_secret().chars().any(char::is_control)
        {
            return Err(BadConfig::Key);
        }
        Ok(Self {
            webhook: below(&url, channel),
            trackers: below(&url, "conversations"),
            token: key,
            limit: Duration::from_secs(u64::from(config.limit_s())),
            calls_back: config.callback,
        })
    }
}

impl Connector for Rasa {
    fn hold<'a>(
        &'a self,
        stretch: &'a Stretch,
        ears: &'a mut Ears,
        mouth: &'a Mouth,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(async move {
            let talk = Talk {
                rasa: self,
                stretch,
                mouth,
                under_way: UnderWay::default(),
            };
            let held = talk.hold(ears).await;
            talk.under_way.give_up(mouth.book.as_ref()).await;
            held
        })
    }
}

/// What came of telling a bot something.
#[derive(Default)]
struct Turned {
    answers: Vec<Answer>,
    tracker: Option<Tracker>,
}

/// How a stretch stands.
#[derive(Default)]
struct Stand {
    /// What the customer said that the bot was not told yet.
    lines: Vec<Line>,
    /// Whether the bot was told anything.
    told: bool,
    /// Whether it has spoken by the other way since it was told something.
    spoke: bool,
    /// The wish for a person that came by the other way.
    wish: Option<Wish>,
    /// What it knows.
    knows: GivenPacket,
    /// Whether its tracker sleeps.
    paused: bool,
}

/// How listening came to its end.
enum End {
    /// Somebody else has control now.
    Over(ControllerView),
    /// Nobody speaks to it any more.
    Gone,
}

/// A stretch with a bot.
struct Talk<'a> {
    rasa: &'a Rasa,
    stretch: &'a Stretch,
    mouth: &'a Mouth,
    under_way: UnderWay,
}

impl Talk<'_> {
    async fn hold(&self, ears: &mut Ears) -> Result<(), Broken> {
        let mut stand = Stand::default();
        let end = self.listen(ears, &mut stand).await?;
        // One that sleeps knows already, and one whom nobody follows may go on.
        if let End::Over(holder) = end
            && stand.told
            && !stand.paused
            && holder.kind != "nobody"
        {
            self.record(vec![json!({ "event": "pause" })]).await?;
        }
        Ok(())
    }

    async fn listen(&self, ears: &mut Ears, stand: &mut Stand) -> Result<End, Broken> {
        loop {
            if stand.lines.is_empty() {
                match ears.recv().await {
                    Some(Heard::Words(lines)) => stand.lines = lines,
                    // It speaks by itself, as when it reminds somebody, or later than it was told.
                    Some(Heard::Came(body)) => {
                        self.take(body, stand).await;
                        if let Some(wish) = stand.wish.take() {
                            self.hand_over(wish, stand.knows.clone()).await;
                        }
                    }
                    Some(Heard::Over { holder, .. }) => return Ok(End::Over(holder)),
                    None => return Ok(End::Gone),
                }
                continue;
            }
            let lines = std::mem::take(&mut stand.lines);
            let first = !std::mem::replace(&mut stand.told, true);
            let turning = self.turn(&lines, first);
            tokio::pin!(turning);
            let turned = loop {
                tokio::select! {
                    turned = &mut turning => break turned?,
                    heard = ears.recv() => match heard {
                        Some(Heard::Words(more)) => stand.lines.extend(more),
                        Some(Heard::Came(body)) => self.take(body, stand).await,
                        Some(Heard::Over { holder, .. }) => return Ok(End::Over(holder)),
                        None => return Ok(End::Gone),
                    },
                }
            };
            self.carry(turned, stand).await?;
        }
    }

    /// Says what came to the door.
    async fn take(&self, body: Value, stand: &mut Stand) {
        let answer = Answer::read(body);
        if let Some(text) = answer.words() {
            stand.spoke = true;
            self.say(text, None).await;
        }
        stand.wish = answer.wish().or(stand.wish.take());
    }

    /// Carries out what a bot answered.
    async fn carry(&self, turned: Turned, stand: &mut Stand) -> Result<(), Broken> {
        let tracker = turned.tracker.unwrap_or_default();
        stand.paused = tracker.paused;
        stand.knows = tracker.packet();
        if stand.knows != GivenPacket::default() {
            let knows = Box::new(stand.knows.clone());
            self.mouth.say(Says::Knows(knows)).await;
        }
        let mut report = tracker.report();
        if std::mem::take(&mut stand.spoke)
            && let Some(report) = report.take()
        {
            self.mouth.say(Says::Doing(report)).await;
        }
        let mut spoke = false;
        for answer in turned.answers {
            if let Some(text) = answer.words() {
                spoke = true;
                self.say(text, report.take()).await;
            }
            stand.wish = answer.wish().or(stand.wish.take());
        }
        let sleeps = || Wish {
            reason: tracker.fell_back().then(|| ReasonGiven {
                code: "low_confidence".to_owned(),
                text: String::new(),
            }),
            summary: String::new(),
        };
        let wish = stand.wish.take().or_else(|| tracker.paused.then(sleeps));
        if let Some(wish) = wish {
            self.hand_over(wish, stand.knows.clone()).await;
            return Ok(());
        }
        // What is said at the door may still be on its way.
        if !spoke && !self.rasa.calls_back && stand.lines.is_empty() {
            return Err(Broken::Unreadable("it said nothing"));
        }
        Ok(())
    }

    async fn say(&self, text: String, report: Option<Report>) {
        let words = Says::Words {
            text,
            name: None,
            report,
            grounds: None,
        };
        self.mouth.say(words).await;
    }

    async fn hand_over(&self, wish: Wish, mut packet: GivenPacket) {
        packet.summary = wish.summary;
        let reason = wish.reason.unwrap_or_else(|| ReasonGiven {
            code: "unspecified".to_owned(),
            text: String::new(),
        });
        let packet = (packet != GivenPacket::default()).then(|| Box::new(packet));
        self.mouth.say(Says::HandsOver { reason, packet }).await;
    }

    /// Tells the bot what the customer said, and reads what it answers and knows.
    async fn turn(&self, lines: &[Line], fresh: bool) -> Result<Turned, Broken> {
        if fresh {
            self.go_on().await?;
        }
        let mut answers = Vec::new();
        for line in lines.iter().filter(|line| line.voice == Voice::Customer) {
            let body = json!({ "sender": self.stretch.conversation, "message": line.text });
            let webhook = &self.rasa.webhook;
            let answer = self.wire().post(webhook, webhook, &body).await?;
            if self.rasa.calls_back {
                continue;
            }
            let answer: Vec<Value> = serde_json::from_slice(&answer)
                .map_err(|_| Broken::Unreadable("its answer is no list of messages"))?;
            answers.extend(answer.into_iter().map(Answer::read));
        }
        Ok(Turned {
            answers,
            tracker: self.tracker().await?,
        })
    }

    /// Lets a paused tracker go on, with what people said meanwhile.
    async fn go_on(&self) -> Result<(), Broken> {
        let paused = self.tracker().await?.is_some_and(|tracker| tracker.paused);
        if !paused {
            return Ok(());
        }
        let mut events = vec![json!({ "event": "resume" })];
        let own = |line: &&Line| line.voice != Voice::Bot;
        let since: Vec<&Line> = self.stretch.before.iter().rev().take_while(own).collect();
        for line in since.iter().rev().filter(|line| line.voice == Voice::Agent) {
            events.push(json!({ "event": "agent", "text": line.text }));
        }
        if let Some(returned) = &self.stretch.returned {
            events.push(json!({
                "event": "slot",
                "name": "baton_returned",
                "value": { "summary": returned.summary, "allowed": returned.allowed },
            }));
        }
        self.record(events).await
    }

    /// Writes into the tracker. A server whose interface is shut has none to write into.
    async fn record(&self, events: Vec<Value>) -> Result<(), Broken> {
        let shown = self.own("tracker/events");
        let url = self.keyed(shown.clone());
        match self.wire().post(&shown, &url, &events).await {
            Ok(_) | Err(Broken::Refused(404 | 405)) => Ok(()),
            Err(broken) => Err(broken),
        }
    }

    /// The tracker; none where it cannot be read. A wrong key is told, since it would never be.
    async fn tracker(&self) -> Result<Option<Tracker>, Broken> {
        let url = self.keyed(self.own("tracker"));
        match self.wire().get(&url).await {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(Broken::KeyRefused) => Err(Broken::KeyRefused),
            Err(_) => Ok(None),
        }
    }

    fn own(&self, what: &str) -> Url {
        let path = format!("{}/{what}", self.stretch.conversation);
        below(&self.rasa.trackers, &path)
    }

    /// As Rasa wants it, the key goes along in the address.
    fn keyed(&self, mut url: Url) -> Url {
        if let Some(token) = &self.rasa.token {
            let token = token.expose_secret().trim();
            url.query_pairs_mut().append_pair("token", token);
        }
        url
    }

    fn wire(&self) -> Wire<'_> {
        Wire {
            book: self.mouth.book.as_ref(),
            under_way: &self.under_way,
            headers: &[],
            limit: self.rasa.limit,
            longest: LONGEST,
        }
    }
}
