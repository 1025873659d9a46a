//! CloudWatch that publishes late: a short window finds all that a full one would.

use proptest::prelude::*;

use super::*;
use crate::plan::{Batch, Window};

/// How late a datapoint is published, in seconds, by the minute in which its period begins.
type Delays = [i64];

/// The newest datapoint that is published by now. Its value is the beginning of its period.
#[expect(clippy::cast_precision_loss, reason = "seconds of four-digit years fit 2^53")]
fn newest(delays: &Delays, period: i64, window: Window, now: Timestamp) -> QueryResult {
    let periods = (window.end - window.start).get() / period;
    let published = |start: &i64| {
        let minute = usize::try_from((start - START.as_second()).div_euclid(60)).unwrap_or(0);
        start + period + delays[minute.min(delays.len() - 1)] <= now.as_second()
    };
    let mut newest_first = (1..=periods).map(|number| window.end.as_second() - number * period);
    newest_first.find(published).map_or(QueryResult::Empty, |start| {
        QueryResult::Newest(Point { value: start as f64, end: Timestamp::from_second(start + period) })
    })
}

/// What is served at the end of each minute, and how long the window of each call was.
fn serve(delays: &Delays, window: fn(&Batch, Timestamp) -> Window) -> (Vec<Vec<f64>>, Vec<i64>) {
    let mut bench = Bench::new(Config::default(), vec![tagged("orders", &[("plimsoll/CPUUtilization", "90")])]);
    let (mut served, mut lengths) = (Vec::new(), Vec::new());
    for second in 1..=60 * delays.len() {
        bench.now += Seconds::new(1);
        let mut events = vec![Event::Tick];
        while let Some(event) = events.pop() {
            for command in bench.scope.on(event, bench.moment()) {
                let Command::Fetch(batch) = command else {
                    events.extend(bench.answer(command));
                    continue;
                };
                let (timing, window) = (batch.poll_group.timing, window(&batch, bench.now));
                let result = newest(delays, timing.period.seconds().into(), window, bench.now);
                let answers = vec![result; batch.queries.len()];
                let reply = BatchResult { requested_at: bench.moment(), answers, counts: ResponseCounts::default() };
                events.push(Event::BatchEnded(batch, Some(reply)));
                if timing.period == Period::Minute {
                    lengths.push((window.end - window.start).get());
                }
            }
        }
        if second % 60 == 0 {
            let families = [CPU, "aws_rds_freeable_memory_average"];
            served.push(families.iter().flat_map(|family| bench.series(family).into_values()).collect());
        }
    }
    (served, lengths)
}

fn full(batch: &Batch, now: Timestamp) -> Window {
    Window::of(batch.poll_group.timing, None, now)
}

#[test]
fn a_value_comes_back_after_cloudwatch_was_late_by_six_minutes_and_calls_look_back_five_minutes_else() {
    let mut delays = vec![60; 60];
    delays[20..30].fill(360);
    let (served, lengths) = serve(&delays, Batch::window);
    assert_eq!(served, serve(&delays, full).0);
    assert!(served[..26].iter().chain(&served[32..]).all(|values| values.len() == 2), "{served:?}");
    assert!(served[26..32].iter().all(|values| values.len() == 1), "too old at the end of a minute: {served:?}");
    assert_eq!((lengths[0], lengths[1], lengths[15], lengths[59]), (600, 300, 300, 300), "{lengths:?}");
    assert!(lengths[24..32].contains(&600), "while it is late: {lengths:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_same_is_served_as_with_full_windows(delays in prop::collection::vec(0_i64..600, 30)) {
        prop_assert_eq!(serve(&delays, Batch::window).0, serve(&delays, full).0);
    }
}
