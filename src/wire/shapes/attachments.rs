//! Files that come with messages.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{Attachment, AttachmentId};

/// A file of a message.
#[derive(Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentShape<'a> {
    id: AttachmentId,
    filename: &'a str,
    /// What its bytes are, whatever its sender said.
    #[schema(example = "image/jpeg")]
    mime: &'a str,
    /// Bytes.
    size: i64,
    /// In pixels, as shown, of a picture.
    width: Option<u32>,
    height: Option<u32>,
    url: String,
    /// A smaller picture of it, where there is one.
    thumbnail_url: Option<String>,
}

impl<'a> From<&'a Attachment> for AttachmentShape<'a> {
    fn from(attachment: &'a Attachment) -> Self {
        let Attachment { id, filename, mime, size, pixels, has_thumbnail } = attachment;
        let url = format!("/api/attachments/{id}");
        let (width, height) = pixels.unzip();
        Self {
            id: *id,
            filename,
            mime,
            size: *size,
            width,
            height,
            thumbnail_url: has_thumbnail.then(|| format!("{url}/thumbnail")),
            url,
        }
    }
}
