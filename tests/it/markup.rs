//! Text as it shows: whatever is typed, a judge who knows what is safe takes nothing out of it.

mod judge;

use judge::is_safe;
use proptest::prelude::*;
use serde_json::json;

use crate::support::Server;

/// Ways people have got scripts, styles and foreign pictures into pages.
const ATTACKS: &str = include_str!("fixtures/attacks.txt");

#[test]
fn no_known_attack_gets_anything_into_a_page() {
    let mut count = 0;
    for attack in ATTACKS.lines().filter(|line| !line.is_empty()) {
        let attack = attack.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
        for content in [
            attack.clone(),
            format!("[x]({attack})"),
            format!("![x]({attack} \"t\")"),
            format!("<{attack}>"),
            format!("```{attack}\n{attack}\n```"),
            format!("> - **{attack}** `{attack}`"),
            format!("[x][1]\n\n[1]: {attack}"),
            format!("@ada {attack} :tada:"),
        ] {
            is_safe(&content);
            count += 1;
        }
    }
    assert!(count > 800, "{count}");
}

proptest! {
    #[test]
    fn whatever_is_typed_is_safe(content in "[ -~\n]{0,300}") {
        is_safe(&content);
    }

    #[test]
    fn whatever_is_made_of_marks_is_safe(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("*"), Just("**"), Just("_"), Just("~~"), Just("`"), Just("```"), Just("> "),
                Just("- "), Just("1. "), Just("\n"), Just("\n\n"), Just("["), Just("]("), Just(")"),
                Just("<"), Just(">"), Just("!["), Just("https://a.example/"), Just("@ada"),
                Just(":tada:"), Just("&"), Just("\\"), Just("<script>"), Just("\" onclick=\"x"),
                Just("    "), Just("é"), Just("#"), Just("|"), Just("javascript:"),
            ],
            0..120,
        ),
    ) {
        is_safe(&parts.concat());
    }
}

#[test]
fn the_worst_texts_take_no_longer_than_their_length() {
    for unit in
        ["*", "_a", "[", "![", "`", "> ", "<", "- a\n", "[a](", "**a_", "~~", "&", "@a", ":a"]
    {
        is_safe(&unit.repeat(4000 / unit.len()));
    }
}

#[tokio::test]
async fn a_message_shows_as_it_was_meant_and_keeps_what_was_typed() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    server.person("bob").await;
    let said = ada.say(&server, "general", "**hi** @Bob, @nobody").await;
    assert_eq!(said["content"], "**hi** @Bob, @nobody");
    assert_eq!(
        said["html"],
        "<p><strong>hi</strong> <span class=\"mention\">@Bob</span>, @nobody</p>"
    );
    assert_eq!(said["mentions"], json!(["bob"]));
}

#[tokio::test]
async fn who_is_named_is_told_unless_they_do_not_want_to() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (carl, dan) = (server.person("carl").await, server.person("dan").await);
    let outside = server.person("eve").await;
    ada.room(&server, json!({ "name": "tea", "members": ["bob", "carl", "dan"] })).await;
    let quiet = json!({ "notify": "none" });
    carl.patch(&server, "/api/conversations/tea/notify", quiet).await.expect(200);
    dan.put(&server, "/api/users/ada/block").await.expect(204);
    let mut socket = bob.connect().await;
    let said = ada.say(&server, "tea", "@ada @bob @carl @dan @eve @bob").await;
    assert_eq!(said["mentions"], json!(["ada", "bob", "carl", "dan"]));
    let added = socket.expect("notification_added").await["data"].clone();
    assert_eq!(added["unread_count"], 1);
    let told = &added["notification"];
    assert_eq!(told["action"], "mention");
    let about = (&told["data"]["chat_id"], &told["data"]["message_id"], &told["data"]["username"]);
    assert_eq!(about, (&said["chat_id"], &said["id"], &json!("ada")));
    for person in [&ada, &carl, &dan, &outside] {
        let none = person.get(&server, "/api/notifications").await.expect(200);
        assert_eq!(none, json!([]), "{}", person.username);
    }
    // an edit marks whom it names, and calls nobody
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    let edited = ada.patch(&server, &path, json!({ "content": "@carl @bob" })).await.expect(200);
    assert_eq!(edited["mentions"], json!(["carl", "bob"]));
    // reading up to it is having seen it
    let later = ada.say(&server, "tea", "and @bob again").await;
    let read = json!({ "seq": said["seq"] });
    bob.post(&server, "/api/conversations/tea/read", read).await.expect(204);
    let unread = bob.get(&server, "/api/notifications?unread=true").await.expect(200);
    assert_eq!(
        (unread.as_array().unwrap().len(), &unread[0]["data"]["message_id"]),
        (1, &later["id"])
    );
    // everyone, and in a direct nobody in particular
    bob.say(&server, "tea", "@room tea!").await;
    let told = ada.get(&server, "/api/notifications").await.expect(200);
    assert_eq!(told[0]["action"], "mention");
    let direct = ada.direct(&server, &bob).await;
    ada.say(&server, &direct, "@bob @room").await;
    let list = bob.get(&server, "/api/notifications").await.expect(200);
    assert_eq!(list[0]["action"], "direct_message");
    let body = json!({ "username": "Room", "password": crate::support::people::PASSWORD });
    server.ask("POST", "/api/auth/register", Some(&body)).await.refused(422, "invalid");
}
