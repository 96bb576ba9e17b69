//! What the targets share: a dialect's parser, and what holds of all it accepts.

use salon::{
    model::ConversationId,
    wire::{DIALECTS, spoken_at},
};

/// Decodes a frame as the dialect at an address under `/ws` does. Whatever it is, it is refused or
/// understood; what is understood is an object, and is understood the same way again.
pub fn decode(address: &[&str], text: &str) {
    let (dialect, _) = spoken_at(address).expect("a dialect is spoken there");
    let here = Some(ConversationId::fresh());
    let once = DIALECTS[dialect].decode(text, here);
    let again = DIALECTS[dialect].decode(text, here);
    assert_eq!(once, again);
    if let Ok(request) = once {
        assert!(text.trim_start().starts_with('{'));
        assert!(request.reference.is_none_or(|reference| reference.len() <= 128));
    }
}
