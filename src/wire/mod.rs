//! What goes over the wire: JSON shapes, dialects, WebSocket frames. Pure functions of bytes and
//! events, so that they are tested without a server.

pub mod events;
pub mod frame;
pub mod html;
pub mod shapes;
