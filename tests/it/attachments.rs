//! Files: sent, read, refused, forgotten.

use image::ImageFormat;
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    Person, Server, eventually,
    files::{FORM, form, noise, photograph, picture, stored_bytes},
    within,
};

const MESSAGES: &str = "/api/conversations/general/messages";
const UPLOADS: &str = "/api/conversations/general/attachments";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn forgotten(server: &Server, bytes: i64) {
    eventually("the bytes are gone", async || stored_bytes(server) == bytes).await;
}

#[tokio::test]
async fn a_file_comes_with_its_message_to_everyone_and_is_read_back() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut b = bob.connect().await;
    let bytes = noise(1, 200_000);
    let parts = [
        ("content", None, "look".as_bytes()),
        ("client_id", None, b"one"),
        ("file", Some("dé jà.bin"), bytes.as_slice()),
    ];
    let sent = ada.send(&server, MESSAGES, form(&parts)).await.expect(201);
    assert_eq!((text(&sent, "content"), text(&sent, "client_id")), ("look", "one"));
    let file = &sent["attachments"][0];
    let url = text(file, "url");
    assert_eq!(
        *file,
        json!({
            "id": file["id"], "filename": "dé jà.bin", "mime": "application/octet-stream",
            "size": 200_000, "width": null, "height": null,
            "url": format!("/api/attachments/{}", text(file, "id")), "thumbnail_url": null,
        })
    );
    let told = b.expect("new_message").await;
    assert_eq!(told["data"]["attachments"], sent["attachments"]);
    let listed = bob.get(&server, MESSAGES).await.expect(200);
    assert_eq!(listed[0]["attachments"], sent["attachments"]);

    let read = bob.read(&server, url, &[]).await;
    assert_eq!((read.status, read.bytes == bytes), (200, true));
    assert_eq!(read.header("content-length"), "200000");
    assert_eq!(read.header("accept-ranges"), "bytes");
    assert_eq!(read.header("cache-control"), "private, no-cache");
    assert_eq!(read.header("x-content-type-options"), "nosniff");
    assert_eq!(read.header("content-security-policy"), "default-src 'none'; sandbox");
    let named = "attachment; filename=\"d_ j_.bin\"; filename*=UTF-8''d%C3%A9%20j%C3%A0.bin";
    assert_eq!(read.header("content-disposition"), named);
    let tag = read.header("etag").to_owned();
    let again = bob.read(&server, url, &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, tag.as_str()));

    // the same again sends nothing twice, and keeps nothing twice
    let first = ada.send(&server, MESSAGES, form(&parts)).await.expect(200);
    assert_eq!(first["id"], sent["id"]);
    forgotten(&server, 200_000).await;
}

#[tokio::test]
async fn several_files_keep_their_order_and_a_message_of_files_needs_no_words() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let contents: Vec<Vec<u8>> = (0..10).map(|seed| noise(seed, 100)).collect();
    let names: Vec<String> = (0..10).map(|number| format!("{number}.bin")).collect();
    let parts: Vec<_> = names
        .iter()
        .zip(&contents)
        .map(|(n, c)| ("file", Some(n.as_str()), c.as_slice()))
        .collect();
    let sent = ada.send(&server, MESSAGES, form(&parts)).await.expect(201);
    let kept: Vec<_> =
        sent["attachments"].as_array().unwrap().iter().map(|f| text(f, "filename")).collect();
    assert_eq!(kept, names);
    assert_eq!((text(&sent, "content"), text(&sent, "html")), ("", ""));
    let path = format!("/api/messages/{}", text(&sent, "id"));
    let edited =
        ada.patch(&server, &path, json!({ "content": "now with words" })).await.expect(200);
    assert_eq!(edited["attachments"], sent["attachments"]);
    ada.patch(&server, &path, json!({ "content": "" })).await.expect(200);
    let one_more = [&parts[..], &[("file", Some("x"), &b"x"[..])]].concat();
    let refused = ada.send(&server, MESSAGES, form(&one_more)).await.refused(422, "invalid");
    assert!(refused["fields"]["file"].is_string());
    ada.send(&server, MESSAGES, form(&[("content", None, b"")])).await.refused(422, "invalid");
    forgotten(&server, 1000).await;
}

#[tokio::test]
async fn a_file_sent_ahead_is_named_in_a_message_once() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut a = ada.connect().await;
    let file = ada.upload(&server, "general", "a.txt", b"some text").await;
    assert_eq!(text(&file, "mime"), "text/plain");
    let general =
        text(&ada.get(&server, "/api/conversations/general").await.expect(200), "id").to_owned();
    let post = |files: Value| json!({ "content": "", "chat_id": general, "timestamp": "2026-01-31T09:00:00Z", "attachments": files });
    a.send("new_message", post(json!([file["id"]]))).await;
    let told = a.expect("new_message").await;
    assert_eq!(told["data"]["attachments"], json!([file]));
    // again, somebody else's, one for another place, one that is none
    let theirs = bob.upload(&server, "general", "b.txt", b"b").await;
    let room = ada.room(&server, json!({ "name": "tea" })).await;
    let elsewhere = ada.upload(&server, &room, "c.txt", b"c").await;
    for wrong in [&file["id"], &theirs["id"], &elsewhere["id"], &json!(uuid::Uuid::now_v7())] {
        let post = json!({ "content": "x", "attachments": [wrong] });
        let refused = ada.post(&server, MESSAGES, post).await.refused(422, "invalid");
        assert!(refused["fields"]["attachments"].is_string());
    }
    let twice = json!({ "content": "x", "attachments": [elsewhere["id"], elsewhere["id"]] });
    let path = format!("/api/conversations/{room}/messages");
    ada.post(&server, &path, twice).await.refused(422, "invalid");
    let read = ada.get(&server, MESSAGES).await;
    assert_eq!(read.headers["x-total-count"], "1", "nothing of the refused was posted");
    a.send("new_message", post(json!(["no id"]))).await;
    assert_eq!(a.closed().await.0, 4400);
}

#[tokio::test]
async fn parts_of_a_file_are_read_from_anywhere() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let bytes = noise(7, 150_000);
    let url = text(&ada.upload(&server, "general", "n.bin", &bytes).await, "url").to_owned();
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=65536-131071", 65_536, 131_072),
        ("bytes=1000-", 1000, 150_000),
        ("bytes=-500", 149_500, 150_000),
        ("bytes=149999-999999", 149_999, 150_000),
    ] {
        let part = ada.read(&server, &url, &[("range", range)]).await;
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{}/150000", to - 1));
        assert!(part.bytes == bytes[from..to], "{range}");
    }
    for range in ["bytes=150000-", "bytes=-0"] {
        let none = ada.read(&server, &url, &[("range", range)]).await;
        assert_eq!((none.status, none.header("content-range")), (416, "bytes */150000"));
    }
    let old = [("range", "bytes=0-9"), ("if-range", "\"another\"")];
    assert_eq!(ada.read(&server, &url, &old).await.bytes.len(), 150_000);
}

#[tokio::test]
async fn only_who_may_read_a_message_may_read_its_files() {
    let server = Server::start().await;
    let (ada, bob, carl) =
        (server.person("ada").await, server.person("bob").await, server.person("carl").await);
    let room =
        ada.room(&server, json!({ "name": "tea", "members": ["bob"], "is_private": true })).await;
    let photo = photograph(1200, 900);
    let sent = bob.post_file(&server, &room, "p.jpg", &photo).await;
    let file = &sent["attachments"][0];
    let paths = [text(file, "url"), text(file, "thumbnail_url")];
    let status = async |who: &Person, path: &str| who.read(&server, path, &[]).await.status;
    for path in paths {
        assert_eq!(status(&ada, path).await, 200);
        assert_eq!(status(&carl, path).await, 404);
        assert_eq!(server.ask("GET", path, None).await.status, 401);
    }
    let place = format!("/api/conversations/{room}/attachments");
    carl.send(&server, &place, form(&[("file", Some("x"), b"x")])).await.refused(404, "not_found");
    // not posted: for who has sent it alone
    let waiting = bob.upload(&server, &room, "w.bin", b"w").await;
    let waits = text(&waiting, "url");
    assert_eq!((status(&bob, waits).await, status(&ada, waits).await), (200, 404));
    ada.delete(&server, waits).await.refused(404, "not_found");
    // a blocker does not hear, and so does not see
    ada.put(&server, "/api/users/bob/block").await.expect(204);
    assert_eq!(status(&ada, paths[0]).await, 404);
    ada.delete(&server, "/api/users/bob/block").await.expect(204);
    // who left may not come back for it
    bob.call_on(&server, &format!("/api/conversations/{room}/leave")).await.expect(204);
    assert_eq!((status(&bob, paths[0]).await, status(&bob, waits).await), (404, 404));
    assert_eq!(status(&ada, "/api/attachments/nonsense").await, 404);
    let unknown = format!("/api/attachments/{}", uuid::Uuid::now_v7());
    assert_eq!(status(&ada, &unknown).await, 404);
    // a cookie shows a picture in a page
    let body = json!({ "username": "ada", "password": crate::support::people::PASSWORD });
    let granted = server.ask("POST", "/api/auth/login", Some(&body)).await;
    let cookies: Vec<_> = granted
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|c| c.to_str().unwrap().split(';').next().unwrap())
        .collect();
    let cookies = cookies.join("; ");
    let url = format!("{}{}", server.url, paths[1]);
    let shown = server.client().get(url).header("cookie", cookies).send().await.unwrap();
    assert_eq!(
        (shown.status().as_u16(), shown.headers()["content-type"].as_bytes()),
        (200, &b"image/jpeg"[..])
    );
}

#[tokio::test]
async fn a_picture_has_its_size_a_smaller_one_and_no_secrets() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let sent = ada.post_file(&server, "general", "p.jpg", &photograph(1200, 900)).await;
    let file = &sent["attachments"][0];
    assert_eq!(
        (text(file, "mime"), &file["width"], &file["height"]),
        ("image/jpeg", &json!(900), &json!(1200))
    );
    let read = ada.read(&server, text(file, "url"), &[]).await;
    assert_eq!(read.header("content-type"), "image/jpeg");
    assert!(read.header("content-disposition").starts_with("inline;"));
    for bytes in [&read.bytes, &ada.read(&server, text(file, "thumbnail_url"), &[]).await.bytes] {
        assert!(!bytes.windows(3).any(|window| window == b"GPS"));
        assert!(image::load_from_memory(bytes).is_ok());
    }
    let small = ada.upload(&server, "general", "s.png", &picture(30, 20, ImageFormat::Png)).await;
    assert_eq!((&small["width"], &small["thumbnail_url"]), (&json!(30), &Value::Null));
}

#[tokio::test]
async fn nothing_that_runs_is_ever_shown_whatever_it_calls_itself() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for (name, content) in [
        ("page.png", &b"<!DOCTYPE html><script>alert(1)</script>"[..]),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("paper.pdf", b"%PDF-1.7 /JavaScript (app.alert(1))"),
        ("feed.xml", b"<?xml version='1.0'?><x/>"),
        ("script.js", b"alert(1)"),
        ("both.gif", b"GIF89a/*<script>alert(1)</script>*/"),
    ] {
        let file = ada.upload(&server, "general", name, content).await;
        let read = ada.read(&server, text(&file, "url"), &[]).await;
        let (kind, how) = (read.header("content-type"), read.header("content-disposition"));
        let is_active = ["html", "svg", "xml", "javascript"].iter().any(|word| kind.contains(word));
        assert!(!is_active, "{name} is served as {kind}");
        assert!(how.starts_with("attachment;") || kind == "image/gif", "{name}: {how}");
        assert_eq!(read.header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(read.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_name_is_a_text_and_never_a_path_or_a_header() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for (given, kept) in [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "file"),
        ("", "file"),
        ("a;b=c'd.txt", "a;b=c'd.txt"),
        ("\u{202e}gpj.exe", "gpj.exe"),
    ] {
        let file = ada.upload(&server, "general", given, b"x").await;
        assert_eq!(text(&file, "filename"), kept);
        let read = ada.read(&server, text(&file, "url"), &[]).await;
        assert_eq!(read.status, 200);
        assert_eq!(read.header("content-disposition").matches('"').count(), 2);
    }
}

/// Sends bytes as they are and gives what comes back until the server has said all.
async fn raw(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    within("an answer", async {
        let mut bytes = [0; 4096];
        while !answer.windows(2).any(|end| end == b"}}") {
            match stream.read(&mut bytes).await {
                Ok(count @ 1..) => answer.extend_from_slice(&bytes[..count]),
                _ => break,
            }
        }
    })
    .await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn head(person: &Person, path: &str, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: {FORM}\r\n{more}\r\n",
        person.token
    )
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_comes() {
    let server = Server::start_with(&["--max-upload", "100000"]).await;
    let ada = server.person("ada").await;
    for expect in ["", "Expect: 100-continue\r\n"] {
        let request = head(&ada, UPLOADS, &format!("Content-Length: 50000000\r\n{expect}"));
        let answer = raw(&server, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("too_large"), "{answer}");
    }
    // without its length announced, as soon as too much has come
    let chunk =
        |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let start = b"--beton\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    let request = [
        head(&ada, UPLOADS, "Transfer-Encoding: chunked\r\n").as_bytes(),
        &chunk(start),
        &chunk(&noise(1, 100_001)),
    ]
    .concat();
    let answer = raw(&server, &request).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let most = noise(2, 100_000);
    ada.upload(&server, "general", "just.bin", &most).await;
    let over = form(&[("file", Some("over.bin"), &noise(3, 100_001))]);
    ada.send(&server, UPLOADS, over).await.refused(413, "too_large");
    forgotten(&server, 100_000).await;
}

#[tokio::test]
async fn quotas_hold_and_room_is_made_by_deleting() {
    let server =
        Server::start_with(&["--person-quota", "250000", "--storage-quota", "400000"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let first = ada.post_file(&server, "general", "1", &noise(1, 200_000)).await;
    let more = |seed| form(&[("file", Some("2"), noise(seed, 150_000).as_slice())]);
    ada.send(&server, MESSAGES, more(2)).await.refused(413, "too_large");
    let waiting = bob.upload(&server, "general", "3", &noise(3, 180_000)).await;
    forgotten(&server, 380_000).await;
    // his own quota would take it, the server's does not
    bob.send(&server, MESSAGES, form(&[("file", Some("4"), &noise(4, 60_000))]))
        .await
        .refused(413, "too_large");
    ada.delete(&server, &format!("/api/messages/{}", text(&first, "id"))).await.expect(204);
    assert_eq!(ada.read(&server, text(&first["attachments"][0], "url"), &[]).await.status, 404);
    bob.delete(&server, text(&waiting, "url")).await.expect(204);
    forgotten(&server, 0).await;
    ada.send(&server, MESSAGES, more(5)).await.expect(201);
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_until_nobody_needs_them() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let bytes = noise(9, 300_000);
    let (one, two, three) = tokio::join!(
        ada.post_file(&server, "general", "a.bin", &bytes),
        bob.post_file(&server, "general", "b.bin", &bytes),
        ada.post_file(&server, "general", "c.bin", &bytes),
    );
    forgotten(&server, 300_000).await;
    let url = |message: &Value| text(&message["attachments"][0], "url").to_owned();
    for (message, name) in [(&one, "a.bin"), (&two, "b.bin"), (&three, "c.bin")] {
        let read = ada.read(&server, &url(message), &[]).await;
        assert!(read.bytes == bytes && read.header("content-disposition").contains(name));
    }
    for (message, whose) in [(&one, &ada), (&three, &ada)] {
        let path = format!("/api/messages/{}", text(message, "id"));
        whose.delete(&server, &path).await.expect(204);
        assert_eq!(ada.read(&server, &url(message), &[]).await.status, 404);
    }
    assert!(ada.read(&server, &url(&two), &[]).await.bytes == bytes);
    bob.delete(&server, &format!("/api/messages/{}", text(&two, "id"))).await.expect(204);
    forgotten(&server, 0).await;
}

#[tokio::test]
async fn a_room_that_goes_takes_its_files_along() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let room = ada.room(&server, json!({ "name": "tea" })).await;
    let sent = ada.post_file(&server, &room, "a.bin", &noise(1, 90_000)).await;
    ada.upload(&server, &room, "b.bin", &noise(2, 90_000)).await;
    ada.delete(&server, &format!("/api/conversations/{room}")).await.expect(204);
    assert_eq!(ada.read(&server, text(&sent["attachments"][0], "url"), &[]).await.status, 404);
    forgotten(&server, 0).await;
}

#[tokio::test]
async fn forms_that_are_broken_are_refused_and_leave_nothing() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let file = b"--beton\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    let whole = form(&[("file", Some("x"), b"hello")]);
    for (body, status) in [
        (Vec::new(), 400),
        (b"no form at all".to_vec(), 400),
        (file.to_vec(), 400),
        ([&file[..], &noise(1, 100_000)].concat(), 400),
        (noise(2, 600_000), 400),
        ([&b"--beton\r\nX-Long: "[..], &vec![b'x'; 600_000], b"\r\n\r\n"].concat(), 400),
        (whole[..whole.len() - 6].to_vec(), 400),
        (b"--beton--\r\n".to_vec(), 422),
        (form(&[("content", None, b"\xff\xfe")]), 400),
        (form(&[("content", None, &[b'x'; 70_000])]), 413),
        (form(&[("other", None, &b"x"[..]); 40]), 413),
        (form(&[("file", Some("x"), b"x"), ("content", None, b"a\0b")]), 422),
        (
            form(&[("file", Some("x"), b"x"), ("content", None, b"a"), ("reply_to", None, b"?")]),
            422,
        ),
    ] {
        let answer = ada.send(&server, MESSAGES, body.clone()).await;
        let start = String::from_utf8_lossy(&body[..body.len().min(90)]).into_owned();
        assert_eq!(answer.status.as_u16(), status, "{start}: {answer:?}");
        assert!(answer.json()["error"]["code"].is_string());
    }
    let bearer = format!("Bearer {}", ada.token);
    for (kind, status) in
        [("multipart/form-data", 400), ("application/json", 415), ("image/png", 415)]
    {
        let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
        assert_eq!(server.ask_with("POST", UPLOADS, None, &headers).await.status, status, "{kind}");
    }
    let two = form(&[("file", Some("x"), b"x"), ("file", Some("y"), b"y")]);
    ada.send(&server, UPLOADS, two).await.refused(422, "invalid");
    assert_eq!(ada.get(&server, MESSAGES).await.headers["x-total-count"], "0");
    forgotten(&server, 0).await;
    ada.upload(&server, "general", "empty", b"").await;
}

/// Sends the beginning of a file, and gives the connection once the server has stored some of it.
async fn half_sent(server: &Server, person: &Person) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let start = b"--beton\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    let request = head(person, UPLOADS, "Content-Length: 5000000\r\n");
    stream.write_all(&[request.as_bytes(), start, &noise(1, 1_000_000)].concat()).await.unwrap();
    eventually("some of it is stored", async || stored_bytes(server) > 500_000).await;
    stream
}

#[tokio::test]
async fn what_breaks_off_is_forgotten() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    drop(half_sent(&server, &ada).await);
    forgotten(&server, 0).await;
}

#[tokio::test]
async fn killed_in_the_middle_of_a_file_it_keeps_all_else_and_forgets_that() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    let sent = ada.post_file(&server, "general", "whole.bin", &noise(5, 400_000)).await;
    let _stream = half_sent(&server, &ada).await;
    server.kill().await;
    let server = server.again().await;
    let url = text(&sent["attachments"][0], "url");
    assert!(ada.read(&server, url, &[]).await.bytes == noise(5, 400_000));
    forgotten(&server, 400_000).await;
    let db = Connection::open(server.file()).unwrap();
    let whole: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
}

#[tokio::test]
async fn a_person_sends_a_few_files_at_once_and_no_more() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut streams = Vec::new();
    for seed in 0..8 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let start =
            b"--beton\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
        let request = head(&ada, UPLOADS, "Content-Length: 500000\r\n");
        let bytes = noise(seed, 70_000);
        stream.write_all(&[request.as_bytes(), start, &bytes].concat()).await.unwrap();
        streams.push(stream);
    }
    eventually("all are coming", async || stored_bytes(&server) >= 8 * 65_536).await;
    let ninth = form(&[("file", Some("9"), b"x")]);
    let refused = ada.send(&server, UPLOADS, ninth).await;
    assert_eq!(refused.headers["retry-after"], "5");
    refused.refused(429, "rate_limited");
}

#[tokio::test]
async fn clients_of_other_documents_see_that_there_is_a_file() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut rooms = ada.dial("/ws").await;
    rooms.send_frame(&json!({ "type": "join", "room": "general" })).await;
    rooms.expect("joined").await;
    let sent = ada.post_file(&server, "general", "a.txt", b"hello").await;
    assert_eq!(rooms.expect("message").await["attachments"], sent["attachments"]);
}
