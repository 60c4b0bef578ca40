//! Numbers that are the same for the same seed: splitmix64, so that a failing seed tells the same story again.

/// A generator.
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    /// A generator that gives the same numbers for the same seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` up to and with `high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let room = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.next() % room).unwrap()
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, chance: i64) -> bool {
        self.between(1, 100) <= chance
    }

    /// The place of one of so many.
    pub(super) fn index(&mut self, of: usize) -> usize {
        usize::try_from(self.between(0, i64::try_from(of).unwrap() - 1)).unwrap()
    }

    /// One of these.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }
}
