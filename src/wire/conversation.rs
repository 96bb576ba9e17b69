//! The dialect of documents 001 and 002, `/ws/chat/{id}/`: a socket that hears one conversation,
//! for clients that send by REST and may send here (section 4.4).

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::{
    command::{BadFrame, Command, Post, Request, Target},
    dialect::{Answer, Asked, Dialect, Scope, json_frame, json_object},
    rooms,
    shapes::MessageShape,
};
use crate::{
    app::NewMessage,
    event::Event,
    hub::{Encoder, Telling},
    model::{ConversationId, Message, Refusal},
};

/// The dialect.
pub struct OneConversation;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame {
    ChatMessage { content: String, client_id: Option<String> },
    Typing { is_typing: Option<bool> },
    Ping,
}

/// Document 002's clients say nothing but the message.
#[derive(Deserialize)]
struct Plain {
    message: String,
}

impl Dialect for OneConversation {
    fn scope<'a>(&self, words: &[&'a str]) -> Option<Scope<'a>> {
        if let ["chat", id] = words { Some(Scope::One(id)) } else { None }
    }

    fn decode(&self, text: &str, only: Option<ConversationId>) -> Result<Request, BadFrame> {
        let here = only.ok_or(BadFrame)?;
        let post = |content, client_id| {
            let target = Target::Chat(here);
            let message = NewMessage { content, client_id, ..NewMessage::default() };
            Request::plain("chat_message", Command::Post(Post { target, message }))
        };
        let object: serde_json::Value = json_object(text)?;
        if object.get("type").is_none() {
            let Plain { message } = serde_json::from_value(object).map_err(|_| BadFrame)?;
            return Ok(post(message, None));
        }
        Ok(match serde_json::from_value(object).map_err(|_| BadFrame)? {
            Frame::ChatMessage { content, client_id } => post(content, client_id),
            Frame::Typing { is_typing } => {
                let is_typing = is_typing.unwrap_or(true);
                Request::plain("typing", Command::Typing { chat_id: here, is_typing })
            }
            Frame::Ping => Request::plain("ping", Command::Ping),
        })
    }

    fn answer(&self, answer: &Answer<'_>, _asked: &Asked<'_>) -> Option<Bytes> {
        match answer {
            Answer::Greeting { here, .. } => Some(online(here)),
            Answer::Posted(posted) => Some(message("chat_message", posted)),
            Answer::Pong => Some(json_frame(&json!({ "type": "pong" }))),
            Answer::History { .. } | Answer::Joined { .. } | Answer::Resumed { .. } => None,
        }
    }

    fn refuse(&self, refusal: &Refusal, _asked: &Asked<'_>) -> Bytes {
        rooms::error(refusal)
    }
}

fn message(kind: &str, message: &Message) -> Bytes {
    json_frame(&json!({ "type": kind, "message": MessageShape::from(message) }))
}

fn online(usernames: &[String]) -> Bytes {
    json_frame(&json!({ "type": "online_users", "usernames": usernames }))
}

impl Encoder for OneConversation {
    fn event(&self, event: &Event, _telling: &Telling<'_>) -> Option<Bytes> {
        if let Event::MessagePosted(posted) = event {
            Some(message("chat_message", posted))
        } else if let Event::MessageEdited(edited) = event {
            Some(message("message_edited", edited))
        } else if let Event::MessageDeleted(deleted) = event {
            Some(message("message_deleted", deleted))
        } else if let Event::OnlineIn(usernames) = event {
            Some(online(usernames))
        } else if let Event::Typing { username, is_typing, .. } = event {
            let typing = json!({ "type": "typing", "username": username, "is_typing": is_typing });
            Some(json_frame(&typing))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_say_something_are_understood() {
        let here = Some(ConversationId::fresh());
        for sample in [r#"{"message":"text"}"#, r#"{"type":"chat_message","content":"text"}"#] {
            let asked = OneConversation.decode(sample, here).map(|request| request.command);
            assert!(
                matches!(asked, Ok(Command::Post(post)) if post.message.content == "text"),
                "{sample}"
            );
        }
        for broken in ["", "[]", "{}", r#"{"message":1}"#, r#"{"type":"chat_message"}"#] {
            assert_eq!(OneConversation.decode(broken, here).err(), Some(BadFrame), "{broken}");
        }
    }
}
