//! The text at the start of the demonstration: where to look, what to try in which order, and what happens when.
//!
//! Its times come from `story`. A test runs its commands.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::story::{CALM, CRITICAL, FAILED_CALL, FAILING_OPERATION, FAILOVER, RESTART, ROUND, UNWATCHED, WARNING};

/// How soon the alert on `orders` fires after the start of Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// With the shipped rules.
    Usual,
    /// With a configuration in which the rule on CPU waits for a minute.
    Fast,
}

impl Pace {
    /// The alert fires within this time.
    const fn within(self) -> Duration {
        match self {
            Self::Usual => Duration::from_mins(12),
            Self::Fast => Duration::from_mins(2),
        }
    }

    /// The interval of scrapes and evaluations.
    const fn interval(self) -> &'static str {
        match self {
            Self::Usual => "15s",
            Self::Fast => "5s",
        }
    }
}

/// What the text depends on.
#[derive(Debug, Clone, Copy)]
pub struct Welcome<'a> {
    /// How the program was started, as a shell finds it.
    pub program: &'a str,
    /// The address that it listens on.
    pub address: SocketAddr,
    /// The path of the metrics.
    pub telemetry_path: &'a str,
    /// The configuration file of the user.
    pub config: Option<&'a Path>,
    /// How soon the alert fires.
    pub pace: Pace,
}

/// The text, at most 20 lines.
#[must_use]
pub fn welcome(about: &Welcome<'_>) -> String {
    [places(about), story(about), alert(about)].concat()
}

fn places(about: &Welcome<'_>) -> String {
    let Welcome { program, telemetry_path, .. } = about;
    let url = format!("http://localhost:{}", about.address.port());
    let cost = match about.config {
        Some(_) => "",
        None => " It polls every 2 s, so dollars_per_month in its log is far above that of the defaults.",
    };
    format!(
        r#"plimsoll demo: databases of a simulated AWS in two accounts and regions. No credentials, no network. Ctrl-C ends it.{cost}
1. Compare orders (tag 80/90) and billing (tag 97): the same load, each with its own levels.
  metrics {url}{telemetry_path}  overview {url}/
  curl -s {url}{telemetry_path} | grep -E 'cpuutilization_(average|threshold).*"(orders|billing)"'
  curl -s {url}{telemetry_path} | grep -E '^plimsoll_(threshold_issue|muted|threshold_unwatched)'
  {program} explain orders --metric CPUUtilization --url {url}
"#
    )
}

fn story(about: &Welcome<'_>) -> String {
    let [warning, critical, calm] = [WARNING, CRITICAL, CALM].map(clock);
    let [failed, restart, unwatched, failover] = [FAILED_CALL, RESTART, UNWATCHED, FAILOVER].map(clock);
    let round = minutes(ROUND);
    let condition = about
        .config
        .map_or_else(String::new, |file| format!("; with the demo's own intervals, not those of {}", file.display()));
    format!(
        "2. Wait (minutes:seconds from now{condition}):
  {warning} orders is above its warning level, {critical} above its critical level, until {calm}, and again each hour; billing stays below 97.
  {failed} a call fails ({FAILING_OPERATION}), {restart} events-1 restarts, {failover} web fails over; again every {round}.
  {unwatched} a level of inventory becomes unwatched: its metric has no value.
  Within 2 minutes the log has restart and failover as \"AWS reported an event\", aws_rds_events_total counts them, and explain events-1 (as above) shows its uptime.
"
    )
}

fn alert(about: &Welcome<'_>) -> String {
    let Welcome { telemetry_path, pace, .. } = about;
    let (interval, port) = (pace.interval(), about.address.port());
    let start = clock(CALM.saturating_sub(pace.within()));
    let warns = match pace {
        Pace::Usual => "",
        Pace::Fast => "; the first command warns of its short `for`, which is meant",
    };
    let within = match pace {
        Pace::Usual => format!("{} ({} with `demo --fast`)", minutes(pace.within()), minutes(Pace::Fast.within())),
        Pace::Fast => minutes(pace.within()),
    };
    let rules = rules_command(about);
    format!(
        r#"3. See RDSCPUUtilizationHigh fire for orders within {within} of the start of Prometheus, if that is before {start}, on http://localhost:9090/alerts. This needs prometheus on the PATH and port 9090 free{warns}:
  It fires as warning and as critical, and docs/examples/alertmanager.yml sends only the critical one. RDSEngineUptimeLow, RDSRestarted, RDSFailedOver, PlimsollInvalidTag, PlimsollMutedForLong and PlimsollUnwatched fire too.
D=$(mktemp -d) && {rules}
cat >$D/prometheus.yml <<END
global: {{scrape_interval: {interval}, evaluation_interval: {interval}}}
rule_files: [rules.yml]
scrape_configs: [{{job_name: plimsoll, honor_labels: true, metrics_path: {telemetry_path}, static_configs: [{{targets: ["localhost:{port}"]}}]}}]
END
prometheus --config.file=$D/prometheus.yml --storage.tsdb.path=$D/data
"#
    )
}

/// How the rule file is made, in one line.
fn rules_command(about: &Welcome<'_>) -> String {
    let program = about.program;
    match (about.pace, about.config) {
        (Pace::Fast, _) => format!(
            "printf '[rules]\\nscrape_interval = \"{}\"\\n[metrics.CPUUtilization]\\nfor = \"1m\"\\n' | \
             {program} rules --config.file=/dev/stdin >$D/rules.yml",
            about.pace.interval(),
        ),
        (Pace::Usual, None) => format!("{program} rules >$D/rules.yml"),
        (Pace::Usual, Some(file)) => format!("{program} rules --config.file={} >$D/rules.yml", file.display()),
    }
}

/// Such as `2:05`.
fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

/// Such as `12 minutes`.
fn minutes(time: Duration) -> String {
    format!("{} minutes", time.as_secs() / 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_at_most_twenty_lines() {
        let file = Path::new("plimsoll.toml");
        for (config, pace) in [(None, Pace::Usual), (Some(file), Pace::Usual), (None, Pace::Fast)] {
            let address = SocketAddr::from(([127, 0, 0, 1], 10754));
            let about = Welcome { program: "plimsoll", address, telemetry_path: "/metrics", config, pace };
            let text = welcome(&about);
            assert!(text.lines().count() <= 20, "{text}");
        }
    }
}
