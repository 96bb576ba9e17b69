//! How a socket is parted from: the codes and words of section 4 of the protocol.

use bytes::Bytes;

/// Why a socket is closed: code and reason (section 4 of the protocol).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The close code.
    pub code: u16,
    /// The reason, as text.
    pub reason: &'static str,
}

impl Closing {
    /// The server cannot now.
    pub const TRY_AGAIN: Self = Self { code: 1013, reason: "try again later" };
    /// The server is stopping.
    pub const GOING_AWAY: Self = Self { code: 1001, reason: "the server is stopping" };
    /// Removed from the one conversation that the socket listens to, or banned by address.
    pub const FORBIDDEN: Self = Self { code: 4403, reason: "FORBIDDEN" };
    /// The one conversation that the socket listens to is gone.
    pub const NOT_FOUND: Self = Self { code: 4404, reason: "NOT_FOUND" };
    /// Broken input.
    pub const BAD_DATA: Self = Self { code: 4400, reason: "BAD_DATA" };
    /// The session was revoked.
    pub const UNAUTHORIZED: Self = Self { code: 4401, reason: "UNAUTHORIZED" };
    /// The client reads too slowly.
    pub const SLOW_CONSUMER: Self = Self { code: 4408, reason: "SLOW_CONSUMER" };
    /// Too many frames.
    pub const RATE_LIMITED: Self = Self { code: 4429, reason: "RATE_LIMITED" };

    /// The close frame.
    #[must_use]
    pub fn frame(self) -> Bytes {
        let length = 2 + self.reason.len();
        let mut frame = Vec::with_capacity(2 + length);
        frame.push(0x88);
        frame.push(u8::try_from(length).expect("reasons are short constants"));
        frame.extend_from_slice(&self.code.to_be_bytes());
        frame.extend_from_slice(self.reason.as_bytes());
        frame.into()
    }
}
