//! The rule on mutes that are probably forgotten.

use super::file::Rule;
use super::promql::{Form, duration};
use crate::config::Config;

/// A mute without an end, or whose end is further away than the configuration allows.
///
/// Only the resource that carries the tag counts: a cluster's mute fires one alert, not one for each member.
pub(super) fn for_long(form: &Form, config: &Config) -> Rule {
    let longest = config.rules.longest_mute;
    let any = form.any();
    let (ids, labels) = (any.list() + ", metric", form.routed(&any, &["metric"]));
    let muted = form.bridged("plimsoll_muted", "source=\"resource_tag\"");
    let end = form.bridged("plimsoll_mute_end_timestamp_seconds", "");
    let expression = format!(
        "max by ({labels}) ({muted})\n  unless on ({ids})\nmax by ({ids}) ({end}) - time() <= {}",
        longest.as_secs()
    );
    let summary = "A mute on a database has no end, or ends far in the future.";
    let description = format!(
        "{{{{ with $labels.metric }}}}{{{{ . }}}} of {{{{ end }}}}{} is muted by a tag, \
         without an end or for more than {} from now: no alert fires if a level is crossed.",
        any.resource(),
        duration(longest)
    );
    Rule::new(form, "PlimsollMutedForLong", expression, summary, description).about(form, &any)
}
