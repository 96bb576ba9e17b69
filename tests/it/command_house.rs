//! `salon backup`, `restore`, `check`, `user`, `invite`: keeping the house in few words.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, process::Command};

use crate::support::{Person, Server, people::PASSWORD, server::program, within};

/// Runs `salon` with some words, for a file, saying something to it.
async fn salon(file: &Path, words: &[&str], said: &str) -> Output {
    let mut command = Command::new(program());
    command.args(words).arg("--data").arg(file).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let _ = input.write_all(said.as_bytes()).await; // not every word listens
    drop(input);
    within("the end of a command", child.wait_with_output()).await.unwrap()
}

async fn does(file: &Path, words: &[&str]) -> String {
    let output = salon(file, words, "").await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Holds that it fails with status 1 and says why; gives what it said.
async fn fails(file: &Path, words: &[&str], because: &str) -> String {
    let output = salon(file, words, "").await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
    assert!(said.contains(because), "{words:?}: {said}");
    assert!(output.stdout.is_empty());
    said
}

/// What lies in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name());
    let mut names: Vec<String> = all.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// The one file beside another that was kept.
fn kept(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap();
    let names = names(folder);
    let mut kept = names.iter().filter(|name| name.contains(".before-"));
    let one = folder.join(kept.next().unwrap());
    assert_eq!(kept.next(), None);
    one
}

#[tokio::test]
async fn what_was_said_since_a_copy_is_gone_after_its_return_and_kept_aside() {
    let mut server = Server::start().await;
    let file = server.file();
    let ada = server.person("ada").await;
    ada.say(&server, "general", "before").await;
    let copy = server.folder().join("copy.db");
    does(&file, &["backup", path(&copy)]).await;
    assert_eq!(mode(&copy), 0o600);
    ada.say(&server, "general", "after").await;
    assert!(does(&file, &["check"]).await.contains("1 people, 2 messages"));
    fails(&file, &["restore", path(&copy), "--force"], "another process").await;
    server.terminate().await;
    fails(&file, &["restore", path(&copy)], "--force").await;
    let said = does(&file, &["restore", path(&copy), "--force"]).await;
    assert!(said.contains("1 people, 1 messages"), "{said}");
    let before = kept(&file);
    assert!(said.contains(path(&before)), "{said}");
    assert!(does(&before, &["check"]).await.contains("2 messages"));
    assert_eq!((mode(&file), names(server.folder()).len()), (0o600, 3));
    let server = server.again().await;
    let ada = Person::sign_in(&server, "ada").await;
    let all = ada.get(&server, "/api/conversations/general/messages").await.expect(200);
    let said: Vec<_> = all.as_array().unwrap().iter().map(|one| &one["content"]).collect();
    assert_eq!(said, ["before"]);
    // and where there is no file, one comes
    let elsewhere = TempDir::new().unwrap();
    let new = elsewhere.path().join("salon.db");
    does(&new, &["restore", path(&copy)]).await;
    assert_eq!(names(elsewhere.path()), ["salon.db"]);
    assert!(does(&new, &["check", "--json"]).await.contains("\"messages\": 1"));
}

/// Needs root, who alone gives files away; others have nothing to look at here.
#[tokio::test]
async fn what_root_puts_back_belongs_to_who_serves_it() {
    let mut server = Server::start().await;
    server.person("ada").await;
    let (file, copy) = (server.file(), server.folder().join("copy.db"));
    does(&file, &["backup", path(&copy)]).await;
    let lines = server.folder().join("lines.jsonl");
    does(&file, &["export", path(&lines)]).await;
    server.terminate().await;
    let [served, new] = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    if [&served, &new].iter().any(|one| chown(one.path(), Some(4711), Some(4712)).is_err()) {
        return;
    }
    let owner = |file: &Path| fs::metadata(file).map(|found| (found.uid(), found.gid())).unwrap();
    let file = served.path().join("salon.db");
    does(&file, &["restore", path(&copy)]).await;
    assert_eq!((owner(&file), mode(&file)), ((4711, 4712), 0o600), "as the folder");
    chown(&file, Some(4713), Some(4714)).unwrap();
    does(&file, &["restore", path(&copy), "--force"]).await;
    assert_eq!(owner(&file), (4713, 4714), "as the file that gave way");
    let file = new.path().join("salon.db");
    does(&file, &["import", path(&lines)]).await;
    assert_eq!(owner(&file), (4711, 4712), "what is imported, too");
}

#[tokio::test]
async fn what_a_killed_server_had_not_folded_is_kept_with_the_file_that_gives_way() {
    let mut server = Server::start().await;
    let file = server.file();
    let ada = server.person("ada").await;
    let copy = server.folder().join("copy.db");
    does(&file, &["backup", path(&copy)]).await;
    ada.say(&server, "general", "last words").await;
    server.kill().await;
    assert!(fs::metadata(server.folder().join("salon.db-wal")).unwrap().len() > 0);
    fails(&copy, &["restore", path(&file), "--force"], "log beside it").await;
    does(&file, &["restore", path(&copy), "--force"]).await;
    assert!(!server.folder().join("salon.db-wal").exists());
    assert!(does(&kept(&file), &["check"]).await.contains("1 messages"));
    assert!(does(&file, &["check"]).await.contains("0 messages"));
}

#[tokio::test]
async fn what_is_not_whole_or_not_ours_is_no_copy_to_restore() {
    let mut server = Server::start().await;
    let file = server.file();
    let ada = server.person("ada").await;
    for number in 0..100 {
        ada.say(&server, "general", &format!("{number} {}", "x".repeat(300))).await;
    }
    server.terminate().await;
    let whole = fs::read(&file).unwrap();
    let bad = server.folder().join("bad.db");
    let mut damaged = whole.clone();
    damaged[40_000..60_000].fill(0x55);
    let cases: [(&[u8], &str); 4] = [
        (b"my diary", "not a Salon database"),
        (b"", "not a Salon database"),
        (&damaged, "damaged"),
        (&whole[..whole.len() / 2], "bad.db"),
    ];
    for (content, because) in cases {
        fs::write(&bad, content).unwrap();
        let said = fails(&file, &["restore", path(&bad), "--force"], because).await;
        assert!(said.contains("bad.db") && !said.contains(".coming"), "{said}");
        assert!(fs::read(&file).unwrap() == whole, "the file is as it was");
        assert_eq!(names(server.folder()), ["bad.db", "salon.db"]);
    }
    // a row that says what is not so is found as well
    fs::write(&bad, &whole).unwrap();
    Connection::open(&bad)
        .unwrap()
        .execute_batch("PRAGMA journal_mode = delete; UPDATE conversation SET member_count = 7")
        .unwrap();
    fails(&file, &["restore", path(&bad), "--force"], "count their members").await;
    fails(&file, &["restore", path(&file), "--force"], "database itself").await;
    fails(&file, &["restore", path(&server.folder().join("none.db"))], "--force").await;
    fails(&file, &["restore", path(&server.folder().join("none.db")), "--force"], "none.db").await;
    assert_eq!(names(server.folder()), ["bad.db", "salon.db"]);
}

#[tokio::test]
async fn a_look_at_the_file_finds_what_no_longer_fits_together() {
    let mut server = Server::start().await;
    let file = server.file();
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    ada.say(&server, "general", "hello").await;
    bob.say(&server, "general", "hello too").await;
    server.terminate().await;
    let whole = fs::read(&file).unwrap();
    does(&file, &["check"]).await;
    assert!(fs::read(&file).unwrap() == whole, "a look changes nothing");
    assert_eq!(names(server.folder()), ["salon.db"]);
    let cases = [
        ("UPDATE message SET reactions = 3 WHERE seq = 1", "count their reactions"),
        ("UPDATE message SET attachments = 1 WHERE seq = 2", "count their files"),
        ("DELETE FROM message WHERE seq = 1", "miss places"),
        ("UPDATE server SET rev = 1", "number of the last change"),
        ("UPDATE person SET stored_bytes = 9", "charged"),
        ("UPDATE server SET stored_bytes = 9", "sum of all files"),
        ("INSERT INTO piece VALUES (1048576000, x'00')", "pieces belong"),
        ("INSERT INTO message_index (rowid, grams) VALUES (999999, 'abc')", "lead to no message"),
        ("UPDATE server SET indexed_rev = 999999", "missing in the index"),
        ("UPDATE member SET last_read_seq = 99", "have read"),
        (
            "PRAGMA foreign_keys = off; UPDATE message SET sender = x'00112233445566778899aabbccddeeff'",
            "lead to no row of person",
        ),
    ];
    for (wrong, because) in cases {
        fs::write(&file, &whole).unwrap();
        Connection::open(&file).unwrap().execute_batch(wrong).unwrap();
        let said = fails(&file, &["check"], because).await;
        assert!(said.contains("restore a backup"), "{said}");
    }
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 30_000].fill(0x55);
    fs::write(&file, &damaged).unwrap();
    fails(&file, &["check"], "damaged").await;
    fails(&server.folder().join("none.db"), &["check"], "no database").await;
    assert_eq!(names(server.folder()), ["salon.db"]);
}

#[tokio::test]
async fn the_bytes_of_files_are_held_against_their_sums() {
    let mut server = Server::start().await;
    let file = server.file();
    let ada = server.person("ada").await;
    ada.post_file(&server, "general", "note.txt", b"some words").await;
    server.terminate().await;
    assert!(does(&file, &["check"]).await.contains("1 files"));
    let db = Connection::open(&file).unwrap();
    db.execute("UPDATE piece SET bytes = x'6f746865722077726473'", []).unwrap();
    drop(db);
    fails(&file, &["check"], "not those that came").await;
}

#[tokio::test]
async fn people_are_looked_after_in_few_words() {
    let mut server = Server::start().await;
    let file = server.file();
    let add = ["user", "add", "ada", "--password-stdin", "--display-name", "Ada L."];
    let added = salon(&file, &add, &format!("{PASSWORD}\nmore\n")).await;
    assert!(added.status.success(), "{added:?}");
    let ada = Person::sign_in(&server, "ada").await;
    let me = ada.get(&server, "/api/me").await.expect(200);
    assert_eq!((&me["role"], &me["display_name"]), (&json!("admin"), &json!("Ada L.")));
    let again = salon(&file, &add, PASSWORD).await;
    assert!(String::from_utf8_lossy(&again.stderr).contains("taken"), "{again:?}");
    let short = salon(&file, &["user", "add", "bob", "--password-stdin"], "short").await;
    assert!(String::from_utf8_lossy(&short.stderr).contains("password"), "{short:?}");
    fails(&file, &["user", "add", "bob"], "--password-stdin").await;
    salon(&file, &["user", "add", "bob", "--password-stdin"], PASSWORD).await;
    let bob = Person::sign_in(&server, "bob").await;
    assert_eq!(bob.get(&server, "/api/me").await.expect(200)["role"], "member");
    let mut socket = bob.connect().await;
    let reset = salon(&file, &["user", "reset-password", "bob", "--password-stdin"], "another one");
    assert!(reset.await.status.success());
    assert_eq!(socket.closed().await.0, 4401);
    let login = |password: &str| json!({ "username": "bob", "password": password });
    let ask = async |password| server.ask("POST", "/api/auth/login", Some(&login(password))).await;
    ask(PASSWORD).await.refused(401, "unauthorized");
    ask("another one").await.expect(200);
    does(&file, &["user", "disable", "bob"]).await;
    ask("another one").await.refused(403, "disabled");
    does(&file, &["user", "enable", "bob"]).await;
    does(&file, &["user", "make-admin", "bob"]).await;
    let list = does(&file, &["user", "list", "bo", "--json"]).await;
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&list[0]["username"], &list[0]["role"]), (&json!("bob"), &json!("admin")));
    let made = does(&file, &["invite", "create", "--uses", "2", "--expires", "7", "--json"]).await;
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!((&made["uses"], made["expires_at"].is_string()), (&json!(2), true));
    let audit = ada.get(&server, "/api/admin/audit?limit=20").await.expect(200);
    let acts: Vec<_> = audit.as_array().unwrap().iter().map(|one| &one["action"]).collect();
    let wanted = ["invitation_made", "role_changed", "enabled", "disabled", "password_set"];
    assert_eq!(acts[..5], wanted);
    assert!(!audit.to_string().contains("argon2"));
    server.terminate().await;
    salon(&file, &["user", "add", "carl", "--password-stdin"], PASSWORD).await;
    assert!(does(&file, &["user", "list"]).await.contains("carl"));
}

#[tokio::test]
async fn only_who_runs_the_server_makes_accounts_for_others() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let body = json!({ "username": "carl", "password": PASSWORD });
    bob.post(&server, "/api/admin/people", body.clone()).await.refused(403, "forbidden");
    server.ask("POST", "/api/admin/people", Some(&body)).await.refused(401, "unauthorized");
    let other = json!({ "password": "another one" });
    let of_ada = "/api/admin/people/ada/password";
    bob.put_with(&server, of_ada, other.clone()).await.refused(403, "forbidden");
    let carl = ada.post(&server, "/api/admin/people", body).await.expect(201);
    assert_eq!((&carl["role"], &carl["session_count"]), (&json!("member"), &json!(0)));
    ada.put_with(&server, "/api/admin/people/carl/password", other).await.expect(204);
    let nobody = "/api/admin/people/nobody/password";
    ada.put_with(&server, nobody, json!({ "password": PASSWORD })).await.refused(404, "not_found");
    ada.put_with(&server, of_ada, json!({ "password": "short" })).await.refused(422, "invalid");
}
