//! What a bot's token must be for, route by route: one place for all of REST. Sockets have theirs in
//! `wire/command`.

use super::routes::{CONVERSATIONS, FILES, GAMES, MESSAGES, PEOPLE, Route, SERVER};
use crate::model::Scope;

/// The scope that a call needs of a bot; none: it is for people alone.
pub(super) fn needed(route: &Route) -> Option<Scope> {
    let reads = route.method == "GET";
    match route.doc.area {
        _ if matches!(route.path, "/api/me" | "/api/me/avatar") => match route.method {
            "GET" => Some(Scope::Read),
            "PATCH" | "PUT" => Some(Scope::Write),
            "DELETE" if route.path == "/api/me/avatar" => Some(Scope::Write),
            _ => None,
        },
        // a program answers what people ask, and asks nothing: two of them would never end
        _ if route.path == "/api/commands" => Some(Scope::Read),
        _ if route.path.starts_with("/api/commands/") => Some(Scope::Write),
        // whom one blocks, and with whom one is friends, is between people
        PEOPLE if route.path.starts_with("/api/me/") => None,
        CONVERSATIONS | MESSAGES | FILES | PEOPLE | GAMES | SERVER if reads => Some(Scope::Read),
        CONVERSATIONS if matches!(route.path.rsplit('/').next(), Some("read" | "notify")) => {
            Some(Scope::Write)
        }
        CONVERSATIONS => Some(Scope::Rooms),
        MESSAGES | FILES => Some(Scope::Write),
        GAMES => Some(Scope::Games),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::routes::ROUTES, *};

    #[test]
    fn what_a_bot_may_do_is_written_down() {
        let of = |method: &str, path: &str| {
            let route = ROUTES.iter().find(|route| (route.method, route.path) == (method, path));
            needed(route.unwrap_or_else(|| panic!("no route {method} {path}")))
        };
        for (method, path, scope) in [
            ("GET", "/api/me", Some(Scope::Read)),
            ("DELETE", "/api/me", None),
            ("POST", "/api/me/password", None),
            ("GET", "/api/me/sessions", None),
            ("GET", "/api/me/blocks", None),
            ("PUT", "/api/me/push", None),
            ("POST", "/api/conversations", Some(Scope::Rooms)),
            ("POST", "/api/conversations/{id}/join", Some(Scope::Rooms)),
            ("GET", "/api/conversations/{id}/messages", Some(Scope::Read)),
            ("POST", "/api/conversations/{id}/messages", Some(Scope::Write)),
            ("POST", "/api/conversations/{id}/read", Some(Scope::Write)),
            ("POST", "/api/conversations/{id}/attachments", Some(Scope::Write)),
            ("PUT", "/api/users/{username}/block", None),
            ("POST", "/api/tournaments", Some(Scope::Games)),
            ("GET", "/api/notifications", None),
            ("GET", "/api/admin/people", None),
            ("GET", "/api/commands", Some(Scope::Read)),
            ("POST", "/api/commands/{id}", Some(Scope::Write)),
            ("POST", "/api/conversations/{id}/commands", None),
            ("POST", "/api/admin/bots", None),
        ] {
            assert_eq!(of(method, path), scope, "{method} {path}");
        }
        for route in ROUTES.iter().filter(|route| route.path.starts_with("/api/admin")) {
            assert_eq!(needed(route), None, "{}", route.path);
        }
    }
}
