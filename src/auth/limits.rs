//! How often somebody may do something: by person, by address, by the name they sign in to.
//!
//! Sane defaults for a home server: nobody who types is ever stopped, programs that hammer are. A
//! limit delays, it never locks anybody out for good. Each counts what it refused. `--limits off`
//! lifts all of them.

use std::{
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use super::crowd::Crowd;
use crate::model::{Code, HookId, Refusal, SessionId, UserId};

/// How many connections one address may have that are not sockets yet.
const CONNECTIONS: usize = 256;

/// How many sockets one address may have: a household, an office, a class.
const SOCKETS: usize = 512;

/// How much of a name tells it apart; longer than any that there is.
const NAME_CHARS: usize = 64;

/// One limit: so much at once, then one each so often.
struct Limit<K: Clone + Eq + Hash> {
    name: &'static str,
    limiter: DefaultKeyedRateLimiter<K>,
    refused: AtomicU64,
}

impl<K: Clone + Eq + Hash> Limit<K> {
    fn new(name: &'static str, burst: u32, each: Duration) -> Self {
        let burst = NonZeroU32::new(burst).expect("bursts are constants above zero");
        let quota = Quota::with_period(each).expect("periods are constants above zero");
        let limiter = RateLimiter::keyed(quota.allow_burst(burst));
        Self { name, limiter, refused: AtomicU64::default() }
    }

    fn check(&self, key: &K) -> Result<(), Refusal> {
        self.limiter.check_key(key).map_err(|until| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            let wait = until.wait_time_from(DefaultClock::default().now());
            too_much().retry_after(wait.as_secs() + 1)
        })
    }

    fn told(&self) -> (&'static str, u64) {
        (self.name, self.refused.load(Ordering::Relaxed))
    }
}

fn too_much() -> Refusal {
    Refusal::new(Code::RateLimited, "too much at once, wait a little")
}

/// All limits, or none.
pub struct Limits {
    on: bool,
    sign_in_by_name: Limit<(String, Option<IpAddr>)>,
    secrets_by_address: Limit<IpAddr>,
    tokens_by_address: Limit<IpAddr>,
    refreshes_by_session: Limit<SessionId>,
    register_by_address: Limit<IpAddr>,
    open_calls_by_address: Limit<IpAddr>,
    changes_by_person: Limit<UserId>,
    reads_by_person: Limit<UserId>,
    searches_by_person: Limit<UserId>,
    frames_by_person: Limit<UserId>,
    control_frames_by_person: Limit<UserId>,
    reports_by_person: Limit<UserId>,
    hooks_by_person: Limit<UserId>,
    posts_by_hook: Limit<HookId>,
    /// Connections of an address that are not sockets yet.
    pub connections: Crowd,
    /// Sockets of an address.
    pub sockets: Crowd,
}

impl Limits {
    /// As `--limits` says.
    #[must_use]
    pub fn new(on: bool) -> Self {
        let ms = Duration::from_millis;
        let places = |most| Crowd::new(if on { most } else { usize::MAX });
        Self {
            on,
            sign_in_by_name: Limit::new("sign_in", 30, ms(10_000)),
            secrets_by_address: Limit::new("secret", 60, ms(2000)),
            tokens_by_address: Limit::new("token", 120, ms(1000)),
            refreshes_by_session: Limit::new("refresh", 60, ms(10_000)),
            register_by_address: Limit::new("register", 50, ms(10_000)),
            open_calls_by_address: Limit::new("open_call", 300, ms(100)),
            changes_by_person: Limit::new("change", 200, ms(50)),
            reads_by_person: Limit::new("read", 1200, ms(10)),
            searches_by_person: Limit::new("search", 60, ms(500)),
            frames_by_person: Limit::new("frame", 1000, ms(5)),
            control_frames_by_person: Limit::new("control_frame", 200, ms(50)),
            reports_by_person: Limit::new("report", 10, ms(60_000)),
            hooks_by_person: Limit::new("make_hook", 20, ms(60_000)),
            posts_by_hook: Limit::new("hook", 30, ms(1000)),
            connections: places(CONNECTIONS),
            sockets: places(SOCKETS),
        }
    }

    /// How often each has refused somebody since the start, by its name.
    #[must_use]
    pub fn refused(&self) -> [(&'static str, u64); 16] {
        [
            self.sign_in_by_name.told(),
            self.secrets_by_address.told(),
            self.tokens_by_address.told(),
            self.refreshes_by_session.told(),
            self.register_by_address.told(),
            self.open_calls_by_address.told(),
            self.changes_by_person.told(),
            self.reads_by_person.told(),
            self.searches_by_person.told(),
            self.frames_by_person.told(),
            self.control_frames_by_person.told(),
            self.reports_by_person.told(),
            self.hooks_by_person.told(),
            self.posts_by_hook.told(),
            ("connection", self.connections.refused()),
            ("socket", self.sockets.refused()),
        ]
    }

    /// A try to sign in to a name from an address. Who tries from where that person is signed in does
    /// not share a limit with others who try, so that guessing keeps nobody out of their account.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn sign_in(&self, name: &str, from: Option<IpAddr>, is_known: bool) -> Result<(), Refusal> {
        let from = from.map(bucket);
        let name = name.chars().take(NAME_CHARS).collect(); // as typed, so of any length
        let key = (name, from.filter(|_| is_known));
        self.check(&self.sign_in_by_name, Some(&key))
    }

    /// A try to use a secret of few who have it: a password, what a link holds.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn secret(&self, from: Option<IpAddr>) -> Result<(), Refusal> {
        self.check(&self.secrets_by_address, from.map(bucket).as_ref())
    }

    /// A token that is not valid was shown. Those who show a valid one are never stopped by others who
    /// do not.
    #[must_use]
    pub fn bad_token(&self, from: Option<IpAddr>) -> Refusal {
        let refused = self.check(&self.tokens_by_address, from.map(bucket).as_ref());
        refused.err().unwrap_or_else(Refusal::unauthorized)
    }

    /// A session that is renewed.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn refresh(&self, session: SessionId) -> Result<(), Refusal> {
        self.check(&self.refreshes_by_session, Some(&session))
    }

    /// A try to make an account from an address.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn register(&self, from: Option<IpAddr>) -> Result<(), Refusal> {
        self.check(&self.register_by_address, from.map(bucket).as_ref())
    }

    /// A call that needs no token.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn open_call(&self, from: Option<IpAddr>) -> Result<(), Refusal> {
        self.check(&self.open_calls_by_address, from.map(bucket).as_ref())
    }

    /// Something durable that a person does.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn change(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.changes_by_person, Some(&person))
    }

    /// Something that a person reads, or any other call of theirs.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn read(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.reads_by_person, Some(&person))
    }

    /// Something that a person looks for.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn search(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.searches_by_person, Some(&person))
    }

    /// A frame from a person, whatever it asks. More than this closes the socket.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn frame(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.frames_by_person, Some(&person))
    }

    /// A frame from a person that says nothing, but has to be answered. More closes the socket.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn control_frame(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.control_frames_by_person, Some(&person))
    }

    /// A message that a person reports.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn report(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.reports_by_person, Some(&person))
    }

    /// A hook that a person makes, which leaves the account of its bot behind for good.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn make_hook(&self, person: UserId) -> Result<(), Refusal> {
        self.check(&self.hooks_by_person, Some(&person))
    }

    /// Something that comes by a hook.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn hook(&self, hook: HookId) -> Result<(), Refusal> {
        self.check(&self.posts_by_hook, Some(&hook))
    }

    /// Forgets who has long done nothing; called now and then.
    pub fn sweep(&self) {
        self.sign_in_by_name.limiter.retain_recent();
        for by_address in [
            &self.secrets_by_address,
            &self.tokens_by_address,
            &self.register_by_address,
            &self.open_calls_by_address,
        ] {
            by_address.limiter.retain_recent();
        }
        self.refreshes_by_session.limiter.retain_recent();
        for by_person in [
            &self.changes_by_person,
            &self.reads_by_person,
            &self.searches_by_person,
            &self.frames_by_person,
            &self.control_frames_by_person,
            &self.reports_by_person,
            &self.hooks_by_person,
        ] {
            by_person.limiter.retain_recent();
        }
        self.posts_by_hook.limiter.retain_recent();
    }

    /// Where nobody knows from where somebody comes, only whoever runs the program does.
    fn check<K: Clone + Eq + Hash>(
        &self,
        limit: &Limit<K>,
        key: Option<&K>,
    ) -> Result<(), Refusal> {
        match key {
            Some(key) if self.on => limit.check(key),
            _ => Ok(()),
        }
    }
}

/// One household has a whole /64 of IPv6 addresses, so it counts as one.
#[must_use]
pub fn bucket(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let mut parts = v6.segments();
            parts[4..].fill(0);
            IpAddr::from(parts)
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}
