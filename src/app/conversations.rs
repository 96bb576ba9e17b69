//! Rooms and directs, and who is in them.

use super::{App, Caller, person_ref, unexpected};
use crate::{
    change::{Act, ConversationRef, CreateRoom, EditRoom, PersonRef},
    event::{Audience, Event, Origin},
    model::{
        Conversation, ConversationId, Notify, Person, Refusal, RoomName, RoomRole, Scope, SlowMode,
        Topic, rules,
    },
    store::{
        Outcome,
        query::{self, Page, Window},
    },
};

/// How many people a room can be made with; more are added later.
const FIRST_MEMBERS: usize = 100;

/// A room as typed.
#[derive(Debug, Default)]
pub struct NewRoom {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub topic: Option<String>,
    /// Whether only members know of it.
    pub is_private: bool,
    /// Usernames or ids of who is in it from the start.
    pub members: Vec<String>,
}

/// New values for a room, as typed; what is `None` stays.
#[derive(Debug, Default)]
pub struct RoomChanges {
    /// Its name.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Whether only members know of it.
    pub is_private: Option<bool>,
    /// For how many seconds a member who has said something is quiet.
    pub slow_mode: Option<i64>,
}

impl App {
    /// Makes a room; the caller owns it.
    ///
    /// # Errors
    /// `invalid`, or `conflict` for a name that is taken.
    pub async fn create_room(&self, caller: Caller, new: NewRoom) -> Result<Conversation, Refusal> {
        let name = parse_name(&new.name)?;
        let topic = parse_topic(new.topic.as_deref().unwrap_or_default())?;
        if new.members.len() > FIRST_MEMBERS {
            return Err(Refusal::invalid("members", "are too many at once"));
        }
        let act = Act::CreateRoom(Box::new(CreateRoom {
            id: ConversationId::fresh(),
            name,
            topic,
            is_private: new.is_private,
            members: new.members.iter().map(|who| person_ref(who)).collect(),
        }));
        self.changed(caller, act, None).await.map(|(conversation, _)| conversation)
    }

    /// Opens the direct with somebody. True: it was not there before.
    ///
    /// # Errors
    /// `not_found`, or `invalid` for oneself.
    pub async fn open_direct(
        &self,
        caller: Caller,
        with: PersonRef,
    ) -> Result<(Conversation, bool), Refusal> {
        let id = ConversationId::fresh();
        self.changed(caller, Act::OpenDirect { id, with }, None).await
    }

    /// The direct that the caller has with somebody.
    ///
    /// # Errors
    /// `not_found` for nobody, and when they have none.
    pub async fn direct_with(
        &self,
        caller: Caller,
        with: PersonRef,
    ) -> Result<ConversationRef, Refusal> {
        let find = move |db: &rusqlite::Connection| {
            let other = query::people::find(db, &with)?;
            let direct = query::conversations::direct_of(db, caller.user, other.id)?;
            direct.map(ConversationRef::Id).ok_or_else(|| Refusal::not_found().into())
        };
        self.read(find).await
    }

    /// One conversation.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn conversation(
        &self,
        caller: Caller,
        which: ConversationRef,
    ) -> Result<Conversation, Refusal> {
        self.read(move |db| query::conversations::find(db, &which, caller.user)).await
    }

    /// The caller's conversations, latest activity first.
    ///
    /// # Errors
    /// The file failed.
    pub async fn conversations(
        &self,
        caller: Caller,
        window: Window,
    ) -> Result<Page<Conversation>, Refusal> {
        self.read(move |db| query::conversations::of(db, caller.user, window)).await
    }

    /// Public rooms, with how many of their members are online.
    ///
    /// # Errors
    /// The file failed.
    pub async fn rooms(
        &self,
        caller: Caller,
        part: String,
        window: Window,
    ) -> Result<Page<(Conversation, usize)>, Refusal> {
        let page = self
            .read(move |db| query::conversations::directory(db, caller.user, &part, window))
            .await?;
        let ids: Vec<_> = page.items.iter().map(|room| room.id).collect();
        let counts = self.hub.online_counts(caller.user, &ids);
        Ok(Page { items: page.items.into_iter().zip(counts).collect(), total: page.total })
    }

    /// Renames, retitles, hides or shows a room, or sets how seldom its members may speak.
    ///
    /// # Errors
    /// `invalid`, `forbidden`, `not_found`, `conflict`.
    pub async fn edit_room(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        new: RoomChanges,
    ) -> Result<Conversation, Refusal> {
        let slow_mode = new.slow_mode.map(SlowMode::new).transpose();
        let act = Act::EditRoom(Box::new(EditRoom {
            conversation,
            name: new.name.map(|text| parse_name(&text)).transpose()?,
            topic: new.topic.map(|text| parse_topic(&text)).transpose()?,
            is_private: new.is_private,
            slow_mode: slow_mode.map_err(|why| Refusal::invalid("slow_mode", why))?,
        }));
        self.changed(caller, act, None).await.map(|(conversation, _)| conversation)
    }

    /// Deletes a room with its messages.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn delete_room(&self, caller: Caller, room: ConversationRef) -> Result<(), Refusal> {
        self.submit(caller, Act::DeleteRoom(room), None).await?;
        self.files_may_be_unused();
        Ok(())
    }

    /// Comes into a public room. False: the caller was in it already.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn join(
        &self,
        caller: Caller,
        room: ConversationRef,
        origin: Option<Origin>,
    ) -> Result<(Conversation, bool), Refusal> {
        self.changed(caller, Act::Join(room), origin).await
    }

    /// Comes into a public room by its name; it is made if there is none (document 004).
    ///
    /// # Errors
    /// `invalid` for a bad name, `conflict` when a private room has it.
    pub async fn enter_room(&self, caller: Caller, name: &str) -> Result<Conversation, Refusal> {
        let (id, name) = (ConversationId::fresh(), parse_name(name)?);
        self.changed(caller, Act::EnterRoom { id, name }, None).await.map(|(room, _)| room)
    }

    /// The conversation that a socket is opened for; a public room is come into first.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn enter(
        &self,
        caller: Caller,
        which: ConversationRef,
    ) -> Result<ConversationId, Refusal> {
        let place = which.clone();
        let read =
            move |db: &rusqlite::Connection| query::standing::standing(db, &place, caller.user);
        let (id, standing) = self.read(read).await?;
        rules::may_join(&standing)?;
        if standing.room_role.is_none() {
            caller.may(Some(Scope::Rooms))?;
            self.submit(caller, Act::Join(which), None).await?;
        }
        Ok(id)
    }

    /// Leaves a room.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn leave(
        &self,
        caller: Caller,
        room: ConversationRef,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::Leave(room), origin).await.map(|_| ())
    }

    /// Who is in a conversation, by name.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn members(
        &self,
        caller: Caller,
        which: ConversationRef,
        window: Window,
    ) -> Result<Page<(Person, RoomRole)>, Refusal> {
        let read = move |db: &rusqlite::Connection| {
            query::conversations::members(db, &which, caller.user, window)
        };
        let mut page = self.read(read).await?;
        page.items.iter_mut().for_each(|(person, _)| self.veil(caller, person));
        Ok(page)
    }

    /// Brings somebody into a room.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn add_member(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        person: PersonRef,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::AddMember { conversation, person }, None).await.map(|_| ())
    }

    /// Puts somebody out of a room.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn remove_member(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        person: PersonRef,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::RemoveMember { conversation, person }, None).await.map(|_| ())
    }

    /// What the caller wants to be told of a conversation.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn set_notify(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        notify: Notify,
    ) -> Result<Conversation, Refusal> {
        let act = Act::SetNotify { conversation, notify };
        self.changed(caller, act, None).await.map(|(conversation, _)| conversation)
    }

    /// Tells everyone who may see a room of it once more; only its owner may ask.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn announce_room(
        &self,
        caller: Caller,
        id: ConversationId,
        origin: Origin,
    ) -> Result<(), Refusal> {
        self.limits.change(caller.user)?;
        let which = ConversationRef::Id(id);
        let room = self
            .read(move |db| {
                let (id, standing) = query::standing::standing(db, &which, caller.user)?;
                rules::may_take_part(&standing)?;
                if standing.room_role != Some(RoomRole::Owner) {
                    return Err(Refusal::forbidden("only the room's owner may").into());
                }
                Ok(query::conversations::view(db, id, None)?)
            })
            .await?;
        let audience = if room.is_private { Audience::Members(id) } else { Audience::Everyone };
        self.hub.tell(audience, Event::RoomCreated(room.into()), origin);
        Ok(())
    }

    /// A change that comes to a conversation, and how the caller sees it afterwards.
    async fn changed(
        &self,
        caller: Caller,
        act: Act,
        origin: Option<Origin>,
    ) -> Result<(Conversation, bool), Refusal> {
        let outcome = self.submit(caller, act, origin).await?;
        let Outcome::Conversation { id, created } = outcome else {
            return Err(unexpected(&outcome));
        };
        let view = move |db: &rusqlite::Connection| {
            Ok(query::conversations::view(db, id, Some(caller.user))?)
        };
        Ok((self.read(view).await?, created))
    }
}

fn parse_name(text: &str) -> Result<RoomName, Refusal> {
    RoomName::parse(text).map_err(|why| Refusal::invalid("name", why))
}

fn parse_topic(text: &str) -> Result<Topic, Refusal> {
    Topic::parse(text).map_err(|why| Refusal::invalid("topic", why))
}
