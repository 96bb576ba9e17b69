//! What a dialect is: a language that clients of one document speak, over one server.

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use super::{
    command::{BadFrame, Request, Target},
    frame,
};
use crate::{
    app::Greeting,
    hub::Encoder,
    model::{Conversation, ConversationId, Message, Refusal, Rev, Server, UserId},
};

/// A language over the one server. Its events are told by [`Encoder`].
pub trait Dialect: Encoder {
    /// What is heard at an address under `/ws`; nothing where this dialect is not spoken.
    fn scope<'a>(&self, words: &[&'a str]) -> Option<Scope<'a>>;

    /// What a frame asks, on a socket that hears everything or `only` one conversation.
    ///
    /// # Errors
    /// It is broken: not JSON, no such action, a field missing or of the wrong type.
    fn decode(&self, text: &str, only: Option<ConversationId>) -> Result<Request, BadFrame>;

    /// What only the asker is told, as frames; nothing where this dialect does not say it.
    fn answer(&self, answer: &Answer<'_>, asked: &Asked<'_>) -> Option<Bytes>;

    /// A refusal. The socket stays open.
    fn refuse(&self, refusal: &Refusal, asked: &Asked<'_>) -> Bytes;

    /// Whether a client may first hear what it missed: then live events wait a moment for it.
    fn can_resume(&self) -> bool {
        false
    }

    /// Whether a bot is asked things in this dialect.
    fn tells_commands(&self) -> bool {
        false
    }
}

/// What of the server a socket hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Everything that concerns its person.
    All,
    /// One conversation, by id or name; a public room is come into by connecting.
    One(&'a str),
}

/// What was asked, as far as the answer shows it.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What the client called what it asked.
    pub action: &'a str,
    /// What comes back with the answer.
    pub reference: Option<&'a str>,
    /// Whether a person shows as online to the asker.
    pub is_online: &'a dyn Fn(UserId) -> bool,
}

/// What only the asker is told.
pub enum Answer<'a> {
    /// Welcome.
    Greeting {
        /// What there is.
        greeting: &'a Greeting,
        /// How the server is set.
        server: &'a Server,
        /// Who is online in the one conversation that the socket hears.
        here: &'a [String],
    },
    /// A message that had been posted before under the same client id.
    Posted(&'a Message),
    /// A page of history, oldest first.
    History {
        /// Of where, as asked.
        target: &'a Target,
        /// The messages.
        messages: &'a [Message],
    },
    /// The asker is in a room.
    Joined {
        /// Which, as the asker sees it.
        conversation: &'a Conversation,
        /// Who of it is online.
        online: &'a [String],
        /// Whether the asker was in it before, so that no event tells it.
        was_in: bool,
    },
    /// All that was missed was told.
    Resumed {
        /// Up to here.
        cursor: Rev,
        /// False when it was too much to tell.
        complete: bool,
    },
    /// The asker is heard.
    Pong,
}

/// An object as JSON, and not an array, which serde would take for one as well.
///
/// # Errors
/// It is broken.
pub fn json_object<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, BadFrame> {
    if !text.trim_start().starts_with('{') {
        return Err(BadFrame);
    }
    serde_json::from_str(text).map_err(|_| BadFrame)
}

/// The same, of a field.
///
/// # Errors
/// It is no object, or not with these fields.
pub fn object<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let fields = serde_json::Map::deserialize(from)?;
    serde_json::from_value(fields.into()).map_err(serde::de::Error::custom)
}

/// A text frame of JSON.
#[must_use]
pub fn json_frame(shape: &impl Serialize) -> Bytes {
    let mut json = Vec::with_capacity(1024); // for most messages, once
    serde_json::to_writer(&mut json, shape).expect("shapes are plain data with text keys");
    frame::text(&json)
}

/// Several frames in a row; nothing for none.
#[must_use]
pub fn several(frames: &[Bytes]) -> Option<Bytes> {
    (!frames.is_empty()).then(|| frames.concat().into())
}
