//! The dialects' parsers on what nobody would type: random text, random JSON, good frames with
//! something changed. Each is understood or refused, always the same way, and never panics.

use proptest::prelude::*;
use salon::{
    model::ConversationId,
    wire::{
        DIALECTS,
        command::{BadFrame, Request},
        spoken_at,
    },
};
use serde_json::{Value, json};

const ADDRESSES: [&[&str]; 4] = [&["events"], &[], &["chat"], &["chat", "general"]];

fn decode(address: &[&str], text: &str) -> Result<Request, BadFrame> {
    let (dialect, _) = spoken_at(address).unwrap();
    let here = Some(ConversationId(uuid::Uuid::from_u128(7)));
    let once = DIALECTS[dialect].decode(text, here);
    assert_eq!(once, DIALECTS[dialect].decode(text, here), "{text}");
    once
}

/// Frames that some dialect understands.
fn good() -> Vec<Value> {
    let id = "5eafd8eb-5be1-4671-9ff8-ba8fbb798af7";
    let at = "2025-07-28T09:00:00Z";
    let native = |action: &str, data: Value| json!({ "action": action, "data": data, "ref": "r" });
    vec![
        native("new_message", json!({ "content": "x", "chat_id": id, "timestamp": at })),
        native("like_message", json!({ "id": id, "chat_id": id })),
        native("pin_message", json!({ "id": id })),
        native("unpin_message", json!({ "id": id })),
        native("history", json!({ "chat_id": id, "before": 3, "limit": 5 })),
        native("resume", json!({ "cursor": 1 })),
        native(
            "game_invite",
            json!({ "username": "b", "client_id": "1", "options": { "ranked": true } }),
        ),
        native("reply_game_invite", json!({ "username": "b", "accept": false })),
        native(
            "new_tournament",
            json!({ "tournament_id": id, "tournament_name": "c", "organizer_id": id }),
        ),
        json!({ "type": "join", "room": "general" }),
        json!({ "type": "message", "room": "general", "content": "x" }),
        json!({ "type": "dm_history", "with": "bob", "limit": 3, "before": 9 }),
        json!({ "action": "send_message", "content": "x", "room": "general" }),
        json!({ "action": "invite_to_play", "username": "b", "options": { "time_limit": 5 } }),
        json!({ "message": "x" }),
        json!({ "type": "chat_message", "content": "x" }),
        json!({ "type": "typing", "is_typing": false }),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,12}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Puts something in the place of one of a value's fields, at any depth, or takes it away.
fn change(frame: &mut Value, at: usize, to: Option<Value>) {
    fn count(value: &Value) -> usize {
        value.as_object().map_or(0, |map| map.len() + map.values().map(count).sum::<usize>())
    }
    fn put(value: &mut Value, at: &mut usize, to: &Option<Value>) -> bool {
        let Some(map) = value.as_object_mut() else { return false };
        for key in map.keys().cloned().collect::<Vec<_>>() {
            if *at == 0 {
                match to {
                    Some(to) => map.insert(key, to.clone()),
                    None => map.remove(&key),
                };
                return true;
            }
            *at -= 1;
            if put(&mut map[&key], at, to) {
                return true;
            }
        }
        false
    }
    let mut place = at % count(frame).max(1);
    put(frame, &mut place, &to);
}

#[test]
fn each_good_frame_is_understood_somewhere() {
    for frame in good() {
        let text = frame.to_string();
        assert!(ADDRESSES.iter().any(|address| decode(address, &text).is_ok()), "{text}");
    }
}

proptest! {
    #[test]
    fn random_text_is_refused_or_understood(text in "\\PC{0,200}") {
        for address in ADDRESSES {
            let _ = decode(address, &text);
        }
    }

    #[test]
    fn random_json_is_refused_unless_it_is_an_object(frame in value()) {
        for address in ADDRESSES {
            let understood = decode(address, &frame.to_string()).is_ok();
            prop_assert!(!understood || frame.is_object());
        }
    }

    #[test]
    fn a_good_frame_with_something_changed_is_refused_or_understood(
        number in 0..good().len(), at in 0usize..16, to in proptest::option::of(value()),
    ) {
        let mut frame = good().swap_remove(number);
        change(&mut frame, at, to);
        for address in ADDRESSES {
            if let Ok(request) = decode(address, &frame.to_string()) {
                prop_assert!(request.reference.is_none_or(|reference| reference.len() <= 128));
            }
        }
    }

    #[test]
    fn a_good_frame_cut_anywhere_is_refused(number in 0..good().len(), cut in 0usize..400) {
        let text = good().swap_remove(number).to_string();
        let cut = cut % text.len();
        if text.is_char_boundary(cut) {
            for address in ADDRESSES {
                prop_assert_eq!(decode(address, &text[..cut]), Err(BadFrame));
            }
        }
    }
}
