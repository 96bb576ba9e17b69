//! A line of an import: refused, or one that is written as it was read.
#![no_main]

use salon::change::Line;

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let Ok(line) = serde_json::from_slice::<Line>(text) else { return };
    let _ = line.check();
    let written = serde_json::to_vec(&line).expect("what was read can be written");
    let again: Line = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(line, again);
});
