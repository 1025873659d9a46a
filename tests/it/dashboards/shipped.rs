//! The files in `dashboards/` are those that the program writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use plimsoll::config::Selection;
use plimsoll::generate;

use crate::rules::every_service;
use crate::support::TempDir;
use crate::support::exporter::Launch;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboards")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    entries.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

/// `SNAPSHOTS=overwrite` writes the files anew instead.
#[test]
fn the_shipped_dashboards_are_those_of_the_defaults_with_every_service() {
    let config = every_service();
    let made = generate::dashboards(&config, &Selection::of(&config));
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        std::fs::create_dir_all(folder()).unwrap();
        for path in std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
            std::fs::remove_file(path).unwrap();
        }
        for dashboard in &made {
            std::fs::write(folder().join(&dashboard.file), &dashboard.json).unwrap();
        }
    }
    let made: BTreeMap<_, _> = made.into_iter().map(|dashboard| (dashboard.file, dashboard.json)).collect();
    let shipped = files(&folder());
    assert_eq!(shipped.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (name, json) in made {
        snapbox::assert_data_eq!(shipped[&name].clone(), snapbox::Data::text(json).raw());
    }
}

#[test]
fn the_command_writes_the_dashboards_of_its_configuration_and_prints_their_names() {
    let temporary = TempDir::new("dashboards");
    let config = temporary.write("plimsoll.toml", "[discovery]\nservices = [\"rds\", \"rds-proxy\"]\n");
    let output = temporary.path().join("made");
    let launch = Launch::against("http://127.0.0.1:1").arg("dashboards");
    let mut command = launch.command();
    let run = command.arg("--output").arg(&output).arg("--config.file").arg(config).output().unwrap();
    assert!(run.status.success(), "{run:?}");
    let made = files(&output);
    let names: Vec<&String> = made.keys().collect();
    assert_eq!(
        names,
        [
            "cluster.json",
            "database.json",
            "exporter.json",
            "fleet.json",
            "service-rds-proxy.json",
            "service-rds-volume.json"
        ]
    );
    let mut printed: Vec<PathBuf> = String::from_utf8(run.stdout).unwrap().lines().map(PathBuf::from).collect();
    printed.sort();
    assert_eq!(printed, names.iter().map(|name| output.join(name)).collect::<Vec<_>>());
}
