use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    Server,
    raw::{Raw, frame, handshake},
    within,
};

#[tokio::test]
async fn what_was_asked_before_a_handshake_is_answered_before_it() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let early = frame(0x89, b"are you there?");
    let asked = ["GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", &handshake(&ada.token, "")].concat();
    stream.write_all(&[asked.as_bytes(), &early].concat()).await.unwrap();
    let mut said = Vec::new();
    let mut from = 0;
    let order =
        ["HTTP/1.1 200", "\"ok\"", "HTTP/1.1 101", "\r\n\r\n\u{81}", "\"hello\"", "\u{8a}\u{e}are"];
    for words in order {
        let words: Vec<u8> = words.chars().map(|c| u8::try_from(c).unwrap()).collect();
        from += loop {
            match said[from..].windows(words.len()).position(|part: &[u8]| part == words) {
                Some(at) => break at + words.len(),
                None => within("an answer", stream.read_buf(&mut said)).await.unwrap(),
            };
        };
    }
}

#[tokio::test]
async fn the_greeting_comes_with_the_answer_to_the_handshake() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(handshake(&ada.token, "").as_bytes()).await.unwrap();
    let mut said = vec![0; 64 * 1024];
    let length = within("an answer", stream.read(&mut said)).await.unwrap();
    let said = String::from_utf8_lossy(&said[..length]);
    assert!(said.starts_with("HTTP/1.1 101") && said.contains("\"action\":\"hello\""), "{said}");
}

#[tokio::test]
async fn pings_are_answered_with_their_bytes_also_within_a_message() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut raw = Raw::open(&server, &ada.token).await;
    raw.send(&frame(0x89, b"are you there?")).await;
    assert_eq!(raw.next().await, (0x8a, b"are you there?".to_vec()));
    let text = br#"{"action":"resume","ref":"whole","data":{"cursor":0}}"#;
    raw.send(&frame(0x01, &text[..10])).await;
    raw.send(&frame(0x89, b"between")).await;
    raw.send(&frame(0x00, &text[10..20])).await;
    raw.send(&frame(0x80, &text[20..])).await;
    assert_eq!(raw.next().await, (0x8a, b"between".to_vec()));
    loop {
        let (first, payload) = raw.next().await;
        assert_eq!(first, 0x81);
        if String::from_utf8(payload).unwrap().contains("\"whole\"") {
            break;
        }
    }
}

#[tokio::test]
async fn bytes_that_trickle_make_whole_frames() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut raw = Raw::open(&server, &ada.token).await;
    raw.0.set_nodelay(true).unwrap();
    for byte in frame(0x89, b"slowly") {
        raw.send(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(raw.next().await, (0x8a, b"slowly".to_vec()));
}

#[tokio::test]
async fn what_breaks_the_protocol_is_closed_with_its_code() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let unmasked = [0x81, 2, b'h', b'i'];
    let cases: Vec<(Vec<u8>, u16)> = vec![
        (unmasked.to_vec(), 1002),
        (frame(0xc1, b"hi"), 1002),
        (frame(0x91, b"hi"), 1002),
        (frame(0x83, b"hi"), 1002),
        (frame(0x8b, b"hi"), 1002),
        (frame(0x80, b"hi"), 1002),
        (frame(0x09, b"hi"), 1002),
        (frame(0x89, &[0; 126]), 1002),
        (frame(0x88, &[3]), 1002),
        (frame(0x88, &1005u16.to_be_bytes()), 1002),
        (frame(0x88, &[0x03, 0xe8, 0xff]), 1007),
        (frame(0x81, &[0xc3, 0x28]), 1007),
        ([frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002),
        ([frame(0x01, &[0xce]), frame(0x80, &[0x28])].concat(), 1007),
        (frame(0x81, &vec![b' '; 64 * 1024 + 1]), 1009),
        ([frame(0x01, &vec![b' '; 60_000]), frame(0x80, &vec![b' '; 60_000])].concat(), 1009),
        (vec![0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 1009),
    ];
    for (bytes, code) in cases {
        let mut raw = Raw::open(&server, &ada.token).await;
        raw.send(&bytes).await;
        assert_eq!(raw.closed().await, code, "{:?}", &bytes[..bytes.len().min(20)]);
    }
}

#[tokio::test]
async fn a_goodbye_is_answered_with_its_code() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for code in [1000u16, 1001, 3000, 4999] {
        let mut raw = Raw::open(&server, &ada.token).await;
        raw.send(&frame(0x88, &code.to_be_bytes())).await;
        assert_eq!(raw.next().await, (0x88, code.to_be_bytes().to_vec()));
        assert!(within("the end", raw.0.read_u8()).await.is_err());
    }
    let mut raw = Raw::open(&server, &ada.token).await;
    raw.send(&frame(0x88, b"")).await;
    assert_eq!(raw.next().await, (0x88, Vec::new()));
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_and_harms_nobody() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut slow = Raw::open(&server, &bob.token).await;
    let mut a = ada.connect().await;
    let general = a.room("general");
    let long = "x".repeat(4000);
    // far more than the kernel and the outbox hold together
    for _ in 0..3000 {
        a.post(&general, &long, None).await;
        a.expect("new_message").await;
    }
    let mut last = slow.next().await;
    while last.0 == 0x81 {
        last = slow.next().await;
    }
    assert_eq!(last, (0x88, [&4408u16.to_be_bytes()[..], b"SLOW_CONSUMER"].concat()));
    a.post(&general, "unharmed", None).await;
    a.expect("new_message").await;
}

/// They ask for far more than they read, and are gone without a word while answers wait for them.
#[tokio::test]
async fn clients_that_vanish_while_answers_wait_cost_the_others_nothing() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    for _ in 0..100 {
        ada.say(&server, "general", &"x".repeat(3900)).await;
    }
    let general = ada.connect().await.room("general");
    let ask = format!(r#"{{"action":"history","data":{{"chat_id":"{general}","limit":100}}}}"#);
    let ask = frame(0x81, ask.as_bytes()).repeat(40);
    for _ in 0..8 {
        let mut raw = Raw::open(&server, &ada.token).await;
        raw.send(&ask).await;
        raw.next().await; // the first answer is on its way: the others wait
        raw.0.set_zero_linger().unwrap();
        drop(raw);
    }
    ada.get(&server, "/api/me").await.expect(200);
    assert_eq!(server.terminate().await.code(), Some(0));
}

/// What it asked for itself is not held against it, however long.
#[tokio::test]
async fn a_long_answer_on_its_way_is_not_slowness() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for number in 0..40 {
        let body = serde_json::json!({ "name": format!("room {number}") });
        let room = ada.room(&server, body).await;
        ada.say(&server, &room, &"<".repeat(4000)).await;
    }
    let mut raw = Raw::connect(&server, &ada.token).await; // and does not read the greeting yet
    for number in 0..50 {
        ada.say(&server, "general", &number.to_string()).await;
    }
    let (first, hello) = raw.next().await;
    assert_eq!(first, 0x81);
    assert!(hello.len() > 500_000, "{}", hello.len());
    let mut last = String::new();
    while !last.contains("\"49\"") {
        let (first, frame) = raw.next().await;
        assert_eq!(first, 0x81);
        last = String::from_utf8(frame).unwrap();
    }
}
