//! What DiscordChatExporter writes: a JSON file for each channel, or for a part of one, and the files that came
//! with its messages beside it if they were exported.
//!
//! What always holds: a file is read as a stream, and what was said waits outside of memory until all of it has
//! its order; only the people who said something, were named or reacted are known, for Discord's members are in
//! no such file; nor is who may read a channel.

mod file;
mod shapes;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ffi::OsStr,
    path::Path,
};

use chrono::DateTime;
use file::Taker;
use serde::{Deserialize, Serialize};
use shapes::{Attachment, Channel, Kind, Message, User, made_at};

use super::{
    Halted, Out, Summary,
    arrivals::{Arrivals, Enclosed, NewRoom, Reacted, Said},
    folder::Folder,
    spool::Spool,
    text::Text,
};
use crate::{
    model::{ConversationId, Timestamp},
    store::Known,
};

/// What somebody said, and not what Discord says of them. Numbers are what the exporter has no word for:
/// answers of programs to commands.
const SAID: [&str; 4] = ["Default", "Reply", "20", "23"];

/// A message on its way into the order of time.
#[derive(Serialize, Deserialize)]
struct Waiting {
    channel: String,
    message: Message,
}

/// A conversation, and who took part in it.
struct Talk {
    channel: Channel,
    people: BTreeSet<String>,
}

/// One export, and what is known of it so far.
struct Discord<'a> {
    arrivals: Arrivals<'a>,
    /// By Discord's ids.
    talks: BTreeMap<String, Talk>,
    said: Spool<Waiting>,
}

/// Puts all of an export, beside what is there.
pub(super) fn read(
    export: &Path,
    private: bool,
    known: Known,
    beside: &Path,
    out: &Out,
) -> Result<Summary, Halted> {
    let (mut folder, names) = files_of(export)?;
    let (arrivals, said) = (Arrivals::of("discord", known, out), Spool::beside(beside)?);
    let mut discord = Discord { arrivals, talks: BTreeMap::new(), said };
    for name in names {
        let file = folder.file(&name)?.ok_or_else(|| format!("{name} is not there"))?;
        file::read(&name, file, &mut discord)?;
    }
    discord.finish(private, &mut folder)
}

/// The folder of an export, and which files in it are channels. Those in folders of their own came with
/// messages.
fn files_of(export: &Path) -> Result<(Folder, Vec<String>), String> {
    let (folder, name) = Folder::around(export)?;
    if let Some(name) = name {
        return Ok((folder, vec![name]));
    }
    let mut names = Vec::new();
    for name in folder.names_in("")? {
        if Path::new(&name).extension() == Some(OsStr::new("json")) && folder.has(&name)? {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(format!("{} holds no JSON files of DiscordChatExporter's", export.display()));
    }
    Ok((folder, names))
}

/// `2023-11-14T22:13:22.123+00:00`.
fn moment(text: &str) -> Result<Timestamp, String> {
    let date = DateTime::parse_from_rfc3339(text);
    let date = date.map_err(|error| format!("{text:?} is no date: {error}"))?;
    Ok(Timestamp(date.timestamp_millis()))
}

impl Taker for Discord<'_> {
    fn channel(&mut self, channel: &Channel) -> Result<(), Halted> {
        let talk = Talk { channel: channel.clone(), people: BTreeSet::new() };
        self.talks.entry(channel.id.clone()).or_insert(talk);
        Ok(())
    }

    fn message(&mut self, channel: &Channel, message: Message) -> Result<(), Halted> {
        if !SAID.contains(&message.kind.as_str()) {
            self.arrivals.summary.skipped += 1;
            return Ok(());
        }
        let at = moment(&message.timestamp)?;
        message.timestamp_edited.as_deref().map(moment).transpose()?;
        for attachment in &message.attachments {
            path_of(attachment)?;
        }
        self.person(&message.author)?;
        let reacted = message.reactions.iter().flat_map(|reaction| &reaction.users);
        for user in message.mentions.iter().chain(reacted) {
            self.person(user)?;
        }
        if let Some(talk) = self.talks.get_mut(&channel.id) {
            talk.people.insert(message.author.id.clone());
        }
        let tie = message.id.parse().unwrap_or(0);
        Ok(self.said.put(at, tie, &Waiting { channel: channel.id.clone(), message })?)
    }
}

/// Where an attachment lies beside the file; none if only its address on the network was exported.
fn path_of(attachment: &Attachment) -> Result<Option<String>, String> {
    let url = &attachment.url;
    if ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(None);
    }
    let path = url.replace('\\', "/"); // as it is written on Windows
    Folder::check(&path)?;
    Ok(Some(path))
}

impl Discord<'_> {
    fn person(&mut self, user: &User) -> Result<(), Halted> {
        self.arrivals.person(&user.id, &user.name, &[user.nickname.as_deref(), Some(&user.name)])
    }

    /// All files are read: rooms come, then what was said in them.
    fn finish(mut self, private: bool, folder: &mut Folder) -> Result<Summary, Halted> {
        let mut places = HashMap::new();
        let mut names = HashMap::new();
        for (id, talk) in self.with_parents() {
            names.insert(id.clone(), talk.channel.name.clone());
            let place = place(&mut self.arrivals, &id, &talk, private)?;
            places.insert(id, place);
        }
        let threads: HashMap<String, String> = self
            .talks
            .values()
            .filter(|talk| talk.channel.kind() == Kind::Thread)
            .filter_map(|talk| Some((talk.channel.id.clone(), talk.channel.category_id.clone()?)))
            .collect();
        let titles = self.talks.into_iter().map(|(id, talk)| (id, talk.channel.name)).collect();
        let rooms = Rooms { places, names, threads, titles, roots: HashMap::new() };
        let mut talking = Talking { arrivals: self.arrivals, rooms };
        for waiting in self.said.in_order()? {
            talking.say(waiting?, folder)?;
        }
        Ok(talking.arrivals.told())
    }

    /// All conversations that become one here: threads are in the channel that they belong to, whether that was
    /// exported or not, as it is with forums.
    fn with_parents(&self) -> BTreeMap<String, Talk> {
        let mut all = BTreeMap::new();
        for talk in self.talks.values() {
            let mut channel = talk.channel.clone();
            if channel.kind() == Kind::Thread
                && let Some(parent) = channel.category_id.take()
            {
                let name = channel.category.take().unwrap_or_else(|| parent.clone());
                let kind = "GuildTextChat".to_owned();
                channel = Channel { id: parent, kind, name, topic: None, ..channel };
            }
            let id = channel.id.clone();
            let channel = self.talks.get(&id).map_or(channel, |talk| talk.channel.clone());
            let known = all.entry(id).or_insert(Talk { channel, people: BTreeSet::new() });
            known.people.extend(talk.people.iter().cloned());
        }
        all
    }
}

/// Where a conversation is here.
fn place(
    arrivals: &mut Arrivals<'_>,
    id: &str,
    talk: &Talk,
    private: bool,
) -> Result<ConversationId, Halted> {
    let people: Vec<&str> = talk.people.iter().map(String::as_str).collect();
    let (kind, created_at) = (talk.channel.kind(), Timestamp(made_at(id)));
    if let (Kind::Direct, [one, other]) = (kind, people.as_slice())
        && let Some(place) = arrivals.direct(id, [one, other], created_at)?
    {
        return Ok(place);
    }
    let place = arrivals.place_of(id);
    let is_private = private || !matches!(kind, Kind::Channel | Kind::Thread);
    let room = NewRoom {
        id: place,
        name: &talk.channel.name,
        topic: talk.channel.topic.as_deref().unwrap_or_default(),
        is_private,
        owner: None,
        created_at,
    };
    let is_new = arrivals.room(&room, &people)?;
    if let Some(name) = is_new.filter(|_| !is_private) {
        arrivals.summary.opened.push(name);
    }
    Ok(place)
}

/// Where what was said belongs.
struct Rooms {
    /// Conversations here, by Discord's ids.
    places: HashMap<String, ConversationId>,
    /// What they are called there.
    names: HashMap<String, String>,
    /// Threads, and the channels that they are in.
    threads: HashMap<String, String>,
    /// What threads are called.
    titles: HashMap<String, String>,
    /// What the messages of a thread answer, once that was said: what the thread was made of, which has the
    /// same id, or else the first of them.
    roots: HashMap<String, String>,
}

/// What was said, in its order.
struct Talking<'a> {
    arrivals: Arrivals<'a>,
    rooms: Rooms,
}

impl Talking<'_> {
    fn say(
        &mut self,
        Waiting { channel, message }: Waiting,
        folder: &mut Folder,
    ) -> Result<(), Halted> {
        let rooms = &mut self.rooms;
        let parent = rooms.threads.get(&channel);
        let Some(place) = rooms.places.get(parent.unwrap_or(&channel)).copied() else {
            self.arrivals.summary.skipped += 1;
            return Ok(());
        };
        let usernames = &self.arrivals.usernames;
        let Text { mut content, mentions } =
            text::of(&text::all_of(&message), &message.mentions, usernames, &rooms.names);
        for sticker in &message.stickers {
            content.push_str(&format!("\n:{}:", sticker.name));
        }
        let answered = message.reference.and_then(|to| to.message_id);
        let mut reply_to = answered.filter(|_| message.kind == "Reply");
        if parent.is_some() {
            if let Some(root) = rooms.roots.get(&channel) {
                reply_to = reply_to.or_else(|| Some(root.clone()));
            } else {
                let title = rooms.titles.get(&channel).map_or("", String::as_str);
                content = format!("**{title}**\n{content}");
                rooms.roots.insert(channel, message.id.clone());
            }
        } else if rooms.threads.contains_key(&message.id) {
            rooms.roots.insert(message.id.clone(), message.id.clone());
        }
        let mut files = Vec::new();
        for attachment in &message.attachments {
            let path = path_of(attachment)?;
            files.push(Enclosed { name: attachment.file_name.clone(), path });
        }
        let mut reactions = Vec::new();
        for reaction in message.reactions {
            // the server's own emoji have ids; how often is all that earlier versions wrote
            if reaction.emoji.id.is_some_and(|id| !id.is_empty()) || reaction.users.is_empty() {
                self.arrivals.summary.skipped += reaction.count.max(reaction.users.len());
                continue;
            }
            let by = reaction.users.into_iter().map(|user| user.id).collect();
            reactions.push(Reacted { emoji: reaction.emoji.name, by });
        }
        let said = Said {
            place,
            sender: message.author.id,
            at: moment(&message.timestamp)?,
            reply_to,
            edited_at: message.timestamp_edited.as_deref().map(moment).transpose()?,
            content,
            mentions,
            files,
            reactions,
            is_pinned: message.is_pinned,
            id: message.id,
        };
        self.arrivals.say(&said, folder)
    }
}
