use std::io::Read;

use flate2::read::GzDecoder;
use proptest::prelude::*;

use super::*;
use crate::resource::ResourceIndex;
use crate::snapshot::labels;
use crate::snapshot::{ALWAYS, Column, Extra, NEVER, Sample};
use crate::time::Timestamp;

mod shards;

fn family(name: &str) -> Arc<Family> {
    Arc::new(Family { name: name.to_owned(), help: format!("Help on {name}.") })
}

fn block(name: &str, value: &str) -> Box<str> {
    let mut block = String::new();
    labels::push(&mut block, name, value);
    block.into()
}

const fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second)
}

/// A sample: resource, index of a severity, value, and when it begins and expires.
type Timed = (usize, usize, f64, Timestamp, Timestamp);

const SEVERITIES: [&str; 3] = ["", "warning", "critical"];

fn sample(resource: usize, severity: usize, value: f64, expires: Timestamp) -> Timed {
    (resource, severity, value, ALWAYS, expires)
}

fn later(resource: usize, value: f64, begins: Timestamp, expires: Timestamp) -> Timed {
    (resource, 0, value, begins, expires)
}

/// A column over the rows `orders` and `web` with the severities `warning` and `critical`.
fn column(samples: &[Timed]) -> Arc<Column> {
    Arc::new(column_of(["orders", "web"].map(|id| block("dimension_DBInstanceIdentifier", id)).into(), samples))
}

fn column_of(labels: Arc<[Box<str>]>, samples: &[Timed]) -> Column {
    let extra = |&(_, severity, _, begins, expires): &Timed| {
        let labels = block("severity", SEVERITIES[severity]);
        Extra { labels, begins, expires }
    };
    let sample = |(index, &(resource, _, value, _, _)): (usize, &Timed)| {
        let (resource, extra) = (ResourceIndex::new(resource), u32::try_from(index).unwrap());
        Sample { value, resource, extra }
    };
    let extras = samples.iter().map(extra).collect();
    Column { labels, extras, samples: samples.iter().enumerate().map(sample).collect() }
}

fn scope(columns: &[(&str, &Arc<Column>)]) -> Arc<ScopeSnapshot> {
    let columns = columns.iter().map(|(name, column)| (family(name), Arc::clone(column))).collect();
    Arc::new(ScopeSnapshot { columns, ..ScopeSnapshot::default() })
}

fn text(page: Page) -> String {
    let pieces: Vec<_> = Arc::new(page).text().collect();
    String::from_utf8(pieces.concat()).unwrap()
}

fn gunzip(pieces: &[bytes::Bytes]) -> Vec<u8> {
    let gzip = pieces.concat();
    let (mut text, mut rest) = (Vec::new(), gzip.as_slice());
    GzDecoder::new(&mut rest).read_to_end(&mut text).unwrap();
    assert!(rest.is_empty(), "one member");
    text
}

fn check(scopes: &[Arc<ScopeSnapshot>], now: Timestamp, expected: &str) {
    assert_eq!(text(Renderer::new().render(scopes, now)), expected);
}

#[test]
fn a_metric_and_its_threshold_are_neighbouring_families() {
    let metric = column(&[sample(0, 0, 93.25, NEVER), sample(1, 0, 12.0, NEVER)]);
    let threshold = column(&[sample(0, 1, 80.0, NEVER), sample(0, 2, 90.0, NEVER)]);
    let one = scope(&[("aws_rds_cpuutilization_threshold", &threshold), ("aws_rds_cpuutilization_average", &metric)]);
    check(
        &[one],
        at(0),
        r#"# HELP aws_rds_cpuutilization_average Help on aws_rds_cpuutilization_average.
# TYPE aws_rds_cpuutilization_average gauge
aws_rds_cpuutilization_average{dimension_DBInstanceIdentifier="orders"} 93.25
aws_rds_cpuutilization_average{dimension_DBInstanceIdentifier="web"} 12
# HELP aws_rds_cpuutilization_threshold Help on aws_rds_cpuutilization_threshold.
# TYPE aws_rds_cpuutilization_threshold gauge
aws_rds_cpuutilization_threshold{dimension_DBInstanceIdentifier="orders",severity="warning"} 80
aws_rds_cpuutilization_threshold{dimension_DBInstanceIdentifier="orders",severity="critical"} 90
"#,
    );
}

#[test]
fn a_family_of_several_scopes_has_one_head() {
    let first = scope(&[("up", &column(&[sample(0, 0, 1.0, NEVER)]))]);
    let second = scope(&[("up", &column(&[sample(1, 0, 2.0, NEVER)])), ("low", &column(&[sample(0, 0, 3.0, NEVER)]))]);
    check(
        &[first, second],
        at(0),
        r#"# HELP low Help on low.
# TYPE low gauge
low{dimension_DBInstanceIdentifier="orders"} 3
# HELP up Help on up.
# TYPE up gauge
up{dimension_DBInstanceIdentifier="orders"} 1
up{dimension_DBInstanceIdentifier="web"} 2
"#,
    );
}

#[test]
fn lines_without_labels_have_no_braces() {
    let bare = Arc::new(column_of(["".into()].into(), &[sample(0, 0, 1.0, NEVER), sample(0, 2, 2.0, NEVER)]));
    check(
        &[scope(&[("bare", &bare)])],
        at(0),
        "# HELP bare Help on bare.\n# TYPE bare gauge\nbare 1\nbare{severity=\"critical\"} 2\n",
    );
}

#[test]
fn a_sample_disappears_when_it_expires_and_a_family_with_its_last_sample() {
    let scopes = [scope(&[("a", &column(&[sample(0, 0, 1.0, at(100)), sample(1, 0, 2.0, at(50))]))])];
    let mut renderer = Renderer::new();
    let mut check = |now, valid_until, series| {
        let page = renderer.render(&scopes, now);
        assert_eq!((page.rendered_at(), page.valid_until(), page.series()), (now, valid_until, series));
        assert_eq!(text(page).lines().count(), if series > 0 { series + 2 } else { 0 });
    };
    check(at(0), at(50), 2);
    check(at(49), at(50), 2);
    check(at(50), at(100), 1);
    check(at(99), at(100), 1);
    check(at(100), NEVER, 0);
    // The clock was set back.
    check(at(0), at(50), 2);
}

#[test]
fn a_sample_appears_when_it_begins() {
    let scopes = [scope(&[("a", &column(&[later(0, 1.0, ALWAYS, at(50)), later(0, 2.0, at(100), NEVER)]))])];
    let mut renderer = Renderer::new();
    let mut check = |now, valid_until, value: Option<&str>| {
        let page = renderer.render(&scopes, now);
        assert_eq!((page.valid_until(), page.series()), (valid_until, usize::from(value.is_some())));
        let bytes = page.text_bytes();
        let text = text(page);
        assert_eq!(text.len() as u64, bytes);
        assert_eq!(text.lines().nth(2).and_then(|line| line.split(' ').nth(1)), value);
    };
    check(at(0), at(50), Some("1"));
    check(at(49), at(50), Some("1"));
    // The page is empty, but it is valid only until a sample begins.
    check(at(50), at(100), None);
    check(at(99), at(100), None);
    check(at(100), NEVER, Some("2"));
    // The clock was set back.
    check(at(0), at(50), Some("1"));
}

#[test]
fn only_what_changed_is_encoded_again() {
    let (unchanged, before, after) = (
        column(&[sample(0, 0, 1.0, at(100))]),
        column(&[sample(0, 0, 2.0, at(100))]),
        column(&[sample(0, 0, 3.0, at(200))]),
    );
    let mut renderer = Renderer::new();
    let mut encoded = |columns: &[(&str, &Arc<Column>)], now| {
        renderer.render(&[scope(columns)], now);
        renderer.encoded.values().flat_map(|family| family.columns.clone()).collect::<Vec<_>>()
    };
    let first = encoded(&[("a", &unchanged), ("b", &before)], at(0));
    let changed = encoded(&[("a", &unchanged), ("b", &after)], at(1));
    assert!(Arc::ptr_eq(&first[0], &changed[0]) && !Arc::ptr_eq(&first[1], &changed[1]));
    let expired = encoded(&[("a", &unchanged), ("b", &after)], at(100));
    assert!(!Arc::ptr_eq(&changed[0], &expired[0]) && Arc::ptr_eq(&changed[1], &expired[1]));
    assert_eq!(encoded(&[("b", &after)], at(101)).len(), 1);
}

#[test]
fn of_a_large_column_only_the_part_whose_lines_changed_is_compressed_again() {
    const DATABASES: usize = 3_000;
    let labels: Arc<[Box<str>]> = (0..DATABASES).map(|number| block("id", &number.to_string())).collect();
    let column = |changed: usize, expires| {
        let value = |resource| if resource == changed { 2.0 } else { 1.0 };
        let samples: Vec<_> = (0..DATABASES).map(|resource| sample(resource, 0, value(resource), expires)).collect();
        Arc::new(column_of(Arc::clone(&labels), &samples))
    };
    let mut renderer = Renderer::new();
    let mut pieces = |column: &Arc<Column>, now| {
        let scopes = [scope(&[("a", column)])];
        let pieces = renderer.render(&scopes, now).gzip(&[]);
        assert_eq!(pieces, Renderer::new().render(&scopes, now).gzip(&[]), "the bytes of a page that is made anew");
        pieces
    };
    let before = pieces(&column(DATABASES, at(100)), at(0));
    let after = pieces(&column(1_500, at(200)), at(1));
    let is_kept = |(one, other): (&bytes::Bytes, &bytes::Bytes)| one.as_ptr() == other.as_ptr();
    let kept: Vec<bool> = before.iter().zip(&after).map(is_kept).collect();
    // The beginning of the member, the head of the family, three parts, and the end of the member.
    assert_eq!(kept, [true, true, true, false, true, false]);
}

#[test]
fn text_comes_in_small_pieces() {
    let samples: Vec<_> =
        (0..20_000_u32).map(|value| sample(usize::from(value % 2 == 1), 0, f64::from(value), NEVER)).collect();
    let scopes = [scope(&[("a", &column(&samples)), ("b", &column(&samples[..3]))])];
    let page = Arc::new(Renderer::new().render(&scopes, at(0)));
    let pieces: Vec<_> = Arc::clone(&page).text().collect();
    assert!(pieces.len() > 10 && pieces.iter().all(|piece| piece.len() <= column::CHUNK_BYTES + 100));
    assert_eq!(pieces.concat().len() as u64, page.text_bytes());
    assert_eq!(gunzip(&page.gzip(b"tail 1\n")), [pieces.concat().as_slice(), b"tail 1\n"].concat());
}

#[test]
fn an_empty_page_consists_of_its_tail() {
    let page = Arc::new(Page::default());
    assert_eq!(gunzip(&page.gzip(b"")), b"");
    assert_eq!(gunzip(&page.gzip(b"plimsoll_up 1\n")), b"plimsoll_up 1\n");
    assert_eq!((page.valid_until(), page.text_bytes(), page.text().count()), (NEVER, 0, 0));
}

/// A parsed line: name, labels, value.
type Line = (String, Vec<(String, String)>, f64);

/// Parses the text format, for well-formed text only.
fn parse(text: &str) -> Vec<Line> {
    text.split_terminator('\n').filter(|line| !line.starts_with('#')).map(parse_line).collect()
}

fn parse_line(line: &str) -> Line {
    let (series, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let mut labels_read = Vec::new();
    let mut rest = labels.strip_suffix('}').unwrap();
    while let Some((name, quoted)) = rest.split_once("=\"") {
        let (value, behind) = parse_quoted(quoted);
        labels_read.push((name.to_owned(), value));
        rest = behind.strip_prefix(',').unwrap_or(behind);
    }
    (name.to_owned(), labels_read, value.parse().unwrap())
}

fn parse_quoted(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next().unwrap() {
            '"' => return (value, characters.as_str()),
            '\\' => value.push(match characters.next().unwrap() {
                'n' => '\n',
                escaped => escaped,
            }),
            character => value.push(character),
        }
    }
}

/// The lines that scopes should serve at `now`, computed in the simplest way.
fn expected(scopes: &[Vec<RandomColumn>], now: Timestamp) -> Vec<Line> {
    let mut lines = Vec::new();
    for name in ["a", "b", "c"] {
        for column in scopes.iter().flatten().filter(|column| column.name == name) {
            for &(row, severity, value, _, _) in
                column.samples.iter().filter(|sample| sample.3 <= now && now < sample.4)
            {
                let labels = [("id", column.ids[row].as_str()), ("severity", SEVERITIES[severity])];
                let labels = labels.into_iter().filter(|label| !label.1.is_empty());
                let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                lines.push((name.to_owned(), labels, value));
            }
        }
    }
    lines
}

#[derive(Debug, Clone)]
struct RandomColumn {
    name: &'static str,
    ids: [String; 3],
    samples: Vec<Timed>,
}

impl RandomColumn {
    fn build(&self) -> (Arc<Family>, Arc<Column>) {
        let labels = self.ids.iter().map(|id| block("id", id)).collect();
        (family(self.name), Arc::new(column_of(labels, &self.samples)))
    }
}

fn random_column(name: &'static str) -> impl Strategy<Value = RandomColumn> {
    let value = prop_oneof![any::<i32>().prop_map(f64::from), proptest::num::f64::NORMAL];
    let begins = (0..5_i64).prop_map(at);
    let expires = (0..10_i64).prop_map(at);
    let samples = proptest::collection::vec((0..3_usize, 0..3_usize, value, begins, expires), 0..20);
    let id = "[a-z\"\\\\\n ,}{=é]{0,12}";
    ([id, id, id], samples).prop_map(move |(ids, samples)| RandomColumn { name, ids, samples })
}

fn random_scope() -> impl Strategy<Value = Vec<RandomColumn>> {
    (random_column("a"), random_column("b"), random_column("c"), 0..=3_usize).prop_map(|(a, b, c, count)| {
        let mut columns = vec![c, a, b];
        columns.truncate(count);
        columns
    })
}

fn build(scopes: &[Vec<RandomColumn>]) -> Vec<Arc<ScopeSnapshot>> {
    let build = |scope: &Vec<RandomColumn>| ScopeSnapshot {
        columns: scope.iter().map(RandomColumn::build).collect(),
        ..ScopeSnapshot::default()
    };
    scopes.iter().map(build).map(Arc::new).collect()
}

proptest! {
    #[test]
    fn a_page_has_the_content_of_its_columns(
        scopes in proptest::collection::vec(random_scope(), 0..4),
        now in (0..10_i64).prop_map(at),
        tail in "[a-z\n]{0,40}",
    ) {
        let page = Arc::new(Renderer::new().render(&build(&scopes), now));
        let text = Arc::clone(&page).text().collect::<Vec<_>>().concat();
        prop_assert_eq!(text.len() as u64, page.text_bytes());
        prop_assert_eq!(gunzip(&page.gzip(tail.as_bytes())), [text.as_slice(), tail.as_bytes()].concat());
        let lines = parse(std::str::from_utf8(&text).unwrap());
        prop_assert_eq!(lines.len(), page.series());
        prop_assert_eq!(lines, expected(&scopes, now));
    }

    #[test]
    fn a_renderer_with_reused_families_makes_the_same_bytes_as_a_new_one(
        versions in proptest::collection::vec(random_scope(), 1..5),
        steps in proptest::collection::vec((0..5_usize, 0..5_usize, (0..10_i64).prop_map(at)), 1..8),
    ) {
        let versions = build(&versions);
        let mut renderer = Renderer::new();
        for (first, second, now) in steps {
            let scopes = [first, second].map(|index| Arc::clone(&versions[index % versions.len()]));
            let page = renderer.render(&scopes, now);
            let fresh = Renderer::new().render(&scopes, now);
            prop_assert_eq!(page.gzip(b""), fresh.gzip(b""));
            prop_assert_eq!(page.valid_until(), fresh.valid_until());
            prop_assert_eq!(text(page), text(fresh));
        }
    }
}
