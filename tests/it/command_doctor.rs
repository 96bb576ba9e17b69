use std::{
    fs,
    fs::Permissions,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    command_line::run,
    support::{Server, eventually},
};

/// What the doctor says with some options: whether all is well, and the findings.
async fn doctor(folder: &std::path::Path, options: &[&str]) -> (bool, Vec<Value>) {
    let arguments = [&["doctor", "--json"], options].concat();
    let output = run(folder, &arguments, &[]).await;
    let said: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let is_well = said["is_well"].as_bool().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(!is_well)), "{said}");
    (is_well, said["findings"].as_array().unwrap().clone())
}

/// The findings of a level about something, as one text.
fn of(findings: &[Value], level: &str, about: &str) -> String {
    let fit = findings.iter().filter(|one| one["level"] == level && one["about"] == about);
    fit.map(|one| format!("{} {}", one["says"].as_str().unwrap(), one["mend"])).collect()
}

#[tokio::test]
async fn a_server_that_is_run_well_is_well() {
    let server = Server::start_with(&["--limits", "on"]).await;
    let ada = server.person("ada").await;
    ada.say(&server, "general", "hello").await;
    let (is_well, findings) = doctor(server.folder(), &[]).await;
    assert!(is_well, "{findings:?}");
    assert!(of(&findings, "fine", "server").contains(env!("CARGO_PKG_VERSION")));
    assert!(of(&findings, "fine", "file").contains("whole"), "{findings:?}");
    assert!(of(&findings, "warning", "backup").contains("salon admin backup"));
    let copy = server.folder().join("copy.db");
    let words = ["admin", "backup", copy.to_str().unwrap()];
    // one that could not be taken is none
    let in_the_way = server.folder().join("salon.db.copy");
    fs::create_dir(&in_the_way).unwrap();
    assert!(!run(server.folder(), &words, &[]).await.status.success());
    fs::remove_dir(&in_the_way).unwrap();
    let (_, findings) = doctor(server.folder(), &[]).await;
    assert!(of(&findings, "warning", "backup").contains("no copy is known"), "{findings:?}");
    assert!(run(server.folder(), &words, &[]).await.status.success());
    let (_, findings) = doctor(server.folder(), &[]).await;
    assert!(of(&findings, "fine", "backup").contains("0 days ago"), "{findings:?}");
    let text = run(server.folder(), &["doctor"], &[]).await;
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.lines().any(|line| line.starts_with("fine ") && line.contains("backup")),
        "{text}"
    );
}

#[tokio::test]
async fn a_copy_that_the_server_could_not_take_is_a_problem() {
    let elsewhere = TempDir::new().unwrap();
    let in_the_way = elsewhere.path().join("copies");
    fs::write(&in_the_way, "no folder").unwrap();
    let server = Server::start_with(&["--backup-dir", in_the_way.to_str().unwrap()]).await;
    eventually("the failure", async || {
        let (is_well, findings) = doctor(server.folder(), &[]).await;
        !is_well && of(&findings, "problem", "backup").contains("--backup-dir")
    })
    .await;
}

#[tokio::test]
async fn settings_that_do_not_fit_together_are_told_and_logged_once() {
    let options = ["--public-url", "https://chat.example", "--limits", "off"];
    let server = Server::start_with(&options).await;
    // what the server was started with counts, not what the doctor was
    let (is_well, findings) = doctor(server.folder(), &[]).await;
    assert!(!is_well);
    assert!(of(&findings, "problem", "proxy").contains("--trusted-proxy"), "{findings:?}");
    assert!(of(&findings, "warning", "limits").contains("guess"), "{findings:?}");
    let said = server.said();
    assert_eq!(said.matches("no proxy is trusted").count(), 1, "{said}");
    let ada = server.person("ada").await;
    let told = ada.get(&server, "/api/admin/diagnosis").await.expect(200);
    assert!(of(told.as_array().unwrap(), "problem", "proxy").contains("https"), "{told}");
    let bob = server.person("bob").await;
    bob.get(&server, "/api/admin/diagnosis").await.refused(403, "forbidden");

    for (options, level, about, word) in [
        (&["--trusted-proxy", "127.0.0.1"][..], "warning", "public-url", "--public-url"),
        (&["--trusted-proxy", "0.0.0.0"], "problem", "proxy", "nobody's address"),
        (&["--public-url", "http://chat.example"], "warning", "public-url", "plain http"),
        (
            &["--listen", "0.0.0.0:0", "--trusted-proxy", "127.0.0.1"],
            "warning",
            "listen",
            "past it",
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let (_, findings) = doctor(folder.path(), options).await;
        assert!(of(&findings, level, about).contains(word), "{options:?}: {findings:?}");
    }
    for url in ["http://192.168.1.5:8080", "http://nas", "http://nas.local", "http://[fd00::1]:80"]
    {
        let folder = TempDir::new().unwrap();
        let (is_well, findings) = doctor(folder.path(), &["--public-url", url]).await;
        assert!(is_well && of(&findings, "warning", "public-url").is_empty(), "{findings:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_noticed_once() {
    let server = Server::start().await;
    for address in ["203.0.113.9", "203.0.113.10", "x\u{fc}"] {
        let headers = [("x-forwarded-for", address)];
        server.ask_with("GET", "/healthz", None, &headers).await.expect(200);
    }
    eventually("the warning", async || server.said().contains("X-Forwarded-For")).await;
    assert_eq!(server.said().matches("X-Forwarded-For").count(), 1, "{}", server.said());
    assert!(!server.said().contains("203.0.113"), "what anybody may claim is not told");
    let (is_well, findings) = doctor(server.folder(), &[]).await;
    assert!(is_well);
    assert!(
        of(&findings, "warning", "proxy").contains("--trusted-proxy 127.0.0.1"),
        "{findings:?}"
    );

    let server = Server::start_with(&["--trusted-proxy", "127.0.0.1"]).await;
    let headers = [("x-forwarded-for", "203.0.113.9")];
    server.ask_with("GET", "/healthz", None, &headers).await.expect(200);
    let (_, findings) = doctor(server.folder(), &[]).await;
    assert_eq!(of(&findings, "warning", "proxy"), "");
}

#[tokio::test]
async fn modes_damage_and_a_wrong_clock_are_found_without_a_server_and_nothing_is_left_behind() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    for number in 0..200 {
        ada.say(&server, "general", &format!("{number} {}", "x".repeat(200))).await;
    }
    server.terminate().await;
    let (folder, file) = (server.folder(), server.file());
    let listen = ["--listen", "127.0.0.1:0"];
    let (is_well, findings) = doctor(folder, &listen).await;
    assert!(is_well, "{findings:?}");
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing is left beside the file");

    // as root, who alone gives files away
    if chown(folder, Some(4711), None).is_ok() {
        let (_, findings) = doctor(folder, &listen).await;
        assert!(of(&findings, "warning", "owner").contains("chown 4711"), "{findings:?}");
        chown(folder, Some(fs::metadata(&file).unwrap().uid()), None).unwrap();
    }
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    let (is_well, findings) = doctor(folder, &listen).await;
    assert!(!is_well && of(&findings, "problem", "mode").contains("chmod 600"), "{findings:?}");
    assert!(of(&findings, "problem", "folder").contains("chmod go-w"), "{findings:?}");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap();

    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute("UPDATE message SET date = date + 86400000", []).unwrap();
    drop(db);
    let (is_well, findings) = doctor(folder, &listen).await;
    assert!(!is_well && of(&findings, "problem", "clock").contains("newest message"));

    let whole = fs::read(&file).unwrap();
    let mut damaged = whole.clone();
    let middle = whole.len() / 4096 / 2 * 4096;
    damaged[middle..middle + 8192].fill(0x5a);
    fs::write(&file, &damaged).unwrap();
    let (is_well, findings) = doctor(folder, &listen).await;
    assert!(!is_well && of(&findings, "problem", "file").contains("damaged"), "{findings:?}");
    fs::write(&file, b"my diary").unwrap();
    let (is_well, findings) = doctor(folder, &listen).await;
    assert!(!is_well && of(&findings, "problem", "file").contains("not a Salon"), "{findings:?}");
    assert!(fs::read(&file).unwrap() == b"my diary");
}

#[tokio::test]
async fn a_port_in_use_and_a_secret_for_all_to_read_are_found() {
    let server = Server::start().await;
    let folder = TempDir::new().unwrap();
    let (is_well, findings) = doctor(folder.path(), &["--listen", &server.address()]).await;
    assert!(!is_well && of(&findings, "problem", "listen").contains("--listen"), "{findings:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let config = folder.path().join("salon.toml");
    fs::write(&config, "metrics-token = 'a token of the metrics'").unwrap();
    let options = ["--config", "salon.toml", "--listen", "127.0.0.1:0"];
    fs::set_permissions(&config, Permissions::from_mode(0o644)).unwrap();
    let (is_well, findings) = doctor(folder.path(), &options).await;
    assert!(!is_well && of(&findings, "problem", "secret").contains("chmod o="), "{findings:?}");
    fs::set_permissions(&config, Permissions::from_mode(0o640)).unwrap();
    assert!(doctor(folder.path(), &options).await.0);
}

#[tokio::test]
async fn copies_that_the_server_takes_by_itself_are_copies() {
    let copies = TempDir::new().unwrap();
    let options = ["--backup-dir", copies.path().to_str().unwrap()];
    let mut server = Server::start_with(&options).await;
    let ada = server.person("ada").await;
    eventually("a copy", async || {
        let health = ada.get(&server, "/api/admin/health").await.expect(200);
        health["last_backup_at"].is_string()
    })
    .await;
    // a server that runs tells of it, and without one the folder does
    let (_, findings) = doctor(server.folder(), &[]).await;
    assert!(of(&findings, "fine", "backup").contains("0 days ago"), "{findings:?}");
    server.terminate().await;
    let (_, findings) = doctor(server.folder(), &options).await;
    assert!(of(&findings, "fine", "backup").contains("0 days ago"), "{findings:?}");
    let (_, findings) = doctor(server.folder(), &[]).await;
    assert!(of(&findings, "warning", "backup").contains("--backup-dir"), "{findings:?}");
}
