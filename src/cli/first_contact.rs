//! `plimsoll check --aws`: says what an identity may do, what it finds, what it will cost and what it misses.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter, Write};
use std::sync::Arc;
use std::time::Duration;

use humantime::format_duration;

use crate::aws::{Access, Cause, policy};
use crate::catalog::class;
use crate::config::{Config, Selection};
use crate::cost::{self, METRIC_REQUESTED};
use crate::escape::Line;
use crate::inventory::{Inventory, Known};
use crate::poller::{FirstContact, Outcome, Try, first_contact, unix_now};
use crate::resource::{Engine, Text};

/// The class of Serverless v2, whose size depends on its cluster.
const SERVERLESS: &str = "db.serverless";

/// The report as text, and whether nothing that is required failed.
///
/// # Errors
/// No client could be made.
pub async fn check_aws(config: Config) -> anyhow::Result<(String, bool)> {
    let config = Arc::new(config);
    let contacts = first_contact(&config, &Access::default()).await?;
    let mut text = String::new();
    for contact in &contacts {
        writeln!(text, "{}", Report { contact, config: &config })?;
    }
    write!(text, "{}\n{}", Freshness(&Selection::of(&config), &config), Spent(&contacts))?;
    let has_passed = contacts.iter().all(has_passed);
    text +=
        if has_passed { "Everything that is required is allowed.\n" } else { "Something that is required failed.\n" };
    Ok((text, has_passed))
}

fn has_passed(contact: &FirstContact) -> bool {
    let failed = |one: &Try| one.is_required && matches!(one.outcome, Outcome::Failed(_));
    contact.identity.is_ok() && !contact.tries.iter().any(failed)
}

struct Report<'a> {
    contact: &'a FirstContact,
    config: &'a Config,
}

impl Display for Report<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let FirstContact { scope, identity, tries, inventory, .. } = self.contact;
        writeln!(text, "Account {}, region {}", Line(&scope.account), Line(&scope.region))?;
        match identity {
            Ok(arn) => writeln!(text, "  identity: {}", Line(arn))?,
            Err(failure) => return writeln!(text, "  identity: {}", Line(&failure.to_string())),
        }
        tries.iter().try_for_each(|one| writeln!(text, "  {one}"))?;
        self.missing(text)?;
        let instances = inventory.known().iter().filter(|known| known.resource.kind.is_instance()).count();
        writeln!(text, "  found: {instances} instances, {} resources", inventory.known().len())?;
        for (what, names) in unknown(inventory, self.config) {
            writeln!(text, "  {what}: {}", if names.is_empty() { "none".to_owned() } else { list(&names) })?;
        }
        writeln!(text, "  forecast: {}", cost::forecast(&[inventory], unix_now()).total())
    }
}

impl Report<'_> {
    /// The policy that allows what was denied.
    fn missing(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let denied = |one: &&Try| matches!(&one.outcome, Outcome::Failed(failure) if failure.cause == Cause::Denied);
        let actions: Vec<&str> = self.contact.tries.iter().filter(denied).map(|one| one.action.as_str()).collect();
        let (false, Ok(arn)) = (actions.is_empty(), &self.contact.identity) else { return Ok(()) };
        writeln!(text, "  add this to the policy of {}:\n{}", Line(arn), policy(actions.into_iter(), arn))
    }
}

impl Display for Try {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Self { action, is_required, outcome } = self;
        let need = if *is_required { "required" } else { "optional" };
        match outcome {
            Outcome::Allowed => write!(text, "allowed    {action} ({need})"),
            Outcome::NotTried(why) => write!(text, "not tried  {action} ({need}): {why}"),
            Outcome::Failed(failure) => write!(text, "FAILED     {action} ({need}): {}", Line(&failure.what())),
        }
    }
}

/// What plimsoll does not know of what it found.
fn unknown(inventory: &Inventory, config: &Config) -> [(&'static str, BTreeSet<String>); 3] {
    let instances = || inventory.known().iter().filter(|known| known.resource.kind.is_instance());
    let is_described = |name: &str| config.classes.iter().any(|class| class.name == name) || name == SERVERLESS;
    let engines = instances().filter(|known| known.resource.engine == Engine::Other);
    let classes = instances().map(|known| &known.resource.class);
    let classes = classes.filter(|name| class::memory_bytes(name).is_none() && !is_described(name));
    let has_no_limit = |known: &&Known| known.resource.capacity.max_connections.is_none();
    let groups =
        instances().filter(has_no_limit).filter_map(|known| known.resource.facts.ordered.parameter_group.as_ref());
    [
        ("engines not known", engines.map(|known| known.resource.engine_name.to_string()).collect()),
        ("classes not known", classes.map(Text::to_string).collect()),
        (
            "parameter groups whose connection limit is not known",
            groups.map(|group| group.name.name.to_string()).collect(),
        ),
    ]
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(|name| Line(name).to_string()).collect::<Vec<_>>().join(", ")
}

/// What the configuration means for the age of values and for the time until an alert fires.
struct Freshness<'a>(&'a Selection, &'a Config);

impl Display for Freshness<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Self(selection, config) = self;
        let mut periods: Vec<_> = selection.polled().map(|one| (one.timing.period, one.interval)).collect();
        periods.sort_unstable();
        periods.dedup();
        for (period, interval) in periods {
            let of_period = || selection.polled().filter(|one| (one.timing.period, one.interval) == (period, interval));
            let oldest = config.polling.publication_delay + config.polling.offset + interval;
            let waits = || of_period().flat_map(|one| &one.waits).filter(|wait| !wait.is_zero());
            write!(
                text,
                "Metrics queried every {}: averages over {}, at most {} old",
                format_duration(interval),
                format_duration(Duration::from(period)),
                format_duration(oldest)
            )?;
            match waits().min().zip(waits().max()) {
                Some((least, most)) if least == most => writeln!(text, "; alerts wait {}.", format_duration(*least))?,
                Some((least, most)) => {
                    writeln!(text, "; alerts wait {} to {}.", format_duration(*least), format_duration(*most))?;
                }
                None => writeln!(text, ".")?,
            }
        }
        self.without_level(text)
    }
}

impl Freshness<'_> {
    fn without_level(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Self(selection, config) = self;
        let longest = selection.polled().filter_map(|one| one.without_level).map(|one| one.interval).max();
        longest.map_or(Ok(()), |interval| {
            let oldest = config.polling.publication_delay + config.polling.offset + interval;
            let (interval, oldest) = (format_duration(interval), format_duration(oldest));
            writeln!(text, "Most of these, where no alert depends on them, every {interval}: at most {oldest} old.")
        })
    }
}

/// What the check itself cost.
struct Spent<'a>(&'a [FirstContact]);

impl Display for Spent<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let metrics: usize = self.0.iter().map(|contact| contact.metrics_requested).sum();
        #[expect(clippy::cast_precision_loss, reason = "one metric for each account and region")]
        let dollars = metrics as f64 * METRIC_REQUESTED;
        writeln!(text, "This check requested {metrics} metrics, which costs ${dollars:.5}; its other calls are free.")
    }
}
