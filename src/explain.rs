//! Why a database has the levels it has: one value that terminal, JSON and HTML print.
//!
//! Answers are made on request from what a scope last published, and only from that. No I/O, no clock, no HTML.

use serde::{Deserialize, Serialize};

use crate::catalog;
use crate::config::nearest::{self, nearest};
use crate::inventory::{Known, View};
use crate::plan::Now;
use crate::resource::{Described, ResourceIndex};

mod address;
mod explanation;
mod headline;
mod headroom;
mod phrase;
mod roundup;
mod table;
mod values;
mod word;

pub use address::Encoded;
pub use explanation::{Explanation, Level, Measured, MetricExplanation, Overridden, Problem};
pub use headline::Headline;
pub use headroom::LeastHeadroom;
pub use phrase::Headroom;
pub use roundup::{Named, Roundup, Tally, round_up};
pub use word::Word;

use table::ranking;
use values::{Count, Values};

/// Resources in one listing: a page of them stays below a megabyte.
pub const RESOURCES_PER_PAGE: usize = 1_000;

/// The most levels that are ranked in one answer: more is a dashboard's work.
pub const MAX_HEADROOM_ROWS: usize = 1_000;

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The resources behind an ARN, one page of them.
    Resources {
        /// The last ARN of the page before; empty for the first page.
        after: String,
    },
    /// One resource.
    Resource {
        /// Its ARN, or its identifier where only one resource has it.
        name: String,
        /// One metric, in any spelling that tags may use; `None` for all.
        metric: Option<String>,
    },
    /// The levels of the whole fleet that are nearest to being crossed.
    LeastHeadroom {
        /// How many.
        count: usize,
        /// One metric; `None` for all.
        metric: Option<String>,
    },
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To [`Question::Resources`].
    Resources(Listing),
    /// To [`Question::Resource`].
    Resource(Box<Explanation>),
    /// To [`Question::LeastHeadroom`], nearest first.
    LeastHeadroom(Vec<LeastHeadroom>),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What is wrong.
    pub error: String,
    /// The ARNs that were meant, if there are several.
    pub candidates: Vec<String>,
}

/// One page of resources.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// At most [`RESOURCES_PER_PAGE`], by ARN.
    pub resources: Vec<Summary>,
    /// What to name as `after` for the next page; `None` on the last.
    pub next: Option<String>,
}

/// One resource in a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The ARN.
    pub arn: String,
    /// `DBInstanceIdentifier` or `DBClusterIdentifier`.
    pub id: String,
    /// `db-instance` or `db-cluster`.
    pub kind: String,
    /// Twelve digits.
    pub account_id: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// As AWS writes it.
    pub engine: String,
    /// As AWS writes it.
    pub status: String,
    /// Levels that stand.
    pub levels: usize,
    /// Those that are crossed now and not muted.
    pub crossed: usize,
    /// Those that are muted now.
    pub muted: usize,
    /// Those whose metric should have a value and has none.
    pub unwatched: usize,
    /// Tags and levels that cannot be used.
    pub issues: usize,
}

impl Summary {
    fn of(known: &Known, values: &Values, index: ResourceIndex) -> Self {
        let Known { resource, resolved } = known;
        let Count { crossed, muted, unwatched } = values.count(known, index);
        Self {
            arn: resource.arn.clone(),
            id: resource.id.clone(),
            kind: resource.kind.name.to_owned(),
            account_id: resource.account_id.clone(),
            region: resource.region.clone(),
            engine: resource.engine_name.clone(),
            status: resource.status.clone(),
            levels: resolved.thresholds.len(),
            crossed,
            muted,
            unwatched,
            issues: resolved.issues.len() + resolved.issues_omitted,
        }
    }
}

impl Answer {
    /// As JSON, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        json(self)
    }

    /// As text, for people.
    #[must_use]
    pub fn table(&self) -> String {
        match self {
            Self::Resources(listing) => listing.to_string(),
            Self::Resource(explanation) => explanation.to_string(),
            Self::LeastHeadroom(ranked) => ranking(ranked),
        }
    }
}

impl Question {
    /// Where a running exporter answers it: path and query.
    #[must_use]
    pub fn address(&self) -> String {
        let metric = |metric: &Option<String>| metric.as_deref().map(|metric| format!("metric={}", Encoded(metric)));
        match self {
            Self::Resources { after } => format!("/api/v1/resources?after={}", Encoded(after)),
            Self::Resource { name, metric: only } => {
                format!("/api/v1/resources/{}?{}", Encoded(name), metric(only).unwrap_or_default())
            }
            Self::LeastHeadroom { count, metric: only } => {
                format!("/api/v1/headroom?count={count}&{}", metric(only).unwrap_or_default())
            }
        }
    }

    /// Reads an answer to this question.
    ///
    /// # Errors
    /// It is no answer to this question.
    pub fn read_answer(&self, json: &str) -> Result<Answer, serde_json::Error> {
        match self {
            Self::Resources { .. } => serde_json::from_str(json).map(Answer::Resources),
            Self::Resource { .. } => serde_json::from_str(json).map(Answer::Resource),
            Self::LeastHeadroom { .. } => serde_json::from_str(json).map(Answer::LeastHeadroom),
        }
    }
}

impl Refusal {
    fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), candidates: Vec::new() }
    }

    /// As JSON, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        json(self)
    }
}

/// Strings, numbers and lists of them always make JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}

/// Answers from what all scopes published.
///
/// # Errors
/// No resource, or more than one, has the name; no metric has the name, or the resource cannot have it.
pub fn answer(question: &Question, views: &[View], now: Now) -> Result<Answer, Refusal> {
    match question {
        Question::Resources { after } => {
            Ok(Answer::Resources(cut(summaries(views, now, |known| known.resource.arn > *after))))
        }
        Question::Resource { name, metric } => {
            let metric = metric_named(metric.as_deref())?;
            let (view, index) = find(views, name)?;
            let explanation = Explanation::of(view, index, metric, now);
            let resource = &view.inventory.known()[index.position()].resource;
            match metric.and_then(|metric| no_such_series(&explanation, resource, metric)) {
                Some(refusal) => Err(refusal),
                None => Ok(Answer::Resource(Box::new(explanation))),
            }
        }
        Question::LeastHeadroom { count, metric } => {
            let metric = metric_named(metric.as_deref())?;
            Ok(Answer::LeastHeadroom(headroom::rank(views, metric, (*count).min(MAX_HEADROOM_ROWS), now)))
        }
    }
}

/// Every resource of a view explained, in the order of its inventory.
#[must_use]
pub fn all(view: &View, now: Now) -> Vec<Explanation> {
    view.inventory.indexed().map(|(index, _)| Explanation::of(view, index, None, now)).collect()
}

fn metric_named(name: Option<&str>) -> Result<Option<&'static str>, Refusal> {
    let known = |name| catalog::find(name).map(|row| row.metric);
    let unknown = |name| Refusal::new(format!("no metric has the name `{name}`: {}", metric_meant(name)));
    name.map(|name| known(name).ok_or_else(|| unknown(name))).transpose()
}

/// Whether a metric has this name, in any spelling that tags may use.
#[must_use]
pub fn is_metric(name: &str) -> bool {
    catalog::find(name).is_some()
}

/// What to write instead of a name that no metric has.
#[must_use]
pub fn metric_meant(typed: &str) -> String {
    nearest::metric(typed, catalog::rows(), std::iter::empty()).map_or_else(
        || "write it as CloudWatch does, such as CPUUtilization".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    )
}

/// Why a metric of which nothing is known cannot be asked of a resource, if that is so.
fn no_such_series(explanation: &Explanation, resource: &Described, metric: &str) -> Option<Refusal> {
    let mut rows = catalog::rows().filter(|row| row.metric == metric);
    let is_silent = explanation.metrics.is_empty() && !explanation.has_problems();
    (is_silent && !rows.any(|row| row.can_exist_on(resource)))
        .then(|| Refusal::new(format!("{} `{}` cannot have {metric}", resource.kind.name, resource.id)))
}

/// The first page of summaries.
fn cut(mut summaries: Vec<Summary>) -> Listing {
    let more = summaries.len() > RESOURCES_PER_PAGE;
    summaries.truncate(RESOURCES_PER_PAGE);
    let next = summaries.last().filter(|_| more).map(|last| last.arn.clone());
    Listing { resources: summaries, next }
}

/// Those that are wanted, by ARN.
fn summaries(views: &[View], now: Now, is_wanted: impl Fn(&Known) -> bool) -> Vec<Summary> {
    let mut summaries = Vec::new();
    for view in views {
        let values = Values::of(view, now);
        let wanted = view.inventory.indexed().filter(|(_, known)| is_wanted(known));
        summaries.extend(wanted.map(|(index, known)| Summary::of(known, &values, index)));
    }
    summaries.sort_by(|left, right| left.arn.cmp(&right.arn));
    summaries
}

/// The one resource of that ARN or identifier.
fn find<'a>(views: &'a [View], name: &str) -> Result<(&'a View, ResourceIndex), Refusal> {
    let is_named = |known: &Known| known.resource.is_named(name);
    let all = views.iter().flat_map(|view| view.inventory.indexed().map(move |one| (view, one)));
    let found: Vec<(&View, (ResourceIndex, &Known))> = all.filter(|(_, (_, known))| is_named(known)).collect();
    match found.as_slice() {
        [] => {
            let ids = views.iter().flat_map(|view| view.inventory.known()).map(|known| known.resource.id.as_str());
            let meant = nearest(name, ids).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            Err(Refusal::new(format!("no database or cluster has this ARN or identifier: `{name}`{meant}")))
        }
        [(view, (index, _))] => Ok((view, *index)),
        several => {
            let error = "several databases or clusters have this identifier: name one by its ARN".to_owned();
            let candidates = several.iter().map(|(_, (_, known))| known.resource.arn.clone()).collect();
            Err(Refusal { error, candidates })
        }
    }
}
