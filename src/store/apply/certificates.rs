//! What is kept for HTTPS: the account at a certificate authority, and the certificate with its key.

use super::{Applied, Outcome, Tx};
use crate::change::Kept;

/// One of each is kept: another takes its place.
pub(super) fn keep(tx: &mut Tx<'_>, what: Kept, whose: &str, bytes: &[u8]) -> Applied {
    tx.db.execute(
        "INSERT OR REPLACE INTO certification (what, whose, bytes) VALUES (?1, ?2, ?3)",
        (what.as_str(), whose, bytes),
    )?;
    Ok(Outcome::Done)
}
