//! People who come by the tokens of an existing application that shares its secret with us
//! (document 000): known ones are taken for who they are, new ones get an account, if it is set so.

use super::{App, Caller};
use crate::{
    auth::tokens::External,
    change::{Act, Admit, NewSession},
    model::{Refusal, SessionId, TokenId, UserId, Username},
    store::{Outcome, query},
};

/// What its session is called in the list of where one is signed in.
const CLIENT: &str = "another application";

impl App {
    pub(super) async fn admit(&self, token: External) -> Result<Caller, Refusal> {
        let subject = token.subject.clone();
        let known = self
            .read(move |db| {
                let Some(known) = query::people::external(db, &subject)? else { return Ok(None) };
                if known.is_deleted {
                    return Err(Refusal::unauthorized().into());
                }
                let session = query::sessions::external_of(db, known.id)?;
                Ok(session.map(|session| (known, session)))
            })
            .await?;
        if let Some((known, session)) = known {
            let counts = known.counts(token.issued_at);
            let caller = Caller { user: known.id, session, scopes: None };
            return if counts { Ok(caller) } else { Err(Refusal::unauthorized()) };
        }
        let session = NewSession {
            id: SessionId::fresh(),
            token: TokenId::fresh(),
            client: CLIENT.into(),
            address: None,
        };
        let admit = Admit {
            names: names(&token),
            external: token.subject,
            new: self.settings.jwt_provision.then(UserId::fresh),
            issued_at: token.issued_at,
            session,
        };
        let outcome = self.housekeeping(Act::Admit(Box::new(admit))).await?;
        let Outcome::SignedIn(signed_in) = outcome else { return Err(Refusal::unauthorized()) };
        Ok(Caller { user: signed_in.person.id, session: signed_in.session, scopes: None })
    }
}

/// The names that a new account may have: the token's, then one made of the person's id there.
fn names(token: &External) -> Vec<Username> {
    let plain: String =
        token.subject.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let mark = UserId::fresh().to_string();
    let mark = mark.rsplit('-').next().unwrap_or_default();
    let wanted = [
        token.username.clone().unwrap_or_default(),
        format!("user-{}", token.subject),
        format!("user-{plain}"),
        format!("user-{mark}"),
    ];
    wanted.iter().filter_map(|name| Username::parse(name).ok()).collect()
}
