//! The door for sockets: handshake, the task of one socket, what its commands do.

mod commands;
mod connection;
mod handshake;

pub use handshake::{Upgrade, accept};
