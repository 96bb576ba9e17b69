//! The web client's files, held in the executable, and its pages: every address that the client
//! knows is answered with its one page, so that reload and deep links work. What the page names has
//! the version of all files in its address and is kept for good; under its plain name a file is
//! asked for again each time.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Response as Http, StatusCode, header};
use rust_embed::RustEmbed;
use warp::reply::{Reply, Response};

use super::{
    edition::{self, Edition},
    packed, reply,
    request::knows,
};

#[derive(RustEmbed)]
#[folder = "assets/"]
#[exclude = "vendor/update"]
#[exclude = "vendor/SHA256SUMS"]
struct Files;

/// Addresses of the web client's own, by their first word (document 002).
const PAGES: [&str; 13] = [
    "",
    "admin",
    "login",
    "register",
    "rooms",
    "private",
    "create_room",
    "games",
    "tournaments",
    "friends",
    "notifications",
    "search",
    "share",
];

/// For how long a browser has something without asking again.
const ASK_AGAIN: &str = "no-cache";
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The page and the service worker, and the version that they name.
struct Current {
    version: String,
    page: Made,
    worker: Made,
}

/// A text that is made of several files.
struct Made {
    data: Bytes,
    hash: [u8; 32],
}

impl From<String> for Made {
    fn from(text: String) -> Self {
        Self { hash: sha256(text.as_bytes()), data: text.into() }
    }
}

static CURRENT: LazyLock<parking_lot::RwLock<Arc<Current>>> =
    LazyLock::new(|| parking_lot::RwLock::new(Arc::new(Current::read())));

impl Current {
    fn read() -> Self {
        let mut files: BTreeMap<String, Vec<u8>> = Files::iter()
            .filter_map(|name| Some((name.to_string(), Files::get(&name)?.data.into_owned())))
            .collect();
        edition::leave_out(&mut files);
        let Edition { version, page, worker } = Edition::of(&files, sha256);
        Self { version, page: page.into(), worker: worker.into() }
    }

    fn get() -> Arc<Self> {
        CURRENT.read().clone()
    }

    /// A debug build serves the checkout as it is: each page is that of the files now.
    fn renewed() -> Arc<Self> {
        if cfg!(debug_assertions) {
            *CURRENT.write() = Arc::new(Self::read());
        }
        Self::get()
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
    hash
}

/// What all files are called.
pub(super) fn names() -> impl Iterator<Item = String> {
    Files::iter().map(String::from)
}

/// What a file holds.
pub(super) fn read(name: &str) -> Option<Vec<u8>> {
    Some(Files::get(name)?.data.into_owned())
}

/// Nothing here is sent to.
fn only_read(method: &Method) -> Option<Response> {
    if method == Method::GET || method == Method::HEAD {
        return None;
    }
    let mut answer = StatusCode::METHOD_NOT_ALLOWED.into_response();
    answer.headers_mut().insert(header::ALLOW, http::HeaderValue::from_static("GET, HEAD"));
    Some(answer)
}

/// A file that is made when it is asked for.
pub(super) fn made_answer(
    data: Option<Vec<u8>>,
    kind: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    if let Some(refused) = only_read(method) {
        return refused;
    }
    let found = data.and_then(|data| {
        Content { kind, kept: ASK_AGAIN, hash: sha256(&data), data: &data }.answer(headers)
    });
    found.unwrap_or_else(reply::not_found_page)
}

/// A file or a page.
pub(super) fn answer(method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if let Some(refused) = only_read(method) {
        return refused;
    }
    let name = path.trim_start_matches('/');
    let first = name.split('/').next().unwrap_or_default();
    let found = if PAGES.contains(&first) || name == edition::PAGE {
        made(&Current::renewed().page, "text/html; charset=utf-8", headers)
    } else if name == edition::WORKER {
        made(&Current::renewed().worker, "text/javascript; charset=utf-8", headers)
    } else if let Some(version) = first.strip_prefix('~') {
        versioned(version, name[first.len()..].trim_start_matches('/'), headers)
    } else {
        file(name, ASK_AGAIN, headers)
    };
    found.unwrap_or_else(reply::not_found_page)
}

fn made(made: &Made, kind: &str, headers: &HeaderMap) -> Option<Response> {
    Content { kind, kept: ASK_AGAIN, hash: made.hash, data: &made.data }.answer(headers)
}

/// Of this version only: half of the client and half of another would not fit together.
fn versioned(version: &str, name: &str, headers: &HeaderMap) -> Option<Response> {
    let is_current = Current::get().version == version || Current::renewed().version == version;
    if !is_current || [edition::PAGE, edition::WORKER].contains(&name) {
        return None;
    }
    file(name, FOR_GOOD, headers)
}

fn file(name: &str, kept: &'static str, headers: &HeaderMap) -> Option<Response> {
    let file = Files::get(name)?;
    let kind = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    let hash = file.metadata.sha256_hash();
    Content { kind: &kind, kept, hash, data: &file.data }.answer(headers)
}

/// What stays the same until the program is another one: sent once to each browser, and compressed.
pub(super) struct Content<'a> {
    pub(super) kind: &'a str,
    /// For how long it is not asked for again.
    pub(super) kept: &'static str,
    /// SHA-256 of the data.
    pub(super) hash: [u8; 32],
    pub(super) data: &'a [u8],
}

impl Content<'_> {
    /// The whole of it, or that it is known already.
    pub(super) fn answer(&self, headers: &HeaderMap) -> Option<Response> {
        let tag = self.hash[..12].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let tag = format!("\"{tag}\"");
        let answer = Http::builder()
            .header(header::CONTENT_TYPE, self.kind)
            .header(header::ETAG, &tag)
            .header(header::VARY, "Accept-Encoding")
            .header(header::CACHE_CONTROL, self.kept);
        if knows(headers, &tag) {
            let answer = answer.status(StatusCode::NOT_MODIFIED).body(Bytes::new()).ok()?;
            return Some(answer.into_response());
        }
        if let Some((coding, small)) = packed::smaller(headers, self.hash, self.data) {
            let answer = answer.header(header::CONTENT_ENCODING, coding.name()).body(small);
            return Some(answer.ok()?.into_response());
        }
        Some(answer.body(Bytes::copy_from_slice(self.data)).ok()?.into_response())
    }
}
