//! Forms with files (`multipart/form-data`), as they come: texts are collected within bounds, files
//! are stored while they are read. And the one picture that is a body itself.

use std::{collections::HashMap, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, header};
use multer::{Field, Multipart};

use super::{
    incoming::{Allowance, Incoming},
    request::{Request, bad},
};
use crate::{
    app::Caller,
    change::ConversationRef,
    model::{Attachment, Code, Refusal},
};

/// The most bytes of a text of a form.
const TEXT_BYTES: usize = 64 * 1024;

/// The most parts of a form.
const PARTS: usize = 32;

/// What a form may have beside its files.
const BESIDE_FILES_BYTES: u64 = 1 << 20;

/// How long the next bytes of a form may take.
const NEXT_WITHIN: Duration = Duration::from_secs(30);

/// How long a picture may take that is held in memory.
const WHOLE_WITHIN: Duration = Duration::from_secs(120);

/// What a form says, its files stored.
#[derive(Default)]
pub(super) struct Form {
    texts: HashMap<String, String>,
    pub(super) files: Vec<Attachment>,
}

impl Form {
    /// A text of the form.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.texts.remove(name)
    }
}

/// Whether a body is a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    kind_of(headers).eq_ignore_ascii_case("multipart/form-data")
}

/// Whether a body is said to be a picture.
pub(super) fn is_picture(headers: &HeaderMap) -> bool {
    kind_of(headers).get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/"))
}

fn kind_of(headers: &HeaderMap) -> &str {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

fn announced(headers: &HeaderMap) -> u64 {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    announced.and_then(|value| value.parse().ok()).unwrap_or(0)
}

fn boundary(headers: &HeaderMap) -> Result<String, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default());
    boundary.map_err(|_| bad("the form names no boundary"))
}

/// Takes one file into memory: the body itself, or the one `file` of a form.
///
/// # Errors
/// `too_large`, before anything is read if the request says how long it is; `bad_request` for what
/// breaks off or takes too long; `invalid` for a form without a file, or with several.
pub(super) async fn take_one(
    r: &Request,
    most: u64,
    too_large: &(impl Fn() -> Refusal + Sync),
) -> Result<Vec<u8>, Refusal> {
    let is_form = is_form(&r.headers);
    let beside = if is_form { BESIDE_FILES_BYTES } else { 0 };
    if announced(&r.headers) > most.saturating_add(beside) {
        return Err(too_large());
    }
    let boundary = if is_form { Some(boundary(&r.headers)?) } else { None };
    let body = r.take_incoming().ok_or_else(|| bad("the body was read already"))?;
    let whole = async {
        match boundary {
            Some(boundary) => one_of_form(body, &boundary, most, too_large).await,
            None => {
                let allowance = body.allowance();
                collected(
                    body.map(|piece| piece.map_err(|_| broken())),
                    &allowance,
                    most,
                    too_large,
                )
                .await
            }
        }
    };
    let whole = tokio::time::timeout(WHOLE_WITHIN, whole).await;
    whole.unwrap_or_else(|_| Err(bad("the body took too long to come")))
}

async fn one_of_form(
    body: Incoming,
    boundary: &str,
    most: u64,
    too_large: &(impl Fn() -> Refusal + Sync),
) -> Result<Vec<u8>, Refusal> {
    let allowance = body.allowance();
    let mut parts = Multipart::new(body, boundary);
    let mut found = None;
    for _ in 0..=PARTS {
        allowance.renew();
        let Some(mut part) = in_time(parts.next_field()).await? else {
            return found.ok_or_else(|| Refusal::invalid("file", "is missing"));
        };
        if part.file_name().is_none() && part.name() != Some("file") {
            text(&mut part, &allowance).await?;
            continue;
        }
        if found.is_some() {
            return Err(Refusal::invalid("file", "1 at most here"));
        }
        let pieces = part.map(|piece| piece.map_err(|_| broken()));
        found = Some(collected(pieces, &allowance, most, too_large).await?);
    }
    Err(Refusal::new(Code::TooLarge, "a form may have 32 parts"))
}

async fn collected(
    mut pieces: impl Stream<Item = Result<Bytes, Refusal>> + Unpin,
    allowance: &Allowance,
    most: u64,
    too_large: &(impl Fn() -> Refusal + Sync),
) -> Result<Vec<u8>, Refusal> {
    let mut whole = Vec::new();
    loop {
        allowance.renew();
        let next = tokio::time::timeout(NEXT_WITHIN, pieces.next()).await;
        let next = next.map_err(|_| bad("the body took too long to come"))?;
        let Some(piece) = next.transpose()? else { return Ok(whole) };
        if (whole.len() + piece.len()) as u64 > most {
            return Err(too_large());
        }
        whole.extend_from_slice(&piece);
    }
}

fn broken() -> Refusal {
    bad("the body is broken, or broke off")
}

/// Takes a form with at most so many files, which the caller will post in a conversation. After a
/// refusal nothing of it is kept.
///
/// # Errors
/// `too_large`, before anything is read if the request says how long it is; `bad_request` for what
/// is no form; `invalid` for too many files; and why a file may not be uploaded.
pub(super) async fn take(
    r: &Request,
    caller: Caller,
    conversation: &ConversationRef,
    most_files: usize,
) -> Result<Form, Refusal> {
    let most = r.app.max_upload().saturating_mul(most_files as u64);
    if announced(&r.headers) > most.saturating_add(BESIDE_FILES_BYTES) {
        return Err(r.app.too_large());
    }
    let boundary = boundary(&r.headers)?;
    let body = r.take_incoming().ok_or_else(|| bad("the form was read already"))?;
    let mut form = Form::default();
    match read(r, caller, conversation, most_files, (body, &boundary), &mut form).await {
        Ok(()) => Ok(form),
        Err(refusal) => {
            discard(r, caller, &form).await;
            Err(refusal)
        }
    }
}

/// Forgets the files of a form that comes to nothing.
pub(super) async fn discard(r: &Request, caller: Caller, form: &Form) {
    if !form.files.is_empty() {
        let ids = form.files.iter().map(|file| file.id).collect();
        let _ = r.app.discard_attachments(caller, ids).await; // a sweep does it otherwise
    }
}

async fn read(
    r: &Request,
    caller: Caller,
    conversation: &ConversationRef,
    most_files: usize,
    (body, boundary): (Incoming, &str),
    form: &mut Form,
) -> Result<(), Refusal> {
    let allowance = body.allowance();
    let mut parts = Multipart::new(body, boundary);
    for _ in 0..=PARTS {
        allowance.renew();
        let Some(mut part) = in_time(parts.next_field()).await? else { return Ok(()) };
        let name = part.name().unwrap_or_default().to_owned();
        let filename = part.file_name().map(str::to_owned);
        let is_file = filename.is_some() || name == "file";
        if !is_file {
            let text = text(&mut part, &allowance).await?;
            form.texts.entry(name).or_insert(text);
            continue;
        }
        if form.files.len() == most_files {
            let most = format!("{most_files} at most here");
            return Err(Refusal::invalid("file", most));
        }
        let filename = filename.unwrap_or_default();
        let mut upload = r.app.begin_upload(caller, conversation.clone(), &filename).await?;
        while let Some(piece) = next(&mut part, &allowance).await? {
            upload.write(&piece).await?;
        }
        form.files.push(upload.finish().await?);
    }
    Err(Refusal::new(Code::TooLarge, "a form may have 32 parts"))
}

async fn text(part: &mut Field<'_>, allowance: &Allowance) -> Result<String, Refusal> {
    let mut text = Vec::new();
    while let Some(piece) = next(part, allowance).await? {
        text.extend_from_slice(&piece);
        if text.len() > TEXT_BYTES {
            return Err(Refusal::new(Code::TooLarge, "a text of a form may have 64 KiB"));
        }
    }
    String::from_utf8(text).map_err(|_| bad("the form is not UTF-8"))
}

async fn next(part: &mut Field<'_>, allowance: &Allowance) -> Result<Option<Bytes>, Refusal> {
    allowance.renew();
    in_time(part.chunk()).await
}

async fn in_time<T>(read: impl Future<Output = multer::Result<T>>) -> Result<T, Refusal> {
    let read = tokio::time::timeout(NEXT_WITHIN, read).await;
    let read = read.map_err(|_| bad("the form took too long to come"))?;
    read.map_err(|_| bad("the form is broken, or broke off"))
}
