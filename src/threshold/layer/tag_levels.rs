//! What the tags of one carrier set for one metric of one resource.
//!
//! Keys with different values for the same thing are all issues: it is not clear which one is meant, and the next source
//! is safer than a guess. A key for one severity is more specific than the key for the whole metric and overrides it
//! without an issue; if the two are out of order, only the key for the whole metric is used. Legacy keys count where keys
//! with the prefix set nothing; a legacy key that contradicts them is an issue.

use std::collections::BTreeMap;

use super::super::issue::Issue;
use super::super::ladder::{Ladder, Setting};
use super::super::parse::LevelTag;
use super::super::subject::Carrier;
use super::measured::{MeasuredTag, Place};
use crate::catalog::{Row, measure};
use crate::config::Config;
use crate::level::{Reason, Written};
use crate::resource::Resource;

/// The tags of one carrier by metric, measured on one resource.
pub(in super::super) type TagsByMetric<'a> = BTreeMap<&'static str, TagLevels<'a>>;

/// What the tags of one carrier set for one metric.
pub(in super::super) struct TagLevels<'a> {
    /// The tags that are used together, by rank.
    pub(in super::super) tags: Vec<MeasuredTag<'a>>,
    /// What they set together.
    pub(in super::super) ladder: Ladder,
    /// The tags that are not used.
    pub(in super::super) issues: Vec<Issue>,
    /// Whether any tag wants a level, readable or not.
    pub(in super::super) wants_level: bool,
    /// Whether the denominator of the resource decides whether a tag can be used.
    pub(super) depends_on_denominator: bool,
    place: Place<'a>,
}

/// Measures all level tags of a carrier on a resource: on the carrier itself, on a member or on a volume of it.
///
/// A tag of an instance for a metric that its volumes have, too, is a level for each of them: a share is one of the
/// volume's own size, and an amount holds for each volume, for each can fill up by itself.
pub(super) fn measured<'a>(carrier: Carrier<'a>, resource: &'a Resource, config: &Config) -> TagsByMetric<'a> {
    let mut by_metric = TagsByMetric::new();
    let of_volumes = |row: &Row| config.catalog.rows().find(|one| one.id() == row.id() && one.kind == resource.kind);
    for (metric, tags) in &carrier.tags.levels {
        let Some(first) = tags.first() else { continue };
        let row = if resource.kind.is_volume() { of_volumes(first.row) } else { None };
        let row = row.unwrap_or(first.row);
        let place = Place::new(row, carrier.resource, resource, config.severities.len());
        let measured = tags.iter().map(|tag| place.measure(tag)).collect();
        by_metric.insert(*metric, Combination { place, issues: Vec::new() }.combine(measured));
    }
    by_metric
}

impl<'a> TagLevels<'a> {
    /// Stops using that tags disable any of these severities, as if it was not written, and returns the tags.
    ///
    /// The tags of a lower rank, such as legacy keys, count again where a tag is not used any more.
    pub(in super::super) fn refuse_off(&mut self, severities: &[usize]) -> Vec<&'a LevelTag> {
        let mut refused = Vec::new();
        let is_disabled = |ladder: &Ladder, severity| ladder.setting(severity) == Setting::Disabled;
        while let Some(severity) = severities.iter().copied().find(|severity| is_disabled(&self.ladder, *severity)) {
            let rank = setting(&self.tags, severity).map(MeasuredTag::rank).max();
            let disables =
                |tag: &&mut MeasuredTag| tag.setting(severity) == Setting::Disabled && Some(tag.rank()) == rank;
            refused.extend(self.tags.iter_mut().filter(disables).map(|tag| tag.refuse_off(severity)));
            self.combine_again();
        }
        refused
    }

    fn combine_again(&mut self) {
        let (legacy, own): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.tags).into_iter().partition(|tag| tag.tag.is_legacy);
        let is_of_legacy = |issue: &Issue| legacy.iter().any(|tag| tag.tag.issue(Reason::Duplicate) == *issue);
        self.issues.retain(|issue| !is_of_legacy(issue));
        let mut combination = Combination { place: self.place, issues: std::mem::take(&mut self.issues) };
        self.tags = combination.with_legacy(own, legacy);
        self.ladder = combination.together(&self.tags).unwrap_or_else(|| Ladder::unset(self.place.severities));
        self.issues = combination.issues;
    }

    /// Stops using the tags, as if they were not there; their issues stay.
    pub(in super::super) fn withdraw(&mut self) {
        self.tags.clear();
        self.ladder = Ladder::unset(self.ladder.len());
        self.wants_level = false;
    }
}

/// The tags that set a severity: those of the highest rank among all that do.
pub(in super::super) fn setting<'t, 'a>(
    tags: &'t [MeasuredTag<'a>],
    severity: usize,
) -> impl Iterator<Item = &'t MeasuredTag<'a>> {
    let setting = move || tags.iter().filter(move |tag| tag.setting(severity) != Setting::Unset);
    let rank = setting().map(MeasuredTag::rank).max();
    setting().filter(move |tag| Some(tag.rank()) == rank)
}

/// Combines the tags of one carrier for one metric.
struct Combination<'a> {
    place: Place<'a>,
    issues: Vec<Issue>,
}

impl<'a> Combination<'a> {
    fn combine(mut self, tags: Vec<MeasuredTag<'a>>) -> TagLevels<'a> {
        let wants_level = tags.iter().any(MeasuredTag::wants_level);
        let depends_on_denominator = tags.iter().any(|tag| tag.depends_on_denominator);
        let (legacy, own): (Vec<_>, Vec<_>) = tags.into_iter().partition(|tag| tag.tag.is_legacy);
        let (legacy, own) = (self.in_order(legacy), self.in_order(own));
        let tags = self.with_legacy(own, legacy);
        let ladder = self.together(&tags).unwrap_or_else(|| Ladder::unset(self.place.severities));
        TagLevels { tags, ladder, issues: self.issues, wants_level, depends_on_denominator, place: self.place }
    }

    /// The tags that can be used together, by rank.
    fn in_order<'t>(&mut self, tags: Vec<MeasuredTag<'t>>) -> Vec<MeasuredTag<'t>> {
        let mut agreed = self.agreed(tags);
        agreed.sort_by_key(MeasuredTag::rank);
        if self.together(&agreed).is_some() {
            return agreed;
        }
        let is_out_of_order = |tag: &MeasuredTag| tag.tag.severity.is_some() && tag.has_level();
        let (out_of_order, in_order): (Vec<_>, Vec<_>) = agreed.into_iter().partition(is_out_of_order);
        self.issues.extend(out_of_order.iter().map(|tag| tag.tag.issue(Reason::WrongOrder)));
        in_order
    }

    /// The tags that can be measured and agree with all others for the same severity, or for the whole metric.
    fn agreed<'t>(&mut self, tags: Vec<MeasuredTag<'t>>) -> Vec<MeasuredTag<'t>> {
        let issues: Vec<Option<Issue>> = tags.iter().map(|tag| self.disagreement(tag, &tags)).collect();
        let mut agreed = Vec::new();
        for (tag, issue) in tags.into_iter().zip(issues) {
            match issue {
                Some(issue) => self.issues.push(issue),
                None => agreed.push(tag),
            }
        }
        agreed
    }

    fn disagreement(&self, tag: &MeasuredTag, all: &[MeasuredTag]) -> Option<Issue> {
        match tag.ladder {
            Err(error) => Some(self.place.issue(tag.tag, error)),
            Ok(_) => all.iter().any(|other| tag.disagrees(other)).then(|| tag.tag.issue(Reason::Duplicate)),
        }
    }

    /// The tags with the prefix, and before them the legacy tags if all together are in order.
    fn with_legacy<'t>(&mut self, own: Vec<MeasuredTag<'t>>, legacy: Vec<MeasuredTag<'t>>) -> Vec<MeasuredTag<'t>> {
        let own_ladder = self.together(&own);
        let mut tags = legacy;
        let first_own = tags.len();
        tags.extend(own);
        let is_in_order = self.together(&tags).is_some();
        for tag in &tags[..first_own] {
            if own_ladder.as_ref().is_some_and(|own| tag.ladder.as_ref().is_ok_and(|legacy| legacy.contradicts(own))) {
                self.issues.push(tag.tag.issue(Reason::Duplicate));
            } else if !is_in_order && tag.has_level() {
                self.issues.push(tag.tag.issue(Reason::WrongOrder));
            }
        }
        if is_in_order { tags } else { tags.split_off(first_own) }
    }

    /// What tags set together, where each one overrides those before it; `None` if that is out of order.
    ///
    /// The combination is measured like one written ladder, so that levels which are out of order only because of the
    /// denominator move to each other.
    fn together(&self, tags: &[MeasuredTag]) -> Option<Ladder> {
        let severities = self.place.severities;
        let (mut ladder, mut written) = (Ladder::unset(severities), vec![None; severities]);
        for tag in tags {
            for (severity, setting) in tag.ladder.iter().flat_map(Ladder::settings) {
                ladder.set(severity, setting);
                written[severity] = tag.tag.level(severity);
            }
        }
        if !ladder.has_level() {
            return Some(ladder);
        }
        let levels = measure::ladder(self.place.row, &Written::Ladder(written), self.place.reference).ok()?;
        for (severity, level) in levels.into_iter().enumerate().filter_map(|(at, level)| Some((at, level?))) {
            ladder.set(severity, Setting::Level(level));
        }
        Some(ladder)
    }
}
