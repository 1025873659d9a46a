//! Many databases that are alike, as the command line counts them.

use super::databases::{Databases, blank};
use super::options::DatabaseOptions;
use super::read_error::ReadError;
use crate::catalog::capacity::DescribedClass;
use crate::resource::{Described, Kind, Lister, Role};

/// Members of a cluster: a writer and a reader.
const MEMBERS: [Role; 2] = [Role::Writer, Role::Reader];

/// So many instances; those of engines that store their data in a cluster are members of clusters of two.
///
/// # Errors
/// See [`DatabaseOptions::described`].
pub fn counted(options: DatabaseOptions, instances: usize, classes: &[DescribedClass]) -> Result<Databases, ReadError> {
    let one = options.described(classes)?;
    let mut databases = Databases::default();
    let named = |number: usize| {
        let id = format!("database-{number}");
        Described { arn: id.clone().into(), id: id.into(), ..one.clone() }
    };
    databases.instances = (1..=instances).map(named).collect();
    let kind = Kind::listed(Lister::Clusters, one.engine).filter(|_| one.engine.has_cluster_storage());
    for (number, members) in databases.instances.chunks_mut(MEMBERS.len()).enumerate() {
        let Some(kind) = kind else { break };
        let mut cluster = blank(kind, options.engine);
        cluster.id = format!("cluster-{}", number + 1).into();
        cluster.arn.clone_from(&cluster.id);
        cluster.members = members.iter().map(|member| member.id.clone()).zip(MEMBERS).collect();
        cluster.facts.ordered.capacity_units = one.facts.ordered.capacity_units;
        cluster.facts.auto_pause = one.facts.auto_pause;
        for member in members {
            member.cluster = Some(cluster.id.clone());
        }
        databases.clusters.push(cluster);
    }
    Ok(databases)
}
