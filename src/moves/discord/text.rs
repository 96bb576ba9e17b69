//! Discord's marks as Markdown, of which most is the same: whom and what a text names is written as the name
//! that was shown, or by id where the exporter was told to leave texts as they are.

use std::collections::HashMap;

use super::{
    super::text::{Text, Usernames, with},
    shapes::{Embed, Message, User},
};

/// All that a message says, still in Discord's marks. What a program says is in its embeds; those of people
/// are previews of their links.
pub(super) fn all_of(message: &Message) -> String {
    let embeds = message.embeds.iter().filter(|_| message.author.is_bot).map(quoted);
    embeds.fold(message.content.clone(), |all, embed| with(&all, &embed))
}

/// An embed as a quote: Discord has a bar beside it.
fn quoted(embed: &Embed) -> String {
    let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let author = embed.author.as_ref().and_then(|author| said(&author.name));
    let title = said(&embed.title).map(|title| match said(&embed.url) {
        Some(url) => format!("**[{title}](<{url}>)**"),
        None => format!("**{title}**"),
    });
    let fields = embed.fields.iter().map(|field| format!("**{}**: {}", field.name, field.value));
    let parts = [author, title, said(&embed.description)].into_iter().flatten().chain(fields);
    let text = parts.collect::<Vec<_>>().join("\n\n");
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

/// A message's text.
pub(super) fn of(
    discord: &str,
    named: &[User],
    usernames: &Usernames,
    rooms: &HashMap<String, String>,
) -> Text {
    // the longest first, so that `@Ada Lovelace` is not `@Ada`
    let mut shown: Vec<(&str, &str)> = named
        .iter()
        .filter_map(|user| Some((user, usernames.get(&user.id)?)))
        .flat_map(|(user, here)| {
            let names = [user.nickname.as_deref(), Some(user.name.as_str())];
            names.into_iter().flatten().map(|name| (name, here.as_str()))
        })
        .filter(|(name, _)| !name.is_empty())
        .collect();
    shown.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    Text::of(discord, |text, part, is_code| {
        if is_code {
            text.content.push_str(part);
            return;
        }
        let mut rest = part;
        while let Some(at) = rest.find(['@', '<']) {
            let (before, mark) = rest.split_at(at);
            text.content.push_str(before);
            rest = match mark.strip_prefix('@') {
                Some(name) => by_name(text, name, &shown),
                None => bracketed(text, &mark[1..], usernames, rooms),
            };
        }
        text.content.push_str(rest);
    })
}

/// `@` and a shown name; what is left after it.
fn by_name<'a>(text: &mut Text, rest: &'a str, shown: &[(&str, &str)]) -> &'a str {
    for (name, here) in shown {
        if let Some(after) = rest.strip_prefix(name)
            && !after.starts_with(char::is_alphanumeric)
        {
            text.name(here);
            return after;
        }
    }
    text.content.push('@');
    rest
}

/// `<@1>`, `<@!1>`, `<#1>`, `<:name:1>`, `<a:name:1>`; what is left after it.
fn bracketed<'a>(
    text: &mut Text,
    rest: &'a str,
    usernames: &Usernames,
    rooms: &HashMap<String, String>,
) -> &'a str {
    let inside = rest.split_once('>');
    let emoji = |inside: &'a str| {
        let name = inside.strip_prefix('a').unwrap_or(inside).strip_prefix(':')?;
        let (name, id) = name.split_once(':')?;
        id.bytes().all(|c| c.is_ascii_digit()).then_some(name)
    };
    if let Some((inside, after)) = inside {
        let user = inside.strip_prefix("@!").or_else(|| inside.strip_prefix('@'));
        if let Some(name) = user.and_then(|id| usernames.get(id)) {
            text.name(name);
            return after;
        }
        if let Some(name) = inside.strip_prefix('#').and_then(|id| rooms.get(id)) {
            text.content.push('#');
            text.content.push_str(name);
            return after;
        }
        if let Some(name) = emoji(inside) {
            text.content.push_str(&format!(":{name}:"));
            return after;
        }
    }
    text.content.push('<');
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_text_names_is_named_as_here() {
        let user = |id: &str, name: &str, nickname: Option<&str>| User {
            id: id.into(),
            name: name.into(),
            nickname: nickname.map(Into::into),
            is_bot: false,
        };
        let named = [user("1", "ada", Some("Ada")), user("2", "adal", Some("Ada Lovelace"))];
        let usernames = HashMap::from([
            ("1".to_owned(), "ada-2".to_owned()),
            ("2".to_owned(), "adal".to_owned()),
        ]);
        let rooms = HashMap::from([("7".to_owned(), "tea".to_owned())]);
        for (discord, here, names) in [
            ("hi @Ada, and @Ada Lovelace", "hi @ada-2, and @adal", vec!["ada-2", "adal"]),
            ("<@1> <@!2> <@3>", "@ada-2 @adal <@3>", vec!["ada-2", "adal"]),
            ("@Adam in <#7> <#8>", "@Adam in #tea <#8>", vec![]),
            ("<:pot:12> <a:cup:13> <b", ":pot: :cup: <b", vec![]),
            ("`@Ada` and ```\n<@1>```", "`@Ada` and ```\n<@1>```", vec![]),
            ("@everyone **bold** ~~gone~~", "@everyone **bold** ~~gone~~", vec![]),
        ] {
            let text = of(discord, &named, &usernames, &rooms);
            assert_eq!((text.content.as_str(), text.mentions), (here, to_owned(names)));
        }
    }

    fn to_owned(names: Vec<&str>) -> Vec<String> {
        names.into_iter().map(str::to_owned).collect()
    }
}
