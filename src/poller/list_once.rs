//! One look at AWS: every account and region listed once, nothing polled, nothing served.

use std::sync::Arc;

use super::unix_now;
use super::watcher::read;
use crate::aws::{self, Access, ConnectError, Failure, Observer, Target};
use crate::config::{Config, Selection};
use crate::explain::View;
use crate::plan::Now;
use crate::resource::{GroupName, Kind, Resource};
use crate::scope::{self, ScopeName, Seen};
use crate::snapshot::ScopeSnapshot;

/// Why AWS could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// No client could be made.
    #[error("cannot connect to AWS")]
    Connect(#[from] ConnectError),
    /// Instances could not be listed.
    #[error("cannot list databases: {operation}: {chain}")]
    List {
        /// The call.
        operation: &'static str,
        /// Everything that is known of why.
        chain: String,
    },
}

/// The databases of every account and region with their levels, and no values.
///
/// Clusters that cannot be listed are left out, as in a running exporter. Parameter groups are read for the one database
/// that is looked for, by ARN or identifier: of others it is not told what their levels are.
///
/// # Errors
/// No client could be made, or instances could not be listed.
pub async fn list_once(config: &Arc<Config>, access: &Access, sought: Option<&str>) -> Result<Vec<View>, ListError> {
    let selection = Arc::new(Selection::of(config));
    let nobody: Observer = Arc::new(|_, _, _, _| {});
    let targets = aws::connect(&config.accounts, access, &nobody).await?;
    let mut views = Vec::new();
    for target in targets {
        views.push(list_target(&target, config, &selection, sought).await?);
    }
    Ok(views)
}

async fn list_target(
    target: &Target,
    config: &Arc<Config>,
    selection: &Arc<Selection>,
    sought: Option<&str>,
) -> Result<View, ListError> {
    let failed = |Failure { operation, chain, .. }: Failure| ListError::List { operation, chain };
    let instances = target.list(Kind::DbInstance).await.map_err(failed)?;
    let clusters = target.list(Kind::DbCluster).await;
    let clusters = clusters.inspect_err(|failure| tracing::warn!(error = failure.chain, "cannot list clusters")).ok();
    let mut parameters = Vec::new();
    for group in groups_of(sought, &instances, clusters.as_deref().unwrap_or_default()) {
        parameters.push((group.clone(), read(target, group).await));
    }
    let name = ScopeName { account: Arc::clone(&target.account), region: Arc::clone(&target.region) };
    let inventory =
        scope::inventory(name, config, selection, Seen { instances, clusters, parameters }, Now::at(unix_now()));
    Ok(View { inventory, snapshot: Arc::new(ScopeSnapshot::default()) })
}

/// The parameter groups in which somebody may have set something for an instance.
fn groups_of<'a>(sought: Option<&str>, instances: &'a [Resource], clusters: &'a [Resource]) -> Vec<&'a GroupName> {
    let is_sought = |instance: &&Resource| sought.is_some_and(|name| instance.is_named(name));
    let Some(instance) = instances.iter().find(is_sought) else { return Vec::new() };
    let cluster = clusters.iter().find(|cluster| instance.cluster.as_ref() == Some(&cluster.id));
    let names = instance.parameter_groups(cluster).map(|group| &group.name);
    names.filter(|name| name.is_changeable()).collect()
}
