//! `salon import --from mattermost`: what Mattermost exports in bulk, beside what is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Server,
    arrivals::{brings, contents, history, let_in, reactions, refuses},
    files::noise,
};

const BEGIN: i64 = 1_700_000_000_000;

fn version() -> Value {
    let info = json!({ "generator": "mattermost-server", "version": "9.5.0", "created": "2024-01-01T00:00:00Z" });
    json!({ "type": "version", "version": 1, "info": info })
}

fn team(name: &str, kind: &str) -> Value {
    let team = json!({ "name": name, "display_name": name, "type": kind, "description": "", "allow_open_invite": true });
    json!({ "type": "team", "team": team })
}

fn channel(team: &str, name: &str, shown: &str, kind: &str) -> Value {
    let channel = json!({
        "team": team, "name": name, "display_name": shown, "type": kind, "header": "", "purpose": "About\ntea",
        "scheme": null, "deleted_at": 0
    });
    json!({ "type": "channel", "channel": channel })
}

fn user(name: &str, nickname: &str, channels: &[(&str, &str)]) -> Value {
    let seats = channels.iter().map(|(name, roles)| {
        json!({ "name": name, "roles": roles, "notify_props": {}, "favorite": false, "last_viewed_at": 0 })
    });
    let seats: Vec<Value> = seats.collect();
    let user = json!({
        "profile_image": "", "username": name, "email": format!("{name}@example.com"), "auth_service": null,
        "nickname": nickname, "first_name": "Zoé", "last_name": "Ünder", "position": "", "roles": "system_user",
        "locale": "en", "delete_at": 0, "notify_props": {},
        "teams": [{ "name": "kitchen", "roles": "team_user", "channels": seats }]
    });
    json!({ "type": "user", "user": user })
}

/// What somebody said so many milliseconds after the beginning, with what is different from the plainest.
fn said(user: &str, after: i64, message: &str, other: Value) -> Value {
    let mut said = json!({
        "user": user, "type": "", "message": message, "props": {}, "create_at": BEGIN + after, "edit_at": 0,
        "flagged_by": null, "reactions": null, "replies": null, "attachments": null
    });
    said.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    said
}

fn post(channel: &str, user: &str, after: i64, message: &str, other: Value) -> Value {
    let mut post = said(user, after, message, other);
    post["team"] = json!("kitchen");
    post["channel"] = json!(channel);
    json!({ "type": "post", "post": post })
}

fn direct(members: &[&str], user: &str, after: i64, message: &str) -> Value {
    let mut post = said(user, after, message, json!({}));
    post["channel_members"] = json!(members);
    json!({ "type": "direct_post", "direct_post": post })
}

fn lines(all: &[Value]) -> String {
    all.iter().map(|line| format!("{line}\n")).collect()
}

/// A team whose posts are in no order, as they are in exports.
fn community() -> Vec<Value> {
    let reaction =
        |user: &str, name: &str| json!({ "user": user, "create_at": BEGIN, "emoji_name": name });
    let replies = [
        said("ada", 9000, "The blue one, @ZOE.", json!({ "edit_at": BEGIN + 9500 })),
        said(
            "zoe",
            4000,
            "",
            json!({ "attachments": [
            { "path": "20231114/teams/noteam/pot.bin" }, { "path": "20231114/lost.bin" }
        ], "reactions": [reaction("ada", "tada")] }),
        ),
    ];
    vec![
        version(),
        json!({ "type": "role", "role": { "name": "system_user", "permissions": [] } }),
        json!({ "type": "emoji", "emoji": { "name": "our_own", "image": "emoji/1/image" } }),
        team("kitchen", "I"),
        channel("kitchen", "town-square", "Town Square", "O"),
        channel("kitchen", "tea", "Tea Room", "O"),
        channel("kitchen", "secret", "Secret", "P"),
        user(
            "ada",
            "Ada",
            &[
                ("town-square", "channel_user"),
                ("tea", "channel_user"),
                ("secret", "channel_user channel_admin"),
            ],
        ),
        user(
            "zoe",
            "",
            &[
                ("town-square", "channel_user"),
                ("tea", "channel_user channel_admin"),
                ("gone", "channel_user"),
            ],
        ),
        user("bob", "", &[("town-square", "channel_user")]),
        json!({ "type": "bot", "bot": { "username": "robot", "owner": "ada", "display_name": "Robot", "delete_at": 0 } }),
        post(
            "tea",
            "zoe",
            3000,
            "Which cup, @ada? See ~town-square",
            json!({
                "replies": replies, "is_pinned": true,
                "reactions": [reaction("ada", "+1"), reaction("bob", "+1_medium_light_skin_tone"), reaction("ada", "our_own")]
            }),
        ),
        post("tea", "robot", 1000, "one", json!({})),
        post("tea", "robot", 1000, "two", json!({})),
        post("tea", "robot", 1000, "one", json!({})),
        post(
            "tea",
            "zoe",
            500,
            "zoe joined the channel.",
            json!({ "type": "system_join_channel" }),
        ),
        post("town-square", "left", 2000, "I was here", json!({})),
        post("secret", "ada", 2500, "hush", json!({})),
        json!({ "type": "direct_channel", "direct_channel": {
            "participants": [{ "username": "ada" }, { "username": "zoe" }], "header": ""
        }}),
        json!({ "type": "direct_channel", "direct_channel": { "members": ["ada", "zoe", "bob"], "header": "" } }),
        json!({ "type": "direct_channel", "direct_channel": { "members": ["ada", "ada"], "header": "" } }),
        direct(&["zoe", "ada"], "zoe", 6000, "yes"),
        direct(&["ada", "zoe"], "ada", 5000, "between us"),
        direct(&["bob", "ada", "zoe"], "bob", 7000, "the three of us"),
        direct(&["ada", "ada"], "ada", 8000, "note to myself"),
    ]
}

pub fn write(folder: &Path) -> PathBuf {
    let file = folder.join("import.jsonl");
    fs::write(&file, lines(&community())).unwrap();
    let media = folder.join("data/20231114/teams/noteam");
    fs::create_dir_all(&media).unwrap();
    fs::write(media.join("pot.bin"), noise(5, 70_000)).unwrap();
    file
}

#[tokio::test]
async fn what_was_said_on_mattermost_comes_with_its_files_and_once() {
    let mut server = Server::start().await;
    let file = server.file();
    server.person("ada").await;
    server.terminate().await;
    let export = TempDir::new().unwrap();
    let jsonl = write(export.path());
    let told = brings(&file, "mattermost", export.path()).await;
    assert!(
        told.contains("5 new people and 3 new rooms; 11 messages were read, 4 things"),
        "{told}"
    );
    assert!(told.contains("1 files came along; 1 that"), "{told}");
    assert!(told.contains("renamed: ada → ada-2") && !told.contains("open to"), "{told}");
    let again = brings(&file, "mattermost", &jsonl).await;
    assert!(again.contains("0 new people and 0 new rooms"), "{again}");
    assert!(again.contains("6 people, 10 messages, 1 files"), "nothing comes twice: {again}");
    let server = server.again().await;
    let zoe = let_in(&server, "zoe").await;
    assert_eq!(zoe.get(&server, "/api/me").await.expect(200)["display_name"], "Zoé Ünder");

    let tea = history(&server, &zoe, "Tea Room").await;
    let asked = "Which cup, @ada-2? See #Town Square";
    let answered = "The blue one, @zoe.";
    assert_eq!(contents(&tea), ["one", "two", asked, "📎 lost.bin", answered]);
    assert_eq!((&tea[0]["sender"], &tea[2]["mentions"]), (&json!("robot"), &json!(["ada-2"])));
    assert_eq!(tea[2]["date"], "2023-11-14T22:13:23.000Z");
    assert_eq!((tea[2]["pinned_at"].is_string(), tea[4]["edited_at"].is_string()), (true, true));
    assert_eq!(reactions(&tea[2]), [("👍".to_owned(), 2)]);
    assert_eq!(reactions(&tea[3]), [("🎉".to_owned(), 1)]);
    assert_eq!((&tea[3]["reply_to"], &tea[4]["reply_to"]), (&tea[2]["id"], &tea[2]["id"]));
    let pot = &tea[3]["attachments"][0];
    let read = zoe.read(&server, pot["url"].as_str().unwrap(), &[]).await;
    assert_eq!((&pot["filename"], read.bytes == noise(5, 70_000)), (&json!("pot.bin"), true));
    let room = zoe.get(&server, "/api/conversations/Tea%20Room").await.expect(200);
    assert_eq!((&room["topic"], &room["unread_count"]), (&json!("About tea"), &json!(0)));

    let general = history(&server, &zoe, "general").await;
    assert_eq!((contents(&general), &general[0]["sender"]), (vec!["I was here"], &json!("left")));
    zoe.get(&server, "/api/conversations/Secret").await.refused(404, "not_found");
    let ada = let_in(&server, "ada-2").await;
    assert_eq!(contents(&history(&server, &ada, "Secret").await), ["hush"]);
    let us = ada.direct(&server, &zoe).await;
    assert_eq!(contents(&history(&server, &ada, &us).await), ["between us", "yes"]);
    let group = history(&server, &zoe, "ada,%20bob,%20zoe").await;
    assert_eq!(contents(&group), ["the three of us"]);
}

#[tokio::test]
async fn what_is_open_in_a_team_for_some_is_not_open_to_all() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("two.jsonl");
    let two = [
        version(),
        team("kitchen", "I"),
        team("garden", "O"),
        channel("kitchen", "town-square", "Kitchen's", "O"),
        channel("garden", "town-square", "Garden's", "O"),
        user("ada", "", &[("town-square", "")]),
        user("bob", "", &[]),
    ];
    fs::write(&file, lines(&two)).unwrap();
    let mut server = Server::start().await;
    let data = server.file();
    server.terminate().await;
    brings(&data, "mattermost", &file).await;
    let server = server.again().await;
    let bob = let_in(&server, "bob").await;
    bob.get(&server, "/api/conversations/Kitchen's").await.refused(404, "not_found");
    bob.get(&server, "/api/conversations/Garden's").await.expect(200);
}

#[tokio::test]
async fn what_is_no_export_of_mattermosts_or_leads_out_of_it_is_refused() {
    let place = TempDir::new().unwrap();
    let bad = place.path().join("bad");
    fs::create_dir(&bad).unwrap();
    let refused = async |because: &str| refuses(&place, "mattermost", &bad, because).await;
    refused("holds 0 .jsonl files").await;
    let file = bad.join("import.jsonl");
    let with = |attachments: Value| {
        lines(&[version(), post("tea", "ada", 1, "hi", json!({ "attachments": attachments }))])
    };
    let good = lines(&community());
    let deep = "[".repeat(100_000);
    let late = lines(&[version(), post("tea", "ada", i64::MAX - BEGIN, "hi", json!({}))]);
    for (text, because) in [
        ("", "import.jsonl is empty"),
        ("{\"type\": \"team\"}", "line 1: the first line, and no other, says the version"),
        ("{\"type\": \"version\", \"version\": 2}", "line 1: the first line"),
        (&lines(&[version(), version()]), "line 2: the first line"),
        (&good[..good.len() - 20], "import.jsonl: line 25: EOF while parsing"),
        (&format!("{}{deep}", lines(&[version()])), "import.jsonl: line 2: "),
        (&lines(&[version(), json!({ "type": "post", "post": {} })]), "line 2: missing field"),
        (&late, "is no moment in milliseconds"),
        (
            &with(json!([{ "path": "../../etc/passwd" }])),
            "line 2: \"../../etc/passwd\" leads out of",
        ),
        (&with(json!([{ "path": "/etc/passwd" }])), "leads out of the export"),
    ] {
        fs::write(&file, text).unwrap();
        refused(because).await;
    }
    let room = channel("kitchen", "tea", "Tea", "O");
    let post = post("tea", "ada", 1, "hi", json!({ "attachments": [{ "path": "passwd" }] }));
    fs::write(&file, lines(&[version(), team("kitchen", "O"), room, post])).unwrap();
    std::os::unix::fs::symlink("/etc", bad.join("data")).unwrap();
    refused("data/passwd is no file").await;
    fs::write(bad.join("other.jsonl"), "").unwrap();
    refused("holds 2 .jsonl files").await;
}
