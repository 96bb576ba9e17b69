//! What somebody looks for, as typed: words and "phrases", all of which must be there, and what
//! narrows them: `from:ada`, `in:tea`, `before:2026-01-31`, `after:…`, `has:file`. What is not
//! understood is looked for as it stands; nothing that is typed is an error.

use chrono::{NaiveDate, NaiveTime};

use super::{Timestamp, grams::Folded, markup::escape};

/// The longest text that is looked for, in characters.
pub const QUERY_CHARS: usize = 250;

/// The most terms that count.
const TERMS: usize = 16;

/// About how much of a message is shown around what was found, in characters.
const SNIPPET_CHARS: usize = 160;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Folded words and phrases.
    pub terms: Vec<String>,
    /// By whom: a username, or `me`.
    pub from: Option<String>,
    /// Where: a room's name, or the username of a direct's other person.
    pub within: Option<String>,
    /// Before this time.
    pub before: Option<Timestamp>,
    /// At this time or after.
    pub after: Option<Timestamp>,
    /// Whether a file must be with it.
    pub has_file: bool,
}

impl Search {
    /// Understands what was typed.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut search = Self::default();
        for word in words(text) {
            let narrowed = match word.text.split_once(':') {
                Some((key, value)) if !word.is_phrase && !value.is_empty() => {
                    search.narrow(key, value)
                }
                _ => false,
            };
            let folded = Folded::of(&word.text);
            let term = folded.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            if !narrowed && !term.is_empty() && search.terms.len() < TERMS {
                search.terms.push(term);
            }
        }
        search
    }

    fn narrow(&mut self, key: &str, value: &str) -> bool {
        match key.to_lowercase().as_str() {
            "from" => self.from = Some(value.trim_start_matches('@').to_owned()),
            "in" => self.within = Some(value.trim_start_matches(['#', '@']).to_owned()),
            "before" => match day(value) {
                Some((start, _)) => self.before = Some(start),
                None => return false,
            },
            "after" => match day(value) {
                Some((_, end)) => self.after = Some(end),
                None => return false,
            },
            "has" if value == "file" => self.has_file = true,
            _ => return false,
        }
        true
    }

    /// Whether it looks for anything at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Where each term stands in a text; none if one is missing.
    #[must_use]
    pub fn marks(&self, folded: &Folded) -> Option<Vec<std::ops::Range<usize>>> {
        self.terms.iter().map(|term| folded.find(term)).collect()
    }
}

/// A time as people and programs write it: a day, which is a day in UTC, or a moment.
#[must_use]
pub fn day(text: &str) -> Option<(Timestamp, Timestamp)> {
    if let Ok(moment) = chrono::DateTime::parse_from_rfc3339(text) {
        let moment = Timestamp(moment.timestamp_millis());
        return Some((moment, moment.plus_ms(1)));
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let start = |date: NaiveDate| {
        Timestamp(date.and_time(NaiveTime::default()).and_utc().timestamp_millis())
    };
    Some((start(date), start(date.succ_opt()?)))
}

struct Word {
    text: String,
    is_phrase: bool,
}

/// What stands between spaces, or in quotation marks; `key:"some words"` is one.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word { text: String::new(), is_phrase: false };
    let mut quoted = false;
    for c in text.chars().take(QUERY_CHARS) {
        match c {
            '"' | '“' | '”' | '«' | '»' => {
                if !quoted && word.text.is_empty() {
                    word.is_phrase = true;
                }
                quoted = !quoted;
            }
            c if c.is_whitespace() && !quoted => {
                words.push(std::mem::replace(
                    &mut word,
                    Word { text: String::new(), is_phrase: false },
                ));
            }
            c => word.text.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.text.trim().is_empty());
    words
}

/// A part of a text around the first of its marks, as HTML in which nothing but the marks is
/// markup.
#[must_use]
pub fn snippet(text: &str, marks: &[std::ops::Range<usize>]) -> String {
    let mut marks: Vec<_> = marks.to_vec();
    marks.sort_by_key(|mark| mark.start);
    let first = marks.first().map_or(0, |mark| mark.start);
    let (start, end) = window(text, first);
    let mut html = String::with_capacity(end - start + 64);
    if start > 0 {
        html.push('…');
    }
    let mut at = start;
    for mark in marks {
        let (from, to) = (mark.start.max(at), mark.end.min(end));
        if from >= to {
            continue;
        }
        escape(&text[at..from], &mut html);
        html.push_str("<mark>");
        escape(&text[from..to], &mut html);
        html.push_str("</mark>");
        at = to;
    }
    escape(&text[at..end], &mut html);
    if end < text.len() {
        html.push('…');
    }
    html
}

/// From a little before a place, at a word, as long as a snippet is.
fn window(text: &str, place: usize) -> (usize, usize) {
    let before = text[..place].char_indices().rev().nth(SNIPPET_CHARS / 4).map_or(0, |(at, _)| at);
    let mut letters = text[before..place].char_indices();
    let start = match letters.find(|(_, c)| c.is_whitespace()) {
        Some((at, c)) if before > 0 => before + at + c.len_utf8(),
        _ => before,
    };
    let end =
        text[start..].char_indices().nth(SNIPPET_CHARS).map_or(text.len(), |(at, _)| start + at);
    (start, end)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn words_phrases_and_what_narrows_are_told_apart() {
        let search =
            Search::parse("Été \"Be or  NOT\" from:@Ada in:#tea has:file before:2026-02-01");
        assert_eq!(search.terms, ["ete", "be or not"]);
        assert_eq!(search.from.as_deref(), Some("Ada"));
        assert_eq!(search.within.as_deref(), Some("tea"));
        assert!(search.has_file && search.after.is_none());
        assert_eq!(search.before.unwrap().to_rfc3339(), "2026-02-01T00:00:00.000Z");
        let after = Search::parse("after:2026-01-31").after.unwrap();
        assert_eq!(after.to_rfc3339(), "2026-02-01T00:00:00.000Z");
        assert_eq!(Search::parse("in:\"Salon de thé\"").within.as_deref(), Some("Salon de thé"));
    }

    #[test]
    fn what_is_not_understood_is_looked_for() {
        for text in
            ["before:soon", "has:hope", "from:", "c++", "a AND b*", "NEAR(x)", "\"open", "a:b"]
        {
            let search = Search::parse(text);
            assert!(!search.terms.is_empty(), "{text}");
            assert_eq!(Search { terms: Vec::new(), ..search }, Search::default(), "{text}");
        }
        assert!(Search::parse("  \"\" ").is_empty());
    }

    #[test]
    fn a_snippet_shows_what_was_found_and_nothing_of_it_is_markup() {
        let text = format!("{} <b>the Été</b> & {}", "a ".repeat(200), "z ".repeat(200));
        let search = Search::parse("ete <b");
        let marks = search.marks(&Folded::of(&text)).unwrap();
        let html = snippet(&text, &marks);
        assert!(
            html.contains("<mark>&lt;b</mark>&gt;the <mark>Été</mark>&lt;/b&gt; &amp; z"),
            "{html}"
        );
        assert!(html.starts_with('…') && html.ends_with('…') && html.chars().count() < 260);
        assert_eq!(snippet("short", &[]), "short");
        assert_eq!(search.marks(&Folded::of("ete alone")), None);
    }
}
