//! A file that an earlier version has written is led to this one, whole.

use std::{collections::BTreeSet, os::unix::fs::PermissionsExt};

use rusqlite::{Connection, params};
use serde_json::json;

use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    command_line::run,
    support::{Server, Socket, server::program, tokens::signed, within},
};

/// The schema of version 1, as its last commit had it.
const VERSION_1: &str = include_str!("fixtures/schema-1.sql");

const KEY: [u8; 32] = [7; 32];

/// A file of version 1, with one person, who has said something in `general`.
fn version_1(path: &std::path::Path) -> (uuid::Uuid, uuid::Uuid) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(VERSION_1).unwrap();
    db.pragma_update(None, "application_id", 0x5361_6c6e).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    let [general, ada, session, message] = [(); 4].map(|()| uuid::Uuid::now_v7());
    let now = chrono::Utc::now().timestamp_millis();
    db.execute(
        "INSERT INTO server VALUES (1, 3, ?1, ?2, ?3)",
        params![general.as_bytes(), KEY, now],
    )
    .unwrap();
    db.execute(
        "INSERT INTO person VALUES (?1, 'ada', 'ada', 'Ada', '', 'admin', 'fr', NULL, ?2, ?2, NULL, 2)",
        params![ada.as_bytes(), now],
    )
    .unwrap();
    db.execute(
        "INSERT INTO session VALUES (?1, ?2, ?1, ?3, ?3, 'a browser')",
        params![session.as_bytes(), ada.as_bytes(), now],
    )
    .unwrap();
    db.execute(
        "INSERT INTO conversation VALUES (?1, 'room', 'general', 'general', NULL, '', 0, NULL, 1, 1,
                                          ?2, 1, 0, ?3, ?3, NULL, 1, 1)",
        params![general.as_bytes(), ada.as_bytes(), now],
    )
    .unwrap();
    db.execute(
        "INSERT INTO member VALUES (?1, ?2, 'member', 1, 0, 'all', ?3, 2, 2)",
        params![general.as_bytes(), ada.as_bytes(), now],
    )
    .unwrap();
    db.execute(
        "INSERT INTO message VALUES (3, ?1, ?2, 1, 3, ?3, 'k', 'from long ago', ?4, NULL, NULL, NULL)",
        params![message.as_bytes(), general.as_bytes(), ada.as_bytes(), now],
    )
    .unwrap();
    (ada, session)
}

/// What a schema holds, whatever the order and the comments of its text.
fn shape(db: &Connection) -> BTreeSet<String> {
    let texts = |sql: &str| -> Vec<String> {
        let mut rows = db.prepare(sql).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut shape: BTreeSet<String> = BTreeSet::new();
    for table in texts("SELECT name FROM sqlite_schema WHERE type = 'table'") {
        let columns = format!(
            "SELECT '{table}.' || name || ' ' || type || ' ' || \"notnull\" || ' ' ||
                    coalesce(dflt_value, '-') || ' ' || pk FROM pragma_table_info('{table}')"
        );
        let keys = format!(
            "SELECT '{table}: ' || \"from\" || ' ' || \"table\" || ' ' || coalesce(\"to\", '-') ||
                    ' ' || on_delete FROM pragma_foreign_key_list('{table}')"
        );
        shape.extend(texts(&columns));
        shape.extend(texts(&keys));
    }
    let others = texts("SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL");
    shape.extend(others.iter().map(|sql| sql.split_whitespace().collect::<Vec<_>>().join(" ")));
    shape
}

#[tokio::test]
async fn a_file_of_version_1_is_led_to_this_version_with_all_that_is_in_it() {
    let mut new = Server::start().await;
    new.terminate().await;
    let wanted = shape(&Connection::open(new.file()).unwrap());

    let mut server = Server::start().await;
    server.terminate().await;
    std::fs::remove_file(server.file()).unwrap();
    let (ada, session) = version_1(&server.file());
    std::fs::write(server.folder().join("salon.db.before-1"), "of an upgrade before").unwrap();
    std::fs::write(server.folder().join("salon.db.before-all"), "somebody's own").unwrap();
    let mut server = server.again().await;
    kept_as_it_was(&server);
    let now = chrono::Utc::now().timestamp();
    let claims = json!({
        "sub": ada, "sid": session, "iat": now, "exp": now + 600, "token_type": "access",
    });
    let token = signed(&json!({ "alg": "HS256", "typ": "JWT" }), &claims, &KEY);
    let socket = Socket::open(&server.address(), &token).await;
    assert_eq!(socket.hello["conversations"][0]["unread_count"], 0);
    let path = format!("/api/conversations/general/messages?token={token}");
    let kept = server.ask("GET", &path, None).await.expect(200);
    assert_eq!(
        (&kept[0]["content"], &kept[0]["client_id"]),
        (&json!("from long ago"), &json!("k"))
    );
    let message = kept[0]["id"].as_str().unwrap();
    let edit = format!("/api/messages/{message}?token={token}");
    let body = json!({ "content": "from now" });
    server.ask("PATCH", &edit, Some(&body)).await.expect(200);
    let history = format!("/api/messages/{message}/history?token={token}");
    assert_eq!(server.ask("GET", &history, None).await.expect(200)[0]["content"], "from long ago");
    let settings = format!("/api/admin/server?token={token}");
    let settings = server.ask("GET", &settings, None).await.expect(200);
    assert_eq!(
        (&settings["name"], &settings["registration"], &settings["fixed"]),
        (&json!("Salon"), &json!("open"), &json!([]))
    );
    server.person("bob").await;
    socket.close().await;
    server.terminate().await;
    let db = Connection::open(server.file()).unwrap();
    let (found, missing): (Vec<_>, Vec<_>) = (
        shape(&db).difference(&wanted).cloned().collect(),
        wanted.difference(&shape(&db)).cloned().collect(),
    );
    assert!(found.is_empty() && missing.is_empty(), "{found:#?} instead of {missing:#?}");
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

/// One copy of the file of version 1 is kept, whole, for its owner alone.
fn kept_as_it_was(server: &Server) {
    let names = std::fs::read_dir(server.folder()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut kept: Vec<_> = names.filter(|name| name.starts_with("salon.db.before-")).collect();
    kept.retain(|name| name != "salon.db.before-all");
    let [kept] = kept.as_slice() else { panic!("{kept:?}") };
    assert!(server.said().contains(kept.as_str()), "{}", server.said());
    let kept = server.folder().join(kept);
    assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let db = Connection::open(kept).unwrap();
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let said: String = db.query_row("SELECT content FROM message", [], |row| row.get(0)).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!((version, &*said, &*sound), (1, "from long ago", "ok"));
    assert!(server.folder().join("salon.db.before-all").exists());
}

#[tokio::test]
async fn without_room_for_a_copy_nothing_is_upgraded() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("salon.db");
    version_1(&file);
    let before = std::fs::read(&file).unwrap();
    let inject = "inject=pwrite64:error=ENOSPC:when=3+";
    let trace = folder.path().join("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", "trace=pwrite64", "-e", inject, "-o"]).arg(&trace);
    command.arg(program()).args(["--listen", "127.0.0.1:0", "--data"]).arg(&file);
    let output = within("the end of a start", command.kill_on_drop(true).output()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in ["salon.db", "upgraded", "make room", "left as it was"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(std::fs::read_to_string(&trace).unwrap().contains("INJECTED"), "the disk was full");
    assert!(std::fs::read(&file).unwrap() == before);
    let names = std::fs::read_dir(folder.path()).unwrap();
    let names: BTreeSet<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_str().unwrap().contains("before")), "{names:?}");
}

#[tokio::test]
async fn what_is_brought_into_an_earlier_file_leaves_that_beside_it_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("salon.db");
    version_1(&file);
    let before = std::fs::read(&file).unwrap();
    let slack = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/slack");
    let output = run(folder.path(), &["import", "--from", "slack", slack], &[]).await;
    assert!(output.status.success(), "{output:?}");
    let names = std::fs::read_dir(folder.path()).unwrap();
    let names: BTreeSet<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let ["salon.db", aside] = names[..] else { panic!("{names:?}") };
    assert!(aside.starts_with("salon.db.before-import-"), "{names:?}");
    let db = Connection::open(folder.path().join(aside)).unwrap();
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
    assert_eq!(std::fs::metadata(folder.path().join(aside)).unwrap().len(), before.len() as u64);
    let check = run(folder.path(), &["check"], &[]).await;
    let said = String::from_utf8_lossy(&check.stdout);
    assert!(said.contains("is whole: 5 people"), "{said}");
}
