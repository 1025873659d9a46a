//! The mute tags of one carrier: `plimsoll/mute` is for all metrics, `plimsoll/CPUUtilization/mute` for one.

use std::collections::BTreeMap;

use super::super::issue::Issue;
use super::super::remedy;
use super::tag::{MuteTag, Tag};
use crate::config::{Config, tag_key};
use crate::level::Reason;
use crate::level::mute::slip;
use crate::level::mute::written::Written;
use crate::resource::Kind;

/// A key that mutes, with its value.
#[derive(Clone, Copy)]
pub(super) struct MuteKey<'a> {
    pub(super) key: &'a str,
    pub(super) text: &'a str,
    /// As the key names it; `None` for all.
    pub(super) metric: Option<&'a str>,
}

/// The mutes by metric, at most one for each. Keys for the same metric with different values are all issues.
#[derive(Default)]
pub(super) struct Mutes {
    pub(super) tags: BTreeMap<Option<&'static str>, MuteTag>,
    pub(super) issues: Vec<Issue>,
}

/// What was read from the value of one key.
type Read<'a> = (MuteKey<'a>, Result<Written, Reason>);

pub(super) fn parse(keys: &[MuteKey], kind: Kind, config: &Config) -> Mutes {
    let mut mutes = Mutes::default();
    let mut by_metric: BTreeMap<_, Vec<Read>> = BTreeMap::new();
    for key in keys {
        match key.metric.map(|metric| config.catalog.find(kind, metric)) {
            None => by_metric.entry(None).or_default().push((*key, Written::parse(key.text))),
            Some(Some(row)) => by_metric.entry(Some(row.metric)).or_default().push((*key, Written::parse(key.text))),
            Some(None) => mutes.issues.push(unknown_metric(*key, config)),
        }
    }
    for (metric, read) in by_metric {
        mutes.add(metric, &read);
    }
    mutes
}

fn unknown_metric(key: MuteKey, config: &Config) -> Issue {
    let advice = key.metric.and_then(|metric| remedy::unknown_metric(metric, Some(tag_key::MUTE), config));
    Issue::tag(key.key, key.text, Reason::UnknownMetric, None).advising(advice)
}

impl Mutes {
    /// Adds the mute that all keys for a metric agree on, or an issue for each of them.
    fn add(&mut self, metric: Option<&'static str>, read: &[Read]) {
        let agree = read.windows(2).all(|pair| pair[0].1 == pair[1].1);
        self.issues.extend(read.iter().filter_map(|one| issue(metric, one, agree)));
        if let Some((MuteKey { key, text, .. }, Ok(written))) = read.first().filter(|_| agree) {
            let tag = Tag { key: (*key).to_owned(), text: (*text).to_owned() };
            self.tags.insert(metric, MuteTag { tag, metric, written: *written });
        }
    }
}

/// Why a key cannot be used, if it cannot.
fn issue(metric: Option<&'static str>, (key, mute): &Read, agree: bool) -> Option<Issue> {
    match mute {
        Err(reason) => {
            let advice = slip::remedy(key.text).map(str::to_owned);
            Some(Issue::tag(key.key, key.text, *reason, metric).advising(advice))
        }
        Ok(_) => (!agree).then(|| Issue::tag(key.key, key.text, Reason::Duplicate, metric)),
    }
}
