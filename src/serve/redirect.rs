//! The door for who comes by plain HTTP: they are sent to HTTPS.
//!
//! What always holds: everybody is sent to the server's own address, whatever they say that they came
//! to; at most `PLACES` are here at once, each for one request and its header alone, and of one address no more
//! than at the other door.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use super::{HEADER_WITHIN, certificate::Shown};
use crate::app::App;

/// How many may be here at once.
const PLACES: usize = 512;

/// How long a request and its answer may take.
const WITHIN: Duration = Duration::from_secs(30);

/// Sends everybody to where people reach the server, until it is dropped.
pub(super) async fn serve(listener: TcpListener, app: Arc<App>, shown: Arc<Shown>) {
    let places = Arc::new(Semaphore::new(PLACES));
    let home: Arc<str> = app.settings.origin().into();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let Ok(seat) = super::seat(&app, peer) else { continue };
                let (home, shown) = (Arc::clone(&home), Arc::clone(&shown));
                tokio::spawn(async move {
                    let _ = tokio::time::timeout(WITHIN, converse(stream, home, shown)).await;
                    drop((place, seat));
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, home: Arc<str>, shown: Arc<Shown>) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let answer = answer(&request, &home, &shown);
        async move { Ok::<_, Infallible>(answer) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_WITHIN)
        .keep_alive(false)
        .max_headers(64)
        .max_buf_size(32 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    super::log(connection.await);
}

fn answer<B>(request: &Request<B>, home: &str, shown: &Shown) -> Response<String> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let place = HeaderValue::try_from(format!("{home}{}", if path == "*" { "/" } else { path }));
    let (status, text) = match place {
        Ok(place) if shown.is_ready() => (StatusCode::PERMANENT_REDIRECT, Ok(place)),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, Err("The certificate is on its way.\n")),
        Err(_) => (StatusCode::BAD_REQUEST, Err("This address cannot be.\n")),
    };
    let mut answer = Response::new(text.as_ref().err().copied().unwrap_or_default().to_owned());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    if let Ok(place) = text {
        headers.insert(header::LOCATION, place);
    } else {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}
