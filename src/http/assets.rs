//! The web client's files, held in the executable, and its pages: every address that the client
//! knows is answered with its one page, so that reload and deep links work.

use std::{collections::HashMap, io::Write, sync::LazyLock};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, Method, Response as Http, StatusCode, header};
use rust_embed::RustEmbed;
use warp::reply::{Reply, Response};

use super::{reply, request::knows};

#[derive(RustEmbed)]
#[folder = "assets/"]
#[exclude = "vendor/update"]
struct Files;

/// Addresses of the web client's own, by their first word (document 002).
const PAGES: [&str; 11] = [
    "",
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
];

/// Files compressed once, by name and content hash.
static COMPRESSED: LazyLock<parking_lot::Mutex<HashMap<[u8; 32], Option<Bytes>>>> =
    LazyLock::new(parking_lot::Mutex::default);

/// A file or a page.
pub(super) fn answer(method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let mut answer = StatusCode::METHOD_NOT_ALLOWED.into_response();
        answer.headers_mut().insert(header::ALLOW, http::HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let name = path.trim_start_matches('/');
    let first = name.split('/').next().unwrap_or_default();
    let name = if PAGES.contains(&first) { "index.html" } else { name };
    file(name, headers).unwrap_or_else(reply::not_found_page)
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let file = Files::get(name)?;
    let kind = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    let hash = file.metadata.sha256_hash();
    Content { kind: &kind, kept: "no-cache", hash, data: &file.data }.answer(headers)
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
            let answer = answer.status(StatusCode::NOT_MODIFIED).body(Vec::new()).ok()?;
            return Some(answer.into_response());
        }
        let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let takes_gzip = accepts.is_some_and(|accepts| accepts.contains("gzip"));
        if takes_gzip && let Some(small) = compressed(self.hash, self.data) {
            let answer = answer.header(header::CONTENT_ENCODING, "gzip").body(small.to_vec());
            return Some(answer.ok()?.into_response());
        }
        Some(answer.body(self.data.to_vec()).ok()?.into_response())
    }
}

/// The file made smaller, where that pays.
fn compressed(hash: [u8; 32], data: &[u8]) -> Option<Bytes> {
    let mut known = COMPRESSED.lock();
    if known.len() > 1000 {
        known.clear(); // only while files change under a running server
    }
    let small = known.entry(hash).or_insert_with(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).ok()?;
        let small = encoder.finish().ok()?;
        (small.len() * 10 < data.len() * 9).then(|| small.into())
    });
    small.clone()
}
