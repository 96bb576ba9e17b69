//! Running the server: how it is set, who may do what, what was done.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{
    Person, Server,
    files::{form, noise},
    people::PASSWORD,
    within,
};

const SETTINGS: &str = "/api/admin/server";

async fn two(options: &[&str]) -> (Server, Person, Person) {
    let server = Server::start_with(options).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    (server, ada, bob)
}

/// What was done, newest first: what and to whom.
async fn done(server: &Server, admin: &Person) -> Vec<(String, String)> {
    let entries = admin.get(server, "/api/admin/audit").await.expect(200);
    let word = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let entries = entries.as_array().unwrap().iter();
    entries.map(|entry| (word(entry, "action"), word(entry, "target"))).collect()
}

async fn sign_in(server: &Server, username: &str, password: &str) -> crate::support::Answer {
    let body = json!({ "username": username, "password": password });
    server.ask("POST", "/api/auth/login", Some(&body)).await
}

#[tokio::test]
async fn how_the_server_is_set_can_be_changed_while_it_runs_and_lasts() {
    let (server, ada, bob) = two(&[]).await;
    let usual = ada.get(&server, SETTINGS).await.expect(200);
    assert_eq!(
        usual,
        json!({ "name": "Salon", "registration": "open", "storage_quota": 10_i64 << 30,
                "person_quota": 1 << 30, "max_upload": 25 << 20, "fixed": [] })
    );
    let changes = json!({ "name": "  Café ", "registration": "closed", "max_upload": 1000,
                          "person_quota": 1500, "storage_quota": 9000 });
    let mut watching = bob.connect().await;
    assert_eq!(watching.hello["server"]["name"], "Salon");
    let set = ada.patch(&server, SETTINGS, changes).await.expect(200);
    assert_eq!((&set["name"], &set["person_quota"]), (&json!("Café"), &json!(1500)));
    let told = watching.expect("server_updated").await;
    assert_eq!(
        told["data"],
        json!({ "server": { "name": "Café" }, "limits": { "upload_bytes": 1000 } })
    );
    let manifest = server.ask("GET", "/manifest.webmanifest", None).await.expect(200);
    assert_eq!((&manifest["name"], &manifest["short_name"]), (&json!("Café"), &json!("Café")));
    let file = |length| form(&[("file", Some("a.bin"), &noise(1, length))]);
    let path = "/api/conversations/general/messages";
    ada.send(&server, path, file(1001)).await.refused(413, "too_large");
    ada.send(&server, path, file(1000)).await.expect(201);
    ada.send(&server, path, form(&[("file", Some("b.bin"), &noise(2, 600))]))
        .await
        .refused(413, "too_large");
    assert_eq!(ada.connect().await.hello["limits"]["upload_bytes"], 1000);
    let server = server.again().await;
    assert_eq!(ada.get(&server, SETTINGS).await.expect(200), set);
    let shown = server.ask("GET", "/api/server", None).await.expect(200);
    assert_eq!(
        (&shown["name"], &shown["registration"], &shown["is_new"], &shown["needs_claim"]),
        (&json!("Café"), &json!("closed"), &json!(false), &json!(false))
    );
    let body = json!({ "username": "carl", "password": PASSWORD });
    server.ask("POST", "/api/auth/register", Some(&body)).await.refused(403, "forbidden");
    for bad in [
        json!({ "name": " " }),
        json!({ "name": "x".repeat(61) }),
        json!({ "name": "two\nlines" }),
        json!({ "registration": "ajar" }),
        json!({ "max_upload": 0 }),
        json!({ "max_upload": (1_i64 << 36) + 1 }),
        json!({ "person_quota": -1 }),
        json!({ "storage_quota": "all" }),
    ] {
        ada.patch(&server, SETTINGS, bad).await.refused(422, "invalid");
    }
    assert_eq!(done(&server, &ada).await, [("server_edited".to_owned(), "Café".to_owned())]);
}

#[tokio::test]
async fn what_an_option_says_wins_and_is_kept_when_the_option_is_gone() {
    let (mut server, ada, _) = two(&["--registration", "open", "--max-upload", "5000"]).await;
    let set = ada.get(&server, SETTINGS).await.expect(200);
    assert_eq!(set["fixed"], json!(["registration", "max_upload"]));
    assert_eq!(set["max_upload"], 5000);
    let held = ada.patch(&server, SETTINGS, json!({ "registration": "closed" })).await;
    assert!(held.refused(409, "conflict")["fields"]["registration"].is_string());
    ada.patch(&server, SETTINGS, json!({ "name": "x", "max_upload": 1 }))
        .await
        .refused(409, "conflict");
    let set = ada.patch(&server, SETTINGS, json!({ "name": "Tea" })).await.expect(200);
    assert_eq!(set["name"], "Tea");
    server.terminate().await;
    let db = Connection::open(server.file()).unwrap();
    let kept: i64 = db.query_row("SELECT max_upload FROM server", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 5000);
}

#[tokio::test]
async fn only_administrators_run_the_server() {
    let (server, ada, bob) = two(&[]).await;
    let document = server.ask("GET", "/api/openapi.json", None).await.expect(200);
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/api/admin/") {
            continue;
        }
        let path = path.replace("{username}", "ada").replace("{id}", &bob.id);
        for method in item.as_object().unwrap().keys() {
            let body = json!({
                "owner": "bob", "username": "ada", "name": "mine", "password": "mine from now on",
                "scopes": ["read"], "resolved": true, "description": "x", "bot": "bob",
            });
            let answer = match method.as_str() {
                "get" => bob.get(&server, &path).await,
                "post" => bob.post(&server, &path, body).await,
                "patch" => bob.patch(&server, &path, body).await,
                "put" => bob.put_with(&server, &path, body).await,
                "delete" => bob.delete(&server, &path).await,
                other => panic!("{other}"),
            };
            answer.refused(403, "forbidden");
            tried += 1;
        }
    }
    assert!(tried >= 20, "{tried}");
    assert_eq!(done(&server, &ada).await, []);
    ada.get(&server, "/api/me").await.expect(200);
}

#[tokio::test]
async fn administrators_make_others_and_one_always_stays() {
    let (server, ada, bob) = two(&[]).await;
    let path = |who: &str| format!("/api/admin/people/{who}");
    let mut socket = bob.connect().await;
    let made = ada.patch(&server, &path("bob"), json!({ "role": "admin" })).await.expect(200);
    assert_eq!((&made["username"], &made["role"]), (&json!("bob"), &json!("admin")));
    assert_eq!(socket.expect("user_updated").await["data"]["user"]["role"], "admin");
    for bad in [json!({ "role": "bot" }), json!({ "role": "king" }), json!({ "is_disabled": 1 })] {
        bob.patch(&server, &path("ada"), bad).await.refused(422, "invalid");
    }
    bob.patch(&server, &path("ada"), json!({ "role": "member" })).await.expect(200);
    ada.get(&server, SETTINGS).await.refused(403, "forbidden");
    for last in [json!({ "role": "member" }), json!({ "is_disabled": true })] {
        bob.patch(&server, &path("bob"), last).await.refused(409, "conflict");
    }
    bob.delete(&server, &path("bob")).await.refused(409, "conflict");
    let password = json!({ "password": PASSWORD });
    bob.delete_with(&server, "/api/me", password).await.refused(409, "conflict");
    bob.post(&server, "/api/admin/bans", json!({ "username": "bob" }))
        .await
        .refused(409, "conflict");
    bob.patch(&server, &path("nobody"), json!({})).await.refused(404, "not_found");
    bob.delete(&server, &path("ada")).await.expect(204);
    ada.get(&server, "/api/me").await.refused(401, "unauthorized");
    bob.get(&server, &path("ada")).await.refused(404, "not_found");
    let acts: Vec<_> = done(&server, &bob).await;
    let acts: Vec<_> = acts.iter().map(|(what, whom)| (what.as_str(), whom.as_str())).collect();
    assert_eq!(acts, [("person_deleted", "ada"), ("role_changed", "ada"), ("role_changed", "bob")]);
}

#[tokio::test]
async fn who_is_disabled_is_out_until_they_are_enabled() {
    let (server, ada, bob) = two(&[]).await;
    let path = "/api/admin/people/bob";
    let mut socket = bob.connect().await;
    let off = ada.patch(&server, path, json!({ "is_disabled": true })).await.expect(200);
    assert_eq!((&off["is_disabled"], &off["session_count"]), (&json!(true), &json!(0)));
    assert_eq!(socket.closed().await.0, 4401);
    bob.get(&server, "/api/me").await.refused(401, "unauthorized");
    let renewal = json!({ "refresh_token": bob.refresh });
    server.ask("POST", "/api/auth/refresh", Some(&renewal)).await.refused(401, "unauthorized");
    sign_in(&server, "bob", PASSWORD).await.refused(403, "disabled");
    sign_in(&server, "bob", "not the password").await.refused(401, "unauthorized");
    let link = ada.call_on(&server, &format!("{path}/sign_in_link")).await.expect(201);
    let token = link["url"].as_str().unwrap().split_once("link=").unwrap().1;
    let body = json!({ "token": token });
    server.ask("POST", "/api/auth/link", Some(&body)).await.refused(403, "disabled");
    ada.patch(&server, path, json!({ "is_disabled": false })).await.expect(200);
    sign_in(&server, "bob", PASSWORD).await.expect(200);
    server.ask("POST", "/api/auth/link", Some(&body)).await.expect(200);
}

#[tokio::test]
async fn a_link_signs_in_once_and_may_set_a_password() {
    let (server, ada, bob) = two(&[]).await;
    let make = async || {
        let path = "/api/admin/people/bob/sign_in_link";
        let link = ada.call_on(&server, path).await.expect(201);
        assert!(link["qr"].as_str().unwrap().contains("<svg"), "{link}");
        assert!(link["expires_at"].is_string());
        let (page, token) = link["url"].as_str().unwrap().split_once("?link=").unwrap();
        assert_eq!(page, format!("{}/login", server.url));
        token.to_owned()
    };
    let using = async |token: &str, password: Option<&str>| {
        let body = json!({ "token": token, "password": password });
        server.ask("POST", "/api/auth/link", Some(&body)).await
    };
    let (old, link) = (make().await, make().await);
    using(&old, None).await.refused(401, "unauthorized"); // a new one voids it
    using(&link, Some("short")).await.refused(422, "invalid");
    let grant = using(&link, None).await.expect(200);
    assert_eq!(grant["user"]["username"], "bob");
    using(&link, None).await.refused(401, "unauthorized");
    bob.get(&server, "/api/me").await.expect(200);
    // who takes another password has everybody else out, and what else would let somebody in
    let link = make().await;
    let change = json!({ "current_password": PASSWORD, "new_password": PASSWORD });
    bob.post(&server, "/api/me/password", change).await.expect(204);
    using(&link, Some("of a stranger")).await.refused(401, "unauthorized");
    // with a password, whoever knew the old one is out
    let link = make().await;
    let db = Connection::open(server.file()).unwrap();
    let stored = "SELECT count(*) FROM sign_in_link WHERE instr(hash, ?1) OR length(hash) <> 32";
    let stored: i64 = db.query_row(stored, [&link], |row| row.get(0)).unwrap();
    assert_eq!(stored, 0, "only a hash of it is kept");
    let grant = using(&link, Some("a new password")).await.expect(200);
    bob.get(&server, "/api/me").await.refused(401, "unauthorized");
    let bob = Person::from_grant(&server, &grant);
    assert_eq!(bob.get(&server, "/api/me/sessions").await.headers["x-total-count"], "1");
    sign_in(&server, "bob", PASSWORD).await.refused(401, "unauthorized");
    sign_in(&server, "bob", "a new password").await.expect(200);
    let used = ada.get(&server, "/api/admin/audit?limit=1").await.expect(200);
    assert_eq!(
        (&used[0]["action"], &used[0]["actor"], &used[0]["details"]),
        (&json!("sign_in_link_used"), &json!("bob"), &json!({ "password_set": true }))
    );
}

#[tokio::test]
async fn people_are_listed_with_where_they_are_signed_in() {
    let (server, ada, bob) = two(&[]).await;
    Person::sign_in(&server, "bob").await;
    bob.post_file(&server, "general", "a.bin", &noise(1, 700)).await;
    let list = ada.get(&server, "/api/admin/people?q=BO&limit=5").await;
    assert_eq!(list.headers["x-total-count"], "1");
    let list = list.expect(200);
    assert_eq!(
        (&list[0]["session_count"], &list[0]["stored_bytes"], &list[0]["is_disabled"]),
        (&json!(2), &json!(700), &json!(false))
    );
    assert!(list[0]["last_activity"].is_string() && list[0]["created_at"].is_string());
    let path = "/api/admin/people/bob/sessions";
    let sessions = ada.get(&server, path).await.expect(200);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    assert_eq!(
        (&sessions[0]["address"], &sessions[0]["current"]),
        (&json!("127.0.0.1"), &json!(false))
    );
    let mut socket = bob.connect().await;
    ada.delete(&server, path).await.expect(204);
    assert_eq!(socket.closed().await.0, 4401);
    assert_eq!(ada.get(&server, path).await.expect(200), json!([]));
    Person::sign_in(&server, "bob").await;
}

#[tokio::test]
async fn rooms_are_all_listed_and_handed_over_but_private_ones_stay_private() {
    let (server, ada, bob) = two(&[]).await;
    let carl = server.person("carl").await;
    let tea = bob.room(&server, json!({ "name": "Thé vert", "topic": "leaves" })).await;
    let den = bob.room(&server, json!({ "name": "den", "is_private": true })).await;
    bob.post_file(&server, &den, "a.bin", &noise(3, 512)).await;
    let rooms = ada.get(&server, "/api/admin/rooms").await;
    assert_eq!(rooms.headers["x-total-count"], "3");
    let rooms = rooms.expect(200);
    let seen = &rooms[0];
    assert_eq!((&seen["name"], &seen["owner"]), (&json!("den"), &json!("bob")));
    assert_eq!(
        (&seen["is_private"], &seen["message_count"], &seen["member_count"], &seen["stored_bytes"]),
        (&json!(true), &json!(1), &json!(1), &json!(512))
    );
    let found = ada.get(&server, "/api/admin/rooms?q=the").await.expect(200);
    assert_eq!((found.as_array().unwrap().len(), &found[0]["id"]), (1, &json!(tea)));
    ada.get(&server, &format!("/api/conversations/{den}/messages")).await.refused(403, "forbidden");
    // a public room comes to whomever
    let mut socket = bob.connect().await;
    let path = |id: &str| format!("/api/admin/rooms/{id}");
    let owner = |name: &str| json!({ "owner": name });
    let handed = ada.patch(&server, &path(&tea), owner("carl")).await.expect(200);
    assert_eq!(handed["owner"], "carl");
    assert_eq!(socket.expect("room_updated").await["data"]["conversation"]["owner"], "carl");
    let rename = json!({ "name": "Green tea" });
    let room = format!("/api/conversations/{tea}");
    bob.patch(&server, &room, rename.clone()).await.refused(403, "forbidden");
    carl.patch(&server, &room, rename).await.expect(200);
    // a private one to who is in it: running the server is no way in
    for outsider in ["ada", "carl"] {
        ada.patch(&server, &path(&den), owner(outsider)).await.refused(409, "conflict");
    }
    let member = format!("/api/conversations/{den}/members/carl");
    bob.put(&server, &member).await.expect(204);
    ada.patch(&server, &path(&den), owner("carl")).await.expect(200);
    let members = carl.get(&server, &format!("/api/conversations/{den}/members")).await;
    let roles = members.expect(200);
    assert_eq!(
        (&roles[0]["room_role"], &roles[1]["room_role"]),
        (&json!("member"), &json!("owner"))
    );
    ada.patch(&server, &path("general"), owner("bob")).await.refused(409, "conflict");
    ada.patch(&server, &path("nowhere"), owner("bob")).await.refused(404, "not_found");
    ada.patch(&server, &path(&tea), owner("nobody")).await.refused(404, "not_found");
}

#[tokio::test]
async fn moderation_is_written_down_and_ones_own_affairs_are_not() {
    let (server, ada, bob) = two(&[]).await;
    let tea = bob.room(&server, json!({ "name": "tea", "members": ["ada"] })).await;
    let own = ada.room(&server, json!({ "name": "own" })).await;
    let said = bob.say(&server, &tea, "a secret of bob's").await;
    let mine = ada.say(&server, &tea, "mine").await;
    let message = |said: &Value| format!("/api/messages/{}", said["id"].as_str().unwrap());
    ada.delete(&server, &message(&mine)).await.expect(204);
    ada.delete(&server, &format!("/api/conversations/{own}")).await.expect(204);
    assert_eq!(done(&server, &ada).await, []);
    ada.delete(&server, &message(&said)).await.expect(204);
    let room = format!("/api/conversations/{tea}");
    ada.patch(&server, &room, json!({ "name": "coffee" })).await.expect(200);
    ada.call_on(&server, &format!("{room}/leave")).await.expect(204);
    ada.delete(&server, &room).await.expect(204);
    let all = ada.get(&server, "/api/admin/audit").await.expect(200);
    let acts: Vec<_> = all.as_array().unwrap().iter().map(|one| one["action"].clone()).collect();
    assert_eq!(acts, ["room_deleted", "room_edited", "message_deleted"].map(Value::from));
    assert_eq!((&all[2]["target"], &all[2]["actor"]), (&json!("bob"), &json!("ada")));
    assert_eq!(all[1]["details"]["was"], "tea");
    assert!(!all.to_string().contains("secret"), "{all}");
    let second = &all[1]["id"];
    let older = ada.get(&server, &format!("/api/admin/audit?before={second}&limit=5")).await;
    assert_eq!(older.expect(200), json!([all[2]]));
}

#[tokio::test]
async fn what_the_file_holds_and_how_the_server_does() {
    let (server, ada, bob) = two(&[]).await;
    let socket = bob.connect().await;
    bob.post_file(&server, "general", "a.bin", &noise(1, 70_000)).await;
    ada.post_file(&server, "general", "b.bin", &noise(2, 5_000)).await;
    let storage = ada.get(&server, "/api/admin/storage").await.expect(200);
    assert_eq!(storage["files_bytes"], 75_000);
    assert_eq!(
        storage["people"],
        json!([{ "username": "bob", "stored_bytes": 70_000 },
               { "username": "ada", "stored_bytes": 5_000 }])
    );
    assert_eq!(
        (&storage["rooms"][0]["name"], &storage["rooms"][0]["stored_bytes"]),
        (&json!("general"), &json!(75_000))
    );
    assert!(storage["log_bytes"].as_u64().unwrap() > 75_000);
    let health = ada.get(&server, "/api/admin/health").await.expect(200);
    assert_eq!((&health["sockets"], &health["messages"]), (&json!(1), &json!(2)));
    for word in ["commits", "memory_bytes", "disk_free_bytes", "database_bytes", "people_online"] {
        assert!(health[word].as_u64().unwrap() > 0, "{word}: {health}");
    }
    assert!(health["last_commit_ms"].as_f64().unwrap() > 0.0);
    ada.patch(&server, "/api/admin/people/nobody", json!({})).await.refused(404, "not_found");
    let after = ada.get(&server, "/api/admin/health").await.expect(200);
    assert_eq!(after["refusals"].as_u64(), health["refusals"].as_u64().map(|count| count + 1));
    drop(socket);
}

#[tokio::test]
async fn a_copy_of_everything_is_taken_while_people_talk() {
    let (server, ada, bob) = two(&[]).await;
    ada.say(&server, "general", "kept").await;
    bob.post_file(&server, "general", "big.bin", &noise(1, 20 << 20)).await;
    let url = format!("{}/api/admin/backup", server.url);
    let begun = within("a copy", server.client().get(url).bearer_auth(&ada.token).send()).await;
    let begun = begun.unwrap();
    assert_eq!(begun.status(), 200);
    let named = begun.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(named.starts_with("attachment; filename=\"salon-20") && named.ends_with(".db\""));
    // one at a time; and nobody waits for it
    ada.get(&server, "/api/admin/backup").await.refused(409, "conflict");
    bob.say(&server, "general", "said meanwhile").await;
    let size = begun.content_length().unwrap();
    let bytes = within("all of the copy", begun.bytes()).await.unwrap();
    assert_eq!(bytes.len() as u64, size);
    let names = fs::read_dir(server.folder()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_str().unwrap().contains("copy")));
    let copy = server.folder().join("restored.db");
    fs::write(&copy, &bytes).unwrap();
    let db = Connection::open(&copy).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let said = "SELECT group_concat(content, '|') FROM message";
    let said: String = db.query_row(said, [], |row| row.get(0)).unwrap();
    assert_eq!(said, "kept|");
    drop(db);
    fs::remove_file(copy).unwrap();
    assert_eq!(done(&server, &ada).await.len(), 1);
}
