//! What Slack exports: a folder with `users.json`, `channels.json` and more of that kind, and a folder for each
//! conversation with a file for each day.
//!
//! What always holds: the same thing has the same id whenever it is read, so that what was brought in already
//! stays as it is; days are read one at a time, and what was said on one is put in the order of its time.

mod shapes;
mod text;

use std::{
    collections::{BTreeMap, HashMap},
    io::Read,
};

use serde::de::DeserializeOwned;
use shapes::{Channel, Message, User};

use super::{
    Halted, Out, Summary,
    arrivals::{Arrivals, Enclosed, NewRoom, Reacted, Said},
    folder::Folder,
    text::{Text, with},
};
use crate::{
    hooks,
    model::{ConversationId, Timestamp},
    store::Known,
};

/// How long a file of the export may be.
const FILE_BYTES: u64 = 256 << 20;

/// What somebody said, and not what Slack says of them.
const SAID: [&str; 5] =
    ["thread_broadcast", "bot_message", "me_message", "file_share", "file_comment"];

/// `1700000000.000100`, in milliseconds.
fn moment(ts: &str) -> Timestamp {
    let (seconds, rest) = ts.split_once('.').unwrap_or((ts, "0"));
    let millis = format!("{rest:0<3}").get(..3).and_then(|text| text.parse().ok()).unwrap_or(0);
    Timestamp(seconds.parse::<i64>().unwrap_or(0).saturating_mul(1000).saturating_add(millis))
}

/// One export, and what is known of it so far.
struct Slack<'a> {
    folder: Folder,
    arrivals: Arrivals<'a>,
    /// Where a conversation is here, by Slack's id.
    places: HashMap<String, ConversationId>,
    /// What rooms are called, by Slack's id.
    room_names: HashMap<String, String>,
}

/// Puts all of an export, beside what is there.
pub(super) fn read(folder: Folder, known: Known, out: &Out) -> Result<Summary, Halted> {
    if !folder.has("channels.json")? || !folder.has("users.json")? {
        return Err("this is no export of Slack's: it has no users.json and channels.json"
            .to_owned()
            .into());
    }
    let arrivals = Arrivals::of("slack", known, out);
    let (places, room_names) = (HashMap::new(), HashMap::new());
    let mut slack = Slack { folder, arrivals, places, room_names };
    for user in slack.list::<User>("users.json")? {
        let profile = &user.profile;
        let shown = [&profile.display_name, &profile.real_name, &user.real_name];
        slack.arrivals.person(&user.id, &user.name, &shown.map(Option::as_deref))?;
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
    Ok(slack.arrivals.told())
}

impl Slack<'_> {
    /// A list of the export; none where it has no such file.
    fn list<T: DeserializeOwned>(&mut self, name: &str) -> Result<Vec<T>, Halted> {
        let Some(file) = self.folder.file(name)? else { return Ok(Vec::new()) };
        let mut text = Vec::new();
        let read = file.take(FILE_BYTES + 1).read_to_end(&mut text);
        read.map_err(|error| format!("{name}: {error}"))?;
        if text.len() as u64 > FILE_BYTES {
            return Err(format!("{name} is too long").into());
        }
        Ok(serde_json::from_slice(&text).map_err(|error| format!("{name}: {error}"))?)
    }

    /// The days on which something was said.
    fn days(&self, folder: &str) -> Result<Vec<String>, Halted> {
        // what an export calls a folder must lie in it
        if folder.contains('/') || folder.starts_with('.') || folder.is_empty() {
            return Err(format!("{folder:?} is no name of a conversation").into());
        }
        let mut names = self.folder.names_in(folder)?;
        names.retain(|name| name.ends_with(".json"));
        Ok(names)
    }

    fn room(&mut self, channel: &Channel, is_private: bool) -> Result<(), Halted> {
        let name = channel.name.as_deref().unwrap_or(&channel.id);
        let arrivals = &mut self.arrivals;
        let general = arrivals.general();
        let id = if channel.is_general { general } else { arrivals.place_of(&channel.id) };
        self.places.insert(channel.id.clone(), id);
        self.room_names.insert(channel.id.clone(), name.to_owned());
        let topics = [&channel.topic.value, &channel.purpose.value];
        let topic = topics.into_iter().find(|text| !text.is_empty());
        let room = NewRoom {
            id,
            name,
            topic: topic.map_or("", String::as_str),
            is_private,
            owner: channel.creator.as_deref(),
            created_at: channel.created_at(),
        };
        let members: Vec<&str> = channel.members.iter().map(String::as_str).collect();
        arrivals.room(&room, &members)?;
        Ok(())
    }

    fn direct(&mut self, channel: &Channel) -> Result<(), Halted> {
        let [one, other] = channel.members.as_slice() else { return Ok(()) };
        let created_at = channel.created_at();
        if let Some(place) = self.arrivals.direct(&channel.id, [one, other], created_at)? {
            self.places.insert(channel.id.clone(), place);
        }
        Ok(())
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
            self.message(place, channel, message)?;
        }
        Ok(())
    }

    fn sender(&mut self, message: &Message) -> Result<Option<String>, Halted> {
        let known = &self.arrivals.usernames;
        if let Some(user) = message.user.as_ref().filter(|user| known.contains_key(*user)) {
            return Ok(Some(user.clone()));
        }
        // programs, and people of other workspaces, are in no list
        let Some(id) = message.user.as_ref().or(message.bot_id.as_ref()).cloned() else {
            return Ok(None);
        };
        let name = message.username.as_ref().unwrap_or(&id);
        self.arrivals.person(&id, name, &[Some(name)])?;
        Ok(Some(id))
    }

    fn message(
        &mut self,
        place: ConversationId,
        channel: &str,
        message: Message,
    ) -> Result<(), Halted> {
        let is_said = message.subtype.as_deref().is_none_or(|kind| SAID.contains(&kind));
        let sender = if is_said { self.sender(&message)? } else { None };
        let Some(sender) = sender else {
            self.arrivals.summary.skipped += 1;
            return Ok(());
        };
        let Text { content, mentions } =
            text::of(&message.text, &self.arrivals.usernames, &self.room_names);
        let beside = hooks::slack::beside(&message.text, &message.attachments, &message.blocks);
        let id = |ts: &str| format!("{channel} {ts}");
        let thread = message.thread_ts.as_ref().filter(|thread| **thread != message.ts);
        let files = message.files.into_iter().filter_map(|file| file.name);
        let reactions = message.reactions.into_iter().map(|reaction| {
            let emoji = reaction.name.split("::").next().unwrap_or_default().to_owned();
            Reacted { emoji, by: reaction.users }
        });
        let said = Said {
            id: id(&message.ts),
            place,
            sender,
            at: moment(&message.ts),
            reply_to: thread.map(|thread| id(thread)),
            edited_at: message.edited.as_ref().map(|edited| moment(&edited.ts)),
            content: with(&content, &beside),
            mentions,
            files: files.map(|name| Enclosed { name, path: None }).collect(),
            reactions: reactions.collect(),
            is_pinned: false,
        };
        self.arrivals.say(&said, &mut self.folder)
    }
}
