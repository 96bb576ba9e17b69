//! Keeping people and addresses out.

use std::net::IpAddr;

use super::{App, From, Steward, passes::ending, person_ref};
use crate::{
    change::{Administration, NewBan},
    model::{Ban, BanId, Code, Network, Reason, Refusal, Timestamp},
    store::query::{self, Page, Window},
};

/// A ban as typed.
#[derive(Debug, Default)]
pub struct Banned {
    /// Whom.
    pub username: Option<String>,
    /// An address or a network.
    pub address: Option<String>,
    /// Whether the addresses that the person was last seen at are banned as well.
    pub with_addresses: bool,
    /// Why.
    pub reason: Option<String>,
    /// For how many seconds.
    pub expires_in: Option<i64>,
}

impl App {
    /// Keeps somebody, or some addresses, out.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `invalid`; `conflict` for oneself, for the last who runs the
    /// server, for this machine and for where the asker comes from.
    pub async fn ban(&self, steward: Steward, new: Banned, from: From) -> Result<Ban, Refusal> {
        let network = new.address.as_deref().map(str::parse::<Network>).transpose();
        let network = network.map_err(|why| Refusal::invalid("address", why))?;
        let reason = Reason::parse(new.reason.as_deref().unwrap_or_default());
        let id = BanId::fresh();
        let spared = from.address.iter().chain(&self.settings.trusted_proxies).copied();
        let ban = NewBan {
            id,
            person: new.username.as_deref().map(person_ref),
            networks: network.into_iter().collect(),
            with_addresses: new.with_addresses,
            spared: spared.collect(),
            reason: reason.map_err(|why| Refusal::invalid("reason", why))?,
            expires_at: ending(new.expires_in)?,
        };
        self.administer(steward, Administration::Ban(ban)).await?;
        self.administered(steward, move |db| query::bans::find(db, id)).await
    }

    /// Lets them come again.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn lift_ban(&self, steward: Steward, id: BanId) -> Result<(), Refusal> {
        self.administer(steward, Administration::LiftBan(id)).await.map(|_| ())
    }

    /// All bans that hold, newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn bans(&self, steward: Steward, window: Window) -> Result<Page<Ban>, Refusal> {
        let now = Timestamp::now();
        self.administered(steward, move |db| query::bans::list(db, now, window)).await
    }

    /// Refuses whoever comes from a banned address.
    ///
    /// # Errors
    /// `banned`.
    pub fn refuse_banned(&self, address: Option<IpAddr>) -> Result<(), Refusal> {
        match address {
            Some(address) if self.bans.hold(address) => {
                Err(Refusal::new(Code::Banned, "nobody may come from your address"))
            }
            _ => Ok(()),
        }
    }
}
