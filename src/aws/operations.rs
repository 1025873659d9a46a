//! The operations that a configuration can call.

use std::collections::BTreeSet;

use super::permission::GET_METRIC_DATA;
use super::{inventory, optional, parameters, proxies};
use crate::resource::{Lister, OptionalCall};

/// Those that listings and what belongs to them need, the optional ones, and, if metrics are queried, that of CloudWatch.
#[must_use]
pub fn operations(listers: &BTreeSet<Lister>, calls: &BTreeSet<OptionalCall>, polls: bool) -> Vec<&'static str> {
    let of_lister = |lister: &Lister| {
        let further = match lister {
            Lister::Instances | Lister::Clusters => parameters::operation(*lister),
            Lister::Proxies => proxies::LIST_TAGS,
        };
        [inventory::operation(*lister), further]
    };
    let optional = calls.iter().map(|call| optional::operation(*call));
    listers.iter().flat_map(of_lister).chain(optional).chain(polls.then_some(GET_METRIC_DATA)).collect()
}
