use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn every_address_of_the_web_client_is_its_page_under_a_strict_policy() {
    let server = Server::start().await;
    for path in
        ["/", "/login", "/register?claim=x", "/rooms/general", "/private/ada", "/create_room"]
    {
        let page = server.ask("GET", path, None).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        assert!(page.text.contains("<title>"));
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
    }
}

#[tokio::test]
async fn files_are_sent_once_and_compressed() {
    let server = Server::start().await;
    let path = "/vendor/bootstrap.min.css";
    let whole = server.ask("GET", path, None).await;
    assert_eq!(whole.headers["content-type"], "text/css; charset=utf-8");
    let tag = whole.headers["etag"].to_str().unwrap();
    let known = server.ask_with("GET", path, None, &[("if-none-match", tag)]).await;
    assert_eq!((known.status.as_u16(), known.text.len()), (304, 0));
    let other = server.ask_with("GET", path, None, &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status, 200);
    let small = server.ask_with("GET", path, None, &[("accept-encoding", "gzip")]).await;
    assert_eq!(small.headers["content-encoding"], "gzip");
    assert_eq!(small.headers["vary"], "Accept-Encoding");
    let size = |a: &crate::support::Answer| {
        a.headers["content-length"].to_str().unwrap().parse::<usize>().unwrap()
    };
    assert!(size(&small) * 3 < size(&whole));
    let head = server.ask("HEAD", path, None).await;
    assert_eq!((head.status.as_u16(), size(&head)), (200, size(&whole)));
}

#[tokio::test]
async fn the_service_worker_keeps_all_files_of_this_version_and_a_new_one_is_found_at_once() {
    let server = Server::start().await;
    let worker = server.ask("GET", "/sw.js", None).await;
    assert_eq!(worker.headers["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(worker.headers["cache-control"], "no-cache");
    let page = server.ask("GET", "/", None).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    for part in ["worker-src 'self'", "manifest-src 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    let text = |before: &str, after: &str| {
        let (_, rest) = worker.text.split_once(before).unwrap();
        rest.split_once(after).unwrap().0.to_owned()
    };
    let shell = text("const SHELL = \"", "\"");
    assert!(shell.starts_with("/~") && shell.len() > 3, "{shell}");
    assert!(page.text.contains(&format!("\"{shell}app/main.js\"")), "{shell}");
    let list = text("const FILES = [", "]");
    let files: Vec<&str> = list.split(", ").map(|name| name.trim_matches('\'')).collect();
    assert!(files.len() > 100, "{files:?}");
    for file in files {
        assert_eq!(server.ask("GET", &format!("{shell}{file}"), None).await.status, 200, "{file}");
    }
    let manifest = server.ask("GET", "/manifest.webmanifest", None).await;
    assert_eq!(manifest.headers["content-type"], "application/manifest+json");
    let manifest = manifest.expect(200);
    assert_eq!((&manifest["name"], &manifest["display"]), (&json!("Salon"), &json!("standalone")));
    let shortcut = &manifest["shortcuts"][0];
    assert_eq!(shortcut["name"], "Friends");
    assert_eq!(shortcut["name_localized"], json!({ "fr": "Amis" }));
}

#[tokio::test]
async fn nothing_else_is_served() {
    let server = Server::start().await;
    for path in [
        "/nothing",
        "/app/nothing.js",
        "/app/../../Cargo.toml",
        "/app/%2e%2e/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
        "/vendor/update",
        "/salon.db",
        "/.git/config",
    ] {
        let answer = server.ask("GET", path, None).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(server.ask("POST", "/", None).await.status, 405);
    let shared = server.ask("POST", "/share", None).await; // it is led to the page itself
    assert_eq!(shared.status, 200);
    assert!(shared.text.contains("<title>"), "{}", shared.text);
    assert_eq!(server.ask("GET", "/healthz", None).await.expect(200)["status"], "ok");
}

#[tokio::test]
async fn emoji_are_told_once_and_each_of_them_is_a_reaction() {
    let server = Server::start().await;
    let path = "/api/emoji";
    let whole = server.ask("GET", path, None).await;
    assert!(whole.headers["cache-control"].to_str().unwrap().contains("max-age"));
    let tag = whole.headers["etag"].to_str().unwrap();
    let known = server.ask_with("GET", path, None, &[("if-none-match", tag)]).await;
    assert_eq!((known.status.as_u16(), known.text.len()), (304, 0));
    let small = server.ask_with("GET", path, None, &[("accept-encoding", "gzip")]).await;
    assert_eq!(small.headers["content-encoding"], "gzip");

    let all = whole.expect(200);
    let wave = all.as_array().unwrap().iter().find(|one| one["emoji"] == "👋").unwrap();
    assert_eq!(wave["group"], "people");
    assert_eq!(wave["name"], "waving hand");
    assert_eq!(wave["shortcodes"][0], "wave");
    for one in all.as_array().unwrap() {
        let emoji = salon::model::Emoji::parse(one["emoji"].as_str().unwrap()).unwrap();
        for shortcode in one["shortcodes"].as_array().unwrap() {
            let same = salon::model::Emoji::parse(shortcode.as_str().unwrap()).unwrap();
            assert_eq!(emoji, same, "{shortcode}");
        }
    }
}
