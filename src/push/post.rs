//! The way of letters to push services: a bounded queue, and an office that carries a few at once.
//!
//! What always holds: whoever posts never waits; a newer letter of the same topic to the same browser
//! takes the older one's place; a service that does not answer keeps `AT_ONCE_TO_ONE` of the places
//! busy, for `WITHIN` at most; redirects are not followed, and of an answer only its head is read.

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use parking_lot::Mutex;
use tokio::{sync::Notify, task::JoinSet};

use super::{
    letter::Letter,
    seal,
    services::{Services, origin},
    vapid::Vapid,
};
use crate::{
    counts::PUSHES,
    model::{SessionId, Timestamp},
};

/// How many letters wait; more than these, and the oldest is dropped.
const WAITING: usize = 1024;

/// How many are on their way at once, and how many of them to one service.
const AT_ONCE: usize = 16;
const AT_ONCE_TO_ONE: usize = 6;

/// How long a service may take to answer.
const WITHIN: Duration = Duration::from_secs(10);
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);

/// How long is waited before a letter is carried again, time after time; then it is given up.
const AGAIN_AFTER: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
];

/// The longest wait that a service can ask for.
const MOST_WAIT: Duration = Duration::from_secs(600);

type Carrier = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Where letters are posted.
pub struct Post {
    waiting: Mutex<VecDeque<Waiting>>,
    posted: Notify,
    services: Services,
    vapid: Vapid,
    carrier: OnceLock<Carrier>,
}

struct Waiting {
    letter: Letter,
    tries: usize,
    not_before: Instant,
}

/// What became of a letter.
enum Carried {
    /// The service has it.
    Taken,
    /// The browser is not there any more.
    Gone,
    /// The service cannot take it now; it may say when.
    Later(Option<Duration>),
    /// The service does not want it.
    Refused(StatusCode),
    /// It cannot be sealed or addressed.
    Unfit,
}

impl Post {
    /// To these services, signed like this.
    #[must_use]
    pub fn new(services: Services, vapid: Vapid) -> Self {
        let (waiting, posted) = (Mutex::default(), Notify::new());
        Self { waiting, posted, services, vapid, carrier: OnceLock::new() }
    }

    /// The services that are spoken to.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The key that browsers subscribe with.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.vapid.public_key()
    }

    /// Posts a letter, instead of an older one of the same topic to the same browser.
    pub fn post(&self, letter: Letter) {
        self.put(Waiting { letter, tries: 0, not_before: Instant::now() });
    }

    /// Nothing goes to a session that has ended.
    pub fn forget(&self, session: SessionId) {
        self.waiting.lock().retain(|one| one.letter.session != session);
    }

    fn put(&self, new: Waiting) {
        let is_same = |one: &Waiting| {
            one.letter.to.endpoint == new.letter.to.endpoint && one.letter.topic == new.letter.topic
        };
        let mut waiting = self.waiting.lock();
        if let Some(at) = waiting.iter().position(is_same) {
            if new.tries > 0 {
                return; // a newer one was posted while this one was refused
            }
            waiting.remove(at);
        } else if waiting.len() >= WAITING {
            waiting.pop_front();
            PUSHES.dropped.one();
            tracing::debug!("too much to push: the oldest was dropped");
        }
        waiting.push_back(new);
        drop(waiting);
        self.posted.notify_one();
    }

    /// The first letter that may go now, or when the next one may.
    fn next(
        &self,
        now: Instant,
        busy: impl Fn(&Letter) -> bool,
    ) -> Result<Waiting, Option<Instant>> {
        let mut waiting = self.waiting.lock();
        let ready = waiting.iter().position(|one| one.not_before <= now && !busy(&one.letter));
        let next = ready.and_then(|at| waiting.remove(at));
        // one that waits for its service is looked at when something comes back from there
        let later = waiting.iter().map(|one| one.not_before).filter(|at| *at > now).min();
        next.ok_or(later)
    }

    async fn carry(&self, letter: &Letter) -> Carried {
        let Some(address) = self.services.address(&letter.to.endpoint) else {
            return Carried::Unfit; // a service that is not named any more
        };
        let Ok(request) = self.request(letter, address) else { return Carried::Unfit };
        let carrier = self.carrier.get_or_init(carrier);
        match tokio::time::timeout(WITHIN, carrier.request(request)).await {
            Ok(Ok(answer)) => judged(&answer),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a push service was not reached");
                Carried::Later(None)
            }
            Err(_) => Carried::Later(None),
        }
    }

    fn request(
        &self,
        letter: &Letter,
        address: Uri,
    ) -> Result<Request<Full<Bytes>>, ring::error::Unspecified> {
        let unfit = ring::error::Unspecified;
        let body = seal::seal(&letter.to.p256dh, &letter.to.auth, &letter.text)?;
        let origin = origin(&address).ok_or(unfit)?;
        let authorization = self.vapid.authorization(&origin, Timestamp::now())?;
        Request::post(address)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", letter.kept.as_secs())
            .header("urgency", letter.urgency.as_str())
            .header("topic", &letter.topic)
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| unfit)
    }
}

/// Made when the first letter goes: who never pushes pays nothing for it.
fn carrier() -> Carrier {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false); // TLS is what wraps it
    connector.set_connect_timeout(Some(CONNECTED_WITHIN));
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_webpki_roots()
        .https_or_http() // which of the two, `Services` says
        .enable_http1()
        .wrap_connector(connector);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(60))
        .pool_max_idle_per_host(AT_ONCE_TO_ONE)
        .http1_max_buf_size(16 * 1024)
        .build(connector)
}

fn judged<B>(answer: &http::Response<B>) -> Carried {
    let status = answer.status();
    if status.is_success() {
        Carried::Taken
    } else if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) {
        Carried::Gone
    } else if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        let wait = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|wait| wait.parse().ok()).map(Duration::from_secs);
        Carried::Later(wait.map(|wait| wait.min(MOST_WAIT)))
    } else {
        Carried::Refused(status)
    }
}

/// Carries what is posted, until it is dropped.
pub struct Office {
    post: Arc<Post>,
    going: JoinSet<(Waiting, Carried)>,
    /// The browsers that letters are on their way to.
    busy: Vec<String>,
}

impl Office {
    /// Of a post.
    #[must_use]
    pub fn of(post: Arc<Post>) -> Self {
        Self { post, going: JoinSet::new(), busy: Vec::new() }
    }

    /// Carries letters until one finds that its browser is not there any more: that one's endpoint.
    pub async fn next_gone(&mut self) -> String {
        loop {
            let later = self.send_what_may_go();
            let later = later.map(tokio::time::Instant::from_std);
            tokio::select! {
                Some(done) = self.going.join_next() => {
                    // a task that panicked has said so in the log; its letter is lost
                    let Ok((one, carried)) = done else { self.busy.clear(); continue };
                    if let Some(gone) = self.came_back(one, &carried) {
                        return gone;
                    }
                }
                () = self.post.posted.notified() => {}
                () = async { tokio::time::sleep_until(later.unwrap_or_else(far)).await } => {}
            }
        }
    }

    fn send_what_may_go(&mut self) -> Option<Instant> {
        loop {
            if self.going.len() >= AT_ONCE {
                return None;
            }
            let busy = |letter: &Letter| {
                // one after the other, so that a newer letter does not arrive before an older one
                let to = &letter.to.endpoint;
                let same = self.busy.iter().filter(|one| service(one) == service(to));
                self.busy.contains(to) || same.count() >= AT_ONCE_TO_ONE
            };
            match self.post.next(Instant::now(), busy) {
                Ok(one) => {
                    self.busy.push(one.letter.to.endpoint.clone());
                    let post = Arc::clone(&self.post);
                    self.going.spawn(async move {
                        let carried = post.carry(&one.letter).await;
                        (one, carried)
                    });
                }
                Err(later) => return later,
            }
        }
    }

    fn came_back(&mut self, one: Waiting, carried: &Carried) -> Option<String> {
        self.busy.retain(|busy| *busy != one.letter.to.endpoint);
        let service = service(&one.letter.to.endpoint);
        match carried {
            Carried::Taken => PUSHES.taken.one(),
            Carried::Gone | Carried::Unfit => {
                PUSHES.gone.one();
                return Some(one.letter.to.endpoint.clone());
            }
            Carried::Refused(status) => {
                PUSHES.refused.one();
                tracing::warn!(%status, service, "a push service refuses what it is sent");
            }
            Carried::Later(wait) => {
                if let Some(again) = AGAIN_AFTER.get(one.tries) {
                    let not_before = Instant::now() + wait.unwrap_or_default().max(*again);
                    self.post.put(Waiting { tries: one.tries + 1, not_before, ..one });
                } else {
                    PUSHES.given_up.one();
                    tracing::warn!(service, "a push service takes nothing; a push was given up");
                }
            }
        }
        None
    }
}

/// Scheme, host and port of an endpoint: all that is told of it, since the rest is a secret.
fn service(endpoint: &str) -> &str {
    let host = endpoint.find("://").map_or(0, |at| at + 3);
    let end = endpoint[host..].find('/').map_or(endpoint.len(), |at| host + at);
    &endpoint[..end]
}

/// When there is nothing to wait for.
fn far() -> tokio::time::Instant {
    tokio::time::Instant::now() + Duration::from_secs(3600)
}
