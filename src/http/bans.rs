//! Calls about who and what is kept out.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::Banned,
    model::{Ban, BanId, Timestamp},
};

/// Whom, or which address or network, to keep out; or both.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewBan)]
pub(super) struct BanBody {
    #[serde(default)]
    username: Option<String>,
    /// `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
    #[serde(default)]
    address: Option<String>,
    /// Whether the addresses of the person's sessions are banned as well.
    #[serde(default)]
    with_addresses: Option<bool>,
    #[serde(default)]
    reason: Option<String>,
    /// For how many seconds; null for good.
    #[serde(default)]
    expires_in: Option<i64>,
}

/// Somebody, or some addresses, kept out.
#[derive(Serialize, ToSchema)]
#[schema(as = Ban)]
pub(super) struct BanShape<'a> {
    id: BanId,
    username: Option<&'a str>,
    /// The first of the addresses.
    address: Option<String>,
    addresses: Vec<String>,
    reason: &'a str,
    /// None: the command line.
    created_by: Option<&'a str>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

fn shape(ban: &Ban) -> BanShape<'_> {
    let addresses: Vec<_> = ban.networks.iter().map(ToString::to_string).collect();
    BanShape {
        id: ban.id,
        username: ban.username.as_deref(),
        address: addresses.first().cloned(),
        addresses,
        reason: &ban.reason,
        created_by: ban.created_by.as_deref(),
        created_at: ban.created_at.to_rfc3339(),
        expires_at: ban.expires_at.map(Timestamp::to_rfc3339),
    }
}

/// `GET /api/admin/bans`.
pub(super) async fn list(r: &Request) -> Answer {
    let page = r.app.bans(r.steward().await?, r.window()?).await?;
    reply::list(&page, &page.items.iter().map(shape).collect::<Vec<_>>())
}

/// `POST /api/admin/bans`.
pub(super) async fn ban(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let body: BanBody = r.json()?;
    let new = Banned {
        username: body.username,
        address: body.address,
        with_addresses: body.with_addresses.unwrap_or_default(),
        reason: body.reason,
        expires_in: body.expires_in,
    };
    let ban = r.app.ban(steward, new, r.from()).await?;
    reply::with_status(StatusCode::CREATED, &shape(&ban))
}

/// `DELETE /api/admin/bans/{id}`.
pub(super) async fn lift(r: &Request) -> Answer {
    r.app.lift_ban(r.steward().await?, r.id("id")?).await?;
    reply::done()
}
