//! Reading: a few threads with a read-only connection each; each read is of one moment.
//!
//! What always holds: what waits is read in the order it came, whoever has given up left out; a read
//! sees all that was committed before it was asked for; a thread that has read goes on with what waits,
//! in the same snapshot while nothing newer was committed, and at most one is being woken at a time, since
//! a read costs less than waking a thread for it.

use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use parking_lot::{Condvar, Mutex};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::{Halt, OpenError, open, pulse::Counts};
use crate::model::Refusal;

/// How many read at once. More threads than this only wait for each other's disk and cores.
const READERS: u32 = 4;

/// How long a read may take, the wait for its turn included, before it is refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// When so many wait, who can ask again is refused at once: waiting longer would help nobody.
const CROWD: usize = 256;

type Pool = r2d2::Pool<SqliteConnectionManager>;

/// Something to read with, or why there is nothing. It says whether the file could be read.
type Read = Box<dyn FnOnce(Result<&Connection, Refusal>) -> bool + Send>;

pub(super) struct Readers {
    line: Arc<Line>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What waits to be read.
#[derive(Default)]
struct Line {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Default)]
struct State {
    reads: VecDeque<Read>,
    /// How many threads sleep.
    asleep: u32,
    /// Whether one of them was woken and has not looked yet.
    is_waking: bool,
    is_closed: bool,
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

impl Line {
    /// False once closed.
    fn push(&self, read: Read) -> bool {
        let mut state = self.state.lock();
        if state.is_closed {
            return false;
        }
        state.reads.push_back(read);
        self.wake_one(&mut state);
        true
    }

    /// The next, if one waits.
    fn waiting(&self) -> Option<Read> {
        self.take(&mut self.state.lock())
    }

    fn take(&self, state: &mut State) -> Option<Read> {
        let read = state.reads.pop_front()?;
        self.wake_one(state);
        Some(read)
    }

    /// Waits for the next; none once closed, when nothing waits any more.
    fn next(&self) -> Option<Read> {
        let mut state = self.state.lock();
        loop {
            if let Some(read) = self.take(&mut state) {
                return Some(read);
            }
            if state.is_closed {
                return None;
            }
            state.asleep += 1;
            self.more.wait(&mut state);
            state.asleep -= 1;
            state.is_waking = false;
        }
    }

    fn wake_one(&self, state: &mut State) {
        if !state.reads.is_empty() && state.asleep > 0 && !state.is_waking {
            state.is_waking = true;
            self.more.notify_one();
        }
    }

    fn close(&self) {
        self.state.lock().is_closed = true;
        self.more.notify_all();
    }
}

/// One of the threads.
struct Thread {
    line: Arc<Line>,
    pool: Pool,
    counts: Arc<Counts>,
}

impl Thread {
    fn run(self) {
        let mut next = self.line.next();
        while let Some(read) = next {
            let passed_on = match self.pool.get() {
                Ok(db) => self.read_on(&db, read),
                Err(error) => {
                    tracing::error!(%error, "no connection to read with");
                    read(Err(Refusal::unavailable()));
                    None
                }
            };
            next = passed_on.or_else(|| self.line.next());
        }
    }

    /// Reads this and what waits after it, as long as all of it can be read in one snapshot. Gives back what
    /// has to be read in another.
    fn read_on(&self, db: &Connection, mut read: Read) -> Option<Read> {
        let commits = self.counts.commits(); // before it begins: it may know more than these
        let snapshot = Snapshot::begin(db);
        loop {
            // whoever waits for it learns of a panic by the loss of the answer
            let is_whole = catch_unwind(AssertUnwindSafe(|| match &snapshot {
                Ok(_) => read(Ok(db)),
                Err(error) => {
                    tracing::error!(%error, "a snapshot could not be had");
                    read(Err(Refusal::unavailable()))
                }
            }));
            if !matches!(is_whole, Ok(true)) {
                return None;
            }
            read = self.line.waiting()?;
            if self.counts.commits() != commits {
                return Some(read);
            }
        }
    }
}

impl Readers {
    pub(super) fn open(path: &Path, counts: &Arc<Counts>) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let manager = SqliteConnectionManager::file(path)
            .with_flags(flags)
            .with_init(|db| open::set_up(db, false));
        let pool = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(0)) // none is opened while nobody waits for it
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .build(manager)
            .map_err(|error| OpenError::File {
                path: path.into(),
                cause: io::Error::other(error),
            })?;
        let readers = Self { line: Arc::default(), threads: Mutex::default() };
        for _ in 0..READERS {
            let (line, counts) = (Arc::clone(&readers.line), Arc::clone(counts));
            let thread = Thread { line, pool: pool.clone(), counts };
            let named = std::thread::Builder::new().name("reader".into());
            let started = named.spawn(move || thread.run());
            let started =
                started.map_err(|cause| OpenError::Thread { path: path.into(), cause })?;
            readers.threads.lock().push(started);
        }
        Ok(readers)
    }

    /// Lets what waits be read and closes the connections.
    pub(super) async fn close(&self) {
        self.line.close();
        let threads = std::mem::take(&mut *self.threads.lock());
        let closed =
            tokio::task::spawn_blocking(|| threads.into_iter().try_for_each(JoinHandle::join));
        if !matches!(closed.await, Ok(Ok(()))) {
            tracing::error!("a reader did not end as it should");
        }
    }

    /// Whether so many wait that who can ask again should.
    pub(super) fn is_crowded(&self) -> bool {
        self.line.state.lock().reads.len() >= CROWD
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Halt> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (to, answer) = oneshot::channel();
        let is_taken = self.line.push(Box::new(move |db| {
            if to.is_closed() {
                return true; // who asked has given up meanwhile
            }
            let found = db.map_err(Halt::Refused).and_then(read);
            let is_whole = !matches!(found, Err(Halt::Fault(_)));
            let _ = to.send(found);
            is_whole
        }));
        if !is_taken {
            return Err(Refusal::unavailable());
        }
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(Halt::Refused(refusal)))) => Err(refusal),
            Ok(Ok(Err(Halt::Fault(error)))) => {
                tracing::error!(%error, "a read failed");
                Err(Refusal::unavailable())
            }
            Ok(Err(_)) => {
                tracing::error!("a read panicked");
                Err(Refusal::unavailable())
            }
            Err(_) => Err(Refusal::unavailable()),
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.line.close();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn readers() -> (tempfile::TempDir, Readers) {
        let (folder, readers, _) = readers_beside(&Arc::default());
        (folder, readers)
    }

    fn readers_beside(counts: &Arc<Counts>) -> (tempfile::TempDir, Readers, open::Opened) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("salon.db");
        let opened = open::open(&path).expect("a new file can be made");
        let readers = Readers::open(&path, counts).expect("threads can be started");
        (folder, readers, opened)
    }

    fn one(db: &Connection) -> Result<i64, Halt> {
        Ok(db.query_row("SELECT 1", [], |row| row.get(0))?)
    }

    #[tokio::test]
    async fn a_panic_costs_only_its_own_read() {
        let (_folder, readers) = readers();
        for _ in 0..2 * READERS {
            let broken = readers.read(|_| -> Result<(), Halt> { panic!("on purpose") }).await;
            assert_eq!(broken, Err(Refusal::unavailable()));
        }
        assert_eq!(readers.read(one).await, Ok(1));
    }

    #[tokio::test]
    async fn what_is_asked_after_a_commit_knows_of_it() {
        fn tables(db: &Connection) -> Result<i64, Halt> {
            let of_ours = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'later%'";
            Ok(db.query_row(of_ours, [], |row| row.get(0))?)
        }
        let counts = Arc::default();
        let (_folder, readers, opened) = readers_beside(&counts);
        let (hold, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let (look, looked) = mpsc::channel();
        let before = |_| {
            let (held, look) = (Arc::clone(&held), look.clone());
            readers.read(move |db| {
                _ = look.send(tables(db));
                _ = held.lock().recv();
                Ok(())
            })
        };
        // each thread reads in a snapshot from before, and has it still when it comes to the next
        let before = futures_util::future::join_all((0..READERS).map(before));
        let after = async {
            for _ in 0..READERS {
                assert!(matches!(looked.recv(), Ok(Ok(0))));
            }
            for table in ["later", "later_still"] {
                let make = format!("CREATE TABLE {table} (one INTEGER)");
                opened.db.execute_batch(&make).expect("a table can be made");
                counts.committed(1, Duration::ZERO);
            }
            let asked = futures_util::future::join_all((0..READERS).map(|_| readers.read(tables)));
            let free = async {
                tokio::task::yield_now().await; // all ask before this
                drop(hold);
            };
            tokio::join!(asked, free).0
        };
        let (_, after) = tokio::join!(before, after);
        assert_eq!(after, vec![Ok(2); READERS as usize]);
    }

    #[tokio::test]
    async fn what_waits_when_they_close_is_still_read_and_nothing_after_it() {
        let (_folder, readers) = readers();
        let (hold, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let slow = |_| {
            let held = Arc::clone(&held);
            readers.read(move |db| {
                _ = held.lock().recv();
                one(db)
            })
        };
        let all = futures_util::future::join_all((0..3 * READERS).map(slow));
        let closed = async {
            tokio::task::yield_now().await; // all ask before this
            readers.line.close();
            drop(hold);
            readers.close().await;
        };
        let (all, ()) = tokio::join!(all, closed);
        assert_eq!(all, vec![Ok(1); 3 * READERS as usize]);
        assert_eq!(readers.read(one).await, Err(Refusal::unavailable()));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_read() {
        let (_folder, readers) = readers();
        let (hold, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let (told, read) = mpsc::channel();
        let slow = |_| {
            let held = Arc::clone(&held);
            readers.read(move |_| Ok(_ = held.lock().recv()))
        };
        let busy = futures_util::future::join_all((0..READERS).map(slow));
        let given_up = readers.read(move |_| Ok(_ = told.send(())));
        let hold = async {
            let asked = tokio::time::timeout(Duration::ZERO, given_up).await;
            assert!(asked.is_err(), "all readers are busy");
            drop(hold);
        };
        tokio::join!(busy, hold);
        readers.close().await;
        assert!(read.recv().is_err(), "it was read for nobody");
    }
}
