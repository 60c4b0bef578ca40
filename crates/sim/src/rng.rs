//! Numbers that look random and are the same for the same seed: splitmix64, small enough to need no crate.

use serde::{Deserialize, Serialize};

/// A generator. Not for secrets.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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

    /// A number from `low` up to but without `high`; `low` where there is no room.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        match high.checked_sub(low) {
            None | Some(0) => low,
            Some(room) => low + self.next() % room,
        }
    }

    /// True with this chance in percent.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.between(0, 100) < chance
    }

    /// One of these. The list must have at least one entry; an empty one gives none.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.between(0, from.len() as u64);
        from.get(usize::try_from(index).unwrap_or(0))
    }

    /// A UUID of version 4.
    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
mod tests;
