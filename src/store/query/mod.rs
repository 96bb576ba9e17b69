//! All reads, one file per area. Each is one snapshot; what the caller may not see is left out, or
//! refused, in the same read.

pub mod administration;
pub mod attachments;
pub mod avatars;
pub mod bans;
pub mod blocks;
pub mod bots;
pub mod certificates;
pub mod conversations;
pub mod friends;
pub mod games;
pub mod hooks;
pub mod messages;
pub mod missed;
pub mod notifications;
pub mod passes;
pub mod people;
pub mod pins;
pub mod push;
pub mod reports;
pub mod search;
pub mod server;
pub mod sessions;
pub mod slash;
pub mod standing;
pub mod tournaments;
pub mod versions;

/// One page of a list, and how long the whole list is.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// How many there are in all (`X-Total-Count`).
    pub total: i64,
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// At most so many, 1..100.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}
