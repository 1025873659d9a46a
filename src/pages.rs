//! HTML for people: the landing page and the pages of the databases.
//!
//! Values in, text out, everything escaped. No script, nothing loaded from elsewhere, no clock.

use std::fmt::{self, Write};

use crate::explain::Listing;
use crate::snapshot::Seconds;

mod fleet;

pub use fleet::{answer, refusal};

use fleet::Databases;

/// What the landing page shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// plimsoll's version.
    pub version: String,
    /// Where the series are, such as `/metrics`.
    pub telemetry_path: String,
    /// The moment the page is made for.
    pub now: Seconds,
    /// One row each, in this order.
    pub scopes: Vec<ScopeOverview>,
    /// The databases, each with a page of its own.
    pub resources: Listing,
}

/// One row of the landing page: one account and region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeOverview {
    /// The account's name in the configuration, or its id.
    pub account: String,
    /// The region.
    pub region: String,
    /// When databases were last listed without an error.
    pub last_discovery: Option<Seconds>,
    /// When metrics were last fetched without an error.
    pub last_poll: Option<Seconds>,
    /// Databases and clusters.
    pub resources: usize,
    /// Threshold series.
    pub thresholds: usize,
    /// Tags that could not be read or used.
    pub issues: usize,
}

/// The landing page.
#[must_use]
pub fn landing(overview: &Overview) -> String {
    Document { title: &overview.version, body: &Landing(overview).to_string() }.to_string()
}

struct Landing<'a>(&'a Overview);

impl fmt::Display for Landing<'_> {
    fn fmt(&self, html: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            html,
            "<p>RDS metrics and the thresholds that each database carries as tags, side by side for Prometheus.</p>\n\
             <nav><a href=\"{path}\">{path}</a> <a href=\"/-/healthy\">/-/healthy</a> <a href=\"/-/ready\">/-/ready</a> \
             <a href=\"/near\">nearest levels</a></nav>\n",
            path = Escaped(&self.0.telemetry_path),
        )?;
        write_scopes(html, self.0)?;
        if self.0.resources.resources.is_empty() {
            return Ok(());
        }
        write!(html, "<h2>Databases</h2>\n{}", Databases(&self.0.resources))
    }
}

/// What every page has around it.
struct Document<'a> {
    title: &'a str,
    body: &'a str,
}

impl fmt::Display for Document<'_> {
    fn fmt(&self, html: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, body } = self;
        write!(
            html,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>plimsoll: {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1><a href=\"/\">plimsoll</a> <small>{title}</small></h1>\n{body}</main>\n</body>\n</html>\n",
            title = Escaped(title),
        )
    }
}

fn write_scopes(html: &mut fmt::Formatter<'_>, overview: &Overview) -> fmt::Result {
    if overview.scopes.is_empty() {
        return html.write_str("<p>No account and region is watched yet.</p>\n");
    }
    html.write_str(
        "<div class=\"scroll\"><table>\n<thead><tr><th>Account</th><th>Region</th><th>Databases listed</th>\
         <th>Metrics fetched</th><th class=\"n\">Resources</th><th class=\"n\">Thresholds</th>\
         <th class=\"n\">Issues</th></tr></thead>\n<tbody>\n",
    )?;
    for scope in &overview.scopes {
        write_scope(html, scope, overview.now)?;
    }
    html.write_str("</tbody>\n</table></div>\n")
}

fn write_scope(html: &mut fmt::Formatter<'_>, scope: &ScopeOverview, now: Seconds) -> fmt::Result {
    let issues = if scope.issues > 0 { "n bad" } else { "n" };
    writeln!(
        html,
        "<tr><td>{}</td><td>{}</td>{}{}<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"{issues}\">{}</td></tr>",
        Escaped(&scope.account),
        Escaped(&scope.region),
        Success(scope.last_discovery, now),
        Success(scope.last_poll, now),
        scope.resources,
        scope.thresholds,
        scope.issues,
    )
}

/// A table cell that says when something last succeeded.
struct Success(Option<Seconds>, Seconds);

impl fmt::Display for Success {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self(None, _) => formatter.write_str("<td class=\"bad\">never</td>"),
            Self(Some(at), now) => write!(formatter, "<td>{} ago</td>", Age(now.saturating_sub(at))),
        }
    }
}

/// A duration in seconds, in the largest unit that leaves at least two of it.
struct Age(Seconds);

impl fmt::Display for Age {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400, "d"), (3600, "h"), (60, "min")];
        let fitting = units.into_iter().find(|(seconds, _)| self.0 >= 2 * seconds);
        let (seconds, unit) = fitting.unwrap_or((1, "s"));
        write!(formatter, "{} {unit}", self.0.max(0) / seconds)
    }
}

/// Text that is safe between tags and in quoted attributes.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => formatter.write_str("&amp;"),
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            '"' => formatter.write_str("&quot;"),
            '\'' => formatter.write_str("&#39;"),
            _ => formatter.write_char(character),
        })
    }
}

/// System fonts and colours for light and dark, so that nothing is loaded.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:light-dark(#1b2530,#dde5ec);--soft:light-dark(#5b6b7a,#93a3b1);\
--line:light-dark(#d8dfe6,#2c3843);--link:light-dark(#0b5cad,#7db9f5);--bad:light-dark(#b3261e,#ff8a80)}\
body{margin:0;background:light-dark(#fff,#12181e);color:var(--ink);font:16px/1.5 system-ui,sans-serif}\
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem}\
h1{margin:0;padding-bottom:.4rem;border-bottom:4px double var(--link);font-size:1.75rem}\
h2{font-size:1.1rem;margin:2rem 0 .5rem}\
small{color:var(--soft);font-size:1rem;font-weight:400}\
nav{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:1.5rem 0}\
a{color:var(--link)}\
.scroll{overflow-x:auto}\
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}\
th,td{padding:.45rem .75rem .45rem 0;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}\
th{color:var(--soft);font-size:.85rem;font-weight:600}\
.n{text-align:right}\
.bad{color:var(--bad);font-weight:600}";

#[cfg(test)]
mod tests {
    use super::*;

    fn page(scopes: Vec<ScopeOverview>) -> String {
        landing(&Overview {
            version: "0.1.0".into(),
            telemetry_path: "/metrics".into(),
            now: 100_000,
            scopes,
            resources: Listing::default(),
        })
    }

    #[test]
    fn a_page_leads_to_the_endpoints() {
        let html = page(vec![]);
        for link in ["/metrics", "/-/healthy", "/-/ready"] {
            assert!(html.contains(&format!("<a href=\"{link}\">{link}</a>")), "{link}");
        }
        assert!(html.contains("0.1.0") && html.contains("No account and region is watched yet."));
    }

    #[test]
    fn a_scope_says_when_it_last_succeeded_and_what_it_found() {
        let scope = ScopeOverview {
            account: "prod".into(),
            region: "eu-west-1".into(),
            last_discovery: Some(99_988),
            last_poll: None,
            resources: 12,
            thresholds: 30,
            issues: 1,
        };
        assert!(page(vec![scope]).contains(
            "<td>prod</td><td>eu-west-1</td><td>12 s ago</td><td class=\"bad\">never</td>\
             <td class=\"n\">12</td><td class=\"n\">30</td><td class=\"n bad\">1</td>"
        ));
    }

    #[test]
    fn ages_are_short() {
        let check = |seconds, expected: &str| assert_eq!(Age(seconds).to_string(), expected);
        check(-5, "0 s");
        check(0, "0 s");
        check(119, "119 s");
        check(120, "2 min");
        check(7199, "119 min");
        check(7200, "2 h");
        check(172_800, "2 d");
    }

    #[test]
    fn markup_in_names_stays_text() {
        let html = page(vec![ScopeOverview { account: "<script>&\"'".into(), ..ScopeOverview::default() }]);
        assert!(html.contains("<td>&lt;script&gt;&amp;&quot;&#39;</td>") && !html.contains("<script"));
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let html = page(vec![]);
        for foreign in ["http:", "https:", "//", "@import", "url(", "<script", "<img", "<link"] {
            assert!(!html.contains(foreign), "{foreign}");
        }
    }
}
