//! What a request says: path words, query, body within bounds, and who asks.

use std::{
    collections::HashMap, convert::Infallible, net::IpAddr, str::FromStr, sync::Arc, time::Duration,
};

use bytes::Buf;
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, Method, header};
use hyper::upgrade::OnUpgrade;
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use warp::Filter;

use super::{
    incoming::Incoming,
    multipart::{is_form, is_picture},
    parts::{Parts, Peer},
};
use crate::{
    app::{App, Caller, From, Steward, conversation_ref, person_ref},
    auth::credentials::{self, Home},
    change::{ConversationRef, PersonRef},
    model::{Code, Refusal, Rev, Scope, Seq, UserId},
    store::query::{Window, messages::Stretch},
};

/// The most bytes of a JSON body.
const BODY_BYTES: usize = 64 * 1024;

/// How much of a body that is too long is still taken, before the connection is cut.
const DRAINED_BYTES: usize = 1 << 20;

/// How long a body may take to come.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// How long a list is unless told, and at most (section 1).
const LIST: i64 = 30;
const LONGEST_LIST: i64 = 100;

/// A request that is being answered.
pub(super) struct Request {
    pub(super) app: Arc<App>,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) upgrade: Option<OnUpgrade>,
    pub(super) peer: Option<Peer>,
    client: Option<IpAddr>,
    is_control: bool,
    is_https: bool,
    /// What stands in the path where the route has a name in braces.
    pub(super) parameters: Vec<(&'static str, String)>,
    /// What a bot's token must be for; none: this is for people alone.
    pub(super) needs: Option<Scope>,
    query: HashMap<String, String>,
    body: Vec<u8>,
    /// A form or a picture, which is read by the call that takes one.
    incoming: Mutex<Option<Incoming>>,
}

pub(super) fn raw_query() -> impl Filter<Extract = (String,), Error = Infallible> + Copy {
    warp::query::raw().or(warp::any().map(String::new)).unify()
}

/// The words of a path, decoded; a slash at the end does not count.
///
/// # Errors
/// `bad_request` when it is not UTF-8.
pub(super) fn words(path: &str) -> Result<Vec<String>, Refusal> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').map(decoded).collect()
}

fn decoded(text: &str) -> Result<String, Refusal> {
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|_| bad("the address is not UTF-8"))?;
    if decoded.contains('\0') {
        return Err(bad("the address holds a zero byte"));
    }
    Ok(decoded.into_owned())
}

pub(super) fn bad(message: &'static str) -> Refusal {
    Refusal::new(Code::BadRequest, message)
}

impl Request {
    /// Takes a request with its body, which may be empty. A form or a picture is left to be read.
    ///
    /// # Errors
    /// `bad_request` or `too_large`.
    pub(super) async fn take<S, B, E>(app: Arc<App>, parts: Parts, body: S) -> Result<Self, Refusal>
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Buf,
    {
        let is_left = is_form(&parts.headers) || is_picture(&parts.headers);
        let (body, incoming) = if is_left {
            (Vec::new(), Some(Incoming::new(body, &parts.headers)))
        } else {
            (within_bounds(&parts.headers, body).await?, None)
        };
        let client = parts.client_address(&app);
        let is_control = parts.is_control();
        let is_https = parts.is_https(&app);
        let query = pairs(&parts.query)?;
        let Parts { method, headers, upgrade, peer, .. } = parts;
        // asks for what GET would answer, without its body: hyper leaves that out
        let method = if method == Method::HEAD { Method::GET } else { method };
        Ok(Self {
            app,
            method,
            headers,
            upgrade,
            peer,
            client,
            is_control,
            is_https,
            parameters: Vec::new(),
            needs: None,
            query,
            body,
            incoming: Mutex::new(incoming),
        })
    }

    /// Who asks.
    ///
    /// # Errors
    /// `unauthorized`; `rate_limited`; `forbidden` when a foreign page uses the web client's cookie.
    pub(super) async fn caller(&self) -> Result<Caller, Refusal> {
        let caller = self.caller_of(false).await?;
        caller.may(self.needs)?;
        self.app.limits.read(caller.user())?;
        self.app.hub.touch(caller.user());
        Ok(caller)
    }

    /// Who runs the server, as far as the door tells: whether a person may is looked at where they
    /// act.
    ///
    /// # Errors
    /// As `caller`.
    pub(super) async fn steward(&self) -> Result<Steward, Refusal> {
        if self.is_control {
            return Ok(Steward::CommandLine);
        }
        self.caller().await.map(Steward::Person)
    }

    /// Where people reach the server: as it was told, or as this request came.
    pub(super) fn origin(&self) -> String {
        let settings = &self.app.settings;
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        match host {
            Some(host) if settings.public_url.is_none() && !self.is_control => {
                format!("{}://{host}", if self.is_https { "https" } else { "http" })
            }
            _ => settings.origin(),
        }
    }

    /// Who opens a socket.
    ///
    /// # Errors
    /// As `caller`.
    pub(super) async fn socket_caller(&self) -> Result<Caller, Refusal> {
        let caller = self.caller_of(true).await?;
        caller.may(Some(Scope::Read))?;
        Ok(caller)
    }

    async fn caller_of(&self, is_socket: bool) -> Result<Caller, Refusal> {
        let token = self.query.get("token").map(String::as_str);
        let shown = credentials::shown(&self.headers, token, is_socket);
        let shown = shown.ok_or_else(Refusal::unauthorized)?;
        if shown.by_cookie {
            self.refuse_foreign_page(is_socket)?;
        }
        let known = self.app.authenticate(&shown.token, self.client).await;
        let is_bad = known.as_ref().is_err_and(|refusal| refusal.code == Code::Unauthorized);
        if is_bad { Err(self.app.limits.bad_token(self.client)) } else { known }
    }

    /// A browser adds the cookie whatever page asks; only our own page may use it. Reads are safe:
    /// the browser does not show their answers to a foreign page.
    pub(super) fn refuse_foreign_page(&self, is_socket: bool) -> Result<(), Refusal> {
        if !is_socket && self.method.is_safe() {
            return Ok(());
        }
        let settings = &self.app.settings;
        let home = Home {
            scheme: if self.is_https() { "https" } else { "http" },
            public_url: settings.public_url.as_deref(),
            trusted: &settings.trusted_origins,
        };
        match credentials::is_from_home(&self.headers, home) {
            Some(true) => Ok(()),
            None if !is_socket => Ok(()), // no browser asks like that
            _ => Err(Refusal::forbidden("this page may not act for its visitor")),
        }
    }

    /// Whether the client came by HTTPS.
    pub(super) fn is_https(&self) -> bool {
        self.is_https
    }

    /// Where the request comes from.
    pub(super) fn from(&self) -> From {
        let client = self.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        From { address: self.client, client: client.unwrap_or_default().to_owned() }
    }

    /// The JSON body.
    ///
    /// # Errors
    /// `unsupported_media_type`, `bad_request`, or `invalid` for a field of the wrong type.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let wanted = "send JSON, with Content-Type: application/json";
            return Err(Refusal::new(Code::UnsupportedMediaType, wanted));
        }
        let value: serde_json::Value =
            serde_json::from_slice(&self.body).map_err(|_| bad("the body is not JSON"))?;
        if !value.is_object() {
            return Err(bad("the body is not a JSON object"));
        }
        serde_json::from_value(value)
            .map_err(|error| Refusal::new(Code::Invalid, error.to_string()))
    }

    /// The JSON body, or nothing for an empty one.
    ///
    /// # Errors
    /// As `json`.
    pub(super) fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Refusal> {
        if self.body.is_empty() { Ok(T::default()) } else { self.json() }
    }

    /// The body as it came, of whatever type.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether the body is said to be the form of a page, not of files.
    pub(super) fn says_form(&self) -> bool {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }

    /// Whether the body is a form.
    pub(super) fn is_form(&self) -> bool {
        is_form(&self.headers)
    }

    /// Refuses what is no form.
    ///
    /// # Errors
    /// `unsupported_media_type`.
    pub(super) fn must_be_form(&self) -> Result<(), Refusal> {
        let wanted = "send a form, with Content-Type: multipart/form-data";
        if self.is_form() { Ok(()) } else { Err(Refusal::new(Code::UnsupportedMediaType, wanted)) }
    }

    /// Whether the body is left to be read.
    pub(super) fn is_incoming(&self) -> bool {
        self.incoming.lock().is_some()
    }

    /// The body of a form or a picture, once.
    pub(super) fn take_incoming(&self) -> Option<Incoming> {
        self.incoming.lock().take()
    }

    /// Whether the client has what the tag stands for.
    pub(super) fn knows(&self, tag: &str) -> bool {
        knows(&self.headers, tag)
    }

    /// What stands in the path under a name.
    pub(super) fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The conversation that the path names by `{id}`.
    pub(super) fn conversation(&self) -> ConversationRef {
        conversation_ref(self.parameter("id"))
    }

    /// The person that the path names by `{username}`.
    pub(super) fn person(&self) -> PersonRef {
        person_ref(self.parameter("username"))
    }

    /// An id in the path; what is none leads nowhere.
    ///
    /// # Errors
    /// `not_found`.
    pub(super) fn id<T: FromStr>(&self, name: &str) -> Result<T, Refusal> {
        self.parameter(name).parse().map_err(|_| Refusal::not_found())
    }

    /// Whether a person shows as online to the caller.
    pub(super) fn sees_online(&self, caller: Caller) -> impl Fn(UserId) -> bool {
        move |person| self.app.sees_online(caller, person)
    }

    /// A text of the query.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A whole number of the query.
    ///
    /// # Errors
    /// `invalid`.
    pub(super) fn number(
        &self,
        name: &'static str,
        least: i64,
        most: i64,
    ) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Refusal::invalid(name, format!("must be a whole number, {least} to {most}"))),
        }
    }

    /// `cursor`: up to which change a client knows everything from before.
    ///
    /// # Errors
    /// `invalid`.
    pub(super) fn cursor(&self) -> Result<Option<Rev>, Refusal> {
        Ok(self.number("cursor", 0, i64::MAX)?.map(Rev))
    }

    /// `limit` and `offset`.
    ///
    /// # Errors
    /// `invalid`.
    pub(super) fn window(&self) -> Result<Window, Refusal> {
        let limit = self.number("limit", 1, LONGEST_LIST)?.unwrap_or(LIST);
        let offset = self.number("offset", 0, i64::from(u32::MAX))?.unwrap_or(0);
        Ok(Window { limit, offset })
    }

    /// `limit`, and `before` or `after`.
    ///
    /// # Errors
    /// `invalid`.
    pub(super) fn stretch(&self) -> Result<(Stretch, i64), Refusal> {
        let limit = self.window()?.limit;
        let before = self.number("before", 0, i64::MAX)?;
        let after = self.number("after", 0, i64::MAX)?;
        let stretch = match (before, after) {
            (None, None) => Stretch::Newest,
            (Some(seq), None) => Stretch::Before(Seq(seq)),
            (None, Some(seq)) => Stretch::After(Seq(seq)),
            (Some(_), Some(_)) => {
                return Err(Refusal::invalid("before", "does not go together with after"));
            }
        };
        Ok((stretch, limit))
    }

    /// A yes or no of the query.
    ///
    /// # Errors
    /// `invalid`.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, Refusal> {
        match self.text(name) {
            None | Some("false" | "0") => Ok(false),
            Some("" | "true" | "1") => Ok(true),
            Some(_) => Err(Refusal::invalid(name, "must be true or false")),
        }
    }
}

/// Whether a client says that it has what a tag stands for.
pub(super) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut known = known.unwrap_or_default().split(',').map(str::trim);
    known.any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

fn pairs(query: &str) -> Result<HashMap<String, String>, Refusal> {
    let mut pairs = HashMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(&value.replace('+', " "))?;
        pairs.entry(decoded(name)?).or_insert(value); // the first of a name counts
    }
    Ok(pairs)
}

async fn within_bounds<B: Buf, E>(
    headers: &HeaderMap,
    body: impl Stream<Item = Result<B, E>>,
) -> Result<Vec<u8>, Refusal> {
    let too_large = || Refusal::new(Code::TooLarge, "a body may have 64 KiB here");
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    if announced.and_then(|v| v.parse::<usize>().ok()).is_some_and(|size| size > DRAINED_BYTES) {
        return Err(too_large());
    }
    let collect = async {
        let mut whole = Vec::new();
        let mut surplus = 0;
        let mut body = std::pin::pin!(body);
        while let Some(chunk) = body.next().await {
            let mut chunk = chunk.map_err(|_| bad("the body broke off"))?;
            if surplus > 0 || whole.len() + chunk.remaining() > BODY_BYTES {
                // taken and thrown away, so that the client comes to read the answer
                surplus += chunk.remaining();
                if surplus > DRAINED_BYTES {
                    return Err(too_large());
                }
                continue;
            }
            while chunk.has_remaining() {
                let part = chunk.chunk();
                whole.extend_from_slice(part);
                let length = part.len();
                chunk.advance(length);
            }
        }
        if surplus > 0 { Err(too_large()) } else { Ok(whole) }
    };
    let whole = tokio::time::timeout(BODY_WITHIN, collect).await;
    whole.unwrap_or_else(|_| Err(bad("the body took too long to come")))
}
