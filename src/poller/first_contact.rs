//! Tries everything that plimsoll would call, once in each account and region; polls and serves nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::clock::unix_now;
use crate::aws::{
    self, Access, Cause, ConnectError, Connection, Failure, Observer, Target, parameters_permission, permission,
};
use crate::config::{Config, Selection};
use crate::inventory::Inventory;
use crate::offline::{DatabaseOptions, Databases, counted};
use crate::plan::{Now, PolledResource, ResponseHistory, batches, billed_metrics, wanted_metrics};
use crate::resource::{Described, Generation, GroupName, Kind, Lister};
use crate::scope::{self, ParameterRead, ScopeName, Seen};
use crate::time::Seconds;

/// Parameter groups that are read: enough to find what is not understood, and few enough for AWS's limits.
const MAX_GROUPS: usize = 20;

/// What was found in one account and region.
pub struct FirstContact {
    /// The account's configured name, and the region.
    pub scope: ScopeName,
    /// The ARN of the identity.
    pub identity: Result<String, Failure>,
    /// Every IAM action that the configuration needs.
    pub tries: Vec<Try>,
    /// What was found.
    pub inventory: Arc<Inventory>,
    /// Metrics requested from CloudWatch, as AWS bills them.
    pub metrics_requested: usize,
}

/// One IAM action.
pub struct Try {
    /// The action, such as `rds:DescribeDBInstances`.
    pub action: String,
    /// Whether plimsoll cannot do its work without it.
    pub is_required: bool,
    /// What happened.
    pub outcome: Outcome,
}

/// What happened when an action was tried.
pub enum Outcome {
    /// It is allowed.
    Allowed,
    /// It was not tried, for this reason.
    NotTried(&'static str),
    /// The call failed.
    Failed(Failure),
}

/// Tries every call once in each account and region.
///
/// # Errors
/// No client could be made.
pub async fn first_contact(config: &Arc<Config>, access: &Access) -> Result<Vec<FirstContact>, ConnectError> {
    let nobody: Observer = Arc::new(|_, _, _, _| {});
    let mut contacts = Vec::new();
    for connection in aws::connect(config, access, &nobody).await? {
        let (regions, mut listed) = regions(&connection).await;
        for region in regions {
            let mut contact = Trial::new(connection.target(&region), config).run().await;
            contact.tries.extend(listed.take());
            contacts.push(contact);
        }
    }
    Ok(contacts)
}

/// The regions of an account, and how their listing went if AWS has to list them. That stands with the first region.
async fn regions(connection: &Connection) -> (Vec<String>, Option<Try>) {
    if let Some(named) = connection.named_regions() {
        return (named, None);
    }
    let found = connection.enabled_regions().await;
    let regions = found.as_ref().ok().cloned().unwrap_or_else(|| connection.always_enabled_regions());
    let action = permission(aws::LIST_REGIONS);
    (regions, Some(Try { action, is_required: true, outcome: outcome(found.map(|_| ())) }))
}

struct Trial<'a> {
    target: Target,
    config: &'a Arc<Config>,
    selection: Arc<Selection>,
    tries: Vec<Try>,
    metrics_requested: usize,
}

impl<'a> Trial<'a> {
    fn new(target: Target, config: &'a Arc<Config>) -> Self {
        Self { target, config, selection: Arc::new(Selection::of(config)), tries: Vec::new(), metrics_requested: 0 }
    }

    async fn run(mut self) -> FirstContact {
        let identity = self.target.identity().await;
        // With credentials that are not valid, every other call fails for the same reason.
        let seen = if identity.is_ok() { self.seen().await } else { Seen::default() };
        let inventory = self.inventory(seen);
        if identity.is_ok() && self.selection.polls {
            self.metric(&inventory).await;
        }
        let Self { target, tries, metrics_requested, .. } = self;
        let scope = ScopeName { account: target.account, region: target.region };
        FirstContact { scope, identity, tries, inventory, metrics_requested }
    }

    fn note(&mut self, action: impl Into<String>, is_required: bool, outcome: Outcome) {
        self.tries.push(Try { action: action.into(), is_required, outcome });
    }

    async fn seen(&mut self) -> Seen {
        let mut listings = Vec::new();
        for lister in self.config.catalog.listers() {
            listings.push((lister, self.list(lister).await));
        }
        let resources: Vec<&Described> = listings.iter().flat_map(|(_, found)| found.iter().flatten()).collect();
        let parameters = self.parameters(&resources).await;
        for call in self.config.optional_calls() {
            let now = unix_now();
            let read = self.target.optional(call, (now - Seconds::HOUR, now)).await;
            self.note(call.permission(), false, outcome(read.map(|_| ())));
        }
        Seen { listings, parameters }
    }

    async fn list(&mut self, lister: Lister) -> Option<Vec<Described>> {
        match self.target.list(lister).await {
            Ok(found) => {
                for action in lister.permissions() {
                    self.note(*action, true, Outcome::Allowed);
                }
                Some(found)
            }
            Err(failure) => {
                let failed = permission(failure.operation);
                for action in lister.permissions().iter().filter(|action| **action != failed) {
                    self.note(*action, true, Outcome::NotTried("another call of its listing failed"));
                }
                self.note(failed, true, Outcome::Failed(failure));
                None
            }
        }
    }

    /// Reads the groups of the listed resources. One group that can be read shows that the action is allowed.
    async fn parameters(&mut self, resources: &[&Described]) -> Vec<(GroupName, ParameterRead)> {
        let mut read = Vec::new();
        for lister in [Lister::Instances, Lister::Clusters] {
            let of_resources = resources.iter().filter_map(|one| one.facts.ordered.parameter_group.as_ref());
            let groups: BTreeSet<&GroupName> =
                of_resources.map(|group| &group.name).filter(|name| name.lister == lister).collect();
            let changed = groups.iter().copied().filter(|group| group.is_changeable()).take(MAX_GROUPS);
            let tried: Vec<&GroupName> = changed.chain(groups.first().copied()).collect();
            let mut last = Outcome::NotTried("no database has such a parameter group");
            for group in tried {
                let setting = self.target.max_connections(group).await;
                read.extend(setting.as_ref().ok().map(|one| (group.clone(), ParameterRead::Found(one.clone()))));
                last = outcome(setting.map(|_| ()));
                if matches!(&last, Outcome::Failed(failure) if failure.cause == Cause::Denied) {
                    break;
                }
            }
            self.note(parameters_permission(lister), false, last);
        }
        read
    }

    fn inventory(&self, seen: Seen) -> Arc<Inventory> {
        let name = ScopeName { account: Arc::clone(&self.target.account), region: Arc::clone(&self.target.region) };
        scope::inventory(name, self.config, &self.selection, seen, Now::at(unix_now()))
    }

    /// Requests one metric: of the first database, or, where there is none, of one that does not exist.
    async fn metric(&mut self, inventory: &Inventory) {
        let placeholder = self.inventory(placeholder());
        let polled = [inventory, &placeholder].into_iter().flat_map(Inventory::indexed);
        let polled =
            polled.map(|(index, known)| PolledResource { index, resource: &known.resource, resolved: &known.resolved });
        let history = ResponseHistory::default();
        let Some(wanted) = wanted_metrics(polled, &self.selection, &history, unix_now()).next() else { return };
        for batch in batches([wanted.due], wanted.poll_group, Generation::default()) {
            let answer = self.target.answers(&batch, || Now::at(unix_now())).await;
            if let Ok(answer) = &answer {
                self.metrics_requested += answer.counts.pages * billed_metrics(&batch.queries);
            }
            self.note(permission(aws::GET_METRIC_DATA), true, outcome(answer.map(|_| ())));
        }
    }
}

/// A database that does not exist.
fn placeholder() -> Seen {
    let options = DatabaseOptions {
        kind: Kind::DB_INSTANCE,
        engine: "postgres",
        is_replica: false,
        storage: None,
        class: None,
        capacity: None,
        tags: &[],
    };
    let Databases { instances, clusters } = counted(options, 1, &[]).unwrap_or_default();
    let listings = vec![(Lister::Instances, Some(instances)), (Lister::Clusters, Some(clusters))];
    Seen { listings, ..Seen::default() }
}

fn outcome(result: Result<(), Failure>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Allowed)
}
