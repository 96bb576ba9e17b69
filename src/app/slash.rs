//! Slash commands that programs answer: made, listed, edited and deleted by who runs the server.

use super::{App, Caller, Steward, bots::secret};
use crate::{
    change::{Administration, Asks, CommandEdit, NewCommand, PersonRef},
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
    /// The address to be called; none, or an empty one: the bot's sockets are asked.
    pub url: Option<String>,
}

/// What of a command is to be other, as typed; what is none stays.
#[derive(Debug, Default)]
pub struct CommandEdited {
    /// What it does.
    pub description: Option<String>,
    /// What may come after its name.
    pub hint: Option<String>,
    /// The bot that answers.
    pub bot: Option<PersonRef>,
    /// The address to be called; an empty one: the bot's sockets are asked.
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
        let (description, hint) = (described(&description)?, hinted(&hint)?);
        let asks = self.asks(url.unwrap_or_default())?;
        let signs = asks.address().map(|(_, secret)| secret.to_owned());
        let (id, typed) = (CommandId::fresh(), name.clone());
        let new = NewCommand { id, name, description, hint, bot, asks };
        self.administer(steward, Administration::MakeCommand(new)).await?;
        Ok((self.administered_command(steward, typed).await?, signs))
    }

    /// Has a command be other. A new address gets a secret of its own, so that whoever was called
    /// before signs nothing any more.
    ///
    /// # Errors
    /// `forbidden`, `invalid`, `not_found` for it or the bot.
    pub async fn edit_command(
        &self,
        steward: Steward,
        name: &str,
        edited: CommandEdited,
    ) -> Result<(SlashCommand, Option<String>), Refusal> {
        self.administered(steward, |_| Ok(())).await?;
        let name = CommandName::parse(name).map_err(|_| Refusal::not_found())?;
        let CommandEdited { description, hint, bot, url } = edited;
        let description = description.map(|text| described(&text)).transpose()?;
        let hint = hint.map(|text| hinted(&text)).transpose()?;
        let asks = url.map(|url| self.asks(url)).transpose()?;
        let signs = asks.as_ref().and_then(Asks::address).map(|(_, secret)| secret.to_owned());
        let edit = CommandEdit { name: name.clone(), description, hint, bot, asks };
        self.administer(steward, Administration::EditCommand(edit)).await?;
        Ok((self.administered_command(steward, name).await?, signs))
    }

    /// By an address, with what will sign its calls; by none, where it is empty.
    fn asks(&self, url: String) -> Result<Asks, Refusal> {
        if url.is_empty() {
            return Ok(Asks::Sockets);
        }
        self.calling.may_call(&url)?;
        Ok(Asks::Address { url, secret: secret() })
    }

    async fn administered_command(
        &self,
        steward: Steward,
        name: CommandName,
    ) -> Result<SlashCommand, Refusal> {
        let read = move |db: &rusqlite::Connection| Ok(query::slash::find(db, name.as_str())?);
        self.administered(steward, read).await?.ok_or_else(Refusal::not_found)
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

fn described(text: &str) -> Result<String, Refusal> {
    slash::description(text).map_err(|why| Refusal::invalid("description", why))
}

fn hinted(text: &str) -> Result<String, Refusal> {
    slash::hint(text).map_err(|why| Refusal::invalid("hint", why))
}
