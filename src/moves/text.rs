//! Texts of other programs' messages: what is code in them and what is not, and pieces that messages can say.

use std::collections::HashMap;

use crate::model::{MessageText, text::MESSAGE_CHARS};

/// A message's text, and whom it names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) content: String,
    pub(super) mentions: Vec<String>,
}

impl Text {
    /// A text that `add` writes on, span by span: `(into, span, is it code)`.
    pub(super) fn of(text: &str, mut add: impl FnMut(&mut Self, &str, bool)) -> Self {
        let mut out = Self { content: String::with_capacity(text.len()), mentions: Vec::new() };
        for (place, part) in text.split("```").enumerate() {
            if place > 0 {
                out.content.push_str("```");
            }
            for (inner, part) in part.split('`').enumerate() {
                if inner > 0 {
                    out.content.push('`');
                }
                add(&mut out, part, place % 2 == 1 || inner % 2 == 1);
            }
        }
        out
    }

    /// Somebody who has an account is named here.
    pub(super) fn name(&mut self, username: &str) {
        if !self.mentions.iter().any(|known| known == username) {
            self.mentions.push(username.to_owned());
        }
        self.content.push('@');
        self.content.push_str(username);
    }
}

/// A text, and what is said beside it, in paragraphs of their own.
pub(super) fn with(text: &str, beside: &str) -> String {
    let parts = [text, beside].into_iter().filter(|part| !part.trim().is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

/// Names as they are elsewhere, and here.
pub(super) type Usernames = HashMap<String, String>;

/// A text in pieces that messages can say; what cannot be said here is left out.
pub(super) fn parts(content: &str) -> Vec<String> {
    let is_sayable = |c: &char| MessageText::parse(&format!("a{c}a")).is_ok();
    let clean: Vec<char> = content.chars().filter(is_sayable).collect();
    let pieces = clean.chunks(MESSAGE_CHARS).map(|piece| piece.iter().collect::<String>());
    pieces
        .filter_map(|piece| MessageText::parse(&piece).ok().map(MessageText::into_string))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn long_texts_come_in_pieces() {
        assert_eq!(parts(&"é".repeat(9000)).len(), 3);
        assert_eq!(parts("a\u{202E}b\u{0}"), ["ab"]);
        assert!(parts(" \n ").is_empty());
    }
}
