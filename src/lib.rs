//! Salon: a whole chat community in one executable.
//!
//! People ask, one writer decides, everyone concerned is told. From the bottom up; a part knows only
//! parts above it in this list:
//!
//! - [`model`]: what a chat is made of, and who may do what.
//! - [`media`]: what the bytes of a file are.
//! - [`counts`]: what the process counts of itself.
//! - [`change`], [`event`]: all that can be done, and all that can have happened.
//! - [`store`]: the file. One thread writes, a pool reads.
//! - [`hub`]: who is connected, and what waits to be sent to them.
//! - [`auth`]: passwords, tokens, limits.
//! - [`hooks`]: what programs elsewhere send and are sent.
//! - [`push`]: what is told by way of browsers' push services.
//! - [`app`]: the verbs, one function for each thing that a person can do.
//! - [`moves`]: communities that come from elsewhere.
//! - [`wire`]: JSON shapes, dialects, WebSocket frames.
//! - [`socket`], [`http`]: the two doors.
//! - [`serve`]: the listener, its bounds, the graceful stop.
//! - [`cli`]: words and options.
//!
//! `ARCHITECTURE.md` tells more.

pub mod app;
pub mod auth;
pub mod change;
pub mod cli;
pub mod counts;
pub mod event;
pub mod hooks;
pub mod http;
pub mod hub;
pub mod media;
pub mod model;
pub mod moves;
pub mod push;
pub mod serve;
pub mod socket;
pub mod store;
pub mod wire;
