//! Calls about the server itself.

use serde_json::json;

use super::{reply, reply::Answer, request::Request};
use crate::{app::App, change::Registration};

/// `GET /healthz`: 200 once it can write to its database.
pub(super) async fn health(app: &App) -> Answer {
    app.store.probe().await?;
    reply::json(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// `GET /api/server`: what a sign-in page has to know, for anybody.
pub(super) async fn server(r: &Request) -> Answer {
    let registration = match r.app.settings.registration {
        Registration::Open => "open",
        Registration::Invite => "invite",
        Registration::Closed => "closed",
    };
    let has_accounts = r.app.has_accounts().await?;
    reply::json(&json!({
        "name": "Salon",
        "version": env!("CARGO_PKG_VERSION"),
        "registration": registration,
        "has_accounts": has_accounts,
        "claim_required": !has_accounts && r.app.claim().is_some(),
    }))
}
