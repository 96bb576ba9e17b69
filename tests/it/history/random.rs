//! Chance that can be had again: the same for the same seed.

/// Small, and good enough to choose moments and places.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number from 0 to just under this.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % bound as u64) as usize
    }

    /// Another, for somebody else, so that what one draws does not depend on the other's haste.
    pub fn child(&mut self) -> Self {
        Self::new(self.below(usize::MAX) as u64)
    }
}
