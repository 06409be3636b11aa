//! Which rules match at each row of a frame, from where each rule matches.

use crate::rules::columns::Swept;

/// The matching rules of each row, by rising number.
pub(super) struct Matching {
    starts: Vec<u32>,
    rules: Vec<u16>,
}

impl Matching {
    pub(super) fn of(swept: &Swept, rows: usize) -> Self {
        let mut starts = vec![0_u32; rows + 1];
        for row in swept.matches.iter().flat_map(|bits| bits.ones()) {
            if let Some(count) = starts.get_mut(row + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rules = vec![0; usize::try_from(sum).unwrap_or_default()];
        for (rule, bits) in (0_u16..).zip(&swept.matches) {
            for row in bits.ones() {
                let Some(place) = next.get_mut(row) else {
                    continue;
                };
                if let Some(slot) = usize::try_from(*place)
                    .ok()
                    .and_then(|place| rules.get_mut(place))
                {
                    *slot = rule;
                }
                *place += 1;
            }
        }
        Self { starts, rules }
    }

    pub(super) fn at(&self, row: usize) -> &[u16] {
        let place = |row: usize| {
            let start = self.starts.get(row).copied().unwrap_or_default();
            usize::try_from(start).unwrap_or_default()
        };
        self.rules
            .get(place(row)..place(row + 1))
            .unwrap_or_default()
    }
}
