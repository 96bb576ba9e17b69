//! Being connected: arriving, what one is greeted with, what one missed, typing, presence.

use std::sync::Arc;

use super::{App, Caller};
use crate::{
    change::ConversationRef,
    hub::{Arrival, Socket},
    model::{
        Code, Conversation, ConversationId, Game, Invitation, Person, Refusal, Rev, UserId, rules,
    },
    store::{
        Halt, current_rev,
        query::{self, Window, missed::Missed},
    },
};

/// How many sockets a person may have at once: tabs, devices, and some to spare.
const SOCKETS: usize = 64;

/// How many conversations one is greeted with; the rest by REST.
const CONVERSATIONS: i64 = 500;

/// What a client is told when it connects.
#[derive(Debug)]
pub struct Greeting {
    /// Who it is.
    pub person: Person,
    /// Everything up to here is in the greeting.
    pub cursor: Rev,
    /// Usernames of who shows as online.
    pub online: Vec<Arc<str>>,
    /// The person's conversations, latest activity first.
    pub conversations: Vec<Conversation>,
    /// How many of their notifications are unread.
    pub notifications_unread: i64,
    /// Invitations of and to the person that wait.
    pub invitations: Vec<Invitation>,
    /// The game that the person is in.
    pub game: Option<Game>,
}

impl App {
    /// Whether one more socket of this person is taken.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn may_connect(&self, caller: Caller) -> Result<(), Refusal> {
        if self.settings.limits && self.hub.sockets_of(caller.user) >= SOCKETS {
            return Err(self.too_many_sockets());
        }
        Ok(())
    }

    /// What whoever has too many sockets is told.
    #[must_use]
    pub fn too_many_sockets(&self) -> Refusal {
        Refusal::new(Code::RateLimited, "too many open connections").retry_after(5)
    }

    /// A socket arrives. What happens from now on waits in its outbox until it is released, so that
    /// nothing is missed between the greeting and the first event.
    ///
    /// # Errors
    /// `unauthorized` when the session has ended meanwhile, `banned` when the address may not come;
    /// `forbidden` when it is for one
    /// conversation and the person is not in it any more.
    pub async fn arrive(&self, caller: Caller, socket: &Arc<Socket>) -> Result<Greeting, Refusal> {
        let arrival = self.hub.arrive(socket);
        // whoever is banned or signed out from now on is found by the hub
        self.refuse_banned(socket.address)?;
        if !self.is_session_of(caller.session, caller.user).await? {
            return Err(Refusal::unauthorized());
        }
        if arrival == Arrival::NeedsConversations {
            let read = move |db: &rusqlite::Connection| {
                Ok((query::conversations::ids_of(db, caller.user)?, current_rev(db)?))
            };
            let (conversations, rev) = self.store.read(read).await?;
            self.hub.settle(caller.user, conversations, rev);
        }
        let only = socket.only;
        let mut greeting = self
            .store
            .read(move |db| {
                if let Some(id) = only {
                    let here = ConversationRef::Id(id);
                    rules::may_take_part(&query::standing::standing(db, &here, caller.user)?.1)?;
                }
                greeting(db, caller.user)
            })
            .await?;
        // who comes online after this list is told to a socket that is here already
        let online = self.hub.online(caller.user).into_iter().map(|(_, name)| name);
        greeting.online = online.filter(|name| **name != *greeting.person.username).collect();
        greeting.online.push(greeting.person.username.as_str().into());
        self.hub.introduce(caller.user, &greeting.person.username);
        Ok(greeting)
    }

    /// What the caller missed after a cursor, up to and with `until`, or all there is.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn missed(
        &self,
        caller: Caller,
        since: Rev,
        until: Option<Rev>,
    ) -> Result<Missed, Refusal> {
        self.store.read(move |db| query::missed::missed(db, caller.user, since, until)).await
    }

    /// The caller writes, or has stopped.
    ///
    /// # Errors
    /// `not_found` where the caller is not, `forbidden` in a direct that a block parts, `rate_limited`.
    pub async fn typing(
        &self,
        caller: Caller,
        conversation: ConversationId,
        is_typing: bool,
    ) -> Result<(), Refusal> {
        self.limits.change(caller.user)?;
        if self.hub.is_silenced(caller.user) {
            let place = ConversationRef::Id(conversation);
            let read =
                move |db: &rusqlite::Connection| query::standing::standing(db, &place, caller.user);
            rules::may_write(&self.read(read).await?.1)?;
        }
        if self.hub.typing(caller.user, conversation, is_typing) {
            Ok(())
        } else {
            Err(Refusal::not_found())
        }
    }
}

fn greeting(db: &rusqlite::Connection, person: UserId) -> Result<Greeting, Halt> {
    let latest = Window { limit: CONVERSATIONS, offset: 0 };
    Ok(Greeting {
        person: query::people::caller(db, person)?,
        cursor: current_rev(db)?,
        online: Vec::new(), // memory knows
        conversations: query::conversations::latest_of(db, person, latest)?,
        notifications_unread: query::notifications::unread_count(db, person)?,
        invitations: query::games::pending_of(db, person)?,
        game: query::games::of(db, person)?,
    })
}
