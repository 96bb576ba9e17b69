use std::time::Instant;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::rustls::{ProtocolVersion, crypto::ring, version::TLS12};

use crate::support::{
    Authority, Person, Server, Socket, authority::Trust, people::PASSWORD, raw::frame, within,
};

/// All that comes until the other end has said all.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let _ = within("the end of a connection", stream.read_to_end(&mut all)).await;
    all
}

#[tokio::test]
async fn people_come_by_https_and_the_page_is_at_home() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    assert!(server.url.starts_with("https://"), "{}", server.url);
    let ada = server.person("ada").await;
    ada.get(&server, "/api/me").await.expect(200);
    let body = json!({ "username": "ada", "password": PASSWORD });
    let login = server.ask("POST", "/api/auth/login", Some(&body)).await;
    let cookies: Vec<_> = login.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(cookie.to_str().unwrap().contains("; Secure"), "{cookie:?}");
    }
    let cookie = format!("salon_access={}", ada.token);
    let edit = async |origin: &str| {
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        let body = json!({ "bio": "here" });
        server.ask_with("PATCH", "/api/me", Some(&body), &headers).await.status.as_u16()
    };
    assert_eq!(edit(&server.url).await, 200);
    assert_eq!(edit(&server.url.replace("https", "http")).await, 403);
    let link = ada.post(&server, "/api/admin/invitations", json!({ "uses": 1 })).await.expect(201);
    assert!(link["url"].as_str().unwrap().starts_with("https://"), "{link}");
}

#[tokio::test]
async fn every_answer_keeps_browsers_to_https_unless_it_is_switched_off() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let paths = [
        "/",
        "/healthz",
        "/api/server",
        "/api/me",
        "/nowhere",
        "/api/nowhere",
        "/ws/events/",
        "/sw.js",
    ];
    for path in paths {
        let answer = server.ask("GET", path, None).await;
        assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000", "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert!(answer.headers.contains_key("content-security-policy"), "{path}");
    }
    let server = authority.server(&["--hsts", "off"]).await;
    for path in paths {
        let answer = server.ask("GET", path, None).await;
        assert!(!answer.headers.contains_key("strict-transport-security"), "{path}");
    }
}

/// Says something on a socket of the dialect spoken at a path.
async fn say(socket: &mut Socket, path: &str, room: &str, content: &str) {
    let frame = match path {
        "/ws/events/" => {
            let data =
                json!({ "content": content, "chat_id": room, "timestamp": "2026-01-01T00:00:00Z" });
            json!({ "action": "new_message", "data": data })
        }
        "/ws" => json!({ "type": "message", "room": room, "content": content }),
        "/ws/chat/" => json!({ "action": "send_message", "room": room, "content": content }),
        _ => json!({ "message": content }),
    };
    socket.send_frame(&frame).await;
}

async fn hear(socket: &mut Socket, content: &str) {
    loop {
        if socket.next().await.to_string().contains(content) {
            return;
        }
    }
}

#[tokio::test]
async fn all_dialects_are_spoken_by_wss() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let room = ada.room(&server, json!({ "name": "vault", "members": ["bob"] })).await;
    let one = format!("/ws/chat/{room}/");
    let paths = ["/ws/events/", "/ws", "/ws/chat/", &one];
    let open = async |person: &Person| {
        let mut sockets = Vec::new();
        for path in paths {
            sockets.push(server.wss(&format!("{path}?token={}", person.token)).await);
        }
        sockets
    };
    let (mut mouths, mut ears) = (open(&ada).await, open(&bob).await);
    for (mouth, path) in mouths.iter_mut().zip(paths) {
        // long enough to be several records
        let content = format!("by {path} {}", "é".repeat(1800));
        say(mouth, path, &room, &content).await;
        for ear in &mut ears {
            hear(ear, &content).await;
        }
    }
    for ear in ears {
        ear.close().await;
    }
}

#[tokio::test]
async fn what_is_said_behind_the_handshake_is_heard() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let ada = server.person("ada").await;
    let origin = server.url.clone();
    let mut stream = authority.trust().connect(&server.address()).await.unwrap();
    let mut request = format!(
        "GET /ws/events/ HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Cookie: salon_access={}\r\nOrigin: {origin}\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.address(),
        ada.token
    )
    .into_bytes();
    let room = uuid::Uuid::now_v7(); // there is none, which is an answer as well
    let asked = json!({ "action": "history", "ref": "early", "data": { "chat_id": room } });
    request.extend(frame(0x81, asked.to_string().as_bytes()));
    stream.write_all(&request).await.unwrap();
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains("\"early\"") {
        let mut bytes = [0; 4096];
        let count = within("an answer", stream.read(&mut bytes)).await.unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&heard));
        heard.extend(&bytes[..count]);
    }
    let head = String::from_utf8_lossy(&heard).to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101") && head.contains("strict-transport-security"));
}

#[tokio::test]
async fn a_socket_from_a_page_that_is_not_ours_is_refused() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let ada = server.person("ada").await;
    let cookie = format!("salon_access={}", ada.token);
    for foreign in
        [server.url.replace("https", "http"), "https://evil.example".into(), "null".into()]
    {
        let headers = [
            ("cookie", cookie.as_str()),
            ("origin", &foreign),
            ("upgrade", "websocket"),
            ("connection", "upgrade"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        server.ask_with("GET", "/ws/events/", None, &headers).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_reader_who_halts_is_dropped_and_the_others_hear_all() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut halted = server.wss_of(&bob.token).await;
    let (mut mouth, mut ear) = (server.wss_of(&ada.token).await, server.wss_of(&bob.token).await);
    let general = mouth.room("general");
    let long = "x".repeat(3900);
    // more than the system, TLS and the outbox keep together for one who does not read
    for number in 0..2500 {
        mouth.post(&general, &format!("{number} {long}"), None).await;
        mouth.expect("new_message").await;
        let heard = ear.expect("new_message").await;
        let content = heard["data"]["content"].as_str().unwrap();
        assert!(content.starts_with(&format!("{number} ")), "{}", &content[..20]);
    }
    assert_eq!(halted.closed().await.0, 4408);
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_and_nothing_older() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let Trust(newest) = authority.trust();
    let stream = Trust(newest.clone()).connect(&server.address()).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let provider = ring::default_provider().into();
    let older = tokio_rustls::rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS12])
        .unwrap();
    let mut roots = tokio_rustls::rustls::RootCertStore::empty();
    roots.add(authority.root_der()).unwrap();
    let older = older.with_root_certificates(roots).with_no_client_auth();
    let stream = Trust(older.into()).connect(&server.address()).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_2));

    // a client that knows nothing newer than TLS 1.1 (RFC 4346)
    let mut hello = vec![3, 2]; // its version
    hello.extend([7; 32]); // its random bytes
    hello.extend([0, 0, 4, 0xc0, 0x13, 0x00, 0x2f, 1, 0]); // no session, two suites, no compression
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(hello);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(&record).await.unwrap();
    let answer = rest(&mut stream).await;
    assert_eq!((answer[0], answer[5]), (21, 2), "a fatal alert: {answer:?}");
}

#[tokio::test]
async fn nothing_but_http_1_1_is_spoken_within_tls() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let offering = |protocols: &[&[u8]]| {
        let mut config = (*authority.trust().0).clone();
        config.alpn_protocols = protocols.iter().map(|one| one.to_vec()).collect();
        Trust(config.into())
    };
    let both = offering(&[b"h2", b"http/1.1"]).connect(&server.address()).await.unwrap();
    assert_eq!(both.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    for strange in [&b"h2"[..], b"acme-tls/1"] {
        assert!(offering(&[strange]).connect(&server.address()).await.is_err(), "{strange:?}");
    }
}

#[tokio::test]
async fn who_speaks_plain_http_is_told_so() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    for said in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "x", "\0\0\0\0"] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = String::from_utf8(rest(&mut stream).await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("https://"), "{answer}");
    }
    server.ask("GET", "/healthz", None).await.expect(200);
}

#[tokio::test]
async fn handshakes_that_stall_give_their_places_back() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let mut stalled = Vec::new();
    for said in [&b""[..], b"\x16", b"\x16\x03\x01\x00\xff\x01\x00\x00"] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(said).await.unwrap();
        stalled.push(stream);
    }
    server.ask("GET", "/healthz", None).await.expect(200);
    let since = Instant::now();
    for mut stream in stalled {
        rest(&mut stream).await;
    }
    assert!(since.elapsed().as_secs() < 30, "all at once, and not one after the other");
}

#[tokio::test]
async fn a_stop_says_goodbye_by_wss_and_does_not_wait_for_handshakes() {
    let authority = Authority::new();
    let mut server: Server = authority.server(&[]).await;
    let ada = server.person("ada").await;
    let mut socket = server.wss_of(&ada.token).await;
    let _stalled = TcpStream::connect(server.address()).await.unwrap();
    let (status, close) = tokio::join!(server.terminate(), socket.closed());
    assert_eq!((status.code(), close.0), (Some(0), 1001));
}
