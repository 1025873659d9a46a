//! Figures and the table that they are printed in.

use std::time::Duration;

/// A Markdown table of two columns.
pub(crate) struct Table(String);

impl Table {
    pub(crate) fn new(title: &str) -> Self {
        Self(format!("| {title} | |\n|---|---|\n"))
    }

    pub(crate) fn row(&mut self, what: &str, figure: &str) {
        eprintln!("{what}: {figure}");
        self.0.extend(["| ", what, " | ", figure, " |\n"]);
    }

    pub(crate) fn print(&self) {
        println!("{}", self.0);
    }
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

pub(crate) fn megabytes(kib: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "memory fits 2^53")]
    let megabytes = kib as f64 * 1024.0 / 1e6;
    format!("{megabytes:.1} MB")
}

/// The median and the 99th percentile.
pub(crate) fn percentiles(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    format!("p50 {:.2} ms, p99 {:.2} ms", at(50), at(99))
}

pub(crate) fn per(time: Duration, count: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts of series fit 2^53")]
    let nanoseconds = time.as_nanos() as f64 / count as f64;
    format!("{nanoseconds:.0} ns")
}
