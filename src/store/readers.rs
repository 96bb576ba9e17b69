//! Reading: a pool of read-only connections, used off the async threads, a snapshot a read.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::{Halt, OpenError, open};
use crate::model::Refusal;

/// How many read at once. More threads than this only wait for each other's disk and cores.
const READERS: u32 = 4;

/// How long a read may wait for its turn before it is refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// When so many wait, who can ask again is refused at once: waiting longer would help nobody.
const CROWD: usize = 256;

pub(super) struct Readers {
    /// None once closed.
    pool: Mutex<Option<r2d2::Pool<SqliteConnectionManager>>>,
    turns: Arc<Semaphore>,
    /// How many wait for their turn.
    waiting: AtomicUsize,
}

/// Counted among those who wait, until dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection's reads are of one moment, until this is dropped. Its statements are prepared once, unlike
/// those of rusqlite's transactions, which is a good part of what a small read costs.
struct Snapshot<'a>(&'a Connection);

impl<'a> Snapshot<'a> {
    fn begin(db: &'a Connection) -> rusqlite::Result<Self> {
        db.prepare_cached("BEGIN")?.execute([])?;
        Ok(Self(db))
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if self.0.prepare_cached("COMMIT").and_then(|mut end| end.execute([])).is_err() {
            let _ = self.0.execute_batch("ROLLBACK"); // which leaves it in any case
        }
    }
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let manager = SqliteConnectionManager::file(path)
            .with_flags(flags)
            .with_init(|db| open::set_up(db, false));
        let pool = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(0)) // none is opened while nobody waits for it: a stop closes them all
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .build(manager)
            .map_err(|error| OpenError::File {
                path: path.into(),
                cause: std::io::Error::other(error),
            })?;
        Ok(Self {
            pool: Mutex::new(Some(pool)),
            turns: Arc::new(Semaphore::new(READERS as usize)),
            waiting: AtomicUsize::new(0),
        })
    }

    /// Lets the reads that are going on finish and closes the connections.
    pub(super) async fn close(&self) {
        let all = self.turns.acquire_many(READERS).await;
        drop(self.pool.lock().take());
        self.turns.close();
        drop(all);
    }

    /// Whether so many wait that who can ask again should.
    pub(super) fn is_crowded(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= CROWD
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Halt> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned());
        let Ok(Ok(turn)) = turn.await else { return Err(Refusal::unavailable()) };
        drop(waiting);
        let Some(pool) = self.pool.lock().clone() else { return Err(Refusal::unavailable()) };
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let db = pool.get().map_err(|error| {
                tracing::error!(%error, "no connection to read with");
                Halt::Refused(Refusal::unavailable())
            })?;
            let _snapshot = Snapshot::begin(&db)?;
            read(&db)
        });
        match done.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Halt::Refused(refusal))) => Err(refusal),
            Ok(Err(Halt::Fault(error))) => {
                tracing::error!(%error, "a read failed");
                Err(Refusal::unavailable())
            }
            Err(error) => {
                tracing::error!(%error, "a read panicked");
                Err(Refusal::unavailable())
            }
        }
    }
}
