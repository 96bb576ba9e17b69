//! A request as it came: what warp took apart, the door that it came by, and from where.
//!
//! What always holds: what a proxy says of the client counts only from one that is trusted.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use http::{HeaderMap, Method};
use hyper::upgrade::OnUpgrade;
use tokio::sync::OwnedSemaphorePermit;

use crate::{app::App, socket::LastAnswer};

/// The door that a connection came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The network, from an address.
    Network(SocketAddr),
    /// The socket beside the database: whoever runs the program.
    Control,
}

/// The other end of a connection, put there by the accept loop.
#[derive(Clone, Debug)]
pub struct Peer {
    /// How it came.
    pub door: Door,
    /// Whether it is TLS that we speak on it.
    pub by_https: bool,
    /// Its place among the connections, kept by a socket for as long as it is open.
    pub place: Arc<OwnedSemaphorePermit>,
    /// Told when it becomes a socket.
    pub last: LastAnswer,
}

impl Peer {
    /// Somebody who has just come.
    #[must_use]
    pub fn new(door: Door, by_https: bool, place: OwnedSemaphorePermit) -> Self {
        Self { door, by_https, place: Arc::new(place), last: LastAnswer::default() }
    }
}

/// A request as it came.
pub(super) struct Parts {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) peer: Option<Peer>,
    pub(super) upgrade: Option<OnUpgrade>,
}

/// An address as proxies write it: with a port or without.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    hop.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

impl Parts {
    /// Whether the client came by HTTPS: to us, or to a trusted proxy that says so.
    pub(super) fn is_https(&self, app: &App) -> bool {
        if self.peer.as_ref().is_some_and(|peer| peer.by_https) {
            return true;
        }
        let trusted = &app.settings.trusted_proxies;
        let by_proxy = self.peer_address().is_some_and(|peer| trusted.contains(&peer));
        let said = self.headers.get("x-forwarded-proto");
        by_proxy && said.is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"))
    }

    /// Whether it came by the socket beside the database.
    pub(super) fn is_control(&self) -> bool {
        self.peer.as_ref().is_some_and(|peer| peer.door == Door::Control)
    }

    /// Who says that it speaks for somebody else, and is not trusted to.
    pub(super) fn forwarded_by_whom(&self, app: &App) -> Option<IpAddr> {
        if !self.headers.contains_key("x-forwarded-for") {
            return None;
        }
        self.peer_address().filter(|peer| !app.settings.trusted_proxies.contains(peer))
    }

    /// Whether a program of this machine asks by itself: not a proxy for somebody else, nor a page
    /// under a name that was made to lead here.
    pub(super) fn is_from_this_machine(&self) -> bool {
        let is_forwarded = self.headers.keys().any(|name| {
            let name = name.as_str();
            name.starts_with("x-forwarded-") || matches!(name, "forwarded" | "x-real-ip" | "via")
        });
        let host = self.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let host: Option<http::uri::Authority> = host.and_then(|host| host.parse().ok());
        let is_local = host.is_some_and(|host| {
            let host = host.host().trim_matches(['[', ']']);
            host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        });
        let by_loopback = self.peer_address().is_some_and(|peer| peer.is_loopback());
        by_loopback && is_local && !is_forwarded
    }

    fn peer_address(&self) -> Option<IpAddr> {
        match self.peer.as_ref()?.door {
            Door::Network(address) => Some(address.ip().to_canonical()),
            Door::Control => None,
        }
    }

    /// The client's address: the peer's, or, behind a trusted proxy, the last one that no trusted
    /// proxy has added.
    pub(super) fn client_address(&self, app: &App) -> Option<IpAddr> {
        let peer = self.peer_address()?;
        let trusted = &app.settings.trusted_proxies;
        if !trusted.contains(&peer) {
            return Some(peer);
        }
        let forwarded = self.headers.get_all("x-forwarded-for").into_iter();
        let hops: Vec<Option<IpAddr>> = forwarded
            .flat_map(|line| line.to_str().unwrap_or_default().split(','))
            .map(address_of)
            .collect();
        let client =
            hops.into_iter().rev().find(|hop| hop.is_none_or(|hop| !trusted.contains(&hop)));
        // before a hop that nobody can read stands what the client may have made up
        Some(client.flatten().unwrap_or(peer))
    }
}
