//! Calls about rooms and directs, and who is in them.

use serde::Deserialize;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::{NewRoom, person_ref},
    change::{ConversationRef, PersonRef},
    model::{Conversation, Notify, Refusal, UserId},
    store::query::messages::Stretch,
    wire::shapes::{ConversationShape, MemberShape},
};

/// How many messages a direct is opened with (document 003).
const LAST_MESSAGES: i64 = 30;

#[derive(Deserialize)]
struct CreateBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    is_private: Option<bool>,
    #[serde(default)]
    members: Vec<String>,
}

#[derive(Deserialize)]
struct EditBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    is_private: Option<bool>,
}

#[derive(Deserialize)]
struct NotifyBody {
    notify: Notify,
}

fn shape<'a>(r: &Request, conversation: &'a Conversation) -> ConversationShape<'a> {
    ConversationShape::new(conversation, &|person: UserId| r.app.is_online(person))
}

/// `GET /api/conversations` and `/api/chats/`.
pub(super) async fn list(r: &Request) -> Answer {
    let page = r.app.conversations(r.caller().await?, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(|one| shape(r, one)).collect();
    reply::list(&page, &shapes)
}

/// `GET /api/rooms?q=`.
pub(super) async fn directory(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let part = r.text("q").unwrap_or_default().to_owned();
    let page = r.app.rooms(caller, part, r.window()?).await?;
    let with_count =
        |(room, count): &'_ (Conversation, usize)| -> serde_json::Result<serde_json::Value> {
            serde_json::to_value(shape(r, room).with_online_count(*count))
        };
    let shapes: Vec<_> = page.items.iter().flat_map(with_count).collect();
    reply::list(&page, &shapes)
}

/// `POST /api/conversations`: `{name …}` makes a room, `{username}` opens a direct.
pub(super) async fn create(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let body: CreateBody = r.json()?;
    match (body.name, body.username) {
        (Some(name), None) => {
            let new = NewRoom {
                name,
                topic: body.topic,
                is_private: body.is_private.unwrap_or(false),
                members: body.members,
            };
            let room = r.app.create_room(caller, new).await?;
            reply::made(true, &shape(r, &room))
        }
        (None, Some(username)) => {
            let (direct, is_new) = r.app.open_direct(caller, person_ref(&username)).await?;
            reply::made(is_new, &shape(r, &direct))
        }
        _ => Err(Refusal::invalid("name", "give a room's name, or somebody's username")),
    }
}

/// `PUT /api/chats/{username}`: the direct, with its last messages.
pub(super) async fn open_direct(r: &Request, with: PersonRef) -> Answer {
    let caller = r.caller().await?;
    let (direct, is_new) = r.app.open_direct(caller, with).await?;
    let place = ConversationRef::Id(direct.id);
    let page = r.app.messages(caller, place, Stretch::Newest, LAST_MESSAGES).await?;
    reply::made(is_new, &shape(r, &direct).with_messages(&page.items))
}

/// `GET …/{id}`.
pub(super) async fn one(r: &Request, which: ConversationRef) -> Answer {
    let conversation = r.app.conversation(r.caller().await?, which).await?;
    reply::json(&shape(r, &conversation))
}

/// `PATCH …/{id}`.
pub(super) async fn edit(r: &Request, which: ConversationRef) -> Answer {
    let caller = r.caller().await?;
    let EditBody { name, topic, is_private } = r.json()?;
    let room = r.app.edit_room(caller, which, name, topic, is_private).await?;
    reply::json(&shape(r, &room))
}

/// `DELETE …/{id}`.
pub(super) async fn delete(r: &Request, which: ConversationRef) -> Answer {
    r.app.delete_room(r.caller().await?, which).await?;
    reply::done()
}

/// `POST …/join`.
pub(super) async fn join(r: &Request, which: ConversationRef) -> Answer {
    let (room, _) = r.app.join(r.caller().await?, which, None).await?;
    reply::json(&shape(r, &room))
}

/// `POST …/leave`.
pub(super) async fn leave(r: &Request, which: ConversationRef) -> Answer {
    r.app.leave(r.caller().await?, which, None).await?;
    reply::done()
}

/// `PATCH …/notify`.
pub(super) async fn notify(r: &Request, which: ConversationRef) -> Answer {
    let caller = r.caller().await?;
    let NotifyBody { notify } = r.json()?;
    let conversation = r.app.set_notify(caller, which, notify).await?;
    reply::json(&shape(r, &conversation))
}

/// `GET …/members`.
pub(super) async fn members(r: &Request, which: ConversationRef) -> Answer {
    let page = r.app.members(r.caller().await?, which, r.window()?).await?;
    let is_online = |person: UserId| r.app.is_online(person);
    let shapes: Vec<_> = page.items.iter().map(|m| MemberShape::new(m, &is_online)).collect();
    reply::list(&page, &shapes)
}

/// `PUT …/members/{username}`.
pub(super) async fn add_member(r: &Request, which: ConversationRef, who: PersonRef) -> Answer {
    r.app.add_member(r.caller().await?, which, who).await?;
    reply::done()
}

/// `DELETE …/members/{username}`.
pub(super) async fn remove_member(r: &Request, which: ConversationRef, who: PersonRef) -> Answer {
    r.app.remove_member(r.caller().await?, which, who).await?;
    reply::done()
}
