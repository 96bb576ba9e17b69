//! The server itself: how it is set, and what was done to run it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Timestamp, attachment::Quota};

/// Who may make an account, after the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Everyone.
    Open,
    /// Who holds an invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// How the server is set: what an administrator can change while it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// What it is called.
    pub name: String,
    /// Who may make an account.
    pub registration: Registration,
    /// Bytes a file may have.
    pub max_upload: i64,
    /// Bytes that files may have together.
    pub quota: Quota,
}

/// The most bytes that `max_upload` can be: 64 GiB, as far as places of pieces go.
pub const LARGEST_UPLOAD: i64 = 1 << 36;

/// Something that was done to run the server or to keep order in it.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Later ones have larger ids.
    pub id: i64,
    /// When.
    pub date: Timestamp,
    /// The username of who did it; none: the command line.
    pub actor: Option<String>,
    /// What, as a word.
    pub action: String,
    /// To whom or what, by the name that it had then.
    pub target: String,
    /// More of it, by action.
    pub details: serde_json::Value,
}
