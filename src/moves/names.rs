//! Names of people and rooms that come from elsewhere, folded to what is allowed here, and none twice.

use std::collections::{BTreeSet, HashSet};

use crate::model::{RoomName, Username, text::folded};

/// How long a username is at most.
const USERNAME: usize = 32;

/// How many characters a room's name has at most, and leaves for a number.
const ROOM: usize = 60;

/// The names that are taken, and those that could not stay as they were.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// What became of them: `old → new`.
    pub(super) changed: BTreeSet<String>,
}

impl Names {
    pub(super) fn taking(taken: impl IntoIterator<Item = String>) -> Self {
        Self { taken: taken.into_iter().collect(), changed: BTreeSet::new() }
    }

    /// A username for somebody, as near as may be to the one that they had.
    pub(super) fn person(&mut self, wanted: &str) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let plain = folded(wanted);
        let plain: String = plain.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
        let mut plain = plain.trim_matches('-').to_owned();
        plain.truncate(USERNAME - 4);
        if plain.len() < 3 {
            plain = format!("user-{plain}");
        }
        let plain = plain.trim_end_matches('-').to_owned();
        let is_good = |name: &str| Username::parse(name).is_ok();
        let plain = if is_good(&plain) { plain } else { "somebody".into() };
        self.first_free(wanted, &plain, Username::key_of)
    }

    /// The same for a room.
    pub(super) fn room(&mut self, wanted: &str) -> String {
        let plain: String = wanted
            .chars()
            .map(|c| if matches!(c, '/' | '\\') || c.is_control() { '-' } else { c })
            .take(ROOM)
            .collect();
        let plain = RoomName::parse(&plain).map_or_else(|_| "room".into(), RoomName::into_string);
        self.first_free(wanted, &plain, RoomName::key_of)
    }

    fn first_free(&mut self, wanted: &str, plain: &str, key: fn(&str) -> String) -> String {
        let mut name = plain.to_owned();
        let mut number = 2;
        while !self.taken.insert(key(&name)) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        if name != wanted {
            self.changed.insert(format!("{wanted} → {name}"));
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_stay_as_near_as_may_be() {
        let mut names = Names::taking(["ada".to_owned()]);
        for (wanted, given) in [
            ("ada", "ada-2"),
            ("Ada", "ada-3"),
            ("bob.b", "bob.b"),
            ("Zoé Ünder", "zoe-under"),
            ("al", "user-al"),
            ("李", "user"),
            ("room", "somebody"),
            ("😀", "user-2"),
        ] {
            assert_eq!(names.person(wanted), given, "{wanted}");
        }
        assert_eq!(names.person(&"x".repeat(90)).len(), 28);
        assert_eq!((names.room("a/b"), names.room("A/B")), ("a-b".into(), "A-B-2".into()));
        assert!(names.changed.contains("ada → ada-2") && !names.changed.contains("bob.b"));
    }
}
