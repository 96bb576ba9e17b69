//! What a line may hold, as far as that can be said without the file: the same bounds that people meet.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    AuditLine, BanLine, FORMAT, FileLine, GameLine, HeadLine, Line, MessageLine, NotificationLine,
    PassLine, PersonLine, ServerLine,
};
use crate::model::{
    Bio, ClientId, DisplayName, Emoji, Filename, Locale, MessageText, Reason, Role, RoomName, Seq,
    ServerName, SlowMode, Topic, TournamentName, Username,
    attachment::{PER_MESSAGE, PIECE_BYTES},
    game::GameOptions,
    notification::About,
    server::LARGEST_UPLOAD,
};

/// How long a small picture may be.
const PICTURE_BYTES: usize = 4 << 20;

/// How long words are that people never type.
const WORD_BYTES: usize = 256;

/// How long what a notification or an entry of the audit log says may be.
const DATA_BYTES: usize = 64 << 10;

/// What is wrong with a line.
type Wrong = String;

impl Line {
    /// Looks whether it can stand, whatever the file holds.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), Wrong> {
        match self {
            Self::Salon(line) => head(line),
            Self::Server(line) => server(line),
            Self::Person(line) => person(line),
            Self::Room(line) => {
                kept("name", RoomName::parse(&line.name).map(RoomName::into_string), &line.name)?;
                SlowMode::new(line.slow_mode).map_err(|why| format!("slow_mode {why}"))?;
                kept("topic", Topic::parse(&line.topic).map(Topic::into_string), &line.topic)
            }
            Self::Direct(line) => different(line.people[0] != line.people[1]),
            Self::File(line) => file(line),
            Self::Piece(line) => holds(
                "bytes",
                (1..=PIECE_BYTES).contains(&line.bytes.0.len()),
                "has no length of a piece",
            ),
            Self::Message(line) => message(line),
            Self::Version(line) => said(&line.content),
            Self::Reaction(line) => {
                let emoji = Emoji::parse(&line.emoji).map_err(|why| format!("emoji {why}"))?;
                holds("emoji", emoji.as_str() == line.emoji, "is written otherwise")
            }
            Self::Read(line) => {
                holds("told", line.told.0 >= 0 && line.told <= line.seq, "is out of bounds")
            }
            Self::Furthest(line) => {
                holds("next", line.next.0 >= 0 && line.next <= line.seq, "is out of bounds")
            }
            Self::Friendship(line) => {
                different(line.people[0] < line.people[1])?;
                holds("asker", line.people.contains(&line.asker), "is neither of them")
            }
            Self::Block(line) => different(line.person != line.blocked),
            Self::Notification(line) => notification(line),
            Self::Game(line) => game(line),
            Self::Tournament(line) => {
                let name = TournamentName::parse(&line.name).map(TournamentName::into_string);
                kept("name", name, &line.name)
            }
            Self::Invitation(line) => pass(line),
            Self::Ban(line) => ban(line),
            Self::Audit(line) => audit(line),
            Self::Member(_) | Self::Pin(_) | Self::Player(_) | Self::End(_) => Ok(()),
        }
    }
}

fn holds(field: &str, is_good: bool, complaint: &str) -> Result<(), Wrong> {
    if is_good { Ok(()) } else { Err(format!("{field} {complaint}")) }
}

/// A text that its check leaves as it is.
fn kept(field: &str, checked: Result<String, &str>, given: &str) -> Result<(), Wrong> {
    let checked = checked.map_err(|why| format!("{field} {why}"))?;
    holds(field, checked == given, "has space around it, or is written otherwise")
}

fn word(field: &str, text: &str) -> Result<(), Wrong> {
    let is_good = text.len() <= WORD_BYTES && !text.chars().any(char::is_control);
    holds(field, is_good, "is too long, or holds control characters")
}

fn different(are: bool) -> Result<(), Wrong> {
    holds("people", are, "are one, or in the wrong order")
}

fn head(line: &HeadLine) -> Result<(), Wrong> {
    word("version", &line.version)?;
    holds("format", line.format == FORMAT, "is not one that this program understands")
}

fn server(line: &ServerLine) -> Result<(), Wrong> {
    kept("name", ServerName::parse(&line.name).map(ServerName::into_string), &line.name)?;
    holds("max_upload", (1..=LARGEST_UPLOAD).contains(&line.max_upload), "is out of bounds")?;
    holds("person_quota", line.person_quota >= 0, "is out of bounds")?;
    holds("storage_quota", line.storage_quota >= 0, "is out of bounds")
}

fn person(line: &PersonLine) -> Result<(), Wrong> {
    if line.deleted_at.is_none() {
        Username::parse(&line.username).map_err(|why| format!("username {why}"))?;
    }
    let shown = DisplayName::parse(&line.display_name).map(DisplayName::into_string);
    kept("display_name", shown, &line.display_name)?;
    kept("bio", Bio::parse(&line.bio).map(Bio::into_string), &line.bio)?;
    for (field, text) in [
        ("username", Some(&line.username)),
        ("password_hash", line.password_hash.as_ref()),
        ("external", line.external.as_ref()),
        ("avatar_tag", line.avatar_tag.as_ref()),
    ] {
        text.map_or(Ok(()), |text| word(field, text))?;
    }
    let _: Option<Locale> = line.locale;
    let may_sign_in = line.role != Role::Bot || line.password_hash.is_none();
    holds("password_hash", may_sign_in, "is not for programs")?;
    let avatar = line.avatar.as_ref().map_or(0, |avatar| avatar.0.len());
    holds("avatar", avatar <= PICTURE_BYTES, "is too long")?;
    holds(
        "avatar_tag",
        line.avatar.is_some() == line.avatar_tag.is_some(),
        "is for who has an avatar",
    )
}

fn file(line: &FileLine) -> Result<(), Wrong> {
    let is_sum = line.sha256.len() == 64
        && line.sha256.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
    holds("sha256", is_sum, "is no sum in lower case hexadecimal")?;
    holds("size", (0..=LARGEST_UPLOAD).contains(&line.size), "is out of bounds")?;
    let is_token = |c: u8| c.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&c);
    let is_type = line.mime.split_once('/').is_some_and(|(kind, of)| {
        !kind.is_empty() && !of.is_empty() && kind.bytes().chain(of.bytes()).all(is_token)
    });
    holds("mime", is_type && line.mime.len() <= 100, "is no type")?;
    let thumbnail = line.thumbnail.as_ref().map_or(0, |picture| picture.0.len());
    holds("thumbnail", thumbnail <= PICTURE_BYTES, "is too long")?;
    holds("width", line.width.is_some() == line.height.is_some(), "is of no use without height")
}

fn said(content: &str) -> Result<(), Wrong> {
    let text = MessageText::parse_beside_files(content).map(MessageText::into_string);
    kept("content", text, content)
}

fn message(line: &MessageLine) -> Result<(), Wrong> {
    said(&line.content)?;
    holds("seq", line.seq.is_none_or(|seq| seq > Seq(0)), "is out of bounds")?;
    if let Some(client_id) = &line.client_id {
        ClientId::parse(client_id).map_err(|why| format!("client_id {why}"))?;
    }
    if let Some(name) = &line.shown_as {
        DisplayName::parse(name).map_err(|why| format!("shown_as {why}"))?;
    }
    line.mentions.iter().try_for_each(|name| word("mentions", name))?;
    let files = &line.attachments;
    holds("attachments", files.len() <= PER_MESSAGE, "are too many")?;
    for file in files {
        let name = Filename::from_client(&file.filename);
        holds("filename", name.as_str() == file.filename, "is not the name of a file")?;
    }
    let is_gone = line.deleted_at.is_some();
    holds(
        "content",
        !is_gone || (line.content.is_empty() && files.is_empty()),
        "is of a deleted message",
    )?;
    holds("content", is_gone || !line.content.is_empty() || !files.is_empty(), "must not be empty")
}

fn data(field: &str, value: &Value) -> Result<(), Wrong> {
    holds(field, value.to_string().len() <= DATA_BYTES, "is too long")
}

/// What the server will read as a value of its own is one.
fn fits<T: DeserializeOwned>(field: &str, value: &Value) -> Result<(), Wrong> {
    T::deserialize(value).map(|_| ()).map_err(|why| format!("{field} {why}"))
}

fn notification(line: &NotificationLine) -> Result<(), Wrong> {
    word("action", &line.action)?;
    data("data", &line.data)?;
    fits::<About>("data", &line.data)?;
    holds("action", line.data["action"] == line.action, "is not that of its data")
}

fn game(line: &GameLine) -> Result<(), Wrong> {
    ClientId::parse(&line.client_id).map_err(|why| format!("client_id {why}"))?;
    different(line.inviter != line.invited)?;
    fits::<GameOptions>("options", &line.options)?;
    line.scores.as_ref().map_or(Ok(()), |scores| fits::<[i64; 2]>("scores", scores))
}

fn pass(line: &PassLine) -> Result<(), Wrong> {
    word("token", &line.token)?;
    holds("token", line.token.len() >= 16, "is too short to be a secret")?;
    holds("used", line.used >= 0 && line.uses.is_none_or(|uses| uses > 0), "is out of bounds")
}

fn ban(line: &BanLine) -> Result<(), Wrong> {
    kept("reason", Reason::parse(&line.reason).map(Reason::into_string), &line.reason)?;
    holds("networks", line.networks.len() <= 1000, "are too many")
}

fn audit(line: &AuditLine) -> Result<(), Wrong> {
    word("action", &line.action)?;
    word("target", &line.target)?;
    data("details", &line.details)
}
