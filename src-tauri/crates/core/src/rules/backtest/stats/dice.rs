//! Draws with a fixed seed. Each is exact, and takes as long for a million cases as for a hundred.

use super::real;

/// Below so many expected hits they are counted up one by one.
const FEW: f64 = 10.0;

/// What Stirling's formula lacks for the logarithm of a factorial, for 0 to 9.
const TAIL: [f64; 10] = [
    0.081_061_466_795_327_26,
    0.041_340_695_955_409_29,
    0.027_677_925_684_998_34,
    0.020_790_672_103_765_09,
    0.016_644_691_189_821_19,
    0.013_876_128_823_070_75,
    0.011_896_709_945_891_77,
    0.010_411_265_261_972_09,
    0.009_255_462_182_712_733,
    0.008_330_563_433_362_87,
];

/// A generator with a fixed seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new() -> Self {
        Self(0x6261_746f_6e00_2026)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, 1.
    const fn unit(&mut self) -> f64 {
        real(self.next() >> 11) / 9_007_199_254_740_992.0
    }

    /// A whole number below another.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below a count of customers"
    )]
    pub(super) fn below(&mut self, of: usize) -> usize {
        ((self.unit() * real(of as u64)) as usize).min(of.saturating_sub(1))
    }

    /// The sum over as many customers as there are, drawn with replacement: how many of each kind
    /// are drawn is one multinomial draw, which is a chain of binomial ones.
    pub(super) fn resample(&mut self, kinds: &[(f64, u64)], customers: u64) -> f64 {
        let (mut left, mut rest, mut sum) = (customers, customers, 0.0);
        for (each, count) in kinds {
            if left == 0 || rest == 0 {
                break;
            }
            let drawn = self.binomial(left, real(*count) / real(rest));
            sum += each * real(drawn);
            left -= drawn;
            rest = rest.saturating_sub(*count);
        }
        sum
    }

    /// Hits out of `of` with the same chance each.
    pub(super) fn binomial(&mut self, of: u64, chance: f64) -> u64 {
        if chance >= 1.0 {
            return of;
        }
        if chance > 0.5 {
            return of - self.binomial(of, 1.0 - chance);
        }
        if real(of) * chance < FEW {
            self.few(of, chance)
        } else {
            self.many(of, chance)
        }
    }

    /// From no hit upwards, each count with its chance made of that of the one before.
    fn few(&mut self, of: u64, chance: f64) -> u64 {
        let odds = chance / (1.0 - chance);
        let mut likely = ((1.0 - chance).ln() * real(of)).exp();
        let mut left = self.unit();
        for hits in 0..of {
            if left < likely {
                return hits;
            }
            left -= likely;
            likely *= odds * real(of - hits) / real(hits + 1);
        }
        of
    }

    /// Transformed rejection (Hörmann 1993, BTRS): a point under a curve that lies close above the
    /// distribution is drawn, and drawn again when it is not under the distribution itself.
    fn many(&mut self, of: u64, chance: f64) -> u64 {
        let n = real(of);
        let spread = (n * chance * (1.0 - chance)).sqrt();
        let b = 2.53_f64.mul_add(spread, 1.15);
        let a = 0.0248_f64.mul_add(b, 0.01_f64.mul_add(chance, -0.0873));
        let middle = n.mul_add(chance, 0.5);
        let inner = 0.92 - 4.2 / b;
        let height = (2.83 + 5.1 / b) * spread;
        let odds = chance / (1.0 - chance);
        let mode = ((n + 1.0) * chance).floor();
        loop {
            let (across, up) = (self.unit() - 0.5, self.unit());
            let edge = 0.5 - across.abs();
            let hits = (2.0 * a / edge + b).mul_add(across, middle).floor();
            if !(0.0..=n).contains(&hits) {
                continue;
            }
            let sure = edge >= 0.07 && up <= inner;
            let below = || {
                let level = (up * height / (a / (edge * edge) + b)).ln();
                level <= log_ratio(n, odds, mode, hits)
            };
            if sure || below() {
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number from 0 to the number of cases"
                )]
                return hits as u64;
            }
        }
    }
}

/// The logarithm of how much less likely so many hits are than the likeliest number of them.
fn log_ratio(n: f64, odds: f64, mode: f64, hits: f64) -> f64 {
    let misses = n - mode + 1.0;
    let first = (mode + 0.5) * ((mode + 1.0) / (odds * misses)).ln();
    let second = (n + 1.0) * (misses / (n - hits + 1.0)).ln();
    let third = (hits + 0.5) * (odds * (n - hits + 1.0) / (hits + 1.0)).ln();
    first + second + third + tail(mode) + tail(n - mode) - tail(hits) - tail(n - hits)
}

fn tail(number: f64) -> f64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number, not below 0"
    )]
    if let Some(known) = TAIL.get(number as usize) {
        return *known;
    }
    let next = number + 1.0;
    let square = next * next;
    (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1_260.0 / square) / square) / next
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exact chance of each number of hits.
    fn chances(of: u64, chance: f64) -> Vec<f64> {
        let mut log = real(of) * (1.0 - chance).ln();
        let odds = (chance / (1.0 - chance)).ln();
        let mut out = Vec::new();
        for hits in 0..=of {
            out.push(log.exp());
            log += odds + (real(of - hits) / real(hits + 1)).ln();
        }
        out
    }

    #[test]
    fn draws_follow_the_binomial_distribution_for_few_and_for_many() {
        const DRAWS: u64 = 60_000;
        let mut dice = Dice::new();
        for (of, chance) in [
            (7, 0.3),
            (40, 0.2),
            (40, 0.9),
            (120, 0.1),
            (150, 0.5),
            (3_000, 0.02),
        ] {
            let mut seen = vec![0_u64; usize::try_from(of).unwrap() + 1];
            for _ in 0..DRAWS {
                seen[usize::try_from(dice.binomial(of, chance)).unwrap()] += 1;
            }
            // Pearson's sum over the numbers that are expected often enough, the others as one.
            let (mut sum, mut kinds) = (0.0, -1.0);
            let (mut rest, mut rest_seen) = (0.0, 0);
            let mut weigh = |expected: f64, seen: u64| {
                sum += (real(seen) - expected).powi(2) / expected;
                kinds += 1.0;
            };
            for (likely, seen) in chances(of, chance).into_iter().zip(&seen) {
                let expected = likely * real(DRAWS);
                if expected >= 20.0 {
                    weigh(expected, *seen);
                } else {
                    rest += expected;
                    rest_seen += seen;
                }
            }
            if rest >= 5.0 {
                weigh(rest, rest_seen);
            }
            // The sum is about `kinds`, give or take the root of twice as much.
            let far = (sum - kinds) / (2.0_f64 * kinds).sqrt();
            assert!(far < 4.5, "{of} cases, chance {chance}: {sum} for {kinds}");
        }
    }

    #[test]
    fn the_ends_are_what_they_must_be() {
        let mut dice = Dice::new();
        assert_eq!(dice.binomial(9, 1.0), 9);
        assert_eq!(dice.binomial(9, 0.0), 0);
        assert_eq!(dice.binomial(0, 0.4), 0);
        assert!((0..1_000).all(|_| dice.binomial(1_000_000, 0.4) <= 1_000_000));
    }
}
