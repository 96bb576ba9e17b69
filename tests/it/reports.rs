//! Messages that people report to who runs the server, and what comes of it.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Server};

const PATH: &str = "/api/admin/reports";

/// Ada runs the server; Bob and Carl are in a private room of Bob's, Dora is not.
async fn four() -> (Server, [Person; 4], String) {
    let server = Server::start().await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "carl", "dora"] {
        people.push(server.person(name).await);
    }
    let people: [Person; 4] = people.try_into().unwrap();
    let new = json!({ "name": "attic", "is_private": true, "members": ["carl"] });
    let room = people[1].room(&server, new).await;
    (server, people, room)
}

fn id_of(message: &Value) -> &str {
    message["id"].as_str().unwrap()
}

async fn report(server: &Server, by: &Person, message: &Value, reason: &str) -> Answer {
    let path = format!("/api/messages/{}/report", id_of(message));
    by.post(server, &path, json!({ "reason": reason })).await
}

async fn listed(server: &Server, by: &Person, query: &str) -> Vec<Value> {
    let page = by.get(server, &format!("{PATH}{query}")).await;
    let total: usize = page.headers["x-total-count"].to_str().unwrap().parse().unwrap();
    let list = page.expect(200).as_array().unwrap().clone();
    assert_eq!(list.len(), total);
    list
}

#[tokio::test]
async fn a_message_is_shown_to_administrators_as_it_was_when_it_was_reported() {
    let (server, [ada, bob, carl, dora], room) = four().await;
    let before = bob.say(&server, &room, "nobody reported this").await;
    let message = bob.say(&server, &room, "rude").await;
    let mut ears = ada.connect().await;
    let taken = report(&server, &carl, &message, " he is\nrude ").await.expect(201);
    let told = &ears.expect("notification_added").await["data"]["notification"];
    let data = json!({
        "report_id": taken["id"], "username": "carl", "sender": "bob", "room": "attic",
    });
    assert_eq!((&told["action"], &told["data"]), (&json!("report"), &data));
    for other in [&bob, &carl, &dora] {
        let told = other.get(&server, "/api/notifications").await.expect(200);
        assert!(told.as_array().unwrap().iter().all(|one| one["action"] != "report"), "{told}");
    }
    // it stands as it was, whatever becomes of the message
    let path = format!("/api/messages/{}", id_of(&message));
    bob.patch(&server, &path, json!({ "content": "kind" })).await.expect(200);
    let list = listed(&server, &ada, "?open=true").await;
    let [one] = list.as_slice() else { panic!("{list:?}") };
    let expected = json!({
        "id": taken["id"], "reporter": "carl", "reason": "he is\nrude", "message_id": message["id"],
        "sender": "bob", "sender_id": bob.id, "content": "rude", "files": [],
        "date": message["date"], "chat_id": room, "room": "attic", "is_deleted": false,
        "created_at": one["created_at"], "is_resolved": false, "resolved_at": null,
        "resolved_by": null,
    });
    assert_eq!(*one, expected);
    // that one message was shown, and no other
    ada.get(&server, &format!("/api/conversations/{room}/messages"))
        .await
        .refused(403, "forbidden");
    let other = format!("/api/messages/{}/history", id_of(&before));
    ada.get(&server, &other).await.refused(403, "forbidden");
    for nobody in [&bob, &carl, &dora] {
        nobody.get(&server, PATH).await.refused(403, "forbidden");
    }
    assert!(!server.said().contains("rude"));
}

#[tokio::test]
async fn who_can_read_it_reports_it_once() {
    let (server, [ada, bob, carl, dora], room) = four().await;
    let message = bob.say(&server, &room, "rude").await;
    report(&server, &dora, &message, "").await.refused(404, "not_found");
    report(&server, &ada, &message, "").await.refused(403, "forbidden");
    report(&server, &bob, &message, "").await.refused(403, "forbidden");
    let long = "é".repeat(501);
    for bad in [long.as_str(), "\u{0}", "a\u{202e}b"] {
        let refused = report(&server, &carl, &message, bad).await.refused(422, "invalid");
        assert!(refused["fields"]["reason"].is_string());
    }
    report(&server, &carl, &message, &"é".repeat(500)).await.expect(201);
    report(&server, &carl, &message, "again").await.refused(409, "conflict");
    let direct = dora.direct(&server, &carl).await;
    let psst = dora.say(&server, &direct, "psst").await;
    carl.put(&server, "/api/users/dora/block").await.expect(204);
    // a report needs no words, and comes after a block too
    let path = format!("/api/messages/{}/report", id_of(&psst));
    carl.call_on(&server, &path).await.expect(201);
    let gone = bob.say(&server, &room, "gone").await;
    bob.delete(&server, &format!("/api/messages/{}", id_of(&gone))).await.expect(204);
    report(&server, &carl, &gone, "").await.refused(409, "conflict");
    for nothing in ["nonsense", "01890000-0000-7000-8000-000000000000"] {
        let path = format!("/api/messages/{nothing}/report");
        carl.call_on(&server, &path).await.refused(404, "not_found");
    }
    let left = bob.say(&server, &room, "left").await;
    carl.call_on(&server, &format!("/api/conversations/{room}/leave")).await.expect(204);
    report(&server, &carl, &left, "").await.refused(404, "not_found");
    assert_eq!(listed(&server, &ada, "").await.len(), 2);
}

#[tokio::test]
async fn it_is_looked_after_written_down_and_open_again() {
    let (server, [ada, bob, carl, _], room) = four().await;
    let message = bob.say(&server, &room, "rude").await;
    let id = report(&server, &carl, &message, "").await.expect(201)["id"].clone();
    let path = format!("{PATH}/{}", id.as_str().unwrap());
    carl.patch(&server, &path, json!({ "resolved": true })).await.refused(403, "forbidden");
    ada.patch(&server, &path, json!({})).await.refused(422, "invalid");
    let mut ears = ada.connect().await;
    let one = ada.patch(&server, &path, json!({ "resolved": true })).await.expect(200);
    assert_eq!((&one["is_resolved"], &one["resolved_by"]), (&json!(true), &json!("ada")));
    assert!(one["resolved_at"].is_string());
    ears.expect("notification_read").await; // nobody has to look at it any more
    assert_eq!(listed(&server, &ada, "?open=true").await, Vec::<Value>::new());
    assert_eq!(listed(&server, &ada, "?open=false").await, [one]);
    let one = ada.patch(&server, &path, json!({ "resolved": false })).await.expect(200);
    assert_eq!((&one["is_resolved"], &one["resolved_by"]), (&json!(false), &Value::Null));
    assert_eq!(listed(&server, &ada, "?open=true").await, [one]);
    ada.get(&server, &format!("{PATH}?open=perhaps")).await.refused(422, "invalid");
    let acts = ada.get(&server, "/api/admin/audit").await.expect(200);
    let acts: Vec<_> = acts.as_array().unwrap().iter().collect();
    let told: Vec<_> = acts.iter().take(3).map(|act| (&act["action"], &act["actor"])).collect();
    let action = ["report_reopened", "report_resolved", "message_reported"].map(Value::from);
    let actor = ["ada", "ada", "carl"].map(Value::from);
    assert_eq!(told, action.iter().zip(&actor).collect::<Vec<_>>());
    assert!(acts.iter().all(|act| !act.to_string().contains("rude")));
}

#[tokio::test]
async fn who_runs_the_server_deletes_what_was_reported_wherever_it_stands() {
    let (server, [ada, bob, carl, _], room) = four().await;
    let direct = bob.direct(&server, &carl).await;
    let file = bob.upload(&server, &direct, "insult.txt", b"words").await;
    let body = json!({ "content": "rude", "attachments": [file["id"]] });
    let there = format!("/api/conversations/{direct}/messages");
    let private = bob.post(&server, &there, body).await.expect(201);
    let said = bob.say(&server, &room, "rude").await;
    for message in [&private, &said] {
        report(&server, &carl, message, "").await.expect(201);
    }
    ada.delete(&server, &format!("/api/messages/{}", id_of(&private)))
        .await
        .refused(404, "not_found");
    let mut ears = carl.connect().await;
    for one in listed(&server, &ada, "").await {
        let path = format!("{PATH}/{}/message", id_of(&one));
        bob.delete(&server, &path).await.refused(403, "forbidden");
        ada.delete(&server, &path).await.expect(204);
        ada.delete(&server, &path).await.expect(204);
        let deleted = &ears.expect("message_deleted").await["data"];
        assert_eq!((&deleted["id"], &deleted["content"]), (&one["message_id"], &json!("")));
    }
    let list = listed(&server, &ada, "").await;
    assert!(list.iter().all(|one| one["is_deleted"] == true && one["content"] == "rude"));
    assert_eq!((&list[1]["files"], &list[1]["room"]), (&json!(["insult.txt"]), &Value::Null));
    bob.delete(&server, &format!("/api/conversations/{room}")).await.expect(204);
    let list = listed(&server, &ada, "").await;
    assert_eq!((&list[0]["room"], &list[0]["is_deleted"]), (&json!("attic"), &json!(true)));
    let acts = ada.get(&server, "/api/admin/audit").await.expect(200);
    let deletions =
        acts.as_array().unwrap().iter().filter(|act| act["action"] == "message_deleted");
    assert_eq!(deletions.count(), 2);
}

#[tokio::test]
async fn nobody_floods_who_looks_after_reports() {
    let (server, [ada, bob, carl, _], room) = four().await;
    for number in 0..50 {
        let message = bob.say(&server, &room, &format!("rude {number}")).await;
        report(&server, &carl, &message, "").await.expect(201);
    }
    let message = bob.say(&server, &room, "one more").await;
    let refused = report(&server, &carl, &message, "").await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.refused(429, "rate_limited");
    let first = &ada.get(&server, &format!("{PATH}?open=true")).await.expect(200)[0];
    let path = format!("{PATH}/{}", id_of(first));
    ada.patch(&server, &path, json!({ "resolved": true })).await.expect(200);
    report(&server, &carl, &message, "").await.expect(201);
}

#[tokio::test]
async fn reports_are_limited_by_time_where_limits_are_on() {
    let server = Server::start_with(&["--limits", "on"]).await;
    let (_, bob, carl) =
        (server.person("ada").await, server.person("bob").await, server.person("carl").await);
    let message = bob.say(&server, "general", "fine").await;
    let mut refused = 0;
    for _ in 0..12 {
        if report(&server, &carl, &message, "").await.status == 429 {
            refused += 1;
        }
    }
    assert!((1..=2).contains(&refused), "{refused}");
}
