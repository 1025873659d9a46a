//! Finds and runs promtool.

use std::path::PathBuf;
use std::process::Command;

/// Runs `promtool <arguments> <files>`; panics with its output unless it succeeds.
pub(super) fn run(arguments: &[&str], files: &[PathBuf]) {
    let output = Command::new(program()).args(arguments).args(files).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "promtool {arguments:?} found:\n{stdout}{stderr}");
}

/// The program in `PLIMSOLL_PROMTOOL`, or the one that `make setup` installed, or the one in `PATH`.
fn program() -> PathBuf {
    let named = std::env::var_os("PLIMSOLL_PROMTOOL").map(PathBuf::from);
    let installed = super::root().join(".tools/bin/promtool");
    let in_path = || {
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .map(|folder| folder.join("promtool"))
            .find(|path| path.is_file())
    };
    named
        .or_else(|| installed.is_file().then_some(installed))
        .or_else(in_path)
        .expect("no promtool in PLIMSOLL_PROMTOOL, .tools/bin or PATH: `make test` installs it")
}
