//! The handshake of a socket (RFC 6455, section 4): refused before any upgrade, or taken over.
//!
//! The upgraded stream is ours from then on: the HTTP machinery with its buffers is gone, and the
//! socket's task holds only what an idle socket needs.

use std::{net::IpAddr, sync::Arc};

use base64::Engine;
use http::{HeaderMap, Method, Response, StatusCode, header};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use ring::digest;
use tokio::{net::TcpStream, sync::OwnedSemaphorePermit};
use tokio_rustls::server::TlsStream;

use super::{
    connection::{self, Since},
    handover::{Handover, LastAnswer},
};
use crate::{
    app::{App, Caller},
    auth::credentials,
    change::ConversationRef,
    hub::{Socket, Stream},
    model::{Code, ConversationId, Refusal, Rev, Scope},
    wire::{DIALECTS, compressed, deflate},
};

/// A request to become a socket, by somebody who has shown who they are.
pub struct Upgrade {
    /// Its method.
    pub method: Method,
    /// Its headers.
    pub headers: HeaderMap,
    /// The stream to come.
    pub stream: Option<OnUpgrade>,
    /// From where the client comes.
    pub address: Option<IpAddr>,
    /// Its place among the connections.
    pub place: Option<Arc<OwnedSemaphorePermit>>,
    /// Told that the answer is the last by HTTP.
    pub last: Option<LastAnswer>,
    /// Which dialect it will speak, by the place in the list of them.
    pub dialect: usize,
    /// The one conversation that it will hear; none: all of the caller's. A public room is come
    /// into by connecting.
    pub only: Option<ConversationRef>,
    /// The client was here before and knows everything up to this change.
    pub cursor: Option<Rev>,
}

/// Takes a socket over, and gives the answer that says so.
///
/// # Errors
/// `bad_request` when it is no WebSocket handshake; `rate_limited` when the person or the address
/// has too many;
/// `not_found` or `forbidden` for a conversation that the caller may not hear.
pub async fn accept(
    app: &Arc<App>,
    caller: Caller,
    upgrade: Upgrade,
) -> Result<Response<&'static str>, Refusal> {
    let Upgrade { method, headers, stream, address, place, last, dialect, only, cursor } = upgrade;
    let (Some(key), Some(stream), Method::GET) = (key(&headers), stream, method) else {
        return Err(Refusal::new(Code::BadRequest, "this address speaks WebSocket, version 13"));
    };
    app.may_connect(caller)?;
    let crowded = || app.too_many_sockets();
    let seat =
        address.map(|from| app.limits.sockets.enter(from).ok_or_else(crowded)).transpose()?;
    let only = match only {
        None => None,
        Some(conversation) => Some(app.enter(caller, conversation).await?),
    };
    let extensions = headers.get_all(header::SEC_WEBSOCKET_EXTENSIONS).into_iter();
    let offers = extensions.filter_map(|value| value.to_str().ok());
    let compresses = app.settings.compress && deflate::is_offered(offers);
    let dialect = if compresses { compressed(dialect) } else { dialect };
    // from the answer on the client counts itself as here
    let since = Since { answered: app.hub.published(), cursor };
    let answer = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept_key(key));
    let answer = match credentials::spoken(&headers) {
        Some(spoken) => answer.header(header::SEC_WEBSOCKET_PROTOCOL, spoken),
        None => answer,
    };
    let answer = if compresses {
        answer.header(header::SEC_WEBSOCKET_EXTENSIONS, deflate::ACCEPTED)
    } else {
        answer
    };
    let answer = answer.body("").map_err(|_| Refusal::unavailable())?;
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let Ok(upgraded) = stream.await else { return };
        let Some(taken) = taken(upgraded) else { return };
        // a task of its own: this one has room for what is over now
        tokio::spawn(async move {
            live(app, (caller, address), (dialect, only), since, taken).await;
            drop((place, seat));
        });
    });
    if let Some(last) = last {
        last.announce();
    }
    Ok(answer)
}

async fn live(
    app: Arc<App>,
    (caller, address): (Caller, Option<IpAddr>),
    hears: (usize, Option<ConversationId>),
    since: Since,
    Taken { stream, answer, early }: Taken,
) {
    let activity = app.hub.activity_of(caller.user());
    let id = app.hub.next_socket();
    let whose = (caller.user(), caller.session());
    let takes = DIALECTS[hears.0].tells_commands() && caller.may(Some(Scope::Write)).is_ok();
    let socket = Arc::new(Socket::new(id, whose, address, hears, takes, activity, stream));
    socket.begin_with(answer.into());
    let mut connection = connection::Connection::new(Arc::clone(&app), caller, socket);
    if Box::pin(connection.greet(since, early)).await {
        connection.serve().await;
    }
    Box::pin(connection.part()).await;
}

/// What was taken over from HTTP.
struct Taken {
    stream: Stream,
    /// The answer to the handshake, which is still to be written.
    answer: Vec<u8>,
    /// What was read already.
    early: Vec<u8>,
}

fn taken(upgraded: Upgraded) -> Option<Taken> {
    let upgraded = match upgraded.downcast::<TokioIo<Handover<TcpStream>>>() {
        Ok(parts) => {
            let (connection, answer) = parts.io.into_inner().into_parts();
            let (stream, early) = (Stream::Plain(connection), parts.read_buf.to_vec());
            return Some(Taken { stream, answer, early });
        }
        Err(upgraded) => upgraded,
    };
    let parts = upgraded.downcast::<TokioIo<Handover<TlsStream<TcpStream>>>>().ok()?;
    let (below, answer) = parts.io.into_inner().into_parts();
    let (connection, tls) = below.into_inner();
    let (stream, opened) = Stream::sealed(connection, tls);
    Some(Taken { stream, answer, early: [&parts.read_buf[..], &opened].concat() })
}

/// The client's key, when the headers are a handshake's.
fn key(headers: &HeaderMap) -> Option<&str> {
    let is_upgrade = has_word(headers, header::UPGRADE, "websocket")
        && has_word(headers, header::CONNECTION, "upgrade");
    let version = headers.get(header::SEC_WEBSOCKET_VERSION)?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?.to_str().ok()?;
    let nonce = base64::engine::general_purpose::STANDARD.decode(key).ok()?;
    (is_upgrade && version == "13" && nonce.len() == 16).then_some(key)
}

fn has_word(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
}

fn accept_key(key: &str) -> String {
    let mut hash = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(key.as_bytes());
    hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    base64::engine::general_purpose::STANDARD.encode(hash.finish())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_of_the_rfc_holds() {
        assert_eq!(super::accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
