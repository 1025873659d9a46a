//! The command line, with flags named as in Prometheus' own programs.
//!
//! Flags, and the commands that print an answer and end. `main` starts the server.

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
    /// A command to run instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Flags of the process.
    #[command(flatten)]
    pub process: Process,
}

/// Flags of the process; settings about databases are in the configuration file.
#[derive(Debug, Args)]
pub struct Process {
    /// Configuration file; without it, defaults and the AWS default credential chain
    #[arg(long = "config.file", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Address to listen on; by default port 10754 of every interface, in the demo of the loopback interface
    #[arg(long = "web.listen-address", value_name = "ADDRESS", value_parser = listen_address, global = true)]
    pub listen: Option<SocketAddr>,
    /// Path of the metrics endpoint
    #[arg(long = "web.telemetry-path", value_name = "PATH", default_value = "/metrics", value_parser = telemetry_path, global = true)]
    pub telemetry_path: String,
    /// Log lines of this level and of more severe ones are written
    #[arg(long = "log.level", value_name = "LEVEL", default_value = "info", value_enum, global = true)]
    pub log_level: LogLevel,
    /// Format of log lines
    #[arg(long = "log.format", value_name = "FORMAT", default_value = "text", value_enum, global = true)]
    pub log_format: LogFormat,
}

/// Commands other than serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run against a simulated AWS, without credentials or network
    Demo,
    /// Check the configuration and print its errors
    Check,
    /// Check tags before they are applied; the exit code is 1 if there are issues
    CheckTags(CheckTagsArguments),
    /// Explain why databases have their levels, from a running exporter or from AWS
    Explain(ExplainArguments),
    /// Print the Prometheus alert rules for the configuration
    Rules(RulesArguments),
    /// Write the Grafana dashboards for the configuration, one file each
    Dashboards(DashboardsArguments),
}

/// Options of `rules`.
#[derive(Debug, Args)]
pub struct RulesArguments {
    /// Matchers for every selector, such as 'job="plimsoll"', if another exporter serves series of the same names
    #[arg(long, value_name = "MATCHERS", value_parser = matchers)]
    pub selector: Option<String>,
    /// How often Prometheus scrapes plimsoll; with a shorter interval, alerts fire sooner
    #[arg(long = "scrape-interval", value_name = "DURATION", value_parser = scrape_interval)]
    pub scrape_interval: Option<Duration>,
}

/// Options of `dashboards`.
#[derive(Debug, Args)]
pub struct DashboardsArguments {
    /// Folder that the files are written to; it is made if it does not exist
    #[arg(long, value_name = "DIR", default_value = "dashboards")]
    pub output: PathBuf,
}

/// Log levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are the standard ones")]
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

/// Formats of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: `key=value`, as Prometheus' own programs write it.
    Logfmt,
    /// For programs: one JSON object a line.
    Json,
}

impl From<LogFormat> for log::Format {
    fn from(format: LogFormat) -> Self {
        match format {
            LogFormat::Text => Self::Text,
            LogFormat::Logfmt => Self::Logfmt,
            LogFormat::Json => Self::Json,
        }
    }
}

/// Reads `host:port` and, as Prometheus exporters do, `:port` for every interface.
fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let text = if text.starts_with(':') { format!("0.0.0.0{text}") } else { text.to_owned() };
    text.parse().map_err(|_| format!("`{text}` is no address and port, such as 127.0.0.1:10754 or :10754"))
}

/// Reads the path of the metrics, which must differ from the other paths that plimsoll serves.
fn telemetry_path(text: &str) -> Result<String, String> {
    let others = ["/-/", "/api/", "/headroom", "/resources"];
    let is_free = text.len() > 1 && text.starts_with('/') && !others.iter().any(|path| text.starts_with(path));
    let is_plain = text.chars().all(|character| character.is_ascii_graphic() && !"?#".contains(character));
    if is_free && is_plain { Ok(text.to_owned()) } else { Err("write a path of its own, such as /metrics".to_owned()) }
}

/// Reads matchers as between the braces of a selector. Prometheus could not load rules with an invalid one.
fn matchers(text: &str) -> Result<String, String> {
    let mut rest = text.trim();
    while !rest.is_empty() {
        let wrong = || format!("`{rest}` is no matcher, such as 'job=\"plimsoll\"' with its quotes");
        let after = matcher(rest).ok_or_else(wrong)?.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return Err(wrong()),
        };
    }
    Ok(text.to_owned())
}

/// The text after a matcher `label op "value"`; `None` if the text does not begin with a matcher.
fn matcher(text: &str) -> Option<&str> {
    let end = text.find(|character: char| !character.is_ascii_alphanumeric() && character != '_')?;
    let (label, rest) = text.split_at(end);
    let named = label.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let rest = rest.trim_start();
    let value = ["=~", "!~", "!=", "="].iter().find_map(|operator| rest.strip_prefix(operator))?;
    let quoted = value.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    let close = quoted.find(|character| {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        closes
    })?;
    named.then_some(&quoted[close + 1..])
}

/// Reads a scrape interval of at most five minutes: Prometheus treats older samples as stale.
fn scrape_interval(text: &str) -> Result<Duration, String> {
    let interval = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let bounds = Duration::from_secs(1)..=Duration::from_mins(5);
    if bounds.contains(&interval) { Ok(interval) } else { Err("write a duration from 1s to 5m".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_are_complete_and_quoted() {
        let check = |text, good| assert_eq!(matchers(text).is_ok(), good, "{text}");
        check(r#"job="plimsoll""#, true);
        check(r#"job=~"pl.*", env != "a,b\"c""#, true);
        check("job=plimsoll", false);
        check("foo bar", false);
        check(r#"{job="plimsoll"}"#, false);
        check(r#"job="a"#, false);
        check(r#"job="a" env="b""#, false);
        check(r#"1b="a""#, false);
    }

    #[test]
    fn the_path_of_the_metrics_differs_from_the_other_paths() {
        let check = |text, good| assert_eq!(telemetry_path(text).is_ok(), good, "{text}");
        check("/metrics", true);
        check("/federate/rds", true);
        check("m", false);
        check("", false);
        check("/", false);
        check("/-/ready", false);
        check("/api/v1/resources", false);
        check("/a b", false);
    }

    #[test]
    fn scrape_intervals_are_within_the_staleness_of_prometheus() {
        let check = |text, good| assert_eq!(scrape_interval(text).is_ok(), good, "{text}");
        check("15s", true);
        check("5m", true);
        check("0s", false);
        check("1ms", false);
        check("10m", false);
        check("often", false);
    }
}
