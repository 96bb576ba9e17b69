//! How much of what was committed is still on its way to who hears it: counted when it is handed to the
//! thread that delivers, until it is written to their sockets.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

#[derive(Default)]
pub(super) struct Backlog {
    batches: Mutex<usize>,
    none: Condvar,
}

impl Backlog {
    pub(super) fn is_empty(&self) -> bool {
        *self.batches.lock() == 0
    }

    pub(super) fn add(&self) {
        *self.batches.lock() += 1;
    }

    /// So many batches are delivered.
    pub(super) fn take(&self, delivered: usize) {
        let mut batches = self.batches.lock();
        *batches -= delivered;
        if *batches == 0 {
            self.none.notify_all();
        }
    }

    /// Waits until all is delivered, but no longer than this.
    pub(super) fn wait_at_most(&self, patience: Duration) {
        let mut batches = self.batches.lock();
        if *batches > 0 {
            let until = Instant::now() + patience;
            self.none.wait_while_until(&mut batches, |batches| *batches > 0, until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_goes_on_when_all_is_delivered_or_patience_is_over() {
        let backlog = Backlog::default();
        backlog.wait_at_most(Duration::from_secs(3600)); // nothing is on its way
        backlog.add();
        backlog.add();
        backlog.wait_at_most(Duration::ZERO);
        assert!(!backlog.is_empty());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                backlog.take(1);
                backlog.take(1);
            });
            backlog.wait_at_most(Duration::from_secs(3600));
        });
        assert!(backlog.is_empty());
    }
}
