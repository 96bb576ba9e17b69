//! Silence between two people, on every path there is.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket};

const LIST: &str = "/api/conversations/general/messages";

async fn two() -> (Server, Person, Person) {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    (server, ada, bob)
}

fn contents(page: &Value) -> Vec<&str> {
    page.as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap()).collect()
}

async fn block(server: &Server, person: &Person, whom: &Person) {
    let path = format!("/api/users/{}/block", whom.username);
    person.put(server, &path).await.expect(204);
}

#[tokio::test]
async fn a_block_is_listed_and_ends_and_is_never_on_oneself() {
    let (server, ada, bob) = two().await;
    block(&server, &ada, &bob).await;
    block(&server, &ada, &bob).await;
    let blocked = ada.get(&server, "/api/me/blocks").await.expect(200);
    assert_eq!((blocked.as_array().unwrap().len(), &blocked[0]["username"]), (1, &json!("bob")));
    assert_eq!(bob.get(&server, "/api/me/blocks").await.expect(200), json!([]));
    ada.delete(&server, "/api/users/bob/block").await.expect(204);
    assert_eq!(ada.get(&server, "/api/me/blocks").await.expect(200), json!([]));
    ada.put(&server, "/api/users/ada/block").await.refused(422, "invalid");
    ada.put(&server, "/api/users/nobody/block").await.refused(404, "not_found");
}

#[tokio::test]
async fn neither_opens_nor_writes_to_nor_invites_nor_befriends_the_other() {
    let (server, ada, bob) = two().await;
    let carl = server.person("carl").await;
    let direct = ada.direct(&server, &bob).await;
    let old = ada.say(&server, &direct, "before").await["id"].as_str().unwrap().to_owned();
    let theirs = bob.say(&server, &direct, "before too").await["id"].as_str().unwrap().to_owned();
    block(&server, &ada, &bob).await;
    for (one, other, message) in [(&ada, &bob, &old), (&bob, &ada, &theirs)] {
        let mut ear = other.connect().await;
        let name = &other.username;
        let path = format!("/api/conversations/{direct}/messages");
        let post = json!({ "content": "x" });
        one.post(&server, &path, post.clone()).await.refused(403, "forbidden");
        let path = format!("/api/messages/{message}");
        one.patch(&server, &path, post).await.refused(403, "forbidden");
        one.put(&server, &format!("/api/chats/{name}")).await.refused(403, "forbidden");
        let open = json!({ "username": name });
        one.post(&server, "/api/conversations", open).await.refused(403, "forbidden");
        one.put(&server, &format!("/api/users/{name}/friend")).await.refused(403, "forbidden");
        let mut socket = one.connect().await;
        for (action, data) in [
            ("game_invite", json!({ "username": name, "client_id": "1", "options": {} })),
            ("add_new_friend", json!({ "sender_id": one.id, "receiver_id": other.id })),
            (
                "add_reaction",
                json!({ "id": if message == &old { &theirs } else { &old }, "emoji": "🎉" }),
            ),
            (
                "new_message",
                json!({ "content": "x", "chat_id": direct, "timestamp": "2026-01-01T00:00:00Z" }),
            ),
            ("typing", json!({ "chat_id": direct })),
        ] {
            socket.send(action, data).await;
            assert_eq!(socket.refused().await, "forbidden", "{action}");
        }
        socket.so_far(&direct).await;
        let heard = ear.so_far(&direct).await;
        assert!(heard.iter().all(|frame| frame["action"] != "typing"), "{heard:?}");
        let mut rooms = one.dial("/ws").await;
        rooms.send_frame(&json!({ "type": "dm", "to": name, "content": "x" })).await;
        assert_eq!(rooms.refused().await, "forbidden");
        let mut live = one.dial("/ws/chat/").await;
        live.send_frame(&json!({ "action": "send_message", "to": name, "content": "x" })).await;
        assert_eq!(live.refused().await, "forbidden");
        live.send_frame(&json!({ "action": "invite_to_play", "username": name })).await;
        assert_eq!(live.refused().await, "forbidden");
        let mut own = one.dial(&format!("/ws/chat/{direct}/")).await;
        own.send_frame(&json!({ "message": "x" })).await;
        assert_eq!(own.refused().await, "forbidden");
    }
    // what was said before stays for both, and everyone else is as before
    let path = format!("/api/conversations/{direct}/messages");
    for one in [&ada, &bob] {
        let page = one.get(&server, &path).await.expect(200);
        assert_eq!(page.as_array().unwrap().len(), 2);
    }
    carl.direct(&server, &bob).await;
    ada.delete(&server, "/api/users/bob/block").await.expect(204);
    bob.say(&server, &direct, "again").await;
}

#[tokio::test]
async fn in_rooms_the_blocker_hears_the_blocked_no_more_live_or_in_history() {
    let (server, ada, bob) = two().await;
    let carl = server.person("carl").await;
    bob.say(&server, "general", "early").await;
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let mut ears =
        [ada.dial("/ws").await, ada.dial("/ws/chat/").await, ada.dial("/ws/chat/general/").await];
    let general = a.room("general");
    a.send("resume", json!({ "cursor": a.hello["cursor"] })).await;
    let cursor = a.expect("resumed").await["data"]["cursor"].clone();
    block(&server, &ada, &bob).await;
    a.expect("user_blocked").await;
    let said = bob.say(&server, "general", "hey @ada").await["id"].clone();
    b.send("typing", json!({ "chat_id": general })).await;
    b.send("edit_message", json!({ "id": said, "content": "hey" })).await;
    b.expect("message_edited").await;
    b.send("add_reaction", json!({ "id": said, "emoji": "🎉" })).await;
    b.expect("reaction_update").await;
    b.send("delete_message", json!({ "id": said })).await;
    b.expect("message_deleted").await;
    bob.say(&server, "general", "later").await;
    carl.say(&server, "general", "from carl").await;
    let heard = a.expect("new_message").await;
    assert_eq!(heard["data"]["content"], "from carl");
    assert!(a.so_far(&general).await.is_empty());
    for ear in &mut ears {
        let mut frames = ear.before_pong().await;
        frames.retain(|frame| frame["action"] != "user_blocked");
        assert_eq!(frames.len(), 1, "what carl said: {frames:?}");
        assert!(!frames[0].to_string().contains("bob"));
    }
    let page = ada.get(&server, LIST).await.expect(200);
    assert_eq!(contents(&page), ["from carl"]);
    a.send("history", json!({ "chat_id": general })).await;
    assert_eq!(contents(&a.expect("history").await["data"]["messages"]), ["from carl"]);
    let listed = ada.get(&server, "/api/conversations").await.expect(200);
    assert_eq!(listed[0]["last_message"]["content"], "from carl");
    assert_eq!(listed[0]["unread_count"], 1);
    // nor on resuming
    let mut again = ada.connect().await;
    again.send("resume", json!({ "cursor": cursor })).await;
    loop {
        let frame = again.next().await;
        if frame["action"] == "resumed" {
            break;
        }
        assert!(frame["data"]["sender"] != "bob", "{frame}");
    }
    // the blocked one and others hear everyone
    let page = bob.get(&server, LIST).await.expect(200);
    assert_eq!(contents(&page), ["early", "", "later", "from carl"]);
    ada.say(&server, "general", "from ada").await;
    loop {
        if b.expect("new_message").await["data"]["content"] == "from ada" {
            break;
        }
    }
    // and once it ends, all is there again
    ada.delete(&server, "/api/users/bob/block").await.expect(204);
    let page = ada.get(&server, LIST).await.expect(200);
    assert_eq!(contents(&page), ["early", "", "later", "from carl", "from ada"]);
    a.expect("user_unblocked").await;
    bob.say(&server, "general", "heard").await;
    assert_eq!(a.expect("new_message").await["data"]["content"], "heard");
}

/// Passes over frames until one tells that somebody came, or went.
async fn told(socket: &mut Socket, name: &str, action: &str) {
    while socket.expect(action).await["data"]["username"] != name {}
}

#[tokio::test]
async fn neither_sees_whether_the_other_is_there() {
    let (server, ada, bob) = two().await;
    let carl = server.person("carl").await;
    let mut c = carl.connect().await;
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    told(&mut a, "bob", "user_online").await;
    block(&server, &ada, &bob).await;
    told(&mut a, "bob", "user_offline").await;
    told(&mut b, "ada", "user_offline").await;
    for (one, other) in [(&ada, &bob), (&bob, &ada)] {
        let path = format!("/api/users/{}", other.username);
        let seen = one.get(&server, &path).await.expect(200);
        assert_eq!(seen["is_online"], false);
        let online = one.get(&server, "/api/users?online=true").await.expect(200);
        assert!(online.as_array().unwrap().iter().all(|u| u["username"] != other.username));
        let members = one.get(&server, "/api/conversations/general/members").await.expect(200);
        let other = members.as_array().unwrap().iter().find(|m| m["username"] == other.username);
        assert_eq!(other.unwrap()["is_online"], false);
        let hello = one.connect().await.hello;
        assert_eq!(hello["online"].as_array().unwrap().len(), 2, "oneself and carl: {hello}");
        let mut list = one.dial("/ws/chat/general/").await;
        let list = list.expect("online_users").await["usernames"].clone();
        assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
    }
    b.close().await;
    told(&mut c, "bob", "user_offline").await;
    let _b = bob.connect().await;
    told(&mut c, "bob", "user_online").await;
    // nothing of it for ada, until the block ends
    let general = a.room("general");
    let mut frames = a.all_so_far(&general).await;
    frames.retain(|frame| frame["action"] != "user_blocked");
    assert!(frames.iter().all(|f| !f["data"].to_string().contains("bob")), "{frames:?}");
    ada.delete(&server, "/api/users/bob/block").await.expect(204);
    told(&mut a, "bob", "user_online").await;
}

#[tokio::test]
async fn a_block_ends_friendship_asks_and_invitations_and_tells_the_blocked_no_more_than_that() {
    let (server, ada, bob) = two().await;
    ada.put(&server, "/api/users/bob/friend").await.expect(200);
    bob.put(&server, "/api/users/ada/friend").await.expect(200);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    b.send("game_invite", json!({ "username": "ada", "client_id": "1", "options": {} })).await;
    a.expect("game_invite").await;
    a.send("cancel_game_invite", json!({ "username": "bob" })).await;
    assert_eq!(a.refused().await, "not_found");
    block(&server, &ada, &bob).await;
    a.expect("game_invite_canceled").await;
    b.expect("game_invite_canceled").await;
    for person in [&ada, &bob] {
        let friends = person.get(&server, "/api/me/friends").await.expect(200);
        assert_eq!(friends["friends"], json!([]));
    }
    let general = b.room("general");
    let frames = b.so_far(&general).await;
    assert!(frames.iter().all(|f| !f["action"].as_str().unwrap().contains("block")), "{frames:?}");
    a.send("game_accepted", json!({ "username": "bob" })).await;
    assert_eq!(a.refused().await, "not_found");
}

#[tokio::test]
async fn read_marks_of_the_parted_are_not_told() {
    let (server, ada, bob) = two().await;
    let mut a = ada.connect().await;
    block(&server, &ada, &bob).await;
    let said = ada.say(&server, "general", "hi").await;
    bob.post(&server, "/api/conversations/general/read", json!({ "seq": said["seq"] }))
        .await
        .expect(204);
    let general = a.room("general");
    let frames = a.so_far(&general).await;
    assert!(frames.iter().all(|f| f["action"] != "message_read"), "{frames:?}");
}

#[tokio::test]
async fn nothing_around_a_block_shows_that_the_other_is_there() {
    let (server, ada, bob) = two().await;
    let direct = ada.direct(&server, &bob).await;
    let said = bob.say(&server, &direct, "hello?").await;
    let room = ada.room(&server, json!({ "name": "tea", "members": ["bob"] })).await;
    block(&server, &ada, &bob).await;
    let mut c = server.person("carl").await.connect().await;
    let mut b = bob.connect().await;
    told(&mut c, "bob", "user_online").await;
    let mut of_bob = bob.dial("/ws/chat/tea/").await;
    assert_eq!(of_bob.expect("online_users").await["usernames"], json!(["bob"]));
    let cursor = b.hello["cursor"].clone();
    let a = ada.connect().await;
    told(&mut c, "ada", "user_online").await;
    let path = format!("/api/conversations/{direct}/read");
    ada.post(&server, &path, json!({ "seq": said["seq"] })).await.expect(204);
    ada.patch(&server, "/api/me", json!({ "bio": "new" })).await.expect(200);
    // read, in the list of rooms, in the room's list, on resuming
    let page = bob.get(&server, &format!("/api/conversations/{direct}/messages")).await.expect(200);
    assert_eq!(page[0]["is_read"], false);
    let rooms = bob.get(&server, "/api/rooms?q=tea").await.expect(200);
    assert_eq!((&rooms[0]["id"], &rooms[0]["online_count"]), (&json!(room), &json!(1)));
    a.close().await;
    told(&mut c, "ada", "user_offline").await;
    bob.say(&server, "tea", "mark").await;
    loop {
        let frame = of_bob.next().await;
        assert_ne!(frame["type"], "online_users", "the list was the same before");
        if frame["type"] == "chat_message" {
            break;
        }
    }
    b.send("resume", json!({ "cursor": cursor })).await;
    loop {
        let frame = b.next().await;
        assert_ne!(frame["action"], "user_updated");
        if frame["action"] == "resumed" {
            break;
        }
    }
}

#[tokio::test]
async fn what_the_blocked_make_of_others_messages_is_not_shown_to_the_blocker() {
    let (server, ada, bob) = two().await;
    let carl = server.person("carl").await;
    let id = carl.say(&server, "general", "cake").await["id"].as_str().unwrap().to_owned();
    block(&server, &ada, &bob).await;
    for person in [&bob, &ada] {
        let path = format!("/api/messages/{id}/reactions/%F0%9F%8E%82");
        person.put(&server, &path).await.expect(204);
    }
    let page = ada.get(&server, LIST).await.expect(200);
    assert_eq!(
        (&page[0]["reactions"][0]["usernames"], &page[0]["reactions"][0]["count"]),
        (&json!(["ada"]), &json!(1))
    );
    let page = bob.get(&server, LIST).await.expect(200);
    assert_eq!(page[0]["reactions"][0]["count"], 2);
    let made = bob.post(&server, "/api/tournaments", json!({ "name": "Cup" })).await.expect(201);
    let mut a = ada.connect().await;
    let path = format!("/api/tournaments/{}/join", made["id"].as_str().unwrap());
    carl.call_on(&server, &path).await.expect(200);
    let general = a.room("general");
    let frames = a.so_far(&general).await;
    assert!(frames.iter().all(|f| f["action"] != "tournament_updated"), "{frames:?}");
}

#[tokio::test]
async fn a_block_that_is_said_twice_is_answered_twice_and_told_to_nobody() {
    let (_server, ada, bob) = two().await;
    let (mut live, mut b) = (ada.dial("/ws/chat/").await, bob.connect().await);
    for (asks, answers) in [("block_user", "user_blocked"), ("unblock_user", "user_unblocked")] {
        live.send_frame(&json!({ "action": asks, "username": "bob" })).await;
        let expected = json!({ "action": answers, "username": "bob" });
        assert_eq!(live.expect(answers).await, expected);
        b.expect(if asks == "block_user" { "user_offline" } else { "user_online" }).await;
        live.send_frame(&json!({ "action": asks, "username": "bob" })).await;
        assert_eq!(live.expect(answers).await, expected);
        let general = b.room("general");
        assert_eq!(b.all_so_far(&general).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_edit_shows_no_reaction_of_who_is_blocked() {
    let (server, ada, bob) = two().await;
    let carl = server.person("carl").await;
    block(&server, &ada, &bob).await;
    let said = carl.say(&server, "general", "first").await;
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    for person in [&bob, &carl] {
        person.put(&server, &format!("{path}/reactions/🎉")).await.expect(204);
    }
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    carl.patch(&server, &path, json!({ "content": "second" })).await.expect(200);
    let names = |frame: &Value| frame["data"]["reactions"][0]["usernames"].clone();
    let edited = a.expect("message_edited").await;
    assert_eq!((&edited["data"]["content"], names(&edited)), (&json!("second"), json!(["carl"])));
    assert_eq!(names(&b.expect("message_edited").await), json!(["bob", "carl"]));
    // both have all there is, and are told of it once
    for (person, edited) in [(&ada, &edited), (&bob, &edited)] {
        let cursor = edited["rev"].as_i64();
        let mut socket = person.try_dial("/ws/events/", cursor).await.unwrap();
        socket.expect("hello").await;
        socket.expect_next("resumed").await;
    }
    let general = a.room("general");
    let more = a.so_far(&general).await;
    assert!(more.iter().all(|frame| frame["action"] != "message_edited"), "{more:?}");
}
