//! Calls about the server itself.

use serde::Serialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::change::Registration;

/// `GET /healthz`: 200 once it can write to its database.
pub(super) async fn health(r: &Request) -> Answer {
    r.app.store.probe().await?;
    reply::json(&Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// That all is well.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    version: &'static str,
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
