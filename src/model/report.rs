//! Messages that somebody has reported to who runs the server.

use super::{ConversationId, MessageId, ReportId, Timestamp, UserId};

/// How many reports of one person may wait to be resolved.
pub const MOST_OPEN: i64 = 50;

/// How long one that was resolved is kept: it holds what somebody has said, perhaps in private.
pub const RESOLVED_KEPT_MS: i64 = 90 * 24 * 3600 * 1000;

/// A message as it was when somebody reported it; nothing else of where it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub id: ReportId,
    /// The username of who reports.
    pub reporter: String,
    /// Why; may be empty.
    pub reason: String,
    /// Which message.
    pub message: MessageId,
    /// Who said it.
    pub sender_id: UserId,
    /// Their username.
    pub sender: String,
    /// What it said.
    pub content: String,
    /// What its files were called.
    pub files: Vec<String>,
    /// When it was said.
    pub date: Timestamp,
    /// Where.
    pub conversation: ConversationId,
    /// What the room was called; none in a direct.
    pub room: Option<String>,
    /// Whether the message has lost its content since, or is gone with its room.
    pub is_gone: bool,
    /// When it was reported.
    pub created_at: Timestamp,
    /// When it was resolved, and by whom; nobody is the command line.
    pub resolved: Option<(Timestamp, Option<String>)>,
}
