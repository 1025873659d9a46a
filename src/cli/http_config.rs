//! The flag of the commands that query a running exporter or a Prometheus.

use std::path::PathBuf;

use clap::Args;

use crate::http::client::Access;

/// How a server is reached. The name of the field is the name of the argument in clap, so it must be unique.
#[derive(Debug, Default, Args)]
pub struct HttpConfig {
    /// File with the password and the certificates for a server that needs them, in the format of promtool
    #[arg(long = "http.config.file", value_name = "FILE")]
    http_config_file: Option<PathBuf>,
}

impl HttpConfig {
    /// What the file holds; without one, only the authorities of the operating system.
    ///
    /// # Errors
    /// Every mistake in the file and in those that it names.
    pub fn load(&self) -> anyhow::Result<Access> {
        Ok(self.http_config_file.as_deref().map(Access::load).transpose()?.unwrap_or_default())
    }
}
