//! The operations that a configuration can call.

use std::collections::BTreeSet;

use super::permission::GET_METRIC_DATA;
use super::{inventory, parameters, proxies};
use crate::resource::Lister;

/// Those that listings and what belongs to them need, and, if metrics are queried, that of CloudWatch.
#[must_use]
pub fn operations(listers: &BTreeSet<Lister>, polls: bool) -> Vec<&'static str> {
    let of_lister = |lister: &Lister| {
        let further = match lister {
            Lister::Instances | Lister::Clusters => parameters::operation(*lister),
            Lister::Proxies => proxies::LIST_TAGS,
        };
        [inventory::operation(*lister), further]
    };
    listers.iter().flat_map(of_lister).chain(polls.then_some(GET_METRIC_DATA)).collect()
}
