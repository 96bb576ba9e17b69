//! One connection of one client: whatever comes on it is written into the history.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    event::Event,
    tongues::{Said, Tongue, mark_of},
    world::World,
};
use crate::support::{Person, Socket};

/// What a client of the native dialect takes along from one connection to the next.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Up to which change everything is known; none before the first greeting.
    cursor: Option<i64>,
    /// The last seq of each place.
    last: BTreeMap<String, i64>,
}

/// A client while it is connected.
pub struct Client {
    pub world: Arc<World>,
    pub person: Person,
    pub tongue: Tongue,
    pub memory: Memory,
    socket: Socket,
    number: usize,
    /// The read that waits for its answer.
    reading: Option<usize>,
}

fn listens(world: &World, connection: usize, by: &Person, place: &str, after: Option<&i64>) {
    let (by, place, after) = (by.username.clone(), place.to_owned(), after.copied());
    world.history.write(Event::Listens { connection, by, place, after });
}

/// What came.
pub enum Came {
    /// A message, which is in the history already.
    Message(Said),
    Other(Value),
    /// The server is gone.
    End,
}

impl Client {
    /// Connects; in the native dialect with what was heard before, if anything was. The place is for
    /// dialects that hear only one. None: the server is gone already.
    pub async fn connect(
        world: &Arc<World>,
        person: &Person,
        tongue: Tongue,
        memory: Memory,
        place: usize,
    ) -> Option<Self> {
        let is_newcomer = tongue == Tongue::Native && memory.cursor.is_none();
        let only = tongue.hears_one_place().then_some(place);
        let number = world.history.number();
        let address = tongue.address(&world.places[place]);
        if !is_newcomer {
            // before anybody asks: what is acknowledged from here on may come live
            for (at, place) in world.places.iter().enumerate() {
                if only.is_none_or(|only| only == at) {
                    listens(world, number, person, &place.name, memory.last.get(&place.name));
                }
            }
        }
        let socket = person.try_dial(&address, memory.cursor).await?;
        let (world, person) = (Arc::clone(world), person.clone());
        let mut client = Self { world, person, tongue, memory, socket, number, reading: None };
        if tongue == Tongue::Native {
            let hello = client.socket.next_or_close().await.ok()?;
            if is_newcomer {
                client.arrive(&hello["data"]);
            }
        }
        Some(client)
    }

    /// Greeted for the first time: hears what happens from now on.
    fn arrive(&mut self, hello: &Value) {
        self.memory.cursor = hello["cursor"].as_i64();
        for place in &self.world.places {
            let mut all = hello["conversations"].as_array().unwrap().iter();
            let here = all.find(|one| one["id"] == place.id.as_str());
            let last = here.map(|here| (place.name.clone(), here["last_seq"].as_i64().unwrap()));
            self.memory.last.extend(last);
            let after = self.memory.last.get(&place.name);
            listens(&self.world, self.number, &self.person, &place.name, after);
        }
    }

    /// False: the server is gone.
    pub async fn say(&mut self, frame: &Value) -> bool {
        self.socket.try_send(frame).await
    }

    /// What comes next; messages and reads are written down.
    pub async fn next(&mut self) -> Came {
        let Ok(frame) = self.socket.next_or_close().await else { return Came::End };
        let history = &self.world.history;
        self.memory.cursor = self.memory.cursor.max(frame["rev"].as_i64());
        if let Some(said) = self.tongue.heard(&frame, &self.world.places) {
            let (connection, place, seq) = (self.number, said.place.clone(), said.seq);
            // the answer to a repetition is what one may have heard before
            if frame["ref"].is_null() || frame["rev"].is_i64() {
                if self.tongue == Tongue::Native {
                    self.memory.last.extend(seq.map(|seq| (place.clone(), seq)));
                }
                history.write(Event::Heard { connection, place, seq, mark: said.mark.clone() });
            }
            return Came::Message(said);
        }
        let kind = if frame["action"].is_string() { &frame["action"] } else { &frame["type"] };
        if kind == "resumed" {
            assert_eq!(frame["data"]["complete"], true, "too much was missed to be told");
            history.write(Event::CaughtUp { connection: self.number });
        } else if kind == "history"
            && let Some(read) = self.reading.take()
        {
            let rows = frame["messages"].as_array().unwrap().iter();
            let rows = rows.map(|row| (row["seq"].as_i64(), mark_of(&row["content"]))).collect();
            history.write(Event::Read { read, rows });
        }
        Came::Other(frame)
    }

    /// Asks for the newest messages of a place by its name, in dialects that have that.
    pub async fn ask_for_history(&mut self, place: usize) {
        let name = self.world.places[place].name.clone();
        let read = self.world.history.number();
        let by = self.person.username.clone();
        self.world.history.write(Event::ReadBegun { read, by, place: name.clone() });
        self.reading = Some(read);
        self.say(&json!({ "action": "history", "type": "history", "room": name })).await;
    }

    /// Gone from one moment to the next, with whatever was on its way.
    pub fn vanish(self) {
        self.socket.vanish();
    }
}
