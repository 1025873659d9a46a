//! Until when the version of a resource is supported, and whether it costs Extended Support.

use crate::resource::{Described, Lifecycle, Resource};
use crate::time::Timestamp;

/// Sets the end of standard support, or, where that is over and AWS charges for Extended Support, that it does: one cause
/// has one metric. `now` is the wall clock.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-charges.html>
#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
pub(super) fn describe(lifecycles: &[Lifecycle], resource: &mut Resource, now: Timestamp) {
    let Some(lifecycle) = of(lifecycles, resource) else { return };
    let end = lifecycle.standard_support_end;
    let is_charged = resource.facts.extended_support == Some(true) && end <= now.as_second() as f64;
    resource.learned.extended_support = Some(is_charged);
    resource.learned.standard_support_end_seconds = (!is_charged).then_some(end);
}

/// That of the longest version which the version of the resource begins with.
fn of<'a>(lifecycles: &'a [Lifecycle], resource: &Described) -> Option<&'a Lifecycle> {
    let begins_with = |version: &str| {
        let rest = resource.engine_version.strip_prefix(version);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let of_engine = lifecycles.iter().filter(|lifecycle| lifecycle.engine == resource.engine_name);
    of_engine.filter(|lifecycle| begins_with(&lifecycle.version)).max_by_key(|lifecycle| lifecycle.version.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{Facts, fixture};

    const END: f64 = 1_000.0;

    fn described(
        (engine, version): (&str, &str),
        extended_support: Option<bool>,
        now: i64,
    ) -> (Option<f64>, Option<bool>) {
        let lifecycle = |engine: &str, version: &str, standard_support_end| Lifecycle {
            engine: engine.to_owned(),
            version: version.to_owned(),
            standard_support_end,
        };
        let lifecycles =
            [lifecycle("postgres", "1", 1.0), lifecycle("postgres", "13", END), lifecycle("aurora-mysql", "8.0", END)];
        let mut resource = fixture::without_limits(Described {
            engine_name: engine.into(),
            engine_version: version.into(),
            facts: Facts { extended_support, ..Facts::default() },
            ..fixture::instance("orders")
        });
        describe(&lifecycles, &mut resource, Timestamp::from_second(now));
        (resource.learned.standard_support_end_seconds, resource.learned.extended_support)
    }

    #[test]
    fn the_version_is_found_by_its_beginning() {
        let check = |engine: &str, version: &str, expected: Option<f64>| {
            assert_eq!(described((engine, version), None, 0).0, expected, "{engine} {version}");
        };
        check("postgres", "13.18", Some(END));
        check("postgres", "13", Some(END));
        check("postgres", "131.1", None);
        check("postgres", "14.2", None);
        check("postgres", "", None);
        check("mysql", "13.18", None);
        check("aurora-mysql", "8.0.mysql_aurora.3.10.0", Some(END));
        check("aurora-mysql", "8.1.mysql_aurora.4.0.0", None);
    }

    #[test]
    fn extended_support_costs_where_it_is_enabled_and_standard_support_is_over() {
        let check = |enabled: Option<bool>, now, end: Option<f64>, is_charged| {
            let found = described(("postgres", "13.18"), enabled, now);
            assert_eq!(found, (end, Some(is_charged)), "{enabled:?} {now}");
        };
        check(Some(true), 999, Some(END), false);
        check(Some(true), 1_000, None, true);
        check(Some(false), 1_000, Some(END), false);
        check(None, 1_000, Some(END), false);
    }
}
