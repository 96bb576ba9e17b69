use std::{fs, path::Path, process::Output};

use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Person, Server, people::PASSWORD, server::program, within};

/// Runs the program to its end.
pub async fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program());
    command.current_dir(folder).args(arguments).envs(environment.iter().copied());
    within("the end of a program", command.kill_on_drop(true).output()).await.unwrap()
}

/// Holds that the program ends with status 1 and says something of `words`, in one line.
#[track_caller]
pub fn failed(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn help_and_version_say_what_there_is() {
    let folder = TempDir::new().unwrap();
    let help = run(folder.path(), &["--help"], &[]).await;
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(help.status.success());
    for option in [
        "--listen",
        "--data",
        "--public-url",
        "--trusted-origin",
        "--trusted-proxy",
        "--registration",
        "--max-upload",
        "--limits",
        "--presence-grace",
        "--idle-offline",
        "--jwt-secret",
        "--log-format",
    ] {
        assert!(text.contains(option), "{option}");
        let variable = format!("SALON_{}", option[2..].replace('-', "_").to_uppercase());
        assert!(text.contains(&variable), "{variable}");
    }
    let version = run(folder.path(), &["--version"], &[]).await;
    assert_eq!(
        String::from_utf8(version.stdout).unwrap().trim(),
        format!("salon {}", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn bad_options_are_refused_before_anything_is_touched() {
    let folder = TempDir::new().unwrap();
    for arguments in [
        &["--listen", "nowhere"][..],
        &["--limits", "maybe"],
        &["--registration", "ajar"],
        &["--presence-grace", "-1"],
        &["--max-upload", "lots"],
        &["--public-url", "chat.example"],
        &["--trusted-origin", "https://x/path"],
        &["--trusted-proxy", "proxy"],
        &["--nonsense"],
        &["dance"],
    ] {
        let output = run(folder.path(), arguments, &[]).await;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
    let short =
        run(folder.path(), &["--listen", "127.0.0.1:0", "--jwt-secret", "short"], &[]).await;
    failed(&short, &["--jwt-secret", "32"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_so() {
    let server = Server::start().await;
    let folder = TempDir::new().unwrap();
    let output = run(folder.path(), &["--listen", &server.address()], &[]).await;
    failed(&output, &[&server.address(), "--listen"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the file is not touched");
}

#[tokio::test]
async fn a_file_that_is_served_already_is_refused() {
    let server = Server::start().await;
    let file = server.file();
    let output =
        run(server.folder(), &["--listen", "127.0.0.1:0", "--data", file.to_str().unwrap()], &[])
            .await;
    failed(&output, &["salon.db", "another process"]);
    server.person("ada").await;
}

#[tokio::test]
async fn a_file_that_is_no_database_of_ours_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("salon.db");
    let foreign = rusqlite::Connection::open(folder.path().join("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
    drop(foreign);
    let foreign = fs::read(folder.path().join("foreign.db")).unwrap();
    let torn = foreign[..50].to_vec();
    let mut scrambled = foreign.clone();
    scrambled[20..90].fill(0xaa);
    for content in [b"my diary".to_vec(), vec![0; 5000], foreign, torn, scrambled] {
        fs::write(&path, &content).unwrap();
        let output = run(folder.path(), &["--listen", "127.0.0.1:0"], &[]).await;
        failed(&output, &["salon.db"]);
        assert!(fs::read(&path).unwrap() == content, "left as it was");
    }
}

#[tokio::test]
async fn a_damaged_file_and_one_from_the_future_are_refused() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    for number in 0..200 {
        ada.say(&server, "general", &format!("{number} {}", "x".repeat(200))).await;
    }
    assert_eq!(server.terminate().await.code(), Some(0));
    let whole = fs::read(server.file()).unwrap();
    let mut damaged = whole.clone();
    let middle = whole.len() / 4096 / 2 * 4096;
    damaged[middle..middle + 8192].fill(0x5a);
    fs::write(server.file(), &damaged).unwrap();
    let arguments = ["--listen", "127.0.0.1:0"];
    failed(&run(server.folder(), &arguments, &[]).await, &["salon.db", "damaged", "backup"]);
    assert!(fs::read(server.file()).unwrap() == damaged);
    fs::write(server.file(), &whole).unwrap();
    let db = rusqlite::Connection::open(server.file()).unwrap();
    let current: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    failed(&run(server.folder(), &arguments, &[]).await, &["salon.db", "newer"]);
    let db = rusqlite::Connection::open(server.file()).unwrap();
    db.pragma_update(None, "user_version", current).unwrap();
    drop(db);
    let server = server.again().await;
    ada.get(&server, "/api/me").await.expect(200);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_said_so() {
    let folder = TempDir::new().unwrap();
    let arguments = ["--listen", "127.0.0.1:0", "--data", "no/such/salon.db"];
    failed(&run(folder.path(), &arguments, &[]).await, &["no/such/salon.db", "folder"]);
    let arguments = ["--listen", "127.0.0.1:0", "--data", "."];
    failed(&run(folder.path(), &arguments, &[]).await, &["cannot open"]);
}

#[tokio::test]
async fn the_database_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start().await;
    server.person("ada").await;
    for entry in fs::read_dir(server.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}

#[tokio::test]
async fn options_come_from_the_environment_and_flags_come_first() {
    let folder = TempDir::new().unwrap();
    let environment = [("SALON_LISTEN", "nowhere"), ("SALON_DATA", "x.db")];
    assert_eq!(run(folder.path(), &[], &environment).await.status.code(), Some(2));
    let environment = [("SALON_LISTEN", "127.0.0.1:0"), ("SALON_DATA", "no/such.db")];
    failed(&run(folder.path(), &[], &environment).await, &["no/such.db"]);
    let arguments = ["serve", "--data", "other/such.db"];
    failed(&run(folder.path(), &arguments, &environment).await, &["other/such.db"]);
}

#[tokio::test]
async fn a_stop_says_goodbye_keeps_everything_and_ends_well() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    let mut socket = ada.connect().await;
    let general = socket.room("general");
    for number in 0..50 {
        socket.post(&general, &number.to_string(), None).await;
    }
    for _ in 0..50 {
        socket.expect("new_message").await;
    }
    let (status, close) = tokio::join!(server.terminate(), socket.closed());
    assert_eq!(status.code(), Some(0));
    assert_eq!(close.0, 1001);
    let beside: Vec<_> = fs::read_dir(server.folder()).unwrap().collect();
    assert_eq!(beside.len(), 1, "the log is folded into the one file");
    let server = server.again().await;
    let said = ada.get(&server, "/api/conversations/general/messages").await;
    assert_eq!(said.headers["x-total-count"], "50");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_who_sends_half_a_request() {
    use tokio::io::AsyncWriteExt;
    let mut server = Server::start().await;
    let mut half = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    half.write_all(b"POST /api/auth/login HTTP/1.1\r\nContent-Length: 50\r\n\r\n{").await.unwrap();
    server.ask("GET", "/healthz", None).await.expect(200);
    assert_eq!(server.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn a_hangup_ends_no_service() {
    let server = Server::start().await;
    server.hang_up().await;
    server.person("ada").await;
}

#[tokio::test]
async fn beyond_loopback_the_first_account_is_for_who_reads_the_claim_code() {
    the_first_account_is_claimed(&["--listen", "0.0.0.0:0"]).await;
}

#[tokio::test]
async fn behind_a_proxy_the_first_account_is_for_who_reads_the_claim_code() {
    let options = ["--public-url", "https://chat.example", "--trusted-proxy", "127.0.0.1"];
    the_first_account_is_claimed(&options).await;
}

async fn the_first_account_is_claimed(options: &[&str]) {
    let server = Server::start_with(options).await;
    let code = server.hears("/register?claim=").await;
    let shown = server.ask("GET", "/api/server", None).await.expect(200);
    assert_eq!(shown["needs_claim"], true);
    let mut body = json!({ "username": "ada", "password": PASSWORD });
    let path = "/api/auth/register";
    server.ask("POST", path, Some(&body)).await.refused(403, "forbidden");
    body["claim"] = json!("guess");
    server.ask("POST", path, Some(&body)).await.refused(403, "forbidden");
    body["claim"] = json!(code);
    let grant = server.ask("POST", path, Some(&body)).await.expect(201);
    assert_eq!(grant["user"]["role"], "admin");
    Person::register(&server, "bob").await;
    let shown = server.ask("GET", "/api/server", None).await.expect(200);
    assert_eq!(shown["needs_claim"], false);
}
