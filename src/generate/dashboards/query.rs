//! The pieces of which the expressions are made.
//!
//! Every side of a comparison and of a join is aggregated to the labels that it matches on. So a second replica of plimsoll
//! makes no duplicate, and no join fails.

use super::noun;
use crate::catalog::name::dimension_label;
use crate::generate::rules::promql::Identity;
use crate::resource::Kind;

/// Matchers of every series of a resource: the variables that every dashboard has.
const SCOPE: &str = r#"job=~"$job",account_id=~"$account",region=~"$region""#;

/// The first of them.
const JOB: &str = r#"job=~"$job""#;

/// Some resources: their kinds, and the matchers by which their series are found.
#[derive(Debug, Clone)]
pub(super) struct Resources {
    kinds: Vec<Kind>,
    matchers: String,
}

impl Resources {
    /// Those of all these kinds.
    pub(super) fn all(kinds: &[Kind]) -> Self {
        Self { kinds: kinds.to_vec(), matchers: SCOPE.to_owned() }
    }

    /// Those of one kind. Series that a service has of other kinds, too, are left out.
    pub(super) fn of(kind: Kind) -> Self {
        Self::each(&[kind])
    }

    /// Those that have every dimension of these kinds.
    pub(super) fn each(kinds: &[Kind]) -> Self {
        Self::all(kinds).matching(|label, _| format!("{label}!=\"\""))
    }

    /// The one or those of a kind that the variables of the dashboard name.
    pub(super) fn chosen(kind: Kind) -> Self {
        Self::all(&[kind]).matching(|label, dimension| format!("{label}=~\"${}\"", noun::variable(dimension)))
    }

    /// The members of the cluster that the variable of a kind names, by the series that have the cluster as a label: info
    /// and status.
    pub(super) fn members(cluster: Kind) -> Self {
        let members = Self::each(Kind::of_members(cluster).as_slice());
        let variable = cluster.dimensions.first().map(|dimension| noun::variable(dimension)).unwrap_or_default();
        Self { matchers: format!("{},cluster=~\"${variable}\"", members.matchers), ..members }
    }

    fn matching(mut self, matcher: impl Fn(&str, &str) -> String) -> Self {
        for dimension in noun::dimensions(&self.kinds) {
            self.matchers += ",";
            self.matchers += &matcher(&dimension_label(dimension), dimension);
        }
        self
    }

    /// The labels that identify one of them, for `by` and `on`.
    pub(super) fn ids(&self) -> String {
        Identity::of(&self.kinds).list()
    }

    /// A selector of their series; `more` are further matchers.
    pub(super) fn series(&self, name: &str, more: &str) -> String {
        let more = if more.is_empty() { String::new() } else { format!(",{more}") };
        format!("{name}{{{}{more}}}", self.matchers)
    }

    /// A selector of their firing alerts. Alerts have no job, for the rules aggregate it away, and those on plimsoll itself
    /// may have no account and region. `more` are further matchers.
    pub(super) fn alerts(&self, more: &str) -> String {
        let more = if more.is_empty() { String::new() } else { format!(",{more}") };
        let matchers = self.matchers.trim_start_matches(JOB);
        let matchers = matchers.replace("$account", "$account|").replace("$region", "$region|");
        format!("ALERTS{{alertstate=\"firing\"{matchers}{more}}}")
    }

    /// What identifies them and other labels, each once.
    pub(super) fn facts(&self, labels: &str) -> String {
        self.facts_where(labels, &self.kind_matcher())
    }

    /// The same of those that match.
    pub(super) fn facts_where(&self, labels: &str, more: &str) -> String {
        self.one_each("plimsoll_resource_info", labels, more)
    }

    /// The tags of resources of one service as the labels `tag_…`, each resource once. Such series have only the ARN.
    pub(super) fn tags(&self) -> String {
        let info = format!("{}_info{{{JOB}}}", self.prefix());
        let chosen = self.series("plimsoll_resource_info", &self.kind_matcher());
        format!("topk by (name) (1, {info} and on (name) {chosen})")
    }

    /// Their statuses as the label `status`, each once.
    pub(super) fn status(&self) -> String {
        self.one_each("plimsoll_resource_status", "status", "")
    }

    /// One series of each: replicas that disagree for a moment must not end a join with an error.
    fn one_each(&self, name: &str, labels: &str, more: &str) -> String {
        let ids = self.ids();
        format!("topk by ({ids}) (1, max by ({ids}, {labels}) ({}))", self.series(name, more))
    }

    /// Adds labels of the info series to an expression that has the identity labels.
    pub(super) fn with_facts(&self, expression: &str, labels: &str) -> String {
        format!("{expression} * on ({}) group_left ({labels}) {}", self.ids(), self.facts(labels))
    }

    /// What the series of their service begin with.
    pub(super) fn prefix(&self) -> &'static str {
        self.kinds.first().map_or("", |kind| kind.service.prefix)
    }

    /// A legend that names one of them.
    pub(super) fn legend(&self) -> String {
        let names = noun::dimensions(&self.kinds)
            .into_iter()
            .map(|dimension| format!("{{{{{}}}}}", dimension_label(dimension)));
        names.collect()
    }

    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// A matcher of the label `kind`.
    pub(super) fn kind_matcher(&self) -> String {
        let names: Vec<&str> = self.kinds.iter().map(|kind| kind.name).collect();
        format!("kind=~\"{}\"", names.join("|"))
    }

    /// A matcher of the label `status` for those that run.
    pub(super) fn running(&self) -> String {
        let mut running: Vec<&str> =
            self.kinds.iter().flat_map(|kind| kind.service.statuses.running).copied().collect();
        running.sort_unstable();
        running.dedup();
        running.join("|")
    }
}

/// A selector of plimsoll's own series that have the labels of a scope, which name the account and not its id.
pub(super) fn own(name: &str, more: &str) -> String {
    let more = if more.is_empty() { String::new() } else { format!(",{more}") };
    format!("{name}{{job=~\"$job\",region=~\"$region\"{more}}}")
}

/// A selector of plimsoll's own series about the process.
pub(super) fn own_of_process(name: &str) -> String {
    format!("{name}{{{JOB}}}")
}

/// The scopes of an expression that has the labels `account` and `region` whose account is chosen.
pub(super) fn in_scope(expression: &str) -> String {
    format!("({expression}) and on (account, region) plimsoll_last_success_timestamp_seconds{{{SCOPE}}}")
}

/// A number that is 0 where there is nothing to count.
pub(super) fn or_zero(expression: &str) -> String {
    format!("{expression} or vector(0)")
}

/// Adds a label with a fixed value.
pub(super) fn labelled(expression: &str, label: &str, value: &str) -> String {
    format!("label_replace({expression}, \"{label}\", \"{value}\", \"\", \"\")")
}

/// Several vectors as one, those before win.
pub(super) fn any_of(expressions: &[String]) -> String {
    expressions.join("\n  or\n")
}
