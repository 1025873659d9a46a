//! The expression of a forecast: how long it takes until a metric comes to its end, from three of its values.

use std::time::Duration;

use super::promql::{Form, Identity};
use crate::catalog::forecast::{Forecast, Window};
use crate::catalog::{Row, Side};

/// The present value of the metric that a forecast is about, by identity.
struct Trend<'a> {
    form: &'a Form,
    forecast: Forecast,
    ids: String,
    /// Picks the worst of several values.
    worst: &'static str,
    series: String,
    /// Of the series of the metric.
    matchers: String,
    prefix: &'static str,
}

/// Seconds until the end, by identity; nothing where there is no trend.
pub(super) fn expression(form: &Form, forecast: Forecast, row: &Row) -> Option<String> {
    let base = forecast.row()?;
    let worst = if base.alert?.bad == Side::Low { "min" } else { "max" };
    let ids = Identity::of(&[row.kind]).list();
    let (series, prefix) = (base.series(base.statistic), row.kind.service.prefix);
    let trend = Trend { form, forecast, ids, worst, series, matchers: form.own(base), prefix };
    let windows: Vec<String> = forecast.windows().into_iter().map(|window| trend.over(window)).collect();
    Some(format!("(\n{}\n)", windows.join("\n  or\n")))
}

impl Trend<'_> {
    /// The rest, divided by how fast it goes, as far ahead as the window reaches.
    ///
    /// There must be a value at the far end of the window. The one in its middle must be near the line between both
    /// ends: after a step it is at one of them. So neither young series nor those that stepped make a forecast.
    fn over(&self, window: Window) -> String {
        let half = window.seconds / 2;
        let (now, middle, start) = (self.now(), self.before(half), self.before(window.seconds));
        let gone = if self.grows() { format!("({now} - {start})") } else { format!("({start} - {now})") };
        let rest = self.rest(window);
        let counts = self.forecast.counts_from().map(|least| format!("\n  and {now} > {least}")).unwrap_or_default();
        format!(
            "{rest} * {} / {gone} < {}\n  and abs(2 * {middle} - {start} - {now}) < {gone} / 2{counts}",
            window.seconds,
            window.reach_seconds(),
        )
    }

    fn grows(&self) -> bool {
        self.forecast.end().is_some()
    }

    fn now(&self) -> String {
        format!("{} by ({}) ({})", self.worst, self.ids, self.form.bridged(&self.series, &self.matchers))
    }

    /// A value some time ago, or one a little older: a gap there must not end an alert now.
    fn before(&self, seconds: u32) -> String {
        let ago = Duration::from_secs(seconds.into());
        let value = self.form.last_before(&self.series, &self.matchers, self.form.bridge().max(ago / 12), ago);
        format!("{} by ({}) ({value})", self.worst, self.ids)
    }

    /// What is left until the end; where storage grows by itself, with what it can grow.
    fn rest(&self, window: Window) -> String {
        let now = self.now();
        if let Some(end) = self.forecast.end() {
            return format!("({end} - {now})");
        }
        if !window.storage_grows {
            return format!("({now})");
        }
        let bytes = |name| {
            let series = format!("{}_{name}", self.prefix);
            format!("max by ({}) ({})", self.ids, self.form.bridged(&series, ""))
        };
        let grows = format!("clamp_min({} - {}, 0)", bytes("max_allocated_storage"), bytes("allocated_storage"));
        format!("({now} + {grows} or {now})")
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::{Provider, rows};

    #[test]
    fn every_forecast_is_about_a_metric_with_a_bad_side_that_the_same_databases_have() {
        for row in rows() {
            let Provider::Forecast(forecast) = row.provider else { continue };
            let base = forecast.row().unwrap();
            assert!(base.alert.is_some() && base.kind == row.kind && base.engines == row.engines, "{}", row.metric);
            assert!(base.is_polled() && base.when == row.when, "{}", row.metric);
            let farthest =
                forecast.windows().map(|window| f64::from(window.reach_seconds())).into_iter().fold(0.0, f64::max);
            assert!(row.alert.unwrap().plausible.1 <= farthest, "{}: a level that no window reaches", row.metric);
        }
    }
}
