//! Which databases are found, and what is served for those that are not running.

use std::collections::BTreeSet;
use std::time::Duration;

use plimsoll::sim::{Fleet, Options};

use crate::support::databases::{BRISK, INSTANCE, databases};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

/// The names of all series of an instance.
fn families<'a>(page: &'a Scrape, id: &str) -> BTreeSet<&'a str> {
    let its_own = page.series.iter().filter(|series| series.label(INSTANCE) == Some(id));
    its_own.map(|series| series.name.as_str()).collect()
}

/// Those among them that CloudWatch measures.
fn measured<'a>(page: &'a Scrape, id: &str) -> Vec<&'a str> {
    let is_measured = |name: &&str| page.help[*name].starts_with("CloudWatch ");
    families(page, id).into_iter().filter(is_measured).collect()
}

fn status(page: &Scrape, id: &str) -> Option<String> {
    let found = page.find("plimsoll_resource_status", &[(INSTANCE, id)]);
    assert!(found.len() < 2, "{found:?}");
    found.first().and_then(|series| series.label("status")).map(str::to_owned)
}

fn ready(aws: &SimulatedAws, config: &str) -> Exporter {
    let exporter = aws.launch().config(config).start();
    exporter.wait_until_ready();
    exporter
}

#[test]
fn databases_are_found_whatever_state_they_are_in() {
    let aws = SimulatedAws::start(Fleet::demo(), Options::default());
    let exporter = ready(&aws, "");
    let page = wait_for("the running ones to be measured", SOON, || {
        let page = exporter.metrics();
        (page.cpu("scratch").is_some() && page.cpu("orders").is_some()).then_some(page)
    });

    assert_eq!(status(&page, "scratch").as_deref(), Some("available"), "it never had a tag");
    for (id, state) in [("newborn", "creating"), ("archive", "stopped")] {
        assert_eq!(status(&page, id).as_deref(), Some(state));
        assert_eq!(measured(&page, id), [""; 0], "{id}");
        assert!(families(&page, id).contains("plimsoll_resource_info"), "{id}");
    }
    assert_eq!(page.cpu_level("newborn", "critical"), Some(80.0), "a level waits for its database");
    assert!(families(&page, "archive").contains("aws_rds_free_storage_space_threshold"));
}

#[test]
fn databases_of_other_services_are_not_there() {
    let aws = SimulatedAws::start(Fleet::demo(), Options::default());
    let page = ready(&aws, "").metrics();
    for foreign in ["graph", "documents", "neptune", "docdb"] {
        let of_it = page.series.iter().find(|series| series.labels.values().any(|value| value.contains(foreign)));
        assert_eq!(of_it, None, "{foreign}");
    }
    assert_eq!(page.total("plimsoll_resources", &[("kind", "db-instance")]), 14);
}

#[test]
fn a_database_that_is_stopped_or_deleted_has_no_metric_series() {
    let aws = SimulatedAws::start(databases(["orders", "billing", "search"]), Options::default());
    let exporter = ready(&aws, BRISK);
    assert_eq!(exporter.cpu("orders"), Some(50.0));
    aws.change(|fleet| {
        fleet.instance("orders").unwrap().status = "stopped".to_owned();
        fleet.accounts.values_mut().flat_map(|regions| regions.values_mut()).for_each(|region| {
            region.instances.remove("billing");
        });
    });

    let page = wait_for("the next listing", SOON, || {
        let page = exporter.metrics();
        (status(&page, "orders").as_deref() == Some("stopped")).then_some(page)
    });
    assert_eq!(measured(&page, "orders"), [""; 0]);
    assert_eq!(page.cpu_level("orders", "critical"), Some(90.0));
    assert_eq!(families(&page, "billing"), BTreeSet::new());
    assert_eq!(page.cpu("search"), Some(50.0));
}

#[test]
fn more_databases_than_fit_a_page_are_all_found() {
    let ids: Vec<String> = (0..230).map(|number| format!("db-{number:03}")).collect();
    let aws = SimulatedAws::start(databases(&ids), Options::default());
    let page = ready(&aws, BRISK).metrics();
    for id in &ids {
        assert_eq!(page.cpu(id), Some(50.0), "{id}");
    }
}
