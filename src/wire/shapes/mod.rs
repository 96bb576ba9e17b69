//! The JSON shapes that REST and the dialects share, as section 3 of the protocol names them. The
//! OpenAPI document describes them by the same declarations.

mod attachments;
mod conversations;
mod games;
mod notifications;
mod people;

pub use attachments::AttachmentShape;
pub use conversations::{ConversationShape, MessageShape, VersionShape};
pub use games::{GameShape, InvitationShape, TournamentShape};
pub use notifications::NotificationShape;
pub use people::{MeShape, MemberShape, SessionShape, UserShape};

use crate::model::UserId;

/// Whether a person shows as online, to whom the shape is for.
pub type IsOnline<'a> = &'a dyn Fn(UserId) -> bool;
