//! One stretch of a conversation that a connected bot holds.

use std::sync::Arc;
use std::time::Duration;

use baton_bots::command::Verb;
use baton_bots::connector::{Broken, Connector, Ears, Heard, Mouth, Says, Stretch};
use baton_bots::wire::control::{Pass, ReasonGiven};
use baton_bots::wire::customer::{BotMessage, Typing};
use baton_bots::wire::packet::{GivenPacket, PacketKept};
use baton_bots::wire::report::ReportMade;
use baton_bots::{Call, IdempotencyKey};
use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use tokio::sync::mpsc;

use super::book::Ledger;
use super::library::Shelf;
use crate::engine::Engine;

/// After a stretch a bot has so long to be told that it is over.
const FAREWELL: Duration = Duration::from_secs(20);
/// A bot may say so much to what it heard; one that goes on and on has failed.
const MOST_SAID: u32 = 10;
/// What it says while something of it is still being carried out.
const SAID_AT_ONCE: usize = 16;

/// What a stretch needs.
pub(super) struct Work {
    pub(super) engine: Engine,
    pub(super) bot: String,
    pub(super) conversation: ConversationId,
    pub(super) connector: Arc<dyn Connector>,
    pub(super) stretch: Stretch,
    pub(super) book: Ledger,
    pub(super) library: Shelf,
}

/// How a stretch ended.
pub(super) struct Ended {
    /// Whether the bot did what it is there for.
    pub(super) answered: bool,
    /// Why it broke off, where it did.
    pub(super) broken: Option<Broken>,
}

/// Holds a bot until control has gone on and it knows that. When the feed ends before, nobody
/// listens to this stretch any more: another one goes on in its place.
pub(super) async fn hold(work: Work, feed: Ears) -> Ended {
    let mut answered = false;
    let held = listen(work, feed, &mut answered).await;
    Ended {
        answered,
        broken: held.err(),
    }
}

async fn listen(work: Work, mut feed: Ears, answered: &mut bool) -> Result<(), Broken> {
    let (says, mut said) = mpsc::channel(SAID_AT_ONCE);
    let (hears, mut ears) = mpsc::channel(SAID_AT_ONCE);
    let mouth = Mouth {
        says,
        book: Arc::new(work.book.clone()),
        library: Arc::new(work.library.clone()),
    };
    let connector = Arc::clone(&work.connector);
    let holding = connector.hold(&work.stretch, &mut ears, &mouth);
    tokio::pin!(holding);
    let mut voice = Voice {
        engine: &work.engine,
        bot: &work.bot,
        conversation: work.conversation,
        epoch: work.stretch.epoch,
        said: 0,
        answered,
    };
    let mut hears = Some(hears);
    let mut over = false;
    let mut unheard = false;
    let end = tokio::time::sleep(Duration::MAX);
    tokio::pin!(end);
    loop {
        tokio::select! {
            // What was said is carried out before the end of it is looked at.
            biased;
            Some(says) = said.recv() => if !unheard {
                voice.carry(says).await?;
            },
            ended = &mut holding => {
                while let Ok(says) = said.try_recv() {
                    if !unheard {
                        voice.carry(says).await?;
                    }
                }
                // What breaks off when it is over is nobody's loss.
                return if over { Ok(()) } else { ended };
            }
            heard = feed.recv(), if !over => {
                over = !matches!(heard, Some(Heard::Words(_) | Heard::Came(_)));
                unheard = heard.is_none();
                if over {
                    let farewell = tokio::time::Instant::now().checked_add(FAREWELL);
                    end.as_mut().reset(farewell.unwrap_or_else(tokio::time::Instant::now));
                } else {
                    voice.said = 0;
                }
                if let (Some(ears), Some(heard)) = (&hears, heard) {
                    // Full ears belong to a bot that has stopped listening.
                    if ears.try_send(heard).is_err() && !over {
                        return Err(Broken::Unreadable("it listens no more"));
                    }
                }
                if over {
                    hears = None;
                }
            }
            () = &mut end, if over => return Ok(()),
        }
    }
}

/// What carries out what a bot says, under the epoch of its stretch.
struct Voice<'a> {
    engine: &'a Engine,
    bot: &'a str,
    conversation: ConversationId,
    epoch: u64,
    said: u32,
    answered: &'a mut bool,
}

impl Voice<'_> {
    async fn carry(&mut self, says: Says) -> Result<(), Broken> {
        let (which, epoch) = (self.conversation, self.epoch);
        match says {
            Says::Writing(on) => {
                self.ask(Call::Typing(which, Typing { epoch, on }), None)
                    .await?;
            }
            Says::Words {
                text,
                name,
                report,
                grounds,
            } => {
                let message = BotMessage {
                    epoch,
                    text,
                    report,
                    grounds,
                };
                return self.say(message, name).await;
            }
            Says::Knows(packet) => {
                let kept = PacketKept {
                    epoch,
                    packet: *packet,
                };
                self.ask(Call::KeepPacket(which, kept), None).await?;
            }
            Says::Doing(report) => {
                let made = ReportMade { epoch, report };
                self.ask(Call::Report(which, made), None).await?;
            }
            Says::HandsOver { reason, packet } => return self.hand_over(reason, packet).await,
        }
        Ok(())
    }

    async fn say(&mut self, message: BotMessage, name: Option<String>) -> Result<(), Broken> {
        self.said = self.said.saturating_add(1);
        if self.said > MOST_SAID {
            return Err(Broken::TooMuch);
        }
        let key = name.and_then(|name| {
            let request = Hash::of(message.text.as_bytes());
            let which = self.conversation.to_string();
            let key = Hash::of_parts(&[b"said", which.as_bytes(), name.as_bytes()]);
            IdempotencyKey::read(key.to_string().as_bytes(), request).ok()
        });
        match self.ask(Call::Say(self.conversation, message), key).await? {
            200..300 => {
                self.works();
                Ok(())
            }
            409 => Ok(()),
            // Empty, endless or to nobody.
            _ => Err(Broken::Unreadable("what it said cannot be said")),
        }
    }

    async fn hand_over(
        &mut self,
        reason: ReasonGiven,
        packet: Option<Box<GivenPacket>>,
    ) -> Result<(), Broken> {
        let pass = |packet: Option<GivenPacket>, reason: ReasonGiven| {
            let pass = Pass {
                epoch: self.epoch,
                to: None,
                reason,
                packet,
            };
            Call::Move(self.conversation, Verb::Pass(pass))
        };
        let with = packet.map(|packet| *packet);
        let empty = with.is_none();
        let call = pass(with, reason.clone());
        let bare = pass(None, reason);
        match self.ask(call, None).await? {
            200..300 => {
                self.works();
                Ok(())
            }
            409 => Ok(()),
            // A packet that will not do must not keep anybody from getting help.
            _ if !empty => match self.ask(bare, None).await? {
                200..300 | 409 => Ok(()),
                _ => Err(Broken::Unreadable("it hands over, but not to anybody")),
            },
            _ => Err(Broken::Unreadable("it hands over, but not to anybody")),
        }
    }

    /// It does what it is there for, so it is not down.
    fn works(&mut self) {
        *self.answered = true;
        let engine = self.engine;
        engine.inner.posts.answered(self.bot, engine.now());
    }

    /// Asks as a bot at the door does; the status of the answer.
    async fn ask(&self, call: Call, key: Option<IdempotencyKey>) -> Result<u16, Broken> {
        let answer = self.engine.carry_for_bot(self.bot, call, key).await;
        let answer = answer.map_err(|_| Broken::NotNoted)?;
        if answer.status == 409 {
            let (bot, conversation) = (self.bot, self.conversation);
            tracing::info!(bot, %conversation, "A connected bot came too late.");
        }
        Ok(answer.status)
    }
}
