//! Folding the write-ahead log back into the file, off the writer's thread.
//!
//! A passive checkpoint never makes the writer or a reader wait, but each costs two syncs that the
//! commits beside it feel. So the log is folded seldom and much at a time: the thread here takes what
//! there is, and the writer, between two commits, the little that came meanwhile; then the log starts
//! over. Where it comes faster than it is folded, the writer folds it all once it is far too long.

use std::{
    cell::Cell,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
};

use rusqlite::Connection;

use super::{OpenError, open};

/// The log is folded back when it has this many pages (16 MiB), or this many more than when that was
/// last begun.
const LONG: i32 = 4096;

/// The writer folds back itself what the thread has left, when it is no more than this.
const LITTLE: i32 = 1024;

/// The writer folds all of it when it has this many (64 MiB).
const FAR_TOO_LONG: i32 = 4 * LONG;

thread_local! {
    /// How many pages the log had after the last commit of this thread's connection.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// The writer's side: looks at the log after each commit.
pub(super) struct Checkpoints {
    nudge: SyncSender<()>,
    thread: JoinHandle<()>,
    /// How many pages of the log the thread has just folded back; 0 once the writer knows.
    folded: Arc<AtomicI32>,
    /// How many it had after the commit before.
    seen: i32,
    /// When it has this many, something is done.
    next: i32,
}

impl Checkpoints {
    /// Has the commits of a connection counted. Called on the thread that commits.
    pub(super) fn watch(db: &Connection) {
        db.wal_hook(Some(|_, pages| {
            PAGES.set(pages);
            Ok(())
        }));
    }

    /// Lets a fold that is going on finish and closes its connection.
    pub(super) fn close(self) {
        drop(self.nudge);
        let _ = self.thread.join(); // a panic there has been told
    }

    /// After a commit: has the log folded back if it is long.
    pub(super) fn look(&mut self, db: &Connection) {
        let pages = PAGES.get();
        if pages < self.seen {
            self.next = LONG; // it has started over
        }
        self.seen = pages;
        let folded = self.folded.swap(0, Ordering::Relaxed);
        if folded > 0 && pages - folded > LITTLE {
            self.next = self.next.min(pages + LITTLE);
        } else if folded > 0 || (pages >= self.next && pages >= FAR_TOO_LONG) {
            self.next = pages + LONG;
            fold(db);
        } else if pages >= self.next {
            self.next = pages + LONG;
            let _ = self.nudge.try_send(()); // one is waiting already
        }
    }
}

pub(super) fn start(path: &Path) -> Result<Checkpoints, OpenError> {
    let db = open::connect(path, true)?;
    let (nudge, nudges) = sync_channel(1);
    let folded = Arc::new(AtomicI32::new(0));
    let told = Arc::clone(&folded);
    let thread = std::thread::Builder::new()
        .name("checkpoint".into())
        .spawn(move || run(&db, &nudges, &told))
        .map_err(|cause| OpenError::Thread { path: path.into(), cause })?;
    Ok(Checkpoints { nudge, thread, folded, seen: 0, next: LONG })
}

fn run(db: &Connection, nudges: &Receiver<()>, folded: &AtomicI32) {
    while nudges.recv().is_ok() {
        folded.store(fold(db), Ordering::Relaxed);
    }
}

/// How many pages of the log are in the file now.
fn fold(db: &Connection) -> i32 {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2)).unwrap_or_else(|error| {
        tracing::warn!(%error, "the log could not be folded back; it will be tried again");
        0
    })
}
