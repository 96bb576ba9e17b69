//! Slash commands that programs answer: made, listed and deleted by who runs the server.

use super::{App, Caller, Steward, bots::secret};
use crate::{
    change::{Administration, NewCommand, PersonRef},
    model::{CommandId, CommandName, Refusal, SlashCommand, slash},
    store::query,
};

/// What a command is made of, as typed.
#[derive(Debug)]
pub struct CommandWanted {
    /// What is typed after the slash.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What may come after its name.
    pub hint: String,
    /// The bot that answers.
    pub bot: PersonRef,
    /// The address to be called, if it is not the bot's sockets that are asked.
    pub url: Option<String>,
}

impl App {
    /// Makes a command: it, and what signs the calls of its address, which nobody sees again.
    ///
    /// # Errors
    /// `forbidden`, `invalid`, `not_found` for a bot that there is not, `conflict`.
    pub async fn make_command(
        &self,
        steward: Steward,
        wanted: CommandWanted,
    ) -> Result<(SlashCommand, Option<String>), Refusal> {
        let CommandWanted { name, description, hint, bot, url } = wanted;
        let name = CommandName::parse(&name).map_err(|why| Refusal::invalid("name", why))?;
        let description = slash::description(&description);
        let description = description.map_err(|why| Refusal::invalid("description", why))?;
        let hint = slash::hint(&hint).map_err(|why| Refusal::invalid("hint", why))?;
        if let Some(url) = &url {
            self.calling.may_call(url)?;
        }
        let called = url.map(|url| (url, secret()));
        let signs = called.as_ref().map(|(_, secret)| secret.clone());
        let (id, typed) = (CommandId::fresh(), name.as_str().to_owned());
        let new = NewCommand { id, name, description, hint, bot, called };
        self.administer(steward, Administration::MakeCommand(new)).await?;
        let read = move |db: &rusqlite::Connection| Ok(query::slash::find(db, &typed)?);
        let made = self.administered(steward, read).await?.ok_or_else(Refusal::not_found)?;
        Ok((made, signs))
    }

    /// All commands, by name, as who runs the server sees them.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn administered_commands(
        &self,
        steward: Steward,
    ) -> Result<Vec<SlashCommand>, Refusal> {
        self.administered(steward, |db| Ok(query::slash::all(db)?)).await
    }

    /// All commands, by name, for whoever may run some.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn commands(&self, _caller: Caller) -> Result<Vec<SlashCommand>, Refusal> {
        self.read(|db| Ok(query::slash::all(db)?)).await
    }

    /// Deletes a command.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn delete_command(&self, steward: Steward, name: &str) -> Result<(), Refusal> {
        self.administered(steward, |_| Ok(())).await?;
        let name = CommandName::parse(name).map_err(|_| Refusal::not_found())?;
        self.administer(steward, Administration::DeleteCommand(name)).await.map(|_| ())
    }
}
