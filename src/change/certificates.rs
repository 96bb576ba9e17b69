//! HTTPS, as changes carry it.

use serde::{Deserialize, Serialize};

/// What is kept for HTTPS, one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    /// The account at a certificate authority.
    Account,
    /// The certificate with its key.
    Certificate,
}

impl Kept {
    /// As it is written down.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Certificate => "certificate",
        }
    }
}
