//! No alert while Prometheus starts and has scraped nothing yet; an alert after plimsoll ends.

use super::stack::{EACH_ALERT, Stack};
use crate::support::prometheus::Prometheus;

const DOWN: (&str, &str, &str) = ("PlimsollDown", "", "critical");
const SCRAPED: &str = "plimsoll_build_info";
const EVER_DOWN: &str = r#"last_over_time(ALERTS{alertname="PlimsollDown",alertstate="firing"}[1h])"#;

/// Targets are known five seconds after the first evaluation, which is five scrape intervals.
#[test]
fn a_first_scrape_that_is_late_pages_nobody_and_a_plimsoll_that_ended_pages() {
    let mut stack = Stack::start(&[("orders", &[("plimsoll/CPUUtilization", "90")])], "", EACH_ALERT);
    let empty = Prometheus::start(stack.exporter.address(), &stack.rules(), None);
    stack.prometheus.restart();
    stack.wait_until_true(SCRAPED);
    // Longer than the rule waits.
    stack.wait_for_evaluations(30);
    for prometheus in [&empty, &stack.prometheus] {
        assert!(prometheus.value(SCRAPED).is_some());
        assert_eq!(prometheus.query(EVER_DOWN), []);
    }

    assert!(stack.exporter.stop().success());
    stack.wait_for_page(DOWN);
    stack.assert_all_went_well();
}
