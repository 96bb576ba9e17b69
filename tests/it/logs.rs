use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Person, Server, Socket, eventually, people::PASSWORD, tokens, within};

const OTHER_PASSWORD: &str = "another horse, another battery";
const SAID: &str = "what nobody else may read";
const METRICS: &str = "a token of the metrics";
const JWT: &str = "a secret of forty bytes, shared with none";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn no_secret_gets_into_the_log_at_any_level() {
    for format in ["text", "json"] {
        let options = ["--log", "trace", "--log-format", format, "--metrics-token", METRICS];
        let options = [&options[..], &["--listen", "0.0.0.0:0", "--jwt-secret", JWT]].concat();
        let mut server = Server::start_with(&options).await;
        let secrets = everything_secret(&server).await;
        server.ask("GET", "/healthz", None).await.expect(200);
        server.terminate().await;
        let said = server.said();
        assert!(said.contains("TRACE") && said.contains("answered"), "it says all that it can");
        for (what, secret) in secrets {
            // the first account's code is told in a line of its own, for who starts the server
            let lines = said.lines().filter(|line| !line.starts_with("The first account"));
            let shown: Vec<_> = lines.filter(|line| line.contains(&secret)).collect();
            assert!(shown.is_empty(), "{what} in {shown:?}");
        }
    }
}

/// Does all that secrets are needed for, and gives these.
async fn everything_secret(server: &Server) -> Vec<(&'static str, String)> {
    let claim = server.hears("/register?claim=").await;
    let body = json!({ "username": "ada", "password": PASSWORD, "claim": claim });
    let grant = server.ask("POST", "/api/auth/register", Some(&body)).await.expect(201);
    let ada = Person::from_grant(server, &grant);
    let refresh = json!({ "refresh_token": ada.refresh });
    let renewed = server.ask("POST", "/api/auth/refresh", Some(&refresh)).await.expect(200);
    let wrong = json!({ "username": "ada", "password": OTHER_PASSWORD });
    server.ask("POST", "/api/auth/login", Some(&wrong)).await.refused(401, "unauthorized");
    let invitation = ada.post(server, "/api/admin/invitations", json!({})).await.expect(201);
    let path = format!("/api/invitations/{}", text(&invitation["token"]));
    server.ask("GET", &path, None).await.expect(200);
    server.ask("GET", &format!("/register?invitation={}", text(&invitation["token"])), None).await;
    let bob = Person::invited(server, &ada, "bob").await;
    let link = ada.call_on(server, "/api/admin/people/bob/sign_in_link").await.expect(201);
    let link = text(&link["url"]).split_once("?link=").unwrap().1.to_owned();
    server.ask("GET", &format!("/login?link={link}"), None).await;
    let body = json!({ "token": link, "password": OTHER_PASSWORD });
    server.ask("POST", "/api/auth/link", Some(&body)).await.expect(200);
    server.ask("GET", &format!("/api/me?token={}", ada.token), None).await.expect(200);
    let cookie = format!("salon_token={}", ada.token);
    server.ask_with("GET", "/api/me", None, &[("cookie", &cookie)]).await;
    let protocol = format!("chat.v1, chat.auth.{}", ada.token);
    let offered = [("sec-websocket-protocol", protocol.as_str())];
    let _ = Socket::try_open(&server.address(), "/ws/events/", &offered).await;
    let mut socket = ada.connect().await;
    let general = socket.room("general");
    socket.post(&general, SAID, None).await;
    socket.expect("new_message").await;
    socket.close().await;
    ada.get(server, "/api/search?q=nobody%20else%20may").await;
    let bearer = format!("Bearer {METRICS}");
    let asked = [("authorization", bearer.as_str())];
    assert_eq!(server.ask_with("GET", "/metrics", None, &asked).await.status, 200);
    let foreign = json!({ "sub": "17", "exp": chrono::Utc::now().timestamp() + 600 });
    let foreign = tokens::signed(&json!({ "alg": "HS256" }), &foreign, JWT.as_bytes());
    server.ask("GET", &format!("/api/me?token={foreign}"), None).await;
    vec![
        ("the claim", claim),
        ("a password", PASSWORD.into()),
        ("a mistyped password", OTHER_PASSWORD.into()),
        ("an access token", ada.token),
        ("a refresh token", ada.refresh),
        ("a renewed access token", text(&renewed["access_token"])),
        ("a renewed refresh token", text(&renewed["refresh_token"])),
        ("another's token", bob.token),
        ("an invitation", text(&invitation["token"])),
        ("a link", link),
        ("what was said", SAID.into()),
        ("what was searched for", "nobody%20else".into()),
        ("the metrics' token", METRICS.into()),
        ("the shared secret", JWT.into()),
        ("a token of another application", foreign),
    ]
}

#[tokio::test]
async fn nobody_forges_a_line() {
    for format in ["text", "json"] {
        let options = ["--log", "trace", "--log-format", format];
        let mut server = Server::start_with(&options).await;
        let evil = "x\r\n2026-01-01T00:00:00Z  WARN forged\u{1b}[2J\u{9b}31m";
        let ada = server.person("ada").await;
        let body = json!({ "username": evil, "password": PASSWORD });
        server.ask("POST", "/api/auth/register", Some(&body)).await;
        server.ask("POST", "/api/auth/login", Some(&body)).await;
        ada.post(&server, "/api/conversations", json!({ "name": evil })).await;
        ada.post_file(&server, "general", "forged.txt", evil.as_bytes()).await;
        ada.post(&server, "/api/conversations/general/messages", json!({ "content": evil })).await;
        let encoded = "x%0d%0a2026-01-01T00:00:00Z%20%20WARN%20forged%1b[2J";
        ada.get(&server, &format!("/api/people/{encoded}")).await;
        ada.get(&server, &format!("/api/search?q={encoded}")).await;
        for request in [
            "GET /\u{1b}[2Jforged HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            format!("GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: {evil}\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: \u{e9}forged\r\n\r\n".to_owned(),
            format!("{evil}\r\n\r\n"),
        ] {
            let mut raw = tokio::net::TcpStream::connect(server.address()).await.unwrap();
            raw.write_all(request.as_bytes()).await.unwrap();
            raw.shutdown().await.unwrap();
            let mut answer = Vec::new();
            let _ = within("an answer, or an end", raw.read_to_end(&mut answer)).await;
        }
        eventually("the last of it", async || server.said().contains("X-Forwarded-For")).await;
        server.terminate().await;
        for line in server.said().lines() {
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            let is_event = if format == "json" {
                serde_json::from_str::<Value>(line).is_ok_and(|line| line["timestamp"].is_string())
            } else {
                let (date, rest) = line.split_once(' ').unwrap_or_default();
                let rest = rest.trim_start();
                let level = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];
                date.len() == 27 && level.iter().any(|level| rest.starts_with(level))
            };
            assert!(is_event && !line.starts_with("2026-01-01T"), "{line:?}");
        }
    }
}

#[tokio::test]
async fn a_request_is_one_line_of_the_closer_log() {
    let mut server = Server::start_with(&["--log", "debug", "--log-format", "json"]).await;
    server.ask("GET", "/api/me?token=canary", None).await.refused(401, "unauthorized");
    server.terminate().await;
    let said = server.said();
    let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let answered: Vec<_> = lines.filter(|line| line["fields"]["message"] == "answered").collect();
    let [one] = answered.as_slice() else { panic!("{said}") };
    let fields = &one["fields"];
    assert_eq!(
        (&fields["class"], &fields["method"], &fields["status"]),
        (&json!("me"), &json!("GET"), &json!(401))
    );
    assert!(fields["ms"].is_number() && !said.contains("canary"), "{said}");
}
