//! Serving: the accept loop, its bounds, and the stop.
//!
//! The loop is ours and not warp's, because small frames must not wait for Nagle's algorithm, and
//! a client that sends half a header must not be waited for. HTTP/1.1 only. What always holds:
//! at most `CONNECTIONS` are open; a stop takes at most five seconds, and what was acknowledged by
//! then is on the disk.

mod acme;
mod carrier;
mod certificate;
pub mod control;
mod https;
pub mod notify;
mod redirect;
mod tls;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

pub use acme::{Authority, LETS_ENCRYPT};
pub use certificate::{CertificateError, Pair};
use control::Control;
pub use https::Https;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tls::Tls;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    app::App,
    auth::crowd::Place,
    http::{self, Door, Peer},
    hub::Closing,
    socket::Handover,
};

/// How many connections are open at once, if the system allows as many files.
const CONNECTIONS: usize = 50_000;

/// Files kept for the database and the like.
const FILES_KEPT: u64 = 64;

/// How long a header may take, and how long a connection may be idle between requests.
const HEADER_WITHIN: Duration = Duration::from_secs(15);

/// How long requests may go on once the server stops.
const REQUESTS_END_WITHIN: Duration = Duration::from_millis(1500);

/// How long the last goodbyes may take.
const GOODBYES_WITHIN: Duration = Duration::from_millis(500);

/// How long the file may take to be closed; what is acknowledged is on the disk already.
const FILE_WITHIN: Duration = Duration::from_millis(2500);

/// By what people come.
pub struct Doors {
    /// The port.
    pub listener: TcpListener,
    /// What makes HTTPS of it; none: it speaks plain HTTP.
    pub https: Option<Https>,
    /// For whoever runs the program.
    pub control: Option<Control>,
}

/// Serves until `stop` says so, then stops in order: no new connections, requests finished,
/// sockets closed, everything written down.
pub async fn serve(app: Arc<App>, doors: Doors, stop: impl Future<Output = ()>) {
    let Doors { listener, https, control } = doors;
    let (stopping, stopped) = watch::channel(false);
    let places = Arc::new(Semaphore::new(places()));
    let mut requests = JoinSet::new();
    let house = tokio::spawn(Arc::clone(&app).keep());
    let control = control.map(|control| tokio::spawn(control::serve(Arc::clone(&app), control)));
    let (tls, beside) = match https {
        None => (None, None),
        Some(https) => Some(Box::pin(https.start(&app)).await).unzip(),
    };
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = async { (place.await, listener.accept().await) } => accepted,
        };
        while requests.try_join_next().is_some() {}
        match accepted {
            (Ok(place), Ok((stream, peer))) => {
                let Ok(seat) = seat(&app, peer) else { continue }; // it is closed
                let (door, by_https) = (Door::Network(peer), tls.is_some());
                let peer = Peer::new(door, by_https, place);
                let (app, stopped) = (Arc::clone(&app), stopped.clone());
                // which of the two is known here, so that who is without TLS has no room for it
                match &tls {
                    None => requests.spawn(seated(seat, connection(app, stream, peer, stopped))),
                    Some(tls) => {
                        let served = sealed(tls.clone(), app, stream, peer, stopped);
                        requests.spawn(seated(seat, served))
                    }
                };
            }
            (_, Err(error)) => {
                // out of files, most likely: those that are open go on, and closing ones make room
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
            (Err(_), _) => break,
        }
    }
    drop((listener, beside));
    house.abort();
    if let Some(control) = control {
        control.abort();
        let _ = control.await; // the socket is gone before the file is closed
    }
    let _ = stopping.send(true);
    app.hub.close_all(Closing::GOING_AWAY);
    let all = async { while requests.join_next().await.is_some() {} };
    let _ = timeout(REQUESTS_END_WITHIN, all).await;
    // a socket that was just being opened has missed the first goodbye
    app.hub.close_all(Closing::GOING_AWAY);
    let _ = timeout(GOODBYES_WITHIN, app.hub.emptied()).await;
    if timeout(FILE_WITHIN, app.stop()).await.is_err() {
        tracing::warn!("the file could not be closed in time; its log is read at the next start");
    }
}

/// As many places as the system gives files for.
fn places() -> usize {
    let files = rlimit::increase_nofile_limit(CONNECTIONS as u64 + FILES_KEPT).unwrap_or(1024);
    usize::try_from(files.saturating_sub(FILES_KEPT)).unwrap_or(CONNECTIONS).clamp(16, CONNECTIONS)
}

/// A place among the connections of its address; a proxy, and this machine, are many people.
fn seat(app: &App, peer: SocketAddr) -> Result<Option<Place>, ()> {
    let address = peer.ip().to_canonical();
    if address.is_loopback() || app.settings.trusted_proxies.contains(&address) {
        return Ok(None);
    }
    app.limits.connections.enter(address).map(Some).ok_or(())
}

/// Keeps the place until it has been served.
async fn seated(seat: Option<Place>, served: impl Future<Output = ()>) {
    served.await;
    drop(seat);
}

async fn connection(app: Arc<App>, stream: TcpStream, peer: Peer, stopping: watch::Receiver<bool>) {
    if stream.set_nodelay(true).is_ok() {
        converse(app, stream, peer, stopping).await;
    } // else it is gone already
}

/// A connection by HTTPS.
async fn sealed(
    tls: Tls,
    app: Arc<App>,
    stream: TcpStream,
    peer: Peer,
    mut stopping: watch::Receiver<bool>,
) {
    if stream.set_nodelay(true).is_err() {
        return; // gone already
    }
    let stream = tokio::select! {
        stream = Box::pin(tls.accept(stream)) => stream,
        _ = stopping.wait_for(|stopping| *stopping) => None,
    };
    if let Some(stream) = stream {
        Box::pin(converse(app, stream, peer, stopping)).await;
    }
}

async fn converse(
    app: Arc<App>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    mut stopping: watch::Receiver<bool>,
) {
    let stream = Handover::new(stream, peer.last.clone());
    let routes = warp::service(http::service(app));
    let routes = TowerToHyperService::new(routes);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<_>| {
        request.extensions_mut().insert(peer.clone());
        hyper::service::Service::call(&routes, request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_WITHIN)
        .half_close(true) // who has said all may still read the answer
        .max_headers(64)
        .max_buf_size(32 * 1024)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        done = &mut connection => log(done),
        () = async { _ = stopping.wait_for(|stopping| *stopping).await } => {
            connection.as_mut().graceful_shutdown();
            log(connection.await);
        }
    }
}

fn log(done: hyper::Result<()>) {
    if let Err(error) = done {
        tracing::debug!(%error, "a connection ended");
    }
}

/// Listens.
///
/// # Errors
/// What the system says: the port is taken, the address is not this machine's.
pub async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
