//! The state of the simulation: the fleet, pinned metrics, and the times in which instances were down.
//!
//! Every operation reads from it. It knows no protocol and no clock: `now` is passed in, in seconds since 1970.

use std::collections::{BTreeMap, HashMap};

use super::curve::{Curve, MINUTE, seed_of};
use super::dimensions::{canonical, single};
use super::fleet::{Fleet, Region};
use super::published;
use super::scope::Scope;
use super::series::{Gap, Series, Source, Timing};

/// The fleet, and what tests changed since the start.
#[derive(Debug)]
pub(super) struct Simulation {
    pub fleet: Fleet,
    pub timing: Timing,
    /// Metrics whose values a test sets, by [`series_key`].
    pins: HashMap<String, Pin>,
    /// The times in which instances were down and published nothing, by [`instance_key`], in order.
    outages: HashMap<String, Vec<Gap>>,
}

/// The values of a metric that a test set.
#[derive(Debug, Clone, Copy)]
enum Pin {
    /// Every sample outside the gap has this value, or that of the curve if there is none.
    Constant { value: Option<f64>, gap: Option<Gap> },
    /// One sample, readable at once, and no other.
    Once { minute: i64, value: f64 },
}

impl Simulation {
    pub(super) fn new(fleet: Fleet, timing: Timing) -> Self {
        let mut simulation = Self { fleet, timing, pins: HashMap::new(), outages: HashMap::new() };
        let down = simulation.publishing().into_iter().filter(|(_, publishes)| !publishes);
        simulation.outages = down.map(|(key, _)| (key, vec![Gap::since(i64::MIN)])).collect();
        simulation
    }

    pub(super) fn region(&self, scope: &Scope) -> Option<&Region> {
        self.fleet.accounts.get(&scope.account)?.get(&scope.region)
    }

    /// Edits the fleet. Samples of an instance from before it stopped stay readable; one that starts begins now.
    pub(super) fn change<R>(&mut self, now: i64, edit: impl FnOnce(&mut Fleet) -> R) -> R {
        let before = self.publishing();
        let result = edit(&mut self.fleet);
        for (key, publishes) in self.publishing() {
            let published = before.get(&key).copied();
            if published.is_none() {
                self.outages.remove(&key);
            }
            let outages = self.outages.entry(key).or_default();
            match (published, publishes) {
                (Some(true), false) => outages.push(Gap::since(now)),
                (None, false) => outages.push(Gap::since(i64::MIN)),
                (Some(false), true) => outages.iter_mut().for_each(|gap| gap.before = gap.before.min(now)),
                (Some(true) | None, true) | (Some(false), false) => {}
            }
        }
        result
    }

    /// Which instances publish, by [`instance_key`].
    fn publishing(&self) -> BTreeMap<String, bool> {
        let mut publishing = BTreeMap::new();
        for (account, regions) in &self.fleet.accounts {
            for (name, region) in regions {
                let instances = region.instances.iter();
                publishing.extend(instances.map(|(id, one)| (instance_key(account, name, id), one.publishes())));
            }
        }
        publishing
    }

    /// Sets every sample of a metric to a value, or ends the metric now.
    pub(super) fn pin(&mut self, now: i64, key: String, value: Option<f64>) {
        let ended = Some(Gap::since(now));
        let pin = match (value, self.pins.get(&key)) {
            (Some(_), _) => Pin::Constant { value, gap: None },
            (None, Some(Pin::Constant { value, gap })) => Pin::Constant { value: *value, gap: gap.or(ended) },
            (None, Some(once @ Pin::Once { .. })) => *once,
            (None, None) => Pin::Constant { value: None, gap: ended },
        };
        self.pins.insert(key, pin);
    }

    /// Leaves only the sample of the last minute that was over `age` seconds ago.
    pub(super) fn point_once(&mut self, now: i64, key: String, value: f64, age: i64) {
        let end = (now - age).div_euclid(MINUTE) * MINUTE;
        self.pins.insert(key, Pin::Once { minute: end - MINUTE, value });
    }

    /// Lets a metric follow the fleet again.
    pub(super) fn unpin(&mut self, key: &str) {
        self.pins.remove(key);
    }

    /// The samples of a metric; `None` if no resource publishes it. `dimensions` is in canonical form.
    pub(super) fn series(&self, scope: &Scope, dimensions: &str, metric: &str) -> Option<Series> {
        let seed = seed_of(&[&scope.account, &scope.region, dimensions, metric]) ^ self.fleet.seed;
        let pin = if self.pins.is_empty() { None } else { self.pins.get(&series_key(scope, dimensions, metric)) };
        let curve = || self.curve(scope, dimensions, metric, seed).map(Source::Curve);
        let (source, gaps) = match pin.copied() {
            Some(Pin::Once { minute, value }) => (Source::Once { minute, value }, Vec::new()),
            Some(Pin::Constant { value: Some(value), gap }) => {
                (Source::Curve(Curve::constant(value)), gap.into_iter().collect())
            }
            Some(Pin::Constant { value: None, gap }) => {
                (curve()?, self.gaps(scope, dimensions).into_iter().chain(gap).collect())
            }
            None => (curve()?, self.gaps(scope, dimensions)),
        };
        Some(Series { source, seed, gaps, timing: self.timing })
    }

    fn curve(&self, scope: &Scope, dimensions: &str, metric: &str, seed: u64) -> Option<Curve> {
        let region = self.region(scope)?;
        if let Some(explicit) = region.metrics.get(dimensions) {
            return explicit.get(metric).cloned();
        }
        match single(dimensions)? {
            ("DBInstanceIdentifier", id) => published::instance_curve(region, id, metric, seed),
            ("DBClusterIdentifier", id) => published::cluster_curve(region, id, metric, seed),
            ("ProxyName", name) => published::proxy_curve(region, name, metric, seed),
            _ => None,
        }
    }

    /// The namespace of the metrics under a set of dimensions.
    pub(super) fn namespace(&self, scope: &Scope, dimensions: &str) -> &'static str {
        let region = self.region(scope);
        let engine = region.zip(single(dimensions)).and_then(|(region, (name, id))| match name {
            "DBInstanceIdentifier" => region.instances.get(id).map(|instance| &instance.engine),
            "DBClusterIdentifier" => region.clusters.get(id).map(|cluster| &cluster.engine),
            _ => None,
        });
        published::namespace(engine.map_or("", String::as_str))
    }

    fn gaps(&self, scope: &Scope, dimensions: &str) -> Vec<Gap> {
        let Some(("DBInstanceIdentifier", id)) = single(dimensions) else {
            return Vec::new();
        };
        let outages = self.outages.get(&instance_key(&scope.account, &scope.region, id));
        let created = self.region(scope).and_then(|region| region.instances.get(id)?.created);
        let before_creation = created.map(|created| Gap { after: i64::MIN, before: created });
        outages.into_iter().flatten().copied().chain(before_creation).collect()
    }

    /// Every metric that exists in a scope, with its canonical dimensions.
    pub(super) fn all_metrics(&self, scope: &Scope) -> Vec<(String, String)> {
        let Some(region) = self.region(scope) else {
            return Vec::new();
        };
        let mut all = BTreeMap::new();
        for id in region.instances.keys() {
            all.insert(format!("DBInstanceIdentifier={id}"), published::instance_metrics(region, id));
        }
        for id in region.clusters.keys() {
            all.insert(format!("DBClusterIdentifier={id}"), published::cluster_metrics(region, id));
        }
        for name in region.proxies.keys() {
            all.insert(format!("ProxyName={name}"), published::proxy_metrics(region, name));
        }
        for (dimensions, metrics) in &region.metrics {
            all.insert(dimensions.clone(), metrics.keys().cloned().collect());
        }
        let of_set = |(dimensions, metrics): (String, Vec<String>)| {
            metrics.into_iter().map(move |metric| (dimensions.clone(), metric))
        };
        all.into_iter().flat_map(of_set).collect()
    }
}

/// The key of a pin. Dimensions that are not `Name=value` stay as they are and match no metric.
pub(super) fn series_key(scope: &Scope, dimensions: &str, metric: &str) -> String {
    let dimensions = canonical(dimensions).unwrap_or_else(|_| dimensions.to_owned());
    format!("{}/{}/{dimensions}/{metric}", scope.account, scope.region)
}

fn instance_key(account: &str, region: &str, id: &str) -> String {
    format!("{account}/{region}/{id}")
}
