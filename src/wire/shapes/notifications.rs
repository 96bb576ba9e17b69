//! Notifications.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{Notification, NotificationId, notification::About};

/// Something that a person should know of: `action` and `data` say what.
#[derive(Serialize, ToSchema)]
#[schema(as = Notification)]
pub struct NotificationShape<'a> {
    id: NotificationId,
    #[serde(flatten)]
    about: &'a About,
    is_read: bool,
    #[schema(format = DateTime)]
    date: String,
}

impl<'a> From<&'a Notification> for NotificationShape<'a> {
    fn from(notification: &'a Notification) -> Self {
        Self {
            id: notification.id,
            about: &notification.about,
            is_read: notification.is_read,
            date: notification.date.to_rfc3339(),
        }
    }
}
