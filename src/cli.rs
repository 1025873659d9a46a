//! The command line, with flags named as in Prometheus' own programs.
//!
//! Flags, and the commands that print an answer and end. `main` starts the server.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::telemetry::log;
use crate::version;

pub mod check;
pub mod check_rules;
pub mod check_tags;
mod config_file;
pub mod cost;
pub mod explain;
mod failure;
pub mod first_contact;
pub mod health;
mod http_config;
pub mod levels;
pub mod packaging;
pub mod rules;
mod shard;
mod web;

pub use check_tags::CheckTagsArguments;
pub use config_file::ConfigFile;
pub use cost::CostArguments;
pub use explain::ExplainArguments;
pub use failure::failure_text;
pub use health::HealthArguments;
pub use levels::{LevelsArguments, LevelsCommand};
pub use packaging::{CompletionsArguments, ManArguments};
pub use rules::RulesArguments;
pub use shard::ShardFlag;
pub use web::{PORT, Web, WebConfig};

/// Serves RDS metrics and the thresholds that each database carries as tags, side by side for Prometheus.
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version = version::LINE, after_help = "\
Examples:
  plimsoll --config.file plimsoll.toml
  plimsoll demo")]
pub struct Arguments {
    /// A command to run instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Flags of the process.
    #[command(flatten)]
    pub process: Process,
    /// Flags of the server, if there is no command.
    #[command(flatten)]
    pub web: Web,
    /// The flag of the shard, if there is no command.
    #[command(flatten)]
    pub shard: ShardFlag,
    /// The flag of the web configuration.
    #[command(flatten)]
    pub web_config: WebConfig,
}

impl Arguments {
    /// The arguments of the process. Ends the process if they are wrong, or if they request help or the version.
    #[must_use]
    pub fn of_process() -> Self {
        Self::parse().checked().unwrap_or_else(|error| error.exit())
    }

    /// Refuses flags of the server before a command, where they would have no effect.
    ///
    /// A command's own configuration file stands above one that is named before it.
    fn checked(mut self) -> Result<Self, clap::Error> {
        let Web { listen, telemetry_path } = &self.web;
        if let Some(file) = self.command.as_ref().and_then(Command::config_file) {
            self.process.config = file.clone();
        }
        if matches!(&self.command, Some(Command::Demo(demo)) if demo.fast) && self.process.config.path.is_some() {
            let text = "`demo --fast` prints a configuration of its own, so it takes no --config.file";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, text));
        }
        if self.command.is_some() && (!listen.is_empty() || telemetry_path.is_some()) {
            let text = "flags of the server stand after `demo` or `health`; the other commands do not use them";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, text));
        }
        if self.command.is_some() && self.shard.shard.is_some() {
            let text = "--shard is for serving; commands do not use it";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, text));
        }
        if let Some(Command::Check(check)) = &self.command
            && check.web_config.web_config_file.is_some()
        {
            self.web_config = check.web_config.clone();
        }
        if self.web_config.web_config_file.is_some() && !matches!(self.command, None | Some(Command::Check(_))) {
            let text = "--web.config.file is for serving and for `check`; the other commands do not use it";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, text));
        }
        Ok(self)
    }
}

/// Flags of the process; settings about databases are in the configuration file.
#[derive(Debug, Clone, Args)]
pub struct Process {
    /// The file with the settings.
    #[command(flatten)]
    pub config: ConfigFile,
    /// The least severe log lines that are written: error, warn, info, debug or trace
    #[arg(
        long = "log.level",
        value_name = "LEVEL",
        default_value = "info",
        value_enum,
        global = true,
        hide_possible_values = true
    )]
    pub log_level: LogLevel,
    /// Format of log lines: text, logfmt or json
    #[arg(
        long = "log.format",
        value_name = "FORMAT",
        default_value = "text",
        value_enum,
        global = true,
        hide_possible_values = true
    )]
    pub log_format: LogFormat,
}

/// Commands other than serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run against a simulated AWS, without credentials or network
    #[command(after_help = "Examples:
  plimsoll demo --web.listen-address :8080
  plimsoll demo --fast
  plimsoll demo --config.file plimsoll.toml")]
    Demo(DemoArguments),
    /// Check the configuration and print its errors; with --aws, also permissions, databases and cost
    #[command(after_help = format!(
        "Examples:\n  plimsoll check --config.file plimsoll.toml --web.config.file web.yml\n  plimsoll check --aws\n\n\
         A configuration:\n{}",
        check::EXAMPLE
    ))]
    Check(CheckArguments),
    /// Check tags before they are applied; the exit code is 1 if there are issues
    #[command(after_help = "Examples:
  plimsoll check-tags --engine postgres --storage 100GiB plimsoll/FreeStorageSpace=20pct/10pct
  aws rds describe-db-instances | plimsoll check-tags -
  terraform show -json plan.tfplan | plimsoll check-tags --deny-loss -")]
    CheckTags(CheckTagsArguments),
    /// Forecast what polling costs in 30 days, before anything is spent; beside alarms, metric streams and other exporters
    #[command(after_help = "Examples:
  plimsoll cost --config.file plimsoll.toml --max-usd 250
  plimsoll cost --engine aurora-postgresql --instances 40
  aws rds describe-db-instances | plimsoll cost --format json -")]
    Cost(CostArguments),
    /// Explain why databases have their levels, from a running exporter or from AWS
    #[command(
        after_help = "Examples:\n  plimsoll explain orders --metric CPUUtilization\n  plimsoll explain --headroom 10"
    )]
    Explain(ExplainArguments),
    /// Print what every tag sets, to put back tags that were removed
    #[command(after_help = "Example:\n  plimsoll levels export --format aws-cli > put-back.sh")]
    Levels(LevelsArguments),
    /// Print the Prometheus alert rules for the configuration, or check the deployed ones
    #[command(after_help = "\
Examples:
  plimsoll rules --config.file plimsoll.toml > plimsoll-rules.yml
  plimsoll rules --format operator --output manifests
  plimsoll rules --check http://prometheus:9090
  plimsoll rules --format grafana --grafana-datasource prometheus-main --output /etc/grafana/provisioning/alerting

Alerts have runbook_url, dashboard_url and plimsoll_url once the configuration names where these are:
  [links]
  runbooks = \"https://github.com/example/plimsoll/blob/main/docs/runbooks\"")]
    Rules(RulesArguments),
    /// Write the Grafana dashboards for the configuration, one file each
    #[command(after_help = "Example:\n  plimsoll dashboards --output /var/lib/grafana/dashboards")]
    Dashboards(DashboardsArguments),
    /// Check that a running exporter is ready; the exit code is 1 if it is not
    #[command(after_help = "\
Examples:
  plimsoll health --url http://localhost:10754
  plimsoll health --url https://plimsoll.example.com:10754 --http.config.file http.yml")]
    Health(HealthArguments),
    /// Print the script that completes commands and options in a shell
    #[command(after_help = "Example:\n  plimsoll completions bash > /etc/bash_completion.d/plimsoll")]
    Completions(CompletionsArguments),
    /// Write man pages
    #[command(after_help = "Example:\n  plimsoll man --output /usr/local/share/man/man1")]
    Man(ManArguments),
}

impl Command {
    /// The configuration file that is named after the command, if the command reads one.
    fn config_file(&self) -> Option<&ConfigFile> {
        let file = match self {
            Self::Demo(arguments) => &arguments.config,
            Self::Check(arguments) => &arguments.config,
            Self::Cost(arguments) => &arguments.config,
            Self::CheckTags(arguments) => &arguments.config,
            Self::Explain(arguments) => &arguments.config,
            Self::Levels(LevelsArguments { command: LevelsCommand::Export(arguments) }) => &arguments.config,
            Self::Rules(arguments) => &arguments.config,
            Self::Dashboards(arguments) => &arguments.config,
            Self::Health(_) | Self::Completions(_) | Self::Man(_) => return None,
        };
        Some(file).filter(|file| file.path.is_some())
    }
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Print commands whose rule on CPU waits one minute, so that its alert fires within two minutes instead of twelve; the
    /// databases behave as without it
    #[arg(long, conflicts_with = "config")]
    pub fast: bool,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Flags of the server.
    #[command(flatten)]
    pub web: Web,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Try every permission once, in the accounts and regions of the configuration; the exit code is 1 if anything that
    /// is required fails
    #[arg(long)]
    pub aws: bool,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigFile,
    /// The file of the web configuration.
    #[command(flatten)]
    pub web_config: WebConfig,
}

/// Options of `dashboards`.
#[derive(Debug, Args)]
pub struct DashboardsArguments {
    /// Folder that the files are written to; it is made if it does not exist
    #[arg(long, value_name = "DIR", default_value = "dashboards")]
    pub output: PathBuf,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigFile,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the examples in the help of a command.
    fn examples(command: &clap::Command) -> Vec<String> {
        let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        text.lines().filter(|line| line.contains("plimsoll ")).map(str::to_owned).collect()
    }

    #[test]
    fn every_command_has_an_example_that_is_accepted() {
        let root = Arguments::command();
        for command in root.get_subcommands().chain([&root]) {
            let examples = examples(command);
            assert!(!examples.is_empty(), "{}", command.get_name());
            for example in examples {
                // The shell takes what stands before a pipe and behind a redirection.
                let line = example.rsplit(" | ").next().unwrap().split(" > ").next().unwrap();
                let parsed = Arguments::try_parse_from(line.split_whitespace());
                assert!(parsed.and_then(Arguments::checked).is_ok(), "{line}");
            }
        }
    }

    #[test]
    fn flags_of_the_server_stand_only_where_they_act() {
        let check = |line: &str, good: bool| {
            let parsed = Arguments::try_parse_from(line.split(' ')).and_then(Arguments::checked);
            assert_eq!(parsed.is_ok(), good, "{line}");
        };
        check("plimsoll --web.listen-address :1 --web.telemetry-path /m", true);
        check("plimsoll --web.listen-address :1 --web.listen-address [::1]:2", true);
        check("plimsoll --shard 0/3", true);
        check("plimsoll --shard 3/3", false);
        check("plimsoll --shard 0/3 rules", false);
        check("plimsoll demo --shard 0/3", false);
        check("plimsoll --web.config.file a", true);
        check("plimsoll check --web.config.file a", true);
        check("plimsoll --web.config.file a check", true);
        check("plimsoll demo --web.config.file a", false);
        check("plimsoll --web.config.file a rules", false);
        check("plimsoll demo --web.listen-address :1", true);
        check("plimsoll demo --config.file a", true);
        check("plimsoll demo --fast --config.file a", false);
        check("plimsoll --config.file a demo --fast", false);
        check("plimsoll health --web.listen-address :1", true);
        check("plimsoll health --config.file a", false);
        check("plimsoll --config.file a health", true);
        check("plimsoll health --http.config.file a", true);
        check("plimsoll explain --http.config.file a", true);
        check("plimsoll check --web.listen-address :1", false);
        check("plimsoll rules --web.telemetry-path /m", false);
        check("plimsoll --web.telemetry-path /m rules", false);
        check("plimsoll --config.file a --log.level debug rules", true);
        check("plimsoll rules --config.file a --log.level debug", true);
    }

    #[test]
    fn the_configuration_file_stands_in_the_help_of_what_reads_it() {
        let reads = |command: &clap::Command| command.get_arguments().any(|one| one.get_long() == Some("config.file"));
        let mut root = Arguments::command();
        // Global flags reach the commands only then.
        root.build();
        let reads_or_leads = |command: &clap::Command| reads(command) || command.get_subcommands().any(reads);
        let without = root.get_subcommands().filter(|command| !reads_or_leads(command)).map(clap::Command::get_name);
        assert_eq!(without.collect::<Vec<_>>(), ["health", "completions", "man", "help"]);
        assert!(reads(&root));
    }

    #[test]
    fn the_file_after_a_command_counts_and_else_the_one_before_it() {
        let check = |line: &str, expected: Option<&str>| {
            let parsed = Arguments::try_parse_from(line.split(' ')).and_then(Arguments::checked).unwrap();
            assert_eq!(parsed.process.config.path.as_deref(), expected.map(std::path::Path::new), "{line}");
        };
        check("plimsoll", None);
        check("plimsoll --config.file a", Some("a"));
        check("plimsoll --config.file a rules", Some("a"));
        check("plimsoll --config.file a rules --config.file b", Some("b"));
        check("plimsoll explain --aws --config.file b", Some("b"));
        check("plimsoll check", None);
    }
}
