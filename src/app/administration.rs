//! People and rooms, as who runs the server sees and changes them.

use base64::Engine;
use ring::digest::{SHA256, digest};

use super::{App, From, Grant, Registration, Steward, accounts::new_session};
use crate::{
    auth::tokens::random_bytes,
    change::{Act, Administration, ConversationRef, NewPerson, PersonRef, UseSignInLink},
    model::{Password, Refusal, Role, Session, Timestamp, UserId},
    store::{
        Outcome,
        query::{
            self, Page, Window,
            administration::{Account, Room},
        },
    },
};

/// How long a link that signs somebody in may wait to be used.
const LINK_MS: i64 = 4 * 3600 * 1000;

/// A secret that stands in a link: 128 bits and some, in letters that need no escaping.
pub(super) fn link_token() -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<24>())
}

pub(super) fn hash_of(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

impl App {
    /// Accounts whose name holds `part`.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn accounts(
        &self,
        steward: Steward,
        part: String,
        window: Window,
    ) -> Result<Page<Account>, Refusal> {
        let read =
            move |db: &rusqlite::Connection| query::administration::accounts(db, &part, window);
        self.administered(steward, read).await
    }

    /// One account.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn account(&self, steward: Steward, who: PersonRef) -> Result<Account, Refusal> {
        let read = move |db: &rusqlite::Connection| {
            let person = query::people::find(db, &who)?;
            query::administration::account(db, person.id)
        };
        self.administered(steward, read).await
    }

    /// Makes an account for somebody.
    ///
    /// # Errors
    /// `forbidden`, `invalid` with what is wrong, `conflict`.
    pub async fn add_person(
        &self,
        steward: Steward,
        typed: Registration,
    ) -> Result<Account, Refusal> {
        self.administered(steward, |_| Ok(())).await?;
        let (username, display_name, password) = typed.checked()?;
        let password_hash = self.passwords.hash(password).await?;
        let id = UserId::fresh();
        let new = NewPerson { id, username, display_name, password_hash };
        self.administer(steward, Administration::AddPerson(new)).await?;
        self.account(steward, PersonRef::Id(id)).await
    }

    /// Gives somebody another password, and signs them out everywhere.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `invalid`.
    pub async fn set_password(
        &self,
        steward: Steward,
        person: PersonRef,
        password: String,
    ) -> Result<(), Refusal> {
        self.administered(steward, |_| Ok(())).await?;
        let password = Password::parse(password);
        let password = password.map_err(|why| Refusal::invalid("password", why))?;
        let password_hash = self.passwords.hash(password).await?;
        let set = Administration::SetPassword { person, password_hash };
        self.administer(steward, set).await.map(|_| ())
    }

    /// Lets somebody do more or less, or keeps them out.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `invalid`, or `conflict` for the last who runs the server.
    pub async fn edit_account(
        &self,
        steward: Steward,
        who: PersonRef,
        role: Option<Role>,
        is_disabled: Option<bool>,
    ) -> Result<Account, Refusal> {
        if role == Some(Role::Bot) {
            return Err(Refusal::invalid("role", "must be admin or member"));
        }
        let person = who.clone();
        self.administer(steward, Administration::EditPerson { person, role, is_disabled }).await?;
        // whoever has just ceased to be an administrator may still see what came of it
        let read = move |db: &rusqlite::Connection| {
            let person = query::people::find(db, &who)?;
            query::administration::account(db, person.id)
        };
        self.read(read).await
    }

    /// Makes a secret that signs somebody in once; an earlier one works no more.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn make_sign_in_link(
        &self,
        steward: Steward,
        person: PersonRef,
    ) -> Result<(String, Timestamp), Refusal> {
        let token = link_token();
        let (hash, expires_at) = (hash_of(&token), Timestamp::now().plus_ms(LINK_MS));
        let make = Administration::MakeSignInLink { person, hash, expires_at };
        self.administer(steward, make).await?;
        Ok((token, expires_at))
    }

    /// Signs in by such a secret, with a new password if one is wanted.
    ///
    /// # Errors
    /// `unauthorized` when it counts no more, `invalid`, `disabled`, `banned`, `rate_limited`.
    pub async fn use_sign_in_link(
        &self,
        token: &str,
        password: Option<String>,
        from: From,
    ) -> Result<Grant, Refusal> {
        self.limits.secret(from.address)?;
        let password = password.map(Password::parse).transpose();
        let password = password.map_err(|why| Refusal::invalid("password", why))?;
        let new_hash = match password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let link = UseSignInLink { hash: hash_of(token), new_hash, session: new_session(from) };
        self.granted(Act::UseSignInLink(Box::new(link))).await
    }

    /// Where somebody is signed in.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn sessions_of(
        &self,
        steward: Steward,
        who: PersonRef,
    ) -> Result<Vec<Session>, Refusal> {
        let read = move |db: &rusqlite::Connection| {
            let person = query::people::find(db, &who)?;
            query::sessions::of(db, person.id)
        };
        self.administered(steward, read).await
    }

    /// Signs somebody out everywhere.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn end_sessions_of(&self, steward: Steward, who: PersonRef) -> Result<(), Refusal> {
        self.administer(steward, Administration::EndSessions(who)).await.map(|_| ())
    }

    /// Ends somebody's account; what they wrote stays, by "deleted user".
    ///
    /// # Errors
    /// `forbidden`, `not_found`, or `conflict` for the last who runs the server.
    pub async fn delete_person(&self, steward: Steward, who: PersonRef) -> Result<(), Refusal> {
        self.administer(steward, Administration::DeletePerson(who)).await.map(|_| ())
    }

    /// All rooms whose name or topic holds `part`.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn all_rooms(
        &self,
        steward: Steward,
        part: String,
        window: Window,
    ) -> Result<Page<Room>, Refusal> {
        let read = move |db: &rusqlite::Connection| query::administration::rooms(db, &part, window);
        self.administered(steward, read).await
    }

    /// Gives a room another owner.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict`.
    pub async fn hand_over(
        &self,
        steward: Steward,
        room: ConversationRef,
        owner: PersonRef,
    ) -> Result<Room, Refusal> {
        let hand_over = Administration::HandOver { room, owner };
        let outcome = self.administer(steward, hand_over).await?;
        let Outcome::Conversation { id, .. } = outcome else {
            return Err(super::unexpected(&outcome));
        };
        self.administered(steward, move |db| query::administration::room(db, id)).await
    }
}
