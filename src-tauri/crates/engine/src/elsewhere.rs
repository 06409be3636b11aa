//! Where a conversation can go on: the other channels of the workspace, the addresses of the
//! customer there, and whether they may be written to.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::conversation::Conversation;
use baton_core::decide::Outcome;
use baton_core::elsewhere::{Elsewhere, Ground, Hindrance, Places};
use baton_core::event::{Envelope, Event};
use baton_core::ids::ChannelId;
use baton_core::message::{Address, Direction, MessageDocument, MessageKind};
use baton_core::packet::Packet;
use baton_core::rules::{Rule, Ruleset};
use baton_core::time::Timestamp;
use baton_store::{MessageRow, Reader};

use crate::error::EngineError;
use crate::intake::Verification;
use crate::people::{Whole, given_by};
use crate::recipients::normal;
use crate::roster::{KnownChannel, Roster, kind};

/// What is known of a contact that says whether they may be written to by mail: `no` for not.
pub(crate) const CONSENT: &str = "email_consent";
/// Messages of the old channel that the first letter quotes.
const QUOTED: usize = 6;
/// So much of each is quoted, in characters.
const QUOTED_CHARS: usize = 400;
/// So much of the first words of a chat becomes the subject of the first letter, in characters.
const SUBJECT_CHARS: usize = 60;

/// A place where a conversation could go on.
pub(crate) struct Place {
    /// The channel.
    pub(crate) channel: KnownChannel,
    /// The address of the customer.
    pub(crate) address: Address,
    /// What allows writing to it, or why not.
    pub(crate) ground: Result<Ground, Hindrance>,
    /// When the customer last gave it in their own words.
    pub(crate) given_at: Option<Timestamp>,
}

impl Place {
    /// The place, where the customer may be written to there.
    pub(crate) fn usable(self) -> Result<Elsewhere, Hindrance> {
        Ok(Elsewhere {
            channel: self.channel.info,
            address: self.address,
            ground: self.ground?,
        })
    }
}

/// The mailboxes from which letters can be written.
fn mailboxes(roster: &Roster) -> impl Iterator<Item = &KnownChannel> {
    let mut known: Vec<&KnownChannel> = roster
        .channels
        .values()
        .filter(|known| {
            known.shown_kind() == kind::EMAIL
                && known.stored.removed_at.is_none()
                && known.info.kind != kind::IMPORT
        })
        .collect();
    known.sort_by_key(|known| (known.stored.position, known.stored.id));
    known.into_iter()
}

/// Whether a channel is a mailbox.
pub(crate) fn is_mailbox(roster: &Roster, channel: ChannelId) -> bool {
    mailboxes(roster).any(|known| known.stored.id == channel)
}

/// Whether the workspace has a mailbox.
pub(crate) fn has_mailbox(roster: &Roster) -> bool {
    mailboxes(roster).next().is_some()
}

/// Everywhere a conversation could go on, what fits best first; also where it must not, and why.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn places(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
) -> Result<Vec<Place>, EngineError> {
    let mut all = Vec::new();
    if let Some(moved) = &state.moved
        && let Some(home) = roster.channels.get(&moved.home)
        && home.stored.removed_at.is_none()
    {
        all.push(Place {
            channel: home.clone(),
            address: Address::default(),
            ground: Ok(Ground::WroteHere),
            given_at: None,
        });
    }
    if is_mailbox(roster, state.channel) {
        return Ok(all);
    }
    let addresses = addresses(reader, roster, state)?;
    for channel in mailboxes(roster) {
        for (address, (ground, given_at)) in &addresses {
            all.push(Place {
                channel: channel.clone(),
                address: Address {
                    name: String::new(),
                    address: address.clone(),
                },
                ground: *ground,
                given_at: *given_at,
            });
        }
    }
    let rank = |place: &Place| match place.ground {
        Ok(ground) => (0, Some(ground), place.given_at.map(|at| -at.0)),
        Err(_) => (1, None, None),
    };
    all.sort_by_key(rank);
    Ok(all)
}

type Allowed = (Result<Ground, Hindrance>, Option<Timestamp>);

/// The mail addresses of a customer, each with what allows writing to it.
fn addresses(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
) -> Result<BTreeMap<String, Allowed>, EngineError> {
    let Some(whole) = Whole::of(reader, state.contact)? else {
        return Ok(BTreeMap::new());
    };
    let said = whole.attributes();
    let said = said.get(CONSENT).and_then(|said| said.as_str());
    let refused = match said {
        Some("no") => true,
        // What the team has written down is surer than what a bot has heard.
        Some("yes") => false,
        _ => refused_to_bot(reader, state)?,
    };
    let given = given_by(reader, roster, &whole)?;
    let mut all: BTreeMap<String, Allowed> = given
        .iter()
        .map(|(address, at)| (address.clone(), (Ok(Ground::Given), Some(*at))))
        .collect();
    for identity in &whole.identities {
        let address = normal(&identity.address);
        if !address.contains('@') || address.starts_with("unknown:") {
            continue;
        }
        let at = given.get(&address).copied();
        let ground = if identity.verification == Verification::Verified.word() {
            Ok(Ground::Verified)
        } else if at.is_some() {
            Ok(Ground::Given)
        } else {
            Err(Hindrance::NotVerified)
        };
        all.insert(address, (ground, at));
    }
    if refused {
        for (ground, _) in all.values_mut() {
            *ground = Err(Hindrance::NoConsent);
        }
    }
    Ok(all)
}

/// Whether the customer has told a bot that they do not want to be written to by mail: what was
/// last said of it to any bot or came in a packet, also in an episode before this one.
fn refused_to_bot(reader: &Reader<'_>, state: &Conversation) -> Result<bool, EngineError> {
    let mail = |packet: &Packet| packet.consent.get(kind::EMAIL).copied();
    let told = reader.newest_bot_packet(state.id)?;
    let mut newest = told.and_then(|told| Some((told.epoch, mail(&told.packet)?)));
    for logged in reader.events_of(state.id)?.into_iter().rev() {
        let envelope = serde_json::from_slice::<Envelope>(&logged.bytes).ok();
        let Some(Event::ControlChanged(changed)) = envelope.and_then(|one| one.event()) else {
            continue;
        };
        if newest.is_some_and(|(epoch, _)| epoch >= changed.epoch) {
            break;
        }
        let bytes = match changed.packet {
            Some(hash) => reader.content(hash)?,
            None => None,
        };
        let packet = bytes.and_then(|bytes| serde_json::from_slice::<Packet>(&bytes).ok());
        if let Some(agrees) = packet.as_ref().and_then(mail) {
            newest = Some((changed.epoch, agrees));
            break;
        }
    }
    Ok(newest.is_some_and(|(_, agrees)| !agrees))
}

/// The places that rules may ask for, before anybody has looked for one: none where no rule asks.
/// A decision that comes to such a rule with these says so, and is made anew with those that there
/// are, see [`is_asked_for`].
pub(crate) fn unread(ruleset: &Ruleset, state: Option<&Conversation>) -> Option<Places> {
    let asks = |rule: &Rule| rule.effects.channel.is_some();
    state
        .filter(|state| !state.imported && ruleset.rules().iter().any(asks))
        .map(|_| Places::new())
}

/// Whether a rule would have a conversation go on by a kind of channel that nobody has looked for.
pub(crate) fn is_asked_for(outcome: &Outcome) -> bool {
    outcome.events.iter().any(|event| {
        matches!(
            &event.event,
            Event::MoveHindered(hindered) if hindered.hindrance == Hindrance::NoChannel
        )
    })
}

/// Where a conversation would go on by each kind of channel, or why not: what a rule asks for.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn for_rules(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
) -> Result<Places, EngineError> {
    let mut found = Places::new();
    if !has_mailbox(roster) {
        return Ok(found);
    }
    if let Some(here) = roster.channels.get(&state.channel)
        && is_mailbox(roster, state.channel)
    {
        let there = Elsewhere {
            channel: here.info.clone(),
            address: Address::default(),
            ground: Ground::WroteHere,
        };
        found.insert(kind::EMAIL.to_owned(), Ok(there));
        return Ok(found);
    }
    let mut mail = places(reader, roster, state)?;
    mail.retain(|place| is_mailbox(roster, place.channel.stored.id));
    let given = |place: &&Place| place.ground == Ok(Ground::Given);
    let named: BTreeSet<String> = mail
        .iter()
        .filter(given)
        .map(|place| place.address.address.clone())
        .collect();
    let best = match mail.into_iter().next() {
        // Which of those that they named is theirs a person can tell, and no rule.
        Some(place) if given(&&place) && named.len() > 1 => Err(Hindrance::NotVerified),
        Some(place) => place.usable(),
        None => Err(Hindrance::NoAddress),
    };
    found.insert(kind::EMAIL.to_owned(), best);
    Ok(found)
}

/// The first words that go to a customer elsewhere: to whom, about what, and the end of what was
/// said before, so that they know what it is about. None where the conversation did not move, or
/// the customer has answered there.
pub(crate) struct FirstWords {
    /// To whom.
    pub(crate) to: Address,
    /// The subject.
    pub(crate) subject: String,
    /// The end of what was said before.
    pub(crate) quote: String,
}

impl FirstWords {
    /// What begins a letter that goes on with a conversation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn of(
        reader: &Reader<'_>,
        roster: &Roster,
        state: &Conversation,
    ) -> Result<Option<Self>, EngineError> {
        let moved = state.moved.as_ref().filter(|moved| !moved.answered);
        let Some(address) = moved.and_then(|moved| moved.address) else {
            return Ok(None);
        };
        let Some(bytes) = reader.content(address)? else {
            return Ok(None);
        };
        let mut to: Address = serde_json::from_slice(&bytes)?;
        let newest = reader.messages_newest(state.id, QUOTED.saturating_mul(4))?;
        // A machine that writes from there, such as one that says they are away, is not them.
        let answered = |row: &MessageRow| {
            row.direction == Direction::Inbound
                && row.channel == state.channel
                && row.kind == MessageKind::Message
        };
        if newest.iter().any(answered) {
            return Ok(None);
        }
        let mut said = Vec::new();
        let mut customer = String::new();
        for row in &newest {
            if row.direction == Direction::Internal || said.len() >= QUOTED {
                continue;
            }
            if row.direction == Direction::Inbound {
                customer.clone_from(&row.sender.name);
            }
            if let Some(document) = reader.document(row.document)? {
                said.push(quoted(roster, row, &document));
            }
        }
        said.reverse();
        if to.name.is_empty() {
            to.name = customer;
        }
        let first = reader.first_words(state.id, state.episode_at)?;
        let words = first.unwrap_or_default();
        Ok(Some(Self {
            to,
            subject: subject(&words),
            quote: said.concat(),
        }))
    }
}

/// The first words of a chat as the subject of a letter about it.
fn subject(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return String::new();
    }
    let short: String = words.chars().take(SUBJECT_CHARS).collect();
    let rest = if short.len() < words.len() { "…" } else { "" };
    format!("Re: {}{rest}", short.trim_end())
}

/// One message as the first letter quotes it.
fn quoted(roster: &Roster, row: &MessageRow, document: &MessageDocument) -> String {
    let who = match (row.direction, row.sender.name.trim()) {
        (Direction::Inbound, "") => document.from.address.clone(),
        (Direction::Inbound, name) => name.to_owned(),
        _ if row.author_name.is_empty() => roster.workspace.clone(),
        _ => roster.display(&row.author_name),
    };
    let text: String = document.shown_text().chars().take(QUOTED_CHARS).collect();
    let mut out = format!("> {who}:\n");
    for line in text.trim().lines() {
        out.push_str("> ");
        out.push_str(line);
        out.push('\n');
    }
    out
}
