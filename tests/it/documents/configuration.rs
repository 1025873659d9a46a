//! `docs/configuration.md` is `config.example.toml`, table by table.

use super::{read, root};

const HEAD: &str = "\
# Configuration

<!-- Made from config.example.toml by `SNAPSHOTS=overwrite cargo test --test it documents`: change that, not this page. -->

plimsoll needs no configuration file.
With one, it is a TOML file: `plimsoll --config.file=plimsoll.toml`.
`plimsoll check --config.file=plimsoll.toml` reports every mistake in one run, with file, line, column and remedy.
A change takes effect with a [reload](running.md#reload), in `[web]` and `[state]` with a restart.

Below is every key with its default; a key without a default is commented out.
The file `config.example.toml` holds the same in one piece.
";

#[test]
fn the_page_of_the_configuration_is_up_to_date() {
    let path = root().join("docs/configuration.md");
    let made = page(&read("config.example.toml"));
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        std::fs::write(&path, &made).unwrap();
    }
    snapbox::assert_data_eq!(std::fs::read_to_string(&path).unwrap_or_default(), snapbox::Data::text(made).raw());
}

/// A heading for each table. The comment above a table belongs to it.
fn page(example: &str) -> String {
    let mut page = HEAD.to_owned();
    let mut lines = Vec::new();
    let mut title = "At the top".to_owned();
    for paragraph in example.split("\n\n").skip(1) {
        if let Some(table) = paragraph.lines().find_map(table) {
            page += &section(&title, &lines);
            (title, lines) = (table, Vec::new());
        }
        lines.push(paragraph.trim_end());
    }
    page + &section(&title, &lines)
}

/// The name of the table that a line begins, commented out or not.
fn table(line: &str) -> Option<String> {
    let line = line.strip_prefix("# ").unwrap_or(line);
    let is_name = |text: &str| text.chars().all(|one| one.is_ascii_alphanumeric() || "._<>".contains(one));
    let name = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
    let name = name.or_else(|| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')))?;
    is_name(name).then(|| name.to_owned())
}

fn section(title: &str, paragraphs: &[&str]) -> String {
    format!("\n## {title}\n\n```toml\n{}\n```\n", paragraphs.join("\n\n"))
}
