//! How much of what was committed is still on its way to who hears it: counted when it is handed to the
//! thread that delivers, until it is written to their sockets.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

#[derive(Default)]
pub(super) struct Backlog {
    now: Mutex<Now>,
    none: Condvar,
}

#[derive(Default)]
struct Now {
    batches: usize,
    /// Whether what was delivered last went to many.
    is_wide: bool,
}

impl Backlog {
    pub(super) fn is_empty(&self) -> bool {
        self.now.lock().batches == 0
    }

    pub(super) fn add(&self) {
        self.now.lock().batches += 1;
    }

    /// So many batches are delivered. `is_wide`: to many more sockets than they were changes.
    pub(super) fn take(&self, delivered: usize, is_wide: bool) {
        let mut now = self.now.lock();
        now.batches -= delivered;
        now.is_wide = is_wide;
        if now.batches == 0 {
            self.none.notify_all();
        }
    }

    /// Waits until all is delivered, but no longer than this: what comes meanwhile shares its commit with more,
    /// and its way to many sockets. Where few hear of each change there is no such gain, and nothing is waited for.
    pub(super) fn wait_at_most(&self, patience: Duration) {
        let mut now = self.now.lock();
        if now.batches > 0 && now.is_wide {
            let until = Instant::now() + patience;
            self.none.wait_while_until(&mut now, |now| now.batches > 0, until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn who_waits_goes_on_when_all_is_delivered_or_patience_is_over() {
        let backlog = wide();
        backlog.wait_at_most(HOUR); // nothing is on its way
        backlog.add();
        backlog.add();
        backlog.wait_at_most(Duration::ZERO);
        assert!(!backlog.is_empty());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                backlog.take(1, true);
                backlog.take(1, true);
            });
            backlog.wait_at_most(HOUR);
        });
        assert!(backlog.is_empty());
    }

    #[test]
    fn what_few_hear_is_not_waited_for() {
        let backlog = wide();
        backlog.add();
        backlog.take(1, false);
        backlog.add();
        backlog.wait_at_most(HOUR);
        assert!(!backlog.is_empty());
    }

    /// The last that was delivered went to many.
    fn wide() -> Backlog {
        let backlog = Backlog::default();
        backlog.add();
        backlog.take(1, true);
        backlog
    }
}
