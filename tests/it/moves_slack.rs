//! `salon import --from slack`: what Slack exports, beside what is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;
use tempfile::TempDir;

use crate::support::{
    Person, Server,
    arrivals::{contents, history, let_in, reactions, refuses},
};

pub fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/slack")
}

async fn brings(file: &Path, from: &Path) -> String {
    crate::support::arrivals::brings(file, "slack", from).await
}

#[tokio::test]
async fn what_slack_exports_comes_beside_what_is_there_and_once() {
    let mut server = Server::start().await;
    let file = server.file();
    let ada = server.person("ada").await;
    ada.say(&server, "general", "we were here first").await;
    let busy = crate::support::arrivals::import(&file, "slack", &fixture()).await;
    assert!(String::from_utf8_lossy(&busy.stderr).contains("another process"), "{busy:?}");
    server.terminate().await;
    let said = brings(&file, &fixture()).await;
    assert!(said.contains("4 new people and 2 new rooms; 7 messages"), "{said}");
    assert!(
        said.contains("renamed: ada → ada-2") && said.contains("zoé.ünder → zoe.under"),
        "{said}"
    );
    let before = fs::read_dir(server.folder()).unwrap().count();
    assert_eq!(before, 2, "the old file is kept beside it");
    let again = brings(&file, &fixture()).await;
    assert!(again.contains("0 new people and 0 new rooms"), "{again}");
    assert!(again.contains("5 people, 8 messages"), "nothing comes twice: {again}");
    let server = server.again().await;
    let ada = Person::sign_in(&server, "ada").await;
    let general = history(&server, &ada, "general").await;
    let hello = "Hello @zoe.under, see #tea-room and [this](https://example.com/?a&b)";
    assert_eq!(contents(&general), ["we were here first", hello, "**done**"]);
    assert_eq!(general[1]["sender"], "ada-2");
    assert_eq!(
        (&general[1]["mentions"], &general[1]["date"]),
        (&json!(["zoe.under"]), &json!("2023-11-14T22:13:22.000Z"))
    );
    assert_eq!(reactions(&general[1]), [("🎉".to_owned(), 2), ("👍".to_owned(), 1)]);
    assert_eq!(general[2]["sender"], "deploy-bot");
    // who came has no password, and signs in by a link
    let zoe = let_in(&server, "zoe.under").await;
    let me = zoe.get(&server, "/api/me").await.expect(200);
    assert_eq!((&me["display_name"], &me["role"]), (&json!("Zoé Ünder"), &json!("member")));
    let tea = history(&server, &zoe, "tea-room").await;
    assert_eq!(contents(&tea), ["Which tea?", "📎 pot.png", "The ~~green~~ black one"]);
    assert_eq!((tea[2]["reply_to"] == tea[0]["id"], tea[2]["edited_at"].is_string()), (true, true));
    let rooms = zoe.get(&server, "/api/conversations").await.expect(200);
    let unread: i64 =
        rooms.as_array().unwrap().iter().map(|one| one["unread_count"].as_i64().unwrap()).sum();
    assert_eq!((rooms.as_array().unwrap().len(), unread), (3, 0), "{rooms}");
    zoe.get(&server, "/api/conversations/secret").await.refused(404, "not_found");
    let other = let_in(&server, "ada-2").await;
    assert_eq!(history(&server, &other, "secret").await[0]["content"], "hush");
    let direct = other.direct(&server, &zoe).await;
    assert_eq!(history(&server, &zoe, &direct).await[0]["content"], "between us");
    let found = zoe.get(&server, "/api/search?q=green").await.expect(200);
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_export_of_slacks_or_leads_out_of_it_is_refused() {
    let place = TempDir::new().unwrap();
    let bad = place.path().join("bad");
    fs::create_dir(&bad).unwrap();
    let refused = async |because: &str| refuses(&place, "slack", &bad, because).await;
    refused("no users.json").await;
    fs::write(bad.join("users.json"), "[]").unwrap();
    fs::write(bad.join("channels.json"), "[{}]").unwrap();
    refused("channels.json").await;
    for name in ["../bad", "..", "/etc", ".", ""] {
        let channels = json!([{ "id": "C1", "name": name }]);
        fs::write(bad.join("channels.json"), channels.to_string()).unwrap();
        refused("no name of a conversation").await;
    }
    fs::write(bad.join("channels.json"), "[{\"id\": \"C1\", \"name\": \"a\"}]").unwrap();
    fs::create_dir(bad.join("a")).unwrap();
    fs::write(bad.join("a/2020-01-01.json"), "{").unwrap();
    refused("2020-01-01.json").await;
    fs::remove_file(bad.join("a/2020-01-01.json")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", bad.join("a/2020-01-01.json")).unwrap();
    refused("no file").await;
}
