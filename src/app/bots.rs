//! Bots: made by who runs the server, known by their tokens.
//!
//! Administrators alone make them: a bot reads whatever its rooms say and speaks when it likes, so
//! somebody answers for each; for a message from elsewhere in one's own room a hook is enough.

use std::{collections::HashMap, net::IpAddr};

use base64::Engine;
use parking_lot::Mutex;

use super::{App, Caller, From, Steward, accounts::new_session, administration::hash_of};
use crate::{
    auth::{credentials::BOT_TOKEN, sessions::Standing, tokens::random_bytes},
    change::{Act, Administration, NewBot, NewBotToken, PersonRef},
    model::{
        Bot, Code, DisplayName, Refusal, Scope, SessionId, Timestamp, UserId, Username,
        bot::{BotToken, Scopes},
    },
    store::query::{self, Page, Window},
};

/// When tokens were last used, until it is written down.
pub(super) type Uses = Mutex<HashMap<SessionId, Timestamp>>;

/// Bots by the hashes of tokens that they have shown. One counts while its session is known to stand.
pub(super) type Seen = Mutex<HashMap<Vec<u8>, Caller>>;

/// How many are remembered before that starts over.
const SEEN: usize = 10_000;

/// A secret for a program: 256 bits, in letters that need no escaping.
pub(super) fn secret() -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

impl Caller {
    /// Refuses what the caller's token is not for; a person's is for everything. What needs no scope
    /// that there is, is for people alone.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn may(&self, needs: Option<Scope>) -> Result<(), Refusal> {
        let Some(scopes) = self.scopes else { return Ok(()) };
        match needs {
            Some(scope) if scopes.hold(scope) => Ok(()),
            Some(scope) => {
                let missing = format!("this token is not for that: it lacks `{}`", scope.as_str());
                Err(Refusal::new(Code::Forbidden, missing))
            }
            None => Err(Refusal::forbidden("this is for people, not for programs")),
        }
    }
}

impl App {
    /// Which bot shows this token. What was never seen to be one is looked for in the file, as seldom as
    /// anything is that strangers ask.
    pub(super) async fn authenticate_bot(
        &self,
        token: &str,
        from: Option<IpAddr>,
    ) -> Result<Caller, Refusal> {
        let hash = hash_of(token);
        let seen = self.seen_bots.lock().get(&hash).copied();
        let standing = seen.map(|caller| self.sessions.standing(caller.session));
        let caller = match (seen, standing) {
            (Some(caller), Some(Standing::Of(_))) => caller,
            _ => self.look_for_bot(hash, from).await?,
        };
        self.uses.lock().insert(caller.session, Timestamp::now());
        Ok(caller)
    }

    async fn look_for_bot(&self, hash: Vec<u8>, from: Option<IpAddr>) -> Result<Caller, Refusal> {
        self.limits.open_call(from)?;
        let wanted = hash.clone();
        let shown = self.store.read(move |db| Ok(query::bots::shown(db, &wanted)?)).await?;
        let (user, session, scopes) = shown.ok_or_else(Refusal::unauthorized)?;
        if !self.sessions.remember(session, user) {
            return Err(Refusal::unauthorized()); // it was revoked since that was read
        }
        let caller = Caller { user, session, scopes: Some(scopes) };
        let mut seen = self.seen_bots.lock();
        if seen.len() >= SEEN {
            seen.clear();
        }
        seen.insert(hash, caller);
        Ok(caller)
    }

    /// Once a minute.
    pub(super) async fn write_down_uses(&self) {
        let used: Vec<_> = self.uses.lock().drain().collect();
        if !used.is_empty() {
            let _ = self.housekeeping(Act::RecordTokenUse(used)).await;
        }
        let bots: Vec<_> = self.uses_of_bots.lock().drain().collect();
        if !bots.is_empty() {
            let _ = self.housekeeping(Act::RecordActivity(bots)).await;
        }
    }

    /// Makes a bot. It is in `general`, like everyone, and shown by its username unless told.
    ///
    /// # Errors
    /// `forbidden`, `invalid`, `conflict`.
    pub async fn make_bot(
        &self,
        steward: Steward,
        username: &str,
        display_name: Option<&str>,
    ) -> Result<Bot, Refusal> {
        let shown = display_name.unwrap_or(username);
        let username = Username::parse(username);
        let username = username.map_err(|why| Refusal::invalid("username", why))?;
        let display_name = DisplayName::parse(shown);
        let display_name = display_name.map_err(|why| Refusal::invalid("display_name", why))?;
        let id = UserId::fresh();
        self.administer(steward, Administration::MakeBot(NewBot { id, username, display_name }))
            .await?;
        self.bot(steward, PersonRef::Id(id)).await
    }

    /// A bot.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn bot(&self, steward: Steward, who: PersonRef) -> Result<Bot, Refusal> {
        self.administered(steward, move |db| query::bots::find(db, &who)).await
    }

    /// All bots, by name.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn bots(&self, steward: Steward, window: Window) -> Result<Page<Bot>, Refusal> {
        self.administered(steward, move |db| query::bots::list(db, window)).await
    }

    /// Gives a bot a token: what it is, which nobody sees again, and what is known of it.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `invalid`, `conflict`.
    pub async fn make_bot_token(
        &self,
        steward: Steward,
        bot: PersonRef,
        name: &str,
        scopes: Vec<Scope>,
    ) -> Result<(String, BotToken), Refusal> {
        let name = DisplayName::parse(name).map_err(|why| Refusal::invalid("name", why))?;
        if scopes.is_empty() {
            return Err(Refusal::invalid("scopes", "must hold what the token is for"));
        }
        let token = format!("{BOT_TOKEN}{}", secret());
        let scopes: Scopes = scopes.into_iter().collect();
        let session = new_session(From { address: None, client: name.into_string() });
        let id = session.id;
        let new = NewBotToken { session, hash: hash_of(&token), scopes };
        let make = Administration::MakeBotToken { bot: bot.clone(), token: new };
        self.administer(steward, make).await?;
        let made = self.bot(steward, bot).await?.tokens.into_iter().find(|one| one.id == id);
        Ok((token, made.ok_or_else(Refusal::not_found)?))
    }

    /// Lets a token be good for nothing any more; its sockets close.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn revoke_bot_token(
        &self,
        steward: Steward,
        bot: PersonRef,
        token: SessionId,
    ) -> Result<(), Refusal> {
        let revoke = Administration::RevokeBotToken { bot, token };
        self.administer(steward, revoke).await.map(|_| ())
    }

    /// Ends a bot; what it wrote stays, by "deleted user".
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn delete_bot(&self, steward: Steward, bot: PersonRef) -> Result<(), Refusal> {
        self.administer(steward, Administration::DeleteBot(bot)).await.map(|_| ())
    }
}
