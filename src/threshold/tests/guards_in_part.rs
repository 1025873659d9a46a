//! Tags that a guard refuses in part: what is allowed of them stays, and what holds in place of the rest.

use super::guards::{check, guarded};
use super::*;

/// The house requires a critical level, and configures both for all databases.
const PAGED: &str = "[metrics.CPUUtilization]\nthreshold = \"80/90\"\n\
                     [tags.legacy]\nrds_cpu = { metric = \"CPUUtilization\", severity = \"critical\" }\n\
                     rds_cpu_warn = { metric = \"CPUUtilization\", severity = \"warning\" }\n\
                     [[guard]]\nname = \"page\"\nbounds = { CPUUtilization = { required = [\"critical\"] } }\n";

#[test]
fn what_a_guard_allows_of_a_tag_stays() {
    const CPU: &str = "plimsoll/CPUUtilization";
    let (off, configured_warning, configured) = (
        "plimsoll/CPUUtilization = off: outside_guard",
        "CPUUtilization warning 80 configured",
        "CPUUtilization critical 90 configured",
    );
    let check = |tags: Tags, expected: &[&str]| check(PAGED, tags, expected);
    // `off` is one wish: it is refused as a whole.
    check(&[(CPU, "off")], &[configured_warning, configured, off]);
    let severity_off = "plimsoll/CPUUtilization/critical = off: outside_guard";
    check(&[("plimsoll/CPUUtilization/critical", "off")], &[configured_warning, configured, severity_off]);
    // A key for one severity is another wish.
    check(&[("plimsoll/CPUUtilization/warning", "off")], &[configured]);
    check(
        &[(CPU, "75/-")],
        &["CPUUtilization warning 75 resource_tag", configured, "plimsoll/CPUUtilization = 75/-: outside_guard"],
    );
    check(
        &[(CPU, "off"), ("plimsoll/CPUUtilization/warning", "75")],
        &["CPUUtilization warning 75 resource_tag", configured, off],
    );
    check(
        &[("plimsoll/CPUUtilization/warning", "off"), ("plimsoll/CPUUtilization/critical", "off")],
        &[configured, severity_off],
    );
    check(&[(CPU, "off"), ("plimsoll/CPUUtilization/critical", "95")], &["CPUUtilization critical 95 resource_tag"]);
}

#[test]
fn a_legacy_key_counts_where_a_guard_refuses_the_other_key() {
    const CPU: &str = "plimsoll/CPUUtilization";
    let (off, legacy, configured_warning) = (
        "plimsoll/CPUUtilization = off: outside_guard",
        "CPUUtilization critical 85 resource_tag",
        "CPUUtilization warning 80 configured",
    );
    let must_be_on = PAGED.replace("required = [\"critical\"]", "may_be_off = false").replace("80/90", "off");
    check(PAGED, &[(CPU, "off"), ("rds_cpu", "85")], &[configured_warning, legacy, off]);
    check(&must_be_on, &[(CPU, "off"), ("rds_cpu", "85")], &[legacy, off]);
    check(
        PAGED,
        &[(CPU, "75/-"), ("rds_cpu", "85")],
        &["CPUUtilization warning 75 resource_tag", legacy, "plimsoll/CPUUtilization = 75/-: outside_guard"],
    );
    // It contradicts the part that the guard allows.
    check(
        PAGED,
        &[(CPU, "75/-"), ("rds_cpu_warn", "70")],
        &[
            "CPUUtilization warning 75 resource_tag",
            "CPUUtilization critical 90 configured",
            "plimsoll/CPUUtilization = 75/-: outside_guard",
            "rds_cpu_warn = 70: duplicate",
        ],
    );
    let both = ["plimsoll/CPUUtilization = off: outside_guard", "rds_cpu = off: outside_guard"];
    let configured = ["CPUUtilization warning 80 configured", "CPUUtilization critical 90 configured"];
    check(PAGED, &[(CPU, "off"), ("rds_cpu", "off")], &[configured[0], configured[1], both[0], both[1]]);
}

#[test]
fn only_the_level_that_leaves_no_room_goes() {
    let config = guarded(PAGED);
    let parent = cluster(&[("plimsoll/CPUUtilization", "70/85")]);
    let own = member(&[("plimsoll/CPUUtilization/warning", "97")]);
    let expected = [
        "CPUUtilization warning 70 cluster_tag",
        "CPUUtilization critical 85 cluster_tag",
        "plimsoll/CPUUtilization/warning = 97: outside_guard",
    ];
    check_all(&own, Some(&parent), &config, &[("CPUUtilization", "80/90")], &expected);
    let inherited = cluster(&[("plimsoll/CPUUtilization/warning", "97")]);
    let own = member(&[("plimsoll/CPUUtilization/warning", "75")]);
    let expected = ["CPUUtilization warning 75 resource_tag", "CPUUtilization critical 90 configured"];
    check_all(&own, Some(&inherited), &config, &[("CPUUtilization", "80/90")], &expected);
}
