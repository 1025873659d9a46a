//! One GET of a running exporter, for the command line.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Answers come from memory: one that takes longer does not come.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Ten times what the largest answer takes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Not an address of ours.
    #[error("`{0}` is no address such as http://localhost:10754; HTTPS is not spoken here")]
    Address(String),
    /// Nobody listens there.
    #[error("cannot connect to {0}; is plimsoll running there?")]
    Connect(String, #[source] std::io::Error),
    /// It did not speak HTTP.
    #[error("no answer from {0}")]
    Talk(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took too long.
    #[error("no answer from {0} within {TIMEOUT:?}")]
    Late(String),
}

/// Asks `base`, such as `http://localhost:10754`, for a path with its query.
///
/// # Errors
/// The address is none, nobody listens, or the answer does not come, is too long, or is no text.
pub async fn get(base: &str, path: &str) -> Result<Reply, ClientError> {
    let address = || ClientError::Address(base.to_owned());
    let uri: Uri = format!("{}{path}", base.trim_end_matches('/')).parse().map_err(|_| address())?;
    let host = uri.host().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(address)?;
    let place = (host.trim_matches(['[', ']']), uri.port_u16().unwrap_or(80));
    let asked = async {
        let stream = TcpStream::connect(place).await.map_err(|error| ClientError::Connect(base.to_owned(), error))?;
        talk(stream, &uri).await.map_err(|error| ClientError::Talk(base.to_owned(), error))
    };
    timeout(TIMEOUT, asked).await.map_err(|_| ClientError::Late(base.to_owned()))?
}

async fn talk(stream: TcpStream, uri: &Uri) -> Result<Reply, Box<dyn std::error::Error + Send + Sync>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let talking = async {
        let host = uri.authority().map_or("", |authority| authority.as_str());
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let request = Request::get(target).header(HOST, host).body(Empty::<Bytes>::new())?;
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), MAX_BODY).collect().await?.to_bytes();
        Ok(Reply { status, body: String::from_utf8(body.into())? })
    };
    tokio::pin!(talking);
    tokio::select! {
        reply = &mut talking => reply,
        Err(error) = connection => Err(error.into()),
    }
}
