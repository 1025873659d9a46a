//! Responses that end early are failures, and no part of them is used.

use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::client;
use crate::support::databases::{ACCOUNT, BRISK, CPU_LEVEL, databases, in_regions, one_database_in_each};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

const LAST_SUCCESS: &str = "plimsoll_last_success_timestamp_seconds";
const ERRORS: &str = "plimsoll_aws_errors_total";

/// The databases of each region.
const DATABASES: usize = 20;

/// Where a listing is cut: before the last of these marks, or this number of bytes before its end.
#[derive(Debug, Clone, Copy)]
enum Cut {
    Before(&'static str),
    FromEnd(usize),
    AtStart(usize),
}

/// A region for each cut.
const CUTS: [(&str, Cut); 12] = [
    ("us-east-1", Cut::AtStart(0)),
    ("us-east-2", Cut::AtStart(1)),
    ("us-west-1", Cut::Before("<TagList>")),
    ("us-west-2", Cut::Before("<Value>80/90")),
    ("ca-central-1", Cut::Before("</TagList>")),
    ("sa-east-1", Cut::Before("</DBInstance>")),
    ("eu-west-1", Cut::Before("<DBInstance>")),
    ("eu-west-2", Cut::Before("</DBInstances>")),
    ("eu-west-3", Cut::Before("</DescribeDBInstancesResult>")),
    ("eu-north-1", Cut::Before("<RequestId>")),
    ("ap-south-1", Cut::Before("</DescribeDBInstancesResponse>")),
    ("eu-south-1", Cut::FromEnd(1)),
];

impl Cut {
    fn place(self, body: &str) -> usize {
        match self {
            Self::Before(mark) => body.rfind(mark).unwrap(),
            Self::FromEnd(bytes) => body.len() - bytes,
            Self::AtStart(bytes) => bytes,
        }
    }
}

/// The whole listing of a region, as plimsoll receives it.
fn listing(aws: &SimulatedAws, region: &str) -> String {
    let address = aws.endpoint().strip_prefix("http://").unwrap().parse().unwrap();
    let signed = format!("AWS4-HMAC-SHA256 Credential=test/20261127/{region}/rds/aws4_request, Signature=0");
    let headers = [("Authorization", signed.as_str())];
    let response = client::request(address, "POST", "/", &headers, b"Action=DescribeDBInstances").unwrap();
    assert_eq!(response.status, 200);
    response.text()
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = databases((0..DATABASES).map(|number| format!("db-{number:02}")));
    let [region] = region.accounts[ACCOUNT].values().collect::<Vec<_>>()[..] else { panic!("one region") };
    for (name, _) in CUTS {
        *fleet.region(ACCOUNT, name) = region.clone();
    }
    fleet
}

/// Waits until calls of every region have failed with this total of attempts, only with that cause.
#[track_caller]
fn wait_for_errors(exporter: &Exporter, operation: &str, regions: &[&str], attempts: u64) -> Scrape {
    wait_for(&format!("{attempts} failed attempts at {operation}"), SOON, || {
        let page = exporter.metrics();
        let failed = |region: &&str| {
            let at = [("region", *region), ("operation", operation)];
            let unreadable = page.total(ERRORS, &[at[0], at[1], ("code", "unreadable")]);
            assert_eq!(unreadable, page.total(ERRORS, &at), "{region}");
            unreadable >= attempts
        };
        regions.iter().all(failed).then_some(page)
    })
}

fn check_listings(effect: fn(usize) -> Effect, cuts: &[(&str, Cut)]) {
    let aws = SimulatedAws::start(fleet(), Options::default());
    let regions: Vec<_> = cuts.iter().map(|(region, _)| *region).collect();
    let exporter = aws.launch().config(&in_regions(&regions, BRISK)).start();
    exporter.wait_until_ready();
    for &(region, cut) in cuts {
        let place = cut.place(&listing(&aws, region));
        aws.fault(Fault::new(effect(place)).region(region).operation("DescribeDBInstances"));
    }
    let before = wait_for_errors(&exporter, "DescribeDBInstances", &regions, 3);
    let page = wait_for_errors(&exporter, "DescribeDBInstances", &regions, 6);
    for &(region, cut) in cuts {
        let task = [("region", region), ("task", "instances")];
        assert_eq!(page.count("plimsoll_resource_info", &[("region", region)]), DATABASES, "{cut:?}");
        assert_eq!(page.count(CPU_LEVEL, &[("region", region)]), 2 * DATABASES, "{cut:?}");
        assert_eq!(page.value(LAST_SUCCESS, &task), before.value(LAST_SUCCESS, &task), "{cut:?}");
    }
    assert!(exporter.log().contains("the answer ends early"));
}

#[test]
fn a_listing_that_is_cut_removes_no_database() {
    check_listings(Effect::CutBody, &CUTS);
}

#[test]
fn a_listing_whose_connection_ends_removes_no_database() {
    check_listings(Effect::CutConnection, &CUTS[3..6]);
}

#[test]
fn metric_data_that_is_cut_is_an_error() {
    const PLACES: [(&str, usize); 5] =
        [("eu-west-1", 0), ("eu-west-2", 1), ("eu-west-3", 20), ("eu-north-1", 40), ("eu-south-1", 60)];
    let regions = PLACES.map(|(region, _)| region);
    let aws = SimulatedAws::start(one_database_in_each(&regions), Options::default());
    let exporter = aws.launch().config(&in_regions(&regions, BRISK)).start();
    exporter.wait_until_ready();
    for (region, place) in PLACES {
        aws.fault(Fault::new(Effect::CutBody(place)).region(region).operation("GetMetricData"));
    }
    let page = wait_for_errors(&exporter, "GetMetricData", &regions, 3);
    for region in regions {
        assert_eq!(page.cpu(region), Some(50.0), "{region}");
    }
}
