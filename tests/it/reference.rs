//! `docs/metrics.md` is generated from the catalogue.

use std::path::Path;

use plimsoll::catalog;
use plimsoll::config::Selection;
use plimsoll::generate;

use crate::rules::every_service;

/// The page for the shipped configuration with every service.
fn page() -> String {
    generate::metrics(&Selection::of(&every_service()))
}

/// `SNAPSHOTS=overwrite` writes the page instead.
#[test]
fn the_page_of_metrics_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md");
    let made = page();
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        std::fs::write(&path, &made).unwrap();
    }
    snapbox::assert_data_eq!(std::fs::read_to_string(&path).unwrap(), snapbox::Data::text(made).raw());
}

/// Every metric has a line, and every default level has one with its source.
#[test]
fn the_page_has_every_metric_and_default_level() {
    let page = page();
    let lines: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let defaults = catalog::rows().filter_map(|row| row.alert).map(|alert| alert.defaults.len()).sum::<usize>();
    assert_eq!(lines.len(), catalog::rows().count() + defaults);
    for row in catalog::rows() {
        assert!(lines.iter().any(|line| line.starts_with(&format!("| `{}`<br>", row.metric))), "{}", row.metric);
        for levels in row.alert.iter().flat_map(|alert| alert.defaults) {
            assert!(page.contains(levels.source), "{}: {}", row.metric, levels.source);
        }
    }
}
