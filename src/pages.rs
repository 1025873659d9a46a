//! HTML pages: the landing page, the list of databases, and a page for each database.
//!
//! Values in, text out, everything escaped. The pages have no script and load nothing. This room has no clock. Texts about
//! values come from `explain`, so that the terminal shows the same texts.

use std::fmt::Write;

use crate::explain::{Answer, Refusal};

mod database;
mod fleet;
mod html;
mod landing;
mod table;

pub use html::style_hash;
pub use landing::{MetricsFetched, Overview, ScopeOverview, landing};

use database::Database;
use fleet::{Databases, Link, Ranked};
use html::{Document, Escaped};

/// The page of an answer.
#[must_use]
pub fn answer(answer: &Answer) -> String {
    let (title, body) = match answer {
        Answer::Resources(listing) => ("Databases", Databases(listing).to_string()),
        Answer::Resource(explanation) => (explanation.resource.id.as_str(), Database(explanation).to_string()),
        Answer::LeastHeadroom(ranked) => ("Least headroom", Ranked(ranked).to_string()),
    };
    Document { title, body: &body }.to_string()
}

/// The page for a query without an answer, with the reason.
#[must_use]
pub fn refusal(refusal: &Refusal) -> String {
    let mut body = format!("<p>{}</p>\n", Escaped(&refusal.error));
    for arn in &refusal.candidates {
        let _ = writeln!(body, "<p>{}</p>", Link(arn, arn));
    }
    Document { title: "Not found", body: &body }.to_string()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::explain::{
        Explanation, LeastHeadroom, Level, Listing, Measured, MetricExplanation, Named, Overridden, Problem, Roundup,
        Summary, Tally, Word,
    };

    const HOSTILE: &str = "<script>&\"'";

    fn hostile() -> String {
        HOSTILE.to_owned()
    }

    fn summary() -> Summary {
        let [arn, id, kind, account_id, region, engine, status] = [(); 7].map(|()| hostile());
        Summary { arn, id, kind, account_id, region, engine, status, ..Summary::default() }
    }

    fn metric() -> MetricExplanation {
        let [severity, set_by] = [(); 2].map(|()| hostile());
        let level = Level { severity, source: Word::Other(hostile()), set_by, level: 1.0, ..Level::default() };
        let [severity, set_by, why] = [(); 3].map(|()| hostile());
        let overridden = vec![Overridden { severity, source: Word::Other(hostile()), set_by, why, level: None }];
        let measured_against =
            Some(Measured { what: hostile(), value: 1.0, source: Word::Other(hostile()), awaited: None });
        let (levels, muted, unwatched) = (vec![level], Some(Word::Other(hostile())), Some(hostile()));
        MetricExplanation {
            metric: hostile(),
            levels,
            overridden,
            muted,
            unwatched,
            measured_against,
            ..Default::default()
        }
    }

    fn problem(metric: Option<String>) -> Problem {
        let [on, tag_key, text, reason, remedy] = [(); 5].map(|()| hostile());
        Problem { on, tag_key, text, reason, remedy, metric, guard: Some(hostile()) }
    }

    fn explanation() -> Explanation {
        let problems = vec![problem(None), problem(Some(hostile()))];
        let (resource, metrics) = (summary(), vec![metric()]);
        Explanation { resource, class: hostile(), cluster: Some(hostile()), metrics, problems, problems_omitted: 1 }
    }

    fn ranked() -> LeastHeadroom {
        let [arn, id, metric, severity, unit] = [(); 5].map(|()| hostile());
        LeastHeadroom { arn, id, metric, severity, unit, source: Word::Other(hostile()), ..LeastHeadroom::default() }
    }

    #[test]
    fn the_hash_is_that_of_the_style_between_the_tags() {
        let page = refusal(&Refusal { error: String::new(), candidates: Vec::new() });
        let (_, after) = page.split_once("<style>").unwrap();
        let (style, _) = after.split_once("</style>").unwrap();
        assert_eq!(style_hash(), format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(style))));
        assert!(!page.contains("style=\""), "the policy allows no style in attributes");
    }

    #[test]
    fn markup_from_tags_stays_text_on_every_page() {
        let named = Tally { count: 1, resources: 1, first: vec![Named { arn: hostile(), id: hostile() }] };
        let listing = || Listing { resources: vec![summary()], next: Some(hostile()), ..Listing::default() };
        let (listed, nearest) = (listing(), vec![ranked()]);
        let fleet = Roundup { crossed: named.clone(), issues: named, nearest, listing: listed, ..Roundup::default() };
        for page in [
            answer(&Answer::Resource(Box::new(explanation()))),
            answer(&Answer::Resources(listing())),
            answer(&Answer::LeastHeadroom(vec![ranked()])),
            refusal(&Refusal { error: hostile(), candidates: vec![hostile()] }),
            landing(&Overview { version: hostile(), telemetry_path: hostile(), fleet, ..Overview::default() }),
        ] {
            assert!(page.contains("&lt;script&gt;&amp;&quot;&#39;") && !page.contains("<script"), "{page}");
        }
    }
}
