//! Friends, notifications, tournaments.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket};

async fn two() -> (Server, Person, Person) {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    (server, ada, bob)
}

async fn friends(server: &Server, person: &Person) -> [Vec<String>; 3] {
    let all = person.get(server, "/api/me/friends").await.expect(200);
    ["friends", "incoming", "outgoing"].map(|key| {
        let names = all[key].as_array().unwrap().iter();
        names.map(|user| user["username"].as_str().unwrap().to_owned()).collect()
    })
}

const NOBODY: [Vec<String>; 3] = [Vec::new(), Vec::new(), Vec::new()];

fn only(list: usize, name: &str) -> [Vec<String>; 3] {
    let mut lists = NOBODY;
    lists[list].push(name.to_owned());
    lists
}

#[tokio::test]
async fn friends_are_asked_accepted_refused_withdrawn_and_ended() {
    let (server, ada, bob) = two().await;
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let (of_ada, of_bob) = ("/api/users/bob/friend", "/api/users/ada/friend");
    let state = |answer: Value| answer["state"].as_str().unwrap().to_owned();
    // asked twice is asked once, and withdrawn
    assert_eq!(state(ada.put(&server, of_ada).await.expect(200)), "pending");
    assert_eq!(state(ada.put(&server, of_ada).await.expect(200)), "pending");
    assert_eq!(a.expect("friend_requested").await["data"]["user"]["username"], "bob");
    assert_eq!(b.expect("friend_request").await["data"]["user"]["username"], "ada");
    assert_eq!(friends(&server, &ada).await, only(2, "bob"));
    assert_eq!(friends(&server, &bob).await, only(1, "ada"));
    ada.delete(&server, of_ada).await.expect(204);
    assert_eq!(b.expect("friend_removed").await["data"]["username"], "ada");
    assert_eq!(friends(&server, &bob).await, NOBODY);
    // refused
    ada.put(&server, of_ada).await.expect(200);
    bob.delete(&server, of_bob).await.expect(204);
    a.expect("friend_removed").await;
    // accepted, by asking back
    ada.put(&server, of_ada).await.expect(200);
    assert_eq!(state(bob.put(&server, of_bob).await.expect(200)), "friends");
    for socket in [&mut a, &mut b] {
        let new = socket.expect("new_friend").await["data"].clone();
        assert_eq!(
            (&new["user"]["username"], &new["friend"]["username"]),
            (&json!("ada"), &json!("bob"))
        );
    }
    assert_eq!(friends(&server, &ada).await, only(0, "bob"));
    assert_eq!(friends(&server, &bob).await, only(0, "ada"));
    let told = ada.get(&server, "/api/notifications?unread=true").await.expect(200);
    assert_eq!(
        (&told[0]["action"], &told[0]["data"]["username"]),
        (&json!("new_friend"), &json!("bob"))
    );
    // ended by either
    bob.delete(&server, of_bob).await.expect(204);
    assert_eq!(friends(&server, &ada).await, NOBODY);
    ada.put(&server, "/api/users/ada/friend").await.refused(422, "invalid");
    ada.put(&server, "/api/users/nobody/friend").await.refused(404, "not_found");
}

#[tokio::test]
async fn what_happened_meanwhile_is_told_on_resuming() {
    let (server, ada, bob) = two().await;
    let carl = server.person("carl").await;
    let socket = bob.connect().await;
    let cursor = socket.hello["cursor"].clone();
    socket.close().await;
    ada.put(&server, "/api/users/bob/friend").await.expect(200);
    bob.put(&server, "/api/users/carl/block").await.expect(204);
    let mut a = ada.connect().await;
    a.send("game_invite", json!({ "username": "bob", "client_id": "1", "options": {} })).await;
    a.expect("game_invite").await;
    let made =
        carl.post(&server, "/api/tournaments", json!({ "name": "Carl's" })).await.expect(201);
    let cup = ada.post(&server, "/api/tournaments", json!({ "name": "Cup" })).await.expect(201);
    let mut b = bob.connect().await;
    assert_eq!(b.hello["notifications_unread"], 3);
    assert_eq!(b.hello["invites"][0]["username"], "ada");
    b.send("resume", json!({ "cursor": cursor })).await;
    let mut told = Vec::new();
    loop {
        let frame = b.next().await;
        if frame["action"] == "resumed" {
            assert_eq!(frame["data"]["complete"], true);
            break;
        }
        told.push((frame["action"].as_str().unwrap().to_owned(), frame["data"].clone()));
    }
    let has = |action: &str| told.iter().filter(|(known, _)| known == action).count();
    assert_eq!((has("friend_request"), has("user_blocked"), has("game_invite")), (1, 1, 1));
    assert_eq!((has("new_tournament"), has("notification_added")), (1, 3));
    let (_, announced) = told.iter().find(|(action, _)| action == "new_tournament").unwrap();
    assert_eq!(announced["tournament_id"], cup["id"]);
    assert_ne!(announced["tournament_id"], made["id"]);
}

#[tokio::test]
async fn a_direct_message_is_one_notification_until_it_is_read() {
    let (server, ada, bob) = two().await;
    let direct = ada.direct(&server, &bob).await;
    for number in 0..3 {
        ada.say(&server, &direct, &number.to_string()).await;
    }
    let unread = "/api/notifications?unread=true";
    let list = bob.get(&server, unread).await.expect(200);
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(
        (&list[0]["action"], &list[0]["data"]["chat_id"]),
        (&json!("direct_message"), &json!(direct))
    );
    assert_eq!(ada.get(&server, unread).await.expect(200), json!([]));
    let path = format!("/api/conversations/{direct}/read");
    bob.post(&server, &path, json!({ "seq": 3 })).await.expect(204);
    assert_eq!(bob.get(&server, unread).await.expect(200), json!([]));
}

#[tokio::test]
async fn a_direct_that_one_wants_to_hear_nothing_of_is_no_notification() {
    let (server, ada, bob) = two().await;
    let direct = ada.direct(&server, &bob).await;
    let path = format!("/api/conversations/{direct}/notify");
    bob.patch(&server, &path, json!({ "notify": "none" })).await.expect(200);
    ada.say(&server, &direct, "psst").await;
    assert_eq!(bob.get(&server, "/api/notifications").await.expect(200), json!([]));
    let seen = bob.get(&server, &format!("/api/conversations/{direct}")).await.expect(200);
    assert_eq!(seen["unread_count"], 1);
}

#[tokio::test]
async fn notifications_are_each_persons_own() {
    let (server, ada, bob) = two().await;
    ada.put(&server, "/api/users/bob/friend").await.expect(200);
    let list = bob.get(&server, "/api/notifications/").await.expect(200);
    let path = format!("/api/notifications/{}/read", list[0]["id"].as_str().unwrap());
    ada.call_on(&server, &path).await.refused(404, "not_found");
    let (mut phone, mut desk) = (bob.connect().await, bob.connect().await);
    bob.call_on(&server, &path).await.expect(204);
    bob.call_on(&server, &path).await.expect(204);
    for socket in [&mut phone, &mut desk] {
        let read = socket.expect("notification_read").await["data"].clone();
        assert_eq!((&read["id"], &read["unread_count"]), (&list[0]["id"], &json!(0)));
    }
    ada.delete(&server, "/api/users/bob/friend").await.expect(204);
    ada.put(&server, "/api/users/bob/friend").await.expect(200);
    let all = bob.call_on(&server, "/api/notifications/mark_all_as_read").await.expect(200);
    assert_eq!(all["read"], 1);
    assert_eq!(bob.get(&server, "/api/notifications?unread=true").await.expect(200), json!([]));
    bob.call_on(&server, "/api/notifications/nonsense/read").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_tournament_goes_from_open_to_started_or_canceled() {
    let (server, ada, bob) = two().await;
    let carl = server.person("carl").await;
    let mut b = bob.connect().await;
    let made = bob.post(&server, "/api/tournaments", json!({ "name": " Spring  Cup " })).await;
    let made = made.expect(201);
    assert_eq!((&made["state"], &made["organizer"]), (&json!("open"), &json!("bob")));
    let path = format!("/api/tournaments/{}", made["id"].as_str().unwrap());
    let on = |word: &str| format!("{path}/{word}");
    bob.call_on(&server, &on("start")).await.refused(409, "conflict");
    for person in [&bob, &carl, &carl] {
        person.call_on(&server, &on("join")).await.expect(200);
    }
    let joined = loop {
        let update = b.expect("tournament_updated").await["data"]["tournament"].clone();
        if update["player_count"] == 2 {
            break update;
        }
    };
    assert_eq!(joined["players"], json!(["bob", "carl"]));
    carl.call_on(&server, &on("leave")).await.expect(200);
    carl.call_on(&server, &on("start")).await.refused(403, "forbidden");
    carl.call_on(&server, &on("cancel")).await.refused(403, "forbidden");
    let started = bob.call_on(&server, &on("start")).await.expect(200);
    assert_eq!(started["state"], "started");
    for word in ["join", "leave", "start", "cancel"] {
        bob.call_on(&server, &on(word)).await.refused(409, "conflict");
    }
    // an administrator may end another's
    let other =
        carl.post(&server, "/api/tournaments", json!({ "name": "Other" })).await.expect(201);
    let path = format!("/api/tournaments/{}", other["id"].as_str().unwrap());
    let canceled = ada.call_on(&server, &format!("{path}/cancel")).await.expect(200);
    assert_eq!(canceled["state"], "canceled");
    carl.call_on(&server, &format!("{path}/join")).await.refused(409, "conflict");
    let all = carl.get(&server, "/api/tournaments").await;
    assert_eq!(all.headers["x-total-count"], "2");
    for bad in [json!({ "name": "" }), json!({ "name": "x".repeat(200) }), json!({})] {
        carl.post(&server, "/api/tournaments", bad).await.refused(422, "invalid");
    }
    carl.get(&server, "/api/tournaments/nonsense").await.refused(404, "not_found");
}

#[tokio::test]
async fn people_are_found_by_part_of_a_name_whatever_its_accents() {
    let (server, ada, _) = two().await;
    ada.patch(&server, "/api/me", json!({ "display_name": "Émile Zoë" })).await.expect(200);
    for part in ["émi", "Émi", "emi", "ZOE", "AD"] {
        let found = ada.get(&server, &format!("/api/users?q={part}")).await.expect(200);
        assert_eq!(found[0]["username"], "ada", "{part}");
        assert_eq!(found.as_array().unwrap().len(), 1, "{part}");
    }
}

#[tokio::test]
async fn who_has_left_for_good_is_friend_and_player_nowhere() {
    let (server, ada, bob) = two().await;
    ada.put(&server, "/api/users/bob/friend").await.expect(200);
    bob.put(&server, "/api/users/ada/friend").await.expect(200);
    let made = ada.post(&server, "/api/tournaments", json!({ "name": "Cup" })).await.expect(201);
    let path = format!("/api/tournaments/{}", made["id"].as_str().unwrap());
    bob.call_on(&server, &format!("{path}/join")).await.expect(200);
    let direct = ada.direct(&server, &bob).await;
    let mut a: Socket = ada.connect().await;
    let password = json!({ "password": crate::support::people::PASSWORD });
    bob.delete_with(&server, "/api/me", password).await.expect(204);
    a.expect("friend_removed").await;
    assert_eq!(friends(&server, &ada).await, NOBODY);
    let members = ada.get(&server, &format!("/api/conversations/{direct}/members")).await;
    assert_eq!(members.expect(200)[1]["username"], "deleted user");
    assert_eq!(ada.get(&server, &path).await.expect(200)["player_count"], 0);
}

/// Who writes has read what was said before: who called them there has been heard.
#[tokio::test]
async fn who_answers_has_seen_that_they_were_named() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    for number in 0..3 {
        ada.say(&server, "general", &format!("@bob {number}")).await;
    }
    let mut other_device = bob.connect().await;
    assert_eq!(other_device.hello["notifications_unread"], 3);
    let said = bob.say(&server, "general", "yes?").await;
    for _ in 0..3 {
        let read = other_device.expect("notification_read").await;
        assert_eq!(read["data"]["unread_count"], 0);
    }
    let general = bob.get(&server, "/api/conversations/general").await.expect(200);
    assert_eq!((&general["unread_count"], &general["last_read_seq"]), (&json!(0), &said["seq"]));
    bob.say(&server, "general", "well").await;
    let more = other_device.all_so_far(general["id"].as_str().unwrap()).await;
    assert!(more.iter().all(|frame| frame["action"] != "notification_read"), "{more:?}");
}
