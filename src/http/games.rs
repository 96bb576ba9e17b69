//! Calls about games.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{app::person_ref, change::FinishGame, wire::shapes::GameShape};

/// How a game ended.
#[derive(Deserialize, ToSchema)]
pub(super) struct FinishBody {
    /// Username of who won; null in a draw. It has to be said: a game ends once.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    winner: Option<String>,
    /// Points, by username.
    #[serde(default)]
    scores: Option<BTreeMap<String, i64>>,
}

/// `GET /api/games/{id}`.
pub(super) async fn read(r: &Request) -> Answer {
    let game = r.app.game(r.caller().await?, r.id("id")?).await?;
    reply::json(&GameShape::from(&game))
}

/// `POST /api/games/{id}/finish`.
pub(super) async fn finish(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let FinishBody { winner, scores } = r.json()?;
    let winner = winner.as_deref().map(person_ref);
    let scores = scores.map(|scores| scores.into_iter().collect());
    let game = r.app.finish_game(caller, FinishGame { id: r.id("id")?, winner, scores }).await?;
    reply::json(&GameShape::from(game.as_ref()))
}
