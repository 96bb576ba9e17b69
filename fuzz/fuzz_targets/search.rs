//! What is typed to search, and a text: what is found stands there, is led to by the index, and its
//! snippet is no markup but for the marks.
#![no_main]

use salon::model::{
    grams::{Folded, Grams, needed},
    search::{Search, snippet},
};

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| {
    let (typed, text) = input;
    let search = Search::parse(typed);
    let folded = Folded::of(text);
    let mut grams = Grams::default();
    grams.add_text(folded.as_str());
    let Some(marks) = search.marks(&folded) else { return };
    for term in &search.terms {
        for piece in needed(term) {
            assert!(grams.as_str().contains(&piece), "{term:?} in {text:?} is not led to");
        }
    }
    let html = snippet(text, &marks).replace("<mark>", "").replace("</mark>", "");
    assert!(!html.contains(['<', '>']), "{html}");
});
