//! Small fleets whose databases publish values set by the test, and the series that the exporter serves for them.

use plimsoll::sim::{Curve, Fleet, Instance};

use super::exporter::Exporter;
use super::scrape::Scrape;
use super::simulated::SimulatedAws;

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "eu-west-1";

pub(crate) const CPU: &str = "aws_rds_cpuutilization_average";
pub(crate) const CPU_LEVEL: &str = "aws_rds_cpuutilization_threshold";
/// The label that tells instances apart.
pub(crate) const INSTANCE: &str = "dimension_DBInstanceIdentifier";

/// Only CPU, because a tag names it, with the shortest intervals: changes are visible within seconds.
pub(crate) const BRISK: &str = r#"
[polling]
discovery = "1s"
fast = "1s"

[metrics]
profile = "alerting"

[defaults]
mode = "off"
"#;

/// Only CPU, and only one round of each task, so that counts of requests do not change.
pub(crate) const ONCE: &str = r#"
[polling]
discovery = "1d"
fast = "1d"

[metrics]
profile = "alerting"

[defaults]
mode = "off"
"#;

/// A database whose CPU is at 50 percent and whose tag is 80/90.
pub(crate) fn database() -> Instance {
    let tags = [("plimsoll/CPUUtilization".to_owned(), "80/90".to_owned())];
    let metrics = [("CPUUtilization".to_owned(), Some(Curve::constant(50.0)))];
    Instance { tags: tags.into(), metrics: metrics.into(), ..Instance::of("postgres") }
}

/// Such databases in the usual region.
pub(crate) fn databases<Id: ToString>(ids: impl IntoIterator<Item = Id>) -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let instances = &mut fleet.region(ACCOUNT, REGION).instances;
    instances.extend(ids.into_iter().map(|id| (id.to_string(), database())));
    fleet
}

/// One such database in each region, with the name of the region.
pub(crate) fn one_database_in_each(regions: &[&str]) -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    for region in regions {
        fleet.region(ACCOUNT, region).instances.insert((*region).to_owned(), database());
    }
    fleet
}

/// Puts `regions = […]` before the tables of a configuration.
pub(crate) fn in_regions(regions: &[&str], config: &str) -> String {
    format!("regions = {regions:?}\n{config}")
}

impl SimulatedAws {
    /// Holds the CPU of a database at a value, past samples included.
    pub(crate) fn set_cpu(&self, region: &str, id: &str, percent: f64) {
        let dimensions = format!("DBInstanceIdentifier={id}");
        self.metric(ACCOUNT, region, &dimensions, "CPUUtilization").pin(Some(percent));
    }
}

impl Scrape {
    pub(crate) fn cpu(&self, id: &str) -> Option<f64> {
        self.value(CPU, &[(INSTANCE, id)])
    }

    pub(crate) fn cpu_level(&self, id: &str, severity: &str) -> Option<f64> {
        self.value(CPU_LEVEL, &[(INSTANCE, id), ("severity", severity)])
    }

    /// The sum of all series of that name that carry these labels, which are whole numbers; 0 if there is none.
    pub(crate) fn total(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        self.find(name, labels).iter().map(|series| series.value.to_string().parse::<u64>().unwrap()).sum()
    }
}

impl Exporter {
    /// The CPU that is served for a database now.
    #[track_caller]
    pub(crate) fn cpu(&self, id: &str) -> Option<f64> {
        self.metrics().cpu(id)
    }
}
