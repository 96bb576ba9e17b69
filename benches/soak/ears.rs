//! What one client has heard, from one connection to the next: everything in its rooms, once.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

/// A frame, read as far as is needed.
#[derive(Deserialize)]
struct Frame<'a> {
    action: &'a str,
    rev: Option<i64>,
    #[serde(rename = "ref")]
    reference: Option<Cow<'a, str>>,
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Deserialize)]
struct Message<'a> {
    id: Uuid,
    chat_id: Uuid,
    seq: u64,
    #[serde(borrow)]
    client_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Hello {
    cursor: i64,
    conversations: Vec<Conversation>,
}

#[derive(Deserialize)]
struct Conversation {
    id: Uuid,
    last_seq: u64,
}

#[derive(Deserialize)]
struct Resumed {
    cursor: i64,
    complete: bool,
}

#[derive(Deserialize)]
struct Error {
    code: String,
}

/// What a frame means to whoever sits there.
pub enum Heard {
    /// From now on it is served, and knows all there is.
    Ready,
    /// The answer to the one of one's own messages that has this number.
    Own {
        number: usize,
        id: Uuid,
        seq: u64,
    },
    Refused(String),
    Nothing,
}

/// A room, as far as it was heard.
#[derive(Default)]
struct Room {
    upto: u64,
    /// What came before something that stands before it, as it may while one catches up.
    ahead: BTreeSet<u64>,
}

impl Room {
    /// False: it was here before.
    fn hear(&mut self, seq: u64) -> bool {
        let is_new = seq > self.upto && self.ahead.insert(seq);
        while self.ahead.remove(&(self.upto + 1)) {
            self.upto += 1;
        }
        is_new
    }

    /// Goes on behind what never came; how much that is.
    fn skip(&mut self) -> u64 {
        let Some(end) = self.ahead.pop_last() else { return 0 };
        let missing = end - self.upto - 1 - self.ahead.len() as u64;
        *self = Self { upto: end, ahead: BTreeSet::new() };
        missing
    }
}

#[derive(Default)]
pub struct Ears {
    /// Up to which change everything is known; none before the first greeting.
    pub cursor: Option<i64>,
    rooms: BTreeMap<Uuid, Room>,
    /// Where rooms ended when this connection was greeted, while what was missed is being told.
    catching_up: Option<Vec<Conversation>>,
    pub heard: u64,
    pub twice: u64,
    pub never: u64,
    /// How often more was missed than is told.
    pub reloads: u64,
}

impl Ears {
    /// A connection begins.
    pub fn open(&mut self) {
        self.catching_up = None;
    }

    pub fn hear(&mut self, text: &str) -> Heard {
        let frame: Frame = serde_json::from_str(text).unwrap();
        let data = frame.data.get();
        let mut heard = Heard::Nothing;
        match frame.action {
            "hello" => {
                let hello = serde_json::from_str(data).unwrap();
                return if self.greeted(hello) { Heard::Ready } else { Heard::Nothing };
            }
            "resumed" => {
                self.resumed(&serde_json::from_str(data).unwrap());
                return Heard::Ready;
            }
            "error" => {
                return Heard::Refused(serde_json::from_str::<Error>(data).unwrap().code);
            }
            "new_message" => {
                let message: Message = serde_json::from_str(data).unwrap();
                // the answer to a repetition is what one may have heard before
                if frame.reference.is_none() || frame.rev.is_some() {
                    self.message(&message, true);
                }
                if let Some(number) = message.client_id.and_then(|text| text.parse().ok()) {
                    heard = Heard::Own { number, id: message.id, seq: message.seq };
                }
            }
            "message_edited" | "message_deleted" if self.catching_up.is_some() => {
                self.message(&serde_json::from_str(data).unwrap(), false);
            }
            _ => {}
        }
        self.cursor = self.cursor.max(frame.rev);
        heard
    }

    /// Whether it has heard all there is.
    pub fn know_all(&self, last: impl Iterator<Item = (Uuid, u64)>) -> bool {
        last.into_iter().all(|(id, last)| self.rooms.get(&id).is_none_or(|room| room.upto == last))
    }

    /// Whether it knows everything already.
    fn greeted(&mut self, hello: Hello) -> bool {
        if self.cursor.is_some() {
            self.catching_up = Some(hello.conversations);
            return false;
        }
        self.cursor = Some(hello.cursor);
        self.begin_at(hello.conversations);
        true
    }

    fn begin_at(&mut self, conversations: Vec<Conversation>) {
        let room = |upto| Room { upto, ahead: BTreeSet::new() };
        self.rooms = conversations.into_iter().map(|one| (one.id, room(one.last_seq))).collect();
    }

    fn resumed(&mut self, resumed: &Resumed) {
        self.cursor = self.cursor.max(Some(resumed.cursor));
        let Some(conversations) = self.catching_up.take() else { return };
        if !resumed.complete {
            self.reloads += 1;
            self.begin_at(conversations);
        }
        self.never += self.rooms.values_mut().map(Room::skip).sum::<u64>();
    }

    fn message(&mut self, message: &Message, is_new: bool) {
        let room = self.rooms.entry(message.chat_id).or_default();
        let is_first = room.hear(message.seq);
        self.heard += u64::from(is_first);
        self.twice += u64::from(is_new && !is_first);
        if self.catching_up.is_none() {
            self.never += room.skip();
        }
    }
}
