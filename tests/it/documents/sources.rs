//! What plimsoll logs and how its own series are called, read from its sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The levels that people see without asking for more.
const MACROS: [&str; 3] = ["error!(", "warn!(", "info!("];

/// The message of each log line, with the file that logs it. Messages that consist of a variable are left out.
pub(super) fn log_messages(folder: &Path) -> Vec<(String, String)> {
    let files = code(folder).into_iter();
    let of_file =
        |(name, code): (String, String)| messages(&code).into_iter().map(move |message| (name.clone(), message));
    let found: Vec<_> = files.flat_map(of_file).collect();
    assert!(found.len() > 10, "{found:?}");
    found
}

/// The annotation of alerts that links to plimsoll; it is named like a series.
const LINK: &str = "plimsoll_url";

/// The names of the series about plimsoll itself.
pub(super) fn own_series(folder: &Path) -> BTreeSet<String> {
    let is_name = |text: &&str| {
        let rest = text.strip_prefix("plimsoll_");
        rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|one| one.is_ascii_lowercase() || one == '_'))
    };
    let strings = code(folder).into_iter().flat_map(|(_, code)| {
        let strings: Vec<String> = code.split('"').filter(is_name).map(str::to_owned).collect();
        strings
    });
    strings.filter(|name| !name.ends_with('_') && name != LINK).collect()
}

/// The code of each file, without tests. The simulated AWS is left out, for it is not part of the exporter, and so is the
/// log's format, which has examples.
fn code(folder: &Path) -> Vec<(String, String)> {
    let named = |path: &PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
    let is_meant =
        |name: &str| !name.starts_with("sim") && !name.starts_with("telemetry/logfmt") && !name.contains("tests");
    let files = files_below(folder).into_iter().filter(|path| is_meant(&named(path)));
    files
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (named(&path), text.split("#[cfg(test)]").next().unwrap().to_owned())
        })
        .collect()
}

/// The last string in each macro call.
fn messages(code: &str) -> Vec<String> {
    let calls = MACROS.iter().flat_map(|name| code.split(name).skip(1));
    let last = |call: &str| {
        let arguments = call.split("\n        );").next()?.split(");\n").next()?;
        let strings: Vec<&str> = arguments.split('"').skip(1).step_by(2).collect();
        strings.last().map(|message| (*message).to_owned())
    };
    calls.filter_map(last).filter(|message| message.contains(' ') || !message.contains('{')).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}
