//! What people type, as it shows: nothing but what is allowed comes into a page.
#![no_main]

#[path = "../../tests/it/markup/judge.rs"]
mod judge;

libfuzzer_sys::fuzz_target!(|content: &str| judge::is_safe(content));
