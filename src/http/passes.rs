//! Calls about invitations to make an account.

use http::{HeaderValue, StatusCode, header};
use qrcode::{QrCode, render::svg};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warp::reply::{Reply, Response};

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::conversation_ref,
    model::{ConversationId, Pass, PassId, Refusal, Timestamp},
};

/// How many pixels a dot of a QR code has at least.
const DOT: u32 = 6;

/// A new invitation.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = NewInvitation)]
pub(super) struct MakeBody {
    /// How many accounts it may make, 1 to 1000; null for any number.
    #[serde(default)]
    uses: Option<i64>,
    /// For how many seconds; null for good.
    #[serde(default)]
    expires_in: Option<i64>,
    /// The room that newcomers are in from the start.
    #[serde(default)]
    room: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct RoomName<'a> {
    id: ConversationId,
    name: &'a str,
}

/// What lets people make an account.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(super) struct InvitationShape<'a> {
    id: PassId,
    token: &'a str,
    url: String,
    /// Where its QR code is.
    qr: String,
    uses: Option<i64>,
    used: i64,
    room: Option<RoomName<'a>>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// None: the command line.
    created_by: Option<&'a str>,
    #[schema(format = DateTime)]
    created_at: String,
}

fn url(r: &Request, pass: &Pass) -> String {
    format!("{}/register?invitation={}", r.origin(), pass.token)
}

fn shape<'a>(r: &Request, pass: &'a Pass) -> InvitationShape<'a> {
    InvitationShape {
        id: pass.id,
        token: &pass.token,
        url: url(r, pass),
        qr: format!("/api/admin/invitations/{}/qr", pass.id),
        uses: pass.uses,
        used: pass.used,
        room: pass.room.as_ref().map(|(id, name)| RoomName { id: *id, name }),
        expires_at: pass.expires_at.map(Timestamp::to_rfc3339),
        created_by: pass.created_by.as_deref(),
        created_at: pass.created_at.to_rfc3339(),
    }
}

/// `GET /api/admin/invitations`.
pub(super) async fn list(r: &Request) -> Answer {
    let page = r.app.passes(r.steward().await?, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(|pass| shape(r, pass)).collect();
    reply::list(&page, &shapes)
}

/// `POST /api/admin/invitations`.
pub(super) async fn make(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let MakeBody { uses, expires_in, room } = r.json_or_default()?;
    let room = room.as_deref().map(conversation_ref);
    let pass = r.app.make_pass(steward, uses, expires_in, room).await?;
    reply::with_status(StatusCode::CREATED, &shape(r, &pass))
}

/// `DELETE /api/admin/invitations/{id}`.
pub(super) async fn withdraw(r: &Request) -> Answer {
    r.app.withdraw_pass(r.steward().await?, r.id("id")?).await?;
    reply::done()
}

/// `GET /api/admin/invitations/{id}/qr`.
pub(super) async fn qr(r: &Request) -> Answer {
    let pass = r.app.pass(r.steward().await?, r.id("id")?).await?;
    let mut answer = Response::new(qr_code(&url(r, &pass))?.into());
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer.into_response())
}

/// A text as a QR code, as SVG.
pub(super) fn qr_code(text: &str) -> Result<String, Refusal> {
    let code = QrCode::new(text).map_err(|error| {
        tracing::warn!(%error, "a link is too long for a QR code");
        Refusal::unavailable()
    })?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(DOT * 40, DOT * 40).build())
}

/// What an invitation leads to.
#[derive(Serialize, ToSchema)]
#[schema(as = Welcome)]
pub(super) struct WelcomeShape {
    /// What the server is called.
    server: String,
    /// None: whoever runs it.
    invited_by: Option<String>,
    /// The name of the room that newcomers are in from the start.
    room: Option<String>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// `GET /api/invitations/{token}`, for whoever has it.
pub(super) async fn welcome(r: &Request) -> Answer {
    let welcome = r.app.welcome(r.parameter("token").to_owned(), r.from()).await?;
    reply::json(&WelcomeShape {
        server: welcome.server,
        invited_by: welcome.pass.created_by,
        room: welcome.pass.room.map(|(_, name)| name),
        expires_at: welcome.pass.expires_at.map(Timestamp::to_rfc3339),
    })
}
