//! What a scope says of itself in plimsoll's own metrics.

use std::collections::BTreeMap;

use super::fleet::Fleet;
use super::listing::Listing;
use super::optional::OptionalCalls;
use super::rounds::Rounds;
use super::series::issue_rows;
use super::watched::Watched;
use crate::cost::Dollars;
use crate::plan::{Now, Task};
use crate::resource::{Engine, Kind, OptionalCall};
use crate::threshold::Source;
use crate::time::Timestamp;

/// Numbers about one scope, by label values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScopeReport {
    /// When the scope began to watch, by the wall clock as it is set now.
    pub started: Timestamp,
    /// The account id, known from the first resource.
    pub account_id: Option<String>,
    /// How its tasks fare.
    pub tasks: BTreeMap<Task, TaskReport>,
    /// The optional calls that AWS refuses.
    pub refused: Vec<OptionalCall>,
    /// Resources by kind and engine.
    pub resources: BTreeMap<(Kind, Engine), usize>,
    /// Resources that a listing had twice, beyond the first.
    pub duplicates: usize,
    /// Resources that filters leave out.
    pub filtered: usize,
    /// For each entry of the filters, by name, how many listed resources it matches.
    pub filter_matches: Vec<(String, usize)>,
    /// Resources that are not watched because another scope serves them.
    pub served_elsewhere: usize,
    /// Thresholds by severity (an index into the configured names) and source.
    pub thresholds: BTreeMap<(usize, Source), usize>,
    /// Tags and levels that could not be used.
    pub issues: usize,
    /// How many of them are counted but not served.
    pub issues_omitted: usize,
    /// Default levels left out because what they are a share of is not known.
    pub defaults_without_denominator: usize,
    /// Metrics with default levels that never answered or are gone.
    pub defaults_never_answered: usize,
    /// By severity, running instances that have no level of it.
    pub without_level: Vec<usize>,
    /// What it costs to poll for 30 days, as it polls now.
    pub dollars: Dollars,
    /// Datapoints dropped since the start because they end after the time of their query.
    pub future_datapoints: u64,
    /// Datapoints dropped since the start because `CloudWatch` cannot have stored their values.
    pub invalid_datapoints: u64,
}

/// How one task fares, by the wall clock as it is set now: how long ago a success was does not change with the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskReport {
    /// When it last succeeded.
    pub last_success: Option<Timestamp>,
    /// The end of the newest datapoint's period.
    pub newest: Option<Timestamp>,
}

impl ScopeReport {
    /// How many resources there are, without the volumes, which are parts of instances.
    #[must_use]
    pub fn databases(&self) -> usize {
        self.resources.iter().filter(|((kind, _), _)| !kind.is_volume()).map(|(_, count)| count).sum()
    }

    pub(super) fn new(fleet: &Fleet, issue_limit: usize) -> Self {
        let mut report = Self::default();
        for watched in fleet.watched() {
            let resource = &watched.resource;
            report.account_id.get_or_insert_with(|| resource.account_id.clone());
            *report.resources.entry((resource.kind, resource.engine)).or_default() += 1;
            for threshold in &watched.resolved.thresholds {
                *report.thresholds.entry((threshold.severity, threshold.source)).or_default() += 1;
            }
            report.issues += watched.resolved.issues.len() + watched.resolved.issues_omitted;
            report.issues_omitted += watched.resolved.issues_omitted;
            report.defaults_without_denominator += watched.resolved.defaults_without_denominator;
        }
        report.filtered = fleet.tally.filtered;
        report.filter_matches.clone_from(&fleet.tally.matched);
        report.served_elsewhere = fleet.elsewhere.len();
        report.issues_omitted += issue_rows(fleet).count().saturating_sub(issue_limit);
        report
    }
}

/// Instances that run and have no level of a severity on any metric, by severity.
///
/// One that would have it if no tag switched it off is not among them: somebody decided that. Neither is a cluster: it runs as
/// its members, and their levels watch it.
pub(super) fn without_level(fleet: &Fleet, severities: usize) -> Vec<usize> {
    let runs = |watched: &&Watched| watched.resource.kind.is_instance() && watched.resource.publishes();
    let lacks = |severity: usize| {
        move |watched: &&Watched| {
            let resolved = &watched.resolved;
            let has_it = resolved.thresholds.iter().any(|threshold| threshold.severity == severity);
            !has_it && !resolved.switched_off.contains(&severity)
        }
    };
    (0..severities).map(|severity| fleet.watched().filter(runs).filter(lacks(severity)).count()).collect()
}

/// Without optional calls that AWS refuses: nobody expects them to succeed.
pub(super) fn tasks(
    listing: &Listing,
    rounds: &Rounds,
    optional: &OptionalCalls,
    now: Now,
) -> BTreeMap<Task, TaskReport> {
    let listings = listing.last_successes().map(|(lister, last_success)| (Task::List(lister), (last_success, None)));
    let optional = optional.last_successes().map(|(call, last_success)| (Task::Optional(call), (last_success, None)));
    listings
        .chain(optional)
        .chain(rounds.tasks())
        .map(|(task, (last_success, newest))| {
            let [last_success, newest] = [last_success, newest].map(|steady| steady.map(|second| now.to_wall(second)));
            (task, TaskReport { last_success, newest })
        })
        .collect()
}
