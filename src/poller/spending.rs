//! The budget of the whole process: what every scope queries, together, and what all of them save.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::progress;
use crate::config::{Config, Selection};
use crate::cost::{self, Demand, Outlook};
use crate::plan::Savings;
use crate::scope::ScopeName;

/// The forecasts of the scopes and what follows from them.
pub(super) struct Spending {
    state: Mutex<State>,
}

struct State {
    config: Arc<Config>,
    selection: Arc<Selection>,
    demands: BTreeMap<ScopeName, Arc<Demand>>,
    outlook: Outlook,
    /// Whether this replica polls. One that does not spends nothing, but needs to know what is saved: it serves those values.
    polls: bool,
}

impl Spending {
    pub(super) fn new(config: &Arc<Config>, selection: &Arc<Selection>, polls: bool) -> Self {
        let outlook = cost::outlook(&Demand::default(), config, selection);
        let (config, selection) = (Arc::clone(config), Arc::clone(selection));
        Self { state: Mutex::new(State { config, selection, demands: BTreeMap::new(), outlook, polls }) }
    }

    /// This replica polls from now on, or does so no more.
    pub(super) fn polls(&self, polls: bool) {
        let mut state = self.state();
        let before = state.visible();
        state.polls = polls;
        if polls {
            state.demands.iter().for_each(|(scope, demand)| progress::forecast(scope, demand));
            progress::savings(&before, &state.outlook);
        }
    }

    /// A new configuration takes over, which may have another budget.
    pub(super) fn reconfigure(&self, config: &Arc<Config>, selection: &Arc<Selection>) {
        let mut state = self.state();
        (state.config, state.selection) = (Arc::clone(config), Arc::clone(selection));
        state.renew();
    }

    /// Leaves out a scope that is not watched any more.
    pub(super) fn forget(&self, scope: &ScopeName) {
        let mut state = self.state();
        if state.demands.remove(scope).is_some() {
            state.renew();
        }
    }

    /// Replaces what a scope queries, and logs what changes by that.
    pub(super) fn forecast(&self, scope: &ScopeName, demand: &Arc<Demand>) {
        let mut state = self.state();
        let present = state.demands.insert(scope.clone(), Arc::clone(demand));
        if present.is_none() && state.polls {
            progress::forecast(scope, demand);
        }
        state.renew();
    }

    /// What all scopes together cost and save; nothing while another replica polls.
    pub(super) fn outlook(&self) -> Outlook {
        self.state().visible()
    }

    /// What every scope saves.
    pub(super) fn savings(&self) -> Savings {
        self.state().outlook.savings.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn visible(&self) -> Outlook {
        let of_other = || Outlook { budget: self.outlook.budget, ..Outlook::default() };
        if self.polls { self.outlook.clone() } else { of_other() }
    }

    fn renew(&mut self) {
        let mut total = Demand::default();
        for demand in self.demands.values() {
            total.add(demand);
        }
        let outlook = cost::outlook(&total, &self.config, &self.selection);
        let before = std::mem::replace(&mut self.outlook, outlook);
        if self.polls {
            progress::savings(&before, &self.outlook);
        }
    }
}
