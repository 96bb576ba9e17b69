//! Copies that the server takes by itself, and what one restores.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{Person, Server, eventually, server::program, within};

/// The copies in a folder, oldest first.
fn copies(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).into_iter().flatten();
    let names = names.map(|one| one.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("salon-2")).collect();
    names.sort();
    names
}

async fn health(server: &Server, ada: &Person) -> Value {
    ada.get(server, "/api/admin/health").await.expect(200)
}

/// Runs `salon` with some words, to a good end.
async fn salon(words: &[&str]) -> String {
    let mut command = Command::new(program());
    let output = within("the end of a command", command.args(words).output()).await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn copies_are_taken_when_due_and_old_ones_go() {
    let place = tempfile::TempDir::new().unwrap();
    let folder = place.path().join("deep/copies");
    let options = [
        ["--backup-dir", folder.to_str().unwrap()],
        ["--backup-every", "1s"],
        ["--backup-keep", "2"],
    ];
    let mut server = Server::start_with(options.as_flattened()).await;
    let ada = server.person("ada").await;
    ada.say(&server, "general", "kept").await;
    fs::write(folder.join("diary.db"), "mine").unwrap();
    fs::write(folder.join("salon-diary.db"), "mine").unwrap();
    let first = copies(&folder);
    eventually("a third copy", async || {
        let now = copies(&folder);
        let are_new = now.iter().all(|name| !first.contains(name));
        are_new && now.len() == 2
    })
    .await;
    let told = health(&server, &ada).await;
    assert!(told["last_backup_bytes"].as_u64().unwrap() > 0);
    assert!(told["last_backup_at"].is_string() && told["backup_failure"].is_null(), "{told}");
    let file = server.file();
    let shown = salon(&["admin", "health", "--data", file.to_str().unwrap()]).await;
    assert!(shown.contains("Last backup, bytes"), "{shown}");
    server.terminate().await;
    let newest = folder.join(copies(&folder).pop().unwrap());
    let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&newest), mode(&folder)), (0o600, 0o700));
    let left = fs::read_dir(&folder).unwrap().count();
    assert_eq!((left, fs::read(folder.join("salon-diary.db")).unwrap()), (4, b"mine".to_vec()));
    let new = place.path().join("new.db");
    let words = ["restore", newest.to_str().unwrap(), "--data", new.to_str().unwrap()];
    assert!(salon(&words).await.contains("1 people, 1 messages"));
}

#[tokio::test]
async fn a_restart_takes_no_copy_that_is_not_due() {
    let place = tempfile::TempDir::new().unwrap();
    let folder = place.path().join("copies");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("salon-copy.partial"), "half of one").unwrap();
    let options = ["--backup-dir", folder.to_str().unwrap()];
    let mut server = Server::start_with(&options).await;
    let ada = server.person("ada").await;
    eventually("a copy", async || health(&server, &ada).await["last_backup_at"].is_string()).await;
    let first = copies(&folder);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left");
    let size = health(&server, &ada).await["last_backup_bytes"].clone();
    server.terminate().await;
    let server = server.again().await;
    eventually("what is known", async || health(&server, &ada).await["last_backup_bytes"] == size)
        .await;
    assert_eq!(copies(&folder), first);
    assert!(!server.said().contains("a copy was taken"), "{}", server.said());
}

#[tokio::test]
async fn what_is_in_the_way_is_told_and_tried_again() {
    let place = tempfile::TempDir::new().unwrap();
    let folder = place.path().join("copies");
    fs::write(&folder, "no folder").unwrap();
    let options = ["--backup-dir", folder.to_str().unwrap(), "--backup-every", "1s"];
    let server = Server::start_with(&options).await;
    let ada = server.person("ada").await;
    eventually("a failure", async || health(&server, &ada).await["backup_failure"].is_string())
        .await;
    let told = health(&server, &ada).await;
    assert!(told["backup_failed_at"].is_string() && told["last_backup_at"].is_null(), "{told}");
    assert!(server.said().contains("no copy could be taken"), "{}", server.said());
    ada.say(&server, "general", "nobody minds").await;
    assert_eq!(fs::read(&folder).unwrap(), b"no folder");
    fs::remove_file(&folder).unwrap();
    eventually("a copy", async || !copies(&folder).is_empty()).await;
}

#[tokio::test]
async fn copies_of_a_clock_that_was_ahead_give_way_to_new_ones() {
    let place = tempfile::TempDir::new().unwrap();
    let folder = place.path();
    let ahead = ["salon-2999-01-01T00-00-00Z.db", "salon-2999-01-02T00-00-00Z.db"];
    ahead.iter().for_each(|name| fs::write(folder.join(name), "later").unwrap());
    let options = ["--backup-dir", folder.to_str().unwrap(), "--backup-keep", "2"];
    let mut server = Server::start_with(&options).await;
    let taken = server.hears("a copy was taken copy=").await;
    assert!(Path::new(&taken).exists(), "{taken}: {:?}", copies(folder));
    assert_eq!((copies(folder).len(), copies(folder).pop().unwrap()), (2, ahead[1].into()));
    server.terminate().await;
    // one was taken, so no other is due; sooner or later only new ones are there
    let server = server.again().await;
    let ada = server.person("ada").await;
    eventually("what is known", async || {
        health(&server, &ada).await["last_backup_bytes"].as_u64() > Some(5)
    })
    .await;
    assert!(Path::new(&taken).exists() && !server.said().contains("a copy was taken"));
    drop(server);
    let often = [&options[..], &["--backup-every", "1s"]].concat();
    let _server = Server::start_with(&often).await;
    eventually("two new copies", async || {
        let now = copies(folder);
        now.len() == 2 && !now.contains(&ahead[1].into())
    })
    .await;
}

/// What the copy does not know of has had numbers that are given out again: who has heard of it is told to
/// read anew, however far the restored file has come by then.
#[tokio::test]
async fn who_has_heard_more_than_a_copy_knows_reads_anew_once_it_is_restored() {
    let mut server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    ada.say(&server, "general", "kept").await;
    let place = tempfile::TempDir::new().unwrap();
    let copy = place.path().join("copy.db");
    let (copy, file) = (copy.to_str().unwrap(), server.file());
    let data = ["--data", file.to_str().unwrap()];
    salon(&[&["backup", copy][..], &data].concat()).await;
    let mut socket = bob.connect().await;
    for number in 0..5 {
        ada.say(&server, "general", &format!("lost {number}")).await;
    }
    let heard = socket.expect("new_message").await["rev"].as_i64().unwrap() + 4;
    server.terminate().await;
    salon(&[&["restore", copy, "--force"][..], &data].concat()).await;
    let server = server.again().await;
    let (ada, bob) = (Person::sign_in(&server, "ada").await, Person::sign_in(&server, "bob").await);
    for number in 0..20 {
        ada.say(&server, "general", &format!("new {number}")).await;
    }
    let mut socket = bob.try_dial("/ws/events/", Some(heard)).await.unwrap();
    let greeting = socket.expect("hello").await["data"].clone();
    let resumed = socket.expect_next("resumed").await["data"].clone();
    assert_eq!(resumed, json!({ "cursor": greeting["cursor"], "complete": false }));
    // and from there on as ever, over a restart as well
    let cursor = greeting["cursor"].as_i64();
    let server = server.again().await;
    let (ada, bob) = (Person::sign_in(&server, "ada").await, Person::sign_in(&server, "bob").await);
    let said = ada.say(&server, "general", "after").await;
    assert_eq!(said["seq"], 22);
    let mut socket = bob.try_dial("/ws/events/", cursor).await.unwrap();
    socket.expect("hello").await;
    assert_eq!(socket.expect("new_message").await["data"]["id"], said["id"]);
    assert_eq!(socket.expect("resumed").await["data"]["complete"], true);
    let found = bob.get(&server, "/api/search?q=new").await.expect(200);
    assert_eq!(found.as_array().unwrap().len(), 20);
}
