//! Mattermost writes Markdown already; whom a text names, and which channel, is named as here.

use super::super::text::{Text, Usernames};

/// A message's text. `rooms` says what a channel of the same team is called.
pub(super) fn of<'a>(
    mattermost: &str,
    usernames: &Usernames,
    rooms: impl Fn(&str) -> Option<&'a str>,
) -> Text {
    Text::of(mattermost, |text, part, is_code| {
        if is_code {
            text.content.push_str(part);
            return;
        }
        let mut rest = part;
        while let Some(at) = rest.find(['@', '~']) {
            let (before, mark) = rest.split_at(at);
            text.content.push_str(before);
            let (sign, after) = mark.split_at(1);
            // `a@b` names nobody, and `~~a~~` no channel
            let is_mark = !text.content.ends_with(|c: char| c.is_alphanumeric() || c == '~');
            let person = |name: &str| usernames.get(&name.to_lowercase()).map(String::as_str);
            let found = spellings(after).filter(|_| is_mark).find_map(|name| {
                let here = if sign == "@" { person(name) } else { rooms(name) };
                Some((name, here?))
            });
            rest = if let Some((name, here)) = found {
                if sign == "@" {
                    text.name(here);
                } else {
                    text.content.push('#');
                    text.content.push_str(here);
                }
                &after[name.len()..]
            } else {
                text.content.push_str(sign);
                after
            };
        }
        text.content.push_str(rest);
    })
}

/// The names that a text may begin with: the longest, and those without the marks that it ends with.
fn spellings(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let longest = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
    std::iter::successors(Some(longest), |name| name.strip_suffix(['.', '-', '_']))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn whom_a_text_names_is_named_as_here() {
        let usernames = HashMap::from([("ada".to_owned(), "ada-2".to_owned())]);
        let room = |name: &str| (name == "off-topic").then_some("Off-Topic");
        for (mattermost, here, names) in [
            ("hi @ada, @Ada. and @all", "hi @ada-2, @ada-2. and @all", 1),
            ("@adam a@ada.example", "@adam a@ada.example", 0),
            ("see ~off-topic, not ~~off-topic~~ ~x", "see #Off-Topic, not ~~off-topic~~ ~x", 0),
            ("`@ada` and ```\n@ada ~off-topic```", "`@ada` and ```\n@ada ~off-topic```", 0),
            ("é@ada ~", "é@ada ~", 0),
        ] {
            let text = of(mattermost, &usernames, room);
            assert_eq!((text.content.as_str(), text.mentions.len()), (here, names));
        }
    }
}
