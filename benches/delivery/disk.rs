//! The ceiling of durability: SQLite with nothing before it. The same table with the same indexes
//! (Salon's own schema), the same settings, the same disk; one thread that only inserts.

use std::time::Instant;

use rusqlite::{Connection, params};
use tempfile::TempDir;

use crate::{Outcome, options::Options, posts, run::median};

pub struct Disk {
    database: Connection,
    rows: u64,
    _folder: TempDir,
}

/// What a run of commits gave.
pub struct Committed {
    pub rows_a_second: f64,
    /// Median time of a commit, its inserts included, in milliseconds.
    pub commit_ms: f64,
}

impl Disk {
    pub fn open(options: &Options) -> Outcome<Disk> {
        let folder = options.folder()?;
        let database = Connection::open(folder.path().join("bare.db"))?;
        // Rows stand alone here: no people, no conversations, hence no references to check. The
        // log may grow to 16 MB before it is folded back: larger gains little.
        database.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;
             PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;",
        )?;
        database.execute_batch(include_str!("../../schema.sql"))?;
        Ok(Disk { database, rows: 0, _folder: folder })
    }

    /// Commits `rows` at a time, as fast as it goes.
    pub fn run(&mut self, options: &Options, rows: usize) -> Outcome<Committed> {
        let start = Instant::now();
        while start.elapsed() < options.warm_up {
            self.commit(rows)?;
        }
        let (start, mut times) = (Instant::now(), Vec::new());
        while start.elapsed() < options.seconds {
            let began = Instant::now();
            self.commit(rows)?;
            times.push(began.elapsed().as_secs_f64());
        }
        let all = (times.len() * rows) as f64;
        Ok(Committed {
            rows_a_second: all / start.elapsed().as_secs_f64(),
            commit_ms: median(&times) * 1e3,
        })
    }

    fn commit(&mut self, rows: usize) -> Outcome<()> {
        let transaction = self.database.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO message
                   (posted_rev, id, conversation, seq, rev, sender, client_id, content, date)
                 VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8)",
            )?;
            for _ in 0..rows {
                self.rows += 1;
                let rev = self.rows as i64;
                let (content, client_id) = posts::stored(self.rows);
                // As in Salon's measurement, each sender has a conversation of its own.
                let sender = self.rows % rows as u64;
                insert.execute(params![
                    rev,
                    id(self.rows, self.rows),
                    id(1, sender),
                    rev,
                    id(2, sender),
                    client_id,
                    content,
                    1_767_225_600_000 + rev,
                ])?;
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
