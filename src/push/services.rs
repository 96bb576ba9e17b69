//! Which push services are spoken to. An endpoint comes from whoever subscribes; without this list the
//! server could be made to call any address, those of its own network among them.

use http::Uri;

/// The longest endpoint that is taken, in bytes.
const MOST_BYTES: usize = 1024;

/// The services of the browsers that there are: a host, or what its name ends with.
const KNOWN: [&str; 4] =
    ["fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"];

/// The services that are spoken to.
#[derive(Clone, Debug, Default)]
pub struct Services {
    /// Those that whoever runs the server has named: scheme, host and port.
    more: Vec<String>,
}

impl Services {
    /// Those of the browsers, and some more by their origins.
    #[must_use]
    pub fn with(more: &[String]) -> Self {
        Self { more: more.to_vec() }
    }

    /// The address that an endpoint is, if it is at a service that is spoken to.
    #[must_use]
    pub fn address(&self, endpoint: &str) -> Option<Uri> {
        if endpoint.len() > MOST_BYTES {
            return None;
        }
        let uri: Uri = endpoint.parse().ok()?;
        let authority = uri.authority()?.as_str();
        let known = uri.scheme_str() == Some("https")
            && KNOWN.iter().any(|service| match service.strip_prefix('.') {
                None => authority.eq_ignore_ascii_case(service),
                Some(domain) => is_below(authority, domain),
            });
        let origin = origin(&uri)?;
        let is_taken = known || self.more.iter().any(|more| more.eq_ignore_ascii_case(&origin));
        is_taken.then_some(uri)
    }
}

/// Scheme, host and port.
pub(super) fn origin(uri: &Uri) -> Option<String> {
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// Whether a host is one label or more below a domain. What holds a port or a person's name is not.
fn is_below(authority: &str, domain: &str) -> bool {
    let host = authority.to_ascii_lowercase();
    let label = host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    label.is_some_and(|label| !label.is_empty() && label.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_lead_to_push_services_and_nowhere_else() {
        let services = Services::with(&["http://127.0.0.1:9000".into()]);
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://wns2-par02p.notify.windows.com/w/?token=BQY",
            "https://web.push.apple.com/QGuQ",
            "http://127.0.0.1:9000/a",
        ] {
            assert!(services.address(endpoint).is_some(), "{endpoint}");
        }
        for endpoint in [
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com:8443/fcm/send/abc",
            "https://fcm.googleapis.com@127.0.0.1/",
            "https://me@fcm.googleapis.com/",
            "https://127.0.0.1:9000/a",
            "http://127.0.0.1:9001/a",
            "http://169.254.169.254/latest/meta-data",
            "https://fcm.googleapis.com.example/",
            "https://evilpush.apple.com/",
            "https://push.apple.com/",
            "https://x@y.push.apple.com/",
            "https://web.push.apple.com:25/",
            "/fcm.googleapis.com",
            "fcm.googleapis.com",
            "",
        ] {
            assert!(services.address(endpoint).is_none(), "{endpoint}");
        }
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(1024));
        assert!(services.address(&long).is_none());
    }
}
