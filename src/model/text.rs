//! Texts that people type, each made only through its check, so that a value that exists is good.
//!
//! Names are text everywhere: nothing here is ever markup, a path or part of a query.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::markup::EVERYONE;

/// What is wrong with a text, in words for the person who typed it.
pub type Complaint = &'static str;

macro_rules! checked_texts {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, for a row.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }
    )*};
}

checked_texts! {
    /// A person's name in addresses and mentions: 3..32 of ASCII letters, digits, `_`, `-`, `.`.
    Username;
    /// A person's name as shown: 1..64 characters.
    DisplayName;
    /// What a person says of themself: up to 500 characters.
    Bio;
    /// A room's name: 1..64 characters, unique whatever their case and width.
    RoomName;
    /// What a room is about: up to 250 characters, one line.
    #[derive(Default)]
    Topic;
    /// What a message says: 1..4000 characters after trimming.
    MessageText;
    /// What a tournament is called: 1..64 characters.
    TournamentName;
    /// What a plain notice says: 1..500 characters.
    Notice;
    /// What the server is called: 1..60 characters, one line.
    ServerName;
    /// Why somebody is kept out: up to 250 characters, one line.
    #[derive(Default)]
    Reason;
    /// Why a message is reported: up to 500 characters.
    #[derive(Default)]
    ReportReason;
    /// What a file is called: 1..255 bytes, one line, never a path.
    Filename;
}

/// The most characters a message may have, after trimming.
pub const MESSAGE_CHARS: usize = 4000;

impl Username {
    /// Checks a name that somebody wants.
    ///
    /// # Errors
    /// What is wrong with it. ASCII alone, so that no two names look alike but for their case.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !(3..=32).contains(&text.len()) {
            return Err("must be 3 to 32 characters long");
        }
        if !text.chars().all(allowed) {
            return Err("may hold only letters, digits, '_', '-' and '.'");
        }
        if uuid::Uuid::try_parse(text).is_ok() {
            return Err("must not look like an id");
        }
        if text.eq_ignore_ascii_case(EVERYONE) {
            return Err("is what everyone in a room is called by");
        }
        Ok(Self(text.to_owned()))
    }

    /// What makes it unique: the name without its case.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The key under which a name that somebody typed would be found.
    #[must_use]
    pub fn key_of(text: &str) -> String {
        text.to_ascii_lowercase()
    }
}

impl DisplayName {
    /// Checks a shown name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        one_line(text, 1, 64).map(Self)
    }
}

impl Bio {
    /// Checks a self-description; it may be empty and have several lines.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        several_lines(text, 0, 500).map(Self)
    }
}

impl RoomName {
    /// Checks a room's name. It may stand in a path, so it has no slash and is not a dot or an id.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let name = one_line(text, 1, 64)?;
        if name.contains(['/', '\\']) || name == "." || name == ".." {
            return Err("must not hold slashes or be only dots");
        }
        if uuid::Uuid::try_parse(&name).is_ok() {
            return Err("must not look like an id");
        }
        Ok(Self(name))
    }

    /// What makes it unique: the name without case and compatibility forms.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The key under which a name that somebody typed would be found.
    #[must_use]
    pub fn key_of(text: &str) -> String {
        text.trim().nfkc().flat_map(char::to_lowercase).nfkc().collect()
    }
}

impl Topic {
    /// Checks a topic; it may be empty.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        one_line(text, 0, 250).map(Self)
    }
}

impl MessageText {
    /// Checks what a message says, trimmed.
    ///
    /// # Errors
    /// What is wrong with it: nothing to see, too long, or control characters.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        several_lines(text, 1, MESSAGE_CHARS).map(Self)
    }

    /// The same of a message that may come with files: those can speak for themselves.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse_beside_files(text: &str) -> Result<Self, Complaint> {
        if text.trim().is_empty() { Ok(Self(String::new())) } else { Self::parse(text) }
    }
}

impl Filename {
    /// The longest name, in bytes; file systems take no longer ones.
    const BYTES: usize = 255;

    /// Makes a name of whatever a client calls a file: the last word of a path, without what
    /// misleads. It is a text to show and to save under, the server never opens anything by it.
    #[must_use]
    pub fn from_client(text: &str) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let shown: String = last.nfc().filter(|c| !misleads(*c) && !c.is_control()).collect();
        let name = shown.trim().trim_end_matches('.');
        let name = name.trim_start_matches(|c: char| c == '.' || c.is_whitespace());
        if name.chars().all(is_invisible) {
            return Self("file".to_owned());
        }
        Self(shortened(name))
    }
}

/// A name of at most `Filename::BYTES` bytes that keeps its ending.
fn shortened(name: &str) -> String {
    let cut = |text: &str, most: usize| {
        let mut end = most.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    };
    match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 16 => {
            format!("{}.{ending}", cut(stem, Filename::BYTES - ending.len() - 1))
        }
        _ => cut(name, Filename::BYTES),
    }
}

impl TournamentName {
    /// Checks a tournament's name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        one_line(text, 1, 64).map(Self)
    }
}

impl Notice {
    /// Checks a notice.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        several_lines(text, 1, 500).map(Self)
    }
}

impl ServerName {
    /// Checks what the server is to be called.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        one_line(text, 1, 60).map(Self)
    }
}

impl Reason {
    /// Checks a reason; it may be empty.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        one_line(text, 0, 250).map(Self)
    }
}

impl ReportReason {
    /// Checks a reason; it may be empty.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        several_lines(text, 0, 500).map(Self)
    }
}

/// A password as typed; never stored, logged or shown.
pub struct Password(String);

impl Password {
    /// Takes 8..256 characters, whatever they are.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: String) -> Result<Self, Complaint> {
        if (8..=256).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err("must be 8 to 256 characters long")
        }
    }

    /// What is hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

pub(super) fn one_line(text: &str, least: usize, most: usize) -> Result<String, Complaint> {
    if text.trim().contains(['\n', '\r', '\t']) {
        return Err("must be one line");
    }
    Ok(several_lines(text, least, most)?.nfc().collect())
}

fn several_lines(text: &str, least: usize, most: usize) -> Result<String, Complaint> {
    let text = text.trim();
    let mut count = 0;
    let mut seen = 0;
    for c in text.chars() {
        count += 1;
        if misleads(c) {
            return Err("must not hold control characters");
        }
        seen += usize::from(!is_invisible(c));
    }
    if count > most {
        return Err("is too long");
    }
    if seen < least {
        return Err("must not be empty");
    }
    Ok(text.to_owned())
}

/// A text without its case, accents and compatibility forms: what people look for by typing part of
/// it.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).collect()
}

/// Control characters, and marks that turn the direction of what follows: they forge lines and
/// make one text look like another.
#[must_use]
pub fn misleads(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Takes no ink: a text of only such characters is empty.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}'
            | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_only_in_case_have_one_key() {
        assert_eq!(Username::parse("Ada").unwrap().key(), Username::parse("aDA").unwrap().key());
        assert_eq!(RoomName::parse("Été").unwrap().key(), RoomName::parse("éTÉ").unwrap().key());
        assert_eq!(RoomName::key_of("ＡＢＣ"), "abc");
    }

    #[test]
    fn texts_that_mislead_or_show_nothing_are_refused() {
        for text in ["", "   ", "\u{200B}\u{200D}", "a\u{202E}b", "a\0b", "\u{1b}[31m"] {
            assert!(MessageText::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(MessageText::parse("  a\nb  ").unwrap().as_str(), "a\nb");
    }

    #[test]
    fn lengths_count_characters_after_trimming() {
        assert!(MessageText::parse(&"é".repeat(4000)).is_ok());
        assert!(MessageText::parse(&format!(" {} ", "é".repeat(4000))).is_ok());
        assert!(MessageText::parse(&"é".repeat(4001)).is_err());
    }

    #[test]
    fn a_file_name_is_never_a_path() {
        for (given, kept) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\ada\été.png", "été.png"),
            (".bashrc", "bashrc"),
            ("..", "file"),
            ("", "file"),
            ("a\u{202E}gpj.exe", "agpj.exe"),
            ("a\r\nX-Evil: 1", "aX-Evil: 1"),
            ("  two words .txt ", "two words .txt"),
        ] {
            assert_eq!(Filename::from_client(given).as_str(), kept, "{given:?}");
        }
        let long = Filename::from_client(&format!("{}.tar", "é".repeat(300)));
        assert!(long.as_str().len() <= 255 && long.as_str().ends_with(".tar"));
    }

    #[test]
    fn a_room_name_is_never_a_path_or_an_id() {
        for text in ["a/b", "..", ".", "a\\b", "01890000-0000-7000-8000-000000000000", "a\nb"] {
            assert!(RoomName::parse(text).is_err(), "{text:?}");
        }
        assert!(RoomName::parse("Salon de thé").is_ok());
    }
}
