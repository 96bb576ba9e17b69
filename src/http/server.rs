//! Calls about the server itself.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{app::App, change::Registration};

/// `GET /healthz`: 200 once it can write to its database.
pub(super) async fn health(app: &App) -> Answer {
    app.store.probe().await?;
    reply::json(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// What a sign-in page has to know.
#[derive(Serialize, ToSchema)]
#[schema(as = Server)]
pub(super) struct ServerShape {
    name: &'static str,
    version: &'static str,
    #[schema(example = "open")]
    registration: &'static str,
    has_accounts: bool,
    claim_required: bool,
}

/// `GET /api/server`, for anybody.
pub(super) async fn server(r: &Request) -> Answer {
    let has_accounts = r.app.has_accounts().await?;
    reply::json(&ServerShape {
        name: "Salon",
        version: env!("CARGO_PKG_VERSION"),
        registration: match r.app.settings.registration {
            Registration::Open => "open",
            Registration::Invite => "invite",
            Registration::Closed => "closed",
        },
        has_accounts,
        claim_required: !has_accounts && r.app.claim().is_some(),
    })
}
