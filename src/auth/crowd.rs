//! How many of something each address has at once, and no more than so many.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;

use super::limits::bucket;

/// Who has how many. Clones are the same crowd.
#[derive(Clone)]
pub struct Crowd {
    most: usize,
    here: Arc<Mutex<HashMap<IpAddr, usize>>>,
    refused: Arc<AtomicU64>,
}

/// One of them; it ends when this is dropped.
pub struct Place {
    address: IpAddr,
    here: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Crowd {
    pub(super) fn new(most: usize) -> Self {
        Self { most, here: Arc::default(), refused: Arc::default() }
    }

    /// One more from an address, if there is a place left for it.
    #[must_use]
    pub fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = bucket(address);
        let mut here = self.here.lock();
        let count = here.entry(address).or_default();
        if *count >= self.most {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        *count += 1;
        drop(here);
        Some(Place { address, here: Arc::clone(&self.here) })
    }

    /// How often there was none.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut here = self.here.lock();
        if let Some(count) = here.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                here.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let crowd = Crowd::new(2);
        let at = |text: &str| text.parse::<IpAddr>().expect("an address");
        let enter = |text: &str| crowd.enter(at(text));
        let (one, two) = (enter("192.0.2.1"), enter("::ffff:192.0.2.1"));
        assert!(one.is_some() && two.is_some() && enter("192.0.2.1").is_none());
        let household = (enter("2001:db8::1"), enter("2001:db8::2:1"));
        assert!(household.0.is_some() && household.1.is_some() && enter("2001:db8::3").is_none());
        assert!(enter("2001:db8:0:1::").is_some());
        assert_eq!(crowd.refused(), 2);
        drop(one);
        assert!(enter("192.0.2.1").is_some());
        drop((two, household));
        assert!(crowd.here.lock().is_empty());
    }
}
