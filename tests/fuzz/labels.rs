//! What must hold of any value of a label: a parser of the text format reads it as what it is, in a page of one series.

use std::sync::Arc;

use plimsoll::exposition::Renderer;
use plimsoll::resource::ResourceIndex;
use plimsoll::snapshot::labels::{MAX_VALUE_CHARS, push};
use plimsoll::snapshot::{Column, Extra, Family, Sample, ScopeSnapshot};
use plimsoll::time::Timestamp;

use super::scrape::Scrape;

const NOW: Timestamp = Timestamp::from_second(0);

/// Checks a text as the value of a label that stands between others.
pub(crate) fn check(text: &str) {
    let mut labels = String::new();
    for (name, value) in [("id", "orders"), ("tag", text), ("zone", "a")] {
        push(&mut labels, name, value);
    }
    let scrape = Scrape::parse(&page(&labels));
    let [series] = scrape.series.as_slice() else { panic!("{} series of {text:?}", scrape.series.len()) };
    let expected: String = text.chars().take(MAX_VALUE_CHARS).collect();
    assert_eq!(series.label("tag").unwrap_or_default(), expected);
    assert_eq!((series.label("id"), series.label("zone"), series.value), (Some("orders"), Some("a"), 93.5), "{text:?}");
}

/// The text of a page with one series.
fn page(labels: &str) -> String {
    let resource = ResourceIndex::new(0);
    let sample = Sample { resource, extra: 0, value: 93.5 };
    let column = Column {
        labels: [labels.into()].into(),
        extras: vec![Extra { expires: Timestamp::from_second(1), ..Extra::ever("") }],
        samples: [sample].into_iter().collect(),
    };
    let family = Family { name: "m".into(), help: "Help.".into() };
    let scope = ScopeSnapshot { columns: [(Arc::new(family), Arc::new(column))].into(), ..ScopeSnapshot::default() };
    let page = Arc::new(Renderer::new().render(&[Arc::new(scope)], NOW));
    let bytes: Vec<u8> = page.text().flatten().collect();
    String::from_utf8(bytes).unwrap()
}
