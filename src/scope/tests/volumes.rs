//! The storage volumes of an instance: listed with it, with values, levels and labels of their own.

use super::*;
use crate::plan::billed_metrics;
use crate::resource::{GIB, Ordered, Volume};

const FREE: &str = "aws_rds_free_storage_space_minimum";
const LEVEL: &str = "aws_rds_free_storage_space_threshold";

fn ledger(tags: &[(&str, &str)]) -> Vec<Described> {
    let volume = |name: Option<&str>, gib| Volume { name: name.map(Into::into), gib, ..Volume::default() };
    let volumes = vec![volume(None, 500.0), volume(Some("rdsdbdata2"), 300.0)];
    let facts = Facts { ordered: Ordered { volumes, ..Ordered::default() }, ..Facts::default() };
    let figures = Figures { allocated_storage_bytes: Some(800.0 * GIB), ..Figures::default() };
    let engine = ("oracle-se2".to_owned(), Engine::Oracle);
    let ledger = Described { facts, figures, engine_name: engine.0.into(), engine: engine.1, ..tagged("ledger", tags) };
    ledger.with_volumes().collect()
}

/// A scope whose AWS has 100 GiB free on each volume, and 200 GiB by their sum.
fn bench(tags: &[(&str, &str)], metrics: &str) -> Bench {
    let text = format!("labels.tags = [\"team\"]\ndefaults.mode = \"off\"\nmetrics.profile = \"{metrics}\"");
    let config = crate::config::file::parse(&text, "plimsoll.toml").unwrap().config;
    Bench::new(config, ledger(tags)).value("ledger", "FreeStorageSpace", 100.0 * GIB)
}

fn by_volume(series: &BTreeMap<String, f64>) -> Vec<(&str, f64)> {
    series
        .iter()
        .map(|(labels, value)| {
            let volume = labels.split("dimension_VolumeName=\"").nth(1).and_then(|rest| rest.split('"').next());
            (volume.unwrap_or(""), value / GIB)
        })
        .collect()
}

#[test]
fn each_volume_stands_beside_its_instance_with_levels_of_its_own_size() {
    let mut bench = bench(&[("plimsoll/FreeStorageSpace", "10pct"), ("team", "finance")], "alerting");
    bench.pass(2);
    let free = bench.series(FREE);
    assert_eq!(by_volume(&free), [("rdsdbdata", 100.0), ("rdsdbdata2", 100.0), ("", 100.0)]);
    assert_eq!(by_volume(&bench.series(LEVEL)), [("rdsdbdata", 50.0), ("rdsdbdata2", 30.0), ("", 80.0)]);
    let identity = "account_id=\"123456789012\",dimension_DBInstanceIdentifier=\"ledger\",\
                    dimension_VolumeName=\"rdsdbdata2\",name=\"arn:aws:rds:eu-west-1:123456789012:db:ledger\",\
                    region=\"eu-west-1\",tag_team=\"finance\"|";
    assert!(free.contains_key(identity), "{free:?}");
    assert_eq!(by_volume(&bench.series("aws_rds_allocated_storage")).len(), 3);
    assert_eq!(bench.series("aws_rds_info").len(), 1, "one for each ARN");
    assert_eq!(bench.series("plimsoll_headroom_ratio").len(), 3);
    let sources = bench.series("plimsoll_resource_thresholds");
    assert_eq!(sources.keys().filter(|labels| labels.contains("source=\"instance_tag\"")).count(), 2);
    let kinds = bench.series("plimsoll_resource_info");
    assert_eq!(kinds.keys().filter(|labels| labels.contains("kind=\"db-volume\"")).count(), 2);
}

#[test]
fn nothing_but_free_space_is_queried_of_a_volume_in_both_spellings() {
    let mut bench = bench(&[("plimsoll/FreeStorageSpace", "10pct")], "dashboards");
    let mut of_volumes = Vec::new();
    for _ in 0..3 {
        bench.now += Seconds::new(1);
        let mut events = vec![Event::Tick];
        while let Some(event) = events.pop() {
            for command in bench.scope.on(event, bench.moment()) {
                if let Command::Fetch(batch) = &command {
                    let queries = batch.queries.iter().filter(|query| query.resource.kind.is_volume());
                    of_volumes.extend(queries.cloned());
                }
                events.extend(bench.answer(command));
            }
        }
    }
    assert!(of_volumes.iter().all(|query| query.metric == "FreeStorageSpace"));
    let spellings: Vec<_> = of_volumes.iter().map(|query| query.dimensions[0]).collect();
    let both = ["DBInstanceIdentifier", "DBInstanceIdentifier", "DbInstanceIdentifier", "DbInstanceIdentifier"];
    assert_eq!(spellings, [both, both].concat(), "two statistics of two volumes");
    assert_eq!(billed_metrics(&of_volumes), 4);
}

/// An answer in one spelling counts, whatever the other one says.
#[test]
fn one_of_two_spellings_is_enough() {
    for answering in ["DBInstanceIdentifier", "DbInstanceIdentifier"] {
        let mut bench = bench(&[("plimsoll/FreeStorageSpace", "10pct")], "alerting");
        bench.spelling = Some(answering);
        bench.pass(900);
        let volumes = by_volume(&bench.series(FREE)).iter().filter(|(volume, _)| !volume.is_empty()).count();
        assert_eq!(volumes, 2, "{answering}");
        let unwatched = bench.series("plimsoll_threshold_unwatched");
        assert!(!unwatched.keys().any(|labels| labels.contains("VolumeName")), "{unwatched:?}");
    }
}

#[test]
fn a_volume_without_values_is_unwatched_where_a_person_set_the_level() {
    let mut bench = bench(&[("plimsoll/FreeStorageSpace", "10pct")], "alerting");
    bench.spelling = Some("DbClusterIdentifier");
    bench.pass(900);
    let unwatched = bench.series("plimsoll_threshold_unwatched");
    assert_eq!(unwatched.keys().filter(|labels| labels.contains("VolumeName")).count(), 2, "{unwatched:?}");
}

#[test]
fn a_volume_is_no_database() {
    let mut bench = bench(&[("plimsoll/FreeStorageSpace", "10pct")], "alerting");
    bench.pass(2);
    let report = bench.scope.report(bench.moment());
    assert_eq!((report.databases(), report.resources.values().sum::<usize>()), (1, 3));
    let view = crate::inventory::View { snapshot: bench.snapshot(), inventory: bench.scope.inventory() };
    bench.values.insert(("ledger", "FreeStorageSpace"), 10.0 * GIB);
    bench.pass(361);
    let crossed = crate::inventory::View { snapshot: bench.snapshot(), ..view };
    let roundup =
        crate::explain::round_up(std::slice::from_ref(&crossed), &crate::explain::Wanted::default(), bench.moment());
    let by_severity: Vec<_> =
        roundup.by_severity.iter().map(|(name, tally)| (name.as_str(), tally.count, tally.resources)).collect();
    assert_eq!(by_severity, [("critical", 3, 1), ("warning", 0, 0)]);
    let question = |name: &str| crate::explain::Question::Resource { name: name.to_owned(), metric: None };
    for (name, kind) in [("ledger", "db-instance"), ("ledger/rdsdbdata2", "db-volume")] {
        let answer = crate::explain::answer(&question(name), std::slice::from_ref(&crossed), bench.moment()).unwrap();
        assert!(answer.json().contains(&format!("\"kind\": \"{kind}\"")), "{name}");
    }
}

#[test]
fn a_second_volume_comes_and_goes_with_its_series() {
    let mut bench = bench(&[("plimsoll/FreeStorageSpace", "10pct")], "alerting");
    let with_volumes = bench.instances.clone();
    bench.instances = Some(vec![ledger(&[("plimsoll/FreeStorageSpace", "10pct")]).remove(0)]);
    bench.pass(2);
    assert_eq!(bench.series(FREE).len(), 1);
    bench.instances = with_volumes;
    bench.pass(200);
    assert_eq!(bench.series(FREE).len(), 3);
    bench.instances = Some(vec![ledger(&[("plimsoll/FreeStorageSpace", "10pct")]).remove(0)]);
    bench.pass(121);
    assert_eq!((bench.series(FREE).len(), bench.series(LEVEL).len()), (1, 1));
}
