//! Making accounts, signing in and out, one's own profile.

use std::net::IpAddr;

use base64::Engine;

use super::{App, Caller, From, unexpected};
use crate::{
    auth::{limits::bucket, tokens::random_bytes},
    change::{Act, Change, NewSession, Register},
    model::{
        Bio, DisplayName, Locale, Password, Person, Refusal, Session, SessionId, Timestamp,
        TokenId, UserId, Username, session::ACCESS_SECONDS,
    },
    store::{Outcome, SignedIn, query},
};

/// How much of what a client calls itself is kept.
const CLIENT_CHARS: usize = 200;

/// A registration as typed.
#[derive(Debug, Default)]
pub struct Registration {
    /// The name wanted.
    pub username: String,
    /// The password wanted.
    pub password: String,
    /// The name to be shown, if not the username.
    pub display_name: Option<String>,
    /// The claim code, for the first account.
    pub claim: Option<String>,
    /// What the link of an invitation holds.
    pub invitation: Option<String>,
}

/// Somebody is signed in: what they get.
#[derive(Debug)]
pub struct Grant {
    /// Who.
    pub person: Person,
    /// Shown with each request.
    pub access: String,
    /// Renews both, once.
    pub refresh: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
}

impl Registration {
    /// What was typed, if all of it can stand.
    ///
    /// # Errors
    /// `invalid` with what is wrong.
    pub(super) fn checked(self) -> Result<(Username, DisplayName, Password), Refusal> {
        let username = Username::parse(&self.username);
        let shown = self.display_name.as_deref().unwrap_or(&self.username);
        let display_name = DisplayName::parse(shown);
        match (username, display_name, Password::parse(self.password)) {
            (Ok(username), Ok(display_name), Ok(password)) => {
                Ok((username, display_name, password))
            }
            (username, display_name, password) => Err(complaints([
                ("username", username.err()),
                ("display_name", self.display_name.and(display_name.err())),
                ("password", password.err()),
            ])),
        }
    }
}

impl App {
    /// Makes an account and signs it in.
    ///
    /// # Errors
    /// `invalid` with what is wrong, `conflict`, `forbidden`, `rate_limited`.
    pub async fn register(&self, typed: Registration, from: From) -> Result<Grant, Refusal> {
        let claimed = self.is_claimed_by(typed.claim.as_deref());
        let invitation = typed.invitation.clone();
        let (username, display_name, password) = typed.checked()?;
        self.limits.register(from.address)?;
        let act = Act::Register(Box::new(Register {
            id: UserId::fresh(),
            username,
            display_name,
            password_hash: self.passwords.hash(password).await?,
            invitation,
            claimed,
            session: new_session(from),
        }));
        self.granted(act).await
    }

    /// Signs in by name and password. An unknown name and a wrong password look alike, and take
    /// the same time.
    ///
    /// # Errors
    /// `unauthorized` or `rate_limited`.
    pub async fn sign_in(
        &self,
        username: &str,
        password: String,
        from: From,
    ) -> Result<Grant, Refusal> {
        let key = Username::key_of(username);
        self.limits.secret(from.address)?;
        let wrong = || {
            Refusal::new(crate::model::Code::Unauthorized, "the username or the password is wrong")
        };
        let name = key.clone();
        let secret = self.read(move |db| query::people::secret_of_name(db, &key)).await?;
        let is_known = self.is_known_at(secret.as_ref().map(|(person, _)| *person), &from).await?;
        self.limits.sign_in(&name, from.address, is_known)?;
        let (person, stored) = secret.unzip();
        let matches = self.passwords.matches(password, stored.clone()).await?;
        let (true, Some(person), Some(password_hash)) = (matches, person, stored) else {
            return Err(wrong());
        };
        self.granted(Act::SignIn { person, password_hash, session: new_session(from) }).await
    }

    /// Whether somebody is signed in at where a request comes from. Nobody's sessions are looked for as well,
    /// which takes as long.
    async fn is_known_at(&self, person: Option<UserId>, from: &From) -> Result<bool, Refusal> {
        let Some(here) = from.address.map(bucket) else { return Ok(false) };
        let person = person.unwrap_or_else(UserId::fresh);
        let places = self.read(move |db| query::sessions::of(db, person)).await?;
        let places = places.iter().filter_map(|session| session.address.as_deref()?.parse().ok());
        Ok(places.map(bucket).any(|place: IpAddr| place == here))
    }

    /// Renews both tokens. A refresh token that was used before ends its session.
    ///
    /// # Errors
    /// `unauthorized` or `rate_limited`.
    pub async fn refresh(&self, token: &str, from: From) -> Result<Grant, Refusal> {
        let shown = self.tokens.check_refresh(token);
        let shown = shown.ok_or_else(|| self.limits.bad_token(from.address))?;
        let (session, presented) = (shown.session, shown.token);
        self.limits.refresh(session)?;
        let (next, address) = (TokenId::fresh(), from.address);
        self.granted(Act::Refresh { session, presented, next, address }).await
    }

    /// Signs out where the caller is.
    ///
    /// # Errors
    /// `not_found` when that has happened already.
    pub async fn sign_out(&self, caller: Caller) -> Result<(), Refusal> {
        self.revoke_session(caller, caller.session).await
    }

    /// Signs the caller out somewhere.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn revoke_session(&self, caller: Caller, session: SessionId) -> Result<(), Refusal> {
        self.submit(caller, Act::RevokeSession { session }, None).await.map(|_| ())
    }

    /// Where the caller is signed in.
    ///
    /// # Errors
    /// The file failed.
    pub async fn sessions(&self, caller: Caller) -> Result<Vec<Session>, Refusal> {
        self.read(move |db| query::sessions::of(db, caller.user)).await
    }

    /// The caller's own account.
    ///
    /// # Errors
    /// `unauthorized` when it is gone.
    pub async fn me(&self, caller: Caller) -> Result<Person, Refusal> {
        self.read(move |db| query::people::caller(db, caller.user)).await
    }

    /// Changes what others see of the caller, and their language.
    ///
    /// # Errors
    /// `invalid` with what is wrong.
    pub async fn edit_profile(
        &self,
        caller: Caller,
        display_name: Option<String>,
        bio: Option<String>,
        locale: Option<Locale>,
    ) -> Result<Person, Refusal> {
        let display_name = display_name.map(|text| DisplayName::parse(&text)).transpose();
        let bio = bio.map(|text| Bio::parse(&text)).transpose();
        let (display_name, bio) = match (display_name, bio) {
            (Ok(display_name), Ok(bio)) => (display_name, bio),
            (display_name, bio) => {
                let wrong = [("display_name", display_name.err()), ("bio", bio.err())];
                return Err(complaints(wrong));
            }
        };
        let act = Act::EditProfile { display_name, bio, locale };
        let outcome = self.submit(caller, act, None).await?;
        let Outcome::Person(person) = outcome else { return Err(unexpected(&outcome)) };
        Ok(person)
    }

    /// Changes the caller's password and ends their other sessions.
    ///
    /// # Errors
    /// `forbidden` for a wrong current one, `invalid` for a bad new one, `rate_limited`.
    pub async fn change_password(
        &self,
        caller: Caller,
        current: String,
        new: String,
    ) -> Result<(), Refusal> {
        let new = Password::parse(new).map_err(|why| Refusal::invalid("new_password", why))?;
        let password_hash = self.checked_secret(caller, current, "current_password").await?;
        let new_hash = self.passwords.hash(new).await?;
        let keep = caller.session;
        let act = Act::ChangePassword { password_hash, new_hash, keep };
        self.submit(caller, act, None).await.map(|_| ())
    }

    /// Ends the caller's account; what they wrote stays, by "deleted user".
    ///
    /// # Errors
    /// `forbidden` for a wrong password, `rate_limited`.
    pub async fn delete_account(&self, caller: Caller, password: String) -> Result<(), Refusal> {
        let password_hash = self.checked_secret(caller, password, "password").await?;
        self.submit(caller, Act::DeleteAccount { password_hash }, None).await.map(|_| ())
    }

    /// The caller's stored hash, which what they typed matches.
    async fn checked_secret(
        &self,
        caller: Caller,
        typed: String,
        field: &'static str,
    ) -> Result<String, Refusal> {
        self.limits.sign_in(&caller.user.to_string(), None, false)?;
        let stored = self.read(move |db| query::people::secret_of(db, caller.user)).await?;
        if self.passwords.matches(typed, Some(stored.clone())).await? {
            return Ok(stored);
        }
        Err(Refusal::forbidden("the password is wrong").with_field(field, "is wrong"))
    }

    pub(super) async fn granted(&self, act: Act) -> Result<Grant, Refusal> {
        let at = Timestamp::now();
        let outcome = self.store.submit(Change { by: None, at, act }, None).await?;
        let Outcome::SignedIn(SignedIn { person, session, token }) = outcome else {
            return Err(Refusal::unauthorized()); // a used refresh token has ended its session
        };
        Ok(Grant {
            access: self.tokens.access(person.id, session, at),
            refresh: self.tokens.refresh(person.id, session, token, at),
            expires_in: ACCESS_SECONDS,
            person,
        })
    }

    // --- the first account

    /// Where others come, the first account is for who can read what the server prints at its start.
    pub(super) async fn require_claim(&self) -> Result<(), Refusal> {
        let has_accounts = self.has_accounts().await?;
        if self.settings.has_strangers() && !has_accounts {
            let code = base64::engine::general_purpose::URL_SAFE_NO_PAD;
            let _ = self.claim.set(code.encode(random_bytes::<15>()));
        }
        Ok(())
    }

    /// The code that the first account needs, if any.
    #[must_use]
    pub fn claim(&self) -> Option<&str> {
        self.claim.get().map(String::as_str)
    }

    /// Whether anybody has registered yet.
    ///
    /// # Errors
    /// The file failed.
    pub async fn has_accounts(&self) -> Result<bool, Refusal> {
        self.read(query::people::any_registered).await
    }

    fn is_claimed_by(&self, shown: Option<&str>) -> bool {
        let Some(code) = self.claim() else { return true };
        // comparing hashes tells nothing of the code by its time
        let hash = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        hash(code).as_ref() == hash(shown.unwrap_or_default()).as_ref()
    }
}

pub(super) fn new_session(from: From) -> NewSession {
    let client = from.client.chars().filter(|c| !c.is_control()).take(CLIENT_CHARS).collect();
    NewSession { id: SessionId::fresh(), token: TokenId::fresh(), client, address: from.address }
}

fn complaints<const N: usize>(fields: [(&'static str, Option<&'static str>); N]) -> Refusal {
    let nothing = Refusal::new(crate::model::Code::Invalid, "some fields are not valid");
    fields.into_iter().fold(nothing, |refusal, (field, complaint)| match complaint {
        Some(complaint) => refusal.with_field(field, complaint),
        None => refusal,
    })
}
