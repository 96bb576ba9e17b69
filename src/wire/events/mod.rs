//! The native dialect, `/ws/events/` (section 4.1, document 003): both ways
//! `{"action": …, "data": {…}}`, events with `rev`, direct answers and errors with the asker's `ref`.

mod commands;
mod decode;

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

use super::{
    command::{BadFrame, Request, Target},
    dialect::{Answer, Asked, Dialect, Scope, json_frame, several},
    frame, games,
    shapes::{
        ConversationShape, GameShape, InvitationShape, IsOnline, MeShape, MessageShape,
        NotificationShape, TournamentShape, UserShape,
    },
};
use crate::{
    app::Greeting,
    event::{Event, Membership, Pinned, Reacted},
    hub::{Encoder, Telling},
    model::{
        Conversation, ConversationId, Emoji, Message, Notification, Refusal, Rev, Server,
        notification::About, text::MESSAGE_CHARS,
    },
};

/// The dialect.
pub struct Native;

impl Dialect for Native {
    fn scope<'a>(&self, words: &[&'a str]) -> Option<Scope<'a>> {
        (words == ["events"]).then_some(Scope::All)
    }

    fn decode(&self, text: &str, _only: Option<ConversationId>) -> Result<Request, BadFrame> {
        decode::request(text)
    }

    fn answer(&self, answer: &Answer<'_>, asked: &Asked<'_>) -> Option<Bytes> {
        let say = Say { reference: asked.reference, rev: None, is_online: asked.is_online };
        match answer {
            Answer::Greeting { greeting, server, .. } => {
                Some(say.frame("hello", Hello::new(greeting, server, asked.is_online)))
            }
            Answer::Posted(message) => Some(say.message("new_message", message)),
            Answer::History { target: Target::Chat(chat_id), messages } => {
                let messages: Vec<_> = messages.iter().map(MessageShape::from).collect();
                let data = json!({ "chat_id": chat_id, "messages": messages });
                Some(say.frame("history", data))
            }
            Answer::Joined { conversation, was_in: true, .. } => {
                Some(say.room("join_chat", conversation))
            }
            Answer::Resumed { cursor, complete } => {
                Some(say.frame("resumed", json!({ "cursor": cursor, "complete": complete })))
            }
            Answer::History { .. } | Answer::Joined { .. } | Answer::Pong => None,
        }
    }

    fn refuse(&self, refusal: &Refusal, asked: &Asked<'_>) -> Bytes {
        let mut data = json!({
            "code": refusal.code.as_str(), "message": refusal.message, "action": asked.action,
        });
        if !refusal.fields.is_empty() {
            data["fields"] = json!(refusal.fields);
        }
        if let Some(seconds) = refusal.retry_after {
            data["retry_after"] = json!(seconds);
        }
        let say = Say { reference: asked.reference, rev: None, is_online: asked.is_online };
        say.frame("error", data)
    }

    fn can_resume(&self) -> bool {
        true
    }

    fn tells_commands(&self) -> bool {
        true
    }
}

/// What whoever connects is told first. Written as it is, without a value between: most of what a
/// connection costs is this.
#[derive(Serialize)]
struct Hello<'a> {
    user: MeShape<'a>,
    cursor: Rev,
    online: Vec<&'a str>,
    conversations: Vec<ConversationShape<'a>>,
    notifications_unread: i64,
    invites: Vec<InvitationShape<'a>>,
    game: Option<GameShape<'a>>,
    server: Named<'a>,
    limits: Limits,
    version: &'static str,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Limits {
    content_chars: usize,
    frame_bytes: usize,
    upload_bytes: i64,
    typing_seconds: u64,
}

impl<'a> Hello<'a> {
    fn new(greeting: &'a Greeting, server: &'a Server, is_online: IsOnline<'_>) -> Self {
        let own = greeting.person.id;
        let is_online = |person| person == own || is_online(person);
        let conversations = greeting.conversations.iter();
        Self {
            user: MeShape::new(&greeting.person, &is_online),
            cursor: greeting.cursor,
            online: greeting.online.iter().map(AsRef::as_ref).collect(),
            conversations: conversations.map(|c| ConversationShape::new(c, &is_online)).collect(),
            notifications_unread: greeting.notifications_unread,
            invites: greeting.invitations.iter().map(InvitationShape::from).collect(),
            game: greeting.game.as_ref().map(GameShape::from),
            server: Named { name: &server.name },
            limits: Limits {
                content_chars: MESSAGE_CHARS,
                frame_bytes: frame::MOST_BYTES,
                upload_bytes: server.max_upload,
                typing_seconds: 6,
            },
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

#[derive(Serialize)]
struct Frame<'a, T: Serialize> {
    action: &'a str,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rev: Option<Rev>,
    data: T,
}

/// What frames of one event or answer have in common.
struct Say<'a> {
    reference: Option<&'a str>,
    rev: Option<Rev>,
    is_online: IsOnline<'a>,
}

impl Say<'_> {
    fn frame(&self, action: &str, data: impl Serialize) -> Bytes {
        json_frame(&Frame { action, reference: self.reference, rev: self.rev, data })
    }

    /// For what is told beside the answer itself: a `ref` comes back once.
    fn beside(&self) -> Self {
        Self { reference: None, ..*self }
    }

    fn message(&self, action: &str, message: &Message) -> Bytes {
        self.frame(action, MessageShape::from(message))
    }

    fn room(&self, action: &str, conversation: &Conversation) -> Bytes {
        let shape = ConversationShape::new(conversation, self.is_online);
        self.frame(action, json!({ "chat_id": conversation.id, "conversation": shape }))
    }

    fn coming(&self, action: &str, m: &Membership) -> Bytes {
        let data = json!({
            "chat_id": m.conversation, "username": m.username, "member_count": m.member_count,
        });
        self.frame(action, data)
    }

    /// A like is told twice: as document 003 does, and as the reaction that it is.
    fn reacted(&self, r: &Reacted) -> Option<Bytes> {
        let reaction = json!({
            "id": r.message, "chat_id": r.conversation, "emoji": r.emoji,
            "username": r.username, "added": r.added, "count": r.count,
        });
        if r.emoji != Emoji::LIKE {
            return Some(self.frame("reaction_update", reaction));
        }
        let like = self.frame(
            "chat_like_update",
            json!({
                "id": r.message, "chat_id": r.conversation, "username": r.username,
                "is_liked": r.added, "like_count": r.count,
            }),
        );
        several(&[like, self.beside().frame("reaction_update", reaction)])
    }

    fn pinned(&self, p: &Pinned) -> Bytes {
        let (id, chat_id, username) = (p.message, p.conversation, &p.username);
        match p.at {
            Some(at) => self.frame(
                "message_pinned",
                json!({
                    "id": id, "chat_id": chat_id, "pinned_at": at.to_rfc3339(),
                    "pinned_by": username,
                }),
            ),
            None => self.frame(
                "message_unpinned",
                json!({ "id": id, "chat_id": chat_id, "username": username }),
            ),
        }
    }

    fn presence(&self, online: &[(impl Sized, String)], offline: &[(impl Sized, String)]) -> Bytes {
        match (online, offline) {
            ([(_, username)], []) => self.frame("user_online", json!({ "username": username })),
            ([], [(_, username)]) => self.frame("user_offline", json!({ "username": username })),
            (online, offline) => {
                let online: Vec<_> = online.iter().map(|(_, name)| name).collect();
                let offline: Vec<_> = offline.iter().map(|(_, name)| name).collect();
                self.frame("presence", json!({ "online": online, "offline": offline }))
            }
        }
    }

    fn game(&self, event: &Event) -> Option<Bytes> {
        games::told(event).map(|(action, data)| self.frame(action, data))
    }

    /// A plain notice is told twice: as document 003 does, and as the notification that it is.
    fn notification(&self, notification: &Notification, unread_count: i64) -> Option<Bytes> {
        let shape = NotificationShape::from(notification);
        let data = json!({ "notification": shape, "unread_count": unread_count });
        let About::Notification { message, kind } = &notification.about else {
            return Some(self.frame("notification_added", data));
        };
        let notice = json!({ "id": notification.id, "message": message, "type": kind });
        let added = self.beside().frame("notification_added", data);
        several(&[self.frame("notification", notice), added])
    }
}

impl Encoder for Native {
    fn event(&self, event: &Event, telling: &Telling<'_>) -> Option<Bytes> {
        let Telling { rev, reference, is_online } = *telling;
        let say = Say { reference, rev, is_online };
        let user = |person| UserShape::new(person, is_online);
        Some(match event {
            Event::MessagePosted(posted) => say.message("new_message", posted),
            Event::MessageEdited(edited) => say.message("message_edited", edited),
            Event::MessageDeleted(deleted) => say.message("message_deleted", deleted),
            Event::MessageRead { conversation, message, seq, username, .. } => say.frame(
                "message_read",
                json!({ "id": message, "chat_id": conversation, "seq": seq, "username": username }),
            ),
            Event::Reacted(reacted) => return say.reacted(reacted),
            Event::Pinned(pinned) => say.pinned(pinned),
            Event::ReadMarkMoved { conversation, seq, unread_count } => say.frame(
                "read_mark",
                json!({ "chat_id": conversation, "seq": seq, "unread_count": unread_count }),
            ),
            Event::ChatJoined(conversation) => say.room("join_chat", conversation),
            Event::MemberJoined(joined) => say.coming("member_joined", joined),
            Event::MemberLeft(left) => say.coming("member_left", left),
            Event::ChatLeft(left) => say.coming("leave_chat", left),
            Event::RoomCreated(conversation) => say.room("room_created", conversation),
            Event::RoomUpdated(conversation) => say.room("room_updated", conversation),
            Event::RoomDeleted(id) => say.frame("room_deleted", json!({ "chat_id": id })),
            Event::PersonUpdated(person) => {
                say.frame("user_updated", json!({ "user": user(person) }))
            }
            Event::Typing { conversation, username, is_typing, .. } => say.frame(
                "typing",
                json!({ "chat_id": conversation, "username": username, "is_typing": is_typing }),
            ),
            Event::PresenceChanged { online, offline } => say.presence(online, offline),
            Event::Silence { username, on, .. } => {
                let action = if *on { "user_blocked" } else { "user_unblocked" };
                say.frame(action, json!({ "username": username }))
            }
            Event::FriendRequest { from, to } => say.frame(
                "friend_request",
                json!({
                    "sender_id": from.id, "receiver_id": to, "username": from.username,
                    "user": user(from),
                }),
            ),
            Event::FriendRequested(person) => {
                say.frame("friend_requested", json!({ "user": user(person) }))
            }
            Event::NewFriend { user: asker, friend } => {
                say.frame("new_friend", json!({ "user": user(asker), "friend": user(friend) }))
            }
            Event::FriendRemoved { username } => {
                say.frame("friend_removed", json!({ "username": username }))
            }
            Event::Invited(_)
            | Event::InviteSent(_)
            | Event::InviteCanceled { .. }
            | Event::InviteAccepted(_)
            | Event::InviteDeclined(_)
            | Event::InviteAnswered { .. }
            | Event::GameFound(_)
            | Event::GameFinished(_) => return say.game(event),
            Event::TournamentAnnounced(t) => say.frame(
                "new_tournament",
                json!({
                    "tournament_id": t.id, "tournament_name": t.name,
                    "organizer_id": t.organizer_id, "organizer": t.organizer,
                }),
            ),
            Event::TournamentUpdated(tournament) => say.frame(
                "tournament_updated",
                json!({ "tournament": TournamentShape::from(tournament.as_ref()) }),
            ),
            Event::NotificationAdded { notification, unread_count } => {
                return say.notification(notification, *unread_count);
            }
            Event::NotificationRead { id, unread_count } => {
                say.frame("notification_read", json!({ "id": id, "unread_count": unread_count }))
            }
            Event::ServerEdited(server) => say.frame(
                "server_updated",
                json!({
                    "server": { "name": server.name },
                    "limits": { "upload_bytes": server.max_upload },
                }),
            ),
            Event::CommandAsked(run) => say.frame("command", commands::asked(run)),
            Event::CommandAnswered(whisper) => {
                say.frame("command_answer", commands::answered(whisper))
            }
            Event::SessionRevoked(_)
            | Event::PersonBanned(_)
            | Event::AddressesBanned(_)
            | Event::BanLifted(_)
            | Event::OnlineIn(_) => return None,
        })
    }
}
