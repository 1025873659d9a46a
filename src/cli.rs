//! The command line, as people of the Prometheus world expect it.
//!
//! Words, and the commands that only ask; what serves is started in `main`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::telemetry::log;

pub mod check_tags;
pub mod explain;

pub use check_tags::CheckTagsArguments;
pub use explain::ExplainArguments;

/// Serves RDS metrics and the thresholds that each database carries as tags, side by side for Prometheus.
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version)]
pub struct Arguments {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Process matters.
    #[command(flatten)]
    pub process: Process,
}

/// Flags of the process; what concerns databases stands in the configuration file.
#[derive(Debug, Args)]
pub struct Process {
    /// Configuration file; without one, the AWS default chain and the defaults
    #[arg(long = "config.file", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Where to listen; as shipped every interface on port 10754, for the demonstration the loopback only
    #[arg(long = "web.listen-address", value_name = "ADDRESS", value_parser = listen_address, global = true)]
    pub listen: Option<SocketAddr>,
    /// Path of the metrics
    #[arg(long = "web.telemetry-path", value_name = "PATH", default_value = "/metrics", global = true)]
    pub telemetry_path: String,
    /// Least severe log lines to write
    #[arg(long = "log.level", value_name = "LEVEL", default_value = "info", value_enum, global = true)]
    pub log_level: LogLevel,
    /// Form of log lines
    #[arg(long = "log.format", value_name = "FORMAT", default_value = "text", value_enum, global = true)]
    pub log_format: LogFormat,
}

/// What plimsoll can do besides serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run against a simulated AWS: no credentials, no network
    Demo,
    /// Check the configuration and say what is wrong with it
    Check,
    /// Say what would become of tags before they are applied; exit code 1 on any issue
    CheckTags(CheckTagsArguments),
    /// Say why databases have the levels they have, from a running exporter or from AWS itself
    Explain(ExplainArguments),
    /// Print the Prometheus alert rules for the configuration
    Rules(RulesArguments),
}

/// How rules are printed.
#[derive(Debug, Args)]
pub struct RulesArguments {
    /// Matchers for every selector, such as 'job="plimsoll"', while another exporter serves the same names
    #[arg(long, value_name = "MATCHERS")]
    pub selector: Option<String>,
    /// How often Prometheus scrapes plimsoll; shorter makes pages come sooner
    #[arg(long = "scrape-interval", value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub scrape_interval: Option<Duration>,
}

/// Log levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// The level's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Forms of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl From<LogFormat> for log::Format {
    fn from(format: LogFormat) -> Self {
        match format {
            LogFormat::Text => Self::Text,
            LogFormat::Json => Self::Json,
        }
    }
}

/// Reads `host:port` and, as Prometheus exporters do, `:port` for every interface.
fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let text = if text.starts_with(':') { format!("0.0.0.0{text}") } else { text.to_owned() };
    text.parse().map_err(|_| format!("`{text}` is no address and port, such as 127.0.0.1:10754 or :10754"))
}
