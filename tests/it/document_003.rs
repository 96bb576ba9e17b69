//! A client written from document 003 alone: `/ws/events/`, `/api/chats/`, `/api/notifications/`.
//! One test for each row of its table of actions, and for each of its rules.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket};

async fn two() -> (Server, Person, Person, Socket, Socket) {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (a, b) = (ada.connect().await, bob.connect().await);
    (server, ada, bob, a, b)
}

/// A direct between two, and its id.
async fn chat(server: &Server, ada: &Person) -> String {
    let opened = ada.put(server, "/api/chats/bob").await.json();
    opened["id"].as_str().unwrap().to_owned()
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_chat_is_opened_listed_and_read() {
    let (server, ada, bob, mut a, mut b) = two().await;
    let opened = ada.put(&server, "/api/chats/bob").await.expect(201);
    assert_eq!((&opened["username"], &opened["messages"]), (&json!("bob"), &json!([])));
    // both sockets are in it by themselves
    for socket in [&mut a, &mut b] {
        assert_eq!(socket.expect("join_chat").await["data"]["chat_id"], opened["id"]);
    }
    let id = opened["id"].as_str().unwrap();
    for number in 1..=35 {
        a.post(id, &number.to_string(), None).await;
        a.expect("new_message").await;
    }
    let again = bob.put(&server, "/api/chats/ada").await.expect(200);
    assert_eq!((&again["id"], &again["username"]), (&opened["id"], &json!("ada")));
    let last = again["messages"].as_array().unwrap();
    assert_eq!((last.len(), &last[29]["content"]), (30, &json!("35")));
    let page = bob.get(&server, "/api/chats/ada/messages?limit=2&offset=1").await.expect(200);
    assert_eq!((&page[0]["content"], &page[1]["content"]), (&json!("34"), &json!("33")));
    let chats = bob.get(&server, "/api/chats/?limit=1&offset=0").await.expect(200);
    assert_eq!((&chats[0]["id"], &chats[0]["unread_count"]), (&opened["id"], &json!(35)));
    // no chat with oneself, nor with nobody
    ada.put(&server, "/api/chats/ada").await.refused(422, "invalid");
    ada.put(&server, "/api/chats/nobody").await.refused(404, "not_found");
}

#[tokio::test]
async fn new_message_carries_the_documents_schema() {
    let (server, ada, _, mut a, mut b) = two().await;
    let id = chat(&server, &ada).await;
    let sample = r#"{
      "action": "new_message",
      "data": {
        "content": "Hello!",
        "chat_id": "CHAT",
        "timestamp": "2025-07-28T09:00:00Z"
      }
    }"#;
    a.send_text(&sample.replace("CHAT", &id)).await;
    let told = b.expect("new_message").await;
    assert_eq!(told["data"], a.expect("new_message").await["data"]);
    let message = &told["data"];
    for key in ["id", "content", "date", "sender", "is_read", "is_liked"] {
        assert!(keys(message).contains(&key), "{key}");
    }
    let said = (&message["content"], &message["sender"], &message["is_read"], &message["is_liked"]);
    assert_eq!(said, (&json!("Hello!"), &json!("ada"), &json!(false), &json!(false)));
    uuid::Uuid::parse_str(message["id"].as_str().unwrap()).unwrap();
    chrono::DateTime::parse_from_rfc3339(message["date"].as_str().unwrap()).unwrap();
}

#[tokio::test]
async fn a_message_is_liked_and_unliked_but_not_by_its_sender() {
    let (server, ada, bob, mut a, mut b) = two().await;
    let chat_id = chat(&server, &ada).await;
    let id = ada.say(&server, &chat_id, "hi").await["id"].clone();
    let which = json!({ "id": id, "chat_id": chat_id });
    b.send("like_message", which.clone()).await;
    for socket in [&mut a, &mut b] {
        let update = socket.expect("chat_like_update").await["data"].clone();
        let liked = json!({
            "id": id, "chat_id": chat_id, "username": "bob", "is_liked": true, "like_count": 1,
        });
        assert_eq!(update, liked);
    }
    let page = bob.get(&server, "/api/chats/ada/messages").await.expect(200);
    assert_eq!((&page[0]["is_liked"], &page[0]["like_count"]), (&json!(true), &json!(1)));
    // once more changes nothing
    b.send("like_message", which.clone()).await;
    assert_eq!(a.expect("chat_like_update").await["data"]["like_count"], 1);
    b.send("unlike_message", which.clone()).await;
    let update = a.expect("chat_like_update").await["data"].clone();
    assert_eq!((&update["is_liked"], &update["like_count"]), (&json!(false), &json!(0)));
    a.send("like_message", which).await;
    assert_eq!(a.refused().await, "forbidden");
    let general = json!({ "id": id, "chat_id": a.room("general") });
    b.send("like_message", general).await;
    assert_eq!(b.refused().await, "not_found");
    let page = bob.get(&server, "/api/chats/ada/messages").await.expect(200);
    assert_eq!(page[0]["is_liked"], false);
}

#[tokio::test]
async fn a_message_that_was_read_says_so() {
    let (server, ada, _, mut a, mut b) = two().await;
    let chat_id = chat(&server, &ada).await;
    let id = ada.say(&server, &chat_id, "hi").await["id"].clone();
    b.send("read_message", json!({ "id": id })).await;
    let read = a.expect("message_read").await["data"].clone();
    assert_eq!((&read["id"], &read["username"]), (&id, &json!("bob")));
    let page = ada.get(&server, "/api/chats/bob/messages").await.expect(200);
    assert_eq!(page[0]["is_read"], true);
    b.send("read_message", json!({ "id": "01890000-0000-7000-8000-000000000000" })).await;
    assert_eq!(b.refused().await, "not_found");
}

#[tokio::test]
async fn who_answers_before_saying_that_they_have_read_is_still_told_of_once() {
    let (server, ada, bob, mut a, mut b) = two().await;
    let general = a.room("general");
    let first = ada.say(&server, "general", "hi").await;
    bob.say(&server, "general", "hello").await;
    for _ in 0..2 {
        b.send("read_message", json!({ "id": first["id"] })).await;
    }
    let read = a.expect("message_read").await["data"].clone();
    assert_eq!((&read["id"], &read["username"]), (&first["id"], &json!("bob")));
    b.so_far(&general).await;
    let more = a.so_far(&general).await;
    assert!(more.iter().all(|frame| frame["action"] != "message_read"), "{more:?}");
    // where they are two, an answer says it by itself
    let chat_id = chat(&server, &ada).await;
    let asked = ada.say(&server, &chat_id, "there?").await;
    bob.say(&server, &chat_id, "yes").await;
    assert_eq!(a.expect("message_read").await["data"]["id"], asked["id"]);
    assert_eq!(a.expect("new_message").await["data"]["content"], "yes");
}

#[tokio::test]
async fn somebody_is_invited_and_accepts() {
    let (_server, _, _, mut a, mut b) = two().await;
    let options = json!({
        "game_speed": "medium", "ranked": true, "cool_mode": false, "score_to_win": 20,
        "time_limit": 1,
    });
    let invite = json!({ "username": "bob", "client_id": "pong-1", "options": options });
    a.send("game_invite", invite).await;
    let invited = b.expect("game_invite").await["data"].clone();
    assert_eq!((&invited["username"], &invited["client_id"]), (&json!("ada"), &json!("pong-1")));
    assert_eq!(invited["options"], options);
    assert_eq!(a.expect("game_invite").await["data"], invited);
    b.send("reply_game_invite", json!({ "username": "ada", "accept": true })).await;
    let accepted = a.expect("game_accepted").await["data"].clone();
    assert_eq!((&accepted["username"], &accepted["client_id"]), (&json!("bob"), &json!("pong-1")));
    let found = a.expect("game_found").await["data"].clone();
    assert_eq!(found, b.expect("game_found").await["data"]);
    assert_eq!((&found["players"], &found["options"]), (&json!(["ada", "bob"]), &options));
}

#[tokio::test]
async fn somebody_is_invited_and_declines_or_the_invitation_is_taken_back() {
    let (_server, _, _, mut a, mut b) = two().await;
    let invite = json!({ "username": "bob", "client_id": "1", "options": {} });
    a.send("game_invite", invite.clone()).await;
    b.expect("game_invite").await;
    b.send("reply_game_invite", json!({ "username": "ada", "accept": false })).await;
    assert_eq!(a.expect("game_declined").await["data"]["username"], "bob");
    a.send("game_invite", invite.clone()).await;
    b.expect("game_invite").await;
    b.send("game_declined", json!({ "username": "ada" })).await;
    assert_eq!(a.expect("game_declined").await["data"]["username"], "bob");
    a.send("game_invite", invite.clone()).await;
    b.expect("game_invite").await;
    a.send("cancel_game_invite", json!({ "username": "bob" })).await;
    assert_eq!(a.expect("game_invite_canceled").await["data"]["username"], "bob");
    assert_eq!(b.expect("game_invite_canceled").await["data"]["username"], "ada");
    b.send("game_accepted", json!({ "username": "ada" })).await;
    assert_eq!(b.refused().await, "not_found");
    a.send("game_invite", invite).await;
    b.expect("game_invite").await;
    b.send("game_accepted", json!({ "username": "ada" })).await;
    b.expect("game_found").await;
    a.expect("game_found").await;
}

#[tokio::test]
async fn a_friend_is_asked_and_found() {
    let (_server, ada, bob, mut a, mut b) = two().await;
    a.send("add_new_friend", json!({ "sender_id": ada.id, "receiver_id": bob.id })).await;
    let request = b.expect("friend_request").await["data"].clone();
    assert_eq!((&request["sender_id"], &request["username"]), (&json!(ada.id), &json!("ada")));
    // what is asked again, since the answer was lost, is answered again, and told to nobody
    let ask = json!({ "sender_id": ada.id, "receiver_id": bob.id });
    a.send_ref("add_new_friend", "again", ask.clone()).await;
    while a.next().await["ref"] != "again" {}
    b.send("add_new_friend", json!({ "sender_id": bob.id, "receiver_id": ada.id })).await;
    let new = a.expect("new_friend").await["data"].clone();
    assert_eq!(new, b.expect("new_friend").await["data"]);
    assert_eq!(
        (&new["user"]["username"], &new["friend"]["username"]),
        (&json!("ada"), &json!("bob"))
    );
    a.send_ref("add_new_friend", "once more", ask).await;
    while a.next().await["ref"] != "once more" {}
    let general = b.room("general");
    let told = b.all_so_far(&general).await;
    assert!(told.iter().all(|frame| !frame["action"].as_str().unwrap().contains("friend")));
    a.send("add_new_friend", json!({ "sender_id": bob.id, "receiver_id": ada.id })).await;
    assert_eq!(a.refused().await, "forbidden");
    a.send("add_new_friend", json!({ "sender_id": ada.id, "receiver_id": ada.id })).await;
    assert_eq!(a.refused().await, "invalid");
}

#[tokio::test]
async fn a_tournament_is_announced_to_everyone() {
    let (server, ada, bob, mut a, mut b) = two().await;
    let data = json!({
        "tournament_id": uuid::Uuid::now_v7(), "tournament_name": "Spring Cup",
        "organizer_id": ada.id,
    });
    a.send("new_tournament", data.clone()).await;
    for socket in [&mut a, &mut b] {
        let told = socket.expect("new_tournament").await["data"].clone();
        for key in ["tournament_id", "tournament_name", "organizer_id"] {
            assert_eq!(told[key], data[key]);
        }
    }
    let notifications = bob.get(&server, "/api/notifications/").await.expect(200);
    assert_eq!(notifications[0]["action"], "new_tournament");
    assert_eq!(notifications[0]["data"]["tournament_id"], data["tournament_id"]);
    b.send("new_tournament", data).await;
    assert_eq!(b.refused().await, "forbidden");
}

#[tokio::test]
async fn notifications_are_pushed_listed_and_read() {
    let (server, ada, bob, mut a, mut b) = two().await;
    for number in 0..3 {
        let invite = json!({ "username": "bob", "client_id": number.to_string(), "options": {} });
        a.send("game_invite", invite).await;
        b.expect("notification_added").await;
        b.send("game_declined", json!({ "username": "ada" })).await;
        a.expect("game_declined").await;
    }
    a.send("add_new_friend", json!({ "sender_id": ada.id, "receiver_id": bob.id })).await;
    b.expect("friend_request").await;
    let list = bob.get(&server, "/api/notifications/?limit=2&offset=0").await;
    assert_eq!(list.headers["x-total-count"], "4");
    let list = list.expect(200);
    for key in ["id", "action", "data", "is_read"] {
        assert!(keys(&list[0]).contains(&key), "{key}");
    }
    assert_eq!(
        (&list[0]["action"], &list[0]["is_read"]),
        (&json!("friend_request"), &json!(false))
    );
    assert_eq!(list[1]["action"], "game_invite");
    b.send("read_notification", json!({ "id": list[0]["id"] })).await;
    b.expect("notification_read").await;
    let list = bob.get(&server, "/api/notifications/").await.expect(200);
    assert_eq!(list[0]["is_read"], true);
    bob.call_on(&server, "/api/notifications/mark_all_as_read").await.expect(200);
    let list = bob.get(&server, "/api/notifications/").await.expect(200);
    assert!(list.as_array().unwrap().iter().all(|one| one["is_read"] == true));
    // somebody else's is not there to be read
    a.send("read_notification", json!({ "id": list[0]["id"] })).await;
    assert_eq!(a.refused().await, "not_found");
}

#[tokio::test]
async fn a_generic_notification_goes_to_oneself_and_by_an_administrator_to_others() {
    let (_server, _, _, mut a, mut b) = two().await;
    b.send("notification", json!({ "message": "tea is ready", "type": "info" })).await;
    let told = b.expect("notification").await["data"].clone();
    assert_eq!((&told["message"], &told["type"]), (&json!("tea is ready"), &json!("info")));
    for more in [json!({ "username": "ada" }), json!({ "everyone": true })] {
        let mut data = json!({ "message": "hear me", "type": "info" });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        b.send("notification", data.clone()).await;
        assert_eq!(b.refused().await, "forbidden");
    }
    a.send("notification", json!({ "message": "x", "type": "info", "username": "bob" })).await;
    assert_eq!(b.expect("notification").await["data"]["message"], "x");
    a.send("notification", json!({ "message": "y", "type": "info", "everyone": true })).await;
    assert_eq!(b.expect("notification").await["data"]["message"], "y");
}

#[tokio::test]
async fn one_shows_as_online_and_offline_at_will_but_nobody_else() {
    let (server, ada, _, mut a, mut b) = two().await;
    let shown = async || ada.get(&server, "/api/users/bob").await.expect(200)["is_online"].clone();
    let told = async |socket: &mut Socket, action: &str| loop {
        let frame = socket.next().await;
        let key = action.strip_prefix("user_").unwrap();
        let several = frame["data"][key].as_array().is_some_and(|l| l.contains(&json!("bob")));
        if frame["action"] == action && frame["data"]["username"] == "bob" || several {
            return;
        }
    };
    told(&mut a, "user_online").await;
    assert_eq!(shown().await, true);
    b.send("user_offline", json!({ "username": "bob" })).await;
    told(&mut a, "user_offline").await;
    assert_eq!(shown().await, false);
    b.send("user_online", json!({ "username": "bob" })).await;
    told(&mut a, "user_online").await;
    b.send("user_offline", json!({ "username": "ada" })).await;
    assert_eq!(b.refused().await, "forbidden");
}

#[tokio::test]
async fn a_room_is_joined_and_told_of() {
    let (server, ada, _, mut a, mut b) = two().await;
    let room = ada.room(&server, json!({ "name": "chess" })).await;
    assert_eq!(b.expect("room_created").await["data"]["chat_id"], room.as_str());
    a.send("room_created", json!({ "chat_id": room })).await;
    assert_eq!(b.expect("room_created").await["data"]["chat_id"], room.as_str());
    b.send("room_created", json!({ "chat_id": room })).await;
    assert_eq!(b.refused().await, "forbidden");
    b.send("join_chat", json!({ "chat_id": room })).await;
    assert_eq!(b.expect("join_chat").await["data"]["conversation"]["name"], "chess");
    a.post(&room, "welcome", None).await;
    assert_eq!(b.expect("new_message").await["data"]["content"], "welcome");
}

#[tokio::test]
async fn no_second_invitation_and_none_to_oneself_or_into_a_game() {
    let (server, ada, bob, mut a, mut b) = two().await;
    let mut c = server.person("carl").await.connect().await;
    let invite =
        |to: &str| json!({ "username": to, "client_id": "1", "options": { "ranked": true } });
    a.send("game_invite", invite("ada")).await;
    assert_eq!(a.refused().await, "invalid");
    a.send("game_invite", invite("nobody")).await;
    assert_eq!(a.refused().await, "not_found");
    a.send("game_invite", invite("bob")).await;
    a.send("game_invite", invite("bob")).await;
    assert_eq!(a.refused().await, "conflict");
    b.expect("game_invite").await;
    b.send("game_accepted", json!({ "username": "ada" })).await;
    b.expect("game_found").await;
    for engaged in ["ada", "bob"] {
        c.send("game_invite", invite(engaged)).await;
        assert_eq!(c.refused().await, "conflict");
    }
    b.send("game_invite", invite("carl")).await;
    assert_eq!(b.refused().await, "conflict");
    let one = bob.get(&server, "/api/notifications/").await;
    assert_eq!(one.headers["x-total-count"], "1");
    drop(ada);
}

#[tokio::test]
async fn data_that_is_not_what_the_table_asks_for_closes_with_bad_data() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let id = uuid::Uuid::now_v7().to_string();
    let good = [
        (
            "new_message",
            json!({ "content": "x", "chat_id": id, "timestamp": "2025-07-28T09:00:00Z" }),
        ),
        ("like_message", json!({ "id": id, "chat_id": id })),
        ("unlike_message", json!({ "id": id, "chat_id": id })),
        ("read_message", json!({ "id": id })),
        ("game_invite", json!({ "username": "bob", "client_id": "1", "options": {} })),
        ("reply_game_invite", json!({ "username": "bob", "accept": true })),
        ("game_accepted", json!({ "username": "bob" })),
        ("game_declined", json!({ "username": "bob" })),
        ("add_new_friend", json!({ "sender_id": id, "receiver_id": id })),
        (
            "new_tournament",
            json!({ "tournament_id": id, "tournament_name": "x", "organizer_id": id }),
        ),
        ("read_notification", json!({ "id": id })),
        ("notification", json!({ "message": "x", "type": "y" })),
        ("user_online", json!({ "username": "bob" })),
        ("user_offline", json!({ "username": "bob" })),
        ("cancel_game_invite", json!({ "username": "bob" })),
        ("join_chat", json!({ "chat_id": id })),
        ("room_created", json!({ "chat_id": id })),
    ];
    let mut broken = vec![("fly", json!({})), ("new_message", json!([])), ("", json!({}))];
    for (action, data) in &good {
        for key in keys(data) {
            let wrong = [Value::Null, json!(7), json!({}), json!([data[key]])];
            let is_id = key == "id" || key.ends_with("_id") && key != "client_id";
            let malformed = is_id.then(|| json!("5eafd8eb-5be1-4671-9ff8"));
            for value in wrong.into_iter().chain(malformed) {
                if value.is_object() && data[key].is_object() {
                    continue;
                }
                let mut data = data.clone();
                data[key] = value;
                broken.push((action, data));
            }
            let mut data = data.clone();
            data.as_object_mut().unwrap().remove(key);
            broken.push((action, data));
        }
    }
    for options in [
        json!({ "game_speed": "warp" }),
        json!({ "ranked": "yes" }),
        json!({ "cool_mode": 1 }),
        json!({ "score_to_win": 2 }),
        json!({ "score_to_win": 21 }),
        json!({ "score_to_win": 3.5 }),
        json!({ "time_limit": 0 }),
        json!({ "time_limit": 6 }),
        json!({ "colour": "red" }),
    ] {
        let data = json!({ "username": "bob", "client_id": "1", "options": options });
        broken.push(("game_invite", data));
    }
    assert!(broken.len() > 100);
    for (action, data) in broken {
        let mut socket = ada.connect().await;
        socket.send(action, data.clone()).await;
        assert_eq!(socket.closed().await, (4400, "BAD_DATA".into()), "{action} {data}");
    }
    // and each is a frame that is understood when nothing is wrong with it
    let mut socket = ada.connect().await;
    for (action, data) in good {
        socket.send_ref(action, "r", data).await;
        let answer = loop {
            let frame = socket.next().await;
            if frame["ref"] == "r" {
                break frame;
            }
        };
        assert!(answer["action"] == "error" || answer["action"] == action, "{answer}");
    }
}
