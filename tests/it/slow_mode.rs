//! Rooms whose members speak only now and then.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, eventually};

const LONG: i64 = 6 * 3600;

/// A room of Bob's in slow mode, that Carl is in; Ada runs the server.
async fn slow_room(seconds: i64) -> (Server, [Person; 3], String) {
    let server = Server::start().await;
    let people =
        [server.person("ada").await, server.person("bob").await, server.person("carl").await];
    let room = people[1].room(&server, json!({ "name": "calm", "members": ["carl", "ada"] })).await;
    let path = format!("/api/rooms/{room}");
    let set = people[1].patch(&server, &path, json!({ "slow_mode": seconds })).await.expect(200);
    assert_eq!(set["slow_mode"], seconds);
    (server, people, room)
}

async fn try_to_say(server: &Server, who: &Person, room: &str, body: Value) -> Answer {
    who.post(server, &format!("/api/conversations/{room}/messages"), body).await
}

fn must_wait(answer: Answer) {
    let seconds: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=LONG).contains(&seconds), "{seconds}");
    answer.refused(429, "slow_mode");
}

#[tokio::test]
async fn a_member_speaks_once_and_waits_but_who_runs_the_room_does_not() {
    let (server, [ada, bob, carl], room) = slow_room(LONG).await;
    let first = json!({ "content": "first", "client_id": "k" });
    let said = try_to_say(&server, &carl, &room, first.clone()).await.expect(201);
    must_wait(try_to_say(&server, &carl, &room, json!({ "content": "second" })).await);
    let again = try_to_say(&server, &carl, &room, first).await.expect(200);
    assert_eq!(again["id"], said["id"]); // what comes twice is still the first
    for (who, times) in [(&ada, 3), (&bob, 3)] {
        for _ in 0..times {
            who.say(&server, &room, "at will").await;
        }
    }
    carl.say(&server, "general", "elsewhere").await;
    let message = format!("/api/messages/{}", said["id"].as_str().unwrap());
    carl.patch(&server, &message, json!({ "content": "better" })).await.expect(200);
    // neither deleting it nor coming in afresh lets one speak sooner
    carl.delete(&server, &message).await.expect(204);
    carl.call_on(&server, &format!("/api/conversations/{room}/leave")).await.expect(204);
    carl.call_on(&server, &format!("/api/conversations/{room}/join")).await.expect(200);
    must_wait(try_to_say(&server, &carl, &room, json!({ "content": "second" })).await);
    let server = server.again().await;
    must_wait(try_to_say(&server, &carl, &room, json!({ "content": "second" })).await);
    let history = bob.get(&server, &format!("/api/conversations/{room}/messages")).await;
    assert_eq!(history.headers["x-total-count"], "7");
    let off = json!({ "slow_mode": 0 });
    bob.patch(&server, &format!("/api/rooms/{room}"), off).await.expect(200);
    carl.say(&server, &room, "second").await;
}

#[tokio::test]
async fn the_wait_is_over_by_itself() {
    let (server, [_, _, carl], room) = slow_room(1).await;
    carl.say(&server, &room, "first").await;
    eventually("a second message", async || {
        let answer = try_to_say(&server, &carl, &room, json!({ "content": "second" })).await;
        answer.status == 201 || {
            must_wait(answer);
            false
        }
    })
    .await;
}

#[tokio::test]
async fn every_dialect_says_how_long_to_wait_and_keeps_its_socket_open() {
    let (server, [_, bob, carl], room) = slow_room(LONG).await;
    carl.say(&server, &room, "first").await;
    let data = json!({ "content": "x", "chat_id": room, "timestamp": "2026-01-01T00:00:00Z" });
    for (path, frame) in [
        ("/ws/events/", json!({ "action": "new_message", "data": data })),
        ("/ws", json!({ "type": "message", "room": "calm", "content": "x" })),
        ("/ws/chat/", json!({ "action": "send_message", "room": "calm", "content": "x" })),
        (&format!("/ws/chat/{room}/"), json!({ "message": "x" })),
    ] {
        let mut socket = carl.dial(path).await;
        for _ in 0..2 {
            socket.send_frame(&frame).await;
            let error = loop {
                let frame = socket.next().await;
                if frame["action"] == "error" || frame["type"] == "error" {
                    break frame;
                }
            };
            let error = if error["data"].is_object() { &error["data"] } else { &error };
            assert_eq!(error["code"], "slow_mode", "{path}");
            assert!(error["retry_after"].as_i64().is_some_and(|s| s > 0), "{path} {error}");
        }
    }
    let history = bob.get(&server, &format!("/api/conversations/{room}/messages")).await;
    assert_eq!(history.headers["x-total-count"], "1");
}

#[tokio::test]
async fn only_who_runs_a_room_slows_it_and_within_bounds() {
    let (server, [ada, bob, carl], room) = slow_room(5).await;
    let path = format!("/api/conversations/{room}");
    let mut socket = carl.connect().await;
    ada.patch(&server, &path, json!({ "slow_mode": 30 })).await.expect(200);
    assert_eq!(socket.expect("room_updated").await["data"]["conversation"]["slow_mode"], 30);
    let noted = ada.get(&server, "/api/admin/audit").await.expect(200);
    assert_eq!(noted[0]["details"]["slow_mode"], 30);
    carl.patch(&server, &path, json!({ "slow_mode": 0 })).await.refused(403, "forbidden");
    for bad in [-1, LONG + 1, i64::MAX, i64::MIN] {
        let refused = bob.patch(&server, &path, json!({ "slow_mode": bad })).await;
        assert!(refused.refused(422, "invalid")["fields"]["slow_mode"].is_string());
    }
    bob.patch(&server, &path, json!({ "slow_mode": "5" })).await.refused(422, "invalid");
    let direct = bob.direct(&server, &carl).await;
    let direct = format!("/api/conversations/{direct}");
    bob.patch(&server, &direct, json!({ "slow_mode": 5 })).await.refused(403, "forbidden");
    let seen = carl.get(&server, &path).await.expect(200);
    assert_eq!((&seen["slow_mode"], &seen["topic"]), (&json!(30), &json!("")));
}

#[tokio::test]
async fn what_comes_by_a_hook_is_not_slowed() {
    let (server, [_, bob, _], room) = slow_room(LONG).await;
    let hook = json!({ "kind": "incoming", "name": "Backups" });
    let made = bob.post(&server, &format!("/api/rooms/{room}/hooks"), hook).await.expect(201);
    let address = made["address"].as_str().unwrap();
    for text in ["one", "two"] {
        let sent = reqwest::Client::new().post(address).json(&json!({ "text": text })).send().await;
        assert_eq!(sent.unwrap().status(), 200);
    }
}
