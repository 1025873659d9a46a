//! The levels of one resource, from its tags, its cluster's tags, overrides, configuration and defaults.
//!
//! A pipeline: each stage is one file, and none imports a later one.
//!
//! ```text
//! parse     the tags of one carrier → level tags, mute tags, issues
//! layer     → for each metric the sources, the most specific one first
//! bound     → the same as far as guards allow it, and the violations
//! resolve   → the levels in effect, and what happened to every other setting
//! schedule  → when tags mute the levels
//! ```
//!
//! What cannot be used is an issue, and the next source takes over. No series, no text for pages, no clock.

use crate::config::Config;
use crate::level::Reason;
use crate::resource::{Resource, Tags};
use crate::time::Timestamp;

mod bound;
mod candidate;
pub mod denominator;
mod issue;
mod ladder;
mod layer;
mod parse;
mod remedy;
mod resolve;
mod resolved;
mod schedule;
mod source;
mod subject;
#[cfg(test)]
mod tests;

pub use candidate::{Candidate, Origin, SetBy, Threshold};
pub use issue::{Issue, MAX_ISSUES_PER_RESOURCE};
pub use ladder::Outcome;
pub use parse::{ParsedTags, Tag, carries_tags, parse};
pub use resolved::Resolved;
pub use schedule::{MuteSchedule, TaggedMute};
pub use source::Source;
pub use subject::{Carrier, ResolveContext, Subject};

use bound::Guards;
use layer::Sources;
use resolve::resolve_metric;
use schedule::schedule;

/// The levels of one resource, and the issues of its own tags.
///
/// The tags of its cluster are inherited. Their issues are reported for the cluster, except those that depend on the
/// denominators of the member. `now` decides which mutes are issues.
#[must_use]
pub fn resolve(subject: Subject, context: ResolveContext, now: Timestamp) -> Resolved {
    let resource = subject.resource;
    let guards = Guards::of(subject, context);
    let mut sources = Sources::gather(subject, context);
    let mut violations = guards.limit_extra_metrics(&mut sources, context.selection);
    violations.extend(guards.refuse_off(&mut sources, context.selection));

    let mut resolved = Resolved::default();
    resolved.issues.extend(sources.issues().cloned());
    for selected in context.selection.metrics.iter().filter(|selected| selected.row.can_exist_on(resource)) {
        let row = selected.row;
        resolved.named.extend(sources.wants_level(row).then_some(row.metric));
        let Some(layers) = sources.layers(selected) else { continue };
        resolved.issues.extend(sources.inherited_issues(row.metric).cloned());
        resolved.add(row.metric, resolve_metric(&guards.bind(layers, &violations)));
    }
    let (schedule, issues) = schedule(subject, &guards, context.selection, now);
    resolved.issues.extend(issues);
    Resolved { schedule, ..resolved }.sorted()
}

/// Whether one tag could be used on a resource, for all that is known; the denominator of a share may be unknown.
#[must_use]
pub fn is_understood(resource: &Resource, (key, text): (&str, &str), config: &Config) -> bool {
    let tags = parse(&Tags::from_iter([(key.to_owned(), text.to_owned())]), resource.kind, config);
    let is_usable = |issue: Issue| issue.reason == Reason::NoDenominator;
    tags.has_own_keys && layer::issues_of(Subject { resource, tags: &tags, parent: None }, config).all(is_usable)
}
