//! What happens around games, as (`action`, data): the same in every dialect that tells of them.

use serde_json::{Value, json};

use super::shapes::{GameShape, InvitationShape};
use crate::{
    event::Event,
    model::{Game, Invitation},
};

/// An event as action and data; nothing for events that are not about games.
#[must_use]
pub fn told(event: &Event) -> Option<(&'static str, Value)> {
    let answered = |invitation: &Invitation| {
        json!({
            "invite_id": invitation.id, "username": invitation.invited.username,
            "client_id": invitation.client_id,
        })
    };
    // one arm for each event that is about a game: the others are not for here
    if let Event::Invited(invitation) | Event::InviteSent(invitation) = event {
        Some(("game_invite", json!(InvitationShape::from(invitation.as_ref()))))
    } else if let Event::InviteCanceled { invitation, other } = event {
        let data = json!({
            "invite_id": invitation.id, "username": other, "client_id": invitation.client_id,
            "from": invitation.inviter.username, "to": invitation.invited.username,
            "reason": invitation.reason,
        });
        Some(("game_invite_canceled", data))
    } else if let Event::InviteAccepted(invitation) = event {
        Some(("game_accepted", answered(invitation)))
    } else if let Event::InviteDeclined(invitation) = event {
        Some(("game_declined", answered(invitation)))
    } else if let Event::InviteAnswered { invitation, accepted } = event {
        let data = json!({
            "invite_id": invitation.id, "username": invitation.inviter.username,
            "accepted": accepted,
        });
        Some(("game_invite_answered", data))
    } else if let Event::GameFound(game) = event {
        Some(("game_found", found(game)))
    } else if let Event::GameFinished(game) = event {
        Some(("game_finished", json!({ "game": GameShape::from(game.as_ref()) })))
    } else {
        None
    }
}

fn found(game: &Game) -> Value {
    json!({
        "game_id": game.id, "players": game.players.each_ref().map(|player| &player.username),
        "client_id": game.client_id, "options": game.options, "url": GameShape::url(game.id),
    })
}
