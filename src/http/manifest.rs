//! The manifest, by which browsers install the web client: the file of that name, called as the
//! server is, in every language that there are words for. Where the file has `name` or
//! `description` as a key of words, like `friends.title`, browsers are given the words.

use std::collections::BTreeMap;

use http::{HeaderMap, Method};
use serde_json::{Map, Value};
use warp::reply::Response;

use super::{assets, edition};

/// Its name, and its media type.
pub(super) const NAME: &str = "manifest.webmanifest";
const KIND: &str = "application/manifest+json";

/// The language of who prefers none of those that there are.
const USUAL: &str = "en";

/// What words stand in.
const WORDED: [&str; 2] = ["name", "description"];

/// The words of each language.
type Languages = BTreeMap<String, Map<String, Value>>;

/// The manifest of a server that is called `name`.
pub(super) fn answer(name: &str, method: &Method, headers: &HeaderMap) -> Response {
    let made = || {
        let mut manifest: Value = serde_json::from_slice(&assets::read(NAME)?).ok()?;
        let languages: Languages = assets::names()
            .filter_map(|file| {
                let language = edition::language(&file)?.to_owned();
                Some((language, serde_json::from_slice(&assets::read(&file)?).ok()?))
            })
            .collect();
        translate(&mut manifest, &languages);
        manifest["name"] = name.into();
        manifest["short_name"] = name.into();
        serde_json::to_vec(&manifest).ok()
    };
    assets::made_answer(made(), KIND, method, headers)
}

/// Puts words for keys, here and in all that this is made of.
fn translate(value: &mut Value, languages: &Languages) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| translate(value, languages)),
        Value::Object(object) => {
            for word in WORDED {
                let Some(key) = object.get(word).and_then(Value::as_str).map(str::to_owned) else {
                    continue;
                };
                let mut said: Map<String, Value> = (languages.iter())
                    .filter_map(|(language, words)| {
                        Some((language.clone(), words.get(&key)?.clone()))
                    })
                    .collect();
                if let Some(usual) = said.remove(USUAL) {
                    object.insert(word.to_owned(), usual);
                    object.insert(format!("{word}_localized"), said.into());
                }
            }
            object.values_mut().for_each(|value| translate(value, languages));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
