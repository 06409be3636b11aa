//! Keeping the places up: which conversations stand in each, in which order, and how many.

use baton_core::time::Timestamp;

use super::Place;
use crate::error::StoreError;
use crate::table::conversation::Standing;
use crate::writer::Tx;

impl Tx<'_> {
    /// Moves a conversation from the places of its old standing to those of its new one.
    pub(crate) fn relist(
        &mut self,
        n: i64,
        old: Option<&Standing>,
        new: &Standing,
    ) -> Result<(), StoreError> {
        let before = old.map(Place::of).unwrap_or_default();
        let after = Place::of(new);
        let was_unread = i64::from(old.is_some_and(|old| old.unread));
        let is_unread = i64::from(new.unread);
        for name in before.difference(&after) {
            let place = self.place_number(name)?;
            if let Some(old) = old {
                self.unlist(place, n, old.last_at)?;
                self.unlist_due(place, n, old.due_at)?;
            }
            self.change_count(place, -1, -was_unread);
        }
        for name in &after {
            let place = self.place_number(name)?;
            match old.filter(|_| before.contains(name)) {
                Some(old) => {
                    if old.last_at != new.last_at {
                        self.unlist(place, n, old.last_at)?;
                        self.enlist(place, n, new.last_at)?;
                    }
                    if old.due_at != new.due_at {
                        self.unlist_due(place, n, old.due_at)?;
                        self.enlist_due(place, n, new.due_at)?;
                    }
                    if was_unread != is_unread {
                        self.change_count(place, 0, is_unread - was_unread);
                    }
                }
                None => {
                    self.enlist(place, n, new.last_at)?;
                    self.enlist_due(place, n, new.due_at)?;
                    self.change_count(place, 1, is_unread);
                }
            }
        }
        Ok(())
    }

    /// Takes a conversation off every list without being told where it stands, and counts anew:
    /// looks at every entry, so it is for damaged rows alone.
    pub(crate) fn strike(&mut self, n: i64) -> Result<(), StoreError> {
        self.flush_places()?;
        self.connection
            .execute("DELETE FROM listing WHERE conversation = ?1", [n])?;
        self.connection
            .execute("DELETE FROM listing_due WHERE conversation = ?1", [n])?;
        self.connection.execute(
            "UPDATE place SET
                 conversations = (SELECT count(*) FROM listing l WHERE l.place = place.n),
                 unread = (SELECT count(*) FROM listing l JOIN conversation c ON c.n = l.conversation
                           WHERE l.place = place.n AND c.unread > 0)",
            [],
        )?;
        Ok(())
    }

    fn enlist(&self, place: i64, n: i64, at: Timestamp) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO listing (place, last_at_ms, conversation) VALUES (?1, ?2, ?3)",
        )?
        .execute((place, at.0, n))?;
        Ok(())
    }

    fn unlist(&self, place: i64, n: i64, at: Timestamp) -> Result<(), StoreError> {
        self.statement(
            "DELETE FROM listing WHERE place = ?1 AND last_at_ms = ?2 AND conversation = ?3",
        )?
        .execute((place, at.0, n))?;
        Ok(())
    }

    fn enlist_due(&self, place: i64, n: i64, at: Option<Timestamp>) -> Result<(), StoreError> {
        if let Some(at) = at {
            self.statement(
                "INSERT INTO listing_due (place, due_at_ms, conversation) VALUES (?1, ?2, ?3)",
            )?
            .execute((place, at.0, n))?;
        }
        Ok(())
    }

    fn unlist_due(&self, place: i64, n: i64, at: Option<Timestamp>) -> Result<(), StoreError> {
        if let Some(at) = at {
            self.statement(
                "DELETE FROM listing_due
                 WHERE place = ?1 AND due_at_ms = ?2 AND conversation = ?3",
            )?
            .execute((place, at.0, n))?;
        }
        Ok(())
    }

    fn change_count(&mut self, place: i64, conversations: i64, unread: i64) {
        let change = self.pending.places.entry(place).or_default();
        change.conversations += conversations;
        change.unread += unread;
    }

    fn place_number(&mut self, name: &str) -> Result<i64, StoreError> {
        if let Some(&number) = self.known.places.get(name) {
            return Ok(number);
        }
        let number = self
            .statement(
                "INSERT INTO place (name) VALUES (?1)
                 ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING n",
            )?
            .query_row([name], |row| row.get(0))?;
        self.known.places.insert(name.to_owned(), number);
        Ok(number)
    }

    pub(crate) fn flush_places(&mut self) -> Result<(), StoreError> {
        for (place, change) in std::mem::take(&mut self.pending.places) {
            self.statement(
                "UPDATE place SET conversations = conversations + ?2, unread = unread + ?3
                 WHERE n = ?1",
            )?
            .execute((place, change.conversations, change.unread))?;
        }
        Ok(())
    }
}
