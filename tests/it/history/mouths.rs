//! Clients that say things, over sockets and by REST, and know at each moment what of it is
//! acknowledged, refused, or unknown. What may be said again under the same client id is, after each
//! fault, until it is known.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    client::{Came, Client, Memory},
    event::Event,
    random::Random,
    tongues::{Tongue, mark_of},
    world::World,
};
use crate::support::Person;

/// One in so many messages is long, so that the log's pages are not all alike.
const LONG: usize = 8;

/// Somebody who says things, between connections.
pub struct Mouth {
    pub person: Person,
    /// None: by REST.
    pub tongue: Option<Tongue>,
    /// Where they say something.
    pub places: Vec<usize>,
    memory: Memory,
    random: Random,
    /// What may be there or not, and may be said again: mark and place.
    unsure: BTreeMap<String, usize>,
}

impl Mouth {
    pub fn new(person: &Person, tongue: Option<Tongue>, places: &[usize], random: Random) -> Self {
        let (person, places) = (person.clone(), places.to_owned());
        let (memory, unsure) = (Memory::default(), BTreeMap::new());
        Self { person, tongue, places, memory, random, unsure }
    }

    /// Says things until the server is gone.
    pub async fn speak(mut self, world: Arc<World>) -> Self {
        match self.tongue {
            Some(tongue) => self.speak_on_a_socket(&world, tongue).await,
            None => self.speak_by_rest(&world).await,
        }
        self
    }

    /// The next thing to say and where: what is unsure comes first.
    fn next(&mut self, world: &World) -> (String, usize) {
        let next = self.unsure.pop_first().unwrap_or_else(|| {
            let place = self.places[self.random.below(self.places.len())];
            (format!("{}-{}", self.person.username, world.history.number()), place)
        });
        let (mark, by) = (next.0.clone(), self.person.username.clone());
        let place = world.places[next.1].name.clone();
        world.history.write(Event::SendBegun { mark, by, place });
        next
    }

    /// What a message says: its mark and perhaps much more, the same each time that it is said.
    fn content(mark: &str) -> String {
        let number: usize = mark.rsplit('-').next().unwrap().parse().unwrap();
        let more = if number.is_multiple_of(LONG) { 1800 } else { 20 };
        format!("{mark} {}", "and so on ".repeat(more / 10))
    }

    async fn speak_on_a_socket(&mut self, world: &Arc<World>, tongue: Tongue) {
        let memory = std::mem::take(&mut self.memory);
        let place = self.places[0];
        let Some(mut client) = Client::connect(world, &self.person, tongue, memory, place).await
        else {
            return;
        };
        let mut open = BTreeMap::new();
        'connected: loop {
            while open.len() < tongue.window() {
                let (mark, place) = self.next(world);
                let frame = tongue.say(
                    &world.places[place],
                    &self.person.username,
                    &mark,
                    &Self::content(&mark),
                );
                open.insert(mark, place);
                if !client.say(&frame).await {
                    break 'connected;
                }
            }
            match client.next().await {
                Came::Message(said) if said.by == self.person.username => {
                    // also what was told on coming back is known to be there
                    let was_unsure = self.unsure.remove(&said.mark).is_some();
                    if open.remove(&said.mark).is_some() || was_unsure {
                        let (mark, seq, id) = (said.mark, said.seq, Some(said.id));
                        world.history.write(Event::Acknowledged { mark, seq, id });
                        world.acknowledged.one();
                    }
                }
                Came::Other(frame) => {
                    if let Some((code, of)) = tongue.refused(&frame) {
                        let mark = of.or_else(|| open.keys().next().cloned());
                        let mark =
                            mark.unwrap_or_else(|| panic!("an error out of the blue: {frame}"));
                        let place = open.remove(&mark).unwrap();
                        self.refused(world, &code, mark, place, tongue.may_repeat());
                    }
                }
                Came::Message(_) => {}
                Came::End => break,
            }
        }
        for (mark, place) in open {
            self.left_unknown(world, mark, place, tongue.may_repeat());
        }
        self.memory = client.memory;
    }

    /// `unavailable` is the one refusal that says nothing of what is there.
    fn refused(&mut self, world: &World, code: &str, mark: String, place: usize, repeats: bool) {
        if code == "unavailable" {
            world.unavailable.one();
            self.left_unknown(world, mark, place, repeats);
        } else {
            world.history.write(Event::Refused { mark });
        }
    }

    fn left_unknown(&mut self, world: &World, mark: String, place: usize, repeats: bool) {
        world.history.write(Event::LeftUnknown { mark: mark.clone() });
        if repeats {
            self.unsure.insert(mark, place);
        }
    }

    async fn speak_by_rest(&mut self, world: &World) {
        let client = reqwest::Client::new();
        loop {
            let (mark, place) = self.next(world);
            let call = ["messages", "send_message/"][self.random.below(2)];
            let url = format!("{}/api/conversations/{}/{call}", world.url, world.places[place].id);
            let body = json!({ "content": Self::content(&mark), "client_id": mark });
            let sent = client.post(&url).bearer_auth(&self.person.token).json(&body).send().await;
            let answer = match sent {
                Ok(answer) => Ok((answer.status().as_u16(), answer.json::<Value>().await)),
                Err(error) => Err(error),
            };
            let Ok((status, Ok(answer))) = answer else {
                return self.left_unknown(world, mark, place, true);
            };
            if status == 200 || status == 201 {
                let (seq, id) = (answer["seq"].as_i64(), answer["id"].as_str().map(str::to_owned));
                world.history.write(Event::Acknowledged { mark, seq, id });
                world.acknowledged.one();
            } else {
                let code = answer["error"]["code"].as_str().unwrap();
                assert_eq!(code == "unavailable", status == 503, "{answer}");
                self.refused(world, code, mark, place, true);
            }
            if self.random.below(4) == 0 && !self.read(world, &client, place).await {
                return;
            }
        }
    }

    /// Reads the newest messages of a place. False: the server is gone.
    async fn read(&self, world: &World, client: &reqwest::Client, place: usize) -> bool {
        let place = &world.places[place];
        let (read, by) = (world.history.number(), self.person.username.clone());
        world.history.write(Event::ReadBegun { read, by, place: place.name.clone() });
        let url = format!("{}/api/conversations/{}/messages?limit=100", world.url, place.id);
        let Ok(answer) = client.get(&url).bearer_auth(&self.person.token).send().await else {
            return false;
        };
        let status = answer.status().as_u16();
        let Ok(page) = answer.json::<Value>().await else { return false };
        // who may not write here may not read here either
        if status == 200 {
            let rows = page.as_array().unwrap().iter();
            let rows = rows.map(|row| (row["seq"].as_i64(), mark_of(&row["content"]))).collect();
            world.history.write(Event::Read { read, rows });
        } else {
            assert_eq!(page["error"]["code"], "not_found", "reads go on whatever happens");
        }
        true
    }
}
