//! The tags of one resource, read without regard to any other source.
//!
//! Keys that say different things of the same metric are all refused: nobody knows which one is meant, and the next
//! source is safer than a guess. A key for one severity is more specific than the key for the whole metric and stands
//! beside it without an issue, unless the two make a ladder out of order: then the whole one stands alone.

use std::collections::{BTreeMap, BTreeSet};

use super::key::{self, Key};
use super::saying::{self, Saying, Word};
use super::{Issue, published};
use crate::catalog::{self, Row};
use crate::config::Config;
use crate::level::Reason;
use crate::resource::Resource;

/// What the tags of one resource say.
#[derive(Default)]
pub(super) struct Tagged {
    /// By metric.
    pub(super) sayings: BTreeMap<&'static str, Saying>,
    /// What could not be used.
    pub(super) issues: Vec<Issue>,
    /// The metrics that a tag wants a level for, readable or not.
    pub(super) named: BTreeSet<&'static str>,
    /// Whether any key begins with the prefix.
    pub(super) carries_ours: bool,
}

/// One key and what it says, for the whole metric or for one severity.
struct Claim<'a> {
    key: &'a str,
    text: &'a str,
    row: &'static Row,
    severity: Option<usize>,
    said: Result<Saying, Reason>,
}

/// The tags of a resource; on a cluster those for its members too.
pub(super) fn read(carrier: &Resource, config: &Config) -> Tagged {
    let mut tagged = Tagged::default();
    let mut claims: BTreeMap<&'static str, Vec<Claim>> = BTreeMap::new();
    for (key, text) in &carrier.tags {
        let read = key::read(key, &config.tags.prefix);
        tagged.carries_ours |= !matches!(read, Key::Foreign | Key::NearMiss);
        match read {
            Key::Foreign | Key::MaxConnections => {}
            Key::NearMiss => tagged.issues.push(Issue::tag(key, text, Reason::NearMiss, None)),
            // Times are not read yet: an ignored mute must not look like a mute.
            Key::Mute => tagged.issues.push(Issue::tag(key, text, Reason::BadTime, None)),
            Key::Level(metric, severity) => match claim(carrier, config, (key, text), metric, severity) {
                Ok(claim) => claims.entry(claim.row.metric).or_default().push(claim),
                Err(issue) => tagged.issues.push(issue),
            },
        }
    }
    for (metric, claims) in claims {
        tagged.settle(metric, &claims, config.severities.len());
    }
    tagged
}

fn claim<'a>(
    carrier: &Resource,
    config: &Config,
    (key, text): (&'a str, &'a str),
    metric: &str,
    severity: Option<&str>,
) -> Result<Claim<'a>, Issue> {
    let row = catalog::find(metric).ok_or_else(|| Issue::tag(key, text, Reason::UnknownMetric, None))?;
    let position = |name| {
        config
            .severities
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))
    };
    let unknown = || Issue::tag(key, text, Reason::UnknownSeverity, Some(row.metric));
    let severity = severity.map(|name| position(name).ok_or_else(unknown)).transpose()?;
    let said = saying::tag(row, text, severity, config.severities.len()).and_then(|saying| {
        let misplaced = saying::wants_level(&saying) && !published::can_carry(carrier, row);
        if misplaced {
            Err(Reason::NotPublished)
        } else {
            Ok(saying)
        }
    });
    Ok(Claim {
        key,
        text,
        row,
        severity,
        said,
    })
}

impl Claim<'_> {
    fn refused(&self, reason: Reason) -> Issue {
        Issue::tag(self.key, self.text, reason, Some(self.row.metric))
    }

    fn wants_level(&self) -> bool {
        self.said.as_ref().map_or(true, |saying| saying::wants_level(saying))
    }
}

impl Tagged {
    /// Makes one saying of all keys for one metric.
    fn settle(&mut self, metric: &'static str, claims: &[Claim], severities: usize) {
        let silence = vec![Word::Silent; severities];
        let whole = self.agreed(claims, None).unwrap_or_else(|| silence.clone());
        let single = (0..severities).filter_map(|severity| self.agreed(claims, Some(severity)));
        let single = single.fold(silence, |base, over| saying::overlay(&base, &over));
        if claims.iter().any(Claim::wants_level) {
            self.named.insert(metric);
        }
        let both = saying::overlay(&whole, &single);
        let levels: Vec<_> = both.iter().map(|word| word.level()).collect();
        let in_order = claims[0].row.alert.is_none_or(|alert| alert.bad.in_order(&levels));
        if !in_order {
            let single = claims
                .iter()
                .filter(|claim| claim.severity.is_some() && claim.said.is_ok());
            self.issues
                .extend(single.map(|claim| claim.refused(Reason::WrongOrder)));
        }
        self.sayings.insert(metric, if in_order { both } else { whole });
    }

    /// What the keys for the whole metric, or those for one severity, agree on.
    fn agreed(&mut self, claims: &[Claim], severity: Option<usize>) -> Option<Saying> {
        let claims: Vec<&Claim> = claims.iter().filter(|claim| claim.severity == severity).collect();
        let agree = claims.windows(2).all(|pair| pair[0].said == pair[1].said);
        for claim in &claims {
            match &claim.said {
                Err(reason) => self.issues.push(claim.refused(*reason)),
                Ok(_) if !agree => self.issues.push(claim.refused(Reason::Duplicate)),
                Ok(_) => {}
            }
        }
        claims.first().filter(|_| agree)?.said.clone().ok()
    }
}
