//! What stands in the lines of Mattermost's bulk export, as far as it has a place here. What is `null` there
//! is as what is missing.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

fn nullable<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// One line: what it is of, and that alone.
#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) version: Option<u32>,
    #[serde(default)]
    pub(super) team: Option<Team>,
    #[serde(default)]
    pub(super) channel: Option<Channel>,
    #[serde(default)]
    pub(super) user: Option<User>,
    #[serde(default)]
    pub(super) bot: Option<User>,
    #[serde(default)]
    pub(super) post: Option<Post>,
    #[serde(default)]
    pub(super) direct_channel: Option<DirectChannel>,
    #[serde(default)]
    pub(super) direct_post: Option<Post>,
}

#[derive(Deserialize)]
pub(super) struct Team {
    pub(super) name: String,
    /// `O` for one that anybody may enter, `I` for one that some are invited to.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub(super) kind: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Channel {
    pub(super) team: String,
    pub(super) name: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) display_name: String,
    /// `O` for all of its team, `P` for its members.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) header: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) purpose: String,
}

impl Channel {
    /// What people see.
    pub(super) fn shown(&self) -> &str {
        if self.display_name.is_empty() { &self.name } else { &self.display_name }
    }
}

/// A person, or a program.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) username: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) nickname: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) first_name: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) last_name: String,
    /// A program's.
    #[serde(default, deserialize_with = "nullable")]
    pub(super) display_name: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) teams: Vec<Membership>,
}

/// Somebody in a team.
#[derive(Deserialize)]
pub(super) struct Membership {
    pub(super) name: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) channels: Vec<Seat>,
}

/// Somebody in a channel.
#[derive(Deserialize)]
pub(super) struct Seat {
    pub(super) name: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) roles: String,
}

#[derive(Deserialize)]
pub(super) struct DirectChannel {
    #[serde(default, deserialize_with = "nullable")]
    pub(super) members: Vec<String>,
    /// The same, as later versions write it.
    #[serde(default, deserialize_with = "nullable")]
    pub(super) participants: Vec<Participant>,
}

#[derive(Deserialize)]
pub(super) struct Participant {
    pub(super) username: String,
}

/// What somebody said: in a channel of a team, in a direct channel, or as a reply to either.
#[derive(Serialize, Deserialize)]
pub(super) struct Post {
    #[serde(default, deserialize_with = "nullable")]
    pub(super) team: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) channel: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) channel_members: Vec<String>,
    pub(super) user: String,
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) message: String,
    pub(super) create_at: i64,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) edit_at: i64,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) is_pinned: bool,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) reactions: Vec<Reaction>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) replies: Vec<Post>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) attachments: Vec<Attachment>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) props: Props,
}

/// What else is known of a post.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Props {
    /// What a program said, in Slack's shape.
    #[serde(default, deserialize_with = "nullable")]
    pub(super) attachments: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Reaction {
    pub(super) user: String,
    pub(super) emoji_name: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Attachment {
    /// Where it lies under `data`.
    pub(super) path: String,
}
