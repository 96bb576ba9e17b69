//! Times: milliseconds since 1970 in UTC, as the file keeps them; RFC 3339 on the wire.

use chrono::{DateTime, NaiveDateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

/// How a moment stands in the name of a file.
const IN_FILE_NAMES: &str = "%Y-%m-%dT%H-%M-%SZ";

/// A moment, in Unix milliseconds. Never used to order messages: `Seq` and `Rev` do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment by the system's clock. Read on the way in, never while a change is applied.
    #[must_use]
    pub fn now() -> Self {
        Self(chrono::Utc::now().timestamp_millis())
    }

    /// `2026-01-31T09:00:00.123Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        DateTime::from_timestamp_millis(self.0)
            .unwrap_or_default()
            .to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// The moment that such a text says.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|date| Self(date.timestamp_millis()))
    }

    /// `2026-01-31T09-00-00Z`: to the second, as part of a file's name.
    #[must_use]
    pub fn to_file_name(self) -> String {
        let date = DateTime::from_timestamp_millis(self.0).unwrap_or_default();
        date.format(IN_FILE_NAMES).to_string()
    }

    /// The moment that a part of a file's name says.
    #[must_use]
    pub fn from_file_name(text: &str) -> Option<Self> {
        let date = NaiveDateTime::parse_from_str(text, IN_FILE_NAMES).ok()?;
        Some(Self(date.and_utc().timestamp_millis()))
    }

    /// This moment and `ms` milliseconds.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}
