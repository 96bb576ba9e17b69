//! What programs said elsewhere, beside the text of their messages: it comes with an import as a quote, and
//! previews of people's links do not.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Server,
    arrivals::{brings, contents, history, let_in},
};

/// The same, in the three shapes.
const QUOTED: &str =
    "> **[Build 7](<https://ci.example/7>)**\n> \n> All 12 tests pass\n> \n> **Branch**: main";

fn write(folder: &Path, name: &str, what: &Value) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, what.to_string()).unwrap();
}

/// As Slack and Mattermost write it.
fn attachment() -> Value {
    json!({
        "fallback": "Build 7", "color": "#36a64f", "title": "Build 7", "title_link": "https://ci.example/7",
        "text": "All 12 tests pass", "fields": [{ "title": "Branch", "value": "main", "short": true }]
    })
}

/// What zoe reads in the room `tea` once an export is brought in.
async fn read_in_tea(program: &str, export: &TempDir) -> Vec<String> {
    let mut server = Server::start().await;
    server.person("ada").await;
    server.terminate().await;
    brings(&server.file(), program, export.path()).await;
    let server = server.again().await;
    let zoe = let_in(&server, "zoe").await;
    let tea = history(&server, &zoe, "tea").await;
    contents(&tea).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn of_slack() {
    let export = TempDir::new().unwrap();
    write(export.path(), "users.json", &json!([{ "id": "U1", "name": "zoe" }]));
    let tea = json!([{ "id": "C1", "name": "tea", "members": ["U1"] }]);
    write(export.path(), "channels.json", &tea);
    let preview =
        json!({ "from_url": "https://tea.example/", "title": "Tea", "text": "All about it" });
    let passed_on = json!({
        "from_url": "https://kitchen.slack.example/archives/C2/p1", "is_share": true, "author_name": "Zoé",
        "text": "the kettle is on"
    });
    let block = json!({ "type": "section", "text": { "type": "mrkdwn", "text": "*Deployed*" } });
    let said = json!([
        { "type": "message", "ts": "1700000001.000100", "subtype": "bot_message", "bot_id": "B1",
          "username": "ci", "text": "", "attachments": [attachment()] },
        { "type": "message", "ts": "1700000002.000100", "user": "U1", "text": "see <https://tea.example/>",
          "attachments": [preview], "blocks": [block] },
        { "type": "message", "ts": "1700000003.000100", "subtype": "bot_message", "bot_id": "B1",
          "username": "ci", "text": "", "blocks": [block] },
        { "type": "message", "ts": "1700000004.000100", "user": "U1", "text": "",
          "attachments": [passed_on] },
    ]);
    write(export.path(), "tea/2023-11-14.json", &said);
    let tea = read_in_tea("slack", &export).await;
    let kettle = "> Zoé\n> \n> the kettle is on";
    assert_eq!(tea, [QUOTED, "see https://tea.example/", "**Deployed**", kettle]);
}

#[tokio::test]
async fn of_discord() {
    let export = TempDir::new().unwrap();
    let user =
        |id: &str, name: &str, is_bot: bool| json!({ "id": id, "name": name, "isBot": is_bot });
    let message = |id: &str, author: Value, content: &str, embed: Value| {
        json!({
            "id": id, "type": "Default", "timestamp": format!("2023-11-14T22:13:{id}+00:00"),
            "content": content, "author": author, "embeds": [embed]
        })
    };
    let embed = json!({
        "title": "Build 7", "url": "https://ci.example/7", "timestamp": null, "color": "#36A64F",
        "description": "All 12 tests pass", "images": [],
        "fields": [{ "name": "Branch", "value": "main", "isInline": true }]
    });
    let preview =
        json!({ "title": "Tea", "url": "https://tea.example/", "description": "All about it" });
    let said = [
        message("10", user("1", "ci", true), "", embed.clone()),
        message("11", user("1", "ci", true), "Done", embed),
        message("12", user("2", "zoe", false), "see https://tea.example/", preview),
    ];
    let tea = json!({
        "guild": { "id": "9", "name": "Kitchen" },
        "channel": { "id": "7", "type": "GuildTextChat", "name": "tea" }, "messages": said
    });
    write(export.path(), "tea.json", &tea);
    let tea = read_in_tea("discord", &export).await;
    assert_eq!(tea, [QUOTED, &format!("Done\n\n{QUOTED}"), "see https://tea.example/"]);
}

#[tokio::test]
async fn of_mattermost() {
    let export = TempDir::new().unwrap();
    let seat = json!([{ "name": "tea", "roles": "channel_user" }]);
    let post = |user: &str, after: i64, message: &str, props: Value| {
        json!({ "type": "post", "post": {
            "team": "kitchen", "channel": "tea", "user": user, "message": message, "props": props,
            "create_at": 1_700_000_000_000_i64 + after
        }})
    };
    let lines = [
        json!({ "type": "version", "version": 1 }),
        json!({ "type": "team", "team": { "name": "kitchen", "type": "O" } }),
        json!({ "type": "channel", "channel": { "team": "kitchen", "name": "tea", "display_name": "tea", "type": "O" } }),
        json!({ "type": "user", "user": {
            "username": "zoe", "teams": [{ "name": "kitchen", "channels": seat }]
        }}),
        json!({ "type": "bot", "bot": { "username": "ci", "display_name": "CI" } }),
        post("ci", 1, "", json!({ "from_webhook": "true", "attachments": [attachment()] })),
        post("ci", 2, "Done", json!({ "attachments": [attachment()] })),
        post("zoe", 3, "see https://tea.example/", Value::Null),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(export.path().join("import.jsonl"), lines).unwrap();
    let tea = read_in_tea("mattermost", &export).await;
    assert_eq!(tea, [QUOTED, &format!("Done\n\n{QUOTED}"), "see https://tea.example/"]);
}
