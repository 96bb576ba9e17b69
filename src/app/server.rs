//! The server itself: how it is set, how it does, what was done to run it, a copy of all of it.

use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
    sync::Arc,
};

use bytes::Bytes;
use parking_lot::RwLock;
use tokio::sync::mpsc::{self, Receiver};

use super::{
    App, Caller, Copies, Settings,
    metrics::{Disk, memory},
};
use crate::{
    change::{Act, Administration, ServerEdit},
    model::{
        AuditEntry, Refusal, Registration, Server, ServerName, UserId, attachment::Quota,
        server::LARGEST_UPLOAD,
    },
    store::{
        Halt, Outcome,
        query::{self, server::Stored},
    },
};

/// How much of a copy is read at once.
const COPIED_AT_ONCE: usize = 256 * 1024;

/// Who runs the server: somebody who is signed in, whose role is looked at where they act; or
/// whoever can use its command line.
#[derive(Clone, Copy, Debug)]
pub enum Steward {
    /// A person.
    Person(Caller),
    /// The command line.
    CommandLine,
}

impl Steward {
    /// Who, if it is a person.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Person(caller) => Some(caller.user),
            Self::CommandLine => None,
        }
    }
}

/// How the server is set, as the file has it. Before that is read, nobody and nothing is let in.
pub(super) struct Known(RwLock<Arc<Server>>);

impl Default for Known {
    fn default() -> Self {
        Self(RwLock::new(Arc::new(Server {
            name: String::new(),
            registration: Registration::Closed,
            max_upload: 0,
            quota: Quota { person: 0, all: 0 },
        })))
    }
}

impl Known {
    pub(super) fn set(&self, server: Arc<Server>) {
        *self.0.write() = server;
    }

    fn get(&self) -> Arc<Server> {
        Arc::clone(&self.0.read())
    }
}

/// How the server is set, as typed; what is `None` stays.
#[derive(Debug, Default)]
pub struct NewSettings {
    /// What it is called.
    pub name: Option<String>,
    /// Who may make an account.
    pub registration: Option<Registration>,
    /// Bytes a file may have.
    pub max_upload: Option<i64>,
    /// Bytes that the files of one person may have together.
    pub person_quota: Option<i64>,
    /// Bytes that all files may have together.
    pub storage_quota: Option<i64>,
}

/// How the server does.
#[derive(Debug)]
pub struct Health {
    /// Seconds since it started.
    pub uptime_s: u64,
    /// How many sockets are open.
    pub sockets: usize,
    /// How many people show as online.
    pub people_online: usize,
    /// How many messages there are, those that lost their content included.
    pub messages: i64,
    /// Bytes of the file.
    pub database_bytes: u64,
    /// Bytes of memory that the process has, where the system says.
    pub memory_bytes: Option<u64>,
    /// How the writer does.
    pub pulse: crate::store::Pulse,
    /// Bytes left on the file's disk, where the system says.
    pub disk_free_bytes: Option<u64>,
    /// What came of copies that are taken by themselves.
    pub copies: Copies,
}

/// What the file holds.
#[derive(Debug)]
pub struct Storage {
    /// Bytes of the file.
    pub database_bytes: u64,
    /// Bytes of the log beside it.
    pub log_bytes: u64,
    /// What people have sent.
    pub stored: Stored,
}

impl App {
    /// What an administrator, or the command line, does.
    pub(super) async fn administer(
        &self,
        steward: Steward,
        what: Administration,
    ) -> Result<Outcome, Refusal> {
        let act = Act::Administer(Box::new(what));
        match steward {
            Steward::Person(caller) => self.submit(caller, act, None).await,
            Steward::CommandLine => self.housekeeping(act).await,
        }
    }

    /// What only who runs the server may see.
    pub(super) async fn administered<T: Send + 'static>(
        &self,
        steward: Steward,
        read: impl FnOnce(&rusqlite::Connection) -> Result<T, Halt> + Send + 'static,
    ) -> Result<T, Refusal> {
        let read = move |db: &rusqlite::Connection| {
            query::server::administers(db, steward.user())?;
            read(db)
        };
        self.read(read).await
    }

    /// How the server is set.
    #[must_use]
    pub fn server(&self) -> Arc<Server> {
        self.server.get()
    }

    /// Bytes a file may have.
    #[must_use]
    pub fn max_upload(&self) -> u64 {
        self.server().max_upload.unsigned_abs()
    }

    /// How the server is set, for who runs it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn server_settings(&self, steward: Steward) -> Result<Server, Refusal> {
        self.administered(steward, |db| Ok(query::server::settings(db)?)).await
    }

    /// Sets the server otherwise.
    ///
    /// # Errors
    /// `forbidden`, `invalid`, or `conflict` for what the command line holds fast.
    pub async fn edit_server(&self, steward: Steward, new: NewSettings) -> Result<Server, Refusal> {
        let name = new.name.map(|name| ServerName::parse(&name)).transpose();
        let name = name.map_err(|why| Refusal::invalid("name", why))?;
        for (field, value, least, most) in [
            ("max_upload", new.max_upload, 1, LARGEST_UPLOAD),
            ("person_quota", new.person_quota, 0, i64::MAX),
            ("storage_quota", new.storage_quota, 0, i64::MAX),
        ] {
            if value.is_some_and(|value| !(least..=most).contains(&value)) {
                return Err(Refusal::invalid(field, "is out of bounds"));
            }
        }
        self.administered(steward, |_| Ok(())).await?;
        for (field, is_wanted) in [
            ("registration", new.registration.is_some()),
            ("max_upload", new.max_upload.is_some()),
            ("person_quota", new.person_quota.is_some()),
            ("storage_quota", new.storage_quota.is_some()),
        ] {
            if is_wanted && self.settings.fixed().contains(&field) {
                let held = "an option of the command line holds this fast";
                return Err(Refusal::conflict(held).with_field(field, held));
            }
        }
        let edit = ServerEdit {
            name,
            registration: new.registration,
            max_upload: new.max_upload,
            person_quota: new.person_quota,
            storage_quota: new.storage_quota,
        };
        self.administer(steward, Administration::EditServer(edit)).await?;
        self.server_settings(steward).await
    }

    /// What was done to run the server, newest first, before an entry.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn audit(
        &self,
        steward: Steward,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, Refusal> {
        self.administered(steward, move |db| query::server::audit(db, before, limit)).await
    }

    /// What the file holds, and whose.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn storage(&self, steward: Steward) -> Result<Storage, Refusal> {
        let stored = self.administered(steward, query::server::stored).await?;
        let disk = Disk::look(&self.settings.data, beside(&self.settings, "-wal"));
        Ok(Storage { database_bytes: disk.database_bytes, log_bytes: disk.log_bytes, stored })
    }

    /// How the server does.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn health(&self, steward: Steward) -> Result<Health, Refusal> {
        let messages = self.administered(steward, query::server::messages).await?;
        let (sockets, people_online) = self.hub.counts();
        let disk = Disk::look(&self.settings.data, beside(&self.settings, "-wal"));
        Ok(Health {
            uptime_s: self.started.elapsed().as_secs(),
            sockets,
            people_online,
            messages,
            database_bytes: disk.database_bytes,
            memory_bytes: memory(),
            pulse: self.store.pulse(),
            copies: self.schedule.copies(),
            disk_free_bytes: disk.free_bytes,
        })
    }

    /// A copy of the whole file as it is at this moment, as long as it is, piece by piece.
    /// It lies beside the file without a name until all of it is taken.
    ///
    /// # Errors
    /// `forbidden`, `conflict` while another is taken, `unavailable` when the disk has no room.
    pub async fn backup(
        &self,
        steward: Steward,
    ) -> Result<(u64, Receiver<io::Result<Bytes>>), Refusal> {
        self.administered(steward, |_| Ok(())).await?;
        let Ok(turn) = Arc::clone(&self.backups).try_acquire_owned() else {
            return Err(Refusal::conflict("a copy is being taken already"));
        };
        let (data, to) = (self.settings.data.clone(), beside(&self.settings, ".copy"));
        // the turn goes with the work: whoever asked may be gone before it is done
        let copied = tokio::task::spawn_blocking(move || {
            crate::store::copy(&data, &to).map(|copy| (copy, turn))
        });
        let (mut copy, turn) = match copied.await {
            Ok(Ok(copied)) => copied,
            Ok(Err(error)) => {
                tracing::error!(%error, "a copy could not be taken");
                return Err(Refusal::unavailable());
            }
            Err(_) => return Err(Refusal::unavailable()),
        };
        let size = copy.metadata().map_err(|_| Refusal::unavailable())?.len();
        // only one that is there counts, so it does not tell of itself
        self.administer(steward, Administration::NoteBackup).await?;
        let (give, taken) = mpsc::channel(1);
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            loop {
                let mut piece = vec![0; COPIED_AT_ONCE];
                let read = copy.read(&mut piece);
                let is_last = !matches!(read, Ok(1..));
                let piece = read.map(|count| {
                    piece.truncate(count);
                    Bytes::from(piece)
                });
                if give.blocking_send(piece).is_err() || is_last {
                    return; // whoever asked has gone, or has all of it
                }
            }
        });
        Ok((size, taken))
    }
}

/// Takes away what a copy left behind that was broken off with its process.
pub(super) fn clear_copy(settings: &Settings) {
    let _ = fs::remove_file(beside(settings, ".copy")); // there is none, most likely
}

/// A path that is the file's and something more.
pub(super) fn beside(settings: &Settings, what: &str) -> PathBuf {
    let mut path = settings.data.clone().into_os_string();
    path.push(what);
    path.into()
}
