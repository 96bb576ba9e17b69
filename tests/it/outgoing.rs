//! Outgoing hooks: what people say in a room is told elsewhere, signed, in order, and answered there.

use serde_json::{Value, json};

use crate::support::{Person, Program, Server, eventually};

/// A server that may call this machine, a room of Bob's in it, and a hook that tells the program.
async fn told(program: &Program, words: &[&str]) -> (Server, Person, String, Value) {
    let server = Server::start_with(&["--hook-network", "127.0.0.0/8"]).await;
    server.person("ada").await;
    let bob = server.person("bob").await;
    let room = bob.room(&server, json!({ "name": "garden", "is_private": true })).await;
    let hook = json!({ "kind": "outgoing", "name": "Echo", "url": program.url, "words": words });
    let path = format!("/api/rooms/{room}/hooks");
    let made = bob.post(&server, &path, hook).await.expect(201);
    (server, bob, room, made)
}

#[tokio::test]
async fn what_is_said_is_told_signed_and_answered_in_the_room() {
    let mut program = Program::start().await;
    let (server, bob, room, made) = told(&program, &[]).await;
    assert_eq!((&made["kind"], &made["url"]), (&json!("outgoing"), &json!(program.url)));
    let secret = made["secret"].as_str().unwrap();
    let mut socket = bob.connect().await;
    program.will_say(200, &json!({ "text": "I hear <https://a.example|you>" }));
    let said = bob.say(&server, &room, "hello").await;
    let call = program.next().await;
    let body = call.json();
    assert_eq!(
        (&body["channel_name"], &body["user_name"], &body["text"], &body["trigger_word"]),
        (&json!("garden"), &json!("bob"), &json!("hello"), &json!(""))
    );
    assert_eq!((&body["post_id"], &body["token"]), (&said["id"], &made["id"]));
    assert!(call.is_signed_by(secret));
    assert!(!String::from_utf8_lossy(&call.body).contains(secret));
    // the answer is said by the hook's bot, and is not told in turn
    socket.expect("new_message").await;
    let heard = socket.expect("new_message").await["data"].clone();
    assert_eq!(
        (&heard["content"], &heard["shown_as"], &heard["sender"]),
        (&json!("I hear [you](<https://a.example>)"), &json!("Echo"), &json!("echo-hook"))
    );
    bob.say(&server, &room, "again").await;
    assert_eq!(program.next().await.json()["text"], "again", "what bots say is told to nobody");
    // nor what is said elsewhere
    let other = bob.room(&server, json!({ "name": "other" })).await;
    bob.say(&server, &other, "elsewhere").await;
    bob.say(&server, &room, "third").await;
    assert_eq!(program.next().await.json()["text"], "third");
    let listed = bob.get(&server, &format!("/api/rooms/{room}/hooks")).await;
    assert!(!listed.text.contains(secret));
}

#[tokio::test]
async fn a_word_that_is_waited_for_begins_what_is_told() {
    let mut program = Program::start().await;
    let (server, bob, room, _) = told(&program, &["!dig", "!Water"]).await;
    for text in ["dig", "please !dig", "!digging", "!dig the beds", "!water"] {
        bob.say(&server, &room, text).await;
    }
    let first = program.next().await.json();
    assert_eq!((&first["text"], &first["trigger_word"]), (&json!("!dig the beds"), &json!("!dig")));
    assert_eq!(program.next().await.json()["trigger_word"], "!Water");
}

#[tokio::test]
async fn what_is_not_taken_is_told_again_in_order_and_over_a_restart() {
    let mut program = Program::start().await;
    let (server, bob, room, _) = told(&program, &[]).await;
    program.will_say(503, &json!(""));
    bob.say(&server, &room, "one").await;
    bob.say(&server, &room, "two").await;
    for wanted in ["one", "one", "two"] {
        assert_eq!(program.next().await.json()["text"], wanted);
    }
    // what was said while it could not be told is told by the server that comes after
    program.will_say(503, &json!(""));
    bob.say(&server, &room, "three").await;
    assert_eq!(program.next().await.json()["text"], "three");
    let server = server.again().await;
    loop {
        // what was told just before may come once more
        if program.next().await.json()["text"] == "three" {
            break;
        }
    }
    // one that is refused is given up, and that shows
    program.will_say(410, &json!(""));
    bob.say(&server, &room, "four").await;
    let path = format!("/api/rooms/{room}/hooks");
    eventually("a failure that shows", async || {
        bob.get(&server, &path).await.expect(200)[0]["failure"] == "answered 410"
    })
    .await;
    bob.say(&server, &room, "five").await;
    eventually("a success that shows", async || {
        bob.get(&server, &path).await.expect(200)[0]["failure"].is_null()
    })
    .await;
}

#[tokio::test]
async fn the_servers_own_network_is_not_called() {
    let program = Program::start().await;
    let server = Server::start_in(&[], &[("SALON_LOG", "salon=debug")]).await;
    let ada = server.person("ada").await;
    let path = "/api/rooms/general/hooks";
    let by_name = program.url.replace("127.0.0.1", "localhost");
    let hook = |url: &str| json!({ "kind": "outgoing", "name": "x", "url": url });
    for url in [
        program.url.as_str(),
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "https://me@a.example/",
        "ftp://a.example/",
        "",
    ] {
        let refused = ada.post(&server, path, hook(url)).await.refused(422, "invalid");
        assert!(refused["fields"]["url"].is_string(), "{url}: {refused}");
    }
    // where a name leads is looked at when it is called
    ada.post(&server, path, hook(&by_name)).await.expect(201);
    ada.say(&server, "general", "is anybody there?").await;
    server.hears("a message is not told yet").await;
    assert!(program.calls.is_empty());
}

#[tokio::test]
async fn nobody_has_told_what_they_do_not_hear_themselves() {
    let program = Program::start().await;
    let (server, bob, room, made) = told(&program, &[]).await;
    let ada = Person::sign_in(&server, "ada").await;
    let path = format!("/api/rooms/{room}/hooks");
    let hook = json!({ "kind": "outgoing", "name": "Spy", "url": program.url });
    ada.post(&server, &path, hook).await.refused(403, "forbidden");
    let words = json!({ "kind": "outgoing", "name": "x", "url": program.url, "words": ["a b"] });
    bob.post(&server, &path, words).await.refused(422, "invalid");
    // redirects are not followed: they are refusals
    program.will_say(307, &json!(""));
    bob.say(&server, &room, "go away").await;
    eventually("a refusal that shows", async || {
        bob.get(&server, &path).await.expect(200)[0]["failure"] == "answered 307"
    })
    .await;
    bob.delete(&server, &format!("{path}/{}", made["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(bob.get(&server, &path).await.expect(200), json!([]));
}

#[tokio::test]
async fn who_may_hear_no_more_is_told_no_more() {
    let mut program = Program::start().await;
    let server = Server::start_with(&["--hook-network", "127.0.0.0/8"]).await;
    let ada = server.person("ada").await;
    let bob = server.person("bob").await;
    // an administrator who is not in a public room has it told, until it is private
    let room = bob.room(&server, json!({ "name": "garden" })).await;
    let (hooks, path) = (format!("/api/rooms/{room}/hooks"), format!("/api/rooms/{room}"));
    let hook = json!({ "kind": "outgoing", "name": "Echo", "url": program.url });
    ada.post(&server, &hooks, hook.clone()).await.expect(201);
    bob.say(&server, &room, "for all").await;
    assert_eq!(program.next().await.json()["text"], "for all");
    bob.patch(&server, &path, json!({ "is_private": true })).await.expect(200);
    bob.say(&server, &room, "for us").await;
    // what comes after tells that the one before was passed over
    let other = ada.room(&server, json!({ "name": "other", "members": ["bob"] })).await;
    ada.post(&server, &format!("/api/rooms/{other}/hooks"), hook).await.expect(201);
    bob.say(&server, &other, "elsewhere").await;
    assert_eq!(program.next().await.json()["text"], "elsewhere");
    // nor is somebody told who is kept out
    let carl = server.person("carl").await;
    let theirs = carl.room(&server, json!({ "name": "theirs", "members": ["bob"] })).await;
    let hook = json!({ "kind": "outgoing", "name": "Carl", "url": program.url });
    carl.post(&server, &format!("/api/rooms/{theirs}/hooks"), hook).await.expect(201);
    let off = json!({ "is_disabled": true });
    ada.patch(&server, "/api/admin/people/carl", off).await.expect(200);
    bob.say(&server, &theirs, "carl is away").await;
    bob.say(&server, &other, "still here").await;
    assert_eq!(program.next().await.json()["text"], "still here");
    assert!(program.calls.is_empty());
}
