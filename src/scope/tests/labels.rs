//! The label profiles.

use super::*;
use crate::config::file;

fn series(profile: &str) -> BTreeMap<String, f64> {
    let config = file::parse(&format!("labels.profile = \"{profile}\""), "plimsoll.toml").unwrap().config;
    let orders = tagged("orders", &[("plimsoll/CPUUtilization", "80/90")]);
    let mut bench = Bench::new(config, vec![orders]).value("orders", "CPUUtilization", 50.0);
    bench.pass(2);
    let families = ["aws_rds_cpuutilization_average", "aws_rds_cpuutilization_threshold"];
    families.into_iter().flat_map(|family| bench.series(family)).collect()
}

#[test]
fn the_lean_profile_leaves_out_the_arn_and_nothing_else() {
    let name = format!("name=\"{}\",", instance("orders").arn);
    let yace = series("yace");
    assert_eq!(yace.len(), 3);
    assert!(yace.keys().all(|labels| labels.contains(&name)));
    let without: BTreeMap<_, _> = yace.into_iter().map(|(labels, value)| (labels.replace(&name, ""), value)).collect();
    assert_eq!(series("lean"), without);
}
