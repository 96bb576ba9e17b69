//! Calls about files: sent ahead of their message, read in whole or in part, discarded.
//!
//! What always holds: nothing that a browser would run is ever shown by itself, whatever its sender
//! says that it is; what is read is asked for each time, so that who may no longer read it does not
//! get it from a cache.

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response as Http, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use utoipa::ToSchema;
use warp::reply::{Reply, Response};

use super::{multipart, range, range::Range, reply, reply::Answer, request::Request};
use crate::{
    app::Readable,
    media::{kind, picture},
    model::Refusal,
    wire::shapes::AttachmentShape,
};

/// What a browser may do with a file: show it.
pub(super) const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// Kept, and asked for again before each use.
const CACHED: HeaderValue = HeaderValue::from_static("private, no-cache");

/// What may stand in `filename*` as it is (RFC 8187, `attr-char`).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file.
#[derive(ToSchema)]
#[schema(as = File)]
pub(super) struct FileForm {
    #[allow(dead_code, reason = "only described")]
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// `POST /api/conversations/{id}/attachments`: one file, to be named in a message.
pub(super) async fn send(r: &Request) -> Answer {
    let caller = r.caller().await?;
    r.must_be_form()?;
    let mut form = multipart::take(r, caller, &r.conversation(), 1).await?;
    let file = form.files.pop().ok_or_else(|| Refusal::invalid("file", "is missing"))?;
    reply::with_status(StatusCode::CREATED, &AttachmentShape::from(&file))
}

/// `DELETE /api/attachments/{id}`: one's own that was not posted.
pub(super) async fn discard(r: &Request) -> Answer {
    let caller = r.caller().await?;
    r.app.discard_attachments(caller, vec![r.id("id")?]).await?;
    reply::done()
}

/// `GET /api/attachments/{id}`.
pub(super) async fn read(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let Readable { attachment, file, hash } = r.app.attachment(caller, r.id("id")?).await?;
    let tag = tag_of(&hash, "");
    if r.knows(&tag) {
        return unchanged(&tag);
    }
    let size = u64::try_from(attachment.size).unwrap_or_default();
    let mime = attachment.mime.as_str();
    let answer = Http::builder()
        .header(header::CONTENT_TYPE, kind::served_as(mime))
        .header(header::CONTENT_DISPOSITION, disposition(mime, &attachment.filename))
        .header(header::ACCEPT_RANGES, "bytes");
    let (answer, from, to) = match range::asked(&r.headers, &tag, size) {
        Range::Whole => (answer, 0, size),
        Range::Part { from, to } => {
            let part = format!("bytes {from}-{}/{size}", to - 1);
            (
                answer.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, part),
                from,
                to,
            )
        }
        Range::Outside => {
            let answer = answer
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(header::CONTENT_RANGE, format!("bytes */{size}"));
            return bytes(answer, &tag, Bytes::new());
        }
    };
    let mut pieces = r.app.bytes_of(file, from, to);
    let broken = |_: Refusal| std::io::Error::other("the file went while it was read");
    let pieces = stream::poll_fn(move |context| {
        pieces.poll_recv(context).map(|piece| piece.map(|piece| piece.map_err(broken)))
    });
    let mut whole = warp::reply::stream(pieces).into_response();
    let answer = answer.header(header::CONTENT_LENGTH, to - from).body(());
    let (head, ()) = answer.map_err(|_| Refusal::unavailable())?.into_parts();
    *whole.status_mut() = head.status;
    whole.headers_mut().extend(head.headers);
    Ok(tagged(whole, &tag))
}

/// `GET /api/attachments/{id}/thumbnail`.
pub(super) async fn thumbnail(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let Readable { file, hash, .. } = r.app.attachment(caller, r.id("id")?).await?;
    let tag = tag_of(&hash, "-small");
    if r.knows(&tag) {
        return unchanged(&tag);
    }
    let thumbnail = r.app.thumbnail(file).await?;
    let answer = Http::builder()
        .header(header::CONTENT_TYPE, picture::type_of(&thumbnail))
        .header(header::CONTENT_DISPOSITION, "inline");
    bytes(answer, &tag, thumbnail.into())
}

fn bytes(answer: http::response::Builder, tag: &str, bytes: Bytes) -> Answer {
    let answer = answer.body(bytes).map_err(|_| Refusal::unavailable())?;
    Ok(tagged(answer.map(Into::into), tag))
}

fn unchanged(tag: &str) -> Answer {
    bytes(Http::builder().status(StatusCode::NOT_MODIFIED), tag, Bytes::new())
}

fn tagged(mut answer: Response, tag: &str) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, CACHED);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    answer
}

fn tag_of(hash: &[u8], of: &str) -> String {
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}{of}\"")
}

/// How a browser takes it: shown or saved, and under which name.
fn disposition(mime: &str, filename: &str) -> String {
    let how = if kind::is_shown(mime) { "inline" } else { "attachment" };
    let is_plain = |c: char| (c.is_ascii_alphanumeric() || " .-_()+".contains(c)).then_some(c);
    let ascii: String = filename.chars().map(|c| is_plain(c).unwrap_or('_')).collect();
    let exact = utf8_percent_encode(filename, PLAIN);
    format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{exact}")
}
