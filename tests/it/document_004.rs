//! A client written from document 004 alone: `/ws`, rooms and directs by name, flat frames.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket};

async fn two() -> (Server, Person, Person, Socket, Socket) {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (a, b) = (ada.dial("/ws").await, bob.dial("/ws").await);
    (server, ada, bob, a, b)
}

#[tokio::test]
async fn the_token_comes_by_query_header_or_subprotocol() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let address = server.address();
    let by_query = format!("/ws?token={}", ada.token);
    Socket::try_open(&address, &by_query, &[]).await.unwrap();
    let bearer = format!("Bearer {}", ada.token);
    Socket::try_open(&address, "/ws", &[("authorization", &bearer)]).await.unwrap();
    let protocol = format!("salon.v1, bearer.{}", ada.token);
    let by_protocol = [("sec-websocket-protocol", protocol.as_str())];
    let headers = Socket::try_open(&address, "/ws", &by_protocol).await.unwrap();
    assert_eq!(headers["sec-websocket-protocol"], "salon.v1");
    let bare = [("sec-websocket-protocol", ada.token.as_str())];
    let headers = Socket::try_open(&address, "/ws", &bare).await.unwrap();
    assert_eq!(headers["sec-websocket-protocol"], ada.token.as_str());
    assert_eq!(Socket::try_open(&address, "/ws", &[]).await, Err(401));
    assert_eq!(Socket::try_open(&address, "/ws?token=x", &[]).await, Err(401));
}

#[tokio::test]
async fn a_room_is_made_by_whoever_joins_it_first() {
    let (server, ada, _, mut a, mut b) = two().await;
    a.send_frame(&json!({ "type": "join", "room": "chess" })).await;
    let joined = a.expect("joined").await;
    assert_eq!((&joined["room"], &joined["online"]), (&json!("chess"), &json!(["ada"])));
    b.send_frame(&json!({ "type": "join", "room": "Chess" })).await;
    let again = b.expect("joined").await;
    assert_eq!((&again["room"], &again["id"]), (&json!("chess"), &joined["id"]));
    assert_eq!(again["online"], json!(["ada", "bob"]));
    let room = ada.get(&server, "/api/conversations/chess").await.expect(200);
    assert_eq!((&room["owner"], &room["member_count"]), (&json!("ada"), &json!(2)));
    for bad in ["", "a/b", "x\u{0}"] {
        b.send_frame(&json!({ "type": "join", "room": bad })).await;
        assert_eq!(b.refused().await, "invalid");
    }
}

#[tokio::test]
async fn what_is_said_in_a_room_reaches_everyone_in_it_and_nobody_else() {
    let (server, ada, _, mut a, mut b) = two().await;
    let mut c = server.person("carl").await.dial("/ws").await;
    for socket in [&mut a, &mut b] {
        socket.send_frame(&json!({ "type": "join", "room": "chess" })).await;
        socket.expect("joined").await;
    }
    a.send_frame(&json!({ "type": "message", "room": "chess", "content": "yo" })).await;
    let own = a.expect("message").await;
    assert_eq!(own, b.expect("message").await);
    let (id, at) = (own["id"].clone(), own["timestamp"].clone());
    chrono::DateTime::parse_from_rfc3339(at.as_str().unwrap()).unwrap();
    let whole = json!({
        "type": "message", "id": id, "seq": 1, "room": "chess", "from": ada.id, "username": "ada",
        "content": "yo", "timestamp": at,
    });
    assert_eq!(own, whole);
    assert_eq!(c.before_pong().await, Vec::<Value>::new());
    // who is not in a public room comes into it by saying something there
    c.send_frame(&json!({ "type": "message", "room": "chess", "content": "me too" })).await;
    assert_eq!(a.expect("message").await["username"], "carl");
    assert_eq!(c.expect("message").await["seq"], 2);
}

#[tokio::test]
async fn a_dm_goes_to_both_by_id_or_by_name() {
    let (_server, ada, bob, mut a, mut b) = two().await;
    a.send_frame(&json!({ "type": "dm", "to": bob.id, "content": "salut" })).await;
    let own = a.expect("dm").await;
    assert_eq!(own, b.expect("dm").await);
    let (id, at) = (own["id"].clone(), own["timestamp"].clone());
    let whole = json!({
        "type": "dm", "id": id, "seq": 1, "from": ada.id, "to": bob.id, "username": "ada",
        "content": "salut", "timestamp": at,
    });
    assert_eq!(own, whole);
    b.send_frame(&json!({ "type": "dm", "to": "ADA", "content": "ça va ?" })).await;
    for socket in [&mut a, &mut b] {
        let told = socket.expect("dm").await;
        assert_eq!((&told["seq"], &told["from"]), (&json!(2), &json!(bob.id)));
        assert_eq!((&told["to"], &told["content"]), (&json!(ada.id), &json!("ça va ?")));
    }
    a.send_frame(&json!({ "type": "dm_history", "with": bob.id })).await;
    let history = a.expect("dm_history").await;
    assert_eq!((&history["with"], &history["messages"][0]), (&json!(bob.id), &own));
    assert_eq!(history["messages"].as_array().unwrap().len(), 2);
    a.send_frame(&json!({ "type": "dm", "to": "nobody", "content": "?" })).await;
    assert_eq!(a.refused().await, "not_found");
    a.send_frame(&json!({ "type": "dm", "to": "ada", "content": "me" })).await;
    assert_eq!(a.refused().await, "invalid");
}

#[tokio::test]
async fn history_comes_oldest_first_fifty_at_a_time() {
    let (_server, _, _, mut a, _b) = two().await;
    for number in 1..=120 {
        let content = number.to_string();
        a.send_frame(&json!({ "type": "message", "room": "general", "content": content })).await;
        a.expect("message").await;
    }
    let page = async |socket: &mut Socket, more: Value| -> Vec<i64> {
        let mut asked = json!({ "type": "history", "room": "general" });
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        socket.send_frame(&asked).await;
        let history = socket.expect("history").await;
        assert_eq!(history["room"], "general");
        history["messages"].as_array().unwrap().iter().map(|m| m["seq"].as_i64().unwrap()).collect()
    };
    assert_eq!(page(&mut a, json!({})).await, (71..=120).collect::<Vec<_>>());
    assert_eq!(page(&mut a, json!({ "limit": 3 })).await, [118, 119, 120]);
    assert_eq!(page(&mut a, json!({ "limit": 5000 })).await.len(), 100);
    assert_eq!(page(&mut a, json!({ "before": 4, "limit": 50 })).await, [1, 2, 3]);
    assert_eq!(page(&mut a, json!({ "before": 1 })).await, Vec::<i64>::new());
}

#[tokio::test]
async fn who_comes_and_goes_is_told_and_a_ping_is_answered() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut a = ada.dial("/ws").await;
    a.send_frame(&json!({ "type": "ping" })).await;
    a.expect("pong").await;
    let b = bob.dial("/ws").await;
    let of_bob = async |socket: &mut Socket| loop {
        let status = socket.expect("status").await;
        if status["user"] == bob.id.as_str() {
            return status;
        }
    };
    let came = json!({ "type": "status", "user": bob.id, "username": "bob", "online": true });
    assert_eq!(of_bob(&mut a).await, came);
    b.close().await;
    assert_eq!(of_bob(&mut a).await["online"], false);
}

#[tokio::test]
async fn a_private_room_is_as_if_it_were_not_there() {
    let (server, ada, _, _a, mut b) = two().await;
    ada.room(&server, json!({ "name": "cellar", "is_private": true })).await;
    ada.say(&server, "cellar", "psst").await;
    for frame in [
        json!({ "type": "message", "room": "cellar", "content": "hello?" }),
        json!({ "type": "history", "room": "cellar" }),
    ] {
        b.send_frame(&frame).await;
        assert_eq!(b.refused().await, "not_found", "{frame}");
    }
    // its name is taken, though: nobody can make a second room of it
    b.send_frame(&json!({ "type": "join", "room": "cellar" })).await;
    assert_eq!(b.refused().await, "conflict");
    assert_eq!(b.before_pong().await, Vec::<Value>::new());
}

#[tokio::test]
async fn broken_frames_close_and_others_do_not() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for broken in [
        "nonsense",
        "[]",
        "{}",
        r#"{"type":"fly"}"#,
        r#"{"type":"join"}"#,
        r#"{"type":"message","room":"general"}"#,
        r#"{"type":"message","room":"general","content":7}"#,
        r#"{"type":"dm","to":null,"content":"x"}"#,
        r#"{"type":"history","room":"general","limit":"all"}"#,
    ] {
        let mut socket = ada.dial("/ws").await;
        socket.send_text(broken).await;
        assert_eq!(socket.closed().await, (4400, "BAD_DATA".into()), "{broken}");
    }
    let mut socket = ada.dial("/ws").await;
    socket.send_frame(&json!({ "type": "message", "room": "general", "content": "  " })).await;
    assert_eq!(socket.refused().await, "invalid");
    socket.send_frame(&json!({ "type": "history", "room": "nowhere" })).await;
    assert_eq!(socket.refused().await, "not_found");
    assert!(socket.before_pong().await.is_empty());
}
