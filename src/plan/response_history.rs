//! Which metrics a resource has never answered: asking those every hour is enough.

use std::collections::HashMap;
use std::sync::Arc;

use super::Seconds;

/// A metric that never answered is asked once in each of these spans. Not that long after the last time: an answer takes
/// a while, so that a round an hour after it would come too early, and the metric wait for the one after that.
const SELDOM_SECONDS: Seconds = 3600;

/// How long one answer keeps a metric's interval; as long as CloudWatch lists a metric without data.
const MEMORY_SECONDS: Seconds = 14 * 86_400;

/// Silent rounds, in which other metrics of the resource did answer, before a metric is asked seldom.
const PATIENCE: u8 = 3;

/// What is known of the answers of one scope's resources.
#[derive(Debug, Clone, Default)]
pub struct ResponseHistory {
    by_resource: HashMap<Arc<str>, HashMap<&'static str, Responses>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Responses {
    answered: Option<Seconds>,
    asked: Seconds,
    silent: u8,
}

impl ResponseHistory {
    /// Whether a metric without a tagged or configured level is worth asking now.
    #[must_use]
    pub fn should_query(&self, resource: &str, metric: &str, now: Seconds) -> bool {
        let Some(responses) = self.by_resource.get(resource).and_then(|metrics| metrics.get(metric)) else {
            return true;
        };
        let remembered = responses.answered.is_some_and(|at| now - at < MEMORY_SECONDS);
        let span = |at: Seconds| at.div_euclid(SELDOM_SECONDS);
        remembered || responses.silent < PATIENCE || span(now) != span(responses.asked)
    }

    /// Records one round of one resource: every metric queried, and whether it had a datapoint.
    ///
    /// A round in which no metric had one shows nothing about any of them.
    pub fn record(&mut self, resource: &Arc<str>, round: &[(&'static str, bool)], now: Seconds) {
        if !round.iter().any(|(_, answered)| *answered) {
            return;
        }
        let metrics = self.by_resource.entry(Arc::clone(resource)).or_default();
        for &(metric, answered) in round {
            let responses = metrics.entry(metric).or_default();
            responses.asked = now;
            if answered {
                *responses = Responses { answered: Some(now), asked: now, silent: 0 };
            } else {
                responses.silent = responses.silent.saturating_add(1);
            }
        }
    }

    /// Forgets resources that are gone or not the same any more.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.by_resource.retain(|resource, _| keep(resource));
    }
}
