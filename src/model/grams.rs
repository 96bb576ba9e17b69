//! What of a text is looked up: short pieces of its words, without case and accents.
//!
//! A text is kept in the index as pieces of three letters of each word, the first one and two
//! letters of each, and single signs and pairs of scripts that write no spaces between words. So
//! parts of words are found, and Chinese or Japanese as well. The pieces only lead to where a text
//! may be: `Folded::find` says whether it is there.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{ConversationId, UserId};

/// A text without case, accents and compatibility forms, and where each part of it comes from.
pub struct Folded {
    text: String,
    /// For each byte of `text`, where its character begins in the original.
    origins: Vec<u32>,
    original_length: usize,
}

impl Folded {
    /// Folds a text.
    #[must_use]
    pub fn of(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut origins = Vec::with_capacity(original.len());
        for (at, c) in original.char_indices() {
            let before = text.len();
            if c.is_ascii() {
                text.push(c.to_ascii_lowercase());
            } else {
                let lower = std::iter::once(c).nfkd().flat_map(char::to_lowercase);
                text.extend(lower.filter(|c| !is_combining_mark(*c)));
            }
            origins
                .resize(origins.len() + text.len() - before, u32::try_from(at).unwrap_or(u32::MAX));
        }
        Self { text, origins, original_length: original.len() }
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where, in bytes of the original, a folded term first stands. One or two letters stand for
    /// the beginning of a word.
    #[must_use]
    pub fn find(&self, term: &str) -> Option<std::ops::Range<usize>> {
        let is_short = term.chars().count() < 3 && !term.chars().any(is_dense);
        let starts_word = |at: usize| {
            let before = self.text[..at].chars().next_back();
            !before.is_some_and(char::is_alphanumeric)
        };
        let at = if is_short && term.starts_with(char::is_alphanumeric) {
            self.text.match_indices(term).map(|(at, _)| at).find(|at| starts_word(*at))
        } else {
            self.text.find(term)
        }?;
        let origin = |at: usize| self.origins.get(at).map_or(self.original_length, |o| *o as usize);
        let start = origin(at);
        // the whole of the last character, with the marks that were folded away
        let last = origin(at + term.len().max(1) - 1);
        let mut end = at + term.len();
        while origin(end) == last && end < self.text.len() {
            end += 1;
        }
        Some(start..origin(end).max(start))
    }
}

/// Writes without spaces between words: each sign may begin one.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{1100}'..='\u{11FF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Pieces, as the words of a document of the index.
#[derive(Default)]
pub struct Grams(String);

impl Grams {
    /// The pieces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All pieces of a folded text.
    pub fn add_text(&mut self, folded: &str) {
        let mut letters = Vec::new();
        for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            letters.clear();
            letters.extend(word.chars());
            for count in 1..=letters.len().min(2) {
                self.add('^', &letters[..count]);
            }
            for (at, letter) in letters.iter().enumerate() {
                if is_dense(*letter) {
                    self.add('.', &letters[at..=at]);
                    if let Some(pair) = letters.get(at..at + 2) {
                        self.add('.', pair);
                    }
                }
                if let Some(three) = letters.get(at..at + 3) {
                    self.add('.', three);
                }
            }
        }
    }

    /// Where a message stands.
    pub fn add_conversation(&mut self, id: ConversationId) {
        self.0.push_str(&conversation(id));
        self.0.push(' ');
    }

    /// Who wrote it.
    pub fn add_sender(&mut self, id: UserId) {
        self.0.push_str(&sender(id));
        self.0.push(' ');
    }

    /// It comes with a file.
    pub fn add_file(&mut self) {
        self.0.push_str(FILE);
        self.0.push(' ');
    }

    fn add(&mut self, kind: char, letters: &[char]) {
        gram(&mut self.0, kind, letters);
        self.0.push(' ');
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The piece of what comes with a file.
pub const FILE: &str = "file";

/// The piece of a conversation.
#[must_use]
pub fn conversation(id: ConversationId) -> String {
    format!("c{}", id.0.simple())
}

/// The piece of a sender.
#[must_use]
pub fn sender(id: UserId) -> String {
    format!("s{}", id.0.simple())
}

/// The pieces that a text must have in which a folded term stands: as few as cover it.
#[must_use]
pub fn needed(term: &str) -> Vec<String> {
    let mut needed = Vec::new();
    let mut need = |kind, letters: &[char]| {
        let mut piece = String::new();
        gram(&mut piece, kind, letters);
        if !needed.contains(&piece) {
            needed.push(piece);
        }
    };
    for word in term.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        let dense: Vec<char> = letters.iter().copied().filter(|letter| is_dense(*letter)).collect();
        // the first of several may be the end of a longer word, the others begin one
        let begins_word = !term.starts_with(word) || term.len() == word.len();
        match letters.len() {
            1 | 2 if dense == letters => need('.', &letters),
            1 | 2 if !dense.is_empty() => dense.iter().for_each(|letter| need('.', &[*letter])),
            1 | 2 if begins_word => need('^', &letters),
            1 | 2 => {}
            long => {
                for at in (0..long - 2).step_by(3) {
                    need('.', &letters[at..at + 3]);
                }
                need('.', &letters[long - 3..]);
            }
        }
    }
    needed
}

/// Letters become a number: whatever script they are of, the index sees plain words of one length.
/// Two that share a number only lead to a look that finds nothing.
fn gram(into: &mut String, kind: char, letters: &[char]) {
    let bytes = std::iter::once(kind).chain(letters.iter().copied());
    let mixed = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |sum, letter| {
        (sum ^ u64::from(u32::from(letter))).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let short = (mixed ^ (mixed >> 32)) & 0xFFFF_FFFF;
    // eight digits, without the formatter: a message has some sixty pieces
    into.extend((0..8).rev().map(|place| char::from(DIGITS[(short >> (4 * place)) as usize % 16])));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn finds(text: &str, term: &str) -> Option<String> {
        let (folded, term) = (Folded::of(text), Folded::of(term).text);
        let mut grams = Grams::default();
        grams.add_text(folded.as_str());
        let found = folded.find(&term);
        if found.is_some() {
            for needed in needed(&term) {
                assert!(grams.0.contains(&needed), "{term:?} in {text:?} is not led to");
            }
        }
        found.map(|range| text[range].to_owned())
    }

    #[test]
    fn parts_of_words_are_found_without_case_and_accents() {
        assert_eq!(finds("C’est l’Été !", "ete").unwrap(), "Été");
        assert_eq!(finds("un e\u{301}te\u{301} chaud", "été").unwrap(), "e\u{301}te\u{301}");
        assert_eq!(finds("Straße", "STRASSE"), None, "ß is no double s to Unicode's folding");
        assert_eq!(finds("the ﬁle", "file").unwrap(), "ﬁle");
        assert_eq!(finds("concatenate", "cat").unwrap(), "cat");
        assert_eq!(finds("go on", "on").unwrap(), "on");
        assert_eq!(finds("London", "on"), None, "two letters begin a word");
        assert_eq!(finds("see example.com/a?b=c", "example.com/a").unwrap(), "example.com/a");
    }

    #[test]
    fn scripts_without_spaces_are_found_by_any_part() {
        assert_eq!(finds("我喜欢喝茶", "喝茶").unwrap(), "喝茶");
        assert_eq!(finds("我喜欢喝茶", "茶").unwrap(), "茶");
        assert_eq!(finds("カタカナで書く", "カナで").unwrap(), "カナで");
        assert_eq!(finds("안녕하세요", "하세").unwrap(), "하세");
    }

    #[test]
    fn phrases_cross_words() {
        assert_eq!(finds("to be or not to be", "be or not").unwrap(), "be or not");
        assert_eq!(finds("a to b", "a to b").unwrap(), "a to b");
    }
}
