//! A client written from document 000 alone: the live chat, `/ws/chat/`.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket};

const LIVE: &str = "/ws/chat/";

async fn two() -> (Server, Person, Person, Socket, Socket) {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (a, b) = (ada.dial(LIVE).await, bob.dial(LIVE).await);
    (server, ada, bob, a, b)
}

#[tokio::test]
async fn the_documents_own_sample_is_a_message_to_all() {
    let (_server, _, _, mut a, mut b) = two().await;
    a.send_text(r#"{ "action": "send_message", "content": "Bonjour !" }"#).await;
    let own = a.expect("message").await;
    assert_eq!(own, b.expect("message").await);
    let whole = json!({
        "action": "message", "id": own["id"], "sender": "ada", "recipient": null,
        "room": "general", "content": "Bonjour !", "timestamp": own["timestamp"],
    });
    assert_eq!(own, whole);
}

#[tokio::test]
async fn private_messages_reach_the_two_and_nobody_else() {
    let (server, _, _, mut a, mut b) = two().await;
    let mut c = server.person("carl").await.dial(LIVE).await;
    a.send_frame(&json!({ "action": "send_message", "to": "bob", "content": "psst" })).await;
    let told = b.expect("message").await;
    assert_eq!((&told["sender"], &told["recipient"]), (&json!("ada"), &json!("bob")));
    assert_eq!((&told["room"], &told["content"]), (&json!(null), &json!("psst")));
    assert_eq!(a.expect("message").await, told);
    b.send_frame(&json!({ "action": "send_message", "to": "ada", "content": "oui ?" })).await;
    assert_eq!(a.expect("message").await["recipient"], "ada");
    assert!(c.before_pong().await.is_empty());
    b.expect("message").await;
    b.send_frame(&json!({ "action": "history", "to": "ada" })).await;
    let history = b.expect("history").await;
    assert_eq!((&history["to"], &history["messages"][0]), (&json!("ada"), &told));
    assert_eq!(history["messages"].as_array().unwrap().len(), 2);
    c.send_frame(&json!({ "action": "history", "to": "ada" })).await;
    assert!(c.expect("history").await["messages"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn rooms_are_written_to_by_name_and_read_back() {
    let (server, ada, bob, mut a, mut b) = two().await;
    ada.room(&server, json!({ "name": "chess", "members": ["bob"] })).await;
    a.send_frame(&json!({ "action": "send_message", "room": "chess", "content": "e4" })).await;
    let told = b.expect("message").await;
    assert_eq!((&told["room"], &told["content"]), (&json!("chess"), &json!("e4")));
    for number in 0..5 {
        bob.say(&server, "general", &number.to_string()).await;
    }
    b.send_frame(&json!({ "action": "history", "limit": 2 })).await;
    let history = b.expect("history").await;
    let contents: Vec<_> =
        history["messages"].as_array().unwrap().iter().map(|m| &m["content"]).collect();
    assert_eq!((&history["room"], contents), (&json!("general"), vec![&json!("3"), &json!("4")]));
    a.send_frame(&json!({ "action": "send_message", "room": "nowhere", "content": "?" })).await;
    assert_eq!(a.refused().await, "not_found");
}

#[tokio::test]
async fn blocking_silences_is_kept_and_can_be_taken_back() {
    let (server, ada, bob, mut a, mut b) = two().await;
    a.send_frame(&json!({ "action": "block_user", "username": "bob" })).await;
    let blocked = a.expect("user_blocked").await;
    assert_eq!(blocked, json!({ "action": "user_blocked", "username": "bob" }));
    for (socket, to) in [(&mut b, "ada"), (&mut a, "bob")] {
        socket.send_frame(&json!({ "action": "send_message", "to": to, "content": "hé" })).await;
        assert_eq!(socket.refused().await, "forbidden");
    }
    b.send_frame(&json!({ "action": "send_message", "content": "to all" })).await;
    assert_eq!(b.expect("message").await["content"], "to all");
    assert!(a.before_pong().await.is_empty());
    // stored: a server that was killed still knows
    let mut server = server;
    server.kill().await;
    let server = server.again().await;
    let (mut a, mut b) = (ada.dial(LIVE).await, bob.dial(LIVE).await);
    b.send_frame(&json!({ "action": "send_message", "to": "ada", "content": "hé" })).await;
    assert_eq!(b.refused().await, "forbidden");
    a.send_frame(&json!({ "action": "unblock_user", "username": "bob" })).await;
    assert_eq!(a.expect("user_unblocked").await["username"], "bob");
    b.send_frame(&json!({ "action": "send_message", "to": "ada", "content": "hé" })).await;
    assert_eq!(a.expect("message").await["content"], "hé");
    drop(server);
}

#[tokio::test]
async fn an_invitation_to_play_is_accepted_or_declined() {
    let (server, ada, _, mut a, mut b) = two().await;
    let options = json!({ "game_speed": "fast" });
    let invite =
        |to: &str| json!({ "action": "invite_to_play", "username": to, "options": options });
    a.send_frame(&invite("bob")).await;
    let invited = b.expect("game_invite").await;
    assert_eq!((&invited["username"], &invited["options"]), (&json!("ada"), &options));
    b.send_frame(&json!({ "action": "decline_invite", "username": "ada" })).await;
    assert_eq!(a.expect("game_declined").await["username"], "bob");
    a.send_frame(&json!({ "action": "invite_to_play", "username": "bob" })).await;
    b.expect("game_invite").await;
    b.send_frame(&json!({ "action": "accept_invite", "username": "ada" })).await;
    let (found, same) = (a.expect("game_found").await, b.expect("game_found").await);
    assert_eq!((&found, &found["players"]), (&same, &json!(["ada", "bob"])));
    let path = format!("/api/games/{}", found["game_id"].as_str().unwrap());
    ada.get(&server, &path).await.expect(200);
    b.send_frame(&json!({ "action": "accept_invite", "username": "ada" })).await;
    assert_eq!(b.refused().await, "not_found");
}

#[tokio::test]
async fn a_tournament_is_told_of_in_the_chat() {
    let (server, ada, _, mut a, mut b) = two().await;
    let made = ada.post(&server, "/api/tournaments", json!({ "name": "Spring Cup" })).await;
    let id = made.expect(201)["id"].clone();
    let notice = json!({
        "action": "tournament", "name": "Spring Cup", "organizer": "ada", "tournament_id": id,
    });
    for socket in [&mut a, &mut b] {
        assert_eq!(socket.expect("tournament").await, notice);
    }
}

#[tokio::test]
async fn who_comes_and_goes_is_told() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut a = ada.dial(LIVE).await;
    a.before_pong().await; // she is there, and not only on her way
    let b = bob.dial(LIVE).await;
    let bob_in = async |socket: &mut Socket, action: &str| loop {
        if socket.expect(action).await["username"] == "bob" {
            return;
        }
    };
    bob_in(&mut a, "user_online").await;
    b.close().await;
    bob_in(&mut a, "user_offline").await;
}

#[tokio::test]
async fn broken_frames_close_the_socket() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for broken in [
        "nonsense",
        "[]",
        r#"{"action":"fly"}"#,
        r#"{"action":"send_message"}"#,
        r#"{"action":"send_message","content":["x"]}"#,
        r#"{"action":"send_message","content":"x","to":"bob","room":"general"}"#,
        r#"{"action":"invite_to_play","username":"bob","options":{"time_limit":6}}"#,
        r#"{"action":"block_user","username":7}"#,
    ] {
        let mut socket = ada.dial(LIVE).await;
        socket.send_text(broken).await;
        assert_eq!(socket.closed().await, (4400, "BAD_DATA".into()), "{broken}");
    }
    assert_eq!(Socket::try_open(&server.address(), LIVE, &[]).await, Err(401));
    let said: Value = ada.get(&server, "/api/conversations/general/messages").await.expect(200);
    assert_eq!(said, json!([]));
}
