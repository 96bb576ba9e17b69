//! How a push service knows that what is sent comes from us: RFC 8292, a token signed with the key that
//! browsers subscribed with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::{
    error::Unspecified,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde::Serialize;

use crate::model::Timestamp;

/// How long a token counts, in seconds: a service takes at most a day.
const COUNTS_SECONDS: i64 = 12 * 3600;

/// Whom a service may ask about us, where nobody has said how the server is reached. A service may
/// refuse an address that is no web or mail address at all.
const NOBODY: &str = "https://salon.invalid";

/// Signs as the server.
pub struct Vapid {
    key: EcdsaKeyPair,
    contact: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

/// A fresh key, as PKCS#8.
///
/// # Panics
/// When the system gives no random bytes, which is when nothing safe can be done.
#[must_use]
pub fn fresh_key() -> Vec<u8> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    made.expect("the system gives random bytes").as_ref().to_vec()
}

impl Vapid {
    /// With the key of the server, and its address if it is known.
    ///
    /// # Errors
    /// It is no key.
    pub fn new(key: &[u8], public_url: Option<&str>) -> Result<Self, Unspecified> {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let key = EcdsaKeyPair::from_pkcs8(kind, key, &random).map_err(|_| Unspecified)?;
        let contact = public_url.filter(|url| url.starts_with("https://")).unwrap_or(NOBODY);
        Ok(Self { key, contact: contact.to_owned() })
    }

    /// The key that browsers subscribe with: an uncompressed point, as base64url.
    #[must_use]
    pub fn public_key(&self) -> String {
        BASE64.encode(self.key.public_key())
    }

    /// What stands in `Authorization` for a service.
    pub(super) fn authorization(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> Result<String, Unspecified> {
        let claims = Claims { aud: origin, exp: now.0 / 1000 + COUNTS_SECONDS, sub: &self.contact };
        let claims = serde_json::to_vec(&claims).map_err(|_| Unspecified)?;
        let head = BASE64.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", BASE64.encode(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes())?;
        Ok(format!("vapid t={signed}.{}, k={}", BASE64.encode(signature), self.public_key()))
    }
}
