//! The programs that `make setup` has put into `.tools`.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program below `.tools`.
pub(crate) fn tool(path: &str) -> Command {
    let tool = project().join(".tools").join(path);
    assert!(tool.exists(), "{} is missing, run `make setup` first", tool.display());
    bare(tool)
}

/// A command that inherits only `PATH`: no proxy settings, no AWS account.
pub(crate) fn bare(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs promtool with `input` on its standard input.
pub(crate) fn promtool(arguments: &[&str], input: &str) -> Output {
    run(tool("bin/promtool").args(arguments), input)
}

/// Runs a command to its end with `input` on its standard input, which is smaller than a pipe or read before output.
pub(crate) fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn promtool_reads_a_page_from_its_input() {
    let check = |page: &str| promtool(&["check", "metrics"], page).status.success();
    assert!(check("# HELP doors_open Doors.\n# TYPE doors_open gauge\ndoors_open 1\n"));
    assert!(!check("a_b{ 1\n"));
}
