//! Calls about rooms and directs, and who is in them.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::{Caller, NewRoom, RoomChanges, person_ref},
    change::ConversationRef,
    model::{Conversation, Notify, Refusal},
    store::query::messages::Stretch,
    wire::shapes::{ConversationShape, MemberShape},
};

/// How many messages a direct is opened with (document 003).
const LAST_MESSAGES: i64 = 30;

/// A new room, or whom to talk to.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewConversation)]
pub(super) struct CreateBody {
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

/// New values for a room.
#[derive(Deserialize, ToSchema)]
#[schema(as = RoomChanges)]
pub(super) struct EditBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    is_private: Option<bool>,
    /// For how many seconds a member who has said something is quiet: 0 to 21600.
    #[serde(default)]
    slow_mode: Option<i64>,
}

/// What of a conversation one wants to be told of.
#[derive(Deserialize, ToSchema)]
#[schema(as = NotifyChange)]
pub(super) struct NotifyBody {
    notify: Notify,
}

fn shape<'a>(r: &Request, caller: Caller, one: &'a Conversation) -> ConversationShape<'a> {
    ConversationShape::new(one, &r.sees_online(caller))
}

/// `GET /api/conversations` and `/api/chats/`.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = r.app.conversations(caller, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(|one| shape(r, caller, one)).collect();
    reply::list(&page, &shapes)
}

/// `GET /api/rooms?q=`.
pub(super) async fn directory(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let part = r.text("q").unwrap_or_default().to_owned();
    let page = r.app.rooms(caller, part, r.window()?).await?;
    let with_count =
        |(room, count): &'_ (Conversation, usize)| -> serde_json::Result<serde_json::Value> {
            serde_json::to_value(shape(r, caller, room).with_online_count(*count))
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
            reply::made(true, &shape(r, caller, &room))
        }
        (None, Some(username)) => {
            let (direct, is_new) = r.app.open_direct(caller, person_ref(&username)).await?;
            reply::made(is_new, &shape(r, caller, &direct))
        }
        _ => Err(Refusal::invalid("name", "give a room's name, or somebody's username")),
    }
}

/// `PUT /api/chats/{username}`: the direct, with its last messages.
pub(super) async fn open_direct(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let (direct, is_new) = r.app.open_direct(caller, r.person()).await?;
    let place = ConversationRef::Id(direct.id);
    let page = r.app.messages(caller, place, Stretch::Newest, LAST_MESSAGES).await?;
    reply::made(is_new, &shape(r, caller, &direct).with_messages(&page.items))
}

/// `GET …/{id}`.
pub(super) async fn read(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let conversation = r.app.conversation(caller, r.conversation()).await?;
    reply::json(&shape(r, caller, &conversation))
}

/// `PATCH …/{id}`.
pub(super) async fn edit(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let EditBody { name, topic, is_private, slow_mode } = r.json()?;
    let new = RoomChanges { name, topic, is_private, slow_mode };
    let room = r.app.edit_room(caller, r.conversation(), new).await?;
    reply::json(&shape(r, caller, &room))
}

/// `DELETE …/{id}`.
pub(super) async fn delete(r: &Request) -> Answer {
    r.app.delete_room(r.caller().await?, r.conversation()).await?;
    reply::done()
}

/// `POST …/join`.
pub(super) async fn join(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let (room, _) = r.app.join(caller, r.conversation(), None).await?;
    reply::json(&shape(r, caller, &room))
}

/// `POST …/leave`.
pub(super) async fn leave(r: &Request) -> Answer {
    r.app.leave(r.caller().await?, r.conversation(), None).await?;
    reply::done()
}

/// `PATCH …/notify`.
pub(super) async fn notify(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let NotifyBody { notify } = r.json()?;
    let conversation = r.app.set_notify(caller, r.conversation(), notify).await?;
    reply::json(&shape(r, caller, &conversation))
}

/// `GET …/members`.
pub(super) async fn members(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = r.app.members(caller, r.conversation(), r.window()?).await?;
    let is_online = r.sees_online(caller);
    let shapes: Vec<_> = page.items.iter().map(|m| MemberShape::new(m, &is_online)).collect();
    reply::list(&page, &shapes)
}

/// `PUT …/members/{username}`.
pub(super) async fn add_member(r: &Request) -> Answer {
    r.app.add_member(r.caller().await?, r.conversation(), r.person()).await?;
    reply::done()
}

/// `DELETE …/members/{username}`.
pub(super) async fn remove_member(r: &Request) -> Answer {
    r.app.remove_member(r.caller().await?, r.conversation(), r.person()).await?;
    reply::done()
}
