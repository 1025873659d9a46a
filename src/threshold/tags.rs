//! The tags of one resource, read without regard to any other source.
//!
//! Keys that say different things of the same metric are all refused: nobody knows which one is meant, and the next
//! source is safer than a guess. A key for one severity is more specific than the key for the whole metric and stands
//! beside it without an issue, unless the two make a ladder out of order: then the whole one stands alone.
//! Legacy keys speak where ours are silent; one that contradicts ours is refused.

use std::collections::{BTreeMap, BTreeSet};

use super::key::{self, Key};
use super::mute::{self, Mutes};
use super::saying::{self, Saying, Word};
use super::{Issue, denominator};
use crate::catalog::measure::{Misfit, Whole};
use crate::catalog::{self, Row};
use crate::config::{Config, Legacy, max_connections};
use crate::level::{AmountUnit, Reason};
use crate::resource::{Facts, Kind, Resource};

/// What can be done about a connection limit that is none.
const WHOLE_NUMBER: &str = "Write the most connections that the engine takes as a whole number, such as 500.";

/// What can be done about connection limits that differ.
const ONE_LIMIT: &str = "Keep one of the keys that tell the connection limit.";

/// What the tags of one resource say.
#[derive(Default)]
pub(super) struct Tagged<'a> {
    /// By metric.
    pub(super) sayings: BTreeMap<&'static str, Saying>,
    /// When levels are muted.
    pub(super) mutes: Mutes,
    /// What could not be used.
    pub(super) issues: Vec<Issue>,
    /// The metrics that a tag wants a level for, readable or not.
    pub(super) named: BTreeSet<&'static str>,
    /// The keys that speak of each metric.
    pub(super) claims: BTreeMap<&'static str, Vec<Claim<'a>>>,
    /// The metrics whose levels hang on what a database has: what becomes of them is known member by member.
    by_whole: BTreeSet<&'static str>,
    /// Whether any key begins with the prefix or is a configured legacy key.
    pub(super) carries_ours: bool,
}

/// One key and what it says, for the whole metric or for one severity.
pub(super) struct Claim<'a> {
    key: &'a str,
    text: &'a str,
    carrier: &'a Resource,
    row: &'static Row,
    severity: Option<usize>,
    is_legacy: bool,
    /// Whether what becomes of it hangs on what the database has, as that of a share does.
    by_whole: bool,
    pub(super) said: Result<Saying, Misfit>,
}

/// The tags of a resource as they hold for it or for a member of it; on a cluster those for its members too.
pub(super) fn read<'a>(carrier: &'a Resource, holds_for: &Resource, config: &Config) -> Tagged<'a> {
    let mut tagged = Tagged::default();
    let mut claims: BTreeMap<&'static str, Vec<Claim>> = BTreeMap::new();
    let (mut mutes, mut limits) = (Vec::new(), Vec::new());
    for (key, text) in &carrier.tags {
        if let Some(legacy) = config.tags.legacy.get(key) {
            tagged.carries_ours = true;
            let claim = legacy_claim((carrier, holds_for), config.severities.len(), (key, text), legacy);
            claims.entry(legacy.metric).or_default().extend(claim);
            continue;
        }
        let read = key::read(key, &config.tags.prefix);
        tagged.carries_ours |= !matches!(read, Key::Foreign | Key::NearMiss(_));
        match read {
            Key::Foreign => {}
            Key::MaxConnections => limits.push((key.as_str(), text.as_str())),
            Key::NearMiss(name) => tagged.issues.push(near_miss(key, text, name, &config.tags.prefix)),
            Key::Mute(metric) => mutes.push(mute::Claim { key, text, metric }),
            Key::Level(metric, severity) => {
                let (said, meant) = ((key.as_str(), text.as_str()), (metric, severity));
                match claim((carrier, holds_for), &config.severities, said, meant) {
                    Ok(claim) => claims.entry(claim.row.metric).or_default().push(claim),
                    Err(issue) => tagged.issues.push(issue),
                }
            }
        }
    }
    tagged.issues.extend(issues_of_limits(&limits));
    tagged.mutes = mute::read(&mutes, &mut tagged.issues);
    for (metric, claims) in claims {
        tagged.settle(metric, claims, config.severities.len());
    }
    tagged
}

/// What is wrong with keys that tell the connection limit: each that is no number, and all others if they differ.
fn issues_of_limits(told: &[(&str, &str)]) -> Vec<Issue> {
    let limits: Vec<u32> = told.iter().filter_map(|(_, text)| max_connections(text)).collect();
    let agree = limits.windows(2).all(|pair| pair[0] == pair[1]);
    let issue = |(key, text): &(&str, &str)| match max_connections(text) {
        None => Some(Issue::tag(key, text, Reason::NotANumber, None).advising(WHOLE_NUMBER.to_owned())),
        Some(_) => (!agree).then(|| Issue::tag(key, text, Reason::Duplicate, None).advising(ONE_LIMIT.to_owned())),
    };
    told.iter().filter_map(issue).collect()
}

/// A key that misses the prefix, with the one that was meant if that is clear.
fn near_miss(key: &str, text: &str, name: &str, prefix: &str) -> Issue {
    let meant = key::is_known(name).then(|| format!("Write the key as `{prefix}{name}`."));
    Issue::tag(key, text, Reason::NearMiss, None)
        .advising(meant.unwrap_or_else(|| format!("Write the prefix exactly as it is configured: `{prefix}`.")))
}

/// The tags that name a metric as a whole or for one severity, as `key = value`.
pub(super) fn said(carrier: &Resource, config: &Config, metric: &str, severity: usize) -> String {
    let about = |key: &str| match (config.tags.legacy.get(key), key::read(key, &config.tags.prefix)) {
        (Some(legacy), _) => legacy.metric == metric && legacy.severity.is_none_or(|of| of == severity),
        (None, Key::Level(name, of)) => {
            catalog::find(name).is_some_and(|row| row.metric == metric)
                && of.is_none_or(|of| config.severities.get(severity).is_some_and(|name| name.eq_ignore_ascii_case(of)))
        }
        _ => false,
    };
    let tags = carrier.tags.iter().filter(|(key, _)| about(key));
    tags.map(|(key, text)| format!("{key} = {text}")).collect::<Vec<_>>().join(", ")
}

fn claim<'a>(
    (carrier, holds_for): (&'a Resource, &Resource),
    severities: &[String],
    (key, text): (&'a str, &'a str),
    (metric, severity): (&str, Option<&str>),
) -> Result<Claim<'a>, Issue> {
    let row = catalog::find(metric).ok_or_else(|| Issue::tag(key, text, Reason::UnknownMetric, None))?;
    let position = |name| severities.iter().position(|known| known.eq_ignore_ascii_case(name));
    let unknown = || Issue::tag(key, text, Reason::UnknownSeverity, Some(row.metric));
    let severity = severity.map(|name| position(name).ok_or_else(unknown)).transpose()?;
    let read = |whole| saying::tag(row, text, severity, severities.len(), AmountUnit::Bare, whole);
    let (by_whole, said) = judged(carrier, holds_for, row, severities.len(), read);
    Ok(Claim { key, text, carrier, row, severity, is_legacy: false, by_whole, said })
}

fn legacy_claim<'a>(
    (carrier, holds_for): (&'a Resource, &Resource),
    severities: usize,
    (key, text): (&'a str, &'a str),
    legacy: &Legacy,
) -> Option<Claim<'a>> {
    let row = catalog::find(legacy.metric)?;
    let read = |whole| saying::tag(row, text, legacy.severity, severities, legacy.unit, whole);
    let (by_whole, said) = judged(carrier, holds_for, row, severities, read);
    Some(Claim { key, text, carrier, row, severity: legacy.severity, is_legacy: true, by_whole, said })
}

/// Whether a value hangs on what the database has, and what it says where it holds.
fn judged(
    carrier: &Resource,
    holds_for: &Resource,
    row: &Row,
    severities: usize,
    read: impl Fn(Option<Whole>) -> Result<Saying, Misfit>,
) -> (bool, Result<Saying, Misfit>) {
    const UNKNOWN: Misfit = Misfit::Plain(Reason::NoDenominator);
    const NOT_PUBLISHED: Misfit = Misfit::Plain(Reason::NotPublished);
    let (alone, said) = (read(None), read(denominator::whole(row, holds_for)));
    let by_whole = alone == Err(UNKNOWN) || (alone.is_ok() && said.is_err());
    let said = match said {
        Err(UNKNOWN) if !has_meaning(carrier, row) => Err(NOT_PUBLISHED),
        Err(UNKNOWN) if holds_for.kind != row.kind => Ok(vec![Word::Silent; severities]),
        Ok(saying) if saying::wants_level(&saying) && !has_meaning(carrier, row) => Err(NOT_PUBLISHED),
        said => said,
    };
    (by_whole, said)
}

/// Whether a level on this resource can ever fire: on members of a cluster also in another role.
fn has_meaning(carrier: &Resource, row: &Row) -> bool {
    can_be_about(carrier, row) || row.can_exist_on(&in_any_role(carrier))
}

/// Whether tags of this resource can be about a metric: one of its own, or on a cluster one of its members.
pub(super) fn can_be_about(carrier: &Resource, row: &Row) -> bool {
    let for_members = carrier.kind == Kind::DbCluster && row.kind == Kind::DbInstance;
    for_members || row.can_exist_on(carrier)
}

/// Roles move: what a member would publish in the other one waits for that, and is no mistake.
fn in_any_role(carrier: &Resource) -> Resource {
    let facts = Facts { role: None, ..carrier.facts.clone() };
    Resource { facts, ..carrier.clone() }
}

impl Claim<'_> {
    pub(super) fn refused(&self, reason: Reason) -> Issue {
        Issue::tag(self.key, self.text, reason, Some(self.row.metric))
    }

    /// The issue of a value that says nothing.
    fn unsaid(&self, misfit: Misfit) -> Issue {
        let issue = self.refused(misfit.reason());
        match misfit {
            Misfit::Plain(Reason::NotPublished) => {
                let by = self.row.published_by(&in_any_role(self.carrier));
                issue.advising(format!(
                    "Remove the tag, unless the database is to change: the metric is published only by {by}."
                ))
            }
            _ => issue.advising(misfit.remedy(self.row)),
        }
    }

    pub(super) fn wants_level(&self) -> bool {
        self.by_whole || self.said.as_ref().map_or(true, |saying| saying::wants_level(saying))
    }
}

impl<'a> Tagged<'a> {
    /// What could not be used of a metric whose levels hang on what a database has.
    pub(super) fn issues_by_whole(&self, metric: &'static str) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(move |issue| issue.metric == Some(metric) && self.by_whole.contains(metric))
    }

    /// Makes one saying of all keys for one metric.
    fn settle(&mut self, metric: &'static str, claims: Vec<Claim<'a>>, severities: usize) {
        if claims.iter().any(Claim::wants_level) {
            self.named.insert(metric);
        }
        if claims.iter().any(|claim| claim.by_whole) {
            self.by_whole.insert(metric);
        }
        let (legacy, ours): (Vec<&Claim>, Vec<&Claim>) = claims.iter().partition(|claim| claim.is_legacy);
        let (ours, said) = (self.one_saying(&ours, severities), self.one_saying(&legacy, severities));
        let together = self.with_legacy(ours, &said, &legacy);
        self.sayings.insert(metric, together);
        self.claims.insert(metric, claims);
    }

    /// What keys of one kind say together.
    fn one_saying(&mut self, claims: &[&Claim], severities: usize) -> Saying {
        let silence = vec![Word::Silent; severities];
        let whole = self.agreed(claims, None).unwrap_or_else(|| silence.clone());
        let single = (0..severities).filter_map(|severity| self.agreed(claims, Some(severity)));
        let mut single = single.fold(silence, |base, over| saying::overlay(&base, &over));
        if !in_order(claims, &saying::overlay(&whole, &single)) {
            self.refuse_levels(claims, &mut single);
        }
        saying::overlay(&whole, &single)
    }

    /// Ours, and what legacy keys say where ours are silent.
    fn with_legacy(&mut self, ours: Saying, said: &[Word], legacy: &[&Claim]) -> Saying {
        let together = saying::overlay(said, &ours);
        let fits = in_order(legacy, &together);
        for claim in legacy {
            let Ok(saying) = &claim.said else { continue };
            if saying::contradicts(saying, &ours) {
                self.issues.push(claim.refused(Reason::Duplicate));
            } else if !fits && saying::wants_level(saying) {
                self.issues.push(claim.refused(Reason::WrongOrder));
            }
        }
        if fits { together } else { ours }
    }

    /// Takes the levels out of what the keys for single severities agreed on.
    fn refuse_levels(&mut self, claims: &[&Claim], single: &mut [Word]) {
        for claim in claims {
            if claim.severity.is_some_and(|severity| single[severity].level().is_some()) {
                self.issues.push(claim.refused(Reason::WrongOrder));
            }
        }
        for word in single.iter_mut().filter(|word| word.level().is_some()) {
            *word = Word::Silent;
        }
    }

    /// What the keys for the whole metric, or those for one severity, agree on.
    fn agreed(&mut self, claims: &[&Claim], severity: Option<usize>) -> Option<Saying> {
        let claims: Vec<&&Claim> = claims.iter().filter(|claim| claim.severity == severity).collect();
        let agree = claims.windows(2).all(|pair| pair[0].said == pair[1].said);
        for claim in &claims {
            match &claim.said {
                Err(misfit) => self.issues.push(claim.unsaid(*misfit)),
                Ok(_) if !agree => self.issues.push(claim.refused(Reason::Duplicate)),
                Ok(_) => {}
            }
        }
        claims.first().filter(|_| agree)?.said.clone().ok()
    }
}

/// Whether the levels that these keys make are in order; a metric without a bad side has none.
fn in_order(claims: &[&Claim], saying: &[Word]) -> bool {
    let alert = claims.first().and_then(|claim| claim.row.alert);
    alert.is_none_or(|alert| alert.bad.in_order(&saying::levels(saying)))
}
