//! Rasa, by its REST channel or its callback channel, and by the HTTP interface to its trackers.
//!
//! One sender of Rasa's stands for a conversation, over all of its stretches. While people have it
//! the tracker is paused, and when the bot gets it back the tracker goes on, with what people said
//! in it. What the tracker knows goes into the packet after every answer, so that it is there
//! however control leaves the bot.

mod answer;
mod tracker;
mod trackers;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::config::{BadConfig, Config, below};
use super::exchange::{Line as Wire, UnderWay};
use super::{Book, Broken, Connector, Ears, Heard, Later, Line, Mouth, News, Says, Stretch, Voice};
use crate::wire::control::{ControllerView, ReasonGiven};
use crate::wire::packet::GivenPacket;
use crate::wire::report::Report;
use answer::{Answer, Wish};
use tracker::Tracker;
use trackers::Trackers;

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
    /// The conversations whose stretches were held since Baton began: these pause at their end.
    held: Mutex<BTreeSet<String>>,
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
            held: Mutex::default(),
        })
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wire<'a>(&self, book: &'a dyn Book, under_way: &'a UnderWay) -> Wire<'a> {
        Wire {
            book,
            under_way,
            headers: &[],
            limit: self.limit,
            longest: LONGEST,
        }
    }

    fn trackers<'a>(
        &'a self,
        conversation: &str,
        book: &'a dyn Book,
        under_way: &'a UnderWay,
    ) -> Trackers<'a> {
        Trackers {
            url: below(&self.trackers, conversation),
            token: self.token.as_ref(),
            wire: self.wire(book, under_way),
        }
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
            self.held().insert(stretch.conversation.clone());
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

    fn follows(&self) -> bool {
        true
    }

    fn learns<'a>(
        &'a self,
        conversation: &'a str,
        news: News,
        book: &'a dyn Book,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(async move {
            match news {
                News::Taken => {
                    // One that was not held since a restart has nobody else who pauses it.
                    let held = self.held().contains(conversation);
                    let awake = |kept: Known| !kept.paused;
                    if !held && Known::read(book.kept().await).is_some_and(awake) {
                        let under_way = UnderWay::default();
                        let trackers = self.trackers(conversation, book, &under_way);
                        let sleeps = trackers.read().await?.is_some_and(|tracker| tracker.paused);
                        if !sleeps {
                            trackers.pause().await?;
                        }
                        Known { paused: true }.keep(book).await;
                    }
                    Ok(())
                }
                News::Ended { closed: true, .. } => {
                    self.held().remove(conversation);
                    book.keep(None).await;
                    Ok(())
                }
                News::Ended { closed: false, .. } => Ok(()),
            }
        })
    }
}

/// What is known of a conversation at Rasa after a restart, too.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    /// Whether its tracker sleeps.
    paused: bool,
}

impl Known {
    /// What was kept; none when the bot was told nothing.
    fn read(kept: Option<Value>) -> Option<Self> {
        serde_json::from_value(kept?).ok()
    }

    async fn keep(&self, book: &dyn Book) {
        book.keep(serde_json::to_value(self).ok()).await;
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
            self.trackers().pause().await?;
            Known { paused: true }.keep(self.mouth.book.as_ref()).await;
        } else if stand.paused {
            Known { paused: true }.keep(self.mouth.book.as_ref()).await;
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
            Known::default().keep(self.mouth.book.as_ref()).await;
        }
        self.whisper(lines).await?;
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
            tracker: self.trackers().read().await?,
        })
    }

    /// Has it know what the team says to it alone.
    async fn whisper(&self, lines: &[Line]) -> Result<(), Broken> {
        let whispered = lines.iter().filter(|line| line.voice == Voice::Team);
        let whispered: Vec<&str> = whispered.map(|line| line.text.as_str()).collect();
        if whispered.is_empty() {
            return Ok(());
        }
        let whispered = whispered.join("\n");
        let slot = json!({ "event": "slot", "name": "baton_whisper", "value": whispered });
        self.trackers().record(vec![slot]).await
    }

    /// Lets a paused tracker go on, with what people said meanwhile.
    async fn go_on(&self) -> Result<(), Broken> {
        let paused = self
            .trackers()
            .read()
            .await?
            .is_some_and(|tracker| tracker.paused);
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
        self.trackers().record(events).await
    }

    fn trackers(&self) -> Trackers<'_> {
        let book = self.mouth.book.as_ref();
        self.rasa
            .trackers(&self.stretch.conversation, book, &self.under_way)
    }

    fn wire(&self) -> Wire<'_> {
        self.rasa.wire(self.mouth.book.as_ref(), &self.under_way)
    }
}
