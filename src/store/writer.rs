//! The one writing thread: take all that waits, apply it in one transaction, commit, then publish
//! and answer.
//!
//! What always holds: changes are applied one after another, in the order they came, but that the
//! bytes of files and the index wait for everything else; each applied change has the next `rev`; nothing is
//! published or answered before its commit has been fsynced; a refused or failed change leaves
//! nothing behind and does not disturb its neighbours.

use std::{
    collections::VecDeque,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::{
    mpsc::{self, Receiver, Sender},
    oneshot,
};

use super::{
    Halt, Outcome, Publish, apply,
    checkpoint::Checkpoints,
    current_rev,
    open::Opened,
    pulse::{Counts, Pulse},
};
use crate::{
    change::{Act, Change},
    event::{Committed, Origin},
    model::{Refusal, Rev},
};

/// How many changes may wait: some commits. What people ask for then is refused at once, so that under too
/// much load what is taken is done soon, and whoever is not is told so early.
const QUEUE: usize = 2048;

/// How long the server's own changes, and the bytes of files, may wait for room in the queue.
const PATIENCE: Duration = Duration::from_secs(5);

/// A commit takes at most so many changes and so many bytes of message text; one fsync for all.
const GROUP_CHANGES: usize = 256;
const GROUP_BYTES: usize = 1 << 20;

/// And at most so many pieces of files: who says something meanwhile waits for no more than these.
const GROUP_PIECES: usize = 2;

type Reply = Box<dyn FnOnce(Result<Outcome, Refusal>) + Send>;

enum Order {
    Apply {
        change: Change,
        origin: Option<Origin>,
        reply: Reply,
    },
    /// Somebody wants to know that the thread is there.
    Answer(oneshot::Sender<()>),
    Stop(oneshot::Sender<()>),
}

/// The way to the writing thread.
#[derive(Clone)]
pub(super) struct Writer {
    orders: Sender<Order>,
    counts: Arc<Counts>,
}

impl Writer {
    pub(super) async fn send(
        &self,
        change: Change,
        origin: Option<Origin>,
        reply: Reply,
    ) -> Result<(), Refusal> {
        let is_patient = change.by.is_none() || can_wait(&change);
        let order = Order::Apply { change, origin, reply };
        let is_taken = if is_patient {
            self.orders.send_timeout(order, PATIENCE).await.is_ok()
        } else {
            self.orders.try_send(order).is_ok()
        };
        if is_taken { Ok(()) } else { Err(Refusal::unavailable()) }
    }

    pub(super) fn pulse(&self) -> Pulse {
        self.counts.pulse(self.orders.max_capacity() - self.orders.capacity())
    }

    pub(super) async fn answers(&self) {
        let (here, answered) = oneshot::channel();
        if self.orders.send(Order::Answer(here)).await.is_ok() {
            let _ = answered.await; // the server is stopping otherwise
        }
    }

    pub(super) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.orders.send(Order::Stop(done)).await.is_ok() {
            let _ = stopped.await; // the thread is gone: then it has stopped as well
        }
    }
}

pub(super) fn start(
    opened: Opened,
    publish: Box<dyn Publish>,
    checkpoints: Checkpoints,
    counts: Arc<Counts>,
) -> io::Result<Writer> {
    let (to, from) = mpsc::channel(QUEUE);
    let thread = Thread { opened, publish, checkpoints, counts: Arc::clone(&counts) };
    std::thread::Builder::new().name("writer".into()).spawn(move || thread.run(from))?;
    Ok(Writer { orders: to, counts })
}

struct Thread {
    opened: Opened,
    publish: Box<dyn Publish>,
    checkpoints: Checkpoints,
    counts: Arc<Counts>,
}

struct Asked {
    change: Change,
    origin: Option<Origin>,
    reply: Reply,
}

impl Thread {
    fn run(mut self, mut orders: Receiver<Order>) {
        Checkpoints::watch(&self.opened.db);
        let mut stopping = None;
        let mut pieces = VecDeque::new();
        while stopping.is_none() {
            let first =
                if pieces.is_empty() { orders.blocking_recv() } else { orders.try_recv().ok() };
            if first.is_none() && pieces.is_empty() {
                break;
            }
            if first.is_some() {
                self.publish.catch_up();
            }
            let (mut group, stop) = gather(first, &mut orders, &mut pieces);
            stopping = stop;
            group.extend(pieces.drain(..pieces.len().min(GROUP_PIECES)));
            if !group.is_empty() {
                let is_idle = || orders.is_empty() && pieces.is_empty();
                self.commit(group, is_idle);
            }
        }
        orders.close();
        drop(orders); // what still waits is answered with `unavailable` by the loss of its reply
        self.checkpoints.close();
        let Opened { db, lock } = self.opened;
        if let Err(error) = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
            tracing::warn!(%error, "the log stays beside the file and is read at the next start");
        }
        drop(db);
        drop(lock);
        if let Some(done) = stopping {
            let _ = done.send(()); // nobody waits any more
        }
    }

    /// `is_idle`: whether nothing waits to be committed next.
    fn commit(&mut self, group: Vec<Asked>, is_idle: impl FnOnce() -> bool) {
        let size = group.len();
        let mut answers = Vec::with_capacity(size);
        let mut committed = Vec::with_capacity(size);
        let began = Instant::now();
        match apply_all(&self.opened.db, group, &mut answers, &mut committed) {
            Ok(()) => {
                self.count(&answers, began);
                self.publish.publish(committed, is_idle());
                for (reply, answer) in answers {
                    reply(answer);
                }
            }
            Err(error) => {
                tracing::error!(%error, size, "a commit failed; nothing of it was stored");
                if !self.opened.db.is_autocommit() {
                    let _ = self.opened.db.execute_batch("ROLLBACK"); // the first fault is told
                }
                for (reply, _) in answers {
                    reply(Err(Refusal::unavailable()));
                }
            }
        }
        self.checkpoints.look(&self.opened.db);
    }

    fn count(&self, answers: &Answers, began: Instant) {
        let refused = answers.iter().filter(|(_, answer)| answer.is_err()).count();
        if refused < answers.len() {
            self.counts.committed(answers.len() - refused, began.elapsed());
        }
        self.counts.refused(refused);
    }
}

/// All that waits, up to the bounds of one commit; pieces of files are put aside. Nothing more is waited
/// for: alone, a change is committed at once.
fn gather(
    first: Option<Order>,
    orders: &mut Receiver<Order>,
    pieces: &mut VecDeque<Asked>,
) -> (Vec<Asked>, Option<oneshot::Sender<()>>) {
    let mut group = Vec::new();
    let mut bytes = 0;
    let mut next = first;
    while let Some(order) = next {
        match order {
            Order::Stop(done) => return (group, Some(done)),
            Order::Answer(here) => _ = here.send(()), // who asked may be gone
            Order::Apply { change, origin, reply } if can_wait(&change) => {
                pieces.push_back(Asked { change, origin, reply });
            }
            Order::Apply { change, origin, reply } => {
                bytes += weight(&change);
                group.push(Asked { change, origin, reply });
            }
        }
        let full = group.len() >= GROUP_CHANGES || bytes >= GROUP_BYTES;
        next = if full { None } else { orders.try_recv().ok() };
    }
    (group, None)
}

/// Whether everything else goes before it: it moves the bytes of files, or follows what was said.
/// Whoever asks for these waits for one before the next, so that few of them ever wait.
fn can_wait(change: &Change) -> bool {
    matches!(
        change.act,
        Act::StorePiece(_)
            | Act::FinishFile(_)
            | Act::SetAvatar(_)
            | Act::SweepFiles { .. }
            | Act::IndexMessages { .. }
    )
}

fn weight(change: &Change) -> usize {
    if let Act::PostMessage(post) = &change.act { post.content.as_str().len() } else { 0 }
}

type Answers = Vec<(Reply, Result<Outcome, Refusal>)>;

/// Applies a group in one transaction and commits it. Every reply is in `answers` afterwards,
/// whatever came of it.
fn apply_all(
    db: &Connection,
    group: Vec<Asked>,
    answers: &mut Answers,
    committed: &mut Vec<Committed>,
) -> rusqlite::Result<()> {
    let (before, mut broken) = match begin(db) {
        Ok(rev) => (rev, None),
        Err(fault) => (Rev::default(), Some(fault)),
    };
    let mut rev = before;
    for Asked { change, origin, reply } in group {
        if broken.is_some() {
            answers.push((reply, Err(Refusal::unavailable())));
            continue;
        }
        let next = Rev(rev.0 + 1);
        match apply::in_savepoint(db, next, &change) {
            Ok((outcome, told)) => {
                // lines that are brought in take a number each
                rev = if let Outcome::Imported(last) = outcome { last } else { next };
                if !told.is_empty() {
                    committed.push(Committed { rev, told, origin });
                }
                answers.push((reply, Ok(outcome)));
            }
            Err(Halt::Refused(refusal)) => answers.push((reply, Err(refusal))),
            Err(Halt::Fault(fault)) => {
                tracing::error!(error = %fault, "a change failed");
                answers.push((reply, Err(Refusal::unavailable())));
                // a full disk or a failed write takes the whole transaction with it
                if db.is_autocommit() {
                    broken = Some(fault);
                }
            }
        }
    }
    match broken {
        Some(fault) => Err(fault),
        None if rev == before => db.execute_batch("ROLLBACK"), // refusals cost no fsync
        None => {
            db.prepare_cached("UPDATE server SET rev = ?1")?.execute([rev])?;
            db.prepare_cached("COMMIT")?.execute([])?;
            Ok(())
        }
    }
}

fn begin(db: &Connection) -> rusqlite::Result<Rev> {
    db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    current_rev(db)
}
