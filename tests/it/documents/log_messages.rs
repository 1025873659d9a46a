//! The messages that plimsoll logs, read from its sources.

use std::path::{Path, PathBuf};

/// The levels that people see without asking for more.
const MACROS: [&str; 3] = ["error!(", "warn!(", "info!("];

/// The message of each log line, with the file that logs it. Messages that consist of a variable are left out.
pub(super) fn all(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in files_below(folder) {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        // The simulated AWS logs for its own developers, and the formatter only in its tests.
        if name.starts_with("sim") || name.starts_with("telemetry/logfmt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        found.extend(messages(code).into_iter().map(|message| (name.clone(), message)));
    }
    assert!(found.len() > 10, "{found:?}");
    found
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
