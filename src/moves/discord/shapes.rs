//! What DiscordChatExporter writes about a channel, as far as it has a place here. What may be missing was
//! not written by earlier versions.

use serde::{Deserialize, Serialize};

/// The moment from which Discord's ids count.
const FIRST: i64 = 1_420_070_400_000;

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Channel {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Of a thread, the channel that it belongs to.
    #[serde(default)]
    pub(super) category_id: Option<String>,
    #[serde(default)]
    pub(super) category: Option<String>,
    pub(super) name: String,
    #[serde(default)]
    pub(super) topic: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) timestamp: String,
    #[serde(default)]
    pub(super) timestamp_edited: Option<String>,
    #[serde(default)]
    pub(super) is_pinned: bool,
    pub(super) content: String,
    pub(super) author: User,
    #[serde(default)]
    pub(super) attachments: Vec<Attachment>,
    /// What a program said, and previews of links.
    #[serde(default)]
    pub(super) embeds: Vec<Embed>,
    #[serde(default)]
    pub(super) stickers: Vec<Sticker>,
    #[serde(default)]
    pub(super) reactions: Vec<Reaction>,
    #[serde(default)]
    pub(super) mentions: Vec<User>,
    #[serde(default)]
    pub(super) reference: Option<Reference>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) nickname: Option<String>,
    /// A program.
    #[serde(rename = "isBot", default)]
    pub(super) is_bot: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Embed {
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) author: Option<By>,
    #[serde(default)]
    pub(super) fields: Vec<Field>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct By {
    #[serde(default)]
    pub(super) name: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Field {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    /// Where it is, or where it lies beside the file if media were exported.
    pub(super) url: String,
    pub(super) file_name: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Sticker {
    pub(super) name: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Reaction {
    pub(super) emoji: Emoji,
    #[serde(default)]
    pub(super) count: usize,
    #[serde(default)]
    pub(super) users: Vec<User>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Emoji {
    /// Of the server's own, and of no others.
    #[serde(default)]
    pub(super) id: Option<String>,
    pub(super) name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference {
    #[serde(default)]
    pub(super) message_id: Option<String>,
}

/// What a conversation becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of a server's: who may read it is not said.
    Channel,
    /// Of one of those.
    Thread,
    /// Between people, or for some of a server.
    Closed,
    /// Between two.
    Direct,
}

impl Channel {
    pub(super) fn kind(&self) -> Kind {
        match self.kind.as_str() {
            "DirectTextChat" => Kind::Direct,
            "GuildPublicThread" | "GuildNewsThread" if self.category_id.is_some() => Kind::Thread,
            "GuildPrivateThread" => Kind::Closed,
            kind if kind.starts_with("Guild") => Kind::Channel,
            _ => Kind::Closed,
        }
    }
}

/// When something with such an id was made.
pub(super) fn made_at(id: &str) -> i64 {
    id.parse::<u64>().ok().and_then(|id| i64::try_from(id >> 22).ok()).unwrap_or(0) + FIRST
}
