//! One run: a server, everybody who talks and listens on it, faults in between, and in the end the
//! look at everything.

use std::{collections::BTreeMap, sync::Arc};

use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{
    checker,
    client::{Came, Client},
    ears::{Besides, Ear, vanish_again_and_again},
    event::{Event, From, Row},
    mouths::Mouth,
    random::Random,
    tongues::{Place, Tongue, mark_of},
    world::World,
};
use crate::support::{Person, Server, Socket};

const GENERAL: usize = 0;
/// A public room, which one leaves and comes back to.
const KITCHEN: usize = 1;
/// A private room: most who say something there are refused.
const CELLAR: usize = 2;
/// What two people have between them.
const DIRECT: usize = 3;

/// Who is in which place; in the first everybody.
const INSIDE: [(&str, &[&str]); 3] = [
    ("kitchen", &["zoe", "ada", "bob", "eve", "paul", "pia", "ear", "dan", "bea"]),
    ("cellar", &["zoe", "ear"]),
    ("ada and bob", &["ada", "bob"]),
];

/// Everything that takes part in a run, while nobody is connected.
pub struct Run {
    pub server: Server,
    pub world: Arc<World>,
    pub random: Random,
    /// Sees all rooms.
    pub keeper: Person,
    /// Is in the direct.
    insider: Person,
    name: String,
    seed: u64,
    mouths: Vec<Mouth>,
    ears: Vec<Ear>,
    /// Connects and never reads.
    deaf: Person,
    /// Connects and vanishes.
    gone: Person,
}

/// Everything while it is going on.
pub struct Going {
    mouths: Vec<JoinHandle<Mouth>>,
    ears: Vec<JoinHandle<Ear>>,
    vanishing: JoinHandle<()>,
    _deaf: Vec<Socket>,
}

/// The seed of a run: `SALON_CRASH_SEED`, or always the same.
pub fn seed() -> u64 {
    std::env::var("SALON_CRASH_SEED").map_or(0x5eed_5a10, |seed| seed.parse().unwrap())
}

/// How often something is done to the server: `SALON_CRASH_CYCLES`, or 20 times.
pub fn cycles() -> usize {
    std::env::var("SALON_CRASH_CYCLES").map_or(20, |cycles| cycles.parse().unwrap())
}

impl Run {
    /// Everybody has an account and is where they belong.
    pub async fn prepare(name: &str, server: Server) -> Self {
        let seed = seed();
        println!("{name}: SALON_CRASH_SEED={seed}");
        let mut random = Random::new(seed);
        let mut people = BTreeMap::new();
        let names =
            ["zoe", "ada", "bob", "eve", "paul", "pia", "ear", "dan", "bea", "deaf", "gone"];
        for name in names {
            people.insert(name, server.person(name).await);
        }
        let keeper = people["zoe"].clone();
        let places = places(&server, &people).await;
        let world = World::new(&server.url, places);
        for (place, inside) in INSIDE {
            for name in names.into_iter().filter(|name| !inside.contains(name)) {
                let (who, from) = (name.to_owned(), From::Place(place.into()));
                world.history.write(Event::Parted { who, from });
            }
        }
        let everywhere = [GENERAL, KITCHEN, CELLAR, DIRECT];
        let mouths = [
            ("ada", Some(Tongue::Native), &everywhere[..]),
            ("bob", Some(Tongue::Rooms), &everywhere),
            ("eve", Some(Tongue::Live), &everywhere[..3]),
            ("paul", Some(Tongue::Plain), &[KITCHEN]),
            ("pia", None, &[GENERAL, KITCHEN]),
            ("zoe", None, &everywhere),
        ];
        let mouths = mouths.map(|(name, tongue, places)| {
            Mouth::new(&people[name], tongue, places, random.child())
        });
        let mut ears = Vec::new();
        for (at, tongue) in Tongue::ALL.into_iter().enumerate() {
            ears.push(Ear::new(&people["ear"], tongue, at % 2, random.child()));
        }
        let drifts = Besides::Drifts(KITCHEN);
        let blocks = Besides::Blocks("bob".into());
        let mut ear = |name: &str, tongue| Ear::new(&people[name], tongue, GENERAL, random.child());
        ears.push(ear("bob", Tongue::Live));
        ears.push(ear("dan", Tongue::Native).besides(drifts));
        ears.push(ear("dan", Tongue::Rooms));
        ears.push(ear("bea", Tongue::Live).besides(blocks));
        ears.push(ear("bea", Tongue::Rooms));
        ears.push(ear("bea", Tongue::Plain));
        ears.push(Ear::new(&people["ada"], Tongue::Plain, DIRECT, random.child()));
        let (deaf, gone) = (people["deaf"].clone(), people["gone"].clone());
        let (name, mouths, insider) = (name.to_owned(), mouths.into(), people["ada"].clone());
        Self { server, world, random, keeper, insider, name, seed, mouths, ears, deaf, gone }
    }

    /// Everybody connects and goes about their business.
    pub async fn start(&mut self) -> Going {
        let mut deaf = Vec::new();
        for tongue in Tongue::ALL {
            deaf.push(self.deaf.dial(&tongue.address(&self.world.places[GENERAL])).await);
        }
        let world = || Arc::clone(&self.world);
        let (mouths, ears) = (self.mouths.drain(..), self.ears.drain(..));
        let ears = ears.map(|ear| tokio::spawn(ear.listen(world()))).collect();
        let mouths = mouths.map(|mouth| tokio::spawn(mouth.speak(world()))).collect();
        let (gone, random) = (self.gone.clone(), self.random.child());
        let vanishing = tokio::spawn(vanish_again_and_again(world(), gone, random));
        Going { mouths, ears, vanishing, _deaf: deaf }
    }

    /// `kill -9`, and everybody notices.
    pub async fn kill(&mut self, going: Going) {
        self.server.kill().await;
        for mouth in going.mouths {
            self.mouths.push(mouth.await.unwrap());
        }
        for ear in going.ears {
            self.ears.push(ear.await.unwrap());
        }
        going.vanishing.await.unwrap();
    }

    /// The same program on the same file again.
    pub async fn restart(mut self) -> Self {
        self.server = self.server.again().await;
        self
    }

    /// The look at everything, while nobody is connected.
    pub async fn check(mut self) {
        self.hear_the_rest().await;
        for place in self.world.places.clone() {
            let rows = self.whole_history(&place).await;
            self.world.history.write(Event::Final { place: place.name, rows });
        }
        self.server.kill().await;
        let db = Connection::open(self.server.file()).unwrap();
        let said: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(said, "ok");
        let history = self.world.history.so_far();
        let mut messages = 0;
        for event in &history {
            if let Event::Final { place, rows } = event {
                let place = self.world.places.iter().find(|known| known.name == *place).unwrap();
                assert_eq!(&stored(&db, place), rows, "what REST told and what the file holds");
                messages += rows.len();
            }
        }
        let found = checker::check(&history);
        let of_all = format!("{messages} messages, {} events", history.len());
        let path = self.world.history.keep(&self.name);
        println!("{}: {of_all}, kept in {}", self.name, path.display());
        let (count, some) = (found.len(), found.iter().take(10));
        let some: Vec<_> = some.map(|one| format!("{:?}: {}", one.wrong, one.about)).collect();
        assert!(found.is_empty(), "SALON_CRASH_SEED={}: {count} findings: {some:#?}", self.seed);
    }

    /// Those who resume hear what they still miss.
    async fn hear_the_rest(&mut self) {
        for ear in self.ears.drain(..).filter(|ear| ear.tongue == Tongue::Native) {
            let connected = ear.connect(&self.world).await;
            let mut client: Client = connected.expect("the server is there");
            loop {
                match client.next().await {
                    Came::Other(frame) if frame["action"] == "resumed" => break,
                    Came::Other(_) | Came::Message(_) => {}
                    Came::End => panic!("the server is there"),
                }
            }
        }
    }

    /// All of a place, by REST.
    async fn whole_history(&self, place: &Place) -> Vec<Row> {
        let mut all: Vec<Row> = Vec::new();
        loop {
            let last = all.last().map_or(0, |row| row.seq);
            let path = format!("/api/conversations/{}/messages?after={last}&limit=100", place.id);
            let reader = if place.between.is_none() { &self.keeper } else { &self.insider };
            let page = reader.get(&self.server, &path).await.expect(200);
            let page = page.as_array().unwrap();
            if page.is_empty() {
                return all;
            }
            all.extend(page.iter().map(row));
        }
    }
}

/// Makes the places, each with who belongs there.
async fn places(server: &Server, people: &BTreeMap<&str, Person>) -> Vec<Place> {
    let (keeper, [(_, cooks), (_, friends), _]) = (&people["zoe"], INSIDE);
    let kitchen = json!({ "name": "kitchen", "members": cooks[1..] });
    let kitchen = keeper.room(server, kitchen).await;
    let cellar = json!({ "name": "cellar", "is_private": true, "members": friends[1..] });
    let cellar = keeper.room(server, cellar).await;
    let general = keeper.get(server, "/api/conversations/general").await.expect(200);
    let id = people["ada"].direct(server, &people["bob"]).await;
    let between = Some(["ada".to_owned(), "bob".to_owned()]);
    vec![
        Place::room(general["id"].as_str().unwrap(), "general"),
        Place::room(&kitchen, "kitchen"),
        Place::room(&cellar, "cellar"),
        Place { id, name: "ada and bob".into(), between },
    ]
}

fn row(message: &Value) -> Row {
    let text = |key: &str| message[key].as_str().unwrap().to_owned();
    let mark = mark_of(&message["content"]);
    if let Some(client_id) = message["client_id"].as_str() {
        assert_eq!(client_id, mark);
    }
    Row { seq: message["seq"].as_i64().unwrap(), id: text("id"), mark, by: text("sender") }
}

/// All of a place, from the file.
fn stored(db: &Connection, place: &Place) -> Vec<Row> {
    let mut select = db
        .prepare(
            "SELECT message.seq, message.id, message.content, person.username
             FROM message
             JOIN person ON person.id = message.sender
             WHERE message.conversation = ?1
             ORDER BY message.seq",
        )
        .unwrap();
    let id: uuid::Uuid = place.id.parse().unwrap();
    let rows = select.query_map([id.as_bytes()], |row| {
        let content: String = row.get(2)?;
        Ok(Row {
            seq: row.get(0)?,
            id: uuid::Uuid::from_bytes(row.get(1)?).to_string(),
            mark: mark_of(&Value::String(content)),
            by: row.get(3)?,
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}
