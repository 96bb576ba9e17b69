//! The verbs of Salon: one function for each thing that a person can do, whatever door they come by.
//!
//! Here ids, times, tokens and hashes are drawn and what needs no row is checked; then a `Change`
//! is submitted or a read is made. What may be done is decided there, in the transaction. Knows no
//! JSON, no HTTP, no frames.

mod accounts;
mod administration;
mod attachments;
mod avatars;
mod bans;
mod bots;
mod certificates;
mod conversations;
mod diagnosis;
mod external;
mod games;
mod hooks;
mod live;
mod memory;
mod messages;
mod metrics;
mod notifications;
mod outgoing;
mod passes;
mod people;
mod pins;
mod push;
mod reports;
mod runs;
mod schedule;
mod search;
mod server;
mod settings;
mod slash;
mod tournaments;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

pub use accounts::{Grant, Registration};
pub use attachments::{Readable, Upload};
pub use avatars::Avatar;
pub use bans::Banned;
pub use certificates::Certified;
pub use conversations::{NewRoom, RoomChanges};
pub use diagnosis::bytes;
use games::Referee;
pub use hooks::{Delivery, HookWanted, Undelivered};
pub use live::Greeting;
pub use messages::{NewMessage, Whereabouts};
pub use metrics::{Disk, Process, Vitals};
use outgoing::Calling;
use parking_lot::Mutex;
pub use passes::Welcome;
use push::Pushing;
pub use push::Subscribing;
pub use runs::NewRun;
use runs::Runs;
use schedule::Schedule;
pub use schedule::{Copies, Plan};
use search::Indexing;
pub use search::{Hit, Upto};
pub use server::{Health, NewSettings, Steward, Storage};
pub use settings::Settings;
pub use slash::{CommandEdited, CommandWanted};
use tokio::sync::{Semaphore, mpsc::Receiver};

use crate::{
    auth::{
        bans::Bans, credentials::BOT_TOKEN, limits::Limits, passwords::Passwords,
        sessions::Sessions, tokens::Tokens,
    },
    change::{Act, Change, ConversationRef, PersonRef},
    event::Origin,
    hooks::guard::Guard,
    hub::{Encoders, Hub, Patience},
    model::{
        ConversationId, Refusal, RoomName, SessionId, Timestamp, UserId, Username, bot::Scopes,
        session::REFRESH_SECONDS,
    },
    store::{Halt, OpenError, Outcome, Store, query},
};

/// How often activity is written down and what is old is forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

/// How many people may leave at once before some invitations wait for their time to end.
const DEPARTURES: usize = 4096;

/// Everything that serving takes. Made once, shared by all doors.
pub struct App {
    /// The file.
    pub store: Store,
    /// Who is connected.
    pub hub: Arc<Hub>,
    /// How the server is set.
    pub settings: Settings,
    /// How often one may.
    pub limits: Limits,
    referee: Arc<Referee>,
    departures: Mutex<Option<Receiver<UserId>>>,
    sessions: Arc<Sessions>,
    bans: Arc<Bans>,
    server: Arc<server::Known>,
    started: Instant,
    /// One copy of the file is taken at a time.
    backups: Arc<Semaphore>,
    schedule: Schedule,
    seen: diagnosis::Seen,
    passwords: Passwords,
    tokens: Tokens,
    claim: OnceLock<String>,
    certified: Mutex<Option<Certified>>,
    uploads: attachments::Uploads,
    indexing: Arc<Indexing>,
    pushing: Arc<Pushing>,
    calling: Arc<Calling>,
    runs: Runs,
    uses: bots::Uses,
    seen_bots: bots::Seen,
    /// When hooks were last used, by their bots, until it is written down.
    uses_of_bots: Mutex<HashMap<UserId, Timestamp>>,
}

/// A person who has shown a valid token of a session that stands. There is no other way to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    user: UserId,
    session: SessionId,
    /// What a bot's token is for; a person's is for everything.
    scopes: Option<Scopes>,
}

impl Caller {
    /// Who.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// By which sign-in.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }
}

/// Why the server could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The file.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
    /// The first reads and writes.
    #[error("cannot read or write the database; check the disk")]
    Database,
}

impl App {
    /// Opens the file and starts everything but the doors.
    ///
    /// # Errors
    /// What is in the way, with the file's name.
    pub async fn open(settings: Settings, encoders: Encoders) -> Result<Arc<Self>, StartError> {
        let patience = Patience { grace: settings.presence_grace, idle: settings.idle_offline };
        let (left, departures) = tokio::sync::mpsc::channel(DEPARTURES);
        let hub = Hub::start(patience, encoders, left)?;
        let sessions = Arc::new(Sessions::default());
        let referee = Arc::new(Referee::default());
        let indexing = Arc::new(Indexing::default());
        let (bans, server) = (Arc::new(Bans::default()), Arc::new(server::Known::default()));
        let pushing = Arc::new(Pushing::default());
        let calling = Arc::new(Calling::default());
        let noting = memory::Noting {
            hub: Arc::clone(&hub),
            sessions: Arc::clone(&sessions),
            bans: Arc::clone(&bans),
            server: Arc::clone(&server),
            referee: Arc::clone(&referee),
            indexing: Arc::clone(&indexing),
            pushing: Arc::clone(&pushing),
            calling: Arc::clone(&calling),
        };
        let store = Store::open(&settings.data, Box::new(noting))?;
        server::clear_copy(&settings);
        let key = memory::signing_key(&store, &settings).await.map_err(|_| StartError::Database)?;
        memory::recall(&store, &hub, &referee).await.map_err(|_| StartError::Database)?;
        let known = memory::know_server(&store, &settings, &bans, &server).await;
        known.map_err(|_| StartError::Database)?;
        pushing.start(&store, &settings).await.map_err(|_| StartError::Database)?;
        let guard = Guard::allowing(&settings.hook_networks);
        calling.start(&store, guard).await.map_err(|_| StartError::Database)?;
        let app = Arc::new(Self {
            limits: Limits::new(settings.limits),
            tokens: Tokens::new(&key),
            passwords: Passwords::default(),
            claim: OnceLock::new(),
            certified: Mutex::new(None),
            uploads: attachments::Uploads::default(),
            indexing,
            pushing,
            calling,
            runs: Runs::default(),
            uses: bots::Uses::default(),
            seen_bots: bots::Seen::default(),
            uses_of_bots: Mutex::default(),
            departures: Mutex::new(Some(departures)),
            referee,
            sessions,
            bans,
            server,
            started: Instant::now(),
            backups: Arc::new(Semaphore::new(1)),
            schedule: Schedule::default(),
            seen: diagnosis::Seen::default(),
            store,
            hub,
            settings,
        });
        app.require_claim().await.map_err(|_| StartError::Database)?;
        Ok(app)
    }

    /// Who shows this access token, if it is valid and its session stands.
    ///
    /// # Errors
    /// `unauthorized`; `rate_limited` where it is a token that has to be looked for.
    pub async fn authenticate(&self, token: &str, from: Option<IpAddr>) -> Result<Caller, Refusal> {
        if token.starts_with(BOT_TOKEN) {
            return self.authenticate_bot(token, from).await;
        }
        let Some(access) = self.tokens.check_access(token) else {
            let accepts = self.settings.jwt_secret.is_some();
            let external = accepts.then(|| self.tokens.check_external(token)).flatten();
            return self.admit(external.ok_or_else(Refusal::unauthorized)?).await;
        };
        let (user, session) = (access.user, access.session);
        if self.is_session_of(session, user).await? {
            Ok(Caller { user, session, scopes: None })
        } else {
            Err(Refusal::unauthorized())
        }
    }

    /// Whether a session of somebody's stands; the file is asked where memory does not know.
    async fn is_session_of(&self, session: SessionId, user: UserId) -> Result<bool, Refusal> {
        use crate::auth::sessions::Standing;
        match self.sessions.standing(session) {
            Standing::Of(owner) => Ok(owner == user),
            Standing::Revoked => Ok(false),
            Standing::Unknown => {
                let owner = self.store.read(move |db| query::sessions::owner(db, session)).await?;
                Ok(owner == Some(user) && self.sessions.remember(session, user))
            }
        }
    }

    /// What is done beside answering, until it is dropped: the house and the games are kept.
    pub async fn keep(self: Arc<Self>) {
        let departures = self.departures.lock().take();
        let Some(departures) = departures else { return };
        tokio::join!(
            Arc::clone(&self).keep_house(),
            Arc::clone(&self).keep_games(departures),
            self.keep_files(),
            self.keep_index(),
            self.keep_pushing(),
            self.keep_copies(),
            Arc::clone(&self).keep_calling(),
        );
    }

    /// What is done once a minute: activity written down, old sessions and counters forgotten.
    async fn keep_house(self: Arc<Self>) {
        let mut minutes = tokio::time::interval(HOUSEKEEPING);
        loop {
            minutes.tick().await;
            self.limits.sweep();
            self.write_down_activity().await;
            self.write_down_uses().await;
            let refreshed_before = Timestamp::now().plus_ms(-REFRESH_SECONDS * 1000);
            let _ = self.housekeeping(Act::ForgetSessions { refreshed_before }).await;
        }
    }

    /// Finishes what was asked, writes it down and closes the file.
    pub async fn stop(&self) {
        self.schedule.stop().await;
        self.write_down_activity().await;
        self.write_down_uses().await;
        self.store.stop().await;
    }

    async fn write_down_activity(&self) {
        let seen = self.hub.take_activity();
        if !seen.is_empty() {
            let _ = self.housekeeping(Act::RecordActivity(seen)).await;
        }
    }

    /// A change of the server's own; its failure is in the log already.
    async fn housekeeping(&self, act: Act) -> Result<Outcome, Refusal> {
        self.store.submit(Change { by: None, at: Timestamp::now(), act }, None).await
    }

    /// A change that a person asks for.
    async fn submit(
        &self,
        caller: Caller,
        act: Act,
        origin: Option<Origin>,
    ) -> Result<Outcome, Refusal> {
        self.limits.change(caller.user)?;
        let change = Change { by: Some(caller.user), at: Timestamp::now(), act };
        self.store.submit(change, origin).await
    }

    /// Whether a person shows as online to the caller.
    #[must_use]
    pub fn sees_online(&self, caller: Caller, person: UserId) -> bool {
        self.hub.sees_online(caller.user, person)
    }
}

/// A conversation as a path names it: by id, or a room by its name.
#[must_use]
pub fn conversation_ref(text: &str) -> ConversationRef {
    text.parse::<ConversationId>()
        .map_or_else(|_| ConversationRef::Name(RoomName::key_of(text)), ConversationRef::Id)
}

/// A person as a path names them: by id or username.
#[must_use]
pub fn person_ref(text: &str) -> PersonRef {
    text.parse::<UserId>().map_or_else(|_| PersonRef::Name(Username::key_of(text)), PersonRef::Id)
}

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct From {
    /// The client's address, if it is known.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub client: String,
}

/// What a read that found something else than expected becomes.
fn unexpected(outcome: &Outcome) -> Refusal {
    tracing::error!(?outcome, "a change came to something unexpected");
    Refusal::unavailable()
}

/// Reads for a caller, in one snapshot. Where too many wait already it is refused at once; only who
/// arrives, or comes back, waits with all others who do.
impl App {
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&rusqlite::Connection) -> Result<T, Halt> + Send + 'static,
    ) -> Result<T, Refusal> {
        if self.store.is_crowded() {
            return Err(Refusal::unavailable());
        }
        self.store.read(read).await
    }
}
