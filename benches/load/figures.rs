//! Figures, and the table that they are printed in.

use std::fmt;
use std::time::Duration;

/// A Markdown table: what was measured, how much it is, the goal, and whether it is met.
pub(crate) struct Table(String);

impl Table {
    pub(crate) fn new(title: &str) -> Self {
        Self(format!("| {title} | measured | goal | met |\n|---|---|---|---|\n"))
    }

    /// What has no goal.
    pub(crate) fn row(&mut self, what: &str, measured: &str) {
        self.line(what, measured, "", "");
    }

    /// A figure that should be at most so large, in its own unit.
    pub(crate) fn at_most(&mut self, what: &str, figure: &Figure, goal: impl Into<Option<f64>>) {
        match goal.into() {
            Some(goal) => self.against(what, figure, &format!("≤ {goal} {}", figure.unit), figure.value <= goal),
            None => self.row(what, &figure.to_string()),
        }
    }

    /// A figure that should be at least so large.
    pub(crate) fn at_least(&mut self, what: &str, figure: &Figure, goal: f64) {
        self.against(what, figure, &format!("≥ {goal} {}", figure.unit), figure.value >= goal);
    }

    fn against(&mut self, what: &str, figure: &Figure, goal: &str, is_met: bool) {
        self.line(what, &figure.to_string(), goal.trim_end(), if is_met { "yes" } else { "no" });
    }

    fn line(&mut self, what: &str, measured: &str, goal: &str, met: &str) {
        eprintln!("{what}: {measured}");
        self.0.extend(["| ", what, " | ", measured, " | ", goal, " | ", met, " |\n"]);
    }

    pub(crate) fn print(&self) {
        println!("{}", self.0);
    }
}

/// A number with its unit.
pub(crate) struct Figure {
    pub(crate) value: f64,
    unit: &'static str,
    decimals: usize,
}

impl fmt::Display for Figure {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, unit, decimals } = self;
        write!(text, "{value:.decimals$}{}{unit}", if unit.is_empty() { "" } else { " " })
    }
}

pub(crate) fn seconds(time: Duration) -> Figure {
    Figure { value: time.as_secs_f64(), unit: "s", decimals: 2 }
}

pub(crate) fn milliseconds(time: Duration) -> Figure {
    Figure { value: time.as_secs_f64() * 1e3, unit: "ms", decimals: 2 }
}

pub(crate) fn megabytes(kib: u64) -> Figure {
    Figure { value: count(kib) * 1024.0 / 1e6, unit: "MB", decimals: 1 }
}

pub(crate) fn percent(share: f64) -> Figure {
    Figure { value: share * 100.0, unit: "%", decimals: 2 }
}

/// How many times as much the first one is.
pub(crate) fn times(value: f64, base: f64) -> Figure {
    Figure { value: value / base, unit: "×", decimals: 2 }
}

/// A number of things, such as `scrapes a second`.
pub(crate) fn number(value: f64, unit: &'static str) -> Figure {
    Figure { value, unit, decimals: 0 }
}

/// So much for each series.
pub(crate) fn per_series(value: f64, unit: &'static str) -> Figure {
    Figure { value, unit, decimals: 1 }
}

/// A count as a number that can be divided.
#[expect(clippy::cast_precision_loss, reason = "counts and bytes of a run fit 2^53")]
pub(crate) const fn count(count: u64) -> f64 {
    count as f64
}

/// The median and the 99th percentile of many times.
pub(crate) struct Percentiles {
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

impl Percentiles {
    pub(crate) fn of(times: &[Duration]) -> Self {
        let mut times = times.to_vec();
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
        Self { median: at(50), p99: at(99) }
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(text, "p50 {}, p99 {}", milliseconds(self.median), milliseconds(self.p99))
    }
}
