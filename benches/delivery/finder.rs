//! Tells deliveries from all other frames, in a few nanoseconds: frames of a run look alike, so
//! what was found in one is mostly at the same place in the next.

use crate::posts::{DIGITS, MARK};

/// What a delivery's frame says of itself.
const ACTION: &[u8] = br#""new_message""#;

/// Remembers where things were.
#[derive(Default)]
pub struct Finder {
    action_at: usize,
    mark_at: usize,
}

impl Finder {
    /// The number of the message that a text frame delivers, if it delivers one.
    #[inline]
    pub fn delivery(&mut self, text: &[u8]) -> Option<u64> {
        if !text.get(self.action_at..).is_some_and(|rest| rest.starts_with(ACTION)) {
            self.action_at = find(text, ACTION)?;
        }
        if let Some(number) = number(text, self.mark_at) {
            return Some(number);
        }
        let at = (0..text.len()).find(|at| number(text, *at).is_some())?;
        self.mark_at = at;
        number(text, at)
    }
}

/// The number whose mark stands at `at`.
#[inline]
fn number(text: &[u8], at: usize) -> Option<u64> {
    let digits = text.get(at..at + MARK.len() + DIGITS)?.strip_prefix(MARK)?;
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })
}

/// The number that stands in `text` right after `what`.
pub fn number_after(text: &[u8], what: &[u8]) -> Option<u64> {
    let rest = &text[find(text, what)? + what.len()..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

/// Where `what` first stands in `text`.
pub fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
