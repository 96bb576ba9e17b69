//! Calls about tournaments.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{change::Act, model::TournamentId, wire::shapes::TournamentShape};

/// A new tournament.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewTournament)]
pub(super) struct CreateBody {
    name: String,
}

/// `GET /api/tournaments`.
pub(super) async fn list(r: &Request) -> Answer {
    let page = r.app.tournaments(r.caller().await?, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(TournamentShape::from).collect();
    reply::list(&page, &shapes)
}

/// `POST /api/tournaments`.
pub(super) async fn create(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let CreateBody { name } = r.json()?;
    let made = r.app.announce_tournament(caller, TournamentId::fresh(), &name, None).await?;
    reply::made(true, &TournamentShape::from(made.as_ref()))
}

/// `GET /api/tournaments/{id}`.
pub(super) async fn read(r: &Request) -> Answer {
    let tournament = r.app.tournament(r.caller().await?, r.id("id")?).await?;
    reply::json(&TournamentShape::from(&tournament))
}

/// `POST …/join`.
pub(super) async fn join(r: &Request) -> Answer {
    change(r, Act::JoinTournament).await
}

/// `POST …/leave`.
pub(super) async fn leave(r: &Request) -> Answer {
    change(r, Act::LeaveTournament).await
}

/// `POST …/start`.
pub(super) async fn start(r: &Request) -> Answer {
    change(r, Act::StartTournament).await
}

/// `POST …/cancel`.
pub(super) async fn cancel(r: &Request) -> Answer {
    change(r, Act::CancelTournament).await
}

async fn change(r: &Request, act: fn(TournamentId) -> Act) -> Answer {
    let caller = r.caller().await?;
    let tournament = r.app.on_tournament(caller, act(r.id("id")?), None).await?;
    reply::json(&TournamentShape::from(tournament.as_ref()))
}
