//! Push: who is told of what happens by way of their browser's push service, and when.
//!
//! Told are messages that call somebody, messages of directs, messages of conversations of which
//! somebody wants to hear all, and what else they are notified of. Not told is who is here: has a
//! socket on whatever device and did something lately. It begins with what was committed, beside the
//! writer's way: what waits here is bounded, and the oldest gives way.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{App, Caller, Settings};
use crate::{
    change::{Act, Change, PersonRef},
    event::{Audience, Committed, Event, Told},
    model::{
        Message, Notification, Refusal, SessionId, Subscription, Timestamp, UserId,
        notification::About, push::Quiet,
    },
    push::{self, Letter, News, Office, Post, Services, Vapid},
    store::{
        Halt, Store,
        query::{
            people,
            push::{self as rows, Hearer},
        },
    },
};

/// How many events may wait to be looked at; more than these, and the oldest is not told.
const WAITING: usize = 1024;

/// How many are looked at in one read.
const AT_ONCE: usize = 32;

/// A browser as it says where it is pushed to.
pub struct Subscribing {
    /// Its address at its push service.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: Vec<u8>,
    /// What it shares with us.
    pub auth: Vec<u8>,
    /// When it is left alone.
    pub quiet: Quiet,
}

/// What has happened, and is perhaps told.
enum Happened {
    Said(Arc<Message>),
    Told(UserId, Arc<Notification>),
}

/// What waits to be told, and the way to push services.
#[derive(Default)]
pub(super) struct Pushing {
    /// Nobody has subscribed yet: then nothing is kept.
    is_wanted: AtomicBool,
    waiting: Mutex<VecDeque<Happened>>,
    more: Notify,
    post: OnceLock<Arc<Post>>,
}

impl Pushing {
    /// Reads the server's key, made if there is none yet, and whether anybody has subscribed.
    pub(super) async fn start(&self, store: &Store, settings: &Settings) -> Result<(), Refusal> {
        let (kept, any) = store.read(|db| Ok((rows::key(db)?, rows::any(db)?))).await?;
        let key = if let Some(key) = kept {
            key
        } else {
            let key = push::fresh_key();
            let act = Act::KeepPushKey(key.clone());
            store.submit(Change { by: None, at: Timestamp::now(), act }, None).await?;
            key
        };
        let vapid = Vapid::new(&key, settings.public_url.as_deref()).map_err(|_| {
            tracing::error!("the key for push services is damaged");
            Refusal::unavailable()
        })?;
        let services = Services::with(&settings.push_services);
        self.is_wanted.store(any, Ordering::Relaxed);
        self.post.get_or_init(|| Arc::new(Post::new(services, vapid)));
        Ok(())
    }

    /// Takes note of what was committed. Called by the writer, which waits for nothing here.
    pub(super) fn take_note(&self, committed: &[Committed]) {
        if !self.is_wanted.load(Ordering::Relaxed) {
            return;
        }
        let mut is_any = false;
        for told in committed.iter().flat_map(|one| &one.told) {
            if let Event::SessionRevoked(session) = &told.event {
                self.forget(*session);
            } else if let Some(happened) = happened(told) {
                let mut waiting = self.waiting.lock();
                if waiting.len() >= WAITING {
                    waiting.pop_front();
                }
                waiting.push_back(happened);
                is_any = true;
            }
        }
        if is_any {
            self.more.notify_one();
        }
    }

    fn forget(&self, session: SessionId) {
        if let Some(post) = self.post.get() {
            post.forget(session);
        }
    }

    fn take(&self) -> Vec<Happened> {
        let mut waiting = self.waiting.lock();
        let count = waiting.len().min(AT_ONCE);
        waiting.drain(..count).collect()
    }
}

/// A mention and a direct are told as the messages that they are.
fn happened(told: &Told) -> Option<Happened> {
    match (&told.audience, &told.event) {
        (Audience::Members(_), Event::MessagePosted(message)) => {
            Some(Happened::Said(Arc::clone(message)))
        }
        (Audience::Person(person), Event::NotificationAdded { notification, .. }) => {
            let of_message =
                matches!(notification.about, About::Mention { .. } | About::DirectMessage { .. });
            (!of_message).then(|| Happened::Told(*person, Arc::clone(notification)))
        }
        _ => None,
    }
}

impl App {
    /// The key that browsers subscribe with, as base64url.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn push_key(&self) -> Result<String, Refusal> {
        Ok(self.post()?.public_key())
    }

    /// The caller is pushed to at a browser from now on, while this session lasts.
    ///
    /// # Errors
    /// `invalid` for a service that is not known, and keys that are none.
    pub async fn subscribe(&self, caller: Caller, to: Subscribing) -> Result<(), Refusal> {
        let Subscribing { endpoint, p256dh, auth, quiet } = to;
        if self.post()?.services().address(&endpoint).is_none() {
            return Err(Refusal::invalid("endpoint", "is not at a push service that is known"));
        }
        if !push::is_key(&p256dh) {
            return Err(Refusal::invalid("keys", "must hold a P-256 public key as p256dh"));
        }
        if auth.len() != 16 {
            return Err(Refusal::invalid("keys", "must hold 16 bytes as auth"));
        }
        let to = Box::new(Subscription { endpoint, p256dh, auth, quiet });
        self.pushing.is_wanted.store(true, Ordering::Relaxed); // what is said from now on counts
        self.submit(caller, Act::Subscribe { session: caller.session, to }, None).await?;
        Ok(())
    }

    /// The caller is not pushed to there any more.
    ///
    /// # Errors
    /// The file failed.
    pub async fn unsubscribe(&self, caller: Caller, endpoint: String) -> Result<(), Refusal> {
        self.submit(caller, Act::Unsubscribe { endpoint }, None).await.map(|_| ())
    }

    fn post(&self) -> Result<&Arc<Post>, Refusal> {
        self.pushing.post.get().ok_or_else(Refusal::unavailable)
    }

    /// Tells what happens, until it is dropped.
    pub(super) async fn keep_pushing(&self) {
        if let Some(post) = self.pushing.post.get() {
            tokio::join!(self.write_letters(post), self.carry_letters(post));
        }
    }

    async fn write_letters(&self, post: &Post) {
        loop {
            let happened = self.pushing.take();
            if happened.is_empty() {
                self.pushing.more.notified().await;
                continue;
            }
            // a read that fails is in the log; what it was for is in the conversation
            let read = self.store.read(move |db| letters(db, &happened)).await;
            let now = Timestamp::now();
            for Addressed { person, letter } in read.unwrap_or_default() {
                let is_here = self.hub.is_attentive(person, self.settings.push_idle);
                if !is_here && !letter.to.quiet.holds(now) {
                    post.post(letter);
                }
            }
        }
    }

    async fn carry_letters(&self, post: &Arc<Post>) {
        let mut office = Office::of(Arc::clone(post));
        loop {
            let endpoint = office.next_gone().await;
            let _ = self.housekeeping(Act::ForgetSubscription { endpoint }).await;
        }
    }
}

/// A letter, and who it is for.
struct Addressed {
    person: UserId,
    letter: Letter,
}

/// What is to be told of some events, and to which browsers.
fn letters(db: &rusqlite::Connection, all: &[Happened]) -> Result<Vec<Addressed>, Halt> {
    let mut letters = Vec::new();
    let mut waiting = HashMap::new();
    for happened in all {
        let hearers = match happened {
            Happened::Said(message) => rows::hearers_of(db, message)?,
            Happened::Told(person, _) => {
                rows::browsers_of(db, *person)?.into_iter().map(|one| (one, false)).collect()
            }
        };
        if hearers.is_empty() {
            continue;
        }
        let name = match happened {
            Happened::Said(message) => name_of(db, message)?,
            Happened::Told(..) => String::new(),
        };
        for (hearer, is_called) in hearers {
            let news = match happened {
                Happened::Said(message) => News::of_message(message, &name, is_called),
                Happened::Told(_, notification) => News::Told(&notification.about),
            };
            let unread = match waiting.get(&hearer.person) {
                Some(count) => *count,
                None => rows::waiting(db, hearer.person)?,
            };
            waiting.insert(hearer.person, unread);
            letters.extend(addressed(&news, &hearer, unread));
        }
    }
    Ok(letters)
}

fn addressed(news: &News<'_>, hearer: &Hearer, unread: i64) -> Option<Addressed> {
    let letter = Letter {
        to: Arc::clone(&hearer.browser),
        session: hearer.session,
        text: news.text(hearer.locale.as_ref(), unread)?,
        topic: news.topic(),
        urgency: news.urgency(),
        kept: news.kept(),
    };
    Some(Addressed { person: hearer.person, letter })
}

/// What the sender of a message is called; somebody who has gone since has no name.
fn name_of(db: &rusqlite::Connection, message: &Message) -> Result<String, Halt> {
    match people::find(db, &PersonRef::Id(message.sender_id)) {
        Ok(person) => Ok(person.display_name),
        Err(Halt::Refused(_)) => Ok(message.sender.clone()),
        Err(fault) => Err(fault),
    }
}
