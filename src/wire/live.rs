//! Document 000's dialect, `/ws/chat/`: one live chat with private messages, flat objects with
//! `action` (section 4.3). Without a room or a recipient the room `general` is meant.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    command::{BadFrame, Command, History, Post, Request, Target},
    dialect::{Answer, Asked, Dialect, Scope, json_frame, json_object, object, several},
    games,
    shapes::AttachmentShape,
};
use crate::{
    event::Event,
    hub::{Encoder, Telling},
    model::{ConversationId, GameOptions, Message, MessageId, Place, Refusal},
};

/// How many messages a page has unless told, and at most.
const PAGE: i64 = 50;
const LONGEST_PAGE: i64 = 100;

/// The room that is meant when none is named.
const USUAL_ROOM: &str = "general";

/// The dialect.
pub struct Live;

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Frame {
    SendMessage {
        content: String,
        room: Option<String>,
        to: Option<String>,
    },
    BlockUser {
        username: String,
    },
    UnblockUser {
        username: String,
    },
    InviteToPlay {
        username: String,
        #[serde(default, deserialize_with = "object")]
        options: GameOptions,
    },
    AcceptInvite {
        username: String,
    },
    DeclineInvite {
        username: String,
    },
    History {
        room: Option<String>,
        to: Option<String>,
        limit: Option<i64>,
    },
    Ping,
}

/// Where a frame means; not both a room and a person.
fn target(room: Option<String>, to: Option<String>) -> Result<Target, BadFrame> {
    match (room, to) {
        (Some(_), Some(_)) => Err(BadFrame),
        (None, Some(username)) => Ok(Target::Person(username)),
        (room, None) => Ok(Target::Room(room.unwrap_or_else(|| USUAL_ROOM.into()))),
    }
}

impl Dialect for Live {
    fn scope<'a>(&self, words: &[&'a str]) -> Option<Scope<'a>> {
        (words == ["chat"]).then_some(Scope::All)
    }

    fn decode(&self, text: &str, _only: Option<ConversationId>) -> Result<Request, BadFrame> {
        Ok(match json_object(text)? {
            Frame::SendMessage { content, room, to } => {
                let target = target(room, to)?;
                Request::plain("send_message", Command::Post(Post::plain(target, content)))
            }
            Frame::BlockUser { username } => {
                Request::plain("block_user", Command::Block { username, on: true })
            }
            Frame::UnblockUser { username } => {
                Request::plain("unblock_user", Command::Block { username, on: false })
            }
            Frame::InviteToPlay { username, options } => {
                let invite = Command::Invite { username, client_id: None, options };
                Request::plain("invite_to_play", invite)
            }
            Frame::AcceptInvite { username } => {
                Request::plain("accept_invite", Command::AnswerInvite { username, accept: true })
            }
            Frame::DeclineInvite { username } => {
                Request::plain("decline_invite", Command::AnswerInvite { username, accept: false })
            }
            Frame::History { room, to, limit } => {
                let (target, limit) = (target(room, to)?, limit.unwrap_or(PAGE).min(LONGEST_PAGE));
                let page = History { target, before: None, after: None, limit };
                Request::plain("history", Command::History(page))
            }
            Frame::Ping => Request::plain("ping", Command::Ping),
        })
    }

    fn answer(&self, answer: &Answer<'_>, _asked: &Asked<'_>) -> Option<Bytes> {
        match answer {
            Answer::History { target, messages } => {
                let messages: Vec<_> = messages.iter().map(Said::from).collect();
                let (key, name) = match target {
                    Target::Room(room) => ("room", room.clone()),
                    Target::Person(username) => ("to", username.clone()),
                    Target::Chat(id) => ("room", id.to_string()),
                };
                let mut history = json!({ "action": "history", "messages": messages });
                history[key] = Value::String(name);
                Some(json_frame(&history))
            }
            Answer::Pong => Some(json_frame(&json!({ "action": "pong" }))),
            Answer::Greeting { .. }
            | Answer::Posted(_)
            | Answer::Joined { .. }
            | Answer::Resumed { .. } => None,
        }
    }

    fn refuse(&self, refusal: &Refusal, _asked: &Asked<'_>) -> Bytes {
        let (code, message) = (refusal.code.as_str(), &refusal.message);
        let mut error = json!({ "action": "error", "code": code, "message": message });
        if let Some(seconds) = refusal.retry_after {
            error["retry_after"] = json!(seconds);
        }
        json_frame(&error)
    }
}

/// A message, public or private.
#[derive(Serialize)]
struct Said<'a> {
    action: &'static str,
    id: MessageId,
    sender: &'a str,
    recipient: Option<&'a str>,
    room: Option<&'a str>,
    content: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentShape<'a>>,
    timestamp: String,
}

impl<'a> From<&'a Message> for Said<'a> {
    fn from(message: &'a Message) -> Self {
        let (recipient, room) = match &message.place {
            Place::Room(name) => (None, Some(name.as_str())),
            Place::Direct(recipient) => (Some(recipient.username.as_str()), None),
        };
        Self {
            action: "message",
            id: message.id,
            sender: &message.sender,
            recipient,
            room,
            content: &message.content,
            attachments: message.attachments.iter().map(AttachmentShape::from).collect(),
            timestamp: message.date.to_rfc3339(),
        }
    }
}

/// Action and data in one object.
fn flat(action: &str, mut data: Value) -> Bytes {
    data["action"] = json!(action);
    json_frame(&data)
}

impl Encoder for Live {
    fn event(&self, event: &Event, _telling: &Telling<'_>) -> Option<Bytes> {
        if let Event::MessagePosted(message) = event {
            Some(json_frame(&Said::from(message.as_ref())))
        } else if let Event::PresenceChanged { online, offline } = event {
            let came = online.iter().map(|(_, name)| ("user_online", name));
            let went = offline.iter().map(|(_, name)| ("user_offline", name));
            let told =
                came.chain(went).map(|(action, name)| flat(action, json!({ "username": name })));
            several(&told.collect::<Vec<_>>())
        } else if let Event::Silence { username, on, .. } = event {
            let action = if *on { "user_blocked" } else { "user_unblocked" };
            Some(flat(action, json!({ "username": username })))
        } else if let Event::TournamentAnnounced(tournament) = event {
            Some(flat(
                "tournament",
                json!({
                    "name": tournament.name, "organizer": tournament.organizer,
                    "tournament_id": tournament.id,
                }),
            ))
        } else if let Event::InviteSent(invitation) = event {
            // the same words as to the invited one would look like an invitation of one's own
            let data = json!({
                "username": invitation.invited.username, "options": invitation.options,
            });
            Some(flat("invite_sent", data))
        } else {
            games::told(event).map(|(action, data)| flat(action, data))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_document_000_is_understood() {
        let sample = r#"{ "action": "send_message", "content": "Bonjour !" }"#;
        let general = Target::Room("general".into());
        let asked = Live.decode(sample, None).map(|request| request.command);
        assert!(matches!(asked, Ok(Command::Post(post)) if post.target == general));
        for broken in [
            "",
            "[]",
            r#"{"action":"send_message"}"#,
            r#"{"action":"send_message","content":"a","to":"b","room":"c"}"#,
            r#"{"action":"send_message","content":1}"#,
            r#"{"action":"block_user"}"#,
            r#"{"action":"invite_to_play","username":"bob","options":{"colour":1}}"#,
            r#"{"action":"invite_to_play","username":"bob","options":[]}"#,
            r#"{"action":"history","limit":"many"}"#,
            r#"{"content":"a"}"#,
        ] {
            assert_eq!(Live.decode(broken, None).err(), Some(BadFrame), "{broken}");
        }
    }
}
