//! Tags in, what a person can do about them out.

use super::*;

#[track_caller]
fn check(key: &str, text: &str, expected: &str) {
    let config = silent();
    let tag = format!("plimsoll/{key}");
    let resolved = resolve(&postgres(&[(&tag, text)]), None, &config, &Selection::of(&config), "default");
    let remedies: Vec<&str> = resolved.issues.iter().map(Issue::remedy).collect();
    assert_eq!(remedies, [expected], "{key} = {text}");
}

#[test]
fn the_metric_that_was_meant() {
    check("CpuUtilisation", "90", "Did you mean `plimsoll/CPUUtilization`?");
    check("CpuUtilisation/mute", "yes", "Did you mean `plimsoll/CPUUtilization/mute`?");
    check("CPUUtilization:critical", "90", "Did you mean `plimsoll/CPUUtilization/critical`?");
    check("mute/CPUUtilization", "yes", "Did you mean `plimsoll/CPUUtilization/mute`?");
    check("muted", "yes", "Did you mean `plimsoll/mute`?");
    check("max_connections", "500", "Did you mean `plimsoll/max-connections`?");
    check("CPU", "90", "Did you mean `plimsoll/CPUUtilization`?");
    check("cpu_utilization", "90", "Did you mean `plimsoll/CPUUtilization`?");
    check("FreeStorage/critical", "90", "Did you mean `plimsoll/FreeStorageSpace/critical`?");
    check("connections", "90", "Did you mean `plimsoll/DatabaseConnections`?");
    check("Connections/mute", "yes", "Did you mean `plimsoll/DatabaseConnections/mute`?");
    check("colour", "90", "Write the metric as CloudWatch does, such as CPUUtilization.");
}

#[test]
fn the_severities_there_are() {
    check("CPUUtilization/fatal", "90", "Write a severity that is configured: warning or critical.");
    check("CPUUtilization/critical", "80/90", "Write one level: this key is for one severity.");
    check("CPUUtilization", "70/80/90", "Write at most one level for each severity, least severe first.");
}

#[test]
fn what_is_meant_as_off() {
    for text in ["false", "No", "DISABLED", "never", " disable "] {
        check("CPUUtilization", text, "Write `off` to have no level.");
        check("FreeStorageSpace/warning", text, "Write `off` to have no level.");
    }
    check("CPUUtilization", "0", "Write `off` to have no level: CPUUtilization has no level of 0.");
    check("FreeStorageSpace/critical", "0", "Write `off` to have no level: FreeStorageSpace has no level of 0.");
}

/// Storage bears reads and writes together, so a share of what it bears is no level for one of them.
#[test]
fn a_share_of_what_reads_and_writes_have_together() {
    let sum = |metric| format!("Write the share on {metric}: storage has one limit for reads and writes together.");
    for metric in ["ReadIOPS", "WriteIOPS", "ReadIOPS/critical"] {
        for text in ["80pct", "80pct or 5000", "5000 and 80pct"] {
            check(metric, text, &sum("TotalIOPS"));
        }
    }
    check("ReadThroughput", "50pct", &sum("TotalThroughput"));
    check("WriteThroughput", "60pct/80pct", &sum("TotalThroughput"));
    check("ReadIOPS", "80s", "ReadIOPS takes the units k, M, G, T or none.");
}

#[test]
fn the_units_there_are() {
    let sizes = "FreeStorageSpace takes the units pct, B, kB, KiB, MB, MiB, GB, GiB, TB, TiB or none";
    check("CPUUtilization", "80percent", "`percent` is not understood: CPUUtilization takes the units pct or none.");
    check("CPUUtilization", "10GiB", "CPUUtilization takes the units pct or none.");
    check(
        "ReadLatency",
        "20msec",
        "`msec` is not understood: ReadLatency takes the units us, ms, s, m, h, d, w or none.",
    );
    check("FreeStorageSpace", "10 Gigabytes", &format!("`Gigabytes` is not understood: {sizes}."));
    check("FreeStorageSpace", "500m", &format!("{sizes}; `m` is minutes, `MiB` is mebibytes."));
    check("FreeStorageSpace", "500s", &format!("{sizes}."));
    check("DatabaseConnections", "100s", "DatabaseConnections takes the units pct, k, M, G, T or none.");
    check("DiskQueueDepth", "64pct", "DiskQueueDepth takes the units k, M, G, T or none.");
    check("DBLoadRelativeToNumVCPUs", "1h", "DBLoadRelativeToNumVCPUs takes no unit.");
    let counts = "MaximumUsedTransactionIDs takes the units k, M, G, T or none";
    check("MaximumUsedTransactionIDs", "1500m", &format!("{counts}; `m` is minutes, `M` is millions."));
    check("CPUUtilization", "eighty", "Write numbers with `/` between them, such as 80/90, 10GiB or 20ms, or `off`.");
}

#[test]
fn why_a_mute_is_no_time() {
    check("mute", "8h", "Write when the mute ends, such as 2030-12-01T10:00Z: a duration is not understood.");
    check(
        "CPUUtilization/mute",
        "2026-12-01T10:00 CET",
        "Write the zone as +01:00, by its name such as Europe/Berlin, or Z for UTC: this name is not understood.",
    );
    check("mute", "1970-01-01+01:00", Reason::BadTime.remedy());
    let config = silent();
    let tags = postgres(&[("plimsoll/mute", "2026-12-01T10:00+01:00")]);
    let now = super::mutes::at("2026-12-03");
    let resolved = resolve_at(&tags, None, &config, now);
    assert_eq!(resolved.issues[0].remedy(), "Remove the tag: the mute ended at 2026-12-01T09:00Z.");
}
