//! Attachments: files that come with messages, and how much room they may take.

use serde::{Deserialize, Serialize};

use super::AttachmentId;

/// The most files that one message carries.
pub const PER_MESSAGE: usize = 10;

/// The most files that one person sends at once.
pub const COMING_AT_ONCE: i64 = 8;

/// Every piece of a stored file has so many bytes, but for the last. Small enough that storing one
/// does not hold up a message that comes just then.
pub const PIECE_BYTES: usize = 64 * 1024;

/// A file that comes with a message. The same file sent twice is two of these over the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Which.
    pub id: AttachmentId,
    /// What its sender calls it.
    pub filename: String,
    /// What its bytes are, whatever its sender said.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// Width and height in pixels, as shown, if it is a picture.
    pub pixels: Option<(u32, u32)>,
    /// Whether there is a smaller picture of it.
    pub has_thumbnail: bool,
}

/// What the bytes of a file turned out to be, once all of them are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nature {
    /// SHA-256: the same bytes are kept once.
    pub hash: Vec<u8>,
    /// Their type, by what they are.
    pub mime: String,
    /// Width and height in pixels, as shown, of a picture.
    pub pixels: Option<(u32, u32)>,
    /// A smaller picture of it, where that is worth it.
    pub thumbnail: Option<Vec<u8>>,
}

/// How many bytes may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Of what one person has sent.
    pub person: i64,
    /// Of everything.
    pub all: i64,
}
