//! What the server says, for people: tables of lists, lines of one thing.

use serde_json::Value;

/// A column: its head, and which value of a row stands in it.
pub(super) type Column = (&'static str, &'static str);

/// A list as a table, each column as wide as it must be.
pub(super) fn table(columns: &[Column], rows: &[Value]) -> String {
    let head = columns.iter().map(|(head, _)| (*head).to_owned()).collect();
    let cells = rows.iter().map(|row| columns.iter().map(|(_, key)| shown(&row[key])).collect());
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(cells).collect();
    let widest = |column: usize| lines.iter().map(|line| width(&line[column])).max();
    let widths: Vec<_> = (0..columns.len()).map(|column| widest(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for line in &lines {
        let padded = line.iter().zip(&widths).map(|(cell, wide)| {
            let missing = wide.saturating_sub(width(cell));
            format!("{cell}{}", " ".repeat(missing))
        });
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// One thing, a line for each of its values.
pub(super) fn lines(columns: &[Column], of: &Value) -> String {
    let wide = columns.iter().map(|(head, _)| head.len()).max().unwrap_or(0);
    let line = |(head, key): &Column| format!("{head:wide$}  {}\n", shown(&of[key]));
    columns.iter().map(line).collect()
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// A value without quotes, and nothing in it that a terminal would act on.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) if all.is_empty() => "-".to_owned(),
        Value::Array(all) => all.iter().map(shown).collect::<Vec<_>>().join(", "),
        // a room of an invitation has a name; the details of the audit log are as they are
        Value::Object(fields) => match fields.get("name").and_then(Value::as_str) {
            Some(name) if fields.contains_key("id") => name.to_owned(),
            _ if fields.is_empty() => "-".to_owned(),
            _ => value.to_string(),
        },
    };
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let rows = [json!({ "a": "été", "b": 1 }), json!({ "a": null, "b": [true, "x\u{1b}[1m"] })];
        let text = table(&[("NAME", "a"), ("B", "b")], &rows);
        assert_eq!(text, "NAME  B\nété   1\n-     yes, x[1m\n");
        assert_eq!(lines(&[("Name", "a"), ("B", "b")], &rows[0]), "Name  été\nB     1\n");
    }
}
