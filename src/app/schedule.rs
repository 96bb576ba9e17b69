//! Copies taken by themselves, while the server runs.
//!
//! What always holds: a copy has its name only once it is whole, looked at and on the disk; older ones go
//! after that and not before, and nothing else in the folder is touched. A restart takes none that is not
//! due. Where there is no room, or anything else fails, that is told, and the server goes on as if nothing were.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    sync::{Semaphore, oneshot},
    time::{MissedTickBehavior, interval, timeout},
};

use super::App;
use crate::{
    model::Timestamp,
    store::{self, CopyError},
};

/// How often the clock is looked at; more often where copies are.
const LOOK: Duration = Duration::from_secs(60);

/// After a failure it is tried again so much later, or when the next is due.
const AGAIN: Duration = Duration::from_secs(15 * 60);

/// How long a stop waits for a copy to leave the file.
const LEAVE_WITHIN: Duration = Duration::from_secs(1);

/// What copies are called: this, a date, and that.
const NAME: (&str, &str) = ("salon-", ".db");

/// What one is called that is being made.
const COMING: &str = "salon-copy.partial";

/// Which copies are taken.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where they are put.
    pub folder: PathBuf,
    /// How long after the last.
    pub every: Duration,
    /// How many are kept.
    pub keep: usize,
}

impl Plan {
    /// When the newest of them was taken.
    #[must_use]
    pub fn newest(&self, now: Timestamp) -> Option<Timestamp> {
        taken(&self.folder, now).pop().map(|(at, _)| at)
    }
}

/// What came of them.
#[derive(Clone, Debug, Default)]
pub struct Copies {
    /// The last that was taken, and how many bytes it has.
    pub last: Option<(Timestamp, u64)>,
    /// When one was last not taken since the start, and why.
    pub failure: Option<(Timestamp, String)>,
}

/// What the clock has to remember.
#[derive(Debug)]
pub(super) struct Schedule {
    copies: Mutex<Copies>,
    /// The server stops: a copy that is being taken leaves the file.
    is_over: Arc<AtomicBool>,
    /// Held while one is being taken.
    turn: Arc<Semaphore>,
}

impl Default for Schedule {
    fn default() -> Self {
        let turn = Arc::new(Semaphore::new(1));
        Self { copies: Mutex::default(), is_over: Arc::default(), turn }
    }
}

impl Schedule {
    pub(super) fn copies(&self) -> Copies {
        self.copies.lock().clone()
    }

    /// Has a copy that is being taken leave the file.
    pub(super) async fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = timeout(LEAVE_WITHIN, self.turn.acquire()).await; // longer, and its log stays beside it
    }
}

impl App {
    /// Takes copies when they are due, for as long as the server runs.
    pub(super) async fn keep_copies(&self) {
        let Some(plan) = self.settings.backups.clone() else { return };
        let _ = fs::remove_file(plan.folder.join(COMING)); // of one that broke off with its process
        self.schedule.copies.lock().last =
            taken(&plan.folder, Timestamp::now()).pop().and_then(|newest| {
                let size = fs::metadata(plan.folder.join(&newest.1)).ok()?.len();
                Some((newest.0, size))
            });
        let mut clock = interval(plan.every.min(LOOK));
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            let Copies { last, failure } = self.schedule.copies();
            let now = Timestamp::now();
            // a clock that was set back must not hold copies up until it is there again
            let is_over = |since: Timestamp, wait: Duration| {
                u128::from((now.0 - since.0).unsigned_abs()) >= wait.as_millis()
            };
            let is_due = last.is_none_or(|(at, _)| is_over(at, plan.every));
            let may_try = failure.is_none_or(|(at, _)| is_over(at, plan.every.min(AGAIN)));
            if is_due && may_try {
                self.take_copy(&plan, now).await;
            }
        }
    }

    async fn take_copy(&self, plan: &Plan, now: Timestamp) {
        let Ok(turn) = Arc::clone(&self.schedule.turn).acquire_owned().await else { return };
        let (told, done) = oneshot::channel();
        let (data, to) = (self.settings.data.clone(), plan.clone());
        let is_over = Arc::clone(&self.schedule.is_over);
        // a thread of its own, which others go before
        let spawned = std::thread::Builder::new().name("backup".into()).spawn(move || {
            let _ = rustix::process::setpriority_process(None, 10); // else it is as good as others
            let _ = told.send(take(&data, &to, now, &is_over));
            drop(turn);
        });
        let taken = match spawned {
            Ok(_) => done.await.unwrap_or_else(|_| Err("it broke off".into())),
            Err(error) => Err(error.to_string()),
        };
        match taken {
            Ok((name, size)) => {
                tracing::info!(copy = %name.display(), size, "a copy was taken");
                self.schedule.copies.lock().last = Some((now, size));
            }
            Err(why) => {
                tracing::error!(%why, folder = %plan.folder.display(), "no copy could be taken");
                self.schedule.copies.lock().failure = Some((now, why));
            }
        }
    }
}

/// Takes one, looks at it, gives it its name, and takes older ones away.
fn take(
    data: &Path,
    plan: &Plan,
    now: Timestamp,
    is_over: &AtomicBool,
) -> Result<(PathBuf, u64), String> {
    let coming = plan.folder.join(COMING);
    let made = make(data, plan, &coming, is_over).map_err(|error| error.to_string());
    let (stamp, (before, after)) = (now.to_file_name(), NAME);
    let name = plan.folder.join(format!("{before}{stamp}{after}"));
    let placed = made.and_then(|size| {
        let renamed =
            fs::rename(&coming, &name).and_then(|()| fs::File::open(&plan.folder)?.sync_all());
        renamed.map(|()| size).map_err(|error| error.to_string())
    });
    if placed.is_err() {
        let _ = fs::remove_file(&coming); // half of it helps nobody
    } else {
        let mut others = taken(&plan.folder, now);
        others.retain(|(_, other)| plan.folder.join(other) != name); // never the one just taken
        let kept_too = plan.keep.saturating_sub(1);
        for (_, old) in &others[..others.len().saturating_sub(kept_too)] {
            if let Err(error) = fs::remove_file(plan.folder.join(old)) {
                tracing::warn!(%error, copy = %old, "an old copy stays");
            }
        }
    }
    placed.map(|size| (name, size))
}

fn make(data: &Path, plan: &Plan, to: &Path, is_over: &AtomicBool) -> Result<u64, CopyError> {
    let folder = DirBuilder::new().recursive(true).mode(0o700).create(&plan.folder);
    folder.map_err(|cause| CopyError::File(plan.folder.clone(), cause))?;
    store::copy_gently(data, to, is_over)?;
    let checked = store::check(to)?;
    if let Some(first) = checked.complaints.into_iter().next() {
        return Err(CopyError::Broken(first));
    }
    let size = fs::metadata(to).map(|copy| copy.len());
    size.map_err(|cause: io::Error| CopyError::File(to.into(), cause))
}

/// The copies in a folder, oldest first. Those of a time that is yet to come count as the oldest: the clock
/// was wrong when they were taken, and else they would stay for ever in the place of new ones.
fn taken(folder: &Path, now: Timestamp) -> Vec<(Timestamp, String)> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let mut copies: Vec<_> = names
        .filter_map(|name| {
            let stamp = name.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?;
            Timestamp::from_file_name(stamp).map(|at| (at, name))
        })
        .collect();
    copies.sort();
    copies.sort_by_key(|(at, _)| *at <= now);
    copies
}
