//! What a budget saves, step by step: first metrics that no alert depends on, then frequency.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::poll_group::PollGroup;
use crate::catalog::MetricId;
use crate::config::Selection;
use crate::config::selection::Selected;
use crate::time::{Period, Seconds};

/// The steps from an interval to the longest one.
const STRETCHES: u8 = 4;

/// What is not queried, or less often than usual; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Savings {
    shed: Arc<BTreeSet<MetricId>>,
    /// From 0 to [`STRETCHES`], of metrics with a period of five minutes.
    slow: u8,
    /// The same for those with a period of one minute.
    fast: u8,
}

impl Savings {
    /// Every step, each saving more than the one before, from nothing to everything that may be saved. `may_shed` holds for
    /// metrics that are queried without need.
    #[must_use]
    pub fn steps(selection: &Selection, may_shed: impl Fn(MetricId) -> bool) -> Vec<Self> {
        let mut steps = vec![Self::default()];
        let mut shed = BTreeSet::new();
        for metric in least_useful_first(selection).into_iter().filter(|metric| may_shed(*metric)) {
            shed.insert(metric);
            steps.push(Self { shed: Arc::new(shed.clone()), slow: 0, fast: 0 });
        }
        let shed = Arc::new(shed);
        steps.extend((1..=STRETCHES).map(|slow| Self { shed: Arc::clone(&shed), slow, fast: 0 }));
        steps.extend((1..=STRETCHES).map(|fast| Self { shed: Arc::clone(&shed), slow: STRETCHES, fast }));
        steps
    }

    /// Whether a metric is not queried on resources where no alert depends on it.
    #[must_use]
    pub fn sheds(&self, metric: MetricId) -> bool {
        self.shed.contains(&metric)
    }

    /// The metrics that are not queried on resources where no alert depends on them.
    #[must_use]
    pub fn shed(&self) -> impl ExactSizeIterator<Item = MetricId> {
        self.shed.iter().copied()
    }

    /// Whether metrics are queried less often than usual.
    #[must_use]
    pub const fn stretches(&self) -> bool {
        self.slow > 0 || self.fast > 0
    }

    /// A poll group as often as it is queried.
    #[must_use]
    pub fn stretched(&self, poll_group: PollGroup) -> PollGroup {
        PollGroup { interval: self.interval(poll_group), ..poll_group }
    }

    /// How often a poll group is queried.
    #[must_use]
    pub fn interval(&self, poll_group: PollGroup) -> Seconds {
        let steps = match poll_group.timing.period {
            Period::Minute => self.fast,
            Period::FiveMinutes => self.slow,
            // They cost less than a hundredth of the others.
            Period::Hour | Period::Day => 0,
        };
        let room = poll_group.longest_interval - poll_group.interval;
        poll_group.interval + Seconds::new(room.get() * i64::from(steps) / i64::from(STRETCHES))
    }
}

/// The metrics that may be queried: first those that no dashboard draws, each time from the end of the catalogue.
fn least_useful_first(selection: &Selection) -> Vec<MetricId> {
    let drawn = |selected: &&Selected| !selected.row.shown.is_empty();
    let (drawn, others): (Vec<_>, Vec<_>) = selection.polled().partition(drawn);
    let mut metrics = Vec::new();
    for metric in others.iter().rev().chain(drawn.iter().rev()).map(|selected| selected.row.id()) {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    metrics
}
