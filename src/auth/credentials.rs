//! What a request shows for itself: a token, where it stood, and the page it comes from.
//!
//! The first of these counts (section 2): the `Authorization` header, `?token=`, on a socket the
//! subprotocol, the web client's cookie. A cookie is sent by the browser whatever page asks, so one
//! counts only with the origin of our own page.

use http::{HeaderMap, header};

/// The web client's cookies.
pub const ACCESS_COOKIE: &str = "salon_access";
/// Sent to `/api/auth` alone.
pub const REFRESH_COOKIE: &str = "salon_refresh";

/// How the tokens of bots begin.
pub const BOT_TOKEN: &str = "salon_bot_";

/// What a socket's client offers beside its token, and is answered.
pub const SUBPROTOCOL: &str = "salon.v1";

/// A token, and whether the browser added it by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The token.
    pub token: String,
    /// Whether it stood in a cookie.
    pub by_cookie: bool,
}

/// The token that a request shows, if any.
#[must_use]
pub fn shown(headers: &HeaderMap, query_token: Option<&str>, is_socket: bool) -> Option<Shown> {
    let own = |token: &str| Shown { token: token.to_owned(), by_cookie: false };
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        // a header that is there and no bearer's is a mistake, not a reason to look further
        let value = value.to_str().unwrap_or_default();
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        let is_bearer = scheme.eq_ignore_ascii_case("bearer");
        return Some(own(if is_bearer { token.trim() } else { "" }));
    }
    if let Some(token) = query_token {
        return Some(own(token));
    }
    if is_socket && let Some(token) = offered(headers).find_map(token_in) {
        return Some(own(token));
    }
    let token = cookie(headers, ACCESS_COOKIE)?.to_owned();
    Some(Shown { token, by_cookie: true })
}

/// The token that a subprotocol is: after `bearer.`, or bare as some clients of document 004 have it.
fn token_in(offered: &str) -> Option<&str> {
    let parts = |token: &str| token.split('.').filter(|part| !part.is_empty()).count();
    let is_bare = parts(offered) == 3 || offered.starts_with(BOT_TOKEN);
    offered.strip_prefix("bearer.").or_else(|| is_bare.then_some(offered))
}

/// Which of the offered subprotocols a socket speaks: browsers want one of them named. A token is,
/// to the client whose it is, only where there is nothing else.
#[must_use]
pub fn spoken(headers: &HeaderMap) -> Option<&str> {
    let ours = offered(headers).find(|offered| *offered == SUBPROTOCOL);
    let other = || offered(headers).find(|offered| token_in(offered).is_none());
    ours.or_else(other).or_else(|| offered(headers).next())
}

/// The subprotocols that a socket's client offers.
pub fn offered(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).into_iter();
    lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim)
}

/// A cookie's value.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Where our own page is, as far as one request tells, and which other pages are trusted.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    /// `http` or `https`, as the client sees it.
    pub scheme: &'a str,
    /// How people reach the server, when that differs.
    pub public_url: Option<&'a str>,
    /// Other origins that may ask.
    pub trusted: &'a [String],
}

/// Whether the page that asks is ours or a trusted one: scheme, host and port alike. None: the
/// request does not say, as no browser's would.
#[must_use]
pub fn is_from_home(headers: &HeaderMap, home: Home<'_>) -> Option<bool> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        let site = headers.get("sec-fetch-site")?.as_bytes();
        return Some(site == b"same-origin" || site == b"none");
    };
    let origin = origin.to_str().unwrap_or("null");
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let own = normal(&format!("{}://{host}", home.scheme));
    let asked = normal(origin);
    let others = home.trusted.iter().map(String::as_str).chain(home.public_url);
    Some(asked.is_some() && (asked == own || others.map(normal).any(|other| asked == other)))
}

/// Whether this page is one of the trusted others (for CORS).
#[must_use]
pub fn is_trusted(origin: &str, trusted: &[String]) -> bool {
    let asked = normal(origin);
    asked.is_some() && trusted.iter().any(|other| normal(other) == asked)
}

/// Scheme, host and port of an address, in one spelling.
fn normal(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split('/').next()?.to_ascii_lowercase();
    if host.is_empty() {
        return None;
    }
    let default = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(default).map_or(host.clone(), str::to_owned);
    Some((scheme, host))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect()
    }

    #[test]
    fn the_first_of_header_query_subprotocol_and_cookie_counts() {
        let all = headers(&[
            ("authorization", "Bearer a"),
            ("sec-websocket-protocol", "salon.v1, bearer.c"),
            ("cookie", "x=1; salon_access=d"),
        ]);
        assert_eq!(shown(&all, Some("b"), true).unwrap().token, "a");
        let mut less = all.clone();
        less.remove("authorization");
        assert_eq!(shown(&less, Some("b"), true).unwrap().token, "b");
        assert_eq!(shown(&less, None, true).unwrap().token, "c");
        let by_cookie = shown(&less, None, false).unwrap();
        assert_eq!((by_cookie.token.as_str(), by_cookie.by_cookie), ("d", true));
    }

    #[test]
    fn home_is_scheme_host_and_port() {
        let trusted = vec!["https://app.example".to_owned()];
        let home =
            Home { scheme: "http", public_url: Some("https://chat.example/"), trusted: &trusted };
        let from = |origin: &str| {
            is_from_home(&headers(&[("host", "nas.local:8080"), ("origin", origin)]), home)
        };
        for ours in ["http://nas.local:8080", "https://chat.example", "https://app.example:443"] {
            assert_eq!(from(ours), Some(true), "{ours}");
        }
        for foreign in [
            "http://nas.local",
            "https://nas.local:8080",
            "http://nas.local:8081",
            "null",
            "",
            "http://nas.local:8080.evil.example",
            "http://evil.example",
            "https://chat.example.evil",
        ] {
            assert_eq!(from(foreign), Some(false), "{foreign}");
        }
        assert_eq!(is_from_home(&headers(&[("host", "x")]), home), None);
    }
}
