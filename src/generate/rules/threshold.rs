//! Rules on the thresholds themselves: whether they can match a metric, whether their tags can be read, whether they
//! are muted for long.

use super::file::Rule;
use super::mute;
use super::own::{critical, warning};
use super::promql::{DATABASE, Form};
use crate::config::Config;

/// Worst first.
pub(super) fn rules(form: &Form, config: &Config) -> Vec<Rule> {
    let warning = warning(config);
    vec![
        identity_lost(form).severity(critical(config)),
        invalid_tag(form).severity(warning),
        mute::for_long(form, config).severity(warning),
    ]
}

/// Thresholds that no rule can match: a label of their identity is missing, or was taken for the target's own.
fn identity_lost(form: &Form) -> Rule {
    let lost = [
        "account_id=\"\"",
        "region=\"\"",
        "severity=\"\"",
        "dimension_DBInstanceIdentifier=\"\",dimension_DBClusterIdentifier=\"\"",
        "exported_account_id!=\"\"",
        "exported_region!=\"\"",
        "exported_severity!=\"\"",
    ];
    let series = lost.map(|matcher| form.bridged("", &format!("__name__=~\"aws_rds_.+_threshold\",{matcher}")));
    let alert = "PlimsollIdentityLost";
    let summary = "Thresholds have lost the labels that say whose they are: no alert on a metric can fire.";
    let description = "{{ $value }} threshold series lack identity labels or carry them as exported_*; \
                       set honor_labels: true where plimsoll is scraped and keep relabelling off these labels.";
    let expression = format!("count(\n  {}\n) > 0", series.join("\n  or\n  "));
    Rule::new(form, alert, expression, summary, description.to_owned())
}

/// While the tags of clusters cannot be read at all, one page says so, not one for each member: discovery is stale.
const UNREADABLE: &str = "reason!=\"cluster_tags_unreadable\"";

fn invalid_tag(form: &Form) -> Rule {
    let alert = "PlimsollInvalidTag";
    let labels = form.routed(&["tag_key", "reason"]);
    let expression = format!("max by ({labels}) ({}) > 0", form.bridged("plimsoll_threshold_issue", UNREADABLE));
    let summary = "A tag on a database cannot be used as a threshold.";
    let description = format!(
        "The tag {{{{ $labels.tag_key }}}} of {DATABASE} cannot be used: {{{{ $labels.reason }}}}. \
         Until it is corrected, the next source of thresholds applies."
    );
    Rule::new(form, alert, expression, summary, description)
}
