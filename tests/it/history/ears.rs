//! Clients that listen: some all the time, some come and go between rooms, one blocks somebody now
//! and then, some never read, some vanish in the middle of a word.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    client::{Came, Client, Memory},
    event::{Event, From},
    random::Random,
    tongues::Tongue,
    world::World,
};
use crate::support::Person;

/// What somebody who listens does besides.
#[derive(Clone, Debug)]
pub enum Besides {
    Nothing,
    /// Leaves this place and comes back, in the native dialect.
    Drifts(usize),
    /// Blocks and unblocks this person, in document 000's dialect.
    Blocks(String),
}

/// Somebody who listens, between connections.
pub struct Ear {
    pub person: Person,
    pub tongue: Tongue,
    pub place: usize,
    pub besides: Besides,
    memory: Memory,
    random: Random,
}

/// After about so many messages somebody leaves, blocks, or takes it back.
const PATIENCE: usize = 12;

impl Ear {
    pub fn new(person: &Person, tongue: Tongue, place: usize, random: Random) -> Self {
        let (person, besides, memory) = (person.clone(), Besides::Nothing, Memory::default());
        Self { person, tongue, place, besides, memory, random }
    }

    pub fn besides(self, besides: Besides) -> Self {
        Self { besides, ..self }
    }

    /// With what was heard before, where the dialect can make use of it. None: the server is gone.
    pub async fn connect(&self, world: &Arc<World>) -> Option<Client> {
        Client::connect(world, &self.person, self.tongue, self.memory.clone(), self.place).await
    }

    /// Listens until the server is gone.
    pub async fn listen(mut self, world: Arc<World>) -> Self {
        let Some(mut client) = self.connect(&world).await else { return self };
        let (tongue, place) = (self.tongue, self.place);
        if matches!(tongue, Tongue::Rooms | Tongue::Live) {
            client.ask_for_history(place).await;
        }
        let mut parted = self.find_out(&client).await;
        let mut asked = false;
        loop {
            match client.next().await {
                Came::End => break,
                Came::Message(_) if !asked && self.random.below(PATIENCE) == 0 => {
                    asked = self.ask(&mut client, parted).await;
                }
                Came::Message(_) => {}
                Came::Other(frame) => {
                    let answered = self.answered(&client, &frame);
                    if answered.is_some() || tongue.refused(&frame).is_some() {
                        (asked, parted) = (false, answered.unwrap_or(parted));
                    }
                }
            }
        }
        self.memory = client.memory;
        self
    }

    fn from(&self, world: &World) -> From {
        match &self.besides {
            Besides::Nothing => unreachable!("never parted"),
            Besides::Drifts(place) => From::Place(world.places[*place].name.clone()),
            Besides::Blocks(whom) => From::Person(whom.clone()),
        }
    }

    /// How things stand after a fault: what was asked last may have come about or not.
    async fn find_out(&self, client: &Client) -> bool {
        let world = &client.world;
        let path = match &self.besides {
            Besides::Nothing => return false,
            Besides::Drifts(place) => format!("/api/conversations/{}", world.places[*place].id),
            Besides::Blocks(_) => "/api/me/blocks".into(),
        };
        let request = reqwest::Client::new().get(format!("{}{path}", world.url));
        let Ok(answer) = request.bearer_auth(&self.person.token).send().await else { return false };
        let Ok(answer) = answer.json::<Value>().await else { return false };
        let parted = match &self.besides {
            Besides::Nothing | Besides::Drifts(_) => answer["role"].is_null(),
            Besides::Blocks(_) => answer != json!([]),
        };
        self.write(world, parted);
        parted
    }

    fn write(&self, world: &World, parted: bool) {
        let (who, from) = (self.person.username.clone(), self.from(world));
        world.history.write(if parted {
            Event::Parted { who, from }
        } else {
            Event::Returned { who, from }
        });
    }

    /// Asks to be parted, or not any more. False: there is nothing to ask.
    async fn ask(&self, client: &mut Client, parted: bool) -> bool {
        let frame = match &self.besides {
            Besides::Nothing => return false,
            Besides::Drifts(place) => {
                let action = if parted { "join_chat" } else { "leave_chat" };
                let data = json!({ "chat_id": client.world.places[*place].id });
                json!({ "action": action, "ref": "drift", "data": data })
            }
            Besides::Blocks(whom) => {
                let action = if parted { "unblock_user" } else { "block_user" };
                json!({ "action": action, "username": whom })
            }
        };
        let (who, from) = (self.person.username.clone(), self.from(&client.world));
        client.world.history.write(if parted {
            Event::ReturnBegun { who, from }
        } else {
            Event::PartingBegun { who, from }
        });
        client.say(&frame).await; // a server that is gone is noticed by hearing
        true
    }

    /// Whether a frame says that one is parted now, or is not any more.
    fn answered(&self, client: &Client, frame: &Value) -> Option<bool> {
        let action = frame["action"].as_str()?;
        let own = frame["ref"] == "drift"; // others leave as well
        let parted = match (&self.besides, action) {
            (Besides::Drifts(_), "leave_chat") if own => true,
            (Besides::Drifts(_), "join_chat") if own => false,
            (Besides::Blocks(_), "user_blocked") => true,
            (Besides::Blocks(_), "user_unblocked") => false,
            _ => return None,
        };
        self.write(&client.world, parted);
        Some(parted)
    }
}

/// Comes a few times, begins to say something and is gone.
pub async fn vanish_again_and_again(world: Arc<World>, person: Person, mut random: Random) {
    for _ in 0..4 {
        let tongue = Tongue::SPOKEN[random.below(Tongue::SPOKEN.len())];
        let connected = Client::connect(&world, &person, tongue, Memory::default(), 0).await;
        let Some(mut client) = connected else { return };
        let (mark, by) = (format!("gone-{}", world.history.number()), person.username.clone());
        let place = world.places[0].name.clone();
        world.history.write(Event::SendBegun { mark: mark.clone(), by, place });
        client.say(&tongue.say(&world.places[0], &person.username, &mark, &mark)).await;
        client.vanish();
        world.history.write(Event::LeftUnknown { mark });
    }
}
