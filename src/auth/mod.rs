//! Who somebody is: passwords, tokens, which sessions still stand, who is banned, and how often one may try.
//!
//! Knows no rows: `app` brings what the file says. Nothing here ever logs a secret.

pub mod bans;
pub mod credentials;
pub mod crowd;
pub mod limits;
pub mod passwords;
pub mod sessions;
pub mod tokens;
