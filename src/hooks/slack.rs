//! What programs post that speak to Slack or to Mattermost: a text, attachments, blocks.
//!
//! What cannot be shown here (buttons that act, colours, pictures of senders) is left out; what is
//! said is kept. Nothing is fetched.

use serde_json::Value;

use super::{
    Said, Unfit, fitted,
    markup::{from_mrkdwn, from_slack},
};

/// How many attachments, blocks and fields are looked at.
const MOST: usize = 50;

/// How deep rich text lies in itself.
const MOST_DEPTH: usize = 8;

/// The message that a body holds: JSON, or a form with JSON in its field `payload`.
///
/// # Errors
/// Why it is none.
pub fn said(body: &[u8], is_form: bool) -> Result<Said, Unfit> {
    let payload = payload(body, is_form)?;
    let attachments = list(&payload["attachments"]).filter_map(attachment);
    let blocks: Vec<_> = list(&payload["blocks"]).filter_map(block).collect();
    // where there are blocks, the text only stands in for them
    let text = match blocks.is_empty() {
        true => text_of(&payload["text"]).map(from_slack),
        false => Some(blocks.join("\n\n")),
    };
    let parts: Vec<String> = text.into_iter().chain(attachments).collect();
    let text = fitted(&parts.join("\n\n"));
    if text.is_empty() {
        return Err(Unfit::NoText);
    }
    Ok(Said { text, name: text_of(&payload["username"]).map(str::to_owned) })
}

/// What stands beside the text of a message that was kept: attachments, among them messages that were passed
/// on, but no previews of links; and blocks where there is no text, which else says the same.
#[must_use]
pub fn beside(text: &str, attachments: &[Value], blocks: &[Value]) -> String {
    // a preview says where it is from; so does what was passed on
    let is_said = |one: &&Value| {
        one["is_share"] == true || one["from_url"].is_null() && one["original_url"].is_null()
    };
    let attachments = attachments.iter().take(MOST).filter(is_said).filter_map(attachment);
    let blocks = if text.trim().is_empty() { blocks } else { &[] };
    let parts: Vec<_> = blocks.iter().take(MOST).filter_map(block).chain(attachments).collect();
    parts.join("\n\n")
}

/// The JSON object in a body.
///
/// # Errors
/// There is none.
pub fn payload(body: &[u8], is_form: bool) -> Result<Value, Unfit> {
    let text = std::str::from_utf8(body).map_err(|_| Unfit::InvalidPayload)?;
    // `curl --data '{…}'` says that it sends a form
    let is_form = is_form && !text.trim_start().starts_with('{');
    let json = if is_form { field(text, "payload") } else { Some(text.to_owned()) };
    let value: Value =
        json.and_then(|json| serde_json::from_str(&json).ok()).ok_or(Unfit::InvalidPayload)?;
    if value.is_object() { Ok(value) } else { Err(Unfit::InvalidPayload) }
}

/// A field of a form.
fn field(form: &str, name: &str) -> Option<String> {
    let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    let value = value.replace('+', " ");
    percent_encoding::percent_decode_str(&value)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten().take(MOST)
}

/// A text with something in it.
fn text_of(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// An attachment, as a quote: Slack has a bar beside it.
fn attachment(one: &Value) -> Option<String> {
    let mut parts = Vec::new();
    let author = text_of(&one["author_name"]).map(from_slack);
    parts.extend(author.map(|name| linked(&name, &one["author_link"])));
    if let Some(title) = text_of(&one["title"]) {
        parts.push(format!(
            "**{}**",
            linked(&from_slack(title).replace('\n', " "), &one["title_link"])
        ));
    }
    parts.extend(text_of(&one["text"]).map(from_slack));
    parts.extend(list(&one["blocks"]).filter_map(block));
    parts.extend(list(&one["fields"]).filter_map(|field| {
        let value = text_of(&field["value"]).map(from_slack).or_else(|| number(&field["value"]));
        match (text_of(&field["title"]).map(from_slack), value) {
            (Some(title), Some(value)) => Some(format!("**{title}**: {value}")),
            (title, value) => title.or(value),
        }
    }));
    if parts.is_empty() {
        parts.extend(text_of(&one["fallback"]).map(from_slack));
    }
    parts.extend(text_of(&one["image_url"]).map(|url| linked("image", &Value::from(url))));
    parts.extend(text_of(&one["footer"]).map(from_slack));
    let quote = parts.join("\n\n").lines().map(|line| format!("> {line}")).collect::<Vec<_>>();
    let before = text_of(&one["pretext"]).map(from_slack);
    let quote = (!quote.is_empty()).then(|| quote.join("\n"));
    match (before, quote) {
        (Some(before), Some(quote)) => Some(format!("{before}\n\n{quote}")),
        (before, quote) => before.or(quote),
    }
}

fn number(value: &Value) -> Option<String> {
    (value.is_number() || value.is_boolean()).then(|| value.to_string())
}

fn linked(text: &str, url: &Value) -> String {
    match text_of(url) {
        Some(url) => from_slack(&format!("<{url}|{}>", text.replace(['<', '>', '|'], " "))),
        None => text.to_owned(),
    }
}

/// A text object of a block.
fn words(value: &Value) -> Option<String> {
    let text = text_of(&value["text"])?;
    Some(if value["type"] == "mrkdwn" { from_mrkdwn(text) } else { from_slack(text) })
}

fn block(one: &Value) -> Option<String> {
    match one["type"].as_str()? {
        "section" => {
            let parts: Vec<_> = words(&one["text"])
                .into_iter()
                .chain(list(&one["fields"]).filter_map(words))
                .collect();
            (!parts.is_empty()).then(|| parts.join("\n\n"))
        }
        "header" => words(&one["text"]).map(|text| format!("**{}**", text.replace('\n', " "))),
        "divider" => Some("---".to_owned()),
        "markdown" => text_of(&one["text"]).map(str::to_owned),
        "context" => {
            let parts: Vec<_> = list(&one["elements"]).filter_map(words).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        }
        "actions" => {
            let button = |one: &Value| {
                Some(linked(&words(&one["text"])?, &Value::from(text_of(&one["url"])?)))
            };
            let parts: Vec<_> = list(&one["elements"]).filter_map(button).collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        }
        "image" => {
            let text = text_of(&one["alt_text"]).unwrap_or("image");
            Some(linked(text, &one["image_url"]))
        }
        "rich_text" => {
            let mut text = String::new();
            rich(one, &mut text, MOST_DEPTH);
            (!text.trim().is_empty()).then_some(text)
        }
        _ => None,
    }
}

/// The words of rich text, one after the other.
fn rich(one: &Value, text: &mut String, depth: usize) {
    if depth == 0 {
        return;
    }
    let plain = one["text"].as_str().map(str::to_owned);
    match one["type"].as_str().unwrap_or_default() {
        "link" => text.push_str(&linked(plain.as_deref().unwrap_or_default(), &one["url"])),
        "user" => {
            text.push_str(&from_slack(&format!("<@{}>", one["user_id"].as_str().unwrap_or("?"))))
        }
        "broadcast" => text.push_str(&from_slack("<!here>")),
        "emoji" => text.push_str(&format!(":{}:", one["name"].as_str().unwrap_or_default())),
        "text" if one["style"]["code"] == true => {
            text.push_str(&format!("`{}`", plain.unwrap_or_default()))
        }
        "text" if one["style"]["bold"] == true => {
            text.push_str(&format!("**{}**", plain.unwrap_or_default()))
        }
        _ => text.push_str(&plain.unwrap_or_default()),
    }
    let is_list = one["type"] == "rich_text_list";
    for element in list(&one["elements"]) {
        if is_list {
            text.push_str("- ");
        }
        rich(element, text, depth - 1);
        if is_list || one["type"] == "rich_text" {
            text.push('\n');
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(payload: &Value) -> Result<String, Unfit> {
        said(payload.to_string().as_bytes(), false).map(|said| said.text)
    }

    #[test]
    fn a_form_and_json_say_the_same() {
        let wanted = Said { text: "a & b".into(), name: Some("x".into()) };
        let json = br#"{"text":"a &amp; b","username":"x"}"#;
        let form =
            b"other=1&payload=%7B%22text%22%3A%22a+%26amp%3B+b%22%2C%22username%22%3A%22x%22%7D";
        assert_eq!(said(json, false).unwrap(), wanted);
        assert_eq!(said(form, true).unwrap(), wanted);
        assert_eq!(said(json, true).unwrap(), wanted, "what curl sends unless told");
    }

    #[test]
    fn what_says_nothing_is_told_apart_from_what_is_nothing() {
        for nothing in
            [json!({}), json!({ "text": " " }), json!({ "text": 1, "attachments": [{}] })]
        {
            assert_eq!(text(&nothing), Err(Unfit::NoText), "{nothing}");
        }
        for broken in ["", "[]", "1", "{", "payload=", "\u{0}"] {
            for is_form in [false, true] {
                assert_eq!(
                    said(broken.as_bytes(), is_form),
                    Err(Unfit::InvalidPayload),
                    "{broken}"
                );
            }
        }
        assert_eq!(said(&[0xff, 0xfe], false), Err(Unfit::InvalidPayload));
    }

    #[test]
    fn attachments_are_quotes_and_blocks_take_the_place_of_the_text() {
        let attachments = json!({ "text": "Alert", "attachments": [{
            "fallback": "not shown", "pretext": "Look:", "title": "Disk", "title_link": "https://g.example/d",
            "text": "90 % full", "color": "#D63232",
            "fields": [{ "title": "host", "value": "nas", "short": true }, { "title": "n", "value": 3 }],
            "footer": "Grafana" }, { "fallback": "instead" }] });
        assert_eq!(
            text(&attachments).unwrap(),
            "Alert\n\nLook:\n\n> **[Disk](<https://g.example/d>)**\n> \n> 90 % full\n> \n> **host**: nas\n> \n\
             > **n**: 3\n> \n> Grafana\n\n> instead"
        );
        let blocks = json!({ "text": "fallback", "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": "Up" } },
            { "type": "section", "text": { "type": "mrkdwn", "text": "*Kuma* is <https://k.example|up>" },
              "fields": [{ "type": "mrkdwn", "text": "*Time*\n1" }] },
            { "type": "divider" },
            { "type": "context", "elements": [{ "type": "plain_text", "text": "a" }, { "type": "image" }] },
            { "type": "actions", "elements": [
              { "type": "button", "text": { "type": "plain_text", "text": "Visit" }, "url": "https://k.example" }] },
            { "type": "unknown" }] });
        assert_eq!(
            text(&blocks).unwrap(),
            "**Up**\n\n**Kuma** is [up](<https://k.example>)\n\n**Time**\n1\n\n---\n\na\n\n\
             [Visit](<https://k.example>)"
        );
        let rich = json!({ "blocks": [{ "type": "rich_text", "elements": [
            { "type": "rich_text_section", "elements": [
                { "type": "text", "text": "see " }, { "type": "link", "url": "https://a.example", "text": "a" }] },
            { "type": "rich_text_list", "elements": [
                { "type": "rich_text_section", "elements": [{ "type": "text", "text": "one" }] }] }] }] });
        assert_eq!(text(&rich).unwrap(), "see [a](<https://a.example>)\n- one");
    }

    #[test]
    fn what_is_too_long_is_cut_and_that_shows() {
        let long = text(&json!({ "text": "é".repeat(5000) })).unwrap();
        assert!(long.chars().count() == 4000 && long.ends_with("é…"));
        let deep = format!("{}{}", r#"{"elements":["#.repeat(100), "]}".repeat(100));
        let deep = format!(r#"{{"blocks":[{{"type":"rich_text","elements":[{deep}]}}]}}"#);
        assert_eq!(said(deep.as_bytes(), false), Err(Unfit::InvalidPayload), "too deep to be read");
    }
}
