//! One GET request to a running exporter or Prometheus, for the command line.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, HOST};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

mod access;

pub use access::Access;

/// The exporter answers from memory, so that a longer wait would be in vain.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Ten times the largest answer.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The text is not an HTTP address.
    #[error("`{0}` is no address such as http://localhost:10754 or https://plimsoll.example.com")]
    Address(String),
    /// No program listens there.
    #[error("cannot connect to {0}; is a server running there?")]
    Connect(String, #[source] std::io::Error),
    /// The server's certificate is not trusted, or the server does not trust that of the client.
    #[error("no TLS with {0}; name its authority as `tls_config: {{ca_file: …}}` in the file of --http.config.file")]
    Tls(String, #[source] std::io::Error),
    /// The connection broke, or the response is not valid HTTP, too long or not UTF-8.
    #[error("no answer from {0}")]
    Exchange(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// The response did not come in time.
    #[error("no answer from {0} within {TIMEOUT:?}")]
    Timeout(String),
}

/// Requests a path with its query from `base`, such as `http://localhost:10754`; without a scheme, it is HTTP.
///
/// # Errors
/// `base` is no HTTP address, no program listens there, or no valid response comes in time.
pub async fn get(base: &str, path: &str, access: &Access) -> Result<Reply, ClientError> {
    let address = || ClientError::Address(base.to_owned());
    let scheme = if base.contains("://") { "" } else { "http://" };
    let uri: Uri = format!("{scheme}{}{path}", base.trim_end_matches('/')).parse().map_err(|_| address())?;
    let is_secure = uri.scheme_str() == Some("https");
    let host = uri.host().filter(|_| is_secure || uri.scheme_str() == Some("http")).ok_or_else(address)?;
    let host = host.trim_matches(['[', ']']);
    let host_and_port = (host, uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 }));
    let reply = async {
        let connected = TcpStream::connect(host_and_port).await;
        let stream = connected.map_err(|error| ClientError::Connect(base.to_owned(), error))?;
        let exchanged = if is_secure {
            let (connector, name) = access.tls(host).ok_or_else(address)?;
            let stream = connector.connect(name, stream).await;
            exchange(stream.map_err(|error| ClientError::Tls(base.to_owned(), error))?, &uri, access).await
        } else {
            exchange(stream, &uri, access).await
        };
        exchanged.map_err(|error| ClientError::Exchange(base.to_owned(), error))
    };
    timeout(TIMEOUT, reply).await.map_err(|_| ClientError::Timeout(base.to_owned()))?
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    uri: &Uri,
    access: &Access,
) -> Result<Reply, Box<dyn std::error::Error + Send + Sync>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let reply = async {
        let host = uri.authority().map_or("", |authority| authority.as_str());
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let mut request = Request::get(target).header(HOST, host).body(Empty::<Bytes>::new())?;
        if let Some(authorization) = &access.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), MAX_BODY).collect().await?.to_bytes();
        Ok(Reply { status, body: String::from_utf8(body.into())? })
    };
    tokio::pin!(reply);
    tokio::select! {
        reply = &mut reply => reply,
        Err(error) = connection => Err(error.into()),
    }
}
