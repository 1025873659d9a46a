//! Tag sets as they are found in the wild, in `tests/fixtures/tags`, with what must become of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::*;
use crate::config::file;
use crate::resource::{Tags, Text, Volume};

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The engine of every case that names none.
    on: String,
    /// The house's configuration, without defaults.
    #[serde(default)]
    config: String,
    case: Vec<Case>,
}

/// The tags of one database.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    on: Option<String>,
    /// Where class or storage are named, the database is measured; shares of any other one make no number.
    class: Option<String>,
    /// In GiB, of gp3.
    storage: Option<u32>,
    #[serde(default)]
    replica: bool,
    #[serde(default)]
    tags: Tags,
    cluster: Option<Tags>,
    /// Ladders such as `CPUUtilization 80/-`, metrics that are off, mutes such as `CPUUtilization mute yes` or
    /// `mute yes`, and issues such as `key: reason`, in any order.
    gives: Vec<String>,
}

impl Case {
    fn resolve(&self, on: &str, config: &Config) -> Resolved {
        let engine = Engine::from_aws(self.on.as_deref().unwrap_or(on));
        let tagged = |kind, id, tags: &Tags| {
            let described = resource(kind, engine, id, &[]).described;
            fixture::without_limits(Described {
                tags: tags.clone(),
                engine_version: Text::default(),
                ..Described::clone(&described)
            })
        };
        let mut database = tagged(Kind::DB_INSTANCE, "database", &self.tags);
        let cluster = self.cluster.as_ref().map(|tags| tagged(Kind::DB_CLUSTER, "cluster", tags));
        Arc::make_mut(&mut database.described).facts.is_replica = self.replica;
        Arc::make_mut(&mut database.described).facts.maintenance_window = Some("sun:05:00-sun:06:00".into());
        Arc::make_mut(&mut database.described).facts.backup_window = Some("03:00-04:00".into());
        if self.class.is_some() || self.storage.is_some() {
            self.measure(&mut database, cluster.as_ref(), config);
        }
        resolve(&database, cluster.as_ref(), config, &Selection::of(config), "default")
    }

    fn measure(&self, database: &mut Resource, cluster: Option<&Resource>, config: &Config) {
        Arc::make_mut(&mut database.described).class = self.class.clone().unwrap_or_default().into();
        if let Some(gib) = self.storage.map(f64::from) {
            let volume = Volume { storage_type: "gp3".into(), gib, ..Volume::default() };
            Arc::make_mut(&mut database.described).facts.storage_type = Some(volume.storage_type.clone());
            Arc::make_mut(&mut database.described).facts.ordered.volumes = vec![volume];
            Arc::make_mut(&mut database.described).figures.allocated_storage_bytes = Some(gib * 1_073_741_824.0);
        }
        *database = config.resource(&database.described, cluster.map(|cluster| &*cluster.described), None);
    }
}

/// As a case has it, sorted.
fn outcome(resolved: &Resolved) -> Vec<String> {
    let mut ladders: BTreeMap<&str, [String; 2]> = BTreeMap::new();
    for threshold in &resolved.thresholds {
        let ladder = ladders.entry(threshold.metric).or_insert_with(|| ["-".to_owned(), "-".to_owned()]);
        ladder[threshold.severity] = threshold.value.to_string();
    }
    let ladders = ladders.into_iter().map(|(metric, ladder)| format!("{metric} {}", ladder.join("/")));
    let off = resolved.off.iter().map(|metric| format!("{metric} off"));
    let mutes = resolved.schedule.mutes.iter().map(|tagged| match tagged.metric {
        Some(metric) => format!("{metric} mute {}", tagged.mute),
        None => format!("mute {}", tagged.mute),
    });
    let issues = resolved.issues.iter().map(|issue| format!("{}: {}", issue.tag_key, issue.reason));
    let mut outcome: Vec<String> = ladders.chain(off).chain(mutes).chain(issues).collect();
    outcome.sort();
    outcome
}

#[test]
fn tag_sets_give_what_their_fixture_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tags");
    let (mut sets, mut whole_sets, mut wrong) = (0, 0, Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let File { on, config, case } = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let config = file::parse(&format!("defaults.mode = \"off\"\n{config}"), "house.toml").unwrap().config;
        for mut case in case {
            case.gives.sort();
            let outcome = outcome(&case.resolve(&on, &config));
            if outcome != case.gives {
                wrong.push(format!("{:?} {:?}: {outcome:?} instead of {:?}", case.tags, case.cluster, case.gives));
            }
            sets += 1;
            whole_sets += usize::from(case.tags.len() >= 5);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sets >= 150 && whole_sets >= 25, "{sets} sets, {whole_sets} of them of five tags or more");
}
