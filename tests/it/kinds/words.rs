//! The names of services stand in the table of kinds and where AWS's own words are read, and nowhere else in `src`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use plimsoll::catalog;
use plimsoll::resource::{KINDS, SERVICES};

/// The table; field names as AWS writes them; the simulated AWS, which has its own copy of AWS's words; and Terraform's
/// names of resources, some of which begin as series do.
const ALLOWED: [&str; 4] = ["resource/kinds.rs", "resource/described", "sim", "offline/terraform.rs"];

#[test]
fn services_are_named_in_the_table_of_kinds_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let words = words();
    let metrics: BTreeSet<&str> = catalog::rows().map(|row| row.metric).collect();
    let mut found = Vec::new();
    for path in files_below(&root) {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let is_test = name.ends_with("tests.rs") || name.contains("/tests/") || name == "resource/fixture.rs";
        if is_test || ALLOWED.iter().any(|allowed| name.starts_with(allowed)) {
            continue;
        }
        for (line, text) in code(&std::fs::read_to_string(&path).unwrap()) {
            let named = |text: &str| !metrics.contains(text) && words.iter().any(|is_word| is_word(text));
            found.extend(
                text.split('"')
                    .skip(1)
                    .step_by(2)
                    .filter(|text| named(text))
                    .map(|text| format!("{name}:{line}: {text:?} belongs into src/resource/kinds.rs")),
            );
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Whether a text has a word of a service in it.
type IsWord = Box<dyn Fn(&str) -> bool>;

fn words() -> Vec<IsWord> {
    let dimensions = KINDS.iter().flat_map(|kind| kind.dimensions);
    let anywhere = SERVICES.iter().flat_map(|service| [&service.namespace, &service.prefix]).chain(dimensions);
    let anywhere = anywhere.map(|word| Box::new(move |text: &str| text.contains(word)) as IsWord);
    let alert = |prefix: &'static str| {
        let is_alert = move |text: &str| {
            let rest = text.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|first: char| first.is_ascii_uppercase()))
        };
        Box::new(is_alert) as IsWord
    };
    anywhere.chain(SERVICES.iter().map(|service| alert(service.alert_prefix))).collect()
}

/// The lines without comments, up to the tests at the end of the file.
fn code(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
    let without_comment = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    lines.map(|(index, line)| (index + 1, without_comment(line))).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
