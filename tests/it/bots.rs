//! Bots: programs that are people, by tokens that last.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket, people::PASSWORD};

const PATH: &str = "/api/admin/bots";

/// A bot of a name, as whoever holds a token of these scopes; and the token's id.
async fn bot(server: &Server, ada: &Person, name: &str, scopes: Value) -> (Person, String) {
    let known = ada.get(server, &format!("{PATH}/{name}")).await;
    let made = match known.status.as_u16() {
        200 => known.json(),
        _ => ada.post(server, PATH, json!({ "username": name })).await.expect(201),
    };
    let wanted = json!({ "name": "test", "scopes": scopes });
    let token = ada.post(server, &format!("{PATH}/{name}/tokens"), wanted).await.expect(201);
    let grant =
        json!({ "user": made, "access_token": token["token"], "refresh_token": "none at all" });
    (Person::from_grant(server, &grant), token["id"].as_str().unwrap().to_owned())
}

async fn started() -> (Server, Person) {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    (server, ada)
}

#[tokio::test]
async fn a_bot_talks_by_rest_and_in_every_dialect() {
    let (server, ada) = started().await;
    let (robo, _) = bot(&server, &ada, "robo", json!(["read", "write"])).await;
    assert!(robo.token.starts_with("salon_bot_") && robo.token.len() == 53, "{}", robo.token);
    let me = robo.get(&server, "/api/me").await.expect(200);
    assert_eq!((&me["username"], &me["role"]), (&json!("robo"), &json!("bot")));
    let mut socket = ada.connect().await;
    let general = socket.room("general");
    robo.say(&server, &general, "hello").await;
    let heard = socket.expect("new_message").await;
    assert_eq!(heard["data"]["sender"], "robo");
    let path = format!("/ws/chat/{general}");
    for (path, says) in [
        (
            "/ws/events",
            json!({ "action": "new_message", "data": { "chat_id": general, "content": "003", "timestamp": "2026-01-01T00:00:00Z" } }),
        ),
        ("/ws", json!({ "type": "message", "room": "general", "content": "004" })),
        ("/ws/chat", json!({ "action": "send_message", "room": "general", "content": "000" })),
        (path.as_str(), json!({ "message": "001" })),
    ] {
        let mut dialed = robo.dial(path).await;
        dialed.send_frame(&says).await;
        assert_eq!(socket.expect("new_message").await["data"]["sender"], "robo", "{path}");
    }
    // however the token is carried
    let bearer = format!("Bearer {}", robo.token);
    let offered = format!("salon.v1, bearer.{}", robo.token);
    let bare = format!("salon.v1, {}", robo.token);
    for header in [
        ("authorization", bearer.as_str()),
        ("sec-websocket-protocol", &offered),
        ("sec-websocket-protocol", &bare),
    ] {
        let opened = Socket::try_open(&server.address(), "/ws/events", &[header]).await;
        assert!(opened.is_ok_and(|headers| {
            headers.get("sec-websocket-protocol").is_none_or(|spoken| spoken == "salon.v1")
        }));
    }
    let wrong = robo.with_token(&format!("{}A", &robo.token[..52]));
    assert!(wrong.token == robo.token || wrong.get(&server, "/api/me").await.status == 401);
    robo.with_token("salon_bot_").get(&server, "/api/me").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_token_is_good_for_its_scopes_and_for_nothing_that_is_between_people() {
    let (server, ada) = started().await;
    let (reader, _) = bot(&server, &ada, "robo", json!(["read"])).await;
    let (writer, _) = bot(&server, &ada, "robo", json!(["write"])).await;
    let (both, _) = bot(&server, &ada, "robo", json!(["games", "read", "rooms", "write"])).await;
    let general = ada.connect().await.room("general");
    let messages = format!("/api/conversations/{general}/messages");
    reader.get(&server, &messages).await.expect(200);
    let said = reader.post(&server, &messages, json!({ "content": "x" })).await;
    assert!(said.refused(403, "forbidden")["message"].as_str().unwrap().contains("`write`"));
    writer.post(&server, &messages, json!({ "content": "x" })).await.expect(201);
    writer.get(&server, &messages).await.refused(403, "forbidden");
    let room = json!({ "name": "lab" });
    writer.post(&server, "/api/conversations", room.clone()).await.refused(403, "forbidden");
    both.post(&server, "/api/conversations", room).await.expect(201);
    writer
        .post(&server, "/api/tournaments", json!({ "name": "cup" }))
        .await
        .refused(403, "forbidden");
    both.post(&server, "/api/tournaments", json!({ "name": "cup" })).await.expect(201);
    let headers = [("authorization", format!("Bearer {}", writer.token))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let refused = Socket::try_open(&server.address(), "/ws/events", &headers).await;
    assert_eq!(refused.err(), Some(403), "a socket reads");
    // nor does one come in by opening a socket, or by saying something there
    ada.room(&server, json!({ "name": "den" })).await;
    let path = format!("/ws/chat/den/?token={}", reader.token);
    let opened = Socket::try_open(&server.address(), &path, &[]).await;
    assert_eq!(opened.err(), Some(403));
    let (talker, _) = bot(&server, &ada, "robo", json!(["read", "write"])).await;
    let mut rooms = talker.dial("/ws").await;
    for (room, refusal) in [("den", "forbidden"), ("nowhere", "not_found")] {
        rooms.send_frame(&json!({ "type": "message", "room": room, "content": "x" })).await;
        assert_eq!(rooms.refused().await, refusal);
    }
    // over a socket as well
    let mut socket = reader.connect().await;
    socket.post(&general, "hello", None).await;
    assert_eq!(socket.refused().await, "forbidden");
    let full = &mut both.connect().await;
    let friend = json!({ "sender_id": both.id, "receiver_id": ada.id });
    full.send("add_new_friend", friend).await;
    assert_eq!(full.refused().await, "forbidden");
    full.post(&general, "I may", None).await;
    full.expect("new_message").await;
    // nothing of a person's
    let password = json!({ "current_password": PASSWORD, "new_password": PASSWORD });
    both.post(&server, "/api/me/password", password).await.refused(403, "forbidden");
    both.delete_with(&server, "/api/me", json!({ "password": "" })).await.refused(403, "forbidden");
    both.put(&server, "/api/users/ada/block").await.refused(403, "forbidden");
    both.get(&server, "/api/me/sessions").await.refused(403, "forbidden");
    both.get(&server, "/api/push/key").await.refused(403, "forbidden");
    both.get(&server, "/api/admin/people").await.refused(403, "forbidden");
    // a program is and stays one, and has no other way in
    let role = json!({ "role": "admin" });
    ada.patch(&server, "/api/admin/people/robo", role).await.refused(409, "conflict");
    ada.call_on(&server, "/api/admin/people/robo/sign_in_link").await.refused(409, "conflict");
    let login = json!({ "username": "robo", "password": "" });
    server.ask("POST", "/api/auth/login", Some(&login)).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_revoked_token_ends_its_sockets_and_no_other() {
    let (server, ada) = started().await;
    let (one, id) = bot(&server, &ada, "robo", json!(["read", "write"])).await;
    let (other, _) = bot(&server, &ada, "robo", json!(["read"])).await;
    let (mut ended, mut stays) = (one.connect().await, other.connect().await);
    let path = format!("{PATH}/robo/tokens/{id}");
    ada.delete(&server, &path).await.expect(204);
    ada.delete(&server, &path).await.refused(404, "not_found");
    assert_eq!(ended.closed().await.0, 4401);
    one.get(&server, "/api/me").await.refused(401, "unauthorized");
    let general = stays.room("general");
    ada.say(&server, &general, "who is still here?").await;
    stays.expect("new_message").await;
    // so does disabling, and no token is made for who is kept out
    ada.patch(&server, "/api/admin/people/robo", json!({ "is_disabled": true })).await.expect(200);
    assert_eq!(stays.closed().await.0, 4401);
    let wanted = json!({ "name": "again", "scopes": ["read"] });
    let tokens = format!("{PATH}/robo/tokens");
    ada.post(&server, &tokens, wanted.clone()).await.refused(403, "disabled");
    ada.patch(&server, "/api/admin/people/robo", json!({ "is_disabled": false })).await.expect(200);
    ada.post(&server, &tokens, wanted.clone()).await.expect(201);
    ada.post(&server, "/api/admin/bans", json!({ "username": "robo" })).await.expect(201);
    ada.post(&server, &tokens, wanted).await.refused(403, "banned");
    ada.delete(&server, &format!("{PATH}/robo")).await.expect(204);
    ada.delete(&server, &format!("{PATH}/ada")).await.refused(404, "not_found");
    assert_eq!(ada.get(&server, PATH).await.expect(200), json!([]));
}

#[tokio::test]
async fn only_administrators_make_them_and_what_was_done_is_written_down() {
    let (server, ada) = started().await;
    let bob = server.person("bob").await;
    bob.post(&server, PATH, json!({ "username": "robo" })).await.refused(403, "forbidden");
    bob.get(&server, PATH).await.refused(403, "forbidden");
    let (robo, id) = bot(&server, &ada, "robo", json!(["read"])).await;
    robo.post(&server, PATH, json!({ "username": "mine" })).await.refused(403, "forbidden");
    ada.post(&server, PATH, json!({ "username": "BOB" })).await.refused(409, "conflict");
    ada.post(&server, PATH, json!({ "username": "a b" })).await.refused(422, "invalid");
    let tokens = format!("{PATH}/robo/tokens");
    for bad in [
        json!({ "name": "", "scopes": ["read"] }),
        json!({ "name": "x", "scopes": [] }),
        json!({ "name": "x", "scopes": ["admin"] }),
        json!({ "name": "x" }),
    ] {
        ada.post(&server, &tokens, bad).await.refused(422, "invalid");
    }
    let wanted = json!({ "name": "x", "scopes": ["read"] });
    ada.post(&server, &format!("{PATH}/bob/tokens"), wanted.clone())
        .await
        .refused(404, "not_found");
    for _ in 1..20 {
        ada.post(&server, &tokens, wanted.clone()).await.expect(201);
    }
    ada.post(&server, &tokens, wanted).await.refused(409, "conflict");
    let shown = ada.get(&server, &format!("{PATH}/robo")).await.expect(200);
    assert_eq!(shown["tokens"].as_array().unwrap().len(), 20);
    assert_eq!(
        (&shown["tokens"][0]["id"], &shown["tokens"][0]["scopes"]),
        (&json!(id), &json!(["read"]))
    );
    ada.delete(&server, &format!("{tokens}/{id}")).await.expect(204);
    let audit = ada.get(&server, "/api/admin/audit?limit=100").await;
    let text = audit.text.clone();
    let entries = audit.expect(200);
    let has = |action: &str| {
        let all = entries.as_array().unwrap();
        all.iter().any(|one| one["action"] == action && one["target"] == "robo")
    };
    assert!(has("bot_made") && has("bot_token_made") && has("bot_token_revoked"), "{entries}");
    assert!(!text.contains("salon_bot_"), "a token is told to nobody");
}

#[tokio::test]
async fn a_token_outlasts_the_server_and_is_in_no_file_and_no_log() {
    let server = Server::start_in(&[], &[("SALON_LOG", "trace")]).await;
    let ada = server.person("ada").await;
    let (robo, _) = bot(&server, &ada, "robo", json!(["read"])).await;
    robo.get(&server, "/api/me").await.expect(200);
    robo.connect().await;
    let mut server = server;
    server.terminate().await;
    let secret = robo.token.strip_prefix("salon_bot_").unwrap();
    assert!(!server.said().contains(secret), "it is in the log");
    let file = std::fs::read(server.file()).unwrap();
    assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()), "it is in the file");
    let server = server.again().await;
    robo.get(&server, "/api/me").await.expect(200);
    // it was written down that it was used
    let shown = ada.get(&server, &format!("{PATH}/robo")).await.expect(200);
    assert!(shown["tokens"][0]["last_used_at"].is_string(), "{shown}");
}

#[tokio::test]
async fn a_program_never_becomes_a_person_with_a_password() {
    let (server, ada) = started().await;
    bot(&server, &ada, "robo", json!(["read"])).await;
    let password = json!({ "password": "correct horse battery" });
    let path = "/api/admin/people/robo/password";
    ada.put_with(&server, path, password).await.refused(409, "conflict");
    let named = json!({ "username": "robo", "password": "correct horse battery" });
    let login = format!("{}/api/auth/login", server.url);
    let answer = server.client().post(login).json(&named).send().await.unwrap();
    assert_eq!(answer.status(), 401);
}
