//! `plimsoll cost`: forecasts what polling costs, from AWS, from files or from counts on the command line.

use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::check_tags::contents;
use super::config_file::ConfigFile;
use crate::aws::Access;
use crate::config::{Config, Selection};
use crate::cost::{Forecast, forecast};
use crate::escape;
use crate::inventory::Inventory;
use crate::offline::{DatabaseOptions, Databases, Input, counted};
use crate::plan::Now;
use crate::poller::{list_once, unix_now};
use crate::resource::{Kind, Lister};
use crate::scope::{self, ScopeName, Seen};

/// Options of `cost`.
#[derive(Debug, Args)]
pub struct CostArguments {
    /// Files with JSON of `aws rds describe-db-instances`, `describe-db-clusters` or `terraform show -json`, `-` for
    /// standard input; without files and without --engine, databases are listed from AWS, which is free
    #[arg(value_name = "FILE", conflicts_with = "engine")]
    files: Vec<String>,
    /// Count databases with this engine, such as postgres; those of Aurora are in clusters of two
    #[arg(long, value_name = "ENGINE")]
    engine: Option<String>,
    /// The number of databases
    #[arg(long, value_name = "NUMBER", default_value = "1", requires = "engine", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    instances: u32,
    /// The databases replicate from other databases
    #[arg(long, requires = "engine")]
    replica: bool,
    /// Class of the databases, such as db.r6g.large
    #[arg(long, value_name = "CLASS", requires = "engine")]
    class: Option<String>,
    /// Allocated storage of each database, such as 100GiB
    #[arg(long, value_name = "SIZE", requires = "engine")]
    storage: Option<String>,
    /// Minimum and maximum capacity units of Aurora Serverless v2, such as 0.5-16
    #[arg(long, value_name = "MIN-MAX", requires = "engine")]
    capacity: Option<String>,
    /// Fail if 30 days may cost more than this many US dollars, by the upper count and after what the budget saves
    #[arg(long, value_name = "DOLLARS")]
    max_usd: Option<f64>,
    /// The configuration file.
    #[command(flatten)]
    pub(super) config: ConfigFile,
    /// Format of the forecast
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    format: Format,
}

/// Formats of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// The forecast as text, and whether it is within `--max-usd`.
///
/// # Errors
/// A file cannot be read, an option is invalid, or AWS cannot be queried.
pub async fn cost(arguments: &CostArguments, config: Config) -> anyhow::Result<(String, bool)> {
    let forecast = forecast_of(arguments, &Arc::new(config)).await?;
    let has_passed = arguments.max_usd.is_none_or(|limit| forecast.within_budget.upper <= limit);
    let text = match arguments.format {
        Format::Table => forecast.to_string(),
        Format::Json => escape::lines(&forecast.json()),
    };
    Ok((text, has_passed))
}

async fn forecast_of(arguments: &CostArguments, config: &Arc<Config>) -> anyhow::Result<Forecast> {
    let now = unix_now();
    if let Some(databases) = offline(arguments, config)? {
        return Ok(forecast(&[&inventory(databases, config)], now));
    }
    let views = list_once(config, &Access::default(), None).await?;
    let inventories: Vec<&Inventory> = views.iter().map(|view| &*view.inventory).collect();
    Ok(forecast(&inventories, now))
}

/// The databases of files or of the command line, if either names any.
fn offline(arguments: &CostArguments, config: &Config) -> anyhow::Result<Option<Databases>> {
    if let Some(engine) = &arguments.engine {
        let options = DatabaseOptions {
            kind: Kind::DB_INSTANCE,
            engine,
            is_replica: arguments.replica,
            storage: arguments.storage.as_deref(),
            class: arguments.class.as_deref(),
            capacity: arguments.capacity.as_deref(),
            tags: &[],
        };
        let instances = usize::try_from(arguments.instances).unwrap_or(usize::MAX);
        return Ok(Some(counted(options, instances, &config.classes)?));
    }
    let mut input = Input::default();
    for path in &arguments.files {
        input.add(&contents(path)?).with_context(|| format!("cannot read {path}"))?;
    }
    Ok((!arguments.files.is_empty()).then_some(input.after))
}

fn inventory(databases: Databases, config: &Arc<Config>) -> Arc<Inventory> {
    let listings = vec![
        (Lister::Clusters, Some(databases.clusters)),
        (Lister::Instances, Some(databases.instances)),
        (Lister::Proxies, Some(Vec::new())),
    ];
    let name = ScopeName { account: "".into(), region: "".into() };
    let selection = Arc::new(Selection::of(config));
    scope::inventory(name, config, &selection, Seen { listings, ..Seen::default() }, Now::at(unix_now()))
}
