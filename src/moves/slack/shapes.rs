//! What stands in the files of Slack's export, as far as it has a place here.

use serde::Deserialize;
use serde_json::Value;

use crate::model::Timestamp;

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) real_name: Option<String>,
    #[serde(default)]
    pub(super) profile: Profile,
}

#[derive(Default, Deserialize)]
pub(super) struct Profile {
    #[serde(default)]
    pub(super) display_name: Option<String>,
    #[serde(default)]
    pub(super) real_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Channel {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) created: i64,
    #[serde(default)]
    pub(super) creator: Option<String>,
    #[serde(default)]
    pub(super) members: Vec<String>,
    #[serde(default)]
    pub(super) is_general: bool,
    #[serde(default)]
    pub(super) topic: Words,
    #[serde(default)]
    pub(super) purpose: Words,
}

impl Channel {
    pub(super) fn created_at(&self) -> Timestamp {
        Timestamp(self.created.saturating_mul(1000))
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    pub(super) value: String,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) ts: String,
    #[serde(default)]
    pub(super) subtype: Option<String>,
    #[serde(default)]
    pub(super) user: Option<String>,
    #[serde(default)]
    pub(super) bot_id: Option<String>,
    #[serde(default)]
    pub(super) username: Option<String>,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) thread_ts: Option<String>,
    #[serde(default)]
    pub(super) edited: Option<Edited>,
    #[serde(default)]
    pub(super) reactions: Vec<Reaction>,
    #[serde(default)]
    pub(super) files: Vec<FileOf>,
    /// What programs said, and previews of links.
    #[serde(default)]
    pub(super) attachments: Vec<Value>,
    #[serde(default)]
    pub(super) blocks: Vec<Value>,
}

#[derive(Deserialize)]
pub(super) struct Edited {
    pub(super) ts: String,
}

#[derive(Deserialize)]
pub(super) struct Reaction {
    pub(super) name: String,
    #[serde(default)]
    pub(super) users: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct FileOf {
    #[serde(default)]
    pub(super) name: Option<String>,
}
