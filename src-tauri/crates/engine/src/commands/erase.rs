//! Erasing a person: what was said goes, that it happened stays.

use std::collections::{BTreeMap, BTreeSet};

use baton_api::ApiError;
use baton_api::contacts::{ContactErase, Erased};
use baton_core::conversation::OutgoingState;
use baton_core::event::body::ContentErased;
use baton_core::event::{Actor, Envelope, Event};
use baton_core::hash::Hash;
use baton_core::ids::{ContactId, ConversationId, Id as _, MessageId};
use baton_core::packet::{DRAFT_DOCUMENT, Packet};

use super::compose::sending::sent_draft_key;
use super::proposals::Proposed;
use super::views::number;
use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::recipients::normal;
use crate::roster::kind;

/// Digests that one event names at most: an envelope is small.
const PER_EVENT: usize = 400;
/// Rows read at once.
const PAGE: usize = 500;

impl Engine {
    pub(super) async fn contact_erase(&self, asked: ContactErase) -> Result<Erased, ApiError> {
        let named = asked.contact.trim().to_owned();
        let erased = self
            .inner
            .desk
            .run(move |desk| {
                let before = desk.writer.overwrite_deleted(true)?;
                let erased = desk.turn(|turn| {
                    let contact = turn.contact_named(&named)?;
                    turn.erase(contact)
                });
                // The words also leave the search index, and the log beside the database, for good.
                let gone = erased.and_then(|erased| {
                    desk.writer.optimize_search()?;
                    desk.writer.checkpoint()?;
                    Ok(erased)
                });
                desk.writer.overwrite_deleted(before)?;
                gone
            })
            .await;
        self.inner.backtests.erased();
        let erased = erased?;
        Proposed::forget(&self.inner.proposed);
        Ok(erased)
    }
}

impl Turn<'_, '_> {
    /// The contact of an identifier or of an address.
    fn contact_named(&self, named: &str) -> Result<ContactId, EngineError> {
        if let Some(contact) = ContactId::parse(named) {
            return match self.tx.contact(contact)? {
                Some(_) => Ok(contact),
                None => Err(EngineError::Missing("contact")),
            };
        }
        for kind in [kind::EMAIL, kind::DEMO, kind::IMPORT] {
            if let Some(identity) = self.tx.identity(kind, &normal(named))? {
                return Ok(identity.contact);
            }
        }
        // Two platforms may have one name for two people, and nobody is erased by mistake.
        let mut found = BTreeSet::new();
        for &channel in self.roster.channels.keys() {
            let identity = self.tx.identity(&kind::of_bot(channel), &normal(named))?;
            found.extend(identity.map(|identity| identity.contact));
        }
        match (found.pop_first(), found.is_empty()) {
            (Some(contact), true) => Ok(contact),
            (None, _) => Err(EngineError::Missing("contact")),
            (Some(_), false) => Err(EngineError::bad(
                "ambiguous_contact",
                "Several bots have customers of that name.",
                "Name the contact by its identifier.",
            )),
        }
    }

    /// Erases what was said with a contact and what is known of them, and says so in the log.
    fn erase(&mut self, named: ContactId) -> Result<Erased, EngineError> {
        // Whichever of their contacts was named: it is the person who wants it.
        let person = self.tx.person(named)?;
        let contact = person.stands;
        let mut theirs = BTreeSet::new();
        for &one in &person.contacts {
            theirs.extend(self.conversations_of(one)?);
        }
        for &conversation in &theirs {
            self.nothing_is_leaving(conversation)?;
        }
        let mut gone: BTreeMap<ConversationId, Vec<Hash>> = BTreeMap::new();
        let mut messages = 0_u64;
        let mut after: Option<MessageId> = None;
        // Somebody may have written in the conversations of others too.
        loop {
            let page = self.tx.messages(after, PAGE)?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.id);
            for row in page {
                if !person.contacts.contains(&row.contact) && !theirs.contains(&row.conversation) {
                    continue;
                }
                let erased = self.tx.erase_message(row.id, self.now)?;
                messages = messages.saturating_add(1);
                gone.entry(row.conversation).or_default().extend(erased);
            }
        }
        for &conversation in &theirs {
            gone.entry(conversation).or_default();
        }
        // Where somebody wrote in the conversations of others, a model may have been shown it too.
        for (&conversation, erased) in &mut gone {
            let besides = match theirs.contains(&conversation) {
                true => self.erase_besides(conversation)?,
                false => self.erase_shown(conversation)?,
            };
            erased.extend(besides);
        }
        for &one in &person.contacts {
            self.tx.erase_contact(one)?;
            self.touch(format!("contact:{one}"));
        }
        let contents = gone.values().map(Vec::len).sum::<usize>();
        for (&conversation, hashes) in &gone {
            self.learn_anew(conversation)?;
            self.say_erased(contact, conversation, hashes)?;
        }
        self.stirred.erased.extend(gone.keys().copied());
        for tag in ["views", "drafts", "alerts"] {
            self.touch(tag);
        }
        self.stirred.alerts = true;
        Ok(Erased {
            conversations: number(gone.len() as u64),
            messages: number(messages),
            contents: number(contents as u64),
        })
    }

    fn conversations_of(
        &self,
        contact: ContactId,
    ) -> Result<BTreeSet<ConversationId>, EngineError> {
        let mut all = BTreeSet::new();
        let mut before = None;
        loop {
            let page = self.tx.conversations_with(contact, before, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(all);
            };
            before = Some((last.last_at, last.id));
            all.extend(page.iter().map(|row| row.id));
        }
    }

    fn nothing_is_leaving(&self, conversation: ConversationId) -> Result<(), EngineError> {
        let leaving = self.conversation(conversation)?.is_some_and(|state| {
            state.outbox.values().any(|out| {
                matches!(
                    out.state,
                    OutgoingState::Queued { .. } | OutgoingState::Committing { .. }
                )
            }) || !state.drafts.is_empty()
        });
        if leaving {
            return Err(EngineError::bad(
                "being_sent",
                "A message to this contact is being sent, or waits to be read.",
                "Wait until it has left, take it back, or reject it.",
            ));
        }
        Ok(())
    }

    /// What belongs to a conversation beside its messages: packets, drafts, unsent words, what the
    /// rules noted of its facts, alerts.
    fn erase_besides(&mut self, conversation: ConversationId) -> Result<Vec<Hash>, EngineError> {
        let now = self.now;
        let mut wanted = BTreeSet::new();
        let mut entries = Vec::new();
        for logged in self.tx.events_of(conversation)? {
            let envelope: Option<Envelope> = serde_json::from_slice(&logged.bytes).ok();
            match envelope.and_then(|envelope| envelope.event()) {
                Some(Event::ControlChanged(changed)) => {
                    self.with_packet(changed.packet, &mut wanted)?;
                    wanted.extend(changed.reason.words);
                }
                Some(Event::OfferMade(made)) => {
                    self.with_packet(made.offer.packet, &mut wanted)?;
                    wanted.extend(made.offer.reason.words);
                }
                Some(Event::OfferEnded(ended)) => wanted.extend(ended.words),
                Some(Event::ControlRequested(asked)) => wanted.extend(asked.reason.words),
                Some(Event::Alerted(alerted)) => wanted.extend(alerted.reason.words),
                Some(Event::DraftSettled(settled)) => wanted.extend(settled.words),
                Some(Event::ConversationMoved(moved)) => wanted.extend(moved.address),
                Some(Event::SendQueued(queued)) => {
                    let unsent = self.tx.document(queued.document)?;
                    wanted.extend(unsent.and_then(|document| document.raw));
                    wanted.insert(queued.document);
                    entries.push(queued.outbox);
                }
                Some(Event::DraftHeld(held)) => {
                    let unread = self.tx.document(held.draft.document)?;
                    wanted.extend(unread.and_then(|document| document.raw));
                    wanted.insert(held.draft.document);
                    wanted.extend(held.draft.packet);
                    entries.push(held.draft.outbox);
                }
                _ => {}
            }
        }
        let mut erased = self.erase_shown(conversation)?;
        for hash in wanted {
            if self.tx.erase_content(hash, now)? {
                erased.push(hash);
            }
        }
        for outbox in entries {
            self.tx.clear_setting(&sent_draft_key(outbox))?;
        }
        for draft in self.tx.drafts_in(conversation)? {
            self.tx
                .drop_draft(conversation, &draft.author, draft.kind)?;
        }
        self.tx.forget_bots_of(conversation)?;
        self.tx.erase_decisions(conversation)?;
        self.tx.withdraw_alerts(conversation)?;
        Ok(erased)
    }

    /// A packet and the draft that goes along in it.
    fn with_packet(
        &self,
        packet: Option<Hash>,
        wanted: &mut BTreeSet<Hash>,
    ) -> Result<(), EngineError> {
        let Some(hash) = packet else {
            return Ok(());
        };
        wanted.insert(hash);
        let bytes = self.tx.content(hash)?;
        let packet = bytes.and_then(|bytes| serde_json::from_slice::<Packet>(&bytes).ok());
        let draft = packet
            .as_ref()
            .and_then(|packet| packet.attributes.get(DRAFT_DOCUMENT)?.as_str())
            .and_then(Hash::parse);
        if let Some(draft) = draft {
            let unread = self.tx.document(draft)?;
            wanted.extend(unread.and_then(|document| document.raw));
            wanted.insert(draft);
        }
        Ok(())
    }

    /// What models were shown of a conversation.
    fn erase_shown(&mut self, conversation: ConversationId) -> Result<Vec<Hash>, EngineError> {
        let mut erased = Vec::new();
        for hash in self.tx.bot_sent_of(conversation)? {
            if self.tx.erase_content(hash, self.now)? {
                erased.push(hash);
            }
        }
        Ok(erased)
    }

    fn say_erased(
        &mut self,
        contact: ContactId,
        conversation: ConversationId,
        hashes: &[Hash],
    ) -> Result<(), EngineError> {
        let none: &[Hash] = &[];
        // One that had nothing left to erase was touched all the same.
        let parts = hashes
            .chunks(PER_EVENT)
            .chain(hashes.is_empty().then_some(none));
        for part in parts {
            let event = Event::ContentErased(ContentErased {
                contact: Some(contact),
                conversations: vec![conversation],
                contents: part.to_vec(),
            });
            let me = Actor::agent(self.roster.me.as_str());
            if let Some(mut state) = self.conversation(conversation)? {
                state.apply(&event, self.now, &me, self.mint.id(self.now));
                self.keep_state(state)?;
            }
            self.record(event, me, Some(conversation))?;
        }
        self.touch(format!("conversation:{conversation}"));
        Ok(())
    }
}
