//! `salon admin command`: slash commands that bots answer.

use hyper::Method;
use serde_json::json;

use super::{
    admin::{Talk, part_of},
    line::Failure,
    tables::Column,
    words::CommandWord,
};

const COMMANDS: &[Column] = &[
    ("NAME", "name"),
    ("HINT", "hint"),
    ("DESCRIPTION", "description"),
    ("BOT", "bot"),
    ("ADDRESS", "url"),
    ("BY", "created_by"),
    ("SINCE", "created_at"),
];

const MADE: &[Column] = &[
    ("Name", "name"),
    ("Bot", "bot"),
    ("Address", "url"),
    ("Token of the calls", "id"),
    ("Secret that signs", "secret"),
];

impl Talk<'_> {
    pub(super) async fn say_of_command(&mut self, word: CommandWord) -> Result<String, Failure> {
        match word {
            CommandWord::Add { name, bot, description, hint, url } => {
                let body = json!({
                    "name": name, "bot": bot, "description": description, "hint": hint, "url": url,
                });
                self.one(Method::POST, "/api/admin/commands", Some(body), MADE).await
            }
            CommandWord::List => self.list("commands", None, COMMANDS).await,
            CommandWord::Edit { name, bot, description, hint, url, no_url } => {
                let url = if no_url { Some(String::new()) } else { url };
                let body =
                    json!({ "bot": bot, "description": description, "hint": hint, "url": url });
                let path = format!("/api/admin/commands/{}", part_of(&name));
                self.one(Method::PATCH, &path, Some(body), MADE).await
            }
            CommandWord::Remove { name } => {
                self.end(&format!("/api/admin/commands/{}", part_of(&name))).await
            }
        }
    }
}
