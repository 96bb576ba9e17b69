//! What was said and acknowledged, and what of it the history has in the end.
//!
//! Each message has a number, which stands in what it says and is its client id. Whoever is not
//! answered says it again until they are.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use serde_json::Value;
use uuid::Uuid;

/// A message, as its sender knows it.
#[derive(Clone, Default)]
struct Said {
    room: usize,
    /// Its id and `seq`, once acknowledged.
    place: Option<(Uuid, u64)>,
    /// How often it was changed.
    version: u32,
    is_deleted: bool,
    /// Refused for good, so nobody waits for it.
    is_refused: bool,
}

#[derive(Default)]
pub struct Ledger {
    said: Mutex<Vec<Said>>,
}

/// What the history has otherwise than was acknowledged.
#[derive(Debug, Default, PartialEq)]
pub struct Amiss {
    pub lost: u64,
    pub doubled: u64,
    /// Says something else than its sender was told last.
    pub changed: u64,
    /// Nobody said it, or it was refused.
    pub strange: u64,
    /// Places in a room that nothing stands at.
    pub holes: u64,
    /// Said and never answered.
    pub unanswered: u64,
}

/// Of what is written at the beginning of a message: its number and version.
pub fn mark(number: usize, version: u32) -> String {
    format!("m{number} v{version}")
}

fn read_mark(content: &str) -> Option<(usize, u32)> {
    let mut words = content.split(' ');
    let number = words.next()?.strip_prefix('m')?.parse().ok()?;
    Some((number, words.next()?.strip_prefix('v')?.parse().ok()?))
}

impl Ledger {
    /// A number for what is about to be said.
    pub fn begin(&self, room: usize) -> usize {
        let mut said = self.said();
        said.push(Said { room, ..Said::default() });
        said.len() - 1
    }

    /// False: it was acknowledged before, at another place.
    pub fn acknowledged(&self, number: usize, id: Uuid, seq: u64) -> bool {
        *self.said()[number].place.get_or_insert((id, seq)) == (id, seq)
    }

    pub fn refused(&self, number: usize) {
        self.said()[number].is_refused = true;
    }

    pub fn edited(&self, number: usize, version: u32) {
        self.said()[number].version = version;
    }

    pub fn deleted(&self, number: usize) {
        self.said()[number].is_deleted = true;
    }

    pub fn count(&self) -> usize {
        self.said().len()
    }

    /// How many wait for their acknowledgement.
    pub fn waiting(&self) -> usize {
        let waits = |one: &&Said| one.place.is_none() && !one.is_refused;
        self.said().iter().filter(waits).count()
    }

    fn said(&self) -> MutexGuard<'_, Vec<Said>> {
        self.said.lock().unwrap()
    }
}

/// Holds what the history has, a row after another, against a ledger.
pub struct Check {
    said: Vec<Said>,
    /// How often each was found, and whether once where it was acknowledged to be.
    found: Vec<(u8, bool)>,
    deleted: HashMap<Uuid, usize>,
    amiss: Amiss,
}

impl Check {
    pub fn new(ledger: &Ledger) -> Self {
        let said = ledger.said().clone();
        let deleted = said.iter().enumerate().filter(|(_, one)| one.is_deleted);
        let deleted = deleted.filter_map(|(number, one)| Some((one.place?.0, number))).collect();
        Self { found: vec![(0, false); said.len()], said, deleted, amiss: Amiss::default() }
    }

    /// A message that follows one with the `seq` before; gives its own.
    pub fn row(&mut self, room: usize, before: u64, row: &Value) -> u64 {
        let (id, seq) = (id_of(row), row["seq"].as_u64().unwrap());
        self.amiss.holes += seq - before - 1;
        let content = row["content"].as_str().unwrap();
        let known = match row["is_deleted"] == true {
            true => self.deleted.get(&id).map(|number| (*number, u32::MAX)),
            false => read_mark(content).filter(|(number, _)| *number < self.said.len()),
        };
        let Some((number, version)) = known else {
            self.amiss.strange += 1;
            return seq;
        };
        let (said, (times, is_here)) = (&self.said[number], &mut self.found[number]);
        *times = times.saturating_add(1);
        *is_here |= said.room == room && said.place == Some((id, seq));
        let is_as_told = version >= said.version && said.is_deleted == (version == u32::MAX);
        self.amiss.changed += u64::from(!is_as_told);
        self.amiss.strange += u64::from(said.is_refused);
        seq
    }

    pub fn end(mut self) -> Amiss {
        for (said, (times, is_here)) in self.said.iter().zip(&self.found) {
            self.amiss.lost += u64::from(said.place.is_some() && !is_here);
            self.amiss.doubled += u64::from(*times > 1);
            self.amiss.unanswered += u64::from(said.place.is_none() && !said.is_refused);
        }
        self.amiss
    }
}

/// A message's id.
pub fn id_of(message: &Value) -> Uuid {
    message["id"].as_str().unwrap().parse().unwrap()
}
