//! Requests counted, and told to who reads the log closely: what they ask for in one word, how they were
//! answered, how long that took. Never whose they are, nor what stands in them.

use std::{sync::LazyLock, time::Instant};

use warp::reply::Response;

use super::{parts::Parts, routes::ROUTES};
use crate::counts::{Counter, REQUEST_TIMES};

/// What is no call of the table.
const OTHERS: [&str; 4] = ["metrics", "page", "socket", "unknown"];

/// The hundreds of a status.
const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The words that requests are told apart by, and what is counted of each.
static CLASSES: LazyLock<Vec<(&'static str, [Counter; STATUSES.len()])>> = LazyLock::new(|| {
    let mut words: Vec<_> = ROUTES.iter().filter_map(|route| word(route.path)).collect();
    words.extend(OTHERS);
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(|word| (word, Default::default())).collect()
});

/// The word of a path that says what it is about, if it is a call.
fn word(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match first {
        "api" => rest.split('/').next(),
        "healthz" | "hooks" => Some(first),
        _ => None,
    }
}

/// A request that is being answered.
pub(super) struct Passing {
    class: usize,
    method: http::Method,
    began: Instant,
}

impl Passing {
    pub(super) fn begin(parts: &Parts) -> Self {
        let path = parts.path.as_str();
        let name = match path.split('/').nth(1) {
            Some("ws") => "socket",
            Some("metrics") => "metrics",
            Some("api" | "healthz" | "hooks") => word(path).unwrap_or_default(),
            _ => "page",
        };
        let place = |name: &str| CLASSES.binary_search_by(|(class, _)| (*class).cmp(name));
        let class = place(name).or_else(|_| place("unknown")).unwrap_or_default();
        Self { class, method: parts.method.clone(), began: Instant::now() }
    }

    pub(super) fn end(self, answer: &Response) {
        let took = self.began.elapsed();
        REQUEST_TIMES.took(took);
        let status = answer.status();
        let hundreds = usize::from(status.as_u16() / 100).saturating_sub(1);
        let Some((class, counters)) = CLASSES.get(self.class) else { return };
        if let Some(counter) = counters.get(hundreds) {
            counter.one();
        }
        let (method, status) = (self.method.as_str(), status.as_u16());
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(class, method, status, ms, "answered");
    }
}

/// What was counted: class, status, how many; of what there were any.
pub(super) fn counted() -> impl Iterator<Item = (&'static str, &'static str, u64)> {
    let each = CLASSES.iter().flat_map(|(class, counters)| {
        STATUSES.into_iter().zip(counters).map(|(status, counter)| (*class, status, counter.get()))
    });
    each.filter(|(.., count)| *count > 0)
}
