//! What all who take part share: the rooms, what is going on, what was said.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    sync::{broadcast, watch},
    time::sleep,
};
use uuid::Uuid;

use crate::{
    chance::Chance,
    ledger::{Ledger, id_of},
    rest::{Body, Rest},
    scale::Scale,
    tally::Tally,
};

/// Messages that somebody may still edit, react to or mark as read.
const RECENT: usize = 500;

/// How far the run is.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub enum Phase {
    Talking,
    /// Nothing new is said; what waits for its acknowledgement gets it.
    Finishing,
    /// Whoever has heard everything goes.
    Leaving,
}

/// What befalls those whose number gives this remainder.
#[derive(Clone, Copy)]
pub struct Blow {
    pub what: Befalls,
    pub remainder: usize,
    pub of: usize,
}

#[derive(Clone, Copy)]
pub enum Befalls {
    /// The connection breaks from one moment to the next.
    Reset,
    /// Nothing is read or said for so long.
    Stop(Duration),
}

pub struct Room {
    pub id: Uuid,
    pub members: Vec<usize>,
}

/// A message that was acknowledged some moments ago.
#[derive(Clone, Copy)]
pub struct Recent {
    pub number: usize,
    pub sender: usize,
    pub room: usize,
    pub id: Uuid,
    pub seq: u64,
}

pub struct World {
    pub scale: Scale,
    pub rest: Rest,
    pub tally: Arc<Tally>,
    pub ledger: Ledger,
    pub rooms: Vec<Room>,
    /// Each room's last `seq`, once all is said.
    pub last: OnceLock<Vec<u64>>,
    pub address: watch::Sender<Option<SocketAddr>>,
    pub phase: watch::Sender<Phase>,
    pub blows: broadcast::Sender<Blow>,
    recent: Mutex<VecDeque<Recent>>,
}

impl World {
    /// With its people and rooms made on the server at `address`.
    pub async fn make(scale: Scale, address: SocketAddr) -> Arc<Self> {
        let (address, known) = watch::channel(Some(address));
        let tally = Arc::<Tally>::default();
        let rest = Rest::new(known, scale.people, Arc::clone(&tally));
        let mut names = Vec::new();
        for person in 0..scale.people {
            let me = rest.get(person, "/api/me").await.unwrap();
            names.push(me["username"].as_str().unwrap().to_owned());
        }
        let mut rooms = Vec::new();
        for room in 0..scale.rooms {
            let is_in = |person: &usize| {
                (0..scale.rooms_each).any(|k| (person + 7 * k) % scale.rooms == room)
            };
            let members: Vec<usize> = (0..scale.people).filter(is_in).collect();
            let others: Vec<&String> = members[1..].iter().map(|person| &names[*person]).collect();
            let body = json!({ "name": format!("room-{room}"), "members": others });
            let made =
                rest.insist(members[0], "POST", "/api/conversations", Body::Json(body)).await;
            rooms.push(Room { id: id_of(&made.unwrap()), members });
        }
        Arc::new(Self {
            scale,
            rest,
            tally,
            ledger: Ledger::default(),
            rooms,
            last: OnceLock::new(),
            address,
            phase: watch::Sender::new(Phase::Talking),
            blows: broadcast::Sender::new(64),
            recent: Mutex::default(),
        })
    }

    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Waits about so long; false when there is nothing more to do.
    pub async fn rests(&self, chance: &mut Chance, time: Duration) -> bool {
        sleep(chance.about(time)).await;
        self.phase() == Phase::Talking
    }

    /// A room that a person is in.
    pub fn a_room(&self, person: usize, chance: &mut Chance) -> usize {
        (person + 7 * chance.below(self.scale.rooms_each)) % self.scale.rooms
    }

    /// Somebody, and a room that they are in.
    pub fn somebody(&self, chance: &mut Chance) -> (usize, usize) {
        let person = chance.below(self.scale.people);
        (person, self.a_room(person, chance))
    }

    /// Takes an acknowledgement down.
    pub fn acknowledged(&self, said: Recent) {
        if !self.ledger.acknowledged(said.number, said.id, said.seq) {
            self.tally.totals().heard_twice += 1;
        }
        let mut recent = self.recent.lock().unwrap();
        recent.push_back(said);
        if recent.len() > RECENT {
            recent.pop_front();
        }
    }

    pub fn recent(&self, chance: &mut Chance) -> Option<Recent> {
        let recent = self.recent.lock().unwrap();
        recent.get(chance.below(recent.len())).copied()
    }

    /// Says over REST what has this number, until it is acknowledged.
    pub async fn post(
        &self,
        sender: usize,
        room: usize,
        content: &str,
        files: &[Value],
    ) -> Option<Recent> {
        let number = self.ledger.begin(room);
        let body = json!({
            "content": format!("{} {content}", crate::ledger::mark(number, 0)),
            "client_id": number.to_string(),
            "attachments": files,
        });
        let path = format!("/api/conversations/{}/messages", self.rooms[room].id);
        match self.rest.insist(sender, "POST", &path, Body::Json(body)).await {
            Ok(message) => {
                let (id, seq) = (id_of(&message), message["seq"].as_u64().unwrap());
                let said = Recent { number, sender, room, id, seq };
                if files.is_empty() {
                    self.acknowledged(said);
                } else {
                    self.ledger.acknowledged(number, id, seq);
                }
                Some(said)
            }
            Err(_) => {
                self.ledger.refused(number);
                None
            }
        }
    }
}
