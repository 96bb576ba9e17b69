use std::{fs, path::Path, process::Output};

use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Authority, Server, eventually, server::program, within};

/// Runs the program to its end, in a folder of its own.
async fn run(arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(program());
    command.current_dir(folder.path()).args(["--listen", "127.0.0.1:0"]).args(arguments);
    let output = within("the end of a program", command.kill_on_drop(true).output()).await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no database was touched");
    output
}

/// Holds that the program does not start with a pair of files, and says why in one line.
async fn refused(certificate: &Path, key: &Path, words: &[&str]) {
    let [certificate, key] = [certificate, key].map(|path| path.to_str().unwrap());
    let output = run(&["--tls-cert", certificate, "--tls-key", key]).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn a_pair_that_cannot_be_used_stops_the_start_in_one_line() {
    let authority = Authority::new();
    let (certificate, key) = authority.write("localhost", 3600);
    let other = Authority::new();
    let (_, foreign) = other.write("localhost", 3600);
    let missing = Path::new("no/such.pem");
    refused(missing, &key, &["no/such.pem"]).await;
    refused(&certificate, missing, &["no/such.pem"]).await;
    refused(&certificate, &foreign, &["not that of the certificate", "cert.pem"]).await;
    refused(&key, &key, &["no certificate", "key.pem"]).await;
    refused(&certificate, &certificate, &["no private key", "cert.pem"]).await;
    fs::write(&key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
    refused(&certificate, &key, &["cannot be used"]).await;
    fs::write(&key, vec![b'x'; 2 << 20]).unwrap();
    refused(&certificate, &key, &["key.pem"]).await;
}

#[tokio::test]
async fn options_that_do_not_go_together_are_refused() {
    let authority = Authority::new();
    let own = authority.options();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let with = |more: &[&'static str]| [own.clone(), more.to_vec()].concat();
    for (arguments, status, word) in [
        (vec!["--tls-cert", own[1]], 2, "--tls-key"),
        (vec!["--tls-key", own[3]], 2, "--tls-cert"),
        (vec!["--listen-http", "127.0.0.1:0"], 1, "--tls-cert"),
        (with(&["--listen-http", "127.0.0.1:0"]), 1, "--public-url"),
        (with(&["--public-url", "http://chat.example"]), 1, "https://"),
        (with(&["--hsts", "maybe"]), 2, "--hsts"),
        (with(&["--acme", "chat.example"]), 2, "--acme"),
        (vec!["--acme", "192.0.2.7"], 2, "--acme"),
        (vec!["--acme", "*.chat.example"], 2, "--acme"),
        (vec!["--acme", "chat.example/x"], 2, "--acme"),
        (vec!["--acme", "chat.example", "--acme-email", "me"], 2, "--acme-email"),
        (vec!["--acme", "chat.example", "--acme-directory", "http://x/dir"], 2, "--acme-directory"),
        (vec!["--acme-email", "me@chat.example"], 2, "--acme"),
        (vec!["--acme", "chat.example", "--public-url", "http://chat.example"], 1, "https://"),
        (vec!["--acme", "chat.example", "--acme-root", "no/such.pem"], 1, "no/such.pem"),
    ] {
        let output = run(&arguments).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(word), "{word}: {said}");
    }
}

/// When the certificate ends that the server shows, as who runs it is told.
async fn health(server: &Server, token: &str) -> serde_json::Value {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    server.ask_with("GET", "/api/admin/health", None, &headers).await.expect(200)
}

#[tokio::test]
async fn a_certificate_that_changes_is_shown_to_who_comes_and_nobody_is_dropped() {
    let authority = Authority::new();
    let server = authority.server(&[]).await;
    let ada = server.person("ada").await;
    let mut socket = server.wss_of(&ada.token).await;
    let general = socket.room("general");
    let before = health(&server, &ada.token).await;
    assert_eq!(before["certificate_names"], serde_json::json!(["localhost"]));
    assert!(before["certificate_failure"].is_null());

    // a client that trusts another authority alone
    let next = Authority::new();
    assert!(next.trust().connect(&server.address()).await.is_err());
    next.write("localhost", 7200);
    fs::copy(next.certificate(), authority.certificate()).unwrap();
    server.hang_up().await;
    eventually("a half of a pair that is refused", async || {
        server.said().contains("the certificate before is kept")
    })
    .await;
    let kept = health(&server, &ada.token).await;
    assert_eq!(kept["certificate_ends_at"], before["certificate_ends_at"]);
    assert!(kept["certificate_failure"].as_str().unwrap().contains("not that of the certificate"));
    assert!(kept["certificate_failed_at"].is_string());

    // without being told: by looking
    fs::copy(next.key(), authority.key()).unwrap();
    eventually("the new certificate", async || {
        next.trust().connect(&server.address()).await.is_ok()
    })
    .await;
    assert!(authority.trust().connect(&server.address()).await.is_err());
    socket.post(&general, "still here", None).await;
    assert_eq!(socket.expect("new_message").await["data"]["content"], "still here");
    let server = server.trusting(next.trust());
    let after = health(&server, &ada.token).await;
    assert_ne!(after["certificate_ends_at"], before["certificate_ends_at"]);
    assert!(after["certificate_failure"].is_null());
}

#[tokio::test]
async fn a_certificate_that_is_over_is_shown_and_said_so() {
    let authority = Authority::new();
    let own = authority.options();
    authority.write("localhost", -60);
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let server = Server::start_with(&own).await;
    server.hears("the certificate is over").await;
    assert!(authority.trust().connect(&server.address()).await.is_err());
}
