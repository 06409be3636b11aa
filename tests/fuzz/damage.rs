//! Damage that can be repeated.

/// Chance from a seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % end.max(1)
    }

    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// The largest input; quadratic readers show long before.
const LARGEST: usize = 64 * 1024;

/// One of the seeds, damaged a few times.
pub(crate) fn damaged(dice: &mut Dice, seeds: &[&[u8]], words: &[&[u8]]) -> Vec<u8> {
    let mut out = dice.one_of(seeds).to_vec();
    for _ in 0..=dice.below(12) {
        once(dice, &mut out, seeds, words);
    }
    out.truncate(LARGEST);
    out
}

fn once(dice: &mut Dice, out: &mut Vec<u8>, seeds: &[&[u8]], words: &[&[u8]]) {
    let at = dice.below(out.len() + 1);
    let end = (at + dice.below(64)).min(out.len());
    match dice.below(9) {
        0 if at < out.len() => out[at] ^= 1 << dice.below(8),
        1 if at < out.len() => out[at] = u8::try_from(dice.below(256)).unwrap_or(0),
        2 => drop(out.drain(at..end)),
        3 => {
            let copy = out[at..end].to_vec();
            out.splice(at..at, copy);
        }
        4 | 5 => {
            out.splice(at..at, dice.one_of(words).iter().copied());
        }
        6 => {
            // Depth and length: one word very often.
            let many = 1 + dice.below(2_000);
            let word = dice.one_of(words);
            out.splice(at..at, word.repeat(many).into_iter().take(LARGEST));
        }
        7 => {
            let other = dice.one_of(seeds);
            let from = dice.below(other.len());
            out.truncate(at);
            out.extend_from_slice(&other[from..]);
        }
        _ => out.truncate(at),
    }
}
