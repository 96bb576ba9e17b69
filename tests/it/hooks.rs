//! Hooks of rooms: what programs elsewhere post.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Server};

struct Room {
    server: Server,
    ada: Person,
    bob: Person,
    id: String,
}

impl Room {
    /// Bob's, in which nobody else is.
    async fn start() -> Self {
        Self::start_with(&[]).await
    }

    async fn start_with(options: &[&str]) -> Self {
        let server = Server::start_with(options).await;
        let (ada, bob) = (server.person("ada").await, server.person("bob").await);
        let id = bob.room(&server, json!({ "name": "builds" })).await;
        Self { server, ada, bob, id }
    }

    fn hooks(&self) -> String {
        format!("/api/rooms/{}/hooks", self.id)
    }

    /// The path that a new incoming hook is posted to, and the hook.
    async fn incoming(&self, name: &str) -> (String, Value) {
        let wanted = json!({ "kind": "incoming", "name": name });
        let made = self.bob.post(&self.server, &self.hooks(), wanted).await.expect(201);
        let address = made["address"].as_str().unwrap();
        (address.strip_prefix(&self.server.url).unwrap().to_owned(), made)
    }

    /// A request as a program makes it, of any type.
    async fn send(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let url = format!("{}{path}", self.server.url);
        let mut request = self.server.client().post(url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, text: answer.text().await.unwrap() }
    }

    async fn json(&self, path: &str, body: &Value) -> (u16, String) {
        let json = [("content-type", "application/json")];
        let answer = self.send(path, &json, &body.to_string()).await;
        (answer.status.as_u16(), answer.text)
    }

    async fn last(&self) -> Value {
        let path = format!("/api/conversations/{}/messages?limit=1", self.id);
        self.bob.get(&self.server, &path).await.expect(200)[0].clone()
    }
}

const OK: (u16, &str) = (200, "ok");

fn is(answer: &(u16, String), wanted: (u16, &str)) -> bool {
    (answer.0, answer.1.as_str()) == wanted
}

#[tokio::test]
async fn a_program_posts_under_a_name_of_its_own_and_shows_as_a_bot() {
    let room = Room::start().await;
    let (path, made) = room.incoming("CI server").await;
    assert_eq!((&made["kind"], &made["name"]), (&json!("incoming"), &json!("CI server")));
    assert_eq!((&made["bot"], &made["created_by"]), (&json!("ci-server-hook"), &json!("bob")));
    let mut socket = room.bob.connect().await;
    let payload = json!({ "text": "<https://ci.example/1|Build 1> is *green*, <!here>" });
    assert!(is(&room.json(&path, &payload).await, OK));
    let heard = socket.expect("new_message").await["data"].clone();
    assert_eq!(heard["content"], "[Build 1](<https://ci.example/1>) is *green*, @room");
    assert_eq!(
        (&heard["sender"], &heard["shown_as"]),
        (&json!("ci-server-hook"), &json!("CI server"))
    );
    assert_eq!(heard["mentions"], json!(["room"]));
    let payload = json!({ "username": "Jenkins", "icon_url": "https://x.example/y.png",
                          "icon_emoji": ":robot:", "channel": "#elsewhere", "text": "done" });
    assert!(is(&room.json(&path, &payload).await, OK));
    let heard = socket.expect("new_message").await["data"].clone();
    assert_eq!((&heard["shown_as"], &heard["chat_id"]), (&json!("Jenkins"), &json!(room.id)));
    // as a form, and as curl sends it unless told
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let sent = room.send(&path, &form, "payload=%7B%22text%22%3A%22by+form%22%7D").await;
    assert_eq!((sent.status.as_u16(), sent.text.as_str()), OK);
    assert_eq!(room.last().await["content"], "by form");
    room.send(&path, &form, r#"{"text":"by curl"}"#).await;
    assert_eq!(room.last().await["content"], "by curl");
    // whoever comes later sees the same name
    assert_eq!(room.last().await["shown_as"], "CI server");
    let bot = room.bob.get(&room.server, "/api/users/ci-server-hook").await.expect(200);
    assert_eq!(bot["role"], "bot");
    let general = room.ada.get(&room.server, "/api/conversations/general/members").await;
    assert!(!general.text.contains("ci-server-hook"), "it is in its room and in no other");
    let bots = room.ada.get(&room.server, "/api/admin/bots").await.expect(200);
    assert_eq!(bots, json!([]), "it is no bot that signs in");
}

#[tokio::test]
async fn what_is_no_message_is_refused_in_slacks_words() {
    let room = Room::start().await;
    let (path, _) = room.incoming("x").await;
    for (payload, wanted) in [
        (json!({}), (400, "no_text")),
        (json!({ "text": "  " }), (400, "no_text")),
        (json!({ "text": "\u{200b}\u{202e}" }), (400, "no_text")),
        (json!([1]), (400, "invalid_payload")),
    ] {
        assert!(is(&room.json(&path, &payload).await, wanted), "{payload}");
    }
    let plain = room.send(&path, &[("content-type", "text/plain")], "hello").await;
    assert_eq!((plain.status.as_u16(), plain.text.as_str()), (400, "invalid_payload"));
    let unknown = format!("{}x", &path[..path.len() - 1]);
    for path in [unknown.as_str(), "/hooks/x"] {
        assert!(is(&room.json(path, &json!({ "text": "x" })).await, (404, "no_service")), "{path}");
    }
    let long = json!({ "text": "a".repeat(70_000) });
    assert_eq!(room.json(&path, &long).await.0, 413);
    let cut = json!({ "text": "a".repeat(5000) });
    assert!(is(&room.json(&path, &cut).await, OK));
    let said = room.last().await["content"].as_str().unwrap().to_owned();
    assert!(said.chars().count() == 4000 && said.ends_with("a…"));
    // what misleads is left out of a text, and a name with it is not taken
    let odd = json!({ "text": "a\u{202e}b\rc\u{0}" });
    assert!(is(&room.json(&path, &odd).await, OK));
    assert_eq!(room.last().await["content"], "abc");
    let odd = json!({ "text": "x", "username": "a\u{202e}b\n" });
    assert!(is(&room.json(&path, &odd).await, OK));
    assert!(!room.last().await["shown_as"].as_str().unwrap().contains(['\u{202e}', '\n']));
    let get = room.server.ask("GET", &path, None).await;
    get.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn who_runs_the_room_makes_them_and_what_comes_is_over_with_them() {
    let room = Room::start().await;
    let carl = room.server.person("carl").await;
    carl.call_on(&room.server, &format!("/api/conversations/{}/join", room.id)).await.expect(200);
    let wanted = json!({ "kind": "incoming", "name": "x" });
    carl.post(&room.server, &room.hooks(), wanted.clone()).await.refused(403, "forbidden");
    carl.get(&room.server, &room.hooks()).await.refused(403, "forbidden");
    room.ada.post(&room.server, &room.hooks(), wanted.clone()).await.expect(201);
    room.ada
        .post(&room.server, &room.hooks(), json!({ "kind": "incoming", "name": "" }))
        .await
        .refused(422, "invalid");
    let (path, made) = room.incoming("x").await;
    assert!(made["bot"].as_str().unwrap().starts_with("x-hook-"), "{made}");
    let text = json!({ "text": "here" });
    assert!(is(&room.json(&path, &text).await, OK));
    let one = format!("{}/{}", room.hooks(), made["id"].as_str().unwrap());
    carl.delete(&room.server, &one).await.refused(403, "forbidden");
    let elsewhere = room.ada.room(&room.server, json!({ "name": "other" })).await;
    let wrong = one.replace(&room.id, &elsewhere);
    room.ada.delete(&room.server, &wrong).await.refused(404, "not_found");
    room.bob.delete(&room.server, &one).await.expect(204);
    assert!(is(&room.json(&path, &text).await, (404, "no_service")));
    assert_eq!(room.last().await["shown_as"], "x", "what it said stays as it was");
    let audit = room.ada.get(&room.server, "/api/admin/audit").await;
    assert!(audit.text.contains("hook_made") && audit.text.contains("hook_deleted"));
    // its bot is put out of the room like anybody
    let (path, made) = room.incoming("y").await;
    let member =
        format!("/api/conversations/{}/members/{}", room.id, made["bot"].as_str().unwrap());
    room.bob.delete(&room.server, &member).await.expect(204);
    assert!(is(&room.json(&path, &text).await, (403, "action_prohibited")));
    // and with the room they go
    let (path, made) = room.incoming("z").await;
    room.bob.delete(&room.server, &format!("/api/conversations/{}", room.id)).await.expect(204);
    assert!(is(&room.json(&path, &text).await, (404, "no_service")));
    let bot = format!("/api/users/{}", made["bot"].as_str().unwrap());
    room.bob.get(&room.server, &bot).await.refused(404, "not_found");
}

#[tokio::test]
async fn one_that_hammers_is_told_to_wait_and_the_address_is_nowhere_to_be_read() {
    let server = Server::start_in(&["--limits", "on"], &[("SALON_LOG", "trace")]).await;
    let bob = server.person("bob").await;
    let id = bob.room(&server, json!({ "name": "builds" })).await;
    let mut room = Room { ada: bob.clone(), bob, server, id };
    let (path, _) = room.incoming("x").await;
    let (other, _) = room.incoming("y").await;
    let mut refused = None;
    for number in 0..60 {
        let body = json!({ "text": number.to_string() }).to_string();
        let answer = room.send(&path, &[("content-type", "application/json")], &body).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.text, "ok");
    }
    let refused = refused.unwrap();
    assert_eq!(refused.text, "rate_limited");
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    assert!(is(&room.json(&other, &json!({ "text": "not I" })).await, OK));
    let listed = room.bob.get(&room.server, &room.hooks()).await.text;
    room.server.terminate().await;
    let secret = path.rsplit('/').next().unwrap();
    assert!(!listed.contains(secret) && !room.server.said().contains(secret));
    let file = std::fs::read(room.server.file()).unwrap();
    assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()), "it is in the file");
}

#[tokio::test]
async fn what_programs_really_send_is_understood() {
    let room = Room::start().await;
    let (path, _) = room.incoming("x").await;
    for (name, body, wanted) in [
        (
            "apprise mmost",
            include_str!("fixtures/hooks/apprise-mmost.json"),
            &["Backup", "3 files", "Apprise"][..],
        ),
        (
            "apprise slack",
            include_str!("fixtures/hooks/apprise-slack.json"),
            &["Backup", "3 files", "Apprise"],
        ),
        (
            "grafana",
            include_str!("fixtures/hooks/grafana-slack.json"),
            &["[\\[FIRING:1\\] DiskFull](<https://grafana.example/alerting/list>)", "Grafana v12"],
        ),
        (
            "uptime kuma",
            include_str!("fixtures/hooks/uptime-kuma-slack.json"),
            &["**Uptime Kuma Alert**", "[Visit Uptime Kuma](<https://kuma.example>)", "200 - OK"],
        ),
        (
            "uptime kuma, mattermost",
            include_str!("fixtures/hooks/uptime-kuma-mattermost.json"),
            &["nas service went down", "**Service**: nas", "connect ECONNREFUSED"],
        ),
    ] {
        let sent = room.json(&path, &serde_json::from_str(body).unwrap()).await;
        assert!(is(&sent, OK), "{name}: {sent:?}");
        let said = room.last().await;
        let text = format!("{} {}", said["shown_as"], said["content"].as_str().unwrap());
        for words in wanted {
            assert!(text.contains(words), "{name}: no {words} in {text}");
        }
    }
    let push = include_str!("fixtures/hooks/github-push.json");
    let github = [("content-type", "application/json"), ("x-github-event", "push")];
    assert_eq!(room.send(&path, &github, push).await.text, "ok");
    let said = room.last().await;
    assert!(said["html"].as_str().unwrap().contains("octo/repo"), "{said}");
    assert_eq!(said["mentions"], json!([]), "what strangers commit calls nobody");
    let before = said["id"].clone();
    let github = [("content-type", "application/json"), ("x-github-event", "star")];
    assert_eq!(room.send(&path, &github, push).await.text, "ok");
    assert_eq!(room.last().await["id"], before, "what is not worth a message says nothing");
}

#[tokio::test]
async fn nobody_makes_more_of_them_than_is_theirs() {
    let builds = Room::start_with(&["--limits", "on"]).await;
    let hook = json!({ "kind": "incoming", "name": "x" });
    let mut refused = None;
    for _ in 0..40 {
        let made = builds.bob.post(&builds.server, &builds.hooks(), hook.clone()).await;
        if made.status != 201 {
            refused = Some(made);
            break;
        }
        let made = made.expect(201);
        let path = format!("{}/{}", builds.hooks(), made["id"].as_str().unwrap());
        builds.bob.delete(&builds.server, &path).await.expect(204);
    }
    refused.unwrap().refused(429, "rate_limited");
    // without limits there is a bound all the same, over all rooms
    let builds = Room::start().await;
    let mut made = 0;
    'rooms: for room in 0.. {
        let room = builds.bob.room(&builds.server, json!({ "name": format!("room {room}") })).await;
        for _ in 0..20 {
            let path = format!("/api/rooms/{room}/hooks");
            let answer = builds.bob.post(&builds.server, &path, hook.clone()).await;
            if answer.status != 201 {
                answer.refused(409, "conflict");
                break 'rooms;
            }
            made += 1;
        }
    }
    assert_eq!(made, 50);
}
