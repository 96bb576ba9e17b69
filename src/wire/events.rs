//! The native dialect, `/ws/events/` (section 4.1, document 003): both ways
//! `{"action": …, "data": {…}}`.
//!
//! `decode` turns a frame into a command or says that it is broken; `encode` turns an event into a
//! frame's text. Broken input is never answered: the socket is closed with `BAD_DATA`.

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{json, value::RawValue};

use super::{
    frame,
    shapes::{ConversationShape, IsOnline, MessageShape, UserShape},
};
use crate::{
    event::{Event, Membership},
    model::{Conversation, ConversationId, Message, MessageId, Refusal, Rev, Seq},
};

/// How long a `ref` may be, in bytes.
const REFERENCE_BYTES: usize = 128;

/// A frame that is not of this dialect.
#[derive(Debug, PartialEq, Eq)]
pub struct BadFrame;

/// What a client asks, and how it calls its request.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// `ref`: comes back with the direct answer or error.
    pub reference: Option<String>,
    /// The action as the client named it.
    pub action: &'static str,
    /// What it wants.
    pub command: Command,
}

/// What a client of this dialect can ask.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// `new_message`.
    PostMessage(NewMessage),
    /// `edit_message`.
    EditMessage {
        /// Which.
        id: MessageId,
        /// What it says now.
        content: String,
    },
    /// `delete_message`.
    DeleteMessage(MessageId),
    /// `read_message`: that one and all before it.
    ReadMessage(MessageId),
    /// `typing`.
    Typing {
        /// Where.
        chat_id: ConversationId,
        /// Whether still.
        is_typing: bool,
    },
    /// `history`.
    History(History),
    /// `resume`: what was missed since a cursor.
    Resume(Rev),
    /// `join_chat`.
    JoinChat(ConversationId),
    /// `leave_chat`.
    LeaveChat(ConversationId),
    /// `room_created`: tells of a room again.
    AnnounceRoom(ConversationId),
    /// `user_online` and `user_offline`: the caller shows as that.
    ShowAs {
        /// Who; must be the caller.
        username: String,
        /// Online or offline.
        online: bool,
    },
}

/// `new_message`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct NewMessage {
    /// What it says.
    pub content: String,
    /// Where.
    pub chat_id: ConversationId,
    /// When, by the client's clock: checked, and otherwise ignored.
    timestamp: ClientTime,
    /// The client's own name for it.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The message it answers.
    #[serde(default)]
    pub reply_to: Option<MessageId>,
}

/// `history`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct History {
    /// Where.
    pub chat_id: ConversationId,
    /// Messages just before this place.
    #[serde(default)]
    pub before: Option<Seq>,
    /// Messages just after this place.
    #[serde(default)]
    pub after: Option<Seq>,
    /// At most so many.
    #[serde(default)]
    pub limit: Option<i64>,
}

/// A time as clients write it: RFC 3339, or the same without a zone.
#[derive(Debug, PartialEq, Eq)]
struct ClientTime;

impl<'de> Deserialize<'de> for ClientTime {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let good = chrono::DateTime::parse_from_rfc3339(&text).is_ok()
            || text.parse::<chrono::NaiveDateTime>().is_ok();
        if good { Ok(Self) } else { Err(serde::de::Error::custom("not a time")) }
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    action: String,
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(default, rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct ById {
    id: MessageId,
}

#[derive(Deserialize)]
struct ByChat {
    chat_id: ConversationId,
}

#[derive(Deserialize)]
struct ByName {
    username: String,
}

#[derive(Deserialize)]
struct EditFields {
    id: MessageId,
    content: String,
}

#[derive(Deserialize)]
struct TypingFields {
    chat_id: ConversationId,
    #[serde(default)]
    is_typing: Option<bool>,
}

#[derive(Deserialize)]
struct ResumeFields {
    cursor: Rev,
}

/// What a frame asks.
///
/// # Errors
/// It is broken: not JSON, no such action, a field missing or of the wrong type.
pub fn decode(text: &str) -> Result<Request, BadFrame> {
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|_| BadFrame)?;
    if envelope.reference.as_ref().is_some_and(|r| r.len() > REFERENCE_BYTES) {
        return Err(BadFrame);
    }
    let data = envelope.data;
    let (action, command) = match envelope.action.as_str() {
        "new_message" => ("new_message", Command::PostMessage(fields(data)?)),
        "edit_message" => {
            let EditFields { id, content } = fields(data)?;
            ("edit_message", Command::EditMessage { id, content })
        }
        "delete_message" => ("delete_message", Command::DeleteMessage(fields::<ById>(data)?.id)),
        "read_message" => ("read_message", Command::ReadMessage(fields::<ById>(data)?.id)),
        "typing" => {
            let TypingFields { chat_id, is_typing } = fields(data)?;
            ("typing", Command::Typing { chat_id, is_typing: is_typing.unwrap_or(true) })
        }
        "history" => ("history", Command::History(fields(data)?)),
        "resume" => ("resume", Command::Resume(fields::<ResumeFields>(data)?.cursor)),
        "join_chat" => ("join_chat", Command::JoinChat(fields::<ByChat>(data)?.chat_id)),
        "leave_chat" => ("leave_chat", Command::LeaveChat(fields::<ByChat>(data)?.chat_id)),
        "room_created" => ("room_created", Command::AnnounceRoom(fields::<ByChat>(data)?.chat_id)),
        "user_online" => {
            let username = fields::<ByName>(data)?.username;
            ("user_online", Command::ShowAs { username, online: true })
        }
        "user_offline" => {
            let username = fields::<ByName>(data)?.username;
            ("user_offline", Command::ShowAs { username, online: false })
        }
        _ => return Err(BadFrame),
    };
    Ok(Request { reference: envelope.reference, action, command })
}

/// The fields of `data`, which must be an object: serde would take an array for one as well.
fn fields<T: DeserializeOwned>(data: &RawValue) -> Result<T, BadFrame> {
    if !data.get().starts_with('{') {
        return Err(BadFrame);
    }
    serde_json::from_str(data.get()).map_err(|_| BadFrame)
}

#[derive(Serialize)]
struct Told<'a, T: Serialize> {
    action: &'a str,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rev: Option<Rev>,
    data: T,
}

/// One frame of this dialect, framed for the socket.
#[must_use]
pub fn text(
    action: &str,
    reference: Option<&str>,
    rev: Option<Rev>,
    data: impl Serialize,
) -> Bytes {
    let told = Told { action, reference, rev, data };
    let json = serde_json::to_vec(&told).expect("shapes are plain data with text keys");
    frame::text(&json)
}

/// An event as a frame; nothing for events that are not sent.
#[must_use]
pub fn encode(
    event: &Event,
    rev: Option<Rev>,
    reference: Option<&str>,
    is_online: IsOnline<'_>,
) -> Option<Bytes> {
    let say = |action: &str, data: serde_json::Value| text(action, reference, rev, data);
    let message =
        |action: &str, message: &Message| text(action, reference, rev, MessageShape::from(message));
    let room = |action: &str, conversation: &Conversation| {
        let shape = ConversationShape::new(conversation, is_online);
        text(action, reference, rev, json!({ "chat_id": conversation.id, "conversation": shape }))
    };
    let coming = |action: &str, m: &Membership| {
        let data = json!({
            "chat_id": m.conversation, "username": m.username, "member_count": m.member_count,
        });
        text(action, reference, rev, data)
    };
    Some(match event {
        Event::MessagePosted(posted) => message("new_message", posted),
        Event::MessageEdited(edited) => message("message_edited", edited),
        Event::MessageDeleted(deleted) => message("message_deleted", deleted),
        Event::MessageRead { conversation, message, seq, username } => say(
            "message_read",
            json!({ "id": message, "chat_id": conversation, "seq": seq, "username": username }),
        ),
        Event::ReadMarkMoved { conversation, seq, unread_count } => say(
            "read_mark",
            json!({ "chat_id": conversation, "seq": seq, "unread_count": unread_count }),
        ),
        Event::ChatJoined(conversation) => room("join_chat", conversation),
        Event::MemberJoined(joined) => coming("member_joined", joined),
        Event::MemberLeft(left) => coming("member_left", left),
        Event::ChatLeft(left) => coming("leave_chat", left),
        Event::RoomCreated(conversation) => room("room_created", conversation),
        Event::RoomUpdated(conversation) => room("room_updated", conversation),
        Event::RoomDeleted(id) => say("room_deleted", json!({ "chat_id": id })),
        Event::PersonUpdated(person) => {
            say("user_updated", json!({ "user": UserShape::new(person, is_online) }))
        }
        Event::SessionRevoked(_) => return None,
        Event::Typing { conversation, username, is_typing } => say(
            "typing",
            json!({ "chat_id": conversation, "username": username, "is_typing": is_typing }),
        ),
        Event::PresenceChanged { online, offline } => {
            match (online.as_slice(), offline.as_slice()) {
                ([username], []) => say("user_online", json!({ "username": username })),
                ([], [username]) => say("user_offline", json!({ "username": username })),
                (online, offline) => {
                    say("presence", json!({ "online": online, "offline": offline }))
                }
            }
        }
    })
}

/// A refusal as an `error` frame.
#[must_use]
pub fn error(refusal: &Refusal, action: &str, reference: Option<&str>) -> Bytes {
    let mut data = json!({
        "code": refusal.code.as_str(), "message": refusal.message, "action": action,
    });
    if !refusal.fields.is_empty() {
        data["fields"] = json!(refusal.fields);
    }
    if let Some(seconds) = refusal.retry_after {
        data["retry_after"] = json!(seconds);
    }
    text("error", reference, None, data)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_document_003_is_understood() {
        let sample = r#"{
          "action": "new_message",
          "data": {
            "content": "Hello!",
            "chat_id": "5eafd8eb-5be1-4671-9ff8-ba8fbb798af7",
            "timestamp": "2025-07-28T09:00:00Z"
          }
        }"#;
        let request = decode(sample).unwrap();
        assert!(matches!(request.command, Command::PostMessage(m) if m.content == "Hello!"));
    }

    #[test]
    fn broken_frames_are_told_apart_from_good_ones() {
        let good =
            r#"{"action":"read_message","data":{"id":"5eafd8eb-5be1-4671-9ff8-ba8fbb798af7"}}"#;
        assert!(decode(good).is_ok());
        let deep = "[".repeat(10_000);
        for broken in [
            "",
            "nonsense",
            "[]",
            "1",
            "{}",
            r#"{"action":"read_message"}"#,
            r#"{"action":"read_message","data":{}}"#,
            r#"{"action":"read_message","data":{"id":1}}"#,
            r#"{"action":"read_message","data":{"id":"5eafd8eb"}}"#,
            r#"{"action":"read_message","data":["5eafd8eb-5be1-4671-9ff8-ba8fbb798af7"]}"#,
            r#"{"action":"fly","data":{}}"#,
            r#"{"action":1,"data":{}}"#,
            r#"{"action":"resume","data":{"cursor":"1"}}"#,
            r#"{"action":"resume","data":{"cursor":1.5}}"#,
            r#"{"action":"resume","data":{"cursor":99999999999999999999}}"#,
            r#"{"action":"user_online","data":{"username":"ada"},"ref":7}"#,
            r#"{"action":"new_message","data":{"content":"x","chat_id":"5eafd8eb-5be1-4671-9ff8-ba8fbb798af7"}}"#,
            r#"{"action":"new_message","data":{"content":"x","chat_id":"5eafd8eb-5be1-4671-9ff8-ba8fbb798af7","timestamp":"soon"}}"#,
            &deep,
        ] {
            assert_eq!(decode(broken).err(), Some(BadFrame), "{broken}");
        }
    }
}
