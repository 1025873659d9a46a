//! The landing page: the most important facts about the whole fleet, and links to all other pages.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use super::cost::Cost;
use super::filters::Filters;
use super::fleet::{Databases, Link, level_table};
use super::html::{Color, Document, Escaped, Facts, Frame};
use super::table::{Cell, Column, Fold, Table};
use crate::catalog::Unit;
use crate::catalog::amount::amount;
use crate::cost::{Dollars, Outlook};
use crate::explain::{Roundup, ScopeFailures, Tally, Wanted};
use crate::time::Timestamp;

/// What the landing page shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// The version of plimsoll.
    pub version: String,
    /// The path of the metrics endpoint, such as `/metrics`.
    pub telemetry_path: String,
    /// The time for which the page is made.
    pub now: Timestamp,
    /// One row for each scope, in this order.
    pub scopes: Vec<ScopeOverview>,
    /// What fails, with cause and remedy.
    pub failures: Vec<ScopeFailures>,
    /// The databases.
    pub fleet: Roundup,
    /// What the reader wants to see of them.
    pub wanted: Wanted,
    /// What polling costs, and what the budget saves.
    pub cost: Outlook,
}

/// One row of the landing page: one account and region.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScopeOverview {
    /// The account's name in the configuration, or its id.
    pub account: String,
    /// The region.
    pub region: String,
    /// When the databases were last listed without an error.
    pub last_discovery: Option<Timestamp>,
    /// Whether and when metrics were last fetched.
    pub metrics: MetricsFetched,
    /// The number of databases and clusters.
    pub resources: usize,
    /// The number of threshold series.
    pub thresholds: usize,
    /// The number of tags that cannot be used.
    pub issues: usize,
    /// The number of requests and calls that failed since the start.
    pub failed_calls: usize,
    /// What the queries cost since the start.
    pub spent: Dollars,
    /// The number of listed resources that filters leave out.
    pub filtered: usize,
    /// The entries of filters that match no listed resource.
    pub unmatched_filters: Vec<String>,
    /// The number of listed resources that another scope serves.
    pub served_elsewhere: usize,
    /// The IAM actions of the optional calls that AWS refuses.
    pub refused: Vec<&'static str>,
}

/// Whether plimsoll fetches the metrics of a scope, and when it last did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MetricsFetched {
    /// Another exporter fetches them: plimsoll's metric profile is `none`.
    #[default]
    ByAnotherExporter,
    /// Another replica polls, which holds the lease; its name, if that is known.
    ByReplica(Option<String>),
    /// When plimsoll last fetched them without an error, if ever.
    Last(Option<Timestamp>),
}

/// The landing page; one that reloads does so each minute.
#[must_use]
pub fn landing(overview: &Overview, reloads: bool) -> String {
    let query = overview.wanted.query();
    let address = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
    let frame = Frame { address, reloads, now: overview.now };
    let body = Landing(overview, &frame.address).to_string();
    Document { title: "Overview", body: &body, frame: Some(&frame) }.to_string()
}

/// The fleet, and the address of the page.
struct Landing<'a>(&'a Overview, &'a str);

impl Display for Landing<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let Overview { version, telemetry_path, fleet, .. } = self.0;
        let is_known = !fleet.choices.regions.is_empty();
        if is_known {
            let filters = Filters { choices: &fleet.choices, wanted: &self.0.wanted };
            write!(html, "{}{filters}", tallies(fleet))?;
            write_worst(html, fleet)?;
            let databases = Databases { listing: &fleet.listing, address: self.1 };
            let order = self.0.wanted.sort.name();
            write!(html, "<h2>Databases</h2>\n<p class=\"none\">{} by {order}</p>\n{databases}", fleet.wanted)?;
        }
        write!(html, "<h2>Accounts and regions</h2>\n{}{}", Scopes(self.0), Cost(&self.0.cost))?;
        writeln!(
            html,
            "<footer>plimsoll {} <a href=\"/api/v1/levels.csv\">All levels as CSV</a> \
             <a href=\"/api/v1/openapi.json\">JSON API</a> <a href=\"{path}\">{path}</a> <a href=\"/-/healthy\">/-/healthy</a> \
             <a href=\"/-/ready\">/-/ready</a></footer>",
            Escaped(version),
            path = Escaped(telemetry_path),
        )
    }
}

/// The levels that are crossed, the most severe first.
fn write_worst(html: &mut Formatter<'_>, fleet: &Roundup) -> fmt::Result {
    html.write_str("<h2>Crossed</h2>\n")?;
    if fleet.worst.is_empty() {
        return html.write_str("<p>No level is crossed.</p>\n");
    }
    html.write_str(&level_table("Crossed", &fleet.worst))?;
    let count: usize = fleet.by_severity.iter().map(|(_, tally)| tally.count).sum();
    let more = count.saturating_sub(fleet.worst.len());
    if more > 0 { writeln!(html, "<p>and {more} more: <a href=\"/headroom?count=1000\">all</a></p>") } else { Ok(()) }
}

fn tallies(fleet: &Roundup) -> Facts {
    let mut facts = Facts::default();
    for (index, (severity, tally)) in fleet.by_severity.iter().enumerate() {
        let fact = (tally.count > 0).then(|| Counted(tally, "crossed metric").to_string());
        let color = if index == 0 { Color::Red } else { Color::Amber };
        facts.push(Escaped(severity), fact.into_iter(), if tally.count > 0 { color } else { Color::None });
    }
    for (subject, tally, noun, is_bad) in [
        ("muted", &fleet.muted, "level", false),
        ("unwatched", &fleet.unwatched, "level", true),
        ("issues", &fleet.issues, "issue", true),
    ] {
        let fact = (tally.count > 0).then(|| Counted(tally, noun).to_string());
        let color = if is_bad && tally.count > 0 { Color::Red } else { Color::None };
        facts.push(subject, fact.into_iter(), color);
    }
    facts
}

/// How many of something there are, and on which databases.
struct Counted<'a>(&'a Tally, &'a str);

impl Display for Counted<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let Self(Tally { count, resources, first }, noun) = self;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        write!(html, "{count} {noun}{} of {resources} database{}: ", plural(*count), plural(*resources))?;
        let links: Vec<String> = first.iter().map(|named| Link(&named.arn, &named.id).to_string()).collect();
        html.write_str(&links.join(", "))?;
        let more = resources.saturating_sub(first.len());
        if more > 0 { write!(html, " and {more} more") } else { Ok(()) }
    }
}

const SCOPES: &[Column] = &[
    Column::prose("Account"),
    Column::title("Region"),
    Column::text("Databases listed"),
    Column::text("Metrics fetched"),
    Column::number("Databases"),
    Column::number("Levels"),
    Column::number("Issues"),
    Column::number("Failed calls"),
    Column::noted("Cost so far"),
];

struct Scopes<'a>(&'a Overview);

impl Display for Scopes<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.0.scopes.is_empty() {
            return html.write_str("<p>No account and region is polled yet.</p>\n");
        }
        let mut table = Table::new("Accounts and regions", Fold::Cards, SCOPES);
        self.0.scopes.iter().for_each(|scope| table.push(&cells(scope, self.0.now)));
        table.fmt(html)?;
        let failures = self.0.failures.iter().flat_map(ScopeFailures::lines);
        failures.into_iter().try_for_each(|line| writeln!(html, "<p class=\"bad\">{}.</p>", Escaped(&line)))?;
        self.0.scopes.iter().try_for_each(|scope| left_out(html, scope))?;
        self.0.scopes.iter().filter(|scope| !scope.refused.is_empty()).try_for_each(|scope| refused(html, scope))
    }
}

/// What is listed and not watched, and why.
fn left_out(html: &mut Formatter<'_>, scope: &ScopeOverview) -> fmt::Result {
    let (account, region) = (Escaped(&scope.account), Escaped(&scope.region));
    if scope.filtered > 0 {
        let filtered = scope.filtered;
        let nothing = if scope.resources == 0 { ", and nothing is left" } else { "" };
        writeln!(html, "<p>Filters leave out {filtered} resources in {account} {region}{nothing}.</p>")?;
    }
    if !scope.unmatched_filters.is_empty() {
        let filters: Vec<String> =
            scope.unmatched_filters.iter().map(|name| format!("<code>{}</code>", Escaped(name))).collect();
        writeln!(html, "<p>Filters without a match in {account} {region}: {}.</p>", filters.join(", "))?;
    }
    if scope.served_elsewhere > 0 {
        let count = scope.served_elsewhere;
        writeln!(html, "<p>Another account of the configuration serves {count} resources of {account} {region}.</p>")?;
    }
    Ok(())
}

fn refused(html: &mut Formatter<'_>, scope: &ScopeOverview) -> fmt::Result {
    let (account, region) = (Escaped(&scope.account), Escaped(&scope.region));
    let actions: Vec<String> = scope.refused.iter().map(|action| format!("<code>{action}</code>")).collect();
    writeln!(
        html,
        "<p>Not allowed in {account} {region}: {}. Only what they return is missing.</p>",
        actions.join(", ")
    )
}

fn cells(scope: &ScopeOverview, now: Timestamp) -> [Cell; 9] {
    [
        Cell::of(Escaped(&scope.account)),
        Cell::of(Escaped(&scope.region)),
        last_success(scope.last_discovery, now),
        match &scope.metrics {
            MetricsFetched::ByAnotherExporter => Cell::of("by another exporter"),
            MetricsFetched::ByReplica(None) => Cell::of("by no replica yet"),
            MetricsFetched::ByReplica(Some(holder)) => Cell::of(format_args!("by {}", Escaped(holder))),
            MetricsFetched::Last(at) => last_success(*at, now),
        },
        Cell::count(scope.resources),
        Cell::count(scope.thresholds),
        Cell::faults(scope.issues),
        Cell::faults(scope.failed_calls),
        Cell::of(format_args!("${:.2}", scope.spent.lower)).with_note(format_args!("to ${:.2}", scope.spent.upper)),
    ]
}

/// How long ago something last succeeded.
fn last_success(at: Option<Timestamp>, now: Timestamp) -> Cell {
    match at {
        None => Cell::marked("never", true),
        Some(at) => {
            let age = Duration::from(now - at);
            Cell::of(format_args!("{} ago", amount(age.as_secs_f64(), Unit::Seconds)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(scopes: Vec<ScopeOverview>) -> String {
        let (version, telemetry_path) = ("0.1.0".to_owned(), "/metrics".to_owned());
        landing(
            &Overview { version, telemetry_path, now: Timestamp::from_second(100_000), scopes, ..Overview::default() },
            true,
        )
    }

    #[test]
    fn the_page_links_to_the_endpoints() {
        let html = page(vec![]);
        for link in ["/metrics", "/-/healthy", "/-/ready"] {
            assert!(html.contains(&format!("<a href=\"{link}\">{link}</a>")), "{link}");
        }
        assert!(html.contains("0.1.0") && html.contains("No account and region is polled yet."));
    }

    #[test]
    fn a_scope_shows_its_last_success_and_its_counts() {
        let scope = ScopeOverview {
            account: "prod".into(),
            region: "eu-west-1".into(),
            last_discovery: Some(Timestamp::from_second(99_988)),
            metrics: MetricsFetched::Last(None),
            resources: 12,
            thresholds: 30,
            issues: 1,
            failed_calls: 4,
            spent: Dollars { lower: 0.05, upper: 0.06 },
            filtered: 3,
            unmatched_filters: vec!["account.include.1".into()],
            served_elsewhere: 2,
            refused: vec!["rds:DescribeEvents", "rds:Other"],
        };
        let html = page(vec![scope]);
        for cell in [
            "class=\"p\">prod</th>",
            "data-head=\"Region\" class=\"t\">eu-west-1</td>",
            "data-head=\"Databases listed\">12 s ago</td>",
            "data-head=\"Metrics fetched\" class=\"bad\">never</td>",
            "data-head=\"Databases\" class=\"n\">12</td>",
            "data-head=\"Levels\" class=\"n\">30</td>",
            "data-head=\"Issues\" class=\"n bad\">1</td>",
            "data-head=\"Failed calls\" class=\"n bad\">4</td>",
            "data-head=\"Cost so far\" class=\"n w\">$0.05 <small>to $0.06</small></td>",
            "<p>Filters leave out 3 resources in prod eu-west-1.</p>",
            "<p>Filters without a match in prod eu-west-1: <code>account.include.1</code>.</p>",
            "<p>Another account of the configuration serves 2 resources of prod eu-west-1.</p>",
            "<p>Not allowed in prod eu-west-1: <code>rds:DescribeEvents</code>, <code>rds:Other</code>. Only",
        ] {
            assert!(html.contains(cell), "no {cell} in {html}");
        }
    }

    #[test]
    fn a_scope_without_polls_is_not_marked_as_bad() {
        let html = page(vec![ScopeOverview { metrics: MetricsFetched::ByAnotherExporter, ..ScopeOverview::default() }]);
        assert!(html.contains("data-head=\"Metrics fetched\">by another exporter</td>"), "{html}");
    }

    #[test]
    fn a_replica_without_the_lease_shows_who_polls() {
        for (holder, cell) in
            [(Some("plimsoll-0-<1>".to_owned()), "by plimsoll-0-&lt;1&gt;"), (None, "by no replica yet")]
        {
            let scope = ScopeOverview { metrics: MetricsFetched::ByReplica(holder), ..ScopeOverview::default() };
            assert!(page(vec![scope]).contains(&format!("data-head=\"Metrics fetched\">{cell}</td>")), "{cell}");
        }
    }

    #[test]
    fn markup_in_names_stays_text() {
        let html = page(vec![ScopeOverview { account: "<script>&\"'".into(), ..ScopeOverview::default() }]);
        assert!(html.contains("&lt;script&gt;&amp;&quot;&#39;</th>") && !html.contains("<script"));
    }

    #[test]
    fn the_page_loads_nothing() {
        let html = page(vec![]);
        for external in ["http:", "https:", "//", "@import", "url(", "<script", "<img", "<link"] {
            assert!(!html.contains(external), "{external}");
        }
    }
}
