//! Whatever text libFuzzer comes to is read as `Accept-Encoding`.
#![no_main]

#[path = "../encodings.rs"]
mod encodings;

libfuzzer_sys::fuzz_target!(|text: &str| encodings::check(text));
