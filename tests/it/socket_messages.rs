use serde_json::json;

use crate::support::{Person, Server, Socket};

async fn two() -> (Server, Person, Person, Socket, Socket, String) {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (a, b) = (ada.connect().await, bob.connect().await);
    let general = a.room("general");
    (server, ada, bob, a, b, general)
}

#[tokio::test]
async fn a_greeting_says_who_one_is_where_and_how_far() {
    let (server, ada, _, a, ..) = two().await;
    ada.say(&server, "general", "hi").await;
    let again = ada.connect().await;
    let hello = &again.hello;
    assert_eq!((&hello["user"]["username"], &hello["user"]["id"]), (&json!("ada"), &json!(ada.id)));
    assert!(hello["cursor"].as_i64() > a.hello["cursor"].as_i64());
    let mut online: Vec<_> =
        hello["online"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    online.sort_unstable();
    assert_eq!(online, ["ada", "bob"]);
    assert_eq!(hello["conversations"][0]["last_message"]["content"], "hi");
    assert_eq!(hello["limits"]["content_chars"], 4000);
}

#[tokio::test]
async fn a_message_reaches_everyone_in_the_room_and_its_sender_by_its_ref() {
    let (server, ada, _, mut a, mut b, general) = two().await;
    let mut phone = ada.connect().await;
    let data = json!({
        "content": "Hello!", "chat_id": general, "timestamp": "2025-07-28T09:00:00Z",
        "client_id": "k",
    });
    a.send_ref("new_message", "r-1", data.clone()).await;
    let own = a.expect("new_message").await;
    assert_eq!((&own["ref"], &own["data"]["content"]), (&json!("r-1"), &json!("Hello!")));
    assert_eq!(own["rev"], own["data"]["rev"]);
    for socket in [&mut b, &mut phone] {
        let told = socket.expect("new_message").await;
        assert_eq!((&told["data"], &told["ref"]), (&own["data"], &json!(null)));
    }
    // again: the first message, to the sender alone
    a.send_ref("new_message", "r-2", data).await;
    let again = a.expect("new_message").await;
    assert_eq!((&again["ref"], &again["data"]), (&json!("r-2"), &own["data"]));
    assert!(b.so_far(&general).await.is_empty());
    // by REST as well
    let said = ada.say(&server, "general", "by REST").await;
    assert_eq!(b.expect("new_message").await["data"], said);
}

#[tokio::test]
async fn many_messages_of_one_socket_keep_their_order_for_all() {
    let (_server, _, _, mut a, mut b, general) = two().await;
    for number in 0..200 {
        a.post(&general, &number.to_string(), None).await;
    }
    for socket in [&mut a, &mut b] {
        for number in 0..200 {
            let told = socket.expect("new_message").await;
            assert_eq!(told["data"]["content"], number.to_string());
            assert_eq!(told["data"]["seq"], number + 1);
        }
    }
}

#[tokio::test]
async fn edits_and_deletions_reach_everyone() {
    let (_server, _, _, mut a, mut b, general) = two().await;
    a.post(&general, "teh", None).await;
    let id = a.expect("new_message").await["data"]["id"].clone();
    b.expect("new_message").await;
    a.send_ref("edit_message", "e", json!({ "id": id, "content": "the" })).await;
    let edited = a.expect("message_edited").await;
    assert_eq!((&edited["ref"], &edited["data"]["content"]), (&json!("e"), &json!("the")));
    assert_eq!(b.expect("message_edited").await["data"], edited["data"]);
    b.send_ref("edit_message", "x", json!({ "id": id, "content": "mine" })).await;
    let error = b.expect("error").await;
    assert_eq!((&error["ref"], &error["data"]["code"]), (&json!("x"), &json!("forbidden")));
    assert_eq!(error["data"]["action"], "edit_message");
    a.send("delete_message", json!({ "id": id })).await;
    for socket in [&mut a, &mut b] {
        let deleted = socket.expect("message_deleted").await;
        assert_eq!((&deleted["data"]["id"], &deleted["data"]["content"]), (&id, &json!("")));
        assert_eq!(deleted["data"]["is_deleted"], true);
    }
}

#[tokio::test]
async fn reading_is_told_to_the_others_and_to_ones_own_sockets() {
    let (_server, _, bob, mut a, mut b, general) = two().await;
    let mut phone = bob.connect().await;
    for content in ["one", "two"] {
        a.post(&general, content, None).await;
        a.expect("new_message").await;
    }
    b.expect("new_message").await;
    let second = b.expect("new_message").await["data"]["id"].clone();
    b.send("read_message", json!({ "id": second })).await;
    let read = a.expect("message_read").await;
    assert_eq!(
        read["data"],
        json!({ "id": second, "chat_id": general, "seq": 2, "username": "bob" })
    );
    let mark = phone.expect("read_mark").await;
    assert_eq!(mark["data"], json!({ "chat_id": general, "seq": 2, "unread_count": 0 }));
    // once more moves nothing and tells nobody
    b.send("read_message", json!({ "id": second })).await;
    b.so_far(&general).await;
    assert_eq!(a.so_far(&general).await, [json!(null); 0]);
}

#[tokio::test]
async fn history_is_asked_for_on_the_socket() {
    let (_server, _, _, mut a, _b, general) = two().await;
    for number in 1..=5 {
        a.post(&general, &number.to_string(), None).await;
        a.expect("new_message").await;
    }
    for (asked, expected) in [
        (json!({ "chat_id": general, "limit": 2 }), vec!["4", "5"]),
        (json!({ "chat_id": general, "before": 3 }), vec!["1", "2"]),
        (json!({ "chat_id": general, "after": 3, "limit": 1 }), vec!["4"]),
    ] {
        a.send_ref("history", "h", asked).await;
        let told = a.expect_next("history").await;
        assert_eq!((&told["ref"], &told["data"]["chat_id"]), (&json!("h"), &json!(general)));
        let said = told["data"]["messages"].as_array().unwrap();
        let said: Vec<_> = said.iter().map(|m| m["content"].as_str().unwrap()).collect();
        assert_eq!(said, expected);
    }
    for bad in [json!({ "limit": 0 }), json!({ "limit": 101 }), json!({ "before": 1, "after": 1 })]
    {
        let mut asked = bad;
        asked["chat_id"] = json!(general);
        a.send("history", asked).await;
        assert_eq!(a.expect_next("error").await["data"]["code"], "invalid");
    }
}

#[tokio::test]
async fn rooms_are_made_joined_and_left_in_sight_of_everyone_concerned() {
    let (server, ada, bob, mut a, mut b, _) = two().await;
    let id = ada.room(&server, json!({ "name": "attic" })).await;
    let joined = a.expect("join_chat").await;
    assert_eq!(joined["data"]["conversation"]["role"], "owner");
    let made = b.expect("room_created").await;
    assert_eq!(made["data"]["conversation"]["name"], "attic");
    a.expect("room_created").await;
    b.send_ref("join_chat", "j", json!({ "chat_id": id })).await;
    let joined = b.expect("join_chat").await;
    assert_eq!((&joined["ref"], &joined["data"]["chat_id"]), (&json!("j"), &json!(id)));
    let told = a.expect("member_joined").await;
    assert_eq!(
        (&told["data"]["username"], &told["data"]["member_count"]),
        (&json!("bob"), &json!(2))
    );
    a.post(&id, "welcome", None).await;
    assert_eq!(b.expect("new_message").await["data"]["content"], "welcome");
    // once more: attached already, told to the asker alone
    b.send_ref("join_chat", "again", json!({ "chat_id": id })).await;
    assert_eq!(b.expect_next("join_chat").await["ref"], "again");
    b.send_ref("room_created", "r", json!({ "chat_id": id })).await;
    assert_eq!(b.expect_next("error").await["data"]["code"], "forbidden");
    a.send("room_created", json!({ "chat_id": id })).await;
    assert_eq!(b.expect("room_created").await["data"]["chat_id"], json!(id));
    b.send_ref("leave_chat", "l", json!({ "chat_id": id })).await;
    let left = b.expect("leave_chat").await;
    assert_eq!((&left["ref"], &left["data"]["username"]), (&json!("l"), &json!("bob")));
    assert_eq!(a.expect("leave_chat").await["data"]["username"], "bob");
    a.post(&id, "alone", None).await;
    a.expect("new_message").await;
    let general = b.room("general");
    assert!(b.so_far(&general).await.is_empty(), "who left hears nothing more");
    b.post(&id, "still here?", None).await;
    assert_eq!(b.expect("error").await["data"]["code"], "forbidden");
    let topic = json!({ "topic": "dust" });
    ada.patch(&server, "/api/conversations/attic", topic).await.expect(200);
    assert_eq!(b.expect("room_updated").await["data"]["conversation"]["topic"], "dust");
    ada.delete(&server, "/api/conversations/attic").await.expect(204);
    assert_eq!(b.expect("room_deleted").await["data"]["chat_id"], json!(id));
    a.expect("room_deleted").await;
    drop(bob);
}

#[tokio::test]
async fn a_direct_appears_at_both_ends_when_it_is_opened() {
    let (server, ada, bob, mut a, mut b, _) = two().await;
    let id = ada.direct(&server, &bob).await;
    for (socket, other) in [(&mut a, "bob"), (&mut b, "ada")] {
        let told = socket.expect("join_chat").await;
        assert_eq!(told["data"]["conversation"]["username"], other);
        assert_eq!(told["data"]["conversation"]["is_online"], true);
    }
    a.post(&id, "psst", None).await;
    assert_eq!(b.expect("new_message").await["data"]["content"], "psst");
}

#[tokio::test]
async fn broken_input_closes_the_socket_and_changes_nothing() {
    let (server, ada, _, a, _b, general) = two().await;
    let good = json!({
        "content": "x", "chat_id": general, "timestamp": "2025-07-28T09:00:00Z",
    });
    let with = |field: &str, value: serde_json::Value| {
        let mut data = good.clone();
        data[field] = value;
        json!({ "action": "new_message", "data": data }).to_string()
    };
    let without = |field: &str| {
        let mut data = good.clone();
        data.as_object_mut().unwrap().remove(field);
        json!({ "action": "new_message", "data": data }).to_string()
    };
    let mut broken = vec![
        "nonsense".to_owned(),
        "{".into(),
        "[]".into(),
        "null".into(),
        "{}".into(),
        json!({ "action": "fly", "data": {} }).to_string(),
        json!({ "action": "new_message" }).to_string(),
        json!({ "action": "typing", "data": { "chat_id": 7 } }).to_string(),
        json!({ "action": "typing", "data": { "chat_id": general, "is_typing": "yes" } })
            .to_string(),
        json!({ "action": "edit_message", "data": { "id": general } }).to_string(),
        json!({ "action": "resume", "data": { "cursor": "0" } }).to_string(),
        json!({ "action": "history", "data": { "chat_id": general, "limit": "3" } }).to_string(),
        with("chat_id", json!("general")),
        with("content", json!(null)),
        with("timestamp", json!(1_700_000_000)),
        with("timestamp", json!("yesterday")),
        with("client_id", json!(7)),
        with("reply_to", json!("x")),
        "[".repeat(20_000),
    ];
    broken.extend(["content", "chat_id", "timestamp"].map(without));
    for frame in broken {
        let mut socket = ada.connect().await;
        socket.send_text(&frame).await;
        assert_eq!(socket.closed().await, (4400, "BAD_DATA".into()), "{frame}");
    }
    let mut socket = ada.connect().await;
    socket.send_binary(vec![1, 2, 3]).await;
    assert_eq!(socket.closed().await, (4400, "BAD_DATA".into()));
    let said = ada.get(&server, "/api/conversations/general/messages").await;
    assert_eq!(said.headers["x-total-count"], "0");
    drop(a);
}

#[tokio::test]
async fn what_may_not_be_done_is_an_error_and_the_socket_stays_open() {
    let (server, _ada, bob, mut a, mut b, general) = two().await;
    let secret = bob.room(&server, json!({ "name": "cellar", "is_private": true })).await;
    let message = bob.say(&server, "cellar", "secret").await["id"].clone();
    let nobody = "01890000-0000-7000-8000-000000000000";
    let timestamp = "2025-07-28T09:00:00Z";
    for (action, data, code) in [
        (
            "new_message",
            json!({ "content": " ", "chat_id": general, "timestamp": timestamp }),
            "invalid",
        ),
        (
            "new_message",
            json!({ "content": "x".repeat(4001), "chat_id": general, "timestamp": timestamp }),
            "invalid",
        ),
        // the first account runs the server and may know of the room, not speak in it
        (
            "new_message",
            json!({ "content": "x", "chat_id": secret, "timestamp": timestamp }),
            "forbidden",
        ),
        (
            "new_message",
            json!({ "content": "x", "chat_id": nobody, "timestamp": timestamp }),
            "not_found",
        ),
        ("history", json!({ "chat_id": secret }), "forbidden"),
        ("typing", json!({ "chat_id": secret }), "not_found"),
        ("join_chat", json!({ "chat_id": secret }), "forbidden"),
        ("leave_chat", json!({ "chat_id": nobody }), "not_found"),
        ("read_message", json!({ "id": message }), "forbidden"),
        ("edit_message", json!({ "id": message, "content": "x" }), "forbidden"),
        ("delete_message", json!({ "id": nobody }), "not_found"),
        ("user_offline", json!({ "username": "bob" }), "forbidden"),
    ] {
        a.send_ref(action, "r", data.clone()).await;
        let error = a.expect("error").await;
        assert_eq!(error["ref"], "r");
        assert_eq!(error["data"]["code"], code, "{action} {data}: {error}");
        assert_eq!(error["data"]["action"], action);
    }
    a.post(&general, "fine", None).await;
    assert_eq!(a.expect("new_message").await["data"]["content"], "fine");
    let heard = b.so_far(&general).await;
    let said = heard.iter().filter(|frame| frame["action"] == "new_message");
    assert_eq!(said.count(), 2, "his own secret and what is fine");
}

#[tokio::test]
async fn a_flood_of_frames_is_cut_off() {
    let server = Server::start_with(&["--limits", "on"]).await;
    let ada = server.person("ada").await;
    let mut socket = ada.connect().await;
    let general = socket.room("general");
    for _ in 0..2000 {
        socket.send("typing", json!({ "chat_id": general, "is_typing": false })).await;
    }
    assert_eq!(socket.closed().await, (4429, "RATE_LIMITED".into()));
}
