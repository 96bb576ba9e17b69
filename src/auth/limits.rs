//! How often somebody may do something: by person, by address, by the name they sign in to.
//!
//! Sane defaults for a home server: nobody who types is ever stopped, programs that hammer are. A
//! limit delays, it never locks anybody out for good. `--limits off` lifts all of them.

use std::{hash::Hash, net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::model::{Code, HookId, Refusal, UserId};

/// All limits, or none.
pub struct Limits {
    on: bool,
    sign_in_by_name: DefaultKeyedRateLimiter<String>,
    sign_in_by_address: DefaultKeyedRateLimiter<IpAddr>,
    register_by_address: DefaultKeyedRateLimiter<IpAddr>,
    changes_by_person: DefaultKeyedRateLimiter<UserId>,
    frames_by_person: DefaultKeyedRateLimiter<UserId>,
    posts_by_hook: DefaultKeyedRateLimiter<HookId>,
}

impl Limits {
    /// As `--limits` says.
    #[must_use]
    pub fn new(on: bool) -> Self {
        Self {
            on,
            sign_in_by_name: limiter(30, Duration::from_secs(10)),
            sign_in_by_address: limiter(60, Duration::from_secs(2)),
            register_by_address: limiter(50, Duration::from_secs(10)),
            changes_by_person: limiter(200, Duration::from_millis(50)),
            frames_by_person: limiter(1000, Duration::from_millis(5)),
            posts_by_hook: limiter(30, Duration::from_secs(1)),
        }
    }

    /// A try to sign in to a name from an address.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn sign_in(&self, name: &str, from: Option<IpAddr>) -> Result<(), Refusal> {
        if let Some(from) = from {
            self.check(&self.sign_in_by_address, &bucket(from))?;
        }
        self.check(&self.sign_in_by_name, &name.to_owned())
    }

    /// A try to use what a link holds, from an address.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn link(&self, from: Option<IpAddr>) -> Result<(), Refusal> {
        from.map_or(Ok(()), |from| self.check(&self.sign_in_by_address, &bucket(from)))
    }

    /// A try to make an account from an address.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn register(&self, from: Option<IpAddr>) -> Result<(), Refusal> {
        from.map_or(Ok(()), |from| self.check(&self.register_by_address, &bucket(from)))
    }

    /// Something durable that a person does.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn change(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.changes_by_person, &person)
    }

    /// A frame from a person, whatever it asks. More than this closes the socket.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn frame(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.frames_by_person, &person)
    }

    /// Something that comes by a hook.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn hook(&self, hook: HookId) -> Result<(), Refusal> {
        self.check(&self.posts_by_hook, &hook)
    }

    /// Forgets who has long done nothing; called now and then.
    pub fn sweep(&self) {
        self.sign_in_by_name.retain_recent();
        self.sign_in_by_address.retain_recent();
        self.register_by_address.retain_recent();
        self.changes_by_person.retain_recent();
        self.frames_by_person.retain_recent();
        self.posts_by_hook.retain_recent();
    }

    fn check<K: Clone + Eq + Hash>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<(), Refusal> {
        if !self.on {
            return Ok(());
        }
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Refusal::new(Code::RateLimited, "too much at once, wait a little")
                .retry_after(wait.as_secs() + 1)
        })
    }
}

fn limiter<K: Clone + Eq + Hash>(burst: u32, each: Duration) -> DefaultKeyedRateLimiter<K> {
    let burst = NonZeroU32::new(burst).expect("bursts are constants above zero");
    let quota = Quota::with_period(each).expect("periods are constants above zero");
    RateLimiter::keyed(quota.allow_burst(burst))
}

/// One household has a whole /64 of IPv6 addresses, so it counts as one.
fn bucket(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let mut parts = v6.segments();
            parts[4..].fill(0);
            IpAddr::from(parts)
        }
    }
}
