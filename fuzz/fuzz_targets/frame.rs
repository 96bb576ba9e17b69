//! A client's stream: read at once or in pieces, it says the same.
#![no_main]

use salon::wire::frame::{Incoming, Reader};

fn read(inflates: bool, pieces: &[&[u8]]) -> (Vec<Incoming>, bool) {
    let (mut reader, mut heard) = (Reader::default().inflating(inflates), Vec::new());
    for piece in pieces {
        if reader.read(piece, |one| heard.push(one)).is_err() {
            return (heard, true);
        }
    }
    (heard, false)
}

libfuzzer_sys::fuzz_target!(|input: (u16, bool, &[u8])| {
    let (cut, inflates, bytes) = input;
    let (first, second) = bytes.split_at(usize::from(cut) % (bytes.len() + 1));
    assert_eq!(read(inflates, &[bytes]), read(inflates, &[first, second]));
});
