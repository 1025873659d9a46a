//! What Describe returns is served beside its levels, without a query.

use super::*;

#[test]
fn what_describe_gives_for_nothing_is_served() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]);
    bench.pass(2);
    assert_eq!(bench.series("aws_rds_allocated_storage").into_values().collect::<Vec<_>>(), [107_374_182_400.0]);
    let info = bench.series("aws_rds_info");
    assert_eq!(info.keys().collect::<Vec<_>>(), ["|name=\"arn:aws:rds:eu-west-1:123456789012:db:orders\""]);
    assert_eq!(info.into_values().collect::<Vec<_>>(), [0.0]);
}

/// Beside its level like any metric, without a query; what its cluster's group waits for counts for a member.
#[test]
fn what_the_listing_returns_stands_beside_its_levels_and_is_not_asked() {
    let mut orders = tagged("orders", &[("plimsoll/CertificateExpiry", "30d/7d"), ("plimsoll/PendingReboot", "0/-")]);
    orders.figures.certificate_expiry_seconds = Some(1_800_500_000.0);
    let (mut cluster, members) = aurora("shop", &[("shop-1", Role::Writer), ("shop-2", Role::Reader)], &[]);
    let statuses = [("shop-1", "in-sync"), ("shop-2", "pending-reboot")];
    let statuses = statuses.map(|(id, status)| (id.into(), status.into())).to_vec();
    let name = GroupName { lister: Lister::Clusters, name: "ours".into() };
    cluster.facts.ordered.parameter_group = Some(ParameterGroup { name, statuses });
    let mut bench = Bench::new(Config::default(), [vec![orders], members].concat());
    bench.clusters = Some(vec![cluster]);
    bench.pass(2);
    let expiry = bench.series("aws_rds_certificate_expiry_timestamp_seconds");
    let levels = bench.series("aws_rds_certificate_expiry_threshold");
    assert_eq!(expiry.values().collect::<Vec<_>>(), [&1_800_500_000.0]);
    let labels = expiry.keys().next().unwrap();
    assert_eq!(levels.get(&format!("{labels}severity=\"warning\"")), Some(&2_592_000.0));
    assert_eq!(levels.len(), 2);
    let pending = bench.series("aws_rds_pending_reboot");
    assert_eq!((ids(&pending), pending.values().collect::<Vec<_>>()), (vec!["shop-1", "shop-2"], vec![&0.0, &1.0]));
    assert!(bench.polls_of("orders", "CertificateExpiry") == 0 && bench.polls_of("orders", "CPUUtilization") > 0);
    // Nothing is listed of the group of orders, so that its level cannot fire.
    let unwatched = bench.series("plimsoll_threshold_unwatched");
    assert_eq!(ids(&unwatched), ["orders"]);
    assert!(unwatched.keys().all(|labels| labels.contains("metric=\"PendingReboot\",reason=\"never_answered\"")));
}
