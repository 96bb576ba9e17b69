//! What all tests share: a server, people, sockets.

pub mod arrivals;
pub mod authority;
pub mod files;
pub mod moving;
pub mod pebble;
pub mod people;
pub mod program;
pub mod push_service;
pub mod raw;
pub mod rows;
pub mod server;
pub mod socket;
pub mod tokens;

use std::time::Duration;

pub use authority::Authority;
pub use people::Person;
pub use program::Program;
pub use server::{Answer, Server};
pub use socket::Socket;

/// After this long, what has not come is not coming.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for something, or fails saying what did not happen.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("did not happen in time: {what}"),
    }
}

/// Asks again and again until the answer is yes: for what no event announces.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    within(what, async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}
