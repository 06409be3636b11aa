//! What a back-test has to read: the facts that rules ask for, and the words that are in messages
//! alone.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    others::Others,
    plain::History,
    walk::{Backtest, Side},
};
use crate::{
    hash::Hash,
    rules::{
        columns::{Bits, Frame, Grounds, Sweep},
        facts::{
            Fact,
            chunk::{Chunk, Column, ColumnKey, Entry, Wanted},
        },
        outcome::EventKind,
        plan::{Operand, Rule, Ruleset, Source, Status},
    },
};

impl Backtest {
    /// The facts that have to be read: those that a rule asks for about which `known` says that
    /// it need not be evaluated again are left out.
    #[must_use]
    pub fn wanted(&self, known: impl Fn(&Hash) -> bool) -> Wanted {
        let mut keys: BTreeSet<ColumnKey> =
            Grounds::FACTS.into_iter().map(ColumnKey::Fact).collect();
        if self.whole {
            keys.insert(ColumnKey::Conclusion);
        }
        let twins: Vec<bool> = self.pairing.same.iter().map(Option::is_some).collect();
        let kept: Vec<bool> = self.pairing.fresh.iter().map(|fresh| !fresh).collect();
        for (side, kept) in [(&self.old, twins), (&self.new, kept)] {
            let rules = side.rules.rules().iter().zip(&side.keys.rules);
            for ((rule, key), kept) in rules.zip(kept) {
                // Of a changed rule is also asked what nearly made it match.
                if self.whole || !kept || !known(key) {
                    columns_of(&side.rules, rule, &mut keys);
                }
            }
        }
        Wanted::Some(keys)
    }

    /// Reads every fact that a rule asks for, whatever is known.
    #[must_use]
    pub fn in_full(mut self) -> Self {
        self.whole = true;
        self.plain = None;
        self
    }

    /// Whether points of a chunk may have to be evaluated one by one, for which every fact is
    /// needed that a rule asks for, and [`Self::wanted`] has not said so: the chunk was decided by
    /// other rules, and what they changed is read by these. Then begin anew [in
    /// full](Self::in_full).
    #[must_use]
    pub fn falls_short(&self, chunk: &Chunk) -> bool {
        if self.whole || !self.evolving.is_any() {
            return false;
        }
        let mut others = Others::default();
        others.note(chunk, self.old.rules.id());
        others.touch(&self.evolving)
    }

    /// The facts that a chunk has to be [shown](Self::show) with to [go on](Self::resume) from what
    /// another back-test found: those that the new rules ask for of which nothing is known of old.
    /// None when that is of something else, or when what was recorded has to be followed.
    #[must_use]
    pub fn wanted_anew(&self, history: &History) -> Option<Wanted> {
        if self.plain.is_none() || !history.is_of(&self.old.rules, self.window) {
            return None;
        }
        if self.evolving.is_any() && history.others().touch(&self.evolving) {
            return None;
        }
        let mut keys = BTreeSet::new();
        for (rule, fresh) in self.new.rules.rules().iter().zip(&self.pairing.fresh) {
            if *fresh && rule.status != Status::Off {
                columns_of(&self.new.rules, rule, &mut keys);
            }
        }
        Some(Wanted::Some(keys))
    }

    /// The rules that look for words, by what they say.
    #[must_use]
    pub fn wordy(&self) -> BTreeSet<Hash> {
        let mut found = BTreeSet::new();
        for side in [&self.old, &self.new] {
            for (rule, key) in side.rules.rules().iter().zip(&side.keys.rules) {
                let mut keys = BTreeSet::new();
                columns_of(&side.rules, rule, &mut keys);
                let content =
                    |key: &ColumnKey| matches!(key, ColumnKey::Fact(fact) if fact.def().content);
                if keys.iter().any(content) {
                    found.insert(*key);
                }
            }
        }
        found
    }

    /// The rows at which a rule asks for words that are not in the record, and what was found of
    /// which is not known.
    #[must_use]
    pub fn rows_without_words(
        &self,
        number: u64,
        chunk: &Chunk,
        frame: &Frame,
        sweep: &Sweep,
    ) -> Bits {
        let mut rows = Bits::none(chunk.rows());
        for side in [&self.old, &self.new] {
            rows.or(&side.rows_without_words(&[], (number, chunk, frame), sweep));
        }
        rows
    }

    /// The same of the rules alone that a chunk has to be [shown](Self::show) to.
    #[must_use]
    pub fn rows_anew(&self, number: u64, chunk: &Chunk, frame: &Frame, sweep: &Sweep) -> Bits {
        let asked = &self.pairing.fresh;
        self.new
            .rows_without_words(asked, (number, chunk, frame), sweep)
    }
}

impl Side {
    /// The rows at which a rule asks for words that are not in the record, of the rules that are
    /// asked for, by their numbers, and of all that are not named.
    fn rows_without_words(
        &self,
        asked: &[bool],
        (number, chunk, frame): (u64, &Chunk, &Frame),
        sweep: &Sweep,
    ) -> Bits {
        let mut rows = Bits::none(chunk.rows());
        let asked = asked.iter().copied().chain(std::iter::repeat(true));
        let rules = self.rules.rules().iter().zip(&self.keys.rules);
        for ((rule, key), asked) in rules.zip(asked) {
            if asked && sweep.found(number, key).is_none() {
                rows.or(&words_missing(&self.rules, rule, chunk, frame));
            }
        }
        rows
    }
}

/// Whether a column holds what people wrote, by hash only.
pub(super) fn is_content(key: &ColumnKey) -> bool {
    matches!(key, ColumnKey::Fact(fact) if fact.def().content)
}

/// The rows at which a rule asks for words that are known by hash only.
pub(super) fn words_missing(ruleset: &Ruleset, rule: &Rule, chunk: &Chunk, frame: &Frame) -> Bits {
    let mut missing = Bits::none(chunk.rows());
    for row in &rule.when.rows {
        let atom = ruleset.atoms().get(usize::from(row.atom));
        match atom.map(|atom| atom.operand) {
            Some(Operand::Words(set)) => {
                let set = ruleset.words().sets().get(usize::from(set));
                let column = set.and_then(|set| chunk.column(&ColumnKey::Words(set.key)));
                content(chunk, Fact::MSG_TEXT, column, &mut missing);
            }
            Some(Operand::Builtin(fact)) if fact.def().content => {
                content(chunk, fact, None, &mut missing);
            }
            _ => {}
        }
    }
    if !missing.is_none() && !rule.runs_on(EventKind::Time) {
        let mut asked = Bits::none(chunk.rows());
        for kind in &rule.on {
            asked.or(&frame.event(*kind));
        }
        missing.and(&asked);
    }
    missing
}

/// The columns that a rule reads.
pub(super) fn columns_of(ruleset: &Ruleset, rule: &Rule, keys: &mut BTreeSet<ColumnKey>) {
    for row in &rule.when.rows {
        atom_columns(ruleset, row.atom, keys);
    }
}

fn atom_columns(ruleset: &Ruleset, number: u16, keys: &mut BTreeSet<ColumnKey>) {
    let Some(atom) = ruleset.atoms().get(usize::from(number)) else {
        return;
    };
    let mut custom = |number: u16| {
        let fact = ruleset.custom_facts().get(usize::from(number));
        keys.extend(fact.map(|fact| ColumnKey::Custom(Arc::clone(&fact.name))));
    };
    match atom.operand {
        Operand::Custom(number)
        | Operand::Since(Source::Custom(number))
        | Operand::Until(Source::Custom(number)) => custom(number),
        Operand::Builtin(fact)
        | Operand::Business(_, fact)
        | Operand::Since(Source::Builtin(fact))
        | Operand::Until(Source::Builtin(fact)) => {
            keys.insert(ColumnKey::Fact(fact));
        }
        Operand::Words(number) => {
            let set = ruleset.words().sets().get(usize::from(number));
            keys.extend(set.map(|set| ColumnKey::Words(set.key)));
            keys.insert(ColumnKey::Fact(Fact::MSG_TEXT));
        }
        Operand::Open(_) | Operand::Now | Operand::Hour | Operand::Weekday => {}
    }
}

/// The rows at which a fact is known by hash only, and nothing else says what it was found to be.
fn content(chunk: &Chunk, fact: Fact, found: Option<&Column>, rows: &mut Bits) {
    let Some(column) = chunk.column(&ColumnKey::Fact(fact)) else {
        return;
    };
    let unknown = |row: usize| found.is_none_or(|found| found.entry(row) == Entry::Unknown);
    let is_there = |entry: &Entry| *entry == Entry::Content;
    match column {
        Column::Same(entry) if !is_there(entry) => {}
        _ => {
            for row in 0..chunk.rows() {
                if unknown(row) && is_there(&column.entry(row)) {
                    rows.set(row);
                }
            }
        }
    }
}
