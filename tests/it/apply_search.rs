//! Whatever is said, edited, deleted and indexed in whatever order, a search finds what a plain look
//! at every message finds.

use proptest::prelude::*;
use rusqlite::Connection;
use salon::{
    change::{Act, Change, ConversationRef, CreateRoom, PersonRef, PostMessage, PostPlace},
    model::{
        ConversationId, MessageId, MessageText, Rev, RoomName, Timestamp, Topic, UserId,
        grams::{Folded, Grams, needed},
        search::Search,
    },
    store::{
        in_memory,
        query::{Window, search},
    },
};
use uuid::Uuid;

use crate::support::{
    moving::comes_back,
    rows::{dump, registration, replay},
};

const WORDS: [&str; 12] =
    ["été", "ETE", "on", "London", "喝茶", "茶", "to be", "be", "or", "a", "c++", "éteindre"];

fn id(of: u128, number: usize) -> Uuid {
    Uuid::from_u128(of * 1_000_000 + number as u128)
}

struct World {
    db: Connection,
    log: Vec<Change>,
    /// What is there to be found: by whom, where, what, in order.
    said: Vec<(usize, usize, Option<String>)>,
}

impl World {
    fn new() -> Self {
        let mut world = Self { db: in_memory::empty().unwrap(), log: Vec::new(), said: Vec::new() };
        let general = ConversationId(id(2, 0));
        world.apply(None, Act::Found { general, signing_key: vec![0; 32] });
        for number in 0..2 {
            world.apply(None, registration(UserId(id(1, number)), &format!("person{number}")));
        }
        for (number, members) in [(1, vec![PersonRef::Id(UserId(id(1, 1)))]), (2, vec![])] {
            let room = CreateRoom {
                id: ConversationId(id(2, number)),
                name: RoomName::parse(&format!("room{number}")).unwrap(),
                topic: Topic::parse("").unwrap(),
                is_private: true,
                members,
            };
            world.apply(Some(0), Act::CreateRoom(Box::new(room)));
        }
        world
    }

    fn apply(&mut self, by: Option<usize>, act: Act) {
        let by = by.map(|number| UserId(id(1, number)));
        let rev = Rev(self.log.len() as i64 + 1);
        let change = Change { by, at: Timestamp(rev.0), act };
        in_memory::apply(&self.db, rev, &change).unwrap();
        self.db.execute("UPDATE server SET rev = ?1", [rev.0]).unwrap();
        self.log.push(change);
    }

    fn act(&mut self, (what, who, place, text): (u8, usize, usize, String)) {
        let which = (what as usize * 7 + place) % self.said.len().max(1);
        let content = MessageText::parse(&text).unwrap();
        match what {
            0..5 => {
                // the second person is not in the last room
                let who = if place == 2 { 0 } else { who };
                let post = PostMessage {
                    id: MessageId(id(5, self.said.len())),
                    place: PostPlace::In(ConversationRef::Id(ConversationId(id(2, place)))),
                    content,
                    names: Vec::new(),
                    client_id: None,
                    reply_to: None,
                    shown_as: None,
                    attachments: Vec::new(),
                };
                self.apply(Some(who), Act::PostMessage(Box::new(post)));
                self.said.push((who, place, Some(text)));
            }
            5 | 6 => self.apply(None, Act::IndexMessages { most: 3 }),
            7 if self.said.get(which).is_some_and(|said| said.2.is_some()) => {
                let act =
                    Act::EditMessage { id: MessageId(id(5, which)), content, names: Vec::new() };
                self.apply(Some(self.said[which].0), act);
                self.said[which].2 = Some(text);
            }
            8 if !self.said.is_empty() => {
                let act = Act::DeleteMessage { id: MessageId(id(5, which)) };
                self.apply(Some(self.said[which].0), act);
                self.said[which].2 = None;
            }
            _ => {}
        }
    }

    /// What somebody finds, as numbers of messages, newest first.
    fn finds(&self, who: usize, search: &Search) -> Vec<Uuid> {
        let window = Window { limit: 100, offset: 0 };
        let found = search::find(&self.db, UserId(id(1, who)), search, None, None, window);
        let Ok(found) = found else { panic!("a search failed") };
        found.items.iter().map(|hit| hit.message.id.0).collect()
    }

    fn looks(&self, who: usize, search: &Search) -> Vec<Uuid> {
        let fits = |(_, (by, place, text)): &(usize, &(usize, usize, Option<String>))| {
            let by_whom = search.from.as_ref().is_none_or(|name| *name == format!("person{by}"));
            let folded = |text: &str| salon::model::text::folded(text);
            let says = |term: &String| {
                let text = folded(text.as_deref().unwrap_or_default());
                let short = term.chars().count() < 3 && term.is_ascii();
                text.match_indices(term.as_str()).any(|(at, _)| {
                    !short || !text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
                })
            };
            let is_in = who == 0 || *place != 2;
            text.is_some() && is_in && by_whom && search.terms.iter().all(says)
        };
        let all = self.said.iter().enumerate().filter(fits);
        let mut found: Vec<_> = all.map(|(number, _)| id(5, number)).collect();
        found.reverse();
        found
    }
}

fn texts() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 1..4)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_a_look_at_everything_finds(
        acts in proptest::collection::vec((0u8..9, 0..2_usize, 0..3_usize, texts()), 1..50),
        asked in proptest::collection::vec((0..2_usize, texts(), any::<bool>(), any::<bool>()), 1..12),
    ) {
        let mut world = World::new();
        for act in acts {
            world.act(act);
        }
        for (who, text, is_phrase, by_one) in asked {
            let words = if is_phrase { format!("\"{text}\"") } else { text };
            let narrowed = if by_one { format!("{words} from:person1") } else { words };
            let search = Search::parse(&narrowed);
            prop_assert_eq!(world.finds(who, &search), world.looks(who, &search), "{}", narrowed);
        }
        comes_back(&world.db);
        let (again, _) = replay(&world.log);
        prop_assert_eq!(dump(&again), dump(&world.db));
    }

    #[test]
    fn the_index_leads_to_every_part_of_a_text(
        text in "[a-cé茶カ가İ .-]{1,24}", from in 0..24_usize, length in 1..9_usize,
    ) {
        let term: String = text.chars().skip(from).take(length).collect();
        let (folded, term) = (Folded::of(&text), Folded::of(term.trim()));
        let mut grams = Grams::default();
        grams.add_text(folded.as_str());
        let all: Vec<&str> = grams.as_str().split(' ').collect();
        if !term.as_str().is_empty() && folded.find(term.as_str()).is_some() {
            for piece in needed(term.as_str()) {
                prop_assert!(all.contains(&piece.as_str()), "{:?} in {:?}", term.as_str(), text);
            }
        }
    }

    #[test]
    fn nothing_that_is_typed_breaks_a_search(text in "\\PC{0,60}") {
        let mut world = World::new();
        let said = MessageText::parse(&text).map_or_else(|_| "x".to_owned(), |t| t.as_str().to_owned());
        world.act((0, 0, 0, said.clone()));
        world.act((5, 0, 0, "x".to_owned()));
        for typed in [text.clone(), format!("\"{}\"", said.replace('"', " "))] {
            let search = Search::parse(&typed);
            let window = Window { limit: 10, offset: 0 };
            let found = search::find(&world.db, UserId(id(1, 0)), &search, None, None, window);
            prop_assert!(found.is_ok(), "{}", typed);
        }
    }
}
