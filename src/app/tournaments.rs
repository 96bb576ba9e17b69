//! Tournaments.

use std::sync::Arc;

use super::{App, Caller, unexpected};
use crate::{
    change::Act,
    event::Origin,
    model::{Refusal, Tournament, TournamentId, TournamentName},
    store::{
        Outcome,
        query::{self, Page, Window},
    },
};

impl App {
    /// Announces a tournament to everyone; the caller organises it. With the id of one of the
    /// caller's own, that one is told of once more.
    ///
    /// # Errors
    /// `invalid`, `forbidden` for somebody else's, `conflict` when the caller organises too many.
    pub async fn announce_tournament(
        &self,
        caller: Caller,
        id: TournamentId,
        name: &str,
        origin: Option<Origin>,
    ) -> Result<Arc<Tournament>, Refusal> {
        let name = TournamentName::parse(name).map_err(|why| Refusal::invalid("name", why))?;
        self.on_tournament(caller, Act::AnnounceTournament { id, name }, origin).await
    }

    /// Tournaments, open ones first, then the newest.
    ///
    /// # Errors
    /// The file failed.
    pub async fn tournaments(
        &self,
        _caller: Caller,
        window: Window,
    ) -> Result<Page<Tournament>, Refusal> {
        self.read(move |db| query::tournaments::list(db, window)).await
    }

    /// One tournament.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn tournament(
        &self,
        _caller: Caller,
        id: TournamentId,
    ) -> Result<Tournament, Refusal> {
        self.read(move |db| query::tournaments::find(db, id)).await
    }

    /// Joins, leaves, starts or cancels a tournament, as the change says.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `conflict`.
    pub async fn on_tournament(
        &self,
        caller: Caller,
        act: Act,
        origin: Option<Origin>,
    ) -> Result<Arc<Tournament>, Refusal> {
        let outcome = self.submit(caller, act, origin).await?;
        let Outcome::Tournament(tournament) = outcome else { return Err(unexpected(&outcome)) };
        Ok(tournament)
    }
}
