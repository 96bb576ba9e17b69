//! Refusals: a person may not, or typed something wrong. Values, not faults: they carry what the
//! person is told and nothing of how the server is made.

use std::{borrow::Cow, collections::BTreeMap};

/// Why not, as a word that clients can act on (section "Errors" of `docs/protocol.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request cannot be understood. 400.
    BadRequest,
    /// Nobody valid is asking. 401.
    Unauthorized,
    /// The caller may not. 403.
    Forbidden,
    /// Who wants an account shows no invitation that counts. 403.
    InvitationRequired,
    /// An administrator has disabled the account. 403.
    Disabled,
    /// The person, or their address, is banned. 403.
    Banned,
    /// There is none, or the caller may not know that there is. 404.
    NotFound,
    /// The path exists, the method there does not. 405.
    MethodNotAllowed,
    /// It contradicts what is there already. 409.
    Conflict,
    /// More bytes than are taken. 413.
    TooLarge,
    /// Not a type that is taken. 415.
    UnsupportedMediaType,
    /// Understood, but a value is not allowed. 422.
    Invalid,
    /// Too much at once; try again later. 429.
    RateLimited,
    /// The room lets a member speak only now and then; try again later. 429.
    SlowMode,
    /// The program that was asked does not answer. 424.
    NoAnswer,
    /// The server cannot do it now. 503.
    Unavailable,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::InvitationRequired,
        Self::Disabled,
        Self::Banned,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::RateLimited,
        Self::SlowMode,
        Self::NoAnswer,
        Self::Unavailable,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::InvitationRequired => "invitation_required",
            Self::Disabled => "disabled",
            Self::Banned => "banned",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Invalid => "invalid",
            Self::RateLimited => "rate_limited",
            Self::SlowMode => "slow_mode",
            Self::NoAnswer => "no_answer",
            Self::Unavailable => "unavailable",
        }
    }
}

/// A refusal, ready to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The word for clients.
    pub code: Code,
    /// One sentence for people, in English; clients translate by code and field.
    pub message: Cow<'static, str>,
    /// What is wrong with which field.
    pub fields: BTreeMap<&'static str, Cow<'static, str>>,
    /// When it makes sense to try again, in seconds.
    pub retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal with a sentence.
    #[must_use]
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), fields: BTreeMap::new(), retry_after: None }
    }

    /// One field's value is not allowed.
    #[must_use]
    pub fn invalid(field: &'static str, complaint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Invalid, "some fields are not valid").with_field(field, complaint)
    }

    /// The same refusal, saying more of one field.
    #[must_use]
    pub fn with_field(
        mut self,
        field: &'static str,
        complaint: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.fields.insert(field, complaint.into());
        self
    }

    /// The same refusal, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// There is none, or the caller may not know. One sentence for both, so that they look alike.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is no such thing here")
    }

    /// The caller may not.
    #[must_use]
    pub fn forbidden(message: &'static str) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// One of two people blocks the other. One sentence for both, so that neither is told more.
    #[must_use]
    pub fn silenced() -> Self {
        Self::forbidden("you and this person do not hear each other")
    }

    /// It contradicts what is there.
    #[must_use]
    pub fn conflict(message: &'static str) -> Self {
        Self::new(Code::Conflict, message)
    }

    /// Nobody valid is asking.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(Code::Unauthorized, "sign in first")
    }

    /// The server cannot do it now.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(Code::Unavailable, "the server cannot do this now, try again").retry_after(1)
    }
}
