//! The Dockerfile keeps to the rules of images: pinned bases, a user by number, a health check by the binary itself,
//! labels, and a layer of dependencies that changes of the source leave in the cache.
//!
//! `make image-check` executes its steps without a container engine.

use std::fs;

use crate::support::tools::{bare, project, run};

/// One instruction: its name, and its arguments in one line.
type Instruction = (String, String);

fn read(name: &str) -> String {
    fs::read_to_string(project().join(name)).unwrap()
}

/// The instructions of a Dockerfile by stage, without comments and with continued lines joined.
fn stages(text: &str) -> Vec<Vec<Instruction>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let joined =
        lines.map(|line| line.strip_suffix('\\').map_or(format!("{line}\n"), str::to_owned)).collect::<String>();
    let mut stages: Vec<Vec<Instruction>> = Vec::new();
    for line in joined.lines() {
        let (name, arguments) = line.split_once(' ').unwrap();
        if name == "FROM" {
            stages.push(Vec::new());
        }
        let arguments = arguments.split_whitespace().collect::<Vec<_>>().join(" ");
        stages.last_mut().expect("FROM stands first").push((name.to_owned(), arguments));
    }
    stages
}

/// The arguments of every instruction with this name.
fn all<'a>(stage: &'a [Instruction], name: &str) -> Vec<&'a str> {
    stage.iter().filter(|(found, _)| found == name).map(|(_, arguments)| arguments.as_str()).collect()
}

#[track_caller]
fn one<'a>(stage: &'a [Instruction], name: &str) -> &'a str {
    let found = all(stage, name);
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0]
}

#[test]
fn bases_are_pinned_and_the_image_has_only_what_is_copied() {
    let stages = stages(&read("Dockerfile"));
    let [builder, image] = &stages[..] else { panic!("{} stages", stages.len()) };
    let (base, name) = one(builder, "FROM").split_once(" AS ").unwrap();
    let (_, tag) = base.split_once(':').expect("a tag");
    assert!(tag != "latest" && tag.starts_with(|first: char| first.is_ascii_digit()), "{base}");
    assert_eq!(one(image, "FROM"), "scratch");
    for copied in all(image, "COPY") {
        assert!(copied.starts_with(&format!("--from={name} ")) || copied == "LICENSE /LICENSE", "{copied}");
    }
    assert!(all(image, "COPY").iter().any(|copied| copied.contains("/etc/ssl/certs/ca-certificates.crt")));
    for stage in &stages {
        assert!(all(stage, "ADD").is_empty(), "ADD unpacks and downloads");
    }
}

#[test]
fn the_compiler_is_at_least_the_one_that_the_package_needs() {
    let stages = stages(&read("Dockerfile"));
    let (_, tag) = one(&stages[0], "FROM").split_once(':').unwrap();
    let minor = |version: &str| version.split('.').nth(1).unwrap().split('-').next().unwrap().parse::<u32>().unwrap();
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    assert!(minor(tag) > minor(manifest["package"]["rust-version"].as_str().unwrap()), "{tag}");
}

#[test]
fn dependencies_are_a_layer_that_the_source_does_not_change() {
    let stages = stages(&read("Dockerfile"));
    let builder = &stages[0];
    let position = |part: &str| builder.iter().position(|(_, arguments)| arguments.contains(part)).expect(part);
    assert_eq!(builder[position("Cargo.lock")], ("COPY".to_owned(), "Cargo.toml Cargo.lock ./".to_owned()));
    let builds: Vec<_> = all(builder, "RUN").into_iter().filter(|run| run.contains("cargo build")).collect();
    assert_eq!(builds.len(), 2, "{builds:?}");
    for build in &builds {
        assert!(build.contains("cargo build --release --locked --bins --target host-tuple"), "{build}");
    }
    assert!(position("Cargo.lock") < position("cargo build") && position("cargo build") < position("src src"));
    // The revision is another one in each build.
    assert!(position("REVISION=unknown") > position("cargo build"));
}

#[test]
fn the_image_has_a_user_by_number_a_health_check_and_labels() {
    let stages = stages(&read("Dockerfile"));
    let image = stages.last().unwrap();
    let user = one(image, "USER");
    let ids: Vec<u32> = user.split(':').map(|id| id.parse().expect("a number")).collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| *id > 0), "{user}");
    let (binary, health) = (r#"["/plimsoll"]"#, r#"CMD ["/plimsoll", "health"]"#);
    assert_eq!(one(image, "ENTRYPOINT"), binary);
    assert!(one(image, "HEALTHCHECK").ends_with(health), "{image:?}");
    assert_eq!(one(image, "EXPOSE"), "10754");
    let labels = one(image, "LABEL");
    for label in ["version", "revision", "source", "licenses"] {
        assert!(labels.contains(&format!("org.opencontainers.image.{label}=")), "{label}");
    }
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let package = |key: &str| manifest["package"][key].as_str().unwrap().to_owned();
    assert!(labels.contains(&format!("licenses=\"{}\"", package("license"))));
    assert!(labels.contains(&format!("description=\"{}\"", package("description"))));
    assert!(all(image, "ARG").contains(&format!("VERSION={}", package("version")).as_str()), "{image:?}");
}

#[test]
fn the_build_context_is_what_the_build_reads() {
    let ignore = read(".dockerignore");
    let mut lines = ignore.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(lines.next(), Some("*"), "everything is left out that is not named");
    let kept: Vec<_> = lines.map(|line| line.strip_prefix('!').expect("only exceptions follow")).collect();
    let dockerfile = read("Dockerfile");
    let stages = stages(&dockerfile);
    let instructions =
        stages.iter().flat_map(|stage| all(stage, "COPY")).filter(|copied| !copied.starts_with("--from"));
    let mut copied: Vec<_> = instructions.flat_map(|copy| copy.rsplit_once(' ').unwrap().0.split(' ')).collect();
    copied.sort_unstable();
    let mut sorted = kept.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, copied);
    assert!(kept.iter().all(|name| project().join(name).exists()), "{kept:?}");
}

#[test]
fn hadolint_finds_nothing() {
    let hadolint = project().join(".tools/venv/bin/hadolint");
    if !hadolint.exists() {
        eprintln!("skipped: there is no hadolint for this processor");
        return;
    }
    let output = run(bare(hadolint.to_str().unwrap()).arg("-"), &read("Dockerfile"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
