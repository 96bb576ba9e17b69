//! Calls about bots and their tokens, for who runs the server.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::Steward,
    model::{Bot, Scope, SessionId, Timestamp, UserId, bot::BotToken},
    wire::shapes::UserShape,
};

/// A program that is a person here.
#[derive(Serialize, ToSchema)]
#[schema(as = Bot)]
pub(super) struct BotShape<'a> {
    #[serde(flatten)]
    user: UserShape<'a>,
    is_disabled: bool,
    tokens: Vec<TokenShape<'a>>,
}

/// A bot's token, without what it is.
#[derive(Serialize, ToSchema)]
#[schema(as = BotToken)]
pub(super) struct TokenShape<'a> {
    id: SessionId,
    name: &'a str,
    scopes: Vec<Scope>,
    #[schema(format = DateTime)]
    created_at: String,
    /// To the minute; null: never.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

fn token_shape(token: &BotToken) -> TokenShape<'_> {
    TokenShape {
        id: token.id,
        name: &token.name,
        scopes: token.scopes.iter().collect(),
        created_at: token.created_at.to_rfc3339(),
        last_used_at: token.used_at.map(Timestamp::to_rfc3339),
    }
}

fn shape<'a>(r: &Request, steward: Steward, bot: &'a Bot) -> BotShape<'a> {
    let is_online =
        |person: UserId| r.app.hub.sees_online(steward.user().unwrap_or(person), person);
    BotShape {
        user: UserShape::new(&bot.person, &is_online),
        is_disabled: bot.is_disabled,
        tokens: bot.tokens.iter().map(token_shape).collect(),
    }
}

/// A new bot.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewBot)]
pub(super) struct MakeBody {
    username: String,
    #[serde(default)]
    display_name: Option<String>,
}

/// A new token of a bot.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewBotToken)]
pub(super) struct TokenBody {
    /// What it is for.
    name: String,
    scopes: Vec<Scope>,
}

/// A token that was made just now.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeBotToken)]
pub(super) struct MadeShape<'a> {
    #[serde(flatten)]
    known: TokenShape<'a>,
    /// What it is: shown now, and never again.
    token: String,
}

/// `GET /api/admin/bots`.
pub(super) async fn list(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let page = r.app.bots(steward, r.window()?).await?;
    reply::list(&page, &page.items.iter().map(|bot| shape(r, steward, bot)).collect::<Vec<_>>())
}

/// `POST /api/admin/bots`.
pub(super) async fn make(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let MakeBody { username, display_name } = r.json()?;
    let bot = r.app.make_bot(steward, &username, display_name.as_deref()).await?;
    reply::with_status(StatusCode::CREATED, &shape(r, steward, &bot))
}

/// `GET /api/admin/bots/{username}`.
pub(super) async fn read(r: &Request) -> Answer {
    let steward = r.steward().await?;
    reply::json(&shape(r, steward, &r.app.bot(steward, r.person()).await?))
}

/// `DELETE /api/admin/bots/{username}`.
pub(super) async fn delete(r: &Request) -> Answer {
    r.app.delete_bot(r.steward().await?, r.person()).await?;
    reply::done()
}

/// `POST /api/admin/bots/{username}/tokens`.
pub(super) async fn make_token(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let TokenBody { name, scopes } = r.json()?;
    let (token, known) = r.app.make_bot_token(steward, r.person(), &name, scopes).await?;
    let made = MadeShape { known: token_shape(&known), token };
    reply::with_status(StatusCode::CREATED, &made)
}

/// `DELETE /api/admin/bots/{username}/tokens/{id}`.
pub(super) async fn revoke_token(r: &Request) -> Answer {
    r.app.revoke_bot_token(r.steward().await?, r.person(), r.id("id")?).await?;
    reply::done()
}
