//! Whatever text libFuzzer comes to is served as the value of a label.
#![no_main]

#[path = "../labels.rs"]
mod labels;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../../it/support/scrape.rs"]
mod scrape;

libfuzzer_sys::fuzz_target!(|text: &str| labels::check(text));
