//! Reads `[[override]]`: matchers, and the levels that they set. `guards` reads its matchers with these functions too.

use super::names::is_of_tags;
use super::places::{REGION_REMEDY, is_account_id, is_region};
use super::reader::{Section, Value};
use super::{defaults, metric_names, metrics};
use crate::catalog::MetricId;
use crate::config::{Config, Matcher, Override, Pattern};
use crate::level::Written;
use crate::resource::{Engine, Role};

/// The longest tag key that RDS allows.
pub(super) const MAX_TAG_KEY: usize = 128;

/// Every class of RDS begins with it: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html>.
const CLASS_PREFIX: &str = "db.";

/// The longest pattern: a tag's value has at most 256 characters.
const MAX_PATTERN: usize = 256;

/// `config` is what was read so far: the catalogue and the severities.
pub(super) fn read(root: &mut Section, config: &Config) -> Vec<Override> {
    let mut overrides: Vec<Override> = Vec::new();
    for entry in root.tables("override") {
        let Some(parsed) = read_override(&entry, config) else { continue };
        if overrides.iter().any(|other| same_matchers(&other.matchers, &parsed.matchers)) {
            entry.error("has the same matchers as an earlier one", "merge them into one");
        }
        overrides.push(parsed);
    }
    overrides
}

fn read_override(entry: &Value, config: &Config) -> Option<Override> {
    let mut section = entry.section()?;
    let matchers = matchers(&mut section);
    let thresholds = section.section("thresholds").filter(|section| !section.is_empty());
    let defaults = section.value("defaults");
    if matchers.is_empty() {
        let remedy =
            "add `id`, `cluster`, `engine`, `class`, `account_id`, `region`, `role` or `tag`, or use [metrics.<name>]";
        entry.error("matches every database", remedy);
    }
    if thresholds.is_none() && defaults.is_none() {
        entry.error("changes nothing", "add `thresholds` or `defaults`");
    }
    section.finish();
    let engine = engine_of(&matchers);
    Some(Override {
        matchers: matchers.into_iter().collect::<Option<_>>().unwrap_or_default(),
        thresholds: thresholds.map(|section| levels(&section, config, engine)).unwrap_or_default(),
        defaults: defaults.as_ref().and_then(defaults::mode),
    })
}

/// Reads the value of a matcher.
type Read = fn(&Value) -> Option<Matcher>;

const MATCHERS: [(&str, Read); 7] = [
    ("id", |value| pattern(value, is_of_id, ID_REMEDY).map(Matcher::Id)),
    ("cluster", |value| pattern(value, is_of_id, ID_REMEDY).map(Matcher::Cluster)),
    ("engine", |value| value.choice(&Engine::KNOWN.map(|engine| (engine.name(), engine))).map(Matcher::Engine)),
    ("class", class),
    ("account_id", account_id),
    ("region", region),
    ("role", |value| value.choice(&[("writer", Role::Writer), ("reader", Role::Reader)]).map(Matcher::Role)),
];

fn class(value: &Value) -> Option<Matcher> {
    let remedy = "write a class such as `db.t3.*`";
    let class = pattern(value, is_of_class, remedy)?;
    if !class.may_begin_with(CLASS_PREFIX) {
        value.error(
            format_args!("matches no class: {:?}", class.0),
            "write a class name of AWS, such as `db.r6g.large`",
        );
    }
    Some(Matcher::Class(class))
}

fn account_id(value: &Value) -> Option<Matcher> {
    let id = value.text_if(is_account_id, "write the twelve digits of the account, in quotes")?;
    Some(Matcher::AccountId(id.to_owned()))
}

fn region(value: &Value) -> Option<Matcher> {
    Some(Matcher::Region(value.text_if(is_region, REGION_REMEDY)?.to_owned()))
}

/// Reads the matchers of a table, `None` for each one that is invalid.
pub(super) fn matchers(section: &mut Section) -> Vec<Option<Matcher>> {
    let mut matchers = Vec::new();
    for (key, read) in MATCHERS {
        matchers.extend(section.value(key).map(|value| read(&value)));
    }
    let tags = section.value("tag").map(|tag| tag.table("write a table, such as { env = \"prod\" }"));
    // It is a matcher, although an invalid one: the table does not match every database.
    if tags.as_ref().is_some_and(Option::is_none) {
        matchers.push(None);
    }
    for tag in tags.flatten().map(|tags| tags.remaining()).unwrap_or_default() {
        if !(1..=MAX_TAG_KEY).contains(&tag.key.chars().count()) || !tag.key.chars().all(is_of_tags) {
            tag.key_error("is not a tag key that RDS allows", "write 1 to 128 letters, digits, spaces and `_.:/=+-@`");
        }
        let pattern = pattern(&tag, is_of_tags, "write the value of a tag; `*` stands for any characters");
        matchers.push(pattern.map(|pattern| Matcher::Tag(tag.key.clone(), pattern)));
    }
    matchers
}

const ID_REMEDY: &str =
    "write an identifier in lower case letters, digits and `-`, as AWS stores it; `*` stands for any characters";

fn pattern(value: &Value, is_allowed: fn(char) -> bool, remedy: &str) -> Option<Pattern> {
    let is_pattern = |text: &str| {
        (1..=MAX_PATTERN).contains(&text.len())
            && text.chars().all(|character| character == '*' || is_allowed(character))
    };
    value.text_if(is_pattern, remedy).map(|text| Pattern(text.to_owned()))
}

fn is_of_id(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
}

fn is_of_class(character: char) -> bool {
    is_of_id(character) || character == '.'
}

fn levels(section: &Section, config: &Config, engine: Option<Engine>) -> Vec<(MetricId, Written)> {
    let mut levels: Vec<(MetricId, Written)> = Vec::new();
    for entry in section.remaining() {
        let Some(named) = metric_names::metric(&entry, &config.catalog, &[]) else {
            continue;
        };
        metric_names::check_engine(&entry, named, engine);
        let Some(written) = metrics::threshold(&entry, named, &config.severities) else {
            continue;
        };
        if levels.iter().any(|(other, _)| named.ids().contains(other)) {
            entry.error("names a metric a second time, in another spelling", "remove one of them");
        }
        levels.extend(named.ids().into_iter().map(|metric| (metric, written.clone())));
    }
    levels
}

/// The engine of the matchers, if they name one.
pub(super) fn engine_of(matchers: &[Option<Matcher>]) -> Option<Engine> {
    matchers.iter().flatten().find_map(|matcher| match matcher {
        Matcher::Engine(engine) => Some(*engine),
        _ => None,
    })
}

/// Whether two overrides have the same matchers in any order. An override with an invalid matcher has none here and
/// equals no other.
pub(super) fn same_matchers(left: &[Matcher], right: &[Matcher]) -> bool {
    !left.is_empty() && left.len() == right.len() && left.iter().all(|matcher| right.contains(matcher))
}
