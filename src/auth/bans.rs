//! From where nobody may come, in memory, so that every request can be held against it.
//!
//! What always holds: it is what the file says, as of the last commit; what has ended by its time
//! counts no more, whether it was forgotten already or not.

use std::{net::IpAddr, sync::Arc};

use parking_lot::RwLock;

use crate::{
    event::BannedAddresses,
    model::{BanId, Timestamp},
};

/// All bans of addresses.
#[derive(Default)]
pub struct Bans {
    all: RwLock<Vec<Arc<BannedAddresses>>>,
}

impl Bans {
    /// Some addresses are banned.
    pub fn add(&self, banned: Arc<BannedAddresses>) {
        self.all.write().push(banned);
    }

    /// A ban was lifted, or is over.
    pub fn lift(&self, ban: BanId) {
        self.all.write().retain(|one| one.ban != ban);
    }

    /// Whether nobody may come from an address.
    #[must_use]
    pub fn hold(&self, address: IpAddr) -> bool {
        let all = self.all.read();
        let holds = |one: &Arc<BannedAddresses>| {
            one.networks.iter().any(|network| network.holds(address))
                && one.until.is_none_or(|until| Timestamp::now() < until)
        };
        all.iter().any(holds)
    }
}
