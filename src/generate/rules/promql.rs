//! Parts that all expressions use: selectors that bridge a failed scrape, identity labels, ages of timestamps.

use std::time::Duration;

use crate::catalog::Row;
use crate::catalog::name::{self, dimension_label};
use crate::config::{Config, Links};
use crate::resource::{Kind, Service};

/// The series with the kind of a resource.
const INFO: &str = "plimsoll_resource_info";

/// The labels that identify the resources of some kinds, whichever label profile is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::generate) struct Identity {
    kinds: Vec<Kind>,
}

impl Identity {
    pub(in crate::generate) fn of(kinds: &[Kind]) -> Self {
        Self { kinds: kinds.to_vec() }
    }

    /// The kinds of each service, in the order of their first kinds.
    pub(super) fn services(kinds: &[Kind]) -> Vec<Self> {
        let mut services: Vec<Self> = Vec::new();
        for kind in kinds {
            match services.iter_mut().find(|identity| identity.service() == kind.service) {
                Some(identity) => identity.kinds.push(*kind),
                None => services.push(Self::of(&[*kind])),
            }
        }
        services
    }

    /// The same without kinds that no listing returns, such as quotas: they have no status.
    pub(super) fn listed(&self) -> Self {
        Self { kinds: self.kinds.iter().copied().filter(|kind| kind.lister.is_some()).collect() }
    }

    /// The service of the first kind.
    pub(super) fn service(&self) -> &'static Service {
        self.kinds[0].service
    }

    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The identity labels, in the order of the kinds, each once.
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
    pub(in crate::generate) fn list(&self) -> String {
        self.labels().join(", ")
    }

    /// A template that names the resource of an alert and where it is.
    pub(super) fn resource(&self) -> String {
        format!("{} ({{{{ $labels.region }}}}, account {{{{ $labels.account_id }}}})", self.name())
    }

    /// A template of the identifier of the resource of an alert; the dimensions of other kinds are empty.
    pub(super) fn name(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in self.kinds.iter().flat_map(|kind| templates(*kind)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.concat()
    }

    /// Matchers that select one kind in series that all kinds have; empty for several kinds.
    pub(super) fn matchers(&self) -> String {
        let dimensions = &self.labels()[2..];
        if self.kinds.len() > 1 {
            return String::new();
        }
        let is_there = |label: &String| format!(",{label}!=\"\"");
        dimensions.iter().map(is_there).collect::<Vec<_>>().concat()
    }
}

/// Templates of the dimensions of a kind: the first one, then each further one after a `/`.
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

/// How far back a series may have had its last value to count as an earlier one: longer than a restart.
const EARLIER: Duration = Duration::from_hours(1);

/// The settings that all expressions of one rule file share.
#[derive(Debug)]
pub(super) struct Form {
    kinds: Vec<Kind>,
    rows: Vec<&'static Row>,
    scrape_interval: Duration,
    bridge: Duration,
    /// Matchers of every selector; may be empty.
    selector: String,
    /// The labels that route an alert to its team.
    route: Vec<String>,
    /// The names of the severities, least severe first.
    severities: Vec<String>,
    links: Links,
}

impl Form {
    pub(super) fn new(config: &Config, selector: Option<&str>) -> Self {
        Self {
            kinds: config.catalog.kinds().to_vec(),
            rows: config.catalog.rows().collect(),
            scrape_interval: config.rules.scrape_interval,
            bridge: config.bridge(),
            selector: selector.unwrap_or_default().trim().to_owned(),
            route: config.labels.tags.iter().filter_map(|key| name::tag_label(key)).collect(),
            severities: config.severities.clone(),
            links: config.links.clone(),
        }
    }

    /// The identity of any resource.
    pub(super) fn any(&self) -> Identity {
        Identity::of(&self.kinds)
    }

    /// A series of plimsoll, restricted to the kinds of an identity if its matchers would also select other kinds.
    pub(super) fn of_kinds(&self, identity: &Identity, series: &str) -> String {
        let kinds = &identity.kinds;
        let matches = |other: &Kind| kinds.len() > 1 || kinds[0].dimensions == other.dimensions;
        // Volumes have statuses of their own, which no other kind has.
        let mut listed = self.kinds.iter().filter(|kind| kind.lister.is_some() && !kind.is_volume());
        if !listed.any(|other| !kinds.contains(other) && matches(other)) {
            return series.to_owned();
        }
        let names = kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join("|");
        format!("{series}\n  and on ({})\n{}", identity.list(), self.bridged(INFO, &format!("kind=~\"{names}\"")))
    }

    /// How long the last value of a series is used after it was scraped.
    pub(super) fn bridge(&self) -> Duration {
        self.bridge
    }

    /// How often Prometheus scrapes.
    pub(super) fn scrape_interval(&self) -> Duration {
        self.scrape_interval
    }

    /// Matchers that tell the series of a row from those of other kinds which have the metric with these and further
    /// dimensions, or with fewer: an instance and its volumes. Other kinds share no dimension.
    pub(super) fn own(&self, row: &Row) -> String {
        let dimensions = row.kind.dimensions;
        let others = self.rows.iter().filter(|other| other.id() == row.id() && other.kind != row.kind);
        let matcher = |other: &&'static Row| {
            let further = |longer: &'static [&'static str], shorter: &[&str]| {
                longer.strip_prefix(shorter).and_then(<[_]>::first).map(|dimension| dimension_label(dimension))
            };
            let without = further(other.kind.dimensions, dimensions).map(|label| format!("{label}=\"\""));
            without.or_else(|| further(dimensions, other.kind.dimensions).map(|label| format!("{label}!=\"\"")))
        };
        others.filter_map(matcher).collect::<Vec<_>>().join(",")
    }

    /// The kind of the volumes that have a metric of their instance, too.
    pub(super) fn of_volumes(&self, row: &Row) -> Option<&'static Row> {
        self.rows.iter().copied().find(|other| other.id() == row.id() && other.kind.parent == Some(row.kind))
    }

    /// A selector: `name{matchers}`.
    pub(super) fn series(&self, name: &str, matchers: &str) -> String {
        let matchers: Vec<_> = [matchers, &self.selector].into_iter().filter(|text| !text.is_empty()).collect();
        match matchers.join(",") {
            none if none.is_empty() => name.to_owned(),
            matchers => format!("{name}{{{matchers}}}"),
        }
    }

    /// The last value within the bridge, so that one failed scrape or one restart changes nothing.
    pub(super) fn bridged(&self, name: &str, matchers: &str) -> String {
        format!("last_over_time({}[{}])", self.series(name, matchers), duration(self.bridge))
    }

    /// The last value as of now, inside a subquery over earlier times.
    pub(super) fn bridged_at_last(&self, name: &str) -> String {
        format!("last_over_time({}[{}] @ end())", self.series(name, ""), duration(self.bridge))
    }

    /// The last measured value within `back`, of series that still have values; -1 is not a measurement.
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

    /// The identity labels, then `more`, then the routing labels.
    pub(super) fn routed(&self, identity: &Identity, more: &[&str]) -> String {
        let more = more.iter().map(|label| (*label).to_owned());
        identity.labels().into_iter().chain(more).chain(self.route.iter().cloned()).collect::<Vec<_>>().join(", ")
    }

    /// The last value that was scraped before `ago`, at most `back` earlier.
    pub(super) fn last_before(&self, name: &str, matchers: &str, back: Duration, ago: Duration) -> String {
        format!("last_over_time({}[{}] offset {})", self.series(name, matchers), duration(back), duration(ago))
    }

    /// The greatest age of a timestamp when it was scraped, within `back` and over all replicas, by `labels`.
    ///
    /// `time() - …` would grow while a scrape fails, and one failed scrape must not page.
    pub(super) fn age(&self, labels: &str, name: &str, matchers: &str, back: Duration) -> String {
        let series = self.series(name, matchers);
        let range = format!("{}:{}", duration(back), duration(step(self.scrape_interval)));
        format!("max by ({labels}) (max_over_time((timestamp({series}) - {series})[{range}]))")
    }

    /// The names of the severities, least severe first.
    pub(super) fn severities(&self) -> &[String] {
        &self.severities
    }

    /// The addresses that alerts link to.
    pub(super) fn links(&self) -> &Links {
        &self.links
    }
}

/// The step of a subquery that sees every scrape, in whole seconds.
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
