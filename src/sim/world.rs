//! The fleet in time: what a metric's one-minute samples are, and which of them can be read now.
//!
//! Everything that is asked goes through here. No protocol, no clock: `now` comes in as seconds since 1970.
#![expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit in a double")]

use std::collections::{BTreeMap, HashMap};

use super::curve::{Curve, MINUTE, seed_of};
use super::fleet::{Fleet, Region, canonical};
use super::published;

/// What one client sees: an account in a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Scope {
    pub account: String,
    pub region: String,
}

/// How time is played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// When the simulation started.
    pub started: i64,
    /// Simulated seconds in one real second.
    pub speed: f64,
    /// Seconds from the end of a sample's minute until it can be read.
    pub delay: i64,
    /// Whether the newest sample follows the curve until the next one comes.
    pub live: bool,
}

/// The fleet and what was done to it since the start.
#[derive(Debug)]
pub(super) struct World {
    pub fleet: Fleet,
    pub timing: Timing,
    /// Metrics that a test holds, by [`series_key`].
    pins: HashMap<String, Pin>,
    /// When instances sent nothing because they were down, by [`instance_key`], in order.
    outages: HashMap<String, Vec<Gap>>,
}

/// What a test makes of a metric.
#[derive(Debug, Clone, Copy)]
enum Pin {
    /// Every sample outside the gap has this value (or the curve's).
    Held { value: Option<f64>, gap: Option<Gap> },
    /// One sample, readable at once, and no other.
    Once { minute: i64, value: f64 },
}

/// A time without samples: none of a minute that ends after `after` and begins before `before`.
#[derive(Debug, Clone, Copy)]
struct Gap {
    after: i64,
    before: i64,
}

impl Gap {
    /// From a moment on, with no end in sight.
    const fn since(after: i64) -> Self {
        Self { after, before: i64::MAX }
    }

    const fn swallows(self, minute: i64) -> bool {
        minute + MINUTE > self.after && minute < self.before
    }
}

/// The samples of one metric under one set of dimensions.
pub(super) struct Series {
    source: Source,
    seed: u64,
    gaps: Vec<Gap>,
    timing: Timing,
}

enum Source {
    Curve(Curve),
    Once { minute: i64, value: f64 },
}

impl Series {
    /// The sample of the minute that begins at `minute`, if it exists and can be read.
    pub(super) fn sample(&self, minute: i64, now: i64) -> Option<f64> {
        match &self.source {
            Source::Once { minute: only, value } => (minute == *only).then_some(*value),
            Source::Curve(curve) => self.of_curve(curve, minute, now),
        }
    }

    fn of_curve(&self, curve: &Curve, minute: i64, now: i64) -> Option<f64> {
        let end = minute + MINUTE;
        let readable = end + self.timing.delay <= now;
        let silent = self.gaps.iter().any(|gap| gap.swallows(minute));
        if !readable || silent || minute % curve.every_s.max(MINUTE) != 0 {
            return None;
        }
        let newest = end + MINUTE + self.timing.delay > now;
        let at = if self.timing.live && newest { now - self.timing.delay } else { end };
        let elapsed = (at - self.timing.started) as f64 * self.timing.speed;
        Some(curve.sample(self.seed, minute, self.timing.started as f64 + elapsed, elapsed))
    }
}

impl World {
    pub(super) fn new(fleet: Fleet, timing: Timing) -> Self {
        let mut world = Self { fleet, timing, pins: HashMap::new(), outages: HashMap::new() };
        let down = world.publishing().into_iter().filter(|(_, publishes)| !publishes);
        world.outages = down.map(|(key, _)| (key, vec![Gap::since(i64::MIN)])).collect();
        world
    }

    pub(super) fn region(&self, scope: &Scope) -> Option<&Region> {
        self.fleet.accounts.get(&scope.account)?.get(&scope.region)
    }

    /// Edits the fleet. What a stopped instance sent before stays readable; a started one begins now.
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
        let regions =
            self.fleet.accounts.iter().flat_map(|(account, regions)| regions.iter().map(move |it| (account, it)));
        let instances = regions.flat_map(|(account, (region, it))| {
            it.instances.iter().map(move |(id, instance)| (instance_key(account, region, id), instance.publishes()))
        });
        instances.collect()
    }

    /// Holds a metric at a value for every sample there is, or ends it now.
    pub(super) fn pin(&mut self, now: i64, key: String, value: Option<f64>) {
        let ended = Some(Gap::since(now));
        let pin = match (value, self.pins.get(&key)) {
            (Some(_), _) => Pin::Held { value, gap: None },
            (None, Some(Pin::Held { value, gap })) => Pin::Held { value: *value, gap: gap.or(ended) },
            (None, Some(once @ Pin::Once { .. })) => *once,
            (None, None) => Pin::Held { value: None, gap: ended },
        };
        self.pins.insert(key, pin);
    }

    pub(super) fn point_once(&mut self, now: i64, key: String, value: f64, age: i64) {
        let end = (now - age).div_euclid(MINUTE) * MINUTE;
        self.pins.insert(key, Pin::Once { minute: end - MINUTE, value });
    }

    pub(super) fn unpin(&mut self, key: &str) {
        self.pins.remove(key);
    }

    /// The samples of a metric; `None` if nobody publishes it. `dimensions` is canonical.
    pub(super) fn series(&self, scope: &Scope, dimensions: &str, metric: &str) -> Option<Series> {
        let seed = seed_of(&[&scope.account, &scope.region, dimensions, metric]) ^ self.fleet.seed;
        let pin = if self.pins.is_empty() { None } else { self.pins.get(&series_key(scope, dimensions, metric)) };
        let curve = || self.curve(scope, dimensions, metric, seed).map(Source::Curve);
        let (source, gaps) = match pin.copied() {
            Some(Pin::Once { minute, value }) => (Source::Once { minute, value }, Vec::new()),
            Some(Pin::Held { value: Some(value), gap }) => {
                (Source::Curve(Curve::constant(value)), gap.into_iter().collect())
            }
            Some(Pin::Held { value: None, gap }) => {
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

    /// The namespace of all that is published under a set of dimensions.
    pub(super) fn namespace(&self, scope: &Scope, dimensions: &str) -> &'static str {
        let region = self.region(scope);
        let engine = region.zip(single(dimensions)).and_then(|(region, (name, id))| match name {
            "DBInstanceIdentifier" => region.instances.get(id).map(|it| &it.engine),
            "DBClusterIdentifier" => region.clusters.get(id).map(|it| &it.engine),
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
        let unborn = created.map(|created| Gap { after: i64::MIN, before: created });
        outages.into_iter().flatten().copied().chain(unborn).collect()
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
        all.extend(
            region.metrics.iter().map(|(dimensions, them)| (dimensions.clone(), them.keys().cloned().collect())),
        );
        all.into_iter().flat_map(|(at, metrics)| metrics.into_iter().map(move |it| (at.clone(), it))).collect()
    }
}

/// The name and value of a set of exactly one dimension.
fn single(dimensions: &str) -> Option<(&str, &str)> {
    dimensions.split_once('=').filter(|(_, value)| !value.contains(','))
}

/// What a pin is found by; dimensions that cannot be read are taken as they stand and match nothing.
pub(super) fn series_key(scope: &Scope, dimensions: &str, metric: &str) -> String {
    let dimensions = canonical(dimensions).unwrap_or_else(|_| dimensions.to_owned());
    format!("{}/{}/{dimensions}/{metric}", scope.account, scope.region)
}

fn instance_key(account: &str, region: &str, id: &str) -> String {
    format!("{account}/{region}/{id}")
}
