//! What the dependencies require of whoever builds plimsoll.

use std::process::Command;

use serde_json::Value;

/// Major, minor and patch; missing parts are 0.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    [(); 3].map(|()| parts.next().unwrap_or_default())
}

/// The packages of the lock file as `cargo metadata` describes them.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn no_dependency_needs_a_newer_compiler_than_plimsoll_states_nor_comes_from_elsewhere_than_the_registry() {
    let packages = packages();
    let own = packages.iter().find(|package| package["name"] == "plimsoll").unwrap();
    let stated = version(own["rust_version"].as_str().unwrap());
    for package in packages.iter().filter(|package| package["name"] != "plimsoll") {
        let name = format!("{} {}", package["name"], package["version"]);
        let needed = package["rust_version"].as_str().map(version).unwrap_or_default();
        assert!(needed <= stated, "{name} needs Rust {needed:?}");
        let source = package["source"].as_str().unwrap_or_default();
        assert!(source.starts_with("registry+"), "{name} comes from {source:?}");
    }
    assert!(packages.len() > 100);
}
