use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Server, within};

/// Sends bytes as they are, says no more, and gives what comes back until the server closes.
async fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    within("an answer", stream.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_is_not_there_is_not_found_in_json() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/conversations/x/y/z",
        "/api//me",
        "/ws/x",
        "/ws/chat/x/y",
    ] {
        let answer = ada.get(&server, path).await;
        assert_eq!(answer.headers["content-type"], "application/json", "{path}");
        answer.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_told_with_those_it_takes() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for (method, path, takes) in [
        ("PUT", "/api/me", "GET, PATCH, DELETE"),
        ("GET", "/api/auth/login", "POST"),
        ("DELETE", "/api/rooms", "GET"),
        ("PATCH", "/api/conversations", "GET, POST"),
        ("POST", "/api/conversations/general", "GET, PATCH, DELETE"),
        ("GET", "/api/conversations/general/join", "POST"),
        ("TRACE", "/api/users", "GET"),
        ("PROPFIND", "/api/messages/x", "PATCH, DELETE"),
    ] {
        let bearer = format!("Bearer {}", ada.token);
        let answer = server.ask_with(method, path, None, &[("authorization", &bearer)]).await;
        assert_eq!(answer.headers["allow"], takes, "{method} {path}");
        answer.refused(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn every_call_but_the_open_ones_wants_a_token() {
    let server = Server::start().await;
    for (method, path) in [
        ("GET", "/api/me"),
        ("PATCH", "/api/me"),
        ("DELETE", "/api/me"),
        ("POST", "/api/me/password"),
        ("GET", "/api/me/sessions"),
        ("DELETE", "/api/me/sessions/x"),
        ("POST", "/api/auth/logout"),
        ("GET", "/api/users"),
        ("GET", "/api/users/x"),
        ("GET", "/api/rooms"),
        ("GET", "/api/chats"),
        ("PUT", "/api/chats/x"),
        ("GET", "/api/chats/x/messages"),
        ("GET", "/api/conversations"),
        ("POST", "/api/conversations"),
        ("GET", "/api/conversations/general"),
        ("PATCH", "/api/conversations/general"),
        ("DELETE", "/api/conversations/general"),
        ("POST", "/api/conversations/general/join"),
        ("POST", "/api/conversations/general/leave"),
        ("POST", "/api/conversations/general/read"),
        ("PATCH", "/api/conversations/general/notify"),
        ("GET", "/api/conversations/general/members"),
        ("PUT", "/api/conversations/general/members/x"),
        ("DELETE", "/api/conversations/general/members/x"),
        ("GET", "/api/conversations/general/messages"),
        ("POST", "/api/conversations/general/messages"),
        ("POST", "/api/conversations/general/send_message"),
        ("PATCH", "/api/messages/x"),
        ("DELETE", "/api/messages/x"),
    ] {
        let answer = server.ask(method, path, Some(&json!({}))).await;
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        answer.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_objects_are_refused() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let client = reqwest::Client::new();
    let post = async |kind: Option<&str>, body: Vec<u8>| {
        let url = format!("{}/api/conversations/general/messages", server.url);
        let mut request = client.post(url).bearer_auth(&ada.token).body(body);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let error: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        (status, error["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let json = Some("application/json");
    for body in [&b""[..], b"{", b"nonsense", b"\xff\xfe", b"[]", b"7", b"\"x\"", b"null", b"{} {}"]
    {
        assert_eq!(post(json, body.to_vec()).await, (400, "bad_request".into()), "{body:?}");
    }
    assert_eq!(post(json, "[".repeat(60_000).into_bytes()).await, (400, "bad_request".into()));
    let good = br#"{"content":"x"}"#.to_vec();
    for kind in [None, Some("text/plain"), Some("x")] {
        assert_eq!(post(kind, good.clone()).await, (415, "unsupported_media_type".into()));
    }
    let form = Some("multipart/form-data; boundary=x");
    assert_eq!(post(form, good.clone()).await, (400, "bad_request".into()));
    let long = format!(r#"{{"content":"{}"}}"#, "x".repeat(70_000)).into_bytes();
    assert_eq!(post(json, long).await, (413, "too_large".into()));
    let kind = "Application/JSON; charset=utf-8";
    let url = format!("{}/api/conversations/general/messages", server.url);
    let sent = client.post(url).bearer_auth(&ada.token).header("content-type", kind);
    assert_eq!(sent.body(good).send().await.unwrap().status(), 201);
    let stored = ada.get(&server, "/api/conversations/general/messages").await;
    assert_eq!(stored.headers["x-total-count"], "1");
}

#[tokio::test]
async fn a_body_without_announced_length_has_the_same_bound() {
    let server = Server::start().await;
    let chunk = format!("{:x}\r\n{}\r\n", 40_000, "x".repeat(40_000));
    let request = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n"
    );
    let answer = raw(&server, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("too_large"), "{answer}");
}

#[tokio::test]
async fn requests_that_are_hardly_http_are_answered_or_closed_and_harm_nobody() {
    let server = Server::start().await;
    for bytes in [
        &b"nonsense\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /api/me HTTP/1.1\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /api/users/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /api/rooms?q=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET http://x/api/server HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: salon_access=\xff\r\nConnection: close\r\n\r\n",
    ] {
        let answer = raw(&server, bytes).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(!status.starts_with('5'), "{answer}");
    }
    let many = "x: y\r\n".repeat(500);
    raw(&server, format!("GET / HTTP/1.1\r\n{many}\r\n").as_bytes()).await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(100_000));
    raw(&server, long.as_bytes()).await;
    server.ask("GET", "/healthz", None).await.expect(200);
}

#[tokio::test]
async fn open_connections_that_say_nothing_keep_nobody_else_waiting() {
    let server = Server::start().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(b"GET /api/server HTT").await.unwrap();
        silent.push(stream);
    }
    let ada = server.person("ada").await;
    ada.say(&server, "general", "hi").await;
}

#[tokio::test]
async fn only_a_trusted_origin_may_read_answers_from_another_page() {
    let server = Server::start_with(&["--trusted-origin", "https://app.example"]).await;
    let preflight = async |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let answer = server.ask_with("OPTIONS", "/api/auth/login", None, &headers).await;
        answer.headers.get("access-control-allow-origin").map(|v| v.to_str().unwrap().to_owned())
    };
    assert_eq!(preflight("https://app.example").await.as_deref(), Some("https://app.example"));
    assert_eq!(preflight("https://evil.example").await, None);
}
