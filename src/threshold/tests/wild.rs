//! Tag sets as they are found in the wild, in `tests/fixtures/tags`, with what must become of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::*;
use crate::config::file;

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The engine of every case that names none.
    on: String,
    case: Vec<Case>,
}

/// The tags of one database.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    on: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    cluster: Option<BTreeMap<String, String>>,
    /// Ladders such as `CPUUtilization 80/-`, metrics that are off, and issues such as `key: reason`, in any order.
    gives: Vec<String>,
}

/// The keys of a house that had thresholds before.
const LEGACY: &str = r#"
defaults.mode = "off"
[tags.legacy]
rds_cpu_threshold = { metric = "CPUUtilization", severity = "critical", unit = "%" }
rds_cpu_warning = { metric = "CPUUtilization", severity = "warning", unit = "%" }
disk_free_gb = { metric = "FreeStorageSpace", severity = "critical", unit = "GB" }
"alarm:latency_ms" = { metric = "ReadLatency", severity = "critical", unit = "ms" }
cpu-levels = "CPUUtilization"
"#;

fn outcome(case: &Case, on: &str, config: &Config) -> Vec<String> {
    let engine = Engine::from_aws(case.on.as_deref().unwrap_or(on));
    let tagged = |kind, id, tags: &BTreeMap<String, String>| Resource {
        tags: tags.clone(),
        engine_version: String::new(),
        ..resource(kind, engine, id, &[])
    };
    let database = tagged(Kind::DbInstance, "database", &case.tags);
    let cluster = case.cluster.as_ref().map(|tags| tagged(Kind::DbCluster, "cluster", tags));
    let resolved = resolve(&database, cluster.as_ref(), config, &Selection::of(config), "default");
    let mut ladders: BTreeMap<&str, [String; 2]> = BTreeMap::new();
    for threshold in &resolved.thresholds {
        let ladder = ladders.entry(threshold.metric).or_insert_with(|| ["-".to_owned(), "-".to_owned()]);
        ladder[threshold.severity] = threshold.value.to_string();
    }
    let ladders = ladders.into_iter().map(|(metric, ladder)| format!("{metric} {}", ladder.join("/")));
    let off = resolved.off.iter().map(|metric| format!("{metric} off"));
    let issues = resolved.issues.iter().map(|issue| format!("{}: {}", issue.tag_key, issue.reason));
    let mut outcome: Vec<String> = ladders.chain(off).chain(issues).collect();
    outcome.sort();
    outcome
}

#[test]
fn tag_sets_give_what_their_fixture_says() {
    let config = file::parse(LEGACY, "legacy.toml").unwrap().config;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tags");
    let (mut checked, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let File { on, case } = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for mut case in case {
            case.gives.sort();
            let outcome = outcome(&case, &on, &config);
            if outcome != case.gives {
                wrong.push(format!("{:?} {:?}: {outcome:?} instead of {:?}", case.tags, case.cluster, case.gives));
            }
            checked += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= 150, "{checked} sets");
}
