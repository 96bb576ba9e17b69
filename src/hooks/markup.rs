//! Slack's marks as Markdown: `<https://…|text>`, `<!here>`, `<@U1|name>`, `<#C1|room>`.
//!
//! What is no such mark stays as it is: Mattermost's programs write Markdown already.

use crate::model::markup::EVERYONE;

/// A text with Slack's marks, as Markdown.
#[must_use]
pub fn from_slack(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, mark) = rest.split_at(start);
        out.push_str(&unescaped(before));
        // a mark is one line; what is not closed is a plain sign
        let inner = mark[1..].split(['>', '\n', '<']).next().unwrap_or_default();
        let is_closed = mark[1 + inner.len()..].starts_with('>');
        match is_closed.then(|| marked(inner)).flatten() {
            Some(markdown) => {
                out.push_str(&markdown);
                rest = &mark[inner.len() + 2..];
            }
            None => {
                out.push('<');
                rest = &mark[1..];
            }
        }
    }
    out.push_str(&unescaped(rest));
    out
}

/// The same of a text that is surely Slack's, where one star is bold and one tilde struck out.
#[must_use]
pub fn from_mrkdwn(text: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for (n, part) in from_slack(text).split('`').enumerate() {
        if n > 0 {
            out.push('`');
            is_code = !is_code;
        }
        if is_code {
            out.push_str(part);
        } else {
            out.push_str(&doubled(&doubled(part, '*'), '~'));
        }
    }
    out
}

/// A text that somebody unknown wrote, inside a link: nothing in it marks anything or calls anybody.
#[must_use]
pub fn link(text: &str, url: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if c.is_ascii_punctuation() && c != '@' {
            shown.push('\\');
        }
        shown.push(c);
    }
    if is_link(url) { format!("[{shown}](<{url}>)") } else { shown.replace('@', "@\u{2060}") }
}

/// Plain words that nothing in marks.
#[must_use]
pub fn plain(text: &str) -> String {
    link(text, "")
}

fn is_link(url: &str) -> bool {
    let known = ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
    known && !url.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\\".contains(c))
}

/// What stands between `<` and `>`, if it is a mark.
fn marked(inner: &str) -> Option<String> {
    let (what, label) = match inner.split_once('|') {
        Some((what, label)) => (what, Some(label).filter(|label| !label.is_empty())),
        None => (inner, None),
    };
    if let Some(special) = what.strip_prefix('!') {
        let word = special.split('^').next().unwrap_or_default();
        return Some(match (word, label) {
            ("here" | "channel" | "everyone", _) => format!("@{EVERYONE}"),
            (_, Some(label)) => unescaped(label),
            (word, None) => format!("@{word}"),
        });
    }
    for sign in ['@', '#'] {
        if let Some(id) = what.strip_prefix(sign)
            && !id.is_empty()
        {
            let name = label.unwrap_or(id).trim_start_matches(sign);
            return Some(format!("{sign}{}", unescaped(name)));
        }
    }
    let url = unescaped(what);
    if !is_link(&url) {
        return None;
    }
    match label.map(unescaped).filter(|label| *label != url) {
        Some(label) => {
            let label = label.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
            Some(format!("[{label}](<{url}>)"))
        }
        None if url.starts_with("mailto:") => Some(url["mailto:".len()..].to_owned()),
        None => Some(url),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// A pair of single signs around words on one line, doubled.
fn doubled(text: &str, sign: char) -> String {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let parts: Vec<&str> = line.split(sign).collect();
        // an odd number of parts is an even number of signs; an empty part is a sign doubled already
        let is_pairs = parts.len() % 2 == 1 && parts.len() > 1;
        let holds = parts
            .iter()
            .skip(1)
            .step_by(2)
            .all(|inner| !inner.is_empty() && !inner.starts_with(' ') && !inner.ends_with(' '));
        if is_pairs && holds {
            lines.push(parts.join(&format!("{sign}{sign}")));
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_slack_become_markdown() {
        for (slack, markdown) in [
            ("see <https://a.example/b|the page>!", "see [the page](<https://a.example/b>)!"),
            ("<https://a.example>", "https://a.example"),
            ("<https://a.example|https://a.example>", "https://a.example"),
            ("<https://a.example?x=1&amp;y=2|x>", "[x](<https://a.example?x=1&y=2>)"),
            ("<mailto:a@b.example|a@b.example>", "[a@b.example](<mailto:a@b.example>)"),
            ("<!here> <!channel|channel> <!everyone>", "@room @room @room"),
            ("<!date^1392734382^{date}|today> <!subteam^S1|@team>", "today @team"),
            ("<@U024BE7LH> and <@U1|bob> in <#C1|general>", "@U024BE7LH and @bob in #general"),
            ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
            ("a < b > c <", "a < b > c <"),
            ("<javascript:alert(1)|x>", "<javascript:alert(1)|x>"),
            ("<https://a.example|[x](y)>", "[\\[x\\](y)](<https://a.example>)"),
            ("**markdown** [stays](http://a.example)", "**markdown** [stays](http://a.example)"),
            ("<<https://a.example>>", "<https://a.example>"),
            ("<é|ü> <>", "<é|ü> <>"),
        ] {
            assert_eq!(from_slack(slack), markdown, "{slack}");
        }
    }

    #[test]
    fn one_star_is_bold_where_it_is_surely_slacks() {
        for (slack, markdown) in [
            ("*bold* and _it_ and ~gone~", "**bold** and _it_ and ~~gone~~"),
            ("2 * 3 * 4", "2 * 3 * 4"),
            ("**twice**", "**twice**"),
            ("`a*b*c` *d*", "`a*b*c` **d**"),
            ("*a*\n*b", "**a**\n*b"),
        ] {
            assert_eq!(from_mrkdwn(slack), markdown, "{slack}");
        }
    }

    #[test]
    fn what_strangers_write_marks_nothing() {
        let names = crate::model::markup::names_in;
        let shown = link("@room *x* [y](http://z)", "https://a.example/1");
        assert_eq!(names(&shown), Vec::<String>::new());
        assert_eq!(names(&plain("@room @bob")), Vec::<String>::new());
        assert!(!crate::model::markup::render(&plain("*x* <b>"), &|_| false).contains("<em>"));
    }
}
