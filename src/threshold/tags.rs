//! The tags of one resource, read without regard to any other source.
//!
//! Keys that say different things of the same metric are all refused: nobody knows which one is meant, and the next
//! source is safer than a guess. A key for one severity is more specific than the key for the whole metric and stands
//! beside it without an issue, unless the two make a ladder out of order: then the whole one stands alone.
//! Legacy keys speak where ours are silent; one that contradicts ours is refused.

use std::collections::{BTreeMap, BTreeSet};

use super::mute::{self, Mutes};
use super::saying::{self, Saying, Word};
use super::{Issue, denominator, remedy};
use crate::catalog::Row;
use crate::catalog::measure::{self, Misfit, Whole};
use crate::config::tag_key::{self, Key};
use crate::config::{Config, ConnectionTag, Legacy};
use crate::level::{AmountUnit, Level, Reason, Written};
use crate::resource::{Facts, Kind, Resource};

/// What can be done about a connection limit that is none.
const WHOLE_NUMBER: &str = "Write the most connections that the engine takes as a whole number, such as 500.";

/// What can be done about connection limits that differ.
const ONE_LIMIT: &str = "Keep one of the tags that tell the connection limit.";

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
    /// The keys that are heard together of each metric, by rank.
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
    written: Result<Written, Reason>,
    /// What its levels are measured against, where it holds.
    whole: Option<Whole>,
    /// Whether what becomes of it hangs on what the database has, as that of a share does.
    by_whole: bool,
    pub(super) said: Result<Saying, Misfit>,
}

/// The tags of a resource as they hold for it or for a member of it; on a cluster those for its members too.
pub(super) fn read<'a>(carrier: &'a Resource, holds_for: &Resource, config: &Config) -> Tagged<'a> {
    let mut tagged = Tagged::default();
    let mut claims: BTreeMap<&'static str, Vec<Claim>> = BTreeMap::new();
    let mut mutes = Vec::new();
    for (key, text) in &carrier.tags {
        if let Some(legacy) = config.tags.legacy.get(key) {
            tagged.carries_ours = true;
            let claim = legacy_claim((carrier, holds_for), config, (key, text), legacy);
            claims.entry(legacy.metric).or_default().extend(claim);
            continue;
        }
        let read = tag_key::read(key, &config.tags.prefix);
        tagged.carries_ours |= !matches!(read, Key::Foreign | Key::NearMiss(_));
        match read {
            Key::Foreign | Key::MaxConnections => {}
            Key::NearMiss(name) => tagged.issues.push(near_miss(key, text, name, &config.tags.prefix)),
            Key::Mute(metric) => mutes.push(mute::Claim { key, text, metric }),
            Key::Level(metric, severity) => {
                let (said, meant) = ((key.as_str(), text.as_str()), (metric, severity));
                match claim((carrier, holds_for), config, said, meant) {
                    Ok(claim) => claims.entry(claim.row.metric).or_default().push(claim),
                    Err(issue) => tagged.issues.push(issue),
                }
            }
        }
    }
    tagged.issues.extend(config.connection_tags(carrier).iter().filter_map(no_limit));
    tagged.mutes = mute::read(&mutes, carrier.kind, config, &mut tagged.issues);
    for (metric, claims) in claims {
        tagged.settle(metric, claims, config.severities.len());
    }
    tagged
}

/// The issue of a connection limit that does not count.
fn no_limit(tag: &ConnectionTag) -> Option<Issue> {
    let reason = tag.limit.err()?;
    let advice = if reason == Reason::Duplicate { ONE_LIMIT } else { WHOLE_NUMBER };
    Some(Issue::tag(tag.key, tag.text, reason, None).advising(advice.to_owned()))
}

/// A key that misses the prefix, with the one that was meant if that is clear.
fn near_miss(key: &str, text: &str, name: &str, prefix: &str) -> Issue {
    let meant = tag_key::is_known(name).then(|| format!("Write the key as `{prefix}{name}`."));
    Issue::tag(key, text, Reason::NearMiss, None)
        .advising(meant.unwrap_or_else(|| format!("Write the prefix exactly as it is configured: `{prefix}`.")))
}

fn claim<'a>(
    carriers: (&'a Resource, &Resource),
    config: &Config,
    (key, text): (&'a str, &'a str),
    (metric, severity): (&str, Option<&str>),
) -> Result<Claim<'a>, Issue> {
    let severities = &config.severities;
    let no_metric = || {
        let advice = remedy::unknown_metric(metric, severity, config);
        Issue::tag(key, text, Reason::UnknownMetric, None).advising(advice)
    };
    let row = config.catalog.find(carriers.0.kind, metric).ok_or_else(no_metric)?;
    let position = |name| severities.iter().position(|known| known.eq_ignore_ascii_case(name));
    let unknown = || {
        let advice = format!("Write a severity that is configured: {}.", severities.join(" or "));
        Issue::tag(key, text, Reason::UnknownSeverity, Some(row.metric)).advising(advice)
    };
    let severity = severity.map(|name| position(name).ok_or_else(unknown)).transpose()?;
    let written = saying::tag(text, severity, severities.len(), AmountUnit::Bare);
    Ok(Claim::new((key, text), (row, severity), written, carriers, severities.len()))
}

fn legacy_claim<'a>(
    carriers: (&'a Resource, &Resource),
    config: &Config,
    (key, text): (&'a str, &'a str),
    legacy: &Legacy,
) -> Option<Claim<'a>> {
    let severities = config.severities.len();
    let row = config.catalog.find(carriers.0.kind, legacy.metric)?;
    let written = saying::tag(text, legacy.severity, severities, legacy.unit);
    let claim = Claim::new((key, text), (row, legacy.severity), written, carriers, severities);
    Some(Claim { is_legacy: true, ..claim })
}

/// Whether a level on this resource can ever fire: on members of a cluster also in another role.
fn has_meaning(carrier: &Resource, row: &Row) -> bool {
    can_be_about(carrier, row) || row.can_exist_on(&in_any_role(carrier))
}

/// Whether tags of this resource can be about a metric: one of its own, or on a cluster one that a member may have.
pub(super) fn can_be_about(carrier: &Resource, row: &Row) -> bool {
    if is_for_members(carrier, row) {
        row.can_exist_on(&any_member(carrier, row.kind))
    } else {
        row.can_exist_on(carrier)
    }
}

fn is_for_members(carrier: &Resource, row: &Row) -> bool {
    row.kind.parent == Some(carrier.kind)
}

/// Who should publish a metric that is tagged here.
fn publisher(carrier: &Resource, row: &Row) -> Resource {
    if is_for_members(carrier, row) { any_member(carrier, row.kind) } else { in_any_role(carrier) }
}

/// Classes differ from member to member, and members come and go: one of whatever class.
fn any_member(cluster: &Resource, kind: Kind) -> Resource {
    Resource { kind, cluster: Some(cluster.id.clone()), class: String::new(), ..in_any_role(cluster) }
}

/// Roles move: what a member would publish in the other one waits for that, and is no mistake.
fn in_any_role(carrier: &Resource) -> Resource {
    let facts = Facts { role: None, ..carrier.facts.clone() };
    Resource { facts, ..carrier.clone() }
}

impl<'a> Claim<'a> {
    fn new(
        (key, text): (&'a str, &'a str),
        (row, severity): (&'static Row, Option<usize>),
        written: Result<Written, Reason>,
        (carrier, holds_for): (&'a Resource, &Resource),
        severities: usize,
    ) -> Self {
        const UNKNOWN: Misfit = Misfit::Plain(Reason::NoDenominator);
        const NOT_PUBLISHED: Misfit = Misfit::Plain(Reason::NotPublished);
        let whole = denominator::whole(row, holds_for);
        let read = |whole| saying::written(row, written.as_ref().map_err(|reason| *reason)?, severities, whole);
        let (alone, said) = (read(None), read(whole));
        let by_whole = alone == Err(UNKNOWN) || (alone.is_ok() && said.is_err());
        let said = match said {
            Err(UNKNOWN) if !has_meaning(carrier, row) => Err(NOT_PUBLISHED),
            Err(UNKNOWN) if holds_for.kind != row.kind => Ok(vec![Word::Silent; severities]),
            Ok(saying) if saying::wants_level(&saying) && !has_meaning(carrier, row) => Err(NOT_PUBLISHED),
            said => said.map(|saying| saying::only(severity, saying)),
        };
        Self { key, text, carrier, row, severity, is_legacy: false, written, whole, by_whole, said }
    }

    pub(super) fn refused(&self, reason: Reason) -> Issue {
        Issue::tag(self.key, self.text, reason, Some(self.row.metric))
    }

    /// The issue of a value that says nothing.
    fn unsaid(&self, misfit: Misfit) -> Issue {
        let issue = self.refused(misfit.reason());
        match misfit {
            Misfit::Plain(Reason::NotPublished) => {
                let by = self.row.published_by(&publisher(self.carrier, self.row));
                issue.advising(format!(
                    "Remove the tag, unless the database is to change: the metric is published only by {by}."
                ))
            }
            Misfit::Plain(Reason::TooManyLevels) if self.severity.is_some() => {
                issue.advising("Write one level: this key is for one severity.".to_owned())
            }
            Misfit::Plain(Reason::NotANumber) => issue.advising(remedy::unreadable(self.row, self.text)),
            Misfit::Plain(Reason::WrongUnit) => {
                issue.advising(remedy::wrong_unit(self.row, self.written.as_ref().ok()))
            }
            _ => issue.advising(misfit.remedy(self.row)),
        }
    }

    /// Whether it wants a level, readable or not.
    fn wants_level(&self) -> bool {
        self.by_whole || self.said.is_err() || self.gives_level()
    }

    /// Whether it gives a level where it holds.
    pub(super) fn gives_level(&self) -> bool {
        self.said.as_ref().is_ok_and(|saying| saying::wants_level(saying))
    }

    /// Whether it says that there is no level of some severity.
    pub(super) fn blanks(&self) -> bool {
        self.said.as_ref().is_ok_and(|saying| saying.contains(&Word::Blank))
    }

    /// What it says of a severity.
    fn word(&self, severity: usize) -> Word {
        self.said.as_ref().map_or(Word::Silent, |saying| saying[severity])
    }

    /// The level of a severity as written.
    fn level(&self, severity: usize) -> Option<Level> {
        match &self.written {
            Ok(Written::Ladder(levels)) => levels[severity].clone(),
            Ok(Written::Off) | Err(_) => None,
        }
    }

    /// Who speaks of the same severity is heard by this: ours before legacy keys, then the one for a single severity.
    const fn rank(&self) -> (bool, bool) {
        (!self.is_legacy, self.severity.is_some())
    }

    /// Whether it speaks of a severity of which these words say something else.
    fn contradicts(&self, saying: &[Word]) -> bool {
        self.said.as_ref().is_ok_and(|own| saying::contradicts(own, saying))
    }

    /// Whether another one for the same thing cannot be read or says something else.
    fn disagrees(&self, other: &Self) -> bool {
        self.severity == other.severity && self.said != other.said
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
        let (legacy, ours): (Vec<Claim>, Vec<Claim>) = claims.into_iter().partition(|claim| claim.is_legacy);
        let (legacy, ours) = (self.fitting(legacy, severities), self.fitting(ours, severities));
        let claims = self.with_legacy(ours, legacy, severities);
        self.sayings.insert(metric, together(&claims, severities).unwrap_or_else(|| vec![Word::Silent; severities]));
        self.claims.insert(metric, claims);
    }

    /// The keys of one kind that can be heard together, by rank.
    fn fitting(&mut self, claims: Vec<Claim<'a>>, severities: usize) -> Vec<Claim<'a>> {
        let mut agreed = self.agreed(claims);
        agreed.sort_by_key(Claim::rank);
        if together(&agreed, severities).is_some() {
            return agreed;
        }
        let is_out_of_order = |claim: &Claim| claim.severity.is_some() && claim.gives_level();
        let (refused, fitting): (Vec<_>, Vec<_>) = agreed.into_iter().partition(is_out_of_order);
        self.issues.extend(refused.iter().map(|claim| claim.refused(Reason::WrongOrder)));
        fitting
    }

    /// Ours, and before them the legacy keys if all together are in order.
    fn with_legacy(&mut self, ours: Vec<Claim<'a>>, legacy: Vec<Claim<'a>>, severities: usize) -> Vec<Claim<'a>> {
        let said = together(&ours, severities);
        let mut claims = legacy;
        let first_of_ours = claims.len();
        claims.extend(ours);
        let fits = together(&claims, severities).is_some();
        for claim in &claims[..first_of_ours] {
            if said.as_ref().is_some_and(|ours| claim.contradicts(ours)) {
                self.issues.push(claim.refused(Reason::Duplicate));
            } else if !fits && claim.gives_level() {
                self.issues.push(claim.refused(Reason::WrongOrder));
            }
        }
        if fits { claims } else { claims.split_off(first_of_ours) }
    }

    /// The keys that can be read and agree with all others for the same severity, or for the whole metric.
    fn agreed(&mut self, claims: Vec<Claim<'a>>) -> Vec<Claim<'a>> {
        let refusal = |claim: &Claim| match &claim.said {
            Err(misfit) => Some(claim.unsaid(*misfit)),
            Ok(_) => claims.iter().any(|other| claim.disagrees(other)).then(|| claim.refused(Reason::Duplicate)),
        };
        let refusals: Vec<Option<Issue>> = claims.iter().map(refusal).collect();
        let mut agreed = Vec::new();
        for (claim, refusal) in claims.into_iter().zip(refusals) {
            match refusal {
                Some(issue) => self.issues.push(issue),
                None => agreed.push(claim),
            }
        }
        agreed
    }
}

/// What keys say together, each heard before those in front of it; `None` if that is out of order.
///
/// It is judged like one ladder, so that levels which cross only because of the denominator are crossed together.
fn together(claims: &[Claim], severities: usize) -> Option<Saying> {
    let (mut saying, mut ladder) = (vec![Word::Silent; severities], vec![None; severities]);
    for claim in claims {
        for severity in (0..severities).filter(|severity| claim.word(*severity) != Word::Silent) {
            saying[severity] = claim.word(severity);
            ladder[severity] = claim.level(severity);
        }
    }
    let Some(claim) = claims.first().filter(|_| saying::wants_level(&saying)) else { return Some(saying) };
    let numbers = measure::ladder(claim.row, &Written::Ladder(ladder), claim.whole).ok()?;
    for (word, number) in saying.iter_mut().zip(numbers) {
        *word = number.map_or(*word, Word::Level);
    }
    Some(saying)
}

/// The keys that are heard of a severity: the most specific of those that speak of it.
pub(super) fn heard<'c, 'a>(claims: &'c [Claim<'a>], severity: usize) -> impl Iterator<Item = &'c Claim<'a>> {
    let speaking = move || claims.iter().filter(move |claim| claim.word(severity) != Word::Silent);
    let rank = speaking().map(Claim::rank).max();
    speaking().filter(move |claim| Some(claim.rank()) == rank)
}

/// These keys, as `key = value`.
pub(super) fn said(claims: &[Claim], severity: usize) -> String {
    let tags = heard(claims, severity).map(|claim| format!("{} = {}", claim.key, claim.text));
    tags.collect::<Vec<_>>().join(", ")
}
