//! The levels of an instance hold for each of its storage volumes, by the size of the volume.

use super::*;
use crate::resource::{GIB, Ordered, Volume};
use crate::threshold::Source;

fn volume(name: Option<&str>, gib: f64, max_gib: Option<f64>) -> Volume {
    Volume { name: name.map(Into::into), gib, max_gib, ..Volume::default() }
}

/// An instance with a first volume of 1,000 GiB, and a second one.
fn ledger(tags: Tags, second_gib: f64) -> Resource {
    let mut ledger = resource(Kind::DB_INSTANCE, Engine::Oracle, "ledger", tags);
    let volumes = vec![volume(None, 1_000.0, None), volume(Some("rdsdbdata2"), second_gib, None)];
    Arc::make_mut(&mut ledger.described).facts.ordered = Ordered { volumes, ..Ordered::default() };
    Arc::make_mut(&mut ledger.described).figures.allocated_storage_bytes = Some((1_000.0 + second_gib) * GIB);
    ledger
}

/// What is printed for each volume.
fn of_volumes(ledger: &Resource, config: &Config) -> Vec<Vec<String>> {
    let volumes = Described::clone(&ledger.described).with_volumes().skip(1).map(fixture::without_limits);
    let resolved = volumes.map(|volume| resolve(&volume, Some(ledger), config, &Selection::of(config), "default"));
    resolved.map(|resolved| print(&resolved, config)).collect()
}

#[track_caller]
fn check(tags: Tags, second_gib: f64, expected: [&[&str]; 2]) {
    assert_eq!(of_volumes(&ledger(tags, second_gib), &silent()), expected, "{tags:?}");
}

#[test]
fn a_share_is_one_of_the_size_of_each_and_an_amount_holds_for_each() {
    check(
        &[("plimsoll/FreeStorageSpace", "10pct/5pct")],
        200.0,
        [
            &[
                "FreeStorageSpace warning 107374182400 instance_tag",
                "FreeStorageSpace critical 53687091200 instance_tag",
            ],
            &[
                "FreeStorageSpace warning 21474836480 instance_tag",
                "FreeStorageSpace critical 10737418240 instance_tag",
            ],
        ],
    );
    let amount = ["FreeStorageSpace critical 53687091200 instance_tag"];
    check(&[("plimsoll/FreeStorageSpace", "50GiB")], 200.0, [&amount, &amount]);
    check(&[("plimsoll/FreeStorageSpace", "off"), ("plimsoll/CPUUtilization", "90")], 200.0, [&[], &[]]);
}

/// Less than 500 GiB is always free on 200 GiB: that would stand for ever.
#[test]
fn an_amount_that_a_small_volume_cannot_have_free_is_an_issue_of_that_volume() {
    let level = ["FreeStorageSpace critical 536870912000 instance_tag"];
    check(
        &[("plimsoll/FreeStorageSpace", "500GiB")],
        200.0,
        [&level, &["plimsoll/FreeStorageSpace = 500GiB: implausible"]],
    );
}

#[test]
fn other_tags_and_their_issues_stay_with_the_instance() {
    let tags: Tags = &[("plimsoll/Nonsense", "1"), ("plimsoll/FreeStorageSpace", "many"), ("plimsoll/DBLoad", "4")];
    check(tags, 200.0, [&[], &[]]);
    let ledger = ledger(tags, 200.0);
    let own = print(&resolve(&ledger, None, &silent(), &Selection::of(&silent()), "default"), &silent());
    assert_eq!(own.len(), 3, "{own:?}");
}

#[test]
fn a_volume_that_may_still_grow_has_no_default_level() {
    let config = Config { defaults: DefaultsMode::Full, ..Config::default() };
    let levels = |max_gib: Option<f64>| {
        let mut ledger = ledger(&[], 1_000.0);
        Arc::make_mut(&mut ledger.described).facts.ordered.volumes[0].max_gib = max_gib;
        of_volumes(&ledger, &config)
    };
    let default = ["FreeStorageSpace warning 107374182400 default", "FreeStorageSpace critical 53687091200 default"];
    let default = default.map(str::to_owned).to_vec();
    assert_eq!(levels(None), [default.clone(), default.clone()]);
    assert_eq!(levels(Some(4_000.0)), [Vec::new(), default.clone()]);
    assert_eq!(levels(Some(1_000.0)), [default.clone(), default]);
}

#[test]
fn overrides_and_guards_of_the_instance_are_those_of_its_volumes() {
    let mut config = silent();
    let id = Matcher::Id(Pattern("ledger".to_owned()));
    let tag = Matcher::Tag("team".to_owned(), Pattern("finance".to_owned()));
    config.overrides.push(overriding(&[id, tag], &[("FreeStorageSpace", "30%/20%")]));
    let expected = ["FreeStorageSpace warning 64424509440 override", "FreeStorageSpace critical 42949672960 override"];
    assert_eq!(of_volumes(&ledger(&[("team", "finance")], 200.0), &config)[1], expected);
    assert_eq!(of_volumes(&ledger(&[("team", "web")], 200.0), &config)[1], Vec::<String>::new());
}

#[test]
fn a_mute_of_the_instance_mutes_its_volumes() {
    let config = silent();
    let ledger = ledger(&[("plimsoll/FreeStorageSpace", "50GiB"), ("plimsoll/mute", "yes")], 200.0);
    for volume in Described::clone(&ledger.described).with_volumes().skip(1).map(fixture::without_limits) {
        let resolved = resolve(&volume, Some(&ledger), &config, &Selection::of(&config), "default");
        assert!(resolved.schedule.muted_by("FreeStorageSpace", Timestamp::default()).is_some(), "{}", volume.arn);
        assert_eq!(resolved.schedule.mutes[0].source, Source::InstanceTag);
    }
}
