//! The rows of the services that are watched, and how people spell their metrics.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::forecast::Forecast;
use super::{
    Denominator, MetricId, Provider, Row, db_cluster, db_instance, db_volume, described, docdb, neptune, rds_proxy,
};
use crate::resource::{KINDS, Kind, Lister, OptionalCall, SERVICES, Service};

/// The longest name that is looked up: a key of a tag has no more characters, and no metric comes near it.
const MAX_NAME: usize = 128;

/// Every row of every kind that this version knows.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    ALL.rows()
}

/// The row of a metric as a person writes it, for the kind that comes first in the table of kinds.
#[must_use]
pub fn find(metric: &str) -> Option<&'static Row> {
    ALL.first(metric)
}

impl Row {
    /// The row that is the sum of this one and another.
    #[must_use]
    pub fn sum(&self) -> Option<&'static Self> {
        let is_sum = |row: &&Self| matches!(row.provider, Provider::Computed(_)) && row.is_computed_from(self);
        rows().find(is_sum)
    }
}

impl Forecast {
    /// The row of that metric; a test holds that there is one.
    #[must_use]
    pub fn row(self) -> Option<&'static Row> {
        rows().find(|row| row.kind == Kind::DB_INSTANCE && row.metric == self.metric())
    }
}

/// The catalogue of every service.
static ALL: LazyLock<Catalog> = LazyLock::new(|| Catalog::of(SERVICES));

/// The tables of every kind, in the order in which people look for metrics.
fn tables() -> impl Iterator<Item = &'static [Row]> {
    db_instance::TABLES.iter().copied().chain([
        described::RDS_ROWS,
        db_cluster::ROWS,
        described::RDS_CLUSTER_ROWS,
        db_volume::ROWS,
        described::QUOTA_ROWS,
        rds_proxy::ROWS,
        docdb::INSTANCE_ROWS,
        described::DOCDB_ROWS,
        docdb::CLUSTER_ROWS,
        neptune::INSTANCE_ROWS,
        described::NEPTUNE_ROWS,
        neptune::CLUSTER_ROWS,
    ])
}

/// The metrics of the services that are watched.
#[derive(Debug, Clone)]
pub struct Catalog {
    kinds: Vec<Kind>,
    rows: Vec<&'static Row>,
    by_spelling: HashMap<String, Vec<&'static Row>>,
}

/// Catalogues are the same if they have the same rows.
impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl Catalog {
    /// The rows of some services.
    #[must_use]
    pub fn of(services: &[&Service]) -> Self {
        let is_of = |kind: &Kind| services.contains(&kind.watched_with());
        let rows = tables().flatten().filter(|row| is_of(&row.kind));
        Self::new(KINDS.iter().copied().filter(is_of).collect(), rows.collect())
    }

    /// These rows of these kinds.
    #[must_use]
    pub fn new(kinds: Vec<Kind>, rows: Vec<&'static Row>) -> Self {
        let mut by_spelling: HashMap<String, Vec<&'static Row>> = HashMap::new();
        for row in &rows {
            for spelling in row.spellings() {
                let named = by_spelling.entry(spelling).or_default();
                if !named.contains(row) {
                    named.push(row);
                }
            }
        }
        Self { kinds, rows, by_spelling }
    }

    /// Every row, in the order of the tables.
    pub fn rows(&self) -> impl Iterator<Item = &'static Row> {
        self.rows.iter().copied()
    }

    /// The kinds that are watched.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The listings that return them.
    #[must_use]
    pub fn listers(&self) -> BTreeSet<Lister> {
        self.kinds.iter().filter_map(|kind| kind.lister).collect()
    }

    /// The optional calls that return any of them, events of the kinds, or deployments that RDS makes for them.
    #[must_use]
    pub fn optional_calls(&self) -> BTreeSet<OptionalCall> {
        let has_events = self.kinds.iter().any(|kind| kind.has_events());
        let events = has_events.then_some(OptionalCall::Events);
        let deployments = self.kinds.contains(&Kind::DB_INSTANCE).then_some(OptionalCall::BlueGreen);
        self.rows().filter_map(|row| row.provider.call()).chain(events).chain(deployments).collect()
    }

    /// The rows of every kind that a person means by a spelling, in any case.
    ///
    /// `EBSIOBalance%`, `EBSIOBalance` and `ebsiobalance_percent` are the same metric of every service that has it;
    /// with the prefix of a service, as in `aws_rds_ebsiobalance_percent`, it is that service's alone.
    #[must_use]
    pub fn named(&self, metric: &str) -> &[&'static Row] {
        if metric.len() > MAX_NAME {
            return &[];
        }
        self.by_spelling.get(metric.to_ascii_lowercase().as_str()).map_or(&[], Vec::as_slice)
    }

    /// The row that a spelling means where no kind is known: that of the first one with a bad side.
    #[must_use]
    pub fn first(&self, metric: &str) -> Option<&'static Row> {
        best(self.named(metric).iter().copied(), |_| false)
    }

    /// The row that a spelling means on a resource of a kind: one of that kind or of its members, else that of a kind
    /// which the resource is not.
    ///
    /// Where both the kind and its members have a metric of one name, it is the row with a bad side.
    #[must_use]
    pub fn find(&self, kind: Kind, metric: &str) -> Option<&'static Row> {
        let is_related = |row: &Row| row.kind == kind || row.kind.parent == Some(kind);
        let related = self.named(metric).iter().copied().filter(|row| is_related(row));
        best(related, |row| row.kind != kind).or_else(|| self.first(metric))
    }

    /// Whether levels of a kind can be shares of something.
    #[must_use]
    pub fn has_share_of(&self, kind: Kind, denominator: Denominator) -> bool {
        let is_share = |row: &Row| row.alert.is_some_and(|alert| alert.relative_to == Some(denominator));
        self.rows().any(|row| row.kind == kind && is_share(row))
    }

    /// A row of the metric; where several kinds have it, one with a bad side.
    #[must_use]
    pub fn row(&self, id: MetricId) -> Option<&'static Row> {
        best(self.rows().filter(|row| row.id() == id), |_| false)
    }
}

/// The first row with a bad side, second choices last.
fn best(rows: impl Iterator<Item = &'static Row>, is_second_choice: impl Fn(&Row) -> bool) -> Option<&'static Row> {
    rows.min_by_key(|row| (row.alert.is_none(), is_second_choice(row)))
}
