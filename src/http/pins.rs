//! Calls about pinned messages, and what messages said before.

use super::{reply, reply::Answer, request::Request};
use crate::wire::shapes::{MessageShape, VersionShape};

/// `PUT /api/messages/{id}/pin`.
pub(super) async fn pin(r: &Request) -> Answer {
    set(r, true).await
}

/// `DELETE /api/messages/{id}/pin`.
pub(super) async fn unpin(r: &Request) -> Answer {
    set(r, false).await
}

async fn set(r: &Request, on: bool) -> Answer {
    let caller = r.caller().await?;
    r.app.pin(caller, r.id("id")?, on, None).await?;
    reply::done()
}

/// `GET /api/conversations/{id}/pins`: newest pinned first.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = r.app.pins(caller, r.conversation(), r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(MessageShape::from).collect();
    reply::list(&page, &shapes)
}

/// `GET /api/messages/{id}/history`: oldest first, what it says now last.
pub(super) async fn versions(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = r.app.versions(caller, r.id("id")?, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(VersionShape::from).collect();
    reply::list(&page, &shapes)
}
