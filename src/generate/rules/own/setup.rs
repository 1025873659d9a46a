//! Rules on what an operator set up: whether the configuration, the state file, the budget, the lease and the filters do
//! what they are for.

use std::time::Duration;

use super::super::file::Rule;
use super::super::promql::{Form, duration};

/// The rules, all of them warnings.
pub(super) fn rules(form: &Form) -> [Rule; 5] {
    [
        config_reload_failed(form),
        state_not_written(form),
        over_budget(form),
        lease_lost(form),
        filter_matches_nothing(form),
    ]
}

/// Somebody who reloads sees the mistakes in the response, and may need this long to correct them.
const RELOAD_WAIT: Duration = Duration::from_mins(5);

/// A replica that was restarted meanwhile does not run at all with a bad file, so one that reports it is enough.
fn config_reload_failed(form: &Form) -> Rule {
    let alert = "PlimsollConfigReloadFailed";
    let expression = format!("min({}) == 0", form.bridged("plimsoll_config_last_reload_successful", ""));
    let summary = "plimsoll was asked to reload a configuration that has mistakes: the one before is in effect.";
    let description = "The log of plimsoll and `plimsoll check` name every mistake.".to_owned();
    Rule::new(form, alert, expression, summary, description).waiting(RELOAD_WAIT)
}

/// The file is written each minute. A volume may be full or gone for some of them.
const STATE_WAIT: Duration = Duration::from_mins(15);

/// The last so many minutes have several attempts to write the state file.
const ATTEMPTS: Duration = Duration::from_mins(5);

/// Of a pair, only the replica that polls writes. One that was restarted counts anew, which `increase` sees.
fn state_not_written(form: &Form) -> Rule {
    let alert = "PlimsollStateNotWritten";
    let errors = form.series("plimsoll_state_write_errors_total", "");
    let range = duration(ATTEMPTS.max(2 * form.bridge()));
    let expression = format!("max(increase({errors}[{range}])) > 0");
    let summary = "plimsoll cannot write its state file: a restart loses what it knows.";
    let description =
        "The log of plimsoll names the file and the reason. Values, levels and schedules of the last state \
                       that was written grow old."
            .to_owned();
    Rule::new(form, alert, expression, summary, description).waiting(STATE_WAIT)
}

/// A fleet that changes may be over budget for a while, such as between two instances of a blue/green deployment.
const OVER_BUDGET_WAIT: Duration = Duration::from_mins(15);

/// The series is absent without a budget. The scopes of a process share its budget, so that all make one alert.
fn over_budget(form: &Form) -> Rule {
    let alert = "PlimsollOverBudget";
    let expression = format!("max({}) == 1", form.bridged("plimsoll_cost_over_budget", ""));
    let summary = "plimsoll costs more than its budget, although it saves all that it may.";
    let description =
        "Metrics that alerts depend on are still queried. Raise the budget, or set fewer levels.".to_owned();
    Rule::new(form, alert, expression, summary, description).waiting(OVER_BUDGET_WAIT)
}

/// Both replicas poll meanwhile; a short outage of the place costs less than a warning.
const LEASE_WAIT: Duration = Duration::from_mins(15);

/// The series is absent without a lease.
fn lease_lost(form: &Form) -> Rule {
    let alert = "PlimsollLeaseLost";
    let expression = format!("min({}) == 0", form.bridged("plimsoll_lease_reached", ""));
    let summary = "A replica of plimsoll does not reach its lease: it polls as well, which costs twice as much.";
    let description = "Every database is watched. The log of plimsoll has the cause and its remedy.".to_owned();
    Rule::new(form, alert, expression, summary, description).waiting(LEASE_WAIT)
}

/// A database that is about to be created, or a tag that is about to be set, may be named a little early.
const NO_MATCH_WAIT: Duration = Duration::from_mins(15);

/// An entry of `[discovery]` is for all accounts and regions, so that a match in one of them is enough; one of an account
/// is for its regions. An exclusion may match nothing for a while and be right: it hides no database from anybody.
fn filter_matches_nothing(form: &Form) -> Rule {
    let alert = "PlimsollFilterMatchesNothing";
    let most = |table: &str, labels: &str| {
        let matchers = format!("filter=~\"{table}[.]include[.].*\"");
        format!("max by ({labels}) ({}) == 0", form.bridged("plimsoll_filter_matches", &matchers))
    };
    let expression = format!("{}\n  or\n{}", most("discovery", "filter"), most("account", "account, filter"));
    let summary = "A filter matches no database: what it was to include is not watched.";
    let description = "The entry {{ $labels.filter }} of the configuration{{ with $labels.account }}, account {{ . }},\
                       {{ end }} matches no database. Correct or remove it."
        .to_owned();
    Rule::new(form, alert, expression, summary, description).waiting(NO_MATCH_WAIT)
}
