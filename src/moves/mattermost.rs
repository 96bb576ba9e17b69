//! What Mattermost exports in bulk: one file of JSON lines, and a folder `data` beside it with the files that
//! came with messages.
//!
//! What always holds: a line is read at a time, and what was said waits outside of memory until all of it has
//! its order, for the lines have none. Messages have no ids there: one is who said it, where and when.

mod shapes;
mod text;

use std::{
    collections::{BTreeMap, HashMap},
    io::BufReader,
    path::Path,
};

use serde::{Deserialize, Serialize};
use shapes::{Attachment, Channel, DirectChannel, Line, Post, Reaction, User};

use super::{
    Halted, Out, Summary,
    arrivals::{Arrivals, Enclosed, NewRoom, Reacted, Said},
    folder::Folder,
    reader::Lines,
    spool::Spool,
    text::{Text, with},
};
use crate::{
    hooks,
    model::{ConversationId, Timestamp},
    store::Known,
};

/// How long a line may be: a post, with all that was answered to it.
const LINE_BYTES: u64 = 64 << 20;

/// The last moment that has four digits for its year.
const LAST: i64 = 253_402_300_799_999;

/// The channel of a team that everybody in it is in.
const TOWN_SQUARE: &str = "town-square";

/// A message on its way into the order of time.
#[derive(Serialize, Deserialize)]
struct Waiting {
    /// Where it was said.
    talk: String,
    /// What it answers.
    root: Option<String>,
    post: Post,
}

/// A conversation, and who is in it.
#[derive(Default)]
struct Talk {
    channel: Option<Channel>,
    members: Vec<String>,
    owner: Option<String>,
    /// When the first thing was said in it.
    first: Option<i64>,
}

/// One export, and what is known of it so far.
struct Mattermost<'a> {
    arrivals: Arrivals<'a>,
    /// Teams that some are invited to, and how many there are of all.
    closed: Vec<String>,
    teams: usize,
    /// By names that they have here alone: `team/channel`, or `@` and who is in it.
    talks: BTreeMap<String, Talk>,
    said: Spool<Waiting>,
}

/// Puts all of an export, beside what is there.
pub(super) fn read(
    export: &Path,
    known: Known,
    beside: &Path,
    out: &Out,
) -> Result<Summary, Halted> {
    let (mut folder, name) = lines_of(export)?;
    let mut mattermost = Mattermost {
        arrivals: Arrivals::of("mattermost", known, out),
        closed: Vec::new(),
        teams: 0,
        talks: BTreeMap::new(),
        said: Spool::beside(beside)?,
    };
    let file = folder.file(&name)?.ok_or_else(|| format!("{name} is not there"))?;
    let mut lines = Lines::new(BufReader::new(file), LINE_BYTES);
    let mut is_begun = false;
    while let Some((number, text)) = lines.next().map_err(|why| format!("{name}: {why}"))? {
        let wrong = |why: String| Halted::Wrong(format!("{name}: line {number}: {why}"));
        let line: Line = serde_json::from_slice(text).map_err(|error| wrong(error.to_string()))?;
        if (line.kind == "version") == is_begun || (!is_begun && line.version != Some(1)) {
            let why = "the first line, and no other, says the version, which is 1";
            return Err(wrong(why.to_owned()));
        }
        is_begun = true;
        mattermost.line(line).map_err(|halted| match halted {
            Halted::Wrong(why) => wrong(why),
            Halted::Over => Halted::Over,
        })?;
    }
    drop(lines);
    if !is_begun {
        return Err(format!("{name} is empty").into());
    }
    mattermost.finish(&mut folder)
}

/// The folder of an export, and the file in it that holds its lines.
fn lines_of(export: &Path) -> Result<(Folder, String), String> {
    let (folder, name) = Folder::around(export)?;
    if let Some(name) = name {
        return Ok((folder, name));
    }
    let mut names = folder.names_in("")?;
    names.retain(|name| name.ends_with(".jsonl"));
    match names.as_slice() {
        [name] => Ok((folder, name.clone())),
        _ => Err(format!("{} holds {} .jsonl files, not one", export.display(), names.len())),
    }
}

fn id_of(talk: &str, post: &Post) -> String {
    format!("{talk} {} {}", post.user, post.create_at)
}

impl Mattermost<'_> {
    fn line(&mut self, line: Line) -> Result<(), Halted> {
        if let Some(team) = line.team {
            self.teams += 1;
            if team.kind == "I" {
                self.closed.push(team.name);
            }
        }
        if let Some(channel) = line.channel {
            let talk = format!("{}/{}", channel.team, channel.name);
            self.talks.entry(talk).or_default().channel = Some(channel);
        }
        for user in [line.user, line.bot].into_iter().flatten() {
            self.user(user)?;
        }
        if let Some(DirectChannel { mut members, participants }) = line.direct_channel {
            members.extend(participants.into_iter().map(|one| one.username));
            self.direct(members);
        }
        for post in [line.post, line.direct_post].into_iter().flatten() {
            let talk = if post.channel_members.is_empty() {
                format!("{}/{}", post.team, post.channel)
            } else {
                self.direct(post.channel_members.clone())
            };
            self.post(talk, post)?;
        }
        // roles, permissions and emoji of their own have no place here
        self.arrivals.summary.skipped += usize::from(line.kind == "emoji");
        Ok(())
    }

    fn user(&mut self, user: User) -> Result<(), Halted> {
        let name = format!("{} {}", user.first_name, user.last_name);
        let shown = [&user.nickname, &user.display_name, &name];
        self.arrivals.person(&user.username, &user.username, &shown.map(|name| Some(&**name)))?;
        for team in user.teams {
            for seat in team.channels {
                let talk = self.talks.entry(format!("{}/{}", team.name, seat.name)).or_default();
                talk.members.push(user.username.clone());
                if seat.roles.split_whitespace().any(|role| role == "channel_admin") {
                    talk.owner.get_or_insert_with(|| user.username.clone());
                }
            }
        }
        Ok(())
    }

    fn direct(&mut self, mut members: Vec<String>) -> String {
        members.sort();
        members.dedup();
        let name = format!("@{}", members.join(","));
        self.talks.entry(name.clone()).or_default().members = members;
        name
    }

    /// A post waits, and all that was answered to it.
    fn post(&mut self, talk: String, mut post: Post) -> Result<(), Halted> {
        let replies = std::mem::take(&mut post.replies);
        let root = id_of(&talk, &post);
        self.wait(&talk, None, post)?;
        for reply in replies {
            self.wait(&talk, Some(root.clone()), reply)?;
        }
        Ok(())
    }

    fn wait(&mut self, talk: &str, root: Option<String>, post: Post) -> Result<(), Halted> {
        let at = post.create_at;
        if !(0..=LAST).contains(&at) || !(0..=LAST).contains(&post.edit_at) {
            return Err(format!("{at} is no moment in milliseconds").into());
        }
        for Attachment { path } in &post.attachments {
            Folder::check(path)?;
        }
        if post.kind.starts_with("system_") {
            self.arrivals.summary.skipped += 1; // somebody came, left, or renamed something
            return Ok(());
        }
        if let Some(talk) = self.talks.get_mut(talk) {
            talk.first = Some(talk.first.map_or(at, |first| first.min(at)));
        }
        let waiting = Waiting { talk: talk.to_owned(), root, post };
        Ok(self.said.put(Timestamp(at), 0, &waiting)?)
    }

    /// All lines are read: rooms come, then what was said in them.
    fn finish(self, folder: &mut Folder) -> Result<Summary, Halted> {
        let Self { mut arrivals, closed, teams, talks, said } = self;
        let (mut places, mut names) = (HashMap::new(), HashMap::new());
        for (name, talk) in talks {
            let is_closed = |team: &String| teams > 1 && closed.contains(team);
            if let Some(place) = place(&mut arrivals, &name, &talk, teams == 1, is_closed)? {
                places.insert(name.clone(), place);
            }
            if let Some(channel) = talk.channel {
                names.insert(name, channel.shown().to_owned());
            }
        }
        let mut talking = Talking { arrivals, places, names, at: 0, twins: HashMap::new() };
        for waiting in said.in_order()? {
            talking.say(waiting?, folder)?;
        }
        Ok(talking.arrivals.told())
    }
}

/// Where a conversation is here; none for who talks with themself, and where nothing is said of it but that
/// somebody is in it.
fn place(
    arrivals: &mut Arrivals<'_>,
    name: &str,
    talk: &Talk,
    is_alone: bool,
    is_closed: impl Fn(&String) -> bool,
) -> Result<Option<ConversationId>, Halted> {
    let created_at = talk.first.map_or_else(Timestamp::now, Timestamp);
    let members: Vec<&str> = talk.members.iter().map(String::as_str).collect();
    let together = members.join(", ");
    let room = match &talk.channel {
        Some(channel) => {
            // in a community of one team everybody is in that
            let is_general = is_alone && channel.name == TOWN_SQUARE;
            NewRoom {
                id: if is_general { arrivals.general() } else { arrivals.place_of(name) },
                name: channel.shown(),
                topic: if channel.header.is_empty() { &channel.purpose } else { &channel.header },
                is_private: channel.kind != "O" || is_closed(&channel.team),
                owner: talk.owner.as_deref(),
                created_at,
            }
        }
        None if !name.starts_with('@') => return Ok(None),
        None => match *members {
            [] | [_] => return Ok(None),
            [one, other] => return arrivals.direct(name, [one, other], created_at),
            _ => NewRoom {
                id: arrivals.place_of(name),
                name: &together,
                topic: "",
                is_private: true,
                owner: None,
                created_at,
            },
        },
    };
    arrivals.room(&room, &members)?;
    Ok(Some(room.id))
}

/// What was said, in its order.
struct Talking<'a> {
    arrivals: Arrivals<'a>,
    /// Conversations here.
    places: HashMap<String, ConversationId>,
    /// What channels are called.
    names: HashMap<String, String>,
    /// The moment that is read, and what programs said at it: they may say several things at once.
    at: i64,
    twins: HashMap<String, Vec<String>>,
}

impl Talking<'_> {
    fn say(&mut self, waiting: Waiting, folder: &mut Folder) -> Result<(), Halted> {
        let Waiting { talk, root, post } = waiting;
        let Some(place) = self.places.get(&talk).copied() else {
            self.arrivals.summary.skipped += 1;
            return Ok(());
        };
        // who was deleted is in no list
        self.arrivals.person(&post.user, &post.user, &[])?;
        let id = self.id_of(&talk, &post);
        let team = talk.split_once('/').map_or("", |(team, _)| team);
        let names = &self.names;
        let Text { content, mentions } =
            text::of(&post.message, &self.arrivals.usernames, |channel| {
                names.get(&format!("{team}/{channel}")).map(String::as_str)
            });
        let beside = hooks::slack::beside(&post.message, &post.props.attachments, &[]);
        let mut files = Vec::new();
        for Attachment { path } in post.attachments {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let below = format!("data/{path}");
            // other programs that write this format name what lies in `data` with it
            let path = if folder.has(&below)? { below } else { path };
            files.push(Enclosed { name, path: Some(path) });
        }
        let said = Said {
            id,
            place,
            sender: post.user,
            at: Timestamp(post.create_at),
            reply_to: root,
            edited_at: Some(post.edit_at).filter(|at| *at > 0).map(Timestamp),
            content: with(&content, &beside),
            mentions,
            files,
            reactions: together(post.reactions),
            is_pinned: post.is_pinned,
        };
        self.arrivals.say(&said, folder)
    }

    /// The id of a message. Of several that somebody said in one place at one time, those after the first have
    /// a number.
    fn id_of(&mut self, talk: &str, post: &Post) -> String {
        if self.at != post.create_at {
            self.twins.clear();
            self.at = post.create_at;
        }
        let id = id_of(talk, post);
        let twins = self.twins.entry(id.clone()).or_default();
        let place = twins.iter().position(|text| *text == post.message).unwrap_or_else(|| {
            twins.push(post.message.clone());
            twins.len() - 1
        });
        if place == 0 { id } else { format!("{id} #{place}") }
    }
}

/// Reactions by what they are.
fn together(reactions: Vec<Reaction>) -> Vec<Reacted> {
    let mut all: Vec<Reacted> = Vec::new();
    for Reaction { user, emoji_name } in reactions {
        let emoji = untoned(&emoji_name);
        match all.iter_mut().find(|reacted| reacted.emoji == emoji) {
            Some(reacted) => reacted.by.push(user),
            None => all.push(Reacted { emoji: emoji.to_owned(), by: vec![user] }),
        }
    }
    all
}

/// `+1_medium_light_skin_tone` without its tone.
fn untoned(name: &str) -> &str {
    let Some(mut plain) = name.strip_suffix("_skin_tone") else { return name };
    for tone in ["_light", "_dark", "_medium"] {
        plain = plain.strip_suffix(tone).unwrap_or(plain);
    }
    plain
}
