//! The ceiling of durability: SQLite with nothing before it. The same table with the same indexes
//! (Salon's own schema), the same settings, the same disk; one thread that only inserts, and where
//! asked also keeps a full-text index, in the same commit.

use std::{path::Path, time::Instant};

use rusqlite::{Connection, params};

use crate::{Outcome, options::Options, posts, run::median};

pub struct Disk {
    database: Connection,
    keeps_index: bool,
    rows: u64,
}

/// A message to store; its conversation has one sender.
pub struct Row {
    pub conversation: u64,
    pub content: String,
    pub client_id: String,
}

/// What a run of commits gave.
pub struct Committed {
    pub rows_a_second: f64,
    /// Median time of a commit, its inserts included, in milliseconds.
    pub commit_ms: f64,
}

impl Disk {
    pub fn open(file: &Path, keeps_index: bool) -> Outcome<Disk> {
        let database = Connection::open(file)?;
        // Rows stand alone here: no people, no conversations, hence no references to check. The
        // log may grow to 16 MB before it is folded back: larger gains little.
        database.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;
             PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;",
        )?;
        database.execute_batch(include_str!("../../schema.sql"))?;
        if keeps_index {
            database.execute_batch(
                "CREATE VIRTUAL TABLE bare_index USING fts5 (
                   content, content = 'message', content_rowid = 'posted_rev', tokenize = 'unicode61'
                 )",
            )?;
        }
        Ok(Disk { database, keeps_index, rows: 0 })
    }

    /// Commits `rows` at a time, as fast as it goes. As in Salon's measurement, each sender has a
    /// conversation of its own.
    pub fn run(&mut self, options: &Options, rows: usize) -> Outcome<Committed> {
        let mut commit = || {
            let first = self.rows;
            self.commit((0..rows as u64).map(|sender| {
                let (content, client_id) = posts::stored(first + sender);
                Row { conversation: sender, content, client_id }
            }))
        };
        let start = Instant::now();
        while start.elapsed() < options.warm_up {
            commit()?;
        }
        let (start, mut times) = (Instant::now(), Vec::new());
        while start.elapsed() < options.seconds {
            let began = Instant::now();
            commit()?;
            times.push(began.elapsed().as_secs_f64());
        }
        let all = (times.len() * rows) as f64;
        Ok(Committed {
            rows_a_second: all / start.elapsed().as_secs_f64(),
            commit_ms: median(&times) * 1e3,
        })
    }

    /// Stores these, all in one commit; they are on the disk when it returns.
    pub fn commit(&mut self, rows: impl Iterator<Item = Row>) -> Outcome<()> {
        let transaction = self.database.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO message
                   (posted_rev, id, conversation, seq, rev, sender, client_id, content, date)
                 VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8)",
            )?;
            let mut index =
                match self.keeps_index {
                    true => Some(transaction.prepare_cached(
                        "INSERT INTO bare_index (rowid, content) VALUES (?1, ?2)",
                    )?),
                    false => None,
                };
            for Row { conversation, content, client_id } in rows {
                self.rows += 1;
                let rev = self.rows as i64;
                insert.execute(params![
                    rev,
                    id(self.rows, self.rows),
                    id(1, conversation),
                    rev,
                    id(2, conversation),
                    client_id,
                    content,
                    1_767_225_600_000 + rev,
                ])?;
                if let Some(index) = &mut index {
                    index.execute(params![rev, content])?;
                }
            }
        }
        Ok(transaction.commit()?)
    }
}

/// An id that lies in its index as a UUIDv7 would: in order of time, its rest scattered.
fn id(time: u64, scattered: u64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&((time + (1 << 40)) << 16).to_be_bytes());
    id[8..].copy_from_slice(&scattered.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    id
}
