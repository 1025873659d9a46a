//! Lists every account and region once, for commands; polls and serves nothing.

use std::sync::Arc;

use super::account::regions_of;
use super::clock::unix_now;
use super::failure_log::FailureLog;
use super::reads::read_parameters;
use crate::aws::{self, Access, ConnectError, Failure, Observer, Target};
use crate::config::{Config, Selection};
use crate::inventory::View;
use crate::plan::Now;
use crate::resource::{Described, GroupName, Lister};
use crate::scope::{self, ScopeName, Seen};
use crate::snapshot::ScopeSnapshot;

/// Why databases could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// No client could be made.
    #[error("cannot connect to AWS")]
    Connect(#[from] ConnectError),
    /// Instances could not be listed.
    #[error("cannot list databases")]
    List(#[source] Failure),
}

/// The databases of every account and region with their levels, and no values.
///
/// If clusters cannot be listed, they are left out, as in a running exporter. Parameter groups are read only for the
/// database with the ARN or identifier `wanted`, because only its levels are printed.
///
/// # Errors
/// No client could be made, or instances could not be listed.
pub async fn list_once(config: &Arc<Config>, access: &Access, wanted: Option<&str>) -> Result<Vec<View>, ListError> {
    let selection = Arc::new(Selection::of(config));
    let no_observer: Observer = Arc::new(|_, _, _, _| {});
    let mut views = Vec::new();
    for connection in aws::connect(config, access, &no_observer).await? {
        for region in regions_of(&connection).await {
            views.push(list_target(&connection.target(&region), config, &selection, wanted).await?);
        }
    }
    Ok(views)
}

async fn list_target(
    target: &Target,
    config: &Arc<Config>,
    selection: &Arc<Selection>,
    wanted: Option<&str>,
) -> Result<View, ListError> {
    let log = FailureLog::default();
    let mut listings = Vec::new();
    for lister in config.catalog.listers() {
        let found = match target.list(lister).await {
            Err(failure) if lister == Lister::Clusters => {
                log.failure(target, &failure);
                None
            }
            found => Some(found.map_err(ListError::List)?),
        };
        listings.push((lister, found));
    }
    let mut parameters = Vec::new();
    let resources: Vec<&Described> = listings.iter().flat_map(|(_, found)| found.iter().flatten()).collect();
    for group in groups_of(wanted, &resources) {
        parameters.push((group.clone(), read_parameters(target, group, &log).await));
    }
    let name = ScopeName { account: Arc::clone(&target.account), region: Arc::clone(&target.region) };
    let inventory = scope::inventory(name, config, selection, Seen { listings, parameters }, Now::at(unix_now()));
    Ok(View { inventory, snapshot: Arc::new(ScopeSnapshot::default()) })
}

/// The parameter groups of the wanted instance and its cluster, without the default groups of AWS.
fn groups_of<'a>(wanted: Option<&str>, resources: &[&'a Described]) -> Vec<&'a GroupName> {
    let is_wanted = |one: &&Described| one.kind.is_instance() && wanted.is_some_and(|name| one.is_named(name));
    let Some(instance) = resources.iter().copied().find(is_wanted) else { return Vec::new() };
    let is_its_cluster = |one: &&Described| one.kind.is_cluster() && instance.cluster.as_ref() == Some(&one.id);
    let cluster = resources.iter().copied().find(is_its_cluster);
    let names = instance.parameter_groups(cluster).map(|group| &group.name);
    names.filter(|name| name.is_changeable()).collect()
}
