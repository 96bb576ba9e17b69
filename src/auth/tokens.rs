//! Tokens: JWTs signed with HS256 and nothing else, whatever their header says.
//!
//! An access token lives 15 minutes and names a session; a refresh token lives 30 days and works
//! once. Which one a token is stands in `token_type`, so neither passes for the other.

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
    signature::{self, Signer, Verifier},
};
use ring::{hmac, rand::SecureRandom};
use serde::{Deserialize, Serialize};

use crate::model::{
    SessionId, Timestamp, TokenId, UserId,
    session::{ACCESS_SECONDS, REFRESH_SECONDS},
};

/// How far two clocks may differ, in seconds.
const LEEWAY_SECONDS: u64 = 30;

/// A longer token is not looked at.
const MAX_BYTES: usize = 2048;

/// Signs and checks tokens.
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    rules: Validation,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TokenType {
    Access,
    Refresh,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
    token_type: TokenType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<TokenId>,
}

/// What a valid access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whose it is.
    pub user: UserId,
    /// Where they are signed in.
    pub session: SessionId,
}

/// What a valid refresh token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Where it renews.
    pub session: SessionId,
    /// Which of the session's it is.
    pub token: TokenId,
}

/// The claims of an existing application's access token, as Django's SimpleJWT makes them.
#[derive(Deserialize)]
struct ForeignClaims {
    #[serde(default)]
    user_id: Option<Subject>,
    #[serde(default)]
    sub: Option<Subject>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    token_type: Option<String>,
    /// Ours have one; without it, one of ours would pass for another application's.
    #[serde(default)]
    sid: Option<serde_json::Value>,
}

/// A person's id in an existing application: text, or the number of a row.
#[derive(Deserialize)]
#[serde(untagged)]
enum Subject {
    Text(String),
    Number(serde_json::Number),
}

/// What a valid access token of an existing application says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// Who it is to that application.
    pub subject: String,
    /// Their name there.
    pub username: Option<String>,
    /// When it was issued; long ago if it does not say.
    pub issued_at: Timestamp,
}

/// How long the name may be by which another application knows somebody.
const SUBJECT_BYTES: usize = 128;

impl Tokens {
    /// With the key that signs.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        let _ = PROVIDER.install_default(); // once a process; the same one each time
        let mut rules = Validation::new(Algorithm::HS256);
        rules.leeway = LEEWAY_SECONDS;
        rules.validate_aud = false;
        rules.validate_nbf = true;
        rules.set_required_spec_claims(&["exp"]);
        Self {
            signing: EncodingKey::from_secret(key),
            checking: DecodingKey::from_secret(key),
            rules,
        }
    }

    /// A fresh access token.
    #[must_use]
    pub fn access(&self, user: UserId, session: SessionId, at: Timestamp) -> String {
        let iat = at.0 / 1000;
        let exp = iat + ACCESS_SECONDS;
        let token_type = TokenType::Access;
        self.sign(&Claims { sub: user, sid: session, iat, exp, token_type, jti: None })
    }

    /// A fresh refresh token.
    #[must_use]
    pub fn refresh(
        &self,
        user: UserId,
        session: SessionId,
        token: TokenId,
        at: Timestamp,
    ) -> String {
        let iat = at.0 / 1000;
        let exp = iat + REFRESH_SECONDS;
        let (token_type, jti) = (TokenType::Refresh, Some(token));
        self.sign(&Claims { sub: user, sid: session, iat, exp, token_type, jti })
    }

    /// What an access token says, if it is one, ours and not too old.
    #[must_use]
    pub fn check_access(&self, token: &str) -> Option<Access> {
        let claims = self.check(token, TokenType::Access)?;
        Some(Access { user: claims.sub, session: claims.sid })
    }

    /// What a refresh token says, if it is one, ours and not too old.
    #[must_use]
    pub fn check_refresh(&self, token: &str) -> Option<Refresh> {
        let claims = self.check(token, TokenType::Refresh)?;
        Some(Refresh { session: claims.sid, token: claims.jti? })
    }

    /// What an access token of an application that shares our key says, if it is one and not too old.
    #[must_use]
    pub fn check_external(&self, token: &str) -> Option<External> {
        let claims: ForeignClaims = self.decode(token)?;
        let is_access = claims.token_type.is_none_or(|kind| kind == "access");
        let subject = match claims.user_id.or(claims.sub)? {
            Subject::Text(text) => text,
            Subject::Number(number) => number.to_string(),
        };
        let is_name = (1..=SUBJECT_BYTES).contains(&subject.len());
        if !is_access || claims.sid.is_some() || !is_name || subject.contains(char::is_control) {
            return None;
        }
        let issued_at = Timestamp(claims.iat.unwrap_or_default().saturating_mul(1000));
        // one from the future would outlive the end of its session
        if issued_at > Timestamp::now().plus_ms(1000 * LEEWAY_SECONDS as i64) {
            return None;
        }
        Some(External { subject, username: claims.username, issued_at })
    }

    fn sign(&self, claims: &Claims) -> String {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.signing)
            .expect("plain claims serialise, and HMAC takes any key")
    }

    fn check(&self, token: &str, wanted: TokenType) -> Option<Claims> {
        let claims: Claims = self.decode(token)?;
        (claims.token_type == wanted).then_some(claims)
    }

    fn decode<C: serde::de::DeserializeOwned>(&self, token: &str) -> Option<C> {
        if token.len() > MAX_BYTES {
            return None;
        }
        Some(jsonwebtoken::decode::<C>(token, &self.checking, &self.rules).ok()?.claims)
    }
}

/// Random bytes from the system.
///
/// # Panics
/// When the system has none to give, which is when nothing safe can be done.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = ring::rand::SystemRandom::new().fill(&mut bytes);
    filled.expect("the system gives random bytes");
    bytes
}

/// The cryptography that `jsonwebtoken` is given: HMAC with SHA-256, and no other algorithm.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| {
        only_hs256(*algorithm, key.family())?;
        Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()))))
    },
    verifier_factory: |algorithm, key| {
        only_hs256(*algorithm, key.family())?;
        Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, key.try_get_as_bytes()?))))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(hmac::Key);

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        hmac::verify(&self.0, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

fn only_hs256(algorithm: Algorithm, family: AlgorithmFamily) -> Result<(), Error> {
    if algorithm == Algorithm::HS256 && family == AlgorithmFamily::Hmac {
        Ok(())
    } else {
        Err(ErrorKind::InvalidAlgorithm.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_for_what_it_is_and_by_its_key_only() {
        let tokens = Tokens::new(&[7; 32]);
        let (user, session, id) = (UserId::fresh(), SessionId::fresh(), TokenId::fresh());
        let now = Timestamp::now();
        let access = tokens.access(user, session, now);
        let refresh = tokens.refresh(user, session, id, now);
        assert_eq!(tokens.check_access(&access), Some(Access { user, session }));
        assert_eq!(tokens.check_refresh(&refresh), Some(Refresh { session, token: id }));
        assert_eq!(tokens.check_access(&refresh), None);
        assert_eq!(tokens.check_refresh(&access), None);
        assert_eq!(Tokens::new(&[8; 32]).check_access(&access), None);
        let long_ago = now.plus_ms(-1000 * (ACCESS_SECONDS + 60));
        assert_eq!(tokens.check_access(&tokens.access(user, session, long_ago)), None);
    }
}
