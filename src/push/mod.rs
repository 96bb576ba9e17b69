//! Web Push: what is told to people whose browsers are closed, by way of their browsers' push services.
//!
//! What always holds: only services that are known, or that whoever runs the server has named, are
//! spoken to; nobody but the browser can read what is sent (RFC 8291), and the service can tell that
//! it comes from us (RFC 8292); what waits is bounded, and the oldest gives way; a service that
//! hangs holds up nothing but its own.

mod letter;
mod post;
mod seal;
mod services;
mod vapid;

pub use letter::{Letter, News, Said, Urgency};
pub use post::{Office, Post};
pub use seal::is_key;
pub use services::Services;
pub use vapid::{Vapid, fresh_key};
