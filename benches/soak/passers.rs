//! Those who do not stay: people who connect and go, and one who is connected and never reads.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    chance::Chance,
    seats::{ending, open, reset},
    world::World,
};

/// How long one stays, about, and is away.
const STAY: Duration = Duration::from_secs(4);
const AWAY: Duration = Duration::from_secs(2);

/// So little is taken from the one who does not read that it soon waits at the server.
const SMALL: u32 = 4096;

/// Comes as somebody, looks, is about to say something, and goes: with a word, or without.
pub async fn pass(world: Arc<World>) {
    let mut chance = Chance::new();
    while world.rests(&mut chance, AWAY).await {
        let address = world.rest.address().await;
        let Ok(stream) = TcpStream::connect(address).await else { continue };
        let (person, room) = world.somebody(&mut chance);
        let Ok(mut socket) = open(stream, address, world.rest.token(person), None).await else {
            continue;
        };
        let data = json!({ "chat_id": world.rooms[room].id });
        for action in ["typing", "history"] {
            let frame = json!({ "action": action, "data": data });
            let _ = socket.send(Message::text(frame.to_string())).await; // gone is gone
        }
        let hears = async { while ending(socket.next().await.as_ref()).is_none() {} };
        let _ = timeout(chance.about(STAY), hears).await;
        match chance.below(3) {
            0 => reset(&socket),
            1 => drop(socket.close(None).await),
            _ => {}
        }
        world.tally.done("came and went");
    }
}

/// Is connected as the first person, and reads only in the end what made the server let go.
pub async fn be_deaf(world: Arc<World>) {
    let mut chance = Chance::new();
    while world.rests(&mut chance, AWAY).await {
        let address = world.rest.address().await;
        let stream = TcpSocket::new_v4().unwrap();
        stream.set_recv_buffer_size(SMALL).unwrap();
        let Ok(stream) = stream.connect(address).await else { continue };
        let Ok(mut socket) = open(stream, address, world.rest.token(0), None).await else {
            continue;
        };
        sleep(world.scale.deaf).await;
        let reads = async {
            loop {
                if let Some(why) = ending(socket.next().await.as_ref()) {
                    return why;
                }
            }
        };
        let why = timeout(AWAY, reads).await.unwrap_or_else(|_| "still open".into());
        world.tally.closed(format!("{why} (never read)"));
    }
}
