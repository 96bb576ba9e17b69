//! A file that calls itself a picture: in pieces or at once the same of it is kept, and looking at
//! it breaks nothing.
#![no_main]

use salon::media::{kind, picture, strip::Stripper};

fn kept(pieces: &[&[u8]]) -> Vec<u8> {
    let (mut stripper, mut out) = (Stripper::default(), Vec::new());
    for piece in pieces {
        stripper.push(piece, &mut out);
    }
    stripper.finish(&mut out);
    out
}

libfuzzer_sys::fuzz_target!(|input: (u16, &[u8])| {
    let (cut, bytes) = input;
    let (first, second) = bytes.split_at(usize::from(cut) % (bytes.len() + 1));
    let whole = kept(&[bytes]);
    assert_eq!(whole, kept(&[first, second]));
    if kind::is_picture(kind::of(&whole)) {
        let _ = picture::look(&whole);
    }
});
