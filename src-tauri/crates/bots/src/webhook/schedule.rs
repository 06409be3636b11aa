//! When a delivery is tried again, and when no more.

use baton_core::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

/// How long after each attempt in vain the next one is made; the last of them from then on.
const PAUSES: [i64; 8] = [
    SECOND,
    5 * SECOND,
    15 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
];
/// A receiver may ask for a pause of so long at most.
const LONGEST_ASKED: i64 = HOUR;
/// One event may be refused so often; then it is given up, so that the others get through.
const MOST_REFUSALS: u32 = 5;
/// A receiver may be away for so long; then a person has to look.
const LONGEST_AWAY: i64 = DAY;

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The receiver answered with a status, and may have asked to be left alone for so many
    /// seconds.
    Answered {
        /// The status.
        status: u16,
        /// The `Retry-After` of the answer, when it was in seconds.
        after_s: Option<i64>,
    },
    /// There was no answer.
    Silent,
}

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It was taken: go on with the next event.
    GoOn,
    /// Try again after so many milliseconds.
    Again {
        /// How long to wait.
        pause_ms: i64,
        /// Whether the receiver was there and did not want it.
        refused: bool,
    },
    /// The receiver does not want this one: go on with the next.
    GiveUp,
    /// Deliver nothing until a person says so.
    Stop(Stop),
}

/// Why nothing is delivered any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The receiver said that it is gone for good.
    Gone,
    /// It has been away for too long.
    Away,
}

/// What to do after an attempt, when `attempts` were made in vain before it, `refusals` of them
/// refused, and nothing was delivered since `failing_since`.
#[must_use]
pub fn next(
    attempt: &Attempt,
    attempts: u32,
    refusals: u32,
    failing_since: Option<Timestamp>,
    now: Timestamp,
) -> Next {
    let away = failing_since.is_some_and(|since| now.since(since) >= LONGEST_AWAY);
    let usual = usize::try_from(attempts)
        .ok()
        .and_then(|attempts| PAUSES.get(attempts).copied())
        .unwrap_or(3 * HOUR);
    match *attempt {
        Attempt::Answered { status, .. } if (200..300).contains(&status) => Next::GoOn,
        Attempt::Answered { status: 410, .. } => Next::Stop(Stop::Gone),
        // It is there, but busy or broken: as good as away.
        Attempt::Answered {
            status: 408 | 425 | 429 | 500..,
            after_s,
        } => {
            let asked = after_s.map(|seconds| seconds.saturating_mul(SECOND));
            again(away, usual.max(asked.unwrap_or(0).min(LONGEST_ASKED)))
        }
        Attempt::Answered { .. } if refusals.saturating_add(1) >= MOST_REFUSALS => Next::GiveUp,
        Attempt::Answered { .. } => Next::Again {
            pause_ms: usual,
            refused: true,
        },
        Attempt::Silent => again(away, usual),
    }
}

const fn again(away: bool, pause_ms: i64) -> Next {
    if away {
        Next::Stop(Stop::Away)
    } else {
        Next::Again {
            pause_ms,
            refused: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_core::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

    use super::{Attempt, Next, Stop, next};

    const BEGAN: Timestamp = Timestamp(1_700_000_000_000);

    fn status(status: u16) -> Attempt {
        Attempt::Answered {
            status,
            after_s: None,
        }
    }

    fn again(pause_ms: i64) -> Next {
        Next::Again {
            pause_ms,
            refused: false,
        }
    }

    #[test]
    fn a_receiver_that_is_away_is_tried_ever_more_seldom_for_a_day() {
        let mut now = BEGAN;
        let mut failing = None;
        let mut pauses = Vec::new();
        let stopped = loop {
            let attempts = u32::try_from(pauses.len()).unwrap();
            match next(&Attempt::Silent, attempts, 0, failing, now) {
                Next::Again { pause_ms, refused } => {
                    assert!(!refused);
                    failing.get_or_insert(now);
                    pauses.push(pause_ms);
                    now = now.plus(pause_ms);
                }
                other => break other,
            }
        };
        assert_eq!(stopped, Next::Stop(Stop::Away));
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert_eq!(pauses[..3], [SECOND, 5 * SECOND, 15 * SECOND]);
        let away = now.since(BEGAN);
        assert!((DAY..DAY + 4 * HOUR).contains(&away), "{away}");
    }

    #[test]
    fn what_is_refused_is_given_up_before_it_holds_up_the_others_for_long() {
        let mut waited = 0;
        for refusals in 0..4 {
            match next(&status(400), refusals, refusals, Some(BEGAN), BEGAN) {
                Next::Again { pause_ms, refused } => {
                    assert!(refused);
                    waited += pause_ms;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(next(&status(400), 4, 4, Some(BEGAN), BEGAN), Next::GiveUp);
        assert!(waited < 2 * MINUTE);
        // Redirects are not followed: the address is what a person typed.
        assert_eq!(next(&status(302), 4, 4, None, BEGAN), Next::GiveUp);
    }

    #[test]
    fn each_answer_has_its_consequence() {
        for (code, expected) in [
            (200, Next::GoOn),
            (204, Next::GoOn),
            (299, Next::GoOn),
            (410, Next::Stop(Stop::Gone)),
            (429, again(SECOND)),
            (408, again(SECOND)),
            (500, again(SECOND)),
            (503, again(SECOND)),
        ] {
            assert_eq!(next(&status(code), 0, 0, None, BEGAN), expected, "{code}");
        }
    }

    #[test]
    fn a_receiver_may_ask_for_time_but_not_for_ever() {
        let asked = |after_s| Attempt::Answered {
            status: 503,
            after_s: Some(after_s),
        };
        let after = |after_s| next(&asked(after_s), 0, 0, None, BEGAN);
        assert_eq!(after(90), again(90 * SECOND));
        assert_eq!(after(0), again(SECOND));
        assert_eq!(after(-5), again(SECOND));
        assert_eq!(after(i64::MAX), again(HOUR));
    }
}
