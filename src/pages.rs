//! HTML pages: the landing page, the list of databases, and a page for each database.
//!
//! Values in, text out, everything escaped. The pages have no script and load nothing. This room has no clock. Texts about
//! values come from `explain`, so that the terminal shows the same texts.

use std::fmt::Write;

use crate::explain::{Answer, Refusal};

mod cost;
mod database;
mod filters;
mod fleet;
mod html;
mod landing;
mod load_line;
mod table;

pub use html::{Frame, style_hash};
pub use landing::{MetricsFetched, Overview, ScopeOverview, landing};

use database::Database;
use fleet::{Databases, Link, Ranked};
use html::{Document, Escaped};

/// The description of the JSON answers in `OpenAPI` 3.1: <https://spec.openapis.org/oas/v3.1.0>.
pub const OPENAPI: &str = include_str!("pages/openapi.json");

/// The page of an answer.
#[must_use]
pub fn answer(answer: &Answer, frame: &Frame) -> String {
    let (title, body) = match answer {
        Answer::Resources(listing) => ("Databases", Databases { listing, address: &frame.address }.to_string()),
        Answer::Resource(explanation) => (explanation.resource.id.as_str(), Database(explanation).to_string()),
        Answer::LeastHeadroom(ranked) => ("Least headroom", Ranked(ranked).to_string()),
    };
    Document { title, body: &body, frame: Some(frame) }.to_string()
}

/// The page for a query without an answer, with the reason.
#[must_use]
pub fn refusal(refusal: &Refusal) -> String {
    let mut body = format!("<p>{}</p>\n", Escaped(&refusal.error));
    for arn in &refusal.candidates {
        let _ = writeln!(body, "<p>{}</p>", Link(arn, arn));
    }
    Document { title: "Not found", body: &body, frame: None }.to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::explain::{
        Choices, Explanation, Fact, LeastHeadroom, Level, Link, Listing, Measured, Member, MetricExplanation, Named,
        Nearest, Overridden, Problem, Roundup, Rung, Summary, Tally, Wanted, Word,
    };
    use crate::time::Timestamp;

    const HOSTILE: &str = "<script>&\"'";

    fn hostile() -> String {
        HOSTILE.to_owned()
    }

    fn summary() -> Summary {
        let [arn, id, kind, account_id, region, engine, status] = [(); 7].map(|()| hostile());
        let (account, first_issue, muted_until) = (hostile(), Some(hostile()), Some(hostile()));
        let crossed_by_severity = [(hostile(), 1)].into();
        let (nearest, labels) = (Some(nearest()), [(hostile(), hostile())].into());
        Summary {
            arn,
            id,
            kind,
            account,
            account_id,
            region,
            engine,
            status,
            crossed_by_severity,
            muted_until,
            first_issue,
            nearest,
            labels,
            ..Summary::default()
        }
    }

    fn rung() -> Rung {
        Rung { severity: hostile(), level: 1.0, most_severe: true }
    }

    fn nearest() -> Nearest {
        let [metric, severity, unit] = [(); 3].map(|()| hostile());
        Nearest { metric, severity, unit, ladder: vec![rung()], ..Nearest::default() }
    }

    fn metric() -> MetricExplanation {
        let [severity, set_by] = [(); 2].map(|()| hostile());
        let level = Level { severity, source: Word::Other(hostile()), set_by, level: 1.0, ..Level::default() };
        let [severity, set_by, why] = [(); 3].map(|()| hostile());
        let overridden = vec![Overridden { severity, source: Word::Other(hostile()), set_by, why, level: None }];
        let measured_against =
            Some(Measured { what: hostile(), value: 1.0, source: Word::Other(hostile()), awaited: None });
        let (value, command, runbook) = (Some(1.0), Some(hostile()), Some(hostile()));
        let (levels, muted, unwatched) = (vec![level], Some(Word::Other(hostile())), Some(hostile()));
        MetricExplanation {
            metric: hostile(),
            levels,
            overridden,
            muted,
            unwatched,
            measured_against,
            value,
            command,
            runbook,
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
        Explanation {
            resource,
            class: hostile(),
            cluster: Some(hostile()),
            facts: vec![Fact { name: hostile(), value: hostile() }],
            all_tags: [(hostile(), hostile())].into(),
            members: vec![Member { id: hostile(), arn: None, role: hostile() }],
            links: vec![Link { name: hostile(), url: hostile() }],
            metrics,
            problems,
            problems_omitted: 1,
        }
    }

    fn ranked() -> LeastHeadroom {
        let ([arn, id], source) = ([(); 2].map(|()| hostile()), Word::Other(hostile()));
        LeastHeadroom { arn, id, nearest: nearest(), source, ..LeastHeadroom::default() }
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
        let values = || BTreeMap::from([(hostile(), 1), ("other".to_owned(), 1)]);
        let choices = Choices { accounts: values(), regions: values(), engines: values(), tags: values() };
        let (by_severity, worst) = (vec![(hostile(), named.clone())], vec![ranked()]);
        let fleet = Roundup { issues: named, by_severity, worst, listing: listing(), choices, ..Roundup::default() };
        let [account, region, engine, tag, text] = [(); 5].map(|()| hostile());
        let wanted = Wanted { account, region, engine, tag, text, ..Wanted::default() };
        let frame = Frame { address: hostile(), reloads: true, now: Timestamp::default() };
        let answer = |answer| super::answer(&answer, &frame);
        let everyone =
            Overview { version: hostile(), telemetry_path: hostile(), fleet: fleet.clone(), ..Overview::default() };
        for page in [
            answer(Answer::Resource(Box::new(explanation()))),
            answer(Answer::Resources(listing())),
            answer(Answer::LeastHeadroom(vec![ranked()])),
            refusal(&Refusal { error: hostile(), candidates: vec![hostile()] }),
            landing(&everyone, true),
            landing(&Overview { fleet, wanted, ..Overview::default() }, false),
        ] {
            assert!(page.contains("&lt;script&gt;&amp;&quot;&#39;") && !page.contains("<script"), "{page}");
        }
    }
}
