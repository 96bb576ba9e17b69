//! What Slack exports: a folder with `users.json`, `channels.json` and more of that kind, and a folder for each
//! conversation with a file for each day.
//!
//! What always holds: the same thing has the same id whenever it is read, so that what was brought in already
//! stays as it is; days are read one at a time, and what was said on one is put in the order of its time.

mod shapes;
mod text;

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Component, Path},
};

use ring::digest::{SHA256, digest};
use serde::de::DeserializeOwned;
use shapes::{Channel, Message, Profile, Reaction, User};
use text::{Text, parts};
use uuid::Uuid;

use super::{Halted, Out, Summary, names::Names};
use crate::{
    change::{DirectLine, MemberLine, MessageLine, PersonLine, ReactionLine, RoomLine},
    model::{
        ConversationId, DisplayName, Emoji, MessageId, Notify, Role, RoomRole, Timestamp, Topic,
        UserId,
    },
    store::Known,
};

/// How long a file of the export may be.
const FILE_BYTES: u64 = 256 << 20;

/// What somebody said, and not what Slack says of them.
const SAID: [&str; 5] =
    ["thread_broadcast", "bot_message", "me_message", "file_share", "file_comment"];

/// An id that a thing of Slack's always has here.
fn id_of(kind: &str, id: &str) -> Uuid {
    let sum = digest(&SHA256, format!("slack {kind} {id}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sum.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn user_id(id: &str) -> UserId {
    UserId(id_of("user", id))
}

/// `1700000000.000100`, in milliseconds.
fn moment(ts: &str) -> Timestamp {
    let (seconds, rest) = ts.split_once('.').unwrap_or((ts, "0"));
    let millis = format!("{rest:0<3}").get(..3).and_then(|text| text.parse().ok()).unwrap_or(0);
    Timestamp(seconds.parse::<i64>().unwrap_or(0).saturating_mul(1000).saturating_add(millis))
}

/// One export, and what is known of it so far.
struct Slack<'a> {
    folder: &'a Path,
    out: &'a Out,
    known: Known,
    people: Names,
    rooms: Names,
    /// Who is called what here, by Slack's id.
    usernames: HashMap<String, String>,
    /// Where a conversation is here, by Slack's id.
    places: HashMap<String, ConversationId>,
    /// What rooms are called, by Slack's id.
    room_names: HashMap<String, String>,
    count: u64,
    summary: Summary,
}

/// Puts all of an export, beside what is there.
pub(super) fn read(folder: &Path, known: Known, out: &Out) -> Result<Summary, Halted> {
    if !folder.join("channels.json").is_file() || !folder.join("users.json").is_file() {
        let shown = folder.display();
        return Err(
            format!("{shown} has no users.json and channels.json; unpack Slack's export").into()
        );
    }
    let people = Names::taking(known.people.values().map(|name| name.to_ascii_lowercase()));
    let rooms = Names::taking(known.rooms.iter().cloned());
    let mut slack = Slack {
        folder,
        out,
        known,
        people,
        rooms,
        usernames: HashMap::new(),
        places: HashMap::new(),
        room_names: HashMap::new(),
        count: 0,
        summary: Summary::default(),
    };
    for user in slack.list::<User>("users.json")? {
        slack.person(&user)?;
    }
    let mut days: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (list, is_private) in
        [("channels.json", false), ("groups.json", true), ("mpims.json", true), ("dms.json", true)]
    {
        for channel in slack.list::<Channel>(list)? {
            if list == "dms.json" {
                slack.direct(&channel)?;
            } else {
                slack.room(&channel, is_private)?;
            }
            let folder = channel.name.as_deref().unwrap_or(&channel.id).to_owned();
            for day in slack.days(&folder)? {
                days.entry(day).or_default().push((channel.id.clone(), folder.clone()));
            }
        }
    }
    for (day, channels) in days {
        slack.day(&day, &channels)?;
    }
    let mut summary = slack.summary;
    summary.renamed = slack.people.changed.into_iter().chain(slack.rooms.changed).collect();
    Ok(summary)
}

impl Slack<'_> {
    fn put(&mut self, line: impl Into<crate::change::Line>) -> Result<(), Halted> {
        self.count += 1;
        Ok(self.out.put(self.count, line)?)
    }

    /// A list of the export; none where it has no such file.
    fn list<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, Halted> {
        let path = self.folder.join(name);
        // what an export calls a folder must lie in it
        if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(format!("{name} is not in the export").into());
        }
        let Ok(found) = fs::symlink_metadata(&path) else { return Ok(Vec::new()) };
        if !found.is_file() || found.len() > FILE_BYTES {
            return Err(format!("{name} is no file, or too long").into());
        }
        let text = fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
        Ok(serde_json::from_slice(&text).map_err(|error| format!("{name}: {error}"))?)
    }

    /// The days on which something was said.
    fn days(&self, folder: &str) -> Result<Vec<String>, Halted> {
        if Path::new(folder).components().count() != 1 || folder.starts_with('.') {
            return Err(format!("{folder:?} is no name of a conversation").into());
        }
        let Ok(entries) = fs::read_dir(self.folder.join(folder)) else { return Ok(Vec::new()) };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        Ok(names.filter(|name| name.ends_with(".json")).collect())
    }

    fn person(&mut self, user: &User) -> Result<(), Halted> {
        let id = user_id(&user.id);
        if let Some(name) = self.known.people.get(&id) {
            self.usernames.insert(user.id.clone(), name.clone());
            return Ok(());
        }
        let username = self.people.person(&user.name);
        let shown = [&user.profile.display_name, &user.profile.real_name, &user.real_name];
        let shown = shown.into_iter().flatten().find_map(|name| DisplayName::parse(name).ok());
        let display_name = shown.map_or_else(|| username.clone(), DisplayName::into_string);
        self.usernames.insert(user.id.clone(), username.clone());
        self.summary.people += 1;
        let now = Timestamp::now();
        self.put(PersonLine {
            id,
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

    fn room(&mut self, channel: &Channel, is_private: bool) -> Result<(), Halted> {
        let wanted = channel.name.clone().unwrap_or_else(|| channel.id.clone());
        let id = if channel.is_general {
            self.known.general
        } else {
            ConversationId(id_of("channel", &channel.id))
        };
        self.places.insert(channel.id.clone(), id);
        self.room_names.insert(channel.id.clone(), wanted.clone());
        let known = |user: &&String| self.usernames.contains_key(*user);
        let members: Vec<String> = channel.members.iter().filter(known).cloned().collect();
        let owner = channel.creator.as_ref().filter(|creator| members.contains(creator));
        if !self.known.conversations.contains(&id) {
            let topic = [&channel.topic.value, &channel.purpose.value];
            let topic = topic.into_iter().filter(|text| !text.is_empty());
            let topic =
                topic.filter_map(|text| Topic::parse(&text.replace(['\n', '\r', '\t'], " ")).ok());
            let created_at = Timestamp(channel.created.saturating_mul(1000));
            let name = self.rooms.room(&wanted);
            self.summary.rooms += 1;
            self.put(RoomLine {
                id,
                name,
                topic: topic.map(Topic::into_string).next().unwrap_or_default(),
                is_private,
                owner: owner.map(|owner| user_id(owner)),
                created_at,
                active_at: created_at,
                slow_mode: 0,
            })?;
        }
        for member in members.iter().filter(|_| !channel.is_general) {
            let is_owner = Some(member) == owner;
            self.member(
                id,
                member,
                if is_owner { RoomRole::Owner } else { RoomRole::Member },
                channel,
            )?;
        }
        Ok(())
    }

    fn direct(&mut self, channel: &Channel) -> Result<(), Halted> {
        let [one, other] = channel.members.as_slice() else { return Ok(()) };
        if one == other || !self.usernames.contains_key(one) || !self.usernames.contains_key(other)
        {
            return Ok(()); // with oneself, or with somebody of whom nothing is known
        }
        let mut people = [user_id(one), user_id(other)];
        people.sort();
        let id = if let Some(id) = self.known.directs.get(&people) {
            *id
        } else {
            let id = ConversationId(id_of("channel", &channel.id));
            let created_at = Timestamp(channel.created.saturating_mul(1000));
            self.put(DirectLine { id, people, created_at, active_at: created_at })?;
            id
        };
        self.places.insert(channel.id.clone(), id);
        self.member(id, one, RoomRole::Member, channel)?;
        self.member(id, other, RoomRole::Member, channel)
    }

    fn member(
        &mut self,
        conversation: ConversationId,
        user: &str,
        role: RoomRole,
        channel: &Channel,
    ) -> Result<(), Halted> {
        let joined_at = Timestamp(channel.created.saturating_mul(1000));
        self.put(MemberLine {
            conversation,
            person: user_id(user),
            role,
            notify: Notify::All,
            joined_at,
        })
    }

    /// What was said on one day, everywhere, in its order.
    fn day(&mut self, day: &str, channels: &[(String, String)]) -> Result<(), Halted> {
        let mut said = Vec::new();
        for (channel, folder) in channels {
            let Some(place) = self.places.get(channel).copied() else { continue };
            let messages = self.list::<Message>(&format!("{folder}/{day}"))?;
            said.extend(messages.into_iter().map(|message| (place, channel, message)));
        }
        said.sort_by(|(_, one, a), (_, other, b)| {
            (moment(&a.ts), &a.ts, one).cmp(&(moment(&b.ts), &b.ts, other))
        });
        for (place, channel, message) in said {
            self.message(place, channel, &message)?;
        }
        Ok(())
    }

    fn sender(&mut self, message: &Message) -> Result<Option<String>, Halted> {
        if let Some(user) = &message.user
            && self.usernames.contains_key(user)
        {
            return Ok(Some(user.clone()));
        }
        // programs, and people of other workspaces, are in no list
        let Some(id) = message.user.as_ref().or(message.bot_id.as_ref()).cloned() else {
            return Ok(None);
        };
        if !self.usernames.contains_key(&id) {
            let name = message.username.clone().unwrap_or_else(|| id.clone());
            let profile = Profile { display_name: Some(name.clone()), real_name: None };
            self.person(&User { id: id.clone(), name, real_name: None, profile })?;
        }
        Ok(Some(id))
    }

    fn message(
        &mut self,
        place: ConversationId,
        channel: &str,
        message: &Message,
    ) -> Result<(), Halted> {
        let is_said = message.subtype.as_deref().is_none_or(|kind| SAID.contains(&kind));
        let sender = if is_said { self.sender(message)? } else { None };
        let Some(sender) = sender else {
            self.summary.skipped += 1;
            return Ok(());
        };
        let Text { mut content, mentions } =
            Text::of(&message.text, &self.usernames, &self.room_names);
        for file in message.files.iter().filter_map(|file| file.name.as_deref()) {
            content.push_str("\n📎 ");
            content.push_str(file);
        }
        let id = |ts: &str, part: usize| {
            let part = if part == 0 { String::new() } else { format!(" {part}") };
            MessageId(id_of("message", &format!("{channel} {ts}{part}")))
        };
        let parts = parts(&content);
        if parts.is_empty() {
            self.summary.skipped += 1;
            return Ok(());
        }
        let thread = message.thread_ts.as_ref().filter(|thread| **thread != message.ts);
        for (part, content) in parts.into_iter().enumerate() {
            self.summary.messages += 1;
            self.put(MessageLine {
                id: id(&message.ts, part),
                conversation: place,
                seq: None,
                sender: user_id(&sender),
                date: moment(&message.ts),
                client_id: None,
                reply_to: thread.map(|thread| id(thread, 0)),
                edited_at: message.edited.as_ref().map(|edited| moment(&edited.ts)),
                deleted_at: None,
                mentions: mentions.clone(),
                content,
                shown_as: None,
                attachments: Vec::new(),
            })?;
        }
        self.reactions(id(&message.ts, 0), &message.reactions)
    }

    fn reactions(&mut self, message: MessageId, all: &[Reaction]) -> Result<(), Halted> {
        for reaction in all {
            let name = reaction.name.split("::").next().unwrap_or_default();
            let Ok(emoji) = Emoji::parse(name) else {
                self.summary.skipped += reaction.users.len();
                continue;
            };
            for user in &reaction.users {
                if !self.usernames.contains_key(user) {
                    continue;
                }
                let (person, emoji) = (user_id(user), emoji.as_str().to_owned());
                self.put(ReactionLine { message, person, emoji })?;
            }
        }
        Ok(())
    }
}
