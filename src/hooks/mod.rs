//! Messages from and to programs elsewhere: what they send, as text, and what they are sent.
//!
//! `slack` understands what programs post that speak to Slack or Mattermost, `github` what GitHub
//! posts by itself: pure functions of bytes, and `app` posts what they say. `outgoing` calls addresses
//! elsewhere, those that `guard` lets; `command` has them answer a slash command.

pub mod command;
pub mod github;
pub mod guard;
pub mod markup;
pub mod outgoing;
pub mod slack;

use crate::model::text::{MESSAGE_CHARS, misleads};

/// A message from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What it says, in Markdown, at most as long as a message may be.
    pub text: String,
    /// What its sender calls itself, if it does.
    pub name: Option<String>,
}

/// Why what was sent is no message: the words that Slack has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It cannot be understood.
    InvalidPayload,
    /// It says nothing.
    NoText,
}

/// A text that fits into a message; what does not is cut, and that shows.
#[must_use]
pub fn fitted(text: &str) -> String {
    let plain: String =
        text.replace("\r\n", "\n").chars().filter(|c| !misleads(*c) && *c != '\r').collect();
    let plain = plain.trim();
    if plain.chars().count() <= MESSAGE_CHARS {
        return plain.to_owned();
    }
    let cut: String = plain.chars().take(MESSAGE_CHARS - 1).collect();
    format!("{}…", cut.trim_end())
}
