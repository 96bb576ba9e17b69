//! `salon import --from discord`: what DiscordChatExporter writes, beside what is there.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Person, Server,
    arrivals::{brings, contents, history, let_in, reactions, refuses, salon},
    files::{noise, picture},
};

fn user(id: &str, name: &str, nickname: &str) -> Value {
    json!({
        "id": id, "name": name, "discriminator": "0000", "nickname": nickname, "color": "#2ECC71",
        "isBot": name == "Robot", "roles": [{ "id": "9", "name": "cooks", "color": null, "position": 1 }],
        "avatarUrl": "https://cdn.example/a.png"
    })
}

fn ada() -> Value {
    user("1000", "ada", "Ada Lovelace")
}

fn zoe() -> Value {
    user("1001", "zoé.ünder", "Zoé")
}

fn robot() -> Value {
    user("1002", "Robot", "Robot")
}

/// A message, with what is different from the plainest.
fn message(id: &str, second: u32, author: &Value, content: &str, other: Value) -> Value {
    let mut message = json!({
        "id": id, "type": "Default", "timestamp": format!("2023-11-14T22:13:{second:02}.5+00:00"),
        "timestampEdited": null, "callEndedTimestamp": null, "isPinned": false, "content": content,
        "author": author, "attachments": [], "embeds": [], "stickers": [], "reactions": [],
        "mentions": [], "inlineEmojis": []
    });
    let fields = other.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(fields);
    message
}

fn reaction(id: &str, name: &str, users: &[Value]) -> Value {
    let emoji = json!({ "id": id, "name": name, "code": "x", "isAnimated": false, "imageUrl": "" });
    json!({ "emoji": emoji, "count": users.len(), "users": users })
}

fn attachment(name: &str, url: &str) -> Value {
    json!({ "id": "77", "url": url, "fileName": name, "fileSizeBytes": 99_999_999_999_i64 })
}

/// A file of the exporter's.
fn export(channel: Value, messages: &[Value]) -> String {
    let whole = json!({
        "guild": { "id": "1", "name": "Tea", "iconUrl": "https://cdn.example/g.png" },
        "channel": channel, "dateRange": { "after": null, "before": null },
        "exportedAt": "2024-01-01T00:00:00+00:00", "messages": messages, "messageCount": messages.len()
    });
    // as it is written, where the order of fields is one
    let mut text = String::from("{");
    for key in ["guild", "channel", "dateRange", "exportedAt", "messages", "messageCount"] {
        text.push_str(&format!(
            "{}\"{key}\": {}",
            if text.len() > 1 { ",\n" } else { "" },
            whole[key]
        ));
    }
    text + "}"
}

fn channel(id: &str, kind: &str, name: &str) -> Value {
    json!({ "id": id, "type": kind, "categoryId": "5", "category": "Kitchen", "name": name, "topic": null })
}

/// A server's channels, a thread in one of them, a forum's post, and what two people say to each other.
pub fn write(folder: &Path) {
    let mut tea = channel("700000000000000000", "GuildTextChat", "tea");
    tea["topic"] = json!("Oolong\nand more");
    let media = "Tea - tea [7].json_Files";
    fs::create_dir(folder.join(media)).unwrap();
    fs::write(folder.join(media).join("pot-1A.png"), picture(20, 10, image::ImageFormat::Png))
        .unwrap();
    fs::write(folder.join(media).join("data-2B.json"), noise(3, 200_000)).unwrap();
    let reactions = [reaction("", "🎉", &[ada(), zoe()]), reaction("88", "our_own", &[ada()])];
    let said = [
        message("101", 0, &zoe(), "Started a thread.", json!({ "type": "ThreadCreated" })),
        message(
            "102",
            1,
            &ada(),
            "Which tea, @Zoé?",
            json!({
                "mentions": [zoe()], "reactions": reactions, "isPinned": true
            }),
        ),
        message(
            "103",
            9,
            &zoe(),
            "The ~~green~~ black one",
            json!({
                "type": "Reply", "reference": { "messageId": "102", "channelId": "7", "guildId": "1" },
                "timestampEdited": "2023-11-14T22:15:00+00:00", "mentions": [ada()]
            }),
        ),
        message(
            "104",
            10,
            &robot(),
            "",
            json!({ "attachments": [
                attachment("pot.png", &format!("{media}\\pot-1A.png")),
                attachment("data.json", &format!("{media}/data-2B.json")),
                attachment("again.png", &format!("{media}/pot-1A.png")),
                attachment("far.png", "https://cdn.example/far.png"),
                attachment("lost.png", &format!("{media}/lost.png")),
            ]}),
        ),
    ];
    fs::write(folder.join("Tea - tea [7].json"), export(tea, &said)).unwrap();
    let mut thread = channel("102", "GuildPublicThread", "About pots");
    (thread["categoryId"], thread["category"]) = (json!("700000000000000000"), json!("tea"));
    let said = [message("110", 5, &zoe(), "in the thread", json!({}))];
    fs::write(folder.join("thread.json"), export(thread, &said)).unwrap();
    let mut post = channel("120", "GuildPublicThread", "Best cup?");
    (post["categoryId"], post["category"]) = (json!("600000000000000000"), json!("questions"));
    let said = [
        message("120", 20, &ada(), "Tell me", json!({})),
        message(
            "121",
            21,
            &zoe(),
            "The blue one",
            json!({ "stickers": [
                { "id": "1", "name": "cup", "format": "Png", "sourceUrl": "https://cdn.example/s.png" }
            ]}),
        ),
    ];
    fs::write(folder.join("post.json"), export(post, &said)).unwrap();
    let hush = [message("130", 30, &ada(), "hush", json!({}))];
    let crew = channel("500000000000000000", "DirectGroupTextChat", "crew");
    fs::write(folder.join("crew.json"), export(crew, &hush)).unwrap();
    let us = [
        message("140", 40, &ada(), "between us", json!({})),
        message("141", 41, &zoe(), "yes", json!({})),
    ];
    let direct = channel("400000000000000000", "DirectTextChat", "Zoé");
    fs::write(folder.join("direct.json"), export(direct, &us)).unwrap();
}

#[tokio::test]
async fn what_was_said_on_discord_comes_with_its_files_and_once() {
    let mut server = Server::start().await;
    let file = server.file();
    server.person("ada").await;
    server.terminate().await;
    let export = TempDir::new().unwrap();
    write(export.path());
    let said = brings(&file, "discord", export.path()).await;
    assert!(
        said.contains("3 new people and 3 new rooms; 9 messages were read, 2 things"),
        "{said}"
    );
    assert!(said.contains("3 files came along; 2 that"), "{said}");
    assert!(said.contains("renamed: ada → ada-2"), "{said}");
    assert!(said.contains("open to everyone: tea") && !said.contains("everyone: crew"), "{said}");
    let again = brings(&file, "discord", export.path()).await;
    assert!(again.contains("0 new people and 0 new rooms"), "{again}");
    assert!(again.contains("4 people, 9 messages"), "nothing comes twice: {again}");
    let server = server.again().await;
    let zoe = let_in(&server, "zoe.under").await;
    let me = zoe.get(&server, "/api/me").await.expect(200);
    assert_eq!((&me["display_name"], &me["role"]), (&json!("Zoé"), &json!("member")));

    let tea = history(&server, &zoe, "tea").await;
    let named = "📎 far.png\n📎 lost.png";
    let asked = "Which tea, @zoe.under?";
    assert_eq!(contents(&tea), [asked, "in the thread", "The ~~green~~ black one", named]);
    assert_eq!(tea[0]["mentions"], json!(["zoe.under"]));
    assert_eq!(tea[0]["date"], "2023-11-14T22:13:01.500Z");
    assert_eq!((&tea[0]["sender"], tea[0]["pinned_at"].is_string()), (&json!("ada-2"), true));
    assert_eq!(reactions(&tea[0]), [("🎉".to_owned(), 2)]);
    assert_eq!((&tea[1]["reply_to"], &tea[2]["reply_to"]), (&tea[0]["id"], &tea[0]["id"]));
    assert!(tea[2]["edited_at"].is_string());
    files(&server, &zoe, &tea[3]).await;

    let forum = history(&server, &zoe, "questions").await;
    assert_eq!(contents(&forum), ["**Best cup?**\nTell me", "The blue one\n:cup:"]);
    assert_eq!(forum[1]["reply_to"], forum[0]["id"]);
    zoe.get(&server, "/api/conversations/crew").await.refused(404, "not_found");
    let other = let_in(&server, "ada-2").await;
    assert_eq!(contents(&history(&server, &other, "crew").await), ["hush"]);
    let direct = other.direct(&server, &zoe).await;
    assert_eq!(contents(&history(&server, &zoe, &direct).await), ["between us", "yes"]);
    let room = zoe.get(&server, "/api/conversations/tea").await.expect(200);
    assert_eq!((&room["topic"], &room["unread_count"]), (&json!("Oolong and more"), &json!(0)));
    let found = zoe.get(&server, "/api/search?q=green").await.expect(200);
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_channel_in_several_files_is_one_and_what_stands_in_two_comes_once() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("new.db");
    let export = TempDir::new().unwrap();
    write(export.path());
    let name = |part: &str| export.path().join(format!("Tea - tea [7]{part}.json"));
    fs::copy(name(""), name(" [part 2]")).unwrap();
    let said = brings(&data, "discord", export.path()).await;
    assert!(said.contains("3 new people and 3 new rooms; 12 messages were read"), "{said}");
    assert!(said.contains("3 people, 9 messages, 2 files"), "{said}");
}

/// The files of a message are there, and the same picture twice is kept once.
async fn files(server: &Server, person: &Person, message: &Value) {
    let files = message["attachments"].as_array().unwrap();
    let names: Vec<_> = files.iter().map(|file| file["filename"].as_str().unwrap()).collect();
    assert_eq!(names, ["pot.png", "data.json", "again.png"]);
    assert_eq!((&files[0]["mime"], &files[0]["width"]), (&json!("image/png"), &json!(20)));
    let read = person.read(server, files[1]["url"].as_str().unwrap(), &[]).await;
    assert_eq!((read.status, read.bytes == noise(3, 200_000)), (200, true));
    let one = person.read(server, files[0]["url"].as_str().unwrap(), &[]).await;
    let two = person.read(server, files[2]["url"].as_str().unwrap(), &[]).await;
    assert!(!one.bytes.is_empty() && one.bytes == two.bytes);
}

#[tokio::test]
async fn what_was_deleted_here_does_not_come_back_nor_does_who_left() {
    let mut server = Server::start().await;
    let file = server.file();
    let export = TempDir::new().unwrap();
    write(export.path());
    server.terminate().await;
    brings(&file, "discord", export.path()).await;
    let mut server = server.again().await;
    let zoe = let_in(&server, "zoe.under").await;
    let tea = history(&server, &zoe, "tea").await;
    let ada = let_in(&server, "ada").await;
    let path = format!("/api/messages/{}", tea[0]["id"].as_str().unwrap());
    ada.delete(&server, &path).await.expect(204);
    zoe.post(&server, "/api/conversations/questions/leave", json!({})).await;
    server.terminate().await;
    brings(&file, "discord", export.path()).await;
    let server = server.again().await;
    let zoe = Person::sign_in(&server, "zoe.under").await;
    assert_eq!(contents(&history(&server, &zoe, "tea").await)[0], "");
    let rooms = zoe.get(&server, "/api/conversations").await.expect(200);
    let names: Vec<_> = rooms.as_array().unwrap().iter().map(|room| &room["name"]).collect();
    assert!(names.contains(&&json!("tea")) && !names.contains(&&json!("questions")), "{rooms}");
}

#[tokio::test]
async fn rooms_are_private_where_that_is_asked_and_one_file_is_enough() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("new.db");
    let export = TempDir::new().unwrap();
    write(export.path());
    let one = export.path().join("Tea - tea [7].json");
    let words = ["import", "--from", "discord", "--private", one.to_str().unwrap()];
    let output = salon(&data, &words).await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("1 new rooms; 3 messages") && !said.contains("open to"), "{said}");
    let wrong = salon(&data, &["import", "--from", "slack", "--private", "x"]).await;
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("for what comes from Discord"));
}

#[tokio::test]
async fn what_is_no_such_file_or_leads_out_of_it_is_refused() {
    let place = TempDir::new().unwrap();
    let bad = place.path().join("bad");
    fs::create_dir(&bad).unwrap();
    let refused = async |because: &str| refuses(&place, "discord", &bad, because).await;
    refused("holds no JSON files").await;
    let file = bad.join("tea.json");
    let tea = || channel("7", "GuildTextChat", "tea");
    let good = export(tea(), &[message("1", 1, &ada(), "hi", json!({}))]);
    for (text, because) in [
        ("[]", "tea.json: invalid type"),
        ("{}", "tea.json: missing field `messages`"),
        ("{\"messages\": []}", "tea.json: missing field `channel`"),
        (&good[..good.len() - 30], "tea.json: EOF while parsing"),
        (&format!("{good} {{}}"), "tea.json: trailing characters"),
        (&"[".repeat(100_000), "tea.json"),
        (&good.replace("22:13:01", "25:13:01"), "is no date"),
    ] {
        fs::write(&file, text).unwrap();
        refused(because).await;
    }
    for path in ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", ""] {
        let with = json!({ "attachments": [attachment("a", path)] });
        fs::write(&file, export(tea(), &[message("1", 1, &ada(), "hi", with)])).unwrap();
        refused("leads out of the export").await;
    }
    let with = json!({ "attachments": [attachment("a", "media/passwd")] });
    fs::write(&file, export(tea(), &[message("1", 1, &ada(), "hi", with)])).unwrap();
    std::os::unix::fs::symlink("/etc", bad.join("media")).unwrap();
    refused("media/passwd is no file").await;
    fs::remove_file(bad.join("media")).unwrap();
    fs::create_dir_all(bad.join("media/passwd")).unwrap();
    refused("media/passwd is no file").await;
}
