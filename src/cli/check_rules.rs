//! `plimsoll rules --check`: compares the rules that the configuration needs with those in files or in a Prometheus.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::rules::RulesArguments;
use crate::config::{Config, Selection};
use crate::escape::{self, Line};
use crate::generate::{self, DeployedAlert};
use crate::http::client::{self, Access};

/// The largest rule file: many times the rules of every service.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Firing alerts are not needed, and there may be thousands of them. An old Prometheus returns them all the same.
const PATH: &str = "/api/v1/rules?type=alert&exclude_alerts=true";

/// The report as text, and whether all rules are deployed.
///
/// # Errors
/// A file cannot be read, a Prometheus does not answer, or there are no rules where they are expected.
pub async fn check_rules(arguments: &RulesArguments, config: &Config) -> anyhow::Result<(String, bool)> {
    let (mut deployed, access) = (Vec::new(), arguments.http.load()?);
    for source in &arguments.check {
        deployed.extend(if source.contains("://") {
            from_prometheus(source, &access).await?
        } else {
            from_path(source)?
        });
    }
    let report = generate::check(config, &Selection::of(config), &arguments.options(), &deployed);
    Ok((escape::lines(&report.to_string()), report.is_complete()))
}

async fn from_prometheus(url: &str, access: &Access) -> anyhow::Result<Vec<DeployedAlert>> {
    let reply = client::get(url, PATH, access).await?;
    let status = reply.status;
    ensure!(status == 200, "{url} answers with status {status}: {}; is it Prometheus?", Line(reply.body.trim()));
    generate::deployed(&reply.body).with_context(|| format!("cannot read the rules of {url}"))
}

fn from_path(path: &str) -> anyhow::Result<Vec<DeployedAlert>> {
    let path = Path::new(path);
    if !path.is_dir() {
        return from_file(path);
    }
    let files = files(path).with_context(|| format!("cannot read the folder {}", path.display()))?;
    ensure!(!files.is_empty(), "no files *.yml or *.yaml in {}", path.display());
    let alerts: Vec<Vec<DeployedAlert>> = files.iter().map(|file| from_file(file)).collect::<anyhow::Result<_>>()?;
    Ok(alerts.concat())
}

/// The YAML files of a folder.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let paths = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<std::io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml"));
    Ok(paths)
}

fn from_file(path: &Path) -> anyhow::Result<Vec<DeployedAlert>> {
    let failed = || format!("cannot read {}", path.display());
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(failed)?;
    file.take(MAX_BYTES + 1).read_to_string(&mut text).with_context(failed)?;
    ensure!(text.len() as u64 <= MAX_BYTES, "{} is larger than {MAX_BYTES} bytes", path.display());
    generate::deployed(&text).with_context(failed)
}
