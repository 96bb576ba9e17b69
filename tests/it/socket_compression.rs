use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use serde_json::{Value, json};

use crate::support::{
    Person, Server,
    raw::{Raw, frame},
};

const OFFER: &str = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
const TAKEN: &str = "sec-websocket-extensions: permessage-deflate; server_no_context_takeover; \
                     client_no_context_takeover\r\n";

/// As a client would compress a message.
fn deflated(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 2 + 1024);
    let mut state = Compress::new(Compression::best(), false);
    state.compress_vec(text, &mut out, FlushCompress::Sync).unwrap();
    assert_eq!(out.split_off(out.len() - 4), [0, 0, 0xff, 0xff]);
    out
}

fn inflated(payload: &[u8]) -> Value {
    let mut out = Vec::with_capacity(1 << 20);
    let whole = [payload, &[0, 0, 0xff, 0xff]].concat();
    let mut state = Decompress::new(false);
    state.decompress_vec(&whole, &mut out, FlushDecompress::Sync).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// A client that compresses, greeted.
async fn compressing(server: &Server, person: &Person) -> (Raw, Value) {
    let (mut raw, head) = Raw::offer(server, &person.token, OFFER).await;
    assert!(head.contains(TAKEN), "{head}");
    let (first, hello) = raw.next().await;
    assert_eq!(first, 0xc1, "the greeting is long enough to be compressed");
    (raw, inflated(&hello))
}

#[tokio::test]
async fn who_offers_it_speaks_and_hears_in_smaller_frames_beside_those_who_do_not() {
    let server = Server::start_with(&["--compress"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut plain = bob.connect().await;
    let (mut raw, hello) = compressing(&server, &ada).await;
    assert_eq!(hello["action"], "hello");
    let words = "the same words again, ".repeat(20);
    let post = json!({ "action": "new_message", "ref": "r",
                       "data": { "chat_id": plain.room("general"), "content": words,
                                 "timestamp": "2026-01-01T00:00:00Z" } });
    raw.send(&frame(0xc1, &deflated(post.to_string().as_bytes()))).await;
    let heard = plain.expect("new_message").await;
    assert_eq!(heard["data"]["content"], words.trim());
    loop {
        let (first, payload) = raw.next().await;
        let message = match first {
            0xc1 => inflated(&payload),
            _ => serde_json::from_slice(&payload).unwrap(),
        };
        if message["action"] == "new_message" {
            assert_eq!((first, &message["data"]), (0xc1, &heard["data"]));
            assert_eq!(message["ref"], "r");
            assert!(payload.len() < words.len());
            break;
        }
    }
    raw.send(&frame(0x89, b"small")).await;
    assert_eq!(raw.next().await, (0x8a, b"small".to_vec()));
}

#[tokio::test]
async fn a_message_may_come_in_compressed_fragments() {
    let server = Server::start_with(&["--compress"]).await;
    let ada = server.person("ada").await;
    let (mut raw, _) = compressing(&server, &ada).await;
    let asked = json!({ "action": "leave_chat", "ref": "in pieces",
                        "data": { "chat_id": uuid::Uuid::nil() } });
    let asked = deflated(asked.to_string().as_bytes());
    raw.send(&frame(0x41, &asked[..5])).await;
    raw.send(&frame(0x00, &asked[5..9])).await;
    raw.send(&frame(0x80, &asked[9..])).await;
    let (first, refused) = raw.next().await;
    assert_eq!(first, 0x81, "small enough to go as it is");
    assert_eq!(serde_json::from_slice::<Value>(&refused).unwrap()["ref"], "in pieces");
}

#[tokio::test]
async fn what_breaks_the_rules_of_compression_closes_the_socket() {
    let server = Server::start_with(&["--compress"]).await;
    let ada = server.person("ada").await;
    let cases: [(Vec<u8>, u16); 6] = [
        (frame(0xc1, &deflated(&vec![b' '; 32 << 20])), 1009),
        (frame(0xc1, &deflated(&[0xc3, 0x28])), 1007),
        (frame(0xc1, &[0xff; 30]), 1007),
        (frame(0xc9, b"ping"), 1002),
        ([frame(0x41, b""), frame(0xc0, b"")].concat(), 1002),
        (frame(0xe1, b"{}"), 1002),
    ];
    for (bytes, code) in cases {
        let (mut raw, _) = compressing(&server, &ada).await;
        raw.send(&bytes).await;
        assert_eq!(raw.closed().await, code);
    }
}

#[tokio::test]
async fn it_is_agreed_on_only_where_the_server_is_told_to_and_the_offer_can_be_kept() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let (mut raw, head) = Raw::offer(&server, &ada.token, OFFER).await;
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
    assert_eq!(raw.next().await.0, 0x81);
    raw.send(&frame(0xc1, &deflated(b"{}"))).await;
    assert_eq!(raw.closed().await, 1002);

    let server = Server::start_with(&["--compress", "on"]).await;
    let ada = server.person("ada").await;
    let small = "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n";
    let (mut raw, head) = Raw::offer(&server, &ada.token, small).await;
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
    assert_eq!(raw.next().await.0, 0x81);
}
