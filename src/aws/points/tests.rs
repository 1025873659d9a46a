//! What is written and read here is what the SDK writes and reads.

use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_sdk_cloudwatch::config::{BehaviorVersion, Region};
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode};
use aws_sdk_cloudwatch::{Client, Config};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use minicbor::Encoder;
use minicbor::data::{IanaTag, Tag};
use proptest::prelude::*;
use tokio::runtime;

use super::super::diagnosis::Diagnosis;
use super::page::Status;
use super::*;
use crate::catalog::Statistic;
use crate::config::Timing;
use crate::plan::{PollGroup, Query, Window};
use crate::resource::{Generation, Kind, ResourceIndex, Role, fixture};
use crate::time::{Period, Seconds, Timestamp};

/// The length by its header, and the body.
type Sent = (Option<String>, Vec<u8>);

/// Responds to everything with one body, and keeps what was sent.
#[derive(Debug, Clone, Default)]
struct Server {
    response: Vec<u8>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl HttpConnector for Server {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let length = request.headers().get("content-length").map(str::to_owned);
        self.sent.lock().unwrap().push((length, request.body().bytes().unwrap().to_vec()));
        let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(self.response.clone()));
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl Server {
    fn client(&self) -> Client {
        let connector = SharedHttpConnector::new(self.clone());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()));
        Client::from_conf(config.build())
    }
}

fn run<T>(call: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(call)
}

fn query(kind: Kind, dimensions: &'static [&'static str], role: Option<Role>, statistic: Statistic) -> Query {
    let mut described = fixture::instance("órders");
    (described.kind, described.further_ids) = (kind, vec!["vol-1".into()]);
    let resource = Arc::new(fixture::without_limits(described));
    Query { index: ResourceIndex::new(0), resource, dimensions, role, metric: "CPUUtilization", statistic }
}

fn batch(queries: Vec<Query>) -> Batch {
    let [interval, look_back, age_limit, poll_delay] = [60, 600, 420, 125].map(Seconds::new);
    let timing = Timing { period: Period::Minute, look_back, age_limit, settle: Seconds::ZERO, poll_delay };
    let poll_group = PollGroup { interval, longest_interval: interval, timing, without_level: false };
    Batch { poll_group, generation: Generation::default(), failures: 0, known: None, queries }
}

fn as_the_sdk_has_it(place: usize, query: &Query, account: Option<&str>) -> MetricDataQuery {
    let role = query.role.map(|role| ("Role", role.dimension_value()));
    let values = query.resource.dimensions().map(|(_, value)| value);
    let dimensions = query.dimensions.iter().copied().zip(values).chain(role);
    let dimensions = dimensions.map(|(name, value)| Dimension::builder().name(name).value(value).build()).collect();
    let namespace = query.resource.kind.service.namespace;
    let metric = Metric::builder().namespace(namespace).metric_name(query.metric).set_dimensions(Some(dimensions));
    let statistic = MetricStat::builder().metric(metric.build()).period(60).stat(query.statistic.to_string()).build();
    let query = MetricDataQuery::builder().id(format!("q{place}")).metric_stat(statistic);
    query.set_account_id(account.map(str::to_owned)).build()
}

#[test]
fn a_request_is_byte_by_byte_what_the_sdk_would_send() {
    let check = |queries: Vec<Query>, token: Option<&str>, account: Option<&str>| {
        let (server, batch) = (Server { response: vec![0xa0], ..Server::default() }, batch(queries));
        let window =
            Window { start: Timestamp::from_second(1_800_000_000), end: Timestamp::from_second(1_800_000_600) };
        let (first, last) = (window.start.as_second(), window.end.as_second());
        let queries = batch.queries.iter().enumerate();
        let queries = queries.map(|(place, query)| as_the_sdk_has_it(place, query, account)).collect();
        let call = server.client().get_metric_data().set_metric_data_queries(Some(queries));
        let call = call.start_time(DateTime::from_secs(first)).end_time(DateTime::from_secs(last));
        run(call.set_next_token(token.map(str::to_owned)).send()).unwrap();
        let wire = Wire::new(body(&batch, Request { window, token, account }));
        run(server.client().get_metric_data().customize().interceptor(wire.clone()).send()).unwrap();
        let sent = server.sent.lock().unwrap();
        assert_eq!(sent[0], sent[1], "{token:?} {account:?}");
        assert!(wire.take().is_some());
    };
    let instance = |statistic| query(Kind::DB_INSTANCE, Kind::DB_INSTANCE.dimensions, None, statistic);
    check(vec![instance(Statistic::Average)], None, None);
    check(vec![instance(Statistic::Percentile(99_900)); 500], Some("token"), Some("210987654321"));
    let cluster = query(Kind::DB_CLUSTER, Kind::DB_CLUSTER.dimensions, Some(Role::Reader), Statistic::Maximum);
    let volume = query(Kind::DB_VOLUME, Kind::DB_VOLUME.also_spelled, None, Statistic::Sum);
    check(vec![cluster, volume], None, None);
}

/// Id, status, times and values.
type Written = (String, Option<String>, Vec<i64>, Vec<f64>);

/// A response that is right, in any of the forms of CBOR.
#[derive(Debug, Clone)]
struct Response {
    results: Vec<Written>,
    token: Option<String>,
    /// Whether lengths are left out, absent fields are null, and times are integers.
    form: (bool, bool, bool),
}

impl Response {
    fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        out.begin_map().unwrap().str("Messages").unwrap().array(0).unwrap().str("MetricDataResults").unwrap();
        self.list(&mut out, self.results.len(), |out, place| self.result(out, place));
        self.text(&mut out, "NextToken", self.token.as_deref());
        out.end().unwrap();
        out.into_writer()
    }

    fn result(&self, out: &mut Encoder<Vec<u8>>, place: usize) {
        let (id, status, times, values) = &self.results[place];
        out.begin_map().unwrap().str("Label").unwrap().str("any").unwrap().str("Unknown").unwrap().map(1).unwrap();
        out.str("a").unwrap().array(2).unwrap().null().unwrap().bool(true).unwrap();
        self.text(out, "Id", Some(id));
        self.text(out, "StatusCode", status.as_deref());
        out.str("Values").unwrap();
        self.list(out, values.len(), |out, place| {
            out.f64(values[place]).unwrap();
        });
        out.str("Timestamps").unwrap();
        self.list(out, times.len(), |out, place| {
            out.tag(Tag::from(IanaTag::Timestamp)).unwrap();
            #[expect(clippy::cast_precision_loss, reason = "AWS sends times as floats")]
            let _ = if self.form.2 { out.i64(times[place]) } else { out.f64(times[place] as f64 + 0.25) }.unwrap();
        });
        out.end().unwrap();
    }

    fn list(&self, out: &mut Encoder<Vec<u8>>, length: usize, item: impl Fn(&mut Encoder<Vec<u8>>, usize)) {
        let has_length = !self.form.0;
        let _ = if has_length { out.array(length as u64) } else { out.begin_array() }.unwrap();
        (0..length).for_each(|place| item(out, place));
        if !has_length {
            out.end().unwrap();
        }
    }

    fn text(&self, out: &mut Encoder<Vec<u8>>, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            out.str(name).unwrap().str(value).unwrap();
        } else if self.form.1 {
            out.str(name).unwrap().null().unwrap();
        }
    }
}

fn responses() -> impl Strategy<Value = Response> {
    let status = prop::option::of("Complete|PartialData|InternalError|Forbidden|New");
    let times = prop::collection::vec(0..4_000_000_000_i64, 0..4);
    let result = ("q[0-9]{1,3}|m1|q|q-1", status, times, prop::collection::vec(any::<f64>(), 0..4));
    let (results, token) = (prop::collection::vec(result, 0..5), prop::option::of("[a-z]{0,40}"));
    (results, token, any::<(bool, bool, bool)>()).prop_map(|(results, token, form)| Response { results, token, form })
}

/// Place, status and points, with the bits of values.
type Read = (Option<usize>, Status, Vec<(i64, u64)>);

fn read_by_the_sdk(result: &MetricDataResult) -> Read {
    let status = match result.status_code() {
        Some(StatusCode::Complete) | None => Status::Complete,
        Some(StatusCode::Forbidden) => Status::Forbidden,
        Some(_) => Status::Partial,
    };
    let place = result.id().and_then(|id| id.strip_prefix('q')).and_then(|place| place.parse().ok());
    let times = result.timestamps().iter().map(DateTime::secs);
    (place, status, times.zip(result.values().iter().map(|value| value.to_bits())).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_response_is_read_as_the_sdk_reads_it_and_no_part_of_it_is_a_response(response in responses()) {
        let body = response.encode();
        let server = Server { response: body.clone(), ..Server::default() };
        let expected = run(server.client().get_metric_data().send()).unwrap();
        let page = Page::read(&body).unwrap();
        prop_assert_eq!(page.next_token.as_deref(), expected.next_token());
        let read = page.results.iter().map(|result| {
            let points = page.points(result).map(|(start, value)| (start.as_second(), value.to_bits()));
            (result.query, result.status, points.collect())
        });
        let read: Vec<Read> = read.collect();
        prop_assert_eq!(read, expected.metric_data_results().iter().map(read_by_the_sdk).collect::<Vec<_>>());
        for length in 0..body.len() {
            prop_assert!(Page::read(&body[..length]).is_err(), "{length} bytes");
        }
        prop_assert!(Page::read(&[&body[..], &[0]].concat()).is_err());
    }
}

#[test]
fn a_body_that_cannot_be_read_fails_the_call() {
    // The SDK passes over what stands behind a response.
    for response in [&[][..], &[0x80], &[0xa1, 0x61, b'a'], b"{}", &[0xa0, 0]] {
        let server = Server { response: response.to_vec(), ..Server::default() };
        let wire = Wire::new(Vec::new());
        let call = server.client().get_metric_data().customize().interceptor(wire.clone()).send();
        let failure = Failure::new(GET_METRIC_DATA, &run(call).unwrap_err());
        assert_eq!((failure.cause, failure.diagnosis), (Cause::Unreadable, Diagnosis::Unreadable), "{response:?}");
        assert!(wire.take().is_none());
    }
}
