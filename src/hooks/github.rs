//! What GitHub posts by itself (`X-GitHub-Event`), in a few words. Forgejo and Gitea send the same.
//!
//! What strangers write (titles, messages of commits) stands inside links, where it calls nobody.

use serde_json::Value;

use super::{
    fitted,
    markup::{link, plain},
};

/// How many commits of a push are named.
const COMMITS: usize = 5;

/// What is said of an event; nothing of what is not worth a message.
#[must_use]
pub fn said(event: &str, payload: &Value) -> Option<String> {
    let text = match event {
        "ping" => format!("{} will be told of here.", repository(payload)),
        "push" => push(payload)?,
        "pull_request" => {
            let request = &payload["pull_request"];
            let done = match word(&payload["action"]) {
                "closed" if request["merged"] == true => "merged",
                done @ ("opened" | "closed" | "reopened") => done,
                "ready_for_review" => "marked as ready for review",
                _ => return None,
            };
            about(payload, done, "pull request", request)
        }
        "issues" => {
            let done = match word(&payload["action"]) {
                done @ ("opened" | "closed" | "reopened") => done,
                _ => return None,
            };
            about(payload, done, "issue", &payload["issue"])
        }
        "release" if payload["action"] == "published" => {
            let release = &payload["release"];
            let name = [word(&release["name"]), word(&release["tag_name"])];
            let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or("?");
            let name = link(name, word(&release["html_url"]));
            format!("{} published the release {name} of {}.", who(payload), repository(payload))
        }
        _ => return None,
    };
    Some(fitted(&text))
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn who(payload: &Value) -> String {
    format!("**{}**", plain(word(&payload["sender"]["login"])))
}

fn repository(payload: &Value) -> String {
    let repository = &payload["repository"];
    link(word(&repository["full_name"]), word(&repository["html_url"]))
}

fn about(payload: &Value, done: &str, what: &str, one: &Value) -> String {
    let title = format!("#{} {}", one["number"], word(&one["title"]));
    let title = link(&title, word(&one["html_url"]));
    format!("{} {done} the {what} {title} in {}.", who(payload), repository(payload))
}

fn push(payload: &Value) -> Option<String> {
    let (kind, name) = match word(&payload["ref"]).strip_prefix("refs/")?.split_once('/')? {
        ("tags", name) => ("tag", name),
        (_, name) => ("branch", name),
    };
    let (who, repository) = (who(payload), repository(payload));
    let name = plain(name);
    if payload["deleted"] == true {
        return Some(format!("{who} deleted the {kind} {name} of {repository}."));
    }
    let commits = payload["commits"].as_array().map_or(&[][..], Vec::as_slice);
    if commits.is_empty() {
        let made = payload["created"] == true;
        return made.then(|| format!("{who} made the {kind} {name} in {repository}."));
    }
    let count = commits.len();
    let words = if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") };
    let words = link(&words, word(&payload["compare"]));
    let forced = if payload["forced"] == true { "force-pushed" } else { "pushed" };
    let mut text = format!("{who} {forced} {words} to {name} of {repository}:\n");
    for commit in commits.iter().take(COMMITS) {
        let id: String = word(&commit["id"]).chars().take(7).collect();
        let title = word(&commit["message"]).lines().next().unwrap_or_default();
        let title: String = title.chars().take(120).collect();
        text.push_str(&format!("\n- {}", link(&format!("{id} {title}"), word(&commit["url"]))));
    }
    if count > COMMITS {
        text.push_str(&format!("\n- … {} more", count - COMMITS));
    }
    Some(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_are_told_in_a_few_words() {
        let base = json!({
            "sender": { "login": "octo" },
            "repository": { "full_name": "o/r", "html_url": "https://github.com/o/r" },
        });
        let with = |more: Value| {
            let mut payload = base.clone();
            payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            payload
        };
        let push = with(json!({ "ref": "refs/heads/main", "compare": "https://github.com/c",
            "commits": [{ "id": "0123456789", "message": "Fix @room\n\nmore", "url": "https://github.com/1" }] }));
        let told = said("push", &push).unwrap();
        assert!(
            told.starts_with(
                "**octo** pushed [1 commit](<https://github.com/c>) to main of [o\\/r]"
            ),
            "{told}"
        );
        assert!(told.ends_with("\n- [0123456 Fix @room](<https://github.com/1>)"), "{told}");
        assert!(crate::model::markup::names_in(&told).is_empty(), "nobody is called");
        let merged = with(json!({ "action": "closed", "pull_request":
            { "number": 3, "title": "T", "merged": true, "html_url": "https://github.com/3" } }));
        assert!(
            said("pull_request", &merged)
                .unwrap()
                .starts_with("**octo** merged the pull request [\\#3 T]")
        );
        let issue = with(json!({ "action": "opened", "issue": { "number": 4, "title": "x" } }));
        assert!(said("issues", &issue).unwrap().contains("opened the issue \\#4 x in"));
        let release = with(json!({ "action": "published", "release": { "tag_name": "v1" } }));
        assert!(said("release", &release).unwrap().contains("published the release v1"));
        assert!(said("ping", &base).is_some());
        for quiet in [
            ("issues", with(json!({ "action": "labeled" }))),
            ("star", base.clone()),
            ("push", json!({})),
        ] {
            assert_eq!(said(quiet.0, &quiet.1), None, "{}", quiet.0);
        }
    }
}
