//! The form of every expression: bridged selectors, identity labels, ages of timestamps.

use std::time::Duration;

use crate::catalog::name::{self, dimension_label};
use crate::config::Config;
use crate::resource::Kind;

/// The series that tells the kind of a resource.
const INFO: &str = "plimsoll_resource_info";

/// The labels that identify the resources of some kinds, whichever label profile is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    kinds: Vec<Kind>,
}

impl Identity {
    pub(super) fn of(kinds: &[Kind]) -> Self {
        Self { kinds: kinds.to_vec() }
    }

    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// In the order of the kinds, each once.
    pub(super) fn labels(&self) -> Vec<String> {
        let mut labels = vec!["account_id".to_owned(), "region".to_owned()];
        for dimension in self.kinds.iter().flat_map(|kind| kind.dimensions) {
            let label = dimension_label(dimension);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }

    /// The labels, joined for `by` and `on`.
    pub(super) fn list(&self) -> String {
        self.labels().join(", ")
    }

    /// A template that names the resource of an alert: its other dimensions are empty.
    pub(super) fn resource(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in self.kinds.iter().flat_map(|kind| templates(*kind)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        format!("{} ({{{{ $labels.region }}}}, account {{{{ $labels.account_id }}}})", names.concat())
    }

    /// Further matchers, for series of our own that all kinds have; kinds of one service have none in common.
    pub(super) fn matchers(&self) -> String {
        let dimensions = &self.labels()[2..];
        if self.kinds.len() > 1 {
            return String::new();
        }
        let is_there = |label: &String| format!(",{label}!=\"\"");
        dimensions.iter().map(is_there).collect::<Vec<_>>().concat()
    }
}

/// Templates of the dimensions of a kind: the first one, then each other one behind a `/`.
fn templates(kind: Kind) -> impl Iterator<Item = String> {
    kind.dimensions.iter().enumerate().map(|(at, dimension)| {
        let label = dimension_label(dimension);
        if at == 0 {
            format!("{{{{ $labels.{label} }}}}")
        } else {
            format!("{{{{ with $labels.{label} }}}}/{{{{ . }}}}{{{{ end }}}}")
        }
    })
}

/// How far back something still counts as having been there before: longer than a restart lasts.
const EARLIER: Duration = Duration::from_hours(1);

/// What all expressions of one rule file share.
#[derive(Debug)]
pub(super) struct Form {
    kinds: Vec<Kind>,
    scrape_interval: Duration,
    bridge: Duration,
    /// Matchers that stand in every selector; may be empty.
    selector: String,
    /// The labels by which an alert finds its team.
    route: Vec<String>,
    /// What page names are appended to; may be empty.
    runbooks: String,
}

impl Form {
    pub(super) fn new(config: &Config, selector: Option<&str>) -> Self {
        Self {
            kinds: config.catalog.kinds().to_vec(),
            scrape_interval: config.rules.scrape_interval,
            bridge: config.bridge(),
            selector: selector.unwrap_or_default().trim().to_owned(),
            route: config.labels.tags.iter().filter_map(|key| name::tag_label(key)).collect(),
            runbooks: config.rules.runbook_url.trim_end_matches('/').to_owned(),
        }
    }

    /// The identity of any resource.
    pub(super) fn any(&self) -> Identity {
        Identity::of(&self.kinds)
    }

    /// Series of our own, with the matchers of an identity, narrowed to its kinds where other kinds match, too.
    pub(super) fn of_kinds(&self, identity: &Identity, series: &str) -> String {
        let kinds = &identity.kinds;
        let matches = |other: &Kind| kinds.len() > 1 || kinds[0].dimensions == other.dimensions;
        let mut listed = self.kinds.iter().filter(|kind| kind.lister.is_some());
        if !listed.any(|other| !kinds.contains(other) && matches(other)) {
            return series.to_owned();
        }
        let names = kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join("|");
        format!("{series}\n  and on ({})\n{}", identity.list(), self.bridged(INFO, &format!("kind=~\"{names}\"")))
    }

    /// How long a series that was not scraped still counts.
    pub(super) fn bridge(&self) -> Duration {
        self.bridge
    }

    /// How often Prometheus scrapes.
    pub(super) fn scrape_interval(&self) -> Duration {
        self.scrape_interval
    }

    /// A selector: `name{matchers}`.
    pub(super) fn series(&self, name: &str, matchers: &str) -> String {
        let matchers: Vec<_> = [matchers, &self.selector].into_iter().filter(|text| !text.is_empty()).collect();
        match matchers.join(",") {
            none if none.is_empty() => name.to_owned(),
            matchers => format!("{name}{{{matchers}}}"),
        }
    }

    /// The last value within the bridge: one failed scrape or one restart changes nothing.
    pub(super) fn bridged(&self, name: &str, matchers: &str) -> String {
        format!("last_over_time({}[{}])", self.series(name, matchers), duration(self.bridge))
    }

    /// The same as of now, in a subquery that looks at earlier moments.
    pub(super) fn bridged_at_last(&self, name: &str) -> String {
        format!("last_over_time({}[{}] @ end())", self.series(name, ""), duration(self.bridge))
    }

    /// The last value that was a measurement, of series that still have values: -1 is none, and what was measured
    /// before it stands for as long as `back` reaches.
    pub(super) fn measured(&self, name: &str, back: Duration) -> String {
        let series = self.series(name, "");
        let range = format!("{}:{}", duration(back), duration(step(self.scrape_interval)));
        format!("last_over_time(({series} >= 0)[{range}]) and {}", self.bridged(name, ""))
    }

    /// The highest value of the hour that ended `ago`.
    pub(super) fn earlier(&self, name: &str, ago: Duration) -> String {
        let (back, ago) = (duration(EARLIER), duration(ago));
        format!("max_over_time({}[{back}] offset {ago})", self.series(name, ""))
    }

    /// The identity labels, then `more`, then those that route.
    pub(super) fn routed(&self, identity: &Identity, more: &[&str]) -> String {
        let more = more.iter().map(|label| (*label).to_owned());
        identity.labels().into_iter().chain(more).chain(self.route.iter().cloned()).collect::<Vec<_>>().join(", ")
    }

    /// The last value that was scraped before some time ago, and not longer before than `back`.
    pub(super) fn last_before(&self, name: &str, back: Duration, ago: Duration) -> String {
        format!("last_over_time({}[{}] offset {})", self.series(name, ""), duration(back), duration(ago))
    }

    /// How old a time was when it was scraped, at the most within `back` and over all replicas, by `labels`.
    ///
    /// Not `time() - …`: that would grow while a scrape fails, and one failed scrape must not page.
    pub(super) fn age(&self, labels: &str, name: &str, matchers: &str, back: Duration) -> String {
        let series = self.series(name, matchers);
        let range = format!("{}:{}", duration(back), duration(step(self.scrape_interval)));
        format!("max by ({labels}) (max_over_time((timestamp({series}) - {series})[{range}]))")
    }

    /// The address of a runbook page, if the configuration says where they are.
    pub(super) fn runbook(&self, page: &str) -> Option<String> {
        (!self.runbooks.is_empty()).then(|| format!("{}/{page}.md", self.runbooks))
    }
}

/// Often enough to see every scrape, in whole seconds.
pub(super) fn step(scrape_interval: Duration) -> Duration {
    Duration::from_secs((scrape_interval.as_secs() / 4).max(1))
}

/// A duration as Prometheus writes it: `2m30s`, `0s`.
pub(super) fn duration(time: Duration) -> String {
    if time.is_zero() {
        return "0s".to_owned();
    }
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms")];
    let mut rest = time.as_millis();
    let part = |(length, unit)| {
        let count = rest / length;
        rest %= length;
        (count > 0).then(|| format!("{count}{unit}"))
    };
    units.into_iter().filter_map(part).collect()
}
