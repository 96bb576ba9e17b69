use serde_json::json;

use crate::support::{
    Authority, Server, eventually,
    pebble::{Pebble, free_address},
};

/// A server that asks an authority for its certificate.
async fn server(pebble: &Pebble, listen: &str, more: &[&str]) -> Server {
    let own = pebble.options();
    let own = own.iter().map(String::as_str);
    let all: Vec<&str> = own.chain(["--listen", listen]).chain(more.iter().copied()).collect();
    Server::start_with(&all).await
}

/// Waits until the server shows a certificate of the authority.
async fn is_trusted(server: &Server, pebble: &Pebble) {
    let trust = pebble.trust().await;
    eventually("a certificate of the authority", async || {
        trust.connect(&server.address()).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn a_certificate_is_had_from_an_authority_and_kept_over_a_restart() {
    let mut pebble = Pebble::new().await;
    let (listen, plain) = (free_address().await, free_address().await);
    let server = server(&pebble, &listen, &["--listen-http", &plain]).await;
    // nobody can be asked yet: said in the log, and no reason to end
    server.hears("there is no new certificate").await;
    assert!(Authority::new().trust().connect(&server.address()).await.is_err());
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client.build().unwrap();
    let ask = async || client.get(format!("http://{plain}/x")).send().await.unwrap();
    assert_eq!(ask().await.status(), 503);

    pebble.start(&listen, 7 * 24 * 3600).await;
    is_trusted(&server, &pebble).await;
    let sent = ask().await;
    assert_eq!(
        (sent.status().as_u16(), &sent.headers()["location"]),
        (308, &"https://localhost/x".parse().unwrap())
    );
    let server = server.trusting(pebble.trust().await);
    let ada = server.person("ada").await;
    let health = ada.get(&server, "/api/admin/health").await.expect(200);
    assert_eq!(health["certificate_names"], json!(["localhost"]));
    assert!(health["certificate_failure"].is_null(), "{health}");
    let link = ada.post(&server, "/api/admin/invitations", json!({ "uses": 1 })).await.expect(201);
    assert!(link["url"].as_str().unwrap().starts_with("https://localhost/"), "{link}");

    // the authority is not needed for what is kept
    pebble.stop().await;
    let server = server.again().await;
    ada.get(&server, "/api/me").await.expect(200);
    let kept = ada.get(&server, "/api/admin/health").await.expect(200);
    assert_eq!(kept["certificate_ends_at"], health["certificate_ends_at"]);
}

#[tokio::test]
async fn a_certificate_is_renewed_before_its_end_and_kept_while_the_authority_is_away() {
    let mut pebble = Pebble::new().await;
    let listen = free_address().await;
    pebble.start(&listen, 45).await;
    let server = server(&pebble, &listen, &[]).await;
    is_trusted(&server, &pebble).await;
    let server = server.trusting(pebble.trust().await);
    let ada = server.person("ada").await;
    let mut socket = server.wss_of(&ada.token).await;
    let general = socket.room("general");
    let before = ada.get(&server, "/api/admin/health").await.expect(200);

    pebble.stop().await;
    // after 30 of its 45 seconds
    server.hears("there is no new certificate").await;
    let kept = ada.get(&server, "/api/admin/health").await.expect(200);
    assert_eq!(kept["certificate_ends_at"], before["certificate_ends_at"]);
    assert!(kept["certificate_failure"].as_str().unwrap().contains("cannot be reached"), "{kept}");

    // it comes back without memory: accounts are made anew
    pebble.start(&listen, 3600).await;
    is_trusted(&server, &pebble).await;
    let server = server.trusting(pebble.trust().await);
    let after = ada.get(&server, "/api/admin/health").await.expect(200);
    assert_ne!(after["certificate_ends_at"], before["certificate_ends_at"]);
    assert!(after["certificate_failure"].is_null(), "{after}");
    socket.post(&general, "all the while", None).await;
    assert_eq!(socket.expect("new_message").await["data"]["content"], "all the while");
}

#[tokio::test]
async fn an_authority_that_does_not_find_us_says_so_in_the_log() {
    let mut pebble = Pebble::new().await;
    let (listen, elsewhere) = (free_address().await, free_address().await);
    pebble.start(&elsewhere, 3600).await;
    let server = server(&pebble, &listen, &[]).await;
    server.hears("the authority did not find us at localhost").await;
    assert!(server.said().contains("again_in=\"120 s\""), "{}", server.said());
}
