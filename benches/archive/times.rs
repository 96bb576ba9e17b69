//! How long things took.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// Times of the same thing, done again and again.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Does it and remembers how long it took.
    pub async fn time<T>(&mut self, what: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = what.await;
        self.0.push(began.elapsed());
        done
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The median.
    pub fn half(&self) -> Duration {
        self.of(0.5)
    }

    fn of(&self, part: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        let at = (sorted.len() as f64 * part) as usize;
        sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |part| self.of(part).as_secs_f64() * 1000.0;
        let (half, most, all) = (ms(0.5), ms(0.99), ms(1.0));
        write!(f, "p50 {half:.2} ms, p99 {most:.2} ms, longest {all:.1} ms ({})", self.0.len())
    }
}
