//! From a request to the call that answers it: pages, sockets, and the table of `routes`.
//!
//! A path that is known with other methods answers 405, all others under `/api` 404.

use std::sync::{Arc, LazyLock};

use bytes::Buf;
use futures_util::Stream;
use http::{HeaderMap, HeaderValue, Method, header};
use warp::reply::{Reply, Response};

use super::{
    assets, manifest, metrics,
    parts::Parts,
    reply,
    reply::Answer,
    request::{self, Request},
    routes::{ROUTES, Route},
    scopes,
    traffic::Passing,
};
use crate::{
    app::{App, conversation_ref},
    auth::credentials,
    model::{Code, Refusal},
    socket,
    wire::{self, dialect::Scope},
};

/// Answers a request, whatever it is.
pub(super) async fn answer<S, B, E>(app: Arc<App>, parts: Parts, body: S) -> Response
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: Buf,
{
    let passing = Passing::begin(&parts);
    let origin = parts.headers.get(header::ORIGIN).cloned();
    let trusted = origin.filter(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        credentials::is_trusted(origin, &app.settings.trusted_origins)
    });
    let is_https = parts.is_https(&app);
    if let Some(by) = parts.forwarded_by_whom(&app) {
        app.saw_forwarded_by(by);
    }
    let preflight = trusted.is_some() && parts.method == Method::OPTIONS;
    let answered = match app.refuse_banned(parts.client_address(&app)) {
        Err(banned) => Err(banned),
        Ok(()) if preflight => reply::done(),
        Ok(()) => route(Arc::clone(&app), parts, body).await,
    };
    let mut answer = answered.unwrap_or_else(|refusal| reply::refusal(&refusal));
    reply::secure(&mut answer, is_https);
    if is_https && app.settings.hsts {
        reply::keep_to_https(&mut answer);
    }
    if let Some(origin) = trusted {
        allow(answer.headers_mut(), origin);
    }
    passing.end(&answer);
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
        ("access-control-expose-headers", "X-Total-Count, Retry-After, Content-Range, ETag"),
        ("access-control-max-age", "600"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

async fn route<S, B, E>(app: Arc<App>, parts: Parts, body: S) -> Answer
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: Buf,
{
    let words = request::words(&parts.path)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // who runs the program does nothing here in anybody's name
        words if parts.is_control() && !words.starts_with(&["api", "admin"]) => {
            Err(Refusal::not_found())
        }
        ["api", ..] | ["healthz"] | ["hooks", _] => {
            let request = Request::take(app, parts, body).await?;
            call(request, &words).await
        }
        ["metrics"] => metrics::answer(&app, &parts).await,
        ["ws", address @ ..] => {
            let mut request = Request::take(app, parts, body).await?;
            open_socket(&mut request, address).await
        }
        // a service worker takes in what is shared; without one there is nobody to keep it
        ["share"] if parts.method == Method::POST => Ok(reply::see_other("/share")),
        [manifest::NAME] => {
            let name = &app.server().name;
            Ok(manifest::answer(name, &parts.method, &parts.headers))
        }
        _ => Ok(assets::answer(&parts.method, &parts.path, &parts.headers)),
    }
}

async fn open_socket(request: &mut Request, address: &[&str]) -> Answer {
    let (dialect, scope) = wire::spoken_at(address).ok_or_else(Refusal::not_found)?;
    let caller = request.socket_caller().await?;
    let only = match scope {
        Scope::All => None,
        Scope::One(id) => Some(conversation_ref(id)),
    };
    let (place, last) = request.peer.take().map(|peer| (peer.place, peer.last)).unzip();
    let upgrade = socket::Upgrade {
        method: request.method.clone(),
        headers: request.headers.clone(),
        stream: request.upgrade.take(),
        address: request.from().address,
        place,
        last,
        dialect,
        only,
        cursor: request.cursor()?,
    };
    socket::accept(&request.app, caller, upgrade).await.map(Reply::into_response)
}

/// The routes with their paths taken apart.
static TABLE: LazyLock<Vec<(Vec<&'static str>, &'static Route)>> = LazyLock::new(|| {
    let apart = |route: &'static Route| (route.path.split('/').skip(1).collect(), route);
    ROUTES.iter().map(apart).collect()
});

async fn call(mut request: Request, words: &[&str]) -> Answer {
    let fits = |pattern: &[&str]| {
        pattern.len() == words.len()
            && pattern.iter().zip(words).all(|(part, word)| part.starts_with('{') || part == word)
    };
    let of_this_path: Vec<_> = TABLE.iter().filter(|(pattern, _)| fits(pattern)).collect();
    let method = request.method.as_str();
    let Some((pattern, route)) = of_this_path.iter().find(|(_, route)| route.method == method)
    else {
        return not_among(of_this_path.iter().map(|(_, route)| route.method));
    };
    request.needs = scopes::needed(route);
    request.parameters = pattern
        .iter()
        .zip(words)
        .filter(|(part, _)| part.starts_with('{'))
        .map(|(part, word)| (part.trim_matches(['{', '}']), (*word).to_owned()))
        .collect();
    if route.doc.is_open {
        request.app.limits.open_call(request.from().address)?;
    }
    (route.call)(&request).await
}

fn not_among(methods: impl Iterator<Item = &'static str>) -> Answer {
    let methods = methods.collect::<Vec<_>>().join(", ");
    if methods.is_empty() {
        return Err(Refusal::not_found());
    }
    let refusal = Refusal::new(Code::MethodNotAllowed, "this address does not take this method");
    let mut answer = reply::refusal(&refusal);
    let allow = HeaderValue::try_from(methods).map_err(|_| Refusal::unavailable())?;
    answer.headers_mut().insert(header::ALLOW, allow);
    Ok(answer)
}
