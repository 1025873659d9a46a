//! `plimsoll check-tags`: checks tags in files or on the command line, without AWS.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::config_file::ConfigFile;
use super::explain::Output;
use crate::config::{Config, Selection};
use crate::escape;
use crate::inventory::View;
use crate::offline::{DatabaseOptions, Databases, Input, Report, losses, report};
use crate::plan::Now;
use crate::poller::unix_now;
use crate::resource::{Kind, Lister};
use crate::scope::{self, ScopeName, Seen};
use crate::snapshot::ScopeSnapshot;

/// The longest file; a plan of thousands of resources is shorter.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What --deny-loss needs.
const NEEDS_PLAN: &str = "name a file with what `terraform show -json plan.tfplan` prints";

/// Options of `check-tags`.
#[derive(Debug, Args)]
pub struct CheckTagsArguments {
    /// Files with JSON of `aws rds describe-db-instances`, `describe-db-clusters` or `terraform show -json`, `-` for
    /// standard input; with --engine the tags of one database, such as plimsoll/CPUUtilization=80/90
    #[arg(required = true, value_name = "FILE|TAG")]
    files_or_tags: Vec<String>,
    /// Check tags of a database with this engine, such as postgres
    #[arg(long, value_name = "ENGINE")]
    engine: Option<String>,
    /// The database is of this kind
    #[arg(long, value_name = "KIND", default_value = "db-instance", value_enum, requires = "engine")]
    kind: KindName,
    /// The database replicates from another database
    #[arg(long, requires = "engine")]
    replica: bool,
    /// Allocated storage of the database, such as 100GiB
    #[arg(long, value_name = "SIZE", requires = "engine")]
    storage: Option<String>,
    /// Class of the database, such as db.r6g.large
    #[arg(long, value_name = "CLASS", requires = "engine")]
    class: Option<String>,
    /// Minimum and maximum capacity units of Aurora Serverless v2, such as 0.5-16
    #[arg(long, value_name = "MIN-MAX", requires = "engine")]
    capacity: Option<String>,
    /// Fail also if a plan removes, weakens or mutes a level
    #[arg(long)]
    deny_loss: bool,
    /// Format of the report
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    output: Output,
    /// The configuration file.
    #[command(flatten)]
    pub(super) config: ConfigFile,
}

/// Kinds of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// An instance, whether or not it is a member of a cluster.
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

/// The report as text, and whether the check has passed.
///
/// # Errors
/// A file cannot be opened or read.
pub fn check_tags(arguments: &CheckTagsArguments, config: Config) -> anyhow::Result<(String, bool)> {
    let input = read(arguments, &config)?;
    let report = check(&input, config);
    let text = match arguments.output {
        Output::Table => report.to_string(),
        Output::Json => escape::lines(&report.json()),
    };
    let denied = arguments.deny_loss && report.has_losses();
    Ok((text, !report.has_issues() && !denied))
}

fn read(arguments: &CheckTagsArguments, config: &Config) -> anyhow::Result<Input> {
    let mut input = Input::default();
    if arguments.deny_loss && arguments.engine.is_some() {
        bail!("--deny-loss compares a plan with today: {NEEDS_PLAN}, and leave out --engine");
    }
    if let Some(engine) = &arguments.engine {
        let options = DatabaseOptions {
            kind: arguments.kind.into(),
            engine,
            is_replica: arguments.replica,
            storage: arguments.storage.as_deref(),
            class: arguments.class.as_deref(),
            capacity: arguments.capacity.as_deref(),
            tags: &arguments.files_or_tags,
        };
        input.omitted = options.omitted();
        let resource = options.described(&config.classes)?;
        if !config.catalog.kinds().contains(&resource.kind) {
            let service = resource.kind.service.name;
            bail!("{} are not watched: add {service:?} to [discovery] services", resource.kind.plural);
        }
        input.after.add(resource);
        input.add_placeholder_members();
        return Ok(input);
    }
    for path in &arguments.files_or_tags {
        if is_tag(path) {
            bail!("`{path}` is no file; for a tag, name the engine of the database, such as --engine postgres");
        }
        input.add(&contents(path)?).with_context(|| format!("cannot read {path}"))?;
    }
    if arguments.deny_loss && !input.is_plan {
        bail!("--deny-loss needs a plan: {NEEDS_PLAN}");
    }
    input.add_placeholder_members();
    Ok(input)
}

/// Whether an argument that should be a file looks like a tag.
fn is_tag(path: &str) -> bool {
    path.contains('=') && !Path::new(path).exists()
}

pub(super) fn contents(path: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = if path == "-" {
        std::io::stdin().take(MAX_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(Path::new(path)).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
    };
    read.with_context(|| format!("cannot read {path}"))?;
    Ok(text)
}

fn check(input: &Input, config: Config) -> Report {
    let config = Arc::new(config);
    let selection = Arc::new(Selection::of(&config));
    let now = unix_now();
    // A file does not name its account. If only one is configured, it is that one.
    let account = if let [account] = &config.accounts[..] { account.name.as_str() } else { "" };
    let view = |databases: &Databases| {
        let name = ScopeName { account: account.into(), region: "".into() };
        let listings = vec![
            (Lister::Clusters, Some(databases.clusters.clone())),
            (Lister::Instances, Some(databases.instances.clone())),
        ];
        let seen = Seen { listings, ..Seen::default() };
        let inventory = scope::inventory(name, &config, &selection, seen, Now::at(now));
        View { inventory, snapshot: Arc::new(ScopeSnapshot::default()) }
    };
    let (before, after) = input.comparable();
    let losses = losses(&view(&before), &view(&after), now);
    report(input, &view(&input.after), &losses, &config, now)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use clap::Parser;

    use super::check_tags;
    use crate::cli::{Arguments, Command};
    use crate::config::Config;

    /// The duration of the quickest of several runs.
    fn time(tag: &str) -> Duration {
        let arguments = Arguments::parse_from(["plimsoll", "check-tags", "--engine", "postgres", tag]);
        let Some(Command::CheckTags(arguments)) = arguments.command else { panic!("another command") };
        let run = || {
            let start = Instant::now();
            let (report, has_passed) = check_tags(&arguments, Config::default()).unwrap();
            assert!(!has_passed && report.contains("characters, this one has"), "{report}");
            start.elapsed()
        };
        (0..5).map(|_| run()).min().unwrap()
    }

    /// Quadratic work takes 256 times as long for 16 times the text.
    #[test]
    fn the_time_is_linear_in_the_length_of_a_tag() {
        const LENGTH: usize = 1_000;
        let check = |name: &str, tag: fn(usize) -> String| {
            let (short, long) = (time(&tag(LENGTH)), time(&tag(16 * LENGTH)));
            assert!(long < short * 48, "{name}: {short:?}, then {long:?}");
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
