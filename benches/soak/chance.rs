//! Chance: what is picked, and what is said, differs each time and costs nothing.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

const WORDS: [&str; 16] = [
    "bean", "soup", "garden", "rain", "été", "pluie", "jardin", "turnip", "market", "train",
    "letter", "river", "candle", "violin", "harbour", "copper",
];

/// How many have been made: each goes its own way.
static MADE: AtomicU64 = AtomicU64::new(1);

pub struct Chance(u64);

impl Chance {
    pub fn new() -> Self {
        Self(MADE.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end.max(1)
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Between half of it and one and a half.
    pub fn about(&mut self, time: Duration) -> Duration {
        time.mul_f64(0.5 + self.below(1000) as f64 / 1000.0)
    }

    pub fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    pub fn sentence(&mut self) -> String {
        let count = 4 + self.below(12);
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// Bytes that are the same nowhere else.
    pub fn noise(&mut self, length: usize) -> Vec<u8> {
        (0..length.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).collect()
    }
}
