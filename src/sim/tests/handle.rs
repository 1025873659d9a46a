//! What tests change in a running simulation: pins, edits, counts, curves that change.

use super::*;

#[tokio::test]
async fn pins_move_a_metric_at_once() {
    let (sim, clock) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let dimensions = "DBInstanceIdentifier=ledger";
    sim.metric(ACCOUNT, REGION, dimensions, "CPUUtilization").pin(Some(91.0));
    assert_eq!(ages(&client, cpu("a"), 300).await, [(210, 91.0), (270, 91.0), (330, 91.0)]);
    sim.metric(ACCOUNT, REGION, dimensions, "CPUUtilization").pin(None);
    clock.set(NOON + 600);
    assert_eq!(ages(&client, cpu("a"), 150).await, [(90, 91.0), (150, 91.0)], "the minutes before the silence stay");
    sim.metric(ACCOUNT, REGION, dimensions, "CPUUtilization").unpin();
    assert_eq!(ages(&client, cpu("a"), 90).await, [(30, 12.5), (90, 12.5)]);
    clock.set(NOON);
    sim.metric(ACCOUNT, REGION, dimensions, "CPUUtilization").point_once(5.0, Duration::from_secs(20));
    assert_eq!(ages(&client, cpu("a"), 600).await, [(90, 5.0)]);
}

#[tokio::test]
async fn a_stopped_database_publishes_nothing_and_a_started_one_begins_again() {
    let (sim, clock) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let status = |status: &str| sim.change(|fleet| fleet.instance("ledger").unwrap().status = status.to_owned());
    status("stopped");
    clock.set(NOON + 300);
    assert_eq!(ages(&client, cpu("a"), 150).await, [(90, 12.5), (150, 12.5)]);
    status("available");
    clock.set(NOON + 600);
    assert_eq!(ages(&client, cpu("a"), 150).await, [(90, 12.5), (150, 12.5)]);
    let results = get_points(&client, vec![cpu("a")], 0, -600).await.unwrap();
    assert_eq!(points(&results[0]).last(), Some(&(NOON + 330, 12.5)));
}

#[tokio::test]
async fn calls_are_counted_as_they_are_billed() {
    let (sim, _) = start(yace_fleet()).await;
    let config = sdk(&sim, REGION).await.into_builder();
    let retry = aws_config::retry::RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let client = cloudwatch::Client::new(&config.retry_config(retry).build());
    sim.fault(Fault::new(Effect::Throttle).times(2));
    let of = |id, stat| query(id, &[("DBInstanceIdentifier", "ledger")], "CPUUtilization", stat, 60);
    let stats =
        [("a", "Average"), ("b", "Minimum"), ("c", "Maximum"), ("d", "Sum"), ("e", "SampleCount"), ("f", "p90")];
    let mut queries = stats.map(|(id, stat)| of(id, stat)).to_vec();
    queries.push(query("none", &[("DBInstanceIdentifier", "ledger")], "Nothing", "Sum", 60));
    get_points(&client, queries, 570, 0).await.unwrap();
    let expected =
        Tally { calls: 1, attempts: 3, failed: 2, queries: 7, metrics: 2, billed: 3, datapoints: 42, empty: 1 };
    assert_eq!(sim.counts().of("GetMetricData"), expected);
    assert_eq!(sim.reset_counts().total(), expected);
    assert_eq!(sim.counts().total(), Tally::default());
}

#[tokio::test]
async fn a_live_curve_moves_between_two_samples() {
    let mut fleet = yace_fleet();
    let incident = Incident { start_s: 10.0, rise_s: 10.0, hold_s: 600.0, fall_s: 1.0, value: 90.0, repeat_s: None };
    let curve = Curve { incidents: vec![incident], ..Curve::constant(50.0) };
    let metrics = fleet.region(ACCOUNT, REGION).metrics.get_mut("DBInstanceIdentifier=ledger").unwrap();
    metrics.insert("CPUUtilization".to_owned(), curve);
    let clock = TestClock::at(NOON);
    let delay = Some(Duration::ZERO);
    let options = Options { clock: clock.as_clock(), live: true, publication_delay: delay, ..Options::default() };
    let sim = Sim::start(fleet, options).await.unwrap();
    let client = cloudwatch_of(&sim).await;
    for (seconds, expected) in [(0, 50.0), (15, 70.0), (25, 90.0)] {
        clock.set(NOON + seconds);
        assert_eq!(ages(&client, cpu("a"), 150).await, [(90, expected), (150, 50.0)], "after {seconds} s");
    }
}

#[tokio::test]
async fn speed_compresses_curves_and_never_timestamps() {
    let mut fleet = yace_fleet();
    let incident =
        Incident { start_s: 3600.0, rise_s: 60.0, hold_s: 3600.0, fall_s: 60.0, value: 90.0, repeat_s: None };
    let curve = Curve { incidents: vec![incident], ..Curve::constant(50.0) };
    let region = fleet.region(ACCOUNT, REGION);
    let metrics = region.metrics.get_mut("DBInstanceIdentifier=ledger").unwrap();
    metrics.insert("CPUUtilization".to_owned(), curve);
    let clock = TestClock::at(NOON);
    let options = Options { clock: clock.as_clock(), speed: Some(60.0), ..Options::default() };
    let sim = Sim::start(fleet, options).await.unwrap();
    let client = cloudwatch_of(&sim).await;
    // An hour of the curve is a minute of the clock: the incident holds from 12:01:31 to 12:02:31.
    clock.set(NOON + 600);
    let results = get_points(&client, vec![cpu("a")], -30, -210).await.unwrap();
    let seen: Vec<_> = points(&results[0]).iter().map(|(at, value)| (at - NOON, *value)).collect();
    assert_eq!(seen, [(150, 50.0), (90, 50.0), (30, 90.0)]);
}
