//! Document 003's frames.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| salon_fuzz::decode(&["events"], text));
