//! Outgoing hooks: what people say in a room is told to an address, in order, and an answer is said there.
//!
//! What is to be told stands nowhere but in the room: each hook keeps the place up to which it has told, so
//! nothing is queued, and a restart goes on where it was. What was told just before the server broke off
//! may be told again, with the same `post_id`. Nobody who writes waits for any of this; what bots say is not
//! told, so that no two of them talk for ever.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
    time::Duration,
};

use parking_lot::{Mutex, RwLock};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};

use super::{App, Caller as Person, HookWanted, bots::secret};
use crate::{
    change::{Act, ConversationRef, HookTold, Way},
    event::{Committed, Event},
    hooks::{
        guard::Guard,
        outgoing::{Caller, Telling, Told},
    },
    model::{
        ConversationId, DisplayName, Hook, HookId, Message, Refusal, Timestamp, UserId,
        hook::MOST_WORDS,
    },
    store::{
        Store,
        query::{self, hooks::Target},
    },
};

/// How many addresses are called at once, and how many of those that one person has named.
const AT_ONCE: usize = 16;
const AT_ONCE_OF_ONE: usize = 2;

/// How long is waited where the file cannot be read.
const PAUSE: Duration = Duration::from_secs(1);

/// How long is waited before a message is told again, time after time; then it is given up. While an address
/// takes nothing, each later message is tried once.
const AGAIN_AFTER: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
];

/// After so many messages that were not for an address, the place is written down all the same.
const NOTED_EACH: i64 = 40;

/// What is older is told no more.
const OLDEST_MS: i64 = 24 * 3600 * 1000;

/// Which rooms tell, and what waits to be told.
#[derive(Default)]
pub(super) struct Calling {
    rooms: RwLock<HashSet<ConversationId>>,
    /// Rooms in which something was said.
    said: Mutex<HashSet<ConversationId>>,
    more: Notify,
    caller: OnceLock<Caller>,
    turns: Turns,
}

/// Who may call now. Those who name addresses that are slow to answer wait for each other, not others for them.
struct Turns {
    all: Arc<Semaphore>,
    of_makers: Mutex<HashMap<UserId, Arc<Semaphore>>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), of_makers: Mutex::default() }
    }
}

impl Turns {
    /// Waits for a turn, which is over when both are dropped.
    async fn take(&self, maker: UserId) -> Option<[OwnedSemaphorePermit; 2]> {
        let own = {
            let mut makers = self.of_makers.lock();
            makers.retain(|_, turns| Arc::strong_count(turns) > 1);
            let fresh = || Arc::new(Semaphore::new(AT_ONCE_OF_ONE));
            Arc::clone(makers.entry(maker).or_insert_with(fresh))
        };
        let own = own.acquire_owned().await.ok()?;
        Some([own, Arc::clone(&self.all).acquire_owned().await.ok()?])
    }
}

impl Calling {
    /// Goes on where it was.
    pub(super) async fn start(&self, store: &Store, guard: Guard) -> Result<(), Refusal> {
        let rooms = store.read(|db| Ok(query::hooks::telling(db)?)).await?;
        self.caller.get_or_init(|| Caller::new(guard));
        rooms.into_iter().for_each(|room| self.know(room));
        Ok(())
    }

    /// The way to addresses elsewhere, once it is known which may be spoken to.
    pub(super) fn caller(&self) -> Option<&Caller> {
        self.caller.get()
    }

    /// Whether an address may be named to be called.
    pub(super) fn may_call(&self, url: &str) -> Result<(), Refusal> {
        let guard = self.caller().map(Caller::guard);
        if guard.is_none_or(|guard| guard.address(url).is_none()) {
            let wanted = "must be an address of the web that this server may speak to";
            return Err(Refusal::invalid("url", wanted));
        }
        Ok(())
    }

    fn know(&self, room: ConversationId) {
        self.rooms.write().insert(room);
        self.wake(room);
    }

    fn wake(&self, room: ConversationId) {
        self.said.lock().insert(room);
        self.more.notify_one();
    }

    /// Takes note of what was committed. Called by the writer, which waits for nothing here.
    pub(super) fn take_note(&self, committed: &[Committed]) {
        for told in committed.iter().flat_map(|one| &one.told) {
            if let Event::MessagePosted(message) = &told.event
                && self.rooms.read().contains(&message.conversation)
            {
                self.wake(message.conversation);
            }
        }
    }
}

impl App {
    /// Has an address told of what is said in a room: the hook, and what signs, which nobody sees again.
    ///
    /// # Errors
    /// `invalid`, `forbidden`, `not_found`, `conflict`.
    pub async fn make_outgoing_hook(
        &self,
        caller: Person,
        conversation: ConversationRef,
        wanted: HookWanted,
    ) -> Result<(Hook, String), Refusal> {
        let HookWanted { name, url, words } = wanted;
        self.calling.may_call(&url)?;
        let is_word = |word: &String| {
            (1..=64).contains(&word.len())
                && !word.contains(|c: char| c.is_whitespace() || c.is_control())
        };
        if words.len() > MOST_WORDS || !words.iter().all(is_word) {
            return Err(Refusal::invalid("words", "must be 20 words at most, 64 bytes each"));
        }
        let secret = secret();
        let way = Way::Outgoing { url, secret: secret.clone(), words };
        let (hook, room) = self.make_hook(caller, conversation, &name, way).await?;
        self.calling.know(room);
        Ok((hook, secret))
    }

    /// Tells what is said, until it is dropped.
    pub(super) async fn keep_calling(self: Arc<Self>) {
        let mut going: JoinSet<HookId> = JoinSet::new();
        let mut busy: HashSet<HookId> = HashSet::new();
        let mut again: HashSet<ConversationId> = HashSet::new();
        loop {
            tokio::select! {
                () = self.calling.more.notified() => {}
                Some(done) = going.join_next(), if !going.is_empty() => match done {
                    Ok(hook) => _ = busy.remove(&hook),
                    // a task that panicked has said so in the log, and not which it was
                    Err(_) if going.is_empty() => busy.clear(),
                    Err(_) => {}
                },
            }
            let mut rooms: HashSet<_> = std::mem::take(&mut *self.calling.said.lock());
            rooms.extend(again.drain());
            for room in rooms {
                // a read that fails is in the log; the next message in that room tells of this one as well
                let targets = self.store.read(move |db| Ok(query::hooks::targets(db, room)?)).await;
                for target in targets.unwrap_or_default() {
                    if busy.insert(target.id) {
                        going.spawn(Arc::clone(&self).tell_all(target));
                    } else {
                        again.insert(room); // looked at once more when that one is done
                    }
                }
            }
        }
    }

    /// Tells one address of all that was said since it was told last.
    async fn tell_all(self: Arc<Self>, mut target: Target) -> HookId {
        let mut noted = target.told;
        loop {
            let (id, room, after) = (target.id, target.conversation, target.told);
            let now = Timestamp::now();
            let next =
                self.store.read(move |db| Ok(query::hooks::said(db, id, room, after, now)?)).await;
            let Ok(said) = next else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let Some(last) = said.last() else { return id };
            target.told = last.message.seq;
            let mut is_news = target.told.0 - noted.0 >= NOTED_EACH;
            for one in said.iter().filter(|one| !one.by_program) {
                is_news |= self.tell_of(&mut target, &one.message).await;
            }
            if !is_news {
                continue;
            }
            noted = target.told;
            let told = HookTold { id, told: target.told, failure: target.failure.clone() };
            if self.housekeeping(Act::NoteHook(told)).await.is_err() {
                return id; // what stands in the file is where it goes on
            }
        }
    }

    /// False: it was not for that address.
    async fn tell_of(&self, target: &mut Target, message: &Message) -> bool {
        let Some(word) = trigger(&target.words, &message.content) else { return false };
        let Some(caller) = self.calling.caller() else { return false };
        let telling = Telling {
            token: target.id.to_string(),
            channel_id: message.conversation.to_string(),
            channel_name: &target.room,
            timestamp: message.date.0,
            user_id: message.sender_id.to_string(),
            user_name: &message.sender,
            post_id: message.id.to_string(),
            text: &message.content,
            trigger_word: word,
        };
        let waits = if target.failure.is_none() { &AGAIN_AFTER[..] } else { &[] };
        let mut waits = waits.iter();
        loop {
            // whoever deletes a hook wants no more to be told
            let (id, now) = (target.id, Timestamp::now());
            match self.store.read(move |db| Ok(query::hooks::hearer(db, id, now)?)).await {
                Ok(Some(_)) => {}
                Ok(None) => return false,
                Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            }
            let why = if message.date.plus_ms(OLDEST_MS) < Timestamp::now() {
                "a message was too old to be told".to_owned()
            } else {
                let Some(turn) = self.calling.turns.take(target.created_by).await else {
                    return false;
                };
                match caller.tell(&target.url, &target.secret, &telling).await {
                    Told::Taken(answer) => {
                        target.failure = None;
                        if let Some(answer) = answer {
                            self.answer(target, answer.text, answer.name).await;
                        }
                        return true;
                    }
                    Told::Later(why) => match waits.next() {
                        Some(wait) => {
                            tracing::debug!(hook = %target.id, why, "a message is not told yet");
                            drop(turn);
                            tokio::time::sleep(*wait).await;
                            continue;
                        }
                        None => why,
                    },
                    Told::Refused(why) => why,
                }
            };
            tracing::warn!(hook = %target.id, why, "a message was not told to a hook");
            target.failure = Some(why);
            return true;
        }
    }

    async fn answer(&self, target: &Target, text: String, name: Option<String>) {
        let shown = name.as_deref().unwrap_or(&target.name);
        let shown = DisplayName::parse(shown).or_else(|_| DisplayName::parse(&target.name)).ok();
        let place = ConversationRef::Id(target.conversation);
        if let Err(why) = self.say_as(target.bot, place, text, shown).await {
            tracing::debug!(hook = %target.id, ?why, "an answer was not said");
        }
    }
}

/// The word that a message begins with and that is waited for: none is, where all is told.
fn trigger<'a>(words: &'a [String], content: &str) -> Option<&'a str> {
    if words.is_empty() {
        return Some("");
    }
    let first = content.split_whitespace().next()?;
    words.iter().find(|word| word.to_lowercase() == first.to_lowercase()).map(String::as_str)
}
