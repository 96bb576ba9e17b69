//! Games of two: how they are to be, invitations to them, and what came of them (documents 000
//! and 003). Salon brings people together and keeps the result; the game is played elsewhere.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{GameId, InvitationId, Rev, Timestamp, UserId};

/// How fast the ball is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GameSpeed {
    /// Slow.
    Slow,
    /// As usual.
    Medium,
    /// Fast.
    Fast,
}

/// How a game is to be; what is not said is left to the game.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GameOptions {
    /// How fast.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub game_speed: Option<GameSpeed>,
    /// Whether it counts for a ranking.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub ranked: Option<bool>,
    /// Whether it has surprises.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub cool_mode: Option<bool>,
    /// Points to win, 3..20.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(value_type = u8, minimum = 3, maximum = 20)]
    pub score_to_win: Option<Within<3, 20>>,
    /// Minutes, 1..5.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(value_type = u8, minimum = 1, maximum = 5)]
    pub time_limit: Option<Within<1, 5>>,
}

/// A field that may be left out, but is not null.
fn given<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}

/// A whole number between two others, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8")]
pub struct Within<const LEAST: u8, const MOST: u8>(u8);

impl<const LEAST: u8, const MOST: u8> TryFrom<u8> for Within<LEAST, MOST> {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        if (LEAST..=MOST).contains(&number) {
            Ok(Self(number))
        } else {
            Err(format!("must be {LEAST} to {MOST}"))
        }
    }
}

/// One side of an invitation or a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// Who.
    pub id: UserId,
    /// Their username.
    pub username: String,
}

/// Why an invitation ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CancelReason {
    /// The inviter took it back.
    Canceled,
    /// Nobody answered in time.
    Expired,
    /// The last socket of one side was closed.
    Left,
    /// One side began another game.
    Engaged,
    /// One side blocked the other.
    Blocked,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// It waits for an answer.
    Pending,
    /// There is a game.
    Accepted,
    /// The invited one does not want to.
    Declined,
    /// It ended without an answer.
    Canceled,
}

/// Somebody asks somebody for a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// Who asks.
    pub inviter: Player,
    /// Who is asked.
    pub invited: Player,
    /// The inviter's own name for it.
    pub client_id: String,
    /// How the game is to be.
    pub options: GameOptions,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What became of it.
    pub state: InvitationState,
    /// Why it was canceled, if it was.
    pub reason: Option<CancelReason>,
    /// Its last change.
    pub rev: Rev,
}

/// Where a game is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GameState {
    /// It is being played.
    On,
    /// Its result is known.
    Finished,
    /// Both players were gone for too long.
    Abandoned,
}

/// A game of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Game {
    /// Which.
    pub id: GameId,
    /// Who asked for it, and who accepted.
    pub players: [Player; 2],
    /// The inviter's own name for it.
    pub client_id: String,
    /// How it is.
    pub options: GameOptions,
    /// Where it is.
    pub state: GameState,
    /// Username of who won, if somebody did.
    pub winner: Option<String>,
    /// Points, in the order of `players`.
    pub scores: Option<[i64; 2]>,
    /// When it was accepted.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Its last change.
    pub rev: Rev,
}

/// The most points that a result may name.
pub const MOST_POINTS: i64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::GameOptions;

    #[test]
    fn options_are_what_document_003_lists_and_nothing_else() {
        let good = [
            "{}",
            r#"{"game_speed":"fast","ranked":true,"cool_mode":false,"score_to_win":3,"time_limit":5}"#,
            r#"{"score_to_win":20}"#,
        ];
        for options in good {
            let parsed: GameOptions = serde_json::from_str(options).unwrap_or_default();
            assert_eq!(serde_json::to_string(&parsed).ok().as_deref(), Some(options));
        }
        for bad in [
            r#"{"game_speed":"warp"}"#,
            r#"{"ranked":1}"#,
            r#"{"ranked":null}"#,
            r#"{"score_to_win":2}"#,
            r#"{"score_to_win":21}"#,
            r#"{"score_to_win":3.5}"#,
            r#"{"time_limit":0}"#,
            r#"{"time_limit":"5"}"#,
            r#"{"colour":"red"}"#,
        ] {
            assert!(serde_json::from_str::<GameOptions>(bad).is_err(), "{bad}");
        }
    }
}
