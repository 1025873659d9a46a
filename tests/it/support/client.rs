//! A small blocking HTTP/1.1 client, and the raw socket below it for clients that do not keep the rules.
//!
//! Our own, because a client among the dev-dependencies would change the features that the SDK is built with.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The value of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn parse(reply: &[u8]) -> io::Result<Self> {
        let end = find(reply, b"\r\n\r\n").ok_or_else(|| broken("no end of the headers"))?;
        let head = String::from_utf8_lossy(&reply[..end]);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(key, value)| (key.to_owned(), value.trim().to_owned())).collect();
        let mut response = Self { status: status.ok_or_else(|| broken("no status"))?, headers, body: Vec::new() };
        response.body = response.body_of(&reply[end + 4..])?;
        Ok(response)
    }

    fn body_of(&self, rest: &[u8]) -> io::Result<Vec<u8>> {
        if self.header("transfer-encoding") == Some("chunked") {
            return unchunk(rest);
        }
        let length = match self.header("content-length") {
            Some(length) => length.parse().map_err(|_| broken("content-length is no number"))?,
            None => rest.len(),
        };
        if rest.len() == length { Ok(rest.to_vec()) } else { Err(broken("body cut off or too long")) }
    }
}

pub(crate) fn get(address: SocketAddr, path: &str) -> io::Result<Response> {
    request(address, "GET", path, &[], b"")
}

/// One request on a connection of its own.
pub(crate) fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Response> {
    let mut message = Vec::new();
    write!(message, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n")?;
    for (name, value) in headers {
        write!(message, "{name}: {value}\r\n")?;
    }
    write!(message, "Content-Length: {}\r\n\r\n", body.len())?;
    message.extend_from_slice(body);
    Response::parse(&raw(address, &message)?)
}

/// Sends bytes as they are and returns everything that comes back until the other side closes.
pub(crate) fn raw(address: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(address)?;
    stream.write_all(bytes)?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    Ok(reply)
}

/// A connection that gives up in the end, for tests that write and read in their own time.
pub(crate) fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

fn unchunk(mut rest: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = find(rest, b"\r\n").ok_or_else(|| broken("chunk without size"))?;
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.ok_or_else(|| broken("chunk size is no number"))?;
        if size == 0 {
            return Ok(body);
        }
        let chunk = rest.get(end + 2..end + 2 + size).ok_or_else(|| broken("chunk cut off"))?;
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + size..).ok_or_else(|| broken("chunk without end"))?;
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[test]
fn replies_are_read_to_their_declared_end() {
    let body = |reply: &str| Response::parse(reply.as_bytes()).map(|response| response.text()).ok();
    assert_eq!(body("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab").as_deref(), Some("ab"));
    assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"), None);
    assert_eq!(body("HTTP/1.1 200 OK\r\n\r\nab").as_deref(), Some("ab"));
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(body(&format!("{chunked}2\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n")).as_deref(), Some("ab0123456789"));
    assert_eq!(body(&format!("{chunked}2\r\nab\r\n")), None);
    assert_eq!(body("HTTP/1.1 200"), None);
}

#[test]
fn status_and_headers_are_read() {
    let response = Response::parse(b"HTTP/1.1 503 Busy\r\nRetry-After:  5\r\n\r\n").unwrap();
    assert_eq!((response.status, response.header("retry-after")), (503, Some("5")));
}
