//! Which scope serves which resource, so that none is polled and served twice: the scope that finds it first serves it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The scope that serves each resource, by ARN. Scopes are known by their place among those that are published.
#[derive(Debug, Default)]
pub(super) struct Served(Mutex<HashMap<Arc<str>, usize>>);

impl Served {
    /// Gives a scope those of its resources that no other scope serves, and returns the others.
    pub(super) fn take<'a>(&self, scope: usize, arns: impl Iterator<Item = &'a Arc<str>>) -> HashSet<Arc<str>> {
        let mut served = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_elsewhere = |arn: &&Arc<str>| *served.entry(Arc::clone(arn)).or_insert(scope) != scope;
        arns.filter(&mut is_elsewhere).cloned().collect()
    }

    /// Takes from a scope what it does not serve any more. It must be called only once the scope has published without
    /// it, or two scopes would serve it for a moment.
    pub(super) fn keep(&self, scope: usize, arns: &HashSet<&Arc<str>>) {
        let mut served = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        served.retain(|arn, owner| *owner != scope || arns.contains(arn));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_served_by_the_scope_that_found_it_first_until_that_drops_it() {
        let (served, orders, billing): (_, Arc<str>, Arc<str>) = (Served::default(), "orders".into(), "billing".into());
        let elsewhere = |scope, arns: &[&Arc<str>]| served.take(scope, arns.iter().copied()).len();
        assert_eq!(elsewhere(1, &[&orders]), 0);
        assert_eq!(elsewhere(0, &[&orders, &billing]), 1);
        assert_eq!(elsewhere(1, &[&orders, &billing]), 1);
        served.keep(1, &HashSet::new());
        assert_eq!(elsewhere(0, &[&orders, &billing]), 0);
        assert_eq!(elsewhere(1, &[&orders, &billing]), 2);
    }
}
