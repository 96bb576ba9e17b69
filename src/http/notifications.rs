//! Calls about notifications.

use serde::Serialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::wire::shapes::NotificationShape;

/// How many notifications were marked as read.
#[derive(Serialize, ToSchema)]
pub(super) struct Marked {
    read: usize,
}

/// `GET /api/notifications/?unread=`.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = r.app.notifications(caller, r.flag("unread")?, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(NotificationShape::from).collect();
    reply::list(&page, &shapes)
}

/// `POST /api/notifications/mark_all_as_read`.
pub(super) async fn read_all(r: &Request) -> Answer {
    let read = r.app.read_all_notifications(r.caller().await?).await?;
    reply::json(&Marked { read })
}

/// `POST /api/notifications/{id}/read`.
pub(super) async fn read(r: &Request) -> Answer {
    r.app.read_notification(r.caller().await?, r.id("id")?, None).await?;
    reply::done()
}
