//! The door for HTTP: a thin warp shell around one table of routes.
//!
//! warp takes the request apart and gives the answer back; which call it is stands in `routes`, one
//! row each. What always holds: an answer under `/api` is JSON, also when it is an error; every
//! body is bounded in bytes and time before it is looked at; every answer carries the security
//! headers.

mod accounts;
mod administration;
mod assets;
mod attachments;
mod avatars;
mod bans;
mod bots;
mod conversations;
mod diagnosis;
mod doc;
mod edition;
mod emoji;
mod games;
mod hooks;
mod incoming;
mod manifest;
mod messages;
mod metrics;
mod multipart;
mod notifications;
mod openapi;
mod packed;
mod parts;
mod passes;
mod people;
mod pins;
mod push;
mod range;
mod reply;
mod reports;
mod request;
mod router;
mod routes;
mod scopes;
mod search;
mod server;
mod slash;
mod tournaments;
mod traffic;

use std::{convert::Infallible, sync::Arc};

pub use parts::{Door, Peer};
use warp::{Filter, reply::Response};

use crate::app::App;

/// Everything that is served over HTTP, sockets' handshakes included.
pub fn service(
    app: Arc<App>,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    warp::any()
        .map(move || Arc::clone(&app))
        .and(warp::method())
        .and(warp::path::full())
        .and(request::raw_query())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Peer>())
        .and(warp::ext::optional::<hyper::upgrade::OnUpgrade>())
        .and(warp::body::stream())
        .then(
            |app, method, path: warp::path::FullPath, query, headers, peer, upgrade, body| async move {
                let parts = parts::Parts {
                    method,
                    path: path.as_str().to_owned(),
                    query,
                    headers,
                    peer,
                    upgrade,
                };
                Box::pin(router::answer(app, parts, body)).await
            },
        )
        .recover(|_| async { Ok::<_, Infallible>(reply::not_found_page()) })
        .unify()
}
