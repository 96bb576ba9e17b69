//! A message's text as HTML that is safe to show: everything typed is text, paragraphs and line
//! breaks are kept.

/// `content` as HTML. Empty for an empty content.
#[must_use]
pub fn render(content: &str) -> String {
    let mut html = String::with_capacity(content.len() + 16);
    for paragraph in content.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
        html.push_str("<p>");
        for (number, line) in paragraph.lines().enumerate() {
            if number > 0 {
                html.push_str("<br>");
            }
            escape(line, &mut html);
        }
        html.push_str("</p>");
    }
    html
}

fn escape(text: &str, html: &mut String) {
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
    use super::render;

    #[test]
    fn what_is_typed_is_text() {
        assert_eq!(
            render("<script>alert('1')</script> & co"),
            "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; co</p>"
        );
        assert_eq!(render("a\nb\n\n\nc"), "<p>a<br>b</p><p>c</p>");
        assert_eq!(render(""), "");
    }
}
