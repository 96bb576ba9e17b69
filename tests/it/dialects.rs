//! All dialects at once: what is sent in one arrives in all, in one order, for who may see it.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket};

/// A frame of any dialect that holds a message: what it says.
fn said(frame: &Value) -> Option<String> {
    let holds = ["action", "type"].iter().any(|key| {
        ["new_message", "message", "dm", "chat_message"].iter().any(|kind| frame[key] == *kind)
    });
    let holder = [&frame["data"], &frame["message"], frame].into_iter().find(|h| h.is_object());
    holds.then(|| holder.unwrap()["content"].as_str().unwrap().to_owned())
}

async fn next_said(socket: &mut Socket) -> String {
    loop {
        if let Some(content) = said(&socket.next().await) {
            return content;
        }
    }
}

/// One socket of each dialect.
async fn ears(person: &Person, room: &str) -> Vec<Socket> {
    let one = format!("/ws/chat/{room}/");
    let mut ears = vec![person.connect().await];
    for path in ["/ws", "/ws/chat/", &one] {
        ears.push(person.dial(path).await);
    }
    ears
}

/// Says something on a socket of the dialect with this number in `ears`.
async fn say(dialect: usize, socket: &mut Socket, room: &str, content: &str) {
    let now = "2026-01-01T00:00:00Z";
    let frame = match dialect {
        0 => {
            let data = json!({ "content": content, "chat_id": room, "timestamp": now });
            json!({ "action": "new_message", "data": data })
        }
        1 => json!({ "type": "message", "room": room, "content": content }),
        2 => json!({ "action": "send_message", "room": room, "content": content }),
        _ => json!({ "message": content }),
    };
    socket.send_frame(&frame).await;
}

#[tokio::test]
async fn messages_of_all_dialects_come_in_one_order_to_all() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let room = ada.room(&server, json!({ "name": "babel", "members": ["bob"] })).await;
    let (mut mouths, mut ears) = (ears(&ada, &room).await, ears(&bob, &room).await);
    let rounds = 25;
    let mut talking = tokio::task::JoinSet::new();
    for (dialect, mut mouth) in mouths.drain(..).enumerate() {
        let room = room.clone();
        talking.spawn(async move {
            for round in 0..rounds {
                say(dialect, &mut mouth, &room, &format!("{dialect}:{round}")).await;
            }
            let mut heard = Vec::new();
            while heard.len() < 4 * rounds {
                heard.push(next_said(&mut mouth).await);
            }
            heard
        });
    }
    let mut orders = talking.join_all().await;
    for ear in &mut ears {
        let mut heard = Vec::new();
        while heard.len() < 4 * rounds {
            heard.push(next_said(ear).await);
        }
        orders.push(heard);
    }
    let history = format!("/api/conversations/{room}/messages?limit=100");
    let history = bob.get(&server, &history).await.expect(200);
    let kept: Vec<_> =
        history.as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap()).collect();
    for order in orders {
        assert_eq!(order, kept);
    }
    for dialect in 0..4 {
        let own = kept.iter().filter(|content| content.starts_with(&format!("{dialect}:")));
        assert!(
            own.eq((0..rounds)
                .map(|round| format!("{dialect}:{round}"))
                .collect::<Vec<_>>()
                .iter())
        );
    }
}

#[tokio::test]
async fn a_direct_reaches_both_in_every_dialect_and_nobody_else() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let carl = server.person("carl").await;
    let direct = ada.direct(&server, &bob).await;
    let general = bob.connect().await.room("general");
    let (mut of_bob, mut of_carl) = (ears(&bob, &direct).await, ears(&carl, &general).await);
    let mut rooms = ada.dial("/ws").await;
    rooms.send_frame(&json!({ "type": "dm", "to": "bob", "content": "psst" })).await;
    for ear in &mut of_bob {
        assert_eq!(next_said(ear).await, "psst");
    }
    ada.say(&server, "general", "for all").await;
    for ear in &mut of_carl {
        assert_eq!(next_said(ear).await, "for all");
    }
}

/// What one who is not in it tries on somebody else's private conversation, in each dialect; and
/// what it comes to.
#[tokio::test]
async fn nothing_of_a_private_conversation_is_given_to_who_is_not_in_it() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let carl = server.person("carl").await;
    let hidden = json!({ "name": "hidden", "is_private": true, "members": ["bob"] });
    let hidden = ada.room(&server, hidden).await;
    let direct = ada.direct(&server, &bob).await;
    let general = carl.connect().await.room("general");
    let mut ears = ears(&carl, &general).await;
    for place in [&hidden, &direct] {
        let id = ada.say(&server, place, "secret").await["id"].clone();
        let native = &mut ears[0];
        let now = "2026-01-01T00:00:00Z";
        for (action, data) in [
            ("new_message", json!({ "content": "x", "chat_id": place, "timestamp": now })),
            ("edit_message", json!({ "id": id, "content": "x" })),
            ("delete_message", json!({ "id": id })),
            ("like_message", json!({ "id": id, "chat_id": place })),
            ("unlike_message", json!({ "id": id, "chat_id": place })),
            ("add_reaction", json!({ "id": id, "emoji": "🎉" })),
            ("remove_reaction", json!({ "id": id, "emoji": "🎉" })),
            ("read_message", json!({ "id": id })),
            ("typing", json!({ "chat_id": place })),
            ("history", json!({ "chat_id": place })),
            ("join_chat", json!({ "chat_id": place })),
            ("leave_chat", json!({ "chat_id": place })),
            ("room_created", json!({ "chat_id": place })),
        ] {
            native.send(action, data).await;
            assert_eq!(native.refused().await, "not_found", "{action}");
        }
        for (ear, action) in [(1, "type"), (2, "action")] {
            let (send, history) =
                if ear == 1 { ("message", "history") } else { ("send_message", "history") };
            for frame in [
                json!({ action: send, "room": place, "content": "x" }),
                json!({ action: history, "room": place }),
            ] {
                ears[ear].send_frame(&frame).await;
                assert_eq!(ears[ear].refused().await, "not_found", "{frame}");
            }
        }
        let path = format!("/ws/chat/{place}/?token={}", carl.token);
        assert_eq!(Socket::try_open(&server.address(), &path, &[]).await, Err(404));
        let conversation = format!("/api/conversations/{place}");
        for path in ["", "/members", "/messages"] {
            carl.get(&server, &format!("{conversation}{path}")).await.refused(404, "not_found");
        }
        for (path, body) in [
            ("/messages", json!({ "content": "x" })),
            ("/send_message/", json!({ "content": "x" })),
            ("/read", json!({ "seq": 1 })),
            ("/join", json!({})),
            ("/leave", json!({})),
        ] {
            let path = format!("{conversation}{path}");
            carl.post(&server, &path, body).await.refused(404, "not_found");
        }
        let message = format!("/api/messages/{}", id.as_str().unwrap());
        carl.patch(&server, &message, json!({ "content": "x" })).await.refused(404, "not_found");
        carl.delete(&server, &message).await.refused(404, "not_found");
        let like = format!("{message}/reactions/like");
        carl.put(&server, &like).await.refused(404, "not_found");
        carl.delete(&server, &like).await.refused(404, "not_found");
        let member = format!("{conversation}/members/carl");
        carl.put(&server, &member).await.refused(404, "not_found");
    }
    // nothing of all that was heard, and nothing was done
    ada.say(&server, "general", "for all").await;
    for ear in &mut ears {
        loop {
            let frame = ear.next().await;
            assert!(!frame.to_string().contains("secret") && !frame.to_string().contains("hidden"));
            if said(&frame).is_some_and(|content| content == "for all") {
                break;
            }
        }
    }
    for place in [&hidden, &direct] {
        let path = format!("/api/conversations/{place}/messages");
        let kept = ada.get(&server, &path).await.expect(200);
        assert_eq!((kept.as_array().unwrap().len(), &kept[0]["content"]), (1, &json!("secret")));
        assert_eq!(kept[0]["reactions"], json!([]));
        assert_eq!(kept[0]["is_read"], false);
    }
}

#[tokio::test]
async fn whatever_the_dialect_bad_bytes_and_endless_frames_close_only_that_socket() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut other = ada.connect().await;
    for path in ["/ws/events/", "/ws", "/ws/chat/", "/ws/chat/general/"] {
        let mut socket = ada.dial(path).await;
        socket.send_binary(vec![0xff, 0]).await;
        assert_eq!(socket.closed().await.0, 4400, "{path}");
        let mut socket = ada.dial(path).await;
        socket.send_text(&format!("{{\"action\":\"{}\"}}", "x".repeat(70_000))).await;
        assert_eq!(socket.closed().await.0, 1009, "{path}");
        let mut socket = ada.dial(path).await;
        socket.send_text(&"[".repeat(60_000)).await;
        assert_eq!(socket.closed().await.0, 4400, "{path}");
    }
    ada.say(&server, "general", "still here").await;
    assert_eq!(other.expect("new_message").await["data"]["content"], "still here");
}
