//! The databases: a list of them, and why one has the levels it has.

use std::fmt::{self, Display, Formatter, Write};

use super::{Document, Escaped};
use crate::catalog::{self, Unit};
use crate::explain::{
    Answer, Encoded, Explanation, Level, Listing, Loser, MetricExplanation, Near, Problem, Refusal, Summary, amount,
};

/// An answer as a page.
#[must_use]
pub fn answer(answer: &Answer) -> String {
    let (title, body) = match answer {
        Answer::Resources(listing) => ("databases", Databases(listing).to_string()),
        Answer::Resource(explanation) => (explanation.resource.id.as_str(), One(explanation).to_string()),
        Answer::Near(ranked) => ("nearest levels", Ranked(ranked).to_string()),
    };
    Document { title, body: &body }.to_string()
}

/// Why there is no answer, as a page.
#[must_use]
pub fn refusal(refusal: &Refusal) -> String {
    let mut body = format!("<p>{}</p>\n", Escaped(&refusal.error));
    for arn in &refusal.candidates {
        let _ = writeln!(body, "<p>{}</p>", Link(arn, arn));
    }
    Document { title: "not found", body: &body }.to_string()
}

/// A link to the page of a resource.
struct Link<'a>(&'a str, &'a str);

impl Display for Link<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        write!(html, "<a href=\"/resources/{}\">{}</a>", Encoded(self.0), Escaped(self.1))
    }
}

/// A list of resources, and where it goes on.
pub(super) struct Databases<'a>(pub(super) &'a Listing);

impl Display for Databases<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.0.resources.is_empty() {
            return html.write_str("<p>No databases.</p>\n");
        }
        html.write_str(
            "<div class=\"scroll\"><table>\n<thead><tr><th>Database</th><th>Kind</th><th>Account</th><th>Region</th>\
             <th>Engine</th><th>Status</th><th class=\"n\">Levels</th><th class=\"n\">Issues</th></tr></thead>\n<tbody>\n",
        )?;
        self.0.resources.iter().try_for_each(|one| write_summary(html, one))?;
        html.write_str("</tbody>\n</table></div>\n")?;
        match &self.0.next {
            Some(next) => writeln!(html, "<p><a href=\"/resources?after={}\">More databases</a></p>", Encoded(next)),
            None => Ok(()),
        }
    }
}

fn write_summary(html: &mut Formatter<'_>, one: &Summary) -> fmt::Result {
    let issues = if one.issues > 0 { "n bad" } else { "n" };
    write!(html, "<tr><td>{}</td>", Link(&one.arn, &one.id))?;
    for cell in [&one.kind, &one.account_id, &one.region, &one.engine, &one.status] {
        write!(html, "<td>{}</td>", Escaped(cell))?;
    }
    writeln!(html, "<td class=\"n\">{}</td><td class=\"{issues}\">{}</td></tr>", one.levels, one.issues)
}

/// One resource.
struct One<'a>(&'a Explanation);

impl Display for One<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let Explanation { resource, class, cluster, metrics, problems, problems_omitted } = self.0;
        let words = [&resource.kind, &resource.engine, class, &resource.status];
        let words: Vec<String> =
            words.into_iter().filter(|word| !word.is_empty()).map(|word| Escaped(word).to_string()).collect();
        writeln!(html, "<p>{}<br>{}</p>", words.join(" · "), Escaped(&resource.arn))?;
        if let Some(cluster) = cluster {
            writeln!(html, "<p>Member of the cluster {}</p>", Escaped(cluster))?;
        }
        write_levels(html, metrics)?;
        write_losers(html, metrics)?;
        write_problems(html, problems, *problems_omitted)?;
        writeln!(html, "<p><a href=\"/api/v1/resources/{}\">JSON</a></p>", Encoded(&resource.arn))
    }
}

fn unit_of(metric: &str) -> Unit {
    catalog::find(metric).map_or(Unit::None, |row| row.unit)
}

fn write_levels(html: &mut Formatter<'_>, metrics: &[MetricExplanation]) -> fmt::Result {
    if metrics.iter().all(|metric| metric.levels.is_empty()) {
        return html.write_str("<p class=\"bad\">No level stands.</p>\n");
    }
    html.write_str(
        "<h2>Levels</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Metric</th><th>Severity</th>\
         <th class=\"n\">Level</th><th class=\"n\">Value</th><th class=\"n\">Headroom</th><th>Measured against</th>\
         <th>Source</th><th>Said</th></tr></thead>\n<tbody>\n",
    )?;
    for metric in metrics {
        metric.levels.iter().try_for_each(|level| write_level(html, metric, level))?;
    }
    html.write_str("</tbody>\n</table></div>\n")
}

fn write_level(html: &mut Formatter<'_>, metric: &MetricExplanation, level: &Level) -> fmt::Result {
    let unit = unit_of(&metric.metric);
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| amount(value, unit));
    let crossed = if level.headroom.is_some_and(|headroom| headroom < 0.0) { "n bad" } else { "n" };
    let measured = metric.measured_against.as_ref();
    let measured =
        measured.map(|against| format!("{} of {} ({})", amount(against.value, unit), against.what, against.source));
    writeln!(
        html,
        "<tr><td>{}</td><td>{}</td><td class=\"n\">{} {}</td><td class=\"n\">{}</td><td class=\"{crossed}\">{}</td>\
         <td>{}</td><td>{}</td><td>{}</td></tr>",
        Escaped(&metric.metric),
        Escaped(&level.severity),
        Escaped(&metric.bad),
        amount(level.level, unit),
        shown(metric.value),
        shown(level.headroom),
        Escaped(&measured.unwrap_or_default()),
        Escaped(&level.source),
        Escaped(&level.said),
    )
}

fn write_losers(html: &mut Formatter<'_>, metrics: &[MetricExplanation]) -> fmt::Result {
    for metric in metrics.iter().filter(|metric| metric.off) {
        writeln!(html, "<p>{} is off: its tags want no level.</p>", Escaped(&metric.metric))?;
    }
    for metric in metrics {
        if let Some(mute) = &metric.muted {
            writeln!(html, "<p class=\"bad\">{} is muted: {}.</p>", Escaped(&metric.metric), Escaped(mute))?;
        }
    }
    if metrics.iter().all(|metric| metric.lost.is_empty()) {
        return Ok(());
    }
    html.write_str(
        "<h2>Said in vain</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Metric</th><th>Severity</th>\
         <th class=\"n\">Level</th><th>Source</th><th>Said</th><th>Why not</th></tr></thead>\n<tbody>\n",
    )?;
    for metric in metrics {
        metric.lost.iter().try_for_each(|loser| write_loser(html, &metric.metric, loser))?;
    }
    html.write_str("</tbody>\n</table></div>\n")
}

fn write_loser(html: &mut Formatter<'_>, metric: &str, loser: &Loser) -> fmt::Result {
    let level = loser.level.map_or_else(|| "none".to_owned(), |level| amount(level, unit_of(metric)));
    write!(html, "<tr><td>{}</td><td>{}</td><td class=\"n\">{level}</td>", Escaped(metric), Escaped(&loser.severity))?;
    let (source, said, why) = (Escaped(&loser.source), Escaped(&loser.said), Escaped(&loser.why));
    writeln!(html, "<td>{source}</td><td>{said}</td><td>{why}</td></tr>")
}

fn write_problems(html: &mut Formatter<'_>, problems: &[Problem], omitted: usize) -> fmt::Result {
    if problems.is_empty() {
        return Ok(());
    }
    html.write_str(
        "<h2>Not used</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Tag</th><th>Value</th><th>Reason</th>\
         <th>What to do</th></tr></thead>\n<tbody>\n",
    )?;
    for problem in problems {
        let (key, value) = (Escaped(&problem.tag_key), Escaped(&problem.text));
        let (reason, remedy) = (Escaped(&problem.reason), Escaped(&problem.remedy));
        let guard = Escaped(problem.guard.as_deref().unwrap_or_default());
        writeln!(
            html,
            "<tr><td>{key}</td><td>{value}</td><td class=\"bad\">{reason} {guard}</td><td>{remedy}</td></tr>"
        )?;
    }
    html.write_str("</tbody>\n</table></div>\n")?;
    if omitted > 0 { writeln!(html, "<p>And {omitted} more.</p>") } else { Ok(()) }
}

/// A ranking of levels.
struct Ranked<'a>(&'a [Near]);

impl Display for Ranked<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        html.write_str(
            "<div class=\"scroll\"><table>\n<thead><tr><th>Database</th><th>Metric</th><th>Severity</th>\
             <th class=\"n\">Level</th><th class=\"n\">Value</th><th class=\"n\">Headroom</th></tr></thead>\n<tbody>\n",
        )?;
        self.0.iter().try_for_each(|near| write_near(html, near))?;
        html.write_str("</tbody>\n</table></div>\n")
    }
}

fn write_near(html: &mut Formatter<'_>, near: &Near) -> fmt::Result {
    let shown = |value| amount(value, unit_of(&near.metric));
    let crossed = if near.headroom < 0.0 { "n bad" } else { "n" };
    let (metric, severity) = (Escaped(&near.metric), Escaped(&near.severity));
    write!(html, "<tr><td>{}</td><td>{metric}</td><td>{severity}</td>", Link(&near.arn, &near.id))?;
    let (level, value, headroom) = (shown(near.level), shown(near.value), shown(near.headroom));
    writeln!(
        html,
        "<td class=\"n\">{level}</td><td class=\"n\">{value}</td><td class=\"{crossed}\">{headroom}</td></tr>"
    )
}
