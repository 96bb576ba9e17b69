//! Calls about avatars: one's own set and removed, everybody's shown.

use bytes::Bytes;
use http::{HeaderValue, Response as Http, StatusCode, header};
use utoipa::ToSchema;

use super::{attachments::POLICY, multipart, reply, reply::Answer, request::Request};
use crate::{
    media::picture,
    model::{Code, Refusal},
    wire::shapes::MeShape,
};

/// Kept for good: other bytes have another address.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// Kept, and asked for again before each use.
const ASKED: HeaderValue = HeaderValue::from_static("private, no-cache");

/// A picture.
#[derive(ToSchema)]
#[schema(as = Picture)]
pub(super) struct PictureForm {
    #[allow(dead_code, reason = "only described")]
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// `PUT /api/me/avatar`: a picture as the body, or as the file of a form.
pub(super) async fn set(r: &Request) -> Answer {
    let caller = r.caller().await?;
    if !r.is_incoming() {
        let wanted = "send a picture, with Content-Type: image/*";
        return Err(Refusal::new(Code::UnsupportedMediaType, wanted));
    }
    let most = r.app.most_avatar_bytes();
    let too_large = || Refusal::new(Code::TooLarge, format!("a picture may have {most} bytes"));
    let sent = multipart::take_one(r, most, &too_large);
    let person = r.app.set_avatar(caller, sent).await?;
    reply::json(&MeShape::new(&person, &r.sees_online(caller)))
}

/// `DELETE /api/me/avatar`.
pub(super) async fn remove(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let person = r.app.remove_avatar(caller).await?;
    reply::json(&MeShape::new(&person, &r.sees_online(caller)))
}

/// `GET /api/users/{username}/avatar?v=`.
pub(super) async fn read(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let avatar = r.app.avatar(caller, r.person()).await?;
    let is_named = r.text("v") == Some(avatar.tag.as_str());
    let tag = format!("\"{}\"", avatar.tag);
    let answer = Http::builder()
        .header(header::CACHE_CONTROL, if is_named { KEPT } else { ASKED })
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::ETAG, &tag);
    let answer = if r.knows(&tag) {
        answer.status(StatusCode::NOT_MODIFIED).body(Bytes::new())
    } else {
        answer
            .header(header::CONTENT_TYPE, picture::type_of(&avatar.bytes))
            .header(header::CONTENT_DISPOSITION, "inline")
            .body(Bytes::from(avatar.bytes))
    };
    Ok(answer.map_err(|_| Refusal::unavailable())?.map(Into::into))
}
