//! `rules`: its options, and what is printed or written for them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::config_file::ConfigFile;
use super::http_config::HttpConfig;
use crate::generate::{RuleFormat, RuleOptions};

/// Options of `rules`.
#[derive(Debug, Args)]
pub struct RulesArguments {
    /// Matchers for every selector, such as 'job="plimsoll"', if another exporter serves series of the same names
    #[arg(long, value_name = "MATCHERS", value_parser = matchers)]
    pub selector: Option<String>,
    /// How often Prometheus scrapes plimsoll; with a shorter interval, alerts fire sooner
    #[arg(long = "scrape-interval", value_name = "DURATION", value_parser = scrape_interval)]
    pub scrape_interval: Option<Duration>,
    /// What loads the rules
    #[arg(long, value_name = "FORMAT", default_value = "prometheus", value_enum)]
    pub format: Format,
    /// The uid of the Prometheus data source, for the format `grafana`
    #[arg(long = "grafana-datasource", value_name = "UID", default_value = "prometheus")]
    pub data_source: String,
    /// Folder to write a file for each service and one for plimsoll itself to, instead of printing all rules; it is made if
    /// it does not exist
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Compare with the deployed rules instead: rule files, folders of them, or the address of a Prometheus; the exit code
    /// is 1 if a rule is missing or differs
    #[arg(long, value_name = "FILE|URL", num_args = 1.., conflicts_with = "output")]
    pub check: Vec<String>,
    /// The configuration file.
    #[command(flatten)]
    pub(super) config: ConfigFile,
    /// How that Prometheus is reached if it has TLS or users.
    #[command(flatten)]
    pub http: HttpConfig,
}

/// What loads the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A rule file of Prometheus.
    Prometheus,
    /// A `PrometheusRule` of the Prometheus operator.
    Operator,
    /// A file for the provisioning of Grafana's own alerting.
    Grafana,
}

impl RulesArguments {
    /// The same in terms of the rules.
    #[must_use]
    pub fn options(&self) -> RuleOptions {
        let format = match self.format {
            Format::Prometheus => RuleFormat::Prometheus,
            Format::Operator => RuleFormat::Operator,
            Format::Grafana => RuleFormat::Grafana(self.data_source.clone()),
        };
        RuleOptions { selector: self.selector.clone(), scrape_interval: self.scrape_interval, format }
    }
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
    let interval = humantime::parse_duration(text).map_err(|_| {
        let is_bare = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let example = if is_bare { text } else { "15" };
        format!("write a duration with its unit, such as `{example}s`")
    })?;
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
    fn scrape_intervals_are_within_the_staleness_of_prometheus() {
        let check = |text, good| assert_eq!(scrape_interval(text).is_ok(), good, "{text}");
        check("15s", true);
        check("5m", true);
        check("0s", false);
        check("1ms", false);
        check("10m", false);
        check("often", false);
        assert_eq!(scrape_interval("5").unwrap_err(), "write a duration with its unit, such as `5s`");
    }
}
