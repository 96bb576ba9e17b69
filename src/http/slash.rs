//! Calls about slash commands: made by who runs the server, run by everyone, answered by bots.

use std::borrow::Cow;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::{CommandEdited, CommandWanted, NewRun, person_ref},
    hooks::command,
    model::{CommandId, Refusal, RunId, SlashCommand, slash::ResponseType},
};

/// A command, as whoever may run it sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Command)]
pub(super) struct CommandShape<'a> {
    /// What is typed after the slash.
    name: Cow<'a, str>,
    description: Cow<'a, str>,
    /// What may come after its name; may be empty.
    hint: Cow<'a, str>,
    /// The username of the bot that answers.
    bot: Cow<'a, str>,
}

fn shape(command: &SlashCommand) -> CommandShape<'_> {
    CommandShape {
        name: Cow::from(&command.name),
        description: Cow::from(&command.description),
        hint: Cow::from(&command.hint),
        bot: Cow::from(&command.bot),
    }
}

/// A command, as who runs the server sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = AdministeredCommand)]
pub(super) struct AdministeredShape<'a> {
    id: CommandId,
    #[serde(flatten)]
    command: CommandShape<'a>,
    /// The address that is called; null: the bot's sockets are asked.
    url: Option<&'a str>,
    /// Null: the command line.
    created_by: Option<&'a str>,
    #[schema(format = DateTime)]
    created_at: String,
}

fn administered(command: &SlashCommand) -> AdministeredShape<'_> {
    AdministeredShape {
        id: command.id,
        command: shape(command),
        url: command.url.as_deref(),
        created_by: command.created_by.as_deref(),
        created_at: command.created_at.to_rfc3339(),
    }
}

/// A new command.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewCommand)]
pub(super) struct MakeBody {
    /// Of lower-case letters, digits, `-` and `_`.
    name: String,
    description: String,
    /// What may come after its name: `2d6`.
    #[serde(default)]
    hint: Option<String>,
    /// The username of the bot that answers.
    bot: String,
    /// The address to be called; without one, the bot's sockets are asked.
    #[serde(default)]
    url: Option<String>,
}

/// What of a command is to be other.
#[derive(Deserialize, ToSchema)]
#[schema(as = CommandEdit)]
pub(super) struct EditBody {
    #[serde(default)]
    description: Option<String>,
    /// What may come after its name; may be empty.
    #[serde(default)]
    hint: Option<String>,
    /// The username of the bot that answers.
    #[serde(default)]
    bot: Option<String>,
    /// Another address to be called, which gets a secret of its own; empty: the bot's sockets are asked.
    #[serde(default)]
    url: Option<String>,
}

/// A command that was made just now, or edited.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeCommand)]
pub(super) struct MadeShape<'a> {
    #[serde(flatten)]
    command: AdministeredShape<'a>,
    /// What signs the calls of its address, where that is new: shown now, and never again.
    secret: Option<String>,
}

/// A command to be run.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewRun)]
pub(super) struct RunBody {
    /// Which, without its slash.
    name: String,
    /// What comes after it.
    #[serde(default)]
    text: String,
    /// Comes back with what only the asker hears.
    #[serde(rename = "ref", default)]
    reference: Option<String>,
}

/// What was asked.
#[derive(Serialize, ToSchema)]
#[schema(as = Run)]
pub(super) struct RunShape {
    id: RunId,
}

/// An answer to a command: as Slack's and Mattermost's commands have it.
#[derive(Deserialize, ToSchema)]
#[schema(as = CommandAnswer)]
#[allow(dead_code, reason = "what it says is read from the same bytes, as hooks read them")]
pub(super) struct AnswerBody {
    /// Who hears it: `ephemeral`, as long as nothing is said, is for the asker alone.
    #[serde(default)]
    response_type: ResponseType,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    attachments: Option<Vec<serde_json::Value>>,
    /// The name that it shows under.
    #[serde(default)]
    username: Option<String>,
}

/// `GET /api/commands`.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = reply::part(r.app.commands(caller).await?, r.window()?);
    reply::list(&page, &page.items.iter().map(shape).collect::<Vec<_>>())
}

/// `POST /api/conversations/{id}/commands`.
pub(super) async fn run(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let RunBody { name, text, reference } = r.json()?;
    let new = NewRun { name, text, reference };
    let id = r.app.run_command(caller, r.conversation(), new).await?;
    reply::json(&RunShape { id })
}

/// `POST /api/commands/{id}`.
pub(super) async fn answer(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let run = r.app.asked_of(caller, r.id("id")?)?;
    let _: AnswerBody = r.json()?;
    let answered = command::reply(r.body(), true);
    let answered = answered.map_err(|why| Refusal::invalid("text", why))?;
    let empty = || Refusal::invalid("text", "must not be empty");
    r.app.answer_command(caller, &run, answered.ok_or_else(empty)?).await?;
    reply::done()
}

/// `GET /api/admin/commands`.
pub(super) async fn list_all(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let page = reply::part(r.app.administered_commands(steward).await?, r.window()?);
    reply::list(&page, &page.items.iter().map(administered).collect::<Vec<_>>())
}

/// `POST /api/admin/commands`.
pub(super) async fn make(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let MakeBody { name, description, hint, bot, url } = r.json()?;
    let (hint, bot) = (hint.unwrap_or_default(), person_ref(&bot));
    let wanted = CommandWanted { name, description, hint, bot, url };
    let (made, secret) = r.app.make_command(steward, wanted).await?;
    let made = MadeShape { command: administered(&made), secret };
    reply::with_status(StatusCode::CREATED, &made)
}

/// `PATCH /api/admin/commands/{name}`.
pub(super) async fn edit(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let EditBody { description, hint, bot, url } = r.json()?;
    let bot = bot.as_deref().map(person_ref);
    let edited = CommandEdited { description, hint, bot, url };
    let (edited, secret) = r.app.edit_command(steward, r.parameter("name"), edited).await?;
    reply::json(&MadeShape { command: administered(&edited), secret })
}

/// `DELETE /api/admin/commands/{name}`.
pub(super) async fn delete(r: &Request) -> Answer {
    r.app.delete_command(r.steward().await?, r.parameter("name")).await?;
    reply::done()
}
