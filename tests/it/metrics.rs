use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Value, json};

use crate::{
    command_line::{failed, run},
    support::{Answer, Server, eventually, people::PASSWORD},
};

const TOKEN: &str = "a token of the metrics";

/// What `/metrics` says: each series with its labels, and its value.
async fn read(server: &Server) -> BTreeMap<String, f64> {
    let answer = server.ask("GET", "/metrics", None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let mut series = BTreeMap::new();
    let mut named = BTreeSet::new();
    for line in answer.text.lines() {
        if let Some(head) = line.strip_prefix("# TYPE ") {
            assert!(named.insert(head.split(' ').next().unwrap().to_owned()), "twice: {line}");
        } else if !line.starts_with('#') {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let family = name.split('{').next().unwrap();
            let is_part =
                |suffix: &str| family.strip_suffix(suffix).is_some_and(|f| named.contains(f));
            let is_named =
                named.contains(family) || ["_bucket", "_sum", "_count"].into_iter().any(is_part);
            assert!(is_named, "{line}");
            assert!(series.insert(name.to_owned(), value.parse().unwrap()).is_none(), "{line}");
        }
    }
    series
}

#[tokio::test]
async fn what_happens_is_counted() {
    let server = Server::start_with(&["--compress"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let before = read(&server).await;
    let (mut hers, mut his) = (ada.connect().await, bob.connect().await);
    let general = hers.room("general");
    for number in 0..5 {
        hers.post(&general, &number.to_string(), None).await;
        hers.expect("new_message").await;
        his.expect("new_message").await;
    }
    ada.post_file(&server, "general", "notes.txt", &[b'x'; 5000]).await;
    bob.get(&server, "/api/admin/people").await.refused(403, "forbidden");
    his.post(&general, "", None).await;
    his.expect("error").await;
    let after = read(&server).await;
    let rose = |name: &str| after[name] - before.get(name).copied().unwrap_or_default();
    assert!(rose("salon_deliveries_total") >= 12.0);
    assert!((6.0..100.0).contains(&rose("salon_commits_total")));
    assert!(rose("salon_changes_total") >= rose("salon_commits_total"));
    assert!(rose("salon_commit_seconds_count") >= 6.0);
    assert_eq!(after["salon_commit_seconds_count"], after["salon_commits_total"]);
    assert_eq!(rose("salon_uploaded_bytes_total"), 5000.0);
    assert_eq!(rose("salon_messages"), 6.0);
    assert_eq!(rose("salon_files_bytes"), 5000.0);
    assert_eq!(rose("salon_refusals_total{code=\"forbidden\"}"), 1.0);
    assert_eq!(rose("salon_refusals_total{code=\"invalid\"}"), 1.0);
    assert_eq!(rose("salon_http_requests_total{class=\"admin\",status=\"4xx\"}"), 1.0);
    assert_eq!(rose("salon_http_requests_total{class=\"socket\",status=\"1xx\"}"), 2.0);
    assert_eq!(after["salon_sockets{dialect=\"native\",compressed=\"no\"}"], 2.0);
    assert_eq!(after["salon_people_online"], 2.0);
    assert!(after["salon_database_bytes"] >= 4096.0 && after["salon_log_bytes"] > 4096.0);
    assert!(after["salon_disk_free_bytes"] > 0.0);
    assert!(after["process_resident_memory_bytes"] > 1e6);
    assert!(after["process_open_fds"] > 10.0);
    hers.close().await;
    his.close().await;
    eventually("both sockets are gone", async || {
        let now = read(&server).await;
        now["salon_sockets_closed_total{code=\"1000\"}"] == 2.0
            && now["salon_sockets{dialect=\"native\",compressed=\"no\"}"] == 0.0
    })
    .await;
}

#[tokio::test]
async fn the_health_of_the_server_is_made_of_the_same_numbers() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    ada.say(&server, "general", "hello").await;
    let health = ada.get(&server, "/api/admin/health").await.expect(200);
    let series = read(&server).await;
    assert_eq!(health["messages"].as_f64(), Some(series["salon_messages"]));
    assert_eq!(health["database_bytes"].as_f64(), Some(series["salon_database_bytes"]));
    assert!(health["commits"].as_f64().unwrap() <= series["salon_commits_total"]);
}

#[tokio::test]
async fn nothing_that_names_anybody_is_among_the_numbers() {
    let server = Server::start().await;
    let ada = server.person("ada_lovelace").await;
    ada.say(&server, "general", "a whispered thing").await;
    server.ask("GET", "/api/people/x%22%0asalon_forged%201", None).await;
    server.ask("GET", "/api/nowhere/near", None).await;
    let text = server.ask("GET", "/metrics", None).await.text;
    for word in ["lovelace", "whispered", "forged", "nowhere", "general", "127.0.0.1"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("class=\"unknown\""), "{text}");
}

#[tokio::test]
async fn they_are_for_programs_of_this_machine() {
    let server = Server::start_with(&["--trusted-proxy", "127.0.0.1"]).await;
    let asked = async |headers: &[(&str, &str)]| -> Answer {
        server.ask_with("GET", "/metrics", None, headers).await
    };
    assert_eq!(asked(&[]).await.status, 200);
    assert_eq!(asked(&[("host", "localhost:8080")]).await.status, 200);
    assert_eq!(asked(&[("host", "[::1]:8080")]).await.status, 200);
    for headers in [
        &[("x-forwarded-for", "203.0.113.9")][..],
        &[("x-forwarded-for", "127.0.0.1")],
        &[("x-forwarded-for", "")],
        &[("x-forwarded-proto", "https")],
        &[("forwarded", "for=127.0.0.1")],
        &[("x-real-ip", "127.0.0.1")],
        &[("via", "1.1 proxy")],
        &[("host", "chat.example")],
        &[("host", "127.0.0.1.chat.example")],
        &[("host", "")],
        &[("authorization", "Bearer a guess that is long")],
    ] {
        asked(headers).await.refused(404, "not_found");
    }
    server.ask("POST", "/metrics", None).await.refused(405, "method_not_allowed");
    let answer = server.ask("GET", "/metrics/", None).await;
    assert_eq!(answer.status, 200);
    let ada = server.person("ada").await;
    let bearer = format!("Bearer {}", ada.token);
    asked(&[("authorization", &bearer)]).await.refused(404, "not_found");
}

#[tokio::test]
async fn or_for_who_shows_the_token() {
    let options = ["--metrics-token", TOKEN, "--limits", "on"];
    let server = Server::start_with(&options).await;
    let bearer = format!("Bearer {TOKEN}");
    let far = ("x-forwarded-for", "203.0.113.9");
    let asked = async |headers: &[(&str, &str)]| -> Answer {
        server.ask_with("GET", "/metrics", None, headers).await
    };
    assert_eq!(asked(&[("authorization", &bearer), far]).await.status, 200);
    assert_eq!(asked(&[]).await.status, 200);
    asked(&[far]).await.refused(403, "forbidden");
    for shown in
        ["Bearer a token of the metricz", "Bearer ", TOKEN, "Bearer a token of the metrics!"]
    {
        asked(&[("authorization", shown), far]).await.refused(403, "forbidden");
        asked(&[("authorization", shown)]).await.refused(403, "forbidden");
    }
    let path = format!("/metrics?token={}", TOKEN.replace(' ', "%20"));
    server.ask_with("GET", &path, None, &[far]).await.refused(403, "forbidden");
    let mut last = 403;
    for _ in 0..200 {
        last = asked(&[("authorization", "Bearer guess"), far]).await.status.as_u16();
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429, "guessing is slowed down");
    let folder = tempfile::TempDir::new().unwrap();
    let output = run(folder.path(), &["--metrics-token", "short"], &[]).await;
    failed(&output, &["--metrics-token", "16"]);
}

#[tokio::test]
async fn too_many_tries_are_counted_as_such() {
    let server = Server::start_with(&["--limits", "on"]).await;
    server.person("ada").await;
    let body = json!({ "username": "ada", "password": format!("not {PASSWORD}") });
    let refused = async || {
        let name = "salon_refusals_total{code=\"rate_limited\"}";
        read(&server).await[name]
    };
    assert_eq!(refused().await, 0.0);
    for _ in 0..40 {
        server.ask("POST", "/api/auth/login", Some(&body)).await;
    }
    assert!(refused().await >= 1.0);
}

/// The names of metrics in a query: words that no function, label or keyword is.
fn names_in(query: &str) -> BTreeSet<String> {
    let mut query = query.to_owned();
    for (open, close) in [('{', '}'), ('[', ']')] {
        while let Some(from) = query.find(open) {
            let to = from + query[from..].find(close).unwrap();
            query.replace_range(from..=to, " ");
        }
    }
    let words = query.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| word.starts_with("salon_") || word.starts_with("process_"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_dashboard_shows_what_there_is() {
    let server = Server::start().await;
    server.ask("GET", "/healthz", None).await.expect(200); // something to count
    let series = read(&server).await;
    let there: BTreeSet<&str> = series.keys().map(|name| name.split('{').next().unwrap()).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/grafana.json");
    let board: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut shown = BTreeSet::new();
    for panel in board["panels"].as_array().unwrap() {
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{panel}");
        for target in targets {
            let names = names_in(target["expr"].as_str().unwrap());
            assert!(!names.is_empty(), "{target}");
            shown.extend(names);
        }
    }
    for name in &shown {
        assert!(there.contains(name.as_str()), "{name} is shown, and is not there");
    }
    for name in there.iter().filter(|name| !name.ends_with("_sum") && !name.ends_with("_count")) {
        assert!(shown.contains(*name), "{name} is there, and is not shown");
    }
}
