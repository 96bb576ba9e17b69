//! Passwords: Argon2id, off the async threads and only a few at a time, so that a queue of sign-ins
//! never starves messages.

use std::sync::{Arc, LazyLock};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use tokio::sync::Semaphore;

use crate::model::{Password, Refusal};

/// How many hashes are computed at once; each holds 19 MiB.
const AT_ONCE: usize = 2;

/// How many blocks a computation reserves, at least. It uses fewer, but what is longer than 32 MiB goes
/// back to the system at once; of anything shorter glibc would keep some 20 MB for each thread that
/// ever had it. What is not used takes no memory.
const SPACE: usize = (33 << 20) / Block::SIZE;

/// How many more may wait before sign-ins are refused.
const WAITING: usize = 200;

/// What an unknown name's password is compared with, so that it costs the same as a known one's.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash(b"nobody has this password"));

/// The machinery: clones share its bounds.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
        }
    }
}

impl Passwords {
    /// A password as it is stored: Argon2id in PHC form, salted.
    ///
    /// # Errors
    /// `rate_limited` when too many wait.
    pub async fn hash(&self, password: Password) -> Result<String, Refusal> {
        self.in_turn(move || hash(password.as_bytes())).await
    }

    /// Whether a password is the stored one. Without a stored one the answer is no, after the same
    /// time.
    ///
    /// # Errors
    /// `rate_limited` when too many wait.
    pub async fn matches(&self, typed: String, stored: Option<String>) -> Result<bool, Refusal> {
        self.in_turn(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| NOBODY.clone());
            known & verify(typed.as_bytes(), &stored)
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            let busy = "too many people sign in at once, try again";
            return Err(Refusal::new(crate::model::Code::RateLimited, busy).retry_after(5));
        };
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| Refusal::unavailable())?;
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|_| Refusal::unavailable())
    }
}

fn hash(password: &[u8]) -> String {
    let stored = || {
        let params = Params::default();
        let salt = Salt::new(&super::tokens::random_bytes::<16>()).ok()?;
        Some(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            hash: Some(compute(&params, password, &salt)?),
            params: ParamsString::try_from(&params).ok()?,
            salt: Some(salt),
        })
    };
    stored().expect("the default parameters and a 16 byte salt are valid").to_string()
}

fn verify(password: &[u8], stored: &str) -> bool {
    let is_right = || {
        let stored = PasswordHash::new(stored).ok()?;
        let ours = stored.algorithm == Algorithm::Argon2id.ident()
            && stored.version == Some(Version::V0x13.into());
        let params = ours.then(|| Params::try_from(&stored))?.ok()?;
        // outputs are compared in constant time
        Some(compute(&params, password, &stored.salt?)? == stored.hash?)
    };
    is_right().unwrap_or_default()
}

fn compute(params: &Params, password: &[u8], salt: &[u8]) -> Option<Output> {
    let mut space = Vec::with_capacity(params.block_count().max(SPACE));
    space.resize(params.block_count(), Block::new());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password, salt, &mut output, &mut space)
        .ok()?;
    Output::new(&output).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_salted_and_matches_only_its_password() {
        let (one, two) = (hash(b"correct horse"), hash(b"correct horse"));
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert!(verify(b"correct horse", &one));
        assert!(!verify(b"correct hors", &one));
        assert!(!verify(b"correct horse", "not a hash"));
    }
}
