//! The budget of the whole process: what every scope queries, together, and what all of them save.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::progress;
use crate::config::{Config, Selection};
use crate::cost::{self, Demand, Outlook};
use crate::plan::Savings;
use crate::scope::ScopeName;

/// The forecasts of the scopes and what follows from them.
pub(super) struct Spending {
    config: Arc<Config>,
    selection: Arc<Selection>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    demands: BTreeMap<ScopeName, Arc<Demand>>,
    outlook: Outlook,
}

impl Spending {
    pub(super) fn new(config: &Arc<Config>, selection: &Arc<Selection>) -> Self {
        let outlook = cost::outlook(&Demand::default(), config, selection);
        let state = Mutex::new(State { demands: BTreeMap::new(), outlook });
        Self { config: Arc::clone(config), selection: Arc::clone(selection), state }
    }

    /// Replaces what a scope queries, and logs what changes by that.
    pub(super) fn forecast(&self, scope: &ScopeName, demand: &Arc<Demand>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { demands, outlook } = &mut *state;
        let present = demands.insert(scope.clone(), Arc::clone(demand));
        if present.is_none() {
            progress::forecast(scope, demand);
        }
        let mut total = Demand::default();
        for demand in demands.values() {
            total.add(demand);
        }
        let before = std::mem::replace(outlook, cost::outlook(&total, &self.config, &self.selection));
        progress::savings(&before, outlook);
    }

    /// What all scopes together cost and save.
    pub(super) fn outlook(&self) -> Outlook {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).outlook.clone()
    }

    /// What every scope saves.
    pub(super) fn savings(&self) -> Savings {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).outlook.savings.clone()
    }
}
