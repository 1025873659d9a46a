//! Databases of other services alert by their tags, beside databases of RDS with the same metrics.

use plimsoll::sim::{Cluster, Curve, Fleet, Instance};

use super::stack::{EACH_ALERT, Stack, labels};
use crate::support::databases::{ACCOUNT, INSTANCE, REGION};

/// Every service whose databases are in the fleet.
const SERVICES: &str = r#"
[metrics.CPUUtilization]
for = "5s"

[discovery]
services = ["rds", "docdb", "neptune"]
"#;

const CPU: &str = "CPUUtilization";
const WARNING: (&str, &str, &str) = ("DocDBCPUUtilizationHigh", "documents-1", "warning");

/// An instance with an idle processor.
fn idle(engine: &str, cluster: Option<&str>) -> Instance {
    let metrics = [(CPU.to_owned(), Some(Curve::constant(20.0)))];
    let cluster = cluster.map(str::to_owned);
    Instance { cluster, metrics: metrics.into(), ..Instance::of(engine) }
}

/// A cluster of DocumentDB with one member, and a database of RDS that has the same levels by its own tags.
fn fleet() -> Fleet {
    let tags = [("plimsoll/CPUUtilization".to_owned(), "80/-".to_owned()), ("team".to_owned(), "payments".to_owned())];
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    let documents = Cluster { engine: "docdb".to_owned(), tags: tags.clone().into(), ..Cluster::default() };
    region.clusters.insert("documents".to_owned(), documents);
    region.instances.insert("documents-1".to_owned(), idle("docdb", Some("documents")));
    region.instances.insert("orders".to_owned(), Instance { tags: tags.into(), ..idle("postgres", None) });
    fleet
}

#[test]
fn a_documentdb_instance_pages_by_the_tag_of_its_cluster() {
    let stack = Stack::watch(fleet(), SERVICES, EACH_ALERT);
    let value = |expression: &str| {
        let found = stack.prometheus.query(expression);
        assert_eq!(found.len(), 1, "{expression}: {found:#?}");
        assert_eq!(found[0].labels[INSTANCE], "documents-1");
        found[0].value
    };
    stack.wait_until_true("aws_docdb_cpuutilization_average");
    assert!((value("aws_docdb_cpuutilization_average") - 20.0).abs() < f64::EPSILON);
    assert!((value("aws_docdb_cpuutilization_threshold") - 80.0).abs() < f64::EPSILON);

    stack.report("documents-1", CPU, Some(95.0));
    let page = stack.wait_for_page(WARNING);
    assert_eq!(page.labels, labels(WARNING, &[]));
    assert_eq!(
        page.annotations["description"],
        "CPUUtilization (Average) of documents-1 (eu-west-1, account 123456789012) is 95%, \
         above its warning threshold of 80%."
    );
    assert_eq!(stack.notices(), ["DocDBCPUUtilizationHigh documents-1 warning fires"], "and nothing of RDS");
    stack.assert_all_went_well();
}
