use serde_json::json;

use crate::support::{Server, Socket};

#[tokio::test]
async fn two_people_talk_and_everything_they_saw_is_there_after_a_kill() {
    let mut server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let id = ada.room(&server, json!({ "name": "kitchen" })).await;
    b.send("join_chat", json!({ "chat_id": id })).await;
    b.expect("join_chat").await;
    a.expect("member_joined").await;
    let mut seen = Vec::new();
    for turn in 0..10 {
        let (speaker, listener) = if turn % 2 == 0 { (&mut a, &mut b) } else { (&mut b, &mut a) };
        speaker.post(&id, &format!("turn {turn}"), None).await;
        speaker.expect("new_message").await;
        seen.push(listener.expect("new_message").await["data"].clone());
    }
    server.kill().await;
    let server = server.again().await;
    let said = bob.get(&server, "/api/conversations/kitchen/messages").await.expect(200);
    for (one, other) in said.as_array().unwrap().iter().zip(&seen) {
        assert_eq!((&one["id"], &one["content"]), (&other["id"], &other["content"]));
    }
    assert_eq!(said.as_array().unwrap().len(), seen.len());
}

#[tokio::test]
async fn a_stranger_hears_nothing_of_what_is_not_for_them() {
    let server = Server::start().await;
    let (admin, ada, bob, eve) = (
        server.person("admin").await,
        server.person("ada").await,
        server.person("bob").await,
        server.person("eve").await,
    );
    let (mut a, mut b, mut e) = (ada.connect().await, bob.connect().await, eve.connect().await);
    let mut chief = admin.connect().await;
    let general = e.room("general");
    let room = ada.room(&server, json!({ "name": "cellar", "is_private": true })).await;
    ada.put(&server, "/api/conversations/cellar/members/bob").await.expect(204);
    let direct = ada.direct(&server, &bob).await;
    for place in [&room, &direct] {
        a.send("typing", json!({ "chat_id": place })).await;
        a.post(place, "between us", None).await;
        let message = b.expect("new_message").await["data"]["id"].clone();
        b.send("read_message", json!({ "id": message })).await;
        a.expect("message_read").await;
        a.send("edit_message", json!({ "id": message, "content": "still" })).await;
        b.expect("message_edited").await;
        a.send("delete_message", json!({ "id": message })).await;
        b.expect("message_deleted").await;
    }
    ada.patch(&server, "/api/conversations/cellar", json!({ "topic": "x" })).await.expect(200);
    b.expect("room_updated").await;
    for socket in [&mut e, &mut chief] {
        let heard = socket.so_far(&general).await;
        assert_eq!(heard, [json!(null); 0]);
    }
    // what is resumed is bounded alike
    e.send_ref("resume", "r", json!({ "cursor": 0 })).await;
    loop {
        let frame = e.next().await;
        if frame["ref"] == "r" {
            break;
        }
        let text = frame.to_string();
        assert!(!text.contains(&room) && !text.contains(&direct), "{text}");
    }
}

#[tokio::test]
async fn a_room_that_becomes_private_is_gone_for_who_is_outside() {
    let server = Server::start().await;
    let (ada, bob, eve) =
        (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    let id = ada.room(&server, json!({ "name": "attic", "members": ["bob"] })).await;
    let (mut b, mut e) = (bob.connect().await, eve.connect().await);
    let path = "/api/conversations/attic";
    ada.patch(&server, path, json!({ "is_private": true })).await.expect(200);
    assert_eq!(e.expect("room_deleted").await["data"]["chat_id"], json!(id));
    assert_eq!(b.expect("room_updated").await["data"]["conversation"]["is_private"], true);
    eve.get(&server, path).await.refused(404, "not_found");
    ada.patch(&server, path, json!({ "is_private": false })).await.expect(200);
    assert_eq!(e.expect("room_updated").await["data"]["chat_id"], json!(id));
}

#[tokio::test]
async fn who_is_put_out_hears_of_it_and_then_nothing() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let id = ada.room(&server, json!({ "name": "attic", "members": ["bob"] })).await;
    let mut b: Socket = bob.connect().await;
    let general = b.room("general");
    ada.delete(&server, "/api/conversations/attic/members/bob").await.expect(204);
    let left = b.expect("leave_chat").await;
    assert_eq!(left["data"]["chat_id"], json!(id));
    ada.say(&server, "attic", "behind his back").await;
    assert!(b.so_far(&general).await.is_empty());
}

#[tokio::test]
async fn posting_races_with_leaving_and_deleting_and_somebody_wins() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    for round in 0..20 {
        let name = format!("room-{round}");
        let id = ada.room(&server, json!({ "name": name, "members": ["bob"] })).await;
        let base = format!("/api/conversations/{id}");
        let path = format!("{base}/messages");
        let (posted, left) =
            tokio::join!(bob.post(&server, &path, json!({ "content": "x" })), async {
                if round % 2 == 0 {
                    bob.call_on(&server, &format!("{base}/leave")).await
                } else {
                    ada.delete(&server, &base).await
                }
            });
        assert_eq!(left.status, 204);
        assert!([201, 403, 404].contains(&posted.status.as_u16()), "{posted:?}");
    }
}
