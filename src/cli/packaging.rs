//! What packages ship beside the program: completions for shells and man pages, made from the commands.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};
use clap_complete::Shell;

const NAME: &str = "plimsoll";

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// Folder for the pages, one for each command; it is made if it does not exist
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
}

/// The script that completes commands and options in a shell.
///
/// # Errors
/// The script is not UTF-8.
pub fn completions(arguments: &CompletionsArguments, mut program: Command) -> anyhow::Result<String> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, NAME, &mut script);
    String::from_utf8(script).context("cannot read the completions")
}

/// Writes the man pages.
///
/// # Errors
/// The folder cannot be made, or a page cannot be written.
pub fn man(arguments: &ManArguments, program: Command) -> anyhow::Result<()> {
    let folder = &arguments.output;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    clap_mangen::generate_to(program, folder).with_context(|| format!("cannot write man pages to {}", folder.display()))
}
