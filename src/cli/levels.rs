//! `plimsoll levels export`: what every tag sets, from a running exporter or from a state file, so that tags that were
//! removed can be put back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::config_file::ConfigFile;
use super::explain::resources;
use super::http_config::HttpConfig;
use crate::config::Config;
use crate::escape::Line;
use crate::explain::{TagFormat, Tagged};
use crate::http::client::Access;
use crate::scope::SavedScope;
use crate::state::StateFile;

/// Options of `levels`.
#[derive(Debug, Args)]
pub struct LevelsArguments {
    /// What to do with the levels.
    #[command(subcommand)]
    pub command: LevelsCommand,
}

/// Commands of `levels`.
#[derive(Debug, Subcommand)]
pub enum LevelsCommand {
    /// Print the tags that set levels and mutes, so that removed tags can be put back
    #[command(after_help = "Examples:
  plimsoll levels export --format aws-cli > put-back.sh
  plimsoll levels export --format terraform --from http://plimsoll:10754
  plimsoll levels export --state /var/lib/plimsoll/state")]
    Export(ExportArguments),
}

/// Options of `levels export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Form of the export
    #[arg(long, value_name = "FORMAT", default_value = "tags", value_enum)]
    format: Format,
    /// Address of the running exporter
    #[arg(long, value_name = "URL", default_value = "http://localhost:10754", conflicts_with = "state")]
    from: String,
    /// State file to read instead; give --config.file too if it changes which tags are plimsoll's
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// How the exporter is reached.
    #[command(flatten)]
    http: HttpConfig,
    /// The configuration file.
    #[command(flatten)]
    pub config: ConfigFile,
}

/// Forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line `ARN key=value` for each tag, to be compared.
    Tags,
    /// A block `tags = {…}` for each resource.
    Terraform,
    /// A command `aws rds add-tags-to-resource` for each resource.
    AwsCli,
}

impl From<Format> for TagFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Tags => Self::Lines,
            Format::Terraform => Self::Terraform,
            Format::AwsCli => Self::AwsCli,
        }
    }
}

/// The text of the export; `load` reads the configuration, which only a state file needs.
///
/// # Errors
/// The exporter cannot be reached, the state file cannot be read, or there is no tag.
pub async fn export(
    arguments: &ExportArguments,
    load: impl FnOnce() -> anyhow::Result<Config>,
) -> anyhow::Result<String> {
    let tagged = match &arguments.state {
        Some(path) => of_file(path, &load()?)?,
        None => of_exporter(&arguments.from, &arguments.http.load()?).await?,
    };
    if let Some(foreign) = tagged.iter().find(|one| !one.has_arn()) {
        bail!("a resource has no ARN: {:?}", Line(&foreign.arn).to_string());
    }
    if tagged.is_empty() {
        bail!("no resource has a tag of plimsoll");
    }
    Ok(tagged.iter().map(|one| one.text(arguments.format.into())).collect())
}

async fn of_exporter(url: &str, access: &Access) -> anyhow::Result<Vec<Tagged>> {
    let listing = resources(url, access).await?;
    if listing.next.is_some() {
        bail!("{url} has too many resources");
    }
    let tagged = listing.resources.into_iter().map(|one| Tagged { arn: one.arn, tags: one.tags });
    Ok(tagged.filter(|one| !one.tags.is_empty()).collect())
}

/// The resources of all scopes, each once.
fn of_file(path: &Path, config: &Config) -> anyhow::Result<Vec<Tagged>> {
    let read = StateFile::new(path.to_owned()).read();
    let loaded = read.with_context(|| format!("cannot use the state file {}", path.display()))?;
    let loaded = loaded.with_context(|| format!("there is no state file {}", path.display()))?;
    let resources = loaded.scopes.iter().flat_map(SavedScope::resources);
    let tagged = resources.filter_map(|one| Tagged::of(one, config)).map(|one| (one.arn.clone(), one));
    Ok(tagged.collect::<BTreeMap<_, _>>().into_values().collect())
}
