//! `salon admin`: the same administration on the command line, beside a server or without one.

use std::{fs, os::unix::fs::FileTypeExt, path::Path, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    process::Command,
};

use crate::support::{Person, Server, people::PASSWORD, server::program, within};

/// Runs `salon admin` with some words, for a file.
async fn admin(file: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.arg("admin").args(words).arg("--data").arg(file).kill_on_drop(true);
    within("the end of a command", command.output()).await.unwrap()
}

/// What it prints for programs.
async fn told(file: &Path, words: &[&str]) -> Value {
    let output = admin(file, &[words, &["--json"]].concat()).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{words:?}: {output:?}"))
}

/// Holds that it is refused, in one line that holds some words.
async fn refused(file: &Path, words: &[&str], because: &str) {
    let output = admin(file, words).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
    assert!(said.contains(because) && said.trim_end().lines().count() == 1, "{words:?}: {said}");
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn a_server_is_run_while_it_serves() {
    let server = Server::start().await;
    let file = server.file();
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut socket = bob.connect().await;
    let list = told(&file, &["people"]).await;
    assert_eq!((&list[0]["username"], &list[1]["is_online"]), (&json!("ada"), &json!(true)));
    let plain = admin(&file, &["people", "ad"]).await;
    let plain = String::from_utf8(plain.stdout).unwrap();
    assert!(plain.starts_with("USERNAME") && plain.contains("ada") && !plain.contains("bob"));
    // what is done there is done here at once
    told(&file, &["disable", "bob"]).await;
    assert_eq!(socket.closed().await.0, 4401);
    told(&file, &["enable", "bob"]).await;
    told(&file, &["registration", "invite"]).await;
    told(&file, &["name", "Tea house"]).await;
    told(&file, &["quota", "--upload", "1234"]).await;
    let shown = server.ask("GET", "/api/server", None).await.expect(200);
    assert_eq!((&shown["name"], &shown["registration"]), (&json!("Tea house"), &json!("invite")));
    assert_eq!(ada.connect().await.hello["limits"]["upload_bytes"], 1234);
    let made =
        told(&file, &["invite", "--uses", "1", "--expires", "1d", "--room", "general"]).await;
    let (page, token) = made["url"].as_str().unwrap().split_once("?invitation=").unwrap();
    assert_eq!((page, &made["created_by"]), (&*format!("{}/register", server.url), &Value::Null));
    let body = json!({ "username": "carl", "password": PASSWORD, "invitation": token });
    server.ask("POST", "/api/auth/register", Some(&body)).await.expect(201);
    assert_eq!(told(&file, &["invitations"]).await[0]["used"], 1);
    told(&file, &["role", "carl", "admin"]).await;
    let link = told(&file, &["sign-in-link", "carl"]).await;
    let token = link["url"].as_str().unwrap().split_once("?link=").unwrap().1;
    let body = json!({ "token": token, "password": "carl's own words" });
    let carl = server.ask("POST", "/api/auth/link", Some(&body)).await.expect(200);
    let carl = Person::from_grant(&server, &carl);
    let audit = carl.get(&server, "/api/admin/audit?limit=2").await.expect(200);
    assert_eq!(
        (&audit[1]["action"], &audit[1]["actor"]),
        (&json!("sign_in_link_made"), &Value::Null)
    );
    assert_eq!(told(&file, &["audit", "--limit", "2"]).await, audit);
    let ban = told(&file, &["ban", "bob", "--reason", "spam", "--expires", "2h"]).await;
    let body = json!({ "username": "bob", "password": PASSWORD });
    server.ask("POST", "/api/auth/login", Some(&body)).await.refused(403, "banned");
    assert!(admin(&file, &["unban", ban["id"].as_str().unwrap()]).await.status.success());
    assert_eq!(told(&file, &["bans"]).await, json!([]));
    server.ask("POST", "/api/auth/login", Some(&body)).await.expect(200);
    assert_eq!(told(&file, &["sessions", "bob"]).await[0]["address"], "127.0.0.1");
    assert!(admin(&file, &["sessions", "bob", "--end"]).await.status.success());
    assert_eq!(told(&file, &["sessions", "bob"]).await, json!([]));
    assert!(told(&file, &["health"]).await["commits"].as_u64().unwrap() > 0);
    assert!(told(&file, &["storage"]).await["people"].is_array());
}

#[tokio::test]
async fn rooms_and_accounts_go_by_the_command_line_too() {
    let server = Server::start().await;
    let file = server.file();
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let room = bob.room(&server, json!({ "name": "Thé & café?" })).await;
    assert_eq!(told(&file, &["rooms", "the"]).await[0]["owner"], "bob");
    assert_eq!(told(&file, &["hand-over", "thé & café?", "ada"]).await["owner"], "ada");
    refused(&file, &["hand-over", "general", "ada"], "nobody's").await;
    refused(&file, &["disable", "ada"], "stay").await;
    refused(&file, &["person", "nobody"], "no such thing").await;
    refused(&file, &["ban", "--address", "::1"], "this machine").await;
    refused(&file, &["uninvite", "nonsense"], "no such thing").await;
    refused(&file, &["invite", "--room", "nowhere"], "room").await;
    let made = told(&file, &["invite"]).await;
    assert!(admin(&file, &["uninvite", made["id"].as_str().unwrap()]).await.status.success());
    assert!(admin(&file, &["delete", "bob"]).await.status.success());
    bob.get(&server, "/api/me").await.refused(401, "unauthorized");
    ada.get(&server, &format!("/api/conversations/{room}")).await.expect(200);
    for bad in
        [&["ban"][..], &["dance"], &["role", "bob", "king"], &["invite", "--expires", "soon"]]
    {
        assert_eq!(admin(&file, bad).await.status.code(), Some(2), "{bad:?}");
    }
}

#[tokio::test]
async fn reports_are_looked_after_from_the_command_line() {
    let server = Server::start().await;
    let (_, bob, carl) =
        (server.person("ada").await, server.person("bob").await, server.person("carl").await);
    let message = bob.say(&server, "general", "rude").await;
    let path = format!("/api/messages/{}/report", message["id"].as_str().unwrap());
    carl.post(&server, &path, json!({ "reason": "why" })).await.expect(201);
    let list = told(&server.file(), &["reports"]).await;
    assert_eq!((&list[0]["content"], &list[0]["reason"]), (&json!("rude"), &json!("why")));
    let id = list[0]["id"].as_str().unwrap();
    let one = told(&server.file(), &["resolve", id, "--delete-message"]).await;
    assert_eq!((&one["is_resolved"], &one["is_deleted"]), (&json!(true), &json!(true)));
    assert_eq!(told(&server.file(), &["reports"]).await, json!([]));
    assert_eq!(told(&server.file(), &["reports", "--all"]).await[0]["id"], id);
    refused(&server.file(), &["resolve", "nonsense"], "no such thing").await;
}

#[tokio::test]
async fn without_a_server_the_file_is_opened_and_left_as_a_server_finds_it() {
    let mut server = Server::start().await;
    let file = server.file();
    let ada = server.person("ada").await;
    server.terminate().await;
    told(&file, &["registration", "closed"]).await;
    let made = told(&file, &["invite", "--public-url", "https://chat.example"]).await;
    assert!(made["url"].as_str().unwrap().starts_with("https://chat.example/register?"));
    let copy = server.folder().join("copy.db");
    let size = told(&file, &["backup", copy.to_str().unwrap()]).await["bytes"].as_u64().unwrap();
    assert_eq!(fs::metadata(&copy).unwrap().len(), size);
    refused(&file, &["backup", copy.to_str().unwrap()], "copy.db").await;
    assert_eq!(told(&copy, &["people"]).await[0]["username"], "ada");
    fs::remove_file(copy).unwrap();
    let beside = fs::read_dir(server.folder()).unwrap().count();
    assert_eq!(beside, 1, "nothing is left beside the file");
    let server = server.again().await;
    let set = ada.get(&server, "/api/admin/server").await.expect(200);
    assert_eq!(set["registration"], "closed");
    let acts = ada.get(&server, "/api/admin/audit").await.expect(200);
    let acts = acts.as_array().unwrap().iter().map(|one| (&one["action"], &one["actor"]));
    let wanted = ["backup_taken", "invitation_made", "server_edited"].map(Value::from);
    assert!(acts.eq(wanted.iter().map(|action| (action, &Value::Null))));
}

#[tokio::test]
async fn what_a_killed_server_left_behind_is_in_nobodys_way() {
    let mut server = Server::start().await;
    let file = server.file();
    server.person("ada").await;
    let socket = server.folder().join("salon.db.control");
    assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
    server.kill().await;
    assert!(socket.exists());
    assert_eq!(told(&file, &["people"]).await[0]["username"], "ada");
    let copy = server.folder().join("salon.db.copy");
    fs::write(&copy, "half of a copy").unwrap();
    let mut server = server.again().await;
    assert!(!copy.exists());
    let health = told(&file, &["health"]).await;
    assert!(health["uptime_s"].as_u64().is_some());
    server.terminate().await;
    assert!(!socket.exists());
    // what is no socket is somebody else's, and stays
    fs::write(&socket, "a diary").unwrap();
    let server = server.again().await;
    server.ask("GET", "/healthz", None).await.expect(200);
    refused(&file, &["people"], "served by a process that cannot be asked").await;
    assert_eq!(fs::read(&socket).unwrap(), b"a diary");
    assert!(server.said().contains("command line cannot reach"), "{}", server.said());
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("none.db");
    refused(&file, &["people"], "none.db").await;
    refused(&file, &["backup", "copy.db"], "none.db").await;
    fs::write(&file, "a diary").unwrap();
    refused(&file, &["people"], "not a Salon database").await;
    assert_eq!(fs::read(&file).unwrap(), b"a diary");
}

#[tokio::test]
async fn the_control_socket_acts_in_nobodys_name() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for path in ["/api/me", "/", "/healthz", "/ws/events/", "/api/server"] {
        let mut stream =
            UnixStream::connect(server.folder().join("salon.db.control")).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            ada.token
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        within("an answer", stream.read_to_string(&mut answer)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn bots_and_their_tokens_are_made_there() {
    let server = Server::start().await;
    let file = server.file();
    refused(&file, &["bot", "add", "robo"], "first account").await;
    server.person("ada").await;
    let made = told(&file, &["bot", "add", "robo", "--display-name", "Robo"]).await;
    assert_eq!((&made["role"], &made["display_name"]), (&json!("bot"), &json!("Robo")));
    let words = ["bot", "token", "robo", "--for", "tests", "--scopes", "read,games"];
    let token = told(&file, &words).await;
    assert_eq!(token["scopes"], json!(["read", "games"]));
    let bearer = format!("Bearer {}", token["token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    server.ask_with("GET", "/api/me", None, &headers).await.expect(200);
    let shown = admin(&file, &["bot", "show", "robo"]).await;
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("tests") && shown.contains("read, games"), "{shown}");
    let list = String::from_utf8(admin(&file, &["bots"]).await.stdout).unwrap();
    assert!(list.contains("robo") && list.contains("tests"), "{list}");
    assert!(
        admin(&file, &["bot", "revoke", "robo", token["id"].as_str().unwrap()])
            .await
            .status
            .success()
    );
    server.ask_with("GET", "/api/me", None, &headers).await.refused(401, "unauthorized");
    assert!(admin(&file, &["bot", "delete", "robo"]).await.status.success());
    assert_eq!(told(&file, &["bots"]).await, json!([]));
}

#[tokio::test]
async fn slash_commands_are_made_there() {
    let server = Server::start().await;
    let file = server.file();
    let ada = server.person("ada").await;
    told(&file, &["bot", "add", "robo"]).await;
    let roll = ["command", "add", "roll", "--bot", "robo", "--description", "Rolls dice"];
    let made = told(&file, &[&roll[..], &["--hint", "2d6"]].concat()).await;
    assert_eq!((&made["name"], &made["hint"]), (&json!("roll"), &json!("2d6")));
    assert_eq!((&made["created_by"], &made["secret"]), (&json!(null), &json!(null)));
    refused(&file, &roll, "of this name").await;
    let weather = ["command", "add", "sky", "--bot", "robo", "--description", "Looks up"];
    let weather = [&weather[..], &["--url", "https://sky.example/"]].concat();
    assert_eq!(told(&file, &weather).await["secret"].as_str().unwrap().len(), 43);
    refused(&file, &["command", "add", "x", "--bot", "ada", "--description", "x"], "").await;
    let known = ada.get(&server, "/api/commands").await.expect(200);
    assert_eq!((&known[0]["name"], &known[1]["name"]), (&json!("roll"), &json!("sky")));
    let list = String::from_utf8(admin(&file, &["command", "list"]).await.stdout).unwrap();
    assert!(list.contains("Rolls dice") && list.contains("https://sky.example/"), "{list}");
    let edited = told(&file, &["command", "edit", "sky", "--no-url", "--hint", "where"]).await;
    let expected = json!(["Looks up", "where", null, null]);
    let found = ["description", "hint", "url", "secret"].map(|field| edited[field].clone());
    assert_eq!(json!(found), expected);
    refused(&file, &["command", "edit", "sun", "--hint", "where"], "").await;
    assert!(admin(&file, &["command", "remove", "sky"]).await.status.success());
    refused(&file, &["command", "remove", "sky"], "").await;
    assert_eq!(told(&file, &["command", "list"]).await.as_array().unwrap().len(), 1);
}
