use serde_json::{Value, json};

use crate::support::Server;

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().filter_map(|c| c["name"].as_str()).collect()
}

#[tokio::test]
async fn general_is_there_from_the_start_and_everyone_is_in_it() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    for person in [&ada, &bob] {
        let list = person.get(&server, "/api/conversations").await.expect(200);
        assert_eq!(names(&list), ["general"]);
        assert_eq!(list[0]["role"], "member");
    }
    for refused in [json!({ "name": "lobby" }), json!({ "is_private": true })] {
        ada.patch(&server, "/api/conversations/general", refused).await.refused(403, "forbidden");
    }
    ada.delete(&server, "/api/conversations/general").await.refused(403, "forbidden");
    let topic = json!({ "topic": "hello" });
    let general = ada.patch(&server, "/api/conversations/general", topic).await.expect(200);
    assert_eq!((&general["topic"], &general["member_count"]), (&json!("hello"), &json!(2)));
}

#[tokio::test]
async fn a_room_is_made_once_whatever_the_case_of_its_name() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let body = json!({ "name": " Salon de Thé ", "topic": "leaves", "members": ["bob"] });
    let room = ada.post(&server, "/api/conversations/", body).await.expect(201);
    assert_eq!(
        (&room["kind"], &room["name"], &room["topic"], &room["owner"], &room["role"]),
        (&json!("room"), &json!("Salon de Thé"), &json!("leaves"), &json!("ada"), &json!("owner"))
    );
    assert_eq!((&room["member_count"], &room["is_private"]), (&json!(2), &json!(false)));
    let same = json!({ "name": "salon de thé" });
    let error = bob.post(&server, "/api/conversations", same).await.refused(409, "conflict");
    assert!(error["fields"]["name"].is_string());
    let by_name = bob.get(&server, "/api/conversations/SALON%20DE%20TH%C3%89").await.expect(200);
    assert_eq!(by_name["id"], room["id"]);
    for bad in [
        json!({ "name": "" }),
        json!({ "name": "a/b" }),
        json!({ "name": ".." }),
        json!({ "name": "x".repeat(65) }),
        json!({ "name": "a\u{0}b" }),
        json!({ "name": "ok", "topic": "x".repeat(251) }),
        json!({ "name": "ok", "members": ["nobody-here"] }),
        json!({ "name": "01890000-0000-7000-8000-000000000000" }),
        json!({}),
        json!({ "name": "x", "username": "bob" }),
    ] {
        ada.post(&server, "/api/conversations", bad.clone()).await.refused(422, "invalid");
    }
    assert_eq!(names(&ada.get(&server, "/api/rooms").await.expect(200)).len(), 2);
}

#[tokio::test]
async fn a_direct_is_one_however_and_by_whomever_it_is_opened() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let opened = ada.post(&server, "/api/conversations", json!({ "username": "BOB" })).await;
    let direct = opened.expect(201);
    assert_eq!((&direct["kind"], &direct["username"]), (&json!("direct"), &json!("bob")));
    assert_eq!((&direct["name"], &direct["is_private"]), (&Value::Null, &json!(true)));
    let again = bob.post(&server, "/api/conversations", json!({ "username": ada.id })).await;
    let again = again.expect(200);
    assert_eq!((&again["id"], &again["username"]), (&direct["id"], &json!("ada")));
    ada.say(&server, direct["id"].as_str().unwrap(), "psst").await;
    let chat = bob.put(&server, "/api/chats/ada").await.expect(200);
    assert_eq!((&chat["id"], &chat["messages"][0]["content"]), (&direct["id"], &json!("psst")));
    assert_eq!(chat["unread_count"], 1);
    ada.post(&server, "/api/conversations", json!({ "username": "ada" }))
        .await
        .refused(422, "invalid");
    ada.put(&server, "/api/chats/nobody").await.refused(404, "not_found");
    let id = direct["id"].as_str().unwrap();
    ada.call_on(&server, &format!("/api/conversations/{id}/leave")).await.refused(403, "forbidden");
    ada.delete(&server, &format!("/api/conversations/{id}")).await.refused(403, "forbidden");
}

#[tokio::test]
async fn two_who_open_a_direct_at_once_meet_in_one() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (one, two) =
        tokio::join!(ada.put(&server, "/api/chats/bob"), bob.put(&server, "/api/chats/ada"),);
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(one.json()["id"], two.json()["id"]);
}

#[tokio::test]
async fn a_public_room_is_joined_and_left_and_its_owner_passes_it_on() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    ada.room(&server, json!({ "name": "attic" })).await;
    let messages = "/api/conversations/attic/messages";
    let seen = bob.get(&server, "/api/conversations/attic").await.expect(200);
    assert_eq!((&seen["role"], &seen["last_message"]), (&Value::Null, &Value::Null));
    bob.get(&server, messages).await.refused(403, "forbidden");
    bob.post(&server, messages, json!({ "content": "hi" })).await.refused(403, "forbidden");
    bob.get(&server, "/api/conversations/attic/members").await.refused(403, "forbidden");
    let joined = bob.call_on(&server, "/api/conversations/attic/join").await.expect(200);
    assert_eq!((&joined["role"], &joined["member_count"]), (&json!("member"), &json!(2)));
    bob.call_on(&server, "/api/conversations/attic/join").await.expect(200);
    bob.say(&server, "attic", "hi").await;
    ada.call_on(&server, "/api/conversations/attic/leave").await.expect(204);
    ada.get(&server, messages).await.refused(403, "forbidden");
    let seen = bob.get(&server, "/api/conversations/attic").await.expect(200);
    assert_eq!((&seen["owner"], &seen["role"]), (&json!("bob"), &json!("owner")));
    ada.call_on(&server, "/api/conversations/attic/leave").await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_room_passes_to_nobody_who_cannot_run_it() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let (bob, carl, dora) =
        (server.person("bob").await, server.person("carl").await, server.person("dora").await);
    bob.room(&server, json!({ "name": "attic" })).await;
    let hook = json!({ "kind": "incoming", "name": "CI" });
    bob.post(&server, "/api/rooms/attic/hooks", hook).await.expect(201);
    for person in [&carl, &dora] {
        person.call_on(&server, "/api/conversations/attic/join").await.expect(200);
    }
    let ban = json!({ "username": "carl", "reason": "" });
    ada.post(&server, "/api/admin/bans", ban).await.expect(201);
    bob.call_on(&server, "/api/conversations/attic/leave").await.expect(204);
    let owner = async || {
        let room = ada.get(&server, "/api/conversations/attic").await.expect(200);
        room["owner"].clone()
    };
    assert_eq!(owner().await, "dora", "a program is in it for longer, and so is who is banned");
    dora.call_on(&server, "/api/conversations/attic/leave").await.expect(204);
    assert_eq!(owner().await, Value::Null, "administrators run it");
}

#[tokio::test]
async fn a_private_room_does_not_exist_for_who_is_not_in_it() {
    let server = Server::start().await;
    let (ada, bob, eve) =
        (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    let id = bob.room(&server, json!({ "name": "cellar", "is_private": true })).await;
    let message = bob.say(&server, "cellar", "secret").await;
    let message = message["id"].as_str().unwrap();
    for place in [id.as_str(), "cellar"] {
        let base = format!("/api/conversations/{place}");
        let calls = [
            eve.get(&server, &base).await,
            eve.get(&server, &format!("{base}/messages")).await,
            eve.get(&server, &format!("{base}/members")).await,
            eve.post(&server, &format!("{base}/messages"), json!({ "content": "x" })).await,
            eve.call_on(&server, &format!("{base}/join")).await,
            eve.call_on(&server, &format!("{base}/leave")).await,
            eve.post(&server, &format!("{base}/read"), json!({ "seq": 1 })).await,
            eve.patch(&server, &base, json!({ "topic": "x" })).await,
            eve.patch(&server, &format!("{base}/notify"), json!({ "notify": "none" })).await,
            eve.put(&server, &format!("{base}/members/eve")).await,
            eve.delete(&server, &format!("{base}/members/bob")).await,
            eve.delete(&server, &base).await,
            eve.patch(&server, &format!("/api/messages/{message}"), json!({ "content": "x" }))
                .await,
            eve.delete(&server, &format!("/api/messages/{message}")).await,
        ];
        let absent = eve.get(&server, "/api/conversations/no-such-room").await;
        for call in calls {
            assert_eq!(call.text, absent.text, "looks like a room that is not there");
            call.refused(404, "not_found");
        }
    }
    assert!(!names(&eve.get(&server, "/api/rooms").await.expect(200)).contains(&"cellar"));
    // the first account runs the server: it may see that the room is there, not what is said in it
    ada.get(&server, &format!("/api/conversations/{id}/messages")).await.refused(403, "forbidden");
    bob.put(&server, "/api/conversations/cellar/members/eve").await.expect(204);
    let said = eve.get(&server, "/api/conversations/cellar/messages").await.expect(200);
    assert_eq!(said[0]["content"], "secret");
    eve.put(&server, "/api/conversations/cellar/members/ada").await.expect(204);
    eve.delete(&server, "/api/conversations/cellar/members/ada").await.refused(403, "forbidden");
    bob.delete(&server, "/api/conversations/cellar/members/eve").await.expect(204);
    eve.get(&server, "/api/conversations/cellar").await.refused(404, "not_found");
    bob.put(&server, "/api/conversations/cellar/members/nobody").await.refused(404, "not_found");
}

#[tokio::test]
async fn only_owner_and_administrator_change_and_delete_a_room() {
    let server = Server::start().await;
    let (admin, owner, other) =
        (server.person("admin").await, server.person("owner").await, server.person("other").await);
    let id = owner.room(&server, json!({ "name": "attic", "members": ["other"] })).await;
    let path = format!("/api/conversations/{id}");
    other.patch(&server, &path, json!({ "name": "mine" })).await.refused(403, "forbidden");
    other.delete(&server, &path).await.refused(403, "forbidden");
    other.delete(&server, &format!("{path}/members/owner")).await.refused(403, "forbidden");
    let body = json!({ "name": "Loft", "topic": "up", "is_private": true });
    let room = owner.patch(&server, &path, body).await.expect(200);
    assert_eq!((&room["name"], &room["is_private"]), (&json!("Loft"), &json!(true)));
    owner.patch(&server, &path, json!({ "name": "general" })).await.refused(409, "conflict");
    owner.patch(&server, &path, json!({ "name": "LOFT" })).await.expect(200);
    admin.patch(&server, &path, json!({ "topic": "down" })).await.expect(200);
    other.say(&server, "loft", "bye").await;
    owner.delete(&server, &path).await.expect(204);
    other.get(&server, &path).await.refused(404, "not_found");
    assert_eq!(names(&other.get(&server, "/api/chats/").await.expect(200)), ["general"]);
    owner.room(&server, json!({ "name": "loft" })).await;
}

#[tokio::test]
async fn the_directory_finds_public_rooms_and_says_how_full_they_are() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    for name in ["tea", "Thé vert", "coffee"] {
        ada.room(&server, json!({ "name": name, "topic": format!("about {name}") })).await;
    }
    bob.call_on(&server, "/api/conversations/tea/join").await.expect(200);
    let socket = bob.connect().await;
    let found = bob.get(&server, "/api/rooms?q=T%C3%89").await.expect(200);
    assert!(names(&found).is_empty(), "é is not e at the end of a word");
    let found = bob.get(&server, "/api/rooms?q=TH%C3%89").await.expect(200);
    assert_eq!(names(&found), ["Thé vert"]);
    let all = bob.get(&server, "/api/rooms?limit=2").await;
    assert_eq!(all.headers["x-total-count"], "4");
    let all = all.expect(200);
    assert_eq!(names(&all), ["general", "tea"]);
    assert_eq!((&all[1]["member_count"], &all[1]["online_count"]), (&json!(2), &json!(1)));
    for wild in ["%25", "_", "'", "%22", "*"] {
        let found = bob.get(&server, &format!("/api/rooms?q={wild}")).await.expect(200);
        assert!(names(&found).is_empty(), "{wild} is text");
    }
    socket.close().await;
}

#[tokio::test]
async fn lists_are_bounded_and_say_how_long_they_are() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for number in 0..4 {
        ada.room(&server, json!({ "name": format!("room {number}") })).await;
    }
    let page = ada.get(&server, "/api/conversations?limit=2&offset=1").await;
    assert_eq!(page.headers["x-total-count"], "5");
    assert_eq!(names(&page.expect(200)), ["room 2", "room 1"]);
    for bad in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "limit=1.5",
        "limit=",
        "offset=-1",
        "limit=99999999999999999999",
        "offset=99999999999999999999",
    ] {
        for list in ["/api/conversations", "/api/rooms", "/api/users", "/api/chats"] {
            ada.get(&server, &format!("{list}?{bad}")).await.refused(422, "invalid");
        }
    }
    let far = ada.get(&server, "/api/conversations?offset=4000000000").await.expect(200);
    assert_eq!(far, json!([]));
}

#[tokio::test]
async fn members_are_listed_with_who_is_online() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let _socket = bob.connect().await;
    let list = ada.get(&server, "/api/conversations/general/members").await;
    assert_eq!(list.headers["x-total-count"], "2");
    let list = list.expect(200);
    let shown: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["username"].as_str().unwrap(), m["is_online"].as_bool().unwrap()))
        .collect();
    assert_eq!(shown, [("ada", false), ("bob", true)]);
    let online = ada.get(&server, "/api/users?online=true").await.expect(200);
    assert_eq!(online[0]["username"], "bob");
    assert_eq!(online.as_array().unwrap().len(), 1);
    let found = ada.get(&server, "/api/users?q=BO").await.expect(200);
    assert_eq!(found[0]["id"], bob.id.as_str());
}

#[tokio::test]
async fn what_to_be_told_of_is_set_per_conversation() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let path = "/api/conversations/general/notify";
    for notify in ["mentions", "none", "all"] {
        let shown = ada.patch(&server, path, json!({ "notify": notify })).await.expect(200);
        assert_eq!(shown["notify"], notify);
    }
    ada.patch(&server, path, json!({ "notify": "sometimes" })).await.refused(422, "invalid");
}
