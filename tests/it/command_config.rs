use std::fs;

use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    command_line::{failed, run},
    support::{Server, tokens::signed},
};

const SECRET: &str = "a secret of forty bytes, shared with none";

fn folder_with(name: &str, text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

/// What `salon config` prints, without empty lines.
async fn effective(folder: &TempDir, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let arguments = [&["config"], arguments].concat();
    let output = run(folder.path(), &arguments, environment).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn flags_go_before_the_environment_and_that_before_the_file() {
    let folder = folder_with("salon.toml", "presence-grace = 7\nidle-offline = 70\ngame-wait = 77");
    let environment = [("SALON_CONFIG", "salon.toml"), ("SALON_IDLE_OFFLINE", "8")];
    let shown = effective(&folder, &["--game-wait", "9"], &environment).await;
    for (from, line) in [
        ("salon.toml", "presence-grace = 7"),
        ("SALON_IDLE_OFFLINE", "idle-offline = 8"),
        ("--game-wait", "game-wait = 9"),
    ] {
        let from = format!("# {from}\n");
        let entry = shown.split("\n\n").find(|entry| entry.starts_with(&from));
        assert!(entry.unwrap_or_default().ends_with(line), "{from}{line} in {shown}");
    }
    assert!(shown.contains("\n# invitation-wait = 60\n"), "{shown}");
}

#[tokio::test]
async fn the_server_and_its_administration_are_set_by_the_file() {
    let text = "data = 'no/such.db'\nlisten = '127.0.0.1:0'\nlimits = false";
    let folder = folder_with("salon.toml", text);
    for words in [&["--config", "salon.toml"][..], &["serve", "--config", "salon.toml"]] {
        failed(&run(folder.path(), words, &[]).await, &["no/such.db"]);
    }
    let words = ["admin", "people", "--config", "salon.toml"];
    failed(&run(folder.path(), &words, &[]).await, &["no/such.db"]);
    let words = ["--config", "salon.toml", "--data", "other/such.db"];
    failed(&run(folder.path(), &words, &[]).await, &["other/such.db"]);
}

#[tokio::test]
async fn what_is_wrong_in_the_file_is_said_before_anything_is_touched() {
    for (text, words) in [
        ("public-ulr = 'x'", &["\"public-ulr\"", "\"public-url\""][..]),
        ("presence_grace = 1", &["\"presence-grace\""]),
        ("config = 'other.toml'", &["\"config\""]),
        ("presence-grace = 'soon'", &["'soon'", "--presence-grace"]),
        ("presence-grace = [1]", &["\"presence-grace\"", "a number"]),
        ("trusted-proxy = [1.5]", &["\"trusted-proxy\"", "a list"]),
        ("[listen]\nport = 1", &["\"listen\""]),
        ("limits = 'on'\nlimits = 'off'", &["salon.toml:2", "duplicate"]),
    ] {
        let folder = folder_with("salon.toml", text);
        let output = run(folder.path(), &["--config", "salon.toml"], &[]).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        for word in words.iter().chain(&["salon.toml"]) {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    let folder = folder_with("long.toml", &"#".repeat(70_000));
    for (path, word) in [("long.toml", "too long"), ("none.toml", "No such file")] {
        let output = run(folder.path(), &["--config", path], &[]).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(word), "{said}");
    }
}

#[tokio::test]
async fn a_secret_is_never_shown() {
    let folder = folder_with("salon.toml", &format!("jwt-secret = '{SECRET}'"));
    let shown = effective(&folder, &["--config", "salon.toml"], &[]).await;
    assert!(shown.contains("jwt-secret (salon.toml) is set") && !shown.contains(SECRET), "{shown}");
    for broken in [format!("jwt-secret = '{SECRET}"), format!("jwt-secret = ['{SECRET}']")] {
        fs::write(folder.path().join("salon.toml"), broken).unwrap();
        let output = run(folder.path(), &["--config", "salon.toml"], &[]).await;
        assert_eq!(output.status.code(), Some(2));
        assert!(!String::from_utf8(output.stderr).unwrap().contains(SECRET));
    }
}

#[tokio::test]
async fn a_secret_comes_from_a_file_of_its_own_or_from_systemd() {
    let folder = folder_with("jwt-secret", &format!("{SECRET}\n"));
    let file = folder.path().join("jwt-secret");
    let config = folder.path().join("salon.toml");
    fs::write(&config, format!("jwt-secret-file = '{}'", file.display())).unwrap();
    let (file, config) = (file.to_str().unwrap(), config.to_str().unwrap());
    let now = chrono::Utc::now().timestamp();
    let claims = json!({ "sub": "17", "username": "ada", "exp": now + 600 });
    let token = signed(&json!({ "alg": "HS256", "typ": "JWT" }), &claims, SECRET.as_bytes());
    for (options, environment) in [
        (&["--jwt-secret-file", file][..], &[][..]),
        (&[], &[("SALON_JWT_SECRET_FILE", file)]),
        (&["--config", config], &[]),
        (&[], &[("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap())]),
    ] {
        let options = [options, &["--jwt-provision", "on"]].concat();
        let server = Server::start_in(&options, environment).await;
        let request = server.client().request(Method::GET, format!("{}/api/me", server.url));
        let answer = request.bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{options:?} {environment:?}");
    }
    let both = ["--jwt-secret-file", file, "--jwt-secret", SECRET];
    let output = run(folder.path(), &both, &[]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    fs::write(folder.path().join("empty"), "\n").unwrap();
    let output = run(folder.path(), &["--jwt-secret-file", "empty"], &[]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    failed(&run(folder.path(), &["--jwt-provision", "on"], &[]).await, &["--jwt-secret"]);
}

#[tokio::test]
async fn what_config_prints_is_a_file_for_config() {
    let folder = folder_with("secret", SECRET);
    let options = [
        "--listen=0.0.0.0:99",
        "--public-url=https://chat.example",
        "--trusted-proxy=127.0.0.1,::1",
        "--registration=invite",
        "--compress",
        "--log=warn",
        "--jwt-secret-file=secret",
    ];
    let first = effective(&folder, &options, &[]).await;
    fs::write(folder.path().join("salon.toml"), &first).unwrap();
    let again = effective(&folder, &["--config", "salon.toml"], &[]).await;
    let set = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    assert_eq!(set(&again), set(&first));
    assert!(again.contains("\ntrusted-proxy = [\"127.0.0.1\", \"::1\"]\n"), "{again}");

    let example = effective(&folder, &["--example"], &[]).await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/salon.toml");
    let packed = fs::read_to_string(path).unwrap();
    assert!(packed == example, "run: salon config --example > packaging/salon.toml");
    let help = run(folder.path(), &["--help"], &[]).await;
    let help = String::from_utf8(help.stdout).unwrap();
    let options = help.lines().filter_map(|line| line.trim().strip_prefix("--"));
    let mut count = 0;
    for option in options.filter_map(|option| option.split_whitespace().next()) {
        let is_there = example.contains(&format!("\n# {option} = "));
        assert!(is_there || option == "config", "{option} in {example}");
        count += 1;
    }
    assert!(count > 20, "{help}");
    fs::write(folder.path().join("salon.toml"), &example).unwrap();
    effective(&folder, &["--config", "salon.toml"], &[]).await;
}
