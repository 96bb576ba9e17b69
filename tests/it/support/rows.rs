//! A database in memory, as rows, and made again by the same changes.

use rusqlite::{Connection, types::Value};
use salon::{
    change::{Act, Change, NewSession, Register},
    event::Told,
    model::{DisplayName, Rev, SessionId, TokenId, UserId, Username},
    store::in_memory,
};

/// Somebody makes an account; all of it has the one id.
pub fn registration(id: UserId, name: &str) -> Act {
    Act::Register(Box::new(Register {
        id,
        username: Username::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: "hash".into(),
        invitation: None,
        claimed: true,
        session: NewSession {
            id: SessionId(id.0),
            token: TokenId(id.0),
            client: String::new(),
            address: None,
        },
    }))
}

/// Every row of every table; of the index what it holds, for how it lies in its tables depends on
/// which changes were committed together.
pub fn dump(db: &Connection) -> Vec<Vec<Value>> {
    let tables = "SELECT name FROM sqlite_schema
                  WHERE type = 'table' AND name NOT LIKE 'message_index%' ORDER BY name";
    let mut tables = db.prepare(tables).unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let table = table.unwrap();
        let mut all = db.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let width = all.column_count();
        let read =
            all.query_map([], |row| (0..width).map(|column| row.get(column)).collect()).unwrap();
        rows.extend(read.map(Result::unwrap));
    }
    let mut indexed = db.prepare("SELECT rowid FROM message_index ORDER BY rowid").unwrap();
    let indexed = indexed.query_map([], |row| row.get(0).map(|rowid| vec![rowid])).unwrap();
    rows.extend(indexed.map(Result::unwrap));
    rows
}

/// A new database to which the same changes, written down and read back, were applied; and what
/// followed from each.
pub fn replay(log: &[Change]) -> (Connection, Vec<Vec<Told>>) {
    let db = in_memory::empty().unwrap();
    let mut all = Vec::new();
    for (number, change) in log.iter().enumerate() {
        let written = serde_json::to_string(change).unwrap();
        let read: Change = serde_json::from_str(&written).unwrap();
        let rev = Rev(number as i64 + 1);
        let (_, told) = in_memory::apply(&db, rev, &read).unwrap();
        db.execute("UPDATE server SET rev = ?1", [rev.0]).unwrap();
        all.push(told);
    }
    (db, all)
}
