//! Invitations, games and tournaments.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{
    Game, GameId, GameOptions, Invitation, InvitationId, Timestamp, Tournament, TournamentId,
    UserId, game::GameState, tournament::TournamentState,
};

/// Somebody asks somebody for a game.
#[derive(Serialize, ToSchema)]
#[schema(as = Invite)]
pub struct InvitationShape<'a> {
    invite_id: InvitationId,
    /// Who asks.
    username: &'a str,
    /// Who is asked.
    to: &'a str,
    client_id: &'a str,
    options: &'a GameOptions,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl<'a> From<&'a Invitation> for InvitationShape<'a> {
    fn from(invitation: &'a Invitation) -> Self {
        Self {
            invite_id: invitation.id,
            username: &invitation.inviter.username,
            to: &invitation.invited.username,
            client_id: &invitation.client_id,
            options: &invitation.options,
            expires_at: invitation.expires_at.to_rfc3339(),
        }
    }
}

/// A game of two.
#[derive(Serialize, ToSchema)]
#[schema(as = Game)]
pub struct GameShape<'a> {
    id: GameId,
    players: [&'a str; 2],
    client_id: &'a str,
    options: &'a GameOptions,
    state: GameState,
    winner: Option<&'a str>,
    scores: Option<BTreeMap<&'a str, i64>>,
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    url: String,
}

impl GameShape<'_> {
    /// Where the web client shows a game.
    #[must_use]
    pub fn url(id: GameId) -> String {
        format!("/games/{id}")
    }
}

impl<'a> From<&'a Game> for GameShape<'a> {
    fn from(game: &'a Game) -> Self {
        let players = game.players.each_ref().map(|player| player.username.as_str());
        Self {
            id: game.id,
            players,
            client_id: &game.client_id,
            options: &game.options,
            state: game.state,
            winner: game.winner.as_deref(),
            scores: game.scores.map(|scores| players.into_iter().zip(scores).collect()),
            started_at: game.started_at.to_rfc3339(),
            finished_at: game.finished_at.map(Timestamp::to_rfc3339),
            url: Self::url(game.id),
        }
    }
}

/// A tournament.
#[derive(Serialize, ToSchema)]
#[schema(as = Tournament)]
pub struct TournamentShape<'a> {
    id: TournamentId,
    name: &'a str,
    organizer: &'a str,
    organizer_id: UserId,
    state: TournamentState,
    players: &'a [String],
    player_count: usize,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    started_at: Option<String>,
}

impl<'a> From<&'a Tournament> for TournamentShape<'a> {
    fn from(tournament: &'a Tournament) -> Self {
        Self {
            id: tournament.id,
            name: &tournament.name,
            organizer: &tournament.organizer,
            organizer_id: tournament.organizer_id,
            state: tournament.state,
            players: &tournament.players,
            player_count: tournament.players.len(),
            created_at: tournament.created_at.to_rfc3339(),
            started_at: tournament.started_at.map(Timestamp::to_rfc3339),
        }
    }
}
