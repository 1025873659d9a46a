//! Scrapes of one shard of a page that is split.

use std::collections::BTreeMap;

use super::*;
use crate::support::scrape::Series;

const SHARDS: usize = 4;

/// What tells databases apart, and clusters.
const IDENTITY: [&str; 5] = ["account_id", "region", INSTANCE, "dimension_DBClusterIdentifier", "dimension_QuotaName"];

/// The series of the fleet: those of plimsoll itself are of the moment of the scrape.
fn of_the_fleet(page: &Scrape) -> Vec<Series> {
    let is_of_fleet = |series: &&Series| series.labels.contains_key("account_id") || series.name == "aws_rds_info";
    let mut series: Vec<_> = page.series.iter().filter(is_of_fleet).cloned().collect();
    series.sort_by_cached_key(|series| (series.name.clone(), format!("{:?}", series.labels)));
    series
}

fn shards(exporter: &Exporter) -> Vec<String> {
    let shard = |index| {
        let path = format!("/metrics?shard={index}/{SHARDS}");
        let plain = exporter.get(&path);
        let gzip = client::request(exporter.address(), "GET", &path, &[("Accept-Encoding", "gzip")], b"").unwrap();
        assert_eq!((plain.status, plain.header("content-type")), (200, Some(EXPOSITION)), "{path}");
        assert_eq!(gzip.header("content-encoding"), Some("gzip"), "{path}");
        let text = text(&plain);
        let of_gzip = Scrape::parse(&self::text(&gzip));
        assert_eq!(of_the_fleet(&of_gzip), of_the_fleet(&Scrape::parse(&text)), "{path}");
        text
    };
    (0..SHARDS).map(shard).collect()
}

/// Where each database or cluster has series, and that it has none anywhere else.
fn places(shards: &[Scrape]) -> BTreeMap<Vec<Option<&str>>, usize> {
    let mut places = BTreeMap::new();
    for (place, shard) in shards.iter().enumerate() {
        for series in shard.series.iter().filter(|series| series.labels.contains_key(INSTANCE)) {
            let identity = IDENTITY.iter().map(|label| series.label(label)).collect();
            assert_eq!(*places.entry(identity).or_insert(place), place, "{series:?}");
        }
    }
    places
}

#[test]
fn shards_of_the_page_together_are_the_page_and_each_is_one_of_its_own() {
    let (_aws, exporter) = everything_with("[web]\nshards = 4\n");
    let (whole, texts) = wait_for("scrapes of one page", Duration::from_mins(1), || {
        let before = exporter.metrics();
        let texts = shards(&exporter);
        (of_the_fleet(&before) == of_the_fleet(&exporter.metrics())).then_some((before, texts))
    });
    let shards: Vec<_> = texts.iter().map(|text| Scrape::parse(text)).collect();
    let mut union: Vec<_> = shards.iter().flat_map(of_the_fleet).collect();
    union.sort_by_cached_key(|series| (series.name.clone(), format!("{:?}", series.labels)));
    assert_eq!(union, of_the_fleet(&whole));
    assert_eq!(shards.iter().map(|shard| shard.series.len()).sum::<usize>(), whole.series.len());
    let own = |shard: &Scrape| shard.count("plimsoll_build_info", &[]) + shard.count("process_start_time_seconds", &[]);
    assert_eq!(shards.iter().map(own).collect::<Vec<_>>(), [2, 0, 0, 0]);
    let places = places(&shards);
    assert!(places.values().collect::<BTreeSet<_>>().len() > 1, "{places:?}");
    for (text, shard) in texts.iter().zip(&shards) {
        assert!(shard.series.iter().all(|series| shard.help.contains_key(&series.name)));
        assert_eq!(findings(text), [""; 0]);
    }
}

#[test]
fn a_shard_that_is_not_configured_is_refused_with_a_remedy() {
    let (_aws, exporter) = one_database();
    let response = exporter.get("/metrics?shard=0/4");
    assert_eq!(response.status, 400);
    assert!(response.text().contains("set `shards` in [web]"), "{}", response.text());
}
