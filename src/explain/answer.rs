//! Answers questions from what all scopes published.

use super::explanation::Explanation;
use super::headroom::{self, MAX_HEADROOM_ROWS};
use super::metric_name::suggestion;
use super::question::{Answer, Question};
use super::refusal::Refusal;
use super::resource;
use super::standing::standings;
use super::summary::page;
use super::values::Values;
use crate::catalog;
use crate::config::nearest::nearest;
use crate::inventory::{Known, View};
use crate::plan::Now;
use crate::resource::{Described, ResourceIndex};

/// Answers from what all scopes published.
///
/// # Errors
/// No resource, or more than one, has the name; no metric has the name, or the resource cannot have it.
pub fn answer(question: &Question, views: &[View], now: Now) -> Result<Answer, Refusal> {
    match question {
        Question::Resources(wanted) => {
            let values = Values::of_each(views, now);
            Ok(Answer::Resources(page(&mut standings(views, &values, wanted), wanted)))
        }
        Question::Resource { name, metric } => {
            let metric = metric_named(metric.as_deref())?;
            let (view, index) = find(views, name)?;
            let explanation = resource::explain(view, index, metric, now);
            let described = &view.inventory.known()[index.position()].resource;
            match metric.and_then(|metric| no_such_series(&explanation, described, metric)) {
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

fn metric_named(name: Option<&str>) -> Result<Option<&'static str>, Refusal> {
    let known = |name| catalog::find(name).map(|row| row.metric);
    let unknown = |name| Refusal::new(format!("no metric has the name `{name}`: {}", suggestion(name)));
    name.map(|name| known(name).ok_or_else(|| unknown(name))).transpose()
}

/// Refuses a metric that a resource cannot have; one with levels or problems is explained anyway.
fn no_such_series(explanation: &Explanation, resource: &Described, metric: &str) -> Option<Refusal> {
    let mut rows = catalog::rows().filter(|row| row.metric == metric);
    let is_silent = explanation.metrics.is_empty() && !explanation.has_problems();
    (is_silent && !rows.any(|row| row.can_exist_on(resource)))
        .then(|| Refusal::new(format!("{} `{}` cannot have {metric}", resource.kind.name, resource.title())))
}

/// The resource with this ARN or identifier.
fn find<'a>(views: &'a [View], name: &str) -> Result<(&'a View, ResourceIndex), Refusal> {
    let is_named = |known: &Known| known.resource.is_named(name);
    let all = views.iter().flat_map(|view| view.inventory.indexed().map(move |one| (view, one)));
    let found: Vec<(&View, (ResourceIndex, &Known))> = all.filter(|(_, (_, known))| is_named(known)).collect();
    match found.as_slice() {
        [] => {
            let known = views.iter().flat_map(|view| view.inventory.known());
            let ids: Vec<String> = known.map(|known| known.resource.title()).collect();
            let ids = ids.iter().map(String::as_str);
            let meant = nearest(name, ids).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            Err(Refusal::new(format!("no database or cluster has this ARN or identifier: `{name}`{meant}")))
        }
        [(view, (index, _))] => Ok((view, *index)),
        several => {
            let error = "several databases or clusters have this identifier: name one by its ARN".to_owned();
            let candidates = several.iter().map(|(_, (_, known))| known.resource.arn.to_string()).collect();
            Err(Refusal { error, candidates })
        }
    }
}
