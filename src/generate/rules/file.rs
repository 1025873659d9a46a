//! The rule file as Prometheus reads it, and its YAML.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::links::{Links, Subject};
use super::promql::{Form, Identity, duration};

/// A rule file.
#[derive(Debug, Serialize)]
pub(super) struct File {
    /// In the order of the file.
    pub groups: Vec<Group>,
}

/// Rules that are evaluated together.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Group {
    /// Unique in the file.
    pub name: String,
    /// How often it is evaluated; `None` leaves it to Prometheus.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub interval: Option<Duration>,
    /// In the order they are evaluated.
    pub rules: Vec<GroupRule>,
}

/// One rule of either type.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum GroupRule {
    Recording(Recording),
    Alert(Box<Rule>),
}

/// One recording rule: a series that holds the result of each evaluation.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Recording {
    pub record: &'static str,
    pub expr: &'static str,
}

/// One alert rule.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Rule {
    pub alert: String,
    pub expr: String,
    /// How long the condition must hold.
    #[serde(rename = "for", serialize_with = "as_duration")]
    pub wait: Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_firing_for: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<&'static str, String>,
    pub annotations: Annotations,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Annotations {
    pub summary: String,
    pub description: String,
    #[serde(flatten)]
    pub links: Links,
}

impl Rule {
    /// A rule that fires at once, takes its severity from the expression, has a runbook page of its own and links to what
    /// shows plimsoll itself.
    pub(super) fn new(form: &Form, alert: &str, expr: String, summary: &str, description: String) -> Self {
        Self {
            alert: alert.to_owned(),
            expr,
            wait: Duration::ZERO,
            keep_firing_for: None,
            labels: BTreeMap::new(),
            annotations: Annotations {
                summary: summary.to_owned(),
                description,
                links: Links::new(form, alert, Subject::Plimsoll),
            },
        }
    }

    /// How long the condition must hold.
    pub(super) fn waiting(mut self, time: Duration) -> Self {
        self.wait = time;
        self
    }

    /// How long it keeps firing after the condition ended; zero sets no `keep_firing_for`.
    pub(super) fn lingering(mut self, time: Duration) -> Self {
        self.keep_firing_for = (!time.is_zero()).then(|| duration(time));
        self
    }

    /// A severity of the rule's own.
    pub(super) fn severity(mut self, severity: &str) -> Self {
        self.labels.insert("severity", severity.to_owned());
        self
    }

    /// A label of the expression that templates can use but the alert does not have: Prometheus removes labels that a rule
    /// sets to the empty text. So its value may change while the alert stays the same.
    pub(super) fn without(mut self, label: &'static str) -> Self {
        self.labels.insert(label, String::new());
        self
    }

    /// Links to what shows the resource of the alert.
    pub(super) fn about(self, form: &Form, identity: &Identity) -> Self {
        let page = self.alert.clone();
        self.about_like(form, identity, &page)
    }

    /// The same with a runbook page that several rules share.
    pub(super) fn about_like(mut self, form: &Form, identity: &Identity, page: &str) -> Self {
        self.annotations.links = Links::new(form, page, Subject::Resource(identity));
        self
    }

    /// Links to what shows the account and region of the alert.
    pub(super) fn about_scope(mut self, form: &Form) -> Self {
        self.annotations.links = Links::new(form, &self.alert, Subject::Scope);
        self
    }
}

#[expect(clippy::ref_option, reason = "serde passes the field as it is")]
fn as_text<S: Serializer>(interval: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    interval.map(duration).serialize(serializer)
}

/// Writes a duration as Prometheus does.
pub(super) fn as_duration<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    duration(*time).serialize(serializer)
}

/// A document as text.
pub(super) fn yaml(document: &impl Serialize) -> String {
    // Templates must stay on one line: people search for them, and folding would hide spaces.
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(document, options).expect("strings in maps and lists are always YAML")
}
