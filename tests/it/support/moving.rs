//! A community that leaves as lines and comes back.

use rusqlite::Connection;
use salon::{
    change::{Act, Change, Import, Line},
    model::{ConversationId, Rev, Timestamp},
    store::{self, Outcome, in_memory},
};
use uuid::Uuid;

fn exported(db: &Connection) -> String {
    let mut out = Vec::new();
    store::export(db, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Holds that what a database holds, brought into a new one, is the same, byte for byte.
pub fn comes_back(db: &Connection) {
    let left = exported(db);
    let new = in_memory::empty().unwrap();
    let (mut rev, mut count) = (Rev(0), 0);
    let mut submit = |act: Act| {
        let change = Change { by: None, at: Timestamp(7), act };
        let written = serde_json::to_string(&change).unwrap();
        let change = serde_json::from_str(&written).unwrap();
        let (outcome, told) = in_memory::apply(&new, rev.next(), &change).unwrap();
        assert_eq!(told, [], "nobody is told");
        rev = if let Outcome::Imported(last) = outcome { last } else { rev.next() };
        new.execute("UPDATE server SET rev = ?1", [rev.0]).unwrap();
    };
    let general = ConversationId(Uuid::from_u128(77));
    submit(Act::Found { general, signing_key: vec![9; 32] });
    let lines: Vec<Line> = left.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for some in lines.chunks(7) {
        let numbered = some.iter().map(|line| {
            count += 1;
            (count, line.clone())
        });
        submit(Act::Import(Box::new(Import { lines: numbered.collect(), adds: false })));
    }
    pretty_equal(&left, &exported(&new));
}

/// The first line that differs says more than two long texts.
fn pretty_equal(left: &str, right: &str) {
    for (one, other) in left.lines().zip(right.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(left.len(), right.len());
}
