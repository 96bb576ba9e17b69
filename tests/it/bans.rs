//! People and addresses that are kept out.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, eventually, people::PASSWORD, raw::Raw};

const PATH: &str = "/api/admin/bans";

/// A server that believes us of where people come from.
async fn two() -> (Server, Person, Person) {
    let server = Server::start_with(&["--trusted-proxy", "127.0.0.1"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    (server, ada, bob)
}

async fn sign_in(server: &Server, username: &str, from: &str) -> Answer {
    let body = json!({ "username": username, "password": PASSWORD });
    let headers = [("x-forwarded-for", from)];
    server.ask_with("POST", "/api/auth/login", Some(&body), &headers).await
}

async fn get_from(server: &Server, path: &str, from: &str) -> Answer {
    server.ask_with("GET", path, None, &[("x-forwarded-for", from)]).await
}

fn of(ban: &Value) -> String {
    format!("{PATH}/{}", ban["id"].as_str().unwrap())
}

#[tokio::test]
async fn somebody_banned_is_out_and_told_why_until_the_ban_is_lifted() {
    let (server, ada, bob) = two().await;
    let mut socket = bob.connect().await;
    let new = json!({ "username": "bob", "reason": "spam" });
    let ban = ada.post(&server, PATH, new).await.expect(201);
    assert_eq!(
        (&ban["username"], &ban["address"], &ban["reason"], &ban["created_by"]),
        (&json!("bob"), &Value::Null, &json!("spam"), &json!("ada"))
    );
    assert_eq!(socket.closed().await, (4403, "FORBIDDEN".to_owned()));
    bob.get(&server, "/api/me").await.refused(401, "unauthorized");
    let refused = sign_in(&server, "bob", "198.51.100.1").await.refused(403, "banned");
    assert_eq!(refused["fields"]["reason"], "spam");
    let list = ada.get(&server, PATH).await;
    assert_eq!(list.headers["x-total-count"], "1");
    assert_eq!(list.expect(200)[0], ban);
    ada.delete(&server, &of(&ban)).await.expect(204);
    ada.delete(&server, &of(&ban)).await.refused(404, "not_found");
    sign_in(&server, "bob", "198.51.100.1").await.expect(200);
    let acts = ada.get(&server, "/api/admin/audit").await.expect(200);
    assert_eq!((&acts[0]["action"], &acts[1]["action"]), (&json!("unbanned"), &json!("banned")));
    assert_eq!(
        (&acts[1]["target"], &acts[1]["details"]["reason"]),
        (&json!("bob"), &json!("spam"))
    );
}

#[tokio::test]
async fn a_ban_ends_by_itself() {
    let (server, ada, _) = two().await;
    let new = json!({ "username": "bob", "address": "203.0.113.7", "expires_in": 1 });
    ada.post(&server, PATH, new).await.expect(201);
    eventually("the end of a ban", async || {
        sign_in(&server, "bob", "203.0.113.7").await.status == 200
    })
    .await;
    assert_eq!(ada.get(&server, PATH).await.expect(200), json!([]));
}

#[tokio::test]
async fn from_a_banned_network_nothing_is_answered() {
    let (server, ada, bob) = two().await;
    let from = "x-forwarded-for: 203.0.113.7\r\n";
    let (mut socket, _) = Raw::offer(&server, &bob.token, from).await;
    let ban = json!({ "address": "203.0.113.77/24" });
    let ban = ada.post(&server, PATH, ban).await.expect(201);
    assert_eq!((&ban["username"], &ban["address"]), (&Value::Null, &json!("203.0.113.0/24")));
    let closed = loop {
        let (kind, payload) = socket.next().await;
        if kind == 0x88 {
            break payload;
        }
    };
    assert_eq!(closed[..2], 4403_u16.to_be_bytes());
    for path in ["/", "/api/server", "/api/me", "/healthz", "/ws/events/", "/nowhere"] {
        get_from(&server, path, "203.0.113.200").await.refused(403, "banned");
        let elsewhere = get_from(&server, path, "203.0.114.1").await;
        assert!(elsewhere.status != 403, "{path}");
    }
    sign_in(&server, "bob", "203.0.113.8").await.refused(403, "banned");
    let server = server.again().await;
    get_from(&server, "/", "203.0.113.200").await.refused(403, "banned");
    ada.delete(&server, &of(&ban)).await.expect(204);
    assert_eq!(get_from(&server, "/", "203.0.113.200").await.status, 200);
}

#[tokio::test]
async fn the_addresses_of_somebodys_sessions_go_with_them() {
    let (server, ada, _) = two().await;
    for from in ["203.0.113.9", "2001:db8::1:2", "::ffff:203.0.113.9", "127.0.0.1"] {
        sign_in(&server, "bob", from).await.expect(200);
    }
    let new = json!({ "username": "bob", "with_addresses": true });
    let ban = ada.post(&server, PATH, new).await.expect(201);
    let mut addresses: Vec<_> = ban["addresses"].as_array().unwrap().clone();
    addresses.sort_by_key(Value::to_string);
    assert_eq!(addresses, ["2001:db8::/64", "203.0.113.9"].map(Value::from));
    get_from(&server, "/", "2001:db8::ffff").await.refused(403, "banned");
    get_from(&server, "/", "203.0.113.9").await.refused(403, "banned");
    assert_eq!(get_from(&server, "/", "203.0.113.10").await.status, 200);
}

#[tokio::test]
async fn nobody_bans_themself_this_machine_or_where_they_come_from() {
    let (server, ada, _) = two().await;
    let bearer = format!("Bearer {}", ada.token);
    let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", "203.0.113.5")];
    for (body, status, code) in [
        (json!({ "address": "203.0.113.5" }), 409, "conflict"),
        (json!({ "address": "203.0.0.0/8" }), 409, "conflict"),
        (json!({ "address": "127.0.0.1" }), 409, "conflict"),
        (json!({ "address": "::1" }), 409, "conflict"),
        (json!({ "address": "0.0.0.0/0" }), 409, "conflict"),
        (json!({ "username": "ada" }), 409, "conflict"),
        (json!({ "username": "nobody" }), 404, "not_found"),
        (json!({ "address": "chat.example" }), 422, "invalid"),
        (json!({ "address": "203.0.113.0/33" }), 422, "invalid"),
        (json!({ "username": "bob", "reason": "x".repeat(251) }), 422, "invalid"),
        (json!({ "username": "bob", "expires_in": -1 }), 422, "invalid"),
        (json!({}), 422, "invalid"),
    ] {
        let answer = server.ask_with("POST", PATH, Some(&body), &headers).await;
        answer.refused(status, code);
    }
    let other = json!({ "address": "203.0.113.6" });
    server.ask_with("POST", PATH, Some(&other), &headers).await.expect(201);
}

#[tokio::test]
async fn a_lie_about_where_one_comes_from_helps_nobody() {
    let server = Server::start().await; // believes no proxy
    let ada = server.person("ada").await;
    ada.post(&server, PATH, json!({ "address": "203.0.113.6" })).await.expect(201);
    assert_eq!(get_from(&server, "/", "203.0.113.6").await.status, 200);
}
