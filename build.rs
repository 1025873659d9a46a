//! Gives the program its revision and how it was built, for `--version` and `plimsoll_build_info`.

use std::env;
use std::process::Command;

/// Set by whoever builds without a repository, such as the Dockerfile.
const REVISION: &str = "PLIMSOLL_REVISION";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={REVISION}");
    let profile = variable("PROFILE").unwrap_or_default();
    let revision = variable(REVISION).or_else(|| of_repository(&profile)).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env={REVISION}={revision}");
    let target = variable("TARGET").unwrap_or_default();
    let compiler = variable("RUSTC").and_then(|rustc| output(Command::new(rustc).arg("--version"))).unwrap_or_default();
    println!(
        "cargo::rustc-env=PLIMSOLL_BUILD={profile}, {target}, {}",
        compiler.split(" (").next().unwrap_or_default()
    );
}

/// The commit that is checked out. Only for releases: in development each commit would compile everything again.
fn of_repository(profile: &str) -> Option<String> {
    if profile != "release" {
        return None;
    }
    // Every commit and every checkout adds a line to this file.
    let log = output(Command::new("git").args(["rev-parse", "--git-path", "logs/HEAD"]))?;
    println!("cargo::rerun-if-changed={log}");
    output(Command::new("git").args(["rev-parse", "--short=12", "HEAD"]))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// What a program prints, if it succeeds and prints something.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
