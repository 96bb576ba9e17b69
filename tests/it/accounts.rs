use serde_json::{Value, json};

use crate::support::{Person, Server, people::PASSWORD};

async fn register(server: &Server, body: Value) -> crate::support::Answer {
    server.ask("POST", "/api/auth/register", Some(&body)).await
}

async fn refresh(server: &Server, token: &str) -> crate::support::Answer {
    let body = json!({ "refresh_token": token });
    server.ask("POST", "/api/auth/refresh", Some(&body)).await
}

#[tokio::test]
async fn a_new_account_is_signed_in_and_shown_as_the_protocol_says() {
    let server = Server::start().await;
    let body = json!({ "username": "Ada", "password": PASSWORD, "display_name": "Ada L." });
    let grant = register(&server, body).await.expect(201);
    assert_eq!(grant["expires_in"], 900);
    let user = &grant["user"];
    assert_eq!((&user["username"], &user["display_name"]), (&json!("Ada"), &json!("Ada L.")));
    assert_eq!((&user["role"], &user["avatar_url"]), (&json!("admin"), &Value::Null));
    assert!(user["last_activity"].as_str().unwrap().ends_with('Z'));
    let ada = Person::from_grant(&server, &grant);
    let me = ada.get(&server, "/api/me/").await.expect(200);
    assert_eq!(me["id"], user["id"]);
    let second = server.person("bob").await;
    assert_eq!(second.get(&server, "/api/me").await.expect(200)["role"], "member");
}

#[tokio::test]
async fn a_bad_registration_says_what_is_wrong_with_which_field() {
    let server = Server::start().await;
    server.person("ada").await;
    for (username, password, field) in [
        ("ab", PASSWORD, "username"),
        (&"a".repeat(33) as &str, PASSWORD, "username"),
        ("with space", PASSWORD, "username"),
        ("аdа", PASSWORD, "username"), // Cyrillic
        ("eve\u{202e}", PASSWORD, "username"),
        ("eve", "short77", "password"),
        ("eve", &"p".repeat(257), "password"),
    ] {
        let body = json!({ "username": username, "password": password });
        let error = register(&server, body).await.refused(422, "invalid");
        assert!(error["fields"][field].is_string(), "{username}: {error}");
    }
    let taken = json!({ "username": "ADA", "password": PASSWORD });
    register(&server, taken).await.refused(409, "conflict");
    register(&server, json!({ "username": "eve" })).await.refused(422, "invalid");
    register(&server, json!({ "username": 7, "password": PASSWORD })).await.refused(422, "invalid");
    for (username, password) in [("a-._Z", "8 chars!"), ("z".repeat(32).as_str(), &"é".repeat(256))]
    {
        let body = json!({ "username": username, "password": password });
        register(&server, body).await.expect(201);
    }
}

#[tokio::test]
async fn of_many_who_register_first_at_once_one_is_administrator() {
    let server = Server::start().await;
    let all = (0..12).map(|n| {
        let body = json!({ "username": format!("racer-{n}"), "password": PASSWORD });
        let server = &server;
        async move { register(server, body).await.expect(201)["user"]["role"].clone() }
    });
    let roles = futures_util::future::join_all(all).await;
    assert_eq!(roles.iter().filter(|role| **role == "admin").count(), 1, "{roles:?}");
}

#[tokio::test]
async fn of_many_who_want_one_name_at_once_one_gets_it() {
    let server = Server::start().await;
    let all = (0..8).map(|n| {
        let name = if n % 2 == 0 { "wanted" } else { "WANTED" };
        let body = json!({ "username": name, "password": PASSWORD });
        let server = &server;
        async move { register(server, body).await.status.as_u16() }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let server = Server::start().await;
    server.person("ada").await;
    Person::sign_in(&server, "aDa").await;
    let mut answers = Vec::new();
    for username in ["ada", "nobody"] {
        let body = json!({ "username": username, "password": "not the password" });
        let answer = server.ask("POST", "/api/auth/login", Some(&body)).await;
        answers.push((answer.status, answer.text.clone()));
        answer.refused(401, "unauthorized");
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_using_it_twice_ends_its_session() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut socket = ada.connect().await;
    let next = refresh(&server, &ada.refresh).await.expect(200);
    let next = Person::from_grant(&server, &next);
    assert_ne!((&next.token, &next.refresh), (&ada.token, &ada.refresh));
    next.get(&server, "/api/me").await.expect(200);
    refresh(&server, &ada.refresh).await.refused(401, "unauthorized");
    next.get(&server, "/api/me").await.refused(401, "unauthorized");
    refresh(&server, &next.refresh).await.refused(401, "unauthorized");
    assert_eq!(socket.closed().await, (4401, "UNAUTHORIZED".into()));
    Person::sign_in(&server, "ada").await.get(&server, "/api/me").await.expect(200);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_its_sockets_only() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let other = Person::sign_in(&server, "ada").await;
    let (mut socket, mut stays) = (ada.connect().await, other.connect().await);
    ada.call_on(&server, "/api/auth/logout").await.expect(204);
    assert_eq!(socket.closed().await, (4401, "UNAUTHORIZED".into()));
    ada.get(&server, "/api/me").await.refused(401, "unauthorized");
    refresh(&server, &ada.refresh).await.refused(401, "unauthorized");
    let general = stays.room("general");
    stays.post(&general, "still here", None).await;
    stays.expect("new_message").await;
}

#[tokio::test]
async fn a_revoked_session_stays_revoked_after_a_restart() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    let other = Person::sign_in(&server, "ada").await;
    ada.call_on(&server, "/api/auth/logout").await.expect(204);
    server.kill().await;
    let server = server.again().await;
    ada.get(&server, "/api/me").await.refused(401, "unauthorized");
    other.get(&server, "/api/me").await.expect(200);
}

#[tokio::test]
async fn sessions_are_listed_and_can_be_ended_one_by_one() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let phone = Person::sign_in(&server, "ada").await;
    let list = ada.get(&server, "/api/me/sessions").await.expect(200);
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 2);
    let is_current = |s: &&Value| s["current"] == true;
    assert_eq!(list.iter().filter(is_current).count(), 1);
    let other = list.iter().find(|s| s["current"] == false).unwrap();
    let path = format!("/api/me/sessions/{}", other["id"].as_str().unwrap());
    bob.delete(&server, &path).await.refused(404, "not_found");
    phone.get(&server, "/api/me").await.expect(200);
    ada.delete(&server, &path).await.expect(204);
    phone.get(&server, "/api/me").await.refused(401, "unauthorized");
    ada.delete(&server, &path).await.refused(404, "not_found");
    ada.delete(&server, "/api/me/sessions/nonsense").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_every_other_session() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let phone = Person::sign_in(&server, "ada").await;
    let mut socket = phone.connect().await;
    let path = "/api/me/password";
    let wrong = json!({ "current_password": "wrong one", "new_password": "a new password" });
    ada.post(&server, path, wrong).await.refused(403, "forbidden");
    let short = json!({ "current_password": PASSWORD, "new_password": "short" });
    ada.post(&server, path, short).await.refused(422, "invalid");
    phone.get(&server, "/api/me").await.expect(200);
    let good = json!({ "current_password": PASSWORD, "new_password": "a new password" });
    ada.post(&server, path, good).await.expect(204);
    assert_eq!(socket.closed().await.0, 4401);
    phone.get(&server, "/api/me").await.refused(401, "unauthorized");
    ada.get(&server, "/api/me").await.expect(200);
    let old = json!({ "username": "ada", "password": PASSWORD });
    server.ask("POST", "/api/auth/login", Some(&old)).await.refused(401, "unauthorized");
    let new = json!({ "username": "ada", "password": "a new password" });
    server.ask("POST", "/api/auth/login", Some(&new)).await.expect(200);
}

#[tokio::test]
async fn a_profile_changes_for_everyone_and_only_within_bounds() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut socket = bob.connect().await;
    let body = json!({ "display_name": "Ada\u{301}", "bio": "likes\ntea", "locale": "fr" });
    let me = ada.patch(&server, "/api/me", body).await.expect(200);
    assert_eq!((&me["bio"], &me["locale"]), (&json!("likes\ntea"), &json!("fr")));
    let told = socket.expect("user_updated").await;
    assert_eq!(told["data"]["user"]["display_name"], me["display_name"]);
    assert!(told["data"]["user"]["locale"].is_null(), "a language is nobody else's business");
    let seen = bob.get(&server, "/api/users/ADA").await.expect(200);
    assert_eq!(seen["bio"], "likes\ntea");
    for bad in [
        json!({ "display_name": "" }),
        json!({ "display_name": "x".repeat(65) }),
        json!({ "display_name": "a\u{202e}b" }),
        json!({ "bio": "x".repeat(501) }),
        json!({ "locale": "fr_FR!" }),
        json!({ "bio": 7 }),
    ] {
        ada.patch(&server, "/api/me", bad).await.refused(422, "invalid");
    }
    let role = ada.patch(&server, "/api/me", json!({ "role": "bot" })).await.expect(200);
    assert_eq!(role["role"], "admin");
}

#[tokio::test]
async fn a_deleted_account_leaves_its_messages_by_a_deleted_user() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    bob.say(&server, "general", "I was here").await;
    let mut socket = bob.connect().await;
    bob.delete_with(&server, "/api/me", json!({ "password": "wrong one" }))
        .await
        .refused(403, "forbidden");
    bob.delete_with(&server, "/api/me", json!({ "password": PASSWORD })).await.expect(204);
    assert_eq!(socket.closed().await.0, 4401);
    bob.get(&server, "/api/me").await.refused(401, "unauthorized");
    ada.get(&server, "/api/users/bob").await.refused(404, "not_found");
    let said = ada.get(&server, "/api/conversations/general/messages").await.expect(200);
    assert_eq!(
        (&said[0]["content"], &said[0]["sender"]),
        (&json!("I was here"), &json!("deleted user"))
    );
    server.person("bob").await;
}

#[tokio::test]
async fn registration_can_be_closed_but_for_the_first_account() {
    let server = Server::start_with(&["--registration", "closed"]).await;
    server.person("ada").await;
    let body = json!({ "username": "bob", "password": PASSWORD });
    register(&server, body).await.refused(403, "forbidden");
    let shown = server.ask("GET", "/api/server", None).await.expect(200);
    assert_eq!((&shown["registration"], &shown["is_new"]), (&json!("closed"), &json!(false)));
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let server = Server::start_with(&["--limits", "on"]).await;
    server.person("ada").await;
    let body = json!({ "username": "ada", "password": "guess again" });
    for _ in 0..40 {
        let answer = server.ask("POST", "/api/auth/login", Some(&body)).await;
        if answer.status == 429 {
            assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
            answer.refused(429, "rate_limited");
            return;
        }
        answer.refused(401, "unauthorized");
    }
    panic!("forty guesses were answered");
}
