//! Hooks of rooms: made by who runs the room; what comes by one is posted by its bot.

use super::{App, Caller, administration::hash_of, bots::secret, messages::post, unexpected};
use crate::{
    change::{Act, Change, ConversationRef, NewHook, PostPlace, Way},
    hooks::{Said, Unfit, github, slack},
    model::{
        Code, ConversationId, DisplayName, Hook, HookId, Refusal, Timestamp, UserId, Username,
    },
    store::{Outcome, query},
};

/// What a hook is made of, as typed.
#[derive(Debug, Default)]
pub struct HookWanted {
    /// What it is called.
    pub name: String,
    /// The address to be told, of an outgoing one.
    pub url: String,
    /// Words that a message must begin with to be told; all are, if there are none.
    pub words: Vec<String>,
}

/// What came by an address, as it came.
#[derive(Debug)]
pub struct Delivery<'a> {
    /// What the address holds.
    pub token: &'a str,
    /// The bytes.
    pub body: &'a [u8],
    /// Whether they say that they are a form.
    pub is_form: bool,
    /// What GitHub says that it is, if it is from there.
    pub github: Option<&'a str>,
}

/// Why nothing was posted, as Slack would say it.
#[derive(Debug)]
pub enum Undelivered {
    /// No hook has this address.
    NoService,
    /// It is no message.
    Unfit(Unfit),
    /// The hook's bot may not speak there any more.
    Prohibited,
    /// Too much at once, or the server cannot now.
    Later(Refusal),
}

impl App {
    /// Makes a hook that posts into a room: it, and what its address holds, which nobody sees again.
    ///
    /// # Errors
    /// `invalid`, `forbidden`, `not_found`, `conflict`.
    pub async fn make_incoming_hook(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        wanted: HookWanted,
    ) -> Result<(Hook, String), Refusal> {
        let token = secret();
        let way = Way::Incoming { hash: hash_of(&token) };
        Ok((self.make_hook(caller, conversation, &wanted.name, way).await?.0, token))
    }

    pub(super) async fn make_hook(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        name: &str,
        way: Way,
    ) -> Result<(Hook, ConversationId), Refusal> {
        let name = DisplayName::parse(name).map_err(|why| Refusal::invalid("name", why))?;
        self.limits.make_hook(caller.user)?;
        let (id, bot) = (HookId::fresh(), UserId::fresh());
        let usernames = usernames(name.as_str(), id);
        let new = NewHook { id, conversation, name, bot, usernames, way };
        let made = self.submit(caller, Act::MakeHook(Box::new(new)), None).await?;
        let Outcome::Conversation { id: room, .. } = made else { return Err(unexpected(&made)) };
        let all = self.hooks(caller, ConversationRef::Id(room)).await?;
        let hook = all.into_iter().find(|hook| hook.id == id).ok_or_else(Refusal::not_found)?;
        Ok((hook, room))
    }

    /// The hooks of a room, oldest first.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn hooks(&self, caller: Caller, room: ConversationRef) -> Result<Vec<Hook>, Refusal> {
        self.read(move |db| query::hooks::of(db, &room, caller.user)).await
    }

    /// Deletes a hook. What came by it stays.
    ///
    /// # Errors
    /// `forbidden` or `not_found`.
    pub async fn delete_hook(
        &self,
        caller: Caller,
        conversation: ConversationRef,
        id: HookId,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::DeleteHook { conversation, id }, None).await.map(|_| ())
    }

    /// Posts what came by a hook's address.
    ///
    /// # Errors
    /// Why not.
    pub async fn deliver(&self, delivery: Delivery<'_>) -> Result<(), Undelivered> {
        let hash = hash_of(delivery.token);
        let door = self.read(move |db| Ok(query::hooks::by_hash(db, &hash)?)).await;
        let door = door.map_err(Undelivered::Later)?.ok_or(Undelivered::NoService)?;
        self.limits.hook(door.hook).map_err(Undelivered::Later)?;
        let said = said(&delivery).map_err(Undelivered::Unfit)?;
        let Some(Said { text, name }) = said else { return Ok(()) };
        self.uses_of_bots.lock().insert(door.bot, Timestamp::now());
        let shown =
            name.map(|name| shortened(&name)).and_then(|name| DisplayName::parse(&name).ok());
        let shown = shown.or_else(|| DisplayName::parse(&door.name).ok());
        self.say_as(door.bot, ConversationRef::Id(door.conversation), text, shown).await
    }

    /// Lets a hook's bot say something.
    pub(super) async fn say_as(
        &self,
        bot: UserId,
        place: ConversationRef,
        content: String,
        shown_as: Option<DisplayName>,
    ) -> Result<(), Undelivered> {
        let new = super::NewMessage { content, ..super::NewMessage::default() };
        // what is too long was cut; what is left to complain of is that nothing can be seen
        let act = post(PostPlace::In(place), &new);
        let mut act = act.map_err(|_| Undelivered::Unfit(Unfit::NoText))?;
        if let Act::PostMessage(post) = &mut act {
            post.shown_as = shown_as;
        }
        let change = Change { by: Some(bot), at: Timestamp::now(), act };
        match self.store.submit(change, None).await {
            Ok(Outcome::Message { .. }) => Ok(()),
            Ok(other) => Err(Undelivered::Later(unexpected(&other))),
            // the bot went with its hook since that was looked up
            Err(refusal) if refusal.code == Code::Unauthorized => Err(Undelivered::NoService),
            Err(refusal) if matches!(refusal.code, Code::Forbidden | Code::NotFound) => {
                Err(Undelivered::Prohibited)
            }
            Err(refusal) => Err(Undelivered::Later(refusal)),
        }
    }
}

/// What is to be said, if anything.
fn said(delivery: &Delivery<'_>) -> Result<Option<Said>, Unfit> {
    let Some(event) = delivery.github else {
        return slack::said(delivery.body, delivery.is_form).map(Some);
    };
    let payload = slack::payload(delivery.body, delivery.is_form)?;
    Ok(github::said(event, &payload).map(|text| Said { text, name: None }))
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// The names that a hook's bot may have: as it is called, as far as that is one.
fn usernames(name: &str, id: HookId) -> Vec<Username> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let plain: String = name.chars().map(plain).collect();
    let words: Vec<_> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let short: String = words.join("-").chars().take(20).collect();
    let short = short.trim_end_matches('-');
    let mark = id.to_string();
    let mark = mark.rsplit('-').next().unwrap_or_default();
    let wanted =
        [format!("{short}-hook"), format!("{short}-hook-{}", &mark[..4]), format!("hook-{mark}")];
    wanted.iter().filter_map(|name| Username::parse(name.trim_start_matches('-')).ok()).collect()
}
