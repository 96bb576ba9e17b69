//! Who knows what is safe to show, and did not write it: takes out of a page whatever is not. Shared with the
//! fuzz target `markup`.

use std::collections::{HashMap, HashSet};

use ammonia::Url;
use salon::model::{
    MessageText,
    markup::{names_in, render},
};

/// What the judge gives back of what it lets through: exactly what it was given, if all is well.
fn judged(html: &str) -> String {
    let anchor = HashSet::from(["href", "target", "rel"]);
    let tags = [
        "p",
        "br",
        "em",
        "strong",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "span",
        "hr",
    ];
    ammonia::Builder::empty()
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([
            ("a", anchor),
            ("pre", HashSet::from(["tabindex"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(HashMap::from([("span", HashSet::from(["mention"]))]))
        .attribute_filter(|element, attribute, value| {
            let is_language = element == "code" && value.starts_with("language-");
            (attribute != "class" || element == "span" || is_language).then(|| value.into())
        })
        .add_tag_attributes("code", ["class"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(None)
        .clean(html)
        .to_string()
}

/// A page as a browser has it: the same however its text is escaped, and its lines end.
fn parsed(html: &str) -> String {
    let escaped = html.replace("&#39;", "'").replace("&quot;", "\"").replace("\u{a0}", "&nbsp;");
    escaped.replace("\r\n", "\n").replace('\r', "\n")
}

/// The page without addresses that are none (`https://a|b/`): they lead nowhere, and the judge takes them out.
fn without_dead_links(html: &str) -> String {
    let mut parts = html.split("<a href=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, rest) = part.split_once('"').unwrap_or((part, ""));
        let plain = address.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        match Url::parse(&parsed(&plain)) {
            Ok(_) => out.push_str(&format!("<a href=\"{address}\"{rest}")),
            Err(_) => out.push_str(&format!("<a{rest}")),
        }
    }
    out
}

/// A text shows as nothing but what is allowed, or cannot be said.
pub fn is_safe(content: &str) {
    if MessageText::parse(content).is_err() {
        return; // nobody can say it
    }
    let html = render(content, &|name| name.len() % 2 == 0);
    assert_eq!(parsed(&judged(&html)), parsed(&without_dead_links(&html)), "{content:?}");
    let (opened, closed) =
        (html.matches("<blockquote>").count(), html.matches("</blockquote>").count());
    assert_eq!(opened, closed);
    assert!(html.len() <= 40 * content.len() + 64, "{} of {}", html.len(), content.len());
    let _ = names_in(content);
}
