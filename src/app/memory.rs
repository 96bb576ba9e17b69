//! What memory knows of the file: read before anybody comes, and following each change from then on.
//! Nobody is answered before it knows what they were answered of.

use std::sync::Arc;

use super::{Settings, games::Referee, outgoing::Calling, push::Pushing, search::Indexing, server};
use crate::{
    auth::{bans::Bans, sessions::Sessions, tokens},
    change::{Act, Administration, Change},
    event::{Committed, Event},
    hub::Hub,
    model::{ConversationId, Refusal, Timestamp},
    store::{Publish, Store, current_rev, query},
};

/// Memory that follows what is committed, and the hub, which tells of it.
pub(super) struct Noting {
    pub(super) hub: Arc<Hub>,
    pub(super) sessions: Arc<Sessions>,
    pub(super) bans: Arc<Bans>,
    pub(super) server: Arc<server::Known>,
    pub(super) referee: Arc<Referee>,
    pub(super) indexing: Arc<Indexing>,
    pub(super) pushing: Arc<Pushing>,
    pub(super) calling: Arc<Calling>,
}

impl Noting {
    fn take_note(&self, event: &Event) {
        if let Event::SessionRevoked(session) = event {
            self.sessions.revoke(*session, Timestamp::now());
        } else if let Event::AddressesBanned(banned) = event {
            self.bans.add(Arc::clone(banned));
        } else if let Event::BanLifted(ban) = event {
            self.bans.lift(*ban);
        } else if let Event::ServerEdited(server) = event {
            self.server.set(Arc::clone(server));
        }
        self.referee.take_note(event);
    }
}

/// Ended sessions and new bans are known before whoever made them is answered, then everyone concerned is told.
impl Publish for Noting {
    fn publish(&mut self, committed: Vec<Committed>, is_idle: bool) {
        for told in committed.iter().flat_map(|one| &one.told) {
            self.take_note(&told.event);
        }
        self.indexing.take_note(&committed);
        self.pushing.take_note(&committed);
        self.calling.take_note(&committed);
        self.hub.publish(committed, is_idle);
    }

    fn catch_up(&mut self) {
        self.hub.catch_up();
    }
}

/// The server is set as the options say, where they say anything, and memory knows how.
pub(super) async fn know_server(
    store: &Store,
    settings: &Settings,
    bans: &Bans,
    known: &server::Known,
) -> Result<(), Refusal> {
    if let Some(edit) = settings.edit() {
        let act = Act::Administer(Box::new(Administration::EditServer(edit)));
        store.submit(Change { by: None, at: Timestamp::now(), act }, None).await?;
    }
    let read =
        |db: &rusqlite::Connection| Ok((query::server::settings(db)?, query::bans::addresses(db)?));
    let (server, banned) = store.read(read).await?;
    banned.into_iter().for_each(|one| bans.add(Arc::new(one)));
    known.set(Arc::new(server));
    Ok(())
}

/// What memory must know of the file before anybody comes: silences, invitations, games.
pub(super) async fn recall(store: &Store, hub: &Hub, referee: &Referee) -> Result<(), Refusal> {
    let read = |db: &rusqlite::Connection| {
        let waiting = query::games::pending_until(db, Timestamp(i64::MAX))?;
        Ok((current_rev(db)?, query::blocks::all(db)?, waiting, query::games::all_on(db)?))
    };
    let (last, silences, waiting, games) = store.read(read).await?;
    hub.recall(last, silences);
    waiting.into_iter().for_each(|one| referee.take_note(&Event::Invited(Arc::new(one))));
    referee.know_games(games);
    Ok(())
}

/// A file that is no server yet becomes one. The key is the one given from outside, or the file's.
pub(super) async fn signing_key(store: &Store, settings: &Settings) -> Result<Vec<u8>, Refusal> {
    let founded = store.read(query::sessions::is_founded).await?;
    if !founded {
        let general = ConversationId::fresh();
        let signing_key = tokens::random_bytes::<32>().to_vec();
        let act = Act::Found { general, signing_key };
        store.submit(Change { by: None, at: Timestamp::now(), act }, None).await?;
    }
    match &settings.jwt_secret {
        Some(secret) => Ok(secret.clone().into_bytes()),
        None => store.read(query::sessions::signing_key).await,
    }
}
