//! Who posted what, and who has heard it: the proof that nothing was lost, doubled, led astray or
//! heard in two orders.
//!
//! The first socket to hear a room's next message sets its place in the room's order; every other
//! socket must hear the same message at the same place. That is exact and costs one comparison a
//! delivery. A socket that heard otherwise is followed message by message from then on.

use std::{collections::HashSet, time::Instant};

/// A message's place before any socket has heard it.
const NOWHERE: u32 = u32::MAX;

struct Message {
    room: usize,
    poster: usize,
    sent: Instant,
    heard_by: usize,
    place: u32,
}

#[derive(Default)]
struct Room {
    members: usize,
    posted: usize,
    /// Messages, counted from the run's first, in the order they are heard in.
    order: Vec<u32>,
}

/// One run's messages.
pub struct Ledger {
    /// The number of this run's first message: numbers go on from run to run.
    first: u64,
    messages: Vec<Message>,
    rooms: Vec<Room>,
    /// Deliveries still to come.
    pub awaited: u64,
    /// Messages that the server would not take.
    pub refused: u64,
}

/// What one socket has heard.
pub struct Ear {
    pub room: usize,
    heard: usize,
    /// What was heard by a socket that went its own way.
    apart: Option<HashSet<u32>>,
    doubled: u64,
    astray: u64,
}

/// A message that reached a socket.
pub struct Delivery {
    pub sent: Instant,
    pub poster: usize,
    /// It has now reached everyone in its room.
    pub complete: bool,
}

/// What went wrong, in deliveries; `disordered` in sockets.
#[derive(Default, Clone, Copy)]
pub struct Faults {
    pub lost: u64,
    pub doubled: u64,
    pub astray: u64,
    pub disordered: u64,
}

impl Ear {
    pub fn new(room: usize) -> Ear {
        Ear { room, heard: 0, apart: None, doubled: 0, astray: 0 }
    }

    fn heard(&self) -> usize {
        self.apart.as_ref().map_or(self.heard, HashSet::len)
    }
}

impl Ledger {
    /// An empty ledger for sockets in these rooms.
    pub fn new(first: u64, rooms: impl Iterator<Item = usize>) -> Ledger {
        let mut ledger =
            Ledger { first, messages: Vec::new(), rooms: Vec::new(), awaited: 0, refused: 0 };
        for room in rooms {
            if ledger.rooms.len() <= room {
                ledger.rooms.resize_with(room + 1, Room::default);
            }
            ledger.rooms[room].members += 1;
        }
        ledger
    }

    /// The number the next message will have.
    pub fn next(&self) -> u64 {
        self.first + self.messages.len() as u64
    }

    /// Enters a message that is about to be sent.
    pub fn post(&mut self, room: usize, poster: usize, sent: Instant) {
        self.messages.push(Message { room, poster, sent, heard_by: 0, place: NOWHERE });
        self.rooms[room].posted += 1;
        self.awaited += self.rooms[room].members as u64;
    }

    /// Enters a delivery; `None` for one that should not have been.
    #[inline]
    pub fn deliver(&mut self, ear: &mut Ear, number: u64) -> Option<Delivery> {
        let Some(index) = number.checked_sub(self.first) else {
            // A run ends when all has been heard, so what comes after comes again.
            ear.doubled += 1;
            return None;
        };
        let Some(message) = self.messages.get_mut(index as usize) else {
            ear.astray += 1;
            return None;
        };
        if message.room != ear.room {
            ear.astray += 1;
            return None;
        }
        let room = &mut self.rooms[message.room];
        let index = index as u32;
        if ear.apart.is_none() {
            let same = match room.order.get(ear.heard) {
                Some(expected) => *expected == index,
                None if message.place == NOWHERE => {
                    message.place = room.order.len() as u32;
                    room.order.push(index);
                    true
                }
                None => false,
            };
            if same {
                ear.heard += 1;
            } else {
                ear.apart = Some(room.order[..ear.heard].iter().copied().collect());
            }
        }
        if let Some(apart) = &mut ear.apart
            && !apart.insert(index)
        {
            ear.doubled += 1;
            return None;
        }
        message.heard_by += 1;
        self.awaited -= 1;
        let complete = message.heard_by == room.members;
        Some(Delivery { sent: message.sent, poster: message.poster, complete })
    }

    /// Enters a refusal: a message to this room will not come, and its poster knows. Which one does
    /// not matter: who hears fewer than are left has lost one.
    pub fn refuse(&mut self, room: usize) {
        let room = &mut self.rooms[room];
        room.posted = room.posted.saturating_sub(1);
        self.awaited = self.awaited.saturating_sub(room.members as u64);
        self.refused += 1;
    }

    /// A socket that was closed hears no more; gives how much that leaves it without. Only for
    /// rooms of one, whose messages nobody else waits for.
    pub fn give_up(&mut self, ear: &Ear) -> u64 {
        let room = &mut self.rooms[ear.room];
        let unheard = room.posted.saturating_sub(ear.heard());
        room.posted -= unheard;
        self.awaited -= unheard as u64;
        unheard as u64
    }

    /// Holds what every socket heard against what was posted.
    pub fn faults<'a>(&self, ears: impl Iterator<Item = &'a Ear>) -> Faults {
        let mut faults = Faults::default();
        for ear in ears {
            let (posted, heard) = (self.rooms[ear.room].posted, ear.heard());
            let lost = posted.saturating_sub(heard) as u64;
            faults.lost += lost;
            // Who hears more than was taken has heard what was refused.
            faults.doubled += ear.doubled + heard.saturating_sub(posted) as u64;
            faults.astray += ear.astray;
            faults.disordered += u64::from(ear.apart.is_some() && lost + ear.doubled == 0);
        }
        faults
    }
}

impl Faults {
    pub fn any(&self) -> bool {
        self.lost + self.doubled + self.astray + self.disordered > 0
    }
}

impl std::ops::AddAssign for Faults {
    fn add_assign(&mut self, more: Faults) {
        self.lost += more.lost;
        self.doubled += more.doubled;
        self.astray += more.astray;
        self.disordered += more.disordered;
    }
}
