//! What goes wrong with plimsoll, its tags and its access to AWS.

use plimsoll::sim::{Effect, Region};

use crate::calendar::Step::{Fault, Fleet, Healed, Started, Stopped};
use crate::calendar::{Chapter, Step};
use crate::edit::tag;

const POINTS: &str = "GetMetricData";

pub(super) fn all() -> Vec<Chapter> {
    [cloudwatch(), process(), tags()].into_iter().flatten().collect()
}

/// Calls fail from one minute until another.
fn fails(operation: &'static str, effect: Effect, (from, until): (i64, i64)) -> [(i64, Step); 2] {
    [(from, Fault(operation, effect)), (until, Healed)]
}

fn cloudwatch() -> Vec<Chapter> {
    let night = [
        fails(POINTS, Effect::Denied, (0, 2)),
        fails(POINTS, Effect::Denied, (10, 13)),
        fails(POINTS, Effect::InternalErrorResult, (30, 33)),
        fails(POINTS, Effect::PartialData, (50, 60)),
        fails(POINTS, Effect::Denied, (75, 77)),
        fails(POINTS, Effect::Denied, (80, 82)),
        fails(POINTS, Effect::Denied, (85, 87)),
        fails("DescribeDBInstances", Effect::Denied, (100, 105)),
        fails(POINTS, Effect::Denied, (130, 133)),
    ];
    vec![
        Chapter {
            title: "A night of trouble at CloudWatch: calls fail for minutes, again and again",
            day: 20,
            hour: 1,
            minutes: 180,
            looks_back: false,
            steps: night.concat(),
            pages: &[],
        },
        Chapter {
            title: "CloudWatch fails for 25 minutes",
            day: 27,
            hour: 1,
            minutes: 120,
            looks_back: false,
            steps: fails(POINTS, Effect::Denied, (0, 25)).to_vec(),
            pages: &["PlimsollBlind minute critical"],
        },
        Chapter {
            title: "Databases cannot be listed for 25 minutes",
            day: 33,
            hour: 9,
            minutes: 90,
            looks_back: false,
            steps: fails("DescribeDBInstances", Effect::Denied, (0, 25)).to_vec(),
            pages: &["PlimsollDiscoveryStale instances warning"],
        },
    ]
}

fn process() -> Vec<Chapter> {
    vec![
        Chapter {
            title: "plimsoll is upgraded: one scrape fails",
            day: 40,
            hour: 12,
            minutes: 90,
            looks_back: false,
            steps: vec![(0, Stopped), (1, Started)],
            pages: &[],
        },
        Chapter {
            title: "plimsoll is down for 12 minutes",
            day: 44,
            hour: 12,
            minutes: 90,
            looks_back: false,
            steps: vec![(0, Stopped), (12, Started)],
            pages: &["PlimsollDown critical"],
        },
    ]
}

fn tags() -> Vec<Chapter> {
    vec![
        Chapter {
            title: "A tag is mistyped",
            day: 170,
            hour: 10,
            minutes: 90,
            looks_back: false,
            steps: vec![
                (0, Fleet(|region, _| tag(region, "reports", "plimsoll/CPUUtilization", Some("eighty")))),
                (40, Fleet(|region, _| tag(region, "reports", "plimsoll/CPUUtilization", None))),
            ],
            pages: &["PlimsollInvalidTag reports warning"],
        },
        Chapter {
            title: "Most databases lose their tags",
            day: 300,
            hour: 4,
            minutes: 180,
            looks_back: false,
            steps: vec![(0, Fleet(lost)), (30, Fleet(restored))],
            pages: &["PlimsollLevelsLost warning"],
        },
    ]
}

/// Databases whose tags are kept beside them meanwhile, under a key that is not ours.
const LOSE: [&str; 5] = ["orders", "orders-replica", "billing", "shop", "warehouse"];

fn lost(region: &mut Region, _: f64) {
    rename(region, "plimsoll/", "lost/");
}

fn restored(region: &mut Region, _: f64) {
    rename(region, "lost/", "plimsoll/");
}

fn rename(region: &mut Region, from: &str, to: &str) {
    for (_, instance) in region.instances.iter_mut().filter(|(id, _)| LOSE.contains(&id.as_str())) {
        let renamed = |(key, value): (String, String)| (key.replace(from, to), value);
        instance.tags = std::mem::take(&mut instance.tags).into_iter().map(renamed).collect();
    }
}
