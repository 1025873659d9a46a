//! Reads what happened to databases.

use aws_sdk_rds::operation::describe_events::DescribeEventsError;
use aws_sdk_rds::primitives::DateTime;
use aws_sdk_rds::types::Event;

use super::pages::Page;
use crate::aws::clients::Target;
use crate::aws::failure::Failure;
use crate::aws::inventory::{PAGE_SIZE, text};
use crate::resource::{EventCategory, ResourceEvent};
use crate::time::Timestamp;

pub(super) const OPERATION: &str = "DescribeEvents";

impl Target {
    /// The events of a category of ours between two moments.
    pub(super) async fn events(&self, (since, until): (Timestamp, Timestamp)) -> Result<Vec<ResourceEvent>, Failure> {
        let (since, until) = (DateTime::from_secs(since.as_second()), DateTime::from_secs(until.as_second()));
        let events = self.pages(OPERATION, |marker| self.events_page((since, until), marker)).await?;
        Ok(events.iter().filter_map(event).collect())
    }

    async fn events_page(&self, (since, until): (DateTime, DateTime), marker: Option<String>) -> Page<Event> {
        let reporter = self.reporter::<DescribeEventsError>(OPERATION);
        let call = self.rds.describe_events().start_time(since).end_time(until);
        let call = call.max_records(PAGE_SIZE).set_marker(marker);
        let page = self.limiters.rds.call(OPERATION, call.customize().interceptor(reporter).send()).await?;
        Ok((page.events.unwrap_or_default(), page.marker))
    }
}

fn event(event: &Event) -> Option<ResourceEvent> {
    let message = text(event.message()).unwrap_or_default();
    Some(ResourceEvent {
        arn: text(event.source_arn())?,
        second: Timestamp::from_second(event.date()?.secs()),
        category: category(event.event_categories(), &message)?,
        message,
    })
}

/// The category of ours; `DescribeEvents` returns AWS's categories and messages, but no `RDS-EVENT-` numbers.
///
/// AWS has no category of its own for a lack of memory nor for restarts: those are recognised by their messages. Storage
/// autoscaling reports what it will try again as a failure, which it is not.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html>
fn category(categories: &[String], message: &str) -> Option<EventCategory> {
    let message = message.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let is = |name: &str| categories.iter().any(|category| category.eq_ignore_ascii_case(name));
    if has(&["out of memory", "out-of-memory", "low on memory"]) {
        Some(EventCategory::OutOfMemory)
    } else if is("failover") || is("global failover") {
        Some(EventCategory::Failover)
    } else if is("low storage") || has(&["storage-full threshold", "free storage capacity"]) {
        Some(EventCategory::LowStorage)
    } else if is("failure") && !has(&["will retry", "retried later"]) {
        Some(EventCategory::Failure)
    } else if is("recovery") {
        Some(EventCategory::Recovery)
    } else {
        (is("availability") && has(&["restarted"])).then_some(EventCategory::Restart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_follows_from_that_of_aws_and_from_the_message() {
        let check = |of_aws: &str, message: &str, expected: Option<EventCategory>| {
            assert_eq!(category(&[of_aws.to_owned()], message), expected, "{of_aws}: {message}");
        };
        check("availability", "DB instance restarted", Some(EventCategory::Restart));
        check("availability", "DB instance shutdown", None);
        check("availability", "Error restarting mysql", None);
        check(
            "availability",
            "The workload causes the system to run critically low on memory.",
            Some(EventCategory::OutOfMemory),
        );
        check("availability", "DB instance has reached the storage-full threshold.", Some(EventCategory::LowStorage));
        check("low storage", "Allocated storage has been exhausted", Some(EventCategory::LowStorage));
        check("failover", "Multi-AZ instance failover started.", Some(EventCategory::Failover));
        check("global failover", "Global failover to DB cluster started.", Some(EventCategory::Failover));
        check("failure", "DB instance put into incompatible-parameters.", Some(EventCategory::Failure));
        check("failure", "The DB instance is in an invalid state. Autoscaling will retry later.", None);
        check("recovery", "Recovery of the DB instance has started.", Some(EventCategory::Recovery));
        check("backup", "Finished DB Instance backup", None);
        check("notification", "DB instance started", None);
    }
}
