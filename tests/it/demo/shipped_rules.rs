//! The demonstration in simulated time, under the shipped rules as promtool evaluates them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use plimsoll::aws::Target;
use plimsoll::config::{Config, Selection};
use plimsoll::demo;
use plimsoll::exposition::Renderer;
use plimsoll::plan::Now;
use plimsoll::scope::{Event, Scope, ScopeName};
use plimsoll::sim::{Fleet, Options, Sim};
use plimsoll::time::Timestamp;
use serde_json::{Value, json};

use crate::defaults::{Scrapes, connect, step};
use crate::rules;

/// 2026-01-01 13:00 UTC.
const START: i64 = 1_767_272_400;

/// The last moment at which `orders` is below its levels.
const FIRST_SCRAPE: i64 = START + 5;

/// Prometheus scrapes once a minute, its own default. The last of these scrapes, at 10:05, is evaluated within a minute.
const MINUTES: i64 = 10;

#[tokio::test]
async fn orders_fires_within_twelve_minutes_billing_stays_quiet_and_inventory_becomes_unwatched() {
    let series = scraped().await;
    let alert = |severity: &str| {
        let labels = format!("{{dimension_DBInstanceIdentifier=\"orders\",severity=\"{severity}\"}}");
        json!({"labels": labels, "value": 1})
    };
    let firing = "ALERTS{alertname=\"RDSCPUUtilizationHigh\",alertstate=\"firing\"}";
    let fires = json!({
        "expr": format!("group by (dimension_DBInstanceIdentifier, severity) ({firing})"),
        "eval_time": format!("{MINUTES}m"),
        "exp_samples": [alert("critical"), alert("warning")],
    });
    let of_cpu: Vec<&Value> = series.iter().filter(|one| name(one).starts_with("aws_rds_cpuutilization_")).collect();
    let test = json!({"interval": "1m", "input_series": of_cpu, "promql_expr_test": [fires]});
    rules::run("demo", &rules::shipped(), &test);

    // The text announces it for 3:30, and scrapes are at 2:05, 3:05 and 4:05.
    let is_of_inventory =
        |one: &&Value| name(one).starts_with("plimsoll_threshold_unwatched") && name(one).contains("\"inventory\"");
    let unwatched = series.iter().find(is_of_inventory).unwrap();
    let values: Vec<&str> = unwatched["values"].as_str().unwrap().split(' ').collect();
    assert_eq!((values[2], values[4]), ("stale", "1"), "{values:?}");
}

fn name(series: &Value) -> &str {
    series["series"].as_str().unwrap()
}

/// What a Prometheus receives that scrapes the demonstration once a minute.
async fn scraped() -> Vec<Value> {
    let clock = Arc::new(AtomicI64::new(START));
    let time = Arc::clone(&clock);
    let now = move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed).unsigned_abs());
    let options =
        Options { live: true, publication_delay: Some(Duration::ZERO), clock: Arc::new(now), ..Options::default() };
    let sim = Sim::start(Fleet::demo(), options).await.unwrap();
    let mut scopes = scopes(&sim).await;
    let (mut renderer, mut scrapes) = (Renderer::new(), Scrapes::since(FIRST_SCRAPE));
    for second in (0..=MINUTES).map(|minute| FIRST_SCRAPE + 60 * minute) {
        clock.store(second, Ordering::Relaxed);
        let now = Timestamp::from_second(second);
        for (scope, target) in &mut scopes {
            step(scope, target, now).await;
            scope.on(Event::Publish, Now::at(now));
        }
        let snapshots: Vec<_> = scopes.iter().map(|(scope, _)| scope.snapshot()).collect();
        scrapes.add(second, renderer.render(&snapshots, now), b"");
    }
    scrapes.input()
}

/// The scopes of the demonstration's own configuration.
async fn scopes(sim: &Sim) -> Vec<(Scope, Target)> {
    let config: Arc<Config> = Arc::new(demo::config());
    let selection = Arc::new(Selection::of(&config));
    let scope = |target: Target| {
        let name = ScopeName { account: Arc::clone(&target.account), region: Arc::clone(&target.region) };
        let start = Now::at(Timestamp::from_second(START));
        (Scope::new(name, Arc::clone(&config), Arc::clone(&selection), 1_000, start), target)
    };
    connect(sim, &config.accounts).await.into_iter().map(scope).collect()
}
