//! `GET /api/emoji`: every emoji that a text or a reaction can hold, by group, made once.

use std::sync::LazyLock;

use bytes::Bytes;
use emojis::Group;
use serde::Serialize;
use utoipa::ToSchema;

use super::{assets, reply::Answer, request::Request};
use crate::model::Refusal;

/// Shown in a picker as `emoji`, written in a text as `:shortcode:`.
#[derive(Serialize, ToSchema)]
#[schema(as = Emoji)]
pub(super) struct EmojiShape {
    #[schema(example = "👋")]
    emoji: &'static str,
    /// In English, as Unicode has it.
    #[schema(example = "waving hand")]
    name: &'static str,
    #[schema(example = "people")]
    group: &'static str,
    /// Without colons; some emoji have none.
    shortcodes: Vec<&'static str>,
}

/// A day: an upgrade brings new ones, and nobody is hurt by not knowing them at once.
const KEPT: &str = "public, max-age=86400";

static ALL: LazyLock<Bytes> = LazyLock::new(|| {
    let shapes: Vec<_> = emojis::iter().map(shape).collect();
    serde_json::to_vec(&shapes).map_or_else(|_| Bytes::new(), Bytes::from)
});

static HASH: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let digest = ring::digest::digest(&ring::digest::SHA256, &ALL);
    digest.as_ref().try_into().unwrap_or_default()
});

/// `GET /api/emoji`, for anybody: it is the same on every server.
pub(super) async fn list(r: &Request) -> Answer {
    let content = assets::Content { kind: "application/json", kept: KEPT, hash: *HASH, data: &ALL };
    content.answer(&r.headers).ok_or_else(Refusal::unavailable)
}

fn shape(emoji: &'static emojis::Emoji) -> EmojiShape {
    EmojiShape {
        emoji: emoji.as_str(),
        name: emoji.name(),
        group: group(emoji.group()),
        shortcodes: emoji.shortcodes().collect(),
    }
}

const fn group(group: Group) -> &'static str {
    match group {
        Group::SmileysAndEmotion => "smileys",
        Group::PeopleAndBody => "people",
        Group::AnimalsAndNature => "nature",
        Group::FoodAndDrink => "food",
        Group::TravelAndPlaces => "travel",
        Group::Activities => "activities",
        Group::Objects => "objects",
        Group::Symbols => "symbols",
        Group::Flags => "flags",
    }
}
