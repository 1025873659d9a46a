//! What guards make of tags.

use super::*;
use crate::config::file;

/// A configuration as people write it, without defaults unless it sets them.
pub(super) fn guarded(text: &str) -> Config {
    let text = if text.contains("defaults") { text.to_owned() } else { format!("defaults.mode = \"off\"\n{text}") };
    file::parse(&text, "plimsoll.toml").unwrap().config
}

#[track_caller]
pub(super) fn check(text: &str, tags: Tags, expected: &[&str]) {
    let config = guarded(text);
    let resolved = resolve(&postgres(tags), None, &config, &Selection::of(&config), "default");
    let mut lines = print(&resolved, &config);
    lines.retain(|line| !line.ends_with(" default") || line.starts_with("CPUUtilization"));
    assert_eq!(lines, expected);
}

const CPU: &str = "[[guard]]\nname = \"house\"\nbounds = { CPUUtilization = { lowest = 50, highest = 95 } }\n";

#[test]
fn a_number_outside_is_moved_to_the_bound() {
    let both = |warning, critical| {
        [
            format!("CPUUtilization warning {warning} resource_tag"),
            format!("CPUUtilization critical {critical} resource_tag"),
        ]
    };
    let expect = |text: &str, (warning, critical): (u32, u32), outside: bool| {
        let mut expected = both(warning, critical).to_vec();
        expected.extend(outside.then(|| format!("plimsoll/CPUUtilization = {text}: outside_guard")));
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(CPU, &[("plimsoll/CPUUtilization", text)], &expected);
    };
    expect("50/95", (50, 95), false);
    expect("80/99", (80, 95), true);
    expect("40/90", (50, 90), true);
    expect("97/99", (95, 95), true);
    expect("20/30", (50, 50), true);
    check(CPU, &[("plimsoll/CPUUtilization", "off")], &[]);
    check(CPU, &[("plimsoll/CPUUtilization", "nonsense")], &["plimsoll/CPUUtilization = nonsense: not_a_number"]);
}

#[test]
fn bounds_have_units_and_know_no_side() {
    let text = "[[guard]]\nname = \"disk\"\nbounds = { FreeStorageSpace = { lowest = \"10GiB\", highest = \"1TiB\" } }";
    check(
        text,
        &[("plimsoll/FreeStorageSpace", "2TiB/5GiB")],
        &[
            "FreeStorageSpace warning 1099511627776 resource_tag",
            "FreeStorageSpace critical 10737418240 resource_tag",
            "plimsoll/FreeStorageSpace = 2TiB/5GiB: outside_guard",
        ],
    );
}

#[test]
fn a_bound_may_be_a_share() {
    let config = guarded("[[guard]]\nname = \"disk\"\nbounds = { FreeStorageSpace = { lowest = \"10%\" } }");
    let mut database = postgres(&[("plimsoll/FreeStorageSpace", "5GiB")]);
    let unbound =
        ["FreeStorageSpace critical 5368709120 resource_tag", "guard FreeStorageSpace = disk: no_denominator"];
    check_all(&database, None, &config, &[], &unbound);
    Arc::make_mut(&mut database.described).figures.allocated_storage_bytes = Some(1e11);
    let bound =
        ["FreeStorageSpace critical 10000000000 resource_tag", "plimsoll/FreeStorageSpace = 5GiB: outside_guard"];
    check_all(&database, None, &config, &[], &bound);
}

#[test]
fn only_the_key_that_is_beyond_is_blamed_and_the_guard_is_named() {
    let config = guarded(CPU);
    let tags = postgres(&[("plimsoll/CPUUtilization", "80/90"), ("plimsoll/CPUUtilization/critical", "99")]);
    let resolved = resolve(&tags, None, &config, &Selection::of(&config), "default");
    let issues: Vec<_> = resolved.issues.iter().map(|issue| (issue.tag_key.as_str(), issue.guard.as_deref())).collect();
    assert_eq!(issues, [("plimsoll/CPUUtilization/critical", Some("house"))]);
}

#[test]
fn a_level_that_was_moved_already_is_blamed_on_its_key() {
    let config = guarded("[[guard]]\nname = \"disk\"\nbounds = { FreeStorageSpace = { highest = \"40GiB\" } }");
    let mut database =
        postgres(&[("plimsoll/FreeStorageSpace", "10pct or 50GiB"), ("plimsoll/FreeStorageSpace/warning", "20pct")]);
    Arc::make_mut(&mut database.described).figures.allocated_storage_bytes = Some(100.0 * 1_073_741_824.0);
    let expected = [
        "FreeStorageSpace warning 42949672960 resource_tag",
        "FreeStorageSpace critical 42949672960 resource_tag",
        "plimsoll/FreeStorageSpace = 10pct or 50GiB: outside_guard",
        "plimsoll/FreeStorageSpace/warning = 20pct: outside_guard",
    ];
    check_all(&database, None, &config, &[], &expected);
}

#[test]
fn off_is_ignored_where_it_may_not_be() {
    let guard = "[[guard]]\nname = \"on\"\nbounds = { CPUUtilization = { may_be_off = false } }\n";
    let full = format!("defaults.mode = \"full\"\n{guard}");
    let off = "plimsoll/CPUUtilization = off: outside_guard";
    let defaults = ["CPUUtilization warning 80 default", "CPUUtilization critical 90 default"];
    check(&full, &[("plimsoll/CPUUtilization", "off")], &[defaults[0], defaults[1], off]);
    check(guard, &[("plimsoll/CPUUtilization", "off")], &[off]);
    // A blank that leaves another level is not off.
    check(&full, &[("plimsoll/CPUUtilization", "95")], &["CPUUtilization critical 95 resource_tag"]);
    check(&full, &[("plimsoll/CPUUtilization/warning", "off")], &["CPUUtilization critical 90 default"]);
    let warning = format!("defaults.mode = \"warning\"\n{guard}");
    check(
        &warning,
        &[("plimsoll/CPUUtilization/warning", "off")],
        &["CPUUtilization warning 80 default", "plimsoll/CPUUtilization/warning = off: outside_guard"],
    );
    // Configuration is not bound.
    let configured = format!("{full}[metrics.CPUUtilization]\nthreshold = \"off\"\n");
    check(&configured, &[], &[]);
}

#[test]
fn a_required_level_comes_from_the_next_source() {
    let guard = "defaults.mode = \"full\"\n[[guard]]\nname = \"page\"\nbounds = { CPUUtilization = { required = [\"critical\"] } }";
    check(
        guard,
        &[("plimsoll/CPUUtilization", "75/-")],
        &[
            "CPUUtilization warning 75 resource_tag",
            "CPUUtilization critical 90 default",
            "plimsoll/CPUUtilization = 75/-: outside_guard",
        ],
    );
    check(
        guard,
        &[("plimsoll/CPUUtilization", "off")],
        &[
            "CPUUtilization warning 80 default",
            "CPUUtilization critical 90 default",
            "plimsoll/CPUUtilization = off: outside_guard",
        ],
    );
    check(guard, &[("plimsoll/CPUUtilization", "95")], &["CPUUtilization critical 95 resource_tag"]);
    // A warning behind the critical level of the next source would push it out.
    check(
        guard,
        &[("plimsoll/CPUUtilization/warning", "97")],
        &[
            "CPUUtilization warning 80 default",
            "CPUUtilization critical 90 default",
            "plimsoll/CPUUtilization/warning = 97: outside_guard",
        ],
    );
}

#[test]
fn a_required_level_comes_from_the_catalogue_whatever_the_mode() {
    let of = |mode: &str, required: &str| {
        format!(
            "defaults.mode = \"{mode}\"\n[[guard]]\nname = \"page\"\nbounds = {{ CPUUtilization = {{ required = [{required}] }} }}\n"
        )
    };
    let (warning, critical) = ("CPUUtilization warning 80 default", "CPUUtilization critical 90 default");
    let (shipped, off) = (of("warning", "\"critical\""), of("off", "\"critical\""));
    // It must exist with tags for the metric and without.
    check(&shipped, &[], &[warning, critical]);
    check(&off, &[], &[critical]);
    check(&of("tagged", "\"critical\""), &[], &[critical]);
    check(&of("off", "\"warning\""), &[], &[warning]);
    check(
        &off,
        &[("plimsoll/CPUUtilization", "75/-")],
        &["CPUUtilization warning 75 resource_tag", critical, "plimsoll/CPUUtilization = 75/-: outside_guard"],
    );
    check(
        &shipped,
        &[("plimsoll/CPUUtilization/warning", "95")],
        &[warning, critical, "plimsoll/CPUUtilization/warning = 95: outside_guard"],
    );
    // Where there is one severity, it takes the earlier level.
    let one = format!("thresholds.severities = [\"page\"]\n{}", of("off", "\"page\""));
    check(&one, &[], &["CPUUtilization page 80 default"]);
    // Configuration is not bound: it may disable the level.
    let configured = format!("{shipped}[metrics.CPUUtilization]\nthreshold = \"70/-\"\n");
    check(&configured, &[], &["CPUUtilization warning 70 configured"]);
}

#[test]
fn a_required_level_that_nobody_gives_is_an_issue_with_the_guard() {
    let text = "[[guard]]\nname = \"page\"\nbounds = { ReplicaLag = { required = [\"warning\", \"critical\"] } }\n";
    let config = guarded(text);
    let mut replica = postgres(&[]);
    check_all(&replica, None, &config, &[], &[]);
    Arc::make_mut(&mut replica.described).facts.is_replica = true;
    let resolved = resolve(&replica, None, &config, &Selection::of(&config), "default");
    let remedies: Vec<&str> = resolved.issues.iter().map(crate::threshold::Issue::remedy).collect();
    assert_eq!(
        remedies,
        [
            "The guard `page` requires a critical level of ReplicaLag, and no source sets one that can apply: write one in \
             a tag or the configuration, or do not require it."
        ]
    );
    Arc::make_mut(&mut replica.described).tags =
        crate::resource::fixture::tags(&[("plimsoll/ReplicaLag/critical", "1000s")]);
    let tagged = ["ReplicaLag warning 600 default", "ReplicaLag critical 1000 resource_tag"];
    check_all(&replica, None, &config, &[], &tagged);
}

#[test]
fn what_members_inherit_is_bound_and_reported_on_them() {
    let config = guarded(CPU);
    let parent = cluster(&[("plimsoll/CPUUtilization", "99")]);
    let expected = ["CPUUtilization critical 95 cluster_tag", "plimsoll/CPUUtilization = 99: outside_guard"];
    check_all(&member(&[]), Some(&parent), &config, &[], &expected);
    check_all(&parent, None, &config, &[], &[]);
}

#[test]
fn overrides_and_levels_for_all_are_not_bound() {
    let text = format!("{CPU}[metrics.CPUUtilization]\nthreshold = \"98/99\"");
    let config = guarded(&text);
    let expected = ["CPUUtilization warning 98 configured", "CPUUtilization critical 99 configured"];
    let resolved = resolve(&postgres(&[]), None, &config, &Selection::of(&config), "default");
    assert_eq!(print(&resolved, &config), expected);
}

#[test]
fn the_strongest_guard_that_bounds_the_metric_holds() {
    let text = "[[guard]]\nname = \"one\"\nid = \"orders\"\nbounds = { CPUUtilization = { highest = 99 } }\n\
                [[guard]]\nname = \"all\"\nbounds = { CPUUtilization = { highest = 90 }, FreeableMemory = { lowest = \"1GiB\" } }\n\
                [[guard]]\nname = \"mysql\"\nengine = \"mysql\"\nbounds = { CPUUtilization = { highest = 60 } }\n";
    check(
        text,
        &[("plimsoll/CPUUtilization", "99"), ("plimsoll/FreeableMemory", "512MiB")],
        &[
            "CPUUtilization critical 99 resource_tag",
            "FreeableMemory critical 1073741824 resource_tag",
            "plimsoll/FreeableMemory = 512MiB: outside_guard",
        ],
    );
}

#[test]
fn metrics_asked_for_a_tags_sake_are_counted() {
    let text = "[[guard]]\nname = \"money\"\nextra_metrics = 1\n";
    let tags: Tags = &[
        ("plimsoll/CPUUtilization", "90"),
        ("plimsoll/OldestLogicalReplicationSlotLag", "1GiB"),
        ("plimsoll/ReplicationSlotDiskUsage", "1GiB"),
        ("plimsoll/CheckpointLag", "off"),
    ];
    check(
        text,
        tags,
        &[
            "CPUUtilization critical 90 resource_tag",
            "ReplicationSlotDiskUsage critical 1073741824 resource_tag",
            "plimsoll/OldestLogicalReplicationSlotLag = 1GiB: outside_guard",
        ],
    );
    let config = guarded(text);
    let resolved = resolve(&postgres(tags), None, &config, &Selection::of(&config), "default");
    assert_eq!(resolved.named, ["CPUUtilization", "ReplicationSlotDiskUsage"]);
    // Where nothing is queried, nothing costs.
    let unasked = format!("metrics.profile = \"none\"\n{text}");
    assert_eq!(resolve(&postgres(tags), None, &guarded(&unasked), &Selection::of(&guarded(&unasked)), "").issues, []);
}

#[test]
fn the_remedy_says_what_the_guard_allows() {
    let check = |bound: &str, tags: Tags, expected: &str| {
        let config = guarded(&format!("defaults.mode = \"full\"\n[[guard]]\nname = \"house\"\n{bound}\n"));
        let resolved = resolve(&postgres(tags), None, &config, &Selection::of(&config), "default");
        let remedies: Vec<&str> = resolved.issues.iter().map(Issue::remedy).collect();
        assert_eq!(remedies, [format!("The guard `house` {expected}")], "{bound}");
    };
    let cpu = |bound: &str| format!("bounds = {{ CPUUtilization = {{ {bound} }} }}");
    let beyond = |range: &str, warning, critical| {
        let effect = format!("warning {warning} % (resource_tag), critical {critical} % (resource_tag)");
        format!("allows levels of CPUUtilization {range}; beyond, the bound applies. In effect: {effect}.")
    };
    let defaults = "In effect: warning 80 % (default), critical 90 % (default).";
    let (low, high, off) = (
        &[("plimsoll/CPUUtilization", "40/90")],
        &[("plimsoll/CPUUtilization", "80/99")],
        &[("plimsoll/CPUUtilization", "off")],
    );
    check(&cpu("lowest = 50, highest = 95"), high, &beyond("from 50 % to 95 %", 80, 95));
    check(&cpu("lowest = 50"), low, &beyond("of at least 50 %", 50, 90));
    check(&cpu("highest = \"95%\""), high, &beyond("of at most 95pct", 80, 95));
    check(&cpu("may_be_off = false"), off, &format!("does not allow CPUUtilization to be off. {defaults}"));
    check(&cpu("required = [\"critical\"]"), off, &format!("requires a critical level. {defaults}"));
    check(
        &cpu("required = [\"critical\"]"),
        &[("plimsoll/CPUUtilization/warning", "97")],
        &format!("requires a critical level, for which this one leaves no room. {defaults}"),
    );
    check(
        "extra_metrics = 0",
        &[("plimsoll/ReplicationSlotDiskUsage", "1GiB")],
        "allows tags to add 0 metrics that are not queried otherwise. No level is in effect.",
    );
}
