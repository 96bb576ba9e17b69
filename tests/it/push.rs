//! Web Push: who is told, in what words, and what becomes of services that fail.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::support::{
    Person, Server, eventually,
    people::PASSWORD,
    push_service::{Browser, Mood, PushService},
};

/// Somebody with a browser that is pushed to.
async fn subscribed(server: &Server, service: &PushService, name: &str) -> (Person, Browser) {
    let person = server.person(name).await;
    let browser = Browser::at(&service.origin, &format!("/{name}"));
    browser.subscribe(server, &person).await.expect(204);
    (person, browser)
}

async fn notify(server: &Server, person: &Person, place: &str, notify: &str) {
    let path = format!("/api/conversations/{place}/notify");
    person.patch(server, &path, json!({ "notify": notify })).await.expect(200);
}

/// The next thing that a browser is told.
async fn told(service: &mut PushService, browser: &Browser) -> Value {
    let pushed = service.next().await;
    assert!(browser.endpoint.ends_with(&pushed.path), "{} for {}", pushed.path, browser.endpoint);
    browser.read(&pushed)
}

fn subscriptions(server: &Server) -> Vec<String> {
    let db = Connection::open_with_flags(server.file(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut rows = db.prepare("SELECT endpoint FROM push_subscription ORDER BY rev").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_direct_message_is_pushed_and_only_the_browser_can_read_it() {
    let mut service = PushService::start().await;
    let server = service.server(&["--public-url", "https://chat.example"]).await;
    let (bob, browser) = subscribed(&server, &service, "bob").await;
    let ada = server.person("ada").await;
    let direct = ada.direct(&server, &bob).await;
    let said = ada.say(&server, &direct, "the secret **word**").await;
    let pushed = service.next().await;
    assert!(!String::from_utf8_lossy(&pushed.body).contains("word"));
    let read = browser.read(&pushed);
    let data = json!({
        "chat_id": direct, "kind": "direct", "room": null, "id": said["id"], "seq": 1,
        "sender": "ada", "name": "ada", "content": "the secret word", "files": [],
        "is_mention": false, "date": said["date"],
    });
    let wanted = json!({ "action": "new_message", "data": data, "locale": null, "unread": 1 });
    assert_eq!(read, wanted);
    assert_eq!((pushed.header("urgency"), pushed.header("ttl")), ("high", "86400"));
    let topic = uuid::Uuid::parse_str(&direct).unwrap();
    assert_eq!(pushed.header("topic"), BASE64.encode(topic.as_bytes()));
    // who sends it can be told by the key that the browser has subscribed with
    let key = bob.get(&server, "/api/push/key").await.expect(200)["key"].clone();
    let words = pushed.header("authorization").strip_prefix("vapid t=").unwrap();
    let (token, shown) = words.split_once(", k=").unwrap();
    assert_eq!(key, shown);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64.decode(shown).unwrap());
    key.verify(signed.as_bytes(), &BASE64.decode(signature).unwrap()).unwrap();
    let part = |n: usize| -> Value {
        let part = signed.split('.').nth(n).unwrap();
        serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
    };
    assert_eq!(part(0), json!({ "typ": "JWT", "alg": "ES256" }));
    let claims = part(1);
    assert_eq!(claims["aud"], service.origin);
    assert_eq!(claims["sub"], "https://chat.example");
    let left = claims["exp"].as_i64().unwrap() - chrono::Utc::now().timestamp();
    assert!((0..=24 * 3600).contains(&left), "{claims}");
}

#[tokio::test]
async fn the_key_stays_the_same_after_a_restart() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let before = ada.get(&server, "/api/push/key").await.expect(200);
    let mut server = server;
    server.terminate().await;
    let server = server.again().await;
    assert_eq!(ada.get(&server, "/api/push/key").await.expect(200), before);
    server.ask("GET", "/api/push/key", None).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn what_one_wants_to_be_told_of_a_room_is_pushed_and_nothing_else() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let ada = server.person("ada").await;
    let (bob, browser) = subscribed(&server, &service, "bob").await;
    ada.room(&server, json!({ "name": "tea", "members": ["bob"] })).await;
    ada.say(&server, "tea", "for all").await;
    let first = told(&mut service, &browser).await;
    assert_eq!(
        (&first["data"]["room"], &first["data"]["content"]),
        (&json!("tea"), &json!("for all"))
    );
    notify(&server, &bob, "tea", "mentions").await;
    ada.say(&server, "tea", "not for bob").await;
    ada.say(&server, "tea", "for @bob").await;
    let second = told(&mut service, &browser).await;
    assert_eq!(second["data"]["content"], "for @bob");
    assert_eq!(second["data"]["is_mention"], true);
    ada.say(&server, "tea", "for the whole @room").await;
    assert_eq!(told(&mut service, &browser).await["data"]["content"], "for the whole @room");
    notify(&server, &bob, "tea", "none").await;
    ada.say(&server, "tea", "not even @bob").await;
    bob.say(&server, "tea", "one's own").await;
    notify(&server, &bob, "tea", "all").await;
    ada.say(&server, "tea", "again").await;
    assert_eq!(told(&mut service, &browser).await["data"]["content"], "again");
}

#[tokio::test]
async fn what_a_blocked_person_says_is_not_pushed() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let (ada, eve) = (server.person("ada").await, server.person("eve").await);
    let (bob, browser) = subscribed(&server, &service, "bob").await;
    bob.put(&server, "/api/users/eve/block").await.expect(204);
    eve.say(&server, "general", "@bob hear me").await;
    ada.say(&server, "general", "from ada").await;
    assert_eq!(told(&mut service, &browser).await["data"]["content"], "from ada");
    bob.delete(&server, "/api/users/eve/block").await.expect(204);
    eve.say(&server, "general", "friends again").await;
    assert_eq!(told(&mut service, &browser).await["data"]["content"], "friends again");
}

#[tokio::test]
async fn who_is_here_is_not_pushed_until_they_leave() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let ada = server.person("ada").await;
    let (bob, browser) = subscribed(&server, &service, "bob").await;
    let mut socket = bob.connect().await;
    ada.say(&server, "general", "you see this").await;
    socket.expect("new_message").await;
    socket.close().await;
    // the server notices by itself: until then bob is here
    let mut number = 0;
    eventually("a push to who has left", async || {
        number += 1;
        ada.say(&server, "general", &format!("gone {number}")).await;
        service.has_come()
    })
    .await;
    let content = told(&mut service, &browser).await["data"]["content"].clone();
    assert!(content.as_str().unwrap().starts_with("gone"), "{content}");
}

#[tokio::test]
async fn who_is_connected_and_does_nothing_is_pushed_after_a_while() {
    let mut service = PushService::start().await;
    let server = service.server(&["--push-idle", "0"]).await;
    let ada = server.person("ada").await;
    let (bob, browser) = subscribed(&server, &service, "bob").await;
    let _socket = bob.connect().await;
    ada.say(&server, "general", "are you there?").await;
    assert_eq!(told(&mut service, &browser).await["data"]["content"], "are you there?");
}

#[tokio::test]
async fn friends_games_and_tournaments_are_pushed_in_ones_language() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let ada = server.person("ada").await;
    let (bob, browser) = subscribed(&server, &service, "bob").await;
    bob.patch(&server, "/api/me", json!({ "locale": "fr" })).await.expect(200);
    ada.put(&server, "/api/users/bob/friend").await.expect(200);
    let asked = told(&mut service, &browser).await;
    let data = json!({ "user_id": ada.id, "username": "ada" });
    let wanted = json!({ "action": "friend_request", "data": data, "locale": "fr", "unread": 0 });
    assert_eq!(asked, wanted);
    let mut socket = ada.connect().await;
    let invite = json!({ "username": "bob", "client_id": "c1", "options": {} });
    socket.send("game_invite", invite).await;
    let pushed = service.next().await;
    let invited = browser.read(&pushed);
    assert_eq!((&invited["action"], pushed.header("ttl")), (&json!("game_invite"), "60"));
    ada.post(&server, "/api/tournaments", json!({ "name": "Spring" })).await.expect(201);
    let announced = told(&mut service, &browser).await;
    assert_eq!(announced["action"], "new_tournament");
    assert_eq!(announced["data"]["tournament_name"], "Spring");
}

#[tokio::test]
async fn a_device_is_left_alone_when_it_says_so() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let ada = server.person("ada").await;
    let (bob, browser) = subscribed(&server, &service, "bob").await;
    let until = (chrono::Utc::now() + chrono::Duration::hours(1)).to_rfc3339();
    let day = |from: &str, to: &str| json!({ "from": from, "to": to, "offset": 120 });
    let quiet = [
        ("quiet_until", json!(until)),
        // all day but for no minute of it
        ("quiet_hours", day("00:00", "23:59")),
    ];
    for (name, value) in quiet {
        let mut subscription = browser.subscription();
        subscription[name] = value;
        bob.put_with(&server, "/api/me/push", subscription).await.expect(204);
        if name == "quiet_hours" && minute_of_day() == 23 * 60 + 59 {
            continue;
        }
        ada.say(&server, "general", "psst").await;
    }
    browser.subscribe(&server, &bob).await.expect(204);
    ada.say(&server, "general", "good morning").await;
    assert_eq!(told(&mut service, &browser).await["data"]["content"], "good morning");
}

/// By the clock of a device that is two hours ahead of UTC.
fn minute_of_day() -> i64 {
    (chrono::Utc::now().timestamp() / 60 + 120).rem_euclid(24 * 60)
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let ada = server.person("ada").await;
    let (_, browser) = subscribed(&server, &service, "bob").await;
    service.will(&[Mood::Says(410)]);
    ada.say(&server, "general", "one").await;
    told(&mut service, &browser).await;
    eventually("the subscription is gone", async || subscriptions(&server).is_empty()).await;
    let (_, carol) = subscribed(&server, &service, "carol").await;
    ada.say(&server, "general", "two").await;
    assert_eq!(told(&mut service, &carol).await["data"]["content"], "two");
}

#[tokio::test]
async fn a_service_that_cannot_is_asked_again_and_a_redirect_leads_nowhere() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let ada = server.person("ada").await;
    let (_, browser) = subscribed(&server, &service, "bob").await;
    service.will(&[Mood::Redirects, Mood::Says(400)]);
    for content in ["redirected", "refused"] {
        ada.say(&server, "general", content).await;
        assert_eq!(told(&mut service, &browser).await["data"]["content"], content);
    }
    service.will(&[Mood::SaysLater(429)]);
    ada.say(&server, "general", "once more").await;
    for _ in 0..2 {
        assert_eq!(told(&mut service, &browser).await["data"]["content"], "once more");
    }
    assert_eq!(subscriptions(&server).len(), 1);
}

#[tokio::test]
async fn the_end_of_a_session_is_the_end_of_its_pushes() {
    let mut service = PushService::start().await;
    let server = service.server(&[]).await;
    let ada = server.person("ada").await;
    let (bob, _) = subscribed(&server, &service, "bob").await;
    let again = Person::sign_in(&server, "bob").await;
    let browser = Browser::at(&service.origin, "/other");
    browser.subscribe(&server, &again).await.expect(204);
    assert_eq!(subscriptions(&server).len(), 2);
    bob.call_on(&server, "/api/auth/logout").await.expect(204);
    ada.say(&server, "general", "after the end").await;
    assert_eq!(told(&mut service, &browser).await["data"]["content"], "after the end");
    // somebody else signs in by the same browser: it is theirs now
    let carol = server.person("carol").await;
    browser.subscribe(&server, &carol).await.expect(204);
    assert_eq!(subscriptions(&server), [browser.endpoint.as_str()]);
    let unsubscribe = json!({ "endpoint": browser.endpoint });
    again.delete_with(&server, "/api/me/push", unsubscribe.clone()).await.expect(204);
    assert_eq!(subscriptions(&server).len(), 1, "it is not bob's any more");
    carol.delete_with(&server, "/api/me/push", unsubscribe).await.expect(204);
    assert!(subscriptions(&server).is_empty());
    browser.subscribe(&server, &carol).await.expect(204);
    let password = json!({ "password": PASSWORD });
    carol.delete_with(&server, "/api/me", password).await.expect(204);
    assert!(subscriptions(&server).is_empty());
}

#[tokio::test]
async fn a_service_that_hangs_holds_up_nobody() {
    let (mut service, slow) = (PushService::start().await, PushService::start().await);
    let server = service.server(&["--push-service", &slow.origin]).await;
    let ada = server.person("ada").await;
    slow.will(&[Mood::Hangs; 100]);
    for n in 0..8 {
        subscribed(&server, &slow, &format!("slow{n}")).await;
    }
    let (_, browser) = subscribed(&server, &service, "bob").await;
    let mut hearing = ada.connect().await;
    for n in 0..20 {
        let content = format!("{n}");
        ada.say(&server, "general", &content).await;
        assert_eq!(hearing.expect("new_message").await["data"]["content"], content.as_str());
    }
    // of the same conversation a newer one may take an older one's place
    loop {
        if told(&mut service, &browser).await["data"]["content"] == "19" {
            break;
        }
    }
}

#[tokio::test]
async fn ten_browsers_of_a_person_are_pushed_to_and_no_more() {
    let service = PushService::start().await;
    let server = service.server(&[]).await;
    let bob = server.person("bob").await;
    for n in 0..12 {
        let browser = Browser::at(&service.origin, &format!("/{n}"));
        browser.subscribe(&server, &bob).await.expect(204);
    }
    let kept: Vec<String> = (2..12).map(|n| format!("{}/{n}", service.origin)).collect();
    assert_eq!(subscriptions(&server), kept);
}

#[tokio::test]
async fn what_is_no_subscription_is_refused() {
    let service = PushService::start().await;
    let server = service.server(&[]).await;
    let bob = server.person("bob").await;
    let good = Browser::at(&service.origin, "/bob").subscription();
    let with = |path: &[&str], value: Value| {
        let mut body = good.clone();
        let mut place = &mut body;
        for name in path {
            place = &mut place[*name];
        }
        *place = value;
        body
    };
    let elsewhere =
        ["http://127.0.0.1:1/x", "https://example.org/", "https://fcm.googleapis.com:1/", "x"];
    let mut refused: Vec<(Value, &str)> =
        elsewhere.iter().map(|one| (with(&["endpoint"], json!(one)), "endpoint")).collect();
    let night = json!({ "from": "25:00", "to": "07:00", "offset": 0 });
    refused.extend([
        (with(&["keys", "p256dh"], json!("AAAA")), "keys"),
        (with(&["keys", "auth"], json!("AAAA")), "keys"),
        (with(&["keys", "auth"], json!("not base64!")), "keys"),
        (with(&["quiet_hours"], night), "quiet_hours"),
        (with(&["quiet_until"], json!("tomorrow")), "quiet_until"),
    ]);
    for (body, field) in refused {
        let error = bob.put_with(&server, "/api/me/push", body).await.refused(422, "invalid");
        assert!(error["fields"][field].is_string(), "{error}");
    }
    let no_keys = json!({ "endpoint": good["endpoint"] });
    bob.put_with(&server, "/api/me/push", no_keys).await.refused(422, "invalid");
    server.ask("PUT", "/api/me/push", Some(&good)).await.refused(401, "unauthorized");
    assert!(subscriptions(&server).is_empty());
}
