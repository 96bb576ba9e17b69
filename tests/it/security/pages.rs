//! What other pages can do with a visitor's browser, and what answers tell a browser.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, raw::Raw};

/// Every call that changes something, with a path that leads somewhere.
async fn changing(server: &Server) -> Vec<(String, String)> {
    let document = server.ask("GET", "/api/openapi.json", None).await.expect(200);
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().filter(|method| *method != "get");
        let path = path.replace("{id}", "general").replace("{username}", "ada");
        let path = path.replace("{emoji}", "like").replace("{token}", "x");
        calls.extend(methods.map(|method| (method.to_uppercase(), path.clone())));
    }
    assert!(calls.len() > 40, "{calls:?}");
    calls
}

#[tokio::test]
async fn no_call_that_changes_something_takes_the_cookie_from_a_foreign_page() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let cookie = format!("salon_access={0}; salon_refresh={0}", ada.token);
    let before = ada.get(&server, "/api/conversations/general").await.expect(200);
    let body = json!({ "refresh_token": null });
    for (method, path) in changing(&server).await {
        let signs_in = ["/register", "/login", "/link"].iter().any(|word| path.ends_with(word));
        if path.starts_with("/hooks/") || path.starts_with("/api/auth/") && signs_in {
            continue; // these take no cookie; what signs in takes JSON, which no form can send
        }
        for foreign in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let headers = [("cookie", cookie.as_str()), foreign];
            let answer = server.ask_with(&method, &path, Some(&body), &headers).await;
            let said = answer.json();
            assert_eq!(answer.status, 403, "{method} {path} {foreign:?}: {said}");
            assert_eq!(said["error"]["code"], "forbidden", "{method} {path}");
        }
    }
    assert_eq!(ada.get(&server, "/api/conversations/general").await.expect(200), before);
    ada.get(&server, "/api/me").await.expect(200);
}

#[tokio::test]
async fn what_a_form_of_another_page_can_send_signs_nobody_in() {
    let server = Server::start().await;
    server.person("ada").await;
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        for word in ["login", "register", "link", "refresh"] {
            let url = format!("{}/api/auth/{word}", server.url);
            let body = r#"{"username":"ada","password":"correct horse battery","token":"x"}"#;
            let sent = server.client().post(url).header("content-type", kind).body(body).send();
            let answer = sent.await.unwrap();
            assert!(answer.headers().get("set-cookie").is_none(), "{word} as {kind}");
            assert!(matches!(answer.status().as_u16(), 401 | 415), "{word} {kind}: {answer:?}");
        }
    }
}

#[track_caller]
fn is_bounded(what: &str, answer: &Answer) {
    let header = |name: &str| {
        answer.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
    for loose in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"] {
        assert!(!policy.contains(loose), "{what}: {policy}");
    }
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{what}");
    assert!(header("permissions-policy").contains("camera=()"), "{what}");
    assert!(header("access-control-allow-origin").is_empty(), "{what}");
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let file = ada.upload(&server, "general", "page.html", b"<script>alert(1)</script>").await;
    let file = format!("/api/attachments/{}", file["id"].as_str().unwrap());
    let bearer = format!("Bearer {}", ada.token);
    let long = json!({ "content": "x".repeat(70_000) });
    for (method, path, body, status) in [
        ("GET", "/", Value::Null, 200),
        ("GET", "/rooms/general", Value::Null, 200),
        ("GET", "/favicon.svg", Value::Null, 200),
        ("GET", "/sw.js", Value::Null, 200),
        ("GET", "/nowhere/at/all", Value::Null, 404),
        ("POST", "/", Value::Null, 405),
        ("GET", "/healthz", Value::Null, 200),
        ("GET", "/api/me", Value::Null, 200),
        ("GET", file.as_str(), Value::Null, 200),
        ("GET", "/api/nothing", Value::Null, 404),
        ("PUT", "/api/me", Value::Null, 405),
        ("PATCH", "/api/me", json!([]), 400),
        ("GET", "/api/users?limit=0", Value::Null, 422),
        ("POST", "/api/conversations/general/messages", long, 413),
        ("GET", "/ws/events/", Value::Null, 400),
        ("GET", "/ws/nothing", Value::Null, 404),
    ] {
        let body = (!body.is_null()).then_some(&body);
        let headers = [("authorization", bearer.as_str())];
        let answer = server.ask_with(method, path, body, &headers).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {answer:?}");
        is_bounded(&format!("{method} {path}"), &answer);
        if path.starts_with("/api") {
            // what is somebody's own is in no cache that others share
            let kept = answer.headers["cache-control"].to_str().unwrap();
            assert!(kept.contains("no-store") || kept.contains("private"), "{path}: {kept}");
        }
        if path == file {
            let saved = answer.headers["content-disposition"].to_str().unwrap();
            assert!(saved.starts_with("attachment"), "{saved}");
            let policy = answer.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("sandbox"), "{policy}");
        }
    }
    let (_, head) = Raw::offer(&server, &ada.token, "").await;
    assert!(head.contains("x-content-type-options: nosniff"), "{head}");
}

#[tokio::test]
async fn what_is_not_the_callers_to_say_is_not_taken_from_them() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let account = json!({
        "username": "eve", "password": crate::support::people::PASSWORD, "role": "admin",
        "id": ada.id, "is_admin": true, "created_at": "2001-01-01T00:00:00Z",
    });
    let grant = server.ask("POST", "/api/auth/register", Some(&account)).await.expect(201);
    let eve = Person::from_grant(&server, &grant);
    assert_eq!(grant["user"]["role"], "member");
    assert_ne!(eve.id, ada.id);
    let profile = json!({ "role": "admin", "username": "ada", "id": ada.id, "bio": "mine" });
    let me = eve.patch(&server, "/api/me", profile).await.expect(200);
    assert_eq!((&me["role"], &me["username"]), (&json!("member"), &json!("eve")));
    eve.get(&server, "/api/admin/people").await.refused(403, "forbidden");
    let room = json!({ "name": "den", "owner": "ada", "id": bob.id, "role": "owner" });
    let room = eve.post(&server, "/api/conversations", room).await.expect(201);
    assert_eq!((&room["owner"], room["id"] == bob.id), (&json!("eve"), false));
    let forged = json!({
        "content": "not by ada", "sender": "ada", "sender_id": ada.id, "seq": 1000, "rev": 1,
        "date": "2001-01-01T00:00:00Z", "is_deleted": true, "mentions": ["ada"], "html": "<b>x</b>",
    });
    let path = "/api/conversations/general/messages";
    let said = eve.post(&server, path, forged).await.expect(201);
    assert_eq!((&said["sender"], &said["seq"]), (&json!("eve"), &json!(1)));
    assert_eq!((&said["html"], &said["mentions"]), (&json!("<p>not by ada</p>"), &json!([])));
    assert!(said["date"].as_str().unwrap() > "2020");
}
