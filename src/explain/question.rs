//! What a user can ask about the fleet, and the answers.

use serde::Serialize;

use super::address::Encoded;
use super::explanation::Explanation;
use super::failures::ScopeFailures;
use super::headroom::LeastHeadroom;
use super::refusal::json;
use super::summary::Listing;
use super::table::ranking;
use super::wanted::Wanted;

/// What a user can ask about the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The selected resources, one page of them.
    Resources(Wanted),
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

impl Answer {
    /// The same with what fails meanwhile: a list of databases may lack some because of it.
    #[must_use]
    pub fn with(self, failures: &[ScopeFailures]) -> Self {
        match self {
            Self::Resources(listing) => Self::Resources(Listing { failures: failures.to_vec(), ..listing }),
            answer => answer,
        }
    }

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
    /// The path and query at which a running exporter answers this question.
    #[must_use]
    pub fn address(&self) -> String {
        let metric = |metric: &Option<String>| metric.as_deref().map(|metric| format!("metric={}", Encoded(metric)));
        match self {
            Self::Resources(wanted) => format!("/api/v1/resources?{}", wanted.query()),
            Self::Resource { name, metric: only } => {
                format!("/api/v1/resources/{}?{}", Encoded(name), metric(only).unwrap_or_default())
            }
            Self::LeastHeadroom { count, metric: only } => {
                format!("/api/v1/headroom?count={count}&{}", metric(only).unwrap_or_default())
            }
        }
    }

    /// The path and query of the page for people.
    #[must_use]
    pub fn page(&self) -> String {
        self.address().replacen("/api/v1", "", 1)
    }

    /// Reads an answer to this question.
    ///
    /// # Errors
    /// It is no answer to this question.
    pub fn read_answer(&self, json: &str) -> Result<Answer, serde_json::Error> {
        match self {
            Self::Resources(_) => serde_json::from_str(json).map(Answer::Resources),
            Self::Resource { .. } => serde_json::from_str(json).map(Answer::Resource),
            Self::LeastHeadroom { .. } => serde_json::from_str(json).map(Answer::LeastHeadroom),
        }
    }
}
