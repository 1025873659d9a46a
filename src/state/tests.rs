//! Files of every sort in the place of the state file: it is read whole or refused, and replaced whole.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::config::{Config, Selection};
use crate::plan::Now;
use crate::resource::{Described, Lister, fixture};
use crate::scope::{Event, SavedScope, Scope, ScopeName};
use crate::time::Timestamp;

/// A directory of its own, deleted in the end.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("plimsoll-state-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> StateFile {
        StateFile::new(self.0.join("state"))
    }

    /// The names of all files in it.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn scope(region: &str, instances: Vec<Described>) -> Scope {
    let config = Arc::new(Config::default());
    let name = ScopeName { account: "default".into(), region: region.into() };
    let selection = Arc::new(Selection::of(&config));
    let mut scope = Scope::new(name, config, selection, 100, NOW);
    scope.on(Event::Listed(Lister::Instances, Some(instances.into_iter().map(Arc::new).collect())), NOW);
    scope
}

const NOW: Now = Now::at(Timestamp::from_second(1_800_000_000));

/// Two scopes of one database each.
fn sections() -> [Section; 2] {
    ["eu-west-1", "us-east-1"].map(|region| {
        let scope = scope(region, vec![fixture::instance(region)]);
        Section::of(&scope.saved(NOW)).unwrap()
    })
}

fn write(file: &StateFile) {
    file.write(&sections()).unwrap();
}

/// What is written of the error of a file with this content.
fn refusal(content: &[u8]) -> String {
    let directory = Directory::new();
    fs::write(directory.file().path(), content).unwrap();
    directory.file().read().unwrap_err().to_string()
}

fn regions(scopes: &[SavedScope]) -> Vec<String> {
    scopes.iter().map(|scope| scope.region.clone().into_owned()).collect()
}

#[test]
fn there_may_be_no_file_yet() {
    assert!(Directory::new().file().read().unwrap().is_none());
}

#[test]
fn what_is_written_is_private_and_read_again_and_nothing_else_is_left() {
    let directory = Directory::new();
    let file = directory.file();
    fs::write(directory.0.join(".state.new"), "left over by a process that was killed").unwrap();
    write(&file);
    write(&file);
    let loaded = file.read().unwrap().unwrap();
    assert_eq!(
        (regions(&loaded.scopes), loaded.access),
        (vec!["eu-west-1".into(), "us-east-1".into()], Access::Private)
    );
    assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(directory.names(), ["state"]);
    file.write(&[]).unwrap();
    assert!(file.read().unwrap().unwrap().scopes.is_empty());
}

#[test]
fn a_link_in_the_place_of_the_new_file_is_not_followed() {
    let directory = Directory::new();
    let precious = directory.0.join("precious");
    fs::write(&precious, "precious").unwrap();
    symlink(&precious, directory.0.join(".state.new")).unwrap();
    write(&directory.file());
    assert_eq!(fs::read_to_string(precious).unwrap(), "precious");
}

#[test]
fn a_file_that_lacks_any_byte_or_has_any_other_is_refused() {
    let directory = Directory::new();
    write(&directory.file());
    let whole = fs::read(directory.file().path()).unwrap();
    for length in (0..whole.len()).step_by(7) {
        refusal(&whole[..length]);
    }
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        refusal(&damaged);
    }
    assert!(refusal(&whole[..whole.len() - 1]).contains("damaged or cut off"));
}

#[test]
fn foreign_files_and_other_versions_are_refused() {
    for foreign in
        ["", "\n", "[state]\nfile = \"/x\"\n", "plimsoll-states 1 x\n", &"x".repeat(1_000), "\u{0}\u{1}\u{2}"]
    {
        assert_eq!(refusal(foreign.as_bytes()), "it is no state file of plimsoll", "{foreign:?}");
    }
    assert!(refusal(b"plimsoll-state 2 abc\n").contains("the version \"2\""));
    assert!(refusal(b"plimsoll-state 0 abc\n").contains("the version \"0\""));
    for content in [&b"no gzip"[..], b"\x1f\x8b"] {
        let line = header::of(std::iter::once(content));
        assert!(refusal(&[line.as_bytes(), content].concat()).contains("not that of this version"), "{content:?}");
    }
}

#[test]
fn fields_of_later_versions_do_not_hinder_a_downgrade_and_missing_ones_no_upgrade() {
    let scope = scope("eu-west-1", vec![fixture::instance("orders")]);
    let saved = scope.saved(NOW);
    let mut json = serde_json::to_value(&saved).unwrap();
    let resource = &mut json["listings"][0]["resources"][0];
    resource["facts"]["of_tomorrow"] = true.into();
    resource["facts"].as_object_mut().unwrap().remove("is_replica");
    resource.as_object_mut().unwrap().remove("cluster");
    assert_eq!(serde_json::from_value::<SavedScope>(json).unwrap(), saved);
}

#[test]
fn only_a_regular_file_that_no_other_user_can_have_written_is_read() {
    let directory = Directory::new();
    let file = directory.file();
    fs::create_dir(file.path()).unwrap();
    assert!(matches!(file.read(), Err(ReadError::NotRegular)));
    assert!(file.write(&sections()).is_err());
    fs::remove_dir(file.path()).unwrap();
    assert!(Command::new("mkfifo").arg(file.path()).status().unwrap().success());
    assert!(matches!(file.read(), Err(ReadError::NotRegular)), "nobody writes to the pipe");
    fs::remove_file(file.path()).unwrap();
    write(&file);
    let mode = |mode| fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    assert_eq!(file.read().unwrap().unwrap().access, Access::Everybody);
    mode(0o660);
    assert_eq!(file.read().unwrap().unwrap().access, Access::Private, "the group is that of a volume of Kubernetes");
    mode(0o602);
    assert!(matches!(file.read(), Err(ReadError::WritableByOthers)));
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let directory = Directory::new();
    let large = fs::File::create(directory.file().path()).unwrap();
    large.set_len(1 << 40).unwrap();
    assert!(matches!(directory.file().read(), Err(ReadError::TooLarge(_))));
}

#[test]
fn where_no_file_can_be_written_the_error_is_returned_and_nothing_is_left() {
    let directory = Directory::new();
    let missing = StateFile::new(directory.0.join("missing/state"));
    assert!(missing.write(&sections()).is_err());
    assert!(StateFile::new("/proc/plimsoll-state".into()).write(&sections()).is_err());
    assert_eq!(directory.names(), [""; 0]);
}

/// Names the file to the process that is killed.
const FILE: &str = "PLIMSOLL_TEST_STATE_FILE";

#[test]
#[ignore = "the next test runs and kills it"]
fn writes_until_it_is_killed() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let (file, [one, other]) = (StateFile::new(path.into()), sections());
    loop {
        file.write(std::slice::from_ref(&one)).unwrap();
        file.write(&[one.clone(), other.clone()]).unwrap();
    }
}

#[test]
fn a_process_that_is_killed_while_it_writes_leaves_the_old_or_the_new_file_whole() {
    let directory = Directory::new();
    let file = directory.file();
    for round in 0..20 {
        write(&file);
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "state::tests::writes_until_it_is_killed", "--ignored"]).env(FILE, file.path());
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        while file.read().unwrap().unwrap().scopes.len() == 2 {
            thread::yield_now();
        }
        // Each round kills it in another step of a write.
        thread::sleep(Duration::from_micros(150 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let count = file.read().unwrap().unwrap().scopes.len();
        assert!(count == 1 || count == 2, "{count}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_scope_is_read_as_it_was_written(
        tags in proptest::collection::btree_map(".*", ".*", 0..5),
        id in "\\PC{1,20}",
        count in 0_usize..5,
    ) {
        let directory = Directory::new();
        let instance = |number| Described { tags: tags.clone().into(), ..fixture::instance(&format!("{id}{number}")) };
        let scope = scope("eu-west-1", (0..count).map(instance).collect());
        directory.file().write(&[Section::of(&scope.saved(NOW)).unwrap()]).unwrap();
        prop_assert_eq!(directory.file().read().unwrap().unwrap().scopes, [scope.saved(NOW)]);
    }
}
