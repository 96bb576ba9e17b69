//! What people do over REST beside each other, again and again until the end: they say things,
//! read, search, edit, react, and send files whose messages they delete later.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    chance::Chance,
    ledger::mark,
    rest::{Body, Trouble},
    world::World,
};

const READ: Duration = Duration::from_millis(200);
const SEARCH: Duration = Duration::from_millis(700);
const EDIT: Duration = Duration::from_millis(500);
const REACT: Duration = Duration::from_millis(300);
const MARK: Duration = Duration::from_millis(200);
const SEND_FILE: Duration = Duration::from_secs(1);

/// How many there are who say something, and who read.
const MOUTHS: usize = 5;
const READERS: usize = 2;

/// Everyone, at it.
pub fn all(world: &Arc<World>) -> JoinSet<()> {
    let mut all = JoinSet::new();
    let world = || Arc::clone(world);
    for _ in 0..MOUTHS {
        all.spawn(say(world()));
    }
    for _ in 0..READERS {
        all.spawn(read(world()));
    }
    all.spawn(search(world()));
    all.spawn(edit(world()));
    all.spawn(react(world()));
    all.spawn(mark_read(world()));
    all.spawn(send_files(world()));
    all
}

/// Says something.
async fn say(world: Arc<World>) {
    let mut chance = Chance::new();
    while world.rests(&mut chance, world.scale.pace).await {
        let (sender, room) = world.somebody(&mut chance);
        let began = Instant::now();
        if world.post(sender, room, &chance.sentence(), &[]).await.is_some() {
            world.tally.acknowledged(began);
        }
    }
}

/// Reads a page of history: mostly the newest, now and then an old one.
async fn read(world: Arc<World>) {
    let mut chance = Chance::new();
    while world.rests(&mut chance, READ).await {
        let (person, room) = world.somebody(&mut chance);
        let id = world.rooms[room].id;
        let mut path = format!("/api/conversations/{id}/messages?limit=50");
        if let Some(recent) = world.recent(&mut chance)
            && chance.below(4) == 0
        {
            path += &format!("&before={}", chance.below(recent.seq as usize + 2) + 1);
        }
        let began = Instant::now();
        if world.rest.get(person, &path).await.is_ok() {
            world.tally.page(began);
            world.tally.done("pages read");
        }
    }
}

async fn search(world: Arc<World>) {
    let mut chance = Chance::new();
    while world.rests(&mut chance, SEARCH).await {
        let (person, _) = world.somebody(&mut chance);
        let path = format!("/api/search?q={}%20{}", chance.word(), chance.word());
        if world.rest.get(person, &path).await.is_ok() {
            world.tally.done("searches");
        }
    }
}

/// Lets a message say something else.
async fn edit(world: Arc<World>) {
    let mut chance = Chance::new();
    let mut version = 0;
    while world.rests(&mut chance, EDIT).await {
        let Some(said) = world.recent(&mut chance) else { continue };
        version += 1; // only this one edits, so it grows for each message
        let body = json!({
            "content": format!("{} {}", mark(said.number, version), chance.sentence()),
        });
        let path = format!("/api/messages/{}", said.id);
        if world.rest.insist(said.sender, "PATCH", &path, Body::Json(body)).await.is_ok() {
            world.ledger.edited(said.number, version);
            world.tally.done("edits");
        }
    }
}

/// Reacts to a message, and takes it back now and then.
async fn react(world: Arc<World>) {
    let mut chance = Chance::new();
    while world.rests(&mut chance, REACT).await {
        let Some(said) = world.recent(&mut chance) else { continue };
        let person = *chance.one(&world.rooms[said.room].members);
        let path = format!("/api/messages/{}/reactions/%F0%9F%8E%89", said.id);
        let method = if chance.below(4) == 0 { "DELETE" } else { "PUT" };
        if world.rest.ask(person, method, &path, Body::None).await.is_ok() {
            world.tally.done("reactions");
        }
    }
}

async fn mark_read(world: Arc<World>) {
    let mut chance = Chance::new();
    while world.rests(&mut chance, MARK).await {
        let Some(said) = world.recent(&mut chance) else { continue };
        let person = *chance.one(&world.rooms[said.room].members);
        let path = format!("/api/conversations/{}/read", world.rooms[said.room].id);
        let body = Body::Json(json!({ "seq": said.seq }));
        if world.rest.ask(person, "POST", &path, body).await.is_ok() {
            world.tally.done("read marks");
        }
    }
}

/// Sends files, and deletes the message of the oldest when there are many.
async fn send_files(world: Arc<World>) {
    let mut chance = Chance::new();
    let mut kept = VecDeque::new();
    while world.rests(&mut chance, SEND_FILE).await {
        let (sender, room) = world.somebody(&mut chance);
        let length = world.scale.file_bytes / 2 + chance.below(world.scale.file_bytes);
        let file = Body::File(chance.noise(length));
        let path = format!("/api/conversations/{}/attachments", world.rooms[room].id);
        let Ok(file) = world.rest.insist(sender, "POST", &path, file).await else { continue };
        let said = world.post(sender, room, "a file", &[file["id"].clone()]).await;
        kept.extend(said);
        world.tally.done("files sent");
        if kept.len() <= world.scale.files {
            continue;
        }
        let Some(old) = kept.pop_front() else { continue };
        let path = format!("/api/messages/{}", old.id);
        match world.rest.insist(old.sender, "DELETE", &path, Body::None).await {
            // an answer that was lost makes the second try a refusal
            Ok(_) | Err(Trouble::Refused) => world.ledger.deleted(old.number),
            Err(Trouble::Later) => {}
        }
        world.tally.done("files deleted");
    }
}
