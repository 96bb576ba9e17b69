//! What comes from another program: its people, its rooms, what was said there, as lines beside what is
//! there. The programs differ in how they write it down; what becomes of it is the same for all, and is here.
//!
//! What always holds: the same thing has the same id whenever it is read, so that what was brought in already
//! stays as it is; nobody is taken for somebody who has an account; who comes has no password.

use std::collections::HashMap;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Halted, Out, Summary,
    folder::Folder,
    names::Names,
    text::{Usernames, parts},
};
use crate::{
    change::{
        AttachmentLine, DirectLine, Line, MemberLine, MessageLine, PersonLine, PinLine,
        ReactionLine, RoomLine,
    },
    model::{
        AttachmentId, ConversationId, DisplayName, Emoji, FileId, Filename, MessageId, Notify,
        Role, RoomRole, Timestamp, Topic, UserId, attachment::PER_MESSAGE,
        emoji::KINDS_PER_MESSAGE,
    },
    store::Known,
};

/// How many characters of a longer topic stay.
const TOPIC: usize = 250;

/// One community on its way in, and what is known of it so far.
pub(super) struct Arrivals<'a> {
    out: &'a Out,
    /// The program that it comes from: ids are made of its name and of the program's own ids.
    program: &'static str,
    known: Known,
    people: Names,
    rooms: Names,
    /// Who is called what here, by the program's id.
    pub(super) usernames: Usernames,
    /// Files that are there, by the sum of their bytes.
    pub(super) files: HashMap<[u8; 32], FileId>,
    count: u64,
    pub(super) summary: Summary,
}

/// A room that comes.
pub(super) struct NewRoom<'a> {
    pub(super) id: ConversationId,
    pub(super) name: &'a str,
    pub(super) topic: &'a str,
    pub(super) is_private: bool,
    /// Whose it is, by the program's id.
    pub(super) owner: Option<&'a str>,
    pub(super) created_at: Timestamp,
}

/// What somebody said; people by the program's ids.
pub(super) struct Said {
    /// The program's id.
    pub(super) id: String,
    pub(super) place: ConversationId,
    pub(super) sender: String,
    pub(super) at: Timestamp,
    /// What it answers, by the program's id.
    pub(super) reply_to: Option<String>,
    pub(super) edited_at: Option<Timestamp>,
    /// Markdown.
    pub(super) content: String,
    /// By their names here.
    pub(super) mentions: Vec<String>,
    pub(super) files: Vec<Enclosed>,
    pub(super) reactions: Vec<Reacted>,
    pub(super) is_pinned: bool,
}

/// A file that comes with a message.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Enclosed {
    pub(super) name: String,
    /// Where it lies in the export, if it was exported.
    pub(super) path: Option<String>,
}

/// What people made of a message.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reacted {
    /// An emoji or its shortcode.
    pub(super) emoji: String,
    /// By the program's ids.
    pub(super) by: Vec<String>,
}

impl<'a> Arrivals<'a> {
    pub(super) fn of(program: &'static str, known: Known, out: &'a Out) -> Self {
        Self {
            out,
            program,
            people: Names::taking(known.people.values().map(|name| name.to_ascii_lowercase())),
            rooms: Names::taking(known.rooms.iter().cloned()),
            usernames: HashMap::new(),
            files: known.files.clone(),
            count: 0,
            summary: Summary::default(),
            known,
        }
    }

    /// What is told at the end.
    pub(super) fn told(mut self) -> Summary {
        self.summary.renamed = self.people.changed.into_iter().chain(self.rooms.changed).collect();
        self.summary
    }

    /// The room that everyone is in.
    pub(super) fn general(&self) -> ConversationId {
        self.known.general
    }

    /// An id that a thing of the program's always has here.
    fn id_of(&self, kind: &str, id: &str) -> Uuid {
        let sum = digest(&SHA256, format!("{} {kind} {id}", self.program).as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&sum.as_ref()[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    fn user_id(&self, id: &str) -> UserId {
        UserId(self.id_of("user", id))
    }

    /// The id of a conversation of the program's, if it is not one that is there.
    pub(super) fn place_of(&self, id: &str) -> ConversationId {
        ConversationId(self.id_of("channel", id))
    }

    fn message_id(&self, id: &str, part: usize) -> MessageId {
        let part = if part == 0 { String::new() } else { format!(" {part}") };
        MessageId(self.id_of("message", &format!("{id}{part}")))
    }

    pub(super) fn put(&mut self, line: impl Into<Line>) -> Result<(), Halted> {
        self.count += 1;
        Ok(self.out.put(self.count, line)?)
    }

    /// Somebody, once: by the name that they sign in with there, and the first of those that they show.
    pub(super) fn person(
        &mut self,
        id: &str,
        name: &str,
        shown: &[Option<&str>],
    ) -> Result<(), Halted> {
        if self.usernames.contains_key(id) {
            return Ok(());
        }
        let user = self.user_id(id);
        if let Some(name) = self.known.people.get(&user) {
            self.usernames.insert(id.to_owned(), name.clone());
            return Ok(());
        }
        let username = self.people.person(name);
        let shown = shown.iter().flatten().find_map(|name| DisplayName::parse(name).ok());
        let display_name = shown.map_or_else(|| username.clone(), DisplayName::into_string);
        self.usernames.insert(id.to_owned(), username.clone());
        self.summary.people += 1;
        let now = Timestamp::now();
        self.put(PersonLine {
            id: user,
            username,
            display_name,
            bio: String::new(),
            role: Role::Member,
            locale: None,
            password_hash: None,
            created_at: now,
            last_activity: now,
            deleted_at: None,
            disabled_at: None,
            external: None,
            external_after: None,
            avatar: None,
            avatar_tag: None,
        })
    }

    /// A room and who is in it, once; its name if it is new. Who is in the room that everyone is in is not
    /// asked.
    pub(super) fn room(
        &mut self,
        room: &NewRoom<'_>,
        members: &[&str],
    ) -> Result<Option<String>, Halted> {
        let (id, created_at) = (room.id, room.created_at);
        if self.known.gone.contains(&id) {
            return Ok(None);
        }
        let is_known = |user: &&&str| self.usernames.contains_key(**user);
        let members: Vec<&str> = members.iter().filter(is_known).copied().collect();
        let owner = room.owner.filter(|owner| members.contains(owner));
        let mut new = None;
        if self.known.conversations.insert(id) {
            let topic: String = room.topic.replace(['\n', '\r', '\t'], " ");
            let topic: String = topic.chars().take(TOPIC).collect();
            let topic = Topic::parse(&topic).map(Topic::into_string).unwrap_or_default();
            let name = self.rooms.room(room.name);
            self.summary.rooms += 1;
            new = Some(name.clone());
            self.put(RoomLine {
                id,
                name,
                topic,
                is_private: room.is_private,
                owner: owner.map(|owner| self.user_id(owner)),
                created_at,
                active_at: created_at,
                slow_mode: 0,
            })?;
        }
        let members = if id == self.known.general { Vec::new() } else { members };
        for member in members {
            let is_owner = Some(member) == owner;
            let role = if is_owner { RoomRole::Owner } else { RoomRole::Member };
            self.member(id, member, role, created_at)?;
        }
        Ok(new)
    }

    /// Where two people talk; none for somebody with themself, or with somebody of whom nothing is known.
    pub(super) fn direct(
        &mut self,
        id: &str,
        [one, other]: [&str; 2],
        created_at: Timestamp,
    ) -> Result<Option<ConversationId>, Halted> {
        let is_known = |user: &str| self.usernames.contains_key(user);
        if one == other || !is_known(one) || !is_known(other) {
            return Ok(None);
        }
        let mut people = [self.user_id(one), self.user_id(other)];
        people.sort();
        let place = if let Some(place) = self.known.directs.get(&people) {
            *place
        } else {
            let place = self.place_of(id);
            self.known.directs.insert(people, place);
            self.put(DirectLine { id: place, people, created_at, active_at: created_at })?;
            place
        };
        self.member(place, one, RoomRole::Member, created_at)?;
        self.member(place, other, RoomRole::Member, created_at)?;
        Ok(Some(place))
    }

    fn member(
        &mut self,
        conversation: ConversationId,
        user: &str,
        role: RoomRole,
        joined_at: Timestamp,
    ) -> Result<(), Halted> {
        let person = self.user_id(user);
        self.put(MemberLine { conversation, person, role, notify: Notify::All, joined_at })
    }

    /// What somebody said, in as many messages as it takes, with its files and what others made of it.
    pub(super) fn say(&mut self, said: &Said, folder: &mut Folder) -> Result<(), Halted> {
        let first = self.message_id(&said.id, 0);
        let is_gone = self.known.gone.contains(&said.place) || self.known.deleted.contains(&first);
        if is_gone || !self.usernames.contains_key(&said.sender) {
            self.summary.skipped += 1;
            return Ok(());
        }
        // what is there already stays as it is, and its files are not even looked for
        let lines =
            if self.known.enclosing.contains(&first) { 1 } else { self.lines(said, folder)? };
        self.summary.messages += lines;
        if lines == 0 {
            self.summary.skipped += 1;
            return Ok(());
        }
        if said.is_pinned {
            self.put(PinLine { message: first, by: self.user_id(&said.sender), at: said.at })?;
        }
        self.reactions(first, &said.reactions)
    }

    /// The lines of what somebody said, and how many they are.
    fn lines(&mut self, said: &Said, folder: &mut Folder) -> Result<usize, Halted> {
        let (mut content, mut files) = (said.content.clone(), Vec::new());
        for file in &said.files {
            if let Some(found) = self.enclosed(file, said, folder)? {
                files.push((found, Filename::from_client(&file.name).into_string()));
            } else {
                content.push_str("\n📎 ");
                content.push_str(&file.name);
            }
        }
        let contents = parts(&content);
        let count = contents.len().max(files.len().div_ceil(PER_MESSAGE));
        let mut files = files.into_iter();
        for part in 0..count {
            let mut attachments = Vec::new();
            for (place, (file, filename)) in files.by_ref().take(PER_MESSAGE).enumerate() {
                let id = self.id_of("attachment", &format!("{} {part} {place}", said.id));
                let id = AttachmentId(id);
                attachments.push(AttachmentLine { id, file, filename, created_at: said.at });
            }
            self.put(MessageLine {
                id: self.message_id(&said.id, part),
                conversation: said.place,
                seq: None,
                sender: self.user_id(&said.sender),
                date: said.at,
                client_id: None,
                reply_to: said.reply_to.as_ref().map(|to| self.message_id(to, 0)),
                edited_at: said.edited_at,
                deleted_at: None,
                mentions: said.mentions.clone(),
                content: contents.get(part).cloned().unwrap_or_default(),
                shown_as: None,
                attachments,
            })?;
        }
        Ok(count)
    }

    /// A file that comes with a message, if it lies in the export.
    fn enclosed(
        &mut self,
        file: &Enclosed,
        said: &Said,
        folder: &mut Folder,
    ) -> Result<Option<FileId>, Halted> {
        let owner = self.user_id(&said.sender);
        let found = match &file.path {
            Some(path) => self.file(folder, path, owner, said.place, said.at)?,
            None => None,
        };
        match found {
            Some(_) => self.summary.files += 1,
            None => self.summary.named += 1,
        }
        Ok(found)
    }

    fn reactions(&mut self, message: MessageId, all: &[Reacted]) -> Result<(), Halted> {
        let most = usize::try_from(KINDS_PER_MESSAGE).unwrap_or_default();
        for (place, reacted) in all.iter().enumerate() {
            let emoji = Emoji::parse(&reacted.emoji).ok().filter(|_| place < most);
            let Some(emoji) = emoji else {
                self.summary.skipped += reacted.by.len();
                continue;
            };
            for user in &reacted.by {
                if self.usernames.contains_key(user) {
                    let (person, emoji) = (self.user_id(user), emoji.as_str().to_owned());
                    self.put(ReactionLine { message, person, emoji })?;
                }
            }
        }
        Ok(())
    }
}
