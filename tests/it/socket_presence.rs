use serde_json::json;

use crate::support::{Server, eventually};

#[tokio::test]
async fn a_person_is_online_from_the_first_socket_until_after_the_last() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut a = ada.connect().await;
    let general = a.room("general");
    let (laptop, phone) = (bob.connect().await, bob.connect().await);
    let told = a.expect_next("user_online").await;
    assert_eq!(told["data"], json!({ "username": "bob" }));
    laptop.close().await;
    // a second socket's coming and going is nobody's news
    a.post(&general, "mark", None).await;
    a.expect_next("new_message").await;
    let shown = ada.get(&server, "/api/users/bob").await.expect(200);
    assert_eq!(shown["is_online"], true);
    phone.close().await;
    let told = a.expect_next("user_offline").await;
    assert_eq!(told["data"], json!({ "username": "bob" }));
    let shown = ada.get(&server, "/api/users/bob").await.expect(200);
    assert_eq!(shown["is_online"], false);
}

#[tokio::test]
async fn coming_back_within_the_grace_is_no_news() {
    let server = Server::start_with(&["--presence-grace", "60"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut a = ada.connect().await;
    let general = a.room("general");
    bob.connect().await.close().await;
    a.expect_next("user_online").await;
    let shown = ada.get(&server, "/api/users/bob").await.expect(200);
    assert_eq!(shown["is_online"], true, "the grace is not over");
    let _again = bob.connect().await;
    assert_eq!(a.all_so_far(&general).await, [json!(null); 0]);
}

#[tokio::test]
async fn a_person_can_show_as_offline_and_online_again() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    a.expect("user_online").await;
    b.send("user_offline", json!({ "username": "bob" })).await;
    assert_eq!(a.expect_next("user_offline").await["data"]["username"], "bob");
    let third = ada.connect().await;
    assert_eq!(third.hello["online"], json!(["ada"]));
    b.send("user_online", json!({ "username": "bob" })).await;
    assert_eq!(a.expect_next("user_online").await["data"]["username"], "bob");
}

#[tokio::test]
async fn who_does_nothing_for_long_shows_as_offline_until_they_do_something() {
    let server = Server::start_with(&["--idle-offline", "2"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let general = a.room("general");
    a.expect("user_online").await;
    // pings are no activity, so both fall idle; one of them is heard to
    assert_eq!(a.expect_next("user_offline").await["data"]["username"], "bob");
    let shown = ada.get(&server, "/api/users/bob").await.expect(200);
    assert_eq!(shown["is_online"], false);
    b.send("typing", json!({ "chat_id": general, "is_typing": false })).await;
    assert_eq!(a.expect("user_online").await["data"]["username"], "bob");
}

#[tokio::test]
async fn many_who_come_at_once_are_told_together_and_all() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(server.person(&format!("person-{number}")).await);
    }
    let mut a = ada.connect().await;
    let sockets = futures_util::future::join_all(people.iter().map(|p| p.connect())).await;
    let mut online = std::collections::BTreeSet::new();
    while online.len() < people.len() {
        let told = a.next().await;
        if told["action"] == "presence" {
            let names = told["data"]["online"].as_array().unwrap();
            online.extend(names.iter().map(|name| name.as_str().unwrap().to_owned()));
        } else if told["action"] == "user_online" {
            online.insert(told["data"]["username"].as_str().unwrap().to_owned());
        }
    }
    online.remove("ada");
    assert!(people.iter().all(|person| online.contains(&person.username)));
    drop(sockets);
}

#[tokio::test]
async fn writing_is_told_to_the_others_and_ends_by_itself() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let general = a.room("general");
    a.expect("user_online").await;
    b.send("typing", json!({ "chat_id": general })).await;
    let told = a.expect_next("typing").await;
    assert_eq!(told["data"], json!({ "chat_id": general, "username": "bob", "is_typing": true }));
    let over = a.expect_next("typing").await;
    assert_eq!(over["data"]["is_typing"], false, "ends after six seconds without renewal");
    for _ in 0..10 {
        b.send("typing", json!({ "chat_id": general, "is_typing": true })).await; // told once
    }
    b.send("typing", json!({ "chat_id": general, "is_typing": false })).await;
    assert_eq!(a.expect_next("typing").await["data"]["is_typing"], true);
    assert_eq!(a.expect_next("typing").await["data"]["is_typing"], false);
    let heard = b.so_far(&general).await;
    assert!(heard.iter().all(|frame| frame["action"] != "typing"), "not to who writes");
}

#[tokio::test]
async fn activity_is_written_down_when_the_server_stops() {
    let mut server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let before = bob.get(&server, "/api/users/ada").await.expect(200)["last_activity"].clone();
    eventually("a moment later than the first", async || {
        ada.get(&server, "/api/me").await.expect(200);
        chrono::Utc::now().to_rfc3339().as_str() > before.as_str().unwrap()
    })
    .await;
    assert_eq!(server.terminate().await.code(), Some(0));
    let server = server.again().await;
    let after = bob.get(&server, "/api/users/ada").await.expect(200)["last_activity"].clone();
    assert!(after.as_str() > before.as_str(), "{after} > {before}");
}
