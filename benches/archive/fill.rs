//! Filling a database by hand with as many messages as wanted, since saying a million things would
//! take an hour. The other bench does it too.

use rusqlite::{Connection, params};
use uuid::Uuid;

const WORDS: [&str; 32] = [
    "bean", "soup", "garden", "rain", "tea", "spoon", "été", "pluie", "jardin", "turnip", "carrot",
    "market", "sunday", "train", "window", "letter", "river", "bread", "salt", "lemon", "candle",
    "paper", "violin", "harbour", "winter", "apple", "pepper", "ladder", "mirror", "button",
    "copper", "velvet",
];

/// 2026-01-01, and how much later each message is than the one before.
const FIRST_MS: i64 = 1_767_225_600_000;
const STEP_MS: i64 = 20_000;

/// Has the first person there is say so much in `general`; gives that room, and the last change.
pub fn fill(db: &Connection, messages: u64) -> (Uuid, i64) {
    let bytes = |sql: &str| -> Vec<u8> { db.query_row(sql, [], |row| row.get(0)).unwrap() };
    let (room, ada) = (bytes("SELECT general FROM server"), bytes("SELECT id FROM person"));
    let first: i64 = db.query_row("SELECT rev FROM server", [], |row| row.get(0)).unwrap();
    db.execute_batch("BEGIN").unwrap();
    let mut insert = db
        .prepare(
            "INSERT INTO message (posted_rev, id, conversation, seq, rev, sender, content, date)
             VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7)",
        )
        .unwrap();
    for number in 1..=messages as i64 {
        let (rev, date) = (first + number, FIRST_MS + number * STEP_MS);
        let id = Uuid::now_v7();
        let mut content = sentence(number as u64);
        if (number as u64).is_multiple_of(messages.div_ceil(20)) {
            content.push_str(" quagga");
        }
        insert.execute(params![rev, id.as_bytes(), room, number, ada, content, date]).unwrap();
    }
    let last = first + messages as i64;
    db.execute("UPDATE server SET rev = ?1", [last]).unwrap();
    db.execute(
        "UPDATE conversation SET last_seq = ?2 WHERE id = ?1",
        params![room, messages as i64],
    )
    .unwrap();
    db.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    (Uuid::from_slice(&room).unwrap(), last)
}

/// Some twelve words; now and then a rare one.
fn sentence(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 33
    };
    let mut words: Vec<String> =
        (0..12).map(|_| WORDS[next() as usize % WORDS.len()].to_owned()).collect();
    words.push(format!("n{number}"));
    if number.is_multiple_of(5000) {
        words.push("zyzzyva".to_owned());
    }
    words.join(" ")
}
