//! Random changes against a simple model: what `apply` does to rows is what the model says, a
//! refusal leaves nothing behind, replaying gives the same rows and events, and what a client is
//! told that it missed leads it from what it knew to what is.

mod messages;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rusqlite::Connection;
use salon::{
    change::{Act, Change, ConversationRef, CreateRoom, EditRoom, PersonRef},
    event::{Event, Told},
    model::{
        Code, ConversationId, Message, MessageId, Rev, RoomName, Seq, Timestamp, Topic, UserId,
    },
    store::{
        Halt, in_memory,
        query::{conversations, missed},
    },
};
use uuid::Uuid;

use crate::support::{
    moving::comes_back,
    rows::{dump, registration, replay},
};

const PEOPLE: usize = 4;
const NAMES: [&str; 3] = ["lounge", "Lounge", "attic"];

/// A step, in small numbers that are taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    Create { by: usize, name: usize, private: bool, with: Option<usize> },
    Direct { by: usize, with: usize },
    Join { by: usize, place: usize },
    Leave { by: usize, place: usize },
    Add { by: usize, place: usize, who: usize },
    Remove { by: usize, place: usize, who: usize },
    Hide { by: usize, place: usize, private: bool },
    Delete { by: usize, place: usize },
    Post { by: usize, place: usize, client_id: Option<u8> },
    Edit { by: usize, message: usize },
    Erase { by: usize, message: usize },
    Pin { by: usize, message: usize, on: bool },
    Read { by: usize, place: usize, seq: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let by = 0..PEOPLE;
    let place = 0usize..6;
    let message = 0usize..12;
    let step = prop_oneof![
        2 => (by.clone(), 0..NAMES.len(), any::<bool>(), proptest::option::of(0..PEOPLE))
            .prop_map(|(by, name, private, with)| Step::Create { by, name, private, with }),
        2 => (by.clone(), 0..PEOPLE).prop_map(|(by, with)| Step::Direct { by, with }),
        4 => (by.clone(), place.clone()).prop_map(|(by, place)| Step::Join { by, place }),
        2 => (by.clone(), place.clone()).prop_map(|(by, place)| Step::Leave { by, place }),
        2 => (by.clone(), place.clone(), 0..PEOPLE)
            .prop_map(|(by, place, who)| Step::Add { by, place, who }),
        1 => (by.clone(), place.clone(), 0..PEOPLE)
            .prop_map(|(by, place, who)| Step::Remove { by, place, who }),
        1 => (by.clone(), place.clone(), any::<bool>())
            .prop_map(|(by, place, private)| Step::Hide { by, place, private }),
        1 => (by.clone(), place.clone()).prop_map(|(by, place)| Step::Delete { by, place }),
        10 => (by.clone(), place.clone(), proptest::option::of(0u8..6))
            .prop_map(|(by, place, client_id)| Step::Post { by, place, client_id }),
        3 => (by.clone(), message.clone()).prop_map(|(by, message)| Step::Edit { by, message }),
        2 => (by.clone(), message.clone()).prop_map(|(by, message)| Step::Erase { by, message }),
        3 => (by.clone(), message, any::<bool>())
            .prop_map(|(by, message, on)| Step::Pin { by, message, on }),
        4 => (by, place, -1i64..15).prop_map(|(by, place, seq)| Step::Read { by, place, seq }),
    ];
    proptest::collection::vec(step, 1..60)
}

/// A conversation as the model has it.
#[derive(Clone, Debug, Default)]
struct Place {
    name: Option<String>,
    is_private: bool,
    is_direct: bool,
    owner: Option<usize>,
    /// Members in the order of joining, with how far they have read.
    members: Vec<(usize, i64)>,
    messages: Vec<Said>,
    /// Which of them are pinned, the one pinned last at the end.
    pinned: Vec<usize>,
}

/// A message as the model has it.
#[derive(Clone, Debug)]
struct Said {
    sender: usize,
    /// All that it has said; nothing once deleted.
    versions: Vec<String>,
}

impl Said {
    fn content(&self) -> &str {
        self.versions.last().map_or("", String::as_str)
    }
}

impl Place {
    fn has(&self, person: usize) -> bool {
        self.members.iter().any(|(member, _)| *member == person)
    }
}

/// The model, the database under test, and every change that was sent to it.
struct World {
    db: Connection,
    rev: Rev,
    people: Vec<UserId>,
    ids: Vec<ConversationId>,
    places: Vec<Option<Place>>,
    /// Every message: its id, place, position.
    posted: Vec<(MessageId, usize, usize)>,
    client_ids: BTreeMap<(usize, u8), usize>,
    log: Vec<Change>,
    told: Vec<Vec<Told>>,
    fresh: u128,
}

type Expected = Result<(), Code>;

impl World {
    fn new() -> Self {
        let db = in_memory::empty().unwrap();
        let mut world = Self {
            db,
            rev: Rev(0),
            people: Vec::new(),
            ids: Vec::new(),
            places: Vec::new(),
            posted: Vec::new(),
            client_ids: BTreeMap::new(),
            log: Vec::new(),
            told: Vec::new(),
            fresh: 1,
        };
        let general = ConversationId(world.uuid());
        world.send(None, Act::Found { general, signing_key: vec![7; 32] }, Ok(()));
        world.ids.push(general);
        let mut place = Place { name: Some("general".into()), ..Place::default() };
        for person in 0..PEOPLE {
            let id = UserId(world.uuid());
            let act = registration(id, &format!("person-{person}"));
            world.send(None, act, Ok(()));
            world.people.push(id);
            place.members.push((person, 0));
        }
        world.places.push(Some(place));
        world
    }

    fn uuid(&mut self) -> Uuid {
        self.fresh += 1;
        Uuid::from_u128(self.fresh)
    }

    /// Sends a change and holds its answer against the model's.
    fn send(&mut self, by: Option<usize>, act: Act, expected: Expected) {
        let by = by.map(|person| self.people[person]);
        let change = Change { by, at: Timestamp(1_000 + self.rev.0), act };
        let before = dump(&self.db);
        let next = Rev(self.rev.0 + 1);
        match (in_memory::apply(&self.db, next, &change), expected) {
            (Ok((_, told)), Ok(())) => {
                self.rev = next;
                self.db.execute("UPDATE server SET rev = ?1", [next.0]).unwrap();
                self.log.push(change);
                self.told.push(told);
            }
            (Err(Halt::Refused(refusal)), Err(code)) => {
                assert_eq!(refusal.code, code, "{change:?}: {refusal:?}");
                assert_eq!(dump(&self.db), before, "a refusal left something behind: {change:?}");
            }
            (got, expected) => panic!("{change:?}: got {got:?}, expected {expected:?}"),
        }
    }

    fn place(&self, number: usize) -> (usize, ConversationRef, Option<Place>) {
        let number = number % self.ids.len();
        let place = self.places[number].clone();
        (number, ConversationRef::Id(self.ids[number]), place)
    }

    /// What keeps a person from a place before any other rule: it is not there, or not for them.
    fn hidden(place: Option<&Place>, by: usize) -> Option<Code> {
        let Some(place) = place else { return Some(Code::NotFound) };
        let open = !place.is_direct && (!place.is_private || by == 0); // the first is admin
        (!place.has(by) && !open).then_some(Code::NotFound)
    }

    fn part(place: Option<&Place>, by: usize) -> Expected {
        if let Some(code) = Self::hidden(place, by) {
            return Err(code);
        }
        if place.is_some_and(|p| p.has(by)) { Ok(()) } else { Err(Code::Forbidden) }
    }

    fn run(place: Option<&Place>, by: usize) -> Expected {
        if let Some(code) = Self::hidden(place, by) {
            return Err(code);
        }
        match place {
            Some(p) if !p.is_direct && (by == 0 || p.owner == Some(by)) => Ok(()),
            _ => Err(Code::Forbidden),
        }
    }

    fn reshape(place: Option<&Place>, by: usize, number: usize) -> Expected {
        Self::run(place, by)?;
        if number == 0 { Err(Code::Forbidden) } else { Ok(()) }
    }

    fn enter(&mut self, number: usize, person: usize) {
        let place = self.places[number].as_mut().unwrap();
        if !place.has(person) {
            place.members.push((person, place.messages.len() as i64));
        }
    }

    fn exit(&mut self, number: usize, person: usize) {
        let place = self.places[number].as_mut().unwrap();
        place.members.retain(|(member, _)| *member != person);
        if place.owner == Some(person) {
            place.owner = place.members.first().map(|(heir, _)| *heir);
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Create { by, name, private, with } => self.create(by, name, private, with),
            Step::Direct { by, with } => self.direct(by, with),
            Step::Join { by, place } => {
                let (number, which, place) = self.place(place);
                let expected = Self::hidden(place.as_ref(), by).map_or_else(
                    || {
                        let p = place.as_ref().unwrap();
                        let may = p.has(by) || !p.is_private;
                        if may { Ok(()) } else { Err(Code::Forbidden) }
                    },
                    Err,
                );
                self.send(Some(by), Act::Join(which), expected);
                expected.into_iter().for_each(|()| self.enter(number, by));
            }
            Step::Leave { by, place } => {
                let (number, which, place) = self.place(place);
                let expected = Self::part(place.as_ref(), by).and_then(|()| {
                    if place.unwrap().is_direct { Err(Code::Forbidden) } else { Ok(()) }
                });
                self.send(Some(by), Act::Leave(which), expected);
                expected.into_iter().for_each(|()| self.exit(number, by));
            }
            Step::Add { by, place, who } => {
                let (number, conversation, place) = self.place(place);
                let expected = Self::part(place.as_ref(), by).and_then(|()| {
                    if place.unwrap().is_direct { Err(Code::Forbidden) } else { Ok(()) }
                });
                let person = PersonRef::Id(self.people[who]);
                self.send(Some(by), Act::AddMember { conversation, person }, expected);
                expected.into_iter().for_each(|()| self.enter(number, who));
            }
            Step::Remove { by, place, who } => self.remove(by, place, who),
            Step::Hide { by, place, private } => {
                let (number, conversation, place) = self.place(place);
                let expected = Self::reshape(place.as_ref(), by, number);
                let edit = EditRoom {
                    conversation,
                    name: None,
                    topic: None,
                    is_private: Some(private),
                    slow_mode: None,
                };
                self.send(Some(by), Act::EditRoom(Box::new(edit)), expected);
                if expected.is_ok() {
                    self.places[number].as_mut().unwrap().is_private = private;
                }
            }
            Step::Delete { by, place } => {
                let (number, which, place) = self.place(place);
                let expected = Self::reshape(place.as_ref(), by, number);
                self.send(Some(by), Act::DeleteRoom(which), expected);
                if expected.is_ok() {
                    self.places[number] = None;
                    let gone: BTreeSet<usize> = (0..self.posted.len())
                        .filter(|message| self.posted[*message].1 == number)
                        .collect();
                    self.client_ids.retain(|_, message| !gone.contains(message));
                }
            }
            Step::Post { by, place, client_id } => self.post(by, place, client_id),
            Step::Edit { by, message } => self.edit(by, message),
            Step::Erase { by, message } => self.erase(by, message),
            Step::Pin { by, message, on } => self.pin(by, message, on),
            Step::Read { by, place, seq } => {
                let (number, conversation, place) = self.place(place);
                let expected = Self::part(place.as_ref(), by);
                self.send(Some(by), Act::MarkRead { conversation, seq: Seq(seq) }, expected);
                if expected.is_ok() {
                    let place = self.places[number].as_mut().unwrap();
                    let seq = seq.min(place.messages.len() as i64);
                    let mark = place.members.iter_mut().find(|(member, _)| *member == by).unwrap();
                    mark.1 = mark.1.max(seq);
                }
            }
        }
    }

    fn create(&mut self, by: usize, name: usize, is_private: bool, with: Option<usize>) {
        let name = RoomName::parse(NAMES[name]).unwrap();
        let key = name.key();
        let taken = self.places.iter().flatten().any(|p| p.name.as_deref() == Some(&key));
        let expected = if taken { Err(Code::Conflict) } else { Ok(()) };
        let id = ConversationId(self.uuid());
        let members = with.map(|person| PersonRef::Id(self.people[person]));
        let create = CreateRoom {
            id,
            name,
            topic: Topic::parse("").unwrap(),
            is_private,
            members: members.into_iter().collect(),
        };
        self.send(Some(by), Act::CreateRoom(Box::new(create)), expected);
        if expected.is_ok() {
            let mut place =
                Place { name: Some(key), is_private, owner: Some(by), ..Place::default() };
            place.members.push((by, 0));
            if let Some(with) = with.filter(|with| *with != by) {
                place.members.push((with, 0));
            }
            self.ids.push(id);
            self.places.push(Some(place));
        }
    }

    fn direct(&mut self, by: usize, with: usize) {
        let expected = if by == with { Err(Code::Invalid) } else { Ok(()) };
        let there = self.places.iter().flatten().any(|p| p.is_direct && p.has(by) && p.has(with));
        let id = ConversationId(self.uuid());
        let act = Act::OpenDirect { id, with: PersonRef::Id(self.people[with]) };
        self.send(Some(by), act, expected);
        if expected.is_ok() && !there {
            let members = vec![(by, 0), (with, 0)];
            let place = Place { is_private: true, is_direct: true, members, ..Place::default() };
            self.ids.push(id);
            self.places.push(Some(place));
        }
    }

    fn remove(&mut self, by: usize, place: usize, who: usize) {
        let (number, conversation, place) = self.place(place);
        let may = if by == who {
            Self::part(place.as_ref(), by).and_then(|()| {
                if place.as_ref().unwrap().is_direct { Err(Code::Forbidden) } else { Ok(()) }
            })
        } else {
            Self::run(place.as_ref(), by)
        };
        let expected =
            may.and_then(|()| if place.unwrap().has(who) { Ok(()) } else { Err(Code::NotFound) });
        let person = PersonRef::Id(self.people[who]);
        self.send(Some(by), Act::RemoveMember { conversation, person }, expected);
        expected.into_iter().for_each(|()| self.exit(number, who));
    }

    /// The rows say what the model says.
    fn check(&self) {
        for (number, place) in self.places.iter().enumerate() {
            let Some(place) = place else { continue };
            let id = self.ids[number];
            let seen = conversations::view(&self.db, id, None).unwrap();
            assert_eq!(seen.last_seq, Seq(place.messages.len() as i64));
            assert_eq!(seen.member_count, place.members.len() as i64);
            for (person, read) in &place.members {
                let seen = conversations::view(&self.db, id, Some(self.people[*person])).unwrap();
                assert_eq!(seen.last_read_seq, Seq(*read), "mark of {person} in {number}");
                self.check_messages(place, self.history(*person, number));
                self.check_pins(place, *person, number);
            }
            self.check_versions(place, number);
        }
    }

    /// What a person knows: the messages of each conversation they are in, and which are pinned.
    fn knowledge(&self, person: usize) -> BTreeMap<ConversationId, BTreeMap<Seq, (String, bool)>> {
        let inside = |place: &Option<Place>| place.as_ref().is_some_and(|p| p.has(person));
        let places = self.places.iter().enumerate().filter(|(_, place)| inside(place));
        places
            .map(|(number, _)| {
                let said = self.history(person, number).into_iter();
                (self.ids[number], said.map(shown).collect())
            })
            .collect()
    }
}

fn shown(message: Message) -> (Seq, (String, bool)) {
    (message.seq, (message.content, message.pin.is_some()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_what_a_simple_model_says(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        world.check();
    }

    #[test]
    fn the_same_changes_give_the_same_rows_and_events(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        comes_back(&world.db);
        let (again, told) = replay(&world.log);
        prop_assert_eq!(told, world.told);
        prop_assert_eq!(dump(&again), dump(&world.db));
    }

    #[test]
    fn what_was_missed_leads_from_what_was_known_to_what_is(
        before in steps(), after in steps(), person in 0..PEOPLE,
    ) {
        let mut world = World::new();
        for step in &before {
            world.step(step);
        }
        let (mut known, cursor) = (world.knowledge(person), world.rev);
        for step in &after {
            world.step(step);
        }
        let missed = missed::missed(&world.db, world.people[person], cursor, None).unwrap();
        let events = missed.events.unwrap();
        prop_assert!(events.is_sorted_by_key(|(rev, _)| *rev));
        for (_, event) in events {
            if let Event::MessagePosted(m) | Event::MessageEdited(m) | Event::MessageDeleted(m) =
                event
            {
                known.entry(m.conversation).or_default().extend([shown(Message::clone(&m))]);
            } else if let Event::RoomDeleted(id) = event {
                known.remove(&id);
            } else if let Event::ChatLeft(left) = event {
                if left.person == world.people[person] {
                    known.remove(&left.conversation);
                }
            } else if let Event::ChatJoined(joined) = event {
                // a client that comes into a room asks for its history
                let number = world.ids.iter().position(|id| *id == joined.id).unwrap();
                let said = world.history(person, number).into_iter();
                known.insert(joined.id, said.map(shown).collect());
            }
        }
        prop_assert_eq!(known, world.knowledge(person));
    }
}
