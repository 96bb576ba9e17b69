//! What a message's text means: whom it names, and how it shows. Markdown as people use it in a chat,
//! and nothing that a page could be broken by.
//!
//! Whatever is typed, what comes out holds only the elements and attributes written here, every text in
//! it is escaped, links lead to `http`, `https` or `mailto`, and nothing is nested deeper than
//! `MOST_DEPTH`. Time and size are in proportion to the text.

use std::borrow::Cow;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

/// How deep quotes, lists and emphasis lie in each other; what lies deeper shows without more marks.
const MOST_DEPTH: usize = 16;

/// The name that means everyone in a room; nobody else can have it.
pub const EVERYONE: &str = "room";

/// How many people one message can name.
const MOST_NAMES: usize = 50;

/// The names after `@` in a text, in lower case, each once; not those in code or links. Some may be
/// nobody's.
#[must_use]
pub fn names_in(content: &str) -> Vec<String> {
    let mut names = Vec::new();
    if !content.contains('@') {
        return names;
    }
    let mut closed = 0; // within code blocks and links
    for event in events(content) {
        let is_closed =
            |tag: &Tag<'_>| matches!(tag, Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. });
        if let Event::Start(tag) = &event {
            closed += usize::from(is_closed(tag));
        } else if let Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) = &event {
            closed -= 1;
        } else if let Event::Text(text) = &event
            && closed == 0
        {
            for (plain, _) in pieces(text).filter(|(_, link)| link.is_none()) {
                let found = mentions(plain).flat_map(|(_, name)| spellings(name));
                names.extend(found.map(str::to_ascii_lowercase));
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.truncate(2 * MOST_NAMES);
    names
}

/// A text as HTML that is safe to show; names that `is_named` knows are marked.
#[must_use]
pub fn render(content: &str, is_named: &dyn Fn(&str) -> bool) -> String {
    let html = String::with_capacity(content.len() + content.len() / 4 + 16);
    let mut out = Writer { html, open: Vec::new(), in_code: false, in_link: 0, is_named };
    for event in events(content) {
        out.event(event);
    }
    while out.open.pop().map(|end| out.html.push_str(end)).is_some() {}
    out.html
}

/// What a text says where nothing can be marked, such as a notification: its words, line by line; what has none,
/// as it was typed.
#[must_use]
pub fn plain(content: &str) -> String {
    let mut said = String::with_capacity(content.len());
    let mut in_code = false;
    for event in events(content) {
        if let Event::Start(Tag::CodeBlock(_)) = &event {
            in_code = true;
        } else if let Event::End(TagEnd::CodeBlock) = &event {
            in_code = false;
        }
        match event {
            Event::Text(text) if !in_code => said.push_str(&with_emoji(&text)),
            Event::Text(text)
            | Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => said.push_str(&text),
            Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::Start(Tag::List(_))
            | Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Item,
            ) => {
                if !said.is_empty() && !said.ends_with('\n') {
                    said.push('\n');
                }
            }
            Event::Start(_)
            | Event::End(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }
    match said.trim_end() {
        "" => content.trim().to_owned(),
        words => words.to_owned(),
    }
}

fn events(content: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(content, Options::ENABLE_STRIKETHROUGH))
}

struct Writer<'a> {
    html: String,
    /// How each open element ends; nothing for one that is left out.
    open: Vec<&'static str>,
    in_code: bool,
    in_link: usize,
    is_named: &'a dyn Fn(&str) -> bool,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) if self.in_code => escape(&text, &mut self.html),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                self.html.push_str("<code>");
                escape(&code, &mut self.html);
                self.html.push_str("</code>");
            }
            // HTML is text like any other
            Event::Html(text) | Event::InlineHtml(text) => {
                let lines = text.trim_end_matches('\n');
                escape(lines, &mut self.html);
                if lines.len() < text.len() {
                    self.html.push_str("<br>");
                }
            }
            Event::SoftBreak | Event::HardBreak => self.html.push_str("<br>"),
            Event::Rule => self.html.push_str("<hr>"),
            // not asked for
            Event::InlineMath(text) | Event::DisplayMath(text) => escape(&text, &mut self.html),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let (begin, end): (Cow<'static, str>, &'static str) = match tag {
            Tag::Paragraph | Tag::HtmlBlock => ("<p>".into(), "</p>"),
            Tag::Heading { .. } => ("<p><strong>".into(), "</strong></p>"),
            Tag::BlockQuote(_) => ("<blockquote>".into(), "</blockquote>"),
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                (code_block(&kind).into(), "</code></pre>")
            }
            Tag::List(Some(1)) => ("<ol>".into(), "</ol>"),
            Tag::List(Some(first)) => (format!("<ol start=\"{first}\">").into(), "</ol>"),
            Tag::List(None) => ("<ul>".into(), "</ul>"),
            Tag::Item => ("<li>".into(), "</li>"),
            Tag::Emphasis => ("<em>".into(), "</em>"),
            Tag::Strong => ("<strong>".into(), "</strong>"),
            Tag::Strikethrough => ("<del>".into(), "</del>"),
            // a picture of somewhere else is a link to it
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.in_link += 1;
                let is_outer = self.in_link == 1;
                match link(&dest_url) {
                    Some(link) if is_outer => (link.into(), "</a>"),
                    _ => ("".into(), ""),
                }
            }
            // not asked for
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => ("".into(), ""),
        };
        let is_deep = self.open.len() >= MOST_DEPTH && !self.in_code;
        if !is_deep {
            self.html.push_str(&begin);
        }
        self.open.push(if is_deep { "" } else { end });
    }

    fn end(&mut self, end: TagEnd) {
        if end == TagEnd::CodeBlock {
            self.in_code = false;
        } else if matches!(end, TagEnd::Link | TagEnd::Image) {
            self.in_link -= 1;
        } else if end == TagEnd::HtmlBlock {
            let kept = self.html.trim_end_matches("<br>").len();
            self.html.truncate(kept);
        }
        self.html.push_str(self.open.pop().unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        if self.in_link > 0 {
            return escape(&with_emoji(text), &mut self.html);
        }
        for (piece, target) in pieces(text) {
            match target.as_deref().and_then(link) {
                Some(link) => {
                    self.html.push_str(&link);
                    escape(piece, &mut self.html);
                    self.html.push_str("</a>");
                }
                None => self.plain(piece),
            }
        }
    }

    /// Text without links: names and emoji are looked for.
    fn plain(&mut self, text: &str) {
        let mut done = 0;
        for (at, name) in mentions(text) {
            let Some(name) = spellings(name).find(|name| (self.is_named)(name)) else { continue };
            escape(&with_emoji(&text[done..at]), &mut self.html);
            self.html.push_str("<span class=\"mention\">@");
            escape(name, &mut self.html);
            self.html.push_str("</span>");
            done = at + 1 + name.len();
        }
        escape(&with_emoji(&text[done..]), &mut self.html);
    }
}

/// A code block begins, with its language where it is a plain word.
fn code_block(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return "<pre tabindex=\"0\"><code>".into() };
    let language = info.split_whitespace().next().unwrap_or_default();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_');
    if language.is_empty() || language.len() > 20 || !language.chars().all(is_word) {
        return "<pre tabindex=\"0\"><code>".into();
    }
    format!("<pre tabindex=\"0\"><code class=\"language-{language}\">")
}

/// The beginning of a link, where it leads somewhere that is let through.
fn link(target: &str) -> Option<String> {
    let (scheme, rest) = target.split_once(':')?;
    let leads_on = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.starts_with("//"),
        "mailto" => true,
        _ => false,
    };
    if !leads_on || target.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let mut begin = String::from("<a href=\"");
    escape(target, &mut begin);
    begin.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
    Some(begin)
}

/// Text with the addresses in it set apart, each with where it leads.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<String>)> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let spans: Vec<_> =
        finder.spans(text).map(|span| (span.start(), span.end(), span.kind().is_some())).collect();
    spans.into_iter().map(move |(start, end, is_link)| {
        let piece = &text[start..end];
        (piece, is_link.then(|| piece.to_owned()))
    })
}

/// What looks like a name after `@`, and where the `@` is; not within a word.
fn mentions(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('@').filter_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '_' | '.' | '-' | '/')) {
            return None;
        }
        let rest = &text[at + 1..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        (3..=40).contains(&end).then(|| (at, &rest[..end]))
    })
}

/// A name as it stands, and without the point or dashes that may belong to the sentence.
fn spellings(name: &str) -> impl Iterator<Item = &str> {
    let bare = name.trim_end_matches(['.', '-', '_']);
    std::iter::once(name).chain((bare != name).then_some(bare))
}

/// Text with `:shortcodes:` as the emoji that they name.
fn with_emoji(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(':') {
        let tail = &rest[start + 1..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
        let end = tail.find(|c| !is_part(c)).unwrap_or(tail.len());
        let code = &tail[..end];
        let emoji =
            if tail[end..].starts_with(':') { emojis::get_by_shortcode(code) } else { None };
        match emoji {
            Some(emoji) => {
                shown.push_str(&rest[..start]);
                shown.push_str(emoji.as_str());
                rest = &tail[end + 1..];
            }
            None => {
                shown.push_str(&rest[..=start]);
                rest = tail;
            }
        }
    }
    if shown.is_empty() {
        return text.into();
    }
    shown.push_str(rest);
    shown.into()
}

/// Text as HTML that shows it.
pub(super) fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{names_in, plain, render};

    fn shown(content: &str) -> String {
        render(content, &|name| name.eq_ignore_ascii_case("ada"))
    }

    #[test]
    fn what_is_typed_is_text() {
        assert_eq!(
            shown("<script>alert('1')</script> & co"),
            "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; co</p>"
        );
        assert_eq!(shown("a\nb\n\n\nc"), "<p>a<br>b</p><p>c</p>");
        assert_eq!(shown(""), "");
        assert_eq!(shown("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
    }

    #[test]
    fn markdown_shows_as_people_expect() {
        for (content, html) in [
            (
                "*a* **b** ~~c~~ `<d>`",
                "<p><em>a</em> <strong>b</strong> <del>c</del> <code>&lt;d&gt;</code></p>",
            ),
            (
                "```rust\nlet a = 1 < 2;\n```",
                "<pre tabindex=\"0\"><code class=\"language-rust\">let a = 1 &lt; 2;\n</code></pre>",
            ),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("3. a", "<ol start=\"3\"><li>a</li></ol>"),
            ("> a\n> b", "<blockquote><p>a<br>b</p></blockquote>"),
            ("# a", "<p><strong>a</strong></p>"),
            ("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>"),
            ("so :tada: it is 10:30:00", "<p>so 🎉 it is 10:30:00</p>"),
        ] {
            assert_eq!(shown(content), html);
        }
    }

    #[test]
    fn plainly_only_the_words_are_said() {
        for (content, said) in [
            ("*a* **b** ~~c~~ `<d>` :tada:", "a b c <d> 🎉"),
            ("# a\nb\nc\n\n> d\n- e\n  - f", "a\nb\nc\nd\ne\nf"),
            (
                "```rust\nlet a = \":tada:\";\n```\n***\n[x](https://a.example)",
                "let a = \":tada:\";\nx",
            ),
            ("![x](https://a.example/p.png) <b>y</b>", "x <b>y</b>"),
            ("2 * 3 * 4, snake_case", "2 * 3 * 4, snake_case"),
            ("***", "***"),
        ] {
            assert_eq!(plain(content), said);
        }
    }

    #[test]
    fn links_lead_only_where_they_may() {
        let a = "target=\"_blank\" rel=\"noopener noreferrer nofollow\"";
        for (content, html) in [
            ("[x](https://a.example)", format!("<p><a href=\"https://a.example\" {a}>x</a></p>")),
            (
                "see https://a.example/?b=1&c=2.",
                format!(
                    "<p>see <a href=\"https://a.example/?b=1&amp;c=2\" {a}>https://a.example/?b=1&amp;c=2</a>.</p>"
                ),
            ),
            (
                "![x](https://a.example/p.png)",
                format!("<p><a href=\"https://a.example/p.png\" {a}>x</a></p>"),
            ),
            ("[x](javascript:alert(1))", "<p>x</p>".into()),
            (
                "[x](JaVaScRiPt:alert(1)) [y](data:text/html,z) [z](//a.example)",
                "<p>x y z</p>".into(),
            ),
            ("`https://a.example`", "<p><code>https://a.example</code></p>".into()),
            (
                "[https://b.example](https://a.example)",
                format!("<p><a href=\"https://a.example\" {a}>https://b.example</a></p>"),
            ),
        ] {
            assert_eq!(shown(content), html);
        }
    }

    #[test]
    fn names_are_found_where_they_are_meant() {
        assert_eq!(
            names_in("hi @Ada, and @bob. me@carl.example `@dan` https://e.example/@eve"),
            ["ada", "bob.", "bob"]
        );
        assert_eq!(names_in("(@ada) @room @ada @x"), ["ada", "room"]);
        assert_eq!(shown("hi @Ada! @bob"), "<p>hi <span class=\"mention\">@Ada</span>! @bob</p>");
        assert_eq!(shown("@ada."), "<p><span class=\"mention\">@ada</span>.</p>");
        assert_eq!(shown("`@ada`"), "<p><code>@ada</code></p>");
    }

    #[test]
    fn depth_is_bounded() {
        let html = shown(&format!("{} x", ">".repeat(3000)));
        assert!(html.matches("<blockquote>").count() <= super::MOST_DEPTH);
        assert_eq!(html.matches("<blockquote>").count(), html.matches("</blockquote>").count());
    }
}
