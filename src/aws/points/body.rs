//! The body of a `GetMetricData` request, written from a batch as it is.
//!
//! The SDK's types for a query own each of its names and values, which are a dozen allocations for each of hundreds of thousands
//! of queries. A test holds the body to what the SDK writes.

use std::fmt::Write;

use aws_smithy_cbor::Encoder;
use aws_smithy_types::DateTime;

use super::page::ID;
use crate::plan::{Batch, Query, Window};
use crate::time::{Period, Timestamp};

/// Room for a query: most need less.
const QUERY_BYTES: usize = 256;

/// What the queries of one request have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) window: Window,
    /// The token of the page before.
    pub(super) token: Option<&'a str>,
    /// The account of the metrics, if it is not that of the caller.
    pub(super) account: Option<&'a str>,
}

/// The body in CBOR, its fields in the order of the SDK.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
pub(super) fn body(batch: &Batch, request: Request) -> Vec<u8> {
    let mut writer = Writer {
        encoder: Encoder::new(Vec::with_capacity((batch.queries.len() + 1) * QUERY_BYTES)),
        text: String::new(),
        period: batch.poll_group.timing.period,
        account: request.account,
    };
    writer.encoder.begin_map().str("MetricDataQueries").array(batch.queries.len());
    batch.queries.iter().enumerate().for_each(|(place, query)| writer.query(place, query));
    let mut encoder = writer.encoder;
    encoder.str("StartTime").timestamp(&time(request.window.start));
    encoder.str("EndTime").timestamp(&time(request.window.end));
    if let Some(token) = request.token {
        encoder.str("NextToken").str(token);
    }
    encoder.end();
    encoder.into_writer()
}

fn time(moment: Timestamp) -> DateTime {
    DateTime::from_secs(moment.as_second())
}

struct Writer<'a> {
    encoder: Encoder,
    /// For texts that are made here, one after another.
    text: String,
    period: Period,
    account: Option<&'a str>,
}

impl Writer<'_> {
    fn query(&mut self, place: usize, query: &Query) {
        self.encoder.begin_map().str("Id");
        self.text(format_args!("{ID}{place}"));
        self.encoder.str("MetricStat").begin_map().str("Metric");
        self.metric(query);
        self.encoder.str("Period").integer(i32::try_from(self.period.seconds()).unwrap_or(i32::MAX)).str("Stat");
        self.text(format_args!("{}", query.statistic));
        self.encoder.end();
        if let Some(account) = self.account {
            self.encoder.str("AccountId").str(account);
        }
        self.encoder.end();
    }

    fn metric(&mut self, query: &Query) {
        let role = query.role.map(|role| ("Role", role.dimension_value()));
        let values = query.resource.dimensions().map(|(_, value)| value);
        let dimensions: Vec<_> = query.dimensions.iter().copied().zip(values).chain(role).collect();
        self.encoder.begin_map().str("Namespace").str(query.resource.kind.service.namespace);
        self.encoder.str("MetricName").str(query.metric).str("Dimensions").array(dimensions.len());
        for (name, value) in dimensions {
            self.encoder.begin_map().str("Name").str(name).str("Value").str(value).end();
        }
        self.encoder.end();
    }

    fn text(&mut self, text: std::fmt::Arguments) {
        self.text.clear();
        // Writing into a text cannot fail.
        let _ = self.text.write_fmt(text);
        self.encoder.str(&self.text);
    }
}
