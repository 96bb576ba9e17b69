//! What other programs export, brought in by the command line.

use std::{fs, path::Path, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::{Person, Server, people::PASSWORD, server::program, within};

/// A command on a database, to its end.
pub async fn salon(file: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(words).arg("--data").arg(file).kill_on_drop(true);
    within("the end of a command", command.output()).await.unwrap()
}

pub async fn import(file: &Path, of: &str, from: &Path) -> Output {
    salon(file, &["import", "--from", of, from.to_str().unwrap()]).await
}

/// An import that comes to a good end, and what it says.
pub async fn brings(file: &Path, of: &str, from: &Path) -> String {
    let output = import(file, of, from).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// An import of something in `place` that is refused, and leaves nothing behind.
pub async fn refuses(place: &TempDir, of: &str, from: &Path, because: &str) {
    let before = fs::read_dir(place.path()).unwrap().count();
    let output = import(&place.path().join("new.db"), of, from).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{because}: {said}");
    assert!(said.contains(because), "{because}: {said}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), before, "nothing is left");
}

/// What somebody reads in a conversation, oldest first.
pub async fn history(server: &Server, person: &Person, place: &str) -> Vec<Value> {
    let path = format!("/api/conversations/{place}/messages");
    person.get(server, &path).await.expect(200).as_array().unwrap().clone()
}

/// What messages say.
pub fn contents(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|one| one["content"].as_str().unwrap()).collect()
}

/// What people made of a message: each emoji, and how many.
pub fn reactions(message: &Value) -> Vec<(String, i64)> {
    let all = message["reactions"].as_array().unwrap().iter();
    all.map(|one| (one["emoji"].as_str().unwrap().to_owned(), one["count"].as_i64().unwrap()))
        .collect()
}

/// Somebody who came with the import signs in by a link.
pub async fn let_in(server: &Server, name: &str) -> Person {
    let output = salon(&server.file(), &["admin", "sign-in-link", name, "--json"]).await;
    let link: Value = serde_json::from_slice(&output.stdout).unwrap();
    let token = link["url"].as_str().unwrap().split_once("?link=").unwrap().1.to_owned();
    let body = json!({ "token": token, "password": PASSWORD });
    let grant = server.ask("POST", "/api/auth/link", Some(&body)).await.expect(200);
    Person::from_grant(server, &grant)
}
