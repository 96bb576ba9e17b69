//! People who have no password: they show tokens of an application that shares its secret with
//! Salon, and have an account from their first call on.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::json;

/// What Salon and that application share.
pub const SECRET: &str = "a secret of 32 bytes, or somewhat more";

/// The end of the century.
const EXPIRES: u64 = 4_102_444_800;

/// The token of a guest: a JWT signed with HS256.
pub fn token(guest: usize) -> String {
    // Names of one length make frames of one length.
    let name = format!("guest-{guest:05}");
    let claims = json!({ "sub": name, "username": name, "exp": EXPIRES });
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let head = encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{head}.{}", encode(claims.to_string().as_bytes()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", encode(signature.as_ref()))
}
