//! A fleet in which every database is one test case, the same for every metric rule, and which alerts must fire when.

use std::time::Duration;

use plimsoll::catalog::{Form, Side};
use plimsoll::config::Config;
use plimsoll::config::selection::Selected;
use plimsoll::resource::Kind;

use super::fleet::{Alert, Firing, HOME, Series, Story};

/// How bad a value is; levels lie between.
const GOOD: u32 = 10;
const WARNING: u32 = 20;
const POOR: u32 = 30;
const CRITICAL: u32 = 40;
const AWFUL: u32 = 50;
/// Values and levels are mirrored where low values are bad.
const MIRROR: u32 = 60;

/// The number of good scrapes before a case that needs a former value: more than the time for which a value counts.
const BEFORE: usize = 23;

/// A metric rule; times are in scrapes, one a minute.
pub(super) struct Subject<'a> {
    selected: &'a Selected,
    bad: Side,
    /// The scrapes before the story begins.
    before: usize,
    /// The rule's `for`.
    wait: usize,
    /// The rule's `keep_firing_for`.
    linger: usize,
    /// How long a single datapoint is served.
    served: usize,
}

impl<'a> Subject<'a> {
    /// `None` for a metric without a bad side, which has no rule, and for times and forecasts, which have no value that
    /// stays: they have stories of their own in `tests/rules`.
    pub(super) fn of(config: &Config, selected: &'a Selected) -> Option<Self> {
        let row = selected.row;
        let alert = row.alert.filter(|_| row.provider.form() == Form::Plain && row.compared_series().is_some())?;
        let minutes = |duration: Duration| usize::try_from(duration.as_secs() / 60).unwrap();
        let age_limit = Duration::from(selected.timing.age_limit);
        Some(Self {
            selected,
            bad: alert.bad,
            before: if alert.only_once_fallen { BEFORE } else { 0 },
            wait: minutes(selected.rule_for),
            linger: minutes(alert.keep_firing.into()),
            served: minutes(age_limit.checked_sub(config.polling.publication_delay).unwrap()),
        })
    }

    /// Rules with equal times share a timeline.
    pub(super) fn pace(&self) -> (usize, usize, usize) {
        (self.wait, self.linger, self.served)
    }

    /// Its alert.
    pub(super) fn alert(&self) -> Alert {
        let row = self.selected.row;
        let (side, beyond) = match self.bad {
            Side::High => ("High", "above"),
            Side::Low => ("Low", "below"),
        };
        let words = row.metric.trim_end_matches('%').split('_');
        let metric: String = words.map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        let prefix = row.kind.service.alert_prefix;
        Alert { name: format!("{prefix}{}{side}", metric.trim_start_matches(prefix)), row, beyond }
    }

    /// The scrapes at which something changes, and their neighbours.
    pub(super) fn moments(&self) -> Vec<usize> {
        let firing = self.stories().into_iter().flat_map(|story| story.firing);
        let gaps = [self.served, self.wait + 3].map(|moment| self.before + moment);
        let changes = firing.flat_map(|firing| [firing.from, firing.until]).chain(gaps);
        let around = changes.flat_map(|moment| [moment.saturating_sub(1), moment, moment.saturating_add(1)]);
        let mut moments: Vec<_> = around.filter(|moment| *moment < self.end()).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// The series of every database and the alerts that fire for it.
    pub(super) fn stories(&self) -> Vec<Story> {
        let Self { wait, served, .. } = *self;
        let (awful, levels) = (self.value(&[(AWFUL, self.end())]), self.levels());
        let always = |badness| self.value(&[(badness, self.end())]);
        let warned = || vec![self.fires("warning", POOR, WARNING)];
        let failed_scrapes = [1 + wait / 2, wait + 3].map(|scrape| self.before + scrape);
        let recovery = self.value(&[(AWFUL, wait + 2), (GOOD, self.end())]);
        // The newest sample counts for two more scrapes after the last one that had any.
        let (glimpsed, recovered) = (self.both_until(served + 1), self.both_until(wait + 1));
        let kind = self.selected.row.kind;
        let stories = vec![
            story("crosses-both", &awful, &levels, self.both()),
            story("crosses-warning", &always(POOR), &levels, warned()),
            story("on-the-line", &always(WARNING), &levels, vec![]),
            story("good", &always(GOOD), &levels, vec![]),
            story("only-critical", &awful, &levels[1..], vec![self.fires("critical", AWFUL, CRITICAL)]),
            story("only-warning", &awful, &levels[..1], vec![self.fires("warning", AWFUL, WARNING)]),
            story("without-levels", &awful, &[], vec![]),
            story("failed-scrapes", &awful, &levels, self.both()).but_at(&failed_scrapes, "stale"),
            story("gaps", &awful, &levels, self.both()).but_at(&failed_scrapes, "_"),
            story("one-datapoint", &self.silent_after(served), &levels, glimpsed),
            story("recovers", &recovery, &levels, recovered),
            story("two-replicas", &self.replica("one", POOR, WARNING)[0], &self.lagging_replica(), warned()),
            Story { region: "us-east-1", ..story("crosses-both", &always(GOOD), &levels, vec![]) },
        ];
        stories.into_iter().map(|story| Story { kind, ..story }).collect()
    }

    fn end(&self) -> usize {
        self.before + self.wait.max(self.served) + self.linger + 8
    }

    fn seen(&self, badness: u32) -> u32 {
        if self.bad == Side::Low { MIRROR - badness } else { badness }
    }

    fn value(&self, runs: &[(u32, usize)]) -> Series {
        let row = self.selected.row;
        let runs = std::iter::once((GOOD, self.before)).chain(runs.iter().copied());
        let samples = runs.flat_map(|(badness, count)| vec![self.seen(badness).to_string(); count]).collect();
        Series { name: row.compared_series().unwrap(), labels: vec![], samples }
    }

    fn silent_after(&self, scrapes: usize) -> Series {
        let mut series = self.value(&[(AWFUL, scrapes)]);
        series.samples.push("stale".to_owned());
        series
    }

    fn level(&self, severity: &'static str, badness: u32) -> Series {
        let name = self.selected.row.threshold_series();
        Series { name, labels: vec![("severity", severity)], ..self.value(&[(badness, self.end())]) }
    }

    fn levels(&self) -> [Series; 2] {
        [self.level("warning", WARNING), self.level("critical", CRITICAL)]
    }

    fn replica(&self, instance: &'static str, value: u32, level: u32) -> [Series; 2] {
        let mut pair = [self.value(&[(value, self.end())]), self.level("warning", level)];
        for series in &mut pair {
            series.labels.extend([("instance", instance), ("pod", instance)]);
        }
        pair
    }

    /// The series of an up-to-date replica of plimsoll, and of one that has not yet the worse value and the stricter tag.
    fn lagging_replica(&self) -> Vec<Series> {
        let [_, level] = self.replica("one", POOR, WARNING);
        [vec![level], self.replica("two", GOOD, CRITICAL).to_vec()].concat()
    }

    fn fires(&self, severity: &'static str, value: u32, level: u32) -> Firing {
        Firing {
            severity,
            value: self.seen(value),
            level: self.seen(level),
            from: self.before + self.wait,
            until: usize::MAX,
        }
    }

    /// Both severities, bad from the first scrape on.
    fn both(&self) -> Vec<Firing> {
        vec![self.fires("warning", AWFUL, WARNING), self.fires("critical", AWFUL, CRITICAL)]
    }

    /// Both severities, bad up to and including scrape `last`: nothing fires if the `for` is longer.
    fn both_until(&self, last: usize) -> Vec<Firing> {
        if last < self.wait {
            return vec![];
        }
        let until = self.before + last + 1 + self.linger;
        self.both().into_iter().map(|firing| Firing { until, ..firing }).collect()
    }
}

fn story(database: &'static str, value: &Series, others: &[Series], firing: Vec<Firing>) -> Story {
    let series = [std::slice::from_ref(value), others].concat();
    Story { kind: Kind::DB_INSTANCE, database, region: HOME, series, firing }
}
