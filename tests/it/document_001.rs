//! A client written from document 001 alone: conversations over REST, a socket to listen on each.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket, files::form};

async fn conversation() -> (Server, Person, Person, String) {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let room = ada.room(&server, json!({ "name": "plans", "members": ["bob"] })).await;
    (server, ada, bob, room)
}

async fn listen(person: &Person, id: &str) -> Socket {
    let mut socket = person.dial(&format!("/ws/chat/{id}/")).await;
    socket.expect("online_users").await;
    socket
}

#[tokio::test]
async fn conversations_are_made_read_changed_and_deleted() {
    let (server, ada, bob, id) = conversation().await;
    let all = bob.get(&server, "/api/conversations/").await.expect(200);
    assert!(all.as_array().unwrap().iter().any(|c| c["id"] == id.as_str()));
    let path = format!("/api/conversations/{id}/");
    assert_eq!(ada.get(&server, &path).await.expect(200)["name"], "plans");
    let renamed = ada.patch(&server, &path, json!({ "name": "projects" })).await.expect(200);
    assert_eq!(renamed["name"], "projects");
    bob.patch(&server, &path, json!({ "name": "mine" })).await.refused(403, "forbidden");
    bob.delete(&server, &path).await.refused(403, "forbidden");
    ada.delete(&server, &path).await.expect(204);
    ada.get(&server, &path).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_posted_is_heard_by_every_listener_under_the_same_id() {
    let (server, ada, bob, id) = conversation().await;
    let (mut a, mut b) = (listen(&ada, &id).await, listen(&bob, &id).await);
    let path = format!("/api/conversations/{id}/send_message/");
    let sent = ada.post(&server, &path, json!({ "content": "Bonjour" })).await.expect(201);
    assert_eq!((&sent["content"], &sent["sender"]), (&json!("Bonjour"), &json!("ada")));
    for socket in [&mut a, &mut b] {
        let heard = socket.expect("chat_message").await;
        assert_eq!(heard, json!({ "type": "chat_message", "message": sent }));
    }
    // what is said elsewhere is not heard here
    ada.say(&server, "general", "elsewhere").await;
    let direct = ada.direct(&server, &bob).await;
    ada.say(&server, &direct, "psst").await;
    assert!(b.before_pong().await.is_empty());
    let message = format!("/api/messages/{}", sent["id"].as_str().unwrap());
    ada.patch(&server, &message, json!({ "content": "Bonsoir" })).await.expect(200);
    assert_eq!(b.expect("message_edited").await["message"]["content"], "Bonsoir");
    ada.delete(&server, &message).await.expect(204);
    assert_eq!(b.expect("message_deleted").await["message"]["id"], sent["id"]);
}

#[tokio::test]
async fn a_direct_is_a_conversation_too() {
    let (server, ada, bob, _) = conversation().await;
    let direct = ada.direct(&server, &bob).await;
    let mut b = listen(&bob, &direct).await;
    let path = format!("/api/conversations/{direct}/send_message/");
    ada.post(&server, &path, json!({ "content": "psst" })).await.expect(201);
    assert_eq!(b.expect("chat_message").await["message"]["content"], "psst");
}

#[tokio::test]
async fn a_message_is_sent_as_a_form_with_a_file() {
    let (server, ada, bob, id) = conversation().await;
    let mut b = listen(&bob, &id).await;
    let path = format!("/api/conversations/{id}/send_message/");
    let parts = [("content", None, &b"see"[..]), ("file", Some("notes.txt"), b"some notes")];
    let sent = ada.send(&server, &path, form(&parts)).await.expect(201);
    let told = b.expect("chat_message").await;
    assert_eq!(told["message"]["attachments"], sent["attachments"]);
    let url = sent["attachments"][0]["url"].as_str().unwrap();
    assert_eq!(bob.read(&server, url, &[]).await.bytes, b"some notes");
}

#[tokio::test]
async fn only_who_may_read_may_listen() {
    let (server, ada, bob, _) = conversation().await;
    let carl = server.person("carl").await;
    let hidden = ada.room(&server, json!({ "name": "hidden", "is_private": true })).await;
    let refused = async |id: &str| {
        let path = format!("/ws/chat/{id}/?token={}", carl.token);
        Socket::try_open(&server.address(), &path, &[]).await.unwrap_err()
    };
    let direct = ada.direct(&server, &bob).await;
    assert_eq!(refused(&hidden).await, 404);
    assert_eq!(refused(&direct).await, 404);
    assert_eq!(refused("01890000-0000-7000-8000-000000000000").await, 404);
    let no_token = format!("/ws/chat/{hidden}/");
    assert_eq!(Socket::try_open(&server.address(), &no_token, &[]).await, Err(401));
    // a public room is come into by listening
    let mut c = listen(&carl, &ada.room(&server, json!({ "name": "open" })).await).await;
    let told = ada.say(&server, "open", "welcome").await;
    assert_eq!(c.expect("chat_message").await["message"]["id"], told["id"]);
    ada.delete(&server, "/api/conversations/open/members/carl").await.expect(204);
    assert_eq!(c.closed().await, (4403, "FORBIDDEN".into()));
}

#[tokio::test]
async fn a_request_that_is_no_handshake_brings_nobody_into_a_room() {
    let (server, ada, ..) = conversation().await;
    let carl = server.person("carl").await;
    ada.room(&server, json!({ "name": "open" })).await;
    carl.get(&server, "/ws/chat/open/").await.refused(400, "bad_request");
    let room = carl.get(&server, "/api/conversations/open").await.expect(200);
    assert_eq!((&room["role"], &room["member_count"]), (&json!(null), &json!(1)));
}

#[tokio::test]
async fn a_listener_of_a_deleted_conversation_is_told_that_it_is_gone() {
    let (server, ada, bob, id) = conversation().await;
    let mut b = listen(&bob, &id).await;
    ada.delete(&server, &format!("/api/conversations/{id}")).await.expect(204);
    assert_eq!(b.closed().await, (4404, "NOT_FOUND".into()));
}

#[tokio::test]
async fn broken_frames_close_the_socket() {
    let (server, ada, _, id) = conversation().await;
    for broken in [
        "nonsense",
        "[]",
        "{}",
        r#"{"message":7}"#,
        r#"{"message":null}"#,
        r#"{"type":"chat_message"}"#,
        r#"{"type":"fly","message":"x"}"#,
        r#"{"type":7,"message":"x"}"#,
    ] {
        let mut socket = listen(&ada, &id).await;
        socket.send_text(broken).await;
        assert_eq!(socket.closed().await, (4400, "BAD_DATA".into()), "{broken}");
    }
    let all = ada.get(&server, &format!("/api/conversations/{id}/messages")).await;
    assert_eq!(all.expect(200), Value::Array(Vec::new()));
}
