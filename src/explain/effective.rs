//! All levels in effect, as JSON and as a table for spreadsheets.

use std::fmt::{self, Display, Formatter, Write};

use serde::{Deserialize, Serialize};

use super::refusal::{Refusal, json};
use super::values::Values;
use super::wanted::Wanted;
use super::word::Word;
use crate::inventory::View;
use crate::plan::Now;
use crate::threshold::Source;

/// The most levels of one answer: about 30 MB as a table.
const MAX_LEVELS: usize = 100_000;

/// Levels in effect, by ARN, metric and severity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EffectiveLevels {
    /// At most 100,000.
    pub levels: Vec<EffectiveLevel>,
}

/// A level in effect with the resource that has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EffectiveLevel {
    /// The resource's ARN.
    pub arn: String,
    /// The resource's identifier.
    pub id: String,
    /// The configured name of the account.
    pub account: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// As AWS writes it.
    pub engine: String,
    /// As CloudWatch names it.
    pub metric: String,
    /// The configured name.
    pub severity: String,
    /// `above` or `below`: where values are bad.
    pub bad: String,
    /// In the unit.
    pub level: f64,
    /// The unit of level and value.
    pub unit: String,
    /// Where the level comes from.
    pub source: Word<Source>,
    /// The tag, the configured ladder, or the publication that a default comes from.
    pub set_by: String,
    /// Whether it is muted now.
    pub muted: bool,
    /// What is served now.
    pub value: Option<f64>,
    /// How many seconds ago the period of the value ended.
    pub age_seconds: Option<i64>,
}

/// The levels in effect of the wanted resources.
///
/// # Errors
/// There are more than an answer can have.
pub fn levels(views: &[View], wanted: &Wanted, now: Now) -> Result<EffectiveLevels, Refusal> {
    let mut levels = Vec::new();
    for view in views {
        levels.extend(of_view(view, wanted, now));
        if levels.len() > MAX_LEVELS {
            return Err(Refusal::new(format!(
                "there are more than {MAX_LEVELS} levels: select some with account, region, engine, tag or text"
            )));
        }
    }
    levels.sort_by(|left, right| left.arn.cmp(&right.arn));
    Ok(EffectiveLevels { levels })
}

fn of_view(view: &View, wanted: &Wanted, now: Now) -> Vec<EffectiveLevel> {
    let (values, context) = (Values::of(view, now), view.inventory.context());
    let mut levels = Vec::new();
    for (index, known) in view.inventory.indexed() {
        let resource = &known.resource;
        if !wanted.selects(known, view.inventory.parent_of(resource), context.account) {
            continue;
        }
        for threshold in &known.resolved.thresholds {
            let Some(row) = values.row(threshold.metric, index) else { continue };
            let Some(alert) = row.alert else { continue };
            levels.push(EffectiveLevel {
                arn: resource.arn.to_string(),
                id: resource.title(),
                account: context.account.to_owned(),
                region: resource.region.to_string(),
                engine: resource.engine_name.to_string(),
                metric: row.metric.to_owned(),
                severity: context.config.severity(threshold.severity).to_owned(),
                bad: alert.bad.word().to_owned(),
                level: threshold.value,
                unit: row.unit.name().to_owned(),
                source: Word::Known(threshold.source),
                set_by: known.resolved.set_by(threshold, resource, context).to_string(),
                muted: known.resolved.schedule.muted_by(row.metric, now.wall).is_some(),
                value: values.current(row.metric, index),
                age_seconds: values.age(row.metric, index),
            });
        }
    }
    levels
}

impl EffectiveLevels {
    /// As JSON, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        json(self)
    }

    /// As CSV of RFC 4180, with a head.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut csv =
            "arn,id,account,region,engine,metric,severity,bad,level,unit,source,set_by,muted,value,age_seconds\r\n"
                .to_owned();
        for one in &self.levels {
            let texts =
                [&one.arn, &one.id, &one.account, &one.region, &one.engine, &one.metric, &one.severity, &one.bad];
            // Writing to a string cannot fail.
            for text in texts {
                let _ = write!(csv, "{},", Text(text));
            }
            let source = match &one.source {
                Word::Known(source) => source.name(),
                Word::Other(other) => other,
            };
            let value = one.value.map(|value| value.to_string()).unwrap_or_default();
            let age = one.age_seconds.map(|age| age.to_string()).unwrap_or_default();
            let (unit, source, set_by) = (Text(&one.unit), Text(source), Text(&one.set_by));
            let _ = write!(csv, "{},{unit},{source},{set_by},{},{value},{age}\r\n", one.level, one.muted);
        }
        csv
    }
}

/// A text cell. One that a spreadsheet would compute begins with an apostrophe, so that it stays a text:
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, csv: &mut Formatter<'_>) -> fmt::Result {
        let is_formula = self.0.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        let apostrophe = if is_formula { "'" } else { "" };
        write!(csv, "\"{apostrophe}{}\"", self.0.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_compute_stays_text() {
        for (text, expected) in [
            ("orders", "\"orders\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("a \"b\", c\nd", "\"a \"\"b\"\", c\nd\""),
        ] {
            assert_eq!(Text(text).to_string(), expected);
        }
    }
}
