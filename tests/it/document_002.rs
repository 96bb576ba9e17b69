//! A client written from document 002 alone: pages, rooms with who is online in them, private chat
//! from the list of people, history.

use serde_json::{Value, json};

use crate::support::{Server, Socket};

#[tokio::test]
async fn its_pages_are_there_to_be_opened_and_reloaded() {
    let server = Server::start().await;
    for page in ["/", "/login", "/register", "/rooms/general", "/private/ada", "/create_room"] {
        let answer = server.ask("GET", page, None).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        assert!(answer.text.contains("<script type=\"module\""), "{page}");
    }
}

#[tokio::test]
async fn its_sockets_send_and_receive_by_room_name() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    ada.room(&server, json!({ "name": "salon-bleu" })).await;
    let (mut a, mut b) =
        (ada.dial("/ws/chat/salon-bleu/").await, bob.dial("/ws/chat/salon-bleu/").await);
    b.send_text(r#"{"message":"Bonjour tout le monde"}"#).await;
    let told = a.expect("chat_message").await;
    assert_eq!(told["message"]["content"], "Bonjour tout le monde");
    assert_eq!(told, b.expect("chat_message").await);
    a.send_frame(&json!({ "type": "chat_message", "content": "Salut" })).await;
    assert_eq!(b.expect("chat_message").await["message"]["sender"], "ada");
    a.send_frame(&json!({ "type": "typing" })).await;
    let typing = b.expect("typing").await;
    assert_eq!((&typing["username"], &typing["is_typing"]), (&json!("ada"), &json!(true)));
    a.send_frame(&json!({ "message": " " })).await;
    assert_eq!(a.refused().await, "invalid");
    let history = bob.get(&server, "/api/conversations/salon-bleu/messages").await.expect(200);
    assert_eq!(history.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn each_room_tells_who_is_online_in_it() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let carl = server.person("carl").await;
    ada.room(&server, json!({ "name": "tea", "members": ["bob"] })).await;
    let online = async |socket: &mut Socket, wanted: &[&str]| loop {
        if socket.expect("online_users").await["usernames"] == json!(wanted) {
            return;
        }
    };
    let mut a = ada.dial("/ws/chat/tea/").await;
    online(&mut a, &["ada"]).await;
    let b = bob.dial("/ws/chat/tea/").await;
    online(&mut a, &["ada", "bob"]).await;
    b.close().await;
    online(&mut a, &["ada"]).await;
    // who comes into the room and is online already is told as well
    let _elsewhere = carl.connect().await;
    carl.call_on(&server, "/api/conversations/tea/join").await.expect(200);
    online(&mut a, &["ada", "carl"]).await;
    carl.call_on(&server, "/api/conversations/tea/leave").await.expect(204);
    online(&mut a, &["ada"]).await;
}

#[tokio::test]
async fn private_chat_starts_from_the_list_of_people() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let people: Value = ada.get(&server, "/api/users").await.expect(200);
    let names: Vec<_> = people.as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(names, [&json!("ada"), &json!("bob")]);
    let opened = ada.put(&server, "/api/chats/bob").await.expect(201);
    let path = format!("/ws/chat/{}/", opened["id"].as_str().unwrap());
    let (mut a, mut b) = (ada.dial(&path).await, bob.dial(&path).await);
    a.send_text(r#"{"message":"en privé"}"#).await;
    assert_eq!(b.expect("chat_message").await["message"]["content"], "en privé");
    a.expect("chat_message").await;
    let again = ada.put(&server, "/api/chats/bob").await.expect(200);
    assert_eq!(again["messages"][0]["content"], "en privé");
}
