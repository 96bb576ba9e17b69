//! What goes over the wire: JSON shapes, dialects, WebSocket frames. Pure functions of bytes and
//! events, so that they are tested without a server.
//!
//! A dialect is one file that turns frames into commands and events into frames. To add one, write
//! its file and list it in [`DIALECTS`].

pub mod command;
pub mod conversation;
pub mod dialect;
pub mod events;
pub mod frame;
pub mod games;
pub mod live;
pub mod rooms;
pub mod shapes;

use crate::hub::Encoders;
use dialect::{Dialect, Scope};

/// Every dialect there is. A socket knows its own by the place in this list.
pub static DIALECTS: [&'static dyn Dialect; 4] =
    [&events::Native, &rooms::Rooms, &live::Live, &conversation::OneConversation];

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
