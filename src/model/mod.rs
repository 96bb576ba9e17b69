//! What a chat is made of: ids, times, checked texts, people, conversations, messages, and the
//! rules of who may do what.
//!
//! Everything here is plain data and pure functions: no input or output, no clock, no randomness.
//! A value that exists has passed its checks (`Username`, `MessageText` …), so no other floor
//! checks it again.

pub mod conversation;
pub mod id;
pub mod message;
pub mod person;
pub mod refusal;
pub mod rules;
pub mod session;
pub mod text;
pub mod time;

pub use conversation::{Conversation, Kind, Notify, RoomRole};
pub use id::{ClientId, ConversationId, MessageId, Rev, Seq, SessionId, SocketId, TokenId, UserId};
pub use message::Message;
pub use person::{Locale, Person, Role};
pub use refusal::{Code, Refusal};
pub use session::Session;
pub use text::{Bio, DisplayName, MessageText, Password, RoomName, Topic, Username};
pub use time::Timestamp;
