//! What is pushed: an object as other dialects have it, with what a service worker needs to show it
//! without asking the server.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::Serialize;

use super::seal;
use crate::model::{
    ConversationId, Kind, Locale, Message, MessageId, Place, Seq, SessionId, Subscription, markup,
    notification::About,
};

/// How much of a message is shown, in characters; and how many of its files are named.
const SHOWN_CHARS: usize = 240;
const SHOWN_FILES: usize = 3;

/// How long a service keeps what a browser does not fetch: a message is in the conversation anyway, and
/// an invitation to play is soon over.
const KEPT: Duration = Duration::from_secs(24 * 3600);
const INVITATION_KEPT: Duration = Duration::from_secs(60);

/// How much a device may sleep on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// It can wait until the device wakes up anyway.
    Normal,
    /// Somebody means this person.
    High,
}

impl Urgency {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Something for one browser.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Which.
    pub to: Arc<Subscription>,
    /// Where its person is signed in by it.
    pub session: SessionId,
    /// What it says, as JSON.
    pub text: Vec<u8>,
    /// A newer one with the same takes its place: at most 32 characters of base64url.
    pub topic: String,
    /// Whether it wakes a sleeping device.
    pub urgency: Urgency,
    /// How long it is of use.
    pub kept: Duration,
}

/// What is told.
#[derive(Serialize)]
#[serde(untagged)]
pub enum News<'a> {
    /// Somebody said something.
    Said {
        /// The protocol's word.
        action: &'static str,
        /// What.
        data: Said<'a>,
    },
    /// Something else that the person is notified of.
    Told(&'a About),
}

/// A message as it is pushed.
#[derive(Serialize)]
pub struct Said<'a> {
    /// Where.
    pub chat_id: ConversationId,
    /// Whether that is a room or a direct.
    pub kind: Kind,
    /// The room's name.
    pub room: Option<&'a str>,
    /// Which message.
    pub id: MessageId,
    /// Its place.
    pub seq: Seq,
    /// Who says it, by username.
    pub sender: &'a str,
    /// The same, as shown.
    pub name: &'a str,
    /// The beginning of what it says, without marks.
    pub content: String,
    /// What some of its files are called.
    pub files: Vec<&'a str>,
    /// Whether it calls this person.
    pub is_mention: bool,
    /// When.
    pub date: String,
}

#[derive(Serialize)]
struct Envelope<'a> {
    #[serde(flatten)]
    news: &'a News<'a>,
    /// The language of who is told, if they have chosen one.
    locale: Option<&'a Locale>,
    /// How much waits for them.
    unread: i64,
}

impl<'a> News<'a> {
    /// A message, for somebody whom it calls or not.
    #[must_use]
    pub fn of_message(message: &'a Message, name: &'a str, is_mention: bool) -> Self {
        let (kind, room) = match &message.place {
            Place::Room(name) => (Kind::Room, Some(name.as_str())),
            Place::Direct(_) => (Kind::Direct, None),
        };
        let files = message.attachments.iter().take(SHOWN_FILES);
        let data = Said {
            chat_id: message.conversation,
            kind,
            room,
            id: message.id,
            seq: message.seq,
            sender: &message.sender,
            name,
            content: markup::plain(&message.content).chars().take(SHOWN_CHARS).collect(),
            files: files.map(|file| file.filename.as_str()).collect(),
            is_mention,
            date: message.date.to_rfc3339(),
        };
        Self::Said { action: "new_message", data }
    }

    /// What it says; nothing if it does not fit.
    #[must_use]
    pub fn text(&self, locale: Option<&Locale>, unread: i64) -> Option<Vec<u8>> {
        let text = serde_json::to_vec(&Envelope { news: self, locale, unread }).ok()?;
        (text.len() <= seal::MOST_BYTES).then_some(text)
    }

    /// What it is about: newer news of the same take its place.
    #[must_use]
    pub fn topic(&self) -> String {
        let subject = match self {
            Self::Said { data, .. } => data.chat_id.0,
            Self::Told(about) => about.subject(),
        };
        BASE64.encode(subject.as_bytes())
    }

    /// Whether it wakes a sleeping device.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        match self {
            Self::Said { data, .. } if data.is_mention || data.kind == Kind::Direct => {
                Urgency::High
            }
            Self::Told(About::GameInvite { .. }) => Urgency::High,
            Self::Said { .. } | Self::Told(_) => Urgency::Normal,
        }
    }

    /// How long it is of use.
    #[must_use]
    pub fn kept(&self) -> Duration {
        match self {
            Self::Told(About::GameInvite { .. }) => INVITATION_KEPT,
            Self::Said { .. } | Self::Told(_) => KEPT,
        }
    }
}
