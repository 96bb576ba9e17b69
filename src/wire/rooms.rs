//! Document 004's dialect, `/ws`: rooms and directs by name, flat objects with `type` (section 4.2).

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    command::{BadFrame, Command, History, Post, Request, Target},
    dialect::{Answer, Asked, Dialect, Scope, json_frame, json_object, several},
    shapes::AttachmentShape,
};
use crate::{
    event::Event,
    hub::{Encoder, Telling},
    model::{ConversationId, Message, MessageId, Place, Refusal, Seq, UserId},
};

/// How many messages a page has unless told, and at most (section 4.2).
const PAGE: i64 = 50;
const LONGEST_PAGE: i64 = 100;

/// The dialect.
pub struct Rooms;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame {
    Join { room: String },
    Message { room: String, content: String },
    Dm { to: String, content: String },
    History { room: String, limit: Option<i64>, before: Option<Seq> },
    DmHistory { with: String, limit: Option<i64>, before: Option<Seq> },
    Ping,
}

impl Dialect for Rooms {
    fn scope<'a>(&self, words: &[&'a str]) -> Option<Scope<'a>> {
        words.is_empty().then_some(Scope::All)
    }

    fn decode(&self, text: &str, _only: Option<ConversationId>) -> Result<Request, BadFrame> {
        let post = |target, content| Command::Post(Post::plain(target, content));
        let page = |target, limit: Option<i64>, before| {
            let limit = limit.unwrap_or(PAGE).min(LONGEST_PAGE);
            Command::History(History { target, before, after: None, limit })
        };
        Ok(match json_object(text)? {
            Frame::Join { room } => Request::plain("join", Command::EnterRoom(room)),
            Frame::Message { room, content } => {
                Request::plain("message", post(Target::Room(room), content))
            }
            Frame::Dm { to, content } => Request::plain("dm", post(Target::Person(to), content)),
            Frame::History { room, limit, before } => {
                Request::plain("history", page(Target::Room(room), limit, before))
            }
            Frame::DmHistory { with, limit, before } => {
                Request::plain("dm_history", page(Target::Person(with), limit, before))
            }
            Frame::Ping => Request::plain("ping", Command::Ping),
        })
    }

    fn answer(&self, answer: &Answer<'_>, _asked: &Asked<'_>) -> Option<Bytes> {
        match answer {
            Answer::Joined { conversation, online, .. } => Some(json_frame(&json!({
                "type": "joined", "room": conversation.name, "id": conversation.id,
                "online": online,
            }))),
            Answer::History { target, messages } => {
                let messages: Vec<_> = messages.iter().map(Said::from).collect();
                Some(json_frame(&match target {
                    Target::Room(room) => {
                        json!({ "type": "history", "room": room, "messages": messages })
                    }
                    Target::Person(with) => {
                        json!({ "type": "dm_history", "with": with, "messages": messages })
                    }
                    Target::Chat(id) => {
                        json!({ "type": "history", "room": id, "messages": messages })
                    }
                }))
            }
            Answer::Pong => Some(json_frame(&json!({ "type": "pong" }))),
            Answer::Greeting { .. } | Answer::Posted(_) | Answer::Resumed { .. } => None,
        }
    }

    fn refuse(&self, refusal: &Refusal, _asked: &Asked<'_>) -> Bytes {
        error(refusal)
    }
}

/// `error` as the dialects with `type` say it.
pub(super) fn error(refusal: &Refusal) -> Bytes {
    let (code, message) = (refusal.code.as_str(), &refusal.message);
    let mut error = json!({ "type": "error", "code": code, "message": message });
    if let Some(seconds) = refusal.retry_after {
        error["retry_after"] = json!(seconds);
    }
    json_frame(&error)
}

/// A message of a room, or a direct's.
#[derive(Serialize)]
struct Said<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: MessageId,
    seq: Seq,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<&'a str>,
    from: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<UserId>,
    username: &'a str,
    content: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentShape<'a>>,
    timestamp: String,
}

impl<'a> From<&'a Message> for Said<'a> {
    fn from(message: &'a Message) -> Self {
        let (kind, room, to) = match &message.place {
            Place::Room(name) => ("message", Some(name.as_str()), None),
            Place::Direct(recipient) => ("dm", None, Some(recipient.id)),
        };
        Self {
            kind,
            id: message.id,
            seq: message.seq,
            room,
            from: message.sender_id,
            to,
            username: &message.sender,
            content: &message.content,
            attachments: message.attachments.iter().map(AttachmentShape::from).collect(),
            timestamp: message.date.to_rfc3339(),
        }
    }
}

impl Encoder for Rooms {
    fn event(&self, event: &Event, _telling: &Telling<'_>) -> Option<Bytes> {
        if let Event::MessagePosted(message) = event {
            return Some(json_frame(&Said::from(message.as_ref())));
        }
        let Event::PresenceChanged { online, offline } = event else { return None };
        let status = |(user, username): &(UserId, String), online| {
            json_frame(&json!({
                "type": "status", "user": user, "username": username, "online": online,
            }))
        };
        let came = online.iter().map(|person| status(person, true));
        let went = offline.iter().map(|person| status(person, false));
        several(&came.chain(went).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_document_004_are_understood() {
        for sample in [
            r#"{ "type": "join", "room": "general" }"#,
            r#"{ "type": "message", "room": "general", "content": "yo" }"#,
            r#"{ "type": "dm", "to": "user_id", "content": "salut" }"#,
            r#"{ "type": "history", "room": "general", "limit": 50 }"#,
            r#"{ "type": "ping" }"#,
        ] {
            assert!(Rooms.decode(sample, None).is_ok(), "{sample}");
        }
        for broken in [
            "",
            "[]",
            r#"["join", {"room": "general"}]"#,
            r#"{"type":"join"}"#,
            r#"{"type":"join","room":1}"#,
            r#"{"type":"fly"}"#,
            r#"{"room":"general"}"#,
            r#"{"type":"history","room":"general","limit":"50"}"#,
        ] {
            assert_eq!(Rooms.decode(broken, None).err(), Some(BadFrame), "{broken}");
        }
    }
}
