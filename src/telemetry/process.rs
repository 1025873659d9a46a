//! The usual `process_*` series.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use prometheus::core::{Collector, Desc};
use prometheus::process_collector::ProcessCollector;
use prometheus::proto::MetricFamily;

/// How old they may be. The collector reads four files of `/proc`, and on older kernels lists the open files, of which each
/// connection is one; that took 6 % of the CPU time of a scrape of 250,000 series.
const AGE_LIMIT: Duration = Duration::from_secs(1);

/// The series as they were read last.
pub(super) struct ProcessSeries {
    collector: ProcessCollector,
    last: Mutex<Option<(Instant, Vec<MetricFamily>)>>,
}

impl ProcessSeries {
    pub(super) fn for_self() -> Self {
        Self { collector: ProcessCollector::for_self(), last: Mutex::default() }
    }
}

impl Collector for ProcessSeries {
    fn desc(&self) -> Vec<&Desc> {
        self.collector.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((read_at, families)) if read_at.elapsed() < AGE_LIMIT => families.clone(),
            _ => {
                let families = self.collector.collect();
                *last = Some((Instant::now(), families.clone()));
                families
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read_again_once_their_values_are_too_old() {
        let series = ProcessSeries::for_self();
        let all = series.collect().len();
        let after_a_read = |read_at| {
            *series.last.lock().unwrap() = Some((read_at, Vec::new()));
            series.collect().len()
        };
        let now = Instant::now();
        assert_eq!(after_a_read(now.checked_sub(AGE_LIMIT).unwrap()), all);
        // A read in the future is young however slowly this test runs.
        assert_eq!(after_a_read(now + AGE_LIMIT * 100), 0);
    }
}
