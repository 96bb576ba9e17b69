//! `salon admin bot`: bots and their tokens.

use hyper::Method;
use serde_json::json;

use super::{
    admin::{Talk, part_of, rows},
    line::Failure,
    tables::{Column, lines, table},
    words::{BotWord, ScopeWord},
};

pub(super) const BOTS: &[Column] = &[
    ("USERNAME", "username"),
    ("NAME", "display_name"),
    ("DISABLED", "is_disabled"),
    ("ONLINE", "is_online"),
    ("TOKENS", "tokens"),
    ("SINCE", "created_at"),
];

const TOKENS: &[Column] = &[
    ("ID", "id"),
    ("NAME", "name"),
    ("SCOPES", "scopes"),
    ("LAST USED", "last_used_at"),
    ("SINCE", "created_at"),
];

const MADE: &[Column] = &[("Token", "token"), ("Id", "id"), ("Name", "name"), ("Scopes", "scopes")];

fn path(name: &str) -> String {
    format!("/api/admin/bots/{}", part_of(name))
}

impl Talk<'_> {
    pub(super) async fn say_of_bot(&mut self, word: BotWord) -> Result<String, Failure> {
        match word {
            BotWord::Add { name, display_name } => {
                let body = json!({ "username": name, "display_name": display_name });
                self.one(Method::POST, "/api/admin/bots", Some(body), BOTS).await
            }
            BotWord::Token { name, purpose, scopes } => {
                let scopes: Vec<_> = scopes.into_iter().map(ScopeWord::as_str).collect();
                let body = json!({ "name": purpose, "scopes": scopes });
                self.one(Method::POST, &format!("{}/tokens", path(&name)), Some(body), MADE).await
            }
            BotWord::Show { name } => {
                let said = self.line.ask(Method::GET, &path(&name), None).await?.value;
                Ok(self.shown(&said, |said| {
                    let bot = lines(&BOTS[..4], said);
                    format!("{bot}\n{}", table(TOKENS, rows(&said["tokens"])))
                }))
            }
            BotWord::Revoke { name, id } => {
                self.end(&format!("{}/tokens/{}", path(&name), part_of(&id))).await
            }
            BotWord::Delete { name } => self.end(&path(&name)).await,
        }
    }
}
