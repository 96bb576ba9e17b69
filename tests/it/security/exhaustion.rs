//! Limits and back-off: programs that hammer are slowed down, and nobody else is.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    Answer, Person, Server, Socket, eventually,
    people::PASSWORD,
    raw::{Raw, frame},
    within,
};

/// With limits, believing us of where people come from.
async fn limited() -> Server {
    Server::start_with(&["--limits", "on", "--trusted-proxy", "127.0.0.1"]).await
}

async fn ask_from(
    server: &Server,
    (method, path): (&str, &str),
    body: &Value,
    from: &str,
) -> Answer {
    let body = body.is_object().then_some(body);
    server.ask_with(method, path, body, &[("x-forwarded-for", from)]).await
}

/// Asks until it is too much, and gives the first answer that says so.
async fn until_refused(what: &str, ask: impl AsyncFn() -> Answer) -> Answer {
    within(what, async {
        loop {
            let answers = join_all((0..50).map(|_| ask())).await;
            if let Some(refused) = answers.into_iter().find(|answer| answer.status == 429) {
                break refused;
            }
        }
    })
    .await
}

#[track_caller]
fn waits(answer: Answer) {
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    answer.refused(429, "rate_limited");
}

async fn sign_in(server: &Server, name: &str, password: &str, from: &str) -> Answer {
    let body = json!({ "username": name, "password": password });
    ask_from(server, ("POST", "/api/auth/login"), &body, from).await
}

#[tokio::test]
async fn guessing_from_everywhere_keeps_nobody_out_of_their_account() {
    let server = limited().await;
    let body = json!({ "username": "ada", "password": PASSWORD });
    ask_from(&server, ("POST", "/api/auth/register"), &body, "203.0.113.1").await.expect(201);
    let mut refused = None;
    for number in 0..60 {
        let from = format!("198.51.100.{number}");
        let answer = sign_in(&server, "ada", "guess again", &from).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        answer.refused(401, "unauthorized");
    }
    waits(refused.expect("sixty guesses were answered"));
    // strangers' places have to wait with the guessers, one may come through; hers does not wait
    let strangers = ["198.51.100.200", "198.51.100.201", "198.51.100.202"];
    let tries = strangers.map(|from| sign_in(&server, "ada", PASSWORD, from));
    let answers = join_all(tries).await;
    assert!(answers.iter().filter(|answer| answer.status == 429).count() >= 2, "{answers:?}");
    sign_in(&server, "ada", PASSWORD, "203.0.113.1").await.expect(200);
}

#[tokio::test]
async fn every_door_that_checks_a_secret_is_limited() {
    let server = limited().await;
    let ada = server.person("ada").await;
    let token = json!({ "token": "nonsense" });
    let renewal = json!({ "refresh_token": "nonsense" });
    let account = json!({ "username": "eve", "password": PASSWORD, "invitation": "nonsense" });
    let mut from = String::new();
    for (number, (method, path, body)) in [
        ("POST", "/api/auth/link", &token),
        ("GET", "/api/invitations/nonsense", &Value::Null),
        ("POST", "/api/auth/refresh", &renewal),
        ("POST", "/api/auth/register", &account),
        ("GET", "/api/me?token=nonsense", &Value::Null),
    ]
    .into_iter()
    .enumerate()
    {
        from = format!("203.0.113.{number}");
        let ask = async || ask_from(&server, (method, path), body, &from).await;
        waits(until_refused(path, ask).await);
    }
    for (method, path, body) in [
        (
            "POST",
            "/api/me/password",
            json!({ "current_password": "guess", "new_password": PASSWORD }),
        ),
        ("DELETE", "/api/me", json!({ "password": "guess again" })),
    ] {
        let bearer = format!("Bearer {}", ada.token);
        let headers = [("authorization", bearer.as_str())];
        let ask = async || server.ask_with(method, path, Some(&body), &headers).await;
        waits(until_refused(path, ask).await);
    }
    // who shows a valid token is not stopped by who shows others from the same place
    let bearer = format!("Bearer {}", ada.token);
    let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", from.as_str())];
    server.ask_with("GET", "/api/me", None, &headers).await.expect(200);
    let counted = ada.get(&server, "/api/admin/health").await.expect(200)["limited"].clone();
    for limit in ["secret", "token", "register", "sign_in"] {
        assert!(counted[limit].as_u64() > Some(0), "{limit} in {counted}");
    }
}

#[tokio::test]
async fn reads_have_a_generous_limit_for_each_person() {
    let server = limited().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    waits(until_refused("too many reads", async || ada.get(&server, "/api/me").await).await);
    let search = async || bob.get(&server, "/api/search?q=x").await;
    waits(until_refused("too many searches", search).await);
    bob.get(&server, "/api/me").await.expect(200);
}

#[tokio::test]
async fn calls_that_need_no_token_are_limited_for_each_address() {
    let server = limited().await;
    let path = ("GET", "/api/server");
    let ask = async || ask_from(&server, path, &Value::Null, "2001:db8::1").await;
    waits(until_refused("too many open calls", ask).await);
    // of IPv6 a household has a whole /64; fifty would be little for a new one
    let asks = (0..50).map(|_| ask_from(&server, path, &Value::Null, "2001:db8::2"));
    let answers = join_all(asks).await;
    waits(answers.into_iter().find(|answer| answer.status == 429).expect("none was too much"));
    ask_from(&server, path, &Value::Null, "2001:db8:0:1::1").await.expect(200);
}

#[tokio::test]
async fn what_a_client_writes_of_itself_in_front_of_a_hop_helps_nobody() {
    let server = limited().await;
    let path = ("GET", "/api/server");
    // what a proxy wrote stands last: with a port, or in a way that nobody can read
    for last in ["203.0.113.9:5123", "[2001:db8::9]:443", "unknown", "_hidden"] {
        let mut number = 0;
        let refused = within(last, async {
            loop {
                number += 1;
                let lie = format!("198.51.{}.{}, {last}", number / 250, number % 250);
                let answer = ask_from(&server, path, &Value::Null, &lie).await;
                if answer.status == 429 {
                    break answer;
                }
            }
        });
        waits(refused.await);
    }
}

#[tokio::test]
async fn an_address_has_so_many_sockets_and_gets_them_back() {
    let server = limited().await;
    let mut people = Vec::new();
    for number in 0..9 {
        people.push(server.person(&format!("person{number}")).await);
    }
    let lines = "x-forwarded-for: 203.0.113.7\r\n";
    let mut open = Vec::new();
    for person in people.iter().take(8) {
        for _ in 0..64 {
            open.push(Raw::offer(&server, &person.token, lines).await.0);
        }
    }
    let last = &people[8];
    let try_from = async |from: &str| {
        let path = format!("/ws/events/?token={}", last.token);
        let from: &'static str = Box::leak(from.to_owned().into_boxed_str());
        Socket::try_open(&server.address(), &path, &[("x-forwarded-for", from)]).await.err()
    };
    assert_eq!(try_from("203.0.113.7").await, Some(429));
    assert_eq!(try_from("203.0.113.8").await, None);
    drop(open);
    let free = eventually("a free place", async || try_from("203.0.113.7").await.is_none());
    Box::pin(free).await;
}

#[tokio::test]
async fn a_flood_of_pings_is_cut_off_and_harms_nobody() {
    let server = limited().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let mut ears = bob.connect().await;
    let mut flood = Raw::open(&server, &ada.token).await;
    let pings = frame(0x89, b"ping").repeat(500);
    flood.send(&pings).await;
    assert_eq!(flood.closed().await, 4429);
    let said = Person::sign_in(&server, "ada").await.say(&server, "general", "still here").await;
    assert_eq!(ears.expect("new_message").await["data"]["id"], said["id"]);
}
