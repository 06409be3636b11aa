//! How a bot is doing: what of its conversations ended without people, and how long customers
//! wait for its answers.

use baton_core::ids::ConversationId;
use baton_core::message::Author;
use baton_core::status::WorkStatus;
use baton_core::time::{DAY, Timestamp};
use baton_store::{ListQuery, Place, Reader, StoredBot};

use crate::error::EngineError;

/// What the figures of a bot are about: the last 30 days, and so many of the newest conversations.
const WINDOW_MS: i64 = 30 * DAY;
const NEWEST: usize = 500;
/// How long it takes to answer is read from the newest messages of so many of them.
const LATELY: usize = 40;
const MESSAGES: usize = 40;

/// The figures of a bot.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Doing {
    /// Episodes of its channel that ended and in which a bot had a part.
    pub(super) ended: u32,
    /// Those of them that no person had a part in.
    pub(super) contained: u32,
    /// How many of its answers were looked at.
    pub(super) answers: u32,
    /// The median of how long customers waited for them.
    pub(super) usual_ms: Option<i64>,
}

/// Reads how a bot is doing.
pub(super) fn doing(
    reader: &Reader<'_>,
    bot: &StoredBot,
    now: Timestamp,
) -> Result<Doing, EngineError> {
    let since = now.plus(-WINDOW_MS);
    let page = reader.list(&ListQuery {
        limit: NEWEST,
        ..ListQuery::of(Place::Channel(bot.channel))
    })?;
    let mut doing = Doing::default();
    let mut waits = Vec::new();
    let of_late = page.rows.iter().filter(|row| row.last_at >= since);
    for (at, which) in of_late.map(|row| row.id).enumerate() {
        episodes(reader, which, since, &mut doing)?;
        if at < LATELY {
            waits.append(&mut answered(reader, which, bot)?);
        }
    }
    waits.sort_unstable();
    doing.answers = number(waits.len());
    doing.usual_ms = waits.get(waits.len() / 2).copied();
    Ok(doing)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Counts the episodes of a conversation that ended since then and in which a bot had a part.
fn episodes(
    reader: &Reader<'_>,
    which: ConversationId,
    since: Timestamp,
    doing: &mut Doing,
) -> Result<(), EngineError> {
    let Some(state) = reader.conversation(which)? else {
        return Ok(());
    };
    let alone = number(state.kept.iter().filter(|kept| kept.at >= since).count());
    let with_people = state.status == WorkStatus::Solved
        && state.hands.bot
        && !state.kept.iter().any(|kept| kept.episode == state.episode);
    doing.contained = doing.contained.saturating_add(alone);
    doing.ended = doing
        .ended
        .saturating_add(alone)
        .saturating_add(u32::from(with_people));
    Ok(())
}

/// How long the customer of a conversation waited for each answer of a bot, from the first word
/// that nobody had answered.
fn answered(
    reader: &Reader<'_>,
    which: ConversationId,
    bot: &StoredBot,
) -> Result<Vec<i64>, EngineError> {
    let mut newest = reader.messages_newest(which, MESSAGES)?;
    newest.reverse();
    let mut waits = Vec::new();
    let mut asked: Option<Timestamp> = None;
    for said in newest {
        match said.author {
            Author::Customer => {
                asked.get_or_insert(said.at);
            }
            Author::Bot => {
                let waited = asked.take().map(|at| said.at.since(at).max(0));
                waits.extend(waited.filter(|_| said.author_name == bot.name));
            }
            Author::Agent => asked = None,
            Author::System => {}
        }
    }
    Ok(waits)
}
