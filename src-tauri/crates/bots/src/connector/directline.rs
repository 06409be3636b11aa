//! Bots of the Bot Framework, over Direct Line 3.0.
//!
//! One conversation there stands for one here, over all of its stretches. The bot asks for a person
//! with the event `handoff.initiate`, and hears with `handoff.status` what came of it. What it says
//! to something of an earlier stretch is said to nobody: each answer names what it answers.

mod activity;
mod link;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Mutex, OwnedMutexGuard};
use url::Url;

use super::config::{BadConfig, Config, below};
use super::exchange::{UnderWay, Way, authorization};
use super::{
    Book, Broken, Connector, Ears, Heard, Later, Line, Mouth, News, Returned, Says, Stretch, Voice,
    words,
};
use activity::{Activity, Meaning};
use link::{Coming, Given, Link, activities};

/// An answer has so many bytes at most.
const LONGEST: usize = 2 * 1024 * 1024;
/// Conversations that are remembered; of more the oldest begin anew.
const REMEMBERED: usize = 10_000;

/// A bot behind a Direct Line.
pub struct DirectLine {
    url: Url,
    limit: Duration,
    headers: Vec<(HeaderName, HeaderValue)>,
    links: std::sync::Mutex<BTreeMap<String, Arc<Mutex<Link>>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    id: String,
}

impl DirectLine {
    /// A bot of these settings.
    ///
    /// # Errors
    /// When they are none.
    pub fn new(config: &Config, key: Option<SecretString>) -> Result<Self, BadConfig> {
        let mut headers = Vec::new();
        if let Some(key) = key {
            let bearer = format!("Bearer {}", key.expose_secret().trim());
            headers.push(authorization(&bearer)?);
        }
        Ok(Self {
            url: config.address()?,
            limit: Duration::from_secs(u64::from(config.limit_s())),
            headers,
            links: std::sync::Mutex::default(),
        })
    }

    fn wire<'a>(&'a self, book: &'a dyn Book, under_way: &'a UnderWay) -> Way<'a> {
        Way {
            book,
            under_way,
            headers: &self.headers,
            limit: self.limit,
            longest: LONGEST,
        }
    }

    /// The link of a conversation, for one at a time.
    async fn link(&self, conversation: &str, book: &dyn Book) -> OwnedMutexGuard<Link> {
        let link = {
            let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            if links.len() >= REMEMBERED && !links.contains_key(conversation) {
                links.pop_first();
            }
            Arc::clone(links.entry(conversation.to_owned()).or_default())
        };
        let mut link = link.lock_owned().await;
        if !link.known {
            *link = Link::read(book.kept().await);
        }
        link
    }

    fn forget(&self, conversation: &str) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.remove(conversation);
    }
}

impl Connector for DirectLine {
    fn hold<'a>(
        &'a self,
        stretch: &'a Stretch,
        ears: &'a mut Ears,
        mouth: &'a Mouth,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(async move {
            let under_way = UnderWay::default();
            let Some(first) = words(ears).await else {
                return Ok(());
            };
            let talk = Talk {
                line: self,
                stretch,
                mouth,
                wire: self.wire(mouth.book.as_ref(), &under_way),
            };
            let mut link = self.link(&stretch.conversation, mouth.book.as_ref()).await;
            let held = talk.hold(first, ears, &mut link).await;
            under_way.give_up(mouth.book.as_ref()).await;
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
            let link = self.link(conversation, book).await;
            let Some(id) = &link.id else {
                return Ok(());
            };
            let state = match news {
                News::Taken => "accepted",
                News::Ended { taken: true, .. } => "completed",
                News::Ended { taken: false, .. } => "failed",
            };
            let under_way = UnderWay::default();
            let wire = self.wire(book, &under_way);
            let url = below(&self.url, &format!("conversations/{id}/activities"));
            let told = wire
                .post(&url, &url, &activity::status(conversation, state))
                .await;
            if matches!(news, News::Ended { closed: true, .. }) {
                self.forget(conversation);
                book.keep(None).await;
            }
            told.map(|_| ())
        })
    }
}

/// A stretch with a bot.
struct Talk<'a> {
    line: &'a DirectLine,
    stretch: &'a Stretch,
    mouth: &'a Mouth,
    wire: Way<'a>,
}

/// How a stretch stands.
struct Stand {
    /// What the customer said that the bot was not told yet.
    lines: Vec<Line>,
    /// Whether the conversation there was opened in this stretch.
    fresh: bool,
    /// Whether the customer waits.
    waits: bool,
    writing: bool,
}

/// How a line came to its end.
enum Ended {
    /// The stretch is over.
    Over,
    /// The bot has ended the conversation there; the next words need another one.
    There,
    /// It broke while nobody waited for an answer.
    Idle,
}

impl Talk<'_> {
    async fn hold(&self, first: Vec<Line>, ears: &mut Ears, link: &mut Link) -> Result<(), Broken> {
        let mut goes_on = link.stretch(self.stretch.epoch);
        let mut stand = Stand {
            lines: first,
            fresh: false,
            waits: true,
            writing: false,
        };
        let mut returned = self.stretch.returned.as_ref();
        loop {
            stand.fresh = link.id.is_none();
            let opening = self.open(goes_on, returned.take(), link);
            let Some(coming) = until_over(opening, ears, &mut stand.lines).await else {
                return Ok(());
            };
            let coming = coming?;
            // What it was asked before a restart it is not asked again.
            if link.waits {
                stand.lines.retain(|line| !link.has_told(&line.id));
            }
            goes_on = true;
            match self.talk(coming, ears, link, &mut stand).await? {
                Ended::Over => return Ok(()),
                Ended::There => {
                    *link = Link::read(None);
                    link.stretch(self.stretch.epoch);
                    link.keep(self.mouth.book.as_ref()).await;
                }
                Ended::Idle => {}
            }
            match words(ears).await {
                Some(lines) => stand.lines = lines,
                None => return Ok(()),
            }
        }
    }

    async fn talk(
        &self,
        mut coming: Coming,
        ears: &mut Ears,
        link: &mut Link,
        stand: &mut Stand,
    ) -> Result<Ended, Broken> {
        loop {
            if !stand.lines.is_empty() {
                let lines = std::mem::take(&mut stand.lines);
                let telling = self.tell(&lines, link);
                match until_over(telling, ears, &mut stand.lines).await {
                    Some(told) => told?,
                    None => return Ok(Ended::Over),
                }
                stand.waits = true;
                continue;
            }
            tokio::select! {
                heard = ears.recv() => match heard {
                    Some(Heard::Words(lines)) => stand.lines = lines,
                    Some(Heard::Came(_)) => {}
                    Some(Heard::Over { .. }) | None => return Ok(Ended::Over),
                },
                came = coming.next(&self.wire, &self.line.url, link, stand.waits) => match came {
                    Ok(activity) => {
                        if self.take(activity, stand, link).await {
                            return Ok(Ended::There);
                        }
                        if coming.is_empty() {
                            link.keep(self.mouth.book.as_ref()).await;
                        }
                    }
                    // Nothing is lost with a line on which nothing is asked.
                    Err(_) if !stand.waits => return Ok(Ended::Idle),
                    Err(broken) => return Err(broken),
                },
            }
        }
    }

    /// Opens a conversation, or goes on with the one there is: from how it stands now or, in a
    /// stretch that goes on after a restart, from where it was heard.
    async fn open(
        &self,
        goes_on: bool,
        returned: Option<&Returned>,
        link: &mut Link,
    ) -> Result<Coming, Broken> {
        let mut missed = None;
        let conversations = below(&self.line.url, "conversations");
        let given = match link.id.clone() {
            Some(id) => match activities(&self.wire, &self.line.url, link).await {
                Ok(read) => {
                    link.mark = read.mark().or(link.mark.take());
                    if goes_on {
                        link.finds(&read);
                        missed = Some(read);
                    } else {
                        // What was said meanwhile was said to nobody.
                        link.settled.clone_from(&link.mark);
                    }
                    let mut url = below(&conversations, &id);
                    if let Some(mark) = &link.mark {
                        url.query_pairs_mut().append_pair("watermark", mark);
                    }
                    let given = self.wire.get(&url).await.ok();
                    let given =
                        given.and_then(|bytes| serde_json::from_slice::<Given>(&bytes).ok());
                    Some(given.unwrap_or_default())
                }
                // It is too old to be known.
                Err(Broken::Refused(400..=404 | 410)) => None,
                Err(broken) => return Err(broken),
            },
            None => None,
        };
        let given = match given {
            Some(given) => given,
            None => {
                let user = json!({ "user": { "id": self.stretch.conversation } });
                let opened = self
                    .wire
                    .post(&conversations, &conversations, &user)
                    .await?;
                let given: Given = serde_json::from_slice(&opened)
                    .map_err(|_| Broken::Unreadable("it opens no conversation"))?;
                if given.conversation_id.is_empty()
                    || given.conversation_id.contains(['/', '?', '#'])
                {
                    return Err(Broken::Unreadable("it opens no conversation"));
                }
                *link = Link::opened(given.conversation_id.clone());
                link.stretch(self.stretch.epoch);
                link.keep(self.mouth.book.as_ref()).await;
                given
            }
        };
        if let Some(returned) = returned {
            let event = activity::returned(&self.stretch.conversation, returned);
            self.send(&event, link).await?;
        }
        let mut coming = Coming::open(given.stream_url.as_deref(), self.line.limit).await;
        if let Some(missed) = missed {
            coming.add(missed);
        }
        Ok(coming)
    }

    async fn tell(&self, lines: &[Line], link: &mut Link) -> Result<(), Broken> {
        // Whoever speaks now has heard what was said so far.
        link.settled.clone_from(&link.mark);
        for line in lines.iter().filter(|line| line.voice == Voice::Team) {
            let event = activity::whisper(&self.stretch.conversation, &line.id, &line.text);
            let name = self.send(&event, link).await?;
            link.tells(&line.id, name);
        }
        for line in lines.iter().filter(|line| line.voice == Voice::Customer) {
            let message = activity::message(&self.stretch.conversation, &line.id, &line.text);
            let name = self.send(&message, link).await?;
            link.tells(&line.id, name);
            link.keep(self.mouth.book.as_ref()).await;
        }
        Ok(())
    }

    /// Sends an activity; the name it has there.
    async fn send(&self, activity: &Value, link: &Link) -> Result<String, Broken> {
        let id = link.id.as_deref().unwrap_or_default();
        let url = below(&self.line.url, &format!("conversations/{id}/activities"));
        let sent = self.wire.post(&url, &url, activity).await?;
        let sent: Sent = serde_json::from_slice(&sent).unwrap_or_default();
        Ok(sent.id)
    }

    /// Carries out an activity; whether the bot has ended the conversation there.
    async fn take(&self, came: Activity, stand: &mut Stand, link: &mut Link) -> bool {
        if came.is_ours(&self.stretch.conversation) {
            return false;
        }
        // What answers something of an earlier stretch comes too late.
        if !stand.fresh
            && came
                .reply_to_id
                .as_ref()
                .is_some_and(|asked| !link.has_named(asked))
        {
            return false;
        }
        match came.meaning() {
            Meaning::Words(text) => {
                (stand.waits, link.waits) = (false, false);
                if std::mem::take(&mut stand.writing) {
                    self.mouth.say(Says::Writing(false)).await;
                }
                let name = Some(came.id).filter(|name| !name.is_empty());
                let words = Says::Words {
                    text,
                    name,
                    report: None,
                    grounds: None,
                };
                self.mouth.say(words).await;
            }
            Meaning::Writing => {
                stand.writing = true;
                self.mouth.say(Says::Writing(true)).await;
            }
            Meaning::HandsOver(reason, packet) => {
                (stand.waits, link.waits) = (false, false);
                let packet = Some(packet);
                self.mouth.say(Says::HandsOver { reason, packet }).await;
            }
            Meaning::Ended => return true,
            Meaning::Nothing => {}
        }
        false
    }
}

/// Does something, and hears meanwhile what the customer says; none when the stretch is over before.
async fn until_over<T>(
    doing: impl Future<Output = T>,
    ears: &mut Ears,
    lines: &mut Vec<Line>,
) -> Option<T> {
    tokio::pin!(doing);
    loop {
        tokio::select! {
            done = &mut doing => return Some(done),
            heard = ears.recv() => match heard {
                Some(Heard::Words(more)) => lines.extend(more),
                Some(Heard::Came(_)) => {}
                Some(Heard::Over { .. }) | None => return None,
            },
        }
    }
}
