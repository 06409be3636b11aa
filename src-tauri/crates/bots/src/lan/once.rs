//! That a signed request is good once: how old it may be, and which were there already.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::DoorError;

/// A request may be so old, in seconds: that long it is remembered.
pub const OLDEST_S: i64 = 60;
/// The clock of a bot may be so many seconds ahead.
pub const AHEAD_S: i64 = 5;
/// So many requests of a bot are remembered; more than a bot may ask in that time is too many.
const MOST: usize = 100_000;

/// The signed requests of one bot that could still come again.
#[derive(Debug)]
pub struct Once {
    /// Nothing that was signed before is taken: it may have been there before a restart, or is not
    /// remembered any more.
    since_s: i64,
    /// The words that were used, by the second they were signed with.
    used: BTreeMap<i64, BTreeSet<String>>,
    count: usize,
}

impl Once {
    /// Nothing was there yet, and what was signed before `since_s` is too old.
    #[must_use]
    pub const fn since(since_s: i64) -> Self {
        Self {
            since_s,
            used: BTreeMap::new(),
            count: 0,
        }
    }

    /// Takes a request that was signed at a time with a word, once.
    ///
    /// # Errors
    /// When it is too old, from the future, was there already, or there are too many.
    pub fn take(&mut self, time_s: i64, nonce: &str, now_s: i64) -> Result<(), DoorError> {
        let age = now_s.saturating_sub(time_s);
        if !(-AHEAD_S..=OLDEST_S).contains(&age) {
            return Err(wrong_time(age));
        }
        while let Some(oldest) = self.used.first_entry() {
            if now_s.saturating_sub(*oldest.key()) <= OLDEST_S {
                break;
            }
            // Also for a clock that is set back.
            self.since_s = self.since_s.max(oldest.key().saturating_add(1));
            self.count = self.count.saturating_sub(oldest.remove().len());
        }
        if time_s < self.since_s {
            return Err(DoorError::new(
                401,
                "signed_too_early",
                "The request was signed earlier than this door remembers.",
                "Sign it anew and try again.",
            ));
        }
        if self.count >= MOST {
            return Err(DoorError::new(
                429,
                "too_many",
                "That is more than one bot may ask within a minute.",
                "Wait a minute, then go on.",
            ));
        }
        if !self
            .used
            .entry(time_s)
            .or_default()
            .insert(nonce.to_owned())
        {
            return Err(DoorError::new(
                401,
                "replayed",
                "This very request was there already.",
                "Use a nonce once; sign a repetition anew, under the same Idempotency-Key.",
            ));
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }
}

fn wrong_time(age: i64) -> DoorError {
    let message = if age > 0 {
        format!("The request was signed {age} seconds ago.")
    } else {
        format!(
            "The request was signed {} seconds ahead of the clock here.",
            age.unsigned_abs()
        )
    };
    DoorError::new(
        401,
        "clock",
        message,
        "Sign it right before it is sent, and set both clocks by the network.",
    )
}

#[cfg(test)]
mod tests {
    use super::{AHEAD_S, MOST, OLDEST_S, Once};

    const NOW: i64 = 1_700_000_000;

    fn code(taken: Result<(), crate::DoorError>) -> String {
        taken.map_or_else(|error| error.code, |()| "taken".to_owned())
    }

    #[test]
    fn the_same_request_is_taken_once_however_often_and_late_it_comes() {
        let mut once = Once::since(0);
        assert_eq!(code(once.take(NOW, "word-one", NOW)), "taken");
        assert_eq!(code(once.take(NOW, "word-two", NOW)), "taken");
        assert_eq!(code(once.take(NOW + 1, "word-one", NOW)), "taken");
        for later in 0..=OLDEST_S {
            assert_eq!(code(once.take(NOW, "word-one", NOW + later)), "replayed");
        }
        assert_eq!(
            code(once.take(NOW, "word-one", NOW + OLDEST_S + 1)),
            "clock"
        );
    }

    #[test]
    fn a_clock_may_be_wrong_a_little() {
        let mut once = Once::since(0);
        assert_eq!(code(once.take(NOW - OLDEST_S, "a", NOW)), "taken");
        assert_eq!(code(once.take(NOW + AHEAD_S, "a", NOW)), "taken");
        for bad in [NOW - OLDEST_S - 1, NOW + AHEAD_S + 1, i64::MIN, i64::MAX] {
            assert_eq!(code(once.take(bad, "b", NOW)), "clock", "{bad}");
        }
    }

    #[test]
    fn what_was_signed_before_the_door_opened_may_have_been_there_before() {
        let mut once = Once::since(NOW);
        assert_eq!(code(once.take(NOW - 1, "a", NOW + 1)), "signed_too_early");
        assert_eq!(code(once.take(NOW, "a", NOW + 1)), "taken");
    }

    #[test]
    fn what_is_forgotten_is_too_old_also_when_the_clock_is_set_back() {
        let mut once = Once::since(0);
        assert_eq!(code(once.take(NOW, "word-one", NOW)), "taken");
        let later = NOW + OLDEST_S + 1;
        assert_eq!(code(once.take(later, "word-two", later)), "taken");
        assert_eq!(code(once.take(NOW, "word-one", NOW)), "signed_too_early");
        assert_eq!(code(once.take(NOW + 1, "word-one", NOW)), "taken");
    }

    #[test]
    fn memory_has_an_end_and_is_free_again_after_a_minute() {
        let mut once = Once::since(0);
        for number in 0..MOST {
            once.take(NOW, &number.to_string(), NOW).unwrap();
        }
        assert_eq!(code(once.take(NOW, "more", NOW)), "too_many");
        let later = NOW + OLDEST_S + 1;
        assert_eq!(code(once.take(later, "more", later)), "taken");
        assert_eq!((once.count, once.used.len()), (1, 1));
    }
}
