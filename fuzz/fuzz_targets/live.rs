//! Document 000's frames.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| salon_fuzz::decode(&["chat"], text));
