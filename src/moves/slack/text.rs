//! What Slack writes between angle brackets and stars, as Markdown.

use std::collections::HashMap;

use super::super::text::{Text, Usernames};

/// A message's text; in code only what stands there for `<`, `>` and `&` is another.
pub(super) fn of(slack: &str, usernames: &Usernames, rooms: &HashMap<String, String>) -> Text {
    Text::of(slack, |text, part, is_code| {
        let mut rest = part;
        while let Some((before, after)) = rest.split_once('<') {
            plain(text, before, is_code);
            let Some((inside, after)) = after.split_once('>') else {
                text.content.push('<');
                rest = after;
                continue;
            };
            bracketed(text, inside, is_code, usernames, rooms);
            rest = after;
        }
        plain(text, rest, is_code);
    })
}

fn plain(text: &mut Text, part: &str, is_code: bool) {
    let part = unescaped(part);
    if is_code {
        text.content.push_str(&part);
    } else {
        text.content.push_str(&part.replace('*', "**").replace('~', "~~"));
    }
}

fn bracketed(
    text: &mut Text,
    inside: &str,
    is_code: bool,
    usernames: &Usernames,
    rooms: &HashMap<String, String>,
) {
    let (what, label) = match inside.split_once('|') {
        Some((what, label)) => (what, Some(label)),
        None => (inside, None),
    };
    if let Some(user) = what.strip_prefix('@') {
        if let Some(name) = usernames.get(user) {
            text.name(name);
        } else {
            text.content.push('@');
            text.content.push_str(label.unwrap_or(user));
        }
    } else if let Some(room) = what.strip_prefix('#') {
        let name = label.or_else(|| rooms.get(room).map(String::as_str)).unwrap_or(room);
        text.content.push('#');
        text.content.push_str(name);
    } else if let Some(command) = what.strip_prefix('!') {
        let word = command.split('^').next().unwrap_or_default();
        text.content.push_str(label.unwrap_or(&format!("@{word}")));
    } else {
        let address = unescaped(what);
        match label.map(unescaped) {
            Some(label) if !is_code && !address.ends_with(&label) => {
                text.content.push_str(&format!("[{label}]({address})"));
            }
            _ => text.content.push_str(&address),
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
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
            assert_eq!(of(slack, &usernames, &rooms).content, here);
        }
        assert_eq!(of("<@U1> <@U1>", &usernames, &rooms).mentions, ["ada"]);
    }
}
