//! `salon export` and `salon import`: a community leaves as lines, and comes back as it was.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Output,
};

use image::ImageFormat;
use salon::change::Line;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Person, Server, files::picture, people::PASSWORD, server::program, within};

async fn salon(file: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(words).arg("--data").arg(file).kill_on_drop(true);
    within("the end of a command", command.output()).await.unwrap()
}

async fn does(file: &Path, words: &[&str]) -> String {
    let output = salon(file, words).await;
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

async fn fails(file: &Path, words: &[&str], because: &str) {
    let output = salon(file, words).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
    assert!(said.contains(because) && said.trim_end().lines().count() == 1, "{words:?}: {said}");
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A community in which everything that lasts has happened.
async fn lively(server: &Server) -> (Person, Person) {
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let carl = server.person("carl").await;
    ada.looks_like(server, "image/png", picture(64, 64, ImageFormat::Png)).await.expect(200);
    let room =
        ada.room(server, json!({ "name": "Thé", "topic": "Oolong?", "is_private": true })).await;
    ada.put(server, &format!("/api/conversations/{room}/members/bob")).await.expect(204);
    let asked = ada.say(server, &room, "What is this, @bob?").await;
    let edited = format!("/api/messages/{}", asked["id"].as_str().unwrap());
    ada.patch(server, &edited, json!({ "content": "What is *that*, @bob?" })).await.expect(200);
    let answer = json!({ "content": "tea", "reply_to": asked["id"], "client_id": "c-1" });
    let answers = format!("/api/conversations/{room}/messages");
    let answer = bob.post(server, &answers, answer).await.expect(201);
    let answer = format!("/api/messages/{}", answer["id"].as_str().unwrap());
    ada.put(server, &format!("{answer}/reactions/🎉")).await.expect(204);
    ada.put(server, &format!("{answer}/pin")).await.expect(204);
    let file = ada.post_file(server, &room, "pot.png", &picture(900, 700, ImageFormat::Png)).await;
    let long: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    bob.post_file(server, "general", "long.bin", &long).await;
    ada.post_file(server, "general", "again.bin", &long).await;
    let gone = ada.say(server, "general", "never mind").await;
    ada.delete(server, &format!("/api/messages/{}", gone["id"].as_str().unwrap()))
        .await
        .expect(204);
    let direct = ada.direct(server, &bob).await;
    bob.say(server, &direct, "between us").await;
    let read = json!({ "seq": file["seq"] });
    bob.post(server, &format!("/api/conversations/{room}/read"), read).await;
    carl.put(server, "/api/users/ada/friend").await;
    bob.put(server, "/api/users/carl/block").await;
    ada.post(server, "/api/admin/invitations", json!({ "uses": 3, "room": "general" }))
        .await
        .expect(201);
    let ban = json!({ "username": "carl", "address": "192.0.2.0/24", "reason": "noise" });
    ada.post(server, "/api/admin/bans", ban).await.expect(201);
    ada.patch(server, "/api/admin/server", json!({ "name": "Tea house" })).await.expect(200);
    ada.patch(server, &format!("/api/rooms/{room}"), json!({ "slow_mode": 30 })).await.expect(200);
    let hook = json!({ "kind": "incoming", "name": "CI" });
    let hook = ada.post(server, &format!("/api/rooms/{room}/hooks"), hook).await.expect(201);
    let (_, token) = hook["address"].as_str().unwrap().rsplit_once('/').unwrap();
    let built = json!({ "text": "The kettle is on.", "username": "Kettle" });
    assert_eq!(server.ask("POST", &format!("/hooks/{token}"), Some(&built)).await.text, "ok");
    let dora = server.person("dora").await;
    dora.say(server, "general", "bye").await;
    dora.delete_with(server, "/api/me", json!({ "password": PASSWORD })).await.expect(204);
    (ada, bob)
}

/// An export, but for what it tells of exports: each is written down once it is made.
fn said(export: &Path) -> String {
    let text = fs::read_to_string(export).unwrap();
    let lines = text.lines().filter(|line| {
        !line.contains("\"action\":\"backup_taken\"") && !line.starts_with("{\"type\":\"end\"")
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// The lines of an export, and how often each type comes.
fn types(export: &Path) -> std::collections::BTreeMap<String, usize> {
    let mut types = std::collections::BTreeMap::new();
    for line in fs::read_to_string(export).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        *types.entry(line["type"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    types
}

#[tokio::test]
async fn a_community_moves_as_lines_and_is_the_same_elsewhere() {
    let mut server = Server::start().await;
    let file = server.file();
    let (ada, _) = lively(&server).await;
    let room = ada.get(&server, "/api/conversations").await.expect(200);
    let (first, second) = (server.folder().join("1.jsonl"), server.folder().join("2.jsonl"));
    does(&file, &["export", path(&first)]).await;
    assert_eq!(fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
    fails(&file, &["export", path(&first)], "1.jsonl").await;
    let counts = types(&first);
    for (kind, count) in [
        ("person", 5),
        ("room", 2),
        ("direct", 1),
        ("file", 2),
        ("message", 9),
        ("version", 1),
        ("reaction", 1),
        ("pin", 1),
        ("block", 1),
        ("invitation", 1),
        ("ban", 1),
    ] {
        assert_eq!(counts.get(kind), Some(&count), "{kind}: {counts:?}");
    }
    let text = fs::read_to_string(&first).unwrap();
    assert!(
        text.contains("$argon2id$") && !text.contains("signing_key") && !text.contains("session")
    );
    fails(&file, &["import", path(&first)], "another process").await;
    server.terminate().await;
    fails(&file, &["import", path(&first)], "somebody has an account").await;
    let old = server.folder().join("old.db");
    fs::rename(&file, &old).unwrap();
    assert!(does(&file, &["import", path(&first)]).await.contains("4 people, 9 messages, 2 files"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    does(&file, &["check"]).await;
    does(&file, &["export", path(&second)]).await;
    assert!(said(&first) == said(&second), "the same, byte for byte");
    // people sign in by the passwords that they had, find what was said, and go on
    let server = server.again().await;
    ada.get(&server, "/api/me").await.refused(401, "unauthorized");
    let ada = Person::sign_in(&server, "ada").await;
    let again = ada.get(&server, "/api/conversations").await.expect(200);
    let seen = |list: &Value| -> Vec<Value> {
        let one = |one: &Value| {
            json!([
                one["id"],
                one["name"],
                one["topic"],
                one["unread_count"],
                one["last_message"]["content"],
                one["last_message"]["is_read"]
            ])
        };
        list.as_array().unwrap().iter().map(one).collect()
    };
    assert_eq!(seen(&again), seen(&room));
    let found = ada.get(&server, "/api/search?q=that").await.expect(200);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    ada.say(&server, "general", "here we are").await;
    let history = ada.get(&server, "/api/conversations/general/messages").await.expect(200);
    let long =
        history.as_array().unwrap().iter().find_map(|one| one["attachments"][0]["url"].as_str());
    let url = format!("{}{}", server.url, long.unwrap());
    let bytes = server.client().get(url).bearer_auth(&ada.token).send().await.unwrap();
    assert_eq!(bytes.bytes().await.unwrap().len(), 800_000);
}

/// A game that the server could not recall at its next start.
const GAME: &str = concat!(
    r#"{"type":"game","id":"00000000-0000-0000-0000-000000000001","#,
    r#""inviter":"00000000-0000-0000-0000-000000000002","#,
    r#""invited":"00000000-0000-0000-0000-000000000003","#,
    r#""client_id":"x","options":{"speed":"of light"},"state":"on","started_at":1}"#,
);

#[tokio::test]
async fn a_line_that_cannot_stand_is_told_and_nothing_comes() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start().await;
    lively(&server).await;
    let good = folder.path().join("good.jsonl");
    does(&server.file(), &["export", path(&good)]).await;
    server.terminate().await;
    let text = fs::read_to_string(&good).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let at = |kind: &str| {
        let start = format!("{{\"type\":\"{kind}\"");
        lines.iter().position(|line| line.starts_with(&start)).unwrap()
    };
    let swapped = |kind: &str, from: &str, to: &str| {
        let mut changed: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        let line = &mut changed[at(kind)];
        assert!(line.contains(from), "{line}");
        *line = line.replacen(from, to, 1);
        (changed.join("\n"), format!("line {}", at(kind) + 1))
    };
    let cases: Vec<(String, String)> = vec![
        (lines[1..].join("\n"), "line 1: this is no export".into()),
        (lines[..lines.len() - 1].join("\n"), "end is missing".into()),
        ([&lines[..5], &lines[6..]].concat().join("\n"), "line".into()),
        (format!("{text}{}\n", lines[1]), "nothing comes after".into()),
        ("hello".into(), "line 1".into()),
        (String::new(), "end is missing".into()),
        ("x".repeat(13 << 20), "line 1 is too long".into()),
        swapped("salon", "\"format\":1", "\"format\":9"),
        swapped("person", "\"username\":\"ada\"", "\"username\":\"a da\""),
        swapped("person", "\"display_name\"", "\"is_admin\":true,\"display_name\""),
        swapped("person", "\"role\":\"admin\"", "\"role\":\"king\""),
        swapped("room", "\"topic\":\"", "\"topic\":\"two\\nlines"),
        swapped("member", "\"person\":\"", "\"person\":\"00000000-0000-0000-0000-00000000000"),
        swapped("message", "\"seq\":1", "\"seq\":2"),
        swapped("message", "\"content\":\"", "\"content\":\"\\u0000"),
        swapped("reaction", "🎉", "nonsense"),
        swapped("file", "\"sha256\":\"", "\"sha256\":\"../"),
        (swapped("file", "\"size\":", "\"size\":9").0, "not all there".into()),
        swapped("piece", "\"bytes\":\"", "\"bytes\":\"!"),
        ([&lines[..lines.len() - 1], &[GAME]].concat().join("\n"), "options".into()),
        swapped("notification", "\"data\":{\"action\":\"", "\"data\":{\"action\":\"un"),
        swapped("notification", "\"action\":\"", "\"action\":\"un"),
        swapped("person", "\"role\":\"admin\"", "\"role\":\"bot\""),
    ];
    let data = folder.path().join("new.db");
    let bad = folder.path().join("bad.jsonl");
    for (content, because) in cases {
        fs::write(&bad, content).unwrap();
        fails(&data, &["import", path(&bad)], &because).await;
        let names = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names, 2, "{because}: nothing is left");
    }
    // bytes that were changed are found by their sum
    let other = lines[at("piece")].replacen("\"bytes\":\"iVBO", "\"bytes\":\"iVBP", 1);
    assert_ne!(other, lines[at("piece")]);
    fs::write(&bad, text.replacen(lines[at("piece")], &other, 1)).unwrap();
    fails(&data, &["import", path(&bad)], "sum says").await;
    fails(&data, &["import", path(&folder.path().join("none"))], "none").await;
    // an empty server takes an export too, and keeps nothing of its own
    let mut server = Server::start().await;
    server.terminate().await;
    does(&server.file(), &["import", path(&good)]).await;
    let again: PathBuf = folder.path().join("again.jsonl");
    does(&server.file(), &["export", path(&again)]).await;
    assert!(said(&again) == said(&good));
}

/// What fuzzing begins with, and what it has found.
#[test]
fn a_line_is_written_as_it_was_read() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/line");
    let mut read = 0;
    for seed in fs::read_dir(seeds).unwrap() {
        let text = fs::read(seed.unwrap().path()).unwrap();
        let Ok(line) = serde_json::from_slice::<Line>(&text) else { continue };
        let written = serde_json::to_vec(&line).unwrap();
        assert_eq!(serde_json::from_slice::<Line>(&written).unwrap(), line);
        read += 1;
    }
    assert!(read > 10, "{read} seeds are lines");
}
