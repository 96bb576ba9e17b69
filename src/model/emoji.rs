//! What a reaction is made of: one emoji, or the like.

use serde::{Deserialize, Serialize};

/// One emoji of Unicode, or the word `like`: the like of document 003.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Emoji(String);

impl Emoji {
    /// The like.
    pub const LIKE: &str = "like";

    /// Takes an emoji, its shortcode with or without colons (`tada`), or `like`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text == Self::LIKE {
            return Ok(Self(text.to_owned()));
        }
        let emoji = emojis::get(text).or_else(|| emojis::get_by_shortcode(text.trim_matches(':')));
        emoji.map(|emoji| Self(emoji.as_str().to_owned())).ok_or("is not an emoji")
    }

    /// As it is kept and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the like.
    #[must_use]
    pub fn is_like(&self) -> bool {
        self.0 == Self::LIKE
    }
}

/// How many different reactions a message may have.
pub const KINDS_PER_MESSAGE: i64 = 30;

/// One kind of reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// Which.
    pub emoji: String,
    /// How many people.
    pub count: i64,
    /// Who, earliest first; the first few of many.
    pub usernames: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::Emoji;

    #[test]
    fn an_emoji_is_one_however_it_is_written() {
        let tada = Emoji::parse("🎉");
        assert!(tada.is_ok());
        assert_eq!(tada, Emoji::parse(":tada:"));
        assert_eq!(tada, Emoji::parse("tada"));
        assert!(Emoji::parse("like").is_ok_and(|like| like.is_like()));
        for text in ["", "xyzzy", "🎉🎉", "<b>", ":nonsense:"] {
            assert!(Emoji::parse(text).is_err(), "{text:?}");
        }
    }
}
