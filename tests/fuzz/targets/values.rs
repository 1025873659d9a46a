//! Whatever text libFuzzer comes to is read as the value of a tag.
#![no_main]

#[path = "../values.rs"]
mod values;

libfuzzer_sys::fuzz_target!(|text: &str| values::check(text));
