//! Messages and the files that come with them, as changes carry them.

use serde::{Deserialize, Serialize};

use super::{ConversationRef, PersonRef};
use crate::model::{
    AttachmentId, ClientId, ConversationId, DisplayName, FileId, Filename, MessageId, MessageText,
    ReportId, ReportReason, attachment::Nature,
};

/// Where a message is to be posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PostPlace {
    /// Where the caller is.
    In(ConversationRef),
    /// In a room, which the caller comes into first if it is public.
    Entering(ConversationRef),
    /// In the direct with somebody, which is opened first if there is none.
    Direct {
        /// With whom.
        with: PersonRef,
        /// Its id, if it is new.
        id: ConversationId,
    },
}

/// A message to be posted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PostMessage {
    /// Its id, unless it turns out to have been posted before.
    pub id: MessageId,
    /// Where.
    pub place: PostPlace,
    /// What it says.
    pub content: MessageText,
    /// Names after `@` in it, in lower case; some may be nobody's.
    pub names: Vec<String>,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The message of the same conversation that it answers.
    pub reply_to: Option<MessageId>,
    /// Files that the sender has uploaded for this conversation, in order.
    pub attachments: Vec<AttachmentId>,
    /// The name under which it shows, if it comes by a hook.
    #[serde(default)]
    pub shown_as: Option<DisplayName>,
}

/// A message that somebody reports to who runs the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewReport {
    /// The report's id.
    pub id: ReportId,
    /// Which message.
    pub message: MessageId,
    /// Why.
    pub reason: ReportReason,
}

/// The next piece of a file that is coming.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StorePiece {
    /// Which file.
    pub file: FileId,
    /// `PIECE_BYTES` of it, or fewer for the last.
    pub bytes: Vec<u8>,
}

/// All pieces of a file have come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FinishFile {
    /// Which file.
    pub file: FileId,
    /// What it is.
    pub nature: Nature,
    /// The id of the attachment that it becomes.
    pub attachment: AttachmentId,
    /// What its sender calls it.
    pub filename: Filename,
}
