//! Bans: people, addresses and networks that are kept out.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{BanId, Timestamp};

/// An address, or a network of them: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(IpNet);

impl Network {
    /// One address alone.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(IpNet::from(address.to_canonical()))
    }

    /// An address, and what one household has beside it: of IPv6 a whole /64.
    #[must_use]
    pub fn around(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(_) => Self::of(address),
            IpAddr::V6(six) => Self(IpNet::new_assert(six.into(), 64).trunc()),
        }
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether it has addresses of this machine's own, which are never kept out: nobody could lift
    /// the ban.
    #[must_use]
    pub fn has_loopback(self) -> bool {
        let own = [IpNet::new_assert([127, 0, 0, 0].into(), 8), IpNet::from(LOOPBACK_6)];
        own.iter().any(|own| own.contains(&self.0) || self.0.contains(own))
    }
}

const LOOPBACK_6: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "must be an address, or a network like 192.0.2.0/24";
        let text = text.trim();
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::of(address));
        }
        let network: IpNet = text.parse().map_err(|_| WANTED)?;
        // an IPv4 address in IPv6's clothes is met as what it is
        let is_disguised = network.addr().to_canonical() != network.addr();
        if is_disguised { Err(WANTED) } else { Ok(Self(network.trunc())) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_one = self.0.prefix_len() == self.0.max_prefix_len();
        if is_one { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

/// Somebody, or some addresses, or both, kept out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Which.
    pub id: BanId,
    /// The username of whom.
    pub username: Option<String>,
    /// From where nobody may come.
    pub networks: Vec<Network>,
    /// Why; may be empty.
    pub reason: String,
    /// The username of who made it; none: the command line.
    pub created_by: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_what_it_says() {
        let here = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(network("192.0.2.77/24").holds(here("192.0.2.1")));
        assert!(network("192.0.2.7").holds(here("::ffff:192.0.2.7")));
        assert!(!network("192.0.2.7").holds(here("192.0.2.8")));
        assert!(network("2001:db8::/32").holds(here("2001:db8:1::1")));
        assert!(!network("2001:db8::/32").holds(here("192.0.2.7")));
        assert_eq!(network("192.0.2.77/24").to_string(), "192.0.2.0/24");
        assert_eq!(network(" 2001:DB8::1 ").to_string(), "2001:db8::1");
        for bad in ["", "192.0.2", "192.0.2.0/33", "chat.example", "::ffff:192.0.2.0/120", "*"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn this_machine_is_never_in_what_may_be_banned() {
        for own in ["127.0.0.1", "127.9.0.0/16", "0.0.0.0/0", "::1", "::/0", "126.0.0.0/7"] {
            assert!(network(own).has_loopback(), "{own}");
        }
        assert!(!network("192.168.0.0/16").has_loopback());
    }
}
