//! Slash commands that administrators make: `/roll 2d6` is not said, a program is asked and answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CommandId, ConversationId, RunId, Timestamp, UserId, text::Complaint};

/// How many there may be.
pub const MOST_COMMANDS: i64 = 100;

/// The longest name; they are ASCII.
const NAME_BYTES: usize = 32;

/// The most characters of what a command says of itself, and of the hint of what comes after its name.
const DESCRIPTION_CHARS: usize = 100;
const HINT_CHARS: usize = 60;

/// Names that the web client understands by itself, and some that it may one day: nobody's command is
/// to change its meaning then.
const RESERVED: [&str; 20] = [
    "me", "shrug", "topic", "invite", "help", // what it has
    "away", "ban", "dm", "join", "kick", "leave", "msg", "mute", "nick", "open", "remind",
    "rename", "search", "status", "who",
];

/// A command's name, without its slash: 1..32 of lower-case ASCII letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandName(String);

impl CommandName {
    /// Checks a name that somebody wants for a command.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if !(1..=NAME_BYTES).contains(&text.len()) {
            return Err("must be 1 to 32 characters long");
        }
        if !text.chars().all(|c| is_letter(c) || matches!(c, '-' | '_')) {
            return Err("may hold only lower-case letters, digits, '-' and '_'");
        }
        if !text.starts_with(is_letter) {
            return Err("must begin with a letter or a digit");
        }
        if RESERVED.contains(&text) {
            return Err("is kept for the client itself");
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a command says of itself: one line, 1..100 characters.
///
/// # Errors
/// What is wrong with it.
pub fn description(text: &str) -> Result<String, Complaint> {
    super::text::one_line(text, 1, DESCRIPTION_CHARS)
}

/// What may come after its name: one line, up to 60 characters.
///
/// # Errors
/// What is wrong with it.
pub fn hint(text: &str) -> Result<String, Complaint> {
    super::text::one_line(text, 0, HINT_CHARS)
}

/// A command, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlashCommand {
    /// Which.
    pub id: CommandId,
    /// What is typed after the slash.
    pub name: String,
    /// What it does, in a line.
    pub description: String,
    /// What may come after its name; may be empty.
    pub hint: String,
    /// The username of the bot that answers.
    pub bot: String,
    /// The address that is called; none: the bot's sockets are asked.
    pub url: Option<String>,
    /// The username of who made it; none: the command line.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Who hears an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// Who asked, and nobody else.
    #[default]
    Ephemeral,
    /// Everyone in the conversation: it is a message.
    InChannel,
}

/// Somebody asks something of a command, somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which time.
    pub id: RunId,
    /// The command's id.
    pub command: CommandId,
    /// What it is called.
    pub name: String,
    /// What came after the name.
    pub text: String,
    /// Where.
    pub conversation: ConversationId,
    /// What the room is called; none in a direct.
    pub room: Option<String>,
    /// Who asks.
    pub user: UserId,
    /// Their username.
    pub username: String,
    /// What the asker called it.
    pub reference: Option<String>,
    /// Who is asked.
    pub bot: UserId,
    /// Its username.
    pub bot_username: String,
    /// When.
    pub date: Timestamp,
}

/// An answer that only the asker hears, and that is kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whisper {
    /// To what.
    pub run: Run,
    /// What it says, in Markdown.
    pub content: String,
    /// The name that it shows under, if not the bot's own.
    pub shown_as: Option<String>,
    /// When.
    pub date: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_none_of_the_clients_own() {
        for good in ["roll", "2d6", "to-do", "a_b", "x"] {
            assert!(CommandName::parse(good).is_ok(), "{good}");
        }
        let long = "x".repeat(NAME_BYTES + 1);
        for bad in ["", "Roll", "/roll", "a b", "é", "-a", "_a", "a/b", "help", "me", &long] {
            assert!(CommandName::parse(bad).is_err(), "{bad}");
        }
        assert!(description("").is_err() && hint("").is_ok() && hint("a\nb").is_err());
    }

    #[test]
    fn what_the_client_understands_by_itself_is_reserved() {
        let own = include_str!("../../assets/app/models/commands.js");
        let own = own.split("COMMANDS = [").nth(1).and_then(|rest| rest.split(']').next());
        let names: Vec<_> = own.unwrap_or_default().split('\'').skip(1).step_by(2).collect();
        assert!(names.len() >= 5, "{names:?}");
        for name in names {
            assert!(RESERVED.contains(&name), "{name}");
        }
    }
}
