//! Pinned messages, and what messages said before they were edited.

use serde_json::{Value, json};

use crate::support::{Person, Server};

fn path(message: &Value, rest: &str) -> String {
    format!("/api/messages/{}{rest}", message["id"].as_str().unwrap())
}

fn contents(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap()).collect()
}

async fn pinned(server: &Server, person: &Person, place: &str) -> Value {
    person.get(server, &format!("/api/conversations/{place}/pins")).await.expect(200)
}

async fn edit(server: &Server, person: &Person, message: &Value, content: &str) -> Value {
    person.patch(server, &path(message, ""), json!({ "content": content })).await.expect(200)
}

#[tokio::test]
async fn in_a_room_its_sender_and_who_runs_the_room_pin_a_message() {
    let server = Server::start().await;
    let (admin, ada, bob) =
        (server.person("admin").await, server.person("ada").await, server.person("bob").await);
    ada.room(&server, json!({ "name": "tea", "members": ["bob", "admin"] })).await;
    let (first, second) =
        (bob.say(&server, "tea", "first").await, bob.say(&server, "tea", "second").await);
    let third = ada.say(&server, "tea", "third").await;
    assert_eq!((&first["pinned_at"], &first["pinned_by"]), (&Value::Null, &Value::Null));
    bob.put(&server, &path(&third, "/pin")).await.refused(403, "forbidden");
    for (person, message) in [(&admin, &third), (&bob, &first), (&ada, &second)] {
        person.put(&server, &path(message, "/pin")).await.expect(204);
    }
    // pinned again, it stays where it was, and by whom
    ada.put(&server, &path(&first, "/pin")).await.expect(204);
    let list = pinned(&server, &bob, "tea").await;
    assert_eq!(contents(&list), ["second", "first", "third"]);
    let by: Vec<_> = list.as_array().unwrap().iter().map(|m| m["pinned_by"].clone()).collect();
    assert_eq!(by, ["ada", "bob", "admin"]);
    assert!(list[0]["pinned_at"].is_string());
    assert!(list[0]["rev"].as_i64() > second["rev"].as_i64());
    let page = "/api/conversations/tea/pins?limit=1&offset=1";
    let page = bob.get(&server, page).await;
    assert_eq!(page.headers["x-total-count"], "3");
    assert_eq!(contents(&page.expect(200)), ["first"]);
    let said = bob.get(&server, "/api/conversations/tea/messages").await.expect(200);
    assert_eq!(said[2]["pinned_by"], "admin");
    bob.delete(&server, &path(&third, "/pin")).await.refused(403, "forbidden");
    bob.delete(&server, &path(&second, "/pin")).await.expect(204);
    bob.delete(&server, &path(&second, "/pin")).await.expect(204);
    assert_eq!(contents(&pinned(&server, &bob, "tea").await), ["first", "third"]);
}

#[tokio::test]
async fn both_people_of_a_direct_pin_and_nobody_else_knows() {
    let server = Server::start().await;
    let (admin, ada, bob) =
        (server.person("admin").await, server.person("ada").await, server.person("bob").await);
    let direct = ada.direct(&server, &bob).await;
    let said = ada.say(&server, &direct, "the address").await;
    bob.put(&server, &path(&said, "/pin")).await.expect(204);
    assert_eq!(pinned(&server, &ada, &direct).await[0]["pinned_by"], "bob");
    let list = format!("/api/conversations/{direct}/pins");
    admin.get(&server, &list).await.refused(404, "not_found");
    admin.put(&server, &path(&said, "/pin")).await.refused(404, "not_found");
    admin.get(&server, &path(&said, "/history")).await.refused(404, "not_found");
    // across a silence what was pinned stays, for both
    ada.put(&server, "/api/users/bob/block").await.expect(204);
    bob.delete(&server, &path(&said, "/pin")).await.refused(403, "forbidden");
    assert_eq!(contents(&pinned(&server, &bob, &direct).await), ["the address"]);
}

#[tokio::test]
async fn who_is_not_in_a_room_pins_nothing_and_sees_no_pins() {
    let server = Server::start().await;
    let (admin, ada, bob) =
        (server.person("admin").await, server.person("ada").await, server.person("bob").await);
    for (name, is_private, refused) in [("open", false, 403), ("hidden", true, 404)] {
        ada.room(&server, json!({ "name": name, "is_private": is_private })).await;
        let said = ada.say(&server, name, "here").await;
        let code = if refused == 403 { "forbidden" } else { "not_found" };
        let list = format!("/api/conversations/{name}/pins");
        bob.get(&server, &list).await.refused(refused, code);
        bob.put(&server, &path(&said, "/pin")).await.refused(refused, code);
        bob.get(&server, &path(&said, "/history")).await.refused(refused, code);
        admin.get(&server, &list).await.refused(403, "forbidden");
        admin.put(&server, &path(&said, "/pin")).await.refused(403, "forbidden");
        admin.get(&server, &path(&said, "/history")).await.refused(403, "forbidden");
    }
    let nowhere = "/api/messages/01890000-0000-7000-8000-000000000000";
    ada.put(&server, &format!("{nowhere}/pin")).await.refused(404, "not_found");
    ada.get(&server, &format!("{nowhere}/history")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_conversation_has_a_hundred_pins_at_most() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut last = Value::Null;
    for number in 0..101 {
        last = ada.say(&server, "general", &number.to_string()).await;
        if number < 100 {
            ada.put(&server, &path(&last, "/pin")).await.expect(204);
        }
    }
    ada.put(&server, &path(&last, "/pin")).await.refused(409, "conflict");
    let list = ada.get(&server, "/api/conversations/general/pins?limit=100").await;
    assert_eq!(list.headers["x-total-count"], "100");
    let list = list.expect(200);
    assert_eq!(list[0]["content"], "99");
    ada.delete(&server, &path(&list[99], "/pin")).await.expect(204);
    ada.put(&server, &path(&last, "/pin")).await.expect(204);
    assert_eq!(pinned(&server, &ada, "general").await[0]["content"], "100");
}

#[tokio::test]
async fn deleting_a_message_unpins_it_and_forgets_what_it_said() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    ada.room(&server, json!({ "name": "tea" })).await;
    let (gone, kept) =
        (ada.say(&server, "general", "secret").await, ada.say(&server, "tea", "a room's").await);
    for message in [&gone, &kept] {
        edit(&server, &ada, message, "public").await;
        ada.put(&server, &path(message, "/pin")).await.expect(204);
    }
    ada.delete(&server, &path(&gone, "")).await.expect(204);
    assert_eq!(pinned(&server, &ada, "general").await, json!([]));
    assert_eq!(ada.get(&server, &path(&gone, "/history")).await.expect(200), json!([]));
    ada.put(&server, &path(&gone, "/pin")).await.refused(409, "conflict");
    ada.delete(&server, &path(&gone, "/pin")).await.expect(204);
    let said = ada.get(&server, "/api/conversations/general/messages").await.expect(200);
    assert_eq!((&said[0]["pinned_at"], &said[0]["pinned_by"]), (&Value::Null, &Value::Null));
    ada.delete(&server, "/api/conversations/tea").await.expect(204);
    server.terminate().await;
    let db = rusqlite::Connection::open(server.file()).unwrap();
    let left: i64 =
        db.query_row("SELECT count(*) FROM message_version", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "what is deleted is not in the file any more");
}

#[tokio::test]
async fn pins_are_told_live_and_again_to_who_comes_back() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (one, two) =
        (bob.say(&server, "general", "one").await, bob.say(&server, "general", "two").await);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let mut others =
        [ada.dial("/ws").await, ada.dial("/ws/chat/").await, ada.dial("/ws/chat/general/").await];
    let cursor = b.hello["cursor"].clone();
    b.send_ref("pin_message", "p", json!({ "id": one["id"] })).await;
    let own = b.expect("message_pinned").await;
    let told = a.expect("message_pinned").await;
    assert_eq!((&own["ref"], &told["ref"]), (&json!("p"), &Value::Null));
    assert_eq!((&told["data"]["id"], &told["data"]["chat_id"]), (&one["id"], &one["chat_id"]));
    assert_eq!(told["data"]["pinned_by"], "bob");
    let list = pinned(&server, &ada, "general").await;
    assert_eq!(
        (&told["data"]["pinned_at"], &told["rev"]),
        (&list[0]["pinned_at"], &list[0]["rev"])
    );
    // again: it is told as it is
    a.send_ref("pin_message", "q", json!({ "id": one["id"] })).await;
    let again = a.expect("message_pinned").await;
    assert_eq!((&again["ref"], &again["data"]), (&json!("q"), &told["data"]));
    b.send("pin_message", json!({ "id": two["id"] })).await;
    a.expect("message_pinned").await;
    a.send_ref("unpin_message", "u", json!({ "id": one["id"] })).await;
    let unpinned = a.expect("message_unpinned").await;
    assert_eq!(unpinned["ref"], "u");
    assert_eq!(
        unpinned["data"],
        json!({ "id": one["id"], "chat_id": one["chat_id"], "username": "ada" })
    );
    for other in &mut others {
        assert_eq!(other.before_pong().await, Vec::<Value>::new());
    }
    let third = ada.say(&server, "general", "three").await;
    b.send("pin_message", json!({ "id": third["id"] })).await;
    assert_eq!(b.refused().await, "forbidden");
    let mut back = ada.connect().await;
    back.send("resume", json!({ "cursor": cursor })).await;
    let first = back.expect_next("message_edited").await;
    assert_eq!((&first["data"]["id"], &first["data"]["pinned_by"]), (&two["id"], &json!("bob")));
    let second = back.expect_next("message_edited").await;
    assert_eq!((&second["data"]["id"], &second["data"]["pinned_at"]), (&one["id"], &Value::Null));
}

#[tokio::test]
async fn a_blocker_does_not_hear_of_the_blocked_ones_pins() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (theirs, own) =
        (bob.say(&server, "general", "bob's").await, ada.say(&server, "general", "ada's").await);
    ada.put(&server, &path(&own, "/pin")).await.expect(204);
    edit(&server, &bob, &theirs, "bob's, edited").await;
    ada.put(&server, "/api/users/bob/block").await.expect(204);
    let mut a = ada.connect().await;
    let general = a.room("general");
    bob.put(&server, &path(&theirs, "/pin")).await.expect(204);
    assert!(a.so_far(&general).await.is_empty());
    let list = ada.get(&server, "/api/conversations/general/pins").await;
    assert_eq!(list.headers["x-total-count"], "1");
    assert_eq!(contents(&list.expect(200)), ["ada's"]);
    assert_eq!(contents(&pinned(&server, &bob, "general").await), ["bob's, edited", "ada's"]);
    ada.get(&server, &path(&theirs, "/history")).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_a_message_said_is_for_its_sender_and_administrators() {
    let server = Server::start().await;
    let (admin, ada, bob) =
        (server.person("admin").await, server.person("ada").await, server.person("bob").await);
    ada.room(&server, json!({ "name": "tea", "members": ["bob", "admin"] })).await;
    let said = bob.say(&server, "tea", "teh **tea**, @ada").await;
    let edited = edit(&server, &bob, &said, "the tea").await;
    let last = edit(&server, &bob, &said, "the tea!").await;
    let history = admin.get(&server, &path(&said, "/history")).await;
    assert_eq!(history.headers["x-total-count"], "3");
    let history = history.expect(200);
    assert_eq!(contents(&history), ["teh **tea**, @ada", "the tea", "the tea!"]);
    let dates: Vec<_> = history.as_array().unwrap().iter().map(|v| v["date"].clone()).collect();
    assert_eq!(dates, [&said["date"], &edited["edited_at"], &last["edited_at"]].map(Clone::clone));
    let html = history[0]["html"].as_str().unwrap();
    assert_eq!(html, said["html"].as_str().unwrap(), "as it showed then");
    let page = bob.get(&server, &path(&said, "/history?limit=1&offset=1")).await.expect(200);
    assert_eq!(contents(&page), ["the tea"]);
    // the room's owner is neither
    ada.get(&server, &path(&said, "/history")).await.refused(403, "forbidden");
    let fresh = bob.say(&server, "tea", "never edited").await;
    let history = bob.get(&server, &path(&fresh, "/history")).await.expect(200);
    assert_eq!(contents(&history), ["never edited"]);
}

#[tokio::test]
async fn the_newest_hundred_versions_are_kept() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let said = ada.say(&server, "general", "0").await;
    for number in 1..=105 {
        edit(&server, &ada, &said, &number.to_string()).await;
    }
    let history = ada.get(&server, &path(&said, "/history?limit=100")).await;
    assert_eq!(history.headers["x-total-count"], "100");
    let history = history.expect(200);
    assert_eq!((&history[0]["content"], &history[99]["content"]), (&json!("6"), &json!("105")));
}
