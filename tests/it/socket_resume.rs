use serde_json::{Value, json};

use crate::support::{Person, Server, Socket};

/// Connects and resumes; the frames between `resume` and `resumed`, and the latter.
async fn resume(person: &Person, cursor: &Value) -> (Socket, Vec<Value>, Value) {
    let mut socket = person.connect().await;
    socket.send_ref("resume", "r", json!({ "cursor": cursor })).await;
    let mut missed = Vec::new();
    loop {
        let frame = socket.next().await;
        if frame["ref"] == "r" {
            return (socket, missed, frame);
        }
        missed.push(frame);
    }
}

fn told<'a>(frames: &'a [Value], action: &str) -> Vec<&'a Value> {
    frames.iter().filter(|frame| frame["action"] == action).collect()
}

#[tokio::test]
async fn what_was_missed_is_told_once_in_order_and_then_live_goes_on() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let early = ada.say(&server, "general", "early").await;
    let gone = ada.say(&server, "general", "gone").await;
    let socket = bob.connect().await;
    let (cursor, general) = (socket.hello["cursor"].clone(), socket.room("general"));
    socket.close().await;
    let path = |m: &Value| format!("/api/messages/{}", m["id"].as_str().unwrap());
    for number in 0..5 {
        ada.say(&server, "general", &number.to_string()).await;
    }
    ada.patch(&server, &path(&early), json!({ "content": "edited" })).await.expect(200);
    ada.delete(&server, &path(&gone)).await.expect(204);
    let direct = ada.direct(&server, &bob).await;
    ada.say(&server, &direct, "psst").await;
    let (mut socket, missed, resumed) = resume(&bob, &cursor).await;
    assert_eq!(
        (&resumed["action"], &resumed["data"]["complete"]),
        (&json!("resumed"), &json!(true))
    );
    let revs: Vec<_> = missed.iter().map(|frame| frame["rev"].as_i64().unwrap()).collect();
    assert!(revs.is_sorted(), "{revs:?}");
    let posted: Vec<_> = told(&missed, "new_message")
        .iter()
        .map(|frame| frame["data"]["content"].as_str().unwrap())
        .collect();
    assert_eq!(posted, ["0", "1", "2", "3", "4", "psst"]);
    assert_eq!(told(&missed, "message_edited")[0]["data"]["content"], "edited");
    assert_eq!(told(&missed, "message_deleted")[0]["data"]["id"], gone["id"]);
    assert_eq!(told(&missed, "join_chat")[0]["data"]["chat_id"], json!(direct));
    ada.say(&server, "general", "live").await;
    assert_eq!(socket.expect_next("new_message").await["data"]["content"], "live");
    // and nothing again
    let (mut socket, missed, _) = resume(&bob, &resumed["data"]["cursor"]).await;
    assert_eq!(missed.len(), 1);
    assert!(socket.so_far(&general).await.is_empty());
}

#[tokio::test]
async fn resuming_under_load_leaves_no_gap_and_doubles_nothing() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut a = ada.connect().await;
    let general = a.room("general");
    let writer = tokio::spawn(async move {
        for number in 0..600 {
            a.post(&general, &number.to_string(), None).await;
            a.expect("new_message").await;
        }
    });
    let (mut cursor, mut next_seq) = (0, 1);
    while next_seq <= 600 {
        // by the address: however slow this machine is, live frames wait for what was missed
        let mut socket = bob.try_dial("/ws/events/", Some(cursor)).await.unwrap();
        socket.expect_next("hello").await;
        let mut live = None;
        while next_seq <= 600 && live.is_none_or(|count| count < 20) {
            let frame = socket.next().await;
            if frame["action"] == "resumed" {
                live = Some(0);
                continue;
            }
            if frame["action"] == "new_message" {
                assert_eq!(frame["data"]["seq"], next_seq, "in order, without gap or double");
                next_seq += 1;
            }
            cursor = frame["rev"].as_i64().map_or(cursor, |rev| rev.max(cursor));
            live = live.map(|count| count + 1);
        }
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn rooms_that_came_changed_and_went_are_told() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let old = ada.room(&server, json!({ "name": "old", "members": ["bob"] })).await;
    let kicked = ada.room(&server, json!({ "name": "kicked", "members": ["bob"] })).await;
    let changed = ada.room(&server, json!({ "name": "changed", "members": ["bob"] })).await;
    let socket = bob.connect().await;
    let cursor = socket.hello["cursor"].clone();
    socket.close().await;
    ada.delete(&server, "/api/conversations/old").await.expect(204);
    ada.delete(&server, "/api/conversations/kicked/members/bob").await.expect(204);
    ada.say(&server, "kicked", "without bob").await;
    let topic = json!({ "topic": "new" });
    ada.patch(&server, "/api/conversations/changed", topic).await.expect(200);
    let fresh = ada.room(&server, json!({ "name": "fresh" })).await;
    ada.room(&server, json!({ "name": "hidden", "is_private": true })).await;
    let (_socket, missed, _) = resume(&bob, &cursor).await;
    assert_eq!(told(&missed, "room_deleted")[0]["data"]["chat_id"], json!(old));
    let left = told(&missed, "leave_chat");
    assert_eq!(
        (&left[0]["data"]["chat_id"], &left[0]["data"]["username"]),
        (&json!(kicked), &json!("bob"))
    );
    assert_eq!(told(&missed, "room_updated")[0]["data"]["chat_id"], json!(changed));
    let created = told(&missed, "room_created");
    assert_eq!((created.len(), &created[0]["data"]["chat_id"]), (1, &json!(fresh)));
    assert!(told(&missed, "new_message").is_empty(), "what is said where one is no more");
}

#[tokio::test]
async fn who_missed_too_much_is_told_to_reload() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut a = ada.connect().await;
    let general = a.room("general");
    for number in 0..1100 {
        a.post(&general, &number.to_string(), None).await;
    }
    for _ in 0..1100 {
        a.expect("new_message").await;
    }
    let (_socket, missed, resumed) = resume(&bob, &json!(0)).await;
    assert_eq!((missed.len(), &resumed["data"]["complete"]), (0, &json!(false)));
    assert!(resumed["data"]["cursor"].as_i64().unwrap() > 1100);

    // what is told to nobody is in the greeting, or comes after it
    let mut socket = bob.connect().await;
    a.post(&general, "after the greeting", None).await;
    a.expect("new_message").await;
    socket.send("resume", json!({ "cursor": 0 })).await;
    let mut came = [socket.next().await, socket.next().await];
    came.sort_by_key(|frame| frame["action"] == "resumed");
    assert_eq!(came[0]["data"]["content"], "after the greeting");
    assert_eq!(came[1]["data"]["complete"], false);
}

#[tokio::test]
async fn resuming_late_loses_nothing_that_was_touched_meanwhile() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let socket = bob.connect().await;
    let (cursor, general) = (socket.hello["cursor"].clone(), socket.room("general"));
    socket.close().await;
    let said = ada.say(&server, "general", "missed").await;
    let mut socket = bob.connect().await;
    // any frame lets live events go
    socket.so_far(&general).await;
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    ada.patch(&server, &path, json!({ "content": "missed, edited" })).await.expect(200);
    socket.expect("message_edited").await;
    let live = ada.say(&server, "general", "live").await;
    socket.expect("new_message").await;
    socket.send_ref("resume", "r", json!({ "cursor": cursor })).await;
    let mut posted = Vec::new();
    let resumed = loop {
        let frame = socket.next().await;
        if frame["ref"] == "r" {
            break frame;
        }
        if frame["action"] == "new_message" {
            posted.push(frame["data"]["content"].clone());
        }
    };
    assert_eq!(posted, ["missed, edited"]);
    // and a cursor from what was heard live does not go back
    let cursor = live["rev"].clone();
    socket.send_ref("resume", "s", json!({ "cursor": cursor })).await;
    let again = socket.expect("resumed").await;
    assert_eq!((&again["ref"], &again["data"]["cursor"]), (&json!("s"), &cursor));
    assert!(resumed["data"]["cursor"].as_i64() < cursor.as_i64());
}

/// However slow its client is: what it missed is on its way before anything new, so that `rev` is true
/// of each frame and a cut after any of them loses nothing.
#[tokio::test]
async fn who_says_in_the_address_from_where_hears_everything_in_order() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut cursor = bob.connect().await.hello["cursor"].as_i64();
    for number in 0..3 {
        ada.say(&server, "general", &number.to_string()).await;
    }
    for cut in 1..=3 {
        let mut socket = bob.try_dial("/ws/events/", cursor).await.unwrap();
        socket.expect_next("hello").await;
        // by now the greeting is over, and nothing came from this client
        ada.say(&server, "general", &format!("live {cut}")).await;
        let heard = socket.expect("new_message").await;
        let expected = ["0", "1", "2"][cut - 1];
        assert_eq!(heard["data"]["content"], expected, "the oldest that was missed comes first");
        cursor = heard["rev"].as_i64();
    }
    let mut socket = bob.try_dial("/ws/events/", cursor).await.unwrap();
    socket.expect_next("hello").await;
    for cut in 1..=3 {
        let heard = socket.expect_next("new_message").await;
        assert_eq!(heard["data"]["content"], format!("live {cut}"));
    }
    assert_eq!(socket.expect_next("resumed").await["data"]["complete"], true);
    ada.say(&server, "general", "at last").await;
    assert_eq!(socket.expect_next("new_message").await["data"]["content"], "at last");
    for wrong in ["x", "-1", "1.5", ""] {
        let path = format!("/ws/events/?token={}&cursor={wrong}", bob.token);
        assert_eq!(Socket::try_open(&server.address(), &path, &[]).await, Err(422), "{wrong}");
    }
    // from a file that a copy has taken the place of, say
    let mut socket = bob.try_dial("/ws/events/", Some(i64::MAX)).await.unwrap();
    let cursor = socket.expect_next("hello").await["data"]["cursor"].clone();
    let resumed = socket.expect_next("resumed").await;
    assert_eq!(resumed["data"], json!({ "cursor": cursor, "complete": false }));
    let (_, missed, resumed) = resume(&bob, &json!(-1)).await;
    assert_eq!((missed.len(), &resumed["data"]["complete"]), (0, &json!(false)));
    ada.say(&server, "general", "still heard").await;
    assert_eq!(socket.expect("new_message").await["data"]["content"], "still heard");
}

/// Cut anywhere, between any two frames, what comes after is told on resuming from the last `rev`.
#[tokio::test]
async fn a_change_that_was_heard_in_part_is_told_again() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let before = b.hello["cursor"].clone();
    a.send("game_invite", json!({ "username": "bob", "client_id": "1", "options": {} })).await;
    b.expect("game_invite").await;
    b.send("game_accepted", json!({ "username": "ada" })).await;
    a.expect("game_invite").await;
    let accepted = a.expect("game_accepted").await;
    a.expect("game_found").await;
    let (_, missed, _) = resume(&ada, &accepted["rev"]).await;
    assert_eq!(told(&missed, "game_found").len(), 1);
    // a first private message opens the direct in the same change
    let mut rooms = ada.dial("/ws").await;
    rooms.send_frame(&json!({ "type": "dm", "to": "bob", "content": "first" })).await;
    rooms.expect("dm").await;
    let (_, missed, _) = resume(&bob, &before).await;
    assert_eq!(told(&missed, "new_message")[0]["data"]["content"], "first");
    let opened = missed.iter().position(|frame| frame["action"] == "join_chat").unwrap();
    let posted = missed.iter().position(|frame| frame["action"] == "new_message").unwrap();
    assert!(opened < posted);
    let (_, missed, _) = resume(&bob, &missed[opened]["rev"]).await;
    assert_eq!(told(&missed, "new_message").len(), 1);
}

#[tokio::test]
async fn what_one_did_on_another_device_and_what_went_from_sight_is_told() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let carl = server.person("carl").await;
    let room = ada.room(&server, json!({ "name": "plans" })).await;
    ada.room(&server, json!({ "name": "secret", "is_private": true })).await;
    let said = ada.say(&server, "general", "hi").await;
    let socket = bob.connect().await;
    let cursor = socket.hello["cursor"].clone();
    socket.close().await;
    bob.post(&server, "/api/conversations/general/read", json!({ "seq": said["seq"] }))
        .await
        .expect(204);
    let hide = json!({ "is_private": true });
    ada.patch(&server, "/api/conversations/plans", hide).await.expect(200);
    let topic = json!({ "topic": "hush" });
    ada.patch(&server, "/api/conversations/secret", topic).await.expect(200);
    let password = json!({ "password": crate::support::people::PASSWORD });
    carl.delete_with(&server, "/api/me", password).await.expect(204);
    let (_, missed, _) = resume(&bob, &cursor).await;
    let read = told(&missed, "read_mark");
    assert_eq!((&read[0]["data"]["seq"], &read[0]["data"]["unread_count"]), (&json!(1), &json!(0)));
    let gone = told(&missed, "room_deleted");
    assert_eq!((gone.len(), &gone[0]["data"]["chat_id"]), (1, &json!(room)));
    assert_eq!(told(&missed, "user_updated")[0]["data"]["user"]["username"], "deleted user");
}

/// Who could not be told what they missed hears nothing live either: they would take it that there was
/// nothing.
#[tokio::test]
async fn a_socket_that_cannot_catch_up_is_closed_and_tries_again() {
    let server = Server::start_with(&["--limits", "on"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let cursor = bob.connect().await.hello["cursor"].as_i64().unwrap();
    ada.say(&server, "general", "missed").await;
    // what one may read comes back while a busy machine connects: then all is told, and it is tried again
    loop {
        while bob.get(&server, "/api/me").await.status == 200 {}
        let mut socket = bob.try_dial("/ws/events/", Some(cursor)).await.unwrap();
        socket.expect_next("hello").await;
        match socket.next_or_close().await {
            Ok(first) => assert_eq!(first["data"]["content"], "missed", "{first}"),
            Err((code, _)) => return assert_eq!(code, 1013),
        }
    }
}
