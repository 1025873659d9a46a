//! Replicas that share a fleet: one that is missing alerts, because nobody watches its databases.

use super::stack::{EACH_ALERT, Stack, fleet};
use crate::support::exporter::Launch;

const MISSING: (&str, &str, &str) = ("PlimsollShardMissing", "", "critical");

const PACE: &str = r#"
[polling]
discovery = "3s"
fast = "5s"

[defaults]
mode = "off"

[rules]
scrape_interval = "1s"
bridge = "5s"

[metrics]
profile = "alerting"
"#;

#[test]
fn a_shard_that_is_missing_alerts_and_shards_that_answer_do_not() {
    let databases = fleet(&[("orders", &[("plimsoll/CPUUtilization", "90")])]);
    let shard = |number: u32| move |launch: Launch| launch.arg(&format!("--shard={number}/3"));
    let [first, second, third] = [0, 1, 2].map(shard);
    let mut stack = Stack::replicas(databases, PACE.to_owned(), EACH_ALERT, &[&first, &second, &third]);
    // Longer than the rule waits.
    stack.wait_for_evaluations(15);
    assert_eq!(stack.notices(), [""; 0]);
    stack.others[1].kill();
    let page = stack.wait_for_page(MISSING);
    assert!(page.annotations["description"].contains("Only 2 shards"), "{page:?}");
    assert_eq!(stack.notices(), ["PlimsollShardMissing  critical fires"]);
    stack.assert_all_went_well();
}
