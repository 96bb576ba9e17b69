//! Every call and every action of every dialect against everybody who might try it.
//!
//! The calls come from the table of routes, by the document that is made of it, the actions from the
//! sources of the dialects: one that has no rule here fails the test, and so does a rule of nothing.
//! What is denied is tried on somebody else's things and must leave them as they are; what is allowed
//! is tried where it only reads, and by `openapi` and the documents' own tests where it changes
//! something.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    calls::{Call, calls},
    rules::{Actor, Expected, Rule, Spot},
    world::{Target, World},
};
use crate::support::{Answer, Person, files::FORM};

/// A call by somebody, with a path that leads to something.
async fn call(world: &World, by: &Person, (method, path): (&str, &str), call: &Call) -> Answer {
    if call.1.ends_with("/attachments") && method == "POST" {
        let body = crate::support::files::form(&[("file", Some("a.txt"), b"words")]);
        let url = format!("{}{path}", world.server.url);
        let request = world.server.client().post(url).bearer_auth(&by.token);
        let answer = request.header("content-type", FORM).body(body).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        return Answer { status, headers, text: answer.text().await.unwrap() };
    }
    let bearer = format!("Bearer {}", by.token);
    let headers = [("authorization", bearer.as_str())];
    world.server.ask_with(method, path, call.3.as_ref(), &headers).await
}

#[track_caller]
fn holds(what: &str, answer: Answer, expected: Expected, is_read: bool) -> Option<Value> {
    let (status, code) = match expected {
        Expected::May if is_read => {
            assert!(answer.status.is_success(), "{what}: {answer:?}");
            return None;
        }
        Expected::May => return None,
        Expected::Unauthorized => (401, "unauthorized"),
        Expected::Forbidden => (403, "forbidden"),
        Expected::NotFound => (404, "not_found"),
        Expected::Conflict => (409, "conflict"),
    };
    assert_eq!(answer.status.as_u16(), status, "{what}: {answer:?}");
    let error = answer.json()["error"].clone();
    assert_eq!(error["code"], code, "{what}: {error}");
    Some(error)
}

#[tokio::test]
async fn every_call_has_a_rule_and_is_refused_to_all_others() {
    let world = World::made().await;
    let document = world.server.ask("GET", "/api/openapi.json", None).await.expect(200);
    let routes: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let calls = calls();
    let ruled: BTreeSet<_> =
        calls.iter().map(|call| (call.0.to_owned(), call.1.to_owned())).collect();
    assert_eq!(ruled.len(), calls.len(), "one rule a call");
    assert_eq!(routes, ruled, "each call has a rule, and each rule a call");

    let before = world.looks().await;
    let mut tried = 0;
    for one in &calls {
        let (method, template, rule, _) = one;
        for spot in rule.spots() {
            for actor in Actor::ALL {
                let expected = rule.of(actor, *spot);
                // what there need not be one of, whoever asks
                let is_rare = ["/avatar", "{token}", "/bots/{username}"]
                    .iter()
                    .any(|end| template.ends_with(end));
                let is_read = *method == "GET" && !is_rare;
                if expected == Expected::May && !is_read {
                    continue;
                }
                let what = format!("{method} {template} by {actor:?} on {spot:?}");
                let path = world.path((method, template), *spot, Target::Foreign);
                let answer = call(&world, world.person(actor), (method, &path), one).await;
                let refused = holds(&what, answer, expected, is_read);
                tried += 1;
                // what may not be known of is like what is not there
                if expected == Expected::NotFound && template.contains("{id}") {
                    let path = world.path((method, template), *spot, Target::Absent);
                    let answer = call(&world, world.person(actor), (method, &path), one).await;
                    assert_eq!(refused, holds(&what, answer, expected, is_read), "{what}");
                }
            }
        }
    }
    assert!(tried > 1000, "{tried}");
    assert_eq!(world.looks().await, before, "what was refused has changed nothing");
}

#[tokio::test]
async fn what_is_not_there_and_what_is_no_id_leads_nowhere_for_anybody() {
    let world = World::made().await;
    for one in &calls() {
        let (method, template, rule, _) = one;
        if !template.contains('{') || *rule == Rule::Open {
            continue;
        }
        for target in [Target::Absent, Target::Malformed] {
            for actor in [Actor::Stranger, Actor::Owner, Actor::Admin] {
                let path = world.path((method, template), Spot::Vault, target);
                let answer = call(&world, world.person(actor), (method, &path), one).await;
                let status = answer.status.as_u16();
                let is_denied = rule.of(actor, Spot::Vault) == Expected::Forbidden;
                let what = format!("{method} {path} by {actor:?}: {answer:?}");
                assert!(status == 404 || (status == 403 && is_denied), "{what}");
            }
        }
    }
}

/// What is asked on a socket: the action's name, who may, and the frame that asks.
type Action = (&'static str, Rule, fn(&World, Spot) -> Value);

const NATIVE: &[Action] = &[
    ("new_message", Rule::Writes, |w, s| {
        let now = "2026-01-01T00:00:00Z";
        json!({ "content": "x", "chat_id": w.chat(s), "timestamp": now })
    }),
    ("edit_message", Rule::Edits, |w, s| json!({ "id": w.message(s), "content": "x" })),
    ("delete_message", Rule::Deletes, |w, s| json!({ "id": w.message(s) })),
    ("read_message", Rule::TakesPart, |w, s| json!({ "id": w.message(s) })),
    ("like_message", Rule::Likes, |w, s| json!({ "id": w.message(s), "chat_id": w.chat(s) })),
    ("unlike_message", Rule::Likes, |w, s| json!({ "id": w.message(s), "chat_id": w.chat(s) })),
    ("add_reaction", Rule::Likes, |w, s| json!({ "id": w.message(s), "emoji": "like" })),
    ("remove_reaction", Rule::Likes, |w, s| json!({ "id": w.message(s), "emoji": "like" })),
    ("pin_message", Rule::Pins, |w, s| json!({ "id": w.message(s) })),
    ("unpin_message", Rule::Pins, |w, s| json!({ "id": w.message(s) })),
    ("typing", Rule::IsThere, |w, s| json!({ "chat_id": w.chat(s) })),
    ("history", Rule::TakesPart, |w, s| json!({ "chat_id": w.chat(s) })),
    ("resume", Rule::SignedIn, |_, _| json!({ "cursor": 0 })),
    ("join_chat", Rule::Joins, |w, s| json!({ "chat_id": w.chat(s) })),
    ("leave_chat", Rule::Leaves, |w, s| json!({ "chat_id": w.chat(s) })),
    ("room_created", Rule::Announces, |w, s| json!({ "chat_id": w.chat(s) })),
    ("new_tournament", Rule::IsMeant, |w, _| {
        let id = "01890000-0000-7000-8000-000000000001";
        json!({ "tournament_id": id, "tournament_name": "Forged", "organizer_id": w.owner().id })
    }),
    (
        "game_invite",
        Rule::Reaches,
        |_, _| json!({ "username": "olga", "client_id": "1", "options": {} }),
    ),
    ("reply_game_invite", Rule::Nobody, |_, _| json!({ "username": "olga", "accept": true })),
    ("game_accepted", Rule::Nobody, |_, _| json!({ "username": "olga" })),
    ("game_declined", Rule::Nobody, |_, _| json!({ "username": "olga" })),
    ("cancel_game_invite", Rule::Nobody, |_, _| json!({ "username": "olga" })),
    (
        "add_new_friend",
        Rule::IsMeant,
        |w, _| json!({ "sender_id": w.owner().id, "receiver_id": w.person(Actor::Admin).id }),
    ),
    ("user_online", Rule::IsMeant, |_, _| json!({ "username": "olga" })),
    ("user_offline", Rule::IsMeant, |_, _| json!({ "username": "olga" })),
    ("read_notification", Rule::Owns, |w, _| json!({ "id": w.notification })),
    (
        "notification",
        Rule::Administers,
        |_, _| json!({ "message": "x", "type": "y", "username": "olga" }),
    ),
];

const ROOMS: &[Action] = &[
    ("join", Rule::EntersByName, |w, s| json!({ "room": w.name(s) })),
    ("message", Rule::Enters, |w, s| json!({ "room": w.name(s), "content": "x" })),
    ("dm", Rule::Reaches, |_, _| json!({ "to": "olga", "content": "x" })),
    ("history", Rule::TakesPartInRoom, |w, s| json!({ "room": w.name(s) })),
    // of a direct that there is not, nothing was said
    ("dm_history", Rule::SignedIn, |_, _| json!({ "with": "olga" })),
    ("ping", Rule::SignedIn, |_, _| json!({})),
];

const LIVE: &[Action] = &[
    ("send_message", Rule::Enters, |w, s| json!({ "room": w.name(s), "content": "x" })),
    ("block_user", Rule::SignedIn, |_, _| json!({ "username": "olga" })),
    ("unblock_user", Rule::SignedIn, |_, _| json!({ "username": "olga" })),
    ("invite_to_play", Rule::Reaches, |_, _| json!({ "username": "olga" })),
    ("accept_invite", Rule::Nobody, |_, _| json!({ "username": "olga" })),
    ("decline_invite", Rule::Nobody, |_, _| json!({ "username": "olga" })),
    ("history", Rule::TakesPartInRoom, |w, s| json!({ "room": w.name(s) })),
    ("ping", Rule::SignedIn, |_, _| json!({})),
];

const ONE_CONVERSATION: &[Action] = &[
    ("chat_message", Rule::Writes, |_, _| json!({ "content": "x" })),
    ("typing", Rule::IsThere, |_, _| json!({})),
    ("ping", Rule::SignedIn, |_, _| json!({})),
];

/// The actions that the source of a dialect knows, by the marks before their names.
fn actions_in(source: &str, marks: &[&str]) -> BTreeSet<String> {
    let path = format!("{}/src/wire/{source}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    marks
        .iter()
        .flat_map(|mark| text.split(mark).skip(1))
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_action_of_every_dialect_has_a_rule() {
    let plain: &[&str] = &["Request::plain(\""];
    for (source, marks, ruled) in [
        // a name that is decoded stands at the beginning of an arm
        ("events/decode.rs", &["\n        \""][..], NATIVE),
        ("rooms.rs", plain, ROOMS),
        ("live.rs", plain, LIVE),
        ("conversation.rs", plain, ONE_CONVERSATION),
    ] {
        let text: BTreeSet<String> = ruled.iter().map(|(name, _, _)| (*name).to_owned()).collect();
        let mut known = actions_in(source, marks);
        if source == "live.rs" || source == "rooms.rs" {
            // a call whose arguments stand on lines of their own
            known.extend(actions_in(source, &["Request::plain(\n                    \""]));
        }
        assert_eq!(known, text, "{source}");
    }
}

/// The frame of an action, as its dialect wraps it.
fn frame(dialect: usize, name: &str, data: Value) -> Value {
    let mut frame = match dialect {
        0 => return json!({ "action": name, "data": data }),
        2 => json!({ "action": name }),
        _ => json!({ "type": name }),
    };
    frame.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    frame
}

#[tokio::test]
async fn every_action_is_refused_to_who_may_not_and_leaves_the_socket_open() {
    let world = World::made().await;
    let before = world.looks().await;
    let mut tried = 0;
    for (dialect, path, actions) in
        [(0, "/ws/events/", NATIVE), (1, "/ws", ROOMS), (2, "/ws/chat/", LIVE)]
    {
        for actor in Actor::ALL {
            let person = world.person(actor);
            if actor.is_nobody() {
                let opened = person.try_dial(path, None).await;
                assert!(opened.is_none(), "{path} by {actor:?}");
                continue;
            }
            let mut socket = person.dial(path).await;
            for (name, rule, data) in actions {
                for spot in rule.spots() {
                    let expected = rule.of(actor, *spot);
                    if expected == Expected::May {
                        continue;
                    }
                    println!("{path} {name} by {actor:?} on {spot:?}");
                    socket.send_frame(&frame(dialect, name, data(&world, *spot))).await;
                    let code = error_of(&mut socket).await;
                    assert_eq!(code, expected.code(), "{path} {name} by {actor:?} on {spot:?}");
                    tried += 1;
                }
            }
        }
    }
    for spot in Spot::ALL {
        for actor in Actor::ALL {
            let path = format!("/ws/chat/{}/", world.chat(spot));
            let person = world.person(actor);
            let with_token = format!("{path}?token={}", person.token);
            let status = match Rule::Joins.of(actor, spot) {
                Expected::May => {
                    if Rule::Writes.of(actor, spot) == Expected::Forbidden && spot == Spot::Parted {
                        let mut socket = person.dial(&path).await;
                        socket.send_frame(&json!({ "message": "x" })).await;
                        assert_eq!(error_of(&mut socket).await, "forbidden");
                        tried += 1;
                    }
                    continue;
                }
                Expected::Unauthorized => 401,
                Expected::NotFound => 404,
                Expected::Forbidden | Expected::Conflict => 403,
            };
            let address = world.server.address();
            let opened = crate::support::Socket::try_open(&address, &with_token, &[]).await;
            assert_eq!(opened.err(), Some(status), "{path} by {actor:?} on {spot:?}");
            tried += 1;
        }
    }
    assert!(tried > 350, "{tried}");
    assert_eq!(world.looks().await, before, "what was refused has changed nothing");
}

/// The code of the next error, in whatever dialect it is told.
async fn error_of(socket: &mut crate::support::Socket) -> String {
    loop {
        let frame = socket.next().await;
        if frame["action"] == "error" || frame["type"] == "error" {
            let error = if frame["data"].is_object() { &frame["data"] } else { &frame };
            return error["code"].as_str().unwrap().to_owned();
        }
    }
}
