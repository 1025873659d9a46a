//! Golden files: texts that change only on purpose.

use std::path::PathBuf;

/// Compares with `tests/fixtures/<name>`; `SNAPSHOTS=overwrite` writes the file instead.
#[track_caller]
pub(crate) fn check(name: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let text = actual.to_owned() + if actual.ends_with('\n') { "" } else { "\n" };
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    snapbox::assert_data_eq!(snapbox::Data::text(text).raw(), snapbox::Data::text(expected).raw());
}
