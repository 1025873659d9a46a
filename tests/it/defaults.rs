//! The catalogue's default levels on databases without tags.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use plimsoll::aws::{self, Access, Target};
use plimsoll::catalog::Side;
use plimsoll::config::selection::Selected;
use plimsoll::config::{Account, Config, DefaultsMode, Regions, Selection};
use plimsoll::exposition::Renderer;
use plimsoll::generate::{self, RuleOptions};
use plimsoll::plan::Now;
use plimsoll::scope::{Command, Event, Scope, ScopeName};
use plimsoll::sim::{Fleet, Incident, Instance, Options, Sim};
use plimsoll::snapshot::{Column, Sample, ScopeSnapshot};
use plimsoll::telemetry::Own;
use plimsoll::time::Timestamp;

use crate::support::targets::targets;

mod warnings;

pub(crate) use warnings::Scrapes;

const REGION: &str = "eu-west-1";

/// 2026-01-01 13:00 UTC: the load of most databases peaks at 14:00.
const START: i64 = 1_767_272_400;

/// Longer than the period of the slowest incident of the demonstration.
const HOURS: i64 = 2;

/// For each metric and database beyond its critical level: since how many minutes without a break.
type Crossings = BTreeMap<(&'static str, String), i64>;

/// The demonstration's fleet without its tags, with every default on: no rule at severity critical fires in two hours,
/// and the warnings that fire are known, each with a reason.
#[tokio::test]
async fn the_demo_fleet_without_tags_fires_nothing_critical_and_known_warnings() {
    let clock = Arc::new(AtomicI64::new(START));
    let mut fleet = Fleet::demo();
    for region in fleet.accounts.values_mut().flat_map(BTreeMap::values_mut) {
        region.instances.values_mut().for_each(|instance| instance.tags.clear());
        region.clusters.values_mut().for_each(|cluster| cluster.tags.clear());
        region.proxies.values_mut().for_each(|proxy| proxy.tags.clear());
    }
    keep_busy_for_minutes(fleet.instance("orders").unwrap());
    keep_busy_for_minutes(fleet.instance("billing").unwrap());
    let time = Arc::clone(&clock);
    let now = move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed).unsigned_abs());
    let sim = Sim::start(fleet, Options { clock: Arc::new(now), ..Options::default() }).await.unwrap();
    let (config, target) = (full(), connect(&sim, &full().accounts).await.remove(0));
    let selection = Arc::new(Selection::of(&config));
    let name = ScopeName { account: "default".into(), region: REGION.into() };
    let mut scope =
        Scope::new(name, Arc::new(config), Arc::clone(&selection), 1_000, Now::at(Timestamp::from_second(START)));
    let (mut crossings, mut seen) = (Crossings::new(), Crossings::new());
    let (mut renderer, own, mut scrapes) = (Renderer::new(), Own::new(), Scrapes::since(START));
    for second in (START..START + HOURS * 3_600).step_by(60) {
        clock.store(second, Ordering::Relaxed);
        let now = Timestamp::from_second(second);
        step(&mut scope, &target, now).await;
        scope.on(Event::Publish, Now::at(now));
        let snapshot = scope.snapshot();
        own.report(scope.name(), scope.report(Now::at(now)));
        scrapes.add(second, renderer.render(&[Arc::clone(&snapshot)], now), &own.encode(false));
        crossings = still_beyond(&crossings, &snapshot, &selection, now);
        seen.extend(crossings.clone());
        for selected in &selection.metrics {
            let metric = selected.row.metric;
            let waits = selected.rule_for.as_secs().div_ceil(60).cast_signed();
            let longest = crossings.iter().filter(|((crossed, _), _)| *crossed == metric).map(|(_, minutes)| *minutes);
            assert!(longest.max().unwrap_or_default() <= waits, "{metric}: {crossings:?}");
        }
    }
    // Peaks of two minutes do cross the level, so the comparison sees what it is about.
    assert!(seen.keys().any(|(metric, database)| *metric == "CPUUtilization" && database.contains("\"billing\"")));
    scrapes.check(&generate::rules(&full(), &selection, &RuleOptions::default()));
}

fn full() -> Config {
    let mut config = Config { accounts: vec![Account::default_chain(Regions::one(REGION))], ..Config::default() };
    config.defaults = DefaultsMode::Full;
    config
}

/// The demonstration keeps their load high for most of an hour, which deserves an alert. Healthy databases have peaks of
/// two minutes.
fn keep_busy_for_minutes(instance: &mut Instance) {
    let load = instance.metrics.get_mut("CPUUtilization").unwrap().as_mut().unwrap();
    let peaks = [(8.0, 12.0, 40.0, 20.0, 87.0), (60.0, 15.0, 105.0, 30.0, 95.0)];
    let incident = |(start_s, rise_s, hold_s, fall_s, value)| Incident {
        start_s,
        rise_s,
        hold_s,
        fall_s,
        value,
        repeat_s: Some(300.0),
    };
    load.incidents = peaks.map(incident).to_vec();
}

/// Clients for the accounts, whose AWS is the simulated one.
pub(crate) async fn connect(sim: &Sim, accounts: &[Account]) -> Vec<Target> {
    let access = Access {
        endpoint: Some(sim.endpoint()),
        credentials: Some(("test".to_owned(), "test".to_owned())),
        region: Some(REGION.to_owned()),
    };
    let observer: aws::Observer = Arc::new(|_, _, _, _| {});
    let config = Config { accounts: accounts.to_vec(), ..Config::default() };
    aws::connect(&config, &access, &observer).await.unwrap().iter().flat_map(targets).collect()
}

/// One tick, and all events that follow from it.
pub(crate) async fn step(scope: &mut Scope, target: &Target, now: Timestamp) {
    let mut commands = scope.on(Event::Tick, Now::at(now));
    while let Some(command) = commands.pop() {
        let event = match command {
            Command::List(lister) => {
                let found = target.list(lister).await.unwrap();
                Event::Listed(lister, Some(found.into_iter().map(Arc::new).collect()))
            }
            Command::Fetch(batch) => {
                let reply = target.answers(&batch, || Now::at(now)).await.unwrap();
                Event::BatchEnded(batch, Some(reply))
            }
            _ => continue,
        };
        commands.extend(scope.on(event, Now::at(now)));
    }
}

/// What is beyond its critical level now, and since how many minutes.
fn still_beyond(before: &Crossings, snapshot: &ScopeSnapshot, selection: &Selection, now: Timestamp) -> Crossings {
    let beyond = selection.metrics.iter().flat_map(|selected| beyond(selected, snapshot, now));
    beyond.map(|key| (key.clone(), before.get(&key).map_or(1, |minutes| minutes + 1))).collect()
}

fn beyond(selected: &Selected, snapshot: &ScopeSnapshot, now: Timestamp) -> Vec<(&'static str, String)> {
    let (row, Some(alert)) = (selected.row, &selected.row.alert) else { return Vec::new() };
    let column = |name: &str| snapshot.columns.iter().find(|(family, _)| family.name == name).map(|(_, column)| column);
    let values = row.compared_series().and_then(|series| column(&series));
    let levels = column(&row.threshold_series());
    let (Some(values), Some(levels)) = (values, levels) else { return Vec::new() };
    let levels: BTreeMap<&str, f64> = samples(levels, "severity=\"critical\"", now).collect();
    let compared = |(database, value)| (database, row.provider.form().compared(value, now));
    let crossed =
        samples(values, "", now).map(compared).filter(|(database, value)| match (levels.get(database), alert.bad) {
            (Some(level), Side::High) => value > level,
            (Some(level), Side::Low) => value < level,
            (None, _) => false,
        });
    crossed.map(|(database, _)| (row.metric, database.to_owned())).collect()
}

fn samples<'a>(column: &'a Column, extra: &'a str, now: Timestamp) -> impl Iterator<Item = (&'a str, f64)> {
    let of_extra = move |sample: &Sample| &*column.extra(sample).labels == extra;
    let wanted = column.samples.iter().filter(move |sample| of_extra(sample) && column.lives(sample, now));
    wanted.map(|sample| (&*column.labels[sample.resource.position()], sample.value))
}
