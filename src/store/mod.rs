//! The file: one thread that writes, a pool that reads, and nothing else that touches it.
//!
//! What always holds: every durable change passes through `submit` and is fsynced before its
//! answer or its events leave; readers see whole commits only, run off the async threads, and
//! neither wait for the writer nor keep it waiting.

mod apply;
mod aside;
mod backup;
mod check;
mod checkpoint;
mod examine;
mod export;
mod keep;
mod known;
mod migrate;
mod open;
mod place;
mod pulse;
pub mod query;
mod readers;
mod sql;
mod writer;

use std::{path::Path, sync::Arc};

use rusqlite::Connection;

pub use apply::{Outcome, SignedIn};
pub use backup::{CopyError, copy, copy_gently};
pub use check::{Checked, check, is_empty};
pub use examine::{Examined, examine};
pub use export::{ExportError, export, export_file};
pub use known::{Known, known};
pub use open::{OpenError, stray_log};
pub use place::{Place, PlaceError, Placed, clear, restore};
pub use pulse::Pulse;

use crate::{
    change::Change,
    event::{Committed, Origin},
    model::{Refusal, Rev, Timestamp},
};

/// Where what was committed goes. It is called on the writer's thread.
pub trait Publish: Send {
    /// Takes what was committed, in commit order, and whether nothing else waits for that thread.
    fn publish(&mut self, committed: Vec<Committed>, is_idle: bool);

    /// May wait a little before the next commit, when what was taken before is still on its way.
    fn catch_up(&mut self);
}

/// Nobody hears of it.
impl Publish for () {
    fn publish(&mut self, _: Vec<Committed>, _: bool) {}

    fn catch_up(&mut self) {}
}

/// An open file that is being served.
#[derive(Clone)]
pub struct Store {
    writer: writer::Writer,
    readers: Arc<readers::Readers>,
}

/// Why something was not done.
#[derive(Debug)]
pub enum Halt {
    /// The caller may not, or typed something wrong.
    Refused(Refusal),
    /// The file failed.
    Fault(rusqlite::Error),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<rusqlite::Error> for Halt {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Fault(fault)
    }
}

impl Store {
    /// Opens the file, making or migrating it, and starts its threads.
    ///
    /// # Errors
    /// Which file, what is wrong with it, and what to do.
    pub fn open(path: &Path, publish: Box<dyn Publish>) -> Result<Self, OpenError> {
        Self::serve(path, open::open(path)?, publish)
    }

    /// The same of a file that is itself a copy, or new: before it is migrated no other copy is kept of it.
    ///
    /// # Errors
    /// Which file, what is wrong with it, and what to do.
    pub fn open_copy(path: &Path, publish: Box<dyn Publish>) -> Result<Self, OpenError> {
        Self::serve(path, open::open_copy(path)?, publish)
    }

    fn serve(
        path: &Path,
        opened: open::Opened,
        publish: Box<dyn Publish>,
    ) -> Result<Self, OpenError> {
        let counts = Arc::default();
        let readers = Arc::new(readers::Readers::open(path, &counts)?);
        let checkpoints = checkpoint::start(path)?;
        let writer = writer::start(opened, publish, checkpoints, counts)
            .map_err(|cause| OpenError::Thread { path: path.into(), cause })?;
        Ok(Self { writer, readers })
    }

    /// Has a change applied; the answer comes once it is durable.
    ///
    /// # Errors
    /// The refusal, or `unavailable` when the file fails, too much waits or the server is stopping.
    pub async fn submit(&self, change: Change, origin: Option<Origin>) -> Result<Outcome, Refusal> {
        let (to, answer) = tokio::sync::oneshot::channel();
        let reply = Box::new(move |outcome| {
            let _ = to.send(outcome); // whoever asked may be gone; the change stands
        });
        self.writer.send(change, origin, reply).await?;
        answer.await.unwrap_or_else(|_| Err(Refusal::unavailable()))
    }

    /// Has a change applied without waiting: `reply` is called on the writer's thread, after the
    /// events were published.
    ///
    /// # Errors
    /// `unavailable` when too much waits or the server is stopping; then `reply` is not called.
    pub async fn submit_then(
        &self,
        change: Change,
        origin: Option<Origin>,
        reply: impl FnOnce(Result<Outcome, Refusal>) + Send + 'static,
    ) -> Result<(), Refusal> {
        self.writer.send(change, origin, Box::new(reply)).await
    }

    /// Whether so many reads wait that who can ask again should be told to.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.readers.is_crowded()
    }

    /// Reads in one snapshot, off the async threads. Waits for its turn, however many do.
    ///
    /// # Errors
    /// The refusal, or `unavailable` when the file fails or its turn does not come.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Halt> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.readers.read(read).await
    }

    /// How the writer does.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        self.writer.pulse()
    }

    /// Waits until the writer has looked at what waits; nothing is written.
    pub async fn answers(&self) {
        self.writer.answers().await;
    }

    /// Whether a change can be made durable at this moment.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn probe(&self) -> Result<(), Refusal> {
        let nothing = crate::change::Act::RecordActivity(Vec::new());
        let change = Change { by: None, at: Timestamp::now(), act: nothing };
        self.submit(change, None).await.map(|_| ())
    }

    /// Applies what is queued, folds the log back into the file and closes it. What comes
    /// afterwards is refused.
    pub async fn stop(&self) {
        // the writer closes the file last, which takes the log away
        self.readers.close().await;
        self.writer.stop().await;
    }
}

/// The last change's number in this snapshot.
///
/// # Errors
/// The file failed.
pub fn current_rev(db: &Connection) -> rusqlite::Result<Rev> {
    db.prepare_cached("SELECT coalesce(max(rev), 0) FROM server")?.query_row([], |row| row.get(0))
}

/// A copy is about to take a file's place: whoever has heard of changes that it does not know has to read anew,
/// and is not told of others that would have the same numbers.
fn begin_life(db: &Connection) -> rusqlite::Result<()> {
    let rev = current_rev(db)?.reborn();
    db.execute("UPDATE server SET rev = ?1", [rev]).map(drop)
}

/// A database in memory with the current schema and no server yet, and a way to apply changes to
/// it without threads: what property tests drive.
pub mod in_memory {
    use super::{Change, Connection, Halt, Outcome, Rev, apply, migrate};
    use crate::event::Told;

    /// A new, empty database in memory.
    ///
    /// # Errors
    /// The schema does not hold.
    pub fn empty() -> rusqlite::Result<Connection> {
        let db = Connection::open_in_memory()?;
        db.execute_batch("PRAGMA foreign_keys = ON")?;
        migrate::create(&db)?;
        Ok(db)
    }

    /// Applies one change exactly as the writer does.
    ///
    /// # Errors
    /// The refusal, after which nothing is left behind, or the fault.
    pub fn apply(db: &Connection, rev: Rev, change: &Change) -> Result<(Outcome, Vec<Told>), Halt> {
        apply::in_savepoint(db, rev, change)
    }
}
