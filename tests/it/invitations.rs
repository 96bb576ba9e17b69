//! Invitations to make an account.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, eventually, people::PASSWORD};

const PATH: &str = "/api/admin/invitations";

async fn started(options: &[&str]) -> (Server, Person) {
    let server = Server::start_with(options).await;
    let ada = server.person("ada").await;
    (server, ada)
}

async fn register(server: &Server, username: &str, invitation: &Value) -> Answer {
    let body = json!({ "username": username, "password": PASSWORD, "invite": invitation });
    server.ask("POST", "/api/auth/register", Some(&body)).await
}

async fn welcome(server: &Server, made: &Value) -> Answer {
    let path = format!("/api/invitations/{}", made["token"].as_str().unwrap());
    server.ask("GET", &path, None).await
}

#[tokio::test]
async fn where_an_invitation_is_needed_one_lets_in_as_many_as_it_says() {
    let (server, ada) = started(&["--registration", "invite"]).await;
    let tea = ada.room(&server, json!({ "name": "tea", "is_private": true })).await;
    register(&server, "bob", &Value::Null).await.refused(403, "invitation_required");
    let wrong = register(&server, "bob", &json!("guess")).await;
    assert!(wrong.refused(403, "invitation_required")["fields"]["invite"].is_string());
    let new = json!({ "uses": 1, "expires_in": 3600, "room": tea });
    let made = ada.post(&server, PATH, new).await.expect(201);
    let (id, token) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    assert_eq!(made["url"], format!("{}/register?invitation={token}", server.url));
    assert_eq!(made["qr"], format!("{PATH}/{id}/qr"));
    assert_eq!(made["room"], json!({ "id": tea, "name": "tea" }));
    assert_eq!((&made["created_by"], &made["used"]), (&json!("ada"), &json!(0)));
    let shown = welcome(&server, &made).await.expect(200);
    assert_eq!(
        (&shown["server"], &shown["invited_by"], &shown["room"], &shown["expires_at"]),
        (&json!("Salon"), &json!("ada"), &json!("tea"), &made["expires_at"])
    );
    let mut socket = ada.connect().await;
    let bob = register(&server, "bob", &made["token"]).await.expect(201);
    let bob = Person::from_grant(&server, &bob);
    while socket.expect("member_joined").await["data"]["chat_id"] != tea.as_str() {}
    bob.say(&server, &tea, "thank you").await;
    register(&server, "carl", &made["token"]).await.refused(403, "invitation_required");
    welcome(&server, &made).await.refused(404, "not_found");
    let list = ada.get(&server, PATH).await;
    assert_eq!(list.headers["x-total-count"], "1");
    assert_eq!(list.expect(200)[0]["used"], 1);
    let told = ada.get(&server, "/api/admin/audit").await.expect(200);
    assert_eq!(
        (&told[0]["action"], &told[0]["actor"], &told[0]["details"]["invited_by"]),
        (&json!("registered_by_invitation"), &json!("bob"), &json!("ada"))
    );
    assert!(!told.to_string().contains(token), "what lets in is told to nobody");
}

#[tokio::test]
async fn however_many_come_at_once_no_more_get_in() {
    let (server, ada) = started(&["--registration", "invite"]).await;
    let made = ada.post(&server, PATH, json!({ "uses": 3 })).await.expect(201);
    let names: Vec<_> = (0..10).map(|number| format!("guest-{number}")).collect();
    let tries = names.iter().map(|name| register(&server, name, &made["token"]));
    let answers = futures_util::future::join_all(tries).await;
    let let_in = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| answer.status == 403).count();
    assert_eq!((let_in, refused), (3, 7));
}

#[tokio::test]
async fn one_counts_in_the_open_is_of_no_help_when_closed_and_can_be_withdrawn() {
    let (server, ada) = started(&[]).await;
    let made = ada.post(&server, PATH, json!({ "uses": null, "room": null })).await.expect(201);
    register(&server, "bob", &made["token"]).await.expect(201);
    register(&server, "carl", &json!("no such thing")).await.expect(201);
    assert_eq!(ada.get(&server, PATH).await.expect(200)[0]["used"], 1);
    let set = async |word: &str| {
        let body = json!({ "registration": word });
        ada.patch(&server, "/api/admin/server", body).await.expect(200)
    };
    set("closed").await;
    register(&server, "dora", &made["token"]).await.refused(403, "forbidden");
    set("invite").await;
    register(&server, "dora", &made["token"]).await.expect(201);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    ada.delete(&server, &path).await.expect(204);
    ada.delete(&server, &path).await.refused(404, "not_found");
    register(&server, "emil", &made["token"]).await.refused(403, "invitation_required");
    welcome(&server, &made).await.refused(404, "not_found");
}

#[tokio::test]
async fn one_ends_by_itself() {
    let (server, ada) = started(&["--registration", "invite"]).await;
    let made = ada.post(&server, PATH, json!({ "expires_in": 1 })).await.expect(201);
    eventually("the end of an invitation", async || welcome(&server, &made).await.status == 404)
        .await;
    register(&server, "bob", &made["token"]).await.refused(403, "invitation_required");
}

#[tokio::test]
async fn what_is_wrong_with_one_is_said() {
    let (server, ada) = started(&[]).await;
    let bob = server.person("bob").await;
    for bad in [
        json!({ "uses": 0 }),
        json!({ "uses": 1001 }),
        json!({ "expires_in": 0 }),
        json!({ "expires_in": i64::MAX }),
        json!({ "room": "nowhere" }),
    ] {
        ada.post(&server, PATH, bad).await.refused(422, "invalid");
    }
    // running the server is no way into private rooms, not for others either
    let den = bob.room(&server, json!({ "name": "den", "is_private": true })).await;
    ada.post(&server, PATH, json!({ "room": den })).await.refused(403, "forbidden");
    let direct = ada.direct(&server, &bob).await;
    ada.post(&server, PATH, json!({ "room": direct })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn its_link_is_where_people_reach_the_server_and_has_a_picture() {
    let (server, ada) = started(&["--public-url", "https://chat.example/"]).await;
    let made = ada.post(&server, PATH, json!({})).await.expect(201);
    let url = made["url"].as_str().unwrap();
    assert!(url.starts_with("https://chat.example/register?invitation="), "{url}");
    let path = made["qr"].as_str().unwrap();
    let picture = ada.read(&server, path, &[]).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert!(String::from_utf8(picture.bytes).unwrap().contains("<svg"));
    server.ask("GET", path, None).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn guessing_links_is_slowed_down() {
    let (server, _) = started(&["--limits", "on"]).await;
    for number in 0..80 {
        let path = format!("/api/invitations/guess-{number}");
        let answer = server.ask("GET", &path, None).await;
        if answer.status == 429 {
            answer.refused(429, "rate_limited");
            let body = json!({ "token": "guess" });
            let link = server.ask("POST", "/api/auth/link", Some(&body)).await;
            link.refused(429, "rate_limited");
            return;
        }
        answer.refused(404, "not_found");
    }
    panic!("eighty guesses were answered");
}
