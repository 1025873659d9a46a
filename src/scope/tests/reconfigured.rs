//! A new configuration takes over while the scope runs: what is still right stays, and nothing is queried twice.

use super::*;
use crate::config::file;

/// Only CPU, because a tag names it.
const BEFORE: &str = "[metrics]\nprofile = \"alerting\"\n[defaults]\nmode = \"off\"\n";

fn orders() -> Described {
    tagged("orders", &[("plimsoll/CPUUtilization", "80/90"), ("levels/CPUUtilization", "70/75")])
}

fn config(text: &str) -> Config {
    file::parse(&format!("{BEFORE}{text}"), "plimsoll.toml").unwrap().config
}

/// A scope after its first round.
fn bench(instances: Vec<Described>) -> Bench {
    let mut bench = Bench::new(config(""), instances)
        .value("orders", "CPUUtilization", 50.0)
        .value("orders", "ReadIOPS", 7.0)
        .value("billing", "CPUUtilization", 60.0);
    bench.pass(2);
    bench
}

fn reconfigure(bench: &mut Bench, config: Config) {
    let config = Arc::new(config);
    let selection = Arc::new(Selection::of(&config));
    bench.feed(Event::Reconfigured(Settings { config, selection, issue_limit: 100 }));
}

fn levels(bench: &mut Bench) -> Vec<f64> {
    bench.series(CPU_THRESHOLD).into_values().collect()
}

#[test]
fn another_prefix_changes_the_levels_at_once_and_neither_the_value_nor_its_poll() {
    let mut bench = bench(vec![orders()]);
    let (value, polls) = (bench.series(CPU), bench.polls_of("orders", "CPUUtilization"));
    reconfigure(&mut bench, config("[tags]\nprefix = \"levels/\"\n"));
    assert_eq!((levels(&mut bench), bench.series(CPU)), (vec![75.0, 70.0], value));
    assert!(bench.scope.is_ready());
    bench.pass(40);
    assert_eq!(bench.polls_of("orders", "CPUUtilization"), polls, "the interval has not passed");
    bench.pass(40);
    assert_eq!(bench.polls_of("orders", "CPUUtilization"), polls + 1);
}

#[test]
fn the_age_of_the_last_success_survives() {
    let mut bench = bench(vec![orders()]);
    bench.cloudwatch_works = false;
    (bench.instances, bench.clusters) = (None, None);
    bench.pass(200);
    let before = bench.scope.report(bench.moment());
    reconfigure(&mut bench, config("[tags]\nprefix = \"levels/\"\n"));
    bench.pass(2);
    let after = bench.scope.report(bench.moment());
    assert_eq!((after.tasks, after.started), (before.tasks, before.started));
}

#[test]
fn what_the_new_configuration_does_not_watch_is_gone_and_comes_back_with_its_value_only_after_a_poll() {
    let billing = tagged("billing", &[("plimsoll/CPUUtilization", "80/90")]);
    let mut bench = bench(vec![orders(), billing]);
    assert_eq!(ids(&bench.series(CPU)), ["billing", "orders"]);
    reconfigure(&mut bench, config("[discovery]\nexclude = [{ id = \"billing\" }]\n"));
    assert_eq!(ids(&bench.series(CPU)), ["orders"]);
    reconfigure(&mut bench, config(""));
    assert_eq!((ids(&bench.series(CPU)), levels(&mut bench).len()), (vec!["orders"], 4));
    bench.pass(2);
    assert_eq!(ids(&bench.series(CPU)), ["billing", "orders"], "a query without any answer is made at once");
}

#[test]
fn a_metric_that_a_new_level_needs_is_queried_at_once() {
    let mut bench = bench(vec![orders()]);
    assert_eq!(bench.polls_of("orders", "ReadIOPS"), 0);
    reconfigure(&mut bench, config("[[override]]\nid = \"orders\"\nthresholds = { ReadIOPS = \"1000/2000\" }\n"));
    bench.pass(2);
    assert_eq!(bench.polls_of("orders", "ReadIOPS"), 1);
    assert_eq!(bench.series("aws_rds_read_iops_average").len(), 1);
}

#[test]
fn without_polls_no_value_is_served_any_more_and_no_answer_under_way_brings_one() {
    let mut bench = bench(vec![orders()]);
    let fetches = loop {
        bench.now += Seconds::new(1);
        let commands = bench.scope.on(Event::Tick, bench.moment());
        let (fetches, others): (Vec<_>, Vec<_>) =
            commands.into_iter().partition(|command| matches!(command, Command::Fetch(_)));
        for event in others.into_iter().filter_map(|command| bench.answer(command)).collect::<Vec<_>>() {
            bench.feed(event);
        }
        if !fetches.is_empty() {
            break fetches;
        }
    };
    let none = file::parse("[metrics]\nprofile = \"none\"\n", "plimsoll.toml").unwrap().config;
    reconfigure(&mut bench, none);
    for event in fetches.into_iter().filter_map(|command| bench.answer(command)).collect::<Vec<_>>() {
        bench.feed(event);
    }
    assert_eq!((bench.series(CPU).len(), levels(&mut bench)), (0, vec![90.0, 80.0]));
}
