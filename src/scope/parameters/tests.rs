//! Listings and readings in, the limits that engines run with out.

use super::*;
use crate::resource::{Facts, Ordered, fixture};
use crate::time::{Seconds, Timestamp};

const IN_EFFECT: bool = true;
const PENDING: bool = false;

/// The parameters of a scope over time.
#[derive(Default)]
struct Bench {
    parameters: Parameters,
    now: Timestamp,
}

fn group(lister: Lister, name: &str, pending: &[&str]) -> ParameterGroup {
    let name = GroupName { lister, name: name.into() };
    let status = |id: &&str| ((*id).into(), "pending-reboot".into());
    ParameterGroup { name, statuses: pending.iter().map(status).collect() }
}

fn with_group(resource: Described, group: ParameterGroup) -> Described {
    let ordered = Ordered { parameter_group: Some(group), ..Ordered::default() };
    Described { facts: Facts { ordered, ..Facts::default() }, ..resource }
}

/// An instance, its group, and whether that is in effect.
fn instance((id, name, in_effect): (&str, &str, bool)) -> Described {
    let pending = if in_effect { &[][..] } else { &[id] };
    with_group(fixture::instance(id), group(Lister::Instances, name, pending))
}

impl Bench {
    /// A listing of instances; returns whether limits changed.
    fn list(&mut self, instances: &[(&str, &str, bool)]) -> bool {
        self.now += Seconds::new(120);
        let instances: Vec<Described> = instances.iter().copied().map(instance).collect();
        let users = instances.iter().flat_map(|one| one.parameter_groups(None).map(move |group| (one, group)));
        self.parameters.watch(users, Some(Lister::Instances), self.now)
    }

    /// A listing of that kind of a cluster and its one member `shop-1`.
    fn list_member(&mut self, listed: Lister, own: (&str, bool), clusters: (&str, bool)) -> bool {
        self.now += Seconds::new(120);
        let member = instance(("shop-1", own.0, own.1));
        let pending = if clusters.1 { &[][..] } else { &["shop-1"] };
        let cluster = with_group(fixture::instance("shop"), group(Lister::Clusters, clusters.0, pending));
        let users = member.parameter_groups(Some(&cluster)).map(|group| (&member, group));
        self.parameters.watch(users, Some(listed), self.now)
    }

    /// The group that is read now.
    fn requested(&mut self) -> Option<String> {
        match self.parameters.due(self.now)? {
            Command::ReadParameters(group) => Some(group.name.to_string()),
            _ => None,
        }
    }

    /// Reads the group that is due.
    #[track_caller]
    fn read(&mut self, expected: &str, reading: ParameterRead) {
        let Some(Command::ReadParameters(group)) = self.parameters.due(self.now) else { panic!("nothing is due") };
        assert_eq!(group.name, expected);
        self.parameters.ended(&group, reading, self.now);
    }

    fn hour_passes(&mut self) {
        self.now += INTERVAL;
    }

    /// Limit and source, if there is one.
    fn limit(&self, id: &str) -> (f64, &'static str) {
        match self.parameters.limit(&fixture::instance(id)) {
            Some((Setting::Number(limit), source)) => (limit, source.name()),
            Some((Setting::Formula(text), source)) => (text.parse().unwrap(), source.name()),
            Some((Setting::Unset, _)) | None => COMPUTED,
        }
    }
}

/// Any formula: what it makes is nothing to this room.
fn formula() -> ParameterRead {
    ParameterRead::Found(Setting::formula("300"))
}

fn number(limit: f64) -> ParameterRead {
    ParameterRead::Found(Setting::Number(limit))
}

/// What the engine makes by its own formula.
const COMPUTED: (f64, &str) = (0.0, "formula");
const UNSET: ParameterRead = ParameterRead::Found(Setting::Unset);

/// Of a formula that somebody set.
const ESTIMATED: (f64, &str) = (300.0, "parameter_group_formula");

const fn set(limit: f64) -> (f64, &'static str) {
    (limit, "parameter_group")
}

const fn guessed(limit: f64) -> (f64, &'static str) {
    (limit, "pending_parameter_group")
}

#[test]
fn groups_that_people_made_are_read_one_by_one_and_once_an_hour() {
    let mut bench = Bench::default();
    bench.list(&[("a", "g", true), ("b", "g", true), ("c", "h", true), ("d", "default.mysql8.4", true)]);
    assert_eq!(bench.requested().as_deref(), Some("g"));
    assert_eq!(bench.requested(), None, "one at a time");
    bench.parameters.ended(&group(Lister::Instances, "g", &[]).name, number(500.0), bench.now);
    assert_eq!((bench.limit("a"), bench.limit("b"), bench.limit("d")), (set(500.0), set(500.0), COMPUTED));
    bench.read("h", UNSET);
    assert_eq!((bench.limit("c"), bench.requested()), (COMPUTED, None));
    bench.hour_passes();
    bench.read("g", ParameterRead::Failed);
    assert_eq!(bench.limit("a"), set(500.0), "a failure changes nothing");
    bench.read("h", UNSET);
    bench.now += RETRY;
    assert_eq!(bench.requested(), None, "nobody waits for it");
}

#[test]
fn a_missing_permission_is_asked_for_once_an_hour_for_each_kind_of_group() {
    let mut bench = Bench::default();
    bench.list_member(Lister::Instances, ("own", IN_EFFECT), ("shared", IN_EFFECT));
    bench.read("own", ParameterRead::Denied);
    bench.read("shared", number(500.0));
    assert_eq!((bench.limit("shop-1"), bench.requested()), (set(500.0), None));
    bench.hour_passes();
    bench.read("own", ParameterRead::Denied);
}

#[test]
fn a_group_that_was_never_read_is_tried_again_soon() {
    let mut bench = Bench::default();
    bench.list(&[("a", "g", IN_EFFECT)]);
    bench.read("g", ParameterRead::Failed);
    assert_eq!((bench.limit("a"), bench.requested()), (COMPUTED, None));
    bench.now += RETRY;
    bench.read("g", number(500.0));
    assert_eq!(bench.limit("a"), set(500.0));
}

#[test]
fn while_a_reboot_is_due_the_engine_runs_with_what_it_had_and_after_it_the_group_is_read_at_once() {
    let mut bench = Bench::default();
    bench.list(&[("a", "g", IN_EFFECT), ("b", "g", IN_EFFECT)]);
    bench.read("g", number(500.0));
    bench.list(&[("a", "g", PENDING), ("b", "g", PENDING)]);
    bench.hour_passes();
    bench.read("g", number(700.0));
    bench.list(&[("a", "g", PENDING), ("b", "g", PENDING)]);
    assert_eq!((bench.limit("a"), bench.limit("b")), (set(500.0), set(500.0)));

    bench.list(&[("a", "g", IN_EFFECT), ("b", "g", PENDING)]);
    assert_eq!(bench.limit("a"), set(500.0), "what was read before the reboot may have changed since");
    bench.read("g", number(800.0));
    assert_eq!((bench.limit("a"), bench.limit("b")), (set(800.0), set(500.0)), "each instance by itself");
    assert!(!bench.list(&[("a", "g", IN_EFFECT), ("b", "g", PENDING)]), "nothing is new");
    assert_eq!(bench.requested(), None);
}

#[test]
fn a_number_that_is_new_in_a_group_counts_once_a_later_listing_has_it_in_effect() {
    let mut bench = Bench::default();
    bench.list(&[("static", "g", IN_EFFECT), ("dynamic", "g", IN_EFFECT)]);
    bench.read("g", number(500.0));
    bench.hour_passes();
    bench.read("g", number(700.0));
    assert_eq!((bench.limit("static"), bench.limit("dynamic")), (set(500.0), set(500.0)));
    assert!(bench.list(&[("static", "g", PENDING), ("dynamic", "g", IN_EFFECT)]));
    assert_eq!((bench.limit("static"), bench.limit("dynamic")), (set(500.0), set(700.0)));
}

#[test]
fn a_group_that_was_never_seen_in_effect_says_what_stands_in_it_and_the_source_shows_that() {
    let check = |reading: ParameterRead, expected: (f64, &str)| {
        let mut bench = Bench::default();
        bench.list(&[("a", "g", PENDING)]);
        bench.read("g", reading.clone());
        assert_eq!(bench.limit("a"), expected, "{reading:?}");
        bench.list(&[("a", "g", IN_EFFECT)]);
        assert_eq!(bench.limit("a"), expected, "{reading:?}, rebooted");
        bench.read("g", number(700.0));
        assert_eq!(bench.limit("a"), set(700.0));
    };
    check(number(500.0), guessed(500.0));
    check(formula(), guessed(300.0));
    check(UNSET, COMPUTED);
    check(ParameterRead::Denied, COMPUTED);
    check(ParameterRead::Failed, COMPUTED);
}

#[test]
fn a_formula_waits_for_a_reboot_as_a_number_does() {
    let mut bench = Bench::default();
    bench.list(&[("a", "g", IN_EFFECT)]);
    bench.read("g", formula());
    bench.list(&[("a", "g", PENDING)]);
    bench.hour_passes();
    bench.read("g", number(700.0));
    assert_eq!(bench.limit("a"), ESTIMATED);
    bench.list(&[("a", "g", IN_EFFECT)]);
    bench.read("g", number(700.0));
    assert_eq!(bench.limit("a"), set(700.0));
}

#[test]
fn an_engine_that_is_given_another_group_runs_with_the_former_one_until_it_reboots() {
    let mut bench = Bench::default();
    bench.list(&[("a", "g", IN_EFFECT), ("b", "default.mysql8.4", IN_EFFECT)]);
    bench.read("g", number(500.0));
    bench.list(&[("a", "default.mysql8.4", PENDING), ("b", "g", PENDING)]);
    assert_eq!((bench.limit("a"), bench.limit("b")), (set(500.0), COMPUTED));
    bench.list(&[("a", "default.mysql8.4", IN_EFFECT), ("b", "g", IN_EFFECT)]);
    bench.read("g", number(500.0));
    assert_eq!((bench.limit("a"), bench.limit("b")), (COMPUTED, set(500.0)));
    bench.list(&[("b", "h", IN_EFFECT)]);
    bench.read("h", number(700.0));
    assert_eq!(bench.limit("b"), set(700.0), "it rebooted between two listings");
}

#[test]
fn what_is_known_of_a_database_does_not_hold_for_one_made_anew_under_its_name() {
    let mut bench = Bench::default();
    bench.list(&[("a", "g", IN_EFFECT)]);
    bench.read("g", number(500.0));
    let anew = Described { resource_id: Some("db-NEW".into()), ..instance(("a", "g", PENDING)) };
    let users = anew.parameter_groups(None).map(|group| (&anew, group));
    bench.parameters.watch(users, Some(Lister::Instances), bench.now);
    let limit = bench.parameters.limit(&anew).map(|(_, source)| source);
    assert_eq!(limit, Some(LimitSource::PendingParameterGroup));
    bench.list(&[]);
    assert!(bench.parameters.groups.is_empty() && bench.parameters.engines.is_empty(), "what is gone is forgotten");
}

#[test]
fn a_member_runs_with_what_its_own_group_sets_and_else_with_what_its_cluster_sets() {
    let check = |own: ParameterRead, of_cluster: ParameterRead, expected: (f64, &str)| {
        let mut bench = Bench::default();
        bench.list_member(Lister::Instances, ("own", IN_EFFECT), ("shared", IN_EFFECT));
        bench.read("own", own.clone());
        bench.read("shared", of_cluster.clone());
        assert_eq!(bench.limit("shop-1"), expected, "{own:?}, {of_cluster:?}");
    };
    check(number(300.0), number(700.0), set(300.0));
    check(UNSET, number(700.0), set(700.0));
    check(UNSET, UNSET, COMPUTED);
    check(formula(), number(700.0), ESTIMATED);
    check(UNSET, formula(), ESTIMATED);
    check(ParameterRead::Denied, number(700.0), set(700.0));
    check(number(300.0), ParameterRead::Denied, set(300.0));
}

#[test]
fn a_member_waits_with_the_group_of_its_cluster_too() {
    let own = ("default.aurora-mysql8.0", IN_EFFECT);
    let mut bench = Bench::default();
    bench.list_member(Lister::Clusters, own, ("shared", IN_EFFECT));
    bench.read("shared", number(500.0));
    bench.hour_passes();
    bench.read("shared", number(700.0));
    bench.list_member(Lister::Instances, own, ("shared", IN_EFFECT));
    assert_eq!(bench.limit("shop-1"), set(500.0), "a listing of instances knows nothing of it");
    bench.list_member(Lister::Clusters, own, ("shared", PENDING));
    assert_eq!(bench.limit("shop-1"), set(500.0));
    bench.list_member(Lister::Clusters, own, ("shared", IN_EFFECT));
    bench.read("shared", number(700.0));
    assert_eq!(bench.limit("shop-1"), set(700.0));
}
