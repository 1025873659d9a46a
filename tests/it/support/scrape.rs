//! A strict parser of the text format 0.0.4, independent of the exporter's code.

use std::collections::BTreeMap;

/// One page.
#[derive(Debug)]
pub(crate) struct Scrape {
    pub(crate) series: Vec<Series>,
    /// HELP by family.
    pub(crate) help: BTreeMap<String, String>,
    /// TYPE by family.
    pub(crate) kind: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

impl Scrape {
    /// Reads a page; panics with the line that breaks the format.
    #[track_caller]
    pub(crate) fn parse(text: &str) -> Self {
        assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end");
        let mut scrape = Self { series: Vec::new(), help: BTreeMap::new(), kind: BTreeMap::new() };
        for line in text.lines().filter(|line| !line.is_empty()) {
            scrape.line(line).unwrap_or_else(|| panic!("no line of the text format: {line}"));
        }
        scrape
    }

    fn line(&mut self, line: &str) -> Option<()> {
        if let Some(comment) = line.strip_prefix("# HELP ") {
            let (family, help) = comment.split_once(' ')?;
            return once(self.help.insert(family.to_owned(), help.to_owned()).as_ref());
        }
        if let Some(comment) = line.strip_prefix("# TYPE ") {
            let (family, kind) = comment.split_once(' ')?;
            return once(self.kind.insert(family.to_owned(), kind.to_owned()).as_ref());
        }
        if !line.starts_with('#') {
            self.series.push(series(line)?);
        }
        Some(())
    }

    /// All series of that name with these labels; further labels do not matter.
    pub(crate) fn find(&self, name: &str, labels: &[(&str, &str)]) -> Vec<&Series> {
        let has = |series: &&Series| labels.iter().all(|(key, value)| series.label(key) == Some(*value));
        self.series.iter().filter(|series| series.name == name).filter(has).collect()
    }

    /// Those of them that have counted anything.
    pub(crate) fn counted(&self, name: &str, labels: &[(&str, &str)]) -> Vec<&Series> {
        self.find(name, labels).into_iter().filter(|series| series.value > 0.0).collect()
    }

    /// The value of the only such series; panics if there are several.
    #[track_caller]
    pub(crate) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let found = self.find(name, labels);
        assert!(found.len() < 2, "{} series {name} with {labels:?}: {found:#?}", found.len());
        found.first().map(|series| series.value)
    }

    pub(crate) fn count(&self, name: &str, labels: &[(&str, &str)]) -> usize {
        self.find(name, labels).len()
    }
}

impl Series {
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }
}

/// `None` if there was a value already.
fn once(before: Option<&String>) -> Option<()> {
    before.is_none().then_some(())
}

/// `name{key="value",…} number`; a timestamp behind the number is an error, because plimsoll writes none.
fn series(line: &str) -> Option<Series> {
    let end = line.find(['{', ' '])?;
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        while !rest.starts_with('}') {
            let (key, value, after) = label(rest)?;
            once(labels.insert(key, value).as_ref())?;
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        rest = &rest[1..];
    }
    let value = rest.strip_prefix(' ')?.parse().ok()?;
    Some(Series { name: name.to_owned(), labels, value })
}

/// `key="value"` and what follows it.
fn label(text: &str) -> Option<(String, String, &str)> {
    let (key, quoted) = text.split_once("=\"")?;
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((key.to_owned(), value, &quoted[at + 1..])),
            '\\' => value.push(match characters.next()?.1 {
                'n' => '\n',
                escaped @ ('\\' | '"') => escaped,
                _ => return None,
            }),
            other => value.push(other),
        }
    }
    None
}

#[test]
fn a_page_is_read_by_name_and_labels() {
    let page = Scrape::parse(concat!(
        "# HELP cpu How busy.\n# TYPE cpu gauge\n",
        "cpu{db=\"a\",region=\"x\"} 1.5\ncpu{db=\"b \\\"\\n\\\\,}\",region=\"x\"} 2e3\nup 1\n",
    ));
    assert_eq!(page.value("cpu", &[("db", "a")]), Some(1.5));
    assert_eq!(page.value("cpu", &[("db", "b \"\n\\,}")]), Some(2000.0));
    assert_eq!(page.value("cpu", &[("db", "c")]), None);
    assert_eq!(page.count("cpu", &[("region", "x")]), 2);
    assert_eq!(page.value("up", &[]), Some(1.0));
    assert_eq!(page.help["cpu"], "How busy.");
}

#[test]
fn invalid_lines_are_refused() {
    for line in ["a", "a{", "a{b=\"c\"", "a{b=\"c\",b=\"d\"} 1", "a{b=\"\\x\"} 1", "a 1 2", "a one", "# HELP a"] {
        let mut scrape = Scrape::parse("");
        assert_eq!(scrape.line(line), None, "{line}");
    }
}
