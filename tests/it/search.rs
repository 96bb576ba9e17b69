use serde_json::{Value, json};

use crate::support::{Person, Server, files::form};

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// What a search finds, newest first.
async fn found(server: &Server, who: &Person, q: &str) -> Vec<String> {
    let path = format!("/api/search?q={}", encoded(q));
    let hits = who.get(server, &path).await.expect(200);
    let content = |hit: &Value| hit["content"].as_str().unwrap().to_owned();
    hits.as_array().unwrap().iter().map(content).collect()
}

#[tokio::test]
async fn words_parts_phrases_and_other_scripts_are_found() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for said in
        ["Un été à Nice", "Concatenate the files", "to be or not to be", "我喜欢喝茶", "c++ & <b>"]
    {
        ada.say(&server, "general", said).await;
    }
    for (q, hit) in [
        ("ete", "Un été à Nice"),
        ("ÉTÉ nic", "Un été à Nice"),
        ("caten", "Concatenate the files"),
        ("fi", "Concatenate the files"),
        ("\"be or not\"", "to be or not to be"),
        ("喝茶", "我喜欢喝茶"),
        ("茶", "我喜欢喝茶"),
        ("c++", "c++ & <b>"),
        ("<b>", "c++ & <b>"),
    ] {
        assert_eq!(found(&server, &ada, q).await, [hit], "{q}");
    }
    for q in ["\"or be\"", "xyz", "été xyz", "a AND", "nice OR files", "ity"] {
        assert!(found(&server, &ada, q).await.is_empty(), "{q}");
    }
    let path = format!("/api/search?q={}", encoded("<b> c++"));
    let hits = ada.get(&server, &path).await.expect(200);
    assert_eq!(hits[0]["snippet"], "<mark>c++</mark> &amp; <mark>&lt;b&gt;</mark>");
}

#[tokio::test]
async fn what_is_found_is_shown_without_marks_unless_it_is_among_them() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    ada.say(&server, "general", "the **tea** of [Nice](https://tea.example/green)").await;
    for (q, snippet) in [
        ("tea nice", "the <mark>tea</mark> of <mark>Nice</mark>"),
        ("**tea", "the <mark>**tea</mark>** of [Nice](https://tea.example/green)"),
        ("green", "…**tea** of [Nice](https://tea.example/<mark>green</mark>)"),
    ] {
        let hits = ada.get(&server, &format!("/api/search?q={}", encoded(q))).await.expect(200);
        assert_eq!(hits[0]["snippet"], snippet, "{q}");
    }
}

#[tokio::test]
async fn nothing_that_is_typed_breaks_a_search() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    ada.say(&server, "general", "hello").await;
    for q in [
        "\"",
        "\"\"\"",
        "*",
        "a*",
        "^a",
        "a^2",
        "(",
        ")",
        "AND",
        "OR",
        "NOT x",
        "NEAR(a b)",
        "grams:x",
        "-",
        "--",
        "';--",
        "%",
        "_",
        "\\",
        "{a}",
        "a:b:c",
        "from:",
        "in:",
        "before:",
        "has:",
        "🎉",
        "\u{0301}",
        "a\u{0}b",
        "from:nobody",
        "in:nowhere",
        "message_index",
        "ﷺﷺﷺ",
        "ǅ",
        "İ",
    ] {
        let path = format!("/api/search?q={}", encoded(q));
        let status = ada.get(&server, &path).await.status.as_u16();
        assert!([200, 400, 422].contains(&status), "{q:?}: {status}");
    }
    for (query, field) in [
        ("", "q"),
        ("?q=", "q"),
        ("?q=%22%22", "q"),
        ("?q=x&before=soon", "before"),
        ("?q=x&before=3", "before"),
        ("?q=x&after=3", "after"),
        ("?q=x&limit=0", "limit"),
    ] {
        let refused =
            ada.get(&server, &format!("/api/search{query}")).await.refused(422, "invalid");
        assert!(refused["fields"][field].is_string(), "{query}: {refused}");
    }
    let long = format!("/api/search?q={}", "x".repeat(251));
    ada.get(&server, &long).await.refused(422, "invalid");
    server.ask("GET", "/api/search?q=x", None).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_search_is_narrowed_by_whom_where_when_and_with_what() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let tea = ada.room(&server, json!({ "name": "Salon de thé", "members": ["bob"] })).await;
    let direct = ada.direct(&server, &bob).await;
    ada.say(&server, "general", "one by ada").await;
    bob.say(&server, "general", "one by bob").await;
    ada.say(&server, &tea, "one at tea").await;
    bob.say(&server, &direct, "one between us").await;
    let file = form(&[("content", None, b"one with a file"), ("file", Some("plan.txt"), b"x")]);
    let path = format!("/api/conversations/{tea}/messages");
    ada.send(&server, &path, file).await.expect(201);
    for (q, hits) in [
        ("one from:bob", &["one between us", "one by bob"][..]),
        ("one from:@ADA in:general", &["one by ada"]),
        ("one from:me", &["one with a file", "one at tea", "one by ada"]),
        ("one in:\"salon de thé\"", &["one with a file", "one at tea"]),
        ("in:bob", &["one between us"]),
        ("has:file", &["one with a file"]),
        ("plan", &["one with a file"]),
        ("one from:nobody", &[]),
        ("one in:nowhere", &[]),
        ("one before:2020-01-01", &[]),
        ("one in:bob after:2020-01-01", &["one between us"]),
        ("one after:2999-01-01", &[]),
    ] {
        assert_eq!(found(&server, &ada, q).await, hits, "{q}");
    }
    let only = format!("/api/search?q=one&conversation={tea}&from=ada");
    assert_eq!(ada.get(&server, &only).await.expect(200).as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn results_come_in_pages_newest_first() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut ids = Vec::new();
    for number in 0..25 {
        let said = ada.say(&server, "general", &format!("bean {number}")).await;
        ids.push(said["id"].as_str().unwrap().to_owned());
    }
    let page = ada.get(&server, "/api/search?q=bean&limit=10&offset=10").await;
    assert_eq!(page.headers["x-total-count"], "25");
    let page = page.expect(200);
    let contents: Vec<_> =
        page.as_array().unwrap().iter().map(|hit| hit["content"].clone()).collect();
    assert_eq!(contents, (5..15).rev().map(|n| json!(format!("bean {n}"))).collect::<Vec<_>>());
    for before in ["3".to_owned(), ids[2].clone()] {
        let path = format!("/api/search?q=bean&conversation=general&before={before}");
        let hits = ada.get(&server, &path).await.expect(200);
        assert_eq!((hits.as_array().unwrap().len(), &hits[0]["seq"]), (2, &json!(2)));
    }
}

#[tokio::test]
async fn who_pages_by_the_count_comes_to_the_end_however_much_was_found() {
    const ALL: usize = 612;
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for number in 0..ALL {
        ada.say(&server, "general", &format!("bean {number}")).await;
    }
    let (mut seen, mut counted) = (0, 1);
    while seen < counted {
        let page = ada.get(&server, &format!("/api/search?q=bean&limit=100&offset={seen}")).await;
        counted = page.headers["x-total-count"].to_str().unwrap().parse().unwrap();
        let hits = page.expect(200);
        assert!(!hits.as_array().unwrap().is_empty(), "nothing after {seen} of {counted}");
        seen += hits.as_array().unwrap().len();
    }
    assert_eq!((seen, counted), (ALL, ALL));
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_read() {
    let server = Server::start().await;
    let (ada, bob, carl) =
        (server.person("ada").await, server.person("bob").await, server.person("carl").await);
    let hidden = ada
        .room(&server, json!({ "name": "hidden", "is_private": true, "members": ["bob"] }))
        .await;
    let direct = ada.direct(&server, &bob).await;
    for place in [hidden.as_str(), &direct] {
        ada.say(&server, place, "secret").await;
    }
    assert_eq!(found(&server, &bob, "secret").await.len(), 2);
    for q in ["secret", "secret in:hidden", "secret from:ada", "from:ada"] {
        assert!(found(&server, &carl, q).await.is_empty(), "{q}");
    }
    for place in [hidden.as_str(), &direct, "hidden"] {
        let path = format!("/api/search?q=secret&conversation={place}");
        carl.get(&server, &path).await.refused(404, "not_found");
    }
    // a public room that one is not in
    ada.room(&server, json!({ "name": "open" })).await;
    ada.say(&server, "open", "secret").await;
    assert!(found(&server, &carl, "secret").await.is_empty());
    carl.get(&server, "/api/search?q=secret&conversation=open").await.refused(403, "forbidden");
    // who left, who blocks, what was edited or deleted
    bob.call_on(&server, &format!("/api/conversations/{hidden}/leave")).await.expect(204);
    assert_eq!(found(&server, &bob, "secret").await.len(), 1);
    let said = ada.say(&server, "general", "turnip").await;
    carl.put(&server, "/api/users/ada/block").await.expect(204);
    assert!(found(&server, &carl, "turnip").await.is_empty());
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    ada.patch(&server, &path, json!({ "content": "carrot" })).await.expect(200);
    assert!(found(&server, &bob, "turnip").await.is_empty());
    assert_eq!(found(&server, &bob, "carrot").await, ["carrot"]);
    ada.delete(&server, &path).await.expect(204);
    assert!(found(&server, &bob, "carrot").await.is_empty());
}
