//! What each command of the native dialect does, and how it is answered.
//!
//! Most answers are events, told to everyone concerned and to the asker with its `ref`; what only
//! the asker is told is sent here. A refusal is an `error` frame, and the socket stays open.

use std::sync::{Arc, atomic::Ordering};

use bytes::Bytes;
use serde_json::json;

use super::connection::{Connection, IN_FLIGHT};
use crate::{
    app::{App, Greeting, NewMessage},
    change::ConversationRef,
    event::{Event, Origin},
    hub::Socket,
    model::{ConversationId, Refusal, Rev, UserId, text::MESSAGE_CHARS},
    store::query::messages::Stretch,
    wire::{
        events::{self, Command, History, Request},
        frame,
        shapes::{ConversationShape, MeShape, MessageShape},
    },
};

/// How many messages a page has unless told, and at most (section 1).
const PAGE: i64 = 30;
const LONGEST_PAGE: i64 = 100;

/// `hello`: what a client is greeted with.
pub(super) fn hello(app: &App, greeting: &Greeting) -> Bytes {
    let is_online = |person: UserId| person == greeting.person.id || app.is_online(person);
    let conversations: Vec<_> =
        greeting.conversations.iter().map(|c| ConversationShape::new(c, &is_online)).collect();
    let own = &greeting.person.username;
    let others = greeting.online.iter().filter(|name| *name != own);
    let online: Vec<&String> = others.chain([own]).collect();
    let data = json!({
        "user": MeShape::new(&greeting.person, &is_online),
        "cursor": greeting.cursor,
        "online": online,
        "conversations": conversations,
        "limits": {
            "content_chars": MESSAGE_CHARS,
            "frame_bytes": frame::MOST_BYTES,
            "upload_bytes": app.settings.max_upload,
            "typing_seconds": 6,
        },
        "version": env!("CARGO_PKG_VERSION"),
    });
    events::text("hello", None, None, data)
}

/// Does what a client asks, and answers.
pub(super) async fn perform(connection: &mut Connection, request: Request) {
    let Request { reference, action, command } = request;
    let asker = Asker { socket: Arc::clone(&connection.socket), reference, action };
    let done = match command {
        Command::PostMessage(new) => post(connection, &asker, new).await,
        Command::EditMessage { id, content } => {
            let edit =
                connection.app.edit_message(connection.caller, id, &content, Some(asker.origin()));
            edit.await.map(|_| ())
        }
        Command::DeleteMessage(id) => {
            connection.app.delete_message(connection.caller, id, Some(asker.origin())).await
        }
        Command::ReadMessage(id) => connection.app.mark_message_read(connection.caller, id).await,
        Command::Typing { chat_id, is_typing } => {
            connection.app.typing(connection.caller, chat_id, is_typing)
        }
        Command::History(wanted) => history(connection, &asker, wanted).await,
        Command::Resume(since) => resume(connection, &asker, since).await,
        Command::JoinChat(id) => join(connection, &asker, id).await,
        Command::LeaveChat(id) => {
            let room = ConversationRef::Id(id);
            connection.app.leave(connection.caller, room, Some(asker.origin())).await
        }
        Command::AnnounceRoom(id) => connection.app.announce_room(connection.caller, id).await,
        Command::ShowAs { username, online } => show_as(connection, &username, online).await,
    };
    if let Err(refusal) = done {
        asker.refuse(&refusal);
    }
}

/// Who is answered, and how they called their request.
struct Asker {
    socket: Arc<Socket>,
    reference: Option<String>,
    action: &'static str,
}

impl Asker {
    fn origin(&self) -> Origin {
        Origin { socket: self.socket.id, reference: self.reference.clone() }
    }

    fn answer(&self, action: &str, data: serde_json::Value) {
        self.socket.send(events::text(action, self.reference.as_deref(), None, data));
    }

    fn refuse(&self, refusal: &Refusal) {
        self.socket.send(events::error(refusal, self.action, self.reference.as_deref()));
    }
}

/// The answer to a message is its event. It is not waited for, so that one socket can have many on
/// their way into one commit.
async fn post(
    connection: &Connection,
    asker: &Asker,
    new: events::NewMessage,
) -> Result<(), Refusal> {
    let message =
        NewMessage { content: new.content, client_id: new.client_id, reply_to: new.reply_to };
    let place = ConversationRef::Id(new.chat_id);
    let late = Asker {
        socket: Arc::clone(&asker.socket),
        reference: asker.reference.clone(),
        action: asker.action,
    };
    asker.socket.in_flight.fetch_add(1, Ordering::AcqRel);
    let app = &connection.app;
    let sent =
        app.post_message_then(connection.caller, place, message, asker.origin(), move |done| {
            match done {
                Ok((_, true)) => {}
                Ok((first, false)) => {
                    late.answer("new_message", json!(MessageShape::from(first.as_ref())));
                }
                Err(refusal) => late.refuse(&refusal),
            }
            landed(&late.socket);
        });
    let sent = sent.await;
    if sent.is_err() {
        landed(&asker.socket);
    }
    sent
}

/// A message of this socket's has come through: its task may read on.
fn landed(socket: &Socket) {
    if socket.in_flight.fetch_sub(1, Ordering::AcqRel) == IN_FLIGHT {
        socket.wake.notify_one();
    }
}

async fn history(connection: &Connection, asker: &Asker, wanted: History) -> Result<(), Refusal> {
    let limit = wanted.limit.unwrap_or(PAGE);
    if !(1..=LONGEST_PAGE).contains(&limit) {
        return Err(Refusal::invalid("limit", "must be 1 to 100"));
    }
    let stretch = match (wanted.before, wanted.after) {
        (None, None) => Stretch::Newest,
        (Some(seq), None) => Stretch::Before(seq),
        (None, Some(seq)) => Stretch::After(seq),
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("before", "does not go together with after"));
        }
    };
    let place = ConversationRef::Id(wanted.chat_id);
    let page = connection.app.messages(connection.caller, place, stretch, limit).await?;
    let messages: Vec<_> = page.items.iter().map(MessageShape::from).collect();
    let data = json!({ "chat_id": wanted.chat_id, "messages": messages });
    let reference = asker.reference.as_deref();
    connection.answer(events::text("history", reference, None, data)).await;
    Ok(())
}

/// While live events are still held back, all there is is told, in order, before they go on. Later,
/// only what lies before the greeting: the rest was told live.
async fn resume(connection: &mut Connection, asker: &Asker, since: Rev) -> Result<(), Refusal> {
    let held = asker.socket.is_held();
    let until = (!held).then_some(connection.greeted);
    let missed = connection.app.missed(connection.caller, since, until).await?;
    let app = &connection.app;
    for (rev, event) in missed.events.iter().flatten() {
        let frame = events::encode(event, Some(*rev), None, &|person| app.is_online(person));
        if let Some(frame) = frame {
            connection.answer(frame).await;
        }
    }
    let complete = missed.events.is_some();
    asker.answer("resumed", json!({ "cursor": missed.cursor, "complete": complete }));
    if held {
        connection.greeted = missed.cursor;
        asker.socket.release(missed.cursor);
    }
    Ok(())
}

/// Who is new in a room is told by its event; who was in it already, by this answer.
async fn join(connection: &Connection, asker: &Asker, id: ConversationId) -> Result<(), Refusal> {
    let room = ConversationRef::Id(id);
    let (conversation, is_new) =
        connection.app.join(connection.caller, room, Some(asker.origin())).await?;
    if !is_new {
        let app = &connection.app;
        let event = Event::ChatJoined(Arc::new(conversation));
        let frame = events::encode(&event, None, asker.reference.as_deref(), &|person| {
            app.is_online(person)
        });
        frame.into_iter().for_each(|frame| asker.socket.send(frame));
    }
    Ok(())
}

async fn show_as(connection: &Connection, username: &str, online: bool) -> Result<(), Refusal> {
    let own = connection.app.me(connection.caller).await?;
    if !own.username.eq_ignore_ascii_case(username) {
        return Err(Refusal::forbidden("one shows only oneself as online or offline"));
    }
    connection.app.hub.show_as(connection.caller.user(), online);
    Ok(())
}
