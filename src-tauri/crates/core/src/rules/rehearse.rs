//! The tests of a rule file, played: real evaluation, real memory, real calendars, invented time.
//!
//! A test begins with a conversation as the `default` line makes it. What is not told is unknown.
//! Between two steps time passes as it does in life: a rule that watches the clock acts at the
//! exact instant at which its condition becomes true.

pub mod coverage;
mod recorded;
pub mod script;
mod stage;
mod verdict;

use std::sync::Arc;

use serde::Serialize;

use self::{
    coverage::{Coverage, Seen},
    script::{Assertion, Script},
    stage::Stage,
};
use super::{plan::Ruleset, problem::place};
use crate::{hash::Hash, time::Timestamp};

/// How the tests of a file went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rehearsal {
    /// The name of the policy.
    pub policy: Arc<str>,
    /// The version of the rules.
    pub ruleset: Hash,
    /// Each test, in the order of the file.
    pub tests: Vec<Played>,
    /// What the tests have seen of the rules.
    pub coverage: Coverage,
}

impl Rehearsal {
    /// Tests that did not go as wanted.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.tests.iter().filter(|test| !test.passed()).count()
    }
}

/// How one test went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Played {
    /// Its name.
    pub name: Arc<str>,
    /// Its line in the file.
    pub line: usize,
    /// What was not as wanted; empty when all was.
    pub misses: Vec<Miss>,
}

impl Played {
    /// Whether it went as wanted.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.misses.is_empty()
    }
}

/// One thing that was not as wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// The line of the file that wants it.
    pub line: usize,
    /// The logical instant.
    pub at: Timestamp,
    /// What was looked at, such as `control`.
    pub what: &'static str,
    /// What was wanted.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// Why it came so, in a sentence.
    pub why: String,
}

impl Ruleset {
    /// Plays the tests of the file.
    #[must_use]
    pub fn rehearse(&self) -> Rehearsal {
        let mut seen = Seen::default();
        let tests = self
            .scripts
            .iter()
            .map(|script| self.play(script, &mut seen))
            .collect();
        Rehearsal {
            policy: Arc::clone(&self.policy),
            ruleset: self.id,
            tests,
            coverage: Coverage::of(self, &seen),
        }
    }

    fn play(&self, script: &Script, seen: &mut Seen) -> Played {
        let mut stage = Stage::set(self, script, seen);
        let mut misses = Vec::new();
        for moment in &script.moments {
            stage.reach(moment);
            for want in &moment.wants {
                misses.extend(stage.judge(want));
            }
            stage.turn();
        }
        if let Some(Assertion::NoControlCycle) = script.assertion {
            misses.extend(self.control_cycles(script));
        }
        Played {
            name: Arc::clone(&script.name),
            line: place(&self.source, script.span.start).0,
            misses,
        }
    }
}

#[cfg(test)]
mod tests;
