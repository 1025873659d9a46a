//! Stage 1, parse: the tags of one carrier become level tags, mute tags and issues.
//!
//! The result depends on the tags and the configuration alone. It is made once when the tags of an instance or cluster
//! change, and all members of a cluster share that of the cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

mod mutes;
mod tag;

use super::issue::Issue;
use super::remedy;
use crate::config::tag_key::{self, Key};
use crate::config::{Config, ConnectionTag, Legacy};
use crate::level::{AmountUnit, Reason, Writer, Written, parse as parse_level};
use crate::resource::{Kind, Tags};

use mutes::MuteKey;
pub use tag::Tag;
pub(super) use tag::{LevelTag, MuteTag};

/// The remedy for a connection limit that cannot be read.
const WHOLE_NUMBER: &str = "Write the most connections that the engine takes as a whole number, such as 500.";

/// The remedy for different connection limits.
const ONE_LIMIT: &str = "Keep one of the tags that set the connection limit.";

/// The tags of one carrier as far as they concern plimsoll.
#[derive(Debug, Default, PartialEq)]
pub struct ParsedTags {
    /// By metric, each in the order of the keys.
    pub(super) levels: BTreeMap<&'static str, Vec<LevelTag>>,
    /// By metric; `None` is the mute for all.
    pub(super) mutes: BTreeMap<Option<&'static str>, MuteTag>,
    /// The keys and values that cannot be used on any resource.
    pub(super) issues: Vec<Issue>,
    /// Whether any key begins with the prefix or is a configured legacy key.
    pub(super) has_own_keys: bool,
}

/// Reads the tags of one carrier, whose kind decides which metric a name means.
#[must_use]
pub fn parse(tags: &Tags, kind: Kind, config: &Config) -> ParsedTags {
    let mut parsed = ParsedTags { has_own_keys: carries_tags(tags, config), ..ParsedTags::default() };
    let mut mute_keys = Vec::new();
    for (key, text) in tags {
        if let Some(legacy) = config.tags.legacy.get(key) {
            parsed.add_level(legacy_tag(TagText { key, text }, legacy, kind, config));
            continue;
        }
        match tag_key::read(key, &config.tags.prefix) {
            Key::Foreign | Key::MaxConnections => {}
            Key::NearMiss(name) => parsed.issues.push(near_miss(key, text, name, &config.tags.prefix)),
            Key::Mute(metric) => mute_keys.push(MuteKey { key, text, metric }),
            Key::Level(metric, severity) => match level_tag(TagText { key, text }, (metric, severity), kind, config) {
                Ok(tag) => parsed.add_level(Some(tag)),
                Err(issue) => parsed.issues.push(issue),
            },
        }
    }
    parsed.issues.extend(config.connection_tags(tags).iter().filter_map(connection_issue));
    let mutes = mutes::parse(&mute_keys, kind, config);
    parsed.issues.extend(mutes.issues);
    ParsedTags { mutes: mutes.tags, ..parsed }
}

/// Whether any key begins with the prefix or is a configured legacy key, whatever its value; far cheaper than [`parse`].
#[must_use]
pub fn carries_tags(tags: &Tags, config: &Config) -> bool {
    tags.keys().any(|key| config.tags.owns(key))
}

impl ParsedTags {
    fn add_level(&mut self, tag: Option<LevelTag>) {
        if let Some(tag) = tag {
            self.levels.entry(tag.row.metric).or_default().push(tag);
        }
    }
}

/// The issue of a connection limit that cannot be used.
fn connection_issue(tag: &ConnectionTag) -> Option<Issue> {
    let reason = tag.limit.err()?;
    let advice = if reason == Reason::Duplicate { ONE_LIMIT } else { WHOLE_NUMBER };
    Some(Issue::tag(tag.key, tag.text, reason, None).advising(advice.to_owned()))
}

/// The issue of a key that misses the prefix, with the key that was meant if that is clear.
fn near_miss(key: &str, text: &str, name: &str, prefix: &str) -> Issue {
    let meant = tag_key::is_known(name).then(|| format!("Write the key as `{prefix}{name}`."));
    Issue::tag(key, text, Reason::NearMiss, None)
        .advising(meant.unwrap_or_else(|| format!("Write the prefix exactly as it is configured: `{prefix}`.")))
}

/// A tag as it stands on a resource.
#[derive(Clone, Copy)]
struct TagText<'a> {
    key: &'a str,
    text: &'a str,
}

fn level_tag(
    tag: TagText,
    (metric, severity): (&str, Option<&str>),
    kind: Kind,
    config: &Config,
) -> Result<LevelTag, Issue> {
    let Some(row) = config.catalog.find(kind, metric) else {
        let advice = remedy::unknown_metric(metric, severity, config);
        return Err(Issue::tag(tag.key, tag.text, Reason::UnknownMetric, None).advising(advice));
    };
    let severities = &config.severities;
    let position = |name| severities.iter().position(|known| known.eq_ignore_ascii_case(name));
    let severity = match severity.map(position) {
        Some(None) => {
            let advice = format!("Write a severity that is configured: {}.", severities.join(" or "));
            return Err(Issue::tag(tag.key, tag.text, Reason::UnknownSeverity, Some(row.metric)).advising(advice));
        }
        known => known.flatten(),
    };
    let written = written(tag.text, severity, severities.len(), AmountUnit::Bare);
    Ok(LevelTag { tag: tag.shared(), row, severity, is_legacy: false, written })
}

fn legacy_tag(tag: TagText, legacy: &Legacy, kind: Kind, config: &Config) -> Option<LevelTag> {
    let row = config.catalog.find(kind, legacy.metric)?;
    let written = written(tag.text, legacy.severity, config.severities.len(), legacy.unit);
    Some(LevelTag { tag: tag.shared(), row, severity: legacy.severity, is_legacy: true, written })
}

impl TagText<'_> {
    fn shared(self) -> Arc<Tag> {
        Arc::new(Tag { key: self.key.to_owned(), text: self.text.to_owned() })
    }
}

/// The value of a level tag, for the whole metric or for one severity of it; `unit` is that of numbers without one.
fn written(text: &str, severity: Option<usize>, severities: usize, unit: AmountUnit) -> Result<Written, Reason> {
    let read = |levels| parse_level(text, levels, Writer::Tag).map(|written| written.counted_in(unit));
    let Some(severity) = severity else { return read(severities) };
    let Written::Ladder(mut one) = read(1)? else { return Ok(Written::Off) };
    let mut ladder = vec![None; severities];
    ladder[severity] = one.pop().flatten();
    Ok(Written::Ladder(ladder))
}
