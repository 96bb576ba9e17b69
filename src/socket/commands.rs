//! What each command does, and how it is answered, in whatever dialect it was asked.
//!
//! Most answers are events, told to everyone concerned and to the asker with its `ref`; what only
//! the asker is told is sent here. A refusal is an error frame, and the socket stays open.

use std::sync::{Arc, atomic::Ordering};

use bytes::Bytes;

use super::connection::{Connection, IN_FLIGHT};
use crate::{
    app::{App, Caller, Whereabouts, conversation_ref, person_ref},
    change::{ConversationRef, PersonRef, PostPlace},
    counts,
    event::Origin,
    hub::{Socket, Telling},
    model::{ConversationId, Refusal, Rev, Scope, TournamentId, UserId},
    store::query::{messages::Stretch, missed::Missed},
    wire::{
        command::{Command, History, Post, Request, Target},
        dialect::{Answer, Asked, Dialect},
    },
};

/// How many messages a page has at most (section 1).
const LONGEST_PAGE: i64 = 100;

/// Does what a client asks, and answers.
pub(super) async fn perform(connection: &mut Connection, request: Request) {
    let Request { reference, action, command } = request;
    let asker = Asker::new(connection, reference, action);
    if let Err(refusal) = asker.caller.may(command.needs()) {
        return asker.refuse(&refusal);
    }
    let (app, caller, origin) = (&asker.app, asker.caller, Some(asker.origin()));
    let done = match command {
        Command::Post(new) => post(&asker, new).await,
        Command::History(wanted) => history(connection, &asker, wanted).await,
        Command::Resume(since) => resume(connection, &asker, since).await,
        Command::JoinChat(id) => join(&asker, id).await,
        Command::EnterRoom(name) => enter(&asker, &name).await,
        Command::Ping => {
            asker.answer(&Answer::Pong);
            Ok(())
        }
        // these are answered by the events that follow from them
        Command::EditMessage { id, content } => {
            app.edit_message(caller, id, &content, origin).await.map(|_| ())
        }
        Command::DeleteMessage(id) => app.delete_message(caller, id, origin).await,
        Command::ReadMessage(id) => app.mark_message_read(caller, id, origin).await,
        Command::React { id, chat_id, emoji, added } => {
            app.react(caller, id, chat_id, &emoji, added, origin).await
        }
        Command::Pin { id, on } => app.pin(caller, id, on, origin).await,
        Command::Typing { chat_id, is_typing } => app.typing(caller, chat_id, is_typing).await,
        Command::LeaveChat(id) => app.leave(caller, ConversationRef::Id(id), origin).await,
        Command::AnnounceRoom(id) => app.announce_room(caller, id, asker.origin()).await,
        Command::ShowAs { username, online } => show_as(&asker, &username, online).await,
        Command::Block { username, on } => {
            app.set_block(caller, person_ref(&username), on, origin).await
        }
        Command::Invite { username, client_id, options } => {
            let person = person_ref(&username);
            app.invite(caller, person, client_id.as_deref(), options, origin).await
        }
        Command::AnswerInvite { username, accept } => {
            app.answer_invite(caller, person_ref(&username), accept, origin).await
        }
        Command::CancelInvite { username } => {
            app.cancel_invite(caller, person_ref(&username), origin).await
        }
        Command::AddFriend { sender, receiver } => befriend(&asker, sender, receiver).await,
        Command::AnnounceTournament { id, name, organizer } => {
            announce(&asker, id, &name, organizer).await
        }
        Command::ReadNotification(id) => app.read_notification(caller, id, origin).await,
        Command::Notify { to, message, kind } => {
            let to = to.map(|username| person_ref(&username));
            app.notify(caller, to, &message, &kind, origin).await
        }
    };
    if let Err(refusal) = done {
        asker.refuse(&refusal);
    }
}

/// Who is answered, in which dialect, and how they called their request.
#[derive(Clone)]
struct Asker {
    app: Arc<App>,
    caller: Caller,
    socket: Arc<Socket>,
    dialect: &'static dyn Dialect,
    reference: Option<String>,
    action: &'static str,
}

impl Asker {
    fn new(connection: &Connection, reference: Option<String>, action: &'static str) -> Self {
        Self {
            app: Arc::clone(&connection.app),
            caller: connection.caller,
            socket: Arc::clone(&connection.socket),
            dialect: connection.dialect,
            reference,
            action,
        }
    }

    fn origin(&self) -> Origin {
        Origin { socket: self.socket.id, reference: self.reference.clone() }
    }

    fn frame(&self, frame: impl FnOnce(&Asked<'_>) -> Option<Bytes>) -> Option<Bytes> {
        let is_online = |person: UserId| self.app.sees_online(self.caller, person);
        let (action, reference) = (self.action, self.reference.as_deref());
        frame(&Asked { action, reference, is_online: &is_online })
    }

    fn answer(&self, answer: &Answer<'_>) {
        let frame = self.frame(|asked| self.dialect.answer(answer, asked));
        frame.into_iter().for_each(|frame| self.socket.send(frame));
    }

    fn refuse(&self, refusal: &Refusal) {
        counts::refused(refusal.code);
        let frame = self.frame(|asked| Some(self.dialect.refuse(refusal, asked)));
        frame.into_iter().for_each(|frame| self.socket.send(frame));
    }
}

/// The answer to a message is its event. It is not waited for, so that one socket can have many on
/// their way into one commit.
async fn post(asker: &Asker, new: Post) -> Result<(), Refusal> {
    let Post { target, message } = new;
    let place = match target {
        Target::Chat(id) => PostPlace::In(ConversationRef::Id(id)),
        // a bot that may not come into rooms says something where it is, and nowhere else
        Target::Room(name) if asker.caller.may(Some(Scope::Rooms)).is_err() => {
            PostPlace::In(conversation_ref(&name))
        }
        Target::Room(name) => PostPlace::Entering(conversation_ref(&name)),
        Target::Person(username) => {
            PostPlace::Direct { with: person_ref(&username), id: ConversationId::fresh() }
        }
    };
    let late = asker.clone();
    asker.socket.in_flight.fetch_add(1, Ordering::AcqRel);
    let sent =
        asker.app.post_message_then(asker.caller, place, message, asker.origin(), move |done| {
            match done {
                Ok((_, true)) => {}
                Ok((first, false)) => late.answer(&Answer::Posted(&first)),
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
    let History { target, before, after, limit } = wanted;
    if !(1..=LONGEST_PAGE).contains(&limit) {
        return Err(Refusal::invalid("limit", "must be 1 to 100"));
    }
    let stretch = match (before, after) {
        (None, None) => Stretch::Newest,
        (Some(seq), None) => Stretch::Before(seq),
        (None, Some(seq)) => Stretch::After(seq),
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("before", "does not go together with after"));
        }
    };
    let place = match &target {
        Target::Chat(id) => Whereabouts::Conversation(ConversationRef::Id(*id)),
        Target::Room(name) => Whereabouts::Conversation(conversation_ref(name)),
        Target::Person(username) => Whereabouts::Direct(person_ref(username)),
    };
    asker.app.limits.read(asker.caller.user())?;
    let messages = asker.app.messages_at(asker.caller, place, stretch, limit).await?;
    let answer = Answer::History { target: &target, messages: &messages };
    if let Some(frame) = asker.frame(|asked| asker.dialect.answer(&answer, asked)) {
        connection.answer(frame).await;
    }
    Ok(())
}

/// The address of a socket says from where it goes on.
pub(super) async fn resume_at_once(connection: &mut Connection, since: Rev) -> Result<(), Refusal> {
    let asker = Asker::new(connection, None, "resume");
    Box::pin(resume(connection, &asker, since)).await
}

/// While live events are still held back, all there is is told, in order, before they go on. Later,
/// only what lies before the greeting: the rest was told live.
async fn resume(connection: &mut Connection, asker: &Asker, since: Rev) -> Result<(), Refusal> {
    asker.app.limits.read(asker.caller.user())?;
    let held = asker.socket.is_held();
    let until = (!held).then_some(connection.greeted);
    let missed = asker.app.missed(asker.caller, since, until).await?;
    tell_missed(connection, asker, &missed).await;
    let complete = missed.events.is_some();
    // who is told nothing has the greeting to go on from, so what came after that comes live
    let cursor = if held && !complete { connection.greeted } else { missed.cursor };
    asker.answer(&Answer::Resumed { cursor, complete });
    if held {
        connection.greeted = cursor;
        asker.socket.release(cursor);
    }
    Ok(())
}

/// What has happened between the handshake and the arrival of a socket that is not greeted with it.
pub(super) async fn catch_up(connection: &Connection, since: Rev) {
    if since >= connection.greeted {
        return;
    }
    let asker = Asker::new(connection, None, "");
    match asker.app.missed(asker.caller, since, Some(connection.greeted)).await {
        Ok(missed) => tell_missed(connection, &asker, &missed).await,
        Err(refusal) => tracing::debug!(code = refusal.code.as_str(), "what came cannot be read"),
    }
}

async fn tell_missed(connection: &Connection, asker: &Asker, missed: &Missed) {
    let events = missed.events.as_deref().unwrap_or_default();
    for (place, (rev, event)) in events.iter().enumerate() {
        let elsewhere = event.message().is_some_and(|message| {
            asker.socket.only.is_some_and(|only| only != message.conversation)
        });
        if elsewhere {
            continue;
        }
        let leads = events.get(place + 1).is_some_and(|(next, _)| next == rev);
        let known = if leads { rev.before() } else { *rev };
        let frame = asker.frame(|asked| {
            let (rev, reference, is_online) = (Some(known), None, asked.is_online);
            asker.dialect.event(event, &Telling { rev, reference, is_online })
        });
        if let Some(frame) = frame {
            connection.answer(frame).await;
        }
    }
}

/// Who is new in a room is told by its event as well, if the dialect tells it.
async fn join(asker: &Asker, id: ConversationId) -> Result<(), Refusal> {
    let room = ConversationRef::Id(id);
    let (conversation, is_new) = asker.app.join(asker.caller, room, Some(asker.origin())).await?;
    asker.app.hub.settled().await;
    let online = asker.app.hub.online_in(id, asker.caller.user());
    let was_in = !is_new;
    asker.answer(&Answer::Joined { conversation: &conversation, online: &online, was_in });
    Ok(())
}

async fn enter(asker: &Asker, name: &str) -> Result<(), Refusal> {
    let conversation = asker.app.enter_room(asker.caller, name).await?;
    asker.app.hub.settled().await;
    let online = asker.app.hub.online_in(conversation.id, asker.caller.user());
    asker.answer(&Answer::Joined { conversation: &conversation, online: &online, was_in: true });
    Ok(())
}

async fn show_as(asker: &Asker, username: &str, online: bool) -> Result<(), Refusal> {
    let own = asker.app.me(asker.caller).await?;
    if !own.username.eq_ignore_ascii_case(username) {
        return Err(Refusal::forbidden("one shows only oneself as online or offline"));
    }
    asker.app.hub.show_as(asker.caller.user(), online);
    Ok(())
}

async fn befriend(asker: &Asker, sender: UserId, receiver: UserId) -> Result<(), Refusal> {
    only_oneself(asker, sender)?;
    let origin = Some(asker.origin());
    asker.app.befriend(asker.caller, PersonRef::Id(receiver), origin).await.map(|_| ())
}

async fn announce(
    asker: &Asker,
    id: TournamentId,
    name: &str,
    organizer: UserId,
) -> Result<(), Refusal> {
    only_oneself(asker, organizer)?;
    let origin = Some(asker.origin());
    asker.app.announce_tournament(asker.caller, id, name, origin).await.map(|_| ())
}

fn only_oneself(asker: &Asker, person: UserId) -> Result<(), Refusal> {
    if person == asker.caller.user() {
        Ok(())
    } else {
        Err(Refusal::forbidden("one asks only for oneself"))
    }
}
