//! Whatever text libFuzzer comes to is read as the tags of a database.
#![no_main]

#[path = "../tags.rs"]
mod tags;

libfuzzer_sys::fuzz_target!(|text: &str| tags::check(text));
