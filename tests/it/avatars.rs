//! Pictures of people: set, shown, replaced, taken away.

use image::{GenericImageView, ImageFormat};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    Person, Server,
    files::{FORM, claiming, form, noise, photograph, picture},
    people::PASSWORD,
    within,
};

fn url_of(user: &Value) -> &str {
    user["avatar_url"].as_str().unwrap_or_else(|| panic!("no avatar_url in {user}"))
}

/// A picture that is like no other of another size.
fn png(side: u32) -> Vec<u8> {
    picture(side, side, ImageFormat::Png)
}

fn kept(server: &Server) -> i64 {
    let db = Connection::open(server.file()).unwrap();
    db.query_row("SELECT count(*) FROM avatar", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_picture_is_shown_to_everyone_and_kept_by_its_address() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let nobody = ada.with_token("");
    assert_eq!(ada.get(&server, "/api/me").await.expect(200)["avatar_url"], Value::Null);
    let by_name = "/api/users/ada/avatar";
    assert_eq!(bob.read(&server, by_name, &[]).await.status, 404, "there is none");
    assert_eq!(bob.read(&server, "/api/users/nobody/avatar", &[]).await.status, 404);

    let me = ada.looks_like(&server, "image/png", png(300)).await.expect(200);
    let url = url_of(&me);
    assert!(url.starts_with(&format!("/api/users/{}/avatar?v=", ada.id)), "{url}");
    assert!(me["locale"].is_null() && me["username"] == "ada", "{me}");
    assert_eq!(bob.get(&server, "/api/users/ada").await.expect(200)["avatar_url"], url);
    assert_eq!(bob.get(&server, "/api/users?q=ada").await.expect(200)[0]["avatar_url"], url);

    let read = bob.read(&server, url, &[]).await;
    assert_eq!(read.status, 200);
    assert_eq!(read.header("content-type"), "image/jpeg");
    assert_eq!(read.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(read.header("x-content-type-options"), "nosniff");
    assert_eq!(read.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(image::load_from_memory(&read.bytes).unwrap().dimensions(), (256, 256));
    // by a name, which may come to mean another picture, it is asked for again each time
    for path in [by_name, "/api/users/ADA/avatar?v=another"] {
        let again = bob.read(&server, path, &[]).await;
        assert_eq!((again.status, again.bytes == read.bytes), (200, true), "{path}");
        assert_eq!(again.header("cache-control"), "private, no-cache");
    }
    let tag = read.header("etag").to_owned();
    for path in [url, by_name] {
        let known = bob.read(&server, path, &[("if-none-match", &tag)]).await;
        assert_eq!((known.status, known.bytes.len()), (304, 0));
        assert_eq!(known.header("etag"), tag);
    }
    assert_eq!(nobody.read(&server, url, &[]).await.status, 401);
    nobody.looks_like(&server, "image/png", png(9)).await.refused(401, "unauthorized");
    nobody.delete(&server, "/api/me/avatar").await.refused(401, "unauthorized");

    // a silence hides it no more than the name; the cookie shows it in a page
    bob.put(&server, "/api/users/ada/block").await.expect(204);
    assert_eq!(bob.read(&server, url, &[]).await.status, 200);
    let cookie = format!("salon_access={}", bob.token);
    let shown = server.client().get(format!("{}{url}", server.url)).header("cookie", cookie);
    assert_eq!(shown.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn everyone_is_told_of_another_picture_and_of_none_also_afterwards() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut b = bob.connect().await;
    let cursor = b.hello["cursor"].clone();
    let first = ada.looks_like(&server, "image/png", png(20)).await.expect(200);
    assert_eq!(b.expect("user_updated").await["data"]["user"]["avatar_url"], first["avatar_url"]);
    // the same again is nothing new
    let same = ada.looks_like(&server, "image/png", png(20)).await.expect(200);
    assert_eq!(same["avatar_url"], first["avatar_url"]);
    let second = ada.looks_like(&server, "image/png", png(21)).await.expect(200);
    assert_ne!(url_of(&first), url_of(&second));
    assert_eq!(b.expect("user_updated").await["data"]["user"]["avatar_url"], second["avatar_url"]);
    let old = bob.read(&server, url_of(&first), &[]).await;
    assert_eq!((old.status, old.header("cache-control")), (200, "private, no-cache"));
    let mut late = bob.connect().await;
    late.send("resume", json!({ "cursor": cursor })).await;
    let told = late.expect("user_updated").await;
    assert_eq!(told["data"]["user"]["avatar_url"], second["avatar_url"]);

    let none = ada.delete(&server, "/api/me/avatar").await.expect(200);
    assert_eq!((&none["avatar_url"], &none["username"]), (&Value::Null, &json!("ada")));
    assert_eq!(b.expect("user_updated").await["data"]["user"]["avatar_url"], Value::Null);
    assert_eq!(bob.read(&server, url_of(&second), &[]).await.status, 404);
    ada.delete(&server, "/api/me/avatar").await.expect(200);
    assert_eq!(kept(&server), 0);
}

#[tokio::test]
async fn what_is_shown_is_upright_square_small_and_tells_nothing() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let photo = photograph(1200, 900);
    let sent = [
        ("image/jpeg", photo.clone()),
        ("image/png", photo.clone()), // its bytes count, not what it is said to be
        ("IMAGE/*", photo.clone()),
        (FORM, form(&[("note", None, b"x"), ("file", Some("me.jpg"), &photo)])),
    ];
    let mut urls = Vec::new();
    for (kind, body) in sent {
        let me = ada.looks_like(&server, kind, body).await.expect(200);
        urls.push(url_of(&me).to_owned());
    }
    urls.dedup();
    assert_eq!(urls.len(), 1, "the same picture, whichever way it came");
    let read = ada.read(&server, &urls[0], &[]).await;
    for secret in [&b"GPS"[..], b"Acme", b"xmpmeta", b"Exif"] {
        assert!(!read.bytes.windows(secret.len()).any(|window| window == secret));
    }
    assert_eq!(image::load_from_memory(&read.bytes).unwrap().dimensions(), (256, 256));
    let wide = picture(40, 30, ImageFormat::Gif);
    let me = ada.looks_like(&server, "image/gif", wide).await.expect(200);
    let read = ada.read(&server, url_of(&me), &[]).await;
    assert_eq!(image::load_from_memory(&read.bytes).unwrap().dimensions(), (30, 30));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_changes_nothing() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let before = ada.looks_like(&server, "image/png", png(12)).await.expect(200);
    let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    for (kind, body) in [
        ("image/png", html.clone()),
        ("image/svg+xml", svg),
        ("image/png", Vec::new()),
        ("text/html", html),
        ("application/json", b"{}".to_vec()),
        ("application/octet-stream", png(9)),
        (FORM, form(&[("file", Some("me.png"), b"no picture")])),
    ] {
        let refused = ada.looks_like(&server, kind, body).await;
        refused.refused(415, "unsupported_media_type");
    }
    let cut = png(900)[..2000].to_vec();
    let bombs = [claiming(60_000, 60_000), claiming(10_000, 10_000)];
    for broken in [cut, b"GIF89a".to_vec()].into_iter().chain(bombs) {
        let refused = ada.looks_like(&server, "image/png", broken).await;
        assert!(refused.refused(422, "invalid")["fields"]["file"].is_string());
    }
    let picture = png(9);
    let file = ("file", Some("a.png"), picture.as_slice());
    for parts in [&[("text", None, &b"x"[..])][..], &[file, file]] {
        let refused = ada.looks_like(&server, FORM, form(parts)).await;
        assert!(refused.refused(422, "invalid")["fields"]["file"].is_string());
    }
    ada.looks_like(&server, FORM, b"no form".to_vec()).await.refused(400, "bad_request");
    let other = ada.patch(&server, "/api/me", json!({ "bio": "still here" })).await.expect(200);
    assert_eq!(other["avatar_url"], before["avatar_url"]);
    // a call that takes JSON takes no picture instead
    let url = format!("{}/api/conversations", server.url);
    let post =
        server.client().post(url).bearer_auth(&ada.token).header("content-type", "image/png");
    assert_eq!(post.body(png(9)).send().await.unwrap().status(), 415);
}

/// A picture with more behind its end.
fn padded(bytes: usize) -> Vec<u8> {
    let mut picture = png(20);
    picture.extend(noise(3, bytes - picture.len()));
    picture
}

#[tokio::test]
async fn a_picture_has_a_bound() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let most = 10 << 20;
    ada.looks_like(&server, "image/png", padded(most)).await.expect(200);
    ada.looks_like(&server, "image/png", padded(most + 1)).await.refused(413, "too_large");
    let too_large = form(&[("file", Some("a.png"), &padded(most + 1))]);
    ada.looks_like(&server, FORM, too_large).await.refused(413, "too_large");
    let small = Server::start_with(&["--max-upload", "100000"]).await;
    let ada = small.person("ada").await;
    ada.looks_like(&small, "image/png", padded(100_000)).await.expect(200);
    ada.looks_like(&small, "image/png", padded(100_001)).await.refused(413, "too_large");
    // without its length announced, as soon as too much has come
    let head = format!(
        "PUT /api/me/avatar HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n",
        ada.token
    );
    let chunk = [&b"c350\r\n"[..], &padded(50_000), b"\r\n"].concat();
    let request = [head.as_bytes(), &chunk, &chunk, &chunk].concat();
    let mut stream = TcpStream::connect(small.address()).await.unwrap();
    stream.write_all(&request).await.unwrap();
    let mut answer = [0; 12];
    within("an answer", stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn a_picture_outlives_the_server_and_goes_with_the_account() {
    let mut server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let me = bob.looks_like(&server, "image/png", png(50)).await.expect(200);
    server.kill().await;
    let server = server.again().await;
    let (ada, bob) = (again(&server, &ada).await, again(&server, &bob).await);
    assert_eq!(ada.read(&server, url_of(&me), &[]).await.status, 200);
    bob.delete_with(&server, "/api/me", json!({ "password": PASSWORD })).await.expect(204);
    assert_eq!(ada.read(&server, url_of(&me), &[]).await.status, 404);
    assert_eq!(kept(&server), 0);
}

async fn again(server: &Server, person: &Person) -> Person {
    Person::sign_in(server, &person.username).await
}
