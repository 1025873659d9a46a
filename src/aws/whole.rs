//! The HTTP client of all AWS clients: it reads a response completely and up to a limit, or the call fails.
//!
//! The SDK reads bodies of any length, and its XML parser accepts a document that ends early. Every call passes the HTTP
//! client, including those for credentials.

use aws_sdk_rds::error::{BoxError, ConnectorError};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::ErrorKind;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// Bytes of one response in XML: a page of 100 databases with 50 tags of full length each has about three million.
const XML_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of one response in CBOR or JSON: 500 results with the 100,800 points of a `GetMetricData` call, 20 bytes each,
/// have about two million.
const OTHER_BYTES: usize = 4 * 1024 * 1024;

/// Records of one page: every call requests 100. The SDK needs some kilobytes for a record that has a few bytes.
const RECORDS: usize = 1_000;

/// The depth of records: `DescribeDBInstancesResponse`, `DescribeDBInstancesResult`, `DBInstances`, `DBInstance`.
const RECORD_DEPTH: usize = 4;

/// The content type of requests in the query protocol, whose responses are XML: RDS and STS.
///
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
const QUERY: &str = "application/x-www-form-urlencoded";

/// A defect of a response, independent of its content.
#[derive(Debug, thiserror::Error)]
pub(super) enum Defect {
    /// The connection ended before the body did.
    #[error("response ends early")]
    Broken(#[source] BoxError),
    /// The body ended before its root element did.
    #[error("response ends early: its root element is not closed")]
    Unclosed,
    /// The body goes on beyond the limit.
    #[error("response has more bytes than its limit")]
    TooLarge,
    /// The body holds more records than a page can have.
    #[error("response has more than {RECORDS} records")]
    TooManyRecords,
}

/// The SDK's client, extended to read responses completely.
pub(super) fn client() -> SharedHttpClient {
    let client = Builder::new().build_with_connector_fn(connector);
    SharedHttpClient::new(WholeResponses(client))
}

/// A connector like the SDK's default one: with proxies from the environment.
fn connector(settings: Option<&HttpConnectorSettings>, components: Option<&RuntimeComponents>) -> Connector {
    let mut builder = Connector::builder().tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc));
    builder.set_connector_settings(settings.cloned());
    builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
    builder.set_proxy_config(Some(ProxyConfig::from_env()));
    builder.build()
}

#[derive(Debug)]
struct WholeResponses<T>(T);

impl HttpClient for WholeResponses<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(WholeResponses(self.0.http_connector(settings, components)))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

impl HttpConnector for WholeResponses<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let expects_xml = request.headers().get("content-type") == Some(QUERY);
        let response = self.0.call(request);
        HttpConnectorFuture::new(async move { read(response.await?, expects_xml).await.map_err(ConnectorError::from) })
    }
}

/// The response with its body in memory.
async fn read(mut response: HttpResponse, expects_xml: bool) -> Result<HttpResponse, Defect> {
    let limit = if expects_xml { XML_BYTES } else { OTHER_BYTES };
    let body = Limited::new(response.take_body(), limit).collect().await?.to_bytes();
    // An error response is a failure even if it is incomplete.
    if expects_xml && response.status().is_success() {
        check_document(&body)?;
    }
    *response.body_mut() = SdkBody::from(body);
    Ok(response)
}

fn check_document(document: &Bytes) -> Result<(), Defect> {
    if !closes_root(document) {
        return Err(Defect::Unclosed);
    }
    if records(document) > RECORDS { Err(Defect::TooManyRecords) } else { Ok(()) }
}

/// How many elements a document has at the depth of records.
fn records(document: &[u8]) -> usize {
    let (mut depth, mut records) = (0_usize, 0);
    for markup in document.split(|byte| *byte == b'<').skip(1) {
        match markup.first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'?' | b'!') | None => {}
            Some(_) => {
                records += usize::from(depth + 1 == RECORD_DEPTH);
                let is_empty = markup.split(|byte| *byte == b'>').next().is_some_and(|tag| tag.ends_with(b"/"));
                depth += usize::from(!is_empty);
            }
        }
    }
    records
}

/// Whether a document ends with the end of its first element.
///
/// AWS writes nothing after the root element, and no element of the same name in it.
fn closes_root(document: &Bytes) -> bool {
    let Ok(text) = std::str::from_utf8(document) else { return false };
    let is_element = |rest: &&str| rest.starts_with(|first: char| first.is_alphabetic());
    let Some(root) = text.split('<').skip(1).find(is_element) else { return false };
    let name = root.split(|end: char| end.is_whitespace() || "/>".contains(end)).next().unwrap_or_default();
    let end = text.trim_end().strip_suffix('>').map(str::trim_end);
    end.and_then(|text| text.strip_suffix(name)).is_some_and(|text| text.ends_with("</"))
}

impl From<BoxError> for Defect {
    fn from(error: BoxError) -> Self {
        if error.is::<LengthLimitError>() { Self::TooLarge } else { Self::Broken(error) }
    }
}

/// A response that ended early is requested again; one that is too large is not, because it would be too large again.
impl From<Defect> for ConnectorError {
    fn from(defect: Defect) -> Self {
        let retry = matches!(defect, Defect::Broken(_) | Defect::Unclosed).then_some(ErrorKind::TransientError);
        Self::other(defect.into(), retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_at_their_depth_only() {
        let check = |list: &str, expected| {
            let document = format!("<?xml version=\"1.0\"?><A xmlns=\"x\"><B><C>{list}</C><Marker>m</Marker></B></A>");
            assert_eq!(records(document.as_bytes()), expected, "{list}");
        };
        check("", 0);
        check("<D/><D /><D>text</D>", 3);
        check("<D><Tags><Tag><Key>k</Key></Tag><Tag/></Tags></D><D a=\"b\"/>", 2);
    }

    #[test]
    fn only_a_whole_document_closes_its_root() {
        const WHOLE: &str = "<?xml version=\"1.0\"?>\n<!-- x --><R xmlns=\"urn:x\"><A><B>1</B></A></R>";
        let check = |text: &str, expected| assert_eq!(closes_root(&Bytes::from(text.to_owned())), expected, "{text}");
        for length in 0..WHOLE.len() {
            check(&WHOLE[..length], false);
        }
        for end in ["", "\n", " \r\n"] {
            check(&format!("{WHOLE}{end}"), true);
        }
        check("<R></R >", true);
        check("<R></XR>", false);
        check("{}", false);
        assert!(!closes_root(&Bytes::from_static(b"<R>\xff</R>")));
    }
}
