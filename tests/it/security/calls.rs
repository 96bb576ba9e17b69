//! Who may make each call: a row for each of the table of routes.

use serde_json::{Value, json};

use super::rules::Rule;

/// A call: how, where, who may, and a body that gets as far as the question.
pub type Call = (&'static str, &'static str, Rule, Option<Value>);

/// All of them.
pub fn calls() -> Vec<Call> {
    [accounts(), conversations(), others(), administration()].concat()
}

fn accounts() -> Vec<Call> {
    vec![
        ("POST", "/api/auth/register", Rule::Open, None),
        ("POST", "/api/auth/login", Rule::Open, None),
        ("POST", "/api/auth/refresh", Rule::Open, None),
        ("POST", "/api/auth/link", Rule::Open, None),
        ("POST", "/api/auth/logout", Rule::SignedIn, None),
        ("GET", "/api/invitations/{token}", Rule::Open, None),
        ("GET", "/api/me", Rule::SignedIn, None),
        ("PATCH", "/api/me", Rule::SignedIn, Some(json!({}))),
        ("DELETE", "/api/me", Rule::SignedIn, Some(json!({ "password": "wrong horse battery" }))),
        ("POST", "/api/me/password", Rule::SignedIn, None),
        ("PUT", "/api/me/avatar", Rule::SignedIn, None),
        ("DELETE", "/api/me/avatar", Rule::SignedIn, None),
        ("GET", "/api/me/sessions", Rule::SignedIn, None),
        ("DELETE", "/api/me/sessions/{id}", Rule::Owns, None),
        ("GET", "/api/me/blocks", Rule::SignedIn, None),
        ("GET", "/api/me/friends", Rule::SignedIn, None),
        ("PUT", "/api/me/push", Rule::SignedIn, None),
        (
            "DELETE",
            "/api/me/push",
            Rule::SignedIn,
            Some(json!({ "endpoint": "https://updates.push.services.mozilla.com/x" })),
        ),
    ]
}

fn conversations() -> Vec<Call> {
    vec![
        ("GET", "/api/conversations", Rule::SignedIn, None),
        ("POST", "/api/conversations", Rule::SignedIn, None),
        ("GET", "/api/conversations/{id}", Rule::Knows, None),
        ("PATCH", "/api/conversations/{id}", Rule::Runs, Some(json!({ "topic": "taken" }))),
        ("PATCH", "/api/rooms/{id}", Rule::Runs, Some(json!({ "slow_mode": 60 }))),
        ("DELETE", "/api/conversations/{id}", Rule::Runs, None),
        ("POST", "/api/conversations/{id}/join", Rule::Joins, None),
        ("POST", "/api/conversations/{id}/leave", Rule::Leaves, None),
        (
            "PATCH",
            "/api/conversations/{id}/notify",
            Rule::TakesPart,
            Some(json!({ "notify": "none" })),
        ),
        ("GET", "/api/conversations/{id}/members", Rule::TakesPart, None),
        ("PUT", "/api/conversations/{id}/members/{username}", Rule::Adds, None),
        ("DELETE", "/api/conversations/{id}/members/{username}", Rule::Runs, None),
        ("GET", "/api/rooms", Rule::SignedIn, None),
        ("GET", "/api/chats", Rule::SignedIn, None),
        ("PUT", "/api/chats/{username}", Rule::Reaches, None),
        ("GET", "/api/chats/{username}/messages", Rule::HasDirect, None),
        ("GET", "/api/conversations/{id}/messages", Rule::TakesPart, None),
        ("POST", "/api/conversations/{id}/messages", Rule::Writes, Some(json!({ "content": "x" }))),
        (
            "POST",
            "/api/conversations/{id}/send_message",
            Rule::Writes,
            Some(json!({ "content": "x" })),
        ),
        ("POST", "/api/conversations/{id}/read", Rule::TakesPart, Some(json!({ "seq": 1 }))),
        ("POST", "/api/conversations/{id}/attachments", Rule::Writes, None),
        ("GET", "/api/conversations/{id}/pins", Rule::TakesPart, None),
        ("PATCH", "/api/messages/{id}", Rule::Edits, Some(json!({ "content": "x" }))),
        ("DELETE", "/api/messages/{id}", Rule::Deletes, None),
        ("PUT", "/api/messages/{id}/reactions/{emoji}", Rule::Likes, None),
        ("DELETE", "/api/messages/{id}/reactions/{emoji}", Rule::Likes, None),
        ("PUT", "/api/messages/{id}/pin", Rule::Pins, None),
        ("DELETE", "/api/messages/{id}/pin", Rule::Pins, None),
        ("GET", "/api/messages/{id}/history", Rule::SeesVersions, None),
        ("POST", "/api/messages/{id}/report", Rule::Reports, None),
    ]
}

fn others() -> Vec<Call> {
    vec![
        ("GET", "/api/search", Rule::SignedIn, None),
        ("GET", "/api/attachments/{id}", Rule::ReadsFile, None),
        ("GET", "/api/attachments/{id}/thumbnail", Rule::ReadsFile, None),
        ("DELETE", "/api/attachments/{id}", Rule::Owns, None),
        ("GET", "/api/users", Rule::SignedIn, None),
        ("GET", "/api/users/{username}", Rule::SignedIn, None),
        ("GET", "/api/users/{username}/avatar", Rule::SignedIn, None),
        ("PUT", "/api/users/{username}/block", Rule::SignedIn, None),
        ("DELETE", "/api/users/{username}/block", Rule::SignedIn, None),
        ("PUT", "/api/users/{username}/friend", Rule::Reaches, None),
        ("DELETE", "/api/users/{username}/friend", Rule::SignedIn, None),
        ("GET", "/api/notifications", Rule::SignedIn, None),
        ("POST", "/api/notifications/mark_all_as_read", Rule::SignedIn, None),
        ("POST", "/api/notifications/{id}/read", Rule::Owns, None),
        ("GET", "/api/push/key", Rule::SignedIn, None),
        ("GET", "/api/games/{id}", Rule::Plays, None),
        ("POST", "/api/games/{id}/finish", Rule::Plays, Some(json!({ "winner": null }))),
        ("GET", "/api/tournaments", Rule::SignedIn, None),
        ("POST", "/api/tournaments", Rule::SignedIn, None),
        ("GET", "/api/tournaments/{id}", Rule::SignedIn, None),
        ("POST", "/api/tournaments/{id}/join", Rule::SignedIn, None),
        ("POST", "/api/tournaments/{id}/leave", Rule::SignedIn, None),
        ("POST", "/api/tournaments/{id}/start", Rule::Organises, None),
        ("POST", "/api/tournaments/{id}/cancel", Rule::Organises, None),
        ("GET", "/api/rooms/{id}/hooks", Rule::Runs, None),
        (
            "POST",
            "/api/rooms/{id}/hooks",
            Rule::Runs,
            Some(json!({ "kind": "incoming", "name": "CI" })),
        ),
        ("DELETE", "/api/rooms/{id}/hooks/{hook}", Rule::Runs, None),
        ("GET", "/api/commands", Rule::SignedIn, None),
        (
            "POST",
            "/api/conversations/{id}/commands",
            Rule::Writes,
            Some(json!({ "name": "roll", "text": "2d6" })),
        ),
        // whom a run means is a bot
        ("POST", "/api/commands/{id}", Rule::Nobody, Some(json!({ "text": "7" }))),
        ("POST", "/hooks/{token}", Rule::Open, None), // the token is who it is
        ("GET", "/healthz", Rule::Open, None),
        ("GET", "/api/server", Rule::Open, None),
        ("GET", "/api/emoji", Rule::Open, None),
        ("GET", "/api/openapi.json", Rule::Open, None),
    ]
}

fn administration() -> Vec<Call> {
    vec![
        ("GET", "/api/admin/server", Rule::Administers, None),
        ("PATCH", "/api/admin/server", Rule::Administers, Some(json!({ "name": "Taken" }))),
        ("GET", "/api/admin/invitations", Rule::Administers, None),
        ("POST", "/api/admin/invitations", Rule::Administers, Some(json!({}))),
        ("DELETE", "/api/admin/invitations/{id}", Rule::Administers, None),
        ("GET", "/api/admin/invitations/{id}/qr", Rule::Administers, None),
        ("GET", "/api/admin/people", Rule::Administers, None),
        ("GET", "/api/admin/people/{username}", Rule::Administers, None),
        (
            "PATCH",
            "/api/admin/people/{username}",
            Rule::Administers,
            Some(json!({ "role": "admin" })),
        ),
        ("DELETE", "/api/admin/people/{username}", Rule::Administers, None),
        ("POST", "/api/admin/people/{username}/sign_in_link", Rule::Administers, None),
        ("GET", "/api/admin/people/{username}/sessions", Rule::Administers, None),
        ("DELETE", "/api/admin/people/{username}/sessions", Rule::Administers, None),
        ("GET", "/api/admin/bans", Rule::Administers, None),
        ("POST", "/api/admin/bans", Rule::Administers, Some(json!({ "username": "tess" }))),
        ("DELETE", "/api/admin/bans/{id}", Rule::Administers, None),
        ("GET", "/api/admin/rooms", Rule::Administers, None),
        ("PATCH", "/api/admin/rooms/{id}", Rule::Administers, Some(json!({ "owner": "tess" }))),
        ("GET", "/api/admin/reports", Rule::Administers, None),
        ("PATCH", "/api/admin/reports/{id}", Rule::Administers, Some(json!({ "resolved": true }))),
        ("DELETE", "/api/admin/reports/{id}/message", Rule::Administers, None),
        ("GET", "/api/admin/audit", Rule::Administers, None),
        ("GET", "/api/admin/storage", Rule::Administers, None),
        ("GET", "/api/admin/health", Rule::Administers, None),
        ("GET", "/api/admin/backup", Rule::Administers, None),
        ("GET", "/api/admin/diagnosis", Rule::Administers, None),
        (
            "POST",
            "/api/admin/people",
            Rule::Administers,
            Some(json!({ "username": "taken", "password": "wrong horse battery" })),
        ),
        (
            "PUT",
            "/api/admin/people/{username}/password",
            Rule::Administers,
            Some(json!({ "password": "wrong horse battery" })),
        ),
        ("GET", "/api/admin/bots", Rule::Administers, None),
        ("POST", "/api/admin/bots", Rule::Administers, Some(json!({ "username": "robo" }))),
        ("GET", "/api/admin/bots/{username}", Rule::Administers, None),
        ("DELETE", "/api/admin/bots/{username}", Rule::Administers, None),
        (
            "POST",
            "/api/admin/bots/{username}/tokens",
            Rule::Administers,
            Some(json!({ "name": "x", "scopes": ["read"] })),
        ),
        ("DELETE", "/api/admin/bots/{username}/tokens/{id}", Rule::Administers, None),
        ("GET", "/api/admin/commands", Rule::Administers, None),
        (
            "POST",
            "/api/admin/commands",
            Rule::Administers,
            Some(json!({ "name": "roll", "description": "Rolls dice", "bot": "robo" })),
        ),
        (
            "PATCH",
            "/api/admin/commands/{name}",
            Rule::Administers,
            Some(json!({ "description": "Rolls" })),
        ),
        ("DELETE", "/api/admin/commands/{name}", Rule::Administers, None),
    ]
}
