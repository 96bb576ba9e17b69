use serde_json::{Value, json};

use crate::support::Server;

const GENERAL: &str = "/api/conversations/general/messages";

fn contents(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_message_comes_back_as_the_protocol_says() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let body = json!({ "content": "  <b>hé</b>\nthere  ", "client_id": "k-1" });
    let message = ada.post(&server, GENERAL, body).await.expect(201);
    assert_eq!(message["content"], "<b>hé</b>\nthere");
    assert_eq!(message["html"], "<p>&lt;b&gt;hé&lt;/b&gt;<br>there</p>");
    assert_eq!((&message["seq"], &message["sender"]), (&json!(1), &json!("ada")));
    assert_eq!((&message["sender_id"], &message["client_id"]), (&json!(ada.id), &json!("k-1")));
    for (field, value) in [
        ("reply_to", Value::Null),
        ("reply_seq", Value::Null),
        ("edited_at", Value::Null),
        ("is_deleted", json!(false)),
        ("is_read", json!(false)),
        ("is_liked", json!(false)),
        ("like_count", json!(0)),
        ("reactions", json!([])),
        ("attachments", json!([])),
        ("mentions", json!([])),
        ("pinned_at", Value::Null),
        ("pinned_by", Value::Null),
    ] {
        assert_eq!(message[field], value, "{field}");
    }
    let date = message["date"].as_str().unwrap();
    assert!(date.len() == 24 && date.ends_with('Z'), "{date}");
    let seen = ada.get(&server, "/api/conversations/general").await.expect(200);
    assert_eq!(seen["last_message"], message);
}

#[tokio::test]
async fn the_same_client_id_sends_nothing_twice_even_after_a_restart() {
    let mut server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let body = json!({ "content": "once", "client_id": "k" });
    let first = ada.post(&server, GENERAL, body.clone()).await.expect(201);
    let alias = "/api/conversations/general/send_message/";
    assert_eq!(ada.post(&server, alias, body.clone()).await.expect(200), first);
    server.kill().await;
    let server = server.again().await;
    assert_eq!(ada.post(&server, alias, body.clone()).await.expect(200), first);
    bob.post(&server, GENERAL, body).await.expect(201);
    let id = ada.direct(&server, &bob).await;
    let elsewhere = json!({ "content": "once", "client_id": "k" });
    let path = format!("/api/conversations/{id}/messages");
    ada.post(&server, &path, elsewhere).await.refused(409, "conflict");
    assert_eq!(ada.get(&server, GENERAL).await.headers["x-total-count"], "2");
}

#[tokio::test]
async fn many_retries_at_once_make_one_message() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let body = json!({ "content": "once", "client_id": "k" });
    let tries = (0..10).map(|_| ada.post(&server, GENERAL, body.clone()));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 1);
    assert!(answers.iter().all(|a| a.json()["id"] == answers[0].json()["id"]));
}

#[tokio::test]
async fn contents_have_one_to_four_thousand_characters_that_can_be_seen() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for good in ["x", &"é".repeat(4000), &format!("  {}\n", "é".repeat(4000))] {
        ada.post(&server, GENERAL, json!({ "content": good })).await.expect(201);
    }
    for bad in ["", " \n\t ", "\u{200b}\u{feff}", &"é".repeat(4001), "a\u{0}b", "a\u{202e}b"] {
        let error = ada.post(&server, GENERAL, json!({ "content": bad })).await;
        assert!(error.refused(422, "invalid")["fields"]["content"].is_string());
    }
    for bad in [
        json!({}),
        json!({ "content": 7 }),
        json!({ "content": "x", "client_id": "" }),
        json!({ "content": "x", "client_id": "k".repeat(65) }),
        json!({ "content": "x", "client_id": 5 }),
        json!({ "content": "x", "reply_to": "nonsense" }),
        json!({ "content": "x", "reply_to": "01890000-0000-7000-8000-000000000000" }),
    ] {
        ada.post(&server, GENERAL, bad).await.refused(422, "invalid");
    }
    assert_eq!(ada.get(&server, GENERAL).await.headers["x-total-count"], "3");
}

#[tokio::test]
async fn history_is_paged_oldest_first_in_both_directions() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    for number in 1..=9 {
        ada.say(&server, "general", &format!("m{number}")).await;
    }
    let page =
        async |query: &str| ada.get(&server, &format!("{GENERAL}?{query}")).await.expect(200);
    assert_eq!(contents(&page("limit=3").await), ["m7", "m8", "m9"]);
    assert_eq!(contents(&page("limit=3&before=7").await), ["m4", "m5", "m6"]);
    assert_eq!(contents(&page("limit=3&before=3").await), ["m1", "m2"]);
    assert_eq!(contents(&page("limit=3&after=2").await), ["m3", "m4", "m5"]);
    assert_eq!(contents(&page("after=9").await), [""; 0]);
    assert_eq!(contents(&page("limit=2&offset=3").await), ["m5", "m6"]);
    assert_eq!(contents(&page("before=1").await), [""; 0]);
    for bad in ["before=1&after=2", "before=x", "after=-1", "before=1e3"] {
        ada.get(&server, &format!("{GENERAL}?{bad}")).await.refused(422, "invalid");
    }
    let id = ada.direct(&server, &bob).await;
    for number in 1..=4 {
        ada.say(&server, &id, &format!("d{number}")).await;
    }
    let direct = bob.get(&server, "/api/chats/ada/messages?limit=2&offset=1").await;
    assert_eq!(direct.headers["x-total-count"], "4");
    assert_eq!(contents(&direct.expect(200)), ["d3", "d2"]);
    let eve = server.person("eve").await;
    eve.get(&server, "/api/chats/ada/messages").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_message_is_edited_by_its_sender_alone() {
    let server = Server::start().await;
    let (admin, ada) = (server.person("admin").await, server.person("ada").await);
    let message = ada.say(&server, "general", "teh").await;
    let path = format!("/api/messages/{}", message["id"].as_str().unwrap());
    let edited = ada.patch(&server, &path, json!({ "content": " the " })).await.expect(200);
    assert_eq!((&edited["content"], &edited["seq"]), (&json!("the"), &message["seq"]));
    assert!(edited["edited_at"].is_string());
    assert!(edited["rev"].as_i64() > message["rev"].as_i64());
    admin.patch(&server, &path, json!({ "content": "mine" })).await.refused(403, "forbidden");
    ada.patch(&server, &path, json!({ "content": " " })).await.refused(422, "invalid");
    ada.patch(&server, "/api/messages/nonsense", json!({ "content": "x" }))
        .await
        .refused(404, "not_found");
    assert_eq!(contents(&admin.get(&server, GENERAL).await.expect(200)), ["the"]);
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_and_id_and_nothing_else() {
    let server = Server::start().await;
    let (admin, ada, bob) =
        (server.person("admin").await, server.person("ada").await, server.person("bob").await);
    let mut paths = Vec::new();
    for content in ["one", "two", "three"] {
        let message = ada.say(&server, "general", content).await;
        paths.push(format!("/api/messages/{}", message["id"].as_str().unwrap()));
    }
    bob.delete(&server, &paths[0]).await.refused(403, "forbidden");
    ada.delete(&server, &paths[0]).await.expect(204);
    ada.delete(&server, &paths[0]).await.expect(204);
    admin.delete(&server, &paths[1]).await.expect(204);
    ada.patch(&server, &paths[0], json!({ "content": "back" })).await.refused(409, "conflict");
    let said = bob.get(&server, GENERAL).await.expect(200);
    assert_eq!(contents(&said), ["", "", "three"]);
    assert_eq!((&said[0]["seq"], &said[0]["html"]), (&json!(1), &json!("")));
    let deleted: Vec<_> =
        said.as_array().unwrap().iter().map(|m| m["is_deleted"].as_bool().unwrap()).collect();
    assert_eq!(deleted, [true, true, false]);
    // in a direct nobody deletes for the other
    let id = admin.direct(&server, &ada).await;
    let message = ada.say(&server, &id, "mine").await;
    let path = format!("/api/messages/{}", message["id"].as_str().unwrap());
    admin.delete(&server, &path).await.refused(403, "forbidden");
}

#[tokio::test]
async fn read_marks_move_forward_only_and_count_what_is_left() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    for number in 1..=5 {
        ada.say(&server, "general", &format!("m{number}")).await;
    }
    let unread = async |person: &crate::support::Person| {
        let seen = person.get(&server, "/api/conversations/general").await.expect(200);
        (seen["last_read_seq"].as_i64().unwrap(), seen["unread_count"].as_i64().unwrap())
    };
    assert_eq!((unread(&ada).await, unread(&bob).await), ((5, 0), (0, 5)));
    let read = "/api/conversations/general/read";
    for (seq, left) in [(3, (3, 2)), (1, (3, 2)), (0, (3, 2)), (99, (5, 0))] {
        bob.post(&server, read, json!({ "seq": seq })).await.expect(204);
        assert_eq!(unread(&bob).await, left);
    }
    for bad in [json!({ "seq": -1 }), json!({ "seq": "3" }), json!({}), json!({ "seq": 1.5 })] {
        bob.post(&server, read, bad).await.refused(422, "invalid");
    }
    let said = ada.get(&server, GENERAL).await.expect(200);
    assert!(said.as_array().unwrap().iter().all(|m| m["is_read"] == true));
}

#[tokio::test]
async fn a_message_is_read_when_somebody_else_has_read_it() {
    let server = Server::start().await;
    let (ada, bob, eve) =
        (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    let read = "/api/conversations/general/read";
    let marks = async || {
        let said = ada.get(&server, GENERAL).await.expect(200);
        said.as_array().unwrap().iter().map(|m| m["is_read"] == true).collect::<Vec<_>>()
    };
    ada.say(&server, "general", "one").await;
    ada.post(&server, read, json!({ "seq": 1 })).await.expect(204);
    assert_eq!(marks().await, [false]);
    bob.post(&server, read, json!({ "seq": 1 })).await.expect(204);
    assert_eq!(marks().await, [true]);
    bob.say(&server, "general", "two").await;
    assert_eq!(marks().await, [true, false]);
    eve.post(&server, read, json!({ "seq": 2 })).await.expect(204);
    assert_eq!(marks().await, [true, true]);
}

#[tokio::test]
async fn an_answer_names_a_message_of_the_same_conversation() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let first = ada.say(&server, "general", "who?").await;
    let body = json!({ "content": "me", "reply_to": first["id"] });
    let answer = bob.post(&server, GENERAL, body.clone()).await.expect(201);
    assert_eq!((&answer["reply_to"], &answer["reply_seq"]), (&first["id"], &first["seq"]));
    let id = ada.direct(&server, &bob).await;
    let path = format!("/api/conversations/{id}/messages");
    bob.post(&server, &path, body).await.refused(422, "invalid");
}
