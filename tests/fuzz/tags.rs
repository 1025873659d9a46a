//! What must hold of any tags: each is understood or an issue, in any order, and what is understood prints as what it is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use plimsoll::catalog::{self, Unit};
use plimsoll::config::{Config, DefaultsMode, Selection};
use plimsoll::level::mute::Mute;
use plimsoll::level::{Writer, Written, parse};
use plimsoll::offline::DatabaseOptions;
use plimsoll::resource::{Described, Kind, Resource, Tags};
use plimsoll::threshold::{Carrier, ResolveContext, Resolved, Subject, parse as parse_tags, resolve};
use plimsoll::time::Timestamp;

const PREFIX: &str = "plimsoll/";

/// 1970: every mute that has an end is still to end, so that each is either understood or an issue.
const NOW: Timestamp = Timestamp::from_second(0);

/// What the tags are read for.
struct House {
    /// Without defaults, so that only tags speak.
    config: Config,
    selection: Selection,
    standalone: Described,
    member: Described,
    cluster: Described,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    let member = database("aurora-mysql", "db.r6g.large");
    House {
        selection: Selection::of(&config),
        config,
        standalone: database("postgres", "db.m6g.large"),
        cluster: Described { kind: Kind::DB_CLUSTER, ..member.clone() },
        member,
    }
});

fn database(engine: &str, class: &str) -> Described {
    let (storage, class) = (Some("200GiB"), Some(class));
    let options = DatabaseOptions {
        kind: Kind::DB_INSTANCE,
        engine,
        is_replica: false,
        storage,
        class,
        capacity: None,
        tags: &[],
    };
    options.described(&[]).unwrap()
}

impl House {
    /// What becomes of the tags of a resource that has limits to take shares of.
    fn resolve(&self, resource: &Resource, cluster: Option<&Described>) -> Resolved {
        let tags = parse_tags(&resource.tags, resource.kind, &self.config);
        let inherited = cluster.map(|resource| (resource, parse_tags(&resource.tags, resource.kind, &self.config)));
        let cluster = inherited.as_ref().map(|(resource, tags)| Carrier { resource, tags });
        let context = ResolveContext { config: &self.config, selection: &self.selection, account: "default" };
        resolve(Subject { resource, tags: &tags, parent: cluster }, context, NOW)
    }
}

/// Checks the tags in a text, whose keys and values stand in quotes, as in `tests/fixtures/tags`.
pub(crate) fn check(text: &str) {
    let tags = tags(text);
    let database = HOUSE.config.resource(&tagged(&HOUSE.standalone, &tags).into(), None, None);
    let resolved = HOUSE.resolve(&database, None);
    what_is_understood_prints_as_what_it_is(&database, &resolved);
    the_order_of_tags_decides_nothing(&database, &resolved);
    no_tag_is_lost(&database, &resolved);
    members_inherit(&tags);
}

fn tags(text: &str) -> Tags {
    let mut quoted = text.split('"').skip(1).step_by(2);
    std::iter::from_fn(|| Some((quoted.next()?.to_owned(), quoted.next()?.to_owned()))).collect()
}

fn tagged(described: &Described, tags: &Tags) -> Described {
    Described { tags: tags.clone(), ..described.clone() }
}

/// A resource with other tags and the limits that it had.
fn with(resource: &Resource, tags: &Tags) -> Resource {
    Resource { described: tagged(resource, tags).into(), ..resource.clone() }
}

/// What tags come to, without who said so.
#[derive(Debug, PartialEq)]
struct Understood {
    levels: Vec<(&'static str, usize, f64)>,
    off: Vec<&'static str>,
    mutes: Vec<(Option<&'static str>, Mute)>,
}

impl Understood {
    fn of(resolved: &Resolved) -> Self {
        Self {
            levels: resolved.thresholds.iter().map(|level| (level.metric, level.severity, level.value)).collect(),
            off: resolved.off.clone(),
            mutes: resolved.schedule.mutes.iter().map(|tagged| (tagged.metric, tagged.mute)).collect(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.levels.is_empty() && self.off.is_empty() && self.mutes.is_empty()
    }

    /// Tags that say the same.
    fn print(&self) -> Tags {
        let mut ladders: BTreeMap<&str, [String; 2]> = BTreeMap::new();
        for &(metric, severity, value) in &self.levels {
            let unit = if catalog::find(metric).unwrap().unit == Unit::Bytes { "B" } else { "" };
            let ladder = ladders.entry(metric).or_insert_with(|| ["-".to_owned(), "-".to_owned()]);
            ladder[severity] = format!("{value}{unit}");
        }
        let off = self.off.iter().map(|metric| (format!("{PREFIX}{metric}"), "off".to_owned()));
        let mutes = self.mutes.iter().map(|(metric, mute)| {
            let metric = metric.map(|metric| format!("{metric}/")).unwrap_or_default();
            (format!("{PREFIX}{metric}mute"), mute.to_string())
        });
        let ladders = ladders.into_iter().map(|(metric, ladder)| (format!("{PREFIX}{metric}"), ladder.join("/")));
        off.chain(mutes).chain(ladders).collect()
    }
}

fn what_is_understood_prints_as_what_it_is(resource: &Resource, resolved: &Resolved) {
    let understood = Understood::of(resolved);
    let printed = understood.print();
    let again = HOUSE.resolve(&with(resource, &printed), None);
    assert_eq!(Understood::of(&again), understood, "{:?} printed as {printed:?}", resource.tags);
    assert!(again.issues.is_empty(), "{:?} printed as {printed:?}: {:?}", resource.tags, again.issues);
}

/// Tags are read by key: spaces at the start of a name mean nothing, and turn the order of ours around.
fn the_order_of_tags_decides_nothing(resource: &Resource, resolved: &Resolved) {
    let turned = resource.tags.iter().enumerate().map(|(place, (key, value))| {
        let ahead = |name: &str| format!("{PREFIX}{}{}", " ".repeat(place), name.trim_start());
        (key.strip_prefix(PREFIX).map_or(key.to_owned(), ahead), value.to_owned())
    });
    let turned = with(resource, &turned.collect());
    let again = HOUSE.resolve(&turned, None);
    let said = "in another order";
    assert_eq!(Understood::of(&again), Understood::of(resolved), "{:?} {said}", resource.tags);
    let issues = |resolved: &Resolved| resolved.issues.len() + resolved.issues_omitted;
    assert_eq!(issues(&again), issues(resolved), "{:?} {said}", resource.tags);
}

/// Each tag of ours is understood or an issue, and one that is an issue by itself is one among others.
fn no_tag_is_lost(resource: &Resource, resolved: &Resolved) {
    for (key, value) in resource.tags.iter().filter(|(key, _)| key.starts_with(PREFIX)) {
        let tagged = with(resource, &Tags::from_iter([(key.to_owned(), value.to_owned())]));
        let alone = HOUSE.resolve(&tagged, None);
        let understood = !Understood::of(&alone).is_nothing();
        assert!(alone.issues.len() < 2, "{key:?} = {value:?} alone: {:?}", alone.issues);
        let refused = !alone.issues.is_empty();
        assert!(!(understood && refused), "{key:?} = {value:?} is both understood and refused");
        assert!(understood || refused || may_be_silent(&tagged, key, value), "{key:?} = {value:?} is lost");
        let known = |one| resolved.issues_omitted > 0 || resolved.issues.contains(one);
        assert!(alone.issues.iter().all(known), "{:?} of {:?}", alone.issues, resource.tags);
    }
}

/// No level for what has none anyway, and a fact instead of a level.
fn may_be_silent(tagged: &Resource, key: &str, value: &str) -> bool {
    let is_fact = HOUSE.config.connection_tags(&tagged.tags).iter().any(|tag| tag.limit.is_ok());
    let metric = key[PREFIX.len()..].split('/').next().unwrap_or_default();
    is_fact || (parse(value, 2, Writer::Tag) == Ok(Written::Off) && catalog::find(metric.trim()).is_some())
}

/// A member without tags has what it would have if the tags of its cluster were its own.
fn members_inherit(tags: &Tags) {
    let cluster = tagged(&HOUSE.cluster, tags);
    let member = HOUSE.config.resource(&tagged(&HOUSE.member, tags).into(), None, None);
    let untagged = HOUSE.config.resource(&HOUSE.member.clone().into(), Some(&cluster), None);
    let own = HOUSE.resolve(&member, None);
    let inherited = HOUSE.resolve(&untagged, Some(&cluster));
    assert_eq!(Understood::of(&inherited), Understood::of(&own), "{tags:?} inherited");
}
