//! The sitemap: which request is which call.
//!
//! One row a route. `{id}` takes a conversation's id or a room's name, `{username}` a username or a
//! person's id. A path that is known with other methods answers 405, all others under `/api` 404.

use std::sync::Arc;

use bytes::Buf;
use futures_util::Stream;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use warp::reply::{Reply, Response};

use super::{
    accounts, assets, conversations, messages, people, reply,
    reply::Answer,
    request::{self, Parts, Request},
    server,
};
use crate::{
    app::{App, conversation_ref, person_ref},
    auth::credentials,
    model::{Code, Refusal},
    socket,
};

/// Answers a request, whatever it is.
pub(super) async fn answer<S, B, E>(app: Arc<App>, parts: Parts, body: S) -> Response
where
    S: Stream<Item = Result<B, E>>,
    B: Buf,
{
    let origin = parts.headers.get(header::ORIGIN).cloned();
    let trusted = origin.filter(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        credentials::is_trusted(origin, &app.settings.trusted_origins)
    });
    let is_https = parts.is_https(&app);
    let preflight = trusted.is_some() && parts.method == Method::OPTIONS;
    let answered = if preflight { reply::done() } else { route(app, parts, body).await };
    let mut answer = answered.unwrap_or_else(|refusal| reply::refusal(&refusal));
    reply::secure(&mut answer, is_https);
    if let Some(origin) = trusted {
        allow(answer.headers_mut(), origin);
    }
    answer
}

/// Lets a page of a trusted origin read the answer (CORS). It shows its token itself: our cookie is
/// for our own page alone.
fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    for (name, value) in [
        ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE"),
        ("access-control-allow-headers", "Authorization, Content-Type"),
        ("access-control-expose-headers", "X-Total-Count, Retry-After"),
        ("access-control-max-age", "600"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

async fn route<S, B, E>(app: Arc<App>, parts: Parts, body: S) -> Answer
where
    S: Stream<Item = Result<B, E>>,
    B: Buf,
{
    let words = request::words(&parts.path)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["api", api @ ..] => {
            let request = Request::take(app, parts, body).await?;
            call(&request, api).await
        }
        ["ws", kind @ ..] => {
            let mut request = Request::take(app, parts, body).await?;
            socket(&mut request, kind).await
        }
        ["healthz"] => server::health(&app).await,
        _ => Ok(assets::answer(&parts.method, &parts.path, &parts.headers)),
    }
}

async fn socket(request: &mut Request, kind: &[&str]) -> Answer {
    if kind != ["events"] {
        return Err(Refusal::not_found());
    }
    let caller = request.socket_caller().await?;
    let upgrade = socket::Upgrade {
        headers: request.headers.clone(),
        stream: request.upgrade.take(),
        place: request.place.take(),
    };
    socket::accept(&request.app, caller, upgrade).map(Reply::into_response)
}

/// The methods that a path takes, for those that it does not.
struct Takes(&'static str);

async fn call(r: &Request, words: &[&str]) -> Answer {
    let method = r.method.as_str();
    let takes = match (method, words) {
        ("GET", ["server"]) => return server::server(r).await,
        (_, ["server"]) => Takes("GET"),

        ("POST", ["auth", "register"]) => return accounts::register(r).await,
        ("POST", ["auth", "login"]) => return accounts::sign_in(r).await,
        ("POST", ["auth", "refresh"]) => return accounts::refresh(r).await,
        ("POST", ["auth", "logout"]) => return accounts::sign_out(r).await,
        (_, ["auth", "register" | "login" | "refresh" | "logout"]) => Takes("POST"),

        ("GET", ["me"]) => return accounts::me(r).await,
        ("PATCH", ["me"]) => return accounts::edit(r).await,
        ("DELETE", ["me"]) => return accounts::delete(r).await,
        (_, ["me"]) => Takes("GET, PATCH, DELETE"),
        ("POST", ["me", "password"]) => return accounts::change_password(r).await,
        (_, ["me", "password"]) => Takes("POST"),
        ("GET", ["me", "sessions"]) => return accounts::sessions(r).await,
        (_, ["me", "sessions"]) => Takes("GET"),
        ("DELETE", ["me", "sessions", id]) => return accounts::revoke(r, id).await,
        (_, ["me", "sessions", _]) => Takes("DELETE"),

        ("GET", ["users"]) => return people::list(r).await,
        (_, ["users"]) => Takes("GET"),
        ("GET", ["users", who]) => return people::one(r, person_ref(who)).await,
        (_, ["users", _]) => Takes("GET"),

        ("GET", ["rooms"]) => return conversations::directory(r).await,
        (_, ["rooms"]) => Takes("GET"),

        ("GET", ["chats"]) => return conversations::list(r).await,
        (_, ["chats"]) => Takes("GET"),
        ("PUT", ["chats", who]) => return conversations::open_direct(r, person_ref(who)).await,
        (_, ["chats", _]) => Takes("PUT"),
        ("GET", ["chats", who, "messages"]) => {
            return messages::of_direct(r, person_ref(who)).await;
        }
        (_, ["chats", _, "messages"]) => Takes("GET"),

        ("GET", ["conversations"]) => return conversations::list(r).await,
        ("POST", ["conversations"]) => return conversations::create(r).await,
        (_, ["conversations"]) => Takes("GET, POST"),
        (_, ["conversations", id, rest @ ..]) => return conversation(r, id, rest).await,

        ("PATCH", ["messages", id]) => return messages::edit(r, id).await,
        ("DELETE", ["messages", id]) => return messages::delete(r, id).await,
        (_, ["messages", _]) => Takes("PATCH, DELETE"),
        _ => return Err(Refusal::not_found()),
    };
    Ok(not_allowed(&takes))
}

/// Calls on one conversation.
async fn conversation(r: &Request, id: &str, words: &[&str]) -> Answer {
    let which = conversation_ref(id);
    let takes = match (r.method.as_str(), words) {
        ("GET", []) => return conversations::one(r, which).await,
        ("PATCH", []) => return conversations::edit(r, which).await,
        ("DELETE", []) => return conversations::delete(r, which).await,
        (_, []) => Takes("GET, PATCH, DELETE"),
        ("POST", ["join"]) => return conversations::join(r, which).await,
        ("POST", ["leave"]) => return conversations::leave(r, which).await,
        ("POST", ["read"]) => return messages::mark_read(r, which).await,
        ("POST", ["send_message"]) => return messages::send(r, which).await,
        (_, ["join" | "leave" | "read" | "send_message"]) => Takes("POST"),
        ("PATCH", ["notify"]) => return conversations::notify(r, which).await,
        (_, ["notify"]) => Takes("PATCH"),
        ("GET", ["members"]) => return conversations::members(r, which).await,
        (_, ["members"]) => Takes("GET"),
        ("PUT", ["members", who]) => {
            return conversations::add_member(r, which, person_ref(who)).await;
        }
        ("DELETE", ["members", who]) => {
            return conversations::remove_member(r, which, person_ref(who)).await;
        }
        (_, ["members", _]) => Takes("PUT, DELETE"),
        ("GET", ["messages"]) => return messages::list(r, which).await,
        ("POST", ["messages"]) => return messages::send(r, which).await,
        (_, ["messages"]) => Takes("GET, POST"),
        _ => return Err(Refusal::not_found()),
    };
    Ok(not_allowed(&takes))
}

fn not_allowed(takes: &Takes) -> Response {
    let refusal = Refusal::new(Code::MethodNotAllowed, "this address does not take this method");
    let mut answer = reply::refusal(&refusal);
    debug_assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(takes.0));
    answer
}
