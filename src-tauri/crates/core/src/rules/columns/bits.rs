//! Bitmaps: one bit per decision point of a frame.

/// One bit per point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bits {
    words: Vec<u64>,
}

/// Where a condition is true and where it is false; elsewhere it is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Truths {
    /// Where it is true.
    pub yes: Bits,
    /// Where it is false.
    pub no: Bits,
}

/// The places of the bits that are set in a word, in order, given the place of the word.
pub(in crate::rules) fn ones_of(
    (index, word): (usize, &u64),
) -> impl Iterator<Item = usize> + use<> {
    let mut rest = *word;
    std::iter::from_fn(move || {
        (rest != 0).then(|| {
            let bit = rest.trailing_zeros();
            rest &= rest - 1;
            index * 64 + bit as usize
        })
    })
}

impl Bits {
    /// No bit of so many.
    #[must_use]
    pub fn none(count: usize) -> Self {
        Self {
            words: vec![0; count.div_ceil(64)],
        }
    }

    /// Every bit of so many.
    #[must_use]
    pub fn all(count: usize) -> Self {
        let mut words = vec![u64::MAX; count.div_ceil(64)];
        let rest = count % 64;
        if rest > 0
            && let Some(last) = words.last_mut()
        {
            *last = (1 << rest) - 1;
        }
        Self { words }
    }

    /// The bits of the values that pass a test.
    pub fn of<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> Self {
        let word = |values: &[T]| {
            values.iter().enumerate().fold(0, |word, (bit, value)| {
                word | (u64::from(test(*value)) << bit)
            })
        };
        Self {
            words: values.chunks(64).map(word).collect(),
        }
    }

    /// Makes room for so many bits; the new ones are not set.
    pub fn reach(&mut self, count: usize) {
        self.words.resize(count.div_ceil(64), 0);
    }

    /// Puts so many bits behind the first `start`.
    pub fn append(&mut self, start: usize, other: &Self, count: usize) {
        self.reach(start);
        let shift = start % 64;
        if shift == 0 {
            self.words.extend_from_slice(&other.words);
        } else {
            for word in &other.words {
                if let Some(last) = self.words.last_mut() {
                    *last |= word << shift;
                }
                self.words.push(word >> (64 - shift));
            }
        }
        self.reach(start + count);
    }

    /// Keeps the first so many bits.
    pub fn truncate(&mut self, count: usize) {
        self.words.truncate(count.div_ceil(64));
        if !count.is_multiple_of(64)
            && let Some(last) = self.words.get_mut(count / 64)
        {
            *last &= (1 << (count % 64)) - 1;
        }
    }

    /// Sixty-four bits at once.
    #[must_use]
    pub fn word(&self, index: usize) -> u64 {
        self.words.get(index).copied().unwrap_or_default()
    }

    /// How many bits two bitmaps have in common.
    #[must_use]
    pub fn count_both(&self, other: &Self) -> u64 {
        let both = self.words.iter().zip(&other.words);
        both.map(|(one, two)| u64::from((one & two).count_ones()))
            .sum()
    }

    /// Sets or clears one bit.
    pub fn put(&mut self, index: usize, bit: bool) {
        if let Some(word) = self.words.get_mut(index / 64) {
            *word = *word & !(1 << (index % 64)) | (u64::from(bit) << (index % 64));
        }
    }

    /// Sets one bit.
    pub fn set(&mut self, index: usize) {
        if let Some(word) = self.words.get_mut(index / 64) {
            *word |= 1 << (index % 64);
        }
    }

    /// Whether a bit is set.
    #[must_use]
    pub fn get(&self, index: usize) -> bool {
        self.words
            .get(index / 64)
            .is_some_and(|word| (word >> (index % 64)) & 1 == 1)
    }

    /// How many bits are set.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.words
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }

    /// Whether no bit is set.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The places of the bits that are set, in order.
    pub fn ones(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(ones_of)
    }

    /// The places of the bits that are set from one place to another, in order.
    pub fn ones_in(&self, from: usize, to: usize) -> impl Iterator<Item = usize> + '_ {
        let first = from / 64;
        let words = self.words.iter().enumerate().skip(first);
        words
            .take(to.div_ceil(64).saturating_sub(first))
            .flat_map(ones_of)
            .filter(move |place| (from..to).contains(place))
    }

    /// Keeps the bits that others have too.
    pub fn and(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Takes the bits of others as well.
    pub fn or(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Takes away the bits that others have.
    pub fn and_not(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Where two bitmaps differ.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Self {
        Self {
            words: self
                .words
                .iter()
                .zip(&other.words)
                .map(|(one, two)| one ^ two)
                .collect(),
        }
    }

    /// The bits as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect()
    }

    /// So many bits from bytes; none when they are not that many.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], count: usize) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        let fits = rest.is_empty() && words.len() == count.div_ceil(64);
        fits.then(|| {
            let mut bits = Self {
                words: words.iter().map(|word| u64::from_le_bytes(*word)).collect(),
            };
            bits.and(&Self::all(count));
            bits
        })
    }

    /// Bytes it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.words.len() * 8
    }
}

impl Truths {
    /// The same truth for so many points.
    #[must_use]
    pub fn constant(value: bool, count: usize) -> Self {
        let (all, none) = (Bits::all(count), Bits::none(count));
        if value {
            Self { yes: all, no: none }
        } else {
            Self { yes: none, no: all }
        }
    }

    /// Nothing is known of any of so many points.
    #[must_use]
    pub fn unknown(count: usize) -> Self {
        Self {
            yes: Bits::none(count),
            no: Bits::none(count),
        }
    }

    /// True where a test passes and false where not, as far as it is known.
    #[must_use]
    pub fn known(mut yes: Bits, known: &Bits) -> Self {
        yes.and(known);
        let mut no = known.clone();
        no.and_not(&yes);
        Self { yes, no }
    }

    /// The opposite.
    #[must_use]
    pub fn denied(self) -> Self {
        Self {
            yes: self.no,
            no: self.yes,
        }
    }

    /// Both.
    pub fn and(&mut self, other: &Self) {
        self.yes.and(&other.yes);
        self.no.or(&other.no);
    }

    /// Either.
    pub fn or(&mut self, other: &Self) {
        self.yes.or(&other.yes);
        self.no.and(&other.no);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_listed_and_never_beyond_the_last() {
        let values: Vec<u32> = (0..130).collect();
        let thirds = Bits::of(&values, |value| value % 3 == 0);
        assert_eq!((thirds.count(), thirds.ones().count()), (44, 44));
        assert!(
            thirds
                .ones()
                .all(|index| index % 3 == 0 && thirds.get(index))
        );
        let mut rest = Bits::all(130);
        rest.and_not(&thirds);
        assert_eq!(rest.count(), 86);
        assert_eq!(Bits::all(130).differing(&thirds), rest);
        assert!(!rest.get(130) && Bits::none(130).is_none());
        assert_eq!(Bits::from_bytes(&rest.to_bytes(), 130), Some(rest.clone()));
        assert_eq!(Bits::from_bytes(&rest.to_bytes(), 200), None);
        assert_eq!(Bits::from_bytes(&[1, 2, 3], 20), None);
    }

    #[test]
    fn what_is_put_behind_other_bits_and_cut_off_again_leaves_no_trace() {
        for (start, count, cut) in [
            (0, 0, 0),
            (0, 64, 0),
            (0, 70, 64),
            (1, 63, 1),
            (3, 61, 60),
            (60, 4, 63),
            (63, 2, 64),
            (64, 64, 100),
            (70, 1, 70),
            (100, 156, 129),
            (128, 0, 128),
            (130, 200, 330),
        ] {
            let first: Vec<usize> = (0..start).collect();
            let second: Vec<usize> = (0..count).collect();
            let third = |value: usize| value % 3 != 1;
            let fifth = |value: usize| value % 5 < 2;
            let mut bits = Bits::of(&first, third);
            bits.append(start, &Bits::of(&second, fifth), count);
            let all: Vec<usize> = (0..start + count).collect();
            let expected = |value: usize| match value.checked_sub(start) {
                None => third(value),
                Some(value) => fifth(value),
            };
            let case = format!("{count} behind {start}, cut to {cut}");
            assert_eq!(bits, Bits::of(&all, expected), "{case}");
            bits.truncate(cut);
            assert_eq!(bits, Bits::of(&all[..cut], expected), "{case}");
            bits.append(cut, &Bits::all(9), 9);
            assert_eq!(bits.ones_in(cut, cut + 9).count(), 9, "{case}");
            assert_eq!(bits.ones_in(cut + 9, cut + 99).count(), 0, "{case}");
        }
    }
}
