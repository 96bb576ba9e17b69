//! Frames of documents 001 and 002.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| salon_fuzz::decode(&["chat", "general"], text));
