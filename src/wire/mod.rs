//! What goes over the wire: JSON shapes, dialects, WebSocket frames. Pure functions of bytes and
//! events, so that they are tested without a server.
//!
//! A dialect is one file that turns frames into commands and events into frames. To add one, write
//! its file and list it in [`DIALECTS`].

pub mod command;
pub mod conversation;
pub mod deflate;
pub mod dialect;
pub mod events;
pub mod frame;
pub mod games;
pub mod live;
pub mod rooms;
pub mod shapes;

use crate::hub::Encoders;
use deflate::Deflated;
use dialect::{Dialect, Scope};

const PLAIN: [&'static dyn Dialect; 4] =
    [&events::Native, &rooms::Rooms, &live::Live, &conversation::OneConversation];

/// Every dialect there is, and each once more with its frames compressed. A socket knows its own by
/// the place in this list.
pub static DIALECTS: [&'static dyn Dialect; 2 * PLAIN.len()] = [
    PLAIN[0],
    PLAIN[1],
    PLAIN[2],
    PLAIN[3],
    &Deflated(PLAIN[0]),
    &Deflated(PLAIN[1]),
    &Deflated(PLAIN[2]),
    &Deflated(PLAIN[3]),
];

/// What the plain dialects are called, in the order of the list.
pub const NAMES: [&str; PLAIN.len()] = ["native", "rooms", "live", "conversation"];

/// The same dialect with its frames compressed.
#[must_use]
pub fn compressed(dialect: usize) -> usize {
    dialect % PLAIN.len() + PLAIN.len()
}

/// Whether the frames of a dialect of the list are compressed.
#[must_use]
pub fn is_compressed(dialect: usize) -> bool {
    dialect >= PLAIN.len()
}

/// The dialects as the hub needs them.
#[must_use]
pub fn encoders() -> Encoders {
    DIALECTS.into_iter().map(|dialect| dialect as _).collect()
}

/// Which dialect is spoken at an address under `/ws`, and what of the server is heard there.
#[must_use]
pub fn spoken_at<'a>(words: &[&'a str]) -> Option<(usize, Scope<'a>)> {
    let mut dialects = DIALECTS.iter().enumerate();
    dialects.find_map(|(place, dialect)| Some((place, dialect.scope(words)?)))
}
