//! The checks of `make fuzz` on all of `tests/fixtures/tags`, which are its seeds.
//!
//! So that the checks are compiled and run in `cargo test`, too; only `make fuzz` builds the targets.

use std::fs;

use crate::support::scrape;
use crate::support::tools::project;

#[path = "../fuzz/encodings.rs"]
mod encodings;
#[path = "../fuzz/labels.rs"]
mod labels;
#[path = "../fuzz/tags.rs"]
mod tags;
#[path = "../fuzz/values.rs"]
mod values;

#[test]
fn the_checks_of_the_fuzz_targets_hold_for_all_fixtures() {
    let mut checked = 0;
    for file in fs::read_dir(project().join("tests/fixtures/tags")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let inline = text.lines().filter_map(|line| line.split_once("tags = ")?.1.split('}').next());
        let tables = text.split("[case.tags]\n").skip(1).filter_map(|rest| rest.split("\n\n").next());
        for set in inline.chain(tables) {
            tags::check(set);
            set.split('"').for_each(values::check);
            checked += 1;
        }
    }
    assert!(checked >= 150, "{checked} sets");
}

#[test]
fn the_checks_of_encodings_and_labels_hold_for_hostile_texts() {
    for text in
        ["gzip", "br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip;q=0", "*;q=0, identity", ",;=,gzip;;q=1", "GZIP;Q=1", "\u{0}"]
    {
        encodings::check(text);
    }
    for text in [
        "",
        "\n",
        "\"",
        "\\",
        "a\\n\"}\n# TYPE m counter\n",
        "\r\n",
        "{}",
        "\u{0}",
        "\u{feff}\u{202e}ü",
        &"\\\"".repeat(3000),
    ] {
        labels::check(text);
    }
}
