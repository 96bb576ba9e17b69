//! Which addresses of the network are spoken to: those of the internet, and no others; of the internet, none of
//! this machine and of those beside it. Who owns a room may name an address to be told, and could else have
//! the server knock at the doors of its own network.
//!
//! What always holds: a name is resolved once, by whoever connects, and what it leads to is looked at
//! then; so no later answer of a name server leads elsewhere.

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::Uri;
use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

use crate::model::{Network, hook::URL_BYTES};

/// Ranges of IPv4 that are not the internet: of this machine, of home networks, of documents, of several
/// hearers, of nobody.
const NOT_PUBLIC_V4: [(u32, u32); 15] = [
    range(0, 0, 0, 8),
    range(10, 0, 0, 8),
    range(100, 64, 0, 10),
    range(127, 0, 0, 8),
    range(169, 254, 0, 16),
    range(172, 16, 0, 12),
    range(192, 0, 0, 24),
    range(192, 0, 2, 24),
    range(192, 88, 99, 24),
    range(192, 168, 0, 16),
    range(198, 18, 0, 15),
    range(198, 51, 100, 24),
    range(203, 0, 113, 24),
    range(224, 0, 0, 4),
    range(240, 0, 0, 4),
];

const fn range(a: u8, b: u8, c: u8, bits: u32) -> (u32, u32) {
    (u32::from_be_bytes([a, b, c, 0]), u32::MAX << (32 - bits))
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !NOT_PUBLIC_V4.iter().any(|(base, mask)| bits & mask == *base)
}

/// Only what is given out to the world (2000::/3), but for ranges in it that lead into IPv4 by another
/// way (Teredo, 6to4) or nowhere. What IPv4 is mapped into lies outside of it, and so does NAT64.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_special = first == 0x2001 && (second < 0x0200 || second == 0x0db8);
    is_global && !is_special && first != 0x2002 && first & 0xfff0 != 0x3ff0
}

/// Whether an address is this machine's own, or lies in the same network of IPv6 (a /64), where what is at
/// home has addresses of the internet: told by the address from which this machine would speak to it. Nothing is sent.
fn is_near(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0));
    let own =
        socket.and_then(|socket| socket.connect((address, 9)).and_then(|()| socket.local_addr()));
    match (own.map(|own| own.ip()), address) {
        (Ok(IpAddr::V6(own)), IpAddr::V6(address)) => {
            own.segments()[..4] == address.segments()[..4]
        }
        (Ok(own), address) => own == address,
        (Err(_), _) => false, // it cannot be reached at all
    }
}

/// The addresses that are spoken to.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Networks that who runs the server allows beside the internet.
    allowed: Arc<[Network]>,
}

impl Guard {
    /// The internet, and these networks.
    #[must_use]
    pub fn allowing(networks: &[Network]) -> Self {
        Self { allowed: networks.into() }
    }

    /// Whether an address is spoken to.
    #[must_use]
    pub fn lets(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_public = match address {
            IpAddr::V4(v4) => is_public_v4(v4),
            IpAddr::V6(v6) => is_public_v6(v6),
        };
        is_public && !is_near(address) || self.allowed.iter().any(|network| network.holds(address))
    }

    /// What an address to be told is, if it can be one: of the web, without a password in it, and not
    /// plainly at a place that is not spoken to. Where a name leads is looked at when it is called.
    #[must_use]
    pub fn address(&self, url: &str) -> Option<Uri> {
        let uri: Uri = url.parse().ok().filter(|_| url.len() <= URL_BYTES)?;
        let authority = uri.authority()?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let is_plain = !authority.as_str().contains('@') && !authority.host().is_empty();
        let lets = literal(&uri).is_none_or(|address| self.lets(address));
        (is_web && is_plain && lets).then_some(uri)
    }
}

/// The address that stands for itself in a URL: whoever connects does not resolve it.
fn literal(uri: &Uri) -> Option<IpAddr> {
    let host = uri.host()?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.parse().ok()
}

impl Service<Name> for Guard {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Where a name leads, as far as that is spoken to.
    fn call(&mut self, name: Name) -> Self::Future {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let let_in: Vec<_> = found.filter(|address| guard.lets(address.ip())).collect();
            if let_in.is_empty() {
                let refused = "its name leads to no address that is spoken to";
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, refused));
            }
            Ok(let_in.into_iter())
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_spoken_to_and_nothing_else() {
        let guard = Guard::default();
        for public in
            ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]
        {
            assert!(guard.lets(public.parse().unwrap()), "{public}");
        }
        for hidden in [
            "0.0.0.0",
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:192.168.1.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::c0a8:101",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "3fff::1",
            "4000::1",
        ] {
            assert!(!guard.lets(hidden.parse().unwrap()), "{hidden}");
        }
        let home =
            Guard::allowing(&["192.168.1.0/24".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for allowed in ["192.168.1.7", "::ffff:192.168.1.7", "fd12::1", "1.1.1.1"] {
            assert!(home.lets(allowed.parse().unwrap()), "{allowed}");
        }
        assert!(!home.lets("192.168.2.1".parse().unwrap()));
    }

    #[test]
    fn what_is_told_has_an_address_of_the_web() {
        let guard = Guard::default();
        for good in ["https://hooks.example/x?y=1", "http://hooks.example:8080", "http://1.1.1.1/"]
        {
            assert!(guard.address(good).is_some(), "{good}");
        }
        let long = format!("https://a.example/{}", "x".repeat(URL_BYTES));
        for bad in [
            "",
            "hooks.example",
            "/x",
            "ftp://a.example/",
            "file:///etc/passwd",
            "http://",
            "https://me:secret@a.example/",
            "http://127.0.0.1/",
            "http://127.0.0.1:8080/api",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest",
            &long,
        ] {
            assert!(guard.address(bad).is_none(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_when_it_is_called() {
        use std::str::FromStr;
        for name in ["localhost", "127.1", "2130706433", "0x7f.1"] {
            let led = Guard::default().call(Name::from_str(name).unwrap()).await;
            assert!(led.is_err(), "{name}");
        }
        let mut home = Guard::allowing(&["127.0.0.0/8".parse().unwrap()]);
        assert!(home.call(Name::from_str("localhost").unwrap()).await.is_ok());
    }
}
