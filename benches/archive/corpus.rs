//! A community that has talked for years: a database with as many messages as wanted, made by
//! Salon and filled by hand.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OptionalExtension};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    fill::fill,
    server::{self, Salon},
};

/// The file, and what is in it.
pub struct Corpus {
    folder: TempDir,
    /// The room that everything was said in.
    pub room: Uuid,
    last: i64,
}

impl Corpus {
    pub async fn make(messages: u64) -> Self {
        let folder = tempfile::tempdir_in(server::disk()).unwrap();
        let salon = Salon::start(folder.path()).await;
        salon.register("ada").await;
        salon.stop().await;
        let db = open(folder.path());
        let (room, last) = fill(&db, messages);
        drop(db);
        Self { folder, room, last }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn file_bytes(&self) -> u64 {
        std::fs::metadata(self.folder.path().join("salon.db")).unwrap().len()
    }

    /// Waits until every message is in the index.
    pub async fn indexed(&self) {
        let db = open(self.folder.path());
        loop {
            let at: Option<i64> = db
                .query_row("SELECT indexed_rev FROM server", [], |row| row.get(0))
                .optional()
                .unwrap();
            if at == Some(self.last) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn open(folder: &Path) -> Connection {
    let db = Connection::open(folder.join("salon.db")).unwrap();
    db.busy_timeout(Duration::from_secs(30)).unwrap();
    db
}

/// Bytes that are the same nowhere else.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
