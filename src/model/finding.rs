//! What is found when it is looked at how the server is run, and how to mend it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is as it should be.
    Fine,
    /// It works, and may not for long, or not as is wanted.
    Warning,
    /// It does not work, or is not safe.
    Problem,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// What was looked at, in a word.
    pub about: Cow<'static, str>,
    /// How it is.
    pub says: String,
    /// What to do; nothing where it is fine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mend: String,
}

impl Finding {
    /// It is as it should be.
    #[must_use]
    pub fn fine(about: &'static str, says: impl Into<String>) -> Self {
        let (says, mend) = (says.into(), String::new());
        Self { level: Level::Fine, about: about.into(), says, mend }
    }

    /// It may go wrong.
    #[must_use]
    pub fn warning(about: &'static str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { level: Level::Warning, about: about.into(), says: says.into(), mend: mend.into() }
    }

    /// It is wrong.
    #[must_use]
    pub fn problem(about: &'static str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { level: Level::Problem, ..Self::warning(about, says, mend) }
    }
}
