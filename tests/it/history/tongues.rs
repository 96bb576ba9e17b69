//! How clients of the five documents say and hear the same thing.

use serde_json::{Value, json};

/// A place where people talk.
#[derive(Clone, Debug)]
pub struct Place {
    pub id: String,
    pub name: String,
    /// Who talks there, if it is a direct.
    pub between: Option<[String; 2]>,
}

impl Place {
    pub fn room(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), between: None }
    }

    /// To whom somebody talks in a direct.
    fn other(&self, one: &str) -> Option<&String> {
        self.between.as_ref()?.iter().find(|other| *other != one)
    }
}

/// What a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// Document 000: one live chat with rooms by name; its messages say no seq.
    Live,
    /// Document 001: hears one conversation, and posts by REST.
    Posting,
    /// Document 002: hears one conversation, says nothing but text.
    Plain,
    /// Document 003: the native dialect, which resumes.
    Native,
    /// Document 004: rooms by name, flat frames.
    Rooms,
}

/// A message as a frame tells it.
#[derive(Debug)]
pub struct Said {
    pub place: String,
    pub seq: Option<i64>,
    pub id: String,
    pub mark: String,
    pub by: String,
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// What a message says first: its mark.
pub fn mark_of(content: &Value) -> String {
    content.as_str().unwrap().split(' ').next().unwrap().to_owned()
}

impl Tongue {
    pub const ALL: [Self; 5] = [Self::Live, Self::Posting, Self::Plain, Self::Native, Self::Rooms];

    /// Those in which something is said on the socket.
    pub const SPOKEN: [Self; 4] = [Self::Live, Self::Plain, Self::Native, Self::Rooms];

    /// Where its socket is; some hear one place only.
    pub fn address(self, place: &Place) -> String {
        match self {
            Self::Live => "/ws/chat/".into(),
            Self::Posting | Self::Plain => format!("/ws/chat/{}/", place.id),
            Self::Native => "/ws/events/".into(),
            Self::Rooms => "/ws".into(),
        }
    }

    pub fn hears_one_place(self) -> bool {
        matches!(self, Self::Posting | Self::Plain)
    }

    /// Whether a message carries its sender's own id, so that it may be sent again.
    pub fn may_repeat(self) -> bool {
        self == Self::Native
    }

    /// How many messages may be on their way: where an error does not say of what, only one.
    pub fn window(self) -> usize {
        if self == Self::Native { 8 } else { 1 }
    }

    /// The frame with which somebody says something.
    pub fn say(self, place: &Place, by: &str, mark: &str, content: &str) -> Value {
        match (self, place.other(by)) {
            (Self::Live, Some(to)) => {
                json!({ "action": "send_message", "to": to, "content": content })
            }
            (Self::Live, None) => {
                json!({ "action": "send_message", "room": place.name, "content": content })
            }
            (Self::Posting | Self::Plain, _) => json!({ "message": content }),
            (Self::Native, _) => json!({ "action": "new_message", "ref": mark, "data": {
                "content": content, "chat_id": place.id, "client_id": mark,
                "timestamp": "2026-01-01T00:00:00Z",
            } }),
            (Self::Rooms, Some(to)) => json!({ "type": "dm", "to": to, "content": content }),
            (Self::Rooms, None) => {
                json!({ "type": "message", "room": place.name, "content": content })
            }
        }
    }

    /// The message in a frame, if there is one.
    pub fn heard(self, frame: &Value, places: &[Place]) -> Option<Said> {
        let (kind, message) = match self {
            Self::Live => (frame["action"] == "message", frame),
            Self::Posting | Self::Plain => (frame["type"] == "chat_message", &frame["message"]),
            Self::Native => (frame["action"] == "new_message", &frame["data"]),
            Self::Rooms => (["message", "dm"].iter().any(|kind| frame["type"] == *kind), frame),
        };
        if !kind {
            return None;
        }
        let by = if self == Self::Rooms { &message["username"] } else { &message["sender"] };
        let by = text(by)?;
        let is_there = |place: &&Place| match self {
            // these call a direct by who talks there
            Self::Live | Self::Rooms => match &place.between {
                None => message["room"] == place.name.as_str(),
                Some(between) => message["room"].is_null() && between.contains(&by),
            },
            Self::Posting | Self::Plain | Self::Native => message["chat_id"] == place.id.as_str(),
        };
        Some(Said {
            place: places.iter().find(is_there)?.name.clone(),
            seq: message["seq"].as_i64(),
            id: text(&message["id"])?,
            mark: mark_of(&message["content"]),
            by,
        })
    }

    /// The code of an error and, where it says so, of what.
    pub fn refused(self, frame: &Value) -> Option<(String, Option<String>)> {
        if frame["action"] == "error" || frame["type"] == "error" {
            let error = if self == Self::Native { &frame["data"] } else { frame };
            Some((text(&error["code"])?, text(&frame["ref"])))
        } else {
            None
        }
    }
}
