//! What a page costs: text, compression, size, and the same series in a registry of the `prometheus` crate.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use plimsoll::exposition::{Page, Renderer};
use plimsoll::resource::ResourceIndex;
use plimsoll::snapshot::{Column, Extra, Family, Sample, ScopeSnapshot, labels};
use plimsoll::time::Timestamp;
use prometheus::{Encoder, GaugeVec, Opts, Registry, TextEncoder};
use rustix::time::{ClockId, clock_gettime};

use super::figures::{Figure, Table, count, per_series, times};

/// Metrics of each instance; the last third are levels with a severity.
const FAMILIES: usize = 25;
const LEVELS: usize = 8;
const RUNS: usize = 5;

/// Both label profiles.
pub(crate) fn measure(instances: usize) {
    for (profile, with_arn) in [("lean", false), ("yace", true)] {
        let series = instances * FAMILIES;
        let mut table = Table::new(&format!("{series} series, labels `{profile}`"));
        let scope = Arc::new(scope(instances, with_arn));
        let render = || Renderer::new().render(&[Arc::clone(&scope)], Timestamp::default());
        let page = Arc::new(render());
        assert_eq!(page.series(), series);
        let text = median(|| Arc::clone(&page).text().map(|piece: Bytes| piece.len()).sum::<usize>());
        let whole = median(render);
        table.at_most("text, for each series", &per(text, series), 60.0);
        table.at_most("gzip of a whole page, for each series", &per(whole.saturating_sub(text), series), 600.0);
        sizes(&page, with_arn, &mut table);
        let crate_time = by_crate(&scope, with_arn);
        table.row("the same with the `prometheus` crate, for each series", &per(crate_time, series).to_string());
        let ratio = times(crate_time.as_secs_f64(), text.as_secs_f64());
        table.at_least("that by the text above", &ratio, 25.0);
        table.print();
    }
}

/// The goals are those of lean labels.
fn sizes(page: &Page, with_arn: bool, table: &mut Table) {
    let lean = |goal| (!with_arn).then_some(goal);
    let of_each = |bytes: u64| per_series(count(bytes) / count(page.series() as u64), "B");
    table.at_most("plain size, for each series", &of_each(page.text_bytes()), lean(150.0));
    let compressed: usize = page.gzip(&[]).iter().map(Bytes::len).sum();
    table.at_most("compressed size, for each series", &of_each(compressed as u64), lean(13.0));
}

fn per(time: Duration, series: usize) -> Figure {
    per_series(time.as_secs_f64() * 1e9 / count(series as u64), "ns")
}

/// The CPU time of this thread.
fn median<T>(mut run: impl FnMut() -> T) -> Duration {
    let cpu = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let before = cpu();
            let made = black_box(run());
            let used = cpu().checked_sub(before).unwrap();
            drop(made);
            used
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn id(instance: usize) -> String {
    format!("orders-prod-db-{instance:05}")
}

fn arn(instance: usize) -> String {
    format!("arn:aws:rds:eu-west-1:123456789012:db:{}", id(instance))
}

fn scope(instances: usize, with_arn: bool) -> ScopeSnapshot {
    let block = |instance| {
        let mut block = String::new();
        labels::push(&mut block, "account_id", "123456789012");
        labels::push(&mut block, "dimension_DBInstanceIdentifier", &id(instance));
        if with_arn {
            labels::push(&mut block, "name", &arn(instance));
        }
        labels::push(&mut block, "region", "eu-west-1");
        block.into_boxed_str()
    };
    let labels: Arc<[Box<str>]> = (0..instances).map(block).collect();
    let columns: BTreeMap<_, _> = (0..FAMILIES).map(|family| column(family, &labels)).collect();
    ScopeSnapshot { location: Some(("123456789012".into(), "eu-west-1".into())), columns, ..ScopeSnapshot::default() }
}

fn column(family: usize, labels: &Arc<[Box<str>]>) -> (Arc<Family>, Arc<Column>) {
    let is_level = family >= FAMILIES - LEVELS;
    let sample = |instance| Sample { value: value(family, instance), resource: ResourceIndex::new(instance), extra: 0 };
    let samples = (0..labels.len()).map(sample).collect();
    let extras = vec![Extra::ever(if is_level { "severity=\"critical\"" } else { "" })];
    let (name, help) = (name(family), "A metric of CloudWatch, on average over a minute.".to_owned());
    (Arc::new(Family { name, help }), Arc::new(Column { labels: Arc::clone(labels), extras, samples }))
}

fn name(family: usize) -> String {
    format!("aws_rds_some_metric_{family:02}_average")
}

/// Levels, whole numbers, percentages with few digits, and averages with all digits.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn value(family: usize, instance: usize) -> f64 {
    let noise = (instance * 2_654_435_761 + family * 40_503) % 1_000_003;
    match family {
        _ if family >= FAMILIES - LEVELS => (family * 10) as f64,
        _ if family.is_multiple_of(3) => (noise * 4_096) as f64,
        _ if family % 3 == 1 => (noise % 10_000) as f64 / 100.0,
        _ => noise as f64 / 7_919.0,
    }
}

/// Gather and encode.
fn by_crate(scope: &ScopeSnapshot, with_arn: bool) -> Duration {
    let registry = Registry::new();
    for (family, (described, column)) in scope.columns.iter().enumerate() {
        let mut names = vec!["account_id", "dimension_DBInstanceIdentifier", "region"];
        names.extend(with_arn.then_some("name"));
        names.extend((family >= FAMILIES - LEVELS).then_some("severity"));
        let gauges = GaugeVec::new(Opts::new(&described.name, &described.help), &names).unwrap();
        for sample in column.samples.iter() {
            let (id, arn) = (id(sample.resource.position()), arn(sample.resource.position()));
            let mut values = vec!["123456789012", &id, "eu-west-1"];
            values.extend(with_arn.then_some(arn.as_str()));
            values.extend((family >= FAMILIES - LEVELS).then_some("critical"));
            gauges.with_label_values(&values).set(sample.value);
        }
        registry.register(Box::new(gauges)).unwrap();
    }
    median(|| {
        let mut text = Vec::new();
        TextEncoder::new().encode(&registry.gather(), &mut text).unwrap();
        text
    })
}
