//! Explains one resource from what its scope published.

use super::command::command;
use super::explanation::{Explanation, Level, Measured, MetricExplanation, Overridden};
use super::facts::{facts, members};
use super::problem::Problem;
use super::standing::Standing;
use super::summary::Summary;
use super::values::Values;
use super::word::Word;
use crate::catalog::amount::amount;
use crate::catalog::{self, Denominator, Row, Unit};
use crate::inventory::{Known, View};
use crate::level::mute::Mute;
use crate::plan::Now;
use crate::resource::{Capacity, Resource, ResourceIndex, Text};
use crate::threshold::{self, Candidate, Outcome, ResolveContext, Resolved, Threshold};
use crate::time::Timestamp;

/// Explains every resource of a view, in the order of its inventory.
#[must_use]
pub fn all(view: &View, now: Now) -> Vec<Explanation> {
    view.inventory.indexed().map(|(index, _)| explain(view, index, None, now)).collect()
}

/// Explains a resource: one metric, or all of them.
pub(super) fn explain(view: &View, index: ResourceIndex, metric: Option<&str>, now: Now) -> Explanation {
    let inventory = &*view.inventory;
    let known = &inventory.known()[index.position()];
    let cluster = inventory.cluster_of(&known.resource);
    let values = Values::of(view, now);
    let summary = Summary::of(&Standing::of(view, &values, index));
    let subject = Subject { known, context: inventory.context(), values, index };
    let rows = inventory.context().selection.metrics.iter().map(|selected| selected.row);
    let is_wanted = |row: &&Row| {
        let has_any = || known.resolved.concerns(row.metric);
        row.can_exist_on(&known.resource) && metric.map_or_else(has_any, |metric| metric == row.metric)
    };
    let mut metrics: Vec<_> = rows.filter(is_wanted).filter_map(|row| subject.metric(row.metric)).collect();
    metrics.sort_by(|left, right| left.metric.cmp(&right.metric));
    Explanation {
        resource: summary,
        class: known.resource.class.to_string(),
        cluster: known.resource.cluster.as_ref().map(Text::to_string),
        facts: facts(&known.resource),
        all_tags: known.resource.tags.to_map(),
        members: members(&known.resource, inventory),
        links: Vec::new(),
        metrics,
        problems: problems(known, cluster, metric),
        problems_omitted: known.resolved.issues_omitted,
    }
}

/// One resource with everything that its explanation needs.
struct Subject<'a> {
    known: &'a Known,
    context: ResolveContext<'a>,
    values: Values<'a>,
    index: ResourceIndex,
}

impl Subject<'_> {
    fn metric(&self, metric: &str) -> Option<MetricExplanation> {
        let row = self.values.row(metric, self.index)?;
        let bad = row.alert?.bad;
        let value = self.values.current(row.metric, self.index);
        let resolved: &Resolved = &self.known.resolved;
        let effective = resolved.thresholds.iter().filter(|threshold| threshold.metric == row.metric);
        Some(MetricExplanation {
            metric: row.metric.to_owned(),
            series: row.compared_series().unwrap_or_default(),
            unit: row.unit.name().to_owned(),
            bad: bad.word().to_owned(),
            value,
            age_seconds: self.values.age(row.metric, self.index),
            off: resolved.off.contains(&row.metric),
            muted: resolved.schedule.muted_by(row.metric, self.values.now.wall).map(|tagged| Word::Known(tagged.mute)),
            muted_until: self.muted_until(row.metric).map(|end| Mute::until(end).to_string()),
            unwatched: self.values.unwatched(row.metric, self.index).map(str::to_owned),
            unanswered: self.values.is_unanswered(row.metric, self.index),
            measured_against: measured(row, &self.known.resource),
            levels: effective.map(|threshold| self.level(threshold, row, value)).collect(),
            overridden: resolved.overridden(row.metric).map(|candidate| self.overridden(candidate)).collect(),
            command: command(self.known, row, self.context.config),
            runbook: None,
        })
    }

    /// When the last mute that covers a metric now ends.
    fn muted_until(&self, metric: &str) -> Option<Timestamp> {
        let (schedule, now) = (&self.known.resolved.schedule, self.values.now.wall);
        schedule.muted_until(&schedule.muted_by(metric, now)?, now)
    }

    fn level(&self, threshold: &Threshold, row: &Row, value: Option<f64>) -> Level {
        let set_by = self.known.resolved.set_by(threshold, &self.known.resource, self.context);
        let ratio = value.and_then(|value| row.headroom_ratio(value, threshold.value));
        let headroom = || Some(row.alert?.bad.headroom(value?, threshold.value));
        Level {
            severity: self.severity(threshold.severity),
            most_severe: threshold.severity + 1 == self.context.config.severities.len(),
            level: threshold.value,
            source: Word::Known(threshold.source),
            set_by: set_by.to_string(),
            headroom: ratio.and_then(|_| headroom()),
            headroom_ratio: ratio,
        }
    }

    fn overridden(&self, candidate: &Candidate) -> Overridden {
        let why = match candidate.outcome {
            Outcome::OutOfOrder => {
                "beside the levels of more specific sources it would be crossed in the wrong order".to_owned()
            }
            Outcome::Applied | Outcome::Overridden => self.winner(candidate),
        };
        let set_by = candidate.origin.set_by(candidate.metric, &self.known.resource, self.context);
        Overridden {
            severity: self.severity(candidate.severity),
            level: candidate.level,
            source: Word::Known(candidate.origin.source()),
            set_by: set_by.to_string(),
            why,
        }
    }

    /// What is in effect in place of an overridden setting.
    fn winner(&self, overridden: &Candidate) -> String {
        let key = (overridden.metric, overridden.severity);
        let Resolved { thresholds, candidates, .. } = &*self.known.resolved;
        if let Some(winner) = thresholds.iter().find(|one| (one.metric, one.severity) == key) {
            let unit = catalog::find(winner.metric).map_or(Unit::None, |row| row.unit);
            return format!("{} from {} has priority", amount(winner.value, unit), Word::Known(winner.source));
        }
        let is_winner = |one: &&Candidate| (one.metric, one.severity) == key && one.outcome == Outcome::Applied;
        let source = candidates.iter().find(is_winner).map(|winner| Word::Known(winner.origin.source()));
        source.map_or_else(
            || "a more specific source has priority".to_owned(),
            |source| format!("`off` from {source} has priority"),
        )
    }

    fn severity(&self, index: usize) -> String {
        self.context.config.severity(index).to_owned()
    }
}

/// The denominator of a metric's relative levels, if it is known.
fn measured(row: &Row, resource: &Resource) -> Option<Measured> {
    let denominator = row.alert?.relative_to?;
    let what = denominator_name(denominator, &resource.capacity);
    let source = Word::Known(threshold::denominator::known(denominator, resource)?.source);
    let value = threshold::denominator::of(row, resource)?;
    let is_held = resource.capacity.held.contains_key(row.metric);
    let awaited = threshold::denominator::current(row, resource).filter(|_| is_held);
    Some(Measured { what: what.to_owned(), value, source, awaited })
}

/// The name of a denominator for people.
const fn denominator_name(denominator: Denominator, capacity: &Capacity) -> &'static str {
    match denominator {
        Denominator::AllocatedStorage => "allocated storage",
        Denominator::LogStorage if capacity.log_volume_bytes.is_none() => "allocated storage",
        Denominator::LogVolumeSize | Denominator::LogStorage => "log volume",
        Denominator::LocalStorage => "local storage",
        Denominator::InstanceMemory => "memory",
        Denominator::MaxConnections => "connections",
        Denominator::Vcpus => "virtual CPUs",
        Denominator::MaxAcu => "capacity units",
        Denominator::ProvisionedIops => "I/O operations",
        Denominator::ProvisionedThroughput => "disk throughput",
        Denominator::NetworkBandwidth => "network bandwidth",
    }
}

fn problems(known: &Known, cluster: Option<&Known>, metric: Option<&str>) -> Vec<Problem> {
    let carriers = std::iter::once(known).chain(cluster);
    let all = carriers.flat_map(|carrier| carrier.resolved.issues.iter().map(|issue| (&carrier.resource.arn, issue)));
    let wanted = all.filter(|(_, issue)| metric.is_none() || issue.metric.is_none() || issue.metric == metric);
    wanted.map(|(on, issue)| Problem::of(on, issue)).collect()
}
