//! What Slack writes between angle brackets and stars, as Markdown.

use std::collections::HashMap;

use crate::model::{MessageText, text::MESSAGE_CHARS};

/// A message's text, and whom it names.
pub(super) struct Text {
    pub(super) content: String,
    pub(super) mentions: Vec<String>,
}

impl Text {
    pub(super) fn of(
        slack: &str,
        usernames: &HashMap<String, String>,
        rooms: &HashMap<String, String>,
    ) -> Self {
        let mut text = Self { content: String::with_capacity(slack.len()), mentions: Vec::new() };
        // code is left as it is, but for what stands in it for `<`, `>` and `&`
        for (place, part) in slack.split("```").enumerate() {
            if place > 0 {
                text.content.push_str("```");
            }
            for (inner, part) in part.split('`').enumerate() {
                if inner > 0 {
                    text.content.push('`');
                }
                let is_code = place % 2 == 1 || inner % 2 == 1;
                text.add(part, is_code, usernames, rooms);
            }
        }
        text
    }

    fn add(
        &mut self,
        part: &str,
        is_code: bool,
        usernames: &HashMap<String, String>,
        rooms: &HashMap<String, String>,
    ) {
        let mut rest = part;
        while let Some((before, after)) = rest.split_once('<') {
            self.plain(before, is_code);
            let Some((inside, after)) = after.split_once('>') else {
                self.content.push('<');
                rest = after;
                continue;
            };
            self.bracketed(inside, is_code, usernames, rooms);
            rest = after;
        }
        self.plain(rest, is_code);
    }

    fn plain(&mut self, text: &str, is_code: bool) {
        let text = unescaped(text);
        if is_code {
            self.content.push_str(&text);
        } else {
            self.content.push_str(&text.replace('*', "**").replace('~', "~~"));
        }
    }

    fn bracketed(
        &mut self,
        inside: &str,
        is_code: bool,
        usernames: &HashMap<String, String>,
        rooms: &HashMap<String, String>,
    ) {
        let (what, label) = match inside.split_once('|') {
            Some((what, label)) => (what, Some(label)),
            None => (inside, None),
        };
        if let Some(user) = what.strip_prefix('@') {
            let name = usernames.get(user).map_or_else(|| label.unwrap_or(user), String::as_str);
            if usernames.contains_key(user) && !self.mentions.iter().any(|known| known == name) {
                self.mentions.push(name.to_owned());
            }
            self.content.push('@');
            self.content.push_str(name);
        } else if let Some(room) = what.strip_prefix('#') {
            let name = label.or_else(|| rooms.get(room).map(String::as_str)).unwrap_or(room);
            self.content.push('#');
            self.content.push_str(name);
        } else if let Some(command) = what.strip_prefix('!') {
            let word = command.split('^').next().unwrap_or_default();
            self.content.push_str(label.unwrap_or(&format!("@{word}")));
        } else {
            let address = unescaped(what);
            match label.map(unescaped) {
                Some(label) if !is_code && !address.ends_with(&label) => {
                    self.content.push_str(&format!("[{label}]({address})"));
                }
                _ => self.content.push_str(&address),
            }
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

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
    use super::*;

    #[test]
    fn marks_become_markdown() {
        let usernames = HashMap::from([("U1".to_owned(), "ada".to_owned())]);
        let rooms = HashMap::from([("C1".to_owned(), "tea".to_owned())]);
        for (slack, here) in [
            ("*bold* _soft_ ~gone~", "**bold** _soft_ ~~gone~~"),
            ("hi <@U1> and <@U2|bob>", "hi @ada and @bob"),
            ("in <#C1> or <#C2|pots>", "in #tea or #pots"),
            ("<!here> <!subteam^S1|@cooks>", "@here @cooks"),
            ("<https://x.example/?a&amp;b>", "https://x.example/?a&b"),
            ("<https://x.example|there>", "[there](https://x.example)"),
            ("<mailto:a@x.example|a@x.example>", "mailto:a@x.example"),
            ("1 &lt; 2 &amp;&amp; *x*", "1 < 2 && **x**"),
            ("`*a*` and ```\n*b* &lt;```", "`*a*` and ```\n*b* <```"),
            ("a < b", "a < b"),
        ] {
            assert_eq!(Text::of(slack, &usernames, &rooms).content, here);
        }
        assert_eq!(Text::of("<@U1> <@U1>", &usernames, &rooms).mentions, ["ada"]);
    }

    #[test]
    fn long_texts_come_in_pieces() {
        assert_eq!(parts(&"é".repeat(9000)).len(), 3);
        assert_eq!(parts("a\u{202E}b\u{0}"), ["ab"]);
        assert!(parts(" \n ").is_empty());
    }
}
