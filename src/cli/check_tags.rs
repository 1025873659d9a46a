//! `plimsoll check-tags`: what plimsoll would make of tags, without AWS.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::explain::Output;
use crate::config::{Config, Selection};
use crate::escape;
use crate::inventory::View;
use crate::offline::{Estate, Reading, Report, Sketch, losses, report};
use crate::plan::Now;
use crate::poller::unix_now;
use crate::resource::{Kind, Lister};
use crate::scope::{self, ScopeName, Seen};
use crate::snapshot::ScopeSnapshot;

/// The longest file: a plan of thousands of resources stays below.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What is to be checked.
#[derive(Debug, Args)]
pub struct CheckTagsArguments {
    /// Files with JSON of `aws rds describe-db-instances`, `describe-db-clusters` or `terraform show -json`, `-` for
    /// standard input; with --engine the tags of one database, such as plimsoll/CPUUtilization=80/90
    #[arg(required = true, value_name = "FILE|TAG")]
    what: Vec<String>,
    /// Check tags of a database with this engine, such as postgres
    #[arg(long, value_name = "ENGINE")]
    engine: Option<String>,
    /// What it is
    #[arg(long, value_name = "KIND", default_value = "db-instance", value_enum, requires = "engine")]
    kind: KindName,
    /// It replicates from another database
    #[arg(long, requires = "engine")]
    replica: bool,
    /// Its allocated storage, such as 100GiB
    #[arg(long, value_name = "SIZE", requires = "engine")]
    storage: Option<String>,
    /// Its class, such as db.r6g.large
    #[arg(long, value_name = "CLASS", requires = "engine")]
    class: Option<String>,
    /// The least and the most capacity units of Aurora Serverless v2, such as 0.5-16
    #[arg(long, value_name = "LEAST-MOST", requires = "engine")]
    capacity: Option<String>,
    /// Fail also when a plan takes a level away, weakens or mutes it
    #[arg(long, conflicts_with = "engine")]
    deny_loss: bool,
    /// Form of the report
    #[arg(long, value_name = "FORM", default_value = "table", value_enum)]
    output: Output,
}

/// Kinds of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// An instance, on its own or a member of a cluster.
    DbInstance,
    /// An Aurora or Multi-AZ cluster.
    DbCluster,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::DbInstance => Self::DB_INSTANCE,
            KindName::DbCluster => Self::DB_CLUSTER,
        }
    }
}

/// The report as text, and whether all is well.
///
/// # Errors
/// A file cannot be opened or read.
pub fn check_tags(arguments: &CheckTagsArguments, config: Config) -> anyhow::Result<(String, bool)> {
    let reading = read(arguments, &config)?;
    let report = judge(&reading, config);
    let text = match arguments.output {
        Output::Table => report.to_string(),
        Output::Json => escape::lines(&report.json()),
    };
    let denied = arguments.deny_loss && report.has_losses();
    Ok((text, !report.has_issues() && !denied))
}

fn read(arguments: &CheckTagsArguments, config: &Config) -> anyhow::Result<Reading> {
    let mut reading = Reading::default();
    if let Some(engine) = &arguments.engine {
        let sketch = Sketch {
            kind: arguments.kind.into(),
            engine,
            is_replica: arguments.replica,
            storage: arguments.storage.as_deref(),
            class: arguments.class.as_deref(),
            capacity: arguments.capacity.as_deref(),
            tags: &arguments.what,
        };
        reading.omitted = sketch.omitted();
        let resource = sketch.resource(&config.classes)?;
        if !config.catalog.kinds().contains(&resource.kind) {
            let service = resource.kind.service.name;
            bail!("{} are not watched: add {service:?} to [discovery] services", resource.kind.plural);
        }
        reading.after.add(resource);
        reading.imagine_members();
        return Ok(reading);
    }
    for path in &arguments.what {
        if is_tag(path) {
            bail!("`{path}` is no file; for a tag, name the engine of the database, such as --engine postgres");
        }
        reading.add(&contents(path)?).with_context(|| format!("cannot read {path}"))?;
    }
    if arguments.deny_loss && !reading.is_plan {
        bail!("--deny-loss compares what is there with a plan: name what `terraform show -json plan.tfplan` prints");
    }
    reading.imagine_members();
    Ok(reading)
}

/// Whether somebody meant a tag where files are named.
fn is_tag(path: &str) -> bool {
    path.contains('=') && !Path::new(path).exists()
}

fn contents(path: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = if path == "-" {
        std::io::stdin().take(MAX_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(Path::new(path)).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
    };
    read.with_context(|| format!("cannot read {path}"))?;
    Ok(text)
}

fn judge(reading: &Reading, config: Config) -> Report {
    let config = Arc::new(config);
    let selection = Arc::new(Selection::of(&config));
    let now = unix_now();
    // Which account a file is about is not known; with one, there is no doubt.
    let account = if let [only] = &config.accounts[..] { only.name.as_str() } else { "" };
    let view = |estate: &Estate| {
        let name = ScopeName { account: account.into(), region: "".into() };
        let listings = vec![
            (Lister::Clusters, Some(estate.clusters.clone())),
            (Lister::Instances, Some(estate.instances.clone())),
        ];
        let seen = Seen { listings, ..Seen::default() };
        let inventory = scope::inventory(name, &config, &selection, seen, Now::at(now));
        View { inventory, snapshot: Arc::new(ScopeSnapshot::default()) }
    };
    let (before, after) = reading.comparable();
    let losses = losses(&view(&before), &view(&after), now);
    report(reading, &view(&reading.after), &losses, &config, now)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use clap::Parser;

    use super::check_tags;
    use crate::cli::{Arguments, Command};
    use crate::config::Config;

    /// How long the quickest of several runs takes.
    fn time(tag: &str) -> Duration {
        let arguments = Arguments::parse_from(["plimsoll", "check-tags", "--engine", "postgres", tag]);
        let Some(Command::CheckTags(what)) = arguments.command else { panic!("not what was written") };
        let run = || {
            let start = Instant::now();
            let (report, is_well) = check_tags(&what, Config::default()).unwrap();
            assert!(!is_well && report.contains("characters, this one has"), "{report}");
            start.elapsed()
        };
        (0..5).map(|_| run()).min().unwrap()
    }

    /// Quadratic work takes 256 times as long for 16 times the text.
    #[test]
    fn the_time_grows_with_the_length_of_a_tag_and_not_with_its_square() {
        const LENGTH: usize = 1_000;
        let check = |what: &str, tag: fn(usize) -> String| {
            let (short, long) = (time(&tag(LENGTH)), time(&tag(16 * LENGTH)));
            assert!(long < short * 48, "{what}: {short:?}, then {long:?}");
        };
        check("digits", |length| format!("plimsoll/CPUUtilization={}", "9".repeat(length)));
        check("a share", |length| format!("plimsoll/CPUUtilization={}%", "9".repeat(length)));
        check("a limit", |length| format!("plimsoll/max-connections={}", "9".repeat(length)));
        check("a mute", |length| format!("plimsoll/mute={}", "1:".repeat(length / 2)));
        check("a ladder", |length| format!("plimsoll/CPUUtilization={}", "9 or /".repeat(length / 6)));
        check("a key", |length| format!("plimsoll/{}=80", "a.".repeat(length / 2)));
        check("a metric's key", |length| format!("plimsoll/CPUUtilization{}=80", ".".repeat(length)));
        check("a foreign key", |length| format!("{}=80", "plimsol.".repeat(length / 8)));
    }
}
