//! One stretch with a bot of Rasa.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::{Answer, Wish};
use super::tracker::Tracker;
use super::trackers::Trackers;
use super::{Known, Rasa};
use crate::connector::exchange::{UnderWay, Way};
use crate::connector::{Broken, Ears, Heard, Line, Mouth, Says, Stretch, Voice};
use crate::wire::control::{ControllerView, ReasonGiven};
use crate::wire::packet::GivenPacket;
use crate::wire::report::Report;

/// An answer waits so long for what its tracker says of it, so that rules judge both together.
/// What takes longer comes after it.
const MOMENT: Duration = Duration::from_secs(1);

/// A stretch with a bot.
pub(super) struct Talk<'a> {
    pub(super) rasa: &'a Rasa,
    pub(super) stretch: &'a Stretch,
    pub(super) mouth: &'a Mouth,
    pub(super) under_way: UnderWay,
    /// Whether the bot has spoken since the oldest words that it did not answer yet: then nobody
    /// else can see any more that these still wait.
    overtaken: AtomicBool,
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
    /// Whether it was said how it is doing since it was told something.
    reported: bool,
    /// The wish for a person that came by the other way.
    wish: Option<Wish>,
    /// What it knows.
    knows: GivenPacket,
    /// Whether its tracker sleeps.
    paused: bool,
}

/// Something to be done with a bot, while it may come to the door with more.
enum Errand {
    /// It is told something, for the first time in its stretch or not.
    Tell(Vec<Line>, bool),
    /// It said something by the other way, maybe later than it was told something.
    Hear(Answer),
}

/// What came of an errand. What the bot said is said already.
#[derive(Default)]
struct Done {
    /// Whether it said anything.
    spoke: bool,
    /// Its wish for a person.
    wish: Option<Wish>,
    /// What it knows now; none where that could not be read.
    tracker: Option<Tracker>,
    /// How it is doing, where that could not go along with its words.
    report: Option<Report>,
    /// Whether it was said how it is doing since it was told something.
    reported: bool,
}

/// How listening came to its end.
enum End {
    /// Somebody else has control now.
    Over(ControllerView),
    /// Nobody speaks to it any more.
    Gone,
}

impl<'a> Talk<'a> {
    pub(super) fn new(rasa: &'a Rasa, stretch: &'a Stretch, mouth: &'a Mouth) -> Self {
        Self {
            rasa,
            stretch,
            mouth,
            under_way: UnderWay::default(),
            overtaken: AtomicBool::new(false),
        }
    }

    /// Talks until the stretch is over.
    pub(super) async fn hold(&self, ears: &mut Ears) -> Result<(), Broken> {
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
            let errand = if stand.lines.is_empty() {
                match ears.recv().await {
                    Some(Heard::Words(lines)) => {
                        self.overtaken.store(false, Ordering::Relaxed);
                        stand.lines = lines;
                        continue;
                    }
                    // What it answered to under an older stretch nobody waits for any more.
                    Some(Heard::Came(_)) if !stand.told && self.sleeps().await => continue,
                    Some(Heard::Came(body)) => Errand::Hear(Answer::read(body)),
                    Some(Heard::Over { holder, .. }) => return Ok(End::Over(holder)),
                    None => return Ok(End::Gone),
                }
            } else {
                stand.reported = false;
                let first = !std::mem::replace(&mut stand.told, true);
                Errand::Tell(std::mem::take(&mut stand.lines), first)
            };
            let told = matches!(errand, Errand::Tell(..));
            let mut done = Done {
                // What it was told under an older stretch was reported there.
                reported: stand.reported || !stand.told,
                ..Done::default()
            };
            let running = self.run(errand, &mut done);
            let mut running = Box::pin(running);
            let ran = loop {
                tokio::select! {
                    ran = &mut running => break ran,
                    heard = ears.recv() => match heard {
                        Some(Heard::Words(more)) => stand.lines.extend(more),
                        Some(Heard::Came(body)) => self.take(body, stand).await,
                        Some(Heard::Over { holder, .. }) => return Ok(End::Over(holder)),
                        None => return Ok(End::Gone),
                    },
                }
            };
            drop(running);
            ran.map_err(|broken| self.left(broken))?;
            self.carry(done, told, stand).await?;
        }
    }

    /// Whether its tracker sleeps, as far as is known: then it is told nothing, and whatever it
    /// says is an answer to what it was told before.
    async fn sleeps(&self) -> bool {
        let kept = self.mouth.book.kept().await;
        Known::read(kept).is_some_and(|known| known.paused)
    }

    /// What broke off. Told anew, the bot would hear only what the customer wrote after its last
    /// words: what waits longer than these would be forgotten, so people have to look.
    fn left(&self, broken: Broken) -> Broken {
        match self.overtaken.load(Ordering::Relaxed) && broken.passes() {
            true => Broken::HalfWay(Box::new(broken)),
            false => broken,
        }
    }

    /// Says what came to the door while the bot was being told something.
    async fn take(&self, body: Value, stand: &mut Stand) {
        let answer = Answer::read(body);
        if let Some(text) = answer.words() {
            stand.spoke = true;
            self.say(text, None).await;
        }
        stand.wish = answer.wish().or(stand.wish.take());
    }

    async fn run(&self, errand: Errand, done: &mut Done) -> Result<(), Broken> {
        match errand {
            Errand::Tell(lines, fresh) => self.tell(&lines, fresh, done).await,
            Errand::Hear(answer) => self.deliver(vec![answer], true, done).await,
        }
    }

    /// Tells the bot what the customer said. Each answer goes out as soon as it is there.
    async fn tell(&self, lines: &[Line], fresh: bool, done: &mut Done) -> Result<(), Broken> {
        if fresh {
            self.go_on().await?;
            Known::default().keep(self.mouth.book.as_ref()).await;
        }
        self.whisper(lines).await?;
        let told: Vec<&Line> = lines
            .iter()
            .filter(|line| line.voice == Voice::Customer)
            .collect();
        for (place, line) in (1..).zip(&told) {
            let answers = self.ask(line).await?;
            done.reported = false;
            self.deliver(answers, place == told.len(), done).await?;
        }
        Ok(())
    }

    /// Tells the bot one thing; what it answers to that. On the callback channel that comes by
    /// the other way.
    async fn ask(&self, line: &Line) -> Result<Vec<Answer>, Broken> {
        let body = json!({ "sender": self.stretch.conversation, "message": line.text });
        let webhook = &self.rasa.webhook;
        let answer = self.wire().post(webhook, webhook, &body).await?;
        if self.rasa.calls_back {
            return Ok(Vec::new());
        }
        let answer: Vec<Value> = serde_json::from_slice(&answer)
            .map_err(|_| Broken::Unreadable("its answer is no list of messages"))?;
        Ok(answer.into_iter().map(Answer::read).collect())
    }

    /// Says what the bot answered, with what its tracker says of it where that can be read in a
    /// moment. What is known after the last answer is waited for a little longer.
    async fn deliver(
        &self,
        answers: Vec<Answer>,
        last: bool,
        done: &mut Done,
    ) -> Result<(), Broken> {
        if answers.is_empty() && !last {
            return Ok(());
        }
        let trackers = self.trackers();
        let reading = trackers.read();
        tokio::pin!(reading);
        let (read, answers) = match tokio::time::timeout(MOMENT, &mut reading).await {
            Ok(Ok(read)) => (read, answers),
            Ok(Err(broken)) => {
                self.speak(answers, None, done).await;
                return Err(broken);
            }
            Err(_) => {
                self.speak(answers, None, done).await;
                if !last {
                    return Ok(());
                }
                (reading.await?, Vec::new())
            }
        };
        let mut report = read.as_ref().and_then(Tracker::report);
        if done.reported {
            report = None;
        }
        let reports = report.is_some();
        if let Some(tracker) = read {
            // Before the words, since a rule may pass the conversation on because of them.
            let knows = tracker.packet();
            if knows != GivenPacket::default() {
                self.mouth.say(Says::Knows(Box::new(knows))).await;
            }
            done.tracker = Some(tracker);
        }
        done.report = self.speak(answers, report, done).await;
        done.reported |= reports && done.report.is_none();
        Ok(())
    }

    /// Says answers; the report, where there were no words that it could go along with.
    async fn speak(
        &self,
        answers: Vec<Answer>,
        mut report: Option<Report>,
        done: &mut Done,
    ) -> Option<Report> {
        for answer in answers {
            if let Some(text) = answer.words() {
                done.spoke = true;
                self.say(text, report.take()).await;
            }
            done.wish = answer.wish().or(done.wish.take());
        }
        report
    }

    /// Carries out what came of an errand besides words.
    async fn carry(&self, done: Done, told: bool, stand: &mut Stand) -> Result<(), Broken> {
        let spoke = std::mem::take(&mut stand.spoke) || done.spoke;
        stand.reported = done.reported;
        if let Some(report) = done.report
            && spoke
        {
            stand.reported = true;
            self.mouth.say(Says::Doing(report)).await;
        }
        let mut sleeps = None;
        if let Some(tracker) = done.tracker {
            stand.paused = tracker.paused;
            stand.knows = tracker.packet();
            sleeps = tracker.paused.then(|| Wish {
                reason: tracker.fell_back().then(|| ReasonGiven {
                    code: "low_confidence".to_owned(),
                    text: String::new(),
                }),
                summary: String::new(),
            });
        }
        if let Some(wish) = done.wish.or(stand.wish.take()).or(sleeps) {
            self.hand_over(wish, stand.knows.clone()).await;
            return Ok(());
        }
        // What is said at the door may still be on its way.
        if told && !spoke && !self.rasa.calls_back && stand.lines.is_empty() {
            return Err(Broken::Unreadable("it said nothing"));
        }
        Ok(())
    }

    async fn say(&self, text: String, report: Option<Report>) {
        self.overtaken.store(true, Ordering::Relaxed);
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
        let kept = Known::read(self.mouth.book.kept().await);
        let paused = match self.trackers().read().await? {
            Some(tracker) => tracker.paused,
            // It cannot be read now: it stands as it was left.
            None => kept.is_some_and(|known| known.paused),
        };
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

    fn wire(&self) -> Way<'_> {
        self.rasa.wire(self.mouth.book.as_ref(), &self.under_way)
    }
}
