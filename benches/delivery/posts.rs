//! What is posted. Every message carries a number, in its text and as its client id, by which its
//! deliveries are known again.

/// Stands before the number; no name, id or word of the frames ends in it.
pub const MARK: &[u8] = b"Nr";
/// Digits of every number, so that all frames are of one length and a number is written in place.
pub const DIGITS: usize = 10;

/// What a person might say: about the length of a line of chat.
const WORDS: &str = "well said, see you all tomorrow at the harbour then";

/// A frame's text with places for the number.
#[derive(Clone)]
pub struct Post {
    text: Vec<u8>,
    /// Where digits go.
    places: Vec<usize>,
}

impl Post {
    /// A message to one of Salon's conversations, as the native dialect asks for it.
    pub fn to_salon(chat_id: &str) -> Post {
        Post::new(format!(
            r#"{{"action":"new_message","data":{{"content":"Nr########## {WORDS}","chat_id":"{chat_id}","timestamp":"2026-01-01T00:00:00.000Z","client_id":"Nr##########"}}}}"#
        ))
    }

    /// A message to the bare server, which sends it on as it is: made as long as what Salon
    /// delivers, so that both move the same number of bytes.
    pub fn to_bare(length: usize) -> Post {
        let head = format!(
            r#"{{"action":"new_message","data":{{"content":"Nr########## {WORDS}","filler":""#
        );
        let filler = "-".repeat(length.saturating_sub(head.len() + 3));
        Post::new(format!(r#"{head}{filler}"}}}}"#))
    }

    fn new(text: String) -> Post {
        let text = text.into_bytes();
        let places = (0..text.len())
            .filter(|at| text[*at..].starts_with(b"Nr#"))
            .map(|at| at + MARK.len())
            .collect();
        Post { text, places }
    }

    /// The text of message `number`.
    pub fn write(&mut self, number: u64) -> &[u8] {
        for place in &self.places {
            let mut rest = number;
            for digit in self.text[*place..place + DIGITS].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
        }
        &self.text
    }
}

/// Asks for what a client has missed since a change.
pub fn resume(cursor: u64) -> Vec<u8> {
    format!(r#"{{"action":"resume","data":{{"cursor":{cursor}}}}}"#).into_bytes()
}

/// A message's text and client id as they are stored, for the bare database.
pub fn stored(number: u64) -> (String, String) {
    (format!("Nr{number:010} {WORDS}"), format!("Nr{number:010}"))
}
