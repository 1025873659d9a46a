//! Sums of two metrics: a value while both have one of the same period, and a level that is a share of the limit of both.

use super::*;
use crate::config::file;
use crate::explain;
use crate::inventory::View;
use crate::plan::billed_metrics;
use crate::resource::{GIB, Ordered, Volume};

const SUM: &str = "aws_rds_total_iops_average";
const LEVEL: &str = "aws_rds_total_iops_threshold";
const READS: &str = "ReadIOPS";
const WRITES: &str = "WriteIOPS";

/// With 3,000 operations a second for reads and writes together, and a level at four fifths of them.
fn orders() -> Described {
    let volumes = vec![Volume { storage_type: "gp3".into(), gib: 100.0, ..Volume::default() }];
    let ordered = Ordered { volumes, ..Ordered::default() };
    let class = "db.m6g.2xlarge".to_owned();
    let figures = Figures { allocated_storage_bytes: Some(100.0 * GIB), ..Figures::default() };
    let facts = Facts { ordered, ..Facts::default() };
    Described { class: class.into(), facts, figures, ..tagged("orders", &[("plimsoll/TotalIOPS", "60pct/80pct")]) }
}

fn bench(text: &str) -> Bench {
    let text = format!("[defaults]\nmode = \"off\"\n[metrics]\nprofile = \"alerting\"\n{text}");
    let config = file::parse(&text, "plimsoll.toml").unwrap().config;
    Bench::new(config, vec![orders()]).value("orders", READS, 1_500.0).value("orders", WRITES, 1_200.0)
}

fn value(bench: &mut Bench) -> Option<f64> {
    bench.series(SUM).into_values().next()
}

#[test]
fn reads_and_writes_are_compared_together_with_the_limit_of_both() {
    let mut bench = bench("");
    bench.pass(2);
    assert_eq!(value(&mut bench), Some(2_700.0));
    assert_eq!(bench.series(LEVEL).into_values().collect::<Vec<_>>(), [2_400.0, 1_800.0]);
    let headroom = bench.series("plimsoll_headroom_ratio");
    let critical = headroom.iter().find(|(labels, _)| labels.contains("critical")).unwrap();
    assert!(critical.0.contains("metric=\"TotalIOPS\"") && (critical.1 + 1.0 / 9.0).abs() < 1e-9, "{headroom:?}");
    let view = View { snapshot: bench.snapshot(), inventory: bench.scope.inventory() };
    let explained = explain::all(&view, bench.moment())[0].metrics[0].clone();
    assert_eq!((explained.metric.as_str(), explained.value), ("TotalIOPS", Some(2_700.0)));
    assert_eq!(explained.share(&explained.levels[1]).unwrap(), "80 % of 3000/s I/O operations (storage type)");
}

#[test]
fn a_level_on_the_sum_queries_both_parts_and_never_the_sum() {
    let mut bench = bench("");
    bench.pass(2);
    let queried: Vec<_> = bench.queried.iter().map(|(_, metric)| *metric).collect();
    assert_eq!(queried, [READS, WRITES]);
    let without = Described { tags: fixture::tags(&[]), ..orders() };
    bench.instances = Some(vec![without]);
    bench.pass(121);
    bench.queried.clear();
    bench.pass(300);
    assert_eq!(bench.queried, [], "no level needs them");
}

#[test]
fn a_part_that_is_missing_leaves_no_sum_and_its_level_is_unwatched() {
    let mut bench = bench("");
    bench.values.remove(&("orders", WRITES));
    bench.pass(900);
    assert_eq!(value(&mut bench), None);
    let unwatched = bench.series("plimsoll_threshold_unwatched");
    let labels: Vec<_> = unwatched.keys().map(|labels| labels.split_once('|').unwrap().1).collect();
    assert_eq!(labels, ["metric=\"TotalIOPS\",reason=\"never_answered\""]);
}

#[test]
fn the_sum_expires_with_its_older_part() {
    let mut bench = bench("");
    bench.pass(2);
    bench.values.remove(&("orders", WRITES));
    // Reads go on, writes are silent: their last period ended two minutes before the start.
    bench.pass(14 * 60 - 120 - 2);
    assert_eq!(value(&mut bench), Some(2_700.0), "both were there for one period");
    bench.pass(2);
    assert_eq!((value(&mut bench), bench.series("aws_rds_read_iops_average").len()), (None, 1));
    assert_eq!(bench.series("plimsoll_headroom_ratio"), BTreeMap::new());
    assert!(bench.series("plimsoll_threshold_unwatched").keys().all(|labels| labels.contains("expired")));
}

#[test]
fn after_the_clock_is_set_no_two_periods_are_taken_for_one() {
    let mut bench = bench("");
    bench.pass(2);
    bench.ahead = -Seconds::new(3_600);
    bench.values.remove(&("orders", WRITES));
    bench.values.insert(("orders", READS), 9.0);
    bench.pass(301);
    assert_eq!(value(&mut bench), Some(2_700.0), "what both were before the step");
    bench.values.insert(("orders", WRITES), 1.0);
    bench.pass(301);
    assert_eq!(value(&mut bench), Some(10.0));
}

/// Minutes and five minutes end together now and then; their averages are of different times all the same.
#[test]
fn parts_of_different_periods_have_no_sum() {
    let mut bench = bench("[metrics.ReadIOPS]\ninterval = \"60s\"\n");
    bench.pass(900);
    assert_eq!((value(&mut bench), bench.series("aws_rds_read_iops_average").len()), (None, 1));
    let both = "[metrics.ReadIOPS]\ninterval = \"60s\"\n[metrics.WriteIOPS]\ninterval = \"60s\"\n";
    let mut bench = self::bench(both);
    bench.pass(2);
    assert_eq!(value(&mut bench), Some(2_700.0));
}

#[test]
fn a_muted_sum_is_no_alert_and_a_level_on_one_part_stays_its_own() {
    let tags = [("plimsoll/TotalIOPS", "80pct"), ("plimsoll/ReadIOPS", "1000"), ("plimsoll/TotalIOPS/mute", "yes")];
    let mut bench = bench("");
    bench.instances = Some(vec![Described { tags: fixture::tags(&tags), ..orders() }]);
    bench.pass(2);
    assert_eq!(bench.series(LEVEL), BTreeMap::new());
    assert_eq!(bench.series("aws_rds_read_iops_threshold").into_values().collect::<Vec<_>>(), [1_000.0]);
}

#[test]
fn a_sum_costs_what_its_parts_cost() {
    let mut bench = bench("");
    let mut billed = 0;
    for _ in 0..3 {
        bench.now += Seconds::new(1);
        let mut events = vec![Event::Tick];
        while let Some(event) = events.pop() {
            for command in bench.scope.on(event, bench.moment()) {
                if let Command::Fetch(batch) = &command {
                    billed += billed_metrics(&batch.queries);
                }
                events.extend(bench.answer(command));
            }
        }
    }
    assert_eq!((billed, value(&mut bench)), (2, Some(2_700.0)));
}
