//! How the wanted resources stand against their levels: what is counted over a fleet and what orders it, in one pass over
//! the levels. Texts are made of the resources that are shown only.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::nearest::{Measured, Nearest};
use super::values::Values;
use super::wanted::{Sort, Wanted};
use crate::inventory::{Known, View};
use crate::resource::ResourceIndex;

/// How one resource stands.
pub(super) struct Standing<'a> {
    pub(super) view: &'a View,
    pub(super) values: &'a Values<'a>,
    pub(super) index: ResourceIndex,
    pub(super) known: &'a Known,
    /// Its identifier.
    pub(super) id: String,
    /// Levels that are crossed now and not muted.
    pub(super) crossed: usize,
    /// Metrics that have crossed a level, by the most severe one of each; muted ones are left out.
    pub(super) crossed_by_severity: BTreeMap<&'a str, usize>,
    /// Levels that are muted now. One of these counts as neither crossed nor nearest, because it alerts nobody.
    pub(super) muted: usize,
    /// Levels whose metric should have a value and has none.
    pub(super) unwatched: usize,
    /// The level with the least headroom.
    nearest: Option<(f64, Measured<'a>)>,
}

impl<'a> Standing<'a> {
    pub(super) fn of(view: &'a View, values: &'a Values<'a>, index: ResourceIndex) -> Self {
        let known = &view.inventory.known()[index.position()];
        let (id, crossed_by_severity) = (known.resource.title(), BTreeMap::new());
        let (crossed, muted, unwatched, nearest) = (0, 0, 0, None);
        let mut standing =
            Self { view, values, index, known, id, crossed, crossed_by_severity, muted, unwatched, nearest };
        standing.count_levels();
        standing
    }

    fn count_levels(&mut self) {
        let Self { known, values, index, .. } = *self;
        let mut worst: BTreeMap<&str, usize> = BTreeMap::new();
        for threshold in &known.resolved.thresholds {
            self.unwatched += usize::from(values.unwatched(threshold.metric, index).is_some());
            if known.resolved.schedule.muted_by(threshold.metric, values.now.wall).is_some() {
                self.muted += 1;
                continue;
            }
            let Some(measured) = Measured::of(threshold, values, index) else { continue };
            if measured.is_crossed {
                self.crossed += 1;
                let severity = worst.entry(threshold.metric).or_default();
                *severity = threshold.severity.max(*severity);
            }
            let Some(ratio) = measured.ratio else { continue };
            if self.nearest.as_ref().is_none_or(|(least, _)| ratio.total_cmp(least).is_lt()) {
                self.nearest = Some((ratio, measured));
            }
        }
        for severity in worst.into_values() {
            *self.crossed_by_severity.entry(values.config.severity(severity)).or_default() += 1;
        }
    }

    pub(super) fn arn(&self) -> &'a str {
        &self.known.resource.arn
    }

    /// Tags and levels that cannot be used.
    pub(super) fn issues(&self) -> usize {
        self.known.resolved.issues.len() + self.known.resolved.issues_omitted
    }

    /// The ARN of the database or cluster: of a volume that of its instance, without its own name.
    pub(super) fn database(&self) -> &'a str {
        let instance = self.arn().rsplit_once('/').filter(|_| self.known.resource.kind.is_volume());
        instance.map_or(self.arn(), |(instance, _)| instance)
    }

    /// The level with the least headroom, as people and programs get it.
    pub(super) fn nearest(&self) -> Option<Nearest> {
        let (_, one) = self.nearest.as_ref()?;
        Some(one.described(self.known, self.values.config, self.values.age(one.row.metric, self.index)))
    }

    /// Compares two resources; equal ones are in the order of their ARNs.
    pub(super) fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let most = |count: fn(&Self) -> usize| count(other).cmp(&count(self));
        let headroom = |one: &Self| one.nearest.as_ref().map_or(f64::INFINITY, |(ratio, _)| *ratio);
        let (left, right) = (&self.known.resource, &other.known.resource);
        let account = |one: &Self| one.view.inventory.context().account;
        let by_sort = match sort {
            Sort::Arn => Ordering::Equal,
            Sort::Headroom => headroom(self).total_cmp(&headroom(other)),
            Sort::Crossed => most(|one| one.crossed),
            Sort::Issues => most(Self::issues),
            Sort::Muted => most(|one| one.muted),
            Sort::Unwatched => most(|one| one.unwatched),
            Sort::Id => self.id.cmp(&other.id),
            Sort::Engine => left.engine_name.cmp(&right.engine_name),
            Sort::Account => account(self).cmp(account(other)).then_with(|| left.region.cmp(&right.region)),
            Sort::Status => left.status.cmp(&right.status),
        };
        by_sort.then_with(|| self.arn().cmp(other.arn()))
    }
}

/// How all wanted resources stand, in the order of the inventories; `values` are those of the views.
pub(super) fn standings<'a>(views: &'a [View], values: &'a [Values<'a>], wanted: &Wanted) -> Vec<Standing<'a>> {
    let of_view = |(view, values): (&'a View, &'a Values<'a>)| {
        let (inventory, account) = (&*view.inventory, view.inventory.context().account);
        let is_wanted = move |known: &Known| wanted.selects(known, inventory.parent_of(&known.resource), account);
        let selected = inventory.indexed().filter(move |(_, known)| is_wanted(known));
        selected.map(move |(index, _)| Standing::of(view, values, index))
    };
    views.iter().zip(values).flat_map(of_view).collect()
}
