//! Encryption of what is pushed, so that the push service carries what only the browser can read: RFC
//! 8291 over RFC 8188 (`aes128gcm`), one record.

use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};

/// The most bytes that fit into one message of any push service.
pub(super) const MOST_BYTES: usize = 3993;

/// The size of a record, as the header says it: ours are shorter, and the only one.
const RECORD: u32 = 4096;

/// What ends the last record.
const LAST: u8 = 2;

/// Whether these bytes are a point of P-256 that a secret can be agreed on with.
#[must_use]
pub fn is_key(p256dh: &[u8]) -> bool {
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new());
    ours.and_then(|ours| agree_ephemeral(ours, &UnparsedPublicKey::new(&ECDH_P256, p256dh), |_| ()))
        .is_ok()
}

/// What only the browser with this key can read.
pub(super) fn seal(p256dh: &[u8], auth: &[u8], text: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let random = SystemRandom::new();
    let mut salt = [0; 16];
    random.fill(&mut salt)?;
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let public = ours.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, p256dh);
    agree_ephemeral(ours, &theirs, |secret| {
        let between = Between { secret, p256dh, public: public.as_ref(), auth };
        between.seal(salt, text)
    })?
}

/// What the two sides of one message have, once they have agreed on a secret.
struct Between<'a> {
    secret: &'a [u8],
    p256dh: &'a [u8],
    /// Our key for this message.
    public: &'a [u8],
    auth: &'a [u8],
}

impl Between<'_> {
    fn seal(&self, salt: [u8; 16], text: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let material: [u8; 32] =
            derived(self.auth, self.secret, &[b"WebPush: info\0", self.p256dh, self.public])?;
        let key: [u8; 16] = derived(&salt, &material, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce: [u8; 12] = derived(&salt, &material, &[b"Content-Encoding: nonce\0"])?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
        let mut record = text.to_vec();
        record.push(LAST);
        // used once: key and nonce come of a salt and a key that are drawn for this message
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;
        let mut sealed = salt.to_vec();
        sealed.extend_from_slice(&RECORD.to_be_bytes());
        sealed.push(u8::try_from(self.public.len()).map_err(|_| Unspecified)?);
        sealed.extend_from_slice(self.public);
        sealed.extend_from_slice(&record);
        Ok(sealed)
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[&[u8]],
) -> Result<[u8; N], Unspecified> {
    let mut key = [0; N];
    let from = Salt::new(HKDF_SHA256, salt).extract(secret);
    from.expand(info, Length(N))?.fill(&mut key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64.decode(text).expect("base64url")
    }

    /// The example of RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_as_it_stands_there() {
        let secret = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let p256dh = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let public = bytes(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("16 bytes");
        let between = Between { secret: &secret, p256dh: &p256dh, public: &public, auth: &auth };
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = between.seal(salt, text).expect("valid keys");
        let wanted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
                      InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVW\
                      GNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64.encode(sealed), wanted);
    }

    #[test]
    fn only_points_of_the_curve_are_keys() {
        let point = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let mut beside = point.clone();
        beside[64] ^= 1;
        assert!(is_key(&point));
        assert!(!is_key(&beside) && !is_key(&point[1..]) && !is_key(&[4; 65]) && !is_key(&[]));
        assert!(seal(&point, &[1; 16], b"hello").is_ok());
    }
}
