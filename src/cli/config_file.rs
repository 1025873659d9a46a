//! The flag that names the configuration file.

use std::path::PathBuf;

use clap::Args;

/// The configuration file, for the server and for each command that reads it.
#[derive(Debug, Clone, Args)]
pub struct ConfigFile {
    /// Configuration file; without it, defaults and the AWS default credential chain
    #[arg(id = "config", long = "config.file", value_name = "FILE")]
    pub path: Option<PathBuf>,
}
