//! Frames of the native dialect as commands. Everything is checked strictly: a field that is missing
//! or of the wrong type, an id that is no UUID, an option out of its range make a broken frame.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    app::NewMessage,
    model::{
        AttachmentId, ConversationId, Emoji, GameOptions, MessageId, NotificationId, Rev, Seq,
        TournamentId, UserId, notification::Recipients,
    },
    wire::{
        command::{BadFrame, Command, History, Post, Request, Target},
        dialect::{json_object, object},
    },
};

/// How long a `ref` may be, in bytes.
const REFERENCE_BYTES: usize = 128;

/// How many messages a page has unless told (section 1).
const PAGE: i64 = 30;

/// A time as clients write it: RFC 3339, or the same without a zone. Checked, and otherwise ignored.
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
struct PostFields {
    content: String,
    chat_id: ConversationId,
    #[serde(rename = "timestamp")]
    _timestamp: ClientTime,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    reply_to: Option<MessageId>,
    #[serde(default)]
    attachments: Option<Vec<AttachmentId>>,
}

#[derive(Deserialize)]
struct HistoryFields {
    chat_id: ConversationId,
    #[serde(default)]
    before: Option<Seq>,
    #[serde(default)]
    after: Option<Seq>,
    #[serde(default)]
    limit: Option<i64>,
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
struct LikeFields {
    id: MessageId,
    chat_id: ConversationId,
}

#[derive(Deserialize)]
struct ReactionFields {
    id: MessageId,
    emoji: String,
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

#[derive(Deserialize)]
struct InviteFields {
    username: String,
    client_id: String,
    #[serde(deserialize_with = "object")]
    options: GameOptions,
}

#[derive(Deserialize)]
struct AnswerFields {
    username: String,
    accept: bool,
}

#[derive(Deserialize)]
struct FriendFields {
    sender_id: UserId,
    receiver_id: UserId,
}

#[derive(Deserialize)]
struct TournamentFields {
    tournament_id: TournamentId,
    tournament_name: String,
    organizer_id: UserId,
}

#[derive(Deserialize)]
struct NotificationById {
    id: NotificationId,
}

#[derive(Deserialize)]
struct NotifyFields {
    message: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    everyone: bool,
}

/// What a frame asks.
///
/// # Errors
/// It is broken.
pub(super) fn request(text: &str) -> Result<Request, BadFrame> {
    let envelope: Envelope<'_> = json_object(text)?;
    if envelope.reference.as_ref().is_some_and(|r| r.len() > REFERENCE_BYTES) {
        return Err(BadFrame);
    }
    let (name, data) = (envelope.action.as_str(), envelope.data);
    let found = match about_messages(name, data)? {
        Some(found) => Some(found),
        None => match about_rooms(name, data)? {
            Some(found) => Some(found),
            None => about_people(name, data)?,
        },
    };
    let (action, command) = found.ok_or(BadFrame)?;
    Ok(Request { reference: envelope.reference, action, command })
}

type Found = Result<Option<(&'static str, Command)>, BadFrame>;

fn about_messages(name: &str, data: &RawValue) -> Found {
    Ok(Some(match name {
        "new_message" => {
            let PostFields { content, chat_id, client_id, reply_to, attachments, .. } =
                fields(data)?;
            let attachments = attachments.unwrap_or_default();
            let message = NewMessage { content, client_id, reply_to, attachments };
            let target = Target::Chat(chat_id);
            ("new_message", Command::Post(Post { target, message }))
        }
        "edit_message" => {
            let EditFields { id, content } = fields(data)?;
            ("edit_message", Command::EditMessage { id, content })
        }
        "delete_message" => ("delete_message", Command::DeleteMessage(fields::<ById>(data)?.id)),
        "read_message" => ("read_message", Command::ReadMessage(fields::<ById>(data)?.id)),
        "like_message" => ("like_message", like(data, true)?),
        "unlike_message" => ("unlike_message", like(data, false)?),
        "add_reaction" => ("add_reaction", reaction(data, true)?),
        "remove_reaction" => ("remove_reaction", reaction(data, false)?),
        "pin_message" => ("pin_message", pin(data, true)?),
        "unpin_message" => ("unpin_message", pin(data, false)?),
        "typing" => {
            let TypingFields { chat_id, is_typing } = fields(data)?;
            ("typing", Command::Typing { chat_id, is_typing: is_typing.unwrap_or(true) })
        }
        "history" => {
            let HistoryFields { chat_id, before, after, limit } = fields(data)?;
            let (target, limit) = (Target::Chat(chat_id), limit.unwrap_or(PAGE));
            ("history", Command::History(History { target, before, after, limit }))
        }
        "resume" => ("resume", Command::Resume(fields::<ResumeFields>(data)?.cursor)),
        _ => return Ok(None),
    }))
}

fn about_rooms(name: &str, data: &RawValue) -> Found {
    Ok(Some(match name {
        "join_chat" => ("join_chat", Command::JoinChat(fields::<ByChat>(data)?.chat_id)),
        "leave_chat" => ("leave_chat", Command::LeaveChat(fields::<ByChat>(data)?.chat_id)),
        "room_created" => ("room_created", Command::AnnounceRoom(fields::<ByChat>(data)?.chat_id)),
        "new_tournament" => {
            let TournamentFields { tournament_id, tournament_name, organizer_id } = fields(data)?;
            let (id, name, organizer) = (tournament_id, tournament_name, organizer_id);
            ("new_tournament", Command::AnnounceTournament { id, name, organizer })
        }
        "game_invite" => {
            let InviteFields { username, client_id, options } = fields(data)?;
            let client_id = Some(client_id);
            ("game_invite", Command::Invite { username, client_id, options })
        }
        "reply_game_invite" => {
            let AnswerFields { username, accept } = fields(data)?;
            ("reply_game_invite", Command::AnswerInvite { username, accept })
        }
        "game_accepted" => {
            let username = fields::<ByName>(data)?.username;
            ("game_accepted", Command::AnswerInvite { username, accept: true })
        }
        "game_declined" => {
            let username = fields::<ByName>(data)?.username;
            ("game_declined", Command::AnswerInvite { username, accept: false })
        }
        "cancel_game_invite" => {
            let username = fields::<ByName>(data)?.username;
            ("cancel_game_invite", Command::CancelInvite { username })
        }
        _ => return Ok(None),
    }))
}

fn about_people(name: &str, data: &RawValue) -> Found {
    Ok(Some(match name {
        "add_new_friend" => {
            let FriendFields { sender_id, receiver_id } = fields(data)?;
            let (sender, receiver) = (sender_id, receiver_id);
            ("add_new_friend", Command::AddFriend { sender, receiver })
        }
        "user_online" => {
            let username = fields::<ByName>(data)?.username;
            ("user_online", Command::ShowAs { username, online: true })
        }
        "user_offline" => {
            let username = fields::<ByName>(data)?.username;
            ("user_offline", Command::ShowAs { username, online: false })
        }
        "read_notification" => {
            let id = fields::<NotificationById>(data)?.id;
            ("read_notification", Command::ReadNotification(id))
        }
        "notification" => {
            let NotifyFields { message, kind, username, everyone } = fields(data)?;
            let to = match (everyone, username) {
                (true, _) => Recipients::Everyone,
                (false, Some(username)) => Recipients::One(username),
                (false, None) => Recipients::Oneself,
            };
            ("notification", Command::Notify { to, message, kind })
        }
        _ => return Ok(None),
    }))
}

fn like(data: &RawValue, added: bool) -> Result<Command, BadFrame> {
    let LikeFields { id, chat_id } = fields(data)?;
    Ok(Command::React { id, chat_id: Some(chat_id), emoji: Emoji::LIKE.into(), added })
}

fn reaction(data: &RawValue, added: bool) -> Result<Command, BadFrame> {
    let ReactionFields { id, emoji } = fields(data)?;
    Ok(Command::React { id, chat_id: None, emoji, added })
}

fn pin(data: &RawValue, on: bool) -> Result<Command, BadFrame> {
    let ById { id } = fields(data)?;
    Ok(Command::Pin { id, on })
}

fn fields<T: DeserializeOwned>(data: &RawValue) -> Result<T, BadFrame> {
    json_object(data.get())
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
        let asked = request(sample).unwrap();
        assert!(matches!(asked.command, Command::Post(m) if m.message.content == "Hello!"));
    }

    #[test]
    fn broken_frames_are_told_apart_from_good_ones() {
        let good =
            r#"{"action":"read_message","data":{"id":"5eafd8eb-5be1-4671-9ff8-ba8fbb798af7"}}"#;
        assert!(request(good).is_ok());
        let deep = "[".repeat(10_000);
        for broken in [
            "",
            "nonsense",
            "[]",
            r#"["resume",{"cursor":1}]"#,
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
            r#"{"action":"game_invite","data":{"username":"bob","client_id":"1","options":{"score_to_win":2}}}"#,
            r#"{"action":"game_invite","data":{"username":"bob","client_id":"1","options":[]}}"#,
            r#"{"action":"game_invite","data":{"username":"bob","client_id":1,"options":{}}}"#,
            r#"{"action":"game_invite","data":{"username":"bob","client_id":"1"}}"#,
            r#"{"action":"reply_game_invite","data":{"username":"bob","accept":"yes"}}"#,
            r#"{"action":"new_tournament","data":{"tournament_id":1,"tournament_name":"a","organizer_id":2}}"#,
            r#"{"action":"notification","data":{"message":"a"}}"#,
            r#"{"action":"notification","data":{"message":"a","type":"b","everyone":"no"}}"#,
            &deep,
        ] {
            assert_eq!(request(broken).err(), Some(BadFrame), "{broken}");
        }
    }
}
