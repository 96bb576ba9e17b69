//! Communities on the move: lines of this program's, and what other programs export, become a database.
//!
//! What always holds: nobody serves the database meanwhile; everything is brought in beside it, by changes of
//! the one writer, looked at, and put in its place at once. So an import is there whole or not at all, and
//! what was there before stays beside it.

mod archive;
mod arrivals;
mod discord;
mod enclosed;
mod folder;
mod lines;
mod mattermost;
mod names;
mod reader;
mod slack;
mod spool;
mod text;

use std::{fs::File, io::BufReader, path::Path};

use tokio::sync::mpsc::{self, Sender};

use folder::Folder;

use crate::{
    auth::tokens::random_bytes,
    change::{Act, Change, Import, Line},
    model::{Code, ConversationId, Refusal, Timestamp},
    store::{self, OpenError, Outcome, Place, PlaceError, Placed, Store},
};

/// A change brings in so many lines, and so many bytes of files, at most.
const LINES: usize = 256;
const BYTES: usize = 1 << 20;

/// How many lines are read ahead.
const AHEAD: usize = 64;

/// So many messages are added to the index at once.
const INDEXED: u32 = 1024;

/// Why nothing was brought in.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The database, or what it is to become.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The same.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There are people already.
    #[error(
        "somebody has an account in {0} already; name a file that is not there yet with --data"
    )]
    Taken(String),
    /// What is to come cannot be read, or says what cannot be.
    #[error("{0}; nothing was brought in")]
    Wrong(String),
    /// The database could not be written.
    #[error("the database could not be written ({}); nothing was brought in", .0.message)]
    Refused(Refusal),
}

/// Where whoever reads puts lines.
struct Out {
    to: Sender<(u64, Line)>,
}

/// Nobody takes lines any more: one of them was wrong.
struct Over;

impl Out {
    fn put(&self, number: u64, line: impl Into<Line>) -> Result<(), Over> {
        self.to.blocking_send((number, line.into())).map_err(|_| Over)
    }
}

/// Why reading ended early.
enum Halted {
    Over,
    Wrong(String),
}

impl From<Over> for Halted {
    fn from(_: Over) -> Self {
        Self::Over
    }
}

impl From<String> for Halted {
    fn from(why: String) -> Self {
        Self::Wrong(why)
    }
}

/// Brings in an export, where nobody is yet.
///
/// # Errors
/// What is wrong with it, and in which line; or what is in the way.
pub async fn import(file: &Path, data: &Path) -> Result<Placed, MoveError> {
    let unreadable = |error| MoveError::Wrong(format!("cannot read {}: {error}", file.display()));
    let source = BufReader::new(File::open(file).map_err(unreadable)?);
    let place = Place::hold(data)?;
    if place.is_taken() && !store::is_empty(data)? {
        return Err(MoveError::Taken(data.display().to_string()));
    }
    let coming = place.beside()?;
    let brought = fill(&coming, false, move |out| lines::read(source, out)).await;
    settle(place, &coming, brought)
}

/// Whose export it is, if not Salon's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Slack's.
    Slack,
    /// Files of DiscordChatExporter's, one for each channel.
    Discord {
        /// Whether the rooms are for those alone who said something in them: the files do not say it.
        private: bool,
    },
    /// Mattermost's bulk export.
    Mattermost,
}

/// What was read of another program's export.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// New accounts. Nobody signs in to one before an administrator gives them a link.
    pub people: usize,
    /// New rooms.
    pub rooms: usize,
    /// Messages, those that were there already included.
    pub messages: usize,
    /// Files that came with them.
    pub files: usize,
    /// Files of which only the name came: the export does not hold them.
    pub named: usize,
    /// What has no place here: notes that somebody came or left, emoji of their own.
    pub skipped: usize,
    /// Names that could not stay: `old → new`.
    pub renamed: Vec<String>,
    /// Rooms that anybody may enter because the export does not say who might.
    pub opened: Vec<String>,
}

/// Brings in what another program exports, beside what is there; what was brought in already stays as it is.
///
/// # Errors
/// What is wrong with it, or what is in the way.
pub async fn import_from(
    program: Program,
    export: &Path,
    data: &Path,
) -> Result<(Placed, Summary), MoveError> {
    let place = Place::hold(data)?;
    let coming = place.beside()?;
    let brought = add(program, &place, &coming, export).await;
    let (brought, summary) = match brought {
        Ok(summary) => (Ok(()), summary),
        Err(error) => (Err(error), Summary::default()),
    };
    settle(place, &coming, brought).map(|placed| (placed, summary))
}

async fn add(
    program: Program,
    place: &Place,
    coming: &Path,
    export: &Path,
) -> Result<Summary, MoveError> {
    if place.is_taken() {
        place.take_over(coming)?;
    }
    fill(coming, true, |_| Ok(())).await?; // a server from now on, if it was none
    let known = store::known(coming)?;
    let (export, beside) = (export.to_owned(), coming.to_owned());
    let read = move |out: &Out| match program {
        Program::Slack => slack::read(Folder::open(&export)?, known, out),
        Program::Discord { private } => discord::read(&export, private, known, &beside, out),
        Program::Mattermost => mattermost::read(&export, known, &beside, out),
    };
    fill(coming, true, read).await
}

/// What was brought in takes its place, or goes.
fn settle(
    place: Place,
    coming: &Path,
    brought: Result<(), MoveError>,
) -> Result<Placed, MoveError> {
    let placed = brought.and_then(|()| Ok(place.give(coming, "before-import")?));
    if placed.is_err() {
        let _ = store::clear(coming); // what was wrong is told
    }
    placed
}

/// Brings what is read into a database that nobody else has.
async fn fill<T: Default + Send + 'static>(
    coming: &Path,
    adds: bool,
    read: impl FnOnce(&Out) -> Result<T, Halted> + Send + 'static,
) -> Result<T, MoveError> {
    let store = Store::open_copy(coming, Box::new(()))?;
    let filled = bring_all(&store, adds, read).await;
    store.stop().await;
    filled
}

async fn bring_all<T: Default + Send + 'static>(
    store: &Store,
    adds: bool,
    read: impl FnOnce(&Out) -> Result<T, Halted> + Send + 'static,
) -> Result<T, MoveError> {
    if !store.read(store::query::sessions::is_founded).await.map_err(MoveError::Refused)? {
        let signing_key = random_bytes::<32>().to_vec();
        submit(store, Act::Found { general: ConversationId::fresh(), signing_key }).await?;
    }
    let (to, mut lines) = mpsc::channel(AHEAD);
    let reading = tokio::task::spawn_blocking(move || read(&Out { to }));
    let (mut group, mut bytes) = (Vec::new(), 0);
    while let Some((number, line)) = lines.recv().await {
        bytes += weight(&line);
        group.push((number, line));
        if group.len() >= LINES || bytes >= BYTES {
            bring(store, &mut group, adds).await?;
            bytes = 0;
        }
    }
    let done = match reading.await {
        Ok(Ok(done)) => done,
        Ok(Err(Halted::Over)) => T::default(), // never while lines are taken
        Ok(Err(Halted::Wrong(why))) => return Err(MoveError::Wrong(why)),
        Err(_) => return Err(MoveError::Wrong("reading broke off".into())),
    };
    bring(store, &mut group, adds).await?;
    // what was said is found at once when somebody comes
    while let Outcome::Marked(1..) = submit(store, Act::IndexMessages { most: INDEXED }).await? {}
    Ok(done)
}

async fn bring(store: &Store, group: &mut Vec<(u64, Line)>, adds: bool) -> Result<(), MoveError> {
    let lines = std::mem::take(group);
    if !lines.is_empty() {
        submit(store, Act::Import(Box::new(Import { lines, adds }))).await?;
    }
    Ok(())
}

async fn submit(store: &Store, act: Act) -> Result<Outcome, MoveError> {
    let done = store.submit(Change { by: None, at: Timestamp::now(), act }, None).await;
    done.map_err(|refusal| {
        if refusal.code == Code::Unavailable {
            MoveError::Refused(refusal)
        } else {
            MoveError::Wrong(refusal.message.into_owned())
        }
    })
}

fn weight(line: &Line) -> usize {
    if let Line::Piece(piece) = line { piece.bytes.0.len() } else { 0 }
}
