//! The door for sockets: handshake, the task of one socket, what its commands do.

mod commands;
mod connection;
mod handover;
mod handshake;

pub use handover::{Handover, LastAnswer};
pub use handshake::{Upgrade, accept};
