//! Bots that Baton itself talks with. One loop sees to it that whoever has a conversation is asked:
//! it looks at the conversation as it stands, never at what happened to it, so nothing is lost by a
//! restart and nothing hangs on the order in which things are seen. Each stretch of a conversation
//! that a bot holds has a task of its own, under the control epoch of that stretch; what the bot
//! says goes in at the door like every bot's, and is refused there when control has gone on.

mod book;
mod follow;
mod library;
mod look;
mod open;
mod running;
pub(crate) mod standing;
mod stirred;
mod stretch;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use baton_bots::Call;
use baton_bots::command::Verb;
use baton_bots::connector::{Broken, Heard};
use baton_bots::wire::control::Failure;
use baton_core::ids::{BotName, ConversationId};
use baton_core::time::{DAY, Timestamp};
use baton_store::{Cursor, ListQuery, Place};
use tokio::sync::mpsc;
use tokio::task::{Id, JoinSet};

use crate::engine::Engine;
use crate::error::EngineError;
use follow::{Followed, Telling};
use look::Asked;
pub(crate) use open::KEYED;
use open::Opened;
pub(crate) use open::key_name;
use running::Running;
pub(crate) use stirred::{CalledBack, Stirred};
use stretch::Work;

/// How often everything is looked at when nothing wakes the loop.
const NAP: Duration = Duration::from_secs(60);
/// A bot that cannot be reached is tried again so often while it has a customer waiting.
const TRIES: u32 = 4;
/// The first pause before that; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// What is said while a bot is still busy; more is told when it has time.
const HEARD_AT_ONCE: usize = 64;
/// Conversations looked at once.
const PAGE: usize = 200;

/// What exactly was sent to a bot is kept for so long.
pub(crate) const KEEP_MS: i64 = 30 * DAY;

/// The tag of what is sent to a bot.
pub(crate) fn sent_tag(bot: &str) -> String {
    format!("sent:{bot}")
}

/// Talks with the connected bots until the engine stops.
pub(crate) async fn run(engine: Engine) {
    let mut all = Stretches {
        engine: engine.clone(),
        running: BTreeMap::new(),
        at_work: BTreeMap::new(),
        tasks: JoinSet::new(),
        tries: BTreeMap::new(),
        opened: BTreeMap::new(),
        followed: BTreeMap::new(),
        held: BTreeMap::new(),
        begun: 0,
    };
    let mut looked = match all.recall().await {
        Ok(()) => all.everything().await,
        Err(error) => Err(error),
    };
    loop {
        if let Err(error) = looked {
            if matches!(error, EngineError::Stopped) {
                return;
            }
            tracing::error!(%error, "It cannot be seen which bots are to be asked.");
        }
        looked = tokio::select! {
            () = engine.inner.stop.cancelled() => return,
            done = all.one_is_done() => all.is_done(done).await,
            () = engine.inner.wake.bots.woken.notified() => all.wanted().await,
            () = tokio::time::sleep(NAP) => all.everything().await,
        };
    }
}

/// What a task came to.
enum Done {
    /// The stretch is over.
    Over,
    /// The bot broke off, maybe after it had answered.
    Broke(Broken, bool),
    /// The pause before another try is over.
    Paused(ConversationId),
}

/// Every stretch.
struct Stretches {
    engine: Engine,
    running: BTreeMap<ConversationId, Running>,
    /// What each task is: one that panicked is told by nothing else.
    at_work: BTreeMap<Id, (ConversationId, u64, String, u64)>,
    tasks: JoinSet<Done>,
    /// How often a bot was tried in vain under an epoch.
    tries: BTreeMap<ConversationId, (u64, u32)>,
    opened: BTreeMap<String, Opened>,
    /// The conversations that people have after bots that want to know what becomes of them.
    followed: BTreeMap<ConversationId, Followed>,
    /// Those that such bots had when the engine stopped, until their stretch goes on.
    held: BTreeMap<ConversationId, Followed>,
    begun: u64,
}

impl Stretches {
    async fn wanted(&mut self) -> Result<(), EngineError> {
        let mut wanted = self.engine.inner.wake.bots.take();
        for which in wanted.anew {
            if self.running.remove(&which).is_some() {
                wanted.some.insert(which);
            }
        }
        if wanted.everything {
            self.everything().await?;
        }
        for which in wanted.some {
            self.look_on(which, true).await?;
        }
        for came in wanted.called_back {
            // After a restart nobody listens yet.
            self.look_on(came.conversation, true).await?;
            let running = self.running.get(&came.conversation);
            let heard = running
                .filter(|running| running.bot == came.bot)
                .is_some_and(|running| running.feed.try_send(Heard::Came(came.body)).is_ok());
            if !heard {
                let (bot, which) = (came.bot, came.conversation);
                tracing::warn!(bot, conversation = %which, "What a bot said at the door was not heard.");
            }
        }
        Ok(())
    }

    /// Looks at every conversation that a connected bot holds, and at those that run.
    async fn everything(&mut self) -> Result<(), EngineError> {
        let mut all: BTreeSet<ConversationId> = self.running.keys().copied().collect();
        all.extend(self.held.keys());
        for bot in self.engine.roster().connectors.keys() {
            let bot = BotName::new(bot.as_str());
            let held = self.engine.read(move |reader, _| {
                let mut held = Vec::new();
                let mut after: Option<Cursor> = None;
                loop {
                    let page = reader.list(&ListQuery {
                        limit: PAGE,
                        after,
                        ..ListQuery::of(Place::Bot(bot.clone()))
                    })?;
                    held.extend(page.rows.iter().map(|row| row.id));
                    after = page.next;
                    if after.is_none() {
                        return Ok(held);
                    }
                }
            });
            all.extend(held.await?);
        }
        for which in all {
            self.look_on(which, false).await?;
        }
        Ok(())
    }

    /// Looks at a conversation; one that cannot be read keeps no other from its bot.
    async fn look_on(&mut self, which: ConversationId, stirred: bool) -> Result<(), EngineError> {
        match self.look(which, stirred).await {
            Err(error) if error.is_of_one() => {
                tracing::error!(%which, %error, "A bot cannot be asked about a conversation.");
                Ok(())
            }
            looked => looked,
        }
    }

    /// Looks at a conversation: begins, feeds or ends its stretch. One in which nobody waits is
    /// begun only when something happened in it.
    async fn look(&mut self, which: ConversationId, stirred: bool) -> Result<(), EngineError> {
        let now = self
            .engine
            .read(move |reader, roster| look::standing(reader, roster, which))
            .await?;
        let same = |asked: &Asked, running: &Running| {
            asked.bot.name == running.bot
                && asked.set_at == running.set_at
                && now.epoch == running.epoch
        };
        if let Some(running) = self.running.get_mut(&which) {
            match &now.asked {
                Some(asked) if same(asked, running) => {
                    if let Some(opened) = self.opened.get(&running.bot) {
                        running.tell(asked, opened);
                    }
                    return Ok(());
                }
                // It is connected in another way: who listened so far is not heard any more.
                Some(asked) if asked.bot.name == running.bot && now.epoch == running.epoch => {
                    self.running.remove(&which);
                }
                _ => {
                    let over = Heard::Over {
                        holder: now.holder.clone(),
                        reason: now.reason.clone(),
                    };
                    // Where it does not fit any more, the end of the channel says the same.
                    let _ = running.feed.try_send(over);
                    if let Some(after) = running.after.take() {
                        self.followed.insert(which, after);
                    }
                    self.running.remove(&which);
                }
            }
        }
        let gone = |held: &Followed| !held.is_held(now.epoch);
        if self.held.get(&which).is_some_and(gone) {
            self.followed.extend(self.held.remove_entry(&which));
        }
        let telling = self.follow(which, &now.holder);
        let begins = match now.asked {
            Some(asked) => (asked.waits || stirred).then_some(asked),
            None => {
                self.tries.remove(&which);
                None
            }
        };
        let Some(asked) = begins else {
            if let Some(telling) = telling {
                self.tell(telling);
            }
            return Ok(());
        };
        self.begin(which, now.epoch, asked, telling).await
    }

    async fn begin(
        &mut self,
        which: ConversationId,
        epoch: u64,
        asked: Asked,
        telling: Option<Telling>,
    ) -> Result<(), EngineError> {
        let bot = asked.bot.name.clone();
        let telling = match telling {
            // It hears how the last stretch ended before the next one begins.
            Some(telling) if telling.is_for(&bot) => Some(telling),
            Some(telling) => {
                self.tell(telling);
                None
            }
            None => None,
        };
        if let Err(why) = self.open(&bot, asked.set_at).await {
            let engine = self.engine.clone();
            return fail(&engine, &bot, which, epoch, "not_connected", &why).await;
        }
        let Some(opened) = self.opened.get(&bot) else {
            return Ok(());
        };
        self.begun = self.begun.wrapping_add(1);
        let (feed, ears) = mpsc::channel(HEARD_AT_ONCE);
        let mut running = Running {
            number: self.begun,
            bot: bot.clone(),
            set_at: asked.set_at,
            epoch,
            told: asked.before().last().map(|line| line.message.clone()),
            again: None,
            feed,
            after: None,
        };
        let book = opened.book(&self.engine, which, epoch);
        if opened.connector.follows() {
            let connector = opened.connector.clone();
            running.after = Some(Followed::of(connector, book.clone(), asked.set_at, false));
        }
        let work = Work {
            engine: self.engine.clone(),
            bot: bot.clone(),
            conversation: which,
            connector: opened.connector.clone(),
            stretch: opened.stretch(which, epoch, &asked),
            book,
            library: opened.library(&self.engine, which),
        };
        if asked.waits {
            running.tell(&asked, opened);
        }
        let number = running.number;
        self.running.insert(which, running);
        self.held.remove(&which);
        let task = self.tasks.spawn(async move {
            if let Some(telling) = telling {
                telling.tell().await;
            }
            let ended = stretch::hold(work, ears).await;
            match ended.broken {
                None => Done::Over,
                Some(broken) => Done::Broke(broken, ended.answered),
            }
        });
        self.at_work.insert(task.id(), (which, number, bot, epoch));
        Ok(())
    }

    /// Opens a bot as it was set up then, unless it is open; why that cannot be, in words.
    async fn open(&mut self, bot: &str, set_at: Timestamp) -> Result<(), String> {
        let fresh = |opened: &Opened| opened.set_at == set_at;
        if self.opened.get(bot).is_some_and(fresh) {
            return Ok(());
        }
        match open::open(&self.engine, bot).await {
            Ok(opened) => {
                self.opened.insert(bot.to_owned(), opened);
                Ok(())
            }
            Err(why) => {
                tracing::warn!(bot, why, "A connected bot cannot be asked.");
                let now = self.engine.now();
                self.engine.inner.posts.failed(bot, now, &why);
                Err(why)
            }
        }
    }

    /// Waits until a task is done; for ever when there is none.
    async fn one_is_done(&mut self) -> (Id, Option<Done>) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((task, done))) => (task, Some(done)),
            Some(Err(broke)) => (broke.id(), None),
            None => std::future::pending().await,
        }
    }

    async fn is_done(&mut self, (task, done): (Id, Option<Done>)) -> Result<(), EngineError> {
        if let Some(Done::Paused(which)) = done {
            return self.look(which, true).await;
        }
        let Some((which, number, bot, epoch)) = self.at_work.remove(&task) else {
            return Ok(());
        };
        let (broken, answered) = match done {
            Some(Done::Broke(broken, answered)) => (broken, answered),
            Some(Done::Over | Done::Paused(_)) => {
                self.forget(which, number);
                self.tries.remove(&which);
                return Ok(());
            }
            None => {
                tracing::error!(bot, "Talking with a bot broke off.");
                (Broken::Unreadable("talking with it broke off"), false)
            }
        };
        let now = self.engine.now();
        let down = self
            .engine
            .inner
            .posts
            .failed(&bot, now, &broken.to_string());
        // What broke off after control had gone on is nobody's loss.
        if !self.forget(which, number) {
            return Ok(());
        }
        tracing::warn!(bot, conversation = %which, %broken, "A connected bot broke off.");
        self.engine
            .inner
            .changes
            .touched(["bots".to_owned()].into());
        let tried = match self.tries.get(&which) {
            Some((of, tried)) if *of == epoch && !answered => *tried,
            _ => 0,
        };
        if broken.passes() && !down && tried < TRIES {
            self.tries.insert(which, (epoch, tried.saturating_add(1)));
            let pause = FIRST_PAUSE.saturating_mul(1 << tried.min(8));
            self.tasks.spawn(async move {
                tokio::time::sleep(pause).await;
                Done::Paused(which)
            });
            return Ok(());
        }
        self.tries.remove(&which);
        let engine = self.engine.clone();
        fail(
            &engine,
            &bot,
            which,
            epoch,
            broken.code(),
            &broken.to_string(),
        )
        .await
    }

    /// Forgets a stretch, unless another one runs in its place; whether it was that one.
    fn forget(&mut self, which: ConversationId, number: u64) -> bool {
        let this = self
            .running
            .get(&which)
            .is_some_and(|running| running.number == number);
        if this {
            self.running.remove(&which);
        }
        this
    }
}

/// A bot that cannot go on has failed: people get the conversation, and somebody is alerted. One
/// that has lost it meanwhile has nothing to fail with.
async fn fail(
    engine: &Engine,
    bot: &str,
    which: ConversationId,
    epoch: u64,
    code: &str,
    text: &str,
) -> Result<(), EngineError> {
    let verb = Verb::Failure(Failure {
        epoch,
        code: code.to_owned(),
        text: text.to_owned(),
    });
    let answer = engine
        .carry_for_bot(bot, Call::Move(which, verb), None)
        .await?;
    if !(200..300).contains(&answer.status) && answer.status != 409 {
        tracing::warn!(
            bot,
            status = answer.status,
            "A failed bot could not be relieved."
        );
    }
    Ok(())
}
