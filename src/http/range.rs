//! Which part of a file a request wants (RFC 9110, sections 13.1.5 and 14).

use http::{HeaderMap, header};

/// What of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// All of it.
    Whole,
    /// Some bytes: from one, up to before another.
    Part {
        /// The first.
        from: u64,
        /// After the last.
        to: u64,
    },
    /// None that it has.
    Outside,
}

/// What of a file of `size` bytes, known as `tag`, a request asks for. Several ranges at once, and
/// what is not understood, get all of it.
pub(super) fn asked(headers: &HeaderMap, tag: &str, size: u64) -> Range {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let Some(range) = text(header::RANGE) else { return Range::Whole };
    // a part only continues what the client has of the same bytes
    if text(header::IF_RANGE).is_some_and(|known| known != tag) {
        return Range::Whole;
    }
    let Some(range) = range.strip_prefix("bytes=").map(str::trim) else { return Range::Whole };
    let Some((first, last)) = range.split_once('-') else { return Range::Whole };
    let number = |text: &str| -> Option<u64> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (from, to) = match (number(first), number(last)) {
        (Some(from), None) if last.is_empty() => (from, size),
        (Some(from), Some(last)) if from <= last => (from, last.saturating_add(1).min(size)),
        (None, Some(count)) if first.is_empty() => (size.saturating_sub(count), size),
        _ => return Range::Whole,
    };
    if from < to { Range::Part { from, to } } else { Range::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &'static str) -> Range {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, http::HeaderValue::from_static(range));
        asked(&headers, "\"t\"", 100)
    }

    #[test]
    fn ranges_are_understood_or_passed_over() {
        let part = |from, to| Range::Part { from, to };
        assert_eq!(of("bytes=0-0"), part(0, 1));
        assert_eq!(of("bytes=10-19"), part(10, 20));
        assert_eq!(of("bytes=90-"), part(90, 100));
        assert_eq!(of("bytes=90-99999999999999999999999"), part(90, 100));
        assert_eq!(of("bytes=-10"), part(90, 100));
        assert_eq!(of("bytes=-1000"), part(0, 100));
        for outside in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(of(outside), Range::Outside, "{outside}");
        }
        for other in ["bytes=5-4", "bytes=a-b", "bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=-"] {
            assert_eq!(of(other), Range::Whole, "{other}");
        }
    }

    #[test]
    fn a_part_of_other_bytes_is_not_given() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, http::HeaderValue::from_static("bytes=1-2"));
        headers.insert(header::IF_RANGE, http::HeaderValue::from_static("\"old\""));
        assert_eq!(asked(&headers, "\"t\"", 100), Range::Whole);
        assert_eq!(asked(&headers, "\"old\"", 100), Range::Part { from: 1, to: 3 });
    }
}
