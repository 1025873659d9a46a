//! The test of the rooms: imports in `src` follow ARCHITECTURE.md.
//!
//! A room imports from the floors below it and from rooms named left of it on its own floor; each outside world has
//! one room; words and thoughts do not read the clock; files of one room do not import each other in a circle. `source`
//! reads Rust text, `circles` follows imports from file to file, this module knows the floors.

use std::fs;
use std::path::{Path, PathBuf};

mod circles;
mod source;

use source::{Mention, Source};

/// Every room, left to right, lowest floor first.
const FLOORS: [&[&str]; 4] = [
    &["version", "escape", "time", "resource", "level", "catalog", "config"],
    &[
        "threshold",
        "plan",
        "snapshot",
        "inventory",
        "cost",
        "exposition",
        "explain",
        "pages",
        "offline",
        "generate",
        "scope",
    ],
    &["aws", "http", "kubernetes", "state", "telemetry"],
    &["poller", "demo", "cli", "main"],
];
/// The first floor whose rooms may do I/O and read the clock.
const EDGES: usize = 2;
/// The simulated AWS imports only this room.
const SIM: &str = "sim";
const SIM_IMPORTS: &str = "resource";
const SIM_IMPORTERS: &[&str] = &["demo"];

/// The only room that may use a crate; `aws_` stands for all crates that begin so.
const OWNERS: &[(&str, &[&str])] = &[
    ("aws_lc_rs", &["http"]),
    ("aws_", &["aws"]),
    ("hyper", &["http", "sim"]),
    ("hyper_util", &["http", "sim"]),
    ("http_body_util", &["aws", "http", "kubernetes", "sim"]),
    ("kube", &["kubernetes"]),
    ("k8s_openapi", &["kubernetes"]),
    ("tokio_rustls", &["http"]),
    ("bcrypt", &["http"]),
    ("x509_cert", &["http"]),
    ("prometheus", &["telemetry"]),
    ("clap", &["cli", "main"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
];
/// What words and thoughts must not touch, because results must depend on arguments alone.
const WORLDLY: &[&str] = &["tokio", "std::fs", "std::net", "std::env", "std::process", "std::thread"];
const CLOCKS: &[&str] = &["SystemTime", "Instant"];
/// Names that do not describe a subject.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "manager", "types", "mod"];
/// A longer file has more than one subject. Tables of the catalogue are as long as AWS made them.
const MAX_LINES: usize = 500;
const TABLES: &str = "catalog/";

#[test]
fn the_sources_keep_to_their_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources: Vec<Source> = files_below(&root).iter().map(|path| read(&root, path)).collect();
    assert!(sources.iter().any(|source| source.path == "lib.rs"), "no sources found in {}", root.display());
    let mut violations: Vec<String> = sources.iter().flat_map(violations).collect();
    violations.extend(circles::violations(&sources));
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

fn read(root: &Path, path: &Path) -> Source {
    let name = path.strip_prefix(root).unwrap().to_str().unwrap();
    Source::parse(name, &fs::read_to_string(path).unwrap())
}

/// All violations of one file, as text.
fn violations(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    if source.lines > MAX_LINES && !source.path.starts_with(TABLES) {
        found.push(format!("src/{}: {} lines, more than {MAX_LINES}", source.path, source.lines));
    }
    for name in source.names().filter(|name| EMPTY_NAMES.contains(name)) {
        found.push(format!("src/{}: `{name}` does not describe a subject", source.path));
    }
    if source.path == "lib.rs" {
        found.extend(disorder(&source.modules).map(|what| format!("src/lib.rs: {what}")));
        return found;
    }
    let judged = source.mentions.iter().filter_map(|mention| {
        let what = violation(source, mention)?;
        Some(format!("src/{}:{}: {what}", source.path, mention.line))
    });
    found.extend(judged);
    found
}

/// What is wrong with the list of rooms in `lib.rs`, which shows them in the order of the design.
fn disorder(modules: &[String]) -> Option<String> {
    let rank = |room: &String| match room.as_str() {
        SIM => Some((FLOORS.len(), 0)),
        room => position(room),
    };
    if let Some(unknown) = modules.iter().find(|room| rank(room).is_none()) {
        return Some(format!("`{unknown}` is no room of the design"));
    }
    let pair = modules.windows(2).find(|pair| rank(&pair[0]) > rank(&pair[1]))?;
    Some(format!("`{}` stands before `{}`", pair[0], pair[1]))
}

/// What is wrong with one path in one file.
fn violation(source: &Source, mention: &Mention) -> Option<String> {
    let room = source.room();
    if let Some(imported) = source.imported_room(mention, is_room) {
        return may_import(room, imported, mention.in_test).err();
    }
    foreign_crate(room, mention).or_else(|| impurity(room, mention))
}

fn may_import(room: &str, imported: &str, in_test: bool) -> Result<(), String> {
    let allowed = match (room, imported) {
        _ if room == imported => true,
        (SIM, _) => imported == SIM_IMPORTS,
        (_, SIM) => in_test || SIM_IMPORTERS.contains(&room),
        _ => position(imported) < position(room),
    };
    if allowed { Ok(()) } else { Err(format!("`{room}` must not import `{imported}`")) }
}

fn foreign_crate(room: &str, mention: &Mention) -> Option<String> {
    let name = mention.path.first()?;
    let owns = |owner: &str| {
        if owner.ends_with('_') { name.starts_with(owner) } else { name == owner }
    };
    let (_, owners) = OWNERS.iter().find(|(owner, _)| owns(owner))?;
    // The simulated AWS is tested with the real clients.
    let client_of_sim = room == SIM && mention.in_test && name.starts_with("aws_");
    let allowed = owners.contains(&room) || client_of_sim;
    (!allowed).then(|| format!("`{room}` must not use `{name}`, only {} may", owners.join(" and ")))
}

fn impurity(room: &str, mention: &Mention) -> Option<String> {
    let pure = position(room).is_some_and(|(floor, _)| floor < EDGES);
    if !pure {
        return None;
    }
    let path = mention.path.join("::");
    let reads_clock = CLOCKS.iter().any(|clock| path.ends_with(&format!("{clock}::now")));
    let worldly = WORLDLY.iter().any(|world| path == *world || path.starts_with(&format!("{world}::")));
    // Tests of pure rooms may read fixtures, but not the time.
    (reads_clock || (worldly && !mention.in_test)).then(|| format!("`{room}` is pure and must not use `{path}`"))
}

fn is_room(name: &str) -> bool {
    name == SIM || position(name).is_some()
}

/// Floor and place on it.
fn position(room: &str) -> Option<(usize, usize)> {
    FLOORS.iter().enumerate().find_map(|(floor, rooms)| {
        let place = rooms.iter().position(|name| *name == room)?;
        Some((floor, place))
    })
}

/// The violations found in `text` as file `path`, without file and line.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let found = violations(&Source::parse(path, text));
    let found: Vec<&str> = found.iter().map(|line| line.split_once(": ").unwrap().1).collect();
    assert_eq!(found, expected, "{path}:\n{text}");
}

#[test]
fn imports_go_down_or_left() {
    check("plan.rs", "use crate::{catalog::Row, threshold::Level};", &[]);
    check("plan.rs", "use crate::scope::Event;", &["`plan` must not import `scope`"]);
    check("level.rs", "fn f() { crate::config::parse() }", &["`level` must not import `config`"]);
    check("level/number.rs", "use super::super::aws::Client;", &["`level` must not import `aws`"]);
    check("level.rs", "use crate::{resource::Kind, http::{self, Server}};", &["`level` must not import `http`"; 2]);
    check("http.rs", "use crate::telemetry::Counters;", &["`http` must not import `telemetry`"]);
    check("main.rs", "fn main() { plimsoll::cli::run() }", &[]);
}

#[test]
fn the_simulated_aws_stands_alone() {
    check("sim.rs", "use crate::resource::Kind;", &[]);
    check("sim/fleet.rs", "use crate::catalog::ROWS;", &["`sim` must not import `catalog`"]);
    check("demo.rs", "use crate::sim::Server;", &[]);
    check("cli.rs", "use crate::sim::Server;", &["`cli` must not import `sim`"]);
    check("aws.rs", "#[cfg(test)]\nmod tests {\n use crate::sim::Server;\n}", &[]);
    check("aws/tests.rs", "use crate::sim::Server;", &[]);
    check("aws.rs", "#[cfg(test)]\nmod tests {}\nuse crate::sim::S;", &["`aws` must not import `sim`"]);
    check("sim/tests.rs", "use aws_sdk_rds::Client;", &[]);
    check("sim/wire.rs", "use aws_sdk_rds::Client;", &["`sim` must not use `aws_sdk_rds`, only aws may"]);
}

#[test]
fn each_outside_world_has_one_room() {
    check("aws/rds.rs", "use aws_sdk_rds::Client;", &[]);
    check("scope.rs", "fn f(c: &aws_sdk_rds::Client) {}", &["`scope` must not use `aws_sdk_rds`, only aws may"]);
    check("poller.rs", "use hyper::Request;", &["`poller` must not use `hyper`, only http and sim may"]);
    check("exposition.rs", "use prometheus::Encoder;", &["`exposition` must not use `prometheus`, only telemetry may"]);
    check("config.rs", "#[derive(clap::Args)] struct A;", &["`config` must not use `clap`, only cli and main may"]);
    check("exposition.rs", "// prometheus::Encoder\nconst A: &str = \"clap::Args\"; let aws_rds_info = 1;", &[]);
}

#[test]
fn words_and_thoughts_are_pure() {
    check("scope.rs", "let t = SystemTime::now();", &["`scope` is pure and must not use `SystemTime::now`"]);
    check("plan.rs", "std::time::Instant::now()", &["`plan` is pure and must not use `std::time::Instant::now`"]);
    check("poller.rs", "let t = SystemTime::now();", &[]);
    check("snapshot.rs", "use tokio::sync::watch;", &["`snapshot` is pure and must not use `tokio::sync::watch`"]);
    check("config.rs", "use std::{fs, fmt};", &["`config` is pure and must not use `std::fs`"]);
    check("config/tests.rs", "use std::fs;", &[]);
}

#[test]
fn files_have_one_subject_and_a_name() {
    check("threshold/utils.rs", "", &["`utils` does not describe a subject"]);
    check("common/level.rs", "", &["`common` does not describe a subject"]);
    check("plan/mod.rs", "", &["`mod` does not describe a subject"]);
    check("plan.rs", &"\n".repeat(501), &["501 lines, more than 500"]);
    check("catalog/db_instance.rs", &"\n".repeat(501), &[]);
    check("lib.rs", "pub mod resource;\npub mod plan;\npub mod sim;", &[]);
    check("lib.rs", "pub mod plan;\npub mod level;", &["`plan` stands before `level`"]);
    check("lib.rs", "pub mod cellar;", &["`cellar` is no room of the design"]);
}
